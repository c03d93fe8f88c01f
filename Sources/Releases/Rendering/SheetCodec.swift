import FleetModel

/// The bytes that sheets are kept as: numbers of four bytes, and texts behind their lengths.
enum SheetCodec {
    /// Another form of the bytes, or another way to make sheets, needs another number: it is a part of the key of what is
    /// kept.
    static let version = "2"
    private static let mark = Array("hubfleet sheets \(version)\n".utf8)

    static func encode(_ sheets: [ObjectSheet]) -> [UInt8] {
        var bytes = mark
        func add(_ number: Int) { withUnsafeBytes(of: UInt32(number).littleEndian) { bytes += $0 } }
        func add(_ text: String) {
            add(text.utf8.count)
            bytes += Array(text.utf8)
        }
        add(sheets.count)
        for sheet in sheets {
            let identity = sheet.identity
            for text in [identity.group, identity.kind, identity.name, sheet.template] { add(text) }
            add(identity.namespace == nil ? 0 : 1)
            add(identity.namespace ?? "")
            add(Int(sheet.section.rawValue))
            add(sheet.references.count)
            for reference in sheet.references {
                add(reference.name)
                add(reference.key == nil ? 0 : 1)
                add(reference.key ?? "")
            }
            add(sheet.fields.count)
            for field in sheet.fields {
                add(field.path)
                add(Int(field.kind.rawValue))
                add(field.shown)
                add(field.seal)
            }
        }
        return bytes
    }

    /// - Returns: nil for bytes that are not those of sheets, or not all of them.
    static func decode(_ bytes: [UInt8]) -> [ObjectSheet]? {
        guard bytes.starts(with: mark) else { return nil }
        var reader = Reader(bytes: bytes, position: mark.count)
        let sheets = reader.list { reader in reader.sheet() }
        return reader.isWhole ? sheets : nil
    }

    private struct Reader {
        let bytes: [UInt8]
        var position: Int
        private(set) var isBroken = false

        init(bytes: [UInt8], position: Int) {
            self.bytes = bytes
            self.position = position
        }

        var isWhole: Bool { !isBroken && position == bytes.count }

        mutating func number() -> Int {
            guard position + 4 <= bytes.count else {
                isBroken = true
                return 0
            }
            defer { position += 4 }
            return (0..<4).reduce(0) { $0 | Int(bytes[position + $1]) << (8 * $1) }
        }

        mutating func text() -> String {
            let count = number()
            guard position + count <= bytes.count else {
                isBroken = true
                return ""
            }
            defer { position += count }
            return String(decoding: bytes[position..<(position + count)], as: UTF8.self)
        }

        mutating func list<Element>(_ read: (inout Reader) -> Element?) -> [Element] {
            var list: [Element] = []
            for _ in 0..<number() {
                guard !isBroken, let element = read(&self) else {
                    isBroken = true
                    break
                }
                list.append(element)
            }
            return list
        }

        mutating func sheet() -> ObjectSheet? {
            let (group, kind, name, template) = (text(), text(), text(), text())
            let hasNamespace = number() == 1
            let namespace = text()
            guard let section = KubernetesObject.Section(rawValue: UInt8(clamping: number())) else { return nil }
            let references = list { reader in reader.reference() }
            let fields = list { reader in reader.field() }
            return ObjectSheet(
                identity: ObjectIdentity(
                    group: group, kind: kind, namespace: hasNamespace ? namespace : nil, name: name),
                section: section, template: template, references: references, fields: fields)
        }

        private mutating func reference() -> ObjectReference? {
            let (name, hasKey, key) = (text(), number() == 1, text())
            return ObjectReference(name: name, key: hasKey ? key : nil)
        }

        private mutating func field() -> ObjectField? {
            let path = text()
            guard let kind = ObjectField.Kind(rawValue: UInt8(clamping: number())) else { return nil }
            return ObjectField(path: path, kind: kind, shown: text(), seal: text())
        }
    }
}
