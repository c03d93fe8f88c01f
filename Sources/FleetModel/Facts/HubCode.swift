import Foundation
import Texts

/// The Python that values add to the configuration of a hub, as far as it shows which settings it assigns.
///
/// It runs after the values below `hub.config` are applied, so what it assigns wins, and what stands in the values is not
/// what runs. Of the Python of a chart only what is done in any case counts: it is written with the values in mind.
package struct HubCode: Sendable {
    /// Settings by the family of the class that they are assigned to.
    private var settings: [String: Set<String>] = [:]
    /// Names that are assigned to something else, such as a spawner in a hook.
    private var elsewhere: Set<String> = []
    /// Families of classes that are handed on, so that any of their settings may be assigned.
    private var handedOn: Set<String> = []
    /// Whether any setting of any class may be assigned: the whole configuration is handed on, or a text is not known.
    private(set) var isOpaque = false
    /// The snippets themselves, because a text out of them may be a secret.
    private let snippets: [Value]
    /// Settings that a chart assigns, and no file of the hub.
    private var ofChart: Set<String> = []

    /// - Parameters:
    ///   - hub: the part `hub` of the JupyterHub chart's values.
    ///   - isWhole: whether all files that the hub lists are known; one that is not may hold any Python.
    ///   - isOwn: whether a file is one that the hub lists, and not of a chart.
    init(_ hub: Value?, isWhole: Bool = true, isOwn: (SourceLocation) -> Bool) {
        isOpaque = !isWhole
        let files = (hub?["extraFiles"]?.pairs ?? []).compactMap { $0.value.codeOfFile }
        snippets = (hub?["extraConfig"]?.pairs ?? []).map(\.value)
        for value in snippets + files where !value.isNull {
            let own = isOwn(value.location)
            guard let text = value.text else {
                isOpaque = isOpaque || own
                continue
            }
            read(PythonTokens.words(of: text), isOwn: own)
        }
    }

    /// Whether it may assign a setting of a class, or of one that is made from it.
    func assigns(_ setting: String, of owner: String) -> Bool {
        if isOpaque || elsewhere.contains(setting) { return true }
        let family = owner.family
        return handedOn.contains(family) || settings[family]?.contains(setting) == true
    }

    /// Whether a chart assigns the setting, and nobody else does.
    func isOfChart(_ setting: String) -> Bool { ofChart.contains(setting) && !isOpaque }

    /// Whether it assigns nothing at all.
    var isSilent: Bool { settings.isEmpty && elsewhere.isEmpty && handedOn.isEmpty && !isOpaque }

    /// Whether it holds a text.
    func contains(_ text: String) -> Bool { snippets.contains { $0.text?.holds(text) == true } }

    /// Whether a text of a chart or of the hub assigns the login, be it under a condition.
    var assignsLogin: Bool { snippets.contains { $0.text?.assignsLogin == true } }

    // MARK: - Reading

    /// Methods that change what they are called of.
    private static let changing: Set<String> = [
        "add", "append", "clear", "discard", "extend", "insert", "pop", "remove", "setdefault", "update",
    ]
    /// Functions that run other Python.
    private static let running: Set<String> = ["exec", "eval", "load_subconfig", "load_config", "run_path"]

    private mutating func read(_ words: [PythonTokens.Word], isOwn: Bool) {
        let reader = Reader(words: words.map(\.token))
        for (index, word) in words.enumerated() {
            guard case .name(let name) = word.token else { continue }
            let isMember = reader.isSign(".", at: index - 1)
            if Self.running.contains(name), reader.isSign("(", at: index + 1) {
                isOpaque = isOpaque || isOwn
            } else if name == "c", !isMember {
                if isOwn || word.startsStatement { readConfiguration(reader, after: index, isOwn: isOwn) }
            } else if isMember, isOwn, !reader.isOfConfiguration(index), reader.changes(at: index + 1) {
                elsewhere.insert(name)
            }
        }
    }

    /// Reads what follows `c`: a class, then a setting, then what is done to it.
    private mutating func readConfiguration(_ reader: Reader, after index: Int, isOwn: Bool) {
        guard let (owner, afterOwner) = reader.member(at: index + 1), !Self.changing.contains(owner), owner != "merge"
        else {
            // `c = get_config()` is what every file of configuration begins with.
            if reader.token(at: index + 1) != .assign, isOwn { isOpaque = true }
            return
        }
        guard let (setting, afterSetting) = reader.member(at: afterOwner) else {
            if isOwn { handedOn.insert(owner.family) }
            return
        }
        if Self.changing.contains(setting), reader.isSign("(", at: afterSetting) {
            if isOwn { handedOn.insert(owner.family) }
        } else if reader.changes(at: afterSetting) || reader.isSign("[", at: afterSetting) {
            if isOwn {
                ofChart.remove(setting)
            } else if settings[owner.family]?.contains(setting) != true {
                ofChart.insert(setting)
            }
            settings[owner.family, default: []].insert(setting)
        }
    }

    private struct Reader {
        let words: [PythonTokens.Token]

        func token(at index: Int) -> PythonTokens.Token? { words.indices.contains(index) ? words[index] : nil }

        func isSign(_ sign: Unicode.Scalar, at index: Int) -> Bool { token(at: index) == .sign(sign) }

        /// The name of a member, `.name` or `["name"]`, and where it ends.
        func member(at index: Int) -> (name: String, end: Int)? {
            if isSign(".", at: index), case .name(let name)? = token(at: index + 1) { return (name, index + 2) }
            guard isSign("[", at: index), case .string(let name)? = token(at: index + 1), isSign("]", at: index + 2)
            else { return nil }
            return (name, index + 3)
        }

        /// Whether a member is a setting of the configuration: `c.CLASS.` or `c["CLASS"].` stands before it.
        func isOfConfiguration(_ index: Int) -> Bool {
            let start = isSign("]", at: index - 2) ? index - 5 : index - 4
            guard start >= 0, token(at: start) == .name("c") else { return false }
            return member(at: start + 1)?.end == index - 1
        }

        /// Whether what stands before is assigned or changed: `= …`, `: type = …`, `.update(…)`, `["key"] = …`.
        func changes(at index: Int) -> Bool {
            if token(at: index) == .assign { return true }
            if isSign(":", at: index), token(at: index + 2) == .assign { return true }
            if let (name, end) = member(at: index) {
                return (HubCode.changing.contains(name) && isSign("(", at: end))
                    || (isSign("[", at: index) && token(at: end) == .assign)
            }
            return false
        }
    }
}

extension String {
    /// Whether Python text assigns `authenticator_class`, and does not only compare it.
    fileprivate var assignsLogin: Bool {
        let name = "authenticator_class"
        var start = 0
        while let place = offset(of: name, from: start) {
            start = place + name.utf8.count
            let rest = utf8.dropFirst(start).drop { $0 == UInt8(ascii: " ") }
            if rest.starts(with: "=".utf8), !rest.starts(with: "==".utf8) { return true }
        }
        return false
    }

    /// Classes of one family share their settings: those of spawners, and those of logins.
    fileprivate var family: String {
        ["Spawner", "Authenticator"].first { hasSuffix($0) } ?? self
    }
}

extension Value {
    /// The text of a file that the hub runs as configuration, or the entry itself where it is not known; nil for others.
    fileprivate var codeOfFile: Value? {
        guard let place = self["mountPath"] else { return nil }
        guard let path = place.text else { return place }
        guard path.hasSuffix(".py"), path.contains("jupyterhub_config") else { return nil }
        return self["stringData"] ?? self
    }
}
