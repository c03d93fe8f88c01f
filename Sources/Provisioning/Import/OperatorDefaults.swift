import FleetModel

/// What an operator wrote into their chart although it is theirs: names of their staff, and the repository of their home
/// pages. It comes into the fleet's own copy of the chart, where all hubs find it as before.
struct OperatorDefaults {
    /// The chart's `values.yaml` with these values.
    let text: String
    let steps: [KeyTranslation.Step]

    /// Reads the operator's `values.yaml`, whose path is `file`, and changes Hubfleet's.
    init(_ text: String, from source: String, file: String) {
        let root = YAMLReader.read(source, file: file).root
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var steps: [KeyTranslation.Step] = []
        func take(_ path: [String], as key: String, in line: String, _ value: (Value) -> String?) {
            guard let found = root?[path: ["jupyterhub", "custom"] + path], let value = value(found),
                let index = lines.firstIndex(where: { $0.hasPrefix(line) })
            else { return }
            lines[index] = line.prefix { $0 != ":" } + ": " + value
            let full = (["jupyterhub", "custom"] + path).joined(separator: ".")
            steps.append(KeyTranslation.Step(path: full, kind: .rename(to: key), place: found.location, isDone: true))
        }
        take(["homepage", "gitRepoUrl"], as: "in the fleet's copy of the chart", in: "      gitRepoUrl:") {
            quoted($0.string)
        }
        take(["homepage", "gitRepoBranch"], as: "in the fleet's copy of the chart", in: "      gitRepoBranch:") {
            quoted($0.string)
        }
        var ids: [String] = []
        for kind in ["github", "google"] {
            let names = root?["jupyterhub", "custom", "2i2c", "staff_\(kind)_ids"]?.list?.compactMap {
                quoted($0.string)
            }
            if let names { ids.append("\(kind): [\(names.joined(separator: ", "))]") }
        }
        take(["2i2c"], as: "staff.ids, in the fleet's copy of the chart", in: "      ids:") { _ in
            ids.isEmpty ? nil : "{\(ids.joined(separator: ", "))}"
        }
        self.text = lines.joined(separator: "\n")
        self.steps = steps
    }
}

/// A string as YAML and JSON have it.
func quoted(_ text: String?) -> String? {
    guard let text, text.unicodeScalars.allSatisfy({ $0.value >= 0x20 }) else { return nil }
    return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
}
