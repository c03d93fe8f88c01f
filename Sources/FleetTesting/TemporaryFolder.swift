import Foundation

/// A folder for one test, removed when the test ends.
package final class TemporaryFolder: Sendable {
    /// Absolute, without links in it.
    package let path: String
    private let isRemoved: Bool

    private init(inside path: String) throws {
        self.path = path
        isRemoved = false
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// A folder in it, which is there as long as this one.
    package func subfolder(_ name: String) throws -> TemporaryFolder { try TemporaryFolder(inside: "\(path)/\(name)") }

    package init() throws {
        isRemoved = true
        let base = URL(filePath: NSTemporaryDirectory()).resolvingSymlinksInPath().path
        path = "\(base)/hubfleet-test-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        if isRemoved { try? FileManager.default.removeItem(atPath: path) }
    }

    /// Writes files, by their path in the folder.
    @discardableResult
    package func write(_ files: [String: String]) throws -> TemporaryFolder {
        for (name, text) in files {
            let file = URL(filePath: "\(path)/\(name)")
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        return self
    }

    package func read(_ name: String) throws -> String {
        try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)
    }

    package func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(name)") }
}
