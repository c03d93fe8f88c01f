import FleetModel
import FleetTesting
import Rollout
import Testing

/// What people will notice of edits of a real hub, rendered by the real helm: each class has edits that cause it, and near
/// misses that change what is rendered and do not.
@Suite(.tags(.large), .timeLimit(.minutes(20)), .needs("helm"), .needs("helm3"), .needsRealFleet)
struct ConsequenceTests {
    private typealias Edit = ConsequenceBed.Edit

    @Test(arguments: ConsequenceEdits.all) func eachClassHasItsEditsAndItsNearMisses(
        _ edits: ConsequenceEdits
    ) async throws {
        let bed = try ConsequenceBed()
        #expect(edits.causes.count >= 3 && edits.misses.count >= 3)
        let before = try await bed.sheets()
        for (list, isCaused) in [(edits.causes, true), (edits.misses, false)] {
            for edit in list {
                let after = try await bed.sheets(edit)
                // Hub and proxy have sums of what the chart makes by chance, as with the official one.
                let found = SheetConsequences.of(before, after).filter { !$0.isOfFirstUpgrade }
                let kinds = found.map(\.kind)
                #expect(before != after, "\(edit.what) changes nothing at all")
                #expect(kinds.contains(edits.kind) == isCaused, "\(edit.what): \(kinds)")
                // What differs is never said to be as before.
                #expect(!found.flatMap(\.proofs).isEmpty, "\(edit.what)")
                #expect(!found.flatMap(\.proofs).contains { $0.object == nil }, "\(edit.what)")
                guard isCaused, let shown = edits.shown[edit.what] else { continue }
                let proofs = found.first { $0.kind == edits.kind }?.proofs ?? []
                #expect(
                    proofs.contains { "\($0.object ?? "") \($0.path ?? "")" == shown },
                    "\(edit.what): \(proofs.map { "\($0.object ?? "") \($0.path ?? "")" })")
            }
        }
    }

    @Test(arguments: ["helm", "helm3"]) func aCombinedEditShowsAllOfItsClasses(_ helm: String) async throws {
        let bed = try ConsequenceBed(helm: helm)
        let edit = Edit(
            "everything",
            """
            nfs: {pv: {serverIP: 10.0.0.2, mountOptions: [hard]}}
            images: {dirsizeExporter: "quay.io/example/sizes:1"}
            jupyterhub:
              proxy: {chp: {image: {tag: "9"}}}
              singleuser: {memory: {limit: 3G}}
              hub:
                cookieSecret: "2222222222222222222222222222222222222222222222222222222222222222"
                image: {tag: "9"}
                extraConfig: {mine: "c.JupyterHub.log_level = 10"}
                config: {GitHubOAuthenticator: {allowed_organizations: [one, two, three]}}

            """)
        let found = SheetConsequences.of(try await bed.sheets(), try await bed.sheets(edit))
        let kinds = found.filter { !$0.isOfFirstUpgrade }.map(\.kind)
        #expect(kinds == Consequence.Kind.allCases.filter { $0 != .nothing })
    }
}
