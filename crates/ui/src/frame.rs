//! What surrounds every page: service, person, menu, breadcrumbs and a message.

use std::cell::Cell;

use crate::assets;

/// All that `frame.html` and `plain.html` show around a page's own content.
pub struct Frame {
    /// The page's name; the document's title is this, a dash and the service's name.
    /// Never holds a child's name.
    pub title: String,
    /// Whose service this is.
    pub service: Service,
    /// Who is signed in; without one the header offers to sign in.
    pub person: Option<Person>,
    /// The organisations among which the person may switch; shown from two on.
    pub organisations: Vec<Choice>,
    /// The left-hand menu; shown when it has an entry.
    pub menu: Vec<MenuGroup>,
    /// The way from home to this page, without the page itself.
    pub crumbs: Vec<Crumb>,
    /// What came of the request before this one.
    pub flash: Option<Flash>,
    /// The token against forged requests, bound to the session; empty for visitors.
    pub csrf: String,
    form_key_base: String,
    form_keys_given: Cell<u32>,
}

impl Frame {
    /// A frame with nothing in it yet. `form_key_base` must be different for every answer.
    pub fn new(title: impl Into<String>, service: Service, form_key_base: String) -> Frame {
        Frame {
            title: title.into(),
            service,
            person: None,
            organisations: Vec::new(),
            menu: Vec::new(),
            crumbs: Vec::new(),
            flash: None,
            csrf: String::new(),
            form_key_base,
            form_keys_given: Cell::new(0),
        }
    }

    /// A new one-time key for a form on this page, so that a form sent twice is done once.
    pub fn form_key(&self) -> String {
        let number = self.form_keys_given.get() + 1;
        self.form_keys_given.set(number);
        format!("{}-{number}", self.form_key_base)
    }

    /// The address of an asset, with the version that lets browsers keep it.
    pub fn asset(&self, path: &str) -> String {
        format!("/assets/{path}?v={}", assets::version())
    }
}

/// The local authority's service, as its settings describe it.
pub struct Service {
    /// Such as "Brightwater Alternative Provision".
    pub name: String,
    /// The local authority's name.
    pub authority: String,
    /// Whether a logo is served at `/logo`.
    pub logo: bool,
    /// Changes whenever `/brand.css` or `/logo` does.
    pub brand_version: String,
    /// Where users write for help.
    pub contact_email: String,
    /// Where users ring for help; empty when there is no number.
    pub contact_phone: String,
}

/// The signed-in person.
pub struct Person {
    /// Their own name.
    pub name: String,
    /// The organisation for which they act now.
    pub organisation: String,
    /// Their role there, in words.
    pub role: String,
}

/// One entry of a list to choose from.
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// Whether it is the choice in force.
    pub current: bool,
}

/// One heading of the menu, a link itself or with links below it.
pub struct MenuGroup {
    /// The heading.
    pub label: String,
    /// Where the heading itself leads, if anywhere.
    pub href: Option<String>,
    /// The links below it.
    pub items: Vec<MenuItem>,
    /// Whether the heading itself is the page shown.
    pub current: bool,
}

/// One link of the menu.
pub struct MenuItem {
    /// The link's words.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// How many things wait there; shown in a badge.
    pub count: Option<u32>,
    /// Whether it is the page shown.
    pub current: bool,
}

/// One step of the way to a page.
pub struct Crumb {
    /// The step's words.
    pub label: String,
    /// Where it leads.
    pub href: String,
}

/// A message about what was just done.
pub struct Flash {
    /// How it went.
    pub tone: Tone,
    /// What happened, in a few words.
    pub heading: String,
    /// The rest of it; may be empty.
    pub text: String,
    /// What can be done about it, such as taking it back.
    pub action: Option<FlashAction>,
}

/// How what was asked for went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// It is done.
    Success,
    /// Something to know.
    Notice,
    /// It is not done.
    Problem,
}

impl Tone {
    /// The banner's title, which says without colour what the colour says.
    pub fn title(self) -> &'static str {
        match self {
            Tone::Success => "Success",
            Tone::Notice => "Important",
            Tone::Problem => "There is a problem",
        }
    }

    /// The banner's further class.
    pub fn class(self) -> &'static str {
        match self {
            Tone::Success => "govuk-notification-banner--success",
            Tone::Notice => "cap-banner--notice",
            Tone::Problem => "cap-banner--problem",
        }
    }

    /// The banner's role: outcomes are read out at once, notices in their turn.
    pub fn role(self) -> &'static str {
        match self {
            Tone::Success | Tone::Problem => "alert",
            Tone::Notice => "region",
        }
    }
}

/// A deed offered beside a message.
pub struct FlashAction {
    /// The button's words.
    pub label: String,
    /// The address that the button posts to.
    pub post_to: String,
}
