/// One file in the listing of a commit.
struct GitFile: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case file
        case link
        /// A commit of another repository.
        case submodule
    }

    /// From the folder that was asked for.
    let path: String
    let kind: Kind
    /// The name of its object.
    let object: String
    /// In bytes; 0 for a submodule.
    let size: Int

    /// Reads the answer of `git ls-tree -r -l -z`: `MODE TYPE OBJECT SIZE<tab>PATH<nul>` for each file. Paths that are no
    /// UTF-8 text are left out.
    static func list(_ bytes: [UInt8]) -> [GitFile] {
        bytes.split(separator: 0).compactMap(GitFile.init)
    }

    private init?(_ line: ArraySlice<UInt8>) {
        guard let tab = line.firstIndex(of: UInt8(ascii: "\t")),
            let path = String(validating: line[line.index(after: tab)...], as: UTF8.self)
        else { return nil }
        let facts = line[..<tab].split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
        guard facts.count == 4 else { return nil }
        switch facts[0] {
        case "160000": kind = .submodule
        case "120000": kind = .link
        default: kind = .file
        }
        self.path = path
        object = facts[2]
        size = Int(facts[3]) ?? 0
    }
}
