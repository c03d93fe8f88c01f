import ArgumentParser

/// Paths and names as they were given.
enum GivenPaths {
    /// Refuses what is empty: that is what an unset variable leaves, and it would mean the current folder.
    /// - Throws: `ValidationError`, which names the option.
    static func check(_ values: KeyValuePairs<String, String?>) throws {
        for (name, value) in values where value?.isEmpty == true {
            throw ValidationError("\(name) is empty; give it a value, or leave it out if it is not needed")
        }
    }
}
