/// The people of the operator that a chart makes administrators, and the team of theirs that it lets in.
///
/// The chart basehub does so with `custom.staff`; charts of other operators do with a block of their own name below
/// `custom`, whose keys are older. Where `custom.staff` is, the chart reads nothing else. Source: `staff.py` of basehub.
package struct StaffFacts: Sendable {
    /// The names that become administrators; nil when a chart that is not here holds them.
    package let names: NameList?
    /// The GitHub team whose members may log in; absent with any login but GitHub's.
    package let team: Setting<String>
    /// Where the names are set, or else where they are asked for.
    package let place: SourceLocation

    /// Whether names become administrators, as far as can be known.
    package var addsNames: Bool { names.map { !$0.isEmpty } ?? true }

    /// Reads the staff; nil when no chart lets any in.
    ///
    /// - Parameters:
    ///   - custom: the part `custom` of the JupyterHub chart's values.
    ///   - login: how users log in.
    ///   - hasWholeChart: whether the chart is here with all its values.
    init?(_ custom: Value?, login: LoginFacts, hasWholeChart: Bool) {
        if let block = custom?["staff"], block["enabled"] != nil {
            self.init(block, login: login)
        } else {
            let blocks = custom?.map?.map(\.value) ?? []
            guard let block = blocks.first(where: { $0["add_staff_user_ids_to_admin_users"]?.flag == true }) else {
                return nil
            }
            self.init(older: block, hasWholeChart: hasWholeChart)
        }
    }

    /// The keys `enabled`, `idType`, `ids` and `githubTeam`.
    private init?(_ block: Value, login: LoginFacts) {
        guard block["enabled"]?.flag == true else { return nil }
        let ids = block["idType"]?.text.flatMap { block["ids", $0] }
        names = NameList(ids.flatMap { $0.list == nil ? nil : $0 })
        let isGitHub = login.name.value?.lowercased().contains("github") ?? false
        team = Setting(isGitHub ? block["githubTeam"] : nil, path: ["custom", "staff", "githubTeam"])
        place = ids?.location ?? block["enabled"]?.location ?? block.location
    }

    /// The keys `add_staff_user_ids_to_admin_users`, `add_staff_user_ids_of_type`, and `staff_TYPE_ids`.
    private init(older block: Value, hasWholeChart: Bool) {
        let ids = block["add_staff_user_ids_of_type"]?.text.flatMap { block["staff_\($0)_ids"] }
        names = ids == nil && !hasWholeChart ? nil : NameList(ids)
        team = Setting(nil, path: [])
        place = ids?.location ?? block["add_staff_user_ids_to_admin_users"]?.location ?? block.location
    }
}
