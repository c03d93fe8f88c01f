import FleetTesting
import FleetTools
import Foundation
import Testing

@Suite(.tags(.small))
struct UserFoldersTests {
    @Test func followsTheVariablesOfTheUser() {
        let usual = UserFolders(environment: ["HOME": "/home/ada"])
        #expect(
            [usual.config, usual.cache, usual.state] == [
                "/home/ada/.config", "/home/ada/.cache", "/home/ada/.local/state",
            ])
        let chosen = UserFolders(environment: [
            "HOME": "/home/ada", "XDG_CONFIG_HOME": "/c", "XDG_CACHE_HOME": "relative", "XDG_STATE_HOME": "/s",
        ])
        #expect([chosen.config, chosen.cache, chosen.state] == ["/c", "/home/ada/.cache", "/s"])
        #expect(UserFolders(environment: ["HOME": "here"]).cache == NSHomeDirectory() + "/.cache")
    }
}
