/// The files that the program carries: the charts of `helm-charts`, the presets, and those of a new fleet.
///
/// They lie below all topics, because a new fleet, an imported one and whatever leaves the operator take them from here.
package enum BuiltInFiles {
    /// The text of each file below a folder, by its path there; `target`, if given, comes before the path.
    ///
    /// - Parameters:
    ///   - folder: a folder of the program, with a slash at its end, such as `helm-charts/basehub/`.
    ///   - target: the folder that the files are meant for, with a slash at its end.
    package static func texts(below folder: String, to target: String = "") -> [String: String] {
        let found = EmbeddedFiles.all.filter { $0.key.hasPrefix(folder) }
        return Dictionary(uniqueKeysWithValues: found.map { (target + $0.key.dropFirst(folder.count), $0.value) })
    }
}
