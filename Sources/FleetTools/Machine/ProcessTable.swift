import Foundation
import Texts

/// The processes of this machine that carry a mark in their environment.
///
/// Servers of a hub run in sessions of their own, so neither process groups nor parents lead to all of them once the hub
/// was killed; the environment that each inherits does. Where there is no `/proc`, nothing is found.
package struct ProcessTable: Sendable {
    package struct Entry: Sendable, Equatable {
        package let id: Int32
        package let environment: Set<ExactText>
    }

    package init() {}

    /// Processes with the variable `name` set to `value`, other than this one.
    package func processes(with name: String, _ value: String) -> [Entry] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.filter { $0 != getpid() }.compactMap { id in
            guard let bytes = FileManager.default.contents(atPath: "/proc/\(id)/environ") else { return nil }
            let environment = Set(bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self).exact })
            return environment.contains("\(name)=\(value)".exact) ? Entry(id: id, environment: environment) : nil
        }
    }

    /// Kills processes and waits until they are gone, at most two seconds.
    ///
    /// It waits without giving up its thread, because it also runs while a task is cancelled.
    /// - Parameter find: lists the processes that are still there.
    package func kill(_ find: () -> [Entry]) {
        for _ in 0..<40 {
            let entries = find()
            guard !entries.isEmpty else { return }
            for entry in entries { _ = Foundation.kill(entry.id, SIGKILL) }
            usleep(50_000)
        }
    }
}
