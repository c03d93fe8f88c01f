/// A fault in a map of users, or in what it makes of the folders that are there.
package struct UserMapFault: Sendable, Equatable, CustomStringConvertible {
    /// The place of a fault in a file; line and column are counted from 1.
    package struct Place: Sendable, Equatable {
        package let file: String
        package let line: Int
        package let column: Int
    }

    /// The kind of a fault, with the names that it is about.
    package enum What: Sendable, Equatable {
        case noText
        case quoteInName
        case openQuote
        case textBehindQuote
        case columns(Int, hasSemicolon: Bool)
        case emptyName
        case controlCharacter
        /// The old name stands in an earlier line, too.
        case mappedTwice(String, line: Int)
        /// The new name stands in an earlier line, too.
        case takenTwice(String, line: Int)
        /// The name gives no folder with the scheme.
        case noFolder(String, FolderScheme)
        /// No home can be in the user's new folder.
        case reserved(folder: String, user: String)
        /// The user of an earlier line has the same folder.
        case sharedFolder(String, user: String, line: Int)
        /// The map does not name the user of a folder, and it must.
        case noLine(folder: String, map: String)
        /// No home can be in the new folder of one that is there.
        case reservedTarget(String, folder: String)
        /// Two folders would become one.
        case oneTarget(String, folders: [String])
    }

    package let what: What
    /// Nil for a fault of a folder.
    package let place: Place?

    init(_ what: What, at place: Place? = nil) {
        self.what = what
        self.place = place
    }

    /// The place, what is wrong, and what to do.
    package var description: String {
        (place.map { "\($0.file):\($0.line):\($0.column): " } ?? "") + what.text
    }
}

extension UserMapFault.What {
    fileprivate var text: String {
        switch self {
        case .noText: "this is no UTF-8; save the file as UTF-8"
        case .quoteInName: "a quote within a name; put the whole name into quotes, and write \"\" for one in it"
        case .openQuote: "this quote has no end on its line; add it"
        case .textBehindQuote: "text after the end of a quote; write a comma, or \"\" for a quote in a name"
        case .columns(let count, let hasSemicolon):
            "\(count == 1 ? "one column" : "\(count) columns") instead of two, old name,new name"
                + (hasSemicolon ? "; columns are divided by commas here" : "")
        case .emptyName: "this name is empty; write it, or take the line out"
        case .controlCharacter: "this name has a control character in it, which no user name has; take it out"
        case .mappedTwice(let name, let line): "\(name) is mapped in line \(line) already; take one of them out"
        case .takenTwice(let name, let line):
            "\(name) is the new name of line \(line) already; two homes cannot become one"
        case .noFolder(let name, let scheme):
            "\(name) gives no folder with the scheme \(scheme.rawValue); correct the name or the scheme"
        case .reserved(let folder, let user): "\(Self.reserved(folder)); give \(user) another name"
        case .sharedFolder(let folder, let user, let line):
            "\(user) has the folder \(folder), as line \(line) has; correct the scheme"
        case .noLine(let folder, let map): "\(folder): no line of \(map) names its user; add one"
        case .reservedTarget(let target, let folder):
            "\(folder): \(Self.reserved(target)); give its user another name in the map of users"
        case .oneTarget(let target, let folders):
            "\(folders.joined(separator: " and ")) would both become \(target); give one of them another name in the map of "
                + "users"
        }
    }

    private static func reserved(_ folder: String) -> String {
        "the folder would be \(folder), and names that begin with . or _, and lost+found, are not those of homes"
    }
}
