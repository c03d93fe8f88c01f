/// Why the contents of one member cannot be had; the others may be well.
struct MemberFault: Error, Equatable {
    let what: String
}
