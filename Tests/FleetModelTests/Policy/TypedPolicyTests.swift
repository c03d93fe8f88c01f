import FleetTesting
import Testing

@testable import FleetModel

/// A setting of any type, for looking at all of them.
private protocol AnySetting {
    var path: [String] { get }
    var given: Value? { get }
    var isUnreadable: Bool { get }
}

extension Setting: AnySetting {}

/// The typed parts of the policy say what the schema says, no more and no less.
@Suite(.tags(.medium))
struct TypedPolicyTests {
    private func policy(_ text: String? = nil) async throws -> FleetPolicy {
        try await FleetPolicyTests.policy(text)
    }

    private func settings(of part: Any) -> [any AnySetting] {
        Mirror(reflecting: part).children.compactMap { $0.value as? any AnySetting }
    }

    /// The keys of the schema below a path that hold no map.
    private func leaves(of schema: Value, path: [String]) -> [[String]] {
        guard let properties = schema["properties"] else { return [path] }
        return properties.pairs.flatMap { leaves(of: $0.value, path: path + [$0.key]) }
    }

    private func part(_ keys: String...) throws -> Value {
        let schema = ConfigurationSchema.fleet.document
        return try #require(schema[path: keys])
    }

    /// Each key is read once, its default is the documented one, and it can be read.
    private func expectWhole(_ settings: [any AnySetting], is leaves: [[String]], in policy: FleetPolicy) throws {
        #expect(
            settings.map(\.path).map { $0.joined(separator: ".") }.sorted()
                == leaves.map { $0.joined(separator: ".") }.sorted())
        let defaults = try #require(SchemaDefaults.tree(of: ConfigurationSchema.fleet.document))
        for setting in settings {
            #expect(!setting.isUnreadable, "\(setting.path)")
            if policy.values[path: setting.path]?.location.file != FleetPolicy.file {
                #expect(setting.given == defaults[path: setting.path], "\(setting.path)")
            }
        }
    }

    @Test func theOperatorHasTheKeysOfTheSchema() async throws {
        let policy = try await policy()
        let leaves = leaves(of: try part("properties", "operator"), path: ["operator"])
        try expectWhole(settings(of: policy.operatedBy), is: leaves, in: policy)
        #expect(policy.operatedBy.homePageBranch.value == "main")
        #expect(policy.operatedBy.staffGitHubIDs.value?.items == [])
        #expect(policy.operatedBy.name.given == nil)
    }

    @Test func theCalendarHasTheKeysOfTheSchema() async throws {
        let policy = try await policy()
        let leaves = leaves(of: try part("properties", "calendar"), path: ["calendar"])
        try expectWhole(settings(of: policy.calendar), is: leaves, in: policy)
        #expect(policy.calendar.iterationStart.value == CalendarDate("2024-01-01"))
        #expect(policy.calendar.endNoticeDays.value?.items.map(\.value) == [14, 0])
        #expect(policy.calendar.businessDays.value?.items.count == 5)
    }

    @Test func eachTierHasTheKeysOfTheSchema() async throws {
        let own = "{server_memory_gb: 1, server_cpus: 1, home_quota_gb: 1}"
        let names = try part("properties", "tiers", "properties").pairs.map(\.key)
        #expect(Tier.Key.allCases.map(\.rawValue) == names)
        let policy = try await policy("tiers: {\(names.map { "\($0): \(own)" }.joined(separator: ", "))}\n")
        #expect(policy.findings == [])
        for tier in policy.tiers {
            let leaves = leaves(of: try part("definitions", "tier"), path: ["tiers", tier.key.rawValue])
            try expectWhole(settings(of: tier), is: leaves, in: policy)
        }
    }

    @Test func aTierWithoutALimitOfItsOwnHasThatOfAll() async throws {
        let policy = try await policy(
            "servers: {memory_gb: 6}\ntiers: {advanced: {server_memory_gb: 64, home_quota_gb: 50}}\n")
        #expect(policy.tiers.map { $0.serverMemory.value } == [6, 64, 6, 6, 6])
        #expect(policy.tiers.map { $0.serverCPUs.value } == [4, 4, 4, 4, 4])
        #expect(policy.tiers.map { $0.homeQuota.value } == [10, 50, 10, 10, 10])
        #expect(policy.tier(.essential).serverMemory.place?.description == "fleet.yaml:1:22")
        #expect(policy.tier(.essential).representativesMax.value == 2)
        #expect(policy.tier(.advanced).providers.value?.items.map(\.value) == [.aws, .gcp, .azure])
    }

    /// What the file has in another form is no default.
    @Test func aValueOfTheWrongTypeIsUnreadable() async throws {
        let policy = try await policy("calendar: {iteration_days: soon, business_days: [monday, funday]}\n")
        #expect(policy.findings.count == 2)
        #expect(policy.calendar.iterationDays.isUnreadable && policy.calendar.iterationDays.value == nil)
        #expect(policy.calendar.businessDays.isUnreadable)
        #expect(policy.calendar.iterationDays.place?.description == "fleet.yaml:1:28")
    }

    @Test(arguments: [
        ("2024-02-29", true), ("2023-02-29", false), ("1900-02-29", false), ("2000-02-29", true), ("2024-04-31", false),
        ("2024-13-01", false), ("2024-00-10", false), ("2024-1-1", false), ("0099-12-31", true), ("20x4-01-01", false),
    ])
    func aDayIsOneOfTheCalendar(_ text: String, isDay: Bool) {
        #expect(CalendarDate(text)?.description == (isDay ? text : nil))
    }
}
