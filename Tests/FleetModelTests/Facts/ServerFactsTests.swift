import FleetTesting
import Foundation
import Testing

@testable import FleetModel

@Suite(.tags(.small))
struct ServerFactsTests {
    /// As in the JupyterHub chart, which lays `hub.config` over its own keys.
    @Test(arguments: [
        ("singleuser: {defaultUrl: /a}", "/a"),
        ("singleuser: {defaultUrl: /a}, hub: {config: {Spawner: {default_url: /b}}}", "/b"),
        ("hub: {config: {Spawner: {default_url: /b}, KubeSpawner: {default_url: /c}}}", "/c"), ("hub: {}", nil),
    ])
    func theMostSpecificPageOpens(_ text: String, page: String?) throws {
        #expect(try FactsSample.jupyterhub("{\(text)}").servers.defaultURL.value == page)
    }

    @Test func anAmountKeepsItsTextAndSaysWhenItIsNone() throws {
        let servers = try FactsSample.jupyterhub(
            "{singleuser: {memory: {limit: 1Gi, guarantee: 1073741824}, cpu: {limit: half}}}"
        ).servers
        #expect(servers.memoryLimit.value == MemoryText(setting: Value(.string("1Gi"), at: SourceLocation(file: ""))))
        #expect(servers.memoryLimit.value?.bytes == nil)
        #expect(servers.memoryGuarantee.value?.bytes == 1_073_741_824)
        #expect(servers.cpuLimit.isUnreadable)
        #expect(servers.resources[0].memoryLimit == nil && servers.resources[0].memoryGuarantee?.text == "1073741824")
    }

    @Test(arguments: [
        ("{name: a/b, tag: '1'}", "a/b:1", "1"), ("{name: a/b}", "a/b", nil), ("{name: 'h:5000/b'}", "h:5000/b", nil),
        ("{name: 'a@sha256:0'}", "a@sha256:0", "sha256:0"),
    ])
    func anImageHasATagOrADigest(_ image: String, text: String, tag: String?) throws {
        let images = try FactsSample.jupyterhub("{singleuser: {image: \(image)}}").servers.images
        #expect(images.map(\.text) == [text] && images.map(\.tag) == [tag])
    }

    @Test func whatTheChartCullsIsReadWithItsTypes() throws {
        let culling = try FactsSample.jupyterhub("{cull: {timeout: \"600\", every: 60, users: 1}}").culling
        #expect(culling.timeout.isUnreadable && culling.removesUsers.isUnreadable)
        #expect(culling.every.value == 60 && culling.isEnabled.given == nil)
    }

    /// The real chart, where the real fleet has it.
    @Test(.needsRealFleet) func theDefaultsOfCullingAreTheCharts() throws {
        let fleet = try #require(RealThings.fleet)
        let text = try String(contentsOfFile: fleet + "/upstream/jupyterhub-4.3.3/values.yaml", encoding: .utf8)
        let facts = try FactsSample.facts("{}", chart: text)
        #expect(facts.values.prefix == [])
        let culling = facts.culling
        typealias Defaults = CullingFacts.Defaults
        #expect(culling.isEnabled.value == Defaults.isEnabled)
        #expect(culling.timeout.value == Defaults.timeout)
        #expect(culling.every.value == Defaults.every)
        #expect(culling.concurrency.value == Defaults.concurrency)
        #expect(culling.maxAge.value == Defaults.maxAge)
        #expect(culling.removesUsers.value == Defaults.removesUsers)
        #expect(culling.includesAdministrators.value == Defaults.includesAdministrators)
        #expect(culling.removesNamedServers.value == Defaults.removesNamedServers)
    }
}
