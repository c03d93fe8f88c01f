import FleetModel
import FleetTools
import Foundation
import Texts

/// Checks what helm makes of the releases of a fleet: what `validate --rendered` does beside all else.
package struct ObjectChecks: Sendable {
    /// How it is done.
    package struct Options: Sendable {
        /// The version of Kubernetes of all clusters; nil takes what `fleet.yaml` says of each.
        package var kubernetes: String?
        /// Makes the pods of users; nil leaves them out, which is said.
        package var usersPods: UsersPodMaker?

        package init() {}
    }

    private let fleet: OpenFleet
    private let renderer: ReleaseRenderer
    private let options: Options
    private let state: RenderState
    private let origins: ValueOrigins

    /// - Parameters:
    ///   - fleet: the fleet.
    ///   - renderer: calls helm.
    ///   - options: how.
    package init(_ fleet: OpenFleet, renderer: ReleaseRenderer, options: Options) {
        self.fleet = fleet
        self.renderer = renderer
        self.options = options
        state = RenderState(fleet.source)
        origins = ValueOrigins(renderer)
    }

    /// Checks what was chosen of the fleet, some releases at a time.
    ///
    /// - Parameters:
    ///   - choice: the clusters; their support services count where all of their hubs do.
    ///   - width: how many releases are looked at together.
    /// - Returns: what is wrong, with the release that each finding is about.
    package func check(
        _ choice: OpenFleet.Choice, width: Int = ProcessInfo.processInfo.activeProcessorCount + 1
    ) async -> [(finding: Finding, release: String)] {
        let policy = await fleet.policy
        let releases = choice.clusters.filter { $0.provider.kind != .local }.flatMap(chosen)
        return await withTaskGroup(of: [(Finding, String)].self) { group in
            var all: [(Finding, String)] = []
            for (index, release) in releases.enumerated() {
                if index >= max(1, width), let done = await group.next() { all += done }
                guard !Task.isCancelled else { break }
                group.addTask {
                    await check(release, policy).compactMap {
                        policy.checks.apply(to: $0, cluster: release.cluster, hub: release.hub)
                    }.map { ($0, release.id) }
                }
            }
            for await done in group { all += done }
            return all
        }
    }

    /// What is said of hubs of this machine, which helm does not render.
    package static func notes(on choice: OpenFleet.Choice) -> [(finding: Finding, release: String)] {
        choice.clusters.filter { $0.provider.kind == .local }.flatMap { cluster in
            cluster.hubs.map { hub in
                let text = "it runs on this machine, without helm: no objects to check"
                return (Finding(.note, rule: "rendering/on-this-machine", text, at: hub.name.location), hub.id)
            }
        }
    }

    private func chosen(_ selected: Cluster) -> [Release] {
        let cluster = fleet.fleet.cluster(selected.name.value) ?? selected
        let releases =
            cluster.hubs.count == selected.hubs.count
            ? cluster.releases(charts: fleet.reading.charts) : selected.hubs.map { Release($0, of: cluster) }
        return releases.filter { fleet.reading.charts.names.contains($0.chart.value.exact) }
    }

    private func check(_ release: Release, _ policy: FleetPolicy) async -> [Finding] {
        let cluster = policy.cluster(release.cluster.name.value)
        let version = options.kubernetes ?? cluster?.kubernetes.value ?? Helm.usualKubernetes
        let loaded = await fleet.load(release)
        do {
            let request = try await renderer.request(release, loaded.values, in: state, kubernetes: version)
            return try await check(
                release, loaded.values, request, KubernetesVersion(version), cluster?.offer ?? ClusterOffer())
        } catch {
            let words = "\(error)".split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            return [
                Finding(rule: "rendering/failed", words.joined(separator: " ").printable, at: release.place)
            ]
        }
    }

    private func check(
        _ release: Release, _ effective: EffectiveValues, _ request: ReleaseRenderer.Request,
        _ version: KubernetesVersion?, _ offer: ClusterOffer
    ) async throws -> [Finding] {
        let (objects, manifest) = try await renderer.manifest(request)
        let users = try await usersPods(release, objects, tells: request.values.tells)
        let size = await RecordSize.bytes(of: request, effective, manifest: manifest)
        let facts = RenderedFacts(
            objects, users: users.objects, kubernetes: version, cluster: offer, recordSize: size)
        let faults = RuleBook.faults(in: facts)
        guard !faults.isEmpty else { return users.findings }
        let masks = try await masks(request, facts, faults)
        let placing = FaultPlaces(
            origins: origins, subject: ValueOrigins.Subject(request: request, effective: effective, objects: objects),
            templates: TemplatePlace(request: request, state: state, release: release),
            users: UserPodPlaces(release, effective, users.choices))
        var findings = users.findings
        for fault in faults {
            let (place, origin) = await placing.place(of: fault.fault)
            findings.append(
                fault.finding(
                    masks.message(of: fault), at: place, origin: origin.flatMap { masks.tells($0) ? nil : $0 }))
        }
        return findings
    }

    private func note(_ rule: String, _ message: String, _ release: Release) -> Finding {
        Finding(.note, rule: rule, message, at: release.place)
    }

    // MARK: - Users' pods

    private struct Users {
        var objects: [KubernetesObject] = []
        var choices: [UsersPods.Choice] = []
        var findings: [Finding] = []
    }

    private func usersPods(
        _ release: Release, _ objects: [KubernetesObject], tells: (String) -> Bool
    ) async throws -> Users {
        guard release.hub != nil else { return Users() }
        guard let maker = options.usersPods else {
            return Users(findings: [
                note(
                    "rendering/users-pods", "the pods of users were not looked at; `--users-pods` makes them", release)
            ])
        }
        do {
            let made = try await maker.make(objects, namespace: release.helmName)
            let findings = made.failures.map { failure -> Finding in
                let reason = Self.shown(failure.reason, tells: tells)
                guard !failure.isRefusal else {
                    return note(
                        "rendering/users-pods",
                        "the pod of \(failure.choice.shown) was not looked at; the hub wants more of a user: \(reason)",
                        release)
                }
                return Finding(
                    rule: "rendering/no-server", "no server starts with \(failure.choice.shown): \(reason)",
                    at: release.place)
            }
            return Users(objects: made.objects, choices: made.choices, findings: findings)
        } catch let failure as UsersPodMaker.Failure {
            let reason = Self.shown(failure.description, tells: tells)
            return Users(findings: [
                Finding(
                    rule: "rendering/no-configuration",
                    "the pods of users were not looked at, as the hub's configuration does not run here: \(reason)",
                    at: release.place)
            ])
        }
    }

    private static func shown(_ reason: String, tells: (String) -> Bool) -> String {
        tells(reason) ? "the reason holds a secret, so it is not shown" : reason.printable
    }

    // MARK: - Secrets

    private func masks(
        _ request: ReleaseRenderer.Request, _ facts: RenderedFacts, _ faults: [RenderedFault]
    ) async throws -> FaultMasks {
        guard request.values.varied != nil else { return FaultMasks(tells: { _ in false }, others: nil) }
        let objects = try await renderer.variedObjects(request)
        let others = objects.map { RuleBook.faults(in: facts.replacing($0)) }
        return FaultMasks(tells: request.values.tells, others: others ?? [])
    }
}

extension Release {
    /// Where the fleet says that there is such a release.
    var place: SourceLocation { hub?.name.location ?? chart.location }
}

/// Takes out of messages what comes from a secret.
struct FaultMasks: Sendable {
    /// Whether a text holds a secret.
    let tells: @Sendable (String) -> Bool
    /// The faults with other secrets; nil when there are none.
    let others: [RenderedFault]?

    /// What may be said of a fault: as much as is the same with other secrets.
    func message(of fault: RenderedFault) -> String {
        let message = fault.fault.message
        guard let others, fault.fault.object?.isOfUser != true else {
            return tells(message) ? fault.sealedMessage : message
        }
        let twins = others.filter { $0.isTwin(of: fault) }
        guard let twin = twins.first(where: { $0.fault.message.exact == message.exact }) ?? twins.first else {
            return fault.sealedMessage
        }
        let common = CommonText.of([message, twin.fault.message], mark: Secret.mask)
        return tells(common) ? fault.sealedMessage : common
    }
}

extension RenderedFault {
    fileprivate func isTwin(of other: RenderedFault) -> Bool {
        rule.id == other.rule.id && fault.path == other.fault.path
            && fault.object?.template.exact == other.fault.object?.template.exact
            && fault.object?.identity.kind.exact == other.fault.object?.identity.kind.exact
    }

    /// What can be said without a single text of the object.
    fileprivate var sealedMessage: String {
        guard let object = fault.object else { return fault.message }
        let template = object.isOfUser ? "the hub" : object.template.printable
        return "\(object.identity.kind) \(Secret.mask) of \(template) is against this rule: \(rule.title) "
            + "A part of it is a secret, and not shown"
    }
}

/// Finds the place of a fault.
struct FaultPlaces: Sendable {
    let origins: ValueOrigins
    let subject: ValueOrigins.Subject
    let templates: TemplatePlace
    let users: UserPodPlaces

    /// - Parameter fault: what is wrong.
    /// - Returns: the place of the value that causes it, or of what is nearest, and what leads to the field in the object.
    func place(of fault: ObjectFault) async -> (place: SourceLocation, origin: String?) {
        if let object = fault.object, object.isOfUser { return (users.place(of: fault, object), fault.shownPath) }
        if let path = await origins.path(of: fault, in: subject), let place = subject.effective.place(of: path) {
            return (place, fault.shownPath)
        }
        return (await templates.place(of: fault), fault.shownPath)
    }
}

extension EffectiveValues {
    /// Where a value was set: of a map, its key; of what was taken away, the null that did so.
    fileprivate func place(of path: ValuePath) -> SourceLocation? {
        guard let value = merged[path] else { return provenance(of: path)?.statements.first?.value.location }
        guard value.map?.isEmpty == false, case .key(let key)? = path.steps.last else { return value.location }
        return merged[ValuePath(Array(path.steps.dropLast()))]?.map?.entry(key)?.keyLocation ?? value.location
    }
}

extension ObjectFault {
    /// Where it stands in its object, such as `spec.template.spec.containers[name=hub].image`.
    fileprivate var shownPath: String? {
        guard let object, !path.steps.isEmpty else { return nil }
        return "it is \(path.description) of what \(object.isOfUser ? "the hub" : object.template.printable) makes"
    }
}
