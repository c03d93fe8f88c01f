extension NodeType {
    /// A type of Azure, such as `Standard_E4s_v5`.
    ///
    /// Source: the pages "Sizes for virtual machines in Azure", by series. Constrained sizes such as `E4-2s` and the ARM
    /// series, whose largest sizes break the rule, are not judged.
    static func azure(_ type: String) -> Capacity? {
        if let known = azureTypes[type] { return known }
        guard let match = type.wholeMatch(of: /Standard_([A-Z]+)([0-9]+)([a-z]*)_v([0-9])/),
            let cpus = count(match.2, most: 96), let version = Int(match.4),
            let each = azureMemory(series: match.1, letters: match.3, version: version, cpus: cpus)
        else { return nil }
        return (Double(cpus), Double(cpus) * each)
    }

    /// GiB of memory for each processor.
    private static func azureMemory(series: Substring, letters: Substring, version: Int, cpus: Int) -> Double? {
        let isPlain = ["", "s"].contains(letters) && (3...6).contains(version)
        let hasDiskOrAMD = ["a", "as", "ads", "d", "ds"].contains(letters) && (4...6).contains(version)
        let hasLessMemory = ["ls", "lds", "als", "alds"].contains(letters) && (5...6).contains(version)
        return switch series {
        case "D" where isPlain || hasDiskOrAMD: 4
        case "D" where hasLessMemory: 2
        // Larger ones have less than the rule says: 432 GiB for 64 processors in the third version.
        case "E" where (isPlain || hasDiskOrAMD) && cpus <= 48: 8
        case "F" where letters == "s" && version == 2 && cpus <= 72: 2
        case "L" where letters == "s" && (2...3).contains(version) && cpus <= 80: 8
        default: nil
        }
    }

    /// Types that follow no rule.
    private static let azureTypes: [String: Capacity] = [
        "Standard_B1s": (1, 1), "Standard_B1ms": (1, 2), "Standard_B2s": (2, 4), "Standard_B2ms": (2, 8),
        "Standard_B4ms": (4, 16), "Standard_B8ms": (8, 32), "Standard_B12ms": (12, 48), "Standard_B16ms": (16, 64),
        "Standard_B20ms": (20, 80), "Standard_NC4as_T4_v3": (4, 28), "Standard_NC8as_T4_v3": (8, 56),
        "Standard_NC16as_T4_v3": (16, 110), "Standard_NC64as_T4_v3": (64, 440), "Standard_NC6s_v3": (6, 112),
        "Standard_NC12s_v3": (12, 224), "Standard_NC24s_v3": (24, 448), "Standard_NC24rs_v3": (24, 448),
        "Standard_NC24ads_A100_v4": (24, 220), "Standard_NC48ads_A100_v4": (48, 440),
        "Standard_NC96ads_A100_v4": (96, 880), "Standard_NC40ads_H100_v5": (40, 320),
    ]
}
