import Foundation
import Texts

/// The patterns of a `.helmignore`: what Helm leaves out when it reads the folder of a chart.
///
/// Source: pkg/ignore of Helm 4.1. The first pattern that matches decides, and one with `!` leaves out all that it does
/// not match, which is not how git reads such a file.
struct HelmIgnore: Sendable {
    private struct Pattern: Sendable {
        let glob: Glob
        let isNegated: Bool
        let isForFolders: Bool
        /// Whether it is about the whole path, not about the name alone.
        let isPath: Bool

        func matches(_ path: String) -> Bool {
            glob.matches(isPath ? path : path.exact.split(at: "/").last?.text ?? "")
        }
    }

    private var patterns: [Pattern] = []
    /// The lines that Helm cannot read, counted from 1; with one, it refuses the chart.
    private(set) var badLines: [Int] = []

    init(_ bytes: [UInt8]) {
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        for (index, line) in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let rule = String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            add(rule, line: index + 1)
        }
    }

    private mutating func add(_ rule: String, line: Int) {
        guard !rule.isEmpty, rule.first != "#" else { return }
        var text = rule[...]
        let isNegated = text.first == "!"
        if isNegated { text = text.dropFirst() }
        let isForFolders = text.last == "/"
        if isForFolders { text = text.dropLast() }
        let isPath = text.contains("/")
        if text.first == "/" { text = text.dropFirst() }
        guard !rule.contains("**"), Glob(rule) != nil, let glob = Glob(String(text)) else {
            badLines.append(line)
            return
        }
        patterns.append(Pattern(glob: glob, isNegated: isNegated, isForFolders: isForFolders, isPath: isPath))
    }

    /// Whether Helm leaves a file out, or a folder on the way to it.
    ///
    /// - Parameters:
    ///   - path: from the folder of the chart.
    ///   - isFolder: what stands there.
    /// - Returns: true for what is no part of the chart.
    func ignores(_ path: String, isFolder: Bool) -> Bool {
        guard !patterns.isEmpty else { return false }
        let parts = path.exact.split(at: "/").map(\.text)
        return parts.indices.contains { index in
            let isLast = index == parts.count - 1
            return leavesOut(parts[...index].joined(separator: "/"), isFolder: isFolder || !isLast)
        }
    }

    private func leavesOut(_ path: String, isFolder: Bool) -> Bool {
        for pattern in patterns {
            if pattern.isNegated {
                if pattern.isForFolders && !isFolder || !pattern.matches(path) { return true }
            } else if isFolder || !pattern.isForFolders, pattern.matches(path) {
                return true
            }
        }
        return false
    }
}

/// A pattern of Go's `filepath.Match`: `*` and `?` stand for anything but a slash, `[a-c]` and `[^a-c]` for one sign of a set,
/// and a backslash takes the next sign as it is.
struct Glob: Sendable {
    fileprivate enum Part: Sendable {
        case sign(Unicode.Scalar)
        case any
        case anyText
        case set([ClosedRange<Unicode.Scalar>], isNegated: Bool)
    }

    private var parts: [Part] = []

    /// Nil for what is no pattern.
    init?(_ text: String) {
        var rest = text.unicodeScalars[...]
        while let sign = rest.popFirst() {
            switch sign {
            case "*": parts.append(.anyText)
            case "?": parts.append(.any)
            case "\\":
                guard let next = rest.popFirst() else { return nil }
                parts.append(.sign(next))
            case "[":
                guard let set = Self.set(&rest) else { return nil }
                parts.append(set)
            default: parts.append(.sign(sign))
            }
        }
    }

    private static func set(_ rest: inout Substring.UnicodeScalarView) -> Part? {
        let isNegated = rest.first == "^"
        if isNegated { rest.removeFirst() }
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        while true {
            if rest.first == "]", !ranges.isEmpty {
                rest.removeFirst()
                return .set(ranges, isNegated: isNegated)
            }
            guard let low = member(&rest) else { return nil }
            var high = low
            if rest.first == "-" {
                rest.removeFirst()
                guard let end = member(&rest) else { return nil }
                high = end
            }
            // A range that is the wrong way round holds nothing.
            ranges.append(low <= high ? low...high : "\u{0}"..."\u{0}")
        }
    }

    private static func member(_ rest: inout Substring.UnicodeScalarView) -> Unicode.Scalar? {
        guard let first = rest.popFirst(), first != "-", first != "]" else { return nil }
        return first == "\\" ? rest.popFirst() : first
    }

    /// Whether it stands for the whole text. Of several `*`, only the last one is tried again, so that no pattern is slow.
    func matches(_ text: String) -> Bool {
        let signs = Array(text.unicodeScalars)
        var (next, part) = (0, 0)
        var retry: (part: Int, next: Int)?
        while next < signs.count || part < parts.count {
            if part < parts.count, case .anyText = parts[part] {
                retry = (part, next)
                part += 1
            } else if part < parts.count, next < signs.count, parts[part].matches(signs[next]) {
                (next, part) = (next + 1, part + 1)
            } else if let last = retry, last.next < signs.count, signs[last.next] != "/" {
                retry = (last.part, last.next + 1)
                (next, part) = (last.next + 1, last.part + 1)
            } else {
                return false
            }
        }
        return true
    }
}

extension Glob.Part {
    fileprivate func matches(_ sign: Unicode.Scalar) -> Bool {
        switch self {
        case .sign(let own): own == sign
        case .any: sign != "/"
        case .anyText: false
        case .set(let ranges, let isNegated): ranges.contains { $0.contains(sign) } != isNegated
        }
    }
}
