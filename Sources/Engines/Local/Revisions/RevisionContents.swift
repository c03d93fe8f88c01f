import Crypto
import FleetModel
import Foundation
import Texts

/// The files of a revision, with their paths in its folder.
struct RevisionContents: Sendable, Equatable {
    struct File: Sendable, Equatable {
        let bytes: [UInt8]
        /// The POSIX mode.
        let permissions: Int
    }

    private(set) var files: [ExactText: File] = [:]

    /// - Parameters:
    ///   - settings: the translated values.
    ///   - hub: whose they are.
    ///   - folder: where they will be: the configuration names its own folder.
    ///   - requirements: what the Python environment is made of.
    init(_ settings: LocalSettings, hub: Hub, folder: RevisionFolder, requirements: String) {
        // It says what the hub runs with, which is nobody's business but the hub's.
        add(LocalConfigFile.text(settings, hub: hub, revision: folder), RevisionFolder.configName, 0o600)
        add(requirements, RevisionFolder.requirementsName, 0o644)
        for (name, text) in EmbeddedFiles.all where !name.hasPrefix("requirements") {
            add(text, "python/" + name, 0o644)
        }
        for file in settings.files { add(file.text, "files/" + file.path, 0o644) }
    }

    var digests: [LocalRevision.FileDigest] {
        files.sorted { $0.key < $1.key }.map { path, file in
            LocalRevision.FileDigest(path: path, sha256: SHA256.hash(data: Data(file.bytes)).hexadecimal)
        }
    }

    /// The folders that the files lie in, each after the one above it.
    var folders: [String] {
        let all = files.keys.flatMap { path in
            let parts = path.split(at: "/").dropLast().map(\.text)
            return parts.indices.map { parts[...$0].joined(separator: "/").exact }
        }
        return Set(all).sorted().map(\.text)
    }

    private mutating func add(_ text: String, _ path: String, _ permissions: Int) {
        files[path.exact] = File(bytes: Array(text.utf8), permissions: permissions)
    }
}
