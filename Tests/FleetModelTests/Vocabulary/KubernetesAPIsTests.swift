import FleetModel
import FleetTesting
import Testing

/// What the table says of APIs whose lives are known. Source: the pages of Kubernetes about deprecated APIs.
@Suite(.tags(.small))
struct KubernetesAPIsTests {
    private func state(_ api: String, _ kind: String, _ version: String) throws -> KubernetesAPIs.State {
        KubernetesAPIs.packaged.state(of: api, kind, in: try #require(KubernetesVersion(version)))
    }

    @Test(arguments: [
        ("apps/v1", "Deployment"), ("v1", "Pod"), ("batch/v1", "CronJob"), ("networking.k8s.io/v1", "Ingress"),
        ("policy/v1", "PodDisruptionBudget"), ("autoscaling/v2", "HorizontalPodAutoscaler"),
        ("rbac.authorization.k8s.io/v1", "RoleBinding"), ("scheduling.k8s.io/v1", "PriorityClass"),
        ("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
    ])
    func whatStaysIsServed(_ api: String, _ kind: String) throws {
        for version in ["1.25", "1.34.2", "v1.37", "1.60"] { #expect(try state(api, kind, version) == .served) }
    }

    @Test func whatIsGoneIsTold() throws {
        #expect(try state("policy/v1beta1", "PodSecurityPolicy", "1.30") == .removed(in: nil, successor: nil))
        #expect(try state("policy/v1beta1", "PodDisruptionBudget", "1.25") == .removed(in: nil, successor: "policy/v1"))
        #expect(
            try state("extensions/v1beta1", "Ingress", "1.34") == .removed(in: nil, successor: "networking.k8s.io/v1"))
        #expect(try state("extensions/v1beta1", "Deployment", "1.34") == .removed(in: nil, successor: "apps/v1"))
        let last = try #require(KubernetesVersion("1.29"))
        let flow = "flowcontrol.apiserver.k8s.io"
        #expect(try state("\(flow)/v1beta2", "FlowSchema", "1.29") == .removed(in: last, successor: "\(flow)/v1"))
        #expect(try state("\(flow)/v1beta2", "FlowSchema", "1.28") == .deprecated(until: last, successor: nil))
    }

    @Test func whatIsToComeIsTold() throws {
        let since = try #require(KubernetesVersion("1.29"))
        #expect(try state("flowcontrol.apiserver.k8s.io/v1", "FlowSchema", "1.28") == .tooNew(since: since))
    }

    /// Extensions, and versions before the table.
    @Test func whatIsNotKnownIsNotJudged() throws {
        #expect(try state("cert-manager.io/v1", "Certificate", "1.34") == .unknown)
        #expect(try state("snapshot.storage.k8s.io/v1", "VolumeSnapshot", "1.34") == .unknown)
        #expect(try state("policy/v1beta1", "PodDisruptionBudget", "1.24") == .unknown)
        #expect(KubernetesVersion("1") == nil && KubernetesVersion("2.0") == nil && KubernetesVersion("1.x") == nil)
    }
}
