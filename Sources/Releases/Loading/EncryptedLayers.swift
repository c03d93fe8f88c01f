import FleetModel
import FleetTools
import Texts

/// Single encrypted files of a fleet: closed ones, whose cipher text can be compared, and, where sops finds a key, opened
/// ones. A file that is not asked for is never opened.
package actor EncryptedLayers {
    private let source: any FleetSource
    private let sops: Sops
    private let files: ValuesFiles
    private var closed: [ExactText: Layer] = [:]

    /// - Parameters:
    ///   - source: the fleet.
    ///   - runner: runs sops.
    ///   - earlier: those of another state of the fleet: what is known of keys holds for both.
    package init(_ source: any FleetSource, runner: any CommandRunner, earlier: EncryptedLayers? = nil) {
        self.source = source
        sops = earlier?.sops ?? Sops(runner: runner)
        files = ValuesFiles(sops: sops)
    }

    /// What a file sets; its layer is locked when it could not be opened.
    package func opened(_ file: String) async -> Layer {
        let content = await files.content(of: LayerFile(in: source, file), isEncrypted: true)
        return Layer(kind: .encrypted, file: file, values: content.values, locked: content.locked)
    }

    /// What a file sets, with the cipher text of each value in the place of the value. sops leaves that alone as long as a
    /// value stays, so what differs was changed or encrypted anew. sops' own marks are left out. Nothing of it may be shown.
    package func sealed(_ file: String) async -> Layer {
        if let known = closed[file.exact] { return known }
        let layer = await Self.read(file, in: source)
        closed[file.exact] = layer
        return layer
    }

    private static nonisolated func read(_ file: String, in source: any FleetSource) async -> Layer {
        let empty = Value(.map(ValueMap()), at: SourceLocation(file: file))
        let bytes = await source.contents(file) ?? []
        guard let root = YAMLReader.read(bytes, file: file, hidesScalars: true).root, var map = root.map else {
            return Layer(kind: .encrypted, file: file, values: empty)
        }
        map.remove("sops")
        return Layer(kind: .encrypted, file: file, values: Value(.map(map), at: root.location))
    }
}
