import ArgumentParser
import Engines
import FleetModel
import FleetTools
import Foundation
import Releases
import Rollout
import Texts

/// The hubs that `health` checks, and how each is asked.
struct HealthSelection {
    let command: HealthCommand
    let state: StateFolder
    let context: FleetContext

    struct Selected: Sendable {
        var patients: [HealthRun.Patient] = []
        /// Those of this machine, whose records keep what was found.
        var here: [ExactText: Hub] = [:]
        let engine: LocalEngine
    }

    /// - Throws: `SelectionError`, `FleetNotFound`, `ValidationError`, `FileError`.
    func selected() async throws -> Selected {
        let folder = try folder()
        let fleet = try await OpenFleet(folder, runner: context.runner, kept: context.keptResults)
        let choice = try fleet.choosing(command.selectors, in: context)
        let hubs = choice.clusters.flatMap { cluster in cluster.hubs.map { Release($0, of: cluster) } }
        guard !hubs.isEmpty else { throw ValidationError("nothing was checked: no hub could be read") }
        for (option, value) in [("--token-file", command.tokenFile), ("--address", command.address)]
        where value != nil && hubs.count > 1 {
            throw ValidationError("\(option) goes with one hub, not \(hubs.count)")
        }
        let engine = LocalEngine(
            state: state, fleet: folder, fleetName: await fleet.policy.name, doors: context.doors)
        var selected = Selected(engine: engine)
        for release in hubs {
            guard let hub = release.hub else { continue }
            selected.patients.append(try await patient(hub, release, fleet, engine))
            if isHere(release) { selected.here[hub.id.exact] = hub }
        }
        return selected
    }

    /// The fleet around, or else the example that `up` runs outside of a fleet.
    private func folder() throws -> WorkingTree {
        if let folder = try command.fleet.folderIfAny(in: context) { return folder }
        let example = WorkingTree(state.example)
        guard example.holdsFleet else { throw FleetNotFound(folder: context.currentDirectory, isChosen: false) }
        return example
    }

    private func isHere(_ release: Release) -> Bool { release.cluster.provider.kind == .local || command.local }

    private func patient(
        _ hub: Hub, _ release: Release, _ fleet: OpenFleet, _ engine: LocalEngine
    ) async throws -> HealthRun.Patient {
        let loaded = await fleet.load(release)
        context.say(loaded.findings.filter { $0.severity == .error })
        let provider = release.cluster.provider.kind
        let facts = HubFacts(hub, on: provider, effective: loaded.values)
        if isHere(release) {
            guard let access = engine.healthAccess(of: hub) else { return .init(hub, unchecked: .notDeployed) }
            return .init(hub, access: try given(access), manner: HealthManner(facts, isHere: true))
        }
        guard let address = try await address(of: hub, facts, fleet, folder: release.cluster.folder) else {
            return .init(hub, unchecked: .noAddress("\(hub.location) sets no domain that can be read here"))
        }
        let access = try engine.healthAccess(
            of: hub, at: address, token: try givenToken() ?? facts.health.token, advice: advice(loaded.values))
        return .init(hub, access: access, manner: HealthManner(facts, isHere: false))
    }

    /// The way to a hub of this machine, with what the operator says otherwise.
    private func given(_ access: HealthAccess) throws -> HealthAccess {
        guard let token = try givenToken() else { return access }
        return HealthAccess(
            address: access.address, direct: access.direct, token: token, tokenAdvice: access.tokenAdvice,
            log: access.log, lock: access.lock)
    }

    private func advice(_ values: EffectiveValues) -> String {
        let closed = values.locked.map { "\($0.file) is not decrypted: \($0.locked ?? "")" }
        return (["its values set none that can be read here; give it with --token-file"] + closed)
            .joined(separator: "; ")
    }

    // MARK: - Address

    /// Where people reach a hub elsewhere, with a slash at its end; nil when that is not known.
    private func address(of hub: Hub, _ facts: HubFacts, _ fleet: OpenFleet, folder: String) async throws -> String? {
        if let address = command.address { return address.hasSuffix("/") ? address : address + "/" }
        var domain = facts.network.domain?.value
        if let file = hub.domainOverrideFile?.value {
            let layers = EncryptedLayers(fleet.source, runner: context.runner)
            domain = await layers.opened("\(folder)/\(file)").replacingDomain
        }
        guard let domain, Self.isHost(domain) else { return nil }
        return "https://\(domain)\(facts.network.path)"
    }

    /// Whether a text names a machine, and nothing else of an address.
    private static func isHost(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count < 256
            && text.unicodeScalars.allSatisfy {
                $0.properties.isAlphabetic || "0123456789.-:".unicodeScalars.contains($0)
            }
    }

    // MARK: - Token

    private func givenToken() throws -> HubToken? {
        guard let path = command.tokenFile else { return nil }
        let text = String(decoding: try context.bytes(of: path), as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.isEmpty, text.utf8.count < 4_096, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw ValidationError("--token-file holds no token: a token is one word in one line")
        }
        return HubToken(text)
    }
}
