/// A thing that an archive would put into a folder.
struct ImportItem {
    /// Below the folder.
    let path: [UInt8]
    let member: FoundMember
    /// Its place among the members.
    let number: Int
}
