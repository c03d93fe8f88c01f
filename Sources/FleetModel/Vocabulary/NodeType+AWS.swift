extension NodeType {
    /// A type of AWS, FAMILY.SIZE.
    ///
    /// Source: the pages "Amazon EC2 instance types", by family.
    static func aws(_ type: String) -> Capacity? {
        if let known = types[type] { return known }
        let parts = type.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let each = families[String(parts[0])],
            let cpus = processors(size: parts[1], family: parts[0])
        else { return nil }
        return (cpus, cpus * each)
    }

    /// GiB of memory for each processor.
    private static let families = table([
        (
            2,
            """
            c5 c5a c5ad c5d c6a c6g c6gd c6gn c6i c6id c6in c7a c7g c7gd c7gn c7i c7i-flex c8a c8g c8gd c8gn c8i
            c8i-flex g5g
            """
        ),
        (
            4,
            """
            m4 m5 m5a m5ad m5d m5dn m5n m5zn m6a m6g m6gd m6i m6id m6idn m6in m7a m7g m7gd m7i m7i-flex m8a m8g m8gd
            m8i m8i-flex g4ad g4dn g5 g6
            """
        ),
        (7.625, "r4 g3 i3"),
        (
            8,
            """
            r5 r5a r5ad r5b r5d r5dn r5n r6a r6g r6gd r6i r6id r6idn r6in r7a r7g r7gd r7i r7iz r8a r8g r8gd r8i r8id
            r8i-flex z1d g6e i3en i4i
            """
        ),
        (15.25, "x1"), (16, "x2idn x2gd x8g"), (30.5, "x1e"), (32, "x2iedn"),
    ])

    /// Types whose memory or processors follow no rule.
    private static let types: [String: Capacity] = [
        "t3.nano": (2, 0.5), "t3.micro": (2, 1), "t3.small": (2, 2), "t3.medium": (2, 4), "t3.large": (2, 8),
        "t3.xlarge": (4, 16), "t3.2xlarge": (8, 32), "t3a.nano": (2, 0.5), "t3a.micro": (2, 1), "t3a.small": (2, 2),
        "t3a.medium": (2, 4), "t3a.large": (2, 8), "t3a.xlarge": (4, 16), "t3a.2xlarge": (8, 32),
        "t2.micro": (1, 1), "t2.small": (1, 2), "t2.medium": (2, 4), "t2.large": (2, 8), "t2.xlarge": (4, 16),
        "t2.2xlarge": (8, 32), "c5n.large": (2, 5.25), "c5n.xlarge": (4, 10.5), "c5n.2xlarge": (8, 21),
        "c5n.4xlarge": (16, 42), "c5n.9xlarge": (36, 96), "c5n.18xlarge": (72, 192), "gr6.4xlarge": (16, 128),
        "gr6.8xlarge": (32, 256), "p2.xlarge": (4, 61), "p2.8xlarge": (32, 488), "p2.16xlarge": (64, 732),
        "p3.2xlarge": (8, 61), "p3.8xlarge": (32, 244), "p3.16xlarge": (64, 488), "p3dn.24xlarge": (96, 768),
        "p4d.24xlarge": (96, 1152), "p4de.24xlarge": (96, 1152), "p5.48xlarge": (192, 2048),
        "p5e.48xlarge": (192, 2048), "p5en.48xlarge": (192, 2048), "i3.metal": (72, 512),
    ]

    /// `large` has two processors, `xlarge` four, `Nxlarge` and `metal-Nxl` N times four.
    private static func processors(size: Substring, family: Substring) -> Double? {
        switch size {
        case "medium": return hasMedium(family) ? 1 : nil
        case "large": return 2
        case "xlarge": return 4
        case "metal": return metals[String(family)]
        default: break
        }
        let number =
            size.hasPrefix("metal-") && size.hasSuffix("xl")
            ? size.dropFirst("metal-".count).dropLast("xl".count)
            : size.hasSuffix("xlarge") ? size.dropLast("xlarge".count) : ""
        return count(number, most: 96).map { Double($0) * 4 }
    }

    /// Only machines whose processors are whole cores come as small as that.
    private static func hasMedium(_ family: Substring) -> Bool {
        let letters = family.drop { !$0.isNumber }.drop { $0.isNumber }
        return letters.hasPrefix("g") || ["m7a", "r7a", "c7a", "m8a", "r8a", "c8a"].contains(family)
    }

    /// The processors of a whole machine.
    private static let metals = table([
        (48, "m5zn z1d"), (64, "m6g m6gd r6g r6gd c6g c6gd m7g m7gd r7g r7gd c7g c7gd x2gd g5g"),
        (96, "m5 m5d m5n m5dn r5 r5b r5d r5n r5dn c5 c5d g4dn i3en"),
        (128, "m6i m6id m6idn m6in r6i r6id r6idn r6in c6i c6id c6in i4i x2idn x2iedn"), (192, "m6a r6a c6a"),
    ]).mapValues(Double.init)
}
