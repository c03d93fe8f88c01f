import ArgumentParser
import FleetTools
import Foundation
import Homes

/// Who signs receipts.
struct SigningOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The Ed25519 key that signs the receipt, in PEM; default: one of your own, made when it is first needed.",
            valueName: "file"), completion: .file())
    var key: String?

    /// Looks at a key that was named, before any work is done.
    /// - Throws: `ReceiptError`.
    func check(in context: FleetContext) throws {
        if let key { _ = try ReceiptKey(file: context.url(key).path) }
    }

    /// Looks at the place and the key, before any work is done; `ReceiptWriter.checkFolder` looks at its folder.
    ///
    /// `chosen`: the file as it was asked for, `-` for standard output; nil: the usual place.
    /// `others`: files that are about to be used for something else.
    /// Throws `ReceiptError`, `FileError`.
    func writer(_ chosen: String?, notOver others: [String] = [], in context: FleetContext) throws -> ReceiptWriter {
        guard let chosen, chosen != "-" else {
            return ReceiptWriter(
                key: try signingKey(in: context), path: nil, isPrinted: chosen == "-", output: context.output)
        }
        let path = context.url(chosen).path
        if chosen.hasSuffix("/") { throw ReceiptError.noPlace(chosen, reason: "that is a folder; name a file in it") }
        try ReceiptPlace.check(path)
        let key = key.map { context.url($0).path } ?? Self.ownKey(in: context)
        try ReceiptPlace.check(path, isNoneOf: others + [key, key + ".pub"])
        return ReceiptWriter(key: try signingKey(in: context), path: path, isPrinted: false, output: context.output)
    }

    /// For the receipts of many things, each in a file of its own.
    ///
    /// `chosen`: the folder as it was asked for; nil: the usual places.
    /// Throws `ReceiptError`, `FileError`.
    func writer(folder chosen: String?, in context: FleetContext) throws -> ReceiptWriter {
        if chosen == "-" { throw ReceiptError.noPlace("-", reason: "there are many; name a folder for them") }
        let folder = chosen.map { context.url($0).path }
        if let folder { try ReceiptPlace.checkFolder(of: folder + "/receipt.json") }
        return ReceiptWriter(
            key: try signingKey(in: context), path: nil, folder: folder, isPrinted: false, output: context.output)
    }

    /// The chosen key, or the user's own below `XDG_CONFIG_HOME`.
    private func signingKey(in context: FleetContext) throws -> ReceiptKey {
        if let key { return try ReceiptKey(file: context.url(key).path) }
        let own = Self.ownKey(in: context)
        let isNew = !FileManager.default.fileExists(atPath: own)
        let key = try ReceiptKey.loadOrMake(own)
        if FileManager.default.contents(atPath: own + ".pub") != Data(key.publicKey.utf8) {
            try FileWriting.write(key.publicKey, to: own + ".pub", permissions: 0o644)
        }
        if isNew {
            context.output.message(
                "made a key for receipts, \(own); \(own).pub is for those who check them")
        }
        return key
    }

    private static func ownKey(in context: FleetContext) -> String {
        let folder = context.environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        return (folder ?? NSHomeDirectory() + "/.config") + "/hubfleet/receipts.pem"
    }
}

/// Where the receipts go of what always gives one.
struct ReceiptOptions: ParsableArguments {
    @OptionGroup var signing: SigningOptions

    @Option(
        help: ArgumentHelp(
            "Where the receipt is written, - for standard output; default: beside the archive; of a move, in its state folder.",
            valueName: "file"), completion: .file())
    var receipt: String?

    /// Looks at the place and the key, before any work is done.
    ///
    /// `others`: files that are about to be used for something else.
    /// Throws `ReceiptError`, `FileError`.
    func writer(notOver others: [String] = [], in context: FleetContext) throws -> ReceiptWriter {
        try signing.writer(receipt, notOver: others, in: context)
    }
}

extension OutputOptions {
    /// Standard output is for one thing.
    /// - Throws: `ValidationError`.
    func check(besides receipt: String?) throws {
        guard receipt == "-", format == .json else { return }
        throw ValidationError(
            "the receipt and --format json would both go to standard output; name a file for the receipt")
    }

    /// Prints a result; as a message when the receipt has standard output for itself.
    func print(
        _ result: some Encodable, besides receipt: String?, in context: FleetContext, table: () -> String
    ) throws {
        guard receipt == "-" else { return try print(result, in: context, table: table) }
        context.output.message(table())
    }
}

extension HomeReceipt {
    /// In a line.
    var summary: String {
        let exceptions = exceptionCount == 0 ? "" : ", \(exceptionCount) not as in the home"
        return
            "\(files) files, \(folders) folders, \(links) links, \(ByteAmount.text(bytes))\(exceptions), root \(root)"
    }
}

extension HomeReceipt.Exception {
    /// What became of it, for people.
    var explanation: String {
        HomeProblem.explanation(of: reason)
    }
}

extension HomeProblem {
    /// A reason as manifests and receipts have it, for people.
    static func explanation(of reason: String) -> String {
        Reason(rawValue: reason).map { HomeProblem(path: [], reason: $0).explanation } ?? reason
    }
}
