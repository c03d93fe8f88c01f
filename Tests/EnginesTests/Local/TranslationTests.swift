import FleetModel
import FleetTesting
import Foundation
import Testing
import Texts

@testable import Engines

/// Values of a hub that use everything the local engine knows, and much that it does not.
enum SampleHub {
    static let chart = """
        jupyterhub:
          hub:
            concurrentSpawnLimit: 64
            extraConfig:
              01-python: |
                c.KubeSpawner.x = 1
            services:
              hub-health: {admin: true}
              binder: {url: http://binder:8090}
              exporter: {}
            loadRoles:
              exporter: {services: [exporter], scopes: [users, "access:services!service=binder"]}
              binder-only: {services: [binder], scopes: [users]}
              user: {scopes: [self, "access:services!service=binder", "access:services!service=hub-health"]}
          singleuser:
            memory: {limit: 1Gi, guarantee: 256M}
            nodeSelector: {kind: user}
            image: {name: img, tag: v1}
            extraFiles:
              server:
                mountPath: /usr/local/etc/jupyter/jupyter_server_config.json
                data: {A: {b: 1, db_path: /tmp/shared.db}}
              elsewhere: {mountPath: /mnt/x, stringData: x}
              climbing: {mountPath: /etc/jupyter/../../x.json, stringData: x}
            storage:
              extraVolumeMounts:
                shared: {name: home, mountPath: /home/jovyan/shared, subPath: _shared, readOnly: true}
                rstudio: {name: home, mountPath: /home/rstudio, subPath: "{escaped_username}"}
          custom:
            operator:
              add_staff_user_ids_to_admin_users: true
              add_staff_user_ids_of_type: github
              staff_github_ids: [Staff]
            singleuserAdmin:
              extraVolumeMounts:
                rw: {name: home, mountPath: /home/jovyan/shared-readwrite, subPath: _shared}
        dask-gateway: {enabled: false}
        """

    static let file = """
        jupyterhub:
          hub:
            allowNamedServers: true
            baseUrl: /base
            unknownThing: {deep: 1}
            config:
              JupyterHub: {authenticator_class: github, active_server_limit: 5, db_url: "mysql://x", "bad name": 1}
              Authenticator: {admin_users: [Alice, bob], allowed_users: [carol], blocked_users: [mallory]}
              GitHubOAuthenticator: {allowed_organizations: [org]}
              KubeSpawner: {http_timeout: 120, working_dir: /x}
          cull: {timeout: 600, users: true}
          singleuser:
            defaultUrl: /tree
            extraEnv:
              PLAIN: "a \\"quoted\\" $(JUPYTERHUB_USER)"
              NUMBER: 5
              FROM: {valueFrom: {secretKeyRef: {name: x}}}
              NAMED: {name: NAMED, value: v}
            profileList:
              - display_name: Small
                slug: small
                default: true
                kubespawner_override: {mem_limit: 1G, image: "a:b"}
              - display_name: Staff
                allowed_groups: ["org:team"]
          custom:
            homepage:
              gitRepoUrl: https://example.org/repo
              templateVars:
                org: {name: "Org </script>", url: https://example.org}
        """

    static let secret =
        "jupyterhub: {hub: {config: {GitHubOAuthenticator: {client_secret: canary-0001-secret}}}, singleuser: {extraEnv: {TOKEN: canary-0002-secret}}}"

    static func settings(isCopy: Bool = true, separateAccounts: Bool = true) throws -> LocalSettings {
        let layers = [
            Layer(
                kind: .chart, file: "helm-charts/basehub/values.yaml",
                values: try tree(chart, "helm-charts/basehub/values.yaml")),
            Layer(kind: .file, file: "hub.values.yaml", values: try tree(file, "hub.values.yaml")),
            Layer(
                kind: .encrypted, file: "enc.secret.values.yaml",
                values: try #require(
                    YAMLReader.read(Array(secret.utf8), file: "enc.secret.values.yaml", hidesScalars: true).root)),
        ]
        let context = LocalTranslator.Context(
            isCopy: isCopy, revision: folder.revision(1),
            ports: HubPorts(hub: 8000, internalHub: 8001, proxyAPI: 8002, downloads: 8003),
            separateAccounts: separateAccounts, servesDownloads: true)
        return LocalTranslator.translate(
            HubFacts(hub, on: .local, effective: EffectiveValues.sample(layers: layers)), context: context)
    }

    static let folder = HubFolder(root: "/state/hub")

    static var hub: Hub {
        let place = SourceLocation(file: "config/clusters/c/cluster.yaml", line: 4, column: 5)
        return Hub(
            name: Located("prod", at: place), cluster: "c", displayName: Located("A \"hub\"", at: place), domain: nil,
            domainOverrideFile: nil, expectedStatus: nil, chart: Located("basehub", at: place), valuesFiles: [],
            chartOverride: nil, location: place)
    }

    static func tree(_ text: String, _ file: String) throws -> Value {
        let document = YAMLReader.read(text, file: file)
        try #require(document.findings == [])
        return try #require(document.root)
    }
}

@Suite(.tags(.small))
struct TranslationTests {
    @Test func writesAReadableConfiguration() throws {
        let text = LocalConfigFile.text(
            try SampleHub.settings(), hub: SampleHub.hub, revision: SampleHub.folder.revision(1))
        try expectGolden(text, "jupyterhub_config.py")
    }

    @Test func listsWhatOneMachineCannotDo() throws {
        let limits = try SampleHub.settings().limits
        let text = limits.map { "\($0.what) | \($0.why) | \($0.place?.description ?? "")\n" }.joined()
        try expectGolden(text, "limits.txt")
    }

    @Test func noSecretGetsAnywhere() throws {
        let settings = try SampleHub.settings()
        let text = LocalConfigFile.text(settings, hub: SampleHub.hub, revision: SampleHub.folder.revision(1))
        #expect(!text.contains("canary") && !text.contains("TOKEN") && !text.contains(Secret.mask))
        #expect(!"\(settings)".contains("canary"))
        #expect(settings.limits.contains { $0.what == "2 secret values" })
    }

    @Test func aHubOfThisMachineKeepsItsListOfUsers() throws {
        let login = try #require(try SampleHub.settings(isCopy: false).sections.first { $0.title == "Who may log in" })
        #expect(login.settings.contains { $0.name == "c.Authenticator.allowed_users" && $0.value == .set(["carol"]) })
        #expect(!login.settings.contains { $0.name == "c.Authenticator.allow_all" })
    }

    private func settings(_ text: String, isCopy: Bool = false, hidden: String = "{}") throws -> LocalSettings {
        let secret = YAMLReader.read(Array(hidden.utf8), file: "enc.secret.yaml", hidesScalars: true)
        let layers = [
            Layer(kind: .file, file: "f.yaml", values: try SampleHub.tree("jupyterhub: \(text)", "f.yaml")),
            Layer(kind: .encrypted, file: "enc.secret.yaml", values: try #require(secret.root)),
        ]
        let context = LocalTranslator.Context(
            isCopy: isCopy, revision: SampleHub.folder.revision(1),
            ports: HubPorts(hub: 1, internalHub: 2, proxyAPI: 3, downloads: 4), separateAccounts: true)
        return LocalTranslator.translate(
            HubFacts(SampleHub.hub, on: .local, effective: EffectiveValues.sample(layers: layers)), context: context)
    }

    private func value(_ name: String, in settings: LocalSettings) -> PythonLiteral? {
        settings.sections.flatMap(\.settings).first { $0.name == name }?.value
    }

    /// Whoever may log in to a hub of this machine is never more than its values say.
    @Test(arguments: [
        ("[1001, bob]", "{}", ["1001", "bob"]), ("alice", "{}", ["alice"]), ("[]", "{}", []), ("{a: 1}", "{}", []),
        ("[]", "jupyterhub: {hub: {config: {Authenticator: {allowed_users: [x]}}}}", []),
        ("~", "jupyterhub: {hub: {config: {Authenticator: {allowed_users: x}}}}", []),
    ])
    func aListOfUsersNeverOpensTheHub(_ list: String, hidden: String, names: [String]) throws {
        let settings = try settings("{hub: {config: {Authenticator: {allowed_users: \(list)}}}}", hidden: hidden)
        #expect(value("c.Authenticator.allow_all", in: settings) == nil)
        #expect(value("c.Authenticator.allowed_users", in: settings) == .set(names))
    }

    /// A fleet of somebody else cannot make the hub run programs, read files or drop its protection.
    @Test func onlyHarmlessSettingsOfJupyterHubAreTaken() throws {
        let settings = try settings(
            """
            {hub: {config: {JupyterHub: {logging_config: {a: 1}, logo_file: /etc/shadow, show_config: true, \
            extra_handlers: [x], log_level: DEBUG}, KubeSpawner: {args: ["--ip=0.0.0.0"]}}}}
            """)
        let names = settings.sections.flatMap(\.settings).map(\.name)
        #expect(names.contains("c.JupyterHub.log_level"))
        for name in ["logging_config", "logo_file", "show_config"] {
            #expect(!names.contains("c.JupyterHub.\(name)"))
        }
        #expect(
            value("c.JupyterHub.extra_handlers", in: settings)
                == value("c.JupyterHub.extra_handlers", in: try self.settings("{}")))
        #expect(!names.contains("c.Spawner.args"))
        #expect(settings.limits.contains { $0.what == "other settings below hub.config" })
    }

    @Test func noTextEndsACommentOrALineOfTheConfiguration() throws {
        let evil = "x\r__import__('os')\r\n\u{2028}\n#"
        let place = SourceLocation(file: evil)
        let hub = Hub(
            name: Located(evil, at: place), cluster: evil, displayName: nil, domain: nil, domainOverrideFile: nil,
            expectedStatus: nil, chart: Located("c", at: place), valuesFiles: [], chartOverride: nil, location: place)
        var settings = LocalSettings(sections: [], files: [], limits: [], administrators: [], serviceNames: [])
        let setting = LocalSettings.Setting(name: "c.X.y", value: .string(evil), source: "\(place)")
        settings.sections = [LocalSettings.Section(title: "T", settings: [setting])]
        let text = LocalConfigFile.text(settings, hub: hub, revision: SampleHub.folder.revision(1))
        let lines = text.split {
            $0.unicodeScalars.contains { "\r\n\u{2028}\u{85}\u{0B}\u{0C}".unicodeScalars.contains($0) }
        }
        #expect(!lines.contains { $0.hasPrefix("__import__") })
    }

    @Test func whatHasTheWrongFormIsToldAndLeftOut() throws {
        let settings = try settings(
            """
            {hub: {services: [a], loadRoles: text, baseUrl: /ü hub/}, cull: {timeout: "600", every: 60}, singleuser: {extraEnv: {"A B": x, OK: y, NUL: "x\\0y"}, \
            profileList: [5, {display_name: Good}], extraFiles: {a: {mountPath: /etc/jupyter/, stringData: x}}, \
            storage: {extraVolumeMounts: {a: {name: home, mountPath: /home/jovyan/../x/, subPath: _a}, \
            b: {name: home, mountPath: /home/jovyan/data/, subPath: b}}}}}
            """)
        let told = Set(settings.limits.map(\.what))
        for what in [
            "hub.services", "hub.loadRoles", "hub.baseUrl", "cull.timeout", "variable A B", "variable NUL",
            "some profiles", "file /etc/jupyter/",
            "shared folder /home/jovyan/../x/",
        ] { #expect(told.contains(what), "\(what)") }
        #expect(settings.files == [])
        let folder: [(key: String, value: PythonLiteral)] = [
            ("path", .string("data")), ("folder", .string("_b")), ("access", .string("write")),
        ]
        #expect(value("c.LocalSpawner.shared_folders", in: settings) == .list([.dictionary(folder)]))
    }

    @Test func saysWhenSharedFoldersAreNotProtected() throws {
        let limits = try SampleHub.settings(separateAccounts: false).limits
        #expect(limits.contains { $0.what == "write protection of shared folders" })
    }

    @Test func filesGoBelowTheHubsFolderWithoutPathsInTmp() throws {
        let files = try SampleHub.settings().files
        #expect(files.map(\.path) == ["etc/jupyter/jupyter_server_config.json"])
        #expect(files.first?.text == "{\n  \"A\" : {\n    \"b\" : 1\n  }\n}\n")
    }

    @Test func eachHubHasItsOwnRangeOfAccounts() {
        let one = HubFolder(root: "/state/a").administratorsGroup
        let other = HubFolder(root: "/state/b").administratorsGroup
        #expect(abs(one - other) >= 10_000)
        #expect((700_000..<Int(Int32.max)).contains(one + 9_999))
    }
}

@Suite(.tags(.medium), .needs("python3"))
struct PythonLiteralTests {
    /// Python reads back what was written, for random values with hostile text.
    @Test func pythonReadsWhatWasWritten() throws {
        var random = SystemRandomNumberGenerator()
        let morsels = [
            "\"", "'", "\\", "\n", "\r", "\u{0}", "\u{2028}", "ü", "😀", "#", "{", "${x}", "\u{202E}", "a", " ", "\t",
            "\u{7F}",
        ]
        func text() -> String {
            (0..<Int.random(in: 0...12, using: &random)).map { _ in morsels.randomElement()! }.joined()
        }
        func literal(_ depth: Int) -> (PythonLiteral, Any) {
            switch Int.random(in: 0..<(depth > 3 ? 4 : 6), using: &random) {
            case 0: return (.none, NSNull())
            case 1: return (.bool(true), true)
            case 2:
                let number = Int.random(in: -1_000_000...1_000_000, using: &random)
                return (.integer(number), number)
            case 3:
                let text = text()
                return (.string(text), text)
            case 4:
                let items = (0..<3).map { _ in literal(depth + 1) }
                return (.list(items.map(\.0)), items.map(\.1))
            default:
                let pairs = (0..<3).map { (key: "\($0)" + text(), value: literal(depth + 1)) }
                return (
                    .dictionary(pairs.map { ($0.key, $0.value.0) }),
                    Dictionary(uniqueKeysWithValues: pairs.map { ($0.key, $0.value.1) })
                )
            }
        }
        let values = (0..<200).map { _ in literal(0) }
        let folder = try TemporaryFolder()
        let source = PythonLiteral.list(values.map(\.0)).source()
        try folder.write(["v.py": "import json\nprint(json.dumps(\(source)))\n"])
        let python = Process()
        python.executableURL = URL(filePath: try #require(RealThings.program("python3")))
        python.arguments = [folder.path + "/v.py"]
        let pipe = Pipe()
        python.standardOutput = pipe
        try python.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        let read = try #require(try JSONSerialization.jsonObject(with: data) as? NSArray)
        #expect(read == values.map(\.1) as NSArray)
    }
}
