enum OpenedFile {
    case file(Descriptor, FileVersion)
    case missing(FileState)
}
