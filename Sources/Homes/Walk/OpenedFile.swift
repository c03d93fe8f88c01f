/// A file of a home that was to be opened: the open file with its version, or why there is none.
enum OpenedFile {
    case file(Descriptor, FileVersion)
    case missing(FileState)
}
