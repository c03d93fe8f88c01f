import FleetModel

/// What `explain` says about a value.
struct ProvenanceSheet: Encodable {
    struct Statement: Encodable {
        let layer: Layer.Kind
        let value: JSONValue
        let location: String
        /// For the table alone.
        let text: String

        enum CodingKeys: CodingKey { case layer, value, location }
    }

    struct Part: Encodable {
        let path: String
        let value: JSONValue
        let location: String
        let text: String

        enum CodingKeys: CodingKey { case path, value, location }
    }

    let path: String
    /// Absent when a null removed the value.
    let value: JSONValue?
    let isRemoved: Bool
    /// Strongest first.
    let statements: [Statement]
    let parts: [Part]

    init(_ provenance: Provenance) {
        path = provenance.path.description
        value = provenance.value.map(JSONValue.init)
        isRemoved = provenance.value == nil
        statements = provenance.statements.map { statement in
            Statement(
                layer: statement.layer, value: JSONValue(statement.value),
                location: statement.value.location.description, text: statement.value.oneLine(limit: 60))
        }
        parts = provenance.parts.map { path, value in
            Part(
                path: path.description, value: JSONValue(value), location: value.location.description,
                text: value.oneLine(limit: 60))
        }
    }

    var text: String {
        parts.isEmpty ? history : partsTable + "\n\nLayers that speak of it, strongest first:\n" + statementsTable
    }

    private var history: String {
        guard !isRemoved else { return "\(path) is removed by a null; layers, strongest first:\n" + statementsTable }
        return "\(path)\n\n" + statementsTable
    }

    private var statementsTable: String {
        var table = Table("", "VALUE", "SET AT", "LAYER")
        for (index, statement) in statements.enumerated() {
            let mark = parts.isEmpty && !isRemoved ? (index == 0 ? "wins" : "replaced") : ""
            table.add(mark, statement.text, statement.location, statement.layer.rawValue)
        }
        return table.text
    }

    private var partsTable: String {
        var table = Table("PATH", "VALUE", "SET AT")
        for part in parts { table.add(part.path, part.text, part.location) }
        return table.text
    }
}
