import Foundation
import Texts

/// A run of the export of all homes: what was to be archived, and how far each home is. A run that was stopped, or in which
/// homes failed, can be continued.
package struct AllHomesRun: Codable, Sendable, Equatable {
    package enum State: String, Codable, Sendable { case waiting, running, done, failed }

    /// A home, with what became of it.
    package struct Home: Codable, Sendable, Equatable {
        /// The name of the home's folder.
        package let folder: ExactText
        /// The user's name, when the hub knows one for the folder; else as the folder is called.
        package let user: ExactText
        package var state = State.waiting
        /// Bytes of the archive that are written.
        package var bytes: UInt64 = 0
        /// Bytes of the whole archive.
        package var length: UInt64 = 0
        package var root: String?
        /// Things that were left out.
        package var exceptions = 0
        /// The reason why it failed.
        package var reason: String?

        package init(folder: ExactText, user: ExactText, state: State = .waiting) {
            self.folder = folder
            self.user = user
            self.state = state
        }
    }

    /// The name of the run, which its folder of archives gets.
    package let name: String
    /// The administrator who began it.
    package let by: ExactText
    package var homes: [Home]
    /// When all homes were done or had failed; nil: there is something left.
    package var finished: Date?

    package init(name: String, by: ExactText, homes: [Home]) {
        self.name = name
        self.by = by
        self.homes = homes
    }

    package func count(_ state: State) -> Int { homes.count { $0.state == state } }

    /// Whether it was stopped, or some homes failed: there is something to go on with.
    package var isOpen: Bool { finished == nil || count(.failed) > 0 }

    /// The homes that are to be archived, for `AllHomesExport.run`.
    package var waiting: [AllHomesExport.Home] {
        homes.filter { $0.state == .waiting }.map { AllHomesExport.Home(folder: $0.folder, owner: $0.user) }
    }

    /// The same run, with all homes waiting that are not done.
    package var continued: AllHomesRun {
        var run = self
        run.finished = nil
        run.homes = homes.map { $0.state == .done ? $0 : Home(folder: $0.folder, user: $0.user) }
        return run
    }

    /// The end of a run: a home in whose middle it was stopped waits again.
    ///
    /// - Parameter time: when that is.
    package mutating func end(at time: Date) {
        for index in homes.indices where homes[index].state == .running { homes[index].state = .waiting }
        if count(.waiting) == 0 { finished = time }
    }

    /// Notes a step of the export.
    ///
    /// - Returns: whether more has changed than a number of bytes.
    @discardableResult package mutating func note(_ event: AllHomesEvent) -> Bool {
        switch event {
        case .begins(let home): change(home) { $0.state = .running }
        case .export(let home, .wrote(let bytes, _)):
            change(home) { $0.bytes = bytes }
            return false
        case .export: return false
        case .made(let home, let receipt, _):
            change(home) { $0.note(receipt) }
            return false
        case .signed(let home, _): change(home) { $0.state = .done }
        case .present(let home, let receipt, _):
            change(home) { home in
                home.note(receipt)
                home.state = .done
            }
        case .failed(let home, let error):
            change(home) { ($0.state, $0.reason) = (.failed, "\(error)") }
        }
        return true
    }

    private mutating func change(_ home: AllHomesExport.Home, _ body: (inout Home) -> Void) {
        guard let index = homes.firstIndex(where: { $0.folder == home.folder }) else { return }
        body(&homes[index])
    }
}

extension AllHomesRun.Home {
    fileprivate mutating func note(_ receipt: HomeReceipt) {
        (bytes, length, root, exceptions) = (receipt.length, receipt.length, receipt.root, receipt.exceptionCount)
    }
}
