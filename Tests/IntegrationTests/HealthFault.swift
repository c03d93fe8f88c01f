import FleetTesting
import FleetTools
import Foundation
import Logging
import Testing

/// A fault that is planted in a real hub, and what a check must say of it.
struct HealthFault: Sendable {
    let name: String
    let subject: String
    /// Nil where the fault may show in several.
    let stage: String?
    /// What the reason must hold.
    let text: String
    var arguments: @Sendable (HealthBed) throws -> [String] = { _ in [] }
    var plant: @Sendable (HealthBed) async throws -> Void = { _ in }
    var mend: @Sendable (HealthBed) async throws -> Void = { _ in }

    private static let startup = ".ipython/profile_default/startup/00-fault.py"
    private static let server = ".jupyter/jupyter_server_config.py"
    private static let kernels = ".local/share/jupyter/kernels/broken"

    /// One with a file in the home of the user of checks.
    private static func file(
        _ name: String, _ file: String, _ code: String, _ subject: String, _ stage: String?, _ text: String,
        _ arguments: String...
    ) -> HealthFault {
        HealthFault(
            name: name, subject: subject, stage: stage, text: text, arguments: { _ in arguments },
            plant: { try $0.plant(file, code) }, mend: { try $0.unplant(file) })
    }

    /// One with a default kernel that is started in this way.
    private static func kernel(_ name: String, _ arguments: String, _ text: String) -> HealthFault {
        HealthFault(
            name: name, subject: "image", stage: "kernel", text: text,
            plant: { bed in
                let spec = #"{"argv": [\#(arguments)], "display_name": "x", "language": "python"}"#
                try bed.plant(kernels + "/kernel.json", spec)
                try bed.plant(server, "c.MultiKernelManager.default_kernel_name = 'broken'\n")
            },
            mend: { bed in
                try bed.unplant(kernels)
                try bed.unplant(server)
            })
    }

    /// One with a cell of a notebook of the operator.
    private static func cell(_ name: String, _ code: String, _ subject: String, _ text: String) -> HealthFault {
        HealthFault(
            name: name, subject: subject, stage: "notebook", text: text,
            arguments: { ["--notebook", try $0.notebook(code)] })
    }

    /// Those that show within some seconds.
    static let quick = [
        HealthFault(
            name: "wrong token", subject: "credentials", stage: "api", text: "refuses the token",
            arguments: { ["--token-file", try $0.file("token", "canary-0815-secret\n")] }),
        HealthFault(
            name: "token of another service", subject: "credentials", stage: "api", text: "may not do",
            arguments: { ["--token-file", try $0.file("token", try #require($0.tokens()["home-download"]))] }),
        file(
            "server that ends at its start", server,
            "import os\nprint(\"ModuleNotFoundError: No module named 'jupyterlab'\", flush=True)\nos._exit(1)\n",
            "image",
            "spawn", "a program or a package is missing"),
        kernel("broken kernel", #""/nowhere/python""#, "no kernel starts"),
        file("missing package", startup, "import sys\nsys.modules['hashlib'] = None\n", "image", "notebook", "hashlib"),
        cell("cell that fails", "1 / 0", "image", "ZeroDivisionError"),
        HealthFault(
            name: "home that is a file", subject: "hub", stage: "spawn", text: "refuses to start",
            plant: { bed in
                let home = try bed.home
                try FileManager.default.moveItem(atPath: home, toPath: bed.folder.path + "/aside")
                try "".write(toFile: home, atomically: false, encoding: .utf8)
            },
            mend: { bed in
                let home = try bed.home
                try FileManager.default.removeItem(atPath: home)
                try FileManager.default.moveItem(atPath: bed.folder.path + "/aside", toPath: home)
            }),
    ]

    /// Those that take their time, or need to mount.
    static let slow = [
        cell("cell without memory", "raise MemoryError()", "capacity", "memory ran out"),
        cell("cell without package", "import no_such_package", "image", "no_such_package"),
        cell("kernel that is killed", "import os; os._exit(9)", "image", "ended by itself"),
        file(
            "slow start", server, "import time\ntime.sleep(60)\n", "image", "spawn", "not ready after 8 s", "--timeout",
            "8"),
        kernel("kernel that is silent", #""sleep", "600""#, "does not answer"),
        file("kernel that ends at its start", startup, "import os\nos._exit(3)\n", "image", "kernel", "kernel"),
        file(
            "no kernel", server,
            "c.KernelSpecManager.ensure_native_kernel = False\nc.KernelSpecManager.allowed_kernelspecs = {'none'}\n",
            "image",
            "kernel", "has no kernel"),
        file(
            "server that ends later", server,
            "import os, threading\nthreading.Timer(9, lambda: os._exit(1)).start()\n", "image", "hold", "not any more"),
        stopped("hub that hangs", part: nil, "hub", "the hub does not answer"),
        stopped("proxy that hangs", part: "proxy", "proxy", "its proxy is not"),
        mounted("full disk", "size=1M", "capacity", fill: true),
        mounted("disk that cannot be written", "size=1M,ro", "cluster", fill: false),
        HealthFault(
            name: "page of the login that is broken", subject: "hub", stage: "proxy", text: "answers 500",
            plant: { try $0.swapLoginPage("{% if %}") }, mend: { try $0.swapLoginPage(nil) }),
        HealthFault(
            name: "locked database", subject: "hub", stage: "api", text: "database",
            plant: { bed in
                let code =
                    "import sqlite3, sys, time; c = sqlite3.connect(sys.argv[1], isolation_level=None); "
                    + "c.execute('BEGIN EXCLUSIVE'); time.sleep(60)"
                Task {
                    let file = bed.hub.folder + "/jupyterhub.sqlite"
                    _ = try await RealThings.runner().run(Invocation("python3", ["-c", code, file]))
                }
                try await Task.sleep(for: .seconds(2))
            },
            mend: { _ in try await Task.sleep(for: .seconds(62)) }),
    ]

    /// One with a process of the hub that is stopped.
    private static func stopped(_ name: String, part: String?, _ stage: String, _ text: String) -> HealthFault {
        HealthFault(
            name: name, subject: "hub", stage: stage, text: text,
            plant: { kill(try $0.process(part), SIGSTOP) }, mend: { kill(try $0.process(part), SIGCONT) })
    }

    /// One with a disk of its own below the home.
    private static func mounted(_ name: String, _ options: String, _ subject: String, fill: Bool) -> HealthFault {
        HealthFault(
            name: name, subject: subject, stage: nil, text: "",
            plant: { bed in
                let home = try bed.home
                let owner = try FileManager.default.attributesOfItem(atPath: home)
                let (user, group) = (owner[.ownerAccountID] ?? 0, owner[.groupOwnerAccountID] ?? 0)
                let options = "\(options),mode=0700,uid=\(user),gid=\(group)"
                try await RealThings.runner().check(
                    Invocation("mount", ["-t", "tmpfs", "-o", options, "none", home]))
                if fill { _ = FileManager.default.createFile(atPath: home + "/big", contents: Data(count: 1 << 20)) }
            },
            mend: { try await RealThings.runner().check(Invocation("umount", ["-l", try $0.home])) })
    }
}

extension HealthBed {
    /// Puts another page of the login into the revision that runs; nil puts the right one back.
    func swapLoginPage(_ text: String?) throws {
        let page = hub.folder + "/current/python/templates/login.html"
        let kept = folder.path + "/login.html"
        if let text {
            try FileManager.default.copyItem(atPath: page, toPath: kept)
            try text.write(toFile: page, atomically: false, encoding: .utf8)
        } else {
            try FileManager.default.removeItem(atPath: page)
            try FileManager.default.moveItem(atPath: kept, toPath: page)
        }
    }
}
