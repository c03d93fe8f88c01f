import Foundation

/// The short names of profiles.
enum ProfileSlug {
    /// What the spawner makes of a name that people read: its letters and digits without accents, in lower case, with
    /// dashes between.
    ///
    /// Source: `slugify` of python-slugify 8.0 with text-unidecode, as kubespawner calls it for a profile without `slug`.
    /// - Returns: nil for a name with letters or signs that only the spawner's own table can spell, such as Chinese.
    static func make(from name: String) -> String? {
        var plain = ""
        for scalar in name.replacing("'", with: "-").decomposedStringWithCompatibilityMapping.unicodeScalars {
            guard let spelled = spelling(of: scalar) else { return nil }
            plain += spelled
        }
        // A sign written as HTML writes it is one sign for the spawner too.
        for entity in ["&amp;", "&lt;", "&gt;", "&quot;", "&nbsp;"] { plain = plain.replacing(entity, with: " ") }
        guard plain.firstMatch(of: /&#?[A-Za-z0-9]+;/) == nil else { return nil }
        // No comma between digits: "1,000" is "1000".
        let counted = plain.lowercased().replacing("'", with: "").replacing(/([0-9]),(?=[0-9])/) { $0.1 }
        return counted.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.joined(separator: "-")
    }

    private static func spelling(of scalar: Unicode.Scalar) -> String? {
        switch scalar.value {
        case 0..<0x80: String(scalar)
        // Accents that stood on a letter; signs and pictures beyond the first plane.
        case 0x300..<0x363, 0x1_0000...: ""
        default: letters[scalar] ?? (separators.contains(scalar) ? " " : silent.contains(scalar) ? "" : nil)
        }
    }

    private static let letters: [Unicode.Scalar: String] = [
        "ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d",
        "Ð": "D", "þ": "th", "Þ": "Th", "ł": "l", "Ł": "L", "ħ": "h", "Ħ": "H", "ı": "i", "ŧ": "t", "Ŧ": "T",
        "×": "x", "°": "deg", "©": "(c)", "®": "(r)", "€": "EUR", "£": "PS", "§": "SS", "¶": "P", "μ": "m", "’": "'",
        "‘": "'", "‚": ",",
    ]
    private static let separators = Set("·•–—―‐‒“”‟„«»‹›±÷¡¿¬¦→←↑↓⁄\u{200B}\u{FE0F}⚡⚙⚠".unicodeScalars)
    private static let silent = Set("\u{AD}\u{200C}\u{200D}\u{200E}\u{200F}★☆✓✔✅✨❌".unicodeScalars)
}
