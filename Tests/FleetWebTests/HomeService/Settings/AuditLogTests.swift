import FleetTesting
import Foundation
import Synchronization
import Testing
import Texts

@testable import FleetWeb

@Suite(.tags(.medium))
struct AuditLogTests {
    @Test func addsALineForEachThing() throws {
        let folder = try TemporaryFolder()
        let time = Date(timeIntervalSince1970: 1_700_000_000)
        let path = folder.path + "/audit.jsonl"
        try AuditLog(path).add(
            AuditLog.Line(
                time: time, actor: "ada", user: "ada", action: "download", archive: "1.zip", from: 5, bytes: 7,
                outcome: "sent", address: "10.0.0.1"))
        // After a restart, what is there stays.
        try AuditLog(path).add(
            AuditLog.Line(time: time, actor: "eve\n{\"", user: "*", action: "export all", outcome: "x\r\ny"))
        #expect(
            try folder.read("audit.jsonl") == """
                {"action":"download","actor":"ada","address":"10.0.0.1","archive":"1.zip","bytes":7,"from":5,\
                "outcome":"sent","time":"2023-11-14T22:13:20Z","user":"ada"}
                {"action":"export all","actor":"eve\\n{\\"","outcome":"x\\r\\ny","time":"2023-11-14T22:13:20Z","user":"*"}

                """)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func whatCannotBeWrittenIsSaid() throws {
        let said = Mutex<[String]>([])
        let log = try AuditLog("/dev/full") { text in said.withLock { $0.append(text) } }
        log.add(
            AuditLog.Line(
                time: Date(timeIntervalSince1970: 0), actor: "ada", user: "ada", action: "download", outcome: "sent"))
        let line = #"{"action":"download","actor":"ada","outcome":"sent","time":"1970-01-01T00:00:00Z","user":"ada"}"#
        #expect(said.withLock { $0 } == ["the audit log cannot be written: " + line])
    }
}
