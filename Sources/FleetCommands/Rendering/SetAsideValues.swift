import FleetModel
import Foundation
import Synchronization
import Texts

/// Values that stand in a text of JSON as marks, until all else is written: the encoder takes keys that Unicode holds equal
/// for one.
final class SetAsideValues: Sendable {
    static let key = CodingUserInfoKey(rawValue: "hubfleet.values").unsafelyUnwrapped

    /// Nobody can write a text that looks like a mark.
    private let name = "value-\(UUID().uuidString)-"
    private let values = Mutex<[Value]>([])

    /// The text that stands for a value.
    func mark(_ value: Value) -> String {
        values.withLock { values in
            values.append(value)
            return name + String(values.count - 1)
        }
    }

    /// The text with all values in the place of their marks, each as deep as its line.
    func putBack(_ text: String) -> String {
        let values = values.withLock { $0 }
        guard !values.isEmpty else { return text }
        return text.exact.split(at: "\n").map { line in
            guard let number = line.rest(behind: name.exact)?.text.prefix(while: \.isNumber), let index = Int(number)
            else {
                return line.text
            }
            let indent = line.text.prefix { $0 == " " }.count
            return line.text.replacing("\"\(name)\(number)\"", with: JSONWriter.text(values[index], indent: indent))
        }.joined(separator: "\n")
    }
}
