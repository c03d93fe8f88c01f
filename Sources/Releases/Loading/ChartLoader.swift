import FleetModel
import FleetTools
import Foundation

/// Reads charts of a fleet repository with all charts that they depend on, each of them once.
package actor ChartLoader {
    /// A chart, and what is laid over its values before the files of a release.
    package struct Loaded: Sendable {
        package let chart: Chart
        /// Encrypted values beside the chart.
        package let encrypted: [ChartFiles.File]
        /// A `values.jsonnet` beside the chart.
        package let jsonnet: ChartFiles.File?
        package let findings: [Finding]
    }

    private let root: String
    private let files: ValuesFiles
    private let runner: any CommandRunner
    private var charts: [String: Task<Loaded, Never>] = [:]

    package init(root: String, files: ValuesFiles, runner: any CommandRunner) {
        self.root = root
        self.files = files
        self.runner = runner
    }

    /// The chart in the folder `name` below `helm-charts/`, with `override`, relative to the root, in place of its
    /// Chart.yaml.
    package func chart(_ name: String, override: String?) async -> Loaded {
        let key = "\(name)\n\(override ?? "")"
        if let task = charts[key] { return await task.valueWhileWanted }
        let (root, files, runner) = (root, files, runner)
        let task = Task { await Self.load(name, override: override, root: root, files: files, runner: runner) }
        charts[key] = task
        return await task.valueWhileWanted
    }

    private static nonisolated func load(
        _ name: String, override: String?, root: String, files: ValuesFiles, runner: any CommandRunner
    ) async -> Loaded {
        var (chart, findings) = ChartFilesReader.read(name, override: override, root: root)
        var unpacking: ChartArchives?
        if !chart.archives.isEmpty {
            let archives = ChartArchives(runner: runner)
            let failed = await archives.unpack(chart.archives, root: root)
            (chart, findings) = ChartFilesReader.read(name, override: override, root: root, unpacked: archives.folders)
            findings += failed
            unpacking = archives
        }
        let loaded = await read(chart, files: files)
        unpacking?.remove()
        return Loaded(
            chart: loaded.chart, encrypted: chart.encrypted, jsonnet: chart.jsonnet,
            findings: findings + loaded.findings)
    }

    private static nonisolated func read(
        _ files: ChartFiles, files source: ValuesFiles
    ) async -> (chart: Chart, findings: [Finding]) {
        var findings: [Finding] = []
        var values: Value?
        if let file = files.values {
            let content = await source.content(of: file, isEncrypted: false)
            values = content.values
            findings += content.findings
        }
        var dependencies: [Chart.Dependency] = []
        for dependency in files.dependencies {
            let below = await read(dependency.files, files: source)
            findings += below.findings
            dependencies.append(
                Chart.Dependency(
                    below.chart, conditions: dependency.conditions, tags: dependency.tags, imports: dependency.imports))
        }
        let schema = files.schema.flatMap { file -> Chart.Schema? in
            guard let bytes = FileReading.contents(file.path) else {
                findings.append(
                    Finding(
                        rule: "schema/invalid", "this schema cannot be read, so nothing is checked against it",
                        at: SourceLocation(file: file.shown)))
                return nil
            }
            let document = YAMLReader.read(bytes, file: file.shown)
            findings += document.findings
            return document.root.map { Chart.Schema(file: file.shown, document: $0) }
        }
        let chart = Chart(
            key: files.key, file: files.values?.shown, values: values, schema: schema,
            hasTemplates: files.hasTemplates || files.jsonnet != nil, declaresDependencies: files.declaresDependencies,
            dependencies: dependencies)
        return (chart, findings)
    }
}

/// Archives of charts, unpacked into a temporary folder as long as they are read.
final class ChartArchives {
    private let runner: any CommandRunner
    private let temporary = FileManager.default.temporaryDirectory.appending(path: "hubfleet-charts-\(UUID())").path
    /// The folder of each archive that could be unpacked.
    private(set) var folders: [String: String] = [:]

    init(runner: any CommandRunner) {
        self.runner = runner
    }

    /// - Returns: what could not be unpacked.
    func unpack(_ archives: [String], root: String) async -> [Finding] {
        var findings: [Finding] = []
        for (index, archive) in archives.enumerated() {
            let folder = "\(temporary)/\(index)"
            do {
                try FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
                try await runner.check(Invocation("tar", ["-xzf", archive, "-C", folder]))
                removeLinks(in: folder)
                folders[archive] = folder
            } catch {
                folders[archive] = folder
                let shown = archive.hasPrefix(root + "/") ? String(archive.dropFirst(root.count + 1)) : archive
                findings.append(
                    Finding(
                        rule: "values/broken-archive", "this archive of a chart cannot be unpacked: \(error)",
                        advice: "fetch it anew with `helm dependency build`", at: SourceLocation(file: shown)))
            }
        }
        return findings
    }

    /// A link in an archive may lead anywhere; no chart needs one.
    private func removeLinks(in folder: String) {
        let entries = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        for entry in entries {
            let path = "\(folder)/\(entry)"
            let type = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
            if type == .typeSymbolicLink { try? FileManager.default.removeItem(atPath: path) }
        }
    }

    func remove() { try? FileManager.default.removeItem(atPath: temporary) }
}
