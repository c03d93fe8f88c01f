import FleetModel
import Texts

/// What a jsonnet file is computed from, besides its variables.
/// Source: the jsonnet specification, "Imports"; the importer of go-jsonnet 0.21.
enum JsonnetInputs {
    /// No real file imports more.
    private static let maximumFiles = 1_000

    /// All files that are looked for when a file is rendered, with what tells each from others: those that it imports,
    /// and those that these import.
    ///
    /// - Parameters:
    ///   - file: the file that is rendered; its folder is also the library path.
    ///   - source: the fleet.
    /// - Returns: identities by path; one that is not there has none. What lies outside of the fleet is left out.
    static func all(of file: String, in source: any FleetSource) async -> [ExactText: FileIdentity?] {
        var found: [ExactText: FileIdentity?] = [:]
        var open = [file]
        while let next = open.popLast(), found.count < maximumFiles {
            guard let bytes = await source.contents(next) else { continue }
            for named in JsonnetImports.find(in: bytes) {
                for place in [next, file].compactMap({ path(named.path, beside: $0) }) {
                    let isKnown = found.keys.contains(place.exact)
                    let identity = await source.identity(place)
                    found.updateValue(identity, forKey: place.exact)
                    guard identity != nil else { continue }
                    if !isKnown, named.isCode { open.append(place) }
                    // The first place where it lies is the one.
                    break
                }
            }
        }
        return found
    }

    /// A path below the root of the fleet; nil when it leads out.
    private static func path(_ name: String, beside file: String) -> String? {
        let folder = FleetPath(parts: FleetPath.names(in: file).dropLast()).description
        return FleetPath.joined(folder, name)?.description
    }
}
