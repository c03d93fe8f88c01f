/// The schemas of the files of a fleet repository, for checking them and for editors.
package enum ConfigurationSchema: String, CaseIterable, Sendable {
    /// `cluster.yaml`.
    case cluster
    /// `fleet.yaml`.
    case fleet

    /// The JSON Schema (draft-07) as a tree.
    package var document: Value {
        let file = "schemas/\(rawValue).schema.yaml"
        let root = YAMLReader.read(EmbeddedFiles.all[file] ?? "", file: file).root
        return root ?? Value(.map(ValueMap()), at: SourceLocation(file: file))
    }
}
