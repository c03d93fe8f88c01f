import FleetTesting
import FleetTools
import Foundation
import Testing

/// The workflows for change requests do what they say: their scripts run as the platforms run them, with real programs.
@Suite(
    .tags(.large), .timeLimit(.minutes(10)), .needs("git"), .needs("helm"), .needs("jsonnet"), .needs("curl"),
    .needs("jq"), .needs("python3"))
struct ChangeRequestTests {
    /// A fleet whose change gives all hubs more memory and changes a secret.
    private func bed() async throws -> (WorkflowBed, ProbeFleet) {
        let probe = try await ProbeFleet()
        try probe.folder.write([
            ProbeFleet.valuesFile: ProbeFleet.values.replacing("limit: 1G", with: "limit: 2G"),
            ProbeFleet.secretsFile: ProbeFleet.sealed(ProbeFleet.secrets.replacing("canary-0001", with: "canary-0991")),
        ])
        try await probe.folder.commitAll("more memory")
        return (try await WorkflowBed(probe.folder, in: try TemporaryFolder()), probe)
    }

    @Test func gitHubPlansAndCompares() async throws {
        let workflow = try await WrittenWorkflow("github")
        let (bed, _) = try await bed()
        for name in ["Validate", "Fetch charts", "Plan"] {
            let done = try await workflow.run(
                name, in: bed.checkout, programs: bed.programs, environment: bed.environment)
            #expect(done.status == 0, "\(name): \(done.text)\(done.standardError)")
            #expect(Canaries.found(in: done.text + done.standardError) == [])
            guard name != "Validate" else { continue }
            let lines = done.text.split(separator: "\n")
            // Whatever stands between them is no command.
            let pause = try #require(lines.first?.split(separator: "::").last)
            #expect(lines.first == "::stop-commands::\(pause)" && lines.last == "::\(pause)::")
            #expect(pause.count == 36)
        }
        try expectComment(bed.comment)
        #expect(try bed.folder.read("runner/summary") == bed.comment)
        #expect(try Canaries.found(below: bed.folder.path + "/runner") == [])
        #expect(try Canaries.found(below: bed.cache) == [])
    }

    private func expectComment(_ comment: String) throws {
        #expect(comment.hasPrefix("<!-- hubfleet-plan -->\n\n**Plan** from "))
        #expect(comment.contains("2 hubs and 0 support releases to deploy, of 2 hubs"))
        #expect(comment.contains("<code>memory.limit: \"1G\" → \"2G\"</code>"))
        #expect(comment.contains("**Not judged:** what differs in `\(ProbeFleet.secretsFile)`, which no key opens"))
        #expect(comment.contains("**Diff** of rendered objects: 2 of 2 releases differ."))
        #expect(comment.contains("In `earth/prod`, `earth/staging`:"))
        #expect(
            comment.contains(
                "- `Deployment hub`: `spec.template.spec.containers[name=hub].env[name=MEMORY].value: 1G → 2G`"))
        #expect(comment.utf8.count < 65_000 && Canaries.found(in: comment) == [])
    }

    @Test func gitLabPlansAndCompares() async throws {
        let workflow = try await WrittenWorkflow("gitlab")
        let (bed, _) = try await bed()
        var environment = bed.environment
        environment["CI_MERGE_REQUEST_DIFF_BASE_SHA"] = "HEAD^1"
        environment["CI_MERGE_REQUEST_LABELS"] = "good,deployer:skip-deploy-hubs"
        let done = try await workflow.run(
            "hubfleet-plan", in: bed.checkout, programs: bed.programs, environment: environment)
        #expect(done.status == 0, "\(done.text)\(done.standardError)")
        let skipped = try bed.folder.read("checkout/hubfleet-comment.md")
        #expect(skipped.contains("2 releases are kept back by the label `deployer:skip-deploy-hubs`"))
        // What the change puts where the comment goes is taken away before.
        environment["CI_MERGE_REQUEST_LABELS"] = ""
        environment["CI_MERGE_REQUEST_EVENT_TYPE"] = "merged_result"
        environment["CI_MERGE_REQUEST_DIFF_BASE_SHA"] = "nothing"
        try FileManager.default.removeItem(atPath: bed.checkout + "/hubfleet-comment.md")
        try FileManager.default.createSymbolicLink(
            atPath: bed.checkout + "/hubfleet-comment.md", withDestinationPath: bed.folder.path + "/home/.keep")
        let again = try await workflow.run(
            "hubfleet-plan", in: bed.checkout, programs: bed.programs, environment: environment)
        #expect(again.status == 0, "\(again.text)\(again.standardError)")
        try expectComment(try bed.folder.read("checkout/hubfleet-comment.md"))
        #expect(try bed.folder.read("home/.keep") == "")
    }

    @Test func labelsReachThePlan() async throws {
        let workflow = try await WrittenWorkflow("github")
        let (bed, _) = try await bed()
        var environment = bed.environment
        environment["LABELS"] = "[\"deployer:skip-deploy\", \"$(touch here) `x`\", \"deployer:x; touch there\"]"
        let done = try await workflow.run(
            "Plan", in: bed.checkout, programs: bed.programs, environment: environment)
        #expect(done.status == 0, "\(done.standardError)")
        #expect(bed.comment.contains("kept back by the label `deployer:skip-deploy`"))
        #expect(done.standardError.contains("the label \"deployer:x; touch there\" means nothing here"))
        #expect(!bed.folder.exists("checkout/here") && !bed.folder.exists("checkout/there"))
    }

    /// A fleet with errors fails, and its comment says so.
    @Test func aRefusedChangeFailsWithAComment() async throws {
        let workflow = try await WrittenWorkflow("github")
        let probe = try await ProbeFleet()
        let file = "config/clusters/earth/cluster.yaml"
        try probe.folder.write([file: try probe.folder.read(file).replacing("name: prod", with: "name: main")])
        try await probe.folder.commitAll("another name")
        let bed = try await WorkflowBed(probe.folder, in: try TemporaryFolder())
        let done = try await workflow.run(
            "Plan", in: bed.checkout, programs: bed.programs, environment: bed.environment)
        #expect(done.status == 1)
        #expect(bed.comment.contains("**It is refused.**") && bed.comment.contains("looks like `earth/prod`"))
        // No plan at all.
        try FileManager.default.removeItem(atPath: bed.checkout + "/.git/refs")
        let broken = try await workflow.run(
            "Plan", in: bed.checkout, programs: bed.programs, environment: bed.environment)
        #expect(broken.status == 1)
        #expect(bed.comment.hasPrefix("<!-- hubfleet-plan -->\n\nThere is no plan of this change"))
        #expect(bed.comment.contains("Rendered objects are not compared"))
    }

    /// A file with another digest is not run, whichever it is.
    @Test(arguments: ["none", "hubfleet", "helm", "jsonnet"]) func installsNothingElse(_ wrong: String) async throws {
        let folder = try TemporaryFolder()
        let script = """
            set -euo pipefail
            mkdir -p linux-amd64 programs
            printf '#!/bin/sh\\necho "$(basename "$0") runs"\\n' >hubfleet
            chmod +x hubfleet
            cp hubfleet linux-amd64/helm
            cp hubfleet jsonnet
            tar --create --gzip --file helm.tar.gz linux-amd64/helm
            tar --create --gzip --file jsonnet.tar.gz jsonnet
            sha256sum hubfleet helm.tar.gz jsonnet.tar.gz | cut -d ' ' -f 1 >digests
            # It fetches from this folder.
            cat >programs/curl <<END
            #!/bin/bash
            while [ \\$# -gt 1 ]; do case "\\$1" in --output) to="\\$2"; shift 2;; --proto | --retry) shift 2;; *) shift;; esac; done
            case "\\$1" in
                https://example.org/hubfleet) from=hubfleet;; https://get.helm.sh/*) from=helm.tar.gz;; *) from=jsonnet.tar.gz;;
            esac
            cp "$PWD/\\$from" "\\$to"
            END
            chmod +x programs/curl
            """
        try await RealThings.runner().check(
            Invocation("bash", ["-c", script], workingDirectory: folder.path))
        let digests = try folder.read("digests").split(separator: "\n").map(String.init)
        for (platform, step) in [("github", "Install")] {
            let workflow = try await WrittenWorkflow(platform, digest: digests[0])
            if wrong != "none" {
                let file = ["hubfleet": "hubfleet", "helm": "helm.tar.gz", "jsonnet": "jsonnet.tar.gz"][wrong] ?? ""
                try folder.write([file: "touch \(folder.path)/ran\n"])
            }
            let done = try await workflow.run(
                step, in: folder.path, programs: folder.path + "/programs",
                environment: ["RUNNER_TEMP": folder.path + "/runner", "GITHUB_PATH": folder.path + "/path"]
            ) { text in
                text.replacing("70b2c30a19da4db264dfd68c8a3664e05093a361cefd89572ffb36f8abfa3d09", with: digests[1])
                    .replacing("ad3181fde77726b02d17eb4e72687020bf2cb35b9336cdeaaca4783c7ff104f7", with: digests[2])
            }
            #expect((done.status == 0) == (wrong == "none"), "\(done.text)\(done.standardError)")
            #expect(folder.exists("path") == (wrong == "none"))
            #expect(!folder.exists("ran"))
            if wrong == "none" { #expect(done.text == "hubfleet runs\n") }
        }
    }
}
