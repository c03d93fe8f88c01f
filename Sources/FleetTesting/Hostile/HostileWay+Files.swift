extension HostileWay {
    /// Through files of clusters.
    static let files = [
        HostileWay("a values file above the fleet") { try $0.list("../../../../outside/plain.yaml") },
        HostileWay("an absolute values file") { try $0.list("\($0.folder)/plain.yaml") },
        HostileWay("a values file that is a link") {
            try $0.link("config/clusters/c/x.values.yaml", to: "../../../../outside/plain.yaml")
            try $0.list("x.values.yaml")
        },
        HostileWay("a values file that is an absolute link") {
            try $0.link("config/clusters/c/x.values.yaml", to: "\($0.folder)/plain.yaml")
            try $0.list("x.values.yaml")
        },
        HostileWay("a chain of links") {
            try $0.link("config/clusters/c/x.values.yaml", to: "y")
            try $0.link("config/clusters/c/y", to: "../z")
            try $0.link("config/clusters/z", to: "../../../outside/plain.yaml")
            try $0.list("x.values.yaml")
        },
        HostileWay("a folder that is a link") {
            try $0.link("config/clusters/c/far", to: "../../../../outside")
            try $0.list("far/plain.yaml")
        },
        HostileWay("an encrypted file that is a link") {
            try $0.link("config/clusters/c/enc-x.secret.values.yaml", to: "../../../../outside/enc.secret.yaml")
            try $0.list("enc-x.secret.values.yaml")
        },
        HostileWay("an encrypted file that is not encrypted") {
            try $0.link("config/clusters/c/enc-x.secret.values.yaml", to: "\($0.folder)/plain.yaml")
            try $0.list("enc-x.secret.values.yaml")
        },
        HostileWay("a cluster.yaml that is a link") {
            try $0.link("config/clusters/d/cluster.yaml", to: "../../../../outside/cluster.yaml")
        },
        HostileWay("a cluster that is a link") { try $0.link("config/clusters/outside", to: "../../../outside") },
        HostileWay("a fleet.yaml that is a link") { try $0.link("fleet.yaml", to: "../outside/fleet.yaml") },
        HostileWay("a file with the key of a cluster") {
            try $0.link("config/clusters/c/enc-k.secret.yaml", to: "../../../../outside/enc.secret.yaml")
        },
        HostileWay("a domain from elsewhere") {
            try $0.link("config/clusters/c/enc-domain.secret.yaml", to: "../../../../outside/enc.secret.yaml")
            let text = try $0.fleet.read("config/clusters/c/cluster.yaml")
            try $0.fleet.write([
                "config/clusters/c/cluster.yaml": text.replacing(
                    "domain: hub.example.org",
                    with: "domain: hub.example.org, domain_override_file: enc-domain.secret.yaml")
            ])
        },
        HostileWay("the settings of git") { try $0.list("../../../.git/config") },
        HostileWay("the settings of git by a link") {
            try $0.link("config/clusters/c/x.values.yaml", to: "../../../.git/config")
            try $0.list("x.values.yaml")
        },
        HostileWay("the variables of the process") {
            try $0.link("config/clusters/c/x.values.yaml", to: "/proc/self/environ")
            try $0.list("x.values.yaml")
        },
    ]
}
