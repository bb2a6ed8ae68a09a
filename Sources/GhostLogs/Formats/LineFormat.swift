/// The form of a line.
///
/// The page docs/formats/log-lines.md shows one line of each and says how it is recognised.
public enum LineFormat: String, Sendable, CaseIterable {
    /// None of the known ones.
    case plain
    /// A line of Ghost itself: an RFC 3339 time in brackets, then text.
    case ghost
    /// A JSON object.
    case json
    /// `key=value` pairs, as Go's slog and many others write.
    case logfmt
    /// RFC 3164 and what syslog daemons write to files; also `journalctl` in its short forms.
    case syslog
    /// RFC 5424.
    case syslog5424
    /// A field of a record in the journal's export form.
    case journalExport = "journal-export"
    /// A request in the common or combined log format.
    case access
    case nginxError = "nginx-error"
    case apacheError = "apache-error"
    /// glog, klog and their relatives.
    case klog
    /// Time, level, thread and logger in some order: log4j, logback, spdlog, loguru, Zookeeper.
    case layout
    /// Python's logging.
    case python
    /// `java.util.logging`, whose level stands on the second line.
    case javaUtil = "java-util"
    /// Go's log package.
    case go
    /// Rust's tracing and env_logger.
    case rust
    /// A line of Docker's json-file driver.
    case docker
    /// A line of a container runtime under Kubernetes.
    case cri
    case postgres
    case redis
    case hadoop
    case spark
    case healthApp = "health-app"
    case logcat
    /// Windows component-based servicing.
    case cbs
    case openStack = "openstack"
    /// Reliability logs of supercomputers: BGL, Thunderbird, HPC.
    case supercomputer
    /// The Linux kernel's own buffer: seconds since the start, which is no time of day.
    case kernel
    /// Seconds, milli-, micro- or nanoseconds since 1970, then text.
    case epoch
    /// Any other time, then text.
    case timed
    /// A level, then text, and no time.
    case levelled
}

extension LineFormat {
    /// The place of the form among ``allCases``; a switch, because a table of texts would cost time for each line.
    var place: Int {
        switch self {
        case .plain: 0
        case .ghost: 1
        case .json: 2
        case .logfmt: 3
        case .syslog: 4
        case .syslog5424: 5
        case .journalExport: 6
        case .access: 7
        case .nginxError: 8
        case .apacheError: 9
        case .klog: 10
        case .layout: 11
        case .python: 12
        case .javaUtil: 13
        case .go: 14
        case .rust: 15
        case .docker: 16
        case .cri: 17
        case .postgres: 18
        case .redis: 19
        case .hadoop: 20
        case .spark: 21
        case .healthApp: 22
        case .logcat: 23
        case .cbs: 24
        case .openStack: 25
        case .supercomputer: 26
        case .kernel: 27
        case .epoch: 28
        case .timed: 29
        case .levelled: 30
        }
    }
}
