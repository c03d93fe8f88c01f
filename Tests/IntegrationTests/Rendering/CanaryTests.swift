import FleetTesting
import FleetTools
import Foundation
import Testing

/// Secrets show nowhere: not in what the program prints in any form, not in comments, saved plans, logs or caches, with
/// keys and without, also where they are a part of something larger. Files are encrypted by the real sops.
@Suite(
    .tags(.large), .timeLimit(.minutes(10)), .needs("git"), .needs("helm"), .needs("jsonnet"), .needs("sops"),
    .needs("age-keygen"))
struct CanaryTests {
    /// Secrets inside of other texts: addresses, JSON, base64, variables, keys.
    private static let larger = """
        larger:
          address: "postgres://hub:canary-0011-secret@db.example.org:5432/hub?sslmode=require"
          json: '{"auths": {"quay.io": {"auth": "canary-0012-secret", "list": ["canary-0013-secret"]}}}'
          encoded: \(Data("user:canary-0014-secret".utf8).base64EncodedString())
          env: [{name: TOKEN, value: canary-0015-secret}, {name: DSN, value: "https://canary-0016-secret@sentry.example.org/1"}]
          shell: "export TOKEN='canary-0017-secret'; run --password=canary-0018-secret"
          lines: "[default]\\nkey = canary-0019-secret\\n"
        sealed: {number: 650012345, truth: true, text: canary-0020-secret}

        """

    private static let template = """
        kind: Secret
        apiVersion: v1
        metadata: {name: larger}
        stringData:
          {{- range $name, $value := .Values.larger }}
          {{- if kindIs "string" $value }}
          {{ $name }}: {{ $value | quote }}
          {{ $name }}64: {{ $value | b64enc | b64enc | quote }}
          {{- end }}
          {{- end }}
          config.json: {{ dict "all" .Values.larger "own" (printf "x%sx" .Values.sealed.text) | toJson | quote }}
          config.yaml: |
            {{- toYaml .Values.larger | nindent 4 }}
        ---
        kind: Deployment
        apiVersion: apps/v1
        metadata: {name: larger}
        spec:
          template:
            metadata: {annotations: {checksum/values: {{ toJson .Values.larger | sha256sum }}}}
            spec:
              containers:
                - name: app
                  args: ["--dsn", {{ .Values.larger.address | quote }}, "--open={{ .Values.open }}"]
                  env: {{ toJson .Values.larger.env }}

        """

    private let probe: ProbeFleet
    private let key: String

    init() async throws {
        probe = try await ProbeFleet()
        let made = try await RealThings.runner().check(Invocation("age-keygen", []))
        key = made.text
        let recipient = try #require(key.firstMatch(of: /public key: (age1[0-9a-z]+)/)).output.1
        let runner = try RealThings.runner()
        func seal(_ text: String) async throws -> String {
            let plain = try TemporaryFolder().write(["x.yaml": text])
            return try await runner.check(
                Invocation(
                    "sops",
                    ["--disable-version-check", "--encrypt", "--age", String(recipient), plain.path + "/x.yaml"])
            ).text
        }
        let cluster = "config/clusters/earth/cluster.yaml"
        let text = try probe.folder.read(cluster).replacing(
            "enc-common.secret.values.yaml", with: "enc-common.secret.values.yaml, enc-larger.secret.values.yaml")
        try probe.folder.write([
            cluster: text, "helm-charts/probe/templates/larger.yaml": Self.template,
            ProbeFleet.secretsFile: try await seal(ProbeFleet.secrets),
            "config/clusters/earth/enc-larger.secret.values.yaml": try await seal(Self.larger),
            "config/clusters/earth/enc-k.secret.yaml": try await seal("token: canary-0021-secret\n"),
            ProbeFleet.valuesFile: ProbeFleet.values + "open: canal\n",
        ])
        try await probe.folder.commitAll("with secrets")
        // All of them become others, one becomes open, one is new, and open values change as well.
        let others = Self.larger.replacing("-secret", with: "-secreter").replacing("650012345", with: "650012346")
            .replacing("truth: true", with: "truth: false, more: canary-0022-secret")
        try probe.folder.write([
            ProbeFleet.secretsFile: try await seal(
                ProbeFleet.secrets.replacing("-secret", with: "-secreter").replacing("  port: 65001\n", with: "")),
            "config/clusters/earth/enc-larger.secret.values.yaml": try await seal(others),
            "config/clusters/earth/enc-k.secret.yaml": try await seal("token: canary-0023-secret\n"),
            ProbeFleet.valuesFile: ProbeFleet.values.replacing("limit: 1G", with: "limit: 2G").replacing(
                "host: db.example.org,", with: "host: db.example.org, port: 5432,") + "open: river\n",
        ])
    }

    private static let commands = [
        ["plan"], ["plan", "--format", "json", "--verbose"], ["plan", "--format", "markdown"],
        ["plan", "--explain", "earth/prod"], ["plan", "--out", "saved.json"],
        ["plan", "--label", "deployer:deploy-hubs", "--format", "markdown"], ["diff"],
        ["diff", "--summary", "--verbose"],
        ["diff", "--format", "json"], ["diff", "--format", "json", "--summary"], ["diff", "--format", "markdown"],
        ["charts", "fetch", "--offline"], ["validate", "--severity", "note", "--verbose"],
        ["validate", "--format", "github"], ["validate", "--format", "sarif"], ["values", "earth/prod"],
        ["values", "earth/prod", "--format", "json"], ["values", "earth/prod", "--layers"],
        ["explain", "earth/prod", "larger.address"], ["explain", "earth/prod", "sealed", "--format", "json"],
    ]

    @Test(arguments: [true, false]) func secretsShowNowhere(_ hasKey: Bool) async throws {
        let home = try TemporaryFolder()
        var environment = [
            "XDG_CACHE_HOME": probe.cache.path, "XDG_CONFIG_HOME": home.path + "/config", "HOME": home.path,
            "TMPDIR": try home.subfolder("tmp").path,
        ]
        if hasKey { environment["SOPS_AGE_KEY"] = key }
        var printed: [String: String] = [:]
        for command in Self.commands {
            let states = ["plan", "diff"].contains(command[0]) ? ["--base", "HEAD"] : []
            let saved = command.map { $0 == "saved.json" ? home.path + "/saved.json" : $0 }
            let run = try await HubProgram.run(
                saved + states + ["-C", probe.folder.path], environment: environment)
            // Some fail; what they say then counts too.
            #expect(command[0] != "plan" || run.status == 0, "\(command): \(run.messages)")
            #expect(command[0] != "diff" || run.status == 0, "\(command): \(run.messages)")
            for text in [run.output, run.messages] { expectNoSecret(text, command) }
            printed[command.joined(separator: " ")] = run.output
        }
        for folder in [probe.cache.path, home.path] {
            #expect(try Canaries.found(below: folder) == [])
            for text in HostileWay.texts(below: folder) { expectNoSecret(text, [folder]) }
        }
        try expectRightWords(printed, hasKey: hasKey)
    }

    private func expectNoSecret(_ text: String, _ command: [String]) {
        #expect(Canaries.found(in: text) == [], "\(command)")
        for secret in ["650012345", "650012346", "65001"] { #expect(!text.contains(secret), "\(command)") }
        #expect(!text.contains("AGE-SECRET-KEY"), "\(command)")
    }

    /// Open values and the fact that secrets change are shown: hiding everything would pass, too.
    private func expectRightWords(_ printed: [String: String], hasKey: Bool) throws {
        let plan = try #require(printed["plan --format markdown"])
        #expect(plan.contains("memory.limit: \"1G\" → \"2G\""))
        #expect(plan.contains("larger.address: secret changed"))
        #expect(plan.contains("**Not judged:**") == !hasKey)
        let diff = try #require(printed["diff"])
        #expect(diff.contains("--open=canal → --open=river"))
        #expect(diff.contains("Secret larger"))
        #expect(diff.contains("closed here") == !hasKey)
        if hasKey { #expect(diff.contains("data.address: postgres://hub:•••@db.example.org/hub")) }
        #expect(printed["values earth/prod"]?.contains("•••") == true)
        let saved = try #require(printed["plan --format json --verbose"])
        #expect(saved.contains("\"secret\" : true"))
    }
}
