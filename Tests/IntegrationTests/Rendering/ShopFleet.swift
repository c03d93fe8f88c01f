import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Releases
import Testing

/// A fleet on a chart of somebody else, that does in its own ways what charts do: names in values and helpers, maps that are
/// written into pods as they are, a chart below it, objects that values hold.
///
/// Each hub has one values file of its own, in which a fault can be planted.
struct ShopFleet {
    let folder: TemporaryFolder
    let cache: TemporaryFolder

    /// With the own values of each hub, by its name, more files, such as other charts, and the hubs on another chart than `shop`.
    init(hubs: [String: String], files: [String: String] = [:], charts: [String: String] = [:]) throws {
        cache = try TemporaryFolder()
        let list = hubs.keys.sorted().map { name in
            "  - {name: \(name), domain: \(name).example.org, helm_chart: \(charts[name] ?? "shop"), "
                + "helm_chart_values_files: [\(name).values.yaml]}\n"
        }
        folder = try TemporaryFolder().write(Self.chart(named: "shop")).write([
            "fleet.yaml": Self.policy,
            "config/clusters/earth/cluster.yaml":
                "name: earth\nprovider: kubeconfig\nmetadata: {}\nkubeconfig: {file: enc-k.secret.yaml}\nhubs:\n"
                + list.joined(),
            "config/clusters/earth/enc-k.secret.yaml": "sops: {mac: m, version: 3, lastmodified: t}\n",
        ]).write(files)
        for (name, values) in hubs { try folder.write(["config/clusters/earth/\(name).values.yaml": values]) }
    }

    static let policy = """
        clusters:
          earth:
            kubernetes: '1.34'
            storage_classes: [standard, fast]
            ingress_classes: [nginx]
            cluster_issuers: [letsencrypt-prod]
            priority_classes: [high]

        """

    /// What the checks say of the objects of all hubs.
    func findings(
        helm: String = "helm", runner: (any CommandRunner)? = nil, usersPods: UsersPodMaker? = nil
    ) async throws -> [(finding: Finding, release: String)] {
        let program = try #require(RealThings.program(helm), "\(helm) is missing; scripts/tools installs it")
        let runner = try runner ?? RealThings.runner()
        let fleet = try await OpenFleet(WorkingTree(folder.path), runner: runner)
        #expect(fleet.reading.findings == [])
        var how = ReleaseRenderer.Options()
        how.helm = Helm(program: program)
        let renderer = try await ReleaseRenderer(how, runner: runner, environment: ["XDG_CACHE_HOME": cache.path])
        var options = ObjectChecks.Options()
        options.usersPods = usersPods
        let findings = try await ObjectChecks(fleet, renderer: renderer, options: options).check(fleet.choosing([]))
        await renderer.close(now: .now)
        return findings
    }

    // MARK: - The chart

    static func chart(named name: String) -> [String: String] {
        var files = [
            "Chart.yaml":
                "apiVersion: v2\nname: \(name)\nversion: 0.1.0\n"
                + "dependencies: [{name: cache, version: 0.2.0, condition: cache.enabled}]\n",
            "charts/cache/Chart.yaml": "apiVersion: v2\nname: cache\nversion: 0.2.0\n",
            "charts/cache/values.yaml": cacheValues, "charts/cache/templates/set.yaml": cacheSet,
        ]
        files["values.yaml"] = values
        for (file, text) in templates { files["templates/\(file)"] = text }
        return Dictionary(uniqueKeysWithValues: files.map { ("helm-charts/\(name)/\($0.key)", $0.value) })
    }

    private static let values = """
        name: shop
        image: {repository: quay.io/example/shop, tag: "1.2"}
        side: {image: quay.io/example/side:0.3, resources: &small {limits: {memory: 64Mi}, requests: {cpu: 10m}}}
        resources: *small
        podLabels: {app: shop, part: front}
        serviceAccount: {create: true, name: shop-runner}
        context: {runAsNonRoot: true}
        pod: {}
        extraVolumes: []
        extraEnv: []
        envFrom: []
        config: {files: {settings.yaml: "a: 1"}, mount: shop-config, key: settings.yaml}
        claim: {size: 1Gi, class: standard, mount: shop-data}
        service: {target: http, selector: shop}
        port: {name: http, number: 8080}
        probe: http
        ingress: {api: networking.k8s.io/v1, class: nginx, issuer: letsencrypt-prod, service: shop, port: {name: web}}
        budget: shop
        scaler: {target: shop}
        role: shop-reader
        cron: {api: batch/v1, image: "quay.io/example/cron:7", account: shop-runner, resources: *small}
        objects: []
        cache: {enabled: true}

        """

    private static let cacheValues = """
        image: quay.io/example/cache@sha256:0123456789012345678901234567890123456789012345678901234567890123
        storageClass: fast
        resources: {limits: {memory: 64Mi}, requests: {cpu: 10m}}
        priority: high

        """

    private static let cacheSet = """
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: cache}
        spec:
          serviceName: cache
          selector: {matchLabels: {app: cache}}
          template:
            metadata: {labels: {app: cache}}
            spec:
              priorityClassName: {{ .Values.priority }}
              containers:
                - name: cache
                  image: {{ .Values.image }}
                  resources: {{ toJson .Values.resources }}
          volumeClaimTemplates:
            - metadata: {name: data}
              spec:
                storageClassName: {{ .Values.storageClass }}
                accessModes: [ReadWriteOnce]
                resources: {requests: {storage: 1Gi}}

        """

    private static let templates = [
        "_names.tpl": #"{{ define "account" }}{{ .Values.serviceAccount.name }}{{ end }}"#,
        "deployment.yaml": """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: {{ .Values.name }}}
        spec:
          selector: {matchLabels: {app: {{ .Values.name }}}}
          template:
            metadata: {labels: {{ toJson .Values.podLabels }}}
            spec:
              serviceAccountName: {{ include "account" . }}
              {{- with .Values.pod }}{{ toYaml . | nindent 6 }}{{ end }}
              containers:
                - name: shop
                  image: "{{ .Values.image.repository }}{{ with .Values.image.tag }}:{{ . }}{{ end }}"
                  ports: [{name: {{ .Values.port.name }}, containerPort: {{ .Values.port.number }}}]
                  readinessProbe: {httpGet: {path: /, port: {{ .Values.probe }}}}
                  resources: {{ toJson .Values.resources }}
                  securityContext: {{ toJson .Values.context }}
                  env:
                    - {name: ONE, valueFrom: {secretKeyRef: {name: shop-secret, key: token}}}
                    {{- range .Values.extraEnv }}
                    - {{ toJson . }}
                    {{- end }}
                  envFrom: {{ toJson .Values.envFrom }}
                - name: side
                  image: {{ .Values.side.image }}
                  resources: {{ toJson .Values.side.resources }}
              volumes:
                - name: config
                  configMap: {name: {{ .Values.config.mount }}, items: [{key: {{ .Values.config.key }}, path: x}]}
                - name: data
                  persistentVolumeClaim: {claimName: {{ .Values.claim.mount }}}
                {{- range .Values.extraVolumes }}
                - {{ toJson . }}
                {{- end }}

        """,
        "parts.yaml": """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: {{ .Values.name }}-config}
        data: {{ toJson .Values.config.files }}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: shop-secret}
        stringData: {token: {{ .Values.token | default "none" | quote }}}
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: {{ .Values.name }}-data}
        spec:
          storageClassName: {{ .Values.claim.class }}
          accessModes: [ReadWriteOnce]
          resources: {requests: {storage: {{ .Values.claim.size }}}}
        {{- if .Values.serviceAccount.create }}
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: {{ include "account" . }}}
        {{- end }}
        {{- range .Values.objects }}
        ---
        {{ toYaml . }}
        {{- end }}

        """,
        "network.yaml": """
        apiVersion: v1
        kind: Service
        metadata: {name: {{ .Values.name }}}
        spec:
          selector: {app: {{ .Values.service.selector }}}
          ports: [{name: web, port: 80, targetPort: {{ .Values.service.target }}}]
        ---
        apiVersion: {{ .Values.ingress.api }}
        kind: Ingress
        metadata: {name: shop, annotations: {cert-manager.io/cluster-issuer: {{ .Values.ingress.issuer }}}}
        spec:
          ingressClassName: {{ .Values.ingress.class }}
          tls: [{hosts: [example.org], secretName: made-by-cert-manager}]
          rules:
            - host: example.org
              http:
                paths:
                  - path: /
                    pathType: Prefix
                    backend:
                      service: {name: {{ .Values.ingress.service }}, port: {{ toJson .Values.ingress.port }}}

        """,
        "rest.yaml": """
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: {name: shop}
        spec: {maxUnavailable: 1, selector: {matchLabels: {app: {{ .Values.budget }}}}}
        ---
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: shop}
        spec: {maxReplicas: 2, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: {{ .Values.scaler.target }}}}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: shop-reader}
        rules: []
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: shop}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: {{ .Values.role }}}
        subjects: [{kind: ServiceAccount, name: {{ include "account" . }}}]
        ---
        apiVersion: {{ .Values.cron.api }}
        kind: CronJob
        metadata: {name: shop}
        spec:
          schedule: "0 0 * * *"
          jobTemplate:
            spec:
              template:
                metadata: {labels: {app: cron}}
                spec:
                  restartPolicy: Never
                  serviceAccountName: {{ .Values.cron.account }}
                  containers:
                    - name: cron
                      image: {{ .Values.cron.image }}
                      resources: {{ toJson .Values.cron.resources }}

        """,
    ]
}
