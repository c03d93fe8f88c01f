import Texts

/// A leaf that two trees set differently.
package struct ValueChange: Sendable, Equatable {
    package let path: ValuePath
    /// Nil where the first tree has nothing.
    package let before: Value?
    /// Nil where the second tree has nothing.
    package let after: Value?

    /// Whether a secret is on either side: nothing of that side may be shown.
    package var isSecret: Bool { before?.containsSecret == true || after?.containsSecret == true }
}

extension Value {
    /// The leaves at which two trees differ, in the order of the first one, then of the second.
    ///
    /// Trees are compared as Helm's templates see them: places, comments and the order of keys do not count, and `1` is
    /// `1.0`. Lists of one length are compared item by item, others as a whole. Secrets are compared by what they hide, as
    /// far as it is known; two of which nobody knows anything are the same.
    package static func changes(from before: Value?, to after: Value?) -> [ValueChange] {
        var walk = ChangeWalk()
        walk.compare(before, after)
        return walk.found
    }
}

private struct ChangeWalk {
    var found: [ValueChange] = []
    private var steps: [ValuePath.Step] = []

    mutating func compare(_ before: Value?, _ after: Value?) {
        switch (before?.content, after?.content) {
        case (.map(let left)?, .map(let right)?): compare(left, right)
        case (nil, .map(let right)?) where !right.isEmpty: compare(ValueMap(), right)
        case (.map(let left)?, nil) where !left.isEmpty: compare(left, ValueMap())
        case (.list(let left)?, .list(let right)?) where left.count == right.count:
            for (index, (left, right)) in zip(left, right).enumerated() {
                descend(.index(index), left, right)
            }
        case (nil, nil): break
        case (let left?, let right?) where Self.isSame(left, right): break
        default: found.append(ValueChange(path: ValuePath(steps), before: before, after: after))
        }
    }

    private mutating func compare(_ left: ValueMap, _ right: ValueMap) {
        for key in left.keys { descend(.key(key.text), left[key], right[key]) }
        for key in right.keys where left.entry(key) == nil { descend(.key(key.text), nil, right[key]) }
    }

    private mutating func descend(_ step: ValuePath.Step, _ before: Value?, _ after: Value?) {
        steps.append(step)
        compare(before, after)
        steps.removeLast()
    }

    /// Whether two scalars are the same for Helm. Lists of one length and maps never come here.
    private static func isSame(_ left: Value.Content, _ right: Value.Content) -> Bool {
        switch (left, right) {
        case (.secret(let left), .secret(let right)):
            switch (left.reveal(), right.reveal()) {
            case (let left?, let right?): isSame(left, right)
            case (nil, nil): true
            default: false
            }
        case (.secret(let secret), let clear), (let clear, .secret(let secret)):
            secret.reveal().map { isSame($0, clear) } ?? false
        case (.float(let left), .float(let right)): left.bitPattern == right.bitPattern
        case (.float(let float), let other), (let other, .float(let float)): other == whole(float)
        default: left == right
        }
    }

    /// The integer that JSON writes for a number without a fraction; nil for others and for those too large.
    private static func whole(_ number: Double) -> Value.Content? {
        if let integer = Int(exactly: number), integer != 0 || number.sign == .plus { return .integer(integer) }
        return UInt64(exactly: number).map { .unsigned($0) }
    }
}
