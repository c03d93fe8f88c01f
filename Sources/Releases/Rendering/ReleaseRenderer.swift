import FleetModel
import FleetTools
import Foundation
import Texts

/// Renders releases by helm, several of them side by side, and none of them a second time.
package struct ReleaseRenderer: Sendable {
    /// How releases are rendered.
    package struct Options: Sendable {
        /// The version of Kubernetes that templates are told; nil takes that of each cluster, where it is known.
        package var kubernetes: String?
        package var helm = Helm()
        /// How many calls of helm run at a time.
        package var width = ProcessInfo.processInfo.activeProcessorCount

        package init() {}
    }

    private let options: Options
    private let runner: any CommandRunner
    private let turnstile: Turnstile
    private let cache: RenderCache
    private let store: ChartStore
    private let version: String
    private let folders = ChartFolders()

    /// - Parameters:
    ///   - options: how.
    ///   - runner: runs helm.
    ///   - environment: the variables of this process.
    /// - Throws: `CommandError` when helm cannot say its version, `FileError` when nothing can be kept.
    package init(_ options: Options = Options(), runner: any CommandRunner, environment: [String: String]) async throws
    {
        let folder = CacheFolder(environment: environment)
        self.options = options
        self.runner = runner
        turnstile = Turnstile(width: options.width)
        cache = try RenderCache(folder)
        store = ChartStore(folder)
        version = try await HelmVersion(
            helm: options.helm, runner: runner, environment: environment, cache: folder
        ).find()
    }

    /// A release as it would be rendered.
    package struct Request: Sendable {
        /// What tells it from any other: helm's version, the chart with all below it, all values, and the name.
        package let key: ContentDigest
        /// Encrypted files that could not be opened; what stands for their values is made of their cipher text.
        package let closed: [String]
        /// Charts that are left out because they are not here, each with its version.
        package var missing: [String] { chart.missing }
        fileprivate let id: String
        let name: String
        let chart: ChartPlan
        let values: HelmValues
        /// The version of Kubernetes that templates are told.
        package let kubernetes: String
    }

    /// What a release is rendered from. Nothing is started.
    ///
    /// - Parameters:
    ///   - release: the release.
    ///   - values: what it runs with.
    ///   - state: the state of the fleet that both are of.
    ///   - kubernetes: the version of the release's cluster, where it is known; that of the options wins over it.
    /// - Returns: what is rendered, as a value.
    /// - Throws: `RenderError`.
    package func request(
        _ release: Release, _ values: EffectiveValues, in state: RenderState, kubernetes: String? = nil
    ) async throws -> Request {
        let kubernetes = options.kubernetes ?? kubernetes ?? Helm.usualKubernetes
        let chart = try await state.chart(of: release, values, store: store)
        let given = await state.values(values.given)
        let facts = [SheetCodec.version, version, kubernetes, release.id, chart.digest.description]
        let bytes = Array(facts.joined(separator: "\n").utf8) + [0] + given.real
        return Request(
            key: ContentDigest(of: bytes, key: cache.key), closed: given.closed, id: release.id,
            name: release.helmName, chart: chart, values: given, kubernetes: kubernetes)
    }

    /// The objects of a release, as they may be kept.
    /// - Throws: `RenderError`, `ManifestError`, `FileError` or `CommandError`.
    package func sheets(_ request: Request) async throws -> [ObjectSheet] {
        if let known = cache.sheets(request.key) { return known }
        let folder = try await folders.folder(of: request.chart)
        let key = cache.key
        let sealing = Renderings.Sealing(
            // With the release in it, equal secrets of two communities have different seals.
            seal: { ContentDigest(of: Array("\(request.id)\n\($0)".utf8), key: key).description },
            tells: request.values.tells)
        let sheets = try await renderings(request, chart: folder).sheets(sealing)
        cache.keep(sheets, request.key)
        return sheets
    }

    /// Finds out whether helm renders a release at all, by one call; nothing is kept.
    /// - Throws: `RenderError`, `ManifestError`, `FileError` or `CommandError`.
    package func check(_ request: Request) async throws {
        guard cache.sheets(request.key) == nil else { return }
        _ = try await manifest(request)
    }

    /// What helm makes of a release, with its secrets: for the memory of this process alone.
    ///
    /// - Parameter request: what is rendered.
    /// - Returns: the objects, and the text that they stand in.
    /// - Throws: `RenderError`, `ManifestError`, `FileError` or `CommandError`.
    package func manifest(_ request: Request) async throws -> (objects: [KubernetesObject], bytes: [UInt8]) {
        let folder = try await folders.folder(of: request.chart)
        let output = try await helm(request, request.values.real, chart: folder)
        guard output.status == 0 else {
            throw RenderError.refused(try await words(of: output, request, chart: folder))
        }
        let bytes = output.standardOutput
        return (try Manifest.objects(bytes, namespace: request.name), bytes)
    }

    /// What helm makes of it with other secrets; nil where there are none, or it makes nothing of others.
    func variedObjects(_ request: Request) async throws -> [KubernetesObject]? {
        let folder = try await folders.folder(of: request.chart)
        guard let output = try await other(request, chart: folder), output.status == 0 else { return nil }
        return try? Manifest.objects(output.standardOutput, namespace: request.name)
    }

    /// What helm makes of it with something else in the place of values; nil when it makes nothing of that.
    func objects(
        _ request: Request, with probe: ValueProbe, of effective: EffectiveValues
    ) async throws -> [KubernetesObject]? {
        let folder = try await folders.folder(of: request.chart)
        let values = request.values.document(probe, of: effective)
        let output = try await helm(request, values, chart: folder)
        guard output.status == 0 else { return nil }
        return try? Manifest.objects(output.standardOutput, namespace: request.name)
    }

    /// Removes the folders that helm was given, and what was not used for long.
    package func close(now: Date) async {
        await folders.remove()
        cache.tidy(now: now)
    }

    // MARK: - Helm

    private func renderings(_ request: Request, chart: String) async throws -> Renderings {
        async let first = helm(request, request.values.real, chart: chart)
        async let second = helm(request, request.values.real, chart: chart)
        async let third = other(request, chart: chart)
        let (real, again, varied) = try await (first, second, third)
        guard real.status == 0, again.status == 0 else {
            throw RenderError.refused(try await words(of: real, request, chart: chart))
        }
        return Renderings(
            real: try Manifest.objects(real.standardOutput, namespace: request.name),
            again: try Manifest.objects(again.standardOutput, namespace: request.name),
            varied: Self.varied(varied, namespace: request.name))
    }

    /// What other secrets make of it; nil when there are none.
    private func other(_ request: Request, chart: String) async throws -> CommandOutput? {
        guard let values = request.values.varied else { return nil }
        return try await helm(request, values, chart: chart)
    }

    private static func varied(_ output: CommandOutput?, namespace: String) -> Renderings.Varied {
        guard let output else { return .withoutSecrets }
        guard output.status == 0, let objects = try? Manifest.objects(output.standardOutput, namespace: namespace)
        else {
            return .unknown
        }
        return .rendered(objects)
    }

    private func helm(_ request: Request, _ values: [UInt8], chart: String) async throws -> CommandOutput {
        try await turnstile.pass { [runner, options] in
            let home = try PrivateFolder()
            defer { home.remove() }
            let template = Helm.Template(
                release: request.name, chart: chart, values: values, kubernetes: request.kubernetes,
                home: home.path)
            return try await runner.run(options.helm.template(template))
        }
    }

    /// What helm said, as far as it says the same with other secrets; without any, all of it.
    private func words(of output: CommandOutput, _ request: Request, chart: String) async throws -> String {
        var texts = [output.standardError]
        if let values = request.values.varied {
            let other = try await helm(request, values, chart: chart)
            if other.status == 0 { return "the reason is what a secret holds, so it is not shown" }
            texts.append(other.standardError)
        }
        return CommonText.of(
            texts.map { $0.lastLines(12).replacing(chart, with: "the chart") }, mark: Secret.mask)
    }
}

extension Release {
    /// The name that helm knows it by, which is also that of its namespace.
    package var helmName: String { hub?.name.value ?? "support" }
}

/// The folders with charts that helm is given, each written once for all releases that share it.
private actor ChartFolders {
    private var folders: [ContentDigest: Task<String, any Error>] = [:]
    private var made: [PrivateFolder] = []

    /// - Throws: `FileError` or `RenderError`.
    func folder(of chart: ChartPlan) async throws -> String {
        if let known = folders[chart.digest] { return try await known.value }
        let folder = try PrivateFolder()
        made.append(folder)
        let task = Task {
            try await chart.write(to: folder)
            return folder.path
        }
        folders[chart.digest] = task
        return try await task.value
    }

    func remove() {
        for folder in made { folder.remove() }
        (folders, made) = ([:], [])
    }
}
