/// A step of a move, told while it runs.
package enum MoveEvent: Sendable, Equatable {
    /// A home is looked at, before anything is written; so many came before it, of so many in all.
    case looksAt(home: String, done: Int, count: Int)
    /// The plan is made: so much is to be copied and compared.
    case planned(files: Int, bytes: Int64)
    /// A home is copied next.
    case copies(home: String)
    /// Both sides of a home are compared next.
    case compares(home: String)
    /// Bytes and files that were copied or read just now.
    case did(bytes: Int64, files: Int)
    /// A home is done, well or not.
    case moved(MoveResult.Home)
}
