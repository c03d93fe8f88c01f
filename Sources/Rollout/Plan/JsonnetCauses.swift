import FleetModel
import Releases
import Texts

/// Why jsonnet files compute something else: the files that they import, and the variables that they are given.
struct JsonnetCauses {
    private var byFile: [ExactText: [String]] = [:]

    init(_ before: ReleaseInputs, _ after: ReleaseInputs) {
        let variables = Set(before.variables.keys).union(after.variables.keys).sorted()
            .filter { before.variables[$0]?.exact != after.variables[$0]?.exact && $0.hasPrefix("HUBFLEET_") }
            .map { "\($0): \(before.variables[$0] ?? "none") → \(after.variables[$0] ?? "none")" }
        for file in after.files where file.kind == .jsonnet {
            let old = before.files.first { $0.path.exact == file.path.exact }
            var causes = old?.identity == file.identity ? [] : ["\(file.path) differs"]
            let imports = old.map { old in
                Set(old.imports.keys).union(file.imports.keys).filter { old.imports[$0] != file.imports[$0] }
            }
            causes += (imports ?? []).sorted().map { "it imports \($0), which differs" }
            byFile[file.path.exact] = causes + variables
        }
    }

    /// The causes of a change that stands in one of the files.
    func causes(of files: [ExactText]) -> [String] { files.lazy.compactMap { byFile[$0] }.first ?? [] }
}
