//! `cap serve`.

use super::{demo, start::Setup};
use crate::{
    sitemap::sitemap,
    transfers::{scanning, vault_check},
};
use clap::Args;
use std::net::SocketAddr;

/// Serve the product.
#[derive(Args, Debug)]
pub struct Serve {
    /// Address to listen at; put a proxy with TLS in front of anything but a loopback address.
    #[arg(long, env = "CAP_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Serve the demo service: fills an empty database, and listens at a loopback address only.
    #[arg(long)]
    demo: bool,
}

impl Serve {
    /// Serves until the process is told to end; requests that have begun are finished.
    pub(super) async fn run(self, setup: &Setup) -> Result<(), String> {
        let app = setup.open_to_serve().await?;
        if self.demo {
            demo::prepare(&app, self.listen).await?;
        }
        vault_check::check_keys(&app).await?;
        vault_check::sweep(&app).await?;
        scanning::ask_about_all(&app)
            .await
            .map_err(|ending| format!("The files that wait for the scanner can't be found: {ending:?}."))?;
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
