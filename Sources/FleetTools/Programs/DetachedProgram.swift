import Foundation

/// Starts a program that goes on when this one ends, in a session of its own.
package enum DetachedProgram {
    #if canImport(Darwin)
        private static let newSession = Int16(POSIX_SPAWN_SETSID)
    #else
        /// POSIX_SPAWN_SETSID of glibc, which Swift does not import.
        private static let newSession: Int16 = 0x80
    #endif

    /// - Parameters:
    ///   - program: its path.
    ///   - arguments: without the name of the program.
    ///   - environment: all variables that it gets.
    ///   - log: the file that its output is added to; made if it is missing.
    /// - Throws: `CommandError.notFound` when it cannot be started.
    package static func start(
        _ program: String, _ arguments: [String], environment: [String: String], log: String
    ) throws {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #else
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, newSession)
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        let words = ([program] + arguments).map { strdup($0) }
        let variables = environment.map { strdup("\($0.key)=\($0.value)") }
        defer { for text in words + variables { free(text) } }
        var process = pid_t()
        guard posix_spawn(&process, program, &actions, &attributes, words + [nil], variables + [nil]) == 0 else {
            throw CommandError.notFound(program: program)
        }
    }
}
