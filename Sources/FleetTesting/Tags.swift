import Testing

/// Sizes of tests; the part "Tests" of CONTRIBUTING.md says what belongs where.
extension Tag {
    /// Nothing from outside: milliseconds.
    @Tag package static var small: Self
    /// Real files, short-lived real processes.
    @Tag package static var medium: Self
    /// The built program with real tools: seconds to minutes.
    @Tag package static var large: Self
}
