import Texts

/// Rules about the images that servers run.
enum ImageRules {
    static let rules = [
        Rule(
            "images/no-tag", .error, "Every image has a tag or a digest.",
            because: "Without one the newest image is used, whatever that is on the day a node starts.",
            judging: .absence,
            .hub(noTag)),
        Rule(
            "images/latest", .warning, "No image is called latest, or by the name of a branch.",
            because: "The same name means another image tomorrow: two users of one hub may work in two environments.",
            .hub(latest)),
    ]

    private static let moving: Set<String> = [
        "latest", "main", "master", "dev", "develop", "edge", "nightly", "stable",
    ]

    private static func noTag(_ hub: HubFacts) -> [Rule.Fault] {
        hub.servers.images.filter { !$0.text.contains("{") && $0.tag == nil }.map {
            Rule.Fault("the image \($0.text.printable) has no tag", advice: "add one, such as :2026.01", at: $0.place)
        }
    }

    private static func latest(_ hub: HubFacts) -> [Rule.Fault] {
        hub.servers.images.filter { $0.tag.map(moving.contains) ?? false }.map {
            Rule.Fault(
                "the image \($0.text.printable) changes without notice", advice: "name a release of it", at: $0.place)
        }
    }
}
