import Engines
import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Synchronization
import Testing
import Texts

@testable import Rollout

/// Checks of hubs that are played.
@Suite(.tags(.medium), .timeLimit(.minutes(5)))
struct HealthCheckTests {
    /// One check of a played hub.
    private struct Case {
        var hub = PlayedHub()
        var manner = HealthManner(isHere: false)
        var token: String? = "canary-4711-secret"
        var direct: String?
        var last = HealthStage.clean
        var limits = HealthLimits()
        let time = ManualTime(movement: .bySleeping)

        func run() async throws -> HealthVerdict {
            let diary = HealthDiary("c/h", token: token.map(HubToken.init), time: time, tell: { _ in })
            let access = HealthAccess(
                address: "https://h.example.org/", direct: direct, token: token.map(HubToken.init),
                tokenAdvice: "there is none", lock: "")
            let check = HealthCheck(
                hub: "c/h", access: access, manner: manner, limits: limits, notebook: nil, visits: hub, time: time,
                diary: diary)
            return try await check.run(upTo: last)
        }
    }

    private func play(_ change: (inout PlayedHub.Play) -> Void) -> PlayedHub {
        var play = PlayedHub.Play()
        change(&play)
        return PlayedHub(play)
    }

    /// A hub that answers one path otherwise.
    private func hub(
        _ method: HubRequest.Method = .get, _ path: String, _ answer: @escaping @Sendable () throws -> HubAnswer
    ) -> PlayedHub {
        play { $0.answer = { request, asked in try request.method == method && asked == path ? answer() : nil } }
    }

    private func message(_ status: Int, _ text: String) -> HubAnswer {
        HubAnswer(status: status, body: Array(#"{"status": \#(status), "message": "\#(text)"}"#.utf8))
    }

    // MARK: - Well

    @Test func aGoodHubIsHealthyAndLeftTidy() async throws {
        let hub = PlayedHub()
        let verdict = try await Case(hub: hub).run()
        #expect(verdict.outcome == .healthy && verdict.reason == nil, "\(verdict)")
        #expect(verdict.stages.map(\.stage) == HealthStage.allCases)
        #expect(verdict.version == "5.5.4" && verdict.log == [])
        #expect(hub.isTidy)
    }

    @Test func whatAnEarlierCheckLeftIsSwept() async throws {
        let hub = PlayedHub(hasLeftovers: true)
        let verdict = try await Case(hub: hub).run()
        #expect(verdict.outcome == .healthy)
        #expect(verdict.stages.first { $0.stage == .user }?.note == "swept what an earlier check left")
        #expect(hub.isTidy)
    }

    @Test func aCheckThatEndsEarlyIsNotTakenForAWholeOne() async throws {
        let hub = PlayedHub()
        let verdict = try await Case(hub: hub, token: nil, last: .login).run()
        #expect(verdict.outcome == .partly && verdict.stages.map(\.stage) == [.hub, .proxy, .login])
        #expect(hub.requests.allSatisfy { !$0.contains("users") })
    }

    @Test func aServerThatWasStartedIsStoppedWhereverTheCheckEnds() async throws {
        let hub = PlayedHub()
        let verdict = try await Case(hub: hub, last: .spawn).run()
        #expect(verdict.outcome == .partly)
        #expect(hub.isTidy)
    }

    /// H-13: a hub that is busy says when it wants to be asked again.
    @Test func aBusyHubIsAskedAgain() async throws {
        let first = Counter()
        let hub = play {
            $0.answer = { request, path in
                path.hasSuffix("/server") && request.method == .post && first.next() == 1
                    ? HubAnswer(status: 429, retryAfter: 20) : nil
            }
        }
        let check = Case(hub: hub)
        #expect(try await check.run().outcome == .healthy)
        #expect(check.time.elapsed > .seconds(20))
    }

    /// H-4: a node that comes extends the time.
    @Test func aNodeThatComesExtendsTheTime() async throws {
        let event =
            #"{"raw_event": {"reason": "TriggeredScaleUp", "type": "Normal"}, "message": "pod triggered scale-up"}"#
        let hub = play { play in
            play.progress = [event]
            play.pollsUntilReady = 500
        }
        let check = Case(hub: hub)
        #expect(try await check.run().outcome == .healthy)
        #expect(check.time.elapsed > .seconds(300))
    }

    // MARK: - Unchecked

    @Test func whatIsNotAskedIsNotHealthy() async throws {
        let without = try await Case(token: nil).run()
        #expect(without.outcome == .unchecked && without.subject == .credentials)
        let binder = HealthManner(isHere: false, opensWithBinder: true)
        let form = play { $0.answer = { _, path in path == "/services/binder/" ? HubAnswer() : nil } }
        let unbuilt = try await Case(hub: form, manner: binder).run()
        #expect(unbuilt.outcome == .unchecked && unbuilt.subject == .check)
        #expect(unbuilt.stages.map(\.stage) == [.hub, .proxy, .login, .api])
    }

    /// Who visits the first page of such a hub is logged in, and gets a server.
    @Test func aHubWithoutLoginIsNotLoggedInTo() async throws {
        let hub = play {
            $0.answer = { _, path in
                path.hasPrefix("/hub/login") ? HubAnswer(status: 302, location: "/hub/tmplogin?next=%2Fhub%2F") : nil
            }
        }
        let verdict = try await Case(hub: hub, manner: HealthManner(isHere: false, hasLogin: false)).run()
        #expect(verdict.outcome == .healthy)
        #expect(!hub.requests.contains { $0.contains("tmplogin") })
    }

    // MARK: - Ill

    /// A fault that is planted, and what must be said of it.
    struct Fault: Sendable, CustomTestStringConvertible {
        let name: String
        let hub: PlayedHub
        let subject: HealthSubject
        let stage: HealthStage
        let text: String

        init(_ name: String, _ subject: HealthSubject, _ stage: HealthStage, _ text: String, _ hub: PlayedHub) {
            (self.name, self.subject, self.stage, self.text, self.hub) = (name, subject, stage, text, hub)
        }

        var testDescription: String { name }
    }

    private var pages: [Fault] {
        let other = HubAnswer(status: 404)
        return [
            Fault(
                "no name", .network, .hub, "no machine has it",
                hub(.get, "/hub/api/health") { throw HubVisitError.noSuchName }),
            Fault(
                "certificate", .network, .hub, "its certificate",
                hub(.get, "/hub/api/health") { throw HubVisitError.badCertificate("x") }),
            Fault(
                "nobody", .network, .hub, "nobody listens", hub(.get, "/hub/api/health") { throw HubVisitError.refused }
            ),
            Fault("no hub", .hub, .hub, "no hub is behind it", hub(.get, "/hub/api/health") { HubAnswer(status: 503) }),
            Fault("other site", .network, .hub, "is no JupyterHub", hub(.get, "/hub/api/health") { other }),
            Fault("first page", .hub, .proxy, "answers 500", hub(.get, "/hub/") { HubAnswer(status: 500) }),
            Fault("ring", .hub, .proxy, "in a ring", hub(.get, "/hub/") { HubAnswer(status: 302, location: "/hub/") }),
            Fault(
                "login page", .hub, .login, "the page of the login answers 500",
                hub(.get, "/hub/login") { HubAnswer(status: 500) }),
            Fault("empty login", .hub, .login, "none", hub(.get, "/hub/login") { HubAnswer() }),
            Fault(
                "token", .credentials, .api, "refuses the token", hub(.get, "/hub/api/user") { HubAnswer(status: 403) }),
            Fault(
                "rights", .credentials, .api, "servers, delete:servers, access:servers",
                hub(.get, "/hub/api/user") { HubAnswer(body: Array(#"{"name": "x", "scopes": ["admin:users"]}"#.utf8)) }
            ),
            Fault(
                "form of API", .check, .api, "form that is not known",
                hub(.get, "/hub/api/user") { HubAnswer(body: [0x7B]) }),
        ]
    }

    private var starts: [Fault] {
        let user = "/hub/api/users/deployment-service-check"
        let disk = message(500, "(sqlite3.OperationalError) database or disk is full")
        let profile = message(403, "None of this hub's server profiles is for your groups.")
        let limit = message(429, "Active user limit exceeded. Try again in a few minutes.")
        return [
            Fault("database full", .capacity, .user, "a disk is full", hub(.post, user) { disk }),
            Fault(
                "user refused", .credentials, .user, "does not make the user",
                hub(.post, user) { HubAnswer(status: 403) }),
            Fault("limit of servers", .capacity, .spawn, "takes nobody", hub(.post, user + "/server") { limit }),
            Fault("no profile", .hub, .spawn, "the hub's own settings", hub(.post, user + "/server") { profile }),
            start(
                "image", .image, "the image cannot be had", "Failed", #"Failed to pull image \"x:1\": manifest unknown"#
            ),
            start("registry", .network, "cannot be reached", "Failed", "Failed to pull image: dial tcp: i/o timeout"),
            start(
                "no room", .capacity, "no node has room", "FailedScheduling",
                "0/3 nodes are available: 3 Insufficient memory."),
            start(
                "no more nodes", .capacity, "none will be added", "NotTriggerScaleUp",
                "pod didn't trigger scale-up: 1 max node group size reached"),
            start(
                "zone", .cluster, "another zone", "FailedScheduling",
                "0/3 nodes are available: 1 node(s) had volume node affinity conflict."),
            start("mount", .cluster, "cannot be mounted", "FailedMount", "MountVolume.SetUp failed for volume"),
            start("crash", .image, "again and again", "BackOff", "Back-off restarting failed container"),
            start(
                "program", .image, "missing", "Failed",
                #"Error: exec: \"jupyterhub-singleuser\": executable file not found in $PATH"#),
            start("slow", .image, "the last that was heard", "Started", "Started container notebook", "Normal"),
            Fault(
                "given up", .hub, .spawn, "the server does not start: Spawn failed: Timeout",
                play { play in
                    play.pollsUntilFailure = 1
                    play.progress = [#"{"progress": 100, "failed": true, "message": "Spawn failed: Timeout"}"#]
                }),
        ]
    }

    private func start(
        _ name: String, _ subject: HealthSubject, _ text: String, _ reason: String, _ said: String,
        _ type: String = "Warning"
    ) -> Fault {
        let event =
            #"{"raw_event": {"reason": "\#(reason)", "type": "\#(type)"}, "message": "2030-01-01T00:00:00Z [\#(type)] \#(said)"}"#
        return Fault(
            name, subject, .spawn, text,
            play { play in
                play.progress = [event]
                play.pollsUntilReady = nil
            })
    }

    private var servers: [Fault] {
        let server = "/user/deployment-service-check/api/"
        let died = Counter()
        return [
            Fault(
                "route", .hub, .kernel, "leads round",
                hub(.get, server + "status") { HubAnswer(status: 302, location: "/hub/x") }),
            Fault(
                "server silent", .hub, .kernel, "at its address",
                hub(.get, server + "status") { HubAnswer(status: 503) }),
            Fault(
                "no kernel", .image, .kernel, "has no kernel",
                hub(.get, server + "kernelspecs") { HubAnswer(body: Array("{}".utf8)) }),
            Fault(
                "kernel fails", .image, .kernel, "no kernel starts",
                hub(.post, server + "kernels") { HubAnswer(status: 500) }),
            Fault("sockets", .network, .kernel, "web socket", play { $0.talkError = .noTalk(status: 400) }),
            Fault(
                "kernel silent", .image, .kernel, "the kernel does not answer",
                play { $0.talkError = .silent(seconds: 60) }),
            Fault(
                "cell", .image, .notebook, "ZeroDivisionError: x",
                play { $0.reply = { _ in .raises("ZeroDivisionError", "x") } }),
            Fault(
                "memory", .capacity, .notebook, "memory ran out",
                play { $0.reply = { _ in .raises("MemoryError", "") } }),
            Fault(
                "package", .image, .notebook, "missing",
                play { $0.reply = { _ in .raises("ModuleNotFoundError", "No module") } }),
            Fault("output", .image, .notebook, "not", play { $0.reply = { _ in .prints("43\n") } }),
            Fault("kernel dies", .image, .notebook, "ended by itself", play { $0.reply = { _ in .dies } }),
            Fault("hung up", .hub, .notebook, "ends the talk", play { $0.reply = { _ in .hangsUp } }),
            home("quota", .capacity, "EDQUOT Disk quota exceeded"), home("full", .capacity, "ENOSPC No space left"),
            home("read-only", .cluster, "EROFS Read-only file system"),
            home("closed", .hub, "EACCES Permission denied"),
            Fault(
                "dies later", .image, .hold, "was there, and is not any more",
                hub(.get, server + "status") {
                    died.next() == 1 ? HubAnswer(body: Array("{}".utf8)) : HubAnswer(status: 503)
                }),
            Fault("stays", .hub, .stop, "still there 60 s", play { $0.stops = false }),
        ]
    }

    private func home(_ name: String, _ subject: HealthSubject, _ error: String) -> Fault {
        Fault(
            name, subject, .home, "the home cannot be written",
            play { $0.reply = { $0.contains("os.fsync") ? .prints("failed \(error)\n") : nil } })
    }

    @Test func eachFaultIsNamedWithWhoseItIs() async throws {
        for fault in pages + starts + servers {
            let check = Case(hub: fault.hub)
            let verdict = try await check.run()
            #expect(verdict.outcome == .unhealthy, "\(fault.name)")
            #expect(verdict.subject == fault.subject, "\(fault.name): \(verdict.reason ?? "")")
            #expect(verdict.failed == fault.stage, "\(fault.name)")
            #expect(verdict.reason?.contains(fault.text) == true, "\(fault.name): \(verdict.reason ?? "")")
            #expect(!"\(verdict)".contains("canary"), "\(fault.name)")
            if fault.stage > .user, fault.name != "stays" { #expect(fault.hub.isTidy, "\(fault.name)") }
        }
    }

    /// What makes a start hopeless ends the wait within a minute, not with its time.
    @Test func whatCannotBecomeGoodIsNotWaitedForToTheEnd() async throws {
        for fault in starts where ["image", "no more nodes", "zone", "crash"].contains(fault.name) {
            let check = Case(hub: fault.hub)
            _ = try await check.run()
            #expect(check.time.elapsed < .seconds(60), "\(fault.name): \(check.time.elapsed)")
        }
    }

    /// A proxy that is gone while its hub answers past it.
    @Test func aDeadProxyIsToldFromADeadHub() async throws {
        let past = PastProxy()
        let diary = HealthDiary("c/h", token: nil, time: ManualTime(movement: .bySleeping), tell: { _ in })
        let access = HealthAccess(
            address: "http://127.0.0.1:8000/", direct: "http://127.0.0.1:8001/", token: nil, tokenAdvice: "", lock: "")
        let verdict = try await HealthCheck(
            hub: "c/h", access: access, manner: HealthManner(isHere: true), limits: HealthLimits(), notebook: nil,
            visits: past, time: ManualTime(movement: .bySleeping), diary: diary
        ).run(upTo: .clean)
        #expect(verdict.failed == .proxy && verdict.subject == .hub)
        #expect(verdict.reason == "the hub is there, and its proxy is not: nobody listens at its address")
    }

    /// A page of the hub that fails has nothing to do with the image of servers, whatever the log holds.
    @Test func onlyServersHaveAnImage() {
        let log = ["jinja2.exceptions.TemplateSyntaxError: unexpected"]
        let page = HealthJudge.judge(.pageFails("the page of the login", status: 500), events: [], log: log)
        #expect(page.subject == .hub)
        let server = HealthJudge.judge(.startFailed(said: ""), events: [], log: ["SyntaxError: invalid syntax"])
        #expect(server.subject == .image)
        // What the culler warns of when it starts, and what is only noted, is no reason.
        let around = HealthJudge.judge(
            .startFailed(said: ""), events: [],
            log: [
                "[W 2026-12-01 10:21:51.364 IdleCuller __init__:696] Could not load pycurl: No module named 'pycurl'",
                "[I 2026-12-01 10:21:51.364 JupyterHub app:1] No such file or directory: x, so it is made",
            ])
        #expect(around.subject == HealthTrouble.startFailed(said: "").subject && !around.reason.contains("missing"))
    }

    // MARK: - Tokens

    @Test func aHubThatRepeatsTheTokenDoesNotGetItShown() async throws {
        let answer = message(500, "bad token canary-4711-secret for https://x/?token=canary-2-secret")
        let verdict = try await Case(hub: hub(.get, "/hub/api/user") { answer }).run()
        #expect(verdict.reason?.contains("bad token ••• for https://x/?•••") == true)
        #expect("\(HubToken("canary-1-secret"))" == "•••" && String(reflecting: HubToken("canary-1-secret")) == "•••")
    }
}

/// Counts how often something happens.
final class Counter: Sendable {
    private let count = Mutex(0)

    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}

/// A hub whose proxy is gone.
private struct PastProxy: HubVisits {
    private let hub = PlayedHub()

    func answer(to request: HubRequest, at address: String) async throws -> HubAnswer {
        guard address.contains(":8001") else { throw HubVisitError.refused }
        return try await hub.answer(to: request, at: address)
    }

    func follow(
        _ request: HubRequest, at address: String, tell: @escaping @Sendable (String) async -> Void
    ) async throws -> Int {
        throw HubVisitError.refused
    }

    func talk<Result: Sendable>(
        over request: HubRequest, at address: String, _ body: @escaping @Sendable (any HubTalk) async throws -> Result
    ) async throws -> Result {
        throw HubVisitError.refused
    }
}
