//! The world behind a port, and people of the cast in front of it.

#![allow(clippy::disallowed_methods, reason = "a test has files and ports of its own")]

use cap::demo::cast::PASSWORD;
use tokio::{net::TcpListener, task::JoinHandle};

use crate::{
    browser::{Browser, JavaScript, Screen},
    world::World,
};

/// Two learners of today's register at Riverside, as pages call them.
pub const ANA: &str = "Adeyo, Ana";
pub const CARA: &str = "Conneely, Cara";

/// A service that browsers can reach; it ends with this value.
pub struct Site {
    url: String,
    serving: JoinHandle<()>,
}

impl Drop for Site {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Site {
    /// On a free port of this machine.
    pub async fn of(router: axum::Router) -> Site {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let serving = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("the listener stays open");
        });
        Site { url, serving }
    }

    /// Somebody who has not signed in.
    pub async fn visitor(&self, screen: Screen, javascript: JavaScript) -> Browser {
        Browser::open(&self.url, screen, javascript).await
    }

    /// Somebody of the cast, signed in as people do it.
    pub async fn sign_in(&self, username: &str, screen: Screen, javascript: JavaScript) -> Browser {
        let person = self.visitor(screen, javascript).await;
        person.visit("/sign-in").await;
        person.fill("Username", username).await;
        person.fill("Password", PASSWORD).await;
        person.tick("I accept the Terms & Conditions").await;
        person.click("Log in").await;
        person.see("Sign out").await;
        person
    }
}

/// The tests' world in front of browsers.
pub struct Served {
    pub world: World,
    site: Site,
}

impl std::ops::Deref for Served {
    type Target = Site;

    fn deref(&self) -> &Site {
        &self.site
    }
}

impl Served {
    /// A fresh world.
    pub async fn start() -> Served {
        let world = World::new().await;
        let site = Site::of(world.router.clone()).await;
        Served { world, site }
    }

    /// The tutor of Riverside at a phone, in front of today's register.
    pub async fn tutor(&self, javascript: JavaScript) -> Browser {
        let tutor = self.sign_in("tutor.riverside", Screen::Phone, javascript).await;
        self.open_register(&tutor).await;
        tutor
    }

    /// Today's register at Riverside, opened by its address.
    pub async fn open_register(&self, person: &Browser) {
        let id = self.world.lesson_id(self.world.at_riverside).await;
        person.visit(&format!("/clm/registers/{id}")).await;
        person.see("lesson ID").await;
    }
}

/// Edit, one click a learner, Save: Ana is present, Cara's absence is unexplained.
pub async fn take_the_register(tutor: &Browser) {
    tutor.click("Edit").await;
    tutor.row(ANA).choose("Present").await;
    tutor.row(CARA).choose("Unexplained absence").await;
    tutor.click("Save").await;
    tutor.see("The register is complete").await;
}
