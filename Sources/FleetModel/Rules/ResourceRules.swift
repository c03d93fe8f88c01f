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
            because: "One user's mistake takes the memory of all others on the node.", judging: .absence,
            .hub(noMemoryLimit)),
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
        var (steps, faults): ([ValuePath.Step], [Rule.Fault]) = ([], [])
        findRequests(in: values.merged, at: &steps, &faults)
        return faults
    }

    /// Pairs of what is asked for and what is the most: `requests` and `limits` of containers, `guarantees` and `limits`
    /// of servers, and `request` and `limit` of one thing, as Dask has them.
    ///
    /// All values of all hubs come by here: a path is made where there is a fault alone.
    private static func findRequests(in value: Value, at steps: inout [ValuePath.Step], _ faults: inout [Rule.Fault]) {
        for (index, item) in (value.list ?? []).enumerated() {
            steps.append(.index(index))
            findRequests(in: item, at: &steps, &faults)
            steps.removeLast()
        }
        for (key, _, part) in value.pairs {
            for lower in amounts[key] ?? [] {
                guard let least = value[lower] else { continue }
                let path = ValuePath(steps)
                if key == "limit" {
                    guard path.isAmount else { continue }
                    faults += [fault("\(path)", nil, limit: part, request: least)].compactMap { $0 }
                } else {
                    faults += part.pairs.compactMap { name, _, limit in
                        least[name].flatMap { fault("\(path)", name, limit: limit, request: $0) }
                    }
                }
            }
            steps.append(.key(key))
            findRequests(in: part, at: &steps, &faults)
            steps.removeLast()
        }
    }

    /// What stands beside what is the most, by its key.
    private static let amounts = [
        "limits": ["requests", "guarantees"], "extra_resource_limits": ["extra_resource_guarantees"],
        "limit": ["request"],
    ]

    private static func fault(_ path: String, _ name: String?, limit: Value, request: Value) -> Rule.Fault? {
        guard let most = Quantity.kubernetes(limit), let least = Quantity.kubernetes(request), most < least else {
            return nil
        }
        let what = name.map { "limit of \($0.printable)" } ?? "limit"
        return Rule.Fault(
            "\(path): the \(what) is \(limit.oneLine(limit: 30)), below the request of \(request.oneLine(limit: 30))",
            advice: "raise the limit or lower the request", at: limit.location, related: [request.location])
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
            base.memoryLimit == nil, !hub.code.assigns("mem_limit", of: "KubeSpawner"),
            hub.login.config["KubeSpawner", "mem_limit"]?.ifSet == nil
        else {
            return []
        }
        // What took the limit away is where to look for it.
        let path = hub.effective.hubPath + hub.values.prefix + ["singleuser", "memory", "limit"]
        let null = hub.effective.null(at: path)
        return [
            Rule.Fault(
                "servers have no limit of memory", advice: "set singleuser.memory.limit",
                at: null?.place ?? hub.servers.memoryLimit.place ?? hub.hub.location,
                related: [null?.removed].compactMap { $0 })
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

extension ValuePath {
    /// Whether it leads to what containers ask for and get at most.
    fileprivate var isAmount: Bool {
        guard case .key(let key)? = steps.last else { return false }
        return ["cores", "cpu", "ephemeral-storage", "gpu", "memory", "storage"].contains(key.lowercased())
    }
}

extension Double {
    /// Without a fraction that says nothing.
    fileprivate var short: String { self == rounded() ? String(format: "%.0f", self) : "\(self)" }
}
