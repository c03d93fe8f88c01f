import FleetModel
import FleetTesting
import Foundation
import Testing

/// The schemas of real charts, against the values that belong to them.
@Suite(.tags(.medium), .needsRealFleet)
struct RealSchemaTests {
    private func tree(_ path: String) throws -> Value {
        let root = try #require(RealThings.fleet, "the real fleet is missing")
        let document = YAMLReader.read(try Data(contentsOf: URL(filePath: "\(root)/\(path)")), file: path)
        #expect(document.findings == [])
        return try #require(document.root)
    }

    private func violations(_ folder: String) throws -> [JSONSchema.Violation] {
        let file = "\(folder)/values.schema.yaml"
        let schema = JSONSchema(try tree(file), file: file)
        #expect(schema.findings == [])
        return schema.violations(in: try tree("\(folder)/values.yaml"))
    }

    @Test(arguments: ["upstream/jupyterhub-4.3.3", "helm-charts/support"])
    func theDefaultsOfAChartFitItsSchema(_ folder: String) throws {
        #expect(try violations(folder) == [])
    }

    /// The values of basehub alone are not whole: every hub has to add to them. The Python library says the same.
    @Test func basehubNeedsWhatHubsAdd() throws {
        #expect(
            try violations("helm-charts/basehub").map(\.message) == [
                "the key \"userServiceAccount\" is missing at the top level",
                "`jupyterhub.custom.homepage.templateVars` needs one of `redirect_to`, `org` with `designed_by`, "
                    + "`operated_by` and `funded_by`",
                "the key \"hosts\" is missing in `jupyterhub.ingress`",
                "the key \"tls\" is missing in `jupyterhub.ingress`",
            ])
    }
}
