import ArgumentParser
import FleetModel
import FleetTools
import Foundation
import Releases
import Rollout

/// `hubfleet diff [SELECTOR...]`
struct DiffCommand: FleetCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show what a change does to the objects of hubs, with secrets hidden.",
        discussion: """
            Helm renders the releases of two states: the commit at which the branch left the default one, and the folder \
            as it is, without what git ignores. Fields are compared, not text. Nobody is asked but git, sops, jsonnet and helm on this machine; what was \
            rendered once is kept. What charts depend on must be here: `hubfleet charts fetch` brings it.

            hubfleet diff                          all that differs from where this branch began
            hubfleet diff '*/prod' --base HEAD~1   production hubs, against the commit before
            hubfleet diff --summary                equal changes once, with the hubs that they are in
            hubfleet diff --format markdown        the same for the comment of a change request

            Exit status: 0 whatever differs, 1 when anything cannot be compared. With --detailed-exitcode, 2 tells a \
            difference.
            """
    )

    @Argument(help: SelectorHelp.text, completion: SelectorHelp.completion)
    var selectors: [String] = []

    @OptionGroup var fleet: FleetOptions

    @OptionGroup var states: StateOptions

    @Flag(help: "Show changes that are equal in several hubs once.")
    var summary = false

    @Flag(help: "Leave encrypted files closed; their cipher texts are compared.")
    var noDecrypt = false

    @Flag(help: "End with 2 when anything differs.")
    var detailedExitcode = false

    @Option(
        help: ArgumentHelp(
            "The version of Kubernetes that charts are rendered for; default: what fleet.yaml says of the cluster, "
                + "else \(Helm.usualKubernetes).",
            valueName: "version"))
    var kubernetes: String?

    @Option(help: ArgumentHelp("The helm to render with: a path, or a name in PATH.", valueName: "program"))
    var helm = "helm"

    @Option(help: "The form of the result.")
    var format: DiffFormat = .table

    @OptionGroup var comment: CommentOptions
    @OptionGroup var logging: LoggingOptions

    func validate() throws {
        try GivenPaths.check(["--kubernetes": kubernetes, "--helm": helm])
        try kubernetes.map(Helm.checkKubernetes)
    }

    func run(in context: FleetContext) async throws {
        var options = ReleaseRenderer.Options()
        (options.kubernetes, options.helm) = (kubernetes, Helm(program: helm))
        let session = DiffSession(
            folder: try fleet.folder(in: context), selectors: selectors, states: states,
            opensEncryptedFiles: !noDecrypt,
            options: options, context: context)
        let differences = try await Interruption.guarded { try await session.differences() }
        try show(differences, in: context)
        for difference in differences {
            context.say(difference.findings)
            if case .failed(let reason) = difference.outcome {
                context.output.message("\(difference.release.id): \(reason)")
            }
        }
        context.output.message(DiffSheet.conclusion(differences))
        let isWrong = differences.contains { $0.isFailed || $0.findings.hasErrors }
        if isWrong { throw ExitStatus.failure }
        if detailedExitcode, differences.contains(where: \.isDifferent) { throw ExitStatus.pending }
    }

    private func show(_ differences: [ReleaseDifference], in context: FleetContext) throws {
        try context.output.result(format.text(differences, isSummary: summary, limit: comment.atMost))
    }
}

/// In which form differences are printed.
enum DiffFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case table
    /// For programs.
    case json
    /// A part of the comment of a change request, which says equal changes once.
    case markdown

    /// - Parameters:
    ///   - differences: what is printed.
    ///   - isSummary: whether equal changes are said once.
    ///   - limit: how many bytes Markdown may take.
    /// - Returns: the text.
    /// - Throws: what cannot be encoded as JSON, which never is.
    func text(_ differences: [ReleaseDifference], isSummary: Bool, limit: Int) throws -> String {
        switch (self, isSummary) {
        case (.table, true): SummarySheet(DifferenceSummary(differences), differences).text
        case (.table, false): DiffSheet(differences).text
        case (.json, true): try JSONText.pretty(SummarySheet(DifferenceSummary(differences), differences).json)
        case (.json, false): try JSONText.pretty(DiffSheet(differences).json)
        case (.markdown, _): DiffMarkdown(differences, limit: limit).text
        }
    }
}

extension Helm {
    /// Whether a text is a version of Kubernetes, as helm takes it.
    /// - Throws: `ValidationError`.
    static func checkKubernetes(_ version: String) throws {
        guard version.wholeMatch(of: /v?[0-9]+\.[0-9]+(\.[0-9]+)?/) != nil else {
            throw ValidationError("\"\(version)\" is no version of Kubernetes, such as 1.34.0")
        }
    }
}
