import FleetTools
import Foundation
import Texts

/// A conversation with a kernel, in messages of Jupyter's protocol 5.3.
struct KernelTalk: Sendable {
    private struct Message: Decodable {
        struct Header: Decodable {
            let msgId: String?
            let msgType: String?
        }
        /// What is looked at of all kinds of messages.
        struct Content: Decodable {
            let executionState: String?
            let name: String?
            let text: String?
            let data: [String: AnyText]?
            let status: String?
            let ename: String?
            let evalue: String?
        }
        /// A text, or something else that is not looked at.
        struct AnyText: Decodable {
            let text: String?

            init(from decoder: any Decoder) throws {
                text = try? decoder.singleValueContainer().decode(String.self)
            }
        }

        let header: Header?
        let parentHeader: Header?
        let msgType: String?
        let content: Content?

        var kind: String { msgType ?? header?.msgType ?? "" }
    }

    private let talk: any HubTalk
    private let limit: Duration
    private let session = UUID().uuidString.lowercased()

    init(_ talk: any HubTalk, limit: Duration) {
        self.talk = talk
        self.limit = limit
    }

    /// Waits for the kernel's first answer.
    /// - Throws: `HealthTrouble`.
    func greet() async throws {
        let seconds = Int(limit.components.seconds)
        try await within(HealthTrouble.kernelSilent(seconds: seconds)) {
            let id = try await send("kernel_info_request", [:])
            while true {
                let message = try await next()
                if message.kind == "kernel_info_reply", message.parentHeader?.msgId == id { return }
            }
        }
    }

    /// Runs a cell, whose errors count, and compares what it prints.
    /// - Throws: `HealthTrouble`.
    func run(_ cell: CheckNotebook.Cell) async throws {
        let output = try await output(of: cell)
        if let wanted = cell.output, output.exact != wanted.exact {
            throw HealthTrouble.cellDiffers(cell: cell.title, wanted: wanted, given: String(output.prefix(200)))
        }
    }

    /// Runs a cell.
    /// - Returns: what it prints.
    /// - Throws: `HealthTrouble`.
    func output(of cell: CheckNotebook.Cell) async throws -> String {
        let slow = HealthTrouble.cellSlow(cell: cell.title, seconds: Int(limit.components.seconds))
        return try await within(slow) {
            let id = try await send("execute_request", Self.content(of: cell.code))
            return try await output(of: cell, id: id)
        }
    }

    private func output(of cell: CheckNotebook.Cell, id: String) async throws -> String {
        var printed = ""
        var (hasReply, isIdle) = (false, false)
        while !hasReply || !isIdle {
            let message = try await next()
            guard message.parentHeader?.msgId == id else { continue }
            let content = message.content
            switch message.kind {
            case "stream" where content?.name != "stderr": printed += content?.text ?? ""
            case "execute_result", "display_data": printed += content?.data?["text/plain"]?.text ?? ""
            case "error": throw raised(cell, content)
            case "execute_reply":
                hasReply = true
                if content?.status != "ok" { throw raised(cell, content) }
            case "status": isIdle = content?.executionState == "idle"
            default: continue
            }
        }
        return printed
    }

    private func raised(_ cell: CheckNotebook.Cell, _ content: Message.Content?) -> HealthTrouble {
        let name = content?.ename ?? content?.status ?? "error"
        return .cellRaised(cell: cell.title, error: content?.evalue.map { "\(name): \($0)" } ?? name)
    }

    /// The next message; a kernel that ended says so to everybody.
    private func next() async throws -> Message {
        while let text = try await talk.next() {
            guard let message = try? Self.decoder.decode(Message.self, from: Data(text.utf8)) else { continue }
            let state = message.kind == "status" ? message.content?.executionState : nil
            if state == "dead" || state == "restarting" || state == "autorestarting" { throw HealthTrouble.kernelDied }
            return message
        }
        throw HealthTrouble.serverSilent("it ends the talk with its kernel")
    }

    private static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return decoder
    }

    private static func content(of code: String) -> [String: Any] {
        [
            "code": code, "silent": false, "store_history": false, "user_expressions": [String: String](),
            "allow_stdin": false, "stop_on_error": true,
        ]
    }

    /// - Returns: the number of the message, which answers name.
    private func send(_ kind: String, _ content: [String: Any]) async throws -> String {
        let id = UUID().uuidString.lowercased()
        let header: [String: Any] = [
            "msg_id": id, "msg_type": kind, "session": session, "username": "", "version": "5.3", "date": "",
        ]
        let message: [String: Any] = [
            "header": header, "parent_header": [String: String](), "metadata": [String: String](), "content": content,
            "channel": "shell", "buffers": [String](),
        ]
        try await talk.send(String(decoding: try JSONSerialization.data(withJSONObject: message), as: UTF8.self))
        return id
    }

    private func within<Answer: Sendable>(
        _ slow: HealthTrouble, _ work: @escaping @Sendable () async throws -> Answer
    ) async throws -> Answer {
        guard let answer = try await TimeLimit.within(limit, work) else { throw slow }
        return answer
    }
}
