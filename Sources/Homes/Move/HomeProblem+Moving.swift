extension HomeProblem {
    var moveExplanation: String {
        switch reason {
        case .unreadable: "it cannot be read"
        case .special: "it is a fifo, a socket or a device"
        case .vanished: "gone while it was moved"
        case .foreign: "it is another name of somebody else's file"
        case .pathTooLong: "its path is too long"
        case .tooLarge: "nobody can store files of such a size"
        case .changed: "it changed meanwhile"
        }
    }
}
