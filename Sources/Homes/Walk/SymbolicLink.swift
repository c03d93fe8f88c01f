import Foundation

/// Symbolic links, which are read and never followed.
enum SymbolicLink {
    /// The place where a link leads, as it is written.
    ///
    /// - Parameters:
    ///   - name: of the link.
    ///   - folder: the descriptor of the one that holds it.
    /// - Returns: any bytes; a link may lead nowhere.
    /// - Throws: `SystemError`, also for what is no link.
    static func target(of name: ArraySlice<UInt8>, in folder: Int32) throws(SystemError) -> [UInt8] {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = try SystemCall.make("readlinkat", name) { readlinkat(folder, $0, &buffer, Int(PATH_MAX)) }
        return buffer[..<count].map { UInt8(bitPattern: $0) }
    }
}
