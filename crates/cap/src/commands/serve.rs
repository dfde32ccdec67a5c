//! `cap serve`.

use super::start::Setup;
use crate::sitemap::sitemap;
use clap::Args;
use std::net::SocketAddr;

/// Serve the product.
#[derive(Args, Debug)]
pub struct Serve {
    /// Address to listen at; put a proxy with TLS in front of anything but a loopback address.
    #[arg(long, env = "CAP_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Fill an empty database with the demo service first. Only at a loopback address: everybody
    /// knows the demo's password.
    #[arg(long)]
    demo: bool,
}

impl Serve {
    /// Serves until the process is told to end; requests that have begun are finished.
    pub(super) async fn run(self, setup: &Setup) -> Result<(), String> {
        if self.demo && !self.listen.ip().is_loopback() {
            return Err(format!(
                "The demo is served only at a loopback address, because everybody knows its password; {} is not one.",
                self.listen
            ));
        }
        let app = setup.open()?;
        if self.demo {
            super::demo::fill_if_empty(&app).await?;
        }
        let house = tokio::spawn(app.clone().keep_house());
        #[expect(clippy::disallowed_methods, reason = "the one place that listens")]
        let listener = tokio::net::TcpListener::bind(self.listen)
            .await
            .map_err(|error| format!("The address {} can't be listened at: {error}.", self.listen))?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        tracing::info!(server.address = %address, "serving at http://{address}");
        let router = sitemap().router(app).into_make_service_with_connect_info::<SocketAddr>();
        let served = axum::serve(listener, router).with_graceful_shutdown(told_to_end()).await;
        house.abort();
        served.map_err(|error| format!("The server stopped: {error}."))
    }
}

async fn told_to_end() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
