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
    return [...document.body.querySelectorAll('*')]
        .filter(one => one.getBoundingClientRect().right > width + 1)
        .slice(0, 8)
        .map(one => one.tagName.toLowerCase() + (one.id ? '#' + one.id : '')
            + (one.getAttribute('class') ? '.' + one.getAttribute('class').trim().replace(/\\s+/g, '.') : ''));";

impl Browser {
    /// Fails unless the page is sound: [`axe`](Self::axe), [`fits`](Self::fits) and
    /// [`console_is_quiet`](Self::console_is_quiet).
    pub async fn is_sound(&self) {
        self.axe().await;
        self.fits().await;
        self.console_is_quiet().await;
    }

    /// Runs axe-core with all its rules over the page; fails with each violation and its elements.
    pub async fn axe(&self) {
        self.note("axe".to_owned());
        match self.must(self.violations().await).await {
            Value::Array(violations) if violations.is_empty() => {}
            Value::Array(violations) => self.fail(&listed(&violations)).await,
            other => self.fail(&format!("axe could not run: {other}")).await,
        }
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

    /// Fails when the page must be scrolled sideways.
    pub async fn fits(&self) {
        self.note("fits the screen".to_owned());
        let width = self.screen().size().0;
        let found = self.must(self.driver().execute(TOO_WIDE, vec![width.into()]).await).await;
        let wide = found.json();
        if wide.as_array().is_none_or(|wide| !wide.is_empty()) {
            self.fail(&format!("wider than {width} pixels: {wide}")).await;
        }
    }

    /// Fails when the console holds an error: a script's, or one of the content security policy.
    /// Answers such as 404 and 422 are no errors here; a journey that expects another answer sees its page.
    pub async fn console_is_quiet(&self) {
        self.note("a quiet console".to_owned());
        let lines = self.must(self.driver().browser_log().await).await;
        let errors: Vec<String> = lines
            .into_iter()
            .filter(|line| {
                line.level == "SEVERE" && !line.message.contains("server responded with a status of")
            })
            .map(|line| line.message)
            .collect();
        if !errors.is_empty() {
            self.fail(&format!("the console says: {}", errors.join("\n  "))).await;
        }
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
