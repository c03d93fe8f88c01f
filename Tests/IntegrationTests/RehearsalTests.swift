import Engines
import FleetTesting
import FleetTools
import Foundation
import Logging
import Testing

/// Upgrades of real JupyterHubs on copies of real databases. `HUBFLEET_LONG` adds the upgrade to the next version.
extension HubsSerial {
    @Suite struct RehearsalTests {
        private static let isLong = ProcessInfo.processInfo.environment["HUBFLEET_LONG"] != nil
        private static let maker = RealThings.packageRoot + "/Tests/Python/older_database.py"

        private struct Answer: Decodable {
            struct Difference: Decodable {
                let what: String
                let before: Int
                let after: Int
            }

            let steps: [Rehearsal.Step]
            let differences: [Difference]
        }

        private let folder: TemporaryFolder
        private let database: String

        init() throws {
            folder = try TemporaryFolder()
            database = folder.path + "/of a hub.sqlite"
        }

        /// Makes the database of a busy hub by JupyterHub of a version.
        private func make(by version: String) async throws {
            let python = PythonEnvironment(
                state: StateFolder(path: HubProgram.sharedState), doors: .real(logger: Logger(label: "test")))
            let environment = try await python.ensure(
                PythonEnvironment.requirements(jupyterHub: version), isLocked: false
            ) { _ in }
            try await RealThings.runner().check(
                Invocation("\(environment)/bin/python", [Self.maker, database], timeLimit: .seconds(120)))
        }

        private func rehearse(
            _ old: String, _ new: String, variables: [String: String] = [:]
        ) async throws -> (answer: Answer, status: Int, said: String) {
            var environment: [String: String?] = [
                "HUBFLEET_STATE": HubProgram.sharedState, "PATH": RealThings.searchPath,
            ]
            for (name, value) in variables { environment[name] = value }
            let output = try await SubprocessCommandRunner(logger: Logger(label: "test")).run(
                Invocation(
                    HubProgram.path,
                    ["rehearse", "--database", database, "--from", old, "--to", new, "--format", "json"],
                    environment: environment, workingDirectory: folder.path, timeLimit: .seconds(900)))
            let answer = try JSONDecoder().decode(Answer.self, from: Data(output.standardOutput))
            return (answer, output.status, output.standardError)
        }

        private func upgrade(_ old: String, _ new: String) async throws {
            try await make(by: old)
            let before = FileManager.default.contents(atPath: database)
            let (answer, status, said) = try await rehearse(old, new)
            #expect(status == 0 && answer.differences.isEmpty, "\(answer) \(said)")
            #expect(answer.steps.map(\.step) == [.copy, .old, .migration, .new, .back])
            #expect(answer.steps.map(\.version) == [nil, old, nil, new, old])
            let counts = try #require(answer.steps.last?.counts)
            #expect(counts["users"] == 50 && counts["tokens of users"] == 50 && counts["running servers"] == 12)
            #expect(counts["members of groups"] == 50 && counts["roles of users"] == 57)
            #expect(FileManager.default.contents(atPath: database) == before)
            print("rehearsal:", answer.steps.map { "\($0.step) \($0.seconds ?? 0)" })
        }

        @Test func anUpgradeOverAMigrationLosesNothing() async throws { try await upgrade("4.1.6", "5.4.4") }

        @Test(.enabled(if: isLong)) func theNextVersionLosesNothing() async throws {
            try await upgrade("5.4.4", "5.5.0")
        }

        @Test func aMigrationThatFailsInTheMiddleIsNamed() async throws {
            try await make(by: "4.1.6")
            // The migration to 5 adds this column to four tables, to this one as the last.
            try await RealThings.runner().check(
                Invocation("python3", ["-c", Self.obstacle, database], timeLimit: .seconds(30)))
            let before = FileManager.default.contents(atPath: database)
            let (answer, status, _) = try await rehearse("4.1.6", "5.4.4")
            #expect(status == 1 && answer.steps.last?.step == .migration)
            #expect(answer.steps.last?.error?.contains("duplicate column name") == true, "\(answer)")
            #expect(FileManager.default.contents(atPath: database) == before)
        }

        private static let obstacle =
            "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); "
            + "c.execute('ALTER TABLE user_role_map ADD COLUMN managed_by_auth BOOLEAN'); c.commit()"

        @Test func whoEndsItLeavesNoHubAndNoCopy() async throws {
            try await make(by: "4.1.6")
            let script = """
                mkdir tmp
                TMPDIR=$PWD/tmp "$0" rehearse --database "$1" --from 4.1.6 --to 5.4.4 >/dev/null 2>&1 &
                program=$!
                hubs() { ls -l /proc/[0-9]*/cwd 2>/dev/null | grep -c "$PWD/tmp/"; }
                for _ in $(seq 600); do [ "$(hubs)" -gt 0 ] && break; sleep 0.1; done
                [ "$(hubs)" -gt 0 ] && echo begun
                # By now it may have its database open, and would go on without its folder.
                sleep 0.4
                kill -TERM $program
                wait $program
                echo "ended $?"
                for _ in $(seq 100); do [ "$(hubs)" = 0 ] && break; sleep 0.1; done
                echo "hubs $(hubs), files $(find tmp -type f | wc -l)"
                """
            let output = try await RealThings.runner().run(
                Invocation(
                    "bash", ["-c", script, HubProgram.path, database],
                    environment: ["HUBFLEET_STATE": HubProgram.sharedState, "PATH": RealThings.searchPath],
                    workingDirectory: folder.path, timeLimit: .seconds(180)))
            #expect(output.text == "begun\nended 143\nhubs 0, files 0\n", "\(output.text)")
        }

        @Test(.needs("unshare"), .enabled(if: geteuid() == 0, "only root can mount"))
        func aDiskWithoutRoomIsNamedFirst() async throws {
            try await make(by: "4.1.6")
            let script = """
                mkdir small && mount -t tmpfs -o size=200k none small && echo mounted || exit 0
                TMPDIR=$PWD/small "$0" rehearse --database "$1" --from 4.1.6 --to 5.4.4 2>&1
                """
            let output = try await RealThings.runner().run(
                Invocation(
                    "unshare", ["-m", "sh", "-c", script, HubProgram.path, database],
                    environment: ["HUBFLEET_STATE": HubProgram.sharedState, "PATH": RealThings.searchPath],
                    workingDirectory: folder.path, timeLimit: .seconds(300)))
            guard output.text.contains("mounted") else { try Test.cancel("not even root may mount here") }
            #expect(output.text.contains(#/The step "copy" failed: .* make room first/#), "\(output.text)")
            #expect(output.status == 1)
        }
    }
}
