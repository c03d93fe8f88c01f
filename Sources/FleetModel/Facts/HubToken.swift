/// A token of a hub. It shows itself as `•••`, whoever prints it.
package struct HubToken: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// For handing it to the hub alone.
    package let text: String

    package init(_ text: String) { self.text = text }

    package var description: String { Secret.mask }
    package var debugDescription: String { Secret.mask }
    package var customMirror: Mirror { Mirror(self, children: []) }

    /// A text of the hub without the token, should it hold that.
    package func hidden(in text: String) -> String {
        self.text.isEmpty ? text : text.replacing(self.text, with: Secret.mask)
    }
}
