/// What nodes of a cloud can hold, by the name of their type.
///
/// Sources: the pages on instance types of AWS and on machine types of Google Cloud. Only families with a plain rule are
/// here; a type that is not known is not judged. Kubernetes keeps a part of each node for itself, so a server that only
/// just fits may still not.
enum NodeType {
    /// - Returns: nil for a type that is not known.
    static func capacity(of type: String) -> (cpus: Double, memoryGiB: Double)? { amazon(type) ?? google(type) }

    // MARK: - AWS: FAMILY.SIZE

    /// GiB of memory for each processor, by the letters of the family.
    private static let amazonFamilies: [String: Double] = ["r": 8, "m": 4, "c": 2, "x1": 15.25, "z": 8]
    /// Types whose memory follows no rule: processors and GiB.
    private static let amazonTypes: [String: (Double, Double)] = [
        "t3.medium": (2, 4), "t3.large": (2, 8), "t3.xlarge": (4, 16), "t3.2xlarge": (8, 32),
        "g4dn.xlarge": (4, 16), "g4dn.2xlarge": (8, 32), "g4dn.4xlarge": (16, 64), "g4dn.8xlarge": (32, 128),
        "g4dn.12xlarge": (48, 192), "g4dn.16xlarge": (64, 256), "g5.xlarge": (4, 16), "g5.2xlarge": (8, 32),
        "g5.4xlarge": (16, 64), "g5.8xlarge": (32, 128), "g5.12xlarge": (48, 192), "g5.16xlarge": (64, 256),
        "g6.xlarge": (4, 16), "g6.2xlarge": (8, 32), "g6.4xlarge": (16, 64), "g6.8xlarge": (32, 128),
        "p3.2xlarge": (8, 61), "p3.8xlarge": (32, 244), "p3.16xlarge": (64, 488),
    ]

    private static func amazon(_ type: String) -> (cpus: Double, memoryGiB: Double)? {
        if let known = amazonTypes[type] { return known }
        let parts = type.split(separator: ".")
        guard parts.count == 2, let cpus = amazonProcessors(parts[1]),
            let digit = parts[0].firstIndex(where: \.isNumber),
            parts[0][digit...].allSatisfy({ $0.isNumber || "adinbzef-lx".contains($0) }),
            let each = amazonFamilies[String(parts[0][..<digit])]
        else { return nil }
        return (cpus, cpus * each)
    }

    /// `large` has two processors, `xlarge` four, `Nxlarge` N times four.
    private static func amazonProcessors(_ size: Substring) -> Double? {
        if size == "large" { return 2 }
        guard size.hasSuffix("xlarge") else { return nil }
        let count = size.dropLast("xlarge".count)
        return count.isEmpty ? 4 : Int(count).flatMap { (1...64).contains($0) ? Double($0) * 4 : nil }
    }

    // MARK: - Google Cloud: FAMILY-KIND-PROCESSORS

    private static let googleFamilies: [String: Double] = [
        "n1-standard": 3.75, "n1-highmem": 6.5, "n1-highcpu": 0.9, "n2-standard": 4, "n2-highmem": 8, "n2-highcpu": 1,
        "n2d-standard": 4, "n2d-highmem": 8, "n2d-highcpu": 1, "e2-standard": 4, "e2-highmem": 8, "e2-highcpu": 1,
        "c2-standard": 4, "c2d-standard": 4, "c2d-highmem": 8, "c2d-highcpu": 2, "n4-standard": 4, "n4-highmem": 8,
        "n4-highcpu": 2,
    ]

    private static func google(_ type: String) -> (cpus: Double, memoryGiB: Double)? {
        let parts = type.split(separator: "-")
        guard parts.count == 3, let cpus = Int(parts[2]), (1...512).contains(cpus),
            let each = googleFamilies["\(parts[0])-\(parts[1])"]
        else { return nil }
        return (Double(cpus), Double(cpus) * each)
    }
}
