import FleetModel
import Releases
import Texts

/// Compares single files of two states that may be encrypted: credentials, overrides of domains.
struct FileComparison: Sendable {
    enum Verdict: Sendable, Equatable {
        case same
        /// Opened and compared in the memory, or plain.
        case different
        /// Cipher text differs, and the file could not be opened on both sides.
        case sealed
    }

    let before: FleetState
    let after: FleetState
    /// Whether encrypted files that differ are opened.
    let opensEncryptedFiles: Bool

    /// What a file holds in the state before, beside another one after.
    func compare(_ old: String, _ new: String) async -> Verdict {
        let left = await before.fleet.source.identity(old)
        let right = await after.fleet.source.identity(new)
        if left == right { return .same }
        guard left != nil, right != nil else { return .different }
        guard await isEncrypted(old, in: before), await isEncrypted(new, in: after) else {
            let trees = await (tree(old, in: before), tree(new, in: after))
            return Value.changes(from: trees.0, to: trees.1).isEmpty ? .same : .different
        }
        let sealed = await (before.encrypted.sealed(old).values, after.encrypted.sealed(new).values)
        if Value.changes(from: sealed.0, to: sealed.1).isEmpty { return .same }
        guard opensEncryptedFiles else { return .sealed }
        let opened = await (before.encrypted.opened(old), after.encrypted.opened(new))
        guard opened.0.locked == nil, opened.1.locked == nil else { return .sealed }
        return Value.changes(from: opened.0.values, to: opened.1.values).isEmpty ? .same : .different
    }

    private func isEncrypted(_ file: String, in state: FleetState) async -> Bool {
        await tree(file, in: state)?["sops"]?.map != nil
    }

    private func tree(_ file: String, in state: FleetState) async -> Value? {
        guard let bytes = await state.fleet.source.contents(file) else { return nil }
        return YAMLReader.read(bytes, file: file, hidesScalars: true).root
    }
}
