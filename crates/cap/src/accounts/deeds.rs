//! Which role may do what: the one table. A new role or deed does not compile until every pair of
//! them has been thought about. docs/permissions.md is made from it.

use platform::Role;

platform::deeds! { may;
    /// Open the home page, announcements, notifications and help.
    UseClm,
    /// See the organisations and people one works with.
    ViewDirectory,
    /// See registers, today's attendance and register entries within one's scope.
    ViewRegisters,
    /// See attendance by month and the summaries, and export them.
    ViewSummaries,
    /// Set the provider's marks, contribution, cover, and who turned up unexpected.
    MarkRegister,
    /// Decide whether an absence is authorised.
    DecideAbsence,
    /// Enter absences known beforehand.
    PlanAbsence,
    /// Write attendance notes.
    WriteNotes,
    /// See course cohorts, groups and timetables.
    ViewCohorts,
    /// Move, cancel and restore lessons.
    ChangeLessons,
    /// Make and change courses, cohorts, groups and timetables.
    ManageCohorts,
    /// See and change learners' details, duty of care and contacts, and place them on cohorts.
    ManageLearners,
    /// See training records within one's scope, their reports and exports.
    ViewRecords,
    /// See who looked at a learner.
    SeeReaders,
    /// Write progress reports, assessments and targets.
    WriteProgress,
    /// Enter the grade that a learner achieved.
    EnterGrades,
    /// Tell CAP that something on a training record is wrong.
    AskCorrection,
    /// Accept or refuse corrections.
    DecideCorrection,
    /// Make and change qualifications and their units.
    ManageQualifications,
    /// Set term dates and closures.
    ManageTerms,
    /// Post, change and withdraw announcements.
    PostAnnouncements,
    /// Make and change organisations.
    ManageOrganisations,
    /// Give and end accounts of every organisation.
    ManagePeople,
    /// Give and end accounts of one's own organisation's staff.
    ManageOwnStaff,
    /// Change settings, terms and attendance codes.
    ManageSettings,
    /// See background jobs, and let a failed one run again.
    ManageJobs,
    /// Read the audit.
    ReadAudit,
    /// Send and receive files.
    UseDatalocker,
    /// Send the same files to many organisations at once.
    SendToMany,
    /// See how files are delivered, by organisation, and which are held back.
    OverseeDatalocker,
}

/// Whether this role may do this deed.
pub fn may(role: Role, deed: Deed) -> bool {
    use Role::{
        CapAdministrator, CapStaff, ProviderCoordinator, ProviderDsl, ProviderManager, SchoolAttendance,
        SchoolCoordinator, SchoolDsl, Tutor,
    };
    match deed {
        Deed::UseClm | Deed::ViewDirectory => match role {
            CapAdministrator | CapStaff | SchoolAttendance | SchoolCoordinator | SchoolDsl
            | ProviderManager | Tutor | ProviderCoordinator | ProviderDsl => true,
        },
        Deed::ViewRegisters | Deed::ViewSummaries | Deed::WriteNotes | Deed::ViewRecords => match role {
            CapStaff | SchoolAttendance | SchoolCoordinator | SchoolDsl | ProviderManager | Tutor => true,
            CapAdministrator | ProviderCoordinator | ProviderDsl => false,
        },
        Deed::MarkRegister | Deed::WriteProgress => match role {
            ProviderManager | Tutor => true,
            CapAdministrator | CapStaff | SchoolAttendance | SchoolCoordinator | SchoolDsl
            | ProviderCoordinator | ProviderDsl => false,
        },
        Deed::EnterGrades => match role {
            CapStaff | ProviderManager | Tutor => true,
            CapAdministrator | SchoolAttendance | SchoolCoordinator | SchoolDsl | ProviderCoordinator
            | ProviderDsl => false,
        },
        Deed::DecideAbsence | Deed::PlanAbsence => match role {
            CapStaff | SchoolAttendance | SchoolCoordinator | SchoolDsl => true,
            CapAdministrator | ProviderManager | Tutor | ProviderCoordinator | ProviderDsl => false,
        },
        Deed::SeeReaders => match role {
            CapStaff | SchoolDsl => true,
            CapAdministrator | SchoolAttendance | SchoolCoordinator | ProviderManager | Tutor
            | ProviderCoordinator | ProviderDsl => false,
        },
        Deed::AskCorrection => match role {
            SchoolAttendance | SchoolCoordinator | SchoolDsl | ProviderManager | Tutor => true,
            CapAdministrator | CapStaff | ProviderCoordinator | ProviderDsl => false,
        },
        Deed::ViewCohorts => match role {
            CapStaff | ProviderManager | Tutor => true,
            CapAdministrator | SchoolAttendance | SchoolCoordinator | SchoolDsl | ProviderCoordinator
            | ProviderDsl => false,
        },
        Deed::UseDatalocker => match role {
            CapStaff | SchoolCoordinator | SchoolDsl | ProviderCoordinator | ProviderDsl => true,
            CapAdministrator | SchoolAttendance | ProviderManager | Tutor => false,
        },
        Deed::ChangeLessons => match role {
            CapStaff | ProviderManager => true,
            CapAdministrator | SchoolAttendance | SchoolCoordinator | SchoolDsl | Tutor
            | ProviderCoordinator | ProviderDsl => false,
        },
        Deed::ManageCohorts
        | Deed::ManageLearners
        | Deed::ManageQualifications
        | Deed::DecideCorrection
        | Deed::SendToMany
        | Deed::OverseeDatalocker => match role {
            CapStaff => true,
            CapAdministrator | SchoolAttendance | SchoolCoordinator | SchoolDsl | ProviderManager | Tutor
            | ProviderCoordinator | ProviderDsl => false,
        },
        Deed::ManageTerms | Deed::PostAnnouncements | Deed::ManageOrganisations | Deed::ManagePeople => {
            match role {
                CapAdministrator | CapStaff => true,
                SchoolAttendance | SchoolCoordinator | SchoolDsl | ProviderManager | Tutor
                | ProviderCoordinator | ProviderDsl => false,
            }
        }
        Deed::ManageOwnStaff => match role {
            ProviderManager => true,
            CapAdministrator | CapStaff | SchoolAttendance | SchoolCoordinator | SchoolDsl | Tutor
            | ProviderCoordinator | ProviderDsl => false,
        },
        Deed::ManageSettings | Deed::ManageJobs | Deed::ReadAudit => match role {
            CapAdministrator => true,
            CapStaff | SchoolAttendance | SchoolCoordinator | SchoolDsl | ProviderManager | Tutor
            | ProviderCoordinator | ProviderDsl => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use platform::access::Side;

    /// What must not change even when docs/permissions.md is made anew (PRODUCT.md §1, §4.2).
    #[test]
    fn no_side_does_what_is_the_others() {
        for role in Role::ALL {
            let never: &[Deed] = match (role, role.side()) {
                (Role::CapAdministrator, _) => &[
                    Deed::ViewRegisters,
                    Deed::ViewSummaries,
                    Deed::MarkRegister,
                    Deed::DecideAbsence,
                    Deed::PlanAbsence,
                    Deed::WriteNotes,
                    Deed::ViewCohorts,
                    Deed::ManageLearners,
                    Deed::ViewRecords,
                ],
                (_, Side::Service) => &[Deed::MarkRegister, Deed::ManageSettings, Deed::ReadAudit],
                (_, Side::School) => &[
                    Deed::MarkRegister,
                    Deed::ChangeLessons,
                    Deed::ManageLearners,
                    Deed::WriteProgress,
                    Deed::DecideCorrection,
                ],
                (_, Side::Provider) => &[
                    Deed::DecideAbsence,
                    Deed::PlanAbsence,
                    Deed::ManageLearners,
                    Deed::DecideCorrection,
                ],
            };
            for deed in never {
                assert!(!may(role, *deed), "{role:?} must never {deed:?}");
            }
        }
    }
}
