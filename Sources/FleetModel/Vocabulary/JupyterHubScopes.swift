/// The scopes that roles can give, without their filters.
enum JupyterHubScopes {
    static let names = SettingTable.packaged.scopes
}
