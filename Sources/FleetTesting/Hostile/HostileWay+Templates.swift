/// What helm would do for a chart.
extension HostileWay {
    /// Through templates of charts. The first of them prints all files that templates can read.
    static let templates = [
        HostileWay("a template that reads files above its chart", isRefused: false) {
            try $0.template(
                "{{ .Files.Get \"../../../outside/plain.yaml\" }}{{ .Files.Get \"\($0.folder)/plain.yaml\" }}")
        },
        HostileWay("a template that lists files above its chart", isRefused: false) {
            try $0.template("{{ (.Files.Glob \"../../../outside/**\").AsConfig }}{{ (.Files.Glob \"/**\").AsSecrets }}")
        },
        HostileWay("a template that asks for a variable", isRefused: false) {
            try $0.template("{{ env \"HUBFLEET_PLANTED\" }}")
        },
        HostileWay("a template that expands variables", isRefused: false) {
            try $0.template("{{ expandenv \"$HUBFLEET_PLANTED ${HUBFLEET_PLANTED}\" }}")
        },
        HostileWay("a template that asks a cluster", isRefused: false) {
            try $0.template("{{ toJson (lookup \"v1\" \"Secret\" \"\" \"\") }}{{ toJson .Capabilities }}")
        },
        HostileWay("a template that fails with what it reads", isRefused: false) {
            try $0.template("{{ fail (printf \"%v %v\" .Values (.Files.Get \"../values.yaml\")) }}")
        },
        HostileWay("a folder of files that is a link") {
            try $0.link("helm-charts/basehub/files", to: "../../../outside")
        },
        HostileWay("a file for templates that is an absolute link") {
            try $0.link("helm-charts/basehub/files/x", to: "\($0.folder)/plain.yaml")
        },
        HostileWay("a file for templates that is /proc/self/environ") {
            try $0.link("helm-charts/basehub/files/x", to: "/proc/self/environ")
        },
        HostileWay("a library of templates that is a link") {
            try $0.link("helm-charts/basehub/templates/_far.tpl", to: "../../../../outside/plain.yaml")
        },
        HostileWay("definitions that are a link") {
            try $0.link("helm-charts/basehub/crds", to: "../../../outside")
        },
        HostileWay("notes that are a link") {
            try $0.link("helm-charts/basehub/templates/NOTES.txt", to: "../../../../outside/plain.yaml")
        },
        HostileWay("a lock file that is a link") {
            try $0.link("helm-charts/basehub/Chart.lock", to: "../../../outside/plain.yaml")
            try $0.depend("{name: far, version: ^1, repository: \"https://example.org\", condition: far.enabled}")
            try $0.fleet.write(["config/clusters/c/prod.values.yaml": "far: {enabled: false}\n"])
        },
        HostileWay("a link in a chart of others") {
            try $0.fleet.write([
                "upstream/sub-1.0.0/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
                "upstream/sub-1.0.0/templates/x.yaml": "# {{ .Files.Get \"x\" }}{{ toJson .Values }}\n",
            ])
            try $0.link("upstream/sub-1.0.0/x", to: "../../../outside/plain.yaml")
            try $0.link("upstream/sub-1.0.0/values.yaml", to: "../../../outside/plain.yaml")
            try $0.depend("{name: sub, version: 1.0.0, repository: \"https://example.org\"}")
        },
        HostileWay("a template in an archive that reads a link there", isRefused: false) {
            try await $0.pack(
                """
                add("sub/files/x", kind=tarfile.SYMTYPE, target=outside + "/plain.yaml")
                add("sub/files/y", kind=tarfile.LNKTYPE, target=outside + "/plain.yaml")
                add("sub/templates/x.yaml", "# {{ .Files.Get \\"files/x\\" }}{{ .Files.Get \\"files/y\\" }}\\n")
                """)
        },
        HostileWay("a repository that only somebody's settings know", isRefused: false) {
            try $0.depend("{name: private, version: 1.0.0, repository: \"@private\"}")
        },
        HostileWay("a repository that is a folder", isRefused: false) {
            try $0.depend("{name: sub, version: 1.0.0, repository: \"\($0.folder)/charts\"}")
        },
        HostileWay("a version that leads out", isRefused: false) {
            try $0.depend("{name: sub, version: ../../../../outside/chart, repository: \"https://example.org\"}")
        },
    ]

    /// Through the schemas of charts: helm loads what they refer to.
    static let schemas = [
        HostileWay("a schema for helm that refers to a file", isRefused: false) {
            try $0.schema("{\"$ref\": \"file://\($0.folder)/schema.json\"}")
        },
        HostileWay("a schema for helm that refers to a text", isRefused: false) {
            try $0.schema("{\"properties\": {\"own\": {\"$ref\": \"file://\($0.folder)/plain.yaml\"}}}")
        },
        HostileWay("a schema for helm with an address of its own", isRefused: false) {
            try $0.schema("{\"$id\": \"file://\($0.folder)/x.json\", \"$ref\": \"schema.json\"}")
        },
        HostileWay("a schema for helm in a language of its own", isRefused: false) {
            try $0.schema("{\"$schema\": \"file://\($0.folder)/schema.json\", \"type\": \"object\"}")
        },
        HostileWay("a schema for helm in an archive", isRefused: false) {
            try await $0.pack(
                "add(\"sub/values.schema.json\", '{\"$ref\": \"file://' + outside + '/schema.json\"}')\n"
                    + "add(\"sub/templates/x.yaml\", \"\")")
        },
    ]
}

extension HostileWay.Outside {
    /// Adds a template to the chart.
    fileprivate func template(_ text: String) throws {
        try fleet.write([
            "helm-charts/basehub/templates/more.yaml":
                "kind: ConfigMap\napiVersion: v1\nmetadata: {name: more}\ndata:\n  x: |-\n    \(text)\n"
        ])
    }

    fileprivate func schema(_ text: String) throws {
        try fleet.write(["helm-charts/basehub/values.schema.json": text])
    }
}
