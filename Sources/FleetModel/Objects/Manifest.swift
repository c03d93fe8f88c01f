import Texts

/// Reads what `helm template` prints.
package enum Manifest {
    private static let source = Array("# Source: ".utf8)

    /// The objects of a release, in the order of the text.
    ///
    /// - Parameters:
    ///   - bytes: documents of YAML with `---` between them, each behind a line that names its template.
    ///   - namespace: that of the release.
    /// - Returns: the objects. What is no object of Kubernetes is left out.
    /// - Throws: `ManifestError` for a document that is no YAML.
    package static func objects(
        _ bytes: [UInt8], namespace: String
    ) throws(ManifestError) -> [KubernetesObject] {
        var objects: [KubernetesObject] = []
        var template = ""
        for document in documents(bytes) {
            template = Self.template(of: document) ?? template
            let read = YAMLReader.read(document, file: template)
            // A key that stands twice is no reason to stop: helm takes the last one, too.
            if read.root == nil, let finding = read.findings.first {
                throw ManifestError(template: template, line: finding.location.line)
            }
            for body in read.root.map(items) ?? [] {
                if let object = object(body, template: template, namespace: namespace) { objects.append(object) }
            }
        }
        return objects
    }

    private static func documents(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var documents: [ArraySlice<UInt8>] = []
        var start = bytes.startIndex
        var line = bytes.startIndex
        while line < bytes.endIndex {
            let end = bytes[line...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
            let next = min(end + 1, bytes.endIndex)
            if isSeparator(bytes[line..<end]) {
                documents.append(bytes[start..<line])
                start = next
            }
            line = next
        }
        return documents + [bytes[start...]]
    }

    private static func isSeparator(_ line: ArraySlice<UInt8>) -> Bool {
        line.starts(with: "---".utf8) && line.dropFirst(3).allSatisfy { [0x20, 0x09, 0x0D].contains($0) }
    }

    private static func template(of document: ArraySlice<UInt8>) -> String? {
        guard document.starts(with: source) else { return nil }
        return String(decoding: document.dropFirst(source.count).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    private static func items(_ body: Value) -> [Value] {
        body["kind"]?.string == "List" ? body["items"]?.list ?? [] : [body]
    }

    private static func object(_ body: Value, template: String, namespace: String) -> KubernetesObject? {
        guard let kind = body["kind"]?.string, let version = body["apiVersion"]?.string else { return nil }
        let own = body["metadata", "namespace"]?.string
        let parts = version.exact.split(at: "/")
        let identity = ObjectIdentity(
            group: parts.count > 1 ? parts[0].text : "", kind: kind,
            namespace: own == namespace ? nil : own, name: body["metadata", "name"]?.string ?? "")
        return KubernetesObject(
            identity: identity, section: section(of: body, template: template, isElsewhere: identity.namespace != nil),
            template: template, body: body)
    }

    private static func section(
        of body: Value, template: String, isElsewhere: Bool
    ) -> KubernetesObject.Section {
        if let hook = body["metadata", "annotations", "helm.sh/hook"]?.string {
            return hook.split(separator: ",").contains { $0.contains("test") } ? .test : .hook
        }
        if FleetPath.names(in: template).contains("crds") { return .definition }
        return isElsewhere ? .elsewhere : .release
    }
}

/// A part of what helm rendered is no YAML.
package struct ManifestError: Error, Equatable, CustomStringConvertible {
    let template: String
    /// Of the document, from 1.
    let line: Int

    package var description: String { "what \(template.printable) renders is no YAML, in line \(line) of its output" }
}
