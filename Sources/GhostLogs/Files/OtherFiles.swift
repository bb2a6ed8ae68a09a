/// The files that are read under other names, and must not be read under this one too.
struct OtherFiles {
    private let some: Set<FileIdentity>
    private let owners: [FileIdentity: Int]
    private let number: Int

    /// There are none.
    static let none = OtherFiles([])

    /// These files.
    init(_ files: Set<FileIdentity>) {
        some = files
        owners = [:]
        number = 0
    }

    /// The files of `owners` that are read under another number than `number`.
    ///
    /// Nothing is copied; whoever changes the table has to let go of this value first.
    init(of owners: [FileIdentity: Int], besides number: Int) {
        some = []
        self.owners = owners
        self.number = number
    }

    func contains(_ file: FileIdentity) -> Bool {
        if let owner = owners[file] { return owner != number }
        return some.contains(file)
    }
}
