extension Provider {
    /// This machine: the optional block `local:` of a cluster.
    package struct Local: CloudAccount {
        package static let kind = ProviderKind.local

        /// The first port that its hubs try; 8000 unless set.
        package let firstPort: Located<Int>?
        /// A pinned requirements file for the hubs' Python environment, relative to the cluster's folder; the one that
        /// Hubfleet carries unless set.
        package let requirements: Located<String>?

        package static let withoutBlock: Self? = Self(firstPort: nil, requirements: nil)

        package var facts: [String: String?] {
            ["first port": firstPort.map { "\($0.value)" }, "requirements": requirements?.value]
        }
        package var files: [Located<String>] { [requirements].compactMap { $0 } }
        package var target: KeyValuePairs<String, Located<String>> { [:] }
        package var credentials: CloudFact<Located<String>> {
            .lacking(because: "whoever runs Hubfleet is on this machine already")
        }
        package var nameForCharts: CloudFact<String> { .lacking(because: "there is no cloud to name the cluster") }
        package var accountForCharts: CloudFact<String> { .lacking(because: "nobody is paid for this machine") }
        package static let machineTypes = CloudFact<MachineTypes>.lacking(because: "there is one machine, as it is")
        package static let homeDisks = CloudFact<[String]>.lacking(because: "homes are folders of this machine")
    }
}

extension Provider.Local {
    package static func read(_ block: inout RecordReader) -> Self? {
        Self(firstPort: block.integer("first_port", in: 1...65_000), requirements: block.string("requirements"))
    }
}
