import FleetModel
import Foundation

/// Reads and decrypts values files, each of them once.
package actor ValuesFiles {
    /// What a file sets, and what is wrong with it.
    package struct Content: Sendable {
        package let values: Value
        package let findings: [Finding]
        /// Why an encrypted file could not be opened.
        package let locked: String?
    }

    /// Nil leaves encrypted files closed.
    private let sops: Sops?
    private var contents: [String: Task<Content, Never>] = [:]

    package init(sops: Sops?) {
        self.sops = sops
    }

    package func content(of file: ChartFiles.File, isEncrypted: Bool) async -> Content {
        if let task = contents[file.path] { return await task.valueWhileWanted }
        let sops = sops
        let task = Task { await Self.read(file, isEncrypted: isEncrypted, sops: sops) }
        contents[file.path] = task
        return await task.valueWhileWanted
    }

    private static nonisolated func read(_ file: ChartFiles.File, isEncrypted: Bool, sops: Sops?) async -> Content {
        guard let bytes = FileReading.contents(file.path) else {
            let finding = Finding(
                rule: "values/missing-file",
                "\(file.shown.printable) cannot be read, is no plain file, or is larger than 32 MiB",
                at: file.listedAt ?? SourceLocation(file: file.shown))
            return content(YAMLReader.Document(root: nil, findings: [finding]), file: file)
        }
        if isEncrypted { return await open(bytes, file: file, sops: sops) }
        let document = YAMLReader.read(bytes, file: file.shown)
        return content(document, file: file, more: EncryptedFile.findings(inPlain: document.root))
    }

    private static nonisolated func open(_ bytes: Data, file: ChartFiles.File, sops: Sops?) async -> Content {
        let closed = YAMLReader.read(bytes, file: file.shown, hidesScalars: true)
        let encrypted = EncryptedFile(closed, file: file.shown)
        guard encrypted.isEncrypted else { return content(closed, file: file, more: encrypted.findings) }
        let answer =
            await sops?.decrypt(file.path, recipients: encrypted.recipients) ?? .locked("it was not asked for")
        switch answer {
        case .locked(let reason):
            return content(closed, file: file, more: encrypted.findings, locked: reason)
        case .broken(let reason):
            let finding = Finding(
                rule: "values/broken-encryption", "this cannot be opened although its key is here: \(reason)",
                advice: "`sops --decrypt` says more; take it from the repository's history, or encrypt it anew",
                at: SourceLocation(file: file.shown))
            return content(closed, file: file, more: encrypted.findings + [finding], locked: reason)
        case .decrypted(let clear):
            let open = YAMLReader.read(clear, file: file.shown, hidesScalars: true)
            let root = closed.root.map { root in open.root.map { $0.withPlaces(of: root) } } ?? open.root
            let document = YAMLReader.Document(root: root, findings: open.findings)
            return content(document, file: file, more: encrypted.findings)
        }
    }

    private static nonisolated func content(
        _ document: YAMLReader.Document, file: ChartFiles.File, more: [Finding] = [], locked: String? = nil
    ) -> Content {
        var findings = document.findings + more
        var values = Value(.map(ValueMap()), at: SourceLocation(file: file.shown))
        if let root = document.root, !root.isNull {
            if var map = root.map {
                map.remove("sops")
                values = Value(.map(map), at: root.location)
            } else {
                findings.append(
                    Finding(rule: "values/no-map", "a values file must be a map, not \(root.kind)", at: root.location))
            }
        }
        return Content(values: locked == nil ? values : values.locked, findings: findings, locked: locked)
    }
}

extension Task where Failure == Never {
    /// Its value; the task ends early when the one who waits for it is cancelled, so that no program outlives Ctrl-C.
    var valueWhileWanted: Success {
        get async {
            await withTaskCancellationHandler {
                await value
            } onCancel: {
                cancel()
            }
        }
    }
}
