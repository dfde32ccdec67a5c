//! A real browser for journeys, spoken to in the words of the person in front of it.
//!
//! ```ignore
//! let tutor = Browser::open(&server.url(), Screen::Phone, JavaScript::Off).await;
//! tutor.visit("/sign-in").await;
//! tutor.fill("Username", "tutor.riverside").await;
//! tutor.click("Sign in").await;
//! tutor.row("Ana").choose("Present").await;
//! tutor.see("Register saved").await;
//! tutor.is_sound().await;
//! ```
//!
//! Every verb waits a few seconds for what it names, and then fails the test with the steps so far,
//! the page's address, title and text, and a screenshot in `target/journeys/`. A name is the whole
//! visible text of a link, button or label (or its text before a part for screen readers), and must
//! be the only one of its kind there: where it is not, say which [`row`](Browser::row) or
//! [`part`](Browser::part) is meant.

#![allow(clippy::disallowed_methods, reason = "a test has files and ports of its own")]

mod checks;
mod find;
mod process;
mod verbs;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::json;
use thirtyfour::ChromeCapabilities;
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities;
use thirtyfour::common::log::LoggingPrefsLogLevel;
use thirtyfour::prelude::*;

use process::Process;

/// How long a verb waits for what it names.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long it sleeps between two looks.
const PAUSE: Duration = Duration::from_millis(50);

/// Where scripts are off, those of a test and of chromedriver (which sleeps by a timer before it
/// touches a phone's screen) still run, but timers never fire: they then run as microtasks.
const TIMERS_WITHOUT_CLOCK: &str = "window.setTimeout = (later, wait, ...given) => {
        Promise.resolve().then(() => later(...given));
        return 0;
    };";

/// Whether an element can be seen. WebDriver's own answer takes all in a closed `<details>` for
/// hidden, also the menu, which a wide page shows nevertheless.
const IS_SEEN: &str = "return arguments[0].checkVisibility({ visibilityProperty: true })
    && arguments[0].getClientRects().length > 0;";

/// The flags of every browser: no window, no sandbox (the tests may run as root), nothing sent anywhere.
const FLAGS: [&str; 11] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-search-engine-choice-screen",
    "--hide-scrollbars",
];

/// The screens that people use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// A phone, 390 × 844, touched.
    Phone,
    /// A desk's monitor, 1280 × 900.
    Desk,
    /// 320 × 800: the narrowest that must work, and the desk's at 400 % zoom.
    Narrow,
}

impl Screen {
    /// Width and height in CSS pixels.
    pub fn size(self) -> (u32, u32) {
        match self {
            Screen::Phone => (390, 844),
            Screen::Desk => (1280, 900),
            Screen::Narrow => (320, 800),
        }
    }
}

/// Whether the pages' scripts run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JavaScript {
    On,
    Off,
}

/// A browser, or a part of its page that verbs are confined to. Clones share the browser, which is
/// closed with the last of them.
#[derive(Clone)]
pub struct Browser {
    running: Arc<Running>,
    within: Vec<Within>,
}

/// What a verb is confined to: an element of the one before.
#[derive(Clone)]
enum Within {
    Css(String),
    Row(String),
}

struct Running {
    driver: Option<WebDriver>,
    process: Process,
    base_url: String,
    screen: Screen,
    javascript: JavaScript,
    /// What was done so far, for the message of a failure.
    steps: Mutex<Vec<String>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        // The process group is ended below; the driver need not close its session first.
        let _ = self.driver.take().map(WebDriver::leak);
    }
}

impl Browser {
    /// Opens a browser with an empty profile; addresses of [`visit`](Self::visit) are below `base_url`.
    pub async fn open(base_url: &str, screen: Screen, javascript: JavaScript) -> Browser {
        let process = Process::start();
        let wishes = wishes(&process, screen, javascript).expect("capabilities are plain values");
        let driver = WebDriver::new(process.url(), wishes)
            .await
            .unwrap_or_else(|error| panic!("Chromium does not start: {error}"));
        let running = Running {
            driver: Some(driver),
            process,
            base_url: base_url.trim_end_matches('/').to_owned(),
            screen,
            javascript,
            steps: Mutex::default(),
        };
        Browser { running: Arc::new(running), within: Vec::new() }
    }

    /// The same browser, confined to the first element that fits the CSS selector: `main`, `nav`.
    pub fn part(&self, css: &str) -> Browser {
        self.confined(Within::Css(css.to_owned()))
    }

    /// The same browser, confined to the one table row, list item or group of fields in which `text` stands.
    pub fn row(&self, text: &str) -> Browser {
        self.confined(Within::Row(text.to_owned()))
    }

    /// Below the driver, for what no verb says.
    pub fn driver(&self) -> &WebDriver {
        self.running.driver.as_ref().expect("the driver is there until the browser is dropped")
    }

    /// The screen it was opened with.
    pub fn screen(&self) -> Screen {
        self.running.screen
    }

    /// Whether its pages' scripts run.
    pub fn javascript(&self) -> JavaScript {
        self.running.javascript
    }

    /// The folder into which the browser downloads; it goes with the browser.
    fn downloads(&self) -> PathBuf {
        self.running.process.downloads()
    }

    /// Keeps a picture of what the screen shows as `target/journeys/NAME.png`.
    pub async fn screenshot(&self, name: &str) -> PathBuf {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("journeys");
        let file = folder.join(format!("{name}.png"));
        let saved = match std::fs::create_dir_all(&folder) {
            Ok(()) => self.driver().screenshot(&file).await.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        if let Err(error) = saved {
            panic!("no screenshot {}: {error}", file.display());
        }
        file
    }

    fn confined(&self, to: Within) -> Browser {
        let mut within = self.within.clone();
        within.push(to);
        Browser { running: self.running.clone(), within }
    }

    /// Notes a step for the message of a later failure.
    fn note(&self, step: String) {
        let place: String = self
            .within
            .iter()
            .map(|within| match within {
                Within::Css(css) => format!("in {css}: "),
                Within::Row(text) => format!("in the row of “{text}”: "),
            })
            .collect();
        self.running.steps.lock().expect("no step panics").push(format!("{place}{step}"));
    }

    /// Notes the step and tries it until it succeeds; fails the test with the last reason when patience ends.
    async fn until<T>(&self, step: String, attempt: impl AsyncFn() -> Result<T, Refusal>) -> T {
        self.note(step);
        let end = Instant::now() + PATIENCE;
        loop {
            match attempt().await {
                Ok(done) => return done,
                Err(Refusal(why)) if Instant::now() > end => self.fail(&why).await,
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    /// What the browser answered; fails the test when it refused.
    async fn must<T>(&self, answer: WebDriverResult<T>) -> T {
        match answer {
            Ok(value) => value,
            Err(error) => self.fail(&Refusal::from(error).0).await,
        }
    }

    /// Fails the test: why, the steps, and what the person would see.
    async fn fail(&self, why: &str) -> ! {
        let steps = self.running.steps.lock().expect("no step panics").join("\n  ");
        let driver = self.driver();
        let url = driver.current_url().await.map(String::from).unwrap_or_default();
        let title = driver.title().await.unwrap_or_default();
        let page = match driver.find(By::Tag("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(error) => error.to_string(),
        };
        let excerpt: String = page.chars().take(1500).collect();
        let test = std::thread::current().name().unwrap_or("journey").replace("::", "-");
        let picture = self.screenshot(&format!("failed-{test}")).await;
        panic!(
            "\n{why}\nSteps:\n  {steps}\nAddress: {url}\nTitle: {title}\nScreenshot: {}\nText:\n{excerpt}\n",
            picture.display()
        );
    }

    /// The element that verbs are confined to.
    async fn root(&self) -> Result<WebElement, Refusal> {
        let mut root = self.driver().find(By::Tag("body")).await?;
        for within in &self.within {
            root = match within {
                Within::Css(css) => root.find(By::Css(css.as_str())).await?,
                Within::Row(text) => {
                    only(root.find_all(By::XPath(find::row(text))).await?, &format!("row with “{text}”"))?
                }
            };
        }
        Ok(root)
    }

    /// All elements below the root that fit the XPath.
    async fn all(&self, xpath: String) -> Result<Vec<WebElement>, Refusal> {
        Ok(self.root().await?.find_all(By::XPath(xpath)).await?)
    }

    /// Must come before what needs a timer on a page whose own scripts are off.
    async fn let_timers_fire(&self) -> WebDriverResult<()> {
        if self.javascript() == JavaScript::Off {
            self.driver().execute(TIMERS_WITHOUT_CLOCK, vec![]).await?;
        }
        Ok(())
    }

    /// The one element that fits the XPath and can be seen.
    async fn shown(&self, xpath: String, what: &str) -> Result<WebElement, Refusal> {
        let mut shown = Vec::new();
        for one in self.all(xpath).await? {
            if self.driver().execute(IS_SEEN, vec![one.to_json()?]).await?.convert()? {
                shown.push(one);
            }
        }
        only(shown, what)
    }
}

/// Why a step did not succeed yet.
struct Refusal(String);

impl From<WebDriverError> for Refusal {
    fn from(error: WebDriverError) -> Refusal {
        // Without chromedriver's stack, which says nothing about the page.
        let text = error.to_string();
        Refusal(text.split("Stacktrace:").next().unwrap_or_default().trim_end().to_owned())
    }
}

/// The only one; none and several are refused.
fn only(mut found: Vec<WebElement>, what: &str) -> Result<WebElement, Refusal> {
    match (found.pop(), found.len()) {
        (Some(one), 0) => Ok(one),
        (None, _) => Err(Refusal(format!("there is no {what}"))),
        (Some(_), more) => Err(Refusal(format!("there are {} of {what}: say which row or part", more + 1))),
    }
}

/// What chromedriver is asked for.
fn wishes(process: &Process, screen: Screen, javascript: JavaScript) -> WebDriverResult<ChromeCapabilities> {
    let mut wishes = DesiredCapabilities::chrome();
    for flag in FLAGS {
        wishes.add_arg(flag)?;
    }
    wishes.add_arg(&format!("--user-data-dir={}", process.profile().display()))?;
    // Emulated, because a window has a least width of its own.
    let (width, height) = screen.size();
    let touch = screen == Screen::Phone;
    wishes.add_experimental_option(
        "mobileEmulation",
        json!({ "deviceMetrics": { "width": width, "height": height, "pixelRatio": 1, "mobile": touch, "touch": touch } }),
    )?;
    let scripts = match javascript {
        JavaScript::On => 1,
        JavaScript::Off => 2,
    };
    wishes.add_experimental_option(
        "prefs",
        json!({
            "profile.managed_default_content_settings.javascript": scripts,
            "download.default_directory": process.downloads(),
            "intl.accept_languages": "en-GB,en",
        }),
    )?;
    wishes.set_browser_log_level(LoggingPrefsLogLevel::Severe)?;
    Ok(wishes)
}
