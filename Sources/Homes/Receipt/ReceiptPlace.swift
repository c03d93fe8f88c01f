import Foundation
import Receipts
import Texts

/// The places of receipts: nothing but an older receipt is ever replaced.
package enum ReceiptPlace {
    /// The end of the file name of an import's receipt, behind that of the archive.
    package static let importSuffix = ".import-receipt.json"

    /// Whether a file in a folder of archives is called as a receipt is.
    static func isReceiptName(_ file: String) -> Bool { file.exact.hasSuffix("receipt.json") }

    /// No receipt is larger, and no file of this size is read to find out whether it is one.
    private static let largest = 1 << 28

    /// - Throws: `ReceiptError.noPlace` when something is there that is no signed receipt.
    package static func check(_ path: String) throws {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            let failure = SystemError("lstat")
            // Whether its folder is there is another question.
            guard failure.number == ENOENT else { throw error(path, failure.reason) }
            return
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw error(path, "it is there already and is \(kind(status.st_mode)); name another file")
        }
        guard status.st_size <= largest, beginsAsJSON(path), (try? SignedReceipt(file: path)) != nil else {
            throw error(path, "it is there already and is no receipt; name another file, or remove it")
        }
    }

    /// - Throws: `ReceiptError.noPlace` when no file can be made in its folder.
    package static func checkFolder(of path: String) throws {
        let folder = URL(filePath: path).deletingLastPathComponent().path
        var status = stat()
        guard stat(folder, &status) == 0 else {
            throw error(path, "\(folder): \(SystemError("stat").reason); make the folder, or name another file")
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw error(path, "\(folder) is no folder; name another file")
        }
        guard access(folder, W_OK | X_OK) == 0 else {
            throw error(path, "\(folder): \(SystemError("access").reason); name a place elsewhere")
        }
    }

    /// - Throws: `ReceiptError.noPlace` when it is one of the files that are about to be used for something else.
    package static func check(_ path: String, isNoneOf others: [String]) throws {
        let resolved = resolved(path)
        for other in others where Self.resolved(other) == resolved {
            throw error(path, "something else goes there; name another file")
        }
    }

    /// The path without links, also of a file that is not there.
    private static func resolved(_ path: String) -> ExactText {
        let url = URL(filePath: path).standardizedFileURL
        let folder = url.deletingLastPathComponent().path
        guard let real = realpath(folder, nil) else { return "\(folder)/\(url.lastPathComponent)".exact }
        defer { free(real) }
        return "\(String(cString: real))/\(url.lastPathComponent)".exact
    }

    /// Whether a file begins as a receipt does: no large archive is to be read in whole.
    private static func beginsAsJSON(_ path: String) -> Bool {
        guard let file = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? file.close() }
        return (try? file.read(upToCount: 1)) == Data("{".utf8)
    }

    private static func kind(_ mode: mode_t) -> String {
        switch mode & S_IFMT {
        case S_IFDIR: "a folder"
        case S_IFLNK: "a link"
        default: "no file"
        }
    }

    private static func error(_ path: String, _ reason: String) -> ReceiptError {
        .noPlace(ByteText.readable(Array(path.utf8)), reason: reason)
    }
}
