/// Writes metrics for Prometheus, in its own text format or as OpenMetrics.
///
/// Bounded: at most ``mostSamples`` samples are written, and how many were left out is a metric of its own.
struct MetricsText {
    enum Format: Equatable {
        /// Version 0.0.4.
        case prometheus
        /// OpenMetrics 1.0.0.
        case openMetrics

        /// The format that an `Accept` header asks for.
        init(accept: String?) {
            self = accept?.contains("application/openmetrics-text") == true ? .openMetrics : .prometheus
        }

        var contentType: String {
            switch self {
            case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
            case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
            }
        }
    }

    enum Kind: String {
        case counter
        case gauge
    }

    /// How many samples are written at most.
    static let mostSamples = 10_000
    /// The longest value of a label, in bytes.
    static let longestLabel = 256

    private let format: Format
    private var bytes: [UInt8] = []
    private var samples = 0
    private var omitted = 0

    init(_ format: Format) {
        self.format = format
    }

    /// One value of a family.
    struct Sample {
        var labels: [(name: String, value: String)]
        var value: Double

        init(_ labels: [(name: String, value: String)] = [], _ value: Double) {
            self.labels = labels
            self.value = value
        }

        init(_ labels: [(name: String, value: String)] = [], _ value: Int) {
            self.init(labels, Double(value))
        }
    }

    /// Writes a family; nothing if it has no samples.
    ///
    /// - Parameter name: without the `_total` of a counter.
    mutating func append(_ kind: Kind, _ name: String, _ help: String, _ values: [Sample]) {
        let room = Self.mostSamples - samples
        omitted += max(0, values.count - room)
        guard !values.isEmpty, room > 0 else { return }
        let sampleName = kind == .counter ? name + "_total" : name
        // In the older format the family bears the name of its samples.
        let family = format == .openMetrics ? name : sampleName
        bytes += "# HELP \(family) \(help)\n# TYPE \(family) \(kind.rawValue)\n".utf8
        for sample in values.prefix(room) { append(sample, named: sampleName) }
        samples += min(room, values.count)
    }

    private mutating func append(_ sample: Sample, named name: String) {
        bytes += name.utf8
        var separator = "{"
        for (label, value) in sample.labels {
            bytes += "\(separator)\(label)=\"".utf8
            append(labelValue: value)
            bytes.append(UInt8(ascii: "\""))
            separator = ","
        }
        if !sample.labels.isEmpty { bytes.append(UInt8(ascii: "}")) }
        bytes += " \(Self.text(of: sample.value))\n".utf8
    }

    private mutating func append(labelValue value: String) {
        var shown = value[...]
        while shown.utf8.count > Self.longestLabel { shown = shown.dropLast() }
        for byte in shown.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "\\")]
            case UInt8(ascii: "\""): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "\"")]
            case UInt8(ascii: "\n"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            default: bytes.append(byte)
            }
        }
    }

    private static func text(of value: Double) -> String {
        guard value == value.rounded(), abs(value) < 9e15 else { return "\(value)" }
        return "\(Int64(value))"
    }

    /// The whole text.
    mutating func finish() -> [UInt8] {
        let lost = omitted
        samples = 0
        append(.gauge, "ghost_metrics_omitted", "Samples that found no room in this answer.", [Sample([], lost)])
        if format == .openMetrics { bytes += "# EOF\n".utf8 }
        return bytes
    }
}
