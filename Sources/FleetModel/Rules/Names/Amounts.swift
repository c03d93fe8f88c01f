import Foundation

/// Amounts of memory as JupyterHub's spawners read them.
enum ByteSize {
    private static let units: [Character: Double] = [
        "K": 1024, "M": 1_048_576, "G": 1_073_741_824, "T": 1_099_511_627_776,
    ]

    /// Bytes: a number, or text that ends with K, M, G or T, which are powers of 1024.
    /// - Returns: nil for what the spawner refuses, or what says nothing.
    static func jupyterHub(_ value: Value) -> Double? {
        switch value.content {
        case .integer(let number): return Double(number)
        case .unsigned(let number): return Double(number)
        case .float(let number): return number.isFinite ? number : nil
        case .string(let text):
            guard let last = text.last, let unit = units[last], let number = Double(text.dropLast()), number.isFinite
            else {
                return nil
            }
            return number * unit
        default: return nil
        }
    }
}

/// The short names of profiles.
enum ProfileSlug {
    /// What the spawner makes of a name that people read: its letters and digits without accents, in lower case, with
    /// dashes between.
    static func make(from name: String) -> String {
        let plain = name.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: nil).lowercased()
        return plain.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.joined(separator: "-")
    }
}
