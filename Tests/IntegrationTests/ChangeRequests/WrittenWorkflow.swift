import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Testing

/// The workflow that `ci init` writes, whose scripts are run as the platform runs them.
struct WrittenWorkflow {
    /// A script of it: the variables that it is given there, as they are written, and its lines.
    struct Script {
        let environment: [String: String]
        let text: String
    }

    /// By the name of the step; of GitLab by the name of the job.
    let scripts: [String: Script]
    let text: String

    /// Written by the real program into a new fleet.
    ///
    /// - Parameters:
    ///   - platform: `github` or `gitlab`.
    ///   - digest: what the program that it installs has.
    /// - Throws: what fails on the way.
    init(_ platform: String, digest: String = String(repeating: "0", count: 64)) async throws {
        let fleet = try TemporaryFolder().write(["fleet.yaml": "", ".git/HEAD": ""])
        let made = try await HubProgram.run([
            "ci", "init", platform, "-C", fleet.path, "--program", "https://example.org/hubfleet", "--sha256", digest,
        ])
        #expect(made.status == 0, "\(made.messages)")
        let file = platform == "github" ? ".github/workflows/hubfleet.yml" : ".gitlab/hubfleet.yml"
        text = try fleet.read(file)
        let root = try #require(YAMLReader.read(text, file: file).root?.map)
        scripts = platform == "github" ? Self.steps(root) : Self.jobs(root)
    }

    private static func steps(_ root: ValueMap) -> [String: Script] {
        var scripts: [String: Script] = [:]
        for (_, job) in root["jobs"]?.map ?? ValueMap() {
            let around = strings(job.map?["env"])
            for step in job.map?["steps"]?.list ?? [] {
                guard let name = step.map?["name"]?.string, let text = step.map?["run"]?.string else { continue }
                let own = strings(step.map?["env"])
                scripts[name] = Script(environment: around.merging(own) { $1 }, text: text)
            }
        }
        return scripts
    }

    private static func jobs(_ root: ValueMap) -> [String: Script] {
        var scripts: [String: Script] = [:]
        for (name, job) in root {
            let lines = (job.map?["script"]?.list ?? []).compactMap(\.string)
            guard !lines.isEmpty else { continue }
            scripts[name] = Script(
                environment: strings(job.map?["variables"]), text: lines.joined(separator: "\n"))
        }
        return scripts
    }

    private static func strings(_ value: Value?) -> [String: String] {
        var result: [String: String] = [:]
        for (key, value) in value?.map ?? ValueMap() { result[key] = value.string }
        return result
    }

    /// Runs a script as the platform does.
    ///
    /// - Parameters:
    ///   - name: which one.
    ///   - folder: where it runs.
    ///   - programs: a folder whose programs come first.
    ///   - environment: what the platform gives, also in the place of its expressions.
    ///   - changing: what is made of the text before.
    /// - Returns: what it printed and its status.
    /// - Throws: `CommandError`.
    func run(
        _ name: String, in folder: String, programs: String, environment: [String: String],
        changing: (String) -> String = { $0 }
    ) async throws -> CommandOutput {
        let script = try #require(scripts[name], "there is no script \(name)")
        var variables: [String: String?] = [
            "PATH": "\(programs):\(RealThings.searchPath)", "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_CONFIG_NOSYSTEM": "1",
        ]
        for (key, value) in script.environment where !value.contains("${{") { variables[key] = value }
        for (key, value) in environment { variables[key] = value }
        return try await RealThings.runner().run(
            Invocation(
                "bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", changing(script.text)], inherits: .only([]),
                environment: variables, workingDirectory: folder, timeLimit: .seconds(60)))
    }
}

/// What a platform gives a job: a checkout of a change request, and folders.
struct WorkflowBed {
    let folder: TemporaryFolder
    /// Holds the program under its name.
    var programs: String { folder.path + "/programs" }
    var checkout: String { folder.path + "/checkout" }
    var cache: String { folder.path + "/cache" }
    var comment: String { (try? folder.read("runner/hubfleet-comment.md")) ?? "" }

    /// A clone, as far as the platform makes it, of the change merged into its branch.
    ///
    /// - Parameters:
    ///   - repository: its HEAD is the change, the commit before it the branch.
    ///   - folder: where all is made.
    /// - Throws: what fails on the way.
    init(_ repository: TemporaryFolder, in folder: TemporaryFolder) async throws {
        self.folder = folder
        try folder.write(["runner/.keep": "", "cache/.keep": "", "home/.keep": "", "programs/.keep": ""])
        try? FileManager.default.createSymbolicLink(
            atPath: folder.path + "/programs/hubfleet", withDestinationPath: HubProgram.path)
        let script = """
            git clone --quiet "file://$1" "$2.whole"
            cd "$2.whole"
            change="$(git rev-parse HEAD)"
            git checkout --quiet --force --detach HEAD~1
            git merge --quiet --no-ff --message merge "$change"
            git clone --quiet --depth 2 "file://$2.whole" "$2"
            """
        let made = try await RealThings.runner().run(
            Invocation(
                "bash", ["-euc", script, "bash", repository.path, folder.path + "/checkout"],
                environment: [
                    "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "test",
                    "GIT_AUTHOR_EMAIL": "test@example.org", "GIT_COMMITTER_NAME": "test",
                    "GIT_COMMITTER_EMAIL": "test@example.org",
                ]))
        #expect(made.status == 0, "\(made.standardError)")
    }

    var environment: [String: String] {
        [
            "RUNNER_TEMP": folder.path + "/runner", "GITHUB_STEP_SUMMARY": folder.path + "/runner/summary",
            "GITHUB_PATH": folder.path + "/runner/path", "HOME": folder.path + "/home", "XDG_CACHE_HOME": cache,
            "LABELS": "[]",
        ]
    }
}
