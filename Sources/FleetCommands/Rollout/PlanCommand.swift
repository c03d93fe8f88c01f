import ArgumentParser
import FleetModel
import FleetTools
import Foundation
import Releases
import Rollout
import Texts

/// `hubfleet plan [SELECTOR...]`
struct PlanCommand: FleetCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Say what a change of the fleet will deploy, in which order, and why.",
        discussion: """
            Compares two states of the fleet: the commit at which the branch left the default one, and the folder as it \
            is, without what git ignores. What counts is what hubs run with: comments, order and moved files plan \
            nothing. Only reads, and needs no cluster. Helm then renders both states, so that the plan says what people \
            will notice.

            hubfleet plan                                  what the changes of this branch will do
            hubfleet plan my-cluster --base HEAD~1         a part of the fleet, since the commit before
            hubfleet plan --from v1 --to main              between two commits
            hubfleet plan --explain my-cluster/prod        everything about one hub
            hubfleet plan --format markdown                a comment for a change request
            hubfleet plan --no-render                      without helm, and without what people will notice

            Exit status: 0 whatever differs, 1 when it is refused, or when helm refuses to render the state after. What \
            cannot be judged here, as without helm or a key, is said and is no failure. With --detailed-exitcode, 2 \
            tells that something would be deployed.
            """
    )

    @Argument(help: SelectorHelp.text, completion: SelectorHelp.completion)
    var selectors: [String] = []

    @OptionGroup var fleet: FleetOptions
    @OptionGroup var states: StateOptions

    @Option(help: ArgumentHelp("A label of the change request; may be given several times.", valueName: "label"))
    var label: [String] = []

    @Option(help: ArgumentHelp("Say everything about one hub: CLUSTER/HUB.", valueName: "hub"))
    var explain: String?

    @Option(help: "The form of the result.")
    var format: PlanFormat = .table

    @Option(help: ArgumentHelp("Also save the plan, as JSON.", valueName: "file"), completion: .file())
    var out: String?

    @Option(
        help: ArgumentHelp("Compare with the list of jobs of another deployer for this change.", valueName: "file"),
        completion: .file())
    var compareWith: String?

    @Flag(help: "Leave encrypted files closed.")
    var noDecrypt = false

    @Flag(help: "Render nothing, and leave out what people will notice.")
    var noRender = false

    @Option(
        help: ArgumentHelp(
            "The version of Kubernetes that charts are rendered for; default: what fleet.yaml says of the cluster, "
                + "else \(Helm.usualKubernetes).",
            valueName: "version"))
    var kubernetes: String?

    @Option(help: ArgumentHelp("The helm to render with: a path, or a name in PATH.", valueName: "program"))
    var helm = "helm"

    @Flag(help: "End with 2 when something would be deployed.")
    var detailedExitcode = false

    @Flag(help: "Print the JSON Schema of saved plans instead.")
    var schema = false

    @OptionGroup var comment: CommentOptions
    @OptionGroup var logging: LoggingOptions

    func validate() throws {
        try GivenPaths.check([
            "--out": out, "--compare-with": compareWith, "--explain": explain, "--kubernetes": kubernetes,
            "--helm": helm,
        ])
        try kubernetes.map(Helm.checkKubernetes)
        if noRender, out != nil {
            throw ValidationError("a saved plan always says what people will notice; leave out --no-render")
        }
        if explain != nil, !selectors.isEmpty { throw ValidationError("give either selectors or --explain") }
        if compareWith != nil, format != .table { throw ValidationError("--compare-with prints a table") }
    }

    func run(in context: FleetContext) async throws {
        if schema { return try context.output.result(JSONText.pretty(JSONValue(PlanDocument.schema))) }
        let labels = ChangeLabels(label)
        for (label, advice) in labels.unknown {
            context.output.message("the label \"\(label)\" means nothing here; \(advice)")
        }
        let (planned, sources) = try await plan(labels, in: context)
        context.say(planned.findings)
        for hub in planned.renamed { context.output.message(hub.description) }
        let isAtOnce = explain == nil && format == .table
        if isAtOnce { try context.output.result(PlanTable(planned).text) }
        let plan = noRender ? planned : try await consequences(of: planned, sources, isAtOnce: isAtOnce, in: context)
        for failure in plan.failures { context.output.message("\(failure.release): \(failure.reason)") }
        try await print(plan, isPrinted: isAtOnce, in: context)
        if !plan.isSound { throw ExitStatus.failure }
        if detailedExitcode, !plan.isEmpty { throw ExitStatus.pending }
    }

    private func plan(_ labels: ChangeLabels, in context: FleetContext) async throws -> (Plan, FleetSources) {
        let folder = try fleet.folder(in: context)
        let options = Planner.Options(
            selectors: explain.map { [$0] } ?? selectors, labels: labels, opensEncryptedFiles: !noDecrypt,
            tellsContents: out != nil || format == .json)
        let states = states
        return try await Interruption.guarded {
            let sources = try await states.sources(of: folder, in: context)
            let both = try await FleetStates(sources, runner: context.runner, kept: context.keptResults)
            return (try await Planner(both, options).plan(), sources)
        }
    }

    /// The plan with what people will notice. On a terminal each release is said as soon as it is rendered.
    private func consequences(
        of plan: Plan, _ sources: FleetSources, isAtOnce: Bool, in context: FleetContext
    ) async throws -> Plan {
        guard !plan.releases.isEmpty else { return plan }
        var options = PlanConsequences.Options(now: context.time.now)
        (options.rendering.kubernetes, options.rendering.helm) = (kubernetes, Helm(program: helm))
        (options.opensEncryptedFiles, options.environment) = (!noDecrypt, context.environment)
        options.kept = context.keptResults
        let work = PlanConsequences(
            sources, lender: try fleet.folder(in: context), runner: context.runner, options)
        let width = ConsequenceTable.width(plan)
        if isAtOnce { try context.output.result("\n\(ConsequenceTable.title)\n") }
        return try await Interruption.guarded {
            try await work.find(plan) { planned, found in
                if isAtOnce { try context.output.result(ConsequenceTable.row(planned, found, width: width)) }
            }
        }
    }

    private func print(_ plan: Plan, isPrinted: Bool, in context: FleetContext) async throws {
        if let out {
            let helm = try? await Helm(program: helm).version(context.runner)
            let document = PlanDocument(plan, program: Version.current, helm: helm)
            try FileWriting.write(document.text + "\n", to: context.url(out).path, permissions: 0o644)
        }
        if let explain { return try context.output.result(PlanExplanation(plan, of: explain).text) }
        let proofs = ConsequenceTable.proofs(plan)
        if !isPrinted {
            try context.output.result(format.text(plan, limit: comment.atMost))
        } else if !proofs.isEmpty {
            try context.output.result("\n\(proofs)")
        }
        if let compareWith {
            let file = context.url(compareWith)
            guard let bytes = FileManager.default.contents(atPath: file.path) else {
                throw ValidationError("\(compareWith) cannot be read")
            }
            let comparison = PeerComparison(plan, try PeerJobs(Array(bytes), file: compareWith))
            try context.output.result("\n" + PeerSheet(comparison).text)
        }
        if format == .table {
            context.output.message(
                "From \(plan.before.text) to \(plan.after.text): \(PlanCount(plan).text)")
        }
    }
}

/// In which form a plan is printed.
enum PlanFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case table
    /// For programs, in the form of saved plans.
    case json
    /// One comment of a change request.
    case markdown

    /// - Parameters:
    ///   - plan: what is printed.
    ///   - limit: how many bytes a comment may hold.
    /// - Returns: the text.
    func text(_ plan: Plan, limit: Int) -> String {
        switch self {
        case .table: PlanTable(plan).text
        case .json: PlanDocument(plan, program: Version.current).text
        case .markdown: PlanMarkdown(plan, limit: limit).text
        }
    }
}

extension RenamedHub {
    /// The line for people.
    var description: String {
        "\(place): error: \(hub) looks like \(earlier) under another name (\(signs.joined(separator: "; "))) and would "
            + "start with empty homes; \(advice)"
    }
}
