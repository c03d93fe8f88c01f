import FleetModel
import Texts

/// The content of a tree as bytes: the same for trees that set the same, wherever and in whatever order their keys stand.
///
/// It opens secrets, so the bytes go into digests and comparisons alone.
struct CanonicalValue {
    /// Nil when the tree holds secrets that could not be opened: nobody knows what it sets.
    let bytes: [UInt8]?

    init(_ value: Value) {
        var writer = Writer()
        writer.add(value)
        bytes = writer.isKnown ? writer.bytes : nil
    }

    /// Each part begins with a letter for its kind and has a length, so that no two trees have the same bytes.
    private struct Writer {
        var bytes: [UInt8] = []
        var isKnown = true

        mutating func add(_ value: Value) {
            switch value.content {
            case .list(let list):
                begin("l", list.count)
                for item in list { add(item) }
            case .map(let map):
                begin("m", map.count)
                for key in map.keys.sorted() {
                    add(key.text, as: "k")
                    if let item = map[key] { add(item) }
                }
            case .secret(let secret):
                guard let scalar = secret.reveal() else {
                    isKnown = false
                    return
                }
                add(scalar)
            default: add(value.content)
            }
        }

        private mutating func add(_ scalar: Value.Content) {
            switch scalar {
            case .null: begin("n", 0)
            case .bool(let bool): begin("b", bool ? 1 : 0)
            case .integer(let number): add(String(number), as: "i")
            case .unsigned(let number): add(String(number), as: "i")
            case .float(let number): add(String(number.bitPattern), as: "f")
            case .string(let text): add(text, as: "s")
            // The three that are no scalars; a secret hides none of them.
            case .secret, .list, .map: isKnown = false
            }
        }

        private mutating func add(_ text: String, as kind: Character) {
            let content = Array(text.utf8)
            begin(kind, content.count)
            bytes += content
        }

        private mutating func begin(_ kind: Character, _ count: Int) {
            bytes += Array("\(kind)\(count):".utf8)
        }
    }
}
