import Foundation
import Texts

/// Cells that a check runs in a kernel.
package struct CheckNotebook: Sendable, Equatable {
    /// Code, and what it must print.
    struct Cell: Sendable, Equatable {
        let title: String
        let code: String
        /// Nil when anything will do, as long as it does not fail.
        let output: String?
    }

    let cells: [Cell]

    /// Reads a notebook of Jupyter: its cells of code, in their order. What they print is not compared.
    /// - Throws: `HealthTrouble.badNotebook`.
    package init(_ bytes: [UInt8]) throws {
        /// Text, or lines of it.
        struct Source: Decodable {
            let text: String

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                let lines = try? container.decode([String].self)
                text = try lines?.joined() ?? container.decode(String.self)
            }
        }
        struct Notebook: Decodable {
            struct Cell: Decodable {
                let cellType: String
                let source: Source
            }
            let cells: [Cell]
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let notebook = try? decoder.decode(Notebook.self, from: Data(bytes)) else {
            throw HealthTrouble.badNotebook("it is no notebook of Jupyter in format 4")
        }
        cells = notebook.cells.filter { $0.cellType == "code" }.enumerated().map { number, cell in
            let code = cell.source.text
            return Cell(title: "number \(number + 1)", code: code, output: nil)
        }
        if cells.isEmpty { throw HealthTrouble.badNotebook("it has no cell of code") }
    }

    /// The cells for a language; none for one that is not known here.
    static func cells(for language: String) -> [Cell] {
        switch language {
        case "python":
            [
                Cell(title: "arithmetic", code: "print(6 * 7)", output: "42\n"),
                Cell(
                    title: "a function",
                    code: "def fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\n\nprint(fib(20))",
                    output: "6765\n"),
                Cell(
                    title: "the standard library",
                    code: "import hashlib, json, ssl, subprocess, sys\n"
                        + "print(json.dumps(hashlib.sha256(b'').hexdigest()[:8]))",
                    output: "\"e3b0c442\"\n"),
            ]
        case "r": [Cell(title: "arithmetic", code: "cat(6 * 7, \"\\n\", sep = \"\")", output: "42\n")]
        case "julia": [Cell(title: "arithmetic", code: "println(6 * 7)", output: "42\n")]
        default: []
        }
    }

    /// Writes a file in the home down to the disk and removes it; prints `written`, or the system's reason.
    static func home(file: String) -> Cell {
        Cell(
            title: "the home",
            code: """
                import errno, os
                _path = os.path.join(os.path.expanduser("~"), "\(file)")
                try:
                    with open(_path, "wb") as _file:
                        _file.write(b"x" * 65536)
                        _file.flush()
                        os.fsync(_file.fileno())
                    print("written")
                except OSError as _error:
                    print("failed", errno.errorcode.get(_error.errno, _error.errno), _error.strerror)
                finally:
                    if os.path.lexists(_path):
                        os.remove(_path)
                """,
            output: nil)
    }
}
