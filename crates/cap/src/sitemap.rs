//! Every address of the product, and what each needs. Nothing else adds one.

use crate::{
    accounts::{deeds::*, pages as accounts},
    attendance::pages as attendance,
    help, home,
    learners::pages as learners,
    notices::pages as notices,
    public,
};
use platform::{
    access::{Anyone, HalfwayIn, SignedIn},
    web::{Sitemap, at, needs},
};

/// All of them.
#[rustfmt::skip]
pub fn sitemap() -> Sitemap {
    Sitemap(vec![
        // Public
        at("/").get(public::start, needs(Anyone)),
        at("/help").get(public::help, needs(Anyone)),
        at("/contact").get(public::contact, needs(Anyone)),
        at("/terms").get(accounts::terms_page, needs(Anyone)),
        at("/assets/{*path}").get(public::asset, needs(Anyone)),
        at("/brand.css").get(public::brand, needs(Anyone)),
        at("/logo").get(public::logo, needs(Anyone)),
        at("/healthz").get(public::health, needs(Anyone)),
        at("/readyz").get(public::ready, needs(Anyone)),

        // Signing in
        at("/sign-in").get(accounts::sign_in_page, needs(Anyone)).post_in_steps(accounts::sign_in, needs(Anyone)),
        at("/sign-in/terms").get(accounts::accept_terms_page, needs(HalfwayIn)).post(accounts::accept_terms, needs(HalfwayIn)),
        at("/forgot-password").get(accounts::forgot_password_page, needs(Anyone)).post(accounts::forgot_password, needs(Anyone)),
        at("/links/{token}").get(accounts::new_password_page, needs(Anyone)).post_in_steps(accounts::new_password, needs(Anyone)),
        at("/sign-out").post(accounts::sign_out, needs(SignedIn)),

        // My account
        at("/account").get(accounts::account_page, needs(SignedIn)),
        at("/account/password").post_in_steps(accounts::change_password, needs(SignedIn)),
        at("/account/organisation").post(accounts::switch_organisation, needs(SignedIn)),
        at("/account/sessions/{session}/ending").post(accounts::end_session, needs(SignedIn)),
        at("/account/sign-out-everywhere").post(accounts::sign_out_everywhere, needs(SignedIn)),
        at("/kept/{form}").get(accounts::kept_page, needs(SignedIn)),

        // Administration: accounts
        at("/admin/organisations").get(accounts::organisations_page, needs(ManageOrganisations)),
        at("/admin/organisations/new").get(accounts::new_organisation_page, needs(ManageOrganisations)).post(accounts::add_organisation, needs(ManageOrganisations)),
        at("/admin/organisations/{organisation}").get(accounts::organisation_page, needs(ManageOrganisations)).post(accounts::change_organisation, needs(ManageOrganisations)),
        at("/admin/organisations/{organisation}/ending").post(accounts::end_organisation, needs(ManageOrganisations)),
        at("/admin/people").get(accounts::people_page::<ManagePeople>, needs(ManagePeople)),
        at("/admin/people/search").post(accounts::search_people::<ManagePeople>, needs(ManagePeople)),
        at("/admin/people/new").get(accounts::new_person_page::<ManagePeople>, needs(ManagePeople)).post(accounts::add_person::<ManagePeople>, needs(ManagePeople)),
        at("/admin/people/{person}").get(accounts::person_page::<ManagePeople>, needs(ManagePeople)).post(accounts::change_person::<ManagePeople>, needs(ManagePeople)),
        at("/admin/people/{person}/memberships").post(accounts::give_membership::<ManagePeople>, needs(ManagePeople)),
        at("/admin/people/{person}/memberships/{membership}/ending").post(accounts::end_membership::<ManagePeople>, needs(ManagePeople)),
        at("/admin/people/{person}/invitation").post(accounts::invite_person::<ManagePeople>, needs(ManagePeople)),
        at("/admin/people/{person}/ending").post(accounts::end_person::<ManagePeople>, needs(ManagePeople)),
        at("/clm/staff").get(accounts::people_page::<ManageOwnStaff>, needs(ManageOwnStaff)),
        at("/clm/staff/search").post(accounts::search_people::<ManageOwnStaff>, needs(ManageOwnStaff)),
        at("/clm/staff/new").get(accounts::new_person_page::<ManageOwnStaff>, needs(ManageOwnStaff)).post(accounts::add_person::<ManageOwnStaff>, needs(ManageOwnStaff)),
        at("/clm/staff/{person}").get(accounts::person_page::<ManageOwnStaff>, needs(ManageOwnStaff)).post(accounts::change_person::<ManageOwnStaff>, needs(ManageOwnStaff)),
        at("/clm/staff/{person}/memberships").post(accounts::give_membership::<ManageOwnStaff>, needs(ManageOwnStaff)),
        at("/clm/staff/{person}/memberships/{membership}/ending").post(accounts::end_membership::<ManageOwnStaff>, needs(ManageOwnStaff)),
        at("/clm/staff/{person}/invitation").post(accounts::invite_person::<ManageOwnStaff>, needs(ManageOwnStaff)),
        at("/clm/staff/{person}/ending").post(accounts::end_person::<ManageOwnStaff>, needs(ManageOwnStaff)),
        at("/clm/directory").get(accounts::directory_page, needs(ViewDirectory)),
        at("/admin/settings").get(accounts::settings_page, needs(ManageSettings)).post(accounts::change_settings, needs(ManageSettings)),
        at("/admin/terms-and-conditions").get(accounts::manage_terms_page, needs(ManageSettings)).post(accounts::publish_terms, needs(ManageSettings)),
        at("/admin/jobs").get(accounts::jobs_page, needs(ManageJobs)),
        at("/admin/jobs/{job}/retry").post(accounts::retry_job, needs(ManageJobs)),
        at("/admin/audit").get(accounts::audit_page, needs(ReadAudit)),

        // Home and notices
        at("/clm").get(home::home, needs(UseClm)),
        at("/clm/announcements").get(notices::announcements, needs(PostAnnouncements)).post(notices::publish_announcement, needs(PostAnnouncements)),
        at("/clm/announcements/new").get(notices::new_announcement, needs(PostAnnouncements)),
        at("/clm/announcements/{announcement}").get(notices::announcement_page, needs(PostAnnouncements)).post(notices::change_announcement, needs(PostAnnouncements)),
        at("/clm/announcements/{announcement}/withdrawal").post(notices::withdraw_announcement, needs(PostAnnouncements)),
        at("/clm/notifications").get(notices::notifications, needs(UseClm)),
        at("/clm/notifications/reading").post(notices::read_notifications, needs(UseClm)),
        at("/clm/notifications/{notification}/reading").post(notices::read_notification, needs(UseClm)),
        at("/clm/help").get(help::index, needs(UseClm)),
        at("/clm/help/{guide}").get(help::guide, needs(UseClm)),

        // Learners, cohorts, terms
        at("/clm/cohorts/{cohort}/timetable").get(attendance::timetable_page, needs(ViewCohorts)),
        at("/clm/cohorts/{cohort}/timetable/new").get(attendance::new_slot_page, needs(ManageCohorts)).post(attendance::add_slot, needs(ManageCohorts)),
        at("/clm/cohorts/{cohort}/timetable/{slot}").get(attendance::slot_page, needs(ManageCohorts)).post(attendance::change_slot, needs(ManageCohorts)),
        at("/clm/cohorts/{cohort}/timetable/{slot}/ending").post(attendance::end_slot, needs(ManageCohorts)),
        at("/clm/cohorts/{cohort}/lessons").get(attendance::lessons_page, needs(ViewCohorts)),
        at("/clm/cohorts/{cohort}/lessons/new").get(attendance::new_lesson_page, needs(ChangeLessons)).post(attendance::add_lesson, needs(ChangeLessons)),
        at("/clm/lessons/{lesson}/change").get(attendance::lesson_page, needs(ChangeLessons)).post(attendance::change_lesson, needs(ChangeLessons)),
        at("/clm/lessons/{lesson}/cancellation").post(attendance::cancel_lesson, needs(ChangeLessons)),
        at("/clm/lessons/{lesson}/restoration").post(attendance::restore_lesson, needs(ChangeLessons)),
        at("/clm/learners/{learner}/placing/new").get(attendance::placing_page, needs(ManageLearners)).post(attendance::place, needs(ManageLearners)),
        at("/clm/training-records/{record}/ending").get(attendance::ending_page, needs(ManageLearners)).post(attendance::end_placing, needs(ManageLearners)),
        at("/clm/training-records/{record}/reopening").post(attendance::reopen_placing, needs(ManageLearners)),
        at("/clm/training-records/{record}/group").get(attendance::group_page, needs(ManageLearners)).post(attendance::change_group, needs(ManageLearners)),
        at("/admin/terms").get(attendance::terms_page_of_service, needs(ManageTerms)),
        at("/admin/terms/{organisation}").get(attendance::terms_page_of, needs(ManageTerms)),
        at("/admin/terms/{organisation}/terms/new").get(attendance::new_stretch_page::<attendance::OfTerms>, needs(ManageTerms)).post(attendance::add_stretch::<attendance::OfTerms>, needs(ManageTerms)),
        at("/admin/terms/{organisation}/terms/{term}").get(attendance::stretch_page::<attendance::OfTerms>, needs(ManageTerms)).post(attendance::change_stretch::<attendance::OfTerms>, needs(ManageTerms)),
        at("/admin/terms/{organisation}/terms/{term}/removal").post(attendance::remove_stretch::<attendance::OfTerms>, needs(ManageTerms)),
        at("/admin/terms/{organisation}/closures/new").get(attendance::new_stretch_page::<attendance::OfClosures>, needs(ManageTerms)).post(attendance::add_stretch::<attendance::OfClosures>, needs(ManageTerms)),
        at("/admin/terms/{organisation}/closures/{closure}").get(attendance::stretch_page::<attendance::OfClosures>, needs(ManageTerms)).post(attendance::change_stretch::<attendance::OfClosures>, needs(ManageTerms)),
        at("/admin/terms/{organisation}/closures/{closure}/removal").post(attendance::remove_stretch::<attendance::OfClosures>, needs(ManageTerms)),
        at("/clm/learners").get(learners::learners_page, needs(ManageLearners)),
        at("/clm/learners/searches").post(learners::search_learners, needs(ManageLearners)),
        at("/clm/learners/new").get(learners::new_learner_page, needs(ManageLearners)).post(learners::make_learner, needs(ManageLearners)),
        at("/clm/learners/{learner}").get(learners::learner_page, needs(ManageLearners)),
        at("/clm/learners/{learner}/details").get(learners::learner_details_page, needs(ManageLearners)).post(learners::change_learner_details, needs(ManageLearners)),
        at("/clm/learners/{learner}/care").get(learners::learner_care_page, needs(ManageLearners)).post(learners::change_learner_care, needs(ManageLearners)),
        at("/clm/learners/{learner}/contacts").get(learners::learner_contacts_page, needs(ManageLearners)).post(learners::change_learner_contacts, needs(ManageLearners)),
        at("/clm/cohorts").get(learners::cohorts_page, needs(ViewCohorts)),
        at("/clm/cohorts/new").get(learners::new_cohort_page, needs(ManageCohorts)).post(learners::make_cohort, needs(ManageCohorts)),
        at("/clm/cohorts/{cohort}").get(learners::cohort_page, needs(ViewCohorts)),
        at("/clm/cohorts/{cohort}/details").get(learners::cohort_details_page, needs(ManageCohorts)).post(learners::change_cohort, needs(ManageCohorts)),
        at("/clm/cohorts/{cohort}/groups").post(learners::add_group, needs(ManageCohorts)),
        at("/clm/cohorts/{cohort}/groups/{group}").get(learners::group_page, needs(ManageCohorts)).post(learners::rename_group, needs(ManageCohorts)),

        // Attendance: registers
        at("/clm/registers/{lesson}").get(attendance::register_page, needs(ViewRegisters)).post(attendance::save, needs(MarkRegister)),
        at("/clm/registers/{lesson}/edit").get(attendance::edit_page, needs(MarkRegister)),
        at("/clm/registers/{lesson}/decisions").get(attendance::decide_page, needs(DecideAbsence)).post(attendance::decide, needs(DecideAbsence)),

        at("/clm/registers/{lesson}/history").get(attendance::history_page, needs(ViewRegisters)),
        at("/clm/registers/{lesson}/unexpected").get(attendance::unexpected_page, needs(MarkRegister)).post(attendance::add_unexpected, needs(MarkRegister)),
        at("/clm/registers/{lesson}/cover").get(attendance::cover_page, needs(MarkRegister)).post(attendance::set_cover, needs(MarkRegister)),

        // Attendance: absences
        at("/clm/absences").get(attendance::absences_page, needs(DecideAbsence)),
        at("/clm/absences/decisions").post(attendance::decide_many, needs(DecideAbsence)),
        at("/clm/absences/undoing/{batch}").post(attendance::undo_decisions, needs(DecideAbsence)),
        at("/clm/planned-absences").get(attendance::planned_page, needs(PlanAbsence)).post(attendance::add_plan, needs(PlanAbsence)),
        at("/clm/planned-absences/new").get(attendance::new_plan_page, needs(PlanAbsence)),
        at("/clm/planned-absences/searching").post(attendance::search_plannable, needs(PlanAbsence)),
        at("/clm/planned-absences/{planned}/withdrawing").post(attendance::withdraw_plan, needs(PlanAbsence)),
        at("/admin/attendance-codes").get(attendance::codes_page, needs(ManageSettings)).post(attendance::add_code, needs(ManageSettings)),
        at("/admin/attendance-codes/{code}").get(attendance::code_page, needs(ManageSettings)).post(attendance::change_code, needs(ManageSettings)),

        // Attendance: summaries
        at("/clm/registers").get(attendance::registers_page, needs(ViewRegisters)),
        at("/clm/today").get(attendance::today_page, needs(ViewRegisters)),
        at("/clm/entries").get(attendance::entries_page, needs(ViewRegisters)),
        at("/clm/attendance/month").get(attendance::month_page, needs(ViewSummaries)),
        at("/clm/attendance/month.csv").get(attendance::month_csv, needs(ViewSummaries)),
        at("/clm/attendance/month.xlsx").get(attendance::month_xlsx, needs(ViewSummaries)),
        at("/clm/attendance/by-cohort").get(attendance::by_cohort_page, needs(ViewSummaries)),
        at("/clm/attendance/by-cohort.csv").get(attendance::by_cohort_csv, needs(ViewSummaries)),
        at("/clm/attendance/by-cohort.xlsx").get(attendance::by_cohort_xlsx, needs(ViewSummaries)),
        at("/clm/attendance/by-learner").get(attendance::by_learner_page, needs(ViewSummaries)),
        at("/clm/attendance/by-learner.csv").get(attendance::by_learner_csv, needs(ViewSummaries)),
        at("/clm/attendance/by-learner.xlsx").get(attendance::by_learner_xlsx, needs(ViewSummaries)),
        at("/clm/attendance/by-date").get(attendance::by_date_page, needs(ViewSummaries)),
        at("/clm/attendance/by-date.csv").get(attendance::by_date_csv, needs(ViewSummaries)),
        at("/clm/attendance/by-date.xlsx").get(attendance::by_date_xlsx, needs(ViewSummaries)),
    ])
}
