import FleetTools
import Homes
import Hummingbird
import Texts

/// The page of a user's own home.
struct HomePage: Sendable {
    struct Facts {
        let user: ExactText
        let state: State
        /// The quota of a home in bytes; nil: nobody says.
        let quota: Int64?
        let receipts: [ReceiptStore.Kept]
        let isAdministrator: Bool
        /// The address at which people reach the service.
        let origin: String
        let address: (HomeSnapshot, ArchiveFormat) -> String
        /// A form of the page that is sent to a path, as the templates show it.
        let form: (_ action: String) throws -> [String: Any]
        /// Below which the service is.
        let prefix: String
    }

    enum State {
        case scanning(things: Int, bytes: Int64)
        case ready(HomeSnapshot)
        case failed(reason: String)

        init(_ status: HomeStore.Status) {
            switch status {
            case .scanning(let progress):
                let now = progress.now
                self = .scanning(things: now.things, bytes: now.bytes)
            case .ready(let snapshot): self = .ready(snapshot)
            case .noHome: self = .failed(reason: HomeStore.noHome)
            case .troubled(let trouble): self = .failed(reason: trouble.description)
            }
        }
    }

    let templates: PageTemplates

    /// - Throws: `HomeError` when the notes of a scan cannot be read.
    func show(_ facts: Facts) throws -> Response {
        var values: [String: Any] = [
            "title": "Your home directory", "user": facts.user.text, "isAdministrator": facts.isAdministrator,
            "scan": try facts.form(facts.prefix + "scan"), "logout": try facts.form(facts.prefix + "logout"),
        ]
        let receipts = facts.receipts.prefix(20).map(Self.row)
        if !receipts.isEmpty { values["receipts"] = ["rows": receipts] }
        switch facts.state {
        case .failed(let reason): values["failure"] = ["reason": reason]
        case .scanning(let things, let bytes):
            values["scanning"] = ["things": PageText.number(things), "bytes": ByteAmount.text(bytes)]
            values["refresh"] = ["seconds": "2"]
        case .ready(let snapshot): values["ready"] = try ready(snapshot, facts)
        }
        return templates.page("home", values)
    }

    private func ready(_ snapshot: HomeSnapshot, _ facts: Facts) throws -> [String: Any] {
        let summary = snapshot.summary
        let zip = facts.address(snapshot, .zip)
        var values: [String: Any] = [
            "bytes": ByteAmount.text(summary.bytes), "files": PageText.number(summary.files),
            "folders": PageText.number(summary.folders), "zip": try facts.form(zip),
            "tar": try facts.form(facts.address(snapshot, .tar)),
            "length": ByteAmount.text(Int64(summary.length(.zip))), "taken": PageText.time(summary.taken),
            "command": "curl -C - -o home.zip -H \"Authorization: token $TOKEN\" '\(facts.origin)\(zip)'",
        ]
        if let quota = facts.quota, quota > 0 { values["quota"] = Self.use(of: quota, summary.bytes) }
        if summary.problems > 0 { values["skipped"] = try Self.skipped(snapshot) }
        return values
    }

    private static func use(of quota: Int64, _ bytes: Int64) -> [String: Any] {
        let percent = Int((Double(bytes) / Double(quota) * 100).rounded())
        return [
            "amount": ByteAmount.text(quota), "percent": "\(percent)", "value": "\(min(percent, 100))",
            "isOver": percent >= 100,
        ]
    }

    private static func skipped(_ snapshot: HomeSnapshot) throws -> [String: Any] {
        let count = snapshot.summary.problems
        let rows = try snapshot.problems(limit: 20).map { ["path": $0.shownPath, "reason": $0.explanation] }
        var values: [String: Any] = ["count": PageText.number(count), "rows": rows]
        if count > rows.count { values["more"] = PageText.number(count - rows.count) }
        return values
    }

    private static func row(_ kept: ReceiptStore.Kept) -> [String: Any] {
        let receipt = kept.receipt
        return [
            "file": kept.name, "time": PageText.time(receipt.finished), "files": PageText.number(receipt.files),
            "bytes": ByteAmount.text(receipt.bytes), "exceptions": PageText.number(receipt.exceptionCount),
            "format": receipt.format.rawValue, "root": String(receipt.root.prefix(16)),
        ]
    }
}
