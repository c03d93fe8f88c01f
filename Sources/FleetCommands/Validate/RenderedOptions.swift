import ArgumentParser
import Engines
import FleetModel
import FleetTools
import Releases

/// Whether what helm renders is checked, and how.
struct RenderedOptions: ParsableArguments {
    @Flag(help: "Have helm render every release, and check the objects that come out.")
    var rendered = false

    @Flag(
        help: ArgumentHelp(
            "With --rendered, also make the pods of users, by the hub's own spawner.",
            discussion: "It runs the Python of the hub's configuration: never do so with a change of somebody unknown.")
    )
    var usersPods = false

    @Option(
        help: ArgumentHelp(
            "With --rendered: the version of Kubernetes; default: what fleet.yaml says of the cluster, else \(Helm.usualKubernetes).",
            valueName: "version"))
    var kubernetes: String?

    @Option(
        help: ArgumentHelp("With --rendered: the helm to render with: a path, or a name in PATH.", valueName: "program")
    )
    var helm: String?

    func validate() throws {
        try GivenPaths.check(["--kubernetes": kubernetes, "--helm": helm])
        if let kubernetes, KubernetesVersion(kubernetes) == nil {
            throw ValidationError("\"\(kubernetes)\" is no version of Kubernetes, such as 1.34.0")
        }
        let others = [
            ("--users-pods", usersPods), ("--kubernetes", kubernetes != nil), ("--helm", helm != nil),
        ]
        if !rendered, let other = others.first(where: \.1) {
            throw ValidationError("\(other.0) is for --rendered; add it")
        }
    }

    /// What is wrong with what helm renders of what was chosen; nothing without `--rendered`.
    /// - Throws: `CommandError`, `RenderError` or `FileError` when helm cannot be used at all, `LocalEngineError` when there is
    ///   no Python for the pods of users.
    func findings(
        of choice: OpenFleet.Choice, in fleet: OpenFleet, _ context: FleetContext
    ) async throws -> [(finding: Finding, release: String)] {
        guard rendered else { return [] }
        let notes = ObjectChecks.notes(on: choice)
        guard choice.clusters.contains(where: { $0.provider.kind != .local }) else { return notes }
        var how = ReleaseRenderer.Options()
        how.helm = Helm(program: helm ?? "helm")
        var options = ObjectChecks.Options()
        options.kubernetes = kubernetes
        if usersPods { options.usersPods = UsersPodMaker(python: try await python(context), runner: context.runner) }
        let renderer = try await ReleaseRenderer(how, runner: context.runner, environment: context.environment)
        let findings = await ObjectChecks(fleet, renderer: renderer, options: options).check(choice)
        await renderer.close(now: context.time.now)
        try Task.checkCancellation()
        return notes + findings
    }

    /// A Python with the hub's packages, which is made once and kept beside those of local hubs.
    private func python(_ context: FleetContext) async throws -> String {
        let state = StateFolder.standard(environment: context.environment, isRoot: context.isRoot)
        let environment = PythonEnvironment(state: state, doors: context.doors)
        let output = context.output
        let folder = try await environment.ensure(UsersPodMaker.requirements) { event in
            if case .installing(let packages, _) = event {
                output.message("Installing \(packages) packages that make the pods of users …")
            }
        }
        return folder + "/bin/python"
    }
}
