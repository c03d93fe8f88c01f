import ArgumentParser
import FleetModel
import FleetTools
import Homes
import Texts

/// The place of the receipt of work that always gives one.
struct ReceiptOptions: ParsableArguments {
    @OptionGroup var signing: SigningOptions

    @Option(
        help: ArgumentHelp(
            "Where the receipt is written, - for standard output; default: beside the archive; of a move, in its state folder.",
            valueName: "file"), completion: .file())
    var receipt: String?

    /// A writer for the receipt. The place and the key are looked at before any work is done.
    ///
    /// - Parameters:
    ///   - others: files that are about to be used for something else.
    ///   - context: of the command.
    /// - Returns: the writer, with the key that was named or the user's own.
    /// - Throws: `ReceiptError`, `FileError`.
    func writer(notOver others: [String] = [], in context: FleetContext) throws -> ReceiptWriter {
        try signing.writer(receipt, notOver: others, in: context)
    }
}

extension Output {
    /// Shows a receipt that is written: the text itself on standard output, else where it is.
    /// - Throws: `FileError` when standard output cannot be written.
    func show(_ receipt: ReceiptWriter.Written) throws {
        switch receipt {
        case .text(let text): try result(text)
        case .file(let path, let key): message("receipt in \(path.printable), signed with key \(key)")
        }
    }
}

extension OutputOptions {
    /// Keeps standard output for one thing.
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
