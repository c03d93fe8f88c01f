/// Names as the system's calls take them.
enum CString {
    static func with<Result>(_ bytes: some Collection<UInt8>, _ body: (UnsafePointer<CChar>) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: bytes.count + 1) { buffer in
            var end = 0
            for byte in bytes {
                buffer[end] = CChar(bitPattern: byte)
                end += 1
            }
            buffer[end] = 0
            // A temporary allocation always has an address.
            return body(UnsafePointer(buffer.baseAddress ?? UnsafeMutablePointer(bitPattern: 1).unsafelyUnwrapped))
        }
    }
}
