import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Releases
import Rollout
import Synchronization
import Testing

/// A fleet in git, with two hubs on a chart that does with values all that real charts do: the whole tree goes into a Secret,
/// single ones into addresses, JSON, base64, names, sums and numbers made by chance.
struct ProbeFleet {
    let folder: TemporaryFolder
    let cache: TemporaryFolder
    private let recorder: Recorder
    private let helm: String

    /// What the test's runner saw.
    private final class Recorder: Sendable {
        let calls = Mutex<[Invocation]>([])
    }

    static let secrets = """
        db:
          password: canary-0001-secret
          port: 65001
        api:
          token: canary-0002-secret
          enabled: true
          keys:
            - canary-0003-secret
            - "canary 0004 + secret/äö"
        certificate: "-----BEGIN KEY-----\\ncanary-0005-secret-canary-0005-secret\\ncanary-0006-secret\\n-----END KEY-----\\n"

        """

    static let values = """
        db: {host: db.example.org, name: hub}
        memory: {limit: 1G, guarantee: 512M}
        image: {name: quay.io/example/hub, tag: "1.0"}
        users: [ada, grace, alan]
        profiles:
          - {slug: small, memory: 1G, cpu: 1}
          - {slug: large, memory: 8G, cpu: 4}
        extra: {a: {b: {c: text, d: 5, e: true, f: 1.5, g: ""}}, "x.y/z": "0644", empty: {}}
        python: |
          def start(spawner):
              spawner.memory = "1G"
              return spawner

          class Page:
              title = "hub"

        """

    /// A new one, rendered by `helm`, with more or other files.
    init(helm: String = "helm", files: [String: String] = [:]) async throws {
        self.helm = try #require(RealThings.program(helm), "\(helm) is missing; scripts/tools installs it")
        cache = try TemporaryFolder()
        recorder = Recorder()
        folder = try TemporaryFolder().write(Self.chart).write([
            "config/clusters/earth/cluster.yaml": """
            name: earth
            provider: kubeconfig
            metadata: {}
            kubeconfig: {file: enc-k.secret.yaml}
            hubs:
              - {name: staging, domain: staging.example.org, helm_chart: probe, helm_chart_values_files: [common.values.yaml, enc-common.secret.values.yaml]}
              - {name: prod, domain: example.org, helm_chart: probe, helm_chart_values_files: [common.values.yaml, enc-common.secret.values.yaml]}

            """,
            "config/clusters/earth/common.values.yaml": Self.values,
            "config/clusters/earth/enc-common.secret.values.yaml": Self.sealed(Self.secrets),
            "config/clusters/earth/enc-k.secret.yaml": "sops: {mac: m, version: 3, lastmodified: t}\n",
        ]).write(files)
        try await folder.commitAll()
    }

    static let valuesFile = "config/clusters/earth/common.values.yaml"
    static let secretsFile = "config/clusters/earth/enc-common.secret.values.yaml"

    /// A file as sops leaves it, with other cipher text for another value. What it holds stands turned about in a comment,
    /// for the test's sops.
    static func sealed(_ clear: String) -> String {
        let lines = clear.split(separator: "\n").map { line -> String in
            guard let match = line.wholeMatch(of: /( *(?:- |[a-z]+: ))(.+)/) else { return String(line) }
            let value = String(match.output.2)
            let type = value == "true" ? "bool" : Int(value) == nil ? "str" : "int"
            return "\(match.output.1)ENC[AES256_GCM,data:\(turned(value)),iv:i,tag:t,type:\(type)]"
        }
        return "# \(turned(clear))\n\(lines.joined(separator: "\n"))\nsops: {mac: m, version: 3, lastmodified: t}\n"
    }

    private static func turned(_ text: String) -> String {
        String(Data(text.utf8).base64EncodedString().reversed())
    }

    /// How often helm was started.
    var helmCalls: [Invocation] { recorder.calls.withLock { $0.filter { $0.program == "helm" } } }

    /// The variables of a process that keeps what it renders in a folder of the test.
    var environment: [String: String] {
        ["XDG_CACHE_HOME": cache.path, "PATH": URL(filePath: helm).deletingLastPathComponent().path]
    }

    /// Real programs, but for sops.
    func runner() throws -> any CommandRunner {
        let real = try RealThings.runner()
        let (recorder, helm) = (recorder, helm)
        return ScriptedCommandRunner { invocation in
            recorder.calls.withLock { $0.append(invocation) }
            var invocation = invocation
            if invocation.program == "helm" { invocation.program = helm }
            guard invocation.program == "sops" else { return try await real.run(invocation) }
            let path = try #require(invocation.arguments.last)
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let hidden = String(text.split(separator: "\n")[0].dropFirst(2).reversed())
            return CommandOutput(standardOutput: Array(try #require(Data(base64Encoded: hidden))))
        }
    }

    /// What differs between the last commit and the folder.
    func diff(opensEncryptedFiles: Bool = true) async throws -> [ReleaseDifference] {
        let runner = try runner()
        let tree = try await GitTree("HEAD", of: folder.path, runner: runner)
        let before = try await OpenFleet(tree, runner: runner, opensEncryptedFiles: opensEncryptedFiles)
        let after = try await OpenFleet(
            WorkingTree(folder.path), runner: runner, opensEncryptedFiles: opensEncryptedFiles, earlier: before)
        // The same name for both, so that their versions are told apart by the program alone.
        let renderer = try await ReleaseRenderer(runner: runner, environment: environment)
        let differences = await FleetDiff(
            from: before, to: after, lender: WorkingTree(folder.path), renderer: renderer
        ).compare(
            before.fleet.clusters, after.fleet.clusters)
        await renderer.close(now: .now)
        return differences
    }

    // MARK: - The chart

    static let chart = [
        "helm-charts/probe/Chart.yaml": "apiVersion: v2\nname: probe\nversion: 0.1.0\n",
        "helm-charts/probe/values.yaml": "db: {}\nmemory: {}\nimage: {}\nunset: {kept: 1, gone: 2}\n",
        "helm-charts/probe/crds/things.yaml": """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: things.example.org}
        spec: {group: example.org}

        """,
        "helm-charts/probe/templates/_helpers.tpl": """
        {{- define "probe.chance" -}}
        {{- $known := lookup "v1" "Secret" .Release.Namespace "hub" }}
        {{- if $known }}{{ index $known.data "chance" | b64dec }}{{ else }}{{ randAlphaNum 40 }}{{ end }}
        {{- end }}

        """,
        "helm-charts/probe/templates/secret.yaml": """
        apiVersion: v1
        kind: Secret
        metadata: {name: hub}
        data:
          values.yaml: {{ .Values | toYaml | b64enc }}
          chance: {{ include "probe.chance" . | b64enc }}
          address: {{ printf "postgres://hub:%s@%s/%s" .Values.db.password .Values.db.host .Values.db.name | b64enc }}
          certificate: {{ .Values.certificate | b64enc | quote }}
        stringData:
          both: {{ printf "%s:%s" (randAlphaNum 20) .Values.db.password | quote }}

        """,
        "helm-charts/probe/templates/config.yaml": """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: hub}
        data:
          settings.json: {{ dict "memory" .Values.memory "token" .Values.api.token "users" .Values.users | toJson | quote }}
          profiles.yaml: |
            # the profiles
            {{- .Values.profiles | toYaml | nindent 4 }}
          spawner.py: |
            {{- .Values.python | nindent 4 }}
          header: {{ printf "Basic %s" (printf "hub:%s" .Values.api.token | b64enc) | quote }}
          query: {{ printf "https://%s/?token=%s&user=ada" .Values.db.host (index .Values.api.keys 1 | urlquery) | quote }}
          shout: {{ .Values.api.token | upper | quote }}
          length: {{ .Values.api.token | sha256sum | trunc 12 | quote }}

        """,
        "helm-charts/probe/templates/deployment.yaml": """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: hub}
        spec:
          selector: {matchLabels: {app: hub}}
          template:
            metadata:
              annotations:
                checksum/secret: {{ include (print .Template.BasePath "/secret.yaml") . | sha256sum }}
                checksum/config: {{ include (print .Template.BasePath "/config.yaml") . | sha256sum }}
            spec:
              volumes:
                - {name: secret, secret: {secretName: hub}}
                - {name: config, configMap: {name: hub}}
              containers:
                - name: hub
                  image: "{{ .Values.image.name }}:{{ .Values.image.tag }}"
                  env:
                    - {name: MEMORY, value: {{ .Values.memory.limit | quote }}}
                    - {name: PORT, value: {{ .Values.db.port | quote }}}
                    {{- if .Values.api.enabled }}
                    - {name: API, value: "on"}
                    {{- end }}

        """,
        "helm-charts/probe/templates/proxy.yaml": """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: proxy}
        spec:
          template:
            metadata: {annotations: {checksum/chance: {{ include (print .Template.BasePath "/secret.yaml") . | sha256sum | trunc 8 | quote }}}}
            spec:
              containers:
                - name: proxy
                  image: proxy:1
                  env:
                    - {name: TOKEN, valueFrom: {secretKeyRef: {name: hub, key: chance}}}

        """,
        "helm-charts/probe/templates/jobs.yaml": """
        apiVersion: batch/v1
        kind: Job
        metadata: {name: "once-{{ randAlphaNum 5 | lower }}"}
        spec: {template: {spec: {containers: [{name: job, image: "job:{{ .Values.image.tag }}"}]}}}
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: {name: hook, annotations: {helm.sh/hook: "pre-upgrade"}}
        spec: {template: {spec: {containers: [{name: job, image: "hook:{{ .Values.image.tag }}"}]}}}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: test, annotations: {helm.sh/hook: test}}
        spec: {containers: [{name: test, image: "test:{{ .Values.image.tag }}"}]}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: shared, namespace: other}
        data: {tag: {{ .Values.image.tag | quote }}}

        """,
    ]
}
