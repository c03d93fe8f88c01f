import FleetModel
import FleetTools
import Texts

/// A jsonnet file with all files that it imports, each by its path in the fleet: all that jsonnet gets to see.
struct JsonnetFiles: Sendable {
    /// More are no configuration: files, and bytes of all of them together.
    private static let maximumFiles = 1_000

    /// The file that is rendered.
    let main: FleetPath
    let contents: [FleetPath: [UInt8]]

    /// Reads a file and what it imports.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - source: the fleet.
    /// - Throws: `FleetSourceError`, or `JsonnetRefusal` when a file leads out of the fleet.
    init(_ path: String, in source: any FleetSource) async throws {
        guard let main = FleetPath(path), source.kind(path) == .file else { throw FleetSourceError.noFile(path) }
        self.main = main
        var contents: [FleetPath: [UInt8]] = [:]
        var refused: [Finding] = []
        var open = [(path: main, isCode: true)]
        var looked: Set<FleetPath> = []
        while let (file, isCode) = open.popLast() {
            if contents[file] == nil {
                guard let bytes = await source.contents(file.description) else {
                    throw FleetSourceError.noFile(file.description)
                }
                contents[file] = bytes
            }
            let size = contents.values.reduce(0) { $0 + $1.count }
            guard contents.count <= Self.maximumFiles, size <= FileKind.largest else {
                throw JsonnetRefusal(findings: [Self.tooLarge(main)])
            }
            // One file can be read as text at one place, and as jsonnet at another.
            guard isCode, looked.insert(file).inserted, let bytes = contents[file] else { continue }
            for named in JsonnetImports.find(in: bytes) {
                switch Self.find(named, in: file, of: main, source) {
                case .file(let path): open.append((path, named.isCode))
                case .missing: break
                case .outside: refused.append(Self.outside(named, in: file))
                }
            }
        }
        guard refused.isEmpty else { throw JsonnetRefusal(findings: refused.sorted()) }
        self.contents = contents
    }

    private enum Found {
        case file(FleetPath)
        /// Jsonnet says so itself, if it ever wants it.
        case missing
        case outside
    }

    /// As jsonnet looks: beside the file that imports, then beside the one that is rendered.
    private static func find(
        _ named: JsonnetImports.Import, in file: FleetPath, of main: FleetPath, _ source: any FleetSource
    ) -> Found {
        for beside in [file, main] {
            let folder = FleetPath(parts: beside.parts.dropLast()).description
            guard let path = FleetPath.joined(folder, named.path) else { return .outside }
            switch source.kind(path.description) {
            case .file: return .file(path)
            case .outside: return .outside
            case .folder, .missing, .other: continue
            }
        }
        return .missing
    }

    private static func outside(_ named: JsonnetImports.Import, in file: FleetPath) -> Finding {
        Finding(
            rule: "values/outside",
            "\(named.path.debugDescription.printable) leads out of the repository, and is not read",
            advice: "import a file of the repository, by its path from this one",
            at: SourceLocation(file: file.description, line: named.line, column: named.column))
    }

    private static func tooLarge(_ main: FleetPath) -> Finding {
        Finding(
            rule: "values/jsonnet",
            "this imports more than \(maximumFiles) files, or more than 32 MiB, and is not rendered",
            advice: "import less", at: SourceLocation(file: main.description))
    }

    /// Writes the files into a folder, each at its own path and none through a link.
    /// - Throws: `FileError`.
    func write(to folder: PrivateFolder) throws {
        for (path, bytes) in contents { try folder.write(bytes, to: path.description) }
    }
}

/// Jsonnet was not run, because a file would have shown it what is none of the fleet's.
struct JsonnetRefusal: Error {
    let findings: [Finding]
}
