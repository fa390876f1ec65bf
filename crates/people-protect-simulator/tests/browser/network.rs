//! What lies between a browser and a simulator, and can be cut: an address that stays, in front of
//! whichever simulator is running.

use std::net::SocketAddr;

use people_protect_simulator::Simulator;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Ends when it is dropped.
pub(crate) struct Network {
    pub(crate) url: String,
    leads_to: watch::Sender<Option<SocketAddr>>,
    _lines: JoinSet<()>,
}

impl Network {
    /// One that leads nowhere yet.
    pub(crate) async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (leads_to, follow) = watch::channel(None);
        let mut lines = JoinSet::new();
        lines.spawn(serve(listener, follow));
        Self {
            url,
            leads_to,
            _lines: lines,
        }
    }

    pub(crate) fn lead_to(&self, simulator: &Simulator) {
        // The API's links may begin with this network's own address; this is where it listens.
        let local = simulator.control_url();
        let local = local.trim_start_matches("http://").split('/').next();
        self.leads_to.send_replace(local.unwrap().parse().ok());
    }

    /// Breaks every connection off, and each new one at once.
    pub(crate) fn cut(&self) {
        self.leads_to.send_replace(None);
    }
}

async fn serve(listener: TcpListener, follow: watch::Receiver<Option<SocketAddr>>) {
    let mut lines = JoinSet::new();
    loop {
        let (mut near, _) = listener.accept().await.unwrap();
        let mut follow = follow.clone();
        let Some(to) = *follow.borrow_and_update() else {
            continue;
        };
        lines.spawn(async move {
            let Ok(mut far) = TcpStream::connect(to).await else {
                return;
            };
            tokio::select! {
                _ = copy_bidirectional(&mut near, &mut far) => {}
                _ = follow.changed() => {}
            }
        });
    }
}
