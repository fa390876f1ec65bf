//! A server that answers the same bytes to the same request always, so that only the caller differs.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};

/// What AURA answers where a token is asked for (R01), as the contract describes it.
pub const TOKEN: &str =
    r#"{"accessToken":"header.payload.signature","tokenType":"Bearer","expiresIn":3600}"#;

/// The answer to a creation (R28).
pub const RAISED: &str = r#"{"message":"Request completed successfully.","callout":{"calloutClassificationId":1,"createdAt":"2026-01-01T10:00:00.000Z","customerId":5,"id":7,"latitude":-26.12345,"longitude":28.12345,"responseTypeId":1,"status":"created","url":"https://track.example.com/7?token=abcdef","predefinedLocationId":null}}"#;

/// A callout as it is read back, nested (R31).
pub const CALLOUT: &str = r#"{"message":"Request completed successfully.","callout":{"calloutClassification":{"value":"REAL"},"createdAt":"2026-01-01T10:00:00.000Z","customerId":5,"id":7,"incidentInformation":[{"calloutClassification":{"value":"REAL"},"calloutCurrentLocation":{"latitude":-26.12345,"longitude":28.12345},"incidentcategory":{"description":"Armed response"},"responseType":{"value":"SECURITY"},"typeOfEmergency":{"description":"Panic"},"predefinedLocationId":null,"dispatchedAt":null,"arrivedAt":null,"completedAt":null}],"status":"created"}}"#;

/// Serves on a free port of this machine until the process ends.
///
/// # Errors
///
/// If no port can be had.
pub fn serve() -> io::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // Whoever hangs up has had what it wanted.
            std::thread::spawn(move || drop(answer(&stream)));
        }
    });
    Ok(address)
}

fn answer(stream: &TcpStream) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut writer = stream;
    stream.set_nodelay(true)?;
    loop {
        let mut request = String::new();
        if reader.read_line(&mut request)? == 0 {
            return Ok(());
        }
        let mut length = 0;
        loop {
            let mut header = String::new();
            reader.read_line(&mut header)?;
            if header.trim().is_empty() {
                break;
            }
            if let Some((name, value)) = header.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap_or(0);
            }
        }
        io::copy(&mut (&mut reader).take(length), &mut io::sink())?;
        let (status, body) = match request.as_str() {
            get if get.starts_with("GET") => ("200 OK", CALLOUT),
            token if token.contains("/oauth/token") => ("200 OK", TOKEN),
            _ => ("201 Created", RAISED),
        };
        // One write, so that the caller reads once.
        let answer = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        writer.write_all(answer.as_bytes())?;
    }
}
