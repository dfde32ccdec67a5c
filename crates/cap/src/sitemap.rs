//! Every address of the product, and what each needs. Nothing else adds one.

use crate::{
    accounts::{deeds::*, pages as accounts},
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

        // Home and notices
        at("/clm").get(notices::home, needs(UseClm)),

        // Learners, cohorts, terms
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

        // Attendance: absences

        // Attendance: summaries
    ])
}
