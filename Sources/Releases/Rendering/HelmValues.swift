import FleetModel
import Foundation
import Texts

/// The values of a release as helm is given them, with its secrets, and the same with other secrets in their place.
///
/// What helm makes of both shows what depends on a secret, wherever it comes out again: nothing else is hidden.
struct HelmValues: Sendable {
    /// One document of JSON, which is YAML too, with keys in the order of their bytes.
    let real: [UInt8]
    /// The same with other secrets; nil when there are none.
    let varied: [UInt8]?
    /// Secrets that could be recognized if a name held one.
    private let secrets: [String]
    /// Encrypted files that could not be opened. In the place of each of their values stands one made of its cipher text.
    let closed: [String]
    private let merged: Value

    /// - Parameters:
    ///   - given: the layers over the chart, weakest first. Nulls stay, as they may remove a default.
    ///   - source: where encrypted files are read from.
    init(_ given: [Layer], in source: any FleetSource) async {
        var merged = Value(.map(ValueMap()), at: SourceLocation(file: ""))
        for layer in given {
            var values = layer.values
            if layer.locked != nil, let bytes = await source.contents(layer.file),
                var map = YAMLReader.read(bytes, file: layer.file, hidesScalars: true).root?.map
            {
                map.remove("sops")
                values = Value(.map(map), at: layer.values.location)
            }
            merged = Value.overlay(merged, with: values)
        }
        closed = given.filter { $0.locked != nil }.map(\.file)
        self.merged = merged
        var writer = Writer(varies: false)
        writer.add(merged)
        real = writer.bytes
        secrets = writer.secrets
        if merged.containsSecret {
            var writer = Writer(varies: true)
            writer.add(merged)
            varied = writer.bytes
        } else {
            varied = nil
        }
    }

    /// Whether a text that is no value, such as a name, holds a secret, also in the forms that charts give texts.
    var tells: @Sendable (String) -> Bool {
        let forms = Set(secrets.flatMap(\.disguises).filter { $0.utf8.count >= 4 }.map(\.exact))
        return { text in forms.contains { text.exact.rest(behind: $0) != nil } }
    }

    /// The document with something else in one or more places, to see what helm makes of it.
    ///
    /// - Parameters:
    ///   - probe: what is changed.
    ///   - effective: the values of the release, for what the chart alone sets.
    /// - Returns: the document; it holds the secrets, too.
    func document(_ probe: ValueProbe, of effective: EffectiveValues) -> [UInt8] {
        switch probe {
        case .other(let path):
            let overlaid = Value.overlay(merged, with: effective.merged.part(at: path))
            var writer = Writer(varies: false, changes: path)
            writer.add(overlaid)
            return writer.bytes
        case .set(let values):
            var writer = Writer(varies: false)
            writer.add(values.reduce(merged) { Value.overlay($0, with: $1.value.below($1.path)) })
            return writer.bytes
        }
    }

    /// A tree as helm's record of a release holds it.
    static func document(of value: Value) -> [UInt8] {
        var writer = Writer(varies: false)
        writer.add(value)
        return writer.bytes
    }

    private struct Writer {
        let varies: Bool
        /// Leads to the one scalar that another one stands for.
        var changes: ValuePath?
        /// Leads to what is written now.
        private var steps: [ValuePath.Step] = []
        var bytes: [UInt8] = []
        var secrets: [String] = []

        init(varies: Bool, changes: ValuePath? = nil) {
            self.varies = varies
            self.changes = changes
        }

        private mutating func add(_ value: Value, below step: ValuePath.Step) {
            guard let path = changes else { return add(value) }
            steps.append(step)
            defer { steps.removeLast() }
            // Only where all of the path is gone through is anything changed.
            guard path.steps.count == steps.count, path.steps == steps, value.map == nil, value.list == nil else {
                return add(value)
            }
            var other = Writer(varies: true)
            if case .secret = value.content {
                other.add(value)
            } else {
                other.add(Value(OtherSecret.of(value.content), at: value.location))
            }
            bytes += other.bytes
        }

        mutating func add(_ value: Value) {
            switch value.content {
            case .null: write("null")
            case .bool(let bool): write(bool ? "true" : "false")
            case .integer(let number): write(String(number))
            case .unsigned(let number): write(String(number))
            case .float(let number): write(Self.text(number))
            case .string(let text): quote(text)
            case .secret(let secret): add(secret, at: value.location)
            case .list(let list):
                write("[")
                for (index, item) in list.enumerated() {
                    if index > 0 { write(",") }
                    add(item, below: .index(index))
                }
                write("]")
            case .map(let map):
                write("{")
                for (index, key) in map.keys.sorted().enumerated() {
                    if index > 0 { write(",") }
                    quote(key.text)
                    write(":")
                    if let item = map[key] { add(item, below: .key(key.text)) }
                }
                write("}")
            }
        }

        private mutating func add(_ secret: Secret, at place: SourceLocation) {
            let scalar = ClosedValue.standIn(for: secret.reveal(), at: place)
            if case .string(let text) = scalar { secrets.append(text) }
            add(Value(varies ? OtherSecret.of(scalar) : scalar, at: place))
        }

        private mutating func write(_ text: String) { bytes += Array(text.utf8) }

        /// Helm refuses what is no number, as it does in a file.
        private static func text(_ number: Double) -> String {
            number.isNaN ? ".nan" : number.isInfinite ? (number < 0 ? "-.inf" : ".inf") : "\(number)"
        }

        /// In double quotes. Helm's reader takes no pairs of surrogates, and no signs that cannot be printed as they are.
        private mutating func quote(_ text: String) {
            bytes.append(UInt8(ascii: "\""))
            for scalar in text.unicodeScalars {
                switch scalar.value {
                case 0x22, 0x5C: bytes += [UInt8(ascii: "\\"), UInt8(scalar.value)]
                case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF:
                    let digits = String(scalar.value, radix: 16)
                    write("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
                default: bytes += Array(String(scalar).utf8)
                }
            }
            bytes.append(UInt8(ascii: "\""))
        }
    }
}

extension String {
    /// The forms in which a chart may write a text: as it is, as base64 at each of three beginnings, in an address.
    fileprivate var disguises: [String] {
        let bytes = Array(utf8)
        let encoded = (0..<3).map { shift -> String in
            let text = Data(Array(repeating: 0x20, count: shift) + bytes).base64EncodedString()
            // The first and the last signs also depend on what stands beside.
            return String(text.dropFirst(shift == 0 ? 0 : shift + 1).prefix { $0 != "=" }.dropLast(1))
        }
        let address = addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? self
        return [self, address, debugDescription] + encoded
    }
}

/// Something else in the place of values, to see what comes of it.
package enum ValueProbe: Sendable {
    /// Another scalar of the same form in the place of one.
    case other(ValuePath)
    /// These in their places.
    case set([(path: ValuePath, value: Value)])
}

extension Value {
    /// What stands at a path, below the keys that lead to it. Lists are replaced as a whole, so that one around it is all of it.
    fileprivate func part(at path: ValuePath) -> Value {
        let keys = path.steps.prefix { if case .key = $0 { true } else { false } }
        let place = ValuePath(Array(keys))
        return (self[place] ?? Value(.null, at: location)).below(place)
    }

    /// The same below keys.
    fileprivate func below(_ path: ValuePath) -> Value {
        path.steps.reversed().reduce(self) { value, step in
            guard case .key(let key) = step else { return value }
            return value.nested(under: key)
        }
    }
}
