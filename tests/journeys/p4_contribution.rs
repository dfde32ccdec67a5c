//! P4: right of the marks the upper button raises the contribution, the lower one lowers it, x clears.

use crate::{
    browser::JavaScript,
    served::{ANA, CARA, Served},
};

async fn set_contributions(javascript: JavaScript) {
    let served = Served::start().await;
    let tutor = served.tutor(javascript).await;
    tutor.click("Edit").await;
    let (ana, cara) = (format!("Contribution of {ANA}"), format!("Contribution of {CARA}"));
    tutor.see_value(&ana, "0").await;
    tutor.row(ANA).choose("Present").await;
    tutor.row(CARA).choose("Late").await;
    match javascript {
        JavaScript::On => {
            let (raise, lower) =
                (format!("Raise contribution of {ANA}"), format!("Lower contribution of {ANA}"));
            for level in ["1", "2", "2"] {
                tutor.click(&raise).await;
                tutor.see_value(&ana, level).await;
            }
            for level in ["1", "0", "-1", "-2", "-2"] {
                tutor.click(&lower).await;
                tutor.see_value(&ana, level).await;
            }
            tutor.press("x").await;
            tutor.see_value(&ana, "").await;
            tutor.click(&raise).await;
            tutor.click(&format!("Lower contribution of {CARA}")).await;
        }
        JavaScript::Off => {
            tutor.pick(&ana, "x none").await;
            tutor.pick(&ana, "+1 above standard").await;
            tutor.pick(&cara, "−1 below standard").await;
        }
    }
    tutor.is_sound().await;
    tutor.click("Save").await;
    tutor.see("The register is complete").await;
    tutor.row(ANA).see("+1").await;
    tutor.row(CARA).see("−1").await;
}

#[tokio::test]
async fn with_scripts() {
    set_contributions(JavaScript::On).await;
}

#[tokio::test]
async fn without_scripts() {
    set_contributions(JavaScript::Off).await;
}
