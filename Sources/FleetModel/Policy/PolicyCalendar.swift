/// Dates and periods: the part `calendar` of the policy. Days are calendar days unless they are business days.
package struct PolicyCalendar: Sendable {
    /// The name of the time zone in the tz database.
    package let timeZone: Setting<String>
    package let businessDays: Setting<PolicyList<Weekday>>
    /// Days that are no business days.
    package let holidays: Setting<PolicyList<CalendarDate>>
    /// The first day of any one iteration; all others are counted from it.
    package let iterationStart: Setting<CalendarDate>
    package let iterationDays: Setting<Int>
    package let supportResponseBusinessDays: Setting<Int>
    package let securityPatchDays: Setting<Int>
    package let renewalNoticeDays: Setting<Int>
    /// Days before the end of an agreement, of which each has a letter; 0 is the last day.
    package let endNoticeDays: Setting<PolicyList<Int>>

    package enum Weekday: String, Sendable, CaseIterable {
        case monday, tuesday, wednesday, thursday, friday, saturday, sunday
    }

    init(_ policy: PolicyPart) {
        timeZone = policy["time_zone"]
        businessDays = policy["business_days"]
        holidays = policy["holidays"]
        iterationStart = policy["iteration_start"]
        iterationDays = policy["iteration_days"]
        supportResponseBusinessDays = policy["support_response_business_days"]
        securityPatchDays = policy["security_patch_days"]
        renewalNoticeDays = policy["renewal_notice_days"]
        endNoticeDays = policy["end_notice_days"]
    }
}
