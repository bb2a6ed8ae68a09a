import Foundation
import GhostTestSupport

/// Several logs in several folders to which everything happens that leaves every byte somewhere.
struct ManyLogs {
    /// What may happen.
    enum Deed: CaseIterable {
        case append
        case rotate
        case compress
        case moveAside
        case takeFreeName
        case exchangeNames
        case moveToOtherFolder
        case hardLink
        case hardLinkElsewhere
        case removeOneOfTwoNames
        case symbolicLink
        case swapLinkedFile
    }

    static let names = ["logs/a.log", "logs/b.log", "logs/app-server.log", "more/c.log", "more/x/d.log"]
    static let patterns = ["logs/*.log", "more/**/*.log"]
    /// A symbolic link that is made to lead elsewhere now and then.
    private static let linked = "logs/current.log"

    let folder: TemporaryFolder
    private(set) var written: [String] = []
    /// What happened, for people.
    private(set) var told: [String] = []
    private var serial = 0
    private var linkedFile: String?
    /// Pairs of names that were made for one file.
    private var pairs: [(String, String)] = []

    init() throws {
        folder = try TemporaryFolder()
        for name in ["logs", "more/x", "store"] {
            try FileManager.default.createDirectory(atPath: folder.path(name), withIntermediateDirectories: true)
        }
    }

    mutating func tell(_ what: String) { told.append(what) }

    /// Lets one of `deeds` happen, if it can.
    ///
    /// - Parameter prepare: has everything read and saved, before something happens that leaves no trace.
    mutating func happen(_ deeds: [Deed], using random: inout SeededRandom, prepare: () -> Void) throws {
        let name = Self.names[Int.random(in: Self.names.indices, using: &random)]
        // Most of the time something is written.
        let deed = Bool.random(using: &random) ? .append : deeds[Int.random(in: deeds.indices, using: &random)]
        switch deed {
        case .append: try append(to: name, using: &random)
        case .rotate where exists(name): try rotate(name, using: &random)
        case .compress where exists("\(name).1") && links("\(name).1") == 1: try compress("\(name).1")
        case .moveAside where exists(name): try moveAside(name, using: &random)
        case .takeFreeName, .moveToOtherFolder:
            let isNear = deed == .takeFreeName
            let free = Self.names.filter { !exists($0) && (parent($0) == parent(name)) == isNear }
            guard exists(name), let other = free.first else { return }
            try move(name, to: other)
            if Bool.random(using: &random) { try append(to: other, using: &random) }
        case .exchangeNames:
            let others = Self.names.filter { $0 != name && exists($0) && parent($0) == parent(name) }
            guard exists(name), let other = others.first else { return }
            try folder.rename(name, to: "store/swap")
            try folder.rename(other, to: name)
            try folder.rename("store/swap", to: other)
            told.append("exchange \(name) and \(other)")
        case .hardLink where exists(name): try hardLink(name, in: parent(name))
        case .hardLinkElsewhere where exists(name):
            try hardLink(name, in: parent(name) == "logs" ? "more" : "logs")
        case .removeOneOfTwoNames: try removeOneOfTwoNames(using: &random)
        case .symbolicLink:
            serial += 1
            let link = "logs/symbolic\(serial).log"
            try symbolicLink(link, to: "../\(name)")
            told.append("symbolic link \(link) to \(name)")
        case .swapLinkedFile:
            prepare()
            told.append("look and save")
            try swapLinkedFile(using: &random)
        default: break
        }
    }

    /// Brings every log back that is gone: what was put away is found by its log.
    mutating func bringBack(using random: inout SeededRandom) throws {
        for name in Self.names where !exists(name) { try append(to: name, using: &random) }
    }

    private mutating func append(to name: String, using random: inout SeededRandom) throws {
        let lines = (0..<Int.random(in: 1...3, using: &random)).map { "\(name) line \(written.count + $0)" }
        try folder.append(lines.map { $0 + "\n" }.joined(), to: name)
        written += lines
        told.append("append to \(name)")
    }

    private mutating func rotate(_ name: String, using random: inout SeededRandom) throws {
        for number in stride(from: 40, through: 1, by: -1) {
            for packing in ["", ".gz"] where exists("\(name).\(number)\(packing)") {
                try folder.rename("\(name).\(number)\(packing)", to: "\(name).\(number + 1)\(packing)")
            }
        }
        try folder.rename(name, to: "\(name).1")
        told.append("rotate \(name)")
        // The writer may not have noticed yet.
        if Bool.random(using: &random) { try append(to: "\(name).1", using: &random) }
        if Bool.random(using: &random) { try append(to: name, using: &random) }
    }

    private mutating func compress(_ name: String) throws {
        let bytes = FileManager.default.contents(atPath: folder.path(name)) ?? Data()
        try Data(gzip(Array(bytes))).write(to: URL(fileURLWithPath: folder.path("\(name).gz")))
        try folder.remove(name)
        told.append("compress \(name)")
    }

    private mutating func moveAside(_ name: String, using random: inout SeededRandom) throws {
        serial += 1
        let other = name.replacing(".log", with: "-moved\(serial).log")
        try move(name, to: other)
        if Bool.random(using: &random) { try append(to: other, using: &random) }
        if Bool.random(using: &random) { try append(to: name, using: &random) }
    }

    private mutating func move(_ name: String, to other: String) throws {
        try folder.rename(name, to: other)
        told.append("rename \(name) to \(other)")
    }

    private mutating func hardLink(_ name: String, in parent: String) throws {
        serial += 1
        let link = "\(parent)/link\(serial).log"
        try folder.link(name, to: link)
        pairs.append((name, link))
        told.append("link \(name) to \(link)")
    }

    private mutating func removeOneOfTwoNames(using random: inout SeededRandom) throws {
        guard let pair = pairs.randomElement(using: &random), let number = inode(pair.0), number == inode(pair.1) else {
            return
        }
        let name = Bool.random(using: &random) ? pair.0 : pair.1
        try folder.remove(name)
        told.append("remove \(name)")
    }

    private mutating func swapLinkedFile(using random: inout SeededRandom) throws {
        let before = linkedFile
        serial += 1
        let after = "store/\(serial).txt"
        linkedFile = after
        try append(to: after, using: &random)
        try symbolicLink("store/link", to: "../\(after)")
        guard rename(folder.path("store/link"), folder.path(Self.linked)) == 0 else {
            throw TestFailure("cannot rename the link: errno \(errno)")
        }
        told.append("\(Self.linked) leads to \(after)")
        if let before, Bool.random(using: &random) { try append(to: before, using: &random) }
        if Bool.random(using: &random) { try append(to: Self.linked, using: &random) }
    }

    private func symbolicLink(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: folder.path(name), withDestinationPath: target)
    }

    private func parent(_ name: String) -> String { name.split(separator: "/").dropLast().joined(separator: "/") }
    private func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: folder.path(name)) }
    private func links(_ name: String) -> Int { attribute(.referenceCount, of: name) ?? 0 }
    private func inode(_ name: String) -> Int? { attribute(.systemFileNumber, of: name) }

    private func attribute(_ key: FileAttributeKey, of name: String) -> Int? {
        try? FileManager.default.attributesOfItem(atPath: folder.path(name))[key] as? Int
    }
}
