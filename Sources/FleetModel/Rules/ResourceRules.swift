import Foundation
import Texts

/// Rules about memory and processors.
enum ResourceRules {
    static let rules = [
        Rule(
            "resources/limit-below-guarantee", .error, "No limit is below what is guaranteed.",
            because: "Kubernetes refuses to start the server.", .hub(limitBelowGuarantee)),
        Rule(
            "resources/limit-below-request", .error, "No limit of a service is below what it requests.",
            because: "Kubernetes refuses to start it.", .values(limitBelowRequest)),
        Rule(
            "resources/exceeds-node", .error, "A server fits on the kind of node that it asks for.",
            because: "It waits for a node that never comes, until it times out.", .hub(exceedsNode)),
        Rule(
            "resources/no-memory-limit", .warning, "Servers have a limit of memory.",
            because: "One user's mistake takes the memory of all others on the node.", .hub(noMemoryLimit)),
        Rule(
            "resources/bad-amount", .error, "Amounts of memory and processors are written as the spawner reads them.",
            because: "No server can be started: the spawner knows numbers, and for memory K, M, G and T.",
            .hub(badAmount)),
    ]

    private static func limitBelowGuarantee(_ hub: HubFacts) -> [Rule.Fault] {
        hub.servers.resources.flatMap { set -> [Rule.Fault] in
            [
                fault("memory", limit: set.memoryLimit, guarantee: set.memoryGuarantee, name: set.name),
                fault("CPU", limit: set.cpuLimit, guarantee: set.cpuGuarantee, name: set.name),
            ].compactMap { $0 }
        }
    }

    private static func fault(
        _ what: String, limit: ServerFacts.Amount?, guarantee: ServerFacts.Amount?, name: String
    ) -> Rule.Fault? {
        guard let limit, let guarantee, limit.number < guarantee.number, limit.number > 0 else { return nil }
        return Rule.Fault(
            "\(name.printable): the limit of \(what) is \(limit.text), below the guarantee of \(guarantee.text)",
            advice: "raise the limit or lower the guarantee", at: limit.place, related: [guarantee.place])
    }

    private static func limitBelowRequest(_ values: EffectiveValues) -> [Rule.Fault] {
        requests(in: values.merged, path: ValuePath([]))
    }

    /// Maps named `resources`, wherever charts have them.
    private static func requests(in value: Value, path: ValuePath) -> [Rule.Fault] {
        value.pairs.flatMap { key, _, part -> [Rule.Fault] in
            guard part.map != nil else { return [] }
            let below = path.appending(.key(key))
            guard key == "resources", let requests = part["requests"], let limits = part["limits"] else {
                return self.requests(in: part, path: below)
            }
            return limits.pairs.compactMap { name, _, limit in
                guard let request = requests[name], let most = Quantity.kubernetes(limit),
                    let least = Quantity.kubernetes(request), most < least
                else { return nil }
                return Rule.Fault(
                    "\(below): the limit of \(name.printable) is \(limit.oneLine(limit: 30)), below the request of "
                        + request.oneLine(limit: 30),
                    advice: "raise the limit or lower the request", at: limit.location, related: [request.location])
            }
        }
    }

    private static func exceedsNode(_ hub: HubFacts) -> [Rule.Fault] {
        guard let types = hub.provider.cloud.machineTypes.value else { return [] }
        return hub.servers.resources.flatMap { set -> [Rule.Fault] in
            guard let node = set.node, let capacity = types(node.value) else { return [] }
            let bytes = capacity.memoryGiB * 1_073_741_824
            return [
                (set.memoryGuarantee, bytes, "\(capacity.memoryGiB.short) GiB of memory"),
                (set.cpuGuarantee, capacity.cpus, "\(capacity.cpus.short) CPUs"),
            ].compactMap { amount, most, text in
                guard let amount, amount.number > most else { return nil }
                return Rule.Fault(
                    "\(set.name.printable): \(amount.text) is guaranteed, but a node of type \(node.value.printable) has \(text)",
                    advice: "choose a larger node or guarantee less", at: amount.place, related: [node.location])
            }
        }
    }

    private static func noMemoryLimit(_ hub: HubFacts) -> [Rule.Fault] {
        guard !hub.isLocal, let base = hub.servers.resources.first, hub.profiles.profiles.isEmpty,
            base.memoryLimit == nil
        else {
            return []
        }
        return [
            Rule.Fault(
                "servers have no limit of memory", advice: "set singleuser.memory.limit",
                at: hub.servers.memoryLimit.place ?? hub.hub.location)
        ]
    }

    private static func badAmount(_ hub: HubFacts) -> [Rule.Fault] {
        let chart = [hub.servers.memoryLimit, hub.servers.memoryGuarantee]
        let chosen = hub.profiles.overrides.flatMap { override in
            ["mem_limit", "mem_guarantee"].map { Setting<MemoryText>(override[$0], path: [$0]) }
        }
        let processors = hub.profiles.overrides.flatMap { override in
            ["cpu_limit", "cpu_guarantee"].compactMap { override[$0] }
        }
        return (chart + chosen).compactMap { amount -> Rule.Fault? in
            guard let text = amount.value?.text, amount.value?.bytes == nil, !text.contains("{"),
                let place = amount.place
            else { return nil }
            return Rule.Fault(
                "\"\(text.printable)\" is no amount of memory",
                advice: "write such as 4G; Gi is not known here", at: place)
        }
            + processors.compactMap { value -> Rule.Fault? in
                guard let text = value.string, !text.contains("{") else { return nil }
                return Rule.Fault(
                    "\"\(text.printable)\" is text, but a number of processors is wanted", advice: "write such as 0.5",
                    at: value.location)
            }
    }
}

extension Double {
    /// Without a fraction that says nothing.
    fileprivate var short: String { self == rounded() ? String(format: "%.0f", self) : "\(self)" }
}
