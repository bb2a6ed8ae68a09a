import GhostModel
import Yams

/// Reads what is declared about a daemon's process, its output and its schedule.
enum ProcessReading {
    static func process(
        _ entry: inout MappingReader,
        refused: Set<String>,
        problems: inout ProblemList
    ) -> ProcessPlan {
        var plan = ProcessPlan()
        plan.user = entry.text("user", problems: &problems)
        plan.group = entry.text("group", problems: &problems)
        plan.nice = entry.integer("nice", in: -20...19, problems: &problems)
        if let node = entry.take("umask") {
            let text = node.scalar?.string ?? ""
            plan.umask = text.isEmpty || text.count > 4 ? nil : Int(text, radix: 8).flatMap { $0 <= 0o777 ? $0 : nil }
            if plan.umask == nil { problems.add("\(entry.path(of: "umask")) must be octal, such as 022", at: node) }
        }
        guard var limits = entry.mapping("limits", problems: &problems) else { return plan }
        limits.refuse(refused, prefix: "limits.", problems: &problems)
        plan.limits.memory = limits.size("memory", problems: &problems)
        plan.limits.cpu = limits.number("cpu", atLeast: 0.01, problems: &problems)
        plan.limits.files = limits.integer("files", in: 1...1_000_000_000, problems: &problems)
        plan.limits.processes = limits.integer("processes", in: 1...1_000_000_000, problems: &problems)
        limits.rejectOthers(problems: &problems)
        return plan
    }

    static func output(_ entry: inout MappingReader, problems: inout ProblemList) -> OutputPlan {
        var plan = OutputPlan()
        guard var log = entry.mapping("log", problems: &problems) else { return plan }
        if log.truth("split", problems: &problems) == true { plan.streams = .split }
        plan.pressure = log.choice("on_pressure", OutputPlan.Pressure.self, problems: &problems) ?? plan.pressure
        if let node = log.take("rotate") {
            if node.scalar?.string == "off" || node.bool == false {
                (plan.rotateBytes, plan.age) = (nil, nil)
            } else if node.mapping == nil {
                problems.add("\(log.path(of: "rotate")) must be off, or a mapping with size, keep and age", at: node)
            } else if var rotate = MappingReader(node, path: log.path(of: "rotate"), problems: &problems) {
                plan.rotateBytes = rotate.size("size", problems: &problems) ?? plan.rotateBytes
                plan.keep = rotate.integer("keep", in: 0...10_000, problems: &problems) ?? plan.keep
                plan.age = rotate.duration("age", problems: &problems) ?? plan.age
                rotate.rejectOthers(problems: &problems)
            }
        }
        log.rejectOthers(problems: &problems)
        return plan
    }

    static func schedule(_ entry: inout MappingReader, problems: inout ProblemList) -> SchedulePlan? {
        guard var section = entry.mapping("schedule", problems: &problems) else { return nil }
        let overlap = section.choice("overlap", SchedulePlan.Overlap.self, problems: &problems)
        let missed = section.choice("missed", SchedulePlan.Missed.self, problems: &problems)
        let every = section.duration("every", problems: &problems)
        let cron = section.text("cron", problems: &problems)
        section.rejectOthers(problems: &problems)
        let when: SchedulePlan.When
        switch (every, cron) {
        case (let every?, nil):
            if every < SchedulePlan.shortestInterval {
                problems.add("\(section.path(of: "every")) must be at least 1s", at: section.keyNode("every"))
            }
            when = .every(every)
        case (nil, let cron?):
            do throws(CronSchedule.Failure) {
                when = .cron(try CronSchedule(cron))
            } catch {
                problems.add("\(section.path(of: "cron")) \(error)", at: section.keyNode("cron"))
                return nil
            }
        case (nil, nil), (.some, .some):
            problems.add("\(section.path) must have exactly one of every, cron", at: section.node)
            return nil
        }
        return SchedulePlan(when, overlap: overlap ?? .skip, missed: missed ?? .skip)
    }
}

extension MappingReader {
    /// A number of bytes: `512MiB`, `50MB`, `1000`.
    mutating func size(_ key: String, problems: inout ProblemList) -> Int64? {
        guard let node = take(key) else { return nil }
        let text = node.scalar?.string ?? ""
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let units: [String: Double] = [
            "": 1, "B": 1, "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "KiB": 1024, "MiB": 1_048_576,
            "GiB": 1_073_741_824, "TiB": 1_099_511_627_776,
        ]
        guard let number = Double(digits), let unit = units[String(text.dropFirst(digits.count))], number * unit >= 1,
            number * unit < 1e18
        else {
            problems.add("\(path(of: key)) must be a size such as 512MiB", at: node)
            return nil
        }
        return Int64(number * unit)
    }
}
