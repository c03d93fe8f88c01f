import ArgumentParser
import FleetTools
import Foundation
import Homes
import Receipts

/// The key that signs receipts.
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

    /// A writer for one receipt. The place and the key are looked at before any work is done; `ReceiptWriter.checkFolder`
    /// looks at the folder.
    ///
    /// - Parameters:
    ///   - chosen: the file as it was asked for, `-` for standard output; nil: the usual place.
    ///   - others: files that are about to be used for something else.
    ///   - context: of the command.
    /// - Returns: the writer, with the key that was named or the user's own.
    /// - Throws: `ReceiptError`, `FileError`.
    func writer(_ chosen: String?, notOver others: [String] = [], in context: FleetContext) throws -> ReceiptWriter {
        guard let chosen, chosen != "-" else {
            return ReceiptWriter(
                key: try signingKey(in: context), place: chosen == nil ? .usual : .standardOutput)
        }
        let path = context.url(chosen).path
        if chosen.hasSuffix("/") { throw ReceiptError.noPlace(chosen, reason: "that is a folder; name a file in it") }
        try ReceiptPlace.check(path)
        let key = key.map { context.url($0).path } ?? Self.ownKey(in: context)
        try ReceiptPlace.check(path, isNoneOf: others + [key, key + ".pub"])
        return ReceiptWriter(key: try signingKey(in: context), place: .file(path))
    }

    /// A writer for the receipts of many things, each in a file of its own.
    ///
    /// - Parameters:
    ///   - chosen: the folder as it was asked for; nil: the usual places.
    ///   - context: of the command.
    /// - Returns: the writer, with the key that was named or the user's own.
    /// - Throws: `ReceiptError`, `FileError`.
    func writer(folder chosen: String?, in context: FleetContext) throws -> ReceiptWriter {
        if chosen == "-" { throw ReceiptError.noPlace("-", reason: "there are many; name a folder for them") }
        let folder = chosen.map { context.url($0).path }
        if let folder { try ReceiptPlace.checkFolder(of: folder + "/receipt.json") }
        return ReceiptWriter(
            key: try signingKey(in: context), place: folder.map { .folder($0) } ?? .usual)
    }

    /// The chosen key, or the user's own below `XDG_CONFIG_HOME`.
    /// - Throws: `ReceiptError.noKey`, `FileError`.
    func signingKey(in context: FleetContext) throws -> ReceiptKey {
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
        UserFolders(environment: context.environment).config + "/hubfleet/receipts.pem"
    }
}
