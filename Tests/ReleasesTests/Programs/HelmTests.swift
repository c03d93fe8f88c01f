import FleetTesting
import FleetTools
import Testing

@testable import Releases

/// The calls of helm, before they are made.
@Suite(.tags(.small))
struct HelmTests {
    @Test func rendersAnUpgradeWithValuesFromStandardInput() {
        let template = Helm.Template(
            release: "--post-renderer=x", chart: "/chart", values: Array("{}".utf8), kubernetes: "1.34.0",
            home: "/home")
        let call = Helm().template(template)
        #expect(call.program == "helm")
        #expect(
            call.arguments == [
                "template", "--namespace=--post-renderer=x", "--is-upgrade", "--include-crds", "--kube-version=1.34.0",
                "--values=-", "--skip-schema-validation", "--", "--post-renderer=x", "/chart",
            ])
        #expect(call.standardInput == Array("{}".utf8))
        #expect(call.inherits == .only([]))
        #expect(call.environment["HELM_PLUGINS"] == "/home/plugins")
        #expect(call.environment["HOME"] == "/home")
        #expect(Helm(program: "/bin/helm3").template(template).program == "/bin/helm3")
    }

    @Test func pullsFromRepositoriesAndRegistries() throws {
        let chart = try #require(ChartSource(name: "sub", version: "1.0.0", repository: "https://example.org/charts/"))
        #expect(
            Helm().pull(chart, to: "/to").arguments == [
                "pull", "--version=1.0.0", "--destination=/to", "--repo=https://example.org/charts", "--", "sub",
            ])
        let registry = try #require(ChartSource(name: "sub", version: "^1", repository: "oci://example.org/charts"))
        #expect(
            Helm().pull(registry, to: "/to").arguments == [
                "pull", "--version=^1", "--destination=/to", "--", "oci://example.org/charts/sub",
            ])
    }

    @Test(arguments: ["file:///etc", "", "@alias", "/etc", "--repo=x", "ftp://example.org"])
    func asksNoOtherPlace(_ repository: String) {
        #expect(ChartSource(name: "sub", version: "1", repository: repository) == nil)
    }

    @Test(arguments: ["", "-o", "../sub", "sub/x", ".sub", "a b"]) func takesNoOtherName(_ name: String) {
        #expect(ChartSource(name: name, version: "1", repository: "https://example.org") == nil)
    }
}
