import ArgumentParser
import FleetModel

extension ValuePath {
    /// - Throws: `ValidationError` when the text is no path.
    static func parsed(_ text: String) throws -> ValuePath {
        guard let path = ValuePath(text) else {
            throw ValidationError(
                "\"\(text)\" is no path; write keys with dots between, such as jupyterhub.cull.timeout")
        }
        return path
    }
}
