//! What a person does with a page, and looks for on it.

use std::path::Path;

use thirtyfour::TypingData;
use thirtyfour::components::SelectElement;
use thirtyfour::prelude::*;

use super::find::{self, TICKED, TYPED, squeeze};
use super::{Browser, Refusal};

/// Keys that are held while the next one is pressed.
const HELD: [Key; 4] = [Key::Shift, Key::Control, Key::Alt, Key::Meta];

/// Fields whose keys depend on the language of the browser.
const PICKERS: [&str; 4] = ["date", "time", "month", "datetime-local"];
const SET_PICKER: &str = "const [field, value] = arguments;
    field.value = value;
    for (const name of ['input', 'change']) field.dispatchEvent(new Event(name, { bubbles: true }));";

impl Browser {
    /// Goes to an address below the base address: `/clm/registers`.
    pub async fn visit(&self, path: &str) {
        let url = format!("{}{path}", self.running.base_url);
        self.note(format!("visit {path}"));
        self.must(self.driver().goto(&url).await).await;
    }

    /// The status that the page was answered with.
    pub async fn answer(&self) -> u16 {
        let asked = "return performance.getEntriesByType('navigation')[0].responseStatus;";
        self.must(self.driver().execute(asked, vec![]).await.and_then(|it| it.convert())).await
    }

    /// Opens everything on the page that can be opened and closed, the menu apart.
    pub async fn open_everything(&self) {
        let open =
            "for (const one of document.querySelectorAll('details:not([data-menu])')) one.open = true;";
        self.must(self.driver().execute(open, vec![]).await).await;
    }

    /// Where the page's links lead, as far as it is the same service.
    pub async fn links(&self) -> Vec<String> {
        let hrefs = "return [...document.querySelectorAll('a[href]')]
            .filter(link => link.origin === location.origin && !link.hasAttribute('download'))
            .map(link => link.pathname + link.search);";
        self.must(self.driver().execute(hrefs, vec![]).await.and_then(|it| it.convert())).await
    }

    /// Loads the page again.
    pub async fn reload(&self) {
        self.note("reload".to_owned());
        self.must(self.driver().refresh().await).await;
    }

    /// Clicks the link or button that is called `text`. The page that it leads to may come later, so
    /// [`see`](Self::see) first what tells that it has come.
    pub async fn click(&self, text: &str) {
        self.until(format!("click “{text}”"), async || {
            let target = self.shown(find::clickable(text), &format!("link or button “{text}”")).await?;
            self.let_timers_fire().await?;
            match target.click().await {
                // WebDriver takes what stands in the menu for hidden; a mouse does not.
                Err(error)
                    if matches!(
                        *error,
                        thirtyfour::error::WebDriverErrorInner::ElementNotInteractable(_)
                    ) =>
                {
                    target.scroll_into_view().await?;
                    Ok(self.driver().action_chain().click_element(&target).perform().await?)
                }
                outcome => Ok(outcome?),
            }
        })
        .await;
    }

    /// Says yes to the question that the page asks before it goes on.
    pub async fn agree(&self) {
        self.note("agree".to_owned());
        self.must(self.driver().accept_alert().await).await;
    }

    /// Empties the field with this label and types `value` into it. A date or time picker takes
    /// 2026-09-03 or 09:15, whatever order the browser's language shows.
    pub async fn fill(&self, label: &str, value: &str) {
        self.until(format!("fill “{label}” with “{value}”"), async || {
            let field = self.shown(find::field(label, TYPED), &format!("field “{label}”")).await?;
            if field.prop("type").await?.is_some_and(|kind| PICKERS.contains(&kind.as_str())) {
                let chosen = vec![field.to_json()?, value.into()];
                self.driver().execute(SET_PICKER, chosen).await?;
                return Ok(());
            }
            self.let_timers_fire().await?;
            field.clear().await?;
            Ok(field.send_keys(value).await?)
        })
        .await;
    }

    /// Picks the option `option` in the drop-down with this label.
    pub async fn pick(&self, label: &str, option: &str) {
        self.until(format!("pick “{option}” in “{label}”"), async || {
            let list =
                self.shown(find::field(label, "self::select"), &format!("drop-down “{label}”")).await?;
            self.let_timers_fire().await?;
            Ok(SelectElement::new(&list).await?.select_by_exact_text(option).await?)
        })
        .await;
    }

    /// Chooses the radio button with this label.
    pub async fn choose(&self, label: &str) {
        self.set(format!("choose “{label}”"), label, true).await;
    }

    /// Ticks the box with this label, if it is not ticked.
    pub async fn tick(&self, label: &str) {
        self.set(format!("tick “{label}”"), label, true).await;
    }

    /// Unticks the box with this label, if it is ticked.
    pub async fn untick(&self, label: &str) {
        self.set(format!("untick “{label}”"), label, false).await;
    }

    /// Gives a file to the file field with this label.
    pub async fn attach(&self, label: &str, file: &Path) {
        self.until(format!("attach {} to “{label}”", file.display()), async || {
            let field =
                self.shown(find::field(label, "@type='file'"), &format!("file field “{label}”")).await?;
            Ok(field.send_keys(file.display().to_string()).await?)
        })
        .await;
    }

    /// Presses keys where the focus is: `press(Key::Tab)`, `press("p")`, `press(Key::Shift + Key::Tab)`.
    pub async fn press(&self, keys: impl Into<TypingData>) {
        let keys = keys.into();
        self.note(format!("press {:?}", keys.as_vec()));
        let mut chain = self.driver().action_chain();
        let mut held = Vec::new();
        for key in keys.as_vec() {
            chain = chain.key_down(key);
            if HELD.iter().any(|one| one.value() == key) {
                held.push(key);
            } else {
                chain = chain.key_up(key);
            }
        }
        for key in held {
            chain = chain.key_up(key);
        }
        self.must(chain.perform().await).await;
    }

    /// Waits until `text` can be read.
    pub async fn see(&self, text: &str) {
        self.until(format!("see “{text}”"), async || {
            if self.reads(text).await? {
                Ok(())
            } else {
                Err(Refusal(format!("“{text}” cannot be read")))
            }
        })
        .await;
    }

    /// Waits until `text` cannot be read. On a page that is still loading that is true at once, so
    /// [`see`](Self::see) first what tells that it has loaded.
    pub async fn see_no(&self, text: &str) {
        self.until(format!("see no “{text}”"), async || {
            if self.reads(text).await? {
                Err(Refusal(format!("“{text}” can be read")))
            } else {
                Ok(())
            }
        })
        .await;
    }

    /// Waits until the field or drop-down with this label holds `value`.
    pub async fn see_value(&self, label: &str, value: &str) {
        self.until(format!("see “{value}” in “{label}”"), async || {
            let field = self.shown(find::field(label, TYPED), &format!("field “{label}”")).await?;
            match field.prop("value").await?.unwrap_or_default() {
                held if held == value => Ok(()),
                held => Err(Refusal(format!("“{label}” holds “{held}”"))),
            }
        })
        .await;
    }

    /// Waits until `option` is picked in the drop-down with this label.
    pub async fn see_picked(&self, label: &str, option: &str) {
        self.until(format!("see “{option}” picked in “{label}”"), async || {
            let list =
                self.shown(find::field(label, "self::select"), &format!("drop-down “{label}”")).await?;
            match SelectElement::new(&list).await?.first_selected_option().await?.text().await? {
                picked if picked == option => Ok(()),
                picked => Err(Refusal(format!("“{picked}” is picked in “{label}”"))),
            }
        })
        .await;
    }

    /// Waits until the radio button or box with this label is on.
    pub async fn see_ticked(&self, label: &str) {
        self.until(format!("see “{label}” ticked"), async || {
            match self.switch(label).await?.is_selected().await? {
                true => Ok(()),
                false => Err(Refusal(format!("“{label}” is not ticked"))),
            }
        })
        .await;
    }

    /// Waits until the address, without its query, ends with `path`.
    pub async fn see_address(&self, path: &str) {
        self.until(format!("see the address {path}"), async || match self.driver().current_url().await? {
            url if url.path().ends_with(path) => Ok(()),
            url => Err(Refusal(format!("the address is {url}"))),
        })
        .await;
    }

    /// Presses Tab until the focus is on what is called `text`.
    pub async fn tab_to(&self, text: &str) {
        const MOST: usize = 80;
        for _ in 0..MOST {
            self.press(Key::Tab).await;
            if self.has_focus(text).await.unwrap_or(false) {
                return;
            }
        }
        self.fail(&format!("{MOST} times Tab do not come to “{text}”")).await;
    }

    /// Waits until the keyboard's focus is on the link, button or field that is called `text`.
    pub async fn see_focus(&self, text: &str) {
        self.until(format!("see the focus on “{text}”"), async || {
            if self.has_focus(text).await? {
                return Ok(());
            }
            let focused = self.driver().active_element().await?;
            Err(Refusal(format!("the focus is on {}", focused.outer_html().await?)))
        })
        .await;
    }

    async fn has_focus(&self, text: &str) -> Result<bool, Refusal> {
        let focused = self.driver().active_element().await?;
        let called = format!("{} | {}", find::clickable(text), find::field(text, "true()"));
        Ok(self.all(called).await?.contains(&focused))
    }

    /// Waits until a download of this name is complete, and returns what it holds.
    pub async fn see_download(&self, name: &str) -> Vec<u8> {
        let file = self.downloads().join(name);
        self.until(format!("see the download {name}"), async || {
            std::fs::read(&file).map_err(|error| Refusal(format!("{name} is not downloaded: {error}")))
        })
        .await
    }

    async fn reads(&self, text: &str) -> Result<bool, Refusal> {
        Ok(squeeze(&self.root().await?.text().await?).contains(&squeeze(text)))
    }

    /// The radio button or box with this label. It need not be visible itself: styled ones lie under their label.
    async fn switch(&self, label: &str) -> Result<WebElement, Refusal> {
        super::only(
            self.all(find::field(label, TICKED)).await?,
            &format!("radio button or tick box “{label}”"),
        )
    }

    async fn set(&self, step: String, label: &str, on: bool) {
        self.until(step, async || {
            let switch = self.switch(label).await?;
            if switch.is_selected().await? == on {
                return Ok(());
            }
            self.let_timers_fire().await?;
            // The box itself, transparent or not: a label's middle may be a link.
            if switch.click().await.is_err() {
                let id = switch.id().await?.unwrap_or_default();
                let of_it = format!("ancestor::label | //label[@for='{id}']");
                switch.find(By::XPath(of_it)).await?.click().await?;
            }
            match self.switch(label).await?.is_selected().await? == on {
                true => Ok(()),
                false => Err(Refusal(format!("“{label}” does not change when clicked"))),
            }
        })
        .await;
    }
}
