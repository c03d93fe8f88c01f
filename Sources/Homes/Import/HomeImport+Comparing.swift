/// Comparing the folder with the archive, before anything is written to it.
extension HomeImport {
    /// For each item, whether it is there as it should be. Others that are there are conflicts.
    ///
    /// - Throws: `ImportError`, `HomeError`, `CancellationError`.
    func compare(_ plan: ImportPlan, _ tree: TargetTree, _ room: ImportRoom) throws -> [Bool] {
        let there = try (0..<plan.items.count).map { index in
            try Task.checkCancellation()
            return tree.look(at: plan.items[index])
        }
        var states = there.map(\.state)
        try compareContents(plan, tree, &states)
        try refuseConflicts(plan, states)
        var (present, missing) = (ImportRoom.Present(), UInt64(0))
        for (index, found) in there.enumerated() {
            let size = plan.items.size(of: index)
            if states[index] == .same {
                present.size = present.size.adding(size)
                present.allocated = present.allocated.adding(found.allocated)
            } else {
                missing = missing.adding(size)
            }
        }
        let left = room.left(present)
        guard missing <= left else { throw ImportError.tooLarge(archive, limit: left) }
        return states.map { $0 == .same }
    }

    /// Files of one size, time and mode can still differ: the archive is read for those.
    private func compareContents(
        _ plan: ImportPlan, _ tree: TargetTree, _ states: inout [TargetTree.State]
    ) throws {
        func isCandidate(_ index: Int) -> Bool { states[index] == .same && plan.items.isFile(index) }
        guard states.indices.contains(where: isCandidate) else { return }
        try readItems(plan) { index, contents in
            guard isCandidate(index) else { return }
            let item = plan.items[index]
            do {
                let isSame = try tree.hasContents(item, contents)
                if !isSame { states[index] = .other }
            } catch let fault as MemberFault {
                guard !plan.isOurs else {
                    throw ImportError.damaged(archive, ["\(ByteText.readable(item.path)): \(fault.what)"])
                }
                // What is there stays: it is read again when it would be written, and then told.
                states[index] = .missing
            }
        }
    }

    private func refuseConflicts(_ plan: ImportPlan, _ states: [TargetTree.State]) throws {
        func refuse(_ refused: [TargetTree.State], _ error: ([String], Int) -> ImportError) throws {
            let found = states.indices.lazy.filter { refused.contains(states[$0]) }
            guard !found.isEmpty else { return }
            throw error(found.prefix(10).map { ByteText.readable(plan.items[$0].path) }, found.count)
        }
        // Whatever was told: a folder would be emptied, or writing would stop half way.
        try refuse([.blocked]) { ImportError.blocked($0, count: $1) }
        if !replaces { try refuse([.other]) { ImportError.conflicts($0, count: $1) } }
    }
}
