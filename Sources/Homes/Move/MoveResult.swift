import Foundation
import Texts

/// The result of a move: enough to sign, and to tell what to do next.
package struct MoveResult: Codable, Sendable, Equatable {
    /// The state of a home after the move.
    package enum State: String, Codable, Sendable {
        /// Both sides are the same.
        case same
        case differs
        /// The home could not be moved, or not all of it.
        case failed
        /// The home was only looked at, in a dry run.
        case planned
    }

    /// A path in a home and what is to be said of it.
    package struct Note: Codable, Sendable, Equatable {
        package var path: String
        package var why: String

        package init(path: String, why: String) {
            self.path = path
            self.why = why
        }
    }

    /// The result of one home.
    package struct Home: Codable, Sendable, Equatable {
        package var user: String?
        package var newUser: String?
        package var folder: String
        package var target: String
        package var state = State.planned
        /// Why all of it failed.
        package var failure: String?
        /// Files and links that are new or were changed, and their bytes.
        package var copied = 0
        package var copiedBytes: Int64 = 0
        /// Files and links that were there already.
        package var unchanged = 0
        package var removed = 0
        /// Written by an earlier run, gone on the source; `--final` removes them.
        package var gone: [String] = []
        /// Paths that do not come along, and those that come along with a flaw.
        package var skipped: [Note] = []
        /// Paths on the target that stand in the way, and were left alone.
        package var conflicts: [Note] = []
        /// Paths that are not the same on both sides.
        package var differences: [Note] = []
        /// The lengths of these lists: only the first thousand of each are listed.
        package var counts = Counts()
        package var files = 0
        package var bytes: Int64 = 0
        package var sourceRoot: String?
        package var targetRoot: String?
    }

    /// The lengths of a home's lists.
    package struct Counts: Codable, Sendable, Equatable {
        package var gone = 0
        package var skipped = 0
        package var conflicts = 0
        package var differences = 0
    }

    /// A home that this move copied before, and would not copy now. It is never removed.
    package struct Copy: Codable, Sendable, Equatable {
        /// Its folder on the source; nil when the journal does not say it.
        package var folder: String?
        package var target: String
        package var why: String
        /// The journal that remembers it: without that file, it is somebody else's.
        package var journal: String
    }

    package var format = "hubfleet home move"
    package var version = 1
    package var source: String
    package var target: String
    package var started: Date
    package var ended: Date
    package var isFinal: Bool
    package var isDryRun: Bool
    package var homes: [Home] = []
    /// Names in the map that have no home.
    package var withoutHome: [String] = []
    /// Homes that the map does not name, or whose user cannot be told: they kept their names.
    package var unnamed: [String] = []
    /// Things between the homes that were not moved.
    package var leftOut: [String] = []
    /// Homes on the target that come from no home of the source any more.
    package var withoutSource: [Copy] = []

    /// Whether all homes are the same on both sides now, or may be moved, and nothing of earlier runs is left.
    package var isGood: Bool {
        withoutSource.isEmpty
            && homes.allSatisfy { $0.state == .same || $0.state == .planned && $0.failure == nil }
    }
}

extension MoveResult.Home {
    private static let listed = 1000

    init(_ home: MoveNames.Home) {
        user = home.user
        newUser = home.newUser
        folder = ByteText.readable(home.folder)
        target = ByteText.readable(home.target)
    }

    mutating func skip(_ path: [UInt8], _ why: String) { add(\.skipped, \.skipped, path, why) }
    mutating func conflict(_ path: [UInt8], _ why: String) { add(\.conflicts, \.conflicts, path, why) }
    mutating func differ(_ path: [UInt8], _ why: String) { add(\.differences, \.differences, path, why) }

    mutating func isGone(_ path: [UInt8]) {
        counts.gone += 1
        if gone.count < Self.listed { gone.append(ByteText.readable(path)) }
    }

    private mutating func add(
        _ list: WritableKeyPath<Self, [MoveResult.Note]>, _ count: WritableKeyPath<MoveResult.Counts, Int>,
        _ path: [UInt8], _ why: String
    ) {
        counts[keyPath: count] += 1
        if self[keyPath: list].count < Self.listed {
            self[keyPath: list].append(MoveResult.Note(path: path.isEmpty ? "." : ByteText.readable(path), why: why))
        }
    }
}

extension MoveResult.Home {
    /// Takes in what both sides are.
    mutating func compare(_ source: TreeDigest, _ target: TreeDigest) {
        (files, bytes) = (source.files, source.bytes)
        (sourceRoot, targetRoot) = (source.root, target.root)
        let seen = Set(skipped.map(\.path.exact))
        for problem in source.problems where !seen.contains(problem.shownPath.exact) {
            skip(problem.path, problem.moveExplanation)
        }
        if source.root != target.root {
            for difference in source.leaves.differences(to: target.leaves) {
                differ(difference.path, difference.what.rawValue)
            }
        }
        // What has nothing in it to be moved is no loss; what cannot be read is.
        let isWhole = (source.problems + target.problems).allSatisfy { $0.reason == .special }
        state = source.root == target.root && isWhole && counts.conflicts == 0 ? .same : .differs
    }
}
