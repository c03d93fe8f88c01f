/// The files that the program carries: the charts of `helm-charts`, the presets, and those of a new fleet.
///
/// They lie below all topics, because a new fleet, an imported one and whatever leaves the operator take them from here.
package enum BuiltInFiles {
    /// The files below a folder of the program, such as `helm-charts/basehub/`.
    ///
    /// - Parameters:
    ///   - folder: the folder, with a slash at its end.
    ///   - target: the folder that the files are meant for, with a slash at its end.
    /// - Returns: the text of each file by its path below `folder`, with `target` before it.
    package static func texts(below folder: String, to target: String = "") -> [String: String] {
        let found = EmbeddedFiles.all.filter { $0.key.hasPrefix(folder) }
        return Dictionary(uniqueKeysWithValues: found.map { (target + $0.key.dropFirst(folder.count), $0.value) })
    }
}
