/// Of what has one path the last stays, as tar means it when an archive is added to. Contents that are replaced stay, too, as
/// long as they have another name.
extension ImportItems {
    /// Leaves out what later members replace.
    ///
    /// - Parameter order: the numbers of all rows by their paths, those of one path in the order of its members.
    mutating func replace(_ order: [Int]) {
        let origins = origins(order)
        var stays = staying(order, origins)
        // For each row that is replaced, the first of its second names that stays.
        var heirs: [Int: Int] = [:]
        for index in rows.indices where stays[index] && origins[index] != index {
            let origin = origins[index]
            if let first = stays[origin] ? origin : heirs[origin] {
                guard !target(of: index).elementsEqual(path(of: first)) else { continue }
                put(index, Array(path(of: index)), target: Array(path(of: first)))
            } else {
                heirs[origin] = index
            }
        }
        for (old, heir) in heirs {
            put(old, Array(path(of: heir)), target: Array(target(of: old)))
            (stays[old], stays[heir]) = (true, false)
        }
        for index in rows.indices { rows[index].isLeftOut = !stays[index] }
        rows.removeAll(where: \.isLeftOut)
    }

    /// For each row the one whose contents it has: itself, but for second names of what stands before them.
    private func origins(_ order: [Int]) -> [Int] {
        var origins = Array(rows.indices)
        for index in rows.indices where rows[index].kind == .hardLink {
            guard let source = last(before: index, order), rows[source].kind != .folder else { continue }
            origins[index] = origins[source]
        }
        return origins
    }

    /// The last row before a second name that has the path of its target.
    private func last(before index: Int, _ order: [Int]) -> Int? {
        bytes.withUnsafeBytes { bytes in
            let end = Self.range(rows[index]).upperBound
            let target = UnsafeRawBufferPointer(rebasing: bytes[end..<(end + Int(rows[index].targetLength))])
            func path(_ place: Int) -> UnsafeRawBufferPointer {
                UnsafeRawBufferPointer(rebasing: bytes[Self.range(rows[order[place]])])
            }
            var places = order.indices
            while let middle = places.middle {
                let isBefore = Self.isBefore(path(middle), target) ?? (order[middle] < index)
                places = isBefore ? (middle + 1)..<places.upperBound : places.lowerBound..<middle
            }
            let place = places.lowerBound - 1
            guard place >= 0, path(place).elementsEqual(target) else { return nil }
            return order[place]
        }
    }

    /// Whether each row stays.
    private func staying(_ order: [Int], _ origins: [Int]) -> [Bool] {
        var stays = [Bool](repeating: true, count: rows.count)
        for (one, next) in zip(order, order.dropFirst()) where path(of: one).elementsEqual(path(of: next)) {
            stays[one] = false
        }
        // A second name of itself, as GNU tar writes for a file that it was told twice.
        for index in rows.indices where stays[index] && origins[index] != index {
            guard path(of: origins[index]).elementsEqual(path(of: index)) else { continue }
            (stays[origins[index]], stays[index]) = (true, false)
        }
        return stays
    }

    /// Gives a row another path and target, which stand behind all others.
    private mutating func put(_ index: Int, _ path: [UInt8], target: [UInt8]) {
        rows[index].path = bytes.count
        (rows[index].pathLength, rows[index].targetLength) = (UInt32(path.count), UInt32(target.count))
        bytes += path
        bytes += target
    }
}

extension Range<Int> {
    /// The number in the middle; nil when there is none.
    fileprivate var middle: Int? { isEmpty ? nil : lowerBound + count / 2 }
}
