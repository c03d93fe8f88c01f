import FleetTesting
import FleetTools
import Foundation
import Testing

/// One comment is made and updated in place, by the scripts of the workflows, on a service that answers as both platforms
/// do.
@Suite(
    .tags(.large), .timeLimit(.minutes(10)), .needs("git"), .needs("curl"), .needs("jq"), .needs("python3"))
struct CommentTests {
    /// The comments of the service.
    private struct Comment: Decodable, Equatable {
        let id: Int
        let body: String
        let author: String
    }

    private static let service = """
        import http.server, json, re, sys
        from urllib.parse import urlsplit, parse_qs
        comments = json.load(open(sys.argv[1]))
        class Service(http.server.BaseHTTPRequestHandler):
            def answer(self, value, status=200):
                body = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            def shown(self, comment):
                return {"id": comment["id"], "body": comment["body"], "user": {"login": comment["author"]},
                        "author": {"id": 7 if comment["author"] == "github-actions[bot]" else 8}}
            def do(self):
                token = self.headers.get("Authorization", "") + self.headers.get("PRIVATE-TOKEN", "")
                if token not in ("Bearer canary-0777-secret", "canary-0777-secret"):
                    return self.answer({"message": "who are you?"}, 401)
                place = urlsplit(self.path)
                body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "{}")
                if place.path == "/user":
                    return self.answer({"id": 7})
                if not re.fullmatch("/repos/o/n/issues/(5/comments|comments/[0-9]+)"
                                    "|/projects/3/merge_requests/5/notes(/[0-9]+)?", place.path):
                    return self.answer({"message": place.path}, 404)
                if self.command == "GET":
                    page = int(parse_qs(place.query)["page"][0])
                    return self.answer([self.shown(one) for one in comments[100 * (page - 1):100 * page]])
                if self.command == "POST":
                    comments.append({"id": 1000 + len(comments), "body": body["body"], "author": "github-actions[bot]"})
                else:
                    name = int(place.path.split("/")[-1])
                    next(one for one in comments if one["id"] == name)["body"] = body["body"]
                json.dump(comments, open(sys.argv[1], "w"))
                self.answer({}, 201)
            do_GET = do_POST = do_PATCH = do_PUT = do
            def log_message(self, *_): pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
        print(server.server_address[1], flush=True)
        open(sys.argv[2], "w").write(str(server.server_address[1]))
        server.serve_forever()
        """

    private let folder: TemporaryFolder
    private let task: Task<Void, any Error>

    init() async throws {
        let folder = try TemporaryFolder()
        self.folder = folder
        // Two pages of other people's, one of which begins like ours.
        let others = (0..<150).map { index in
            ["id": index, "body": index == 3 ? "<!-- hubfleet-plan -->\n\nno plan" : "a word", "author": "ada"]
                as [String: Any]
        }
        try JSONSerialization.data(withJSONObject: others).write(to: URL(filePath: folder.path + "/comments"))
        try folder.write(["runner/hubfleet-comment.md": "", "job/hubfleet-comment.md": ""])
        let runner = try RealThings.runner()
        let service = Self.service
        task = Task {
            _ = try await runner.run(
                Invocation(
                    "python3", ["-c", service, folder.path + "/comments", folder.path + "/port"],
                    timeLimit: .seconds(60)))
        }
    }

    private func port() async throws -> String {
        for _ in 0..<500 {
            if let port = try? folder.read("port"), !port.isEmpty { return port }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw UnexpectedCall(description: "the service did not start")
    }

    private var ours: [Comment] {
        get throws {
            let data = Data(try folder.read("comments").utf8)
            return try JSONDecoder().decode([Comment].self, from: data).filter { $0.author != "ada" }
        }
    }

    @Test(arguments: ["github", "gitlab"]) func oneCommentIsUpdatedInPlace(_ platform: String) async throws {
        defer { task.cancel() }
        let address = "http://127.0.0.1:\(try await port())"
        let workflow = try await WrittenWorkflow(platform)
        let isGitHub = platform == "github"
        let place = isGitHub ? "runner" : "job"
        for text in ["first `x` \"q\" \\ $(id)", "second é\u{1F600}\n- @all"] {
            let body = "<!-- hubfleet-plan -->\n\n\(text)\n"
            try folder.write(["\(place)/hubfleet-comment.md": body])
            let done = try await workflow.run(
                isGitHub ? "Comment" : "hubfleet-comment", in: "\(folder.path)/job", programs: folder.path,
                environment: [
                    "RUNNER_TEMP": folder.path + "/runner", "TOKEN": "canary-0777-secret", "NUMBER": "5",
                    "GITHUB_API_URL": address, "GITHUB_REPOSITORY": "o/n",
                    "HUBFLEET_COMMENT_TOKEN": "canary-0777-secret", "CI_API_V4_URL": address, "CI_PROJECT_ID": "3",
                    "CI_MERGE_REQUEST_IID": "5",
                ])
            #expect(done.status == 0, "\(done.text)\(done.standardError)")
            #expect(try ours == [Comment(id: 1150, body: body, author: "github-actions[bot]")])
            #expect(Canaries.found(in: done.text + done.standardError) == [])
        }
        // The token is on no disk afterwards.
        #expect(try Canaries.found(below: folder.path) == [])
    }

    /// A service that refuses is a failure, with its reason.
    @Test(arguments: ["github", "gitlab"]) func aRefusedTokenFails(_ platform: String) async throws {
        defer { task.cancel() }
        let address = "http://127.0.0.1:\(try await port())"
        let workflow = try await WrittenWorkflow(platform)
        let done = try await workflow.run(
            platform == "github" ? "Comment" : "hubfleet-comment", in: "\(folder.path)/job", programs: folder.path,
            environment: [
                "RUNNER_TEMP": folder.path + "/runner", "TOKEN": "no", "NUMBER": "5", "GITHUB_API_URL": address,
                "GITHUB_REPOSITORY": "o/n", "HUBFLEET_COMMENT_TOKEN": "no", "CI_API_V4_URL": address,
                "CI_PROJECT_ID": "3", "CI_MERGE_REQUEST_IID": "5",
            ])
        #expect(done.status != 0)
        #expect(done.standardError.contains("401"))
    }

    @Test func gitLabWithoutATokenSaysSo() async throws {
        task.cancel()
        let workflow = try await WrittenWorkflow("gitlab")
        let done = try await workflow.run(
            "hubfleet-comment", in: "\(folder.path)/job", programs: folder.path, environment: [:])
        #expect(done.status == 1)
        #expect(done.standardError.contains("HUBFLEET_COMMENT_TOKEN is not set for the environment hubfleet-comment"))
    }
}
