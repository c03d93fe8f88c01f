import FleetModel
import FleetTesting
import Testing

/// What several forms of a text have in common.
@Suite(.tags(.small))
struct CommonTextTests {
    @Test(arguments: [
        (["same", "same"], "same"),
        (["postgres://u:one@host/db", "postgres://u:two@host/db"], "postgres://u:•••@host/db"),
        // A sign that is the same by chance is no part of what is shown.
        (["u:abc@h", "u:abd@h", "u:xbc@h"], "u:•••@h"),
        (["?token=abc&x=1", "?token=def&x=1"], "?token=•••&x=1"),
        (["Basic YWI6Yw==", "Basic YWI6ZA=="], "Basic •••"),
        (["one", "two"], "•••"),
        (["", "x"], "•••"),
        (["a:1:b:2:c", "a:3:b:4:c"], "a:•••:c"),
        (["a\nb:1\nc", "a\nb:2\nc"], "a\nb:•••\nc"),
        // Lines that are hidden as a whole are not counted.
        (["a\nx\ny\nz\nb", "a\np\nq\nr\nb"], "a\n•••\nb"),
        (["a\nx\nb", "a\nx\ny\nb"], "a\nx\n•••"),
        (["n:é", "n:e\u{301}"], "n:•••"),
    ])
    func isShownWithAMark(_ texts: [String], _ common: String) {
        #expect(CommonText.of(texts, mark: "•••") == common)
    }
}
