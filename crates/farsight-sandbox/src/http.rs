//! The few HTTP calls to the server's private paths.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

/// A server that is starting answers late rather than never; one that is gone refuses at once.
const PATIENCE: Duration = Duration::from_secs(10);

/// The body of a 200 answer, or a reason why there is none.
pub(crate) fn call(port: u16, method: &str, path: &str) -> Result<String, String> {
    exchange(port, method, path).map_err(|error| error.to_string()).and_then(|answer| {
        body_of(&answer).ok_or_else(|| answer.lines().next().unwrap_or("an empty answer").to_owned())
    })
}

fn exchange(port: u16, method: &str, path: &str) -> std::io::Result<String> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(stream, "{method} {path} HTTP/1.0\r\nHost: {address}\r\nContent-Length: 0\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

fn body_of(answer: &str) -> Option<String> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split_whitespace().nth(1)?;
    (status == "200").then(|| body.to_owned())
}
