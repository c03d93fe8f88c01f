import FleetTools
import Homes
import Hummingbird
import Texts

/// The page of administrators: the archives of all homes.
struct AdminPage: Sendable {
    struct Facts {
        /// The place of the archives; nil: the operator gives none.
        let exports: String?
        /// The run that goes on, or the last one.
        let run: AllHomesRun?
        let isRunning: Bool
        /// A form of the page, as the templates show it; `path` is what stands behind the address of the archives.
        let form: (_ path: String) throws -> [String: Any]
    }

    let templates: PageTemplates

    func show(_ facts: Facts) throws -> Response {
        var values: [String: Any] = ["title": "Archives of all homes"]
        if let exports = facts.exports {
            values["possible"] = ["exports": exports]
        } else {
            values["noPlace"] = ExportRefusal.noPlaceText
        }
        if facts.isRunning { values["refresh"] = ["seconds": "5"] }
        if let run = facts.run {
            values["run"] = [
                "name": run.name, "by": run.by.text, "isRunning": facts.isRunning,
                "isInterrupted": !facts.isRunning && run.finished == nil,
                "done": PageText.number(run.count(.done)), "failed": PageText.number(run.count(.failed)),
                "all": PageText.number(run.homes.count),
                "homes": run.homes.map(Self.row),
            ]
        }
        if facts.exports != nil { values["buttons"] = try Self.buttons(facts) }
        return templates.page("admin", values)
    }

    /// The page that asks whether archives of all homes are wanted.
    func ask(_ form: [String: Any]) -> Response {
        templates.page("sure", ["title": "Make archives of all homes of this hub?", "form": form])
    }

    /// The buttons of what can be done now: what is nearest first.
    private static func buttons(_ facts: Facts) throws -> [[String: Any]] {
        func button(_ path: String, _ label: String, isPlain: Bool = false) throws -> [String: Any] {
            try facts.form(path).merging(["label": label, "isPlain": isPlain]) { $1 }
        }
        guard !facts.isRunning else { return [try button("/stop", "Stop", isPlain: true)] }
        guard let run = facts.run else { return [try button("", "Make archives of all homes")] }
        let anew = "Make new archives of all homes"
        guard run.isOpen else { return [try button("/new", anew)] }
        let label = run.finished == nil ? "Go on with the archives" : "Try the failed ones again"
        return [try button("", label), try button("/new", anew, isPlain: true)]
    }

    private static func row(_ home: AllHomesRun.Home) -> [String: Any] {
        let detail =
            switch home.state {
            case .waiting: ""
            case .running: ByteAmount.text(Int64(home.bytes))
            case .done: "\(ByteAmount.text(Int64(home.length))), \(home.exceptions) left out"
            case .failed: home.reason ?? ""
            }
        return [
            "user": home.user.text, "folder": home.folder.text, "state": home.state.rawValue, "detail": detail,
            "root": String((home.root ?? "").prefix(16)),
        ]
    }
}
