/// Rules about the images that servers run.
enum ImageRules {
    static let rules = [
        Rule(
            "images/no-tag", .error, "Every image has a tag or a digest.",
            because: "Without one the newest image is used, whatever that is on the day a node starts.", .hub(noTag)),
        Rule(
            "images/latest", .warning, "No image is called latest, or by the name of a branch.",
            because: "The same name means another image tomorrow: two users of one hub may work in two environments.",
            .hub(latest)),
    ]

    private static let moving: Set<String> = [
        "latest", "main", "master", "dev", "develop", "edge", "nightly", "stable",
    ]

    private static func noTag(_ hub: HubSettings) -> [Rule.Fault] {
        hub.images.filter { !$0.text.contains("{") && $0.tag == nil }.map {
            Rule.Fault("the image \($0.text.printable) has no tag", advice: "add one, such as :2026.01", at: $0.place)
        }
    }

    private static func latest(_ hub: HubSettings) -> [Rule.Fault] {
        hub.images.filter { $0.tag.map(moving.contains) ?? false }.map {
            Rule.Fault(
                "the image \($0.text.printable) changes without notice", advice: "name a release of it", at: $0.place)
        }
    }
}

extension HubSettings {
    struct Image {
        let text: String
        /// Nil without one. A digest counts as a tag.
        let tag: String?
        let place: SourceLocation

        init(_ text: String, at place: SourceLocation) {
            self.text = text
            self.place = place
            let last = text.split(separator: "/").last ?? ""
            let end = last.lastIndex(of: "@") ?? last.lastIndex(of: ":")
            tag = end.map { String(last[last.index(after: $0)...]) }.flatMap { $0.isEmpty ? nil : $0 }
        }
    }

    /// The image of all servers, and those that profiles name.
    var images: [Image] {
        var images = overrides.compactMap { override in
            override["image"].flatMap { value in value.string.map { Image($0, at: value.location) } }
        }
        if let image = jupyterhub["singleuser", "image"], let name = image["name"]?.string,
            image["tag"].map({ $0.isNull || $0.string != nil }) ?? true
        {
            let tag = image["tag"]?.ifSet
            let text = name + (tag?.string.map { ":\($0)" } ?? "")
            // Where the name was set to something, a tag is missed; a tag alone is at its own place.
            images.append(Image(text, at: tag?.location ?? image["name"]?.location ?? image.location))
        }
        return images
    }
}
