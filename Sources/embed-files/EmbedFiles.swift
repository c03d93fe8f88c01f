import Foundation

/// Writes a Swift file that holds the text of each file below a folder: `embed-files FOLDER OUTPUT.swift`.
///
/// Run by the build plugin of the same name. The files are text, so they become string literals: quick to compile,
/// and readable in the debugger.
@main
struct EmbedFiles {
    static func main() throws {
        guard CommandLine.arguments.count == 3 else { throw UsageError() }
        let folder = URL(filePath: CommandLine.arguments[1], directoryHint: .isDirectory)
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path(percentEncoded: false))
            // Python leaves compiled files beside its sources when it runs from here.
            .filter { !$0.contains("__pycache__") }.sorted()
        var source = """
            /// The text of each file below the target's folder `Embedded`, by its path there.
            enum EmbeddedFiles {
                static let all: [String: String] = [\n
            """
        for path in files {
            let file = folder.appending(path: path)
            guard try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else { continue }
            let text = try String(contentsOf: file, encoding: .utf8)
            source += "        \(path.debugDescription): \(text.debugDescription),\n"
        }
        source += files.isEmpty ? "        :\n    ]\n}\n" : "    ]\n}\n"
        try source.write(toFile: CommandLine.arguments[2], atomically: true, encoding: .utf8)
    }

    struct UsageError: Error, CustomStringConvertible {
        var description: String { "usage: embed-files FOLDER OUTPUT.swift" }
    }
}
