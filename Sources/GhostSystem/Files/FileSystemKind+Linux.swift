#if os(Linux)
import CGhostSystem

/// What kind of file system a folder is on.
struct FileSystemKind {
    /// The number that the kernel gives its kind.
    let number: UInt32

    /// The kind of the file system that `path` is on; nil if there is no such path.
    init?(path: String) {
        number = ghost_file_system_of_path(path)
        guard number != 0 else { return nil }
    }

    init(number: UInt32) {
        self.number = number
    }

    /// Why notifications do not tell everything that happens on it; nil if they do.
    ///
    /// On these the kernel tells what is written through it, but not what another machine, the host of a virtual machine or
    /// another layer writes.
    var withoutNotifications: String? {
        guard let name = Self.names[number] else { return nil }
        return "the folder is on \(name), where others may write without notice"
    }

    /// Whose clock gives the times of its files.
    var clock: FileClock {
        let isLocal = [Self.overlay, Self.proc, Self.sysfs].contains(number) || Self.names[number] == nil
        return isLocal ? .ofThisMachine : .ofAnotherMachine
    }

    private static let (overlay, proc, sysfs): (UInt32, UInt32, UInt32) = (0x794C_7630, 0x9FA0, 0x6265_6572)

    /// From statfs(2) and the kernel's magic numbers.
    private static let names: [UInt32: String] = [
        0x6969: "NFS", 0x517B: "SMB", 0xFF53_4D42: "SMB", 0xFE53_4D42: "SMB", 0x6573_5546: "FUSE",
        0x0102_1997: "9p", overlay: "overlay", 0x00C3_6400: "Ceph", 0x5346_414F: "AFS", 0x6B41_4653: "AFS",
        0x0116_1970: "GFS2", 0x7461_636F: "OCFS2", 0x0BD0_0BD0: "Lustre", 0x7375_7245: "Coda", 0x564C: "NCP",
        0x786F_4256: "a shared folder of VirtualBox", 0xBACB_ACBC: "a shared folder of VMware",
        proc: "proc", sysfs: "sysfs",
    ]
}
#endif
