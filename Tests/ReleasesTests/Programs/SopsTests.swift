import FleetModel
import FleetTesting
import FleetTools
import Synchronization
import Testing
import Texts

@testable import Releases

/// How often sops is called, and how many calls run at a time.
@Suite(.tags(.medium))
struct SopsTests {
    private static let noKey = CommandOutput(
        standardError: "Failed to get the data key required to decrypt", status: 128)

    /// Opens files `0` to `count - 1`, all at once.
    private func open(
        _ count: Int, recipients: @Sendable @escaping (Int) -> String, with runner: any CommandRunner, width: Int = 2
    ) async throws -> [Sops.Answer] {
        let folder = try TemporaryFolder()
        for index in 0..<count { try folder.write(["\(index)": ""]) }
        let tree = WorkingTree(folder.path)
        let sops = Sops(runner: runner, width: width)
        return await withTaskGroup(of: (Int, Sops.Answer).self) { group in
            for index in 0..<count {
                group.addTask { (index, await sops.decrypt("\(index)", in: tree, recipients: recipients(index))) }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    @Test(arguments: [1, 3]) func runsSideBySideUpToItsWidth(_ width: Int) async throws {
        let running = Mutex((now: 0, most: 0))
        let runner = ScriptedCommandRunner { _ in
            running.withLock { running in
                running.now += 1
                running.most = max(running.most, running.now)
            }
            // Waits for others to come, as far as they may.
            for _ in 0..<2_000 where running.withLock({ $0.most }) < width { await Task.yield() }
            running.withLock { $0.now -= 1 }
            return CommandOutput(standardOutput: [1])
        }
        let answers = try await open(12, recipients: { "\($0)" }, with: runner, width: width)
        #expect(answers == Array(repeating: .decrypted([1]), count: 12))
        #expect(runner.calls.count == 12)
        #expect(running.withLock { $0.most } == width)
    }

    @Test func asksTwiceForASetOfKeysThatIsNotHere() async throws {
        let runner = ScriptedCommandRunner { _ in Self.noKey }
        let answers = try await open(20, recipients: { $0 < 10 ? "a" : "b" }, with: runner, width: 8)
        #expect(answers == Array(repeating: .locked("no key here opens it"), count: 20))
        #expect(runner.calls.count == 4)
    }

    /// It would send the user's token to whatever address a file names.
    @Test func asksNoVaultButTheUsers() async throws {
        let folder = try TemporaryFolder().write(["0": ""])
        let runner = ScriptedCommandRunner { _ in CommandOutput(standardOutput: [3]) }
        let sops = Sops(runner: runner, vault: "https://vault.example.org/")
        func ask(_ vaults: String...) async -> Sops.Answer {
            await sops.decrypt("0", in: WorkingTree(folder.path), recipients: "hc_vault=x", vaults: vaults)
        }
        #expect(await ask("https://vault.example.org") == .decrypted([3]))
        let other = "https://vault.example.org.example.com"
        let refusal = Sops.Answer.locked("its Vault \(other) is not the one that VAULT_ADDR names")
        #expect(await ask("https://vault.example.org", other) == refusal)
        #expect(runner.calls.count == 1)
        let without = Sops(runner: runner, vault: nil)
        let answer = await without.decrypt("0", in: WorkingTree(folder.path), recipients: "", vaults: [other])
        #expect(answer == refusal)
    }

    @Test func sopsSeesOnlyWhatItFindsKeysBy() {
        let call = Sops.decrypt("x")
        let seen = ["PATH", "HOME", "SOPS_AGE_KEY_FILE", "AWS_PROFILE", "VAULT_TOKEN", "https_proxy"]
        #expect(seen.allSatisfy(call.inherits.includes))
        let hidden = ["GITHUB_TOKEN", "CI_JOB_TOKEN", "KUBECONFIG", "HUBFLEET_STATE", "SSH_AUTH_SOCK", "XAWS_A"]
        #expect(!hidden.contains(where: call.inherits.includes))
    }

    @Test func oneDamagedFileDoesNotCloseTheOthers() async throws {
        let runner = ScriptedCommandRunner { call in
            call.arguments.last?.hasSuffix("/0") == true ? Self.noKey : CommandOutput(standardOutput: [3])
        }
        let answers = try await open(4, recipients: { _ in "a" }, with: runner, width: 1)
        #expect(answers == [.locked("no key here opens it")] + Array(repeating: .decrypted([3]), count: 3))
    }

    @Test func asksOnceWithoutSops() async throws {
        let runner = ScriptedCommandRunner { _ in throw CommandError.notFound(program: "sops") }
        let answers = try await open(5, recipients: { _ in "a" }, with: runner)
        #expect(Set(answers.map { "\($0)" }).count == 1)
        #expect(runner.calls.count == 1)
    }

    /// Thirty files would else be waited for a minute each.
    @Test func oneThatHangsIsWaitedForOnce() async throws {
        let error = CommandError.tookTooLong(program: "sops", limit: .seconds(60))
        let runner = ScriptedCommandRunner { _ in throw error }
        let answers = try await open(4, recipients: { _ in "a" }, with: runner)
        #expect(answers == Array(repeating: .locked("\(error)"), count: 4))
        #expect(runner.calls.count == 1)
    }

    @Test func aFileOfOthersIsNotOpenedForThem() async throws {
        let tree = WorkingTree(try TemporaryFolder().path)
        let answer = await Sops(runner: RefusingCommandRunner()).decrypt("../x", in: tree, recipients: "a")
        #expect(answer == .locked("../x cannot be read, or is no plain file"))
    }
}
