import FleetTools
import Foundation
import HTTPTypes
import Homes
import Hummingbird
import Mustache

/// The pages of the service, made of the templates that are compiled in. Everything that is put into them is escaped.
struct HomePages: Sendable {
    static let noPlace =
        "The operator of this hub has given the service no place for archives of all homes (--exports)."

    struct HomeFacts {
        let user: String
        let status: HomeStore.Status
        let quota: Int64?
        let receipts: [ReceiptStore.Kept]
        let isAdministrator: Bool
        let origin: String
        let address: (HomeSnapshot, ArchiveFormat) -> String
    }

    struct AdminFacts {
        let exports: String?
        let run: BulkExport.Run?
        let isRunning: Bool
    }

    private let prefix: String
    private let base: String
    private let library: MustacheLibrary

    /// - Throws: when a template is damaged.
    init(_ environment: HomeServiceEnvironment) throws {
        prefix = environment.prefix
        base = environment.base
        var templates: [String: MustacheTemplate] = [:]
        for (name, text) in EmbeddedFiles.all where name.hasSuffix(".mustache") {
            templates[String(name.dropLast(9))] = try MustacheTemplate(string: text)
        }
        library = MustacheLibrary(templates: templates)
    }

    var style: Response {
        var headers = HTTPFields()
        headers[.contentType] = "text/css; charset=utf-8"
        headers[.cacheControl] = "max-age=3600"
        let text = EmbeddedFiles.all["style.css"] ?? ""
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    func json(_ answer: some Encodable) throws -> Response {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        var headers = HTTPFields()
        headers[.contentType] = "application/json"
        let text = try encoder.encode(answer) + Data("\n".utf8)
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: text)))
    }

    /// A page that says one thing.
    func message(_ status: HTTPResponse.Status, _ title: String, _ text: String) -> Response {
        page("message", status, ["title": title, "text": text])
    }

    func home(_ facts: HomeFacts) throws -> Response {
        var values: [String: Any] = [
            "title": "Your home directory", "user": facts.user, "isAdministrator": facts.isAdministrator,
        ]
        let receipts = facts.receipts.prefix(20).map(Self.row)
        if !receipts.isEmpty { values["receipts"] = ["rows": receipts] }
        switch facts.status {
        case .failed(let reason), .troubled(let reason): values["failure"] = ["reason": reason]
        case .scanning(let progress):
            let now = progress.now
            values["scanning"] = ["things": Self.number(now.things), "bytes": ByteAmount.text(now.bytes)]
            values["refresh"] = ["seconds": "2"]
        case .ready(let snapshot): values["ready"] = try ready(snapshot, facts)
        }
        return page("home", .ok, values)
    }

    func admin(_ facts: AdminFacts) throws -> Response {
        var values: [String: Any] = ["title": "Archives of all homes"]
        if let exports = facts.exports {
            values["possible"] = ["exports": exports]
        } else {
            values["noPlace"] = Self.noPlace
        }
        if facts.isRunning { values["refresh"] = ["seconds": "5"] }
        if let run = facts.run {
            values["run"] = [
                "name": run.name, "by": run.by, "isRunning": facts.isRunning,
                "isInterrupted": !facts.isRunning && run.finished == nil,
                "done": Self.number(run.count(.done)), "failed": Self.number(run.count(.failed)),
                "all": Self.number(run.homes.count),
                "homes": run.homes.map(Self.row),
            ]
        }
        if facts.exports != nil { values["buttons"] = Self.buttons(facts) }
        return page("admin", .ok, values)
    }

    /// What an administrator can do now: what is nearest first.
    private static func buttons(_ facts: AdminFacts) -> [[String: Any]] {
        func button(_ path: String, _ label: String, isPlain: Bool = false) -> [String: Any] {
            ["path": path, "label": label, "isPlain": isPlain]
        }
        guard !facts.isRunning else { return [button("/stop", "Stop", isPlain: true)] }
        guard let run = facts.run else { return [button("", "Make archives of all homes")] }
        let anew = "Make new archives of all homes"
        guard run.isOpen else { return [button("/new", anew)] }
        let label = run.finished == nil ? "Go on with the archives" : "Try the failed ones again"
        return [button("", label), button("/new", anew, isPlain: true)]
    }

    private func ready(_ snapshot: HomeSnapshot, _ facts: HomeFacts) throws -> [String: Any] {
        let summary = snapshot.summary
        let problems = try snapshot.problems(limit: 20)
        let zip = facts.address(snapshot, .zip)
        var values: [String: Any] = [
            "bytes": ByteAmount.text(summary.bytes), "files": Self.number(summary.files),
            "folders": Self.number(summary.folders), "zip": zip, "tar": facts.address(snapshot, .tar),
            "length": ByteAmount.text(Int64(summary.length(.zip))), "taken": Self.time(summary.taken),
            "command": "curl -C - -o home.zip -H \"Authorization: token $TOKEN\" '\(facts.origin)\(zip)'",
        ]
        if let quota = facts.quota, quota > 0 {
            let percent = Int((Double(summary.bytes) / Double(quota) * 100).rounded())
            values["quota"] = [
                "amount": ByteAmount.text(quota), "percent": "\(percent)", "value": "\(min(percent, 100))",
                "isOver": percent >= 100,
            ]
        }
        if summary.problems > 0 {
            let rows = problems.map { ["path": $0.shownPath, "reason": $0.explanation] }
            var skipped: [String: Any] = ["count": Self.number(summary.problems), "rows": rows]
            if summary.problems > rows.count { skipped["more"] = Self.number(summary.problems - rows.count) }
            values["skipped"] = skipped
        }
        return values
    }

    private func page(_ template: String, _ status: HTTPResponse.Status, _ values: [String: Any]) -> Response {
        var values = values
        values["prefix"] = prefix
        values["hub"] = base + "hub/home"
        let text = library.render(values, withTemplate: template) ?? ""
        var headers = HTTPFields()
        headers[.contentType] = "text/html; charset=utf-8"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    private static func row(_ kept: ReceiptStore.Kept) -> [String: Any] {
        [
            "file": kept.name, "time": time(kept.receipt.finished), "files": number(kept.receipt.files),
            "bytes": ByteAmount.text(kept.receipt.bytes), "exceptions": number(kept.receipt.exceptionCount),
            "format": kept.receipt.format.rawValue, "root": String(kept.receipt.root.prefix(16)),
        ]
    }

    private static func row(_ home: BulkExport.Run.Home) -> [String: Any] {
        let detail =
            switch home.state {
            case .waiting: ""
            case .running: ByteAmount.text(Int64(home.bytes))
            case .done: "\(ByteAmount.text(Int64(home.length))), \(home.exceptions) left out"
            case .failed: home.reason ?? ""
            }
        return [
            "user": home.user, "folder": home.folder, "state": home.state.rawValue, "detail": detail,
            "root": String((home.root ?? "").prefix(16)),
        ]
    }

    private static func number(_ number: Int) -> String {
        number.formatted(.number.locale(Locale(identifier: "en_US")))
    }

    private static func time(_ date: Date) -> String {
        date.formatted(.iso8601.year().month().day().dateTimeSeparator(.space).time(includingFractionalSeconds: false))
            + " UTC"
    }
}
