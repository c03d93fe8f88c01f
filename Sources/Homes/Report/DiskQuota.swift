/// Amounts of disk as people write them.
package enum DiskQuota {
    private static let letters = Array("KMGTPE")

    /// Bytes of `10G`, `10Gi`, `10GiB`, `10GB`, `1.5T` or a bare number.
    ///
    /// `10GB` is of powers of 1000, as disks are sold. `10Gi` and `10GiB` are of powers of 1024, and so is `10G`, as for
    /// `du` and for quotas of disks; for Kubernetes alone `10G` is less.
    ///
    /// - Returns: nil for what is none of these, is not more than zero, or is more than a disk can have.
    package static func bytes(_ text: String) -> Int64? {
        let number = text.prefix { $0.isASCII && $0.isNumber || $0 == "." }
        guard number.first != ".", number.last != ".", let amount = Double(number) else { return nil }
        var rest = text.dropFirst(number.count)
        var scale = 1.0
        if let letter = rest.first, let power = letters.firstIndex(of: Character(letter.uppercased())) {
            rest.removeFirst()
            guard ["", "i", "iB", "B"].contains(rest) else { return nil }
            for _ in 0...power { scale *= rest == "B" ? 1000 : 1024 }
        } else if !["", "B"].contains(rest) {
            return nil
        }
        let bytes = (amount * scale).rounded()
        return bytes >= 1 && bytes < 0x1p63 ? Int64(bytes) : nil
    }
}
