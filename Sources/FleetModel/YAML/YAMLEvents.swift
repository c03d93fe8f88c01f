import CYaml

/// The events of a YAML text, one after the other, from libyaml.
///
/// Yams' own composer stops at the first duplicate key and does not say where its twin is, so Hubfleet composes trees
/// itself, from the parser that Yams carries. This type is the only one that touches it.
struct YAMLEvents: ~Copyable {
    struct Event {
        enum Kind {
            case scalar(text: String, isPlain: Bool)
            case sequenceStart
            case mappingStart
            case alias(String)
            /// The end of a list or a map.
            case end
            case documentStart
            case documentEnd
            case streamStart
            case streamEnd
        }

        let kind: Kind
        let anchor: String?
        let tag: String?
        /// Lines and columns from 1.
        let line: Int
        let column: Int
    }

    /// Why the text is no YAML, and where.
    struct SyntaxError: Error {
        let problem: String
        let line: Int
        let column: Int
    }

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>

    init(_ bytes: some Collection<UInt8>) {
        input = .allocate(capacity: bytes.count)
        _ = input.initialize(from: bytes)
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        yaml_parser_initialize(parser)
        yaml_parser_set_input_string(parser, input.baseAddress, input.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deinitialize(count: 1)
        parser.deallocate()
        input.deallocate()
    }

    /// The next event. Ask no further after `.streamEnd` or an error.
    mutating func next() throws(SyntaxError) -> Event {
        var raw = yaml_event_t()
        guard yaml_parser_parse(parser, &raw) == 1 else { throw syntaxError() }
        defer { yaml_event_delete(&raw) }
        return Self.event(from: raw)
    }

    private static func event(from raw: yaml_event_t) -> Event {
        let data = raw.data
        var anchor: String?
        var tag: String?
        let kind: Event.Kind
        switch raw.type {
        case YAML_SCALAR_EVENT:
            anchor = string(data.scalar.anchor)
            tag = string(data.scalar.tag)
            let text = String(
                decoding: UnsafeBufferPointer(start: data.scalar.value, count: data.scalar.length), as: UTF8.self)
            kind = .scalar(text: text, isPlain: data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
        case YAML_SEQUENCE_START_EVENT:
            anchor = string(data.sequence_start.anchor)
            tag = string(data.sequence_start.tag)
            kind = .sequenceStart
        case YAML_MAPPING_START_EVENT:
            anchor = string(data.mapping_start.anchor)
            tag = string(data.mapping_start.tag)
            kind = .mappingStart
        case YAML_ALIAS_EVENT: kind = .alias(string(data.alias.anchor) ?? "")
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: kind = .end
        case YAML_DOCUMENT_START_EVENT: kind = .documentStart
        case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
        case YAML_STREAM_START_EVENT: kind = .streamStart
        default: kind = .streamEnd
        }
        let mark = raw.start_mark
        return Event(kind: kind, anchor: anchor, tag: tag, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }

    private static func string(_ pointer: UnsafeMutablePointer<UInt8>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    private func syntaxError() -> SyntaxError {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "out of memory"
        guard parser.pointee.error == YAML_READER_ERROR else {
            let mark = parser.pointee.problem_mark
            return SyntaxError(problem: problem, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
        }
        // The reader knows only the offset of the byte that is no text.
        let before = input.prefix(parser.pointee.problem_offset)
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return SyntaxError(
            problem: "\(problem): the file is not UTF-8 text",
            line: before.count { $0 == UInt8(ascii: "\n") } + 1,
            column: before.count - lineStart + 1
        )
    }
}
