import FleetTesting
import Testing

@testable import FleetModel

@Suite(.tags(.small))
struct ProfileFactsTests {
    private static let small = "{display_name: Small, kubespawner_override: {mem_limit: 1G, image: 'a:1'}}"
    private static let large = "{display_name: Large, kubespawner_override: {mem_limit: 2G}}"

    /// Charts take a map, which values files can merge, in the order of its keys; nulls take an entry out.
    @Test(arguments: [
        "{singleuser: {profileList: [\(small), \(large)]}}", "{singleuser: {profileList: {1: \(small), 2: \(large)}}}",
        "{singleuser: {profileList: {b: \(large), a: \(small)}}}",
        "{singleuser: {profileList: [\(small), ~, \(large)]}}",
        "{singleuser: {profileList: [{display_name: Other}]}, hub: {config: {KubeSpawner: {profile_list: [\(small), \(large)]}}}}",
    ])
    func aListAndAMapAreTheSame(_ text: String) throws {
        let facts = try FactsSample.jupyterhub(text)
        #expect(facts.profiles.profiles.map(\.name) == ["Small", "Large"])
        #expect(facts.servers.images.map(\.text) == ["a:1"])
        #expect(facts.servers.resources.map { ($0.memoryLimit?.number ?? 0) / 1_073_741_824 } == [0, 1, 2])
    }

    @Test func anEmptyListOfTheChartHidesNoOther() throws {
        let facts = try FactsSample.jupyterhub(
            "{singleuser: {profileList: []}, hub: {config: {KubeSpawner: {profile_list: [\(Self.small)]}}}}")
        #expect(facts.profiles.profiles.map(\.name) == ["Small"])
        #expect(facts.profiles.path == ["hub", "config", "KubeSpawner", "profile_list"])
    }

    /// Rules look at profiles of both forms.
    @Test func rulesReadAMapOfProfiles() throws {
        let facts = try FactsSample.jupyterhub(
            "{singleuser: {profileList: {a: {display_name: A, slug: x}, b: {display_name: B, slug: x}}}}")
        #expect(RuleBook.findings(for: facts).map(\.rule).contains("profiles/duplicate-slug"))
    }

    @Test func aChoiceHasWhatItsProfileHasUnlessItSaysMore() throws {
        let facts = try FactsSample.jupyterhub(
            """
            {singleuser: {memory: {limit: 1G, guarantee: 512M}, profileList: [{display_name: P, \
            kubespawner_override: {cpu_limit: 2}, profile_options: {size: {choices: {s: {kubespawner_override: \
            {mem_limit: 4G}}, gone: ~}}, image: {choices: {i: {kubespawner_override: {image: 'b:2'}}}}, no: ~}}]}}
            """)
        let resources = facts.servers.resources
        #expect(resources.map(\.name) == ["singleuser", "P: s", "P: i"])
        // What another option decides is not known for a choice of this one.
        #expect(resources.map { $0.memoryLimit?.text } == ["1G", "4G", nil])
        #expect(resources.map { $0.memoryGuarantee?.text } == ["512M", "512M", "512M"])
        #expect(resources.map { $0.cpuLimit?.number } == [nil, 2, 2])
    }
}
