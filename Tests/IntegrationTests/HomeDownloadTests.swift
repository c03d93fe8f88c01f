import FleetTesting
import FleetTools
import Foundation
import Testing
import Texts

/// Users of a real hub download their homes, with curl and with Chromium.
extension HubsSerial {
    @Suite struct HomeDownloadTests {
        private static let scope = "access:services!service=home-download"

        /// Whether an archive verifies, is like the home, and holds the canary of its owner alone.
        private func expectHome(
            of user: String, _ hub: HubProgram.Ready.Hub, _ file: String, users: [String],
            sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let verified = try await HubProgram.run(
                ["home", "verify", file, "\(hub.folder)/homes/\(user)"])
            #expect(verified.status == 0, "\(verified.output)\(verified.messages)", sourceLocation: sourceLocation)
            let bytes = try Data(contentsOf: URL(filePath: file))
            for other in users {
                let isThere = bytes.range(of: Data("canary of \(other)\n".utf8)) != nil
                #expect(
                    isThere == (other == user), "\(other) in the archive of \(user)", sourceLocation: sourceLocation)
            }
        }

        @Test(.needs("curl")) func eachUserGetsTheirOwnHomeAndNothingElse() async throws {
            let names = ["ann", "bob", "cyd"]
            let running = try await HubWithHomes.start(names)
            defer { running.forget() }
            let hub = running.hub
            let password = try #require(hub.usersPassword)
            // A real home of a server that runs no more.
            let eve = try await HubUser(hub, "eve", password: password).work(
                code: "open('canary.txt', 'w').write('canary of eve\\n')")
            #expect(eve.error == nil)
            let users = names + ["eve"]
            var (tokens, archives): ([String: String], [String: String]) = ([:], [:])
            for name in users {
                let user = CurlUser(hub, name, in: running.folder)
                try await user.logIn(password)
                let token = try await user.token(Self.scope)
                let archive = try await user.archive(token)
                (tokens[name], archives[name]) = (token, archive)
                let files = (byCookie: "\(running.folder.path)/\(name).1.zip", "\(running.folder.path)/\(name).2.zip")
                try await user.downloadByCookie(to: files.byCookie)
                #expect(
                    try await CurlUser.curl(["-f", "-o", files.1, "-H", "Authorization: token \(token)", archive])
                        .status == 0)
                for file in [files.byCookie, files.1] {
                    try await expectHome(of: name, hub, file, users: users)
                }
            }
            try await expectRefusals(running, tokens, archives)
            #expect(try await running.program.stop().status == 0)
        }

        private func expectRefusals(
            _ running: HubWithHomes, _ tokens: [String: String], _ archives: [String: String]
        ) async throws {
            let ann = CurlUser(running.hub, "ann", in: running.folder)
            let mine = "Authorization: token \(try #require(tokens["ann"]))"
            let (own, other) = (try #require(archives["ann"]), try #require(archives["bob"]))
            #expect(try await ann.ask(other, "-H", mine).status == 410)
            #expect(try await ann.ask(other).status == 403, "who says nothing is sent nowhere")
            for wrong in [
                ["-H", "Authorization: token \(try await ann.token("read:users!user=ann"))"],
                ["-H", "Authorization: token 0123456789abcdef"],
            ] {
                let answer = try await ann.ask(own, wrong[0], wrong[1])
                #expect(answer.status == 403, "\(wrong)")
                #expect(!answer.body.contains("canary"))
            }
            for cookie in ["home-download-token=AAAA", "home-download-token=\(tokens["bob"] ?? "")"] {
                #expect(try await ann.ask(other, "-b", cookie).status == 403)
            }
            let path = try #require(URLComponents(string: own)?.path).split(separator: "/").map(String.init)
            for dots in ["..", "%2e%2e", "..%2f..", "%2e%2e%2f%2e%2e%2fhomes%2fbob", "%252e%252e", "..\\", "....//"] {
                for place in 0...path.count {
                    for end in ["", "/homes/bob/canary.txt", "/bob/canary.txt"] {
                        let parts = path[..<place] + [dots] + (end.isEmpty ? Array(path[place...]) : [])
                        let address = ann.base + "/" + parts.joined(separator: "/") + end
                        let answer = try await ann.ask(address, "--path-as-is", "-o", "-", "-H", mine)
                        // A proxy may take dots at the front away: then it is one's own archive.
                        #expect(answer.status != 200 || answer.body.contains("canary of ann\n"), "\(address)")
                        #expect(!answer.body.contains("canary of bob"), "\(address)")
                    }
                }
            }
        }

        @Test(.needs("curl")) func aDownloadGoesOnAfterTheServiceWasKilled() async throws {
            let running = try await HubWithHomes.start(["ann"], size: 40 << 20)
            defer { running.forget() }
            let user = CurlUser(running.hub, "ann", in: running.folder)
            try await user.logIn(try #require(running.hub.usersPassword))
            let token = try await user.token(Self.scope)
            let (archive, file) = (try await user.archive(token), running.folder.path + "/ann.zip")
            // A full disk says the same to the service: it never writes there.
            let home = "\(running.hub.folder)/homes/ann"
            try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: home)
            let arguments = ["-f", "-o", file, "-H", "Authorization: token \(token)", archive]
            let first = Task { try await CurlUser.curl(["--limit-rate", "6M"] + arguments) }
            func size() -> Int {
                (try? FileManager.default.attributesOfItem(atPath: file)[.size] as? Int) ?? 0
            }
            while size() < 8 << 20 { try await Task.sleep(for: .milliseconds(20)) }
            let killed = try #require(running.service())
            Foundation.kill(killed, SIGKILL)
            #expect(try await first.value.status != 0, "the part is not taken for the whole")
            let part = size()
            #expect(part < 40 << 20)
            var status = -1
            for _ in 0..<300 where status != 0 {
                status = try await CurlUser.curl(["-C", "-"] + arguments).status
                if status != 0 { try await Task.sleep(for: .milliseconds(200)) }
            }
            #expect(status == 0)
            #expect(try #require(running.service()) != killed, "JupyterHub started another one")
            try await expectHome(of: "ann", running.hub, file, users: ["ann"])
            let log = try String(contentsOfFile: running.hub.folder + "/downloads/audit.jsonl", encoding: .utf8)
            #expect(log.split(separator: "\n").last?.contains("\"outcome\":\"sent\"") == true)
            #expect(log.contains("\"from\":") && !log.contains(token))
            #expect(try await running.program.stop().status == 0)
        }

        /// What forty clients more may take, in KiB: a piece for each and what belongs to a connection, but nothing of the
        /// size of a home.
        private static let mostGrowth = 40 << 10

        @Test(.needs("curl")) func fiftyAtOnceTakeLittleMemory() async throws {
            let running = try await HubWithHomes.start(["ann"], size: 12 << 20)
            defer { running.forget() }
            let user = CurlUser(running.hub, "ann", in: running.folder)
            try await user.logIn(try #require(running.hub.usersPassword))
            let token = try await user.token(Self.scope)
            // One that lets a user have so many; the hub is the same.
            let port = try PortListener().port
            let service = try await HubProgram(
                [
                    "home", "serve", "--homes", running.hub.folder + "/homes", "--state",
                    running.folder.path + "/state", "--downloads-per-user", "60",
                ],
                environment: [
                    "JUPYTERHUB_SERVICE_NAME": "home-download", "JUPYTERHUB_API_TOKEN": "unused",
                    "JUPYTERHUB_SERVICE_PREFIX": "/services/home-download/",
                    "JUPYTERHUB_API_URL": user.base + "/hub/api",
                    "JUPYTERHUB_SERVICE_URL": "http://127.0.0.1:\(port)",
                ])
            defer { service.kill(SIGKILL) }
            let authorization = "Authorization: token \(token)"
            let address = "http://127.0.0.1:\(port)/services/home-download/home.zip"
            let first = running.folder.path + "/first.zip"
            let (status, output) = try await CurlUser.curl([
                "-f", "-L", "--retry", "50", "--retry-delay", "1", "--retry-all-errors", "-o", first, "-H",
                authorization, address,
            ])
            try #require(status == 0, "\(output)\(service.messages)")
            try await expectHome(of: "ann", running.hub, first, users: ["ann"])

            // What the clients need comes each time; what a busy machine adds, such as threads that wait, does not.
            var least: [Int: Int] = [:]
            var growth: Int { least[50, default: .max] - least[10, default: 0] }
            for _ in 0..<3 where growth >= Self.mostGrowth {
                for count in [10, 50] {
                    let peak = try await peak(of: service.id) {
                        try await together(count, running.folder.path, first, authorization, address)
                    }
                    least[count] = min(least[count, default: .max], peak)
                    print("\(count) clients: \(peak) KiB of memory")
                }
            }
            #expect(least[50, default: .max] < 128 << 10, "KiB of memory by clients: \(least)")
            #expect(growth < Self.mostGrowth, "KiB of memory by clients: \(least)")
            #expect(try await running.program.stop().status == 0)
        }

        /// Downloads one archive many times at once, slowly enough that all overlap; all must be equal to `whole`.
        private func together(
            _ count: Int, _ folder: String, _ whole: String, _ authorization: String, _ address: String
        ) async throws {
            let expected = try Data(contentsOf: URL(filePath: whole))
            try await withThrowingTaskGroup(of: (String, Int).self) { group in
                for number in 0..<count {
                    let file = "\(folder)/\(count)-\(number).zip"
                    group.addTask {
                        let arguments = ["-f", "-L", "--limit-rate", "3M", "-o", file, "-H", authorization, address]
                        return (file, try await CurlUser.curl(arguments).status)
                    }
                }
                for try await (file, status) in group {
                    #expect(status == 0)
                    // Equal to one that was verified.
                    let isEqual = try Data(contentsOf: URL(filePath: file)) == expected
                    #expect(isEqual)
                    try FileManager.default.removeItem(atPath: file)
                }
            }
        }

        /// The most memory that a process has at once while something is done, in KiB.
        private func peak(of id: Int32, while body: () async throws -> Void) async throws -> Int {
            // "5" forgets the most that was (man 5 proc).
            try Data("5".utf8).write(to: URL(filePath: "/proc/\(id)/clear_refs"))
            try await body()
            let status = try String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8)
            let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
            return try #require(line.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }.first)
        }

        @Test(
            .needs("chromium"),
            .enabled(
                if: RealThings.isRequired || FileManager.default.isExecutableFile(atPath: HubUser.browserPython),
                "playwright is not installed; scripts/tools installs it"))
        func aBrowserDownloadsByTheButton() async throws {
            let running = try await HubWithHomes.start(["ann", "bob"], size: 6 << 20)
            defer { running.forget() }
            let hub = running.hub
            let home = hub.folder + "/homes/ann"
            for number in 0..<3 { mkfifo("\(home)/pipe with a name that is long on a phone \(number)", 0o600) }
            let user = HubUser(hub, "ann", password: try #require(hub.usersPassword))
            let pictures = ProcessInfo.processInfo.environment["HUBFLEET_SCREENSHOTS"]
            func keep(_ name: String) -> [String] { pictures.map { ["--screenshots", "\($0)/\(name)"] } ?? [] }
            for (name, more) in [
                ("wide", []), ("phone", ["--width", "375"]), ("without", ["--without-javascript"]),
                ("cut", ["--cut", "3000000"]),
            ] as [(String, [String])] {
                let file = "\(running.folder.path)/\(name).zip"
                let answer = try await user.download(["--save", file] + more + keep(name))
                #expect(answer.error == nil, "\(name): \(answer.error ?? "")")
                #expect(answer.files == ["home-ann.zip"])
                #expect(answer.text?.contains("What will be left out: 3") == true)
                #expect(answer.fits == true, "\(name)")
                try await expectHome(of: "ann", hub, file, users: ["ann", "bob"])
                if name == "cut" {
                    let asked = try #require(answer.requests)
                    print("asked for archives with \(asked)")
                    #expect(asked.count == 3 && asked.last?["range"]?.hasPrefix("bytes=") == true, "\(asked)")
                }
            }
            let password = try #require(hub.administratorsPassword)
            try HubWithHomes.plant("admin", hub, size: 1 << 20)
            let admin = try await HubUser(hub, "admin", password: password).download(["--admin"] + keep("admin"))
            #expect(admin.error == nil, "\(admin.error ?? "")")
            #expect(admin.text?.contains("3 of 3 done, 0 failed") == true, "\(admin.text ?? "")")
            #expect(try await running.program.stop().status == 0)
        }
    }
}
