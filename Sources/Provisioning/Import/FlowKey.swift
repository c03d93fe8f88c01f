import FleetModel

/// A key of a map that stands on one line in braces, such as `{enabled: true, size: 1Gi}`.
enum FlowKey {
    /// Takes a key and its value out of a line, with the comma that parts it from others.
    ///
    /// - Parameters:
    ///   - column: where the key begins, from 0.
    ///   - line: the line.
    /// - Returns: what was taken out; nil, and nothing is changed, where the value does not end on the line.
    static func remove(at column: Int, from line: inout String) -> String? {
        let characters = Array(line)
        guard column > 0, column < characters.count, let end = end(from: column, in: characters) else { return nil }
        let taken = String(characters[column..<end])
        var (first, last) = (column, end)
        if characters[last] == "," {
            last += 1
            while last < characters.count, characters[last] == " " { last += 1 }
        } else {
            while first > 0, characters[first - 1] == " " { first -= 1 }
            guard first > 0 else { return nil }
            if characters[first - 1] == "," { first -= 1 } else { first = column }
        }
        line = String(characters[..<first] + characters[last...])
        return taken
    }

    /// The comma or the brace behind a value.
    private static func end(from start: Int, in characters: [Character]) -> Int? {
        var depth = 0
        var quote: Character?
        for index in start..<characters.count {
            let character = characters[index]
            if let open = quote {
                if character == open, open == "'" || characters[index - 1] != "\\" { quote = nil }
                continue
            }
            switch character {
            case "\"", "'": quote = character
            case "{", "[": depth += 1
            case ",", "}": if depth == 0 { return index } else if character == "}" { depth -= 1 }
            case "]": depth -= 1
            case "#" where characters[index - 1] == " ": return nil
            default: break
            }
            if depth < 0 { return nil }
        }
        return nil
    }
}
