/// Why a command cannot be carried out as it was given, found out by looking at what is there; unlike a
/// `ValidationError`, it is not followed by how the command is used.
struct Refusal: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
