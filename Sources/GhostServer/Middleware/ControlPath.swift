/// What a path is for, told from the path alone: before the router could call it unknown.
enum ControlPath {
    case readsOnly
    case changes

    init(_ path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: true)
        guard parts.starts(with: ["api", "v1"]) else {
            self = .readsOnly
            return
        }
        switch (parts.count, parts.last) {
        case (3, "reload"), (3, "shutdown"), (3, "upgrade"): self = .changes
        case (5, "start"), (5, "stop"), (5, "restart"), (5, "signal"):
            self = parts[2] == "daemons" ? .changes : .readsOnly
        default: self = .readsOnly
        }
    }

    /// The methods that it can be asked with, as the `Allow` header has them.
    var methods: String {
        switch self {
        case .readsOnly: "GET, HEAD, OPTIONS"
        case .changes: "POST, OPTIONS"
        }
    }
}
