import Foundation

/// Symbolic links, which are read and never followed.
enum SymbolicLink {
    /// Where a link leads, as it is written.
    ///
    /// `folder`: the descriptor of the one that holds it.
    /// Nil with `errno` when it cannot be read, or is no link.
    static func target(of name: ArraySlice<UInt8>, in folder: Int32) -> [UInt8]? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = CString.with(name) { readlinkat(folder, $0, &buffer, Int(PATH_MAX)) }
        return count < 0 ? nil : buffer[..<count].map { UInt8(bitPattern: $0) }
    }
}
