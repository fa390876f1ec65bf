//! A server that answers each request when the test says so.

use std::sync::Arc;

use tokio::sync::{Mutex, mpsc};

use crate::server::{Reply, Request, Server, token};

/// The server. Token requests are answered at once and not shown.
pub(crate) struct Gated {
    pub(crate) server: Server,
    arrived: mpsc::UnboundedReceiver<Request>,
    replies: mpsc::UnboundedSender<Reply>,
}

impl Gated {
    pub(crate) async fn start() -> Self {
        let (arrival, arrived) = mpsc::unbounded_channel();
        let (replies, next) = mpsc::unbounded_channel();
        let next = Arc::new(Mutex::new(next));
        let server = Server::start(move |request| {
            let (arrival, next) = (arrival.clone(), Arc::clone(&next));
            async move {
                if request.path.ends_with("/oauth/token") {
                    return token("server-token", 3600);
                }
                arrival.send(request).unwrap();
                next.lock().await.recv().await.unwrap()
            }
        })
        .await;
        Self {
            server,
            arrived,
            replies,
        }
    }

    /// The next request, which waits for its reply from then on.
    pub(crate) async fn arrived(&mut self) -> Request {
        self.arrived.recv().await.unwrap()
    }

    /// Whether a request has arrived that was not taken.
    pub(crate) fn has_arrival(&mut self) -> bool {
        !self.arrived.is_empty()
    }

    pub(crate) fn reply(&self, reply: Reply) {
        self.replies.send(reply).unwrap();
    }
}
