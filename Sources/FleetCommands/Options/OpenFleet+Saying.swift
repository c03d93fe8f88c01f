import FleetModel
import FleetTools
import Releases

extension OpenFleet {
    /// The clusters that a command is about. What is wrong with them is said on standard error, in one manner by every
    /// command; when nothing matches, all that is wrong is said, because what was meant may be in a file that cannot be
    /// read.
    ///
    /// - Throws: `SelectionError`.
    func choosing(
        _ selectors: [String], on kind: ProviderKind? = nil, in context: FleetContext
    ) throws -> Choice {
        do {
            let choice = try choosing(selectors, on: kind)
            context.say(choice.findings)
            return choice
        } catch {
            context.say(reading.findings)
            throw error
        }
    }
}

extension FleetContext {
    /// Says on standard error what has to be mended. Notes are left to `hubfleet validate`.
    func say(_ findings: [Finding]) {
        for finding in findings where finding.severity != .note { output.message(finding.description) }
    }
}
