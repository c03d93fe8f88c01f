import FleetModel
import FleetTesting
import Provisioning
import Testing

/// Values files of another system with the keys of Hubfleet's charts.
@Suite(.tags(.small))
struct KeyTranslationTests {
    private func translate(_ text: String, canChange: Bool = true) -> KeyTranslation {
        KeyTranslation(text, file: "a.yaml", changes: KeyChange.basehub, canChange: canChange)
    }

    @Test func renamesWhereTheKeyStandsAndLeavesTheRest() {
        let translation = translate(
            """
            # Ours
            jupyterhub:
              custom:
                2i2c: # the staff
                  add_staff_user_ids_to_admin_users: true
                  "add_staff_user_ids_of_type": "github"
                other: {2i2c: 1}
            inClusterNFS: {enabled: true, size: 1Gi}
            """)
        #expect(
            translation.text == """
                # Ours
                jupyterhub:
                  custom:
                    staff: # the staff
                      enabled: true
                      idType: "github"
                    other: {2i2c: 1}
                homeStorageClass: {enabled: true, size: 1Gi}
                """)
        #expect(translation.steps.map(\.isDone) == [true, true, true, true])
    }

    @Test func looksBelowBasehubAsWell() {
        let translation = translate("basehub:\n  inClusterNFS:\n    enabled: true\n")
        #expect(translation.text == "basehub:\n  homeStorageClass:\n    enabled: true\n")
        #expect(translation.steps.map(\.path) == ["basehub.inClusterNFS"])
        #expect(translation.steps.first?.place == SourceLocation(file: "a.yaml", line: 2, column: 3))
    }

    @Test func leavesThePoliciesOfBuildsToTheChart() {
        let translation = translate("binderhub-service:\n  enabled: true\n  networkPolicy:\n    enabled: true\n")
        #expect(translation.text == "binderhub-service:\n  enabled: true\n")
        #expect(translation.steps.map(\.path) == ["binderhub-service.networkPolicy.enabled"])
    }

    @Test func takesAKeyOutWithAnEmptyParent() {
        let translation = translate(
            """
            nfs:
              enabled: true
              dirsizeReporter:
                # slow
                reportTotalSize: true

              # the volume
              pv:
                enabled: true
            """)
        #expect(
            translation.text == """
                nfs:
                  enabled: true

                  # the volume
                  pv:
                    enabled: true
                """)
    }

    @Test func takesOneOfSeveralKeysOut() {
        let translation = translate(
            "nfs:\n  dirsizeReporter:\n    reportTotalSize: true\n    enabled: true\n")
        #expect(translation.text == "nfs:\n  dirsizeReporter:\n    enabled: true\n")
    }

    @Test func takesAKeyOutOfBraces() {
        let flow = "nfs: {dirsizeReporter: {reportTotalSize: true, enabled: true}} # on\n"
        #expect(translate(flow).text == "nfs: {dirsizeReporter: {enabled: true}} # on\n")
        #expect(translate(flow).steps.map(\.isDone) == [true])
    }

    @Test func leavesToPeopleWhatTheTextDoesNotAllow() {
        let flow = "nfs: {dirsizeReporter: {enabled: true, reportTotalSize:\n  true}}\n"
        #expect(translate(flow).text == flow)
        #expect(translate(flow).steps.map(\.isDone) == [false])
        let sealed = "inClusterNFS:\n  enabled: ENC[x]\n"
        #expect(translate(sealed, canChange: false).text == sealed)
        #expect(translate(sealed, canChange: false).steps.map(\.isDone) == [false])
        let names = "jupyterhub:\n  custom:\n    2i2c:\n      staff_github_ids: [a]\n"
        #expect(translate(names).steps.map(\.isDone) == [true, false])
    }

    @Test func leavesBrokenFilesAlone() {
        #expect(translate("a: [\n").text == "a: [\n")
        #expect(translate("").text == "")
    }
}
