import Rollout
import Testing

/// Edits that cause one class of consequences, and near misses.
struct ConsequenceEdits: Sendable, CustomTestStringConvertible {
    typealias Edit = ConsequenceBed.Edit

    let kind: Consequence.Kind
    let causes: [Edit]
    let misses: [Edit]
    /// The object and the field that must show it, by what is edited.
    var shown: [String: String] = [:]

    var testDescription: String { kind.rawValue }

    static let all = [
        nothing, nextStart, atOnce, others, hub, proxy, loggedOut, oneWay, refused, data, permissions, unknown,
    ]

    private static let hub1 = "jupyterhub: {hub: {resources: {limits: {memory: 3Gi}}}}"
    private static let culler = Edit("culler", "jupyterhub: {cull: {timeout: 900}}")
    private static let exporter = Edit("exporter", #"images: {dirsizeExporter: "quay.io/example/sizes:1"}"#)
    private static let mountOptions = Edit("mount options", "nfs: {pv: {mountOptions: [hard, vers=4.2]}}")
    private static let hubMemory = Edit("memory of the hub", hub1)
    private static let largerDatabase = Edit(
        "larger database", "jupyterhub: {hub: {db: {pvc: {storage: 5Gi}}}}")
    private static let otherServer = Edit("another NFS server", "nfs: {pv: {serverIP: 10.0.0.2}}")

    private static let nothing = ConsequenceEdits(
        kind: .nothing,
        causes: [
            .file(
                "templates/homes/deployment-dirsize-exporter.yaml", "exporter\n  labels:\n",
                "exporter\n  labels:\n    team: red\n"),
            .file("templates/homes/persistentvolume.yaml", "  labels:\n", "  labels:\n    team: red\n"),
            Edit(
                "a test", "{}",
                files: [
                    .init(
                        path: "templates/test.yaml", old: "",
                        new:
                            "apiVersion: v1\nkind: Pod\nmetadata: {name: t, annotations: {helm.sh/hook: test}}\nspec: {}\n"
                    )
                ]),
        ],
        misses: [
            culler, exporter, mountOptions,
            // A job makes the folder of homes once more.
            .file("Chart.yaml", "version: 0.2.0", "version: 0.2.1"),
        ])

    private static let nextStart = ConsequenceEdits(
        kind: .nextStart,
        causes: [
            Edit("memory of servers", "jupyterhub: {singleuser: {memory: {limit: 2G}}}"),
            Edit("image of servers", #"jupyterhub: {singleuser: {image: {tag: "2026-01-01"}}}"#),
            Edit(
                "file of servers",
                "jupyterhub: {singleuser: {extraFiles: {motd: {mountPath: /etc/motd, stringData: hello}}}}"),
            Edit("spawner", "jupyterhub: {hub: {config: {KubeSpawner: {http_timeout: 300}}}}"),
        ],
        misses: [
            Edit(
                "network of servers",
                "jupyterhub: {singleuser: {networkPolicy: {egress: [{to: [{ipBlock: {cidr: 9.9.9.9/32}}]}]}}}"),
            hubMemory, culler,
        ],
        shown: ["memory of servers": "Secret hub data[\"values.yaml\"]:singleuser.memory.limit"])

    private static let atOnce = ConsequenceEdits(
        kind: .atOnce,
        causes: [
            mountOptions, Edit("no web", "egress: {web: false}"),
            Edit(
                "annotation of the ingress",
                #"jupyterhub: {ingress: {annotations: {nginx.org/proxy-read-timeout: 60s}}}"#),
        ],
        misses: [culler, exporter, hubMemory])

    private static let others = ConsequenceEdits(
        kind: .othersRestart,
        causes: [
            exporter, Edit("no exporter", "nfs: {dirsizeReporter: {enabled: false}}"),
            Edit("image of downloads", #"images: {homeDownload: "quay.io/example/hubfleet:1"}"#),
        ],
        misses: [hubMemory, mountOptions, Edit("no web", "egress: {web: false}")],
        shown: ["exporter": "Deployment home-sizes-exporter spec.template.spec.containers[name=dirsize-exporter].image"]
    )

    private static let hub = ConsequenceEdits(
        kind: .hubRestarts,
        causes: [culler, hubMemory, Edit("variable of the hub", "jupyterhub: {hub: {extraEnv: {MINE: '1'}}}")],
        misses: [exporter, mountOptions, otherServer],
        shown: ["culler": "Deployment hub spec.template.metadata.annotations.checksum/secret"])

    private static let proxy = ConsequenceEdits(
        kind: .proxyRestarts,
        causes: [
            Edit("image of the proxy", #"jupyterhub: {proxy: {chp: {image: {tag: "9"}}}}"#),
            Edit("memory of the proxy", "jupyterhub: {proxy: {chp: {resources: {limits: {memory: 2Gi}}}}}"),
            Edit("token of the proxy", "jupyterhub: {proxy: {secretToken: '3333333333333333'}}"),
        ],
        misses: [
            culler, Edit("service of the proxy", "jupyterhub: {proxy: {service: {annotations: {a: b}}}}"),
            Edit("host", "jupyterhub: {ingress: {hosts: [new.example.org]}}"), hubMemory,
        ],
        shown: ["token of the proxy": "Deployment proxy spec.template.metadata.annotations.checksum/auth-token"])

    private static let otherCookie = "\"2222222222222222222222222222222222222222222222222222222222222222\""
    private static let sameCookie = "\"1111111111111111111111111111111111111111111111111111111111111111\""

    private static let loggedOut = ConsequenceEdits(
        kind: .loggedOut,
        causes: [
            Edit("another secret", "jupyterhub: {hub: {cookieSecret: \(otherCookie)}}"),
            Edit("the chart's own", "jupyterhub: {hub: {cookieSecret: null}}"),
            Edit(
                "as a setting",
                "jupyterhub: {hub: {cookieSecret: null, config: {JupyterHub: {cookie_secret: \(otherCookie)}}}}"),
        ],
        misses: [
            Edit(
                "the same as a setting",
                "jupyterhub: {hub: {cookieSecret: null, config: {JupyterHub: {cookie_secret: \(sameCookie)}}}}"),
            Edit("another key of that name", "global: {cookieSecret: \(otherCookie)}"),
            Edit(
                "token of a service", "jupyterhub: {hub: {services: {prometheus: {apiToken: '44444444444444444444'}}}}"),
            Edit("token of the proxy", "jupyterhub: {proxy: {secretToken: '3333333333333333'}}"),
        ],
        shown: ["another secret": "Secret hub data[\"hub.config.JupyterHub.cookie_secret\"]"])

    private static let oneWay = ConsequenceEdits(
        kind: .oneWay,
        causes: [
            Edit("image of the hub", #"jupyterhub: {hub: {image: {tag: "9"}}}"#),
            Edit("own image of the hub", #"jupyterhub: {hub: {image: {name: quay.io/example/hub, tag: "1"}}}"#),
            Edit(
                "version of the chart", "{}",
                files: [
                    .init(path: "charts/jupyterhub/Chart.yaml", old: "appVersion: 5.4.4", new: "appVersion: 5.5.0"),
                    .init(
                        path: "charts/jupyterhub/values.yaml", old: "k8s-hub\n    tag: \"4.3.3\"",
                        new: "k8s-hub\n    tag: \"4.4.0\""),
                ]),
        ],
        misses: [
            Edit("image of servers", #"jupyterhub: {singleuser: {image: {tag: "2026-01-01"}}}"#),
            Edit("image of the proxy", #"jupyterhub: {proxy: {chp: {image: {tag: "9"}}}}"#),
            .file("charts/jupyterhub/Chart.yaml", "appVersion: 5.4.4", "appVersion: 5.5.0"),
            .file("values.yaml", "docker.io/alpine/git:2.40.1", "docker.io/alpine/git:2.40.2"),
        ],
        shown: ["image of the hub": "Deployment hub spec.template.spec.containers[name=hub].image"])

    private static let refused = ConsequenceEdits(
        kind: .refused,
        causes: [
            otherServer, Edit("class of the database", "jupyterhub: {hub: {db: {pvc: {storageClassName: fast}}}}"),
            Edit("smaller database", "jupyterhub: {hub: {db: {pvc: {storage: 500Mi}}}}"),
            Edit("names of parts", "jupyterhub: {nameOverride: other}"),
            Edit("priority", "jupyterhub: {scheduling: {podPriority: {defaultPriority: 7}}}"),
        ],
        misses: [
            largerDatabase, mountOptions, Edit("labels of the hub", "jupyterhub: {hub: {labels: {team: red}}}"),
            // A job with another name is another one.
            Edit("job", #"images: {shareCreator: "docker.io/library/busybox:1.37.0"}"#),
        ],
        shown: [
            "another NFS server": "PersistentVolume prod-home-nfs spec.nfs.server",
            "names of parts": "Deployment hub spec.selector.matchLabels.app",
        ])

    private static let data = ConsequenceEdits(
        kind: .dataAtRisk,
        causes: [
            otherServer, Edit("database in memory", "jupyterhub: {hub: {db: {type: sqlite-memory}}}"),
            Edit(
                "folders of homes",
                "jupyterhub: {singleuser: {storage: {static: {subPath: 'users/{username}'}}}}\nhomeDownload: {enabled: false}"
            ),
            Edit("name of the share", "nfs: {pv: {shareNameOverride: other}}"),
            Edit("path of the home", "jupyterhub: {singleuser: {storage: {homeMountPath: /home/ada}}}"),
        ],
        misses: [
            largerDatabase, mountOptions, Edit("no exporter", "nfs: {dirsizeReporter: {enabled: false}}"),
            Edit(
                "other kind of storage",
                "jupyterhub: {singleuser: {storage: {dynamic: {pvcNameTemplate: 'x-{username}'}}}}"),
            Edit(
                "shared memory",
                "jupyterhub: {singleuser: {storage: {extraVolumeMounts: {001-shm-volumemount: {mountPath: /shm}}}}}"),
        ],
        shown: [
            "database in memory": "PersistentVolumeClaim hub-db-dir ",
            "folders of homes": "Secret hub data[\"values.yaml\"]:singleuser.storage.static.subPath",
        ])

    private static let permissions = ConsequenceEdits(
        kind: .permissionsWiden,
        causes: [
            Edit("organization", login("allowed_organizations: [one, two, three]")),
            Edit("everybody", "jupyterhub: {hub: {config: {OAuthenticator: {allow_all: true}}}}"),
            Edit("administrator", "jupyterhub: {hub: {config: {Authenticator: {admin_users: [ada, eve]}}}}"),
            Edit("login", "jupyterhub: {hub: {config: {JupyterHub: {authenticator_class: dummy}}}}"),
            Edit("open service", "jupyterhub: {proxy: {service: {type: LoadBalancer}}}"),
            Edit("no policy", "jupyterhub: {proxy: {chp: {networkPolicy: {enabled: false}}}}"),
            Edit("folder of the machine", "jupyterhub: {hub: {extraVolumes: [{name: host, hostPath: {path: /etc}}]}}"),
            Edit("account at the cloud", "userServiceAccount: {annotations: {eks.amazonaws.com/role-arn: 'arn:x'}}"),
            .file("charts/jupyterhub/templates/hub/role.yaml", "[pods, persistent", "[pods, nodes, persistent"),
        ],
        misses: [
            Edit("fewer organizations", login("allowed_organizations: [one]")),
            Edit(
                "another login's setting",
                "jupyterhub: {hub: {config: {CILogonOAuthenticator: {allowed_domains: [a]}}}}"),
            Edit("blocked", "jupyterhub: {hub: {config: {Authenticator: {blocked_users: [eve]}}}}"),
            Edit(
                "the same login",
                "jupyterhub: {hub: {config: {JupyterHub: {authenticator_class: oauthenticator.github.GitHubOAuthenticator}}}}"
            ),
            Edit("host", "jupyterhub: {ingress: {hosts: [new.example.org]}}"),
            Edit("no web", "egress: {web: false}"),
            // Another job of the same rights.
            .file("Chart.yaml", "version: 0.2.0", "version: 0.2.1"),
            .file("charts/jupyterhub/templates/hub/role.yaml", "create, delete]", "create]"),
        ],
        shown: [
            "organization":
                "Secret hub data[\"values.yaml\"]:hub.config.GitHubOAuthenticator.allowed_organizations[\"three\"]",
            "folder of the machine": "Deployment hub spec.template.spec.volumes[name=host].hostPath.path",
        ])

    private static func login(_ settings: String) -> String {
        "jupyterhub: {hub: {config: {GitHubOAuthenticator: {\(settings)}}}}"
    }

    private static let unknown = ConsequenceEdits(
        kind: .unknown,
        causes: [
            Edit("code", "jupyterhub: {hub: {extraConfig: {mine: 'c.JupyterHub.log_level = 10'}}}"),
            .file("charts/jupyterhub/files/hub/z2jh.py", "from __future__", "import os\nfrom __future__"),
            .file("files/basehub/errors.py", "", "\nMINE = 1\n"),
        ],
        misses: [
            culler, Edit("variable of the hub", "jupyterhub: {hub: {extraEnv: {MINE: '1'}}}"),
            Edit(
                "code of servers",
                "jupyterhub: {singleuser: {extraFiles: {start.py: {mountPath: /etc/start.py, stringData: 'a = 1'}}}}"),
        ])
}
