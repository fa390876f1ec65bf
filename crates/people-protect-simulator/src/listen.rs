//! Connections: how many, for how long, and how they end.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::{JoinError, JoinSet};

use crate::clock::{at_most, pause};
use crate::front::Front;
use crate::limits::{HEADERS, Limits};
use crate::seat::{Seat, Seats, Watched};
use crate::wire::{Cut, Wire};

/// How long open connections may finish what they are doing.
const FAREWELL: Duration = Duration::from_secs(2);

/// How long to wait when the system gives out no further connection.
const BREATH: Duration = Duration::from_millis(50);

/// Serves until `stop` is sent or dropped, then lets open requests finish for a while. Returns how
/// many connections ended in a panic.
pub(crate) async fn serve(
    listener: TcpListener,
    front: Arc<Front>,
    limits: Limits,
    mut stop: oneshot::Receiver<()>,
) -> u64 {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.header_read)
        .max_header_size(HEADERS)
        // The simulator's clock says what the date is.
        .auto_date_header(false);
    let http = Arc::new(http);
    let mut open = JoinSet::new();
    let mut seats = Seats::default();
    // The one that is let in next. Further ones wait in the queue of the operating system.
    let mut waiting = None;
    let mut panics = 0;
    loop {
        tokio::select! {
            _ = &mut stop => break,
            Some(ended) = open.join_next() => count(&mut panics, ended),
            () = seats.idle(), if waiting.is_some() => {}
            accepted = listener.accept(), if waiting.is_none() => match accepted {
                Ok(accepted) => waiting = Some(accepted),
                Err(error) => {
                    tracing::warn!("cannot take a connection: {error}");
                    pause(BREATH).await;
                }
            },
        }
        if open.len() < limits.connections {
            if let Some((stream, peer)) = waiting.take() {
                let (http, front) = (Arc::clone(&http), Arc::clone(&front));
                open.spawn(connection(http, stream, peer, front, seats.take()));
            }
        } else if waiting.is_some() {
            // Nobody is shut out by connections on which nothing happens.
            seats.make_room();
        }
    }
    drop((listener, waiting));
    front.app.end();
    let farewell = async {
        while let Some(ended) = open.join_next().await {
            count(&mut panics, ended);
        }
    };
    let _ = at_most(FAREWELL, farewell).await;
    panics
}

fn count(panics: &mut u64, ended: Result<(), JoinError>) {
    if ended.is_err_and(|error| error.is_panic()) {
        *panics += 1;
    }
}

async fn connection(
    http: Arc<http1::Builder>,
    stream: TcpStream,
    peer: SocketAddr,
    front: Arc<Front>,
    seat: Arc<Seat>,
) {
    // Answers are small and single: waiting to fill a packet would only delay them.
    let _ = stream.set_nodelay(true);
    let cut = Arc::new(AtomicBool::new(false));
    let io = TokioIo::new(Wire::new(stream, Arc::clone(&cut)));
    let ended = front.app.ended();
    let here = Arc::clone(&seat);
    let service = service_fn(move |request| {
        let (front, cut) = (Arc::clone(&front), Arc::clone(&cut));
        let busy = here.busy();
        async move {
            let response = front.answer(request, peer.ip()).await;
            if response.extensions().get::<Cut>().is_some() {
                cut.store(true, Ordering::Relaxed);
                return Err(Cut);
            }
            Ok(response.map(|body| Watched::new(body, busy)))
        }
    });
    let mut connection = pin!(http.serve_connection(io, service));
    // How a connection ends is the caller's affair: there is nothing to report.
    tokio::select! {
        _ = connection.as_mut() => {}
        () = ended => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
        // One that never asked anything, or not wholly, may go at once. Another one has its answer
        // sent first, also if the next request has just begun to arrive.
        () = seat.asked_to_leave() => if seat.is_used() {
            connection.as_mut().graceful_shutdown();
            let left = at_most(FAREWELL, connection.as_mut()).await;
            if left.is_none() && seat.is_busy() {
                let _ = connection.await;
            }
        }
    }
}
