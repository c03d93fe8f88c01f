import FleetModel
import Texts

/// What the values of a release are made of over those of its chart, told by identities alone: no values file is parsed,
/// nothing is opened or computed.
package struct ReleaseInputs: Sendable {
    /// A file that becomes a layer.
    package struct File: Sendable {
        package let path: String
        package let kind: Layer.Kind
        /// Nil when it cannot be read.
        package let identity: FileIdentity?
        /// The files that a jsonnet file imports, and those that these import, by path. One that is looked for and not
        /// there has no identity.
        package let imports: [ExactText: FileIdentity?]
    }

    /// Weakest first.
    package let files: [File]
    /// What jsonnet files can ask for; none without such files.
    package let variables: [ExactText: String]

    /// Whether both surely set the same. Files may lie at other places, but for those of jsonnet, which know their own.
    package func isSame(as other: ReleaseInputs) -> Bool {
        files.count == other.files.count && zip(files, other.files).allSatisfy { $0.isSame(as: $1) }
            && variables == other.variables
    }
}

extension ReleaseInputs.File {
    fileprivate func isSame(as other: ReleaseInputs.File) -> Bool {
        guard kind == other.kind, identity == other.identity, identity != nil else { return false }
        return kind != .jsonnet || (path.exact == other.path.exact && imports == other.imports)
    }
}

/// Finds the inputs of the releases of one state of a fleet; what several share is looked at once.
package actor ReleaseInputsReader {
    private let source: any FleetSource
    private var imports: [ExactText: [ExactText: FileIdentity?]] = [:]
    private var besideCharts: [ExactText: [(path: String, kind: Layer.Kind)]] = [:]

    package init(_ source: any FleetSource) {
        self.source = source
    }

    package func inputs(of release: Release) async -> ReleaseInputs {
        let listed = release.valuesFiles.map { file -> (path: String, kind: Layer.Kind) in
            let path = "\(release.cluster.folder)/\(file.value)"
            return (path, LayerName.isJsonnet(path) ? .jsonnet : LayerName.isEncrypted(path) ? .encrypted : .file)
        }
        let ofChart = besideChart(release.chart.value).filter { $0.kind == .jsonnet || release.kind == .support }
        var files: [ReleaseInputs.File] = []
        for (path, kind) in ofChart + listed {
            files.append(
                ReleaseInputs.File(
                    path: path, kind: kind, identity: await source.identity(path),
                    imports: kind == .jsonnet ? await imports(of: path) : [:]))
        }
        let computes = files.contains { $0.kind == .jsonnet }
        let variables = computes ? release.jsonnetVariables.map { ($0.name.exact, $0.value) } : []
        return ReleaseInputs(files: files, variables: Dictionary(variables) { first, _ in first })
    }

    /// Encrypted values beside a chart, then its `values.jsonnet`, in the order of the loader.
    private func besideChart(_ name: String) -> [(path: String, kind: Layer.Kind)] {
        if let known = besideCharts[name.exact] { return known }
        let folder = "\(Charts.folder)/\(name)"
        let names = source.entries(folder) ?? []
        let found =
            names.filter { $0.exact.hasSuffix(".yaml") && LayerName.isEncrypted($0) }
            .map { (path: "\(folder)/\($0)", kind: Layer.Kind.encrypted) }
            + names.filter { $0 == "values.jsonnet" }.map { (path: "\(folder)/\($0)", kind: Layer.Kind.jsonnet) }
        besideCharts[name.exact] = found
        return found
    }

    private func imports(of file: String) async -> [ExactText: FileIdentity?] {
        if let known = imports[file.exact] { return known }
        let found = await JsonnetInputs.all(of: file, in: source)
        imports[file.exact] = found
        return found
    }
}
