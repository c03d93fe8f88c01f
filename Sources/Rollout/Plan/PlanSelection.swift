import FleetModel
import Releases
import Texts

/// The releases that selectors choose in two states: one that is gone can be chosen as well as one that is new.
struct PlanSelection: Sendable {
    private let selectors: [Selector]
    /// What is wrong with the files that the chosen clusters are read from, in the state after.
    let findings: [Finding]

    /// - Throws: `SelectionError` for a selector that chooses nothing in either state.
    init(_ texts: [String], before: OpenFleet, after: OpenFleet) throws(SelectionError) {
        var selectors: [Selector] = []
        var present: [String] = []
        for text in texts {
            do {
                _ = try after.fleet.selecting([text])
                present.append(text)
            } catch {
                guard (try? before.fleet.selecting([text])) != nil else { throw error }
            }
            if let selector = Selector(text) { selectors.append(selector) }
        }
        self.selectors = selectors
        findings = texts.isEmpty || !present.isEmpty ? try after.choosing(present).findings : []
    }

    func contains(_ release: Release?) -> Bool {
        guard let release else { return false }
        guard let hub = release.hub else {
            return selectors.isEmpty || selectors.contains { $0.hub == nil && $0.matches(release.cluster) }
        }
        return selectors.isEmpty || selectors.contains { $0.matches(hub) }
    }
}
