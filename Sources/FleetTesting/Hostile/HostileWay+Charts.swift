extension HostileWay {
    /// Through charts.
    static let charts = [
        HostileWay("a chart that is a link") { try $0.link("helm-charts/basehub", to: "../../outside/chart") },
        HostileWay("a chart above the fleet") {
            let text = try $0.fleet.read("config/clusters/c/cluster.yaml")
            try $0.fleet.write([
                "config/clusters/c/cluster.yaml": text.replacing(
                    "helm_chart: basehub", with: "helm_chart: ../../outside/chart")
            ])
        },
        HostileWay("a Chart.yaml that is a link") {
            try $0.link("helm-charts/basehub/Chart.yaml", to: "../../../outside/chart/Chart.yaml")
        },
        HostileWay("a requirements.yaml that is a link") {
            try $0.link("helm-charts/basehub/requirements.yaml", to: "../../../outside/plain.yaml")
        },
        HostileWay("defaults that are a link") {
            try $0.link("helm-charts/basehub/values.yaml", to: "../../../outside/plain.yaml")
        },
        HostileWay("a schema that is a link") {
            try $0.link("helm-charts/basehub/values.schema.yaml", to: "../../../outside/schema.yaml")
        },
        HostileWay("a schema for Helm that is a link") {
            try $0.link("helm-charts/basehub/values.schema.json", to: "../../../outside/schema.yaml")
        },
        HostileWay("a schema that refers to a file", isRefused: false) {
            try $0.fleet.write([
                "helm-charts/basehub/values.schema.yaml":
                    "{properties: {own: {$ref: \"file://\($0.folder)/schema.yaml\"}}}\n"
            ])
        },
        HostileWay("a file that templates read") {
            try $0.link("helm-charts/basehub/files/notes.txt", to: "../../../../outside/plain.yaml")
        },
        HostileWay("templates that are a link") {
            try $0.link("helm-charts/basehub/templates/far", to: "../../../../outside")
        },
        HostileWay("a .helmignore that is a link") {
            try $0.link("helm-charts/basehub/.helmignore", to: "../../../outside/plain.yaml")
        },
        HostileWay("a chart below that is a link") {
            try $0.link("helm-charts/basehub/charts/sub", to: "../../../../outside/chart")
        },
        HostileWay("defaults below that are a link") {
            try $0.fleet.write(["helm-charts/basehub/charts/sub/Chart.yaml": "name: sub\nversion: 1.0.0\n"])
            try $0.link("helm-charts/basehub/charts/sub/values.yaml", to: "../../../../../outside/plain.yaml")
        },
        HostileWay("a folder of charts that is a link") {
            try $0.link("helm-charts/basehub/charts", to: "../../../outside/charts")
        },
        HostileWay("an archive that is a link") {
            try $0.link("helm-charts/basehub/charts/sub-1.0.0.tgz", to: "../../../../outside/chart.tgz")
        },
        HostileWay("a dependency above the fleet") {
            try $0.depend("{name: sub, version: 1.0.0, repository: \"file://../../../outside/chart\"}")
        },
        HostileWay("an absolute dependency") {
            try $0.depend("{name: sub, version: 1.0.0, repository: \"file://\($0.folder)/chart\"}")
        },
        HostileWay("a dependency that is a link") {
            try $0.link("helm-charts/sub", to: "../../outside/chart")
            try $0.depend("{name: sub, version: 1.0.0, repository: \"file://../sub\"}")
        },
        HostileWay("a dependency whose name leads out", isRefused: false) {
            try $0.depend("{name: ../../../outside/chart, version: 1.0.0, repository: \"https://example.org\"}")
        },
        HostileWay("a chart of others that is a link") {
            try $0.link("upstream/sub-1.0.0", to: "../../outside/chart")
            try $0.depend("{name: sub, version: 1.0.0, repository: \"https://example.org\"}")
        },
        HostileWay("another Chart.yaml above the fleet") { try $0.override("../../outside/chart/Chart.yaml") },
        HostileWay("another Chart.yaml that is a link") {
            try $0.link("config/clusters/c/chart.yaml", to: "../../../../outside/chart/Chart.yaml")
            try $0.override("chart.yaml")
        },
    ]

    /// Through archives of charts.
    static let archives = [
        HostileWay("an archive that climbs") {
            try await $0.pack("add(\"sub/../../../../outside/values.yaml\", \"x: 1\\n\")")
        },
        HostileWay("an archive with an absolute path") {
            try await $0.pack("add(\"sub//\" + outside + \"/values.yaml\", \"x: 1\\n\")")
        },
        HostileWay("a link in an archive", isRefused: false) {
            try await $0.pack("add(\"sub/values.yaml\", kind=tarfile.SYMTYPE, target=outside + \"/plain.yaml\")")
        },
        HostileWay("a second name in an archive", isRefused: false) {
            try await $0.pack("add(\"sub/values.yaml\", kind=tarfile.LNKTYPE, target=outside + \"/plain.yaml\")")
        },
        HostileWay("a file below a link in an archive", isRefused: false) {
            try await $0.pack(
                "add(\"sub/charts\", kind=tarfile.SYMTYPE, target=outside)\nadd(\"sub/charts/new.yaml\", \"x: 1\\n\")")
        },
    ]
}

extension HostileWay.Outside {
    /// Gives the hub another Chart.yaml.
    fileprivate func override(_ path: String) throws {
        let text = try fleet.read("config/clusters/c/cluster.yaml")
        try fleet.write([
            "config/clusters/c/cluster.yaml": text.replacing(
                "helm_chart: basehub", with: "helm_chart: basehub, chart_override: \"\(path)\"")
        ])
    }
}
