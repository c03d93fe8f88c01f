import FleetModel
import FleetTesting
import Testing

/// What helm prints, taken apart.
@Suite(.tags(.small))
struct ManifestTests {
    private static let text = """
        ---
        # Source: hub/crds/things.yaml
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: things}
        ---
        # Source: hub/templates/map.yaml
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: map, namespace: prod}
        data:
          text: |
            ---
            no: document
        ---
        # Source: hub/templates/none.yaml
        # nothing
        ---
        # Source: hub/templates/list.yaml
        apiVersion: v1
        kind: List
        items:
          - {apiVersion: apps/v1, kind: Deployment, metadata: {name: one, namespace: other}}
          - {apiVersion: v1, kind: Pod, metadata: {name: test, annotations: {helm.sh/hook: "post-install,test-success"}}}
          - {apiVersion: v1, kind: Pod, metadata: {name: hook, annotations: {helm.sh/hook: pre-upgrade}}}

        """

    @Test func isReadIntoObjects() throws {
        let objects = try Manifest.objects(Array(Self.text.utf8), namespace: "prod")
        #expect(
            objects.map(\.identity.description) == [
                "CustomResourceDefinition things", "ConfigMap map", "Deployment other/one", "Pod test", "Pod hook",
            ])
        #expect(objects.map(\.section) == [.definition, .release, .elsewhere, .test, .hook])
        #expect(objects.map(\.template).last == "hub/templates/list.yaml")
        #expect(objects[1].body["data", "text"]?.string == "---\nno: document\n")
        #expect(objects[2].identity.group == "apps")
    }

    @Test func saysWhereItIsNoYAML() {
        let text = "---\n# Source: a/templates/b.yaml\nkind: A\nx: [\n"
        #expect(throws: ManifestError.self) { try Manifest.objects(Array(text.utf8), namespace: "prod") }
    }

    @Test(arguments: ["", "---", "---\n---\n", "text\n", "- 1\n", "kind: 1\n"]) func holdsNoObjects(_ text: String)
        throws
    {
        #expect(try Manifest.objects(Array(text.utf8), namespace: "prod") == [])
    }
}
