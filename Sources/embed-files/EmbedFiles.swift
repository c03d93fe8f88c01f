import Foundation

/// Writes a Swift file that holds the text of each file below a folder: `embed-files FOLDER OUTPUT.swift`.
///
/// Run by the build plugin of the same name. The files are text, so they become string literals: quick to compile,
/// and readable in the debugger. Links to folders are followed: what people read elsewhere in the project is there once.
@main
struct EmbedFiles {
    static func main() throws {
        guard CommandLine.arguments.count == 3 else { throw UsageError() }
        let folder = URL(filePath: CommandLine.arguments[1], directoryHint: .isDirectory)
        let paths = try files(below: folder, path: "").sorted()
        var source = """
            /// The text of each file below the target's folder `Embedded`, by its path there.
            enum EmbeddedFiles {
                static let all: [String: String] = [\n
            """
        for path in paths {
            let text = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
            source += "        \(path.debugDescription): \(text.debugDescription),\n"
        }
        source += paths.isEmpty ? "        :\n    ]\n}\n" : "    ]\n}\n"
        try source.write(toFile: CommandLine.arguments[2], atomically: true, encoding: .utf8)
    }

    /// Paths of the files below a folder, each with `path` before it.
    private static func files(below folder: URL, path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))
            // Python leaves compiled files beside its sources when it runs from here; Helm unpacks sub-charts.
            .filter { $0 != "__pycache__" && $0 != "charts" && $0 != "Chart.lock" }
            .flatMap { name -> [String] in
                let file = folder.appending(path: name).resolvingSymlinksInPath()
                let isFolder = try file.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true
                return isFolder ? try files(below: file, path: "\(path)\(name)/") : [path + name]
            }
    }

    struct UsageError: Error, CustomStringConvertible {
        var description: String { "usage: embed-files FOLDER OUTPUT.swift" }
    }
}
