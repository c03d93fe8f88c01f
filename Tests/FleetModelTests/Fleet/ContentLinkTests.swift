import FleetModel
import FleetTesting
import Testing

/// Links that share content, in nbgitpuller's form.
@Suite(.tags(.small))
struct ContentLinkTests {
    private func link(
        _ repository: String = "https://github.com/example/course.git", branch: String = "main", path: String = "",
        interface: ContentLink.Interface = .lab
    ) throws -> ContentLink {
        try ContentLink(
            hub: "https://hub.example.org", repository: repository, branch: branch, path: path, interface: interface)
    }

    @Test func opensAFileOfTheCopy() throws {
        #expect(
            try link(branch: "2026/autumn", path: "week 1/intro & more.ipynb").url
                == "https://hub.example.org/hub/user-redirect/git-pull"
                + "?repo=https%3A%2F%2Fgithub.com%2Fexample%2Fcourse.git"
                + "&urlpath=lab%2Ftree%2Fcourse%2Fweek%201%2Fintro%20%26%20more.ipynb&branch=2026%2Fautumn&targetPath=course"
        )
    }

    /// nbgitpuller makes a folder of the address's last part, so the two must agree, or the link says which.
    @Test(arguments: [
        ("https://gitlab.example.org/group/part/tides.git", true),
        ("https://gitlab.example.org/group/tides.git/", true),
        ("https://example.org/tides", false), ("https://example.org/a/tides//", false),
    ])
    func opensTheFolderThatIsMade(_ repository: String, isNamed: Bool) throws {
        let url = try link(repository, path: "week1/intro.ipynb").url
        #expect(url.contains("urlpath=lab%2Ftree%2Ftides%2Fweek1%2Fintro.ipynb"))
        #expect(url.contains("&targetPath=tides") == isNamed)
        #expect(!url.contains("%2F&"))
    }

    @Test(arguments: [
        (ContentLink.Interface.lab, "lab%2Ftree%2Fcourse"), (.notebook, "tree%2Fcourse"), (.rstudio, "rstudio%2F"),
    ])
    func opensTheRepository(with interface: ContentLink.Interface, place: String) throws {
        #expect(try link(interface: interface).url.contains("&urlpath=\(place)&"))
    }

    @Test(arguments: [
        "http://github.com/example/course", "git@github.com:example/course.git", "https://user:secret@example.org/x",
        "https:///course", "file:///etc", "https://example.org/x?token=1", "https://example.org/x#token", "",
    ])
    func takesPublicRepositoriesOnly(_ repository: String) {
        #expect(throws: ContentLinkError.notPublic(repository)) { try link(repository) }
    }

    @Test(arguments: ["../other", "a/../../b", "/etc/passwd"])
    func staysInTheRepository(_ path: String) {
        #expect(throws: ContentLinkError.outside(path)) { try link(path: path) }
    }

    @Test(arguments: ["", "--upload-pack=x"])
    func refusesWhatIsNoBranch(_ branch: String) {
        #expect(throws: ContentLinkError.branch(branch)) { try link(branch: branch) }
    }
}
