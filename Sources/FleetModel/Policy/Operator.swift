/// The operator of the hubs: the part `operator` of the policy.
///
/// Most of it has no default. What is made of a key that is absent, its description in the schema says.
package struct Operator: Sendable {
    package let name: Setting<String>
    package let url: Setting<String>
    package let logoURL: Setting<String>
    /// The domain below which communities get their hubs.
    package let domain: Setting<String>
    package let fiscalSponsor: Setting<String>
    /// Who signs letters.
    package let team: Setting<String>
    package let supportAddress: Setting<String>
    package let documentationURL: Setting<String>
    package let imagesURL: Setting<String>
    package let trainingURL: Setting<String>
    package let forumURL: Setting<String>
    /// The git repository with the template of home pages.
    package let homePageRepository: Setting<String>
    package let homePageBranch: Setting<String>
    package let awsBillingAccount: Setting<String>
    package let gcpBillingAccount: Setting<String>
    package let azureBillingAccount: Setting<String>
    /// The operator's people on GitHub, as `ORGANIZATION:TEAM`.
    package let staffGitHubTeam: Setting<String>
    package let staffGitHubIDs: Setting<PolicyList<String>>
    package let staffEmails: Setting<PolicyList<String>>

    init(_ policy: PolicyPart) {
        name = policy["name"]
        url = policy["url"]
        logoURL = policy["logo_url"]
        domain = policy["domain"]
        fiscalSponsor = policy["fiscal_sponsor"]
        team = policy["team"]
        supportAddress = policy["support_address"]
        documentationURL = policy["documentation_url"]
        imagesURL = policy["images_url"]
        trainingURL = policy["training_url"]
        forumURL = policy["forum_url"]
        homePageRepository = policy["home_page", "repository_url"]
        homePageBranch = policy["home_page", "branch"]
        awsBillingAccount = policy["billing_accounts", "aws"]
        gcpBillingAccount = policy["billing_accounts", "gcp"]
        azureBillingAccount = policy["billing_accounts", "azure"]
        staffGitHubTeam = policy["staff", "github_team"]
        staffGitHubIDs = policy["staff", "github_ids"]
        staffEmails = policy["staff", "emails"]
    }
}
