import FleetTesting
import Foundation
import Testing

/// Looks for planted secrets in whatever a program printed or kept.
enum Canaries {
    /// The forms in which one could come out: as it is, in capitals, in base64 at each of three beginnings, turned about.
    private static let forms: [String] = {
        let roots = ["canary-0", "canary 0", "canary+0", "canary%20", "CANARY-0"]
        let encoded = roots.flatMap { root in
            (0..<3).map { shift -> String in
                let text = Data(Array(repeating: UInt8(ascii: " "), count: shift) + Array(root.utf8))
                    .base64EncodedString()
                // Signs at both ends also depend on what stands beside.
                return String(text.dropFirst(shift == 0 ? 0 : shift + 1).prefix { $0 != "=" }.dropLast(1))
            }
        }
        return roots + encoded
    }()

    /// The forms that are in a text.
    static func found(in text: String) -> [String] { forms.filter { text.contains($0) } }

    /// The files below a folder that hold one, with its form.
    static func found(below folder: String) throws -> [String] {
        let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return files.flatMap { file -> [String] in
            guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(file)") else { return [] }
            return found(in: String(decoding: bytes, as: UTF8.self)).map { "\(file): \($0)" }
        }
    }
}
