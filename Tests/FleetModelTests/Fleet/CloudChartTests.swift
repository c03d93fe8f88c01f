import FleetTesting
import Foundation
import Testing

@testable import FleetModel

/// What the chart basehub computes for each cloud is what the program knows of it.
@Suite(.tags(.medium), .needs("jsonnet"))
struct CloudChartTests {
    private func computed(_ kind: ProviderKind) throws -> Value {
        let jsonnet = Process()
        jsonnet.executableURL = URL(filePath: try #require(RealThings.program("jsonnet")))
        let facts = ["CLUSTER": "earth", "HUB": "prod", "DOMAIN": "", "PROVIDER": kind.rawValue, "ACCOUNT": "123"]
        jsonnet.arguments =
            facts.flatMap { ["--ext-str", "HUBFLEET_\($0.key)=\($0.value)"] }
            + [RealThings.packageRoot + "/helm-charts/basehub/values.jsonnet"]
        let pipe = Pipe()
        jsonnet.standardOutput = pipe
        try jsonnet.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        jsonnet.waitUntilExit()
        return try #require(YAMLReader.read(data, file: "values.json").root)
    }

    @Test(arguments: ProviderKind.allCases) func theDiskOfHomesIsTheCloudsOwn(_ kind: ProviderKind) throws {
        let chart = try computed(kind)["jupyterhub-home-nfs"]
        let disks = ProviderKind.allCases.flatMap { $0.cloud.homeDisks.value ?? [] }
        #expect(disks.filter { chart?[$0, "enabled"]?.bool == true } == kind.cloud.homeDisks.value ?? [])
    }

    @Test(arguments: ProviderKind.allCases) func usersHaveRightsWhereThereIsAnAccount(_ kind: ProviderKind) throws {
        let rights = try computed(kind)["userServiceAccount", "annotations"]?.map
        let account = try CloudAccountTests.cluster(kind).provider.account
        #expect((rights?.isEmpty == false) == (account.accountForCharts.value != nil))
    }
}
