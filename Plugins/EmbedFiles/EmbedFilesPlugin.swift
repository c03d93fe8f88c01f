import Foundation
import PackagePlugin

/// Compiles the files below a target's folder `Embedded` into the target, as `EmbeddedFiles.all`.
@main
struct EmbedFilesPlugin: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        guard let folder = embeddedFolder(below: target.directoryURL) else {
            Diagnostics.error("target \(target.name) uses EmbedFiles, but has no folder named Embedded")
            return []
        }
        let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedFiles.swift")
        let inputs = try FileManager.default.subpathsOfDirectory(atPath: folder.path(percentEncoded: false))
            .filter { !$0.contains("__pycache__") }.map { folder.appending(path: $0) }
        return [
            .buildCommand(
                displayName: "Embedding files of \(target.name)",
                executable: try context.tool(named: "embed-files").url,
                arguments: [folder.path(percentEncoded: false), output.path(percentEncoded: false)],
                inputFiles: inputs,
                outputFiles: [output]
            )
        ]
    }

    private func embeddedFolder(below directory: URL) -> URL? {
        let files = FileManager.default.enumerator(at: directory, includingPropertiesForKeys: [.isDirectoryKey])
        return files?.compactMap { $0 as? URL }.first { $0.lastPathComponent == "Embedded" }
    }
}
