//! One connection that is kept, with as little between the load and the socket as can be: what it
//! costs to ask must not be what is measured.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::by_hand::Failed;

/// A connection to a server of HTTP/1.1.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    host: String,
    request: Vec<u8>,
    answer: Vec<u8>,
}

/// What was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer<'a> {
    /// The status.
    pub status: u16,
    /// First line and headers.
    pub head: &'a str,
    /// The body; where it came in chunks, with what stands between them.
    pub body: &'a str,
}

impl Connection {
    /// Opens one.
    ///
    /// # Errors
    ///
    /// If nobody listens there.
    pub async fn open(address: SocketAddr) -> Result<Self, Failed> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            host: address.to_string(),
            request: Vec::new(),
            answer: Vec::new(),
        })
    }

    /// Asks and waits for the whole answer.
    ///
    /// # Errors
    ///
    /// If the connection ends before, or if this is no answer of HTTP/1.1.
    pub async fn ask(
        &mut self,
        method: &str,
        path: &str,
        token: &str,
        body: &str,
    ) -> Result<Answer<'_>, Failed> {
        use std::io::Write as _;
        self.request.clear();
        write!(
            self.request,
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\n",
            self.host
        )?;
        match body.is_empty() {
            true => self.request.extend_from_slice(b"\r\n"),
            false => write!(
                self.request,
                "content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            )?,
        }
        self.stream.write_all(&self.request).await?;
        self.answer.clear();
        loop {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                return Err(format!("{method} {path}: the server hung up").into());
            }
            if is_whole(&self.answer)? {
                break;
            }
        }
        let text = std::str::from_utf8(&self.answer)?;
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
        let status = head.get(9..12).and_then(|status| status.parse().ok());
        Ok(Answer {
            status: status.ok_or("an answer without a status")?,
            head,
            body,
        })
    }

    /// The same for an answer that has to be 2xx.
    ///
    /// # Errors
    ///
    /// As [`Connection::ask`], and if it is another one.
    pub async fn well(
        &mut self,
        method: &str,
        path: &str,
        token: &str,
        body: &str,
    ) -> Result<Answer<'_>, Failed> {
        let answer = self.ask(method, path, token, body).await?;
        match answer.status {
            200..300 => Ok(answer),
            status => Err(format!("{method} {path}: {status} {}", answer.body).into()),
        }
    }
}

/// Whether an answer has arrived to its end. One question is out at a time, so nothing follows it.
fn is_whole(answer: &[u8]) -> Result<bool, Failed> {
    let end = b"\r\n\r\n";
    let Some(at) = answer.windows(4).position(|four| four == end) else {
        return Ok(false);
    };
    let head = std::str::from_utf8(&answer[..at])?;
    for line in head.lines().skip(1) {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        if name.eq_ignore_ascii_case("content-length") {
            let length: usize = value.trim().parse()?;
            return Ok(answer.len() >= at + end.len() + length);
        }
        if name.eq_ignore_ascii_case("transfer-encoding") {
            return Ok(answer.ends_with(b"0\r\n\r\n"));
        }
    }
    // Without either it would go on until the connection ends: no server here does that.
    Err(format!("an answer without a length: {head}").into())
}

#[cfg(test)]
mod tests {
    use super::is_whole;

    #[test]
    fn an_answer_ends_where_its_headers_say() {
        for (answer, whole) in [
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", false),
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{", false),
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", true),
            (
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n",
                false,
            ),
            (
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
                true,
            ),
        ] {
            assert_eq!(is_whole(answer.as_bytes()).unwrap(), whole, "{answer}");
        }
        assert!(is_whole(b"HTTP/1.1 200 OK\r\n\r\n{}").is_err());
    }
}
