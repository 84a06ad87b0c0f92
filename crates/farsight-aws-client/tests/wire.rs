//! What is known about a call when the wire fails, on real sockets.

#![allow(clippy::unwrap_used, reason = "a helper of tests may fail them")]

use farsight_aws_client::{Aws, Effect, Settings, StaticCredentials};
use farsight_provider::{BoxFuture, Clock, Fault};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Never waits, so retries cost nothing.
struct Hasty;

impl Clock for Hasty {
    fn now(&self) -> i64 {
        0
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }

    fn random(&self) -> u64 {
        7
    }

    fn secret_bytes(&self, bytes: &mut [u8]) -> farsight_provider::Result<()> {
        bytes.fill(7);
        Ok(())
    }
}

async fn aws(port: u16) -> Aws {
    let settings = Settings {
        region: Some("eu-central-1".into()),
        endpoint: Some(format!("http://127.0.0.1:{port}")),
        credentials: Some(StaticCredentials { access_key_id: "test".into(), secret_access_key: "test".into() }),
        ..Settings::default()
    };
    Aws::connect(&settings, Arc::new(Hasty)).await.unwrap()
}

/// A server that answers every request with the same bytes and hangs up, and counts them.
fn server(answer: &'static str) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let seen = Arc::new(AtomicUsize::new(0));
    let counter = seen.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut buffer = [0; 8192];
            if stream.read(&mut buffer).is_ok_and(|read| read > 0) {
                counter.fetch_add(1, Ordering::SeqCst);
                let _ = stream.write_all(answer.as_bytes());
            }
        }
    });
    (port, seen)
}

async fn fault(aws: &Aws, effect: Effect) -> Fault {
    let client = aws_sdk_sts::Client::new(aws.config());
    let answer = aws.call("sts", "GetCallerIdentity", effect, || client.get_caller_identity().send()).await;
    answer.unwrap_err().fault
}

/// Protects recovery: a call that found nobody was surely not done, and may be repeated even if it writes.
#[tokio::test]
async fn a_closed_port_is_unreachable() {
    // No service has listened on the first port for decades.
    let aws = aws(1).await;
    assert_eq!(fault(&aws, Effect::Write).await, Fault::Unreachable);
    let stats = aws.stats()["sts:GetCallerIdentity"];
    assert_eq!((stats.calls, stats.retries, stats.throttles), (4, 3, 0));
}

/// Protects against duplicates: a write whose answer was lost is sent once, a read again.
#[tokio::test]
async fn a_lost_answer_is_unknown_and_a_write_is_not_repeated() {
    let (port, seen) = server("");
    let aws = aws(port).await;
    assert_eq!(fault(&aws, Effect::Write).await, Fault::Unknown);
    assert_eq!(seen.load(Ordering::SeqCst), 1);
    assert_eq!(fault(&aws, Effect::Read).await, Fault::Unknown);
    assert_eq!(seen.load(Ordering::SeqCst), 6);
}

#[tokio::test]
async fn a_truncated_answer_is_unknown() {
    let (port, seen) = server("HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\ncontent-length: 500\r\n\r\n<GetCallerId");
    assert_eq!(fault(&aws(port).await, Effect::Write).await, Fault::Unknown);
    assert_eq!(seen.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn an_unreadable_5xx_is_unknown() {
    let page =
        "HTTP/1.1 500 Internal Server Error\r\ncontent-type: text/html\r\ncontent-length: 15\r\n\r\n<html>no</html>";
    let (port, seen) = server(page);
    assert_eq!(fault(&aws(port).await, Effect::Write).await, Fault::Unknown);
    assert_eq!(seen.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn throttling_is_repeated_even_for_writes() {
    let body = "HTTP/1.1 400 Bad Request\r\ncontent-type: text/xml\r\ncontent-length: 142\r\nconnection: close\r\n\r\n\
        <ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Code>Throttling</Code><Message>slow</Message></Error></ErrorResponse>";
    let (port, seen) = server(body);
    let aws = aws(port).await;
    assert_eq!(fault(&aws, Effect::Write).await, Fault::Throttled);
    assert_eq!(seen.load(Ordering::SeqCst), 8);
    let stats = aws.stats()["sts:GetCallerIdentity"];
    assert_eq!((stats.calls, stats.retries, stats.throttles), (8, 7, 8));
}
