/// The digest of each entry of a home by its path, in a few bytes for each.
struct LeafList: Sendable {
    /// A path where two trees differ.
    struct Difference: Equatable {
        /// The kind of a difference, for people.
        enum What: String {
            case onlyInSource = "missing on the target"
            case onlyInTarget = "only on the target"
            case differs = "not the same on both sides"
        }

        let path: [UInt8]
        let what: What
    }

    private var paths: [UInt8] = []
    private var ends: [Int] = []
    private var digests: [UInt64] = []

    mutating func add(_ path: [UInt8], _ digest: some Sequence<UInt8>) {
        paths += path
        ends.append(paths.count)
        digests.append(digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
    }

    private func path(_ index: Int) -> ArraySlice<UInt8> { paths[(index == 0 ? 0 : ends[index - 1])..<ends[index]] }

    /// The paths where this, the source, differs from a target.
    func differences(to target: LeafList) -> [Difference] {
        var found: [Difference] = []
        var (mine, its) = (0, 0)
        while mine < ends.count || its < target.ends.count {
            let isMine = its == target.ends.count || mine < ends.count && Self.isBefore(path(mine), target.path(its))
            let isIts = mine == ends.count || its < target.ends.count && Self.isBefore(target.path(its), path(mine))
            if isMine {
                found.append(Difference(path: Array(path(mine)), what: .onlyInSource))
            } else if isIts {
                found.append(Difference(path: Array(target.path(its)), what: .onlyInTarget))
            } else if digests[mine] != target.digests[its] {
                found.append(Difference(path: Array(path(mine)), what: .differs))
            }
            if !isIts { mine += 1 }
            if !isMine { its += 1 }
        }
        return found
    }

    /// The order of a walk: what is in a folder comes before the next name beside it.
    private static func isBefore(_ first: ArraySlice<UInt8>, _ second: ArraySlice<UInt8>) -> Bool {
        first.lexicographicallyPrecedes(second) { one, other in (one == 0x2F ? 0 : one) < (other == 0x2F ? 0 : other) }
    }
}
