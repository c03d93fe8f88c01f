import FleetModel
import Releases
import Texts

/// A hub that seems to be an earlier one under another name. It would start with empty homes, so it is refused until
/// `fleet.yaml` says where it moved from.
package struct RenamedHub: Sendable, Equatable {
    package let hub: String
    package let place: SourceLocation
    package let earlier: String
    package let earlierPlace: SourceLocation
    /// What both have in common, in words.
    package let signs: [String]

    /// What to do about it.
    package var advice: String {
        "say `hubs: {\(hub): {moved_from: \(earlier)}}` in fleet.yaml, or take the old hub out in a change of its own"
    }
}

/// Finds hubs that have another name now, among those that are new and those that are gone.
struct RenameSuspicion: Sendable {
    /// Files of which so much is the same are one, with changes.
    private static let likeness = 0.5

    let before: FleetState
    let after: FleetState
    let pairing: ReleasePairing

    /// - Parameters:
    ///   - new: hubs that only the state after has.
    ///   - gone: hubs that only the state before has.
    /// - Returns: those of the new ones that look like one that is gone.
    func renamed(_ new: [Release], gone: [Release]) async -> [RenamedHub] {
        var found: [RenamedHub] = []
        for release in new {
            guard let hub = release.hub else { continue }
            for old in gone {
                guard let earlier = old.hub else { continue }
                let signs = await signs(old, earlier, release, hub)
                guard !signs.isEmpty else { continue }
                found.append(
                    RenamedHub(
                        hub: hub.id, place: hub.name.location, earlier: earlier.id, earlierPlace: earlier.name.location,
                        signs: signs))
                break
            }
        }
        return found
    }

    private func signs(_ old: Release, _ earlier: Hub, _ new: Release, _ hub: Hub) async -> [String] {
        var signs: [String] = []
        if let left = earlier.domain, let right = hub.domain, left.value.exact == right.value.exact {
            signs.append("both have the domain \(right.value.printable)")
        }
        guard pairing.earlier(new.cluster)?.name.value.exact == old.cluster.name.value.exact else { return signs }
        let files = (own(old, earlier), own(new, hub))
        for file in files.1 {
            for other in files.0 where await isAlike(other, file) {
                signs.append("\(file.printable) holds what \(other.printable) held")
            }
        }
        return signs
    }

    /// The files that a hub alone lists, relative to the root of the fleet.
    private func own(_ release: Release, _ hub: Hub) -> [String] {
        let others = release.cluster.hubs.filter { $0.name.value.exact != hub.name.value.exact }
        let shared = Set(others.flatMap { $0.valuesFiles.map(\.value.exact) })
        return release.valuesFiles.filter { !shared.contains($0.value.exact) }.map {
            "\(release.cluster.folder)/\($0.value)"
        }
    }

    /// Whether a file is an earlier one, perhaps with changes.
    private func isAlike(_ old: String, _ new: String) async -> Bool {
        guard LayerName.isEncrypted(old) == LayerName.isEncrypted(new), let before = await tree(old, in: before),
            let after = await tree(new, in: after)
        else { return false }
        let leaves = (before.leaves().count, after.leaves().count)
        let most = max(leaves.0, leaves.1)
        // Nothing can be said of files that say next to nothing.
        guard most >= 2, before.map?.isEmpty == false else { return false }
        let changed = Value.changes(from: before, to: after).count
        return Double(most - min(most, changed)) / Double(most) >= Self.likeness
    }

    /// What a file sets; of an encrypted one the cipher text.
    private func tree(_ file: String, in state: FleetState) async -> Value? {
        if LayerName.isEncrypted(file) { return await state.encrypted.sealed(file).values }
        guard let bytes = await state.fleet.source.contents(file) else { return nil }
        return YAMLReader.read(bytes, file: file).root
    }
}
