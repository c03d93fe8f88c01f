extension NodeType {
    /// A type of Google Cloud, FAMILY-KIND-PROCESSORS.
    ///
    /// Source: Google Cloud's page "Machine families resource and comparison guide".
    /// - Returns: nil for a type that is not known.
    static func googleCloud(_ type: String) -> Capacity? {
        if let known = googleTypes[type] { return known }
        let parts = type.split(separator: "-")
        if parts.count == 4, parts[1] == "custom", ["n1", "n2", "n2d", "n4", "e2"].contains(parts[0]),
            let cpus = count(parts[2], most: 224), let megabytes = count(parts[3], most: 4_000_000)
        {
            return (Double(cpus), Double(megabytes) / 1024)
        }
        guard parts.count == 3, let cpus = count(parts[2], most: 416),
            let each = googleFamilies["\(parts[0])-\(parts[1])"]
        else { return nil }
        let memory = Double(cpus) * each
        return (Double(cpus), parts[0] == "c4" ? memory.rounded(.down) : memory)
    }

    /// GiB of memory for each processor.
    private static let googleFamilies = table([
        (0.9, "n1-highcpu"), (1, "n2-highcpu n2d-highcpu e2-highcpu"),
        (2, "c2d-highcpu c3-highcpu c4-highcpu c4a-highcpu n4-highcpu"), (3.75, "n1-standard c4-standard"),
        (
            4,
            """
            n2-standard n2d-standard e2-standard c2-standard c2d-standard c3-standard c3d-standard c4a-standard
            n4-standard t2d-standard t2a-standard g2-standard
            """
        ),
        (6.5, "n1-highmem"), (7.75, "c4-highmem"),
        (8, "n2-highmem n2d-highmem e2-highmem c2d-highmem c3-highmem c3d-highmem c4a-highmem n4-highmem"),
    ])
    /// Types that follow no rule.
    private static let googleTypes: [String: Capacity] = [
        "n2-highmem-128": (128, 864), "e2-micro": (2, 1), "e2-small": (2, 2), "e2-medium": (2, 4),
        "m1-ultramem-40": (40, 961), "m1-ultramem-80": (80, 1922), "m1-ultramem-160": (160, 3844),
        "m1-megamem-96": (96, 1433.6), "a2-highgpu-1g": (12, 85), "a2-highgpu-2g": (24, 170),
        "a2-highgpu-4g": (48, 340), "a2-highgpu-8g": (96, 680), "a2-megagpu-16g": (96, 1360),
        "a2-ultragpu-1g": (12, 170), "a2-ultragpu-2g": (24, 340), "a2-ultragpu-4g": (48, 680),
        "a2-ultragpu-8g": (96, 1360), "a3-highgpu-8g": (208, 1872), "a3-megagpu-8g": (208, 1872),
    ]
}
