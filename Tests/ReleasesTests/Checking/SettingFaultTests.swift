import FleetModel
import FleetTesting
import FleetTools
import Releases
import Testing
import Texts

/// Faults that people really made, each kind with siblings: what is said of them, and at which place.
@Suite(.tags(.medium))
struct SettingFaultTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        let title: String
        let yaml: String
        /// `RULE LINE:COLUMN` of all errors and warnings in the hub's own file.
        let expected: [String]

        init(_ title: String, _ yaml: String, _ expected: String...) {
            (self.title, self.yaml, self.expected) = (title, yaml, expected)
        }

        var testDescription: String { title }
    }

    private static func config(_ text: String) -> String { "jupyterhub:\n  hub:\n    config:\n" + indented(text, 6) }
    private static func profile(_ text: String) -> String {
        "jupyterhub:\n  singleuser:\n    profileList:\n" + indented(text, 6)
    }
    private static func indented(_ text: String, _ width: Int) -> String {
        text.split(separator: "\n").map { String(repeating: " ", count: width) + $0 + "\n" }.joined()
    }
    private static let cilogon = "JupyterHub: {authenticator_class: cilogon}\n"
    private static let generic = "JupyterHub: {authenticator_class: generic-oauth}\n"

    static let faults = [
        // Types of settings
        Fault(
            "numbers in three lists of users",
            config("Authenticator:\n  allowed_users: [ada, 104729]\n  blocked_users:\n    - 1\n  admin_users: [2.5]"),
            "auth/setting-type 5:30", "auth/setting-type 7:13", "auth/setting-type 8:23",
            "auth/shared-password-administrators 8:22"),
        Fault(
            "a truth value among organizations",
            config(
                "JupyterHub: {authenticator_class: github}\nGitHubOAuthenticator:\n  allowed_organizations: [tides, on]"
            ),
            "auth/setting-type 6:40"),
        Fault(
            "a mapped name and a member that are numbers",
            config(
                "Authenticator: {allow_all: true, username_map: {ada: 12}}\n"
                    + "JupyterHub: {load_groups: {tides: {users: [12]}}}"),
            "auth/setting-type 4:60", "auth/setting-type 5:50"),
        Fault("text for a switch", config("Authenticator: {allow_all: \"true\"}"), "auth/setting-type 4:34"),
        Fault(
            "a map for a list, text for a map",
            config("Authenticator: {allowed_users: {ada: true}}\nKubeSpawner: {node_selector: core}"),
            "auth/setting-type 4:38", "auth/setting-type 5:36"),
        Fault(
            "limits of the hub as text",
            config("JupyterHub: {concurrent_spawn_limit: \"64\"}\nKubeSpawner: {mem_limit: 2 GB, cpu_limit: \"0.5\"}"),
            "auth/setting-type 4:44", "auth/setting-type 5:32", "auth/setting-type 5:49"),
        // Providers of CILogon
        Fault(
            "providers as a list",
            config(
                cilogon
                    + "CILogonOAuthenticator:\n  idps:\n    - https://idp.example.org/shibboleth\nAuthenticator: {allowed_users: [a]}"
            ),
            "auth/setting-type 7:11"),
        Fault(
            "a provider without a scheme, with an unknown action and an unknown key",
            config(
                cilogon + "CILogonOAuthenticator:\n  idps:\n    idp.example.org:\n      username_derivation:\n"
                    + "        username_claim: eppn\n        action: strip\n      allow_everybody: true\n"
                    + "Authenticator: {allowed_users: [a]}"),
            "auth/provider-form 7:11", "auth/provider-form 10:23", "auth/provider-form 11:13"),
        Fault(
            "an action without its partner, domains as text",
            config(
                cilogon + "CILogonOAuthenticator:\n  allowed_idps:\n    https://idp.example.org/x:\n"
                    + "      username_derivation: {username_claim: eppn, action: strip_idp_domain}\n"
                    + "      allowed_domains: example.org"),
            "auth/provider-form 8:34", "auth/provider-form 9:30"),
        Fault(
            "two providers with one prefix",
            config(
                cilogon + "CILogonOAuthenticator:\n  idps:\n"
                    + "    https://a.example.org/x: {username_derivation: {username_claim: sub, action: prefix, prefix: p}, allow_all: true}\n"
                    + "    https://b.example.org/x: {username_derivation: {username_claim: sub, action: prefix, prefix: P}}"
            ),
            "auth/cilogon-derivation 8:11"),
        Fault(
            "a stripped address beside a plain claim",
            config(
                cilogon + "CILogonOAuthenticator:\n  idps:\n"
                    + "    https://a.example.org/x: {username_derivation: {username_claim: nickname}, allow_all: true}\n"
                    + "    https://b.example.org/x: {username_derivation: {username_claim: eppn, action: strip_idp_domain, domain: b.org}}"
            ),
            "auth/cilogon-derivation 8:11"),
        Fault(
            "an address that anybody can write",
            config(
                cilogon + "CILogonOAuthenticator:\n  idps:\n"
                    + "    https://a.example.org/x: {username_derivation: {username_claim: email}, allow_all: true}\n"
                    + "    http://login.microsoftonline.com/common/oauth2/v2.0/authorize: {username_derivation: {username_claim: email}}"
            ),
            "auth/shared-address 8:11"),
        // Partners and old names
        Fault(
            "groups without manage_groups, in a class above",
            config(generic + "Authenticator:\n  allowed_groups: [staff]\n  manage_groups: false"),
            "auth/setting-partner 6:9"),
        Fault(
            "a key of groups alone",
            config(generic + "GenericOAuthenticator:\n  auth_state_groups_key: oauth_user.roles\n  allow_all: true"),
            "auth/setting-partner 6:9"),
        Fault(
            "an old name of CILogon",
            config(cilogon + "CILogonOAuthenticator:\n  strip_idp_domain: true\nAuthenticator: {allowed_users: [a]}"),
            "auth/cilogon-without-idps 4:41", "auth/old-setting 6:9"),
        // Blocks in wrong places
        Fault(
            "a login inside of another class",
            config(
                "JupyterHub:\n  authenticator_class: github\n  GitHubOAuthenticator:\n    allowed_organizations: [a]\nAuthenticator: {allowed_users: [a]}"
            ),
            "auth/misplaced-class 6:9"),
        Fault(
            "a login above hub.config",
            "jupyterhub:\n  GoogleOAuthenticator:\n    hosted_domain: [example.org]\n", "auth/misplaced-class 2:3",
            "layers/unread 2:3"),
        // Variables
        Fault(
            "variables, labels and selectors that are no text",
            "jupyterhub:\n  hub:\n    extraEnv:\n      LEVEL: 3\n  singleuser:\n    extraEnv:\n      A: 1.5\n      B: yes\n"
                + "      C: [x]\n    extraLabels:\n      year: 2026\n",
            "servers/text-value 4:14", "servers/text-value 7:10", "servers/text-value 8:10", "servers/text-value 9:10",
            "servers/text-value 11:13"),
        // Profiles
        Fault(
            "the chart's names in a profile",
            profile(
                "- display_name: A\n  kubespawner_override:\n    extraTolerations: []\n    cpu: {limit: 2}\n    default_url: /lab\n"
                    + "    default: true\n    nodeselector: {}"),
            "profiles/unknown-override 6:11", "profiles/unknown-override 7:11", "profiles/unknown-override 9:11",
            "profiles/unknown-override 10:11"),
        Fault(
            "restrictions under names that nobody reads",
            profile(
                "- display_name: A\n  restricted_to: [staff]\n  kubespawner_override: {}\n"
                    + "- display_name: B\n  profile_options:\n    size:\n      display_name: S\n      choices:\n"
                    + "        big: {display_name: Big, allowed-teams: [x], kubespawner_override: {mem_limit: 1G}}"),
            "profiles/unknown-key 5:9", "profiles/unknown-key 12:40"),
        Fault(
            "groups as text, a name that is a number",
            profile("- display_name: 2026\n  allowed_groups: staff\n  kubespawner_override: [mem_limit]"),
            "profiles/groups-not-managed 5:9", "profiles/value-type 4:23", "profiles/value-type 5:25",
            "profiles/value-type 6:31"),
        Fault(
            "overrides of the wrong type",
            profile(
                "- display_name: A\n  kubespawner_override:\n    image: {name: a, tag: b}\n    environment: {A: 1}\n"
                    + "    start_timeout: \"9\"\n    node_selector: {a: true}\n    volumes: none"),
            "profiles/override-type 6:18", "profiles/override-type 7:28", "profiles/override-type 8:26",
            "profiles/override-type 9:30", "profiles/override-type 10:20"),
        // Resources
        Fault(
            "pairs of Dask and of ephemeral storage",
            "dask-gateway:\n  gateway:\n    backend:\n      scheduler:\n        cores: {request: 1, limit: 0.5}\n"
                + "jupyterhub:\n  singleuser:\n    extraResource:\n      guarantees: {ephemeral-storage: 8Gi}\n"
                + "      limits: {ephemeral-storage: 4Gi}\n",
            "layers/unread 1:1", "resources/limit-below-request 5:36", "resources/limit-below-request 10:35"),
        // Storage
        Fault(
            "mounts of nothing, and with slips",
            "jupyterhub:\n  singleuser:\n    storage:\n      extraVolumes: [{name: scratch, emptyDir: {}}]\n      extraVolumeMounts:\n"
                + "        a: {name: scrach, mountPath: /scratch}\n        b: {name: scratch, mountpath: /s, subpath: x}\n"
                + "        c: {name: scratch}\n",
            "storage/mount-key 7:28", "storage/mount-key 7:43", "storage/mount-key 8:9", "storage/unknown-volume 6:19"),
        Fault(
            "an address with a path", "nfs: {pv: {enabled: true, serverIP: fs-1.example.org/homes}}\n",
            "storage/server-address 1:37"),
        Fault(
            "an address with a folder behind a colon", "nfs: {pv: {enabled: true, serverIP: \"10.0.0.9:/homes\"}}\n",
            "storage/server-address 1:37"),
        Fault(
            "disks of examples",
            "jupyterhub-home-nfs: {enabled: true, gke: {enabled: true, volumeId: <disk>}, quotaEnforcer: {enabled: true}}\n",
            "storage/example-disk 1:69"),
        // Addresses
        Fault(
            "a callback without the path of the hub, which hub.config sets",
            config(
                "JupyterHub: {authenticator_class: github, base_url: /tides}\n"
                    + "GitHubOAuthenticator: {oauth_callback_url: 'https://hub.example.org/hub/oauth_callback', allow_existing_users: true}"
            ),
            "auth/callback 5:50"),
        // Anchors
        Fault(
            "an anchor that nobody repeats", "tides: &tides {a: b}\njupyterhub: {singleuser: {extraLabels: {b: c}}}\n",
            "layers/unread 1:1"),
        Fault(
            "a key that holds an anchor and more",
            "tides:\n  - &one a\n  - two\njupyterhub: {singleuser: {extraLabels: {b: *one}}}\n", "layers/unread 1:1"),
        Fault(
            "keys that hold nothing but anchors, in a list, below a map and for a merge",
            "pools: [&pool {a: b}]\nsizes: {small: &small {limit: 2G}, large: &large {limit: 8G}}\njupyterhub:\n"
                + "  singleuser:\n    nodeSelector: *pool\n    memory: {<<: *small}\n    cpu: *large\n"),
        // The culler
        Fault(
            "times and switches of the culler as text",
            "jupyterhub: {cull: {every: 10 minutes, maxAge: \"0\", users: \"no\", concurrency: 2.5}}\n",
            "operation/culler-type 1:28", "operation/culler-type 1:60", "operation/culler-type 1:79"),
        // Nulls
        Fault("a login that is taken away", config("JupyterHub: {authenticator_class: null}"), "auth/no-login 4:20"),
        Fault(
            "a login with nothing behind it", config("JupyterHub:\n  authenticator_class:"), "auth/no-login 5:9",
            "layers/empty-key 5:9"),
    ]

    /// What the example's own defaults give.
    private static let known: Set<String> = ["auth/no-password", "cluster/missing-file", "operation/no-staging"]

    static func findings(_ yaml: String, chosen: [String] = ["example/prod"]) async throws -> [Finding] {
        let folder = try TemporaryFolder().write(ExampleFleet.files(yaml))
        let fleet = try await OpenFleet(
            WorkingTree(folder.path), runner: RefusingCommandRunner(), opensEncryptedFiles: false)
        return await fleet.validate(try fleet.choosing(chosen)).entries.map(\.finding)
    }

    @Test(arguments: faults) func isSaidAtItsPlace(_ fault: Fault) async throws {
        let found = try await Self.findings(fault.yaml).filter {
            $0.severity != .note && $0.location.file.hasSuffix("prod.values.yaml") && !Self.known.contains($0.rule)
        }
        let said = found.map { "\($0.rule) \($0.location.line):\($0.location.column)" }
        #expect(said.sorted() == fault.expected.sorted(), "\(found.map(\.description).joined(separator: "\n"))")
    }

    /// What comes near to a fault and is none.
    static let right = [
        config("Authenticator: {allowed_users: ['104729'], admin_users: null}"),
        config("KubeSpawner: {working_dir: /home/jovyan}")
            + indented("extraConfig: {a: \"c.KubeSpawner.working_dir = '/x'\"}", 4)
            + "  singleuser: {storage: {homeMountPath: /x}}\n",
        config("KubeSpawner: {node_selector: core}")
            + indented("extraConfig: {a: \"c['KubeSpawner'].node_selector = {}\"}", 4),
        config("Authenticator: {allowed_users: [7]}") + indented("extraConfig: {a: 'fix(c)'}", 4),
        config(
            cilogon
                + "CILogonOAuthenticator: {shown_idps: [], strip_idp_domain: false, idps: {'urn:mace:a': {username_derivation: {username_claim: eppn}, allow_all: true}}}"
        ),
        config(
            generic + "GenericOAuthenticator: {manage_groups: true, allowed_groups: [staff], claim_groups_key: roles}"),
        config(generic + "GenericOAuthenticator: {allowed_groups: [staff]}")
            + indented("extraConfig: {a: 'c.OAuthenticator.manage_groups = True'}", 4),
        profile("- display_name: A\n  icon: wave\n  kubespawner_override: {mem_limit: '{x}'}"),
        profile("- display_name: A\n  for_teams: [x]") + "  hub: {extraConfig: {a: 'p[\"for_teams\"]'}}\n",
        profile("- {display_name: A, kubespawner_override: {tide_level: 3}}")
            + "  hub: {extraConfig: {a: 'c.JupyterHub.spawner_class = Own'}}\n",
        "jupyterhub: {singleuser: {extraEnv: {A: '1', B: {valueFrom: {secretKeyRef: {name: a, key: b}}}, C: null}}}\n",
        "jupyterhub: {singleuser: {storage: {extraVolumeMounts: [{name: home, mountPath: /x, subPathExpr: y}]}}}\n",
        "jupyterhub: {singleuser: {storage: {extraVolumeMounts: [{name: own, mountPath: /x}]}},\n  hub: {extraConfig: {a: 'c.KubeSpawner.volumes.append(v)'}}}\n",
        "nfs: {pv: {enabled: true, serverIP: 'fd00::9'}}\n", "nfs: {pv: {enabled: true, serverIP: 10.0.0.9}}\n",
        "jupyterhub: {hub: {baseUrl: tides, config: {JupyterHub: {authenticator_class: github}, GitHubOAuthenticator: "
            + "{allow_existing_users: true, oauth_callback_url: 'https://hub.example.org/tides/hub/oauth_callback'}}}}\n",
        "jupyterhub: {singleuser: {extraFiles: {a: {limit: 1, request: 2}}}}\n",
    ]

    @Test(arguments: right) func isNotCalledWrong(_ yaml: String) async throws {
        let found = try await Self.findings(yaml).filter {
            $0.severity == .error && !Self.known.contains($0.rule)
        }
        #expect(found.map(\.description) == [])
    }
}
