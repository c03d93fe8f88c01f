import FleetModel
import FleetTesting
import Testing

@testable import Provisioning

/// Keys that become comments, in the forms in which people write them.
@Suite(.tags(.small))
struct KeyCommentsTests {
    private func comment(_ text: String, _ places: (line: Int, column: Int)...) -> KeyComments {
        let places = places.map { SourceLocation(file: "a.yaml", line: $0.line, column: $0.column) }
        return KeyComments(text, file: "a.yaml", at: Set(places))
    }

    @Test func theLinesStay() {
        let text = """
            a:
              b: 1 # kept
              c:
                - x
                - |
                  # text
                  more

              d: 2
            """
        let found = comment(text, (3, 3))
        #expect(
            found.text == """
                a:
                  b: 1 # kept
                  # c:
                  #   - x
                  #   - |
                  #     # text
                  #     more

                  d: 2
                """)
        #expect(found.done.count == 1)
    }

    /// A parent that holds nothing else goes as well: it would be null, which takes away the chart's defaults.
    @Test func anEmptyParentGoesWithIt() {
        #expect(
            comment("a:\n  b:\n    c: 1\n    d: 2\ne: 3\n", (3, 5), (4, 5)).text
                == "# a:\n#   b:\n#     c: 1\n#     d: 2\ne: 3\n")
        #expect(comment("a:\n  b:\n    c: 1\n  d: 2\n", (3, 5)).text == "a:\n  # b:\n  #   c: 1\n  d: 2\n")
    }

    @Test func inBracesOnALine() {
        #expect(comment("a: {b: 1, c: \"x, }\"}\n", (1, 11)).text == "a: {b: 1} # c: \"x, }\"\n")
        #expect(comment("a: {b: {x: [1, 2]}, c: 3}\n", (1, 5)).text == "a: {c: 3} # b: {x: [1, 2]}\n")
        #expect(comment("a: {b: 1}\nc: 2\n", (1, 5)).text.hasSuffix("\nc: 2\n"))
    }

    /// What would change anything else is left as it is.
    @Test func anAnchorThatIsUsedStays() {
        let text = "a: &x {b: 1}\nc: *x\n"
        #expect(comment(text, (1, 1)).text == text)
    }
}
