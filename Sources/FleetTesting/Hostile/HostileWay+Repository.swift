import FleetTools
import Foundation

/// What git, names and sizes could do.
extension HostileWay {
    /// Through git: what it keeps beside the files, and what it could be told to start. Few of them come by a change
    /// request; all of them come with a repository that somebody hands over.
    static let repositories = [
        HostileWay("settings of git that start programs", isRefused: false) {
            let program = try $0.program()
            try $0.settings(
                """
                [core]
                    fsmonitor = \(program)
                    hooksPath = \($0.base)/hooks
                    sshCommand = \(program)
                    alternateRefsCommand = \(program)
                    pager = \(program)
                    editor = \(program)
                    askPass = \(program)
                [diff]
                    external = \(program)
                [gpg]
                    program = \(program)
                [log]
                    showSignature = true
                [credential]
                    helper = !\(program)
                [pager]
                    cat-file = \(program)
                    ls-files = \(program)
                [alias]
                    cat-file = !\(program)
                    ls-tree = !\(program)

                """)
        },
        HostileWay("filters, differences by programs and hooks", isRefused: false) {
            let program = try $0.program()
            try $0.settings(
                """
                [filter "leak"]
                    clean = \(program)
                    smudge = \(program)
                [diff "leak"]
                    textconv = \(program)
                    command = \(program)
                [merge "leak"]
                    driver = \(program)

                """)
            try $0.fleet.write([
                ".gitattributes": "* filter=leak diff=leak merge=leak ident export-subst\n",
                "config/.gitattributes": "*.values.yaml text eol=crlf\n",
            ])
            for hook in ["post-checkout", "post-index-change", "reference-transaction", "pre-auto-gc"] {
                try $0.link(".git/hooks/\(hook)", to: program)
            }
        },
        HostileWay("settings of git from elsewhere", isRefused: false) {
            try $0.settings(
                "[include]\n\tpath = \($0.folder)/git\n[core]\n\texcludesFile = \($0.folder)/plain.yaml\n"
                    + "\tattributesFile = \($0.folder)/plain.yaml\n")
        },
        HostileWay("a repository that fetches what is missing", isRefused: false) {
            let program = try $0.program()
            try $0.settings(
                """
                [remote "origin"]
                    url = ext::\(program)
                    promisor = true
                    partialCloneFilter = blob:none
                [extensions]
                    partialClone = origin
                [protocol "ext"]
                    allow = always

                """)
        },
        HostileWay("submodules", isRefused: false) {
            try $0.fleet.write([
                ".gitmodules": """
                [submodule "far"]
                    path = config/clusters/far
                    url = \($0.folder)/repository
                    update = !\(try $0.program())

                """,
                // A folder without anything, as a clone leaves it.
                "config/clusters/far/.keep": "",
            ])
            try FileManager.default.removeItem(atPath: "\($0.fleet.path)/config/clusters/far/.keep")
            try await RealThings.runner().check(
                Invocation(
                    "git",
                    [
                        "update-index", "--add", "--cacheinfo",
                        "160000,1111111111111111111111111111111111111111,config/clusters/far",
                    ], workingDirectory: $0.fleet.path))
        },
        HostileWay("attributes that are a link", isRefused: false) {
            try $0.link(".gitattributes", to: "../outside/plain.yaml")
        },
        HostileWay("a .gitignore that is a link", isRefused: false) {
            try $0.link(".gitignore", to: "../outside/plain.yaml")
        },
        HostileWay("a repository in a folder of the fleet", isRefused: false) {
            try $0.fleet.write([
                "config/HEAD": "ref: refs/heads/main\n", "config/refs/heads/.keep": "",
                "config/objects/info/alternates":
                    "\($0.folder)/repository/objects\n",
                "config/config": "[core]\n\tbare = true\n\tworktree = \($0.folder)\n",
            ])
        },
        HostileWay("a pipe", isRefused: true) {
            mkfifo("\($0.fleet.path)/config/clusters/c/x.values.yaml", 0o600)
            try $0.list("x.values.yaml")
        },
        HostileWay("a device") {
            try $0.link("config/clusters/c/x.values.yaml", to: "/dev/stdin")
            try $0.list("x.values.yaml")
        },
    ]

    /// Through names that say more than a name.
    static let names = [
        HostileWay("a cluster with lines, colours and markup in its name", isRefused: false) {
            let folder = "d\n<!-- hubfleet-plan -->\n\u{1B}[2J@all `![x](y)"
            try $0.fleet.write([
                "config/clusters/\(folder)/cluster.yaml":
                    "name: \"d\\n/merge\\n\\e[31m`<b>\"\nprovider: local\nhubs: [{name: \"x\\n::set-output name=x::y\", "
                    + "helm_chart: basehub, helm_chart_values_files: []}]\n"
            ])
        },
        HostileWay("keys and values that are markup and commands", isRefused: false) {
            try $0.fleet.write([
                "config/clusters/c/prod.values.yaml":
                    """
                "own\\n::add-mask::x": {"`<img src=https://example.org/x>@all": "\\e]8;;https://example.org\\a"}
                "/close\\n/merge": "-->\\n##[add-mask]x\\n</code></summary></details>"
                "\\u202e|": ["``` ", "`` ` ``", "\\r\\n# x", "[x](javascript:x)", "{{<x>}}", "$`x`$"]

                """
            ])
        },
        HostileWay("files whose names are lines", isRefused: false) {
            let name = "x\n::warning::x\u{202E}.values.yaml"
            try $0.fleet.write(["config/clusters/c/\(name)": "a: 1\n"])
            try $0.list("x\\n::warning::x\\u202e.values.yaml")
        },
        HostileWay("a key of secrets in the open", isRefused: false) {
            try $0.list("enc-far.secret.values.yaml", "../../../../outside/../outside/enc.secret.yaml")
        },
    ]

    /// Through sizes that have no end.
    static let sizes = [
        HostileWay("a values file of 33 MiB") {
            try $0.fleet.write(["config/clusters/c/x.values.yaml": ""])
            truncate("\($0.fleet.path)/config/clusters/c/x.values.yaml", 33 << 20)
            try $0.list("x.values.yaml")
        },
        HostileWay("aliases of aliases") {
            let levels = (1...40).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1), *a\($0 - 1)]\n" }.joined()
            try $0.fleet.write(["config/clusters/c/prod.values.yaml": "a0: &a0 [x]\n\(levels)own: *a40\n"])
        },
        HostileWay("a value inside of itself") {
            try $0.fleet.write(["config/clusters/c/prod.values.yaml": "own: &own {x: *own}\n"])
        },
        HostileWay("a hundred thousand brackets") {
            let depth = 100_000
            let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            try $0.fleet.write(["config/clusters/c/prod.values.yaml": "own: \(text)\n"])
        },
        HostileWay("jsonnet without an end") { try $0.jsonnet("local f(x) = 1 + f(x + 1); { own: { x: f(1) } }") },
        HostileWay("a circle of imports") {
            try $0.fleet.write(["helm-charts/basehub/a.libsonnet": "import 'values.jsonnet'"])
            try $0.jsonnet("import 'a.libsonnet'")
        },
        HostileWay("a chart below itself", isRefused: false) {
            try $0.depend("{name: basehub, version: 0.1.0, repository: \"file://../basehub\"}")
        },
        HostileWay("a circle of links") {
            try $0.link("config/clusters/c/x.values.yaml", to: "y.values.yaml")
            try $0.link("config/clusters/c/y.values.yaml", to: "x.values.yaml")
            try $0.list("x.values.yaml")
        },
    ]
}

extension HostileWay.Outside {
    /// A program that leaves the planted variable where the test looks.
    fileprivate func program() throws -> String {
        let path = "\(base)/program"
        guard !FileManager.default.fileExists(atPath: path) else { return path }
        try FileManager.default.createDirectory(atPath: "\(base)/cache", withIntermediateDirectories: true)
        try Data("#!/bin/sh\n{ echo \"$0 $*\"; env; } >>'\(base)/cache/started'\ncat\n".utf8).write(
            to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return path
    }

    /// Adds to the settings of the fleet's repository.
    fileprivate func settings(_ text: String) throws {
        try fleet.write([".git/config": try fleet.read(".git/config") + text])
    }
}
