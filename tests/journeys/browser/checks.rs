//! What must hold for every page: no axe violation, nothing wider than the screen, a quiet console.

use std::path::Path;
use std::time::Instant;

use serde_json::Value;
use thirtyfour::prelude::*;

use super::{Browser, JavaScript, PATIENCE, PAUSE};

const START_AXE: &str = "window.axeFound = null;
    axe.run(document, { resultTypes: ['violations'], preload: arguments[0] }).then(
        found => { window.axeFound = found.violations; },
        error => { window.axeFound = String(error); });";
const AXE_FOUND: &str = "return window.axeFound;";

/// The selectors of what sticks out at the right of a screen of the given width.
const TOO_WIDE: &str = "const width = arguments[0];
    if (document.documentElement.scrollWidth <= width) return [];
    const scrolls = one => one && (getComputedStyle(one).overflowX !== 'visible' || scrolls(one.parentElement));
    // A word may stick out of an element that does not.
    const end = one => { const box = one.getBoundingClientRect(); return Math.max(box.right, box.left + one.scrollWidth); };
    return [...document.body.querySelectorAll('*')]
        .filter(one => end(one) > width + 1 && !scrolls(one))
        .slice(0, 8)
        .map(one => one.tagName.toLowerCase() + (one.id ? '#' + one.id : '')
            + (one.getAttribute('class') ? '.' + one.getAttribute('class').trim().replace(/\\s+/g, '.') : ''));";

impl Browser {
    /// Fails unless the page is sound: no violation of axe-core's rules, nothing wider than the
    /// screen, no error in the console.
    pub async fn is_sound(&self) {
        self.note("is sound".to_owned());
        let faults = self.faults().await;
        if !faults.is_empty() {
            self.fail(&faults.join("\n")).await;
        }
    }

    /// What keeps the page from being sound.
    pub async fn faults(&self) -> Vec<String> {
        let found = [
            self.axe_faults().await,
            self.width_faults().await,
            self.console_faults().await,
        ];
        let mut faults = Vec::new();
        for found in found {
            faults.extend(self.must(found).await);
        }
        faults
    }

    /// Each violation of axe-core's rules, with its elements.
    async fn axe_faults(&self) -> WebDriverResult<Vec<String>> {
        Ok(match self.violations().await? {
            Value::Array(violations) if violations.is_empty() => Vec::new(),
            Value::Array(violations) => vec![listed(&violations)],
            other => vec![format!("axe could not run: {other}")],
        })
    }

    async fn violations(&self) -> WebDriverResult<Value> {
        let driver = self.driver();
        let scripts_run = self.javascript() == JavaScript::On;
        // What axe would load ahead (style sheets, for a rule about rotation) needs a real clock.
        self.let_timers_fire().await?;
        driver.execute(axe_source(), vec![]).await?;
        driver.execute(START_AXE, vec![scripts_run.into()]).await?;
        let end = Instant::now() + PATIENCE;
        loop {
            let found = driver.execute(AXE_FOUND, vec![]).await?.json().clone();
            if !found.is_null() || Instant::now() > end {
                return Ok(found);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// What makes the page so wide that it must be scrolled sideways.
    async fn width_faults(&self) -> WebDriverResult<Vec<String>> {
        let width = self.screen().size().0;
        let wide: Vec<String> = self.driver().execute(TOO_WIDE, vec![width.into()]).await?.convert()?;
        Ok(if wide.is_empty() {
            wide
        } else {
            vec![format!("wider than {width} pixels: {}", wide.join(", "))]
        })
    }

    /// The console's errors: a script's, or one of the content security policy. Answers such as 404
    /// and 422 are no errors here; a journey that expects another answer sees its page.
    async fn console_faults(&self) -> WebDriverResult<Vec<String>> {
        let is_fault = |level: &str, message: &str| {
            level == "SEVERE" && !message.contains("server responded with a status of")
        };
        let lines = self.driver().browser_log().await?;
        let faults = lines.into_iter().filter(|line| is_fault(&line.level, &line.message));
        Ok(faults.map(|line| format!("the console says: {}", line.message)).collect())
    }
}

/// The axe-core script, as npm installed it beside the assets.
fn axe_source() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/node_modules/axe-core/axe.min.js");
    std::fs::read_to_string(&file).unwrap_or_else(|error| {
        panic!("{}: {error}; run `npm ci --ignore-scripts` in crates/ui", file.display())
    })
}

/// One line a violation, and below it the selectors of its elements.
fn listed(violations: &[Value]) -> String {
    let mut text = format!("{} axe violations", violations.len());
    for violation in violations {
        text += &format!("\n  {}: {}", violation["id"], violation["help"]);
        for node in violation["nodes"].as_array().into_iter().flatten() {
            text += &format!("\n    {}  {}", node["target"], node["html"]);
        }
    }
    text
}
