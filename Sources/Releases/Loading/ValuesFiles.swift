import FleetModel
import Texts

/// Reads and decrypts values files and schemas, each of them once.
actor ValuesFiles {
    /// What a file sets, and what is wrong with it.
    struct Content: Sendable {
        let values: Value
        /// Those that stand in the file.
        fileprivate let findings: [Finding]
        /// Why an encrypted file could not be opened.
        let locked: String?
        /// Whether there is no such file, or none that can be read.
        fileprivate var isUnreadable = false
        /// The places of values that aliases repeat, and of nulls that nobody wrote.
        fileprivate var repeated: Set<SourceLocation> = []
        fileprivate var empty: Set<SourceLocation> = []
        /// What an encrypted file leaves readable on purpose.
        fileprivate var open: Value?
        /// Whether nobody knows what it sets: it cannot be read, or is no YAML.
        var isUnknown = false

        /// The layer that it makes of a file.
        func layer(_ kind: Layer.Kind, of file: LayerFile) -> Layer {
            Layer(
                kind: kind, file: file.shown, values: values, locked: locked, repeated: repeated, empty: empty,
                open: open)
        }

        /// All that is wrong with the file. That it cannot be read is said where it is listed: each of several releases
        /// has a place of its own.
        func findings(for file: LayerFile) -> [Finding] {
            guard isUnreadable else { return findings }
            return [
                Finding(
                    rule: "values/missing-file",
                    "\(file.shown.printable) cannot be read, is no plain file, or is larger than 32 MiB",
                    at: file.listedAt ?? SourceLocation(file: file.shown))
            ]
        }
    }

    /// Nil leaves encrypted files closed.
    private let sops: Sops?
    /// The files of another state of the fleet, whose work need not be done again.
    private let earlier: EarlierFiles?
    private var contents: [[UInt8]: Task<Content, Never>] = [:]
    private var schemas: [[UInt8]: Task<YAMLReader.Document, Never>] = [:]

    /// - Parameters:
    ///   - sops: opens encrypted files; nil leaves them closed.
    ///   - earlier: the files of another state of the fleet.
    init(sops: Sops?, earlier: EarlierFiles? = nil) {
        self.sops = sops
        self.earlier = earlier
    }

    /// What a values file sets. A file that is the same in the earlier state is not read or opened again.
    func content(of file: LayerFile, isEncrypted: Bool) async -> Content {
        if let task = contents[file.key] { return await task.valueWhileWanted }
        let (sops, earlier) = (sops, earlier)
        let task = Task {
            if let earlier, let known = await earlier.content(of: file, isEncrypted: isEncrypted) { return known }
            return await Self.read(file, isEncrypted: isEncrypted, sops: sops)
        }
        contents[file.key] = task
        return await task.valueWhileWanted
    }

    /// The schema of a chart.
    func schema(_ file: LayerFile) async -> YAMLReader.Document {
        if let task = schemas[file.key] { return await task.valueWhileWanted }
        let task = Task { await Self.readSchema(file) }
        schemas[file.key] = task
        return await task.valueWhileWanted
    }

    private static nonisolated func readSchema(_ file: LayerFile) async -> YAMLReader.Document {
        guard let bytes = await file.source.contents(file.path) else {
            let finding = Finding(
                rule: "schema/invalid", "this schema cannot be read, so nothing is checked against it",
                at: SourceLocation(file: file.shown))
            return YAMLReader.Document(root: nil, findings: [finding])
        }
        return YAMLReader.read(bytes, file: file.shown)
    }

    private static nonisolated func read(_ file: LayerFile, isEncrypted: Bool, sops: Sops?) async -> Content {
        guard let bytes = await file.source.contents(file.path) else {
            let nothing = Value(.map(ValueMap()), at: SourceLocation(file: file.shown))
            return Content(values: nothing, findings: [], locked: nil, isUnreadable: true, isUnknown: true)
        }
        if isEncrypted { return await open(bytes, file: file, sops: sops) }
        let document = YAMLReader.read(bytes, file: file.shown)
        return content(document, file: file, more: EncryptedFile.findings(inPlain: document.root))
    }

    private static nonisolated func open(_ bytes: [UInt8], file: LayerFile, sops: Sops?) async -> Content {
        let closed = YAMLReader.read(bytes, file: file.shown, hidesScalars: true)
        let encrypted = EncryptedFile(closed, file: file.shown)
        guard encrypted.isEncrypted else { return content(closed, file: file, more: encrypted.findings) }
        var result = await Self.content(of: encrypted, closed: closed, file: file, sops: sops)
        result.open = encrypted.open
        return result
    }

    private static nonisolated func content(
        of encrypted: EncryptedFile, closed: YAMLReader.Document, file: LayerFile, sops: Sops?
    ) async -> Content {
        let answer =
            await sops?.decrypt(
                file.path, in: file.source, recipients: encrypted.recipients, vaults: encrypted.vaults)
            ?? .locked("it was not asked for")
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
            let document = YAMLReader.Document(
                root: root, findings: open.findings, repeated: closed.repeated, empty: closed.empty)
            return content(document, file: file, more: encrypted.findings)
        }
    }

    private static nonisolated func content(
        _ document: YAMLReader.Document, file: LayerFile, more: [Finding] = [], locked: String? = nil
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
        return Content(
            values: locked == nil ? values : values.locked, findings: findings, locked: locked,
            repeated: document.repeated, empty: document.empty,
            isUnknown: document.root == nil && document.findings.hasErrors || document.root?.isUnreadable == true)
    }
}

/// The values files of another state of the same fleet, such as the commit before.
struct EarlierFiles: Sendable {
    let source: any FleetSource
    let files: ValuesFiles

    /// What the file sets there; nil when its bytes are others, or it is none of the fleet.
    func content(of file: LayerFile, isEncrypted: Bool) async -> ValuesFiles.Content? {
        guard file.shown == file.path, let identity = await file.source.identity(file.path) else { return nil }
        let before = await source.identity(file.path)
        guard identity == before else { return nil }
        let twin = LayerFile(in: source, file.path, listedAt: file.listedAt)
        return await files.content(of: twin, isEncrypted: isEncrypted)
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

extension Value {
    /// Whether a file of values holds something that sets none.
    fileprivate var isUnreadable: Bool { !isNull && map == nil }
}
