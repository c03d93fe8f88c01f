import FleetModel
import FleetTesting
import Rollout
import Testing

/// What objects of one release say about what people will notice, without helm.
@Suite(.tags(.small))
struct ConsequenceRulesTests {
    private typealias W = Written

    // MARK: - Restarts

    @Test func partsAreToldByLabelsThenByWhatTheyRun() throws {
        func kinds(_ labels: String, _ name: String, _ command: String = "[run]") throws -> [String] {
            func text(_ image: String) -> String {
                W.workload(name, labels: labels, containers: "[{name: c, image: \(image), command: \(command)}]")
            }
            return try ObjectPair(text("a"), text("b")).kinds().filter {
                $0.hasSuffix("restarts") || $0.hasSuffix("restart")
            }
        }
        #expect(try kinds("{component: hub}", "anything") == ["hub-restarts"])
        #expect(try kinds("{component: proxy}", "anything") == ["proxy-restarts"])
        #expect(try kinds("{component: autohttps}", "x") == ["proxy-restarts"])
        #expect(try kinds("{app.kubernetes.io/component: hub}", "x") == ["hub-restarts"])
        #expect(try kinds("{}", "x", "[/usr/bin/configurable-http-proxy]") == ["proxy-restarts"])
        #expect(try kinds("{}", "x", "[jupyterhub, --config]") == ["hub-restarts"])
        #expect(try kinds("{}", "hub") == ["hub-restarts"])
        // What only sounds alike is neither.
        #expect(try kinds("{component: home-download}", "hub") == ["others-restart"])
        #expect(try kinds("{}", "hub-exporter") == ["others-restart"])
    }

    @Test func whatTakesTrafficFromOutsideIsAProxy() throws {
        let service = W.object("Service", "spec: {type: LoadBalancer, selector: {app: nginx}}")
        func text(_ app: String, _ image: String) -> String {
            service + W.workload("n", labels: "{app: \(app)}", containers: "[{name: c, image: \(image)}]")
        }
        #expect(try ObjectPair(text("nginx", "a"), text("nginx", "b")).kinds() == ["proxy-restarts"])
        #expect(try ObjectPair(text("grafana", "a"), text("grafana", "b")).kinds() == ["others-restart"])
    }

    @Test func sumsThatDoNotChangeRestartNothing() throws {
        func text(_ sum: String, _ value: String) -> String {
            W.hub("cull: {timeout: \(value)}", annotations: "{checksum/config: \(sum)}")
        }
        let pair = ObjectPair(text("a", "1"), text("b", "2"))
        #expect(try pair.kinds() == ["hub-restarts"])
        let notes = try pair.consequences()[0].proofs.compactMap(\.note)
        #expect(
            notes.contains {
                $0.contains("because a checksum of Secret hub changed") && $0.contains("could have waited")
            })
        // The file follows, and the hub reads it when it starts.
        #expect(try ObjectPair(text("a", "1"), text("a", "2")).kinds() == ["at-once"])
    }

    @Test func aRestartForAnotherReasonCouldNotHaveWaited() throws {
        func text(_ image: String, _ sum: String) -> String {
            W.workload(
                "hub", labels: "{component: hub}", annotations: "{checksum/a: \(sum)}",
                containers: "[{name: side, image: \(image)}, {name: hub, image: h}]")
        }
        let notes = try ObjectPair(text("1", "a"), text("2", "b")).consequences().flatMap(\.proofs).compactMap(\.note)
        #expect(!notes.isEmpty && !notes.contains { $0.contains("could have waited") })
    }

    @Test func chanceRestartsHubAndProxyAtAFirstUpgradeAlone() throws {
        func text(_ chance: String, _ title: String) -> String {
            let sums = "{checksum/token: \(chance)}"
            return W.workload("hub", labels: "{component: hub}", annotations: sums)
                + W.workload("proxy", labels: "{component: proxy}", annotations: sums)
                + W.workload("other", annotations: sums)
                + W.object("Ingress", "spec: {title: \(title)}", version: "networking.k8s.io/v1")
        }
        let again = (text("cc33", "a"), text("dd44", "b"))
        #expect(
            try ObjectPair(text("aa11", "a"), text("bb22", "b"), again: again).kinds()
                == ["at-once", "first-upgrade: proxy-restarts", "first-upgrade: hub-restarts"])
        #expect(
            try ObjectPair(text("aa11", "a"), text("bb22", "a"), again: (again.0, text("dd44", "a"))).kinds()
                == ["nothing", "first-upgrade: proxy-restarts", "first-upgrade: hub-restarts"])
        // What stays the same at each rendering is no chance.
        #expect(try ObjectPair(text("aa", "a"), text("aa", "b")).kinds() == ["at-once"])
    }

    @Test func aHubThatIsGoneOrStoppedIsNoSmallThing() throws {
        let hub = W.workload("hub", labels: "{component: hub}", spec: "replicas: 1")
        #expect(try ObjectPair(hub, W.object("Service", "spec: {}")).kinds().contains("hub-restarts"))
        #expect(try ObjectPair(hub, hub.replacing("replicas: 1", with: "replicas: 0")).kinds() == ["hub-restarts"])
        #expect(try ObjectPair(hub, hub.replacing("replicas: 1", with: "replicas: 2")).kinds() == ["at-once"])
    }

    // MARK: - What Kubernetes refuses

    @Test(arguments: [
        ("apps/v1", "Deployment", "spec: {selector: {matchLabels: {a: b}}}", "spec: {selector: {matchLabels: {a: c}}}"),
        ("apps/v1", "StatefulSet", "spec: {serviceName: a}", "spec: {serviceName: b}"),
        ("batch/v1", "Job", "spec: {template: {spec: {a: 1}}}", "spec: {template: {spec: {a: 2}}}"),
        ("v1", "Service", "spec: {clusterIP: None}", "spec: {clusterIP: 10.0.0.1}"),
        ("v1", "Secret", "type: Opaque", "type: kubernetes.io/tls"),
        ("v1", "ConfigMap", "immutable: true\ndata: {a: x}", "immutable: true\ndata: {a: y}"),
        ("rbac.authorization.k8s.io/v1", "RoleBinding", "roleRef: {name: a}", "roleRef: {name: b}"),
        ("storage.k8s.io/v1", "StorageClass", "parameters: {a: b}", "parameters: {a: c}"),
        ("scheduling.k8s.io/v1", "PriorityClass", "value: 1", "value: 2"),
        (
            "v1", "PersistentVolumeClaim", "spec: {resources: {requests: {storage: 2Gi}}}",
            "spec: {resources: {requests: {storage: 1Gi}}}"
        ),
        ("v1", "PersistentVolume", "spec: {csi: {volumeHandle: a}}", "spec: {csi: {volumeHandle: b}}"),
    ])
    func fixedFieldsAreRefused(_ version: String, _ kind: String, _ before: String, _ after: String) throws {
        func text(_ body: String) -> String { W.object(kind, body, version: version) }
        #expect(try ObjectPair(text(before), text(after)).kinds().contains("cannot-be-applied"))
        // Helm makes a hook anew.
        func hook(_ body: String) -> String {
            text(body).replacing("{name: x}", with: "{name: x, annotations: {helm.sh/hook: pre-upgrade}}")
        }
        #expect(try !ObjectPair(hook(before), hook(after)).kinds().contains("cannot-be-applied"))
    }

    @Test(arguments: [
        ("v1", "PersistentVolumeClaim", "spec: {a: 1}", "spec: {a: 1, volumeMode: Filesystem}"),
        (
            "v1", "PersistentVolumeClaim", "spec: {resources: {requests: {storage: 1Gi}}}",
            "spec: {resources: {requests: {storage: 1.5Gi}}}"
        ),
        ("v1", "Secret", "data: {}", "data: {}\ntype: Opaque"),
        ("v1", "Service", "spec: {clusterIP: 10.0.0.1, a: 1}", "spec: {a: 1}"),
        ("v1", "PersistentVolume", "spec: {mountOptions: [a]}", "spec: {mountOptions: [b]}"),
        ("apps/v1", "StatefulSet", "spec: {replicas: 1}", "spec: {replicas: 2}"),
        ("example.org/v1", "Deployment", "spec: {selector: {a: b}}", "spec: {selector: {a: c}}"),
    ])
    func whatMayChangeIsNotRefused(_ version: String, _ kind: String, _ before: String, _ after: String) throws {
        func text(_ body: String) -> String { W.object(kind, body, version: version) }
        #expect(try !ObjectPair(text(before), text(after)).kinds().contains("cannot-be-applied"))
    }

    @Test func definitionsOfACRDsFolderStayAsTheyAre() throws {
        func text(_ field: String) -> String {
            "---\n# Source: a/crds/x.yaml\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
                + "metadata: {name: x}\nspec: {\(field): 1}\n"
        }
        #expect(try ObjectPair(text("a"), text("b")).kinds() == ["cannot-be-applied"])
        #expect(try ObjectPair("", text("b")).kinds() == ["at-once"])
        #expect(try ObjectPair(text("a"), "").kinds() == ["nothing"])
    }

    // MARK: - Data

    @Test func claimsThatGoTakeTheirDataAlong() throws {
        let claim = W.object("PersistentVolumeClaim", "spec: {a: 1}")
        #expect(try ObjectPair(claim, "").kinds() == ["data-at-risk"])
        let kept = claim.replacing("{name: x}", with: "{name: x, annotations: {helm.sh/resource-policy: keep}}")
        #expect(try ObjectPair(kept, "").kinds() == ["nothing"])
        #expect(try ObjectPair(kept, claim).kinds() == ["data-at-risk"])
        #expect(try ObjectPair(claim, kept).kinds() == ["at-once"])
        #expect(try ObjectPair("", claim).kinds() == ["at-once"])
        let set = W.workload(
            "s", kind: "StatefulSet", spec: "persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}")
        #expect(try ObjectPair(set, "").kinds().contains("data-at-risk"))
        #expect(try !ObjectPair(set.replacing("Delete", with: "Retain"), "").kinds().contains("data-at-risk"))
        let volume = W.object("PersistentVolume", "spec: {persistentVolumeReclaimPolicy: Retain}")
        #expect(try ObjectPair(volume, volume.replacing("Retain", with: "Delete")).kinds() == ["data-at-risk"])
        #expect(try ObjectPair(volume.replacing("Retain", with: "Delete"), volume).kinds() == ["at-once"])
    }

    @Test func whatPodsWriteToCounts() throws {
        func text(_ volume: String, mount: String = "{name: v, mountPath: /d}") -> String {
            W.workload(
                "p", containers: "[{name: c, image: i, volumeMounts: [\(mount)]}]",
                volumes: "[{name: v, \(volume)}]")
        }
        let claim = text("persistentVolumeClaim: {claimName: a}")
        func isAtRisk(_ other: String) throws -> Bool {
            try ObjectPair(claim, other).kinds().contains("data-at-risk")
        }
        #expect(try isAtRisk(text("persistentVolumeClaim: {claimName: b}")))
        #expect(try isAtRisk(text("emptyDir: {}")))
        #expect(try isAtRisk(text("persistentVolumeClaim: {claimName: a}", mount: "{name: v, mountPath: /e}")))
        #expect(
            try isAtRisk(text("persistentVolumeClaim: {claimName: a}", mount: "{name: v, mountPath: /d, subPath: x}")))
        // Another name for the same, and what is only read or made anew each time.
        #expect(try !isAtRisk(claim.replacing("name: v", with: "name: w")))
        let read = text("persistentVolumeClaim: {claimName: a}", mount: "{name: v, mountPath: /d, readOnly: true}")
        #expect(try !ObjectPair(read, text("emptyDir: {}")).kinds().contains("data-at-risk"))
        #expect(
            try !ObjectPair(text("emptyDir: {}"), text("emptyDir: {medium: Memory}")).kinds().contains("data-at-risk"))
    }

    @Test func anotherDatabaseIsAnEmptyOne() throws {
        func hub(_ db: String) -> String { W.hub("hub: {db: {\(db)}}") }
        #expect(try ObjectPair(hub("url: a"), hub("url: b")).kinds().contains("data-at-risk"))
        #expect(try !ObjectPair(hub("upgrade: a"), hub("upgrade: b")).kinds().contains("data-at-risk"))
    }

    // MARK: - Permissions

    @Test func rightsAreComparedOneByOne() throws {
        func role(_ rules: String) -> String {
            W.object("ClusterRole", "rules: \(rules)", version: "rbac.authorization.k8s.io/v1")
        }
        func widens(_ before: String, _ after: String) throws -> Bool {
            try ObjectPair(role(before), role(after)).kinds().contains("permissions-widen")
        }
        let get = "[{apiGroups: [''], resources: [pods], verbs: [get]}]"
        #expect(try widens(get, "[{apiGroups: [''], resources: [pods], verbs: [get, list]}]"))
        #expect(try widens(get, "[{apiGroups: ['*'], resources: [pods], verbs: [get]}]"))
        #expect(try widens("[{apiGroups: [''], resources: [pods], resourceNames: [a], verbs: [get]}]", get))
        #expect(try widens(get, "[{nonResourceURLs: [/x], verbs: [get]}]"))
        // The same in other words, or less.
        #expect(
            try !widens(
                "[{apiGroups: [''], resources: [pods, nodes], verbs: [get]}]",
                "[{apiGroups: [''], resources: [nodes], verbs: [get]}, {apiGroups: [''], resources: [pods], verbs: [get]}]"
            ))
        #expect(try !widens("[{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]", get))
        #expect(try !widens(get, "[{apiGroups: [''], resources: [pods], resourceNames: [a], verbs: [get]}]"))
        #expect(try ObjectPair(nil, role(get)).kinds() == ["permissions-widen"])
    }

    @Test func aRightGoesToWhoIsBound() throws {
        func binding(_ subjects: String) -> String {
            W.object(
                "RoleBinding", "roleRef: {name: r}\nsubjects: \(subjects)", version: "rbac.authorization.k8s.io/v1")
        }
        let one = "[{kind: ServiceAccount, name: a}]"
        #expect(
            try ObjectPair(binding(one), binding("[{kind: Group, name: all}]")).kinds().contains("permissions-widen"))
        #expect(
            try !ObjectPair(binding("[{kind: Group, name: a}, {kind: ServiceAccount, name: a}]"), binding(one)).kinds()
                .contains("permissions-widen"))
    }

    @Test(arguments: [
        ("spec: {hostNetwork: false}", "spec: {hostNetwork: true}", true),
        ("spec: {hostNetwork: true}", "spec: {hostNetwork: false}", false),
        ("spec: {a: 1}", "spec: {hostPID: true}", true),
        ("spec: {a: 1}", "spec: {containers: [{name: c, securityContext: {privileged: true}}]}", true),
        ("spec: {a: 1}", "spec: {containers: [{name: c, securityContext: {privileged: false}}]}", false),
        ("spec: {a: 1}", "spec: {containers: [{name: c, securityContext: {capabilities: {add: [NET_ADMIN]}}}]}", true),
        ("spec: {a: 1}", "spec: {containers: [{name: c, securityContext: {capabilities: {drop: [ALL]}}}]}", false),
        ("spec: {a: 1}", "spec: {volumes: [{name: v, hostPath: {path: /}}]}", true),
        ("spec: {a: 1}", "spec: {volumes: [{name: v, emptyDir: {}}]}", false),
    ])
    func podsGetMore(_ before: String, _ after: String, _ widens: Bool) throws {
        func text(_ body: String) -> String {
            let spec = body.replacing("spec: ", with: "spec: {template: {spec: ")
            return W.object("DaemonSet", spec + "}}", version: "apps/v1")
        }
        #expect(try ObjectPair(text(before), text(after)).kinds().contains("permissions-widen") == widens)
    }

    @Test(arguments: [
        ("securityContext: {runAsNonRoot: true}", "securityContext: {}", true),
        ("securityContext: {runAsNonRoot: true}", "securityContext: {runAsNonRoot: false}", true),
        ("securityContext: {runAsNonRoot: true}", "securityContext: {runAsNonRoot: true, runAsUser: 3}", false),
        ("securityContext: {allowPrivilegeEscalation: false}", "tty: true", true),
        ("tty: true", "securityContext: {allowPrivilegeEscalation: false}", false),
        ("securityContext: {capabilities: {drop: [ALL]}}", "securityContext: {capabilities: {drop: [CHOWN]}}", true),
        (
            "securityContext: {capabilities: {drop: [ALL, CHOWN]}}", "securityContext: {capabilities: {drop: [ALL]}}",
            false
        ),
        ("securityContext: {seccompProfile: {type: RuntimeDefault}}", "tty: true", true),
        (
            "securityContext: {seccompProfile: {type: RuntimeDefault}}",
            "securityContext: {seccompProfile: {type: Localhost, localhostProfile: a}}", false
        ),
        (
            "securityContext: {seccompProfile: {type: Localhost, localhostProfile: a}}",
            "securityContext: {seccompProfile: {type: Unconfined}}", true
        ),
    ])
    func containersLoseWhatKeptThem(_ before: String, _ after: String, _ widens: Bool) throws {
        func text(_ context: String) -> String { W.workload("w", containers: "[{name: c, \(context)}]") }
        #expect(try ObjectPair(text(before), text(after)).kinds().contains("permissions-widen") == widens)
    }

    @Test(arguments: [
        ("securityContext: {runAsNonRoot: true}", "dnsPolicy: Default", true),
        ("serviceAccountName: default", "serviceAccountName: admin", true),
        ("dnsPolicy: Default", "serviceAccountName: admin", true),
        ("dnsPolicy: Default", "serviceAccountName: default", false),
        ("serviceAccountName: admin", "serviceAccountName: default", false),
        ("serviceAccountName: admin", "serviceAccount: admin", false),
        ("automountServiceAccountToken: false", "automountServiceAccountToken: true", true),
        ("automountServiceAccountToken: false", "dnsPolicy: Default", true),
        ("automountServiceAccountToken: true", "automountServiceAccountToken: false", false),
    ])
    func podsLoseWhatKeptThem(_ before: String, _ after: String, _ widens: Bool) throws {
        func text(_ spec: String) -> String { W.workload("w", more: ", \(spec)") }
        #expect(try ObjectPair(text(before), text(after)).kinds().contains("permissions-widen") == widens)
    }

    @Test func aContainerBesideProtectedOnesMustBeProtected() throws {
        let kept = "{name: c, securityContext: {runAsNonRoot: true}}"
        func text(_ other: String) -> String { W.workload("w", containers: "[\(kept)\(other)]") }
        #expect(try ObjectPair(text(""), text(", {name: d}")).kinds().contains("permissions-widen"))
        let both = ", {name: d, securityContext: {runAsNonRoot: true}}"
        #expect(try !ObjectPair(text(""), text(both)).kinds().contains("permissions-widen"))
        // Where some could do it before, one more gets nothing new.
        #expect(
            try !ObjectPair(text(", {name: d}"), text(", {name: d}, {name: e}")).kinds().contains("permissions-widen"))
    }

    @Test func serversOfUsersGetAnAccount() throws {
        func text(_ account: String) -> String { W.hub("singleuser: {serviceAccountName: \(account)}") }
        #expect(try ObjectPair(text("null"), text("admin")).kinds().contains("permissions-widen"))
        #expect(try !ObjectPair(text("admin"), text("null")).kinds().contains("permissions-widen"))
    }

    /// Names of jobs change with what they do.
    @Test func whoTakesAPlaceHasItsRights() throws {
        func job(_ name: String, _ user: Int) -> String {
            "---\n# Source: a/templates/job.yaml"
                + W.object(
                    "Job", "spec: {template: {spec: {containers: [{name: c, securityContext: {runAsUser: \(user)}}]}}}",
                    name: name, version: "batch/v1"
                ).dropFirst(3)
        }
        #expect(try ObjectPair(job("a-1", 0), job("a-2", 0)).kinds() == ["at-once"])
        #expect(try ObjectPair(job("a-1", 1), job("a-2", 0)).kinds() == ["permissions-widen", "at-once"])
        #expect(try ObjectPair(job("a-1", 0), job("a-1", 0) + job("a-2", 0)).kinds().contains("permissions-widen"))
    }

    @Test func doorsOpen() throws {
        func ingress(_ rules: String, annotations: String = "{}") -> String {
            W.object("Ingress", "spec: {rules: [\(rules)]}", version: "networking.k8s.io/v1")
                .replacing("{name: x}", with: "{name: x, annotations: \(annotations)}")
        }
        func rule(_ host: String, _ path: String) -> String {
            "{host: \(host), http: {paths: [{path: \(path), backend: {service: {name: s}}}]}}"
        }
        func widens(_ before: String, _ after: String) throws -> Bool {
            try ObjectPair(before, after).kinds().contains("permissions-widen")
        }
        #expect(try widens(ingress(rule("a", "/hub")), ingress(rule("a", "/"))))
        #expect(try !widens(ingress(rule("a", "/hub")), ingress(rule("b", "/hub"))))
        #expect(try widens("", ingress(rule("a", "/"))))
        let guarded = ingress(
            rule("a", "/"), annotations: "{nginx.ingress.kubernetes.io/whitelist-source-range: 10.0.0.0/8}")
        #expect(try widens(guarded, ingress(rule("a", "/"))))
        #expect(try !widens(ingress(rule("a", "/")), guarded))
        func service(_ spec: String) -> String { W.object("Service", "spec: {\(spec)}") }
        #expect(try widens(service("type: ClusterIP"), service("type: NodePort")))
        #expect(try !widens(service("type: NodePort"), service("type: ClusterIP")))
        let some = "type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/8]"
        #expect(try widens(service(some), service("type: LoadBalancer")))
        #expect(try widens(service(some), service(some.replacing("10.0.0.0/8", with: "0.0.0.0/0"))))
        #expect(try !widens(service(some), service(some.replacing("10.0.0.0/8", with: "10.1.0.0/16"))))
    }

    @Test func policiesLetMoreThrough() throws {
        func policy(_ spec: String) -> String {
            W.object("NetworkPolicy", "spec: {\(spec)}", version: "networking.k8s.io/v1")
        }
        func widens(_ before: String, _ after: String) throws -> Bool {
            try ObjectPair(policy(before), policy(after)).kinds().contains("permissions-widen")
        }
        let hub = "{from: [{podSelector: {matchLabels: {a: hub}}}], ports: [{port: 80}]}"
        let all = "{ports: [{port: 80}]}"
        #expect(try widens("ingress: [\(hub)]", "ingress: [\(all)]"))
        #expect(try !widens("ingress: [\(all)]", "ingress: [\(hub)]"))
        #expect(try widens("ingress: [\(hub)]", "ingress: [{}]"))
        #expect(try widens("ingress: []", "ingress: [\(hub)]"))
        #expect(try !widens("ingress: [\(hub)]", "ingress: []"))
        #expect(try !widens("ingress: [{a: 1}, \(hub)]", "ingress: [\(hub), {a: 1}]"))
        let block = "egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]}], policyTypes: [Egress]"
        #expect(try widens(block, block.replacing(", except: [10.0.0.0/8]", with: "")))
        #expect(try !widens(block.replacing(", except: [10.0.0.0/8]", with: ""), block))
        #expect(
            try !widens(
                block.replacing(", except: [10.0.0.0/8]", with: ""),
                block.replacing("0.0.0.0/0, except: [10.0.0.0/8]", with: "9.0.0.0/8")))
        #expect(try widens(block, "ingress: [], policyTypes: [Ingress]"))
        #expect(try ObjectPair(policy("ingress: []"), "").kinds() == ["permissions-widen"])
    }

    // MARK: - What is hidden

    /// A secret in the place of a switch or a name hides what it does, and never that it does something.
    @Test func aHiddenValueHidesNoEffect() throws {
        func hub(_ value: String) -> String {
            W.hub("hub: {config: {Authenticator: {allowed_users: [\(value)]}}}", data: "cookie: x")
        }
        let pair = ObjectPair(hub("ada"), hub("eve"), varied: (hub("xxx"), hub("xxx")))
        let found = try pair.consequences()
        #expect(found.map(\.kind).contains(.permissionsWiden))
        let proof = try #require(found.first { $0.kind == .permissionsWiden }?.proofs.first)
        #expect(proof.isHidden && proof.before == Secret.mask && proof.after == Secret.mask)
        #expect(!"\(found)".contains("ada") && !"\(found)".contains("eve"))
        func privileged(_ value: String) -> String {
            W.workload("p", containers: "[{name: c, securityContext: {privileged: \(value)}}]")
        }
        let hidden = ObjectPair(
            privileged("false"), privileged("true"), varied: (privileged("true"), privileged("false")))
        #expect(try hidden.kinds().contains("permissions-widen"))
        func cookie(_ value: String) -> String {
            W.hub("a: 1", data: "hub.config.JupyterHub.cookie_secret: \(value)")
        }
        #expect(
            try ObjectPair(cookie("one"), cookie("two"), varied: (cookie("xxx"), cookie("xxx"))).kinds().contains(
                "logged-out"))
        #expect(
            try !ObjectPair(
                cookie("one"), cookie("one") + W.object("Service", "spec: {}"), varied: (cookie("xxx"), cookie("xxx"))
            )
            .kinds().contains("logged-out"))
    }

    @Test func aCookieSecretIsFoundWhereTheHubReadsIt() throws {
        func hub(_ cookie: String, _ other: String) -> String {
            W.workload(
                "hub", labels: "{component: hub}",
                containers:
                    "[{name: hub, env: [{name: JPY_COOKIE_SECRET, valueFrom: {secretKeyRef: {name: s, key: mine}}}]}]")
                + W.object("Secret", "stringData: {mine: \(cookie), other: \(other)}", name: "s")
        }
        #expect(try ObjectPair(hub("a", "x"), hub("b", "x")).kinds() == ["logged-out"])
        #expect(try !ObjectPair(hub("a", "x"), hub("a", "y")).kinds().contains("logged-out"))
    }

    // MARK: - All else

    @Test func nothingIsPassedOver() throws {
        #expect(try ObjectPair(W.hub("a: 1"), W.hub("a: 1")).kinds() == ["nothing"])
        for kind in ["Thing", "Ingress", "ResourceQuota", "CronJob", "HorizontalPodAutoscaler"] {
            #expect(
                try ObjectPair(W.object(kind, "spec: {a: 1}"), W.object(kind, "spec: {a: 2}")).kinds() == ["at-once"])
            #expect(try ObjectPair("", W.object(kind, "spec: {a: 2}")).kinds() == ["at-once"])
            #expect(try ObjectPair(W.object(kind, "spec: {a: 2}"), "").kinds() == ["at-once"])
        }
    }

    @Test func readersDecideWhenAMapCounts() throws {
        func text(_ value: String, _ reader: String) -> String {
            W.object("ConfigMap", "data: {a: \(value)}", name: "m") + reader
        }
        func kinds(_ reader: String) throws -> [String] { try ObjectPair(text("1", reader), text("2", reader)).kinds() }
        let volume = "[{name: v, configMap: {name: m}}]"
        #expect(try kinds("") == ["at-once"])
        // With a hub there, what nobody reads is for servers.
        #expect(try kinds(W.hub("a: 1")) == ["next-start"])
        #expect(
            try kinds(
                W.workload("r", containers: "[{name: c, volumeMounts: [{name: v, mountPath: /m}]}]", volumes: volume))
                == ["at-once"])
        #expect(
            try kinds(
                W.workload(
                    "r", containers: "[{name: c, volumeMounts: [{name: v, mountPath: /m, subPath: a}]}]",
                    volumes: volume))
                == ["nothing"])
        #expect(
            try kinds(
                W.workload(
                    "r", containers: "[{name: c, env: [{name: E, valueFrom: {configMapKeyRef: {name: m, key: a}}}]}]"))
                == ["nothing"])
    }
}
