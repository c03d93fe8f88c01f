import Texts

/// A fleet repository to read from: a folder on the disk, or one commit in git's objects.
///
/// Paths are relative to the root of the fleet, with `/` between their parts; "" is the root itself. A fleet is not
/// trusted: a link inside is followed, but nothing outside of the root is ever read, whatever a path or a link says. Each
/// source resolves paths at one place, and all that reads a fleet comes through here: this is the only door.
/// What was seen once counts as long as the source lives.
package protocol FleetSource: Sendable {
    /// What stands at a path.
    func kind(_ path: String) -> FileKind

    /// Whether a link stands at a path, wherever it leads. Links in the folders above are followed.
    func isLink(_ path: String) -> Bool

    /// The names in a folder, sorted; nil when there is no folder, or it cannot be listed. Names that are no UTF-8 text
    /// are left out.
    func entries(_ folder: String) -> [String]?

    /// The bytes of a file; nil when it is no plain file, cannot be read, or is larger than `FileKind.largest`.
    func contents(_ path: String) async -> [UInt8]?

    /// What tells the bytes of a file from all others: the key of whatever is kept about files. It is made when it is
    /// asked for, and nil where `contents` is.
    func identity(_ path: String) async -> FileIdentity?

    /// Gives a program one file of the disk. It is valid until `use` ends, also when it fails or is cancelled. A program that
    /// reads more than one file by itself is given copies, in a folder that holds nothing else.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - use: gets the absolute path. Its last parts are those of `path`.
    /// - Returns: what `use` returns.
    /// - Throws: `FleetSourceError`, or what `use` throws.
    func onDisk<Result: Sendable>(
        _ path: String, _ use: @Sendable (String) async throws -> Result
    ) async throws -> Result
}

/// Why a source cannot give what was asked for.
package enum FleetSourceError: Error, Equatable, CustomStringConvertible {
    /// The path leads to no plain file of the fleet.
    case noFile(String)
    /// The folder is there, but its names cannot be read.
    case notListed(String)
    /// What marks a fleet is not there, such as at a commit before it.
    case noFleet

    package var description: String {
        switch self {
        case .noFile(let path): "\(path.printable) cannot be read, or is no plain file"
        case .notListed(let folder): "the folder \(folder.printable) cannot be listed"
        case .noFleet: "there is no fleet: neither fleet.yaml nor config/clusters/ is there"
        }
    }
}
