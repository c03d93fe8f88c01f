/// A scalar that must not be shown: it comes from an encrypted layer.
///
/// Code that matches `.string` or `.bool` never meets one by accident, and text made of one shows `•••`.
package struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let scalar: Value.Content?

    /// - Parameter scalar: what is hidden; nil when the layer could not be decrypted.
    init(hiding scalar: Value.Content?) {
        self.scalar = scalar
    }

    /// The hidden scalar, for handing it to the program that needs it; nil when the layer could not be decrypted.
    package func reveal() -> Value.Content? { scalar }

    package static let mask = "•••"
    package var description: String { Self.mask }
    package var debugDescription: String { Self.mask }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
