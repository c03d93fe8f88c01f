import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Logging
import Synchronization
import Testing

@testable import Engines

/// The database of a hub over an upgrade of JupyterHub and back, with databases that two real JupyterHubs make.
extension HubsSerial {
    @Suite struct HubDatabaseTests {
        private let folder: TemporaryFolder
        private let doors: Doors
        private let python: PythonEnvironment

        init() throws {
            folder = try TemporaryFolder().write(["cookie_secret": "signs"])
            doors = .real(logger: Logger(label: "test"))
            python = PythonEnvironment(state: StateFolder(path: HubProgram.sharedState), doors: doors)
        }

        /// The database, as the engine looks at it with the Python that hubs have.
        private func database() async throws -> HubDatabase {
            let environment = try await python.ensure(PythonEnvironment.standardRequirements) { _ in }
            let program = RealThings.packageRoot + "/Sources/Engines/Local/Embedded/hubfleet_hub/database.py"
            return HubDatabase(hub: "c/prod", folder: HubFolder(root: folder.path), doors: doors) {
                Invocation("\(environment)/bin/python", ["-I", program] + $0, timeLimit: .seconds(60))
            }
        }

        /// Makes the database of a busy hub of JupyterHub 4.1.
        private func makeOlder() async throws {
            let older = try await python.ensure(
                PythonEnvironment.requirements(jupyterHub: "4.1.6"), isLocked: false
            ) { _ in }
            let maker = RealThings.packageRoot + "/Tests/Python/older_database.py"
            try await doors.runner.check(
                Invocation(
                    "\(older)/bin/python", [maker, folder.path + "/jupyterhub.sqlite"], timeLimit: .seconds(120)))
        }

        /// Says of the database that a JupyterHub made it that is not out yet.
        private func makeNewer() async throws {
            let code = """
                import sqlite3, sys
                base = sqlite3.connect(sys.argv[1])
                base.execute("UPDATE alembic_version SET version_num = 'ffffffffffff'")
                base.execute("INSERT INTO users (name, cookie_id) VALUES ('late', 'late')")
                base.commit()
                """
            try await doors.runner.check(
                Invocation("python3", ["-c", code, folder.path + "/jupyterhub.sqlite"], timeLimit: .seconds(30)))
        }

        private func bytes() -> Data? { FileManager.default.contents(atPath: folder.path + "/jupyterhub.sqlite") }

        @Test func aRollbackBringsTheCopyOfBeforeBack() async throws {
            let heard = Mutex<[EngineEvent]>([])
            try await makeOlder()
            let (database, before) = (try await database(), bytes())

            try await database.check(revision: 2, goesBack: false) { event in heard.withLock { $0.append(event) } }
            let upgrade = try #require(database.copies.all.first)
            #expect(upgrade.reason == .upgrade && upgrade.revision == 2 && upgrade.counts["users"] == 50)
            #expect(upgrade.schema == "0eee8c825d24")
            #expect(heard.withLock { $0 } == [.upgradingDatabase(hub: "c/prod")])
            #expect(bytes() == before)

            // Somebody who did not ask for the way back loses nothing.
            try await makeNewer()
            let newer = bytes()
            await #expect(
                throws: LocalEngineError.newerDatabase(hub: "c/prod", file: folder.path + "/jupyterhub.sqlite")
            ) { try await database.check(revision: 3, goesBack: false) { _ in } }
            #expect(bytes() == newer && database.copies.all.count == 1)

            try await database.check(revision: 1, goesBack: true) { event in heard.withLock { $0.append(event) } }
            let replaced = try #require(database.copies.all.first { $0.reason == .replaced })
            #expect(replaced.counts["users"] == 51 && replaced.schema == "ffffffffffff")
            #expect(
                heard.withLock { $0.last }
                    == .restoredDatabase(hub: "c/prod", of: upgrade.at, kept: database.copies.place(replaced)))
            #expect(bytes() == FileManager.default.contents(atPath: database.copies.database(of: upgrade)))
        }

        @Test func withoutACopyNothingIsPutBack() async throws {
            try await makeOlder()
            try await makeNewer()
            let (database, before) = (try await database(), bytes())
            await #expect(throws: LocalEngineError.self) {
                try await database.check(revision: 1, goesBack: true) { _ in }
            }
            #expect(bytes() == before && database.copies.all.isEmpty)
        }
    }
}
