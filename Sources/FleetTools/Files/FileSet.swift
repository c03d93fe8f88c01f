import Foundation
import Texts

/// Files that are written together into one folder, such as those of a new fleet; known before anything is written.
package struct FileSet: Sendable, Equatable {
    /// The bytes of each file by its path, relative to the folder that they are meant for.
    package let files: [ExactText: [UInt8]]

    /// - Throws: `FileSetError.outside` when a path leads anywhere but below the folder.
    package init(_ files: [ExactText: [UInt8]]) throws {
        for path in files.keys where !Self.isInside(path) { throw FileSetError.outside(path: path.text) }
        self.files = files
    }

    /// - Throws: `FileSetError.outside` when a path leads anywhere but below the folder.
    package init(texts: [String: String]) throws {
        try self.init(Dictionary(uniqueKeysWithValues: texts.map { ($0.exact, Array($1.utf8)) }))
    }

    /// The paths of the files, sorted: what writing them would make.
    package var paths: [String] { files.keys.sorted().map(\.text) }

    /// Writes the files into a folder that is new or empty; a repository of git that holds nothing else is empty enough.
    ///
    /// - Throws: `FileSetError.notEmpty`, then nothing was written; `FileError` when a file cannot be written.
    package func writeNew(to folder: String) throws {
        try Self.check(isNew: folder)
        try overwrite(in: folder)
    }

    /// Whether `writeNew` would take a folder.
    ///
    /// - Throws: `FileSetError.notEmpty`.
    package static func check(isNew folder: String) throws {
        let present = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        guard Set(present).isSubset(of: [".git"]) else { throw FileSetError.notEmpty(folder: folder) }
    }

    /// Writes the files whatever is there; for folders that belong to Hubfleet. Files that are not of the set stay.
    ///
    /// - Throws: `FileError` when a file cannot be written.
    package func overwrite(in folder: String) throws {
        for (path, bytes) in files.sorted(by: { $0.key < $1.key }) {
            let file = "\(folder)/\(path)"
            try FileWriting.makeFolder(URL(filePath: file).deletingLastPathComponent().path)
            try FileWriting.write(bytes, to: file, permissions: 0o644)
        }
    }

    private static func isInside(_ path: ExactText) -> Bool {
        path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .allSatisfy { !["", ".", ".."].contains(Substring($0)) }
    }
}

/// Why files are not written into a folder.
package enum FileSetError: Error, Equatable, CustomStringConvertible {
    /// Something is there already.
    case notEmpty(folder: String)
    /// A path that would leave the folder.
    case outside(path: String)
    /// Files that are there already, and hold something else.
    case differs(paths: [String], folder: String)
    /// What stands in the place of a folder is none of the repository, such as a link that leads out of it.
    case leadsOut(path: String, at: String)

    package var description: String {
        switch self {
        case .notEmpty(let folder): "\(folder) is not empty; name a new folder"
        case .outside(let path): "\(path.debugDescription) does not lie below the folder that it is meant for"
        case .differs(let paths, let folder):
            "\(paths.map(\.printable).joined(separator: ", ")) in \(folder.printable) \(paths.count == 1 ? "is" : "are") there "
                + "already, and not what would be written; nothing was changed. Commit what is there, then --overwrite "
                + "writes anew and `git diff` shows what that changed"
        case .leadsOut(let path, let place):
            "\(path.printable) cannot be written: \(place.printable) is no folder of the repository; take it away"
        }
    }
}
