import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Releases
import Testing

/// What helm and the hub's own spawner make of the project's charts.
@Suite(
    .tags(.large), .timeLimit(.minutes(20)), .needs("helm"), .needs("helm3"), .needs("jsonnet"), .needsRealFleet,
    .needsChartTools)
struct PresetObjectTests {
    private func findings(
        _ folder: TemporaryFolder, helm: String, withPods: Bool
    ) async throws -> [(finding: Finding, release: String)] {
        let runner = try RealThings.runner()
        let fleet = try await OpenFleet(WorkingTree(folder.path), runner: runner)
        let cache = try TemporaryFolder()
        var how = ReleaseRenderer.Options()
        how.helm = Helm(program: helm)
        let renderer = try await ReleaseRenderer(how, runner: runner, environment: ["XDG_CACHE_HOME": cache.path])
        var options = ObjectChecks.Options()
        if withPods { options.usersPods = UsersPodMaker(python: RealThings.chartPython, runner: runner) }
        let found = try await ObjectChecks(fleet, renderer: renderer, options: options).check(fleet.choosing([]))
        await renderer.close(now: .now)
        return found
    }

    /// What is worth a warning is none of what the presets make.
    @Test func everyPresetPasses() async throws {
        let folder = try PresetFleet.write()
        for (helm, withPods) in [("helm", true), ("helm3", false)] {
            let found = try await findings(folder, helm: helm, withPods: withPods)
            let wrong = found.filter { $0.finding.severity != .note }
            #expect(wrong.isEmpty, "\(helm): \(wrong)")
            let unseen = found.filter { $0.finding.rule == "rendering/users-pods" }
            #expect(unseen.count == (withPods ? 0 : 6), "\(unseen)")
        }
    }

    /// Faults of the pods of users, each in one choice of theirs or in what all of them get.
    private static let faults: [(mark: String, rule: String)] = [
        ("no-tag", "image-without-tag"), ("host", "privileged-server"), ("rights", "privileged-server"),
        ("account", "no-service-account"), ("secret", "no-secret"), ("claim", "no-claim"), ("map-key", "no-key"),
        ("network", "privileged-server"), ("capability", "privileged-server"), ("prepared", "image-without-tag"),
    ]

    private static let faulty = """
        jupyterhub:
          singleuser:
            serviceAccountName: ghost # account
            extraEnv:
              TOKEN:
                name: TOKEN
                valueFrom:
                  secretKeyRef:
                    name: lost # secret
                    key: token
            initContainers:
              - name: prepare
                image: quay.io/example/prepare # prepared
                resources: {limits: {memory: 64Mi, cpu: 1}}
            profileList:
              - display_name: Small
                slug: small
                profile_options:
                  image:
                    display_name: Image
                    choices:
                      good: {display_name: Good, kubespawner_override: {image: "quay.io/example/good:1"}}
                      bad:
                        display_name: Bad
                        kubespawner_override:
                          image: quay.io/example/bad # no-tag
              - display_name: With the node
                slug: node
                kubespawner_override:
                  privileged: true # rights
                  extra_pod_config:
                    hostNetwork: true # network
                  volumes:
                    logs:
                      name: logs
                      hostPath:
                        path: /var/log/pods # host
              - display_name: "More: of *everything*"
                kubespawner_override:
                  container_security_context:
                    capabilities:
                      add:
                        - SYS_ADMIN # capability
                  volumes:
                    data:
                      name: data
                      persistentVolumeClaim:
                        claimName: datasets # claim
                    settings:
                      name: settings
                      configMap:
                        name: hub
                        items:
                          - path: x
                            key: not-there # map-key

        """

    @Test func faultsOfUsersPodsAreFoundInWhatUsersChoose() async throws {
        let folder = try PresetFleet.write(["faulty": Self.faulty], presets: false)
        let found = try await findings(folder, helm: "helm", withPods: true)
        let places = found.map { "\($0.finding.rule) \($0.finding.location.file):\($0.finding.location.line)" }
        let lines = Self.faulty.split(separator: "\n", omittingEmptySubsequences: false)
        for fault in Self.faults {
            let line = try #require(lines.firstIndex { $0.hasSuffix("# \(fault.mark)") }) + 1
            let place = "objects/\(fault.rule) config/clusters/earth/faulty-own.values.yaml:\(line)"
            #expect(places.contains(place), "\(fault.mark): \(places)")
        }
        // One fault of all choices is said once.
        let accounts = Set(found.map(\.finding)).filter { $0.rule == "objects/no-service-account" }
        #expect(accounts.count == 1, "\(accounts)")
    }

    /// A configuration that does not run is an error, and what it says of itself holds no secret.
    @Test func aConfigurationThatDoesNotRunIsSaid() async throws {
        let values = "jupyterhub: {hub: {extraConfig: {broken: 'raise RuntimeError(\"no such thing\")'}}}\n"
        let folder = try PresetFleet.write(["broken": values], presets: false)
        let found = try await findings(folder, helm: "helm", withPods: true)
        let wrong = try #require(found.first { $0.finding.rule == "rendering/no-configuration" })
        #expect(wrong.finding.severity == .error)
        #expect(wrong.finding.message.contains("RuntimeError: no such thing"))
        #expect(wrong.finding.location.description == "config/clusters/earth/cluster.yaml:6:12")
    }
}
