//! What lies between a browser and a simulator, and can be cut: an address that stays, in front of
//! whichever simulator is running.

use std::net::SocketAddr;

use people_protect_simulator::Simulator;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

#[derive(Debug, Clone, Copy)]
enum Way {
    /// Everything is broken off at once.
    Cut,
    /// Everything stands, and nothing passes.
    Silent,
    To(SocketAddr),
}

/// Ends when it is dropped.
pub(crate) struct Network {
    pub(crate) url: String,
    leads_to: watch::Sender<Way>,
    _lines: JoinSet<()>,
}

impl Network {
    /// One that leads nowhere yet.
    pub(crate) async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (leads_to, follow) = watch::channel(Way::Cut);
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
        self.leads_to
            .send_replace(Way::To(local.unwrap().parse().unwrap()));
    }

    /// Breaks every connection off, and each new one at once.
    pub(crate) fn cut(&self) {
        self.leads_to.send_replace(Way::Cut);
    }

    /// Keeps every connection, and each new one, and lets nothing through.
    pub(crate) fn silence(&self) {
        self.leads_to.send_replace(Way::Silent);
    }
}

async fn serve(listener: TcpListener, follow: watch::Receiver<Way>) {
    let mut lines = JoinSet::new();
    loop {
        let (mut near, _) = listener.accept().await.unwrap();
        let mut follow = follow.clone();
        let way = *follow.borrow_and_update();
        lines.spawn(async move {
            let changed = match way {
                Way::Cut => return,
                Way::Silent => follow.changed().await,
                Way::To(to) => {
                    let Ok(mut far) = TcpStream::connect(to).await else {
                        return;
                    };
                    tokio::select! {
                        _ = copy_bidirectional(&mut near, &mut far) => return,
                        changed = follow.changed() => changed,
                    }
                }
            };
            // A line that fell silent stands until something else is said of it.
            if changed.is_ok() && matches!(*follow.borrow_and_update(), Way::Silent) {
                let _ = follow.changed().await;
            }
        });
    }
}
