import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Testing
import Texts

@testable import Engines

@Suite(.tags(.small))
struct PortChooserTests {
    private func chooser(busy: Set<Int>) -> PortChooser {
        PortChooser(
            state: { busy.contains($0) ? .taken : $0 < 1024 && $0 != 80 ? .forbidden : .free },
            holder: { $0 == 8000 ? "nginx (process 7)" : nil })
    }

    @Test func takesTheFirstFreeOnes() throws {
        let ports = try chooser(busy: [8000, 8002, 8003]).choose(wanted: nil, last: nil, first: 8000)
        #expect(ports == HubPorts(hub: 8001, internalHub: 8004, proxyAPI: 8005, downloads: 8006))
    }

    @Test func keepsThoseOfTheLastRun() throws {
        let last = HubPorts(hub: 9000, internalHub: 9001, proxyAPI: 9002, downloads: 9003)
        #expect(try chooser(busy: []).choose(wanted: nil, last: last, first: 8000) == last)
        #expect(try chooser(busy: [9001]).choose(wanted: nil, last: last, first: 8000).hub == 8000)
    }

    @Test func aWantedPortIsUsedOrRefused() throws {
        #expect(try chooser(busy: []).choose(wanted: 80, last: nil, first: 8000).hub == 80)
        #expect(throws: LocalEngineError.portInUse(8000, holder: "nginx (process 7)")) {
            try chooser(busy: [8000]).choose(wanted: 8000, last: nil, first: 8000)
        }
        #expect(throws: LocalEngineError.portForbidden(443)) {
            try chooser(busy: []).choose(wanted: 443, last: nil, first: 8000)
        }
        #expect(throws: LocalEngineError.noFreePort(first: 8000)) {
            try chooser(busy: Set(8000...10_002)).choose(wanted: nil, last: nil, first: 8000)
        }
    }
}

@Suite(.tags(.medium))
struct PortHoldsTests {
    private func freePort() throws -> Int { try PortListener().port }

    @Test func onePortIsForOne() throws {
        let port = try freePort()
        let (one, other) = (PortHolds(), PortHolds())
        #expect(one.hold(port) && one.hold(port))
        #expect(!other.hold(port))
        one.keep(only: [])
        #expect(other.hold(port))
        // Whoever has it does not listen there.
        #expect(Ports().isFree(port))
    }

    /// Browsers ask `::1` before 127.0.0.1: nobody may answer there in the hub's place.
    @Test func nobodyElseHasThePortOfTheOtherLoopbackAddress() async throws {
        let port = try freePort()
        let program = """
            import socket, sys
            taken = socket.socket(socket.AF_INET6); taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind(("::1", int(sys.argv[1]))); taken.listen()
            """
        func stranger() async throws -> CommandOutput {
            try await RealThings.runner().run(Invocation("python3", ["-c", program, "\(port)"]))
        }
        let first = try await stranger()
        guard first.status == 0 else {
            #expect(first.standardError.contains("Cannot assign") || first.standardError.contains("not supported"))
            return
        }
        let holds = PortHolds()
        #expect(holds.hold(port))
        #expect(try await stranger().standardError.contains("Address already in use"))
        // The hub itself listens where it does.
        #expect(Ports().isFree(port))
        // And whoever has it already keeps it.
        holds.keep(only: [])
        let listener = try PortListener(isIPv6: true)
        #expect(!holds.hold(listener.port))
    }

    /// Another process, which the kernel ends: its ports are free again.
    @Test func aPortIsGivenBackByWhoeverEnds() async throws {
        let port = try freePort()
        let program = """
            import socket, sys
            kept = socket.socket(socket.AF_UNIX); kept.bind("\\0hubfleet-port-" + sys.argv[1])
            """
        let holder = try await RealThings.runner().run(Invocation("python3", ["-c", program, "\(port)"]))
        #expect(holder.status == 0, "\(holder.standardError)")
        #expect(PortHolds().hold(port))
        let keeps = PortHolds()
        #expect(keeps.hold(port))
        let refused = try await RealThings.runner().run(Invocation("python3", ["-c", program, "\(port)"]))
        #expect(refused.standardError.contains("Address already in use"))
    }
}

@Suite(.tags(.medium))
struct CredentialsTests {
    @Test func passwordsAreShownOnceAndKeptAsDigests() throws {
        let folder = try TemporaryFolder()
        let hub = HubFolder(root: folder.path)
        let made = try #require(try Passwords.make(in: hub, anew: false))
        #expect(made.administrators != made.users)
        #expect(made.users.count == 27)
        #expect(try !folder.read("passwords.json").contains(made.users))
        // Nobody has seen them yet, so they would be lost.
        let second = try #require(try Passwords.make(in: hub, anew: false))
        #expect(second != made)
        try folder.write(["passwords.shown": ""])
        #expect(try Passwords.make(in: hub, anew: false) == nil)
        let text = try folder.read("passwords.json")
        #expect(try Passwords.make(in: hub, anew: true) != nil)
        #expect(try folder.read("passwords.json") != text)
    }

    @Test func digestsAreThoseOfJupyter() {
        // `hashlib.sha256(b"secret" + b"salt")`, the form of jupyter_server.auth.passwd_check.
        let digest = "f84fa2149dbb62ed4e0cf1f550d2949b33a6513d3a7707e08502511c79ccb0ee"
        #expect(Passwords.digest("secret", salt: "salt") == "sha256:salt:\(digest)")
    }

    @Test func tokensStayTheSame() throws {
        let folder = try TemporaryFolder()
        let hub = HubFolder(root: folder.path)
        try ServiceTokens.make(for: ["a"], in: hub)
        let first = try JSONDecoder().decode(
            [String: String].self, from: Data(try folder.read("service_tokens.json").utf8))
        try ServiceTokens.make(for: ["a", "b"], in: hub)
        let second = try JSONDecoder().decode(
            [String: String].self, from: Data(try folder.read("service_tokens.json").utf8))
        #expect(first["a"]?.count == 64)
        #expect(second["a"] == first["a"])
        #expect(second["b"] != second["a"])
    }
}

@Suite(.tags(.medium))
struct StateFolderTests {
    @Test func standsWhereTheSystemKeepsSuchThings() {
        #expect(StateFolder.standard(environment: ["HUBFLEET_STATE": "/x/y"], isRoot: true).path == "/x/y")
        #expect(StateFolder.standard(environment: [:], isRoot: true).path == "/var/lib/hubfleet")
        #expect(StateFolder.standard(environment: ["XDG_STATE_HOME": "/s"], isRoot: false).path == "/s/hubfleet")
        #expect(StateFolder.standard(environment: [:], isRoot: false).path.hasSuffix("/.local/state/hubfleet"))
    }

    @Test func fleetsWithOneNameHaveFoldersOfTheirOwn() {
        let state = StateFolder(path: "/s")
        let one = state.folder(of: SampleHub.hub, fleetRoot: "/a/fleet")
        #expect(one != state.folder(of: SampleHub.hub, fleetRoot: "/b/fleet"))
        #expect(one == state.folder(of: SampleHub.hub, fleetRoot: "/a/fleet/"))
        #expect(one.root.hasPrefix("/s/fleets/fleet-") && one.root.hasSuffix("/c/prod"))
    }

    @Test func namesOfFleetsCannotChangeAddresses() {
        let folder = StateFolder(path: "/s").folder(of: SampleHub.hub, fleetRoot: "/a/v?mode=memory#x y")
        #expect(folder.root.hasPrefix("/s/fleets/v_mode_memory_x_y-"))
        #expect(!StateFolder(path: "/s?x").isPlain)
        #expect(StateFolder(path: "/s x").isPlain)
    }

    @Test func findsTheFolderThatOthersCannotPass() throws {
        let folder = try TemporaryFolder().write(["open/closed/in/x": ""])
        let closed = folder.path + "/open/closed"
        for path in [folder.path, folder.path + "/open"] {
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: closed)
        #expect(StateFolder(path: closed + "/in").closedParent() == closed)
        try FileManager.default.setAttributes([.posixPermissions: 0o711], ofItemAtPath: closed)
        #expect(StateFolder(path: closed + "/in").closedParent() == nil)
    }
}
