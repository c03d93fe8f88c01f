/// Constants of Linux that Swift does not import, because they are GNU's.
enum LinuxFile {
    static let seekData: Int32 = 3
    static let seekHole: Int32 = 4
    /// Opens the name and not what it stands for.
    static let openPath: Int32 = 0o10_000_000
    static let emptyPath: Int32 = 0x1000
}
