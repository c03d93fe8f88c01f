import Texts

/// A container image that servers run.
package struct ImageFact: Sendable {
    /// The whole reference, such as `quay.io/jupyter/scipy-notebook:2025-07-28`.
    package let text: String
    /// Nil without one. A digest counts as a tag.
    package let tag: String?
    package let place: SourceLocation

    private init(_ text: String, at place: SourceLocation) {
        self.text = text
        self.place = place
        let last = text.split(separator: "/").last ?? ""
        let end = last.lastIndex(of: "@") ?? last.lastIndex(of: ":")
        tag = end.map { String(last[last.index(after: $0)...]) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The images that profiles name in their overrides, and that of all servers, `singleuser.image`; without those that
    /// a secret or another type hides.
    static func all(_ image: Value?, overrides: [Value]) -> [ImageFact] {
        let chosen = overrides.compactMap { override in
            override["image"].flatMap { value in value.string.map { ImageFact($0, at: value.location) } }
        }
        guard let image, let name = image["name"]?.string, image["tag"].map({ $0.isNull || $0.string != nil }) ?? true
        else { return chosen }
        let tag = image["tag"]?.ifSet
        let text = name + (tag?.string.map { ":\($0)" } ?? "")
        // Where the name was set to something, a tag is missed; a tag alone, or an empty one beside it, is at its own place.
        let place = image["name"]?.location ?? image.location
        let empty = image["tag"].flatMap { $0.isNull || $0.location.file.exact != place.file.exact ? nil : $0.location }
        return chosen + [ImageFact(text, at: tag?.location ?? empty ?? place)]
    }
}
