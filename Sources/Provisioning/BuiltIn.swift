/// What the program carries: the charts of `helm-charts`, the presets, and the files of a new fleet.
package enum BuiltIn {
    /// Built-in files by their path below a folder, with another folder before it if one is named.
    package static func files(below folder: String, to target: String = "") -> [String: String] {
        let found = EmbeddedFiles.all.filter { $0.key.hasPrefix(folder) }
        return Dictionary(uniqueKeysWithValues: found.map { (target + $0.key.dropFirst(folder.count), $0.value) })
    }
}
