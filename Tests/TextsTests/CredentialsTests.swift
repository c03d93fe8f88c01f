import FleetTesting
import Testing
import Texts

/// Addresses as people are shown them.
@Suite(.tags(.small))
struct CredentialsTests {
    @Test(arguments: [
        ("https://example.org/x", "https://example.org/x"),
        ("https://user:token@example.org/x", "https://•••@example.org/x"),
        ("https://token@example.org", "https://•••@example.org"),
        ("https://a:b/c@d@example.org", "https://•••@example.org"),
        ("https://a:b%40example.org/x", "https://•••@example.org/x"), ("git@example.org:a/b", "•••@example.org:a/b"),
        ("https://example.org/x?token=1#2", "https://example.org/x?•••"),
        ("https://example.org/#t", "https://example.org/#•••"),
        ("", ""), ("@", "•••@"),
    ])
    func anAddressHasNoToken(_ address: String, _ shown: String) {
        #expect(address.addressWithoutCredentials == shown)
    }

    @Test func onlyAddressesOfATextAreChanged() {
        let text = "no 'https://a:token@example.org/x' for ada@example.org,\nsee \"https://example.org?x=token\""
        #expect(
            text.withoutCredentials
                == "no 'https://•••@example.org/x' for ada@example.org,\nsee \"https://example.org?•••\"")
    }
}
