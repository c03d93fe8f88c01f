import FleetModel
import Texts

/// The place of the template that a field of an object comes from, for what no value causes.
struct TemplatePlace: Sendable {
    let request: ReleaseRenderer.Request
    let state: RenderState
    let release: Release

    /// - Parameter fault: what is wrong.
    /// - Returns: the line of the template that looks most like the field; where the template is not in the fleet, the
    ///   archive that it is in, or the chart.
    func place(of fault: ObjectFault) async -> SourceLocation {
        let chart = SourceLocation(file: "\(Charts.folder)/\(release.chart.value)/Chart.yaml")
        guard let object = fault.object else { return chart }
        // The first part is the name of the chart, which need not be that of its folder.
        let path = FleetPath.names(in: object.template).dropFirst().joined(separator: "/")
        if case .file(let file)? = request.chart.files[path.exact] {
            guard let bytes = await state.contents(file) else { return SourceLocation(file: file) }
            return SourceLocation(file: file, line: Self.line(of: fault, object, in: bytes), column: 1)
        }
        let parts = FleetPath.names(in: path)
        guard parts.count > 2, parts[0] == "charts" else { return chart }
        let archive = request.chart.files.first { name, _ in
            name.hasPrefix("charts/") && String(name.text.dropFirst(7)).isChart(parts[1]) && name.hasSuffix(".tgz")
        }
        switch archive?.value {
        case .file(let file), .borrowed(let file): return SourceLocation(file: file)
        case .archive, .stub, nil: return chart
        }
    }

    /// The first line with the key and what stands behind it, else with what stands there, else with the key; else the first.
    private static func line(of fault: ObjectFault, _ object: KubernetesObject, in bytes: [UInt8]) -> Int {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        let keys = fault.path.steps.compactMap { step -> String? in
            if case .key(let key) = step { key } else { nil }
        }
        guard let key = keys.last else { return 1 }
        let text = object.body[fault.path].flatMap { $0.scalarText } ?? ""
        func index(_ isMeant: (String) -> Bool) -> Int? { lines.firstIndex(where: isMeant).map { $0 + 1 } }
        let both = text.isEmpty ? nil : index { $0.has("\(key):") && $0.has(text) }
        let value = text.utf8.count < 4 ? nil : index { $0.has(text) }
        let container = fault.containerName(in: object).flatMap { name in index { $0.has("name: \(name)") } }
        return both ?? value ?? container ?? index { $0.has("\(key):") } ?? 1
    }
}

extension String {
    fileprivate func has(_ part: String) -> Bool { exact.rest(behind: part.exact) != nil }
}

extension ObjectFault {
    /// The name of the container that the path leads into.
    fileprivate func containerName(in object: KubernetesObject) -> String? {
        guard let index = path.steps.firstIndex(where: { $0 == .key("containers") || $0 == .key("initContainers") }),
            path.steps.indices.contains(index + 1)
        else { return nil }
        return object.body[ValuePath(Array(path.steps[...(index + 1)]))]?["name"]?.string
    }
}
