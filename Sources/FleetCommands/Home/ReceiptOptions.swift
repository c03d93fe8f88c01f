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

    /// Signs a receipt and writes it.
    /// - Throws: `ReceiptError`, `FileError`.
    func write(_ receipt: some Encodable, to path: String, in context: FleetContext) throws {
        let key = try signingKey(in: context)
        try SignedReceipt(receipt, key: key).write(to: path)
        context.output.message("receipt in \(path), signed with key \(key.id)")
    }

    /// The chosen key, or the user's own below `XDG_CONFIG_HOME`.
    private func signingKey(in context: FleetContext) throws -> ReceiptKey {
        if let key { return try ReceiptKey(file: context.url(key).path) }
        let own = Self.ownKey(in: context)
        let isNew = !FileManager.default.fileExists(atPath: own)
        let key = try ReceiptKey.loadOrMake(own)
        try FileWriting.write(key.publicKey, to: own + ".pub", permissions: 0o644)
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
            "Where the receipt is written; default: beside the archive; of a move, in its state folder.",
            valueName: "file"), completion: .file())
    var receipt: String?

    /// Signs a receipt and writes it where it was asked for, or to the usual place.
    /// - Throws: `ReceiptError`, `FileError`.
    func write(_ receipt: some Encodable, to usual: String, in context: FleetContext) throws {
        try signing.write(receipt, to: self.receipt.map { context.url($0).path } ?? usual, in: context)
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
        HomeProblem.Reason(rawValue: reason).map { HomeProblem(path: [], reason: $0).explanation } ?? reason
    }
}
