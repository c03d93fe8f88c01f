import Foundation

/// The names in a folder, in the order of their bytes; a few bytes for each, because a folder may hold millions.
struct NameList {
    private var bytes: [UInt8] = []
    private var starts: [UInt32] = []

    var count: Int { starts.count }

    /// Lists a folder.
    ///
    /// - Parameter folder: its descriptor.
    /// - Throws: `SystemError`.
    init(_ folder: Int32) throws(SystemError) {
        // The stream owns its descriptor, and one that was copied would share its place.
        let own = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard own >= 0 else { throw SystemError("openat") }
        guard let stream = fdopendir(own) else {
            let error = SystemError("fdopendir")
            close(own)
            throw error
        }
        defer { closedir(stream) }
        var isTooLong = false
        // The end of a folder and a failure are told apart by this alone.
        errno = 0
        while !isTooLong, let item = readdir(stream) {
            withUnsafeBytes(of: &item.pointee.d_name) { name in
                let name = name.prefix { $0 != 0 }
                // Places are kept in 32 bits.
                guard bytes.count < Int(UInt32.max) - 256 else {
                    isTooLong = true
                    return
                }
                if !name.elementsEqual([0x2E]), !name.elementsEqual([0x2E, 0x2E]) {
                    starts.append(UInt32(bytes.count))
                    bytes.append(contentsOf: name)
                    bytes.append(0)
                }
            }
            errno = 0
        }
        let number = isTooLong ? EOVERFLOW : errno
        guard number == 0 else { throw SystemError("readdir", number: number) }
        sort()
    }

    subscript(index: Int) -> ArraySlice<UInt8> {
        bytes[Int(starts[index])...].prefix { $0 != 0 }
    }

    private mutating func sort() {
        bytes.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return }
            // Names end with zero, so strcmp sees each alone; it compares bytes without a sign.
            base.withMemoryRebound(to: CChar.self, capacity: bytes.count) { base in
                starts.sort { strcmp(base + Int($0), base + Int($1)) < 0 }
            }
        }
    }
}
