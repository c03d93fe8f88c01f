import FleetModel
import Texts

/// The lines in which two texts differ.
enum TextLines {
    /// Longer texts are said to differ, and no more: finding the lines would take long.
    private static let maximum = 5_000

    /// - Returns: none where one of the fields is not there or has a single line.
    static func differences(_ before: ObjectField?, _ after: ObjectField?) -> [FieldDifference.Line] {
        guard let before, let after else { return [] }
        let (old, new) = (before.lines, after.lines)
        guard old.count > 1 || new.count > 1, old.count + new.count <= maximum else { return [] }
        let isPython = before.path.contains(".py\"")
        return new.difference(from: old).map { change in
            switch change {
            case .remove(let offset, let line, _):
                FieldDifference.Line(
                    isNew: false, number: offset + 1, text: line.text,
                    within: isPython ? Self.owner(of: offset, in: old) : nil)
            case .insert(let offset, let line, _):
                FieldDifference.Line(
                    isNew: true, number: offset + 1, text: line.text,
                    within: isPython ? Self.owner(of: offset, in: new) : nil)
            }
        }.sorted { ($0.number, $0.isNew ? 1 : 0) < ($1.number, $1.isNew ? 1 : 0) }
    }

    /// The function or class that a line of Python stands in: the nearest one above that stands less far to the right.
    private static func owner(of offset: Int, in lines: [ExactText]) -> String? {
        var depth = lines[offset].isBlank ? Int.max : lines[offset].depth
        for line in lines[..<offset].reversed() where !line.isBlank && line.depth < depth {
            depth = line.depth
            let words = line.text.split(whereSeparator: { " \t(:".contains($0) }).map(String.init)
            let start = words.first == "async" ? 1 : 0
            if words.count > start + 1, ["def", "class"].contains(words[start]) { return words[start + 1] }
        }
        return nil
    }
}

extension ExactText {
    fileprivate var isBlank: Bool { utf8.allSatisfy { [0x20, 0x09, 0x0D].contains($0) } }
    fileprivate var depth: Int { utf8.prefix { $0 == 0x20 || $0 == 0x09 }.count }
}

extension ObjectField {
    /// The lines of its text; a text is written in quotes where it would be read as something else.
    fileprivate var lines: [ExactText] { shown.exact.split(at: "\n") }
}
