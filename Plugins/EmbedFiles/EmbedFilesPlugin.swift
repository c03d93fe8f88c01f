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
        return [
            .buildCommand(
                displayName: "Embedding files of \(target.name)",
                executable: try context.tool(named: "embed-files").url,
                arguments: [folder.path(percentEncoded: false), output.path(percentEncoded: false)],
                inputFiles: try files(below: folder),
                outputFiles: [output]
            )
        ]
    }

    /// What makes the build anew when it changes: all files, also those behind links to folders.
    private func files(below folder: URL) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { !["__pycache__", "charts", "Chart.lock"].contains($0.lastPathComponent) }
            .flatMap { entry -> [URL] in
                let file = entry.resolvingSymlinksInPath()
                let isFolder = try file.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true
                return isFolder ? try files(below: file) : [file]
            }
    }

    private func embeddedFolder(below directory: URL) -> URL? {
        let files = FileManager.default.enumerator(at: directory, includingPropertiesForKeys: [.isDirectoryKey])
        return files?.compactMap { $0 as? URL }.first { $0.lastPathComponent == "Embedded" }
    }
}
