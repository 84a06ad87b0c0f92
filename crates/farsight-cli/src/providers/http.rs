//! Checks over HTTP: one GET request, its status, and perhaps a text in its body.

use farsight_model::Value;
use farsight_provider::{Error, Fault, Result, Sight, text_of};
use std::io::{ErrorKind, Read};
use std::str::FromStr;
use std::time::Duration;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Error as Failure};

/// As much of a body as is searched.
const BODY: u64 = 1 << 20;

/// Where requests go in place of the host of their URL, which stays in the header `Host` and is what certificates must
/// be of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Via(Uri);

impl FromStr for Via {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let wrong = || format!("`{text}` is no HOST:PORT, such as `127.0.0.1:8000`");
        let uri: Uri = format!("http://{text}").parse().map_err(|_| wrong())?;
        let plain = uri.port_u16().is_some() && uri.path_and_query().is_none_or(|path| path == "/");
        let host = uri.host().is_some_and(|host| !host.is_empty());
        if plain && host && !text.contains('@') { Ok(Self(uri)) } else { Err(wrong()) }
    }
}

/// Asks once. Nothing of the URL or the body is told: both may hold secrets.
pub async fn probe(args: &Value, patience: Duration, via: Option<Via>) -> Result<Sight> {
    let url = text_of(args, "url")?;
    let status = args.get("status").and_then(Value::as_int).unwrap_or(200);
    let text = args.get("contains").and_then(Value::as_str).map(str::to_owned);
    let asked = tokio::task::spawn_blocking(move || ask(&url, status, text.as_deref(), patience, via));
    asked.await.map_err(|error| Error::new(Fault::Rejected, format!("the request was not sent: {error}")))
}

fn ask(url: &str, status: i64, text: Option<&str>, patience: Duration, via: Option<Via>) -> Sight {
    let config = Config::builder()
        .timeout_global(Some(patience))
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .user_agent(concat!("farsight/", env!("CARGO_PKG_VERSION")))
        .build();
    let agent = Agent::with_parts(config, DefaultConnector::default(), Names { via });
    let mut answer = match agent.get(url).call() {
        Ok(answer) => answer,
        Err(failure) => return why(url, &failure, patience),
    };
    let got = answer.status().as_u16();
    if i64::from(got) != status {
        return Sight::NotYet(format!("status {got}, not {status}"));
    }
    let Some(text) = text else { return Sight::Holds(format!("status {got}")) };
    let mut body = Vec::new();
    match answer.body_mut().as_reader().take(BODY).read_to_end(&mut body) {
        Ok(_) if String::from_utf8_lossy(&body).contains(text) => {
            Sight::Holds(format!("status {got}, with the expected text"))
        }
        Ok(_) => Sight::NotYet(format!("status {got}, without the expected text")),
        Err(error) => Sight::NotYet(format!("status {got}, and then {}", words(error.kind()))),
    }
}

fn why(url: &str, failure: &Failure, patience: Duration) -> Sight {
    match failure {
        Failure::BadUri(_) | Failure::Http(_) => Sight::Never("the URL is none of HTTP or HTTPS".into()),
        Failure::HostNotFound => Sight::NotYet("the name of the host does not resolve".into()),
        Failure::Timeout(_) => Sight::NotYet(format!("no answer within {} s", patience.as_secs())),
        Failure::Io(error) => Sight::NotYet(words(error.kind())),
        Failure::Rustls(error) => {
            let uri: Option<Uri> = url.parse().ok();
            let host = uri.as_ref().and_then(Uri::host).unwrap_or(url);
            Sight::NotYet(format!("TLS: {error}").replace(host, "the host"))
        }
        _ => Sight::NotYet("the answer is not one of HTTP".into()),
    }
}

fn words(kind: ErrorKind) -> String {
    kind.to_string()
}

/// Finds addresses: those of the URL's host, or the one that was named in its place.
#[derive(Debug)]
struct Names {
    via: Option<Via>,
}

impl Resolver for Names {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> std::result::Result<ResolvedSocketAddrs, Failure> {
        // The scheme is checked first: a URL that is none is wrong wherever it is sent.
        if !matches!(uri.scheme_str(), Some("http" | "https")) {
            return Err(Failure::BadUri("unknown scheme".into()));
        }
        let uri = self.via.as_ref().map_or(uri, |Via(via)| via);
        DefaultResolver::default().resolve(uri, config, timeout).map_err(|failure| match failure {
            Failure::Io(_) => Failure::HostNotFound,
            other => other,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::net::TcpListener;

    /// A server on this machine that answers every request so, and gives the request back.
    fn server(answer: &'static str) -> (u16, std::sync::mpsc::Receiver<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, requests) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut buffer = [0; 4096];
                let read = stream.read(&mut buffer).unwrap();
                stream.write_all(answer.as_bytes()).unwrap();
                let _ = sender.send(String::from_utf8_lossy(&buffer[..read]).into_owned());
            }
        });
        (port, requests)
    }

    const HEALTHY: &str = "HTTP/1.1 200 OK\r\ncontent-length: 15\r\nconnection: close\r\n\r\n{\"status\":\"ok\"}";
    const MOVED: &str =
        "HTTP/1.1 301 Moved\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

    async fn told(url: &str, more: &[(&str, Value)], via: Option<&str>) -> Sight {
        let args = [("url", Value::from(url))].into_iter().chain(more.iter().cloned());
        probe(&Value::map(args), Duration::from_secs(20), via.map(|via| via.parse().unwrap())).await.unwrap()
    }

    #[tokio::test]
    async fn status_and_text_decide() {
        let (port, _requests) = server(HEALTHY);
        let url = format!("http://127.0.0.1:{port}/health?token=hunter2");
        let contains = |text: &str| [("contains", Value::from(text))];
        assert_eq!(told(&url, &[], None).await, Sight::Holds("status 200".into()));
        let found = told(&url, &contains("\"ok\""), None).await;
        assert_eq!(found, Sight::Holds("status 200, with the expected text".into()));
        let missing = told(&url, &contains("hunter3"), None).await;
        assert_eq!(missing, Sight::NotYet("status 200, without the expected text".into()));
        let other = told(&url, &[("status", Value::from(204_i64))], None).await;
        assert_eq!(other, Sight::NotYet("status 200, not 204".into()));
    }

    /// Protects the meaning of a health check: what redirects is not healthy, and nobody else is asked.
    #[tokio::test]
    async fn a_redirect_is_an_answer() {
        let (port, _requests) = server(MOVED);
        let url = format!("http://127.0.0.1:{port}/");
        assert_eq!(told(&url, &[], None).await, Sight::NotYet("status 301, not 200".into()));
        assert_eq!(told(&url, &[("status", Value::from(301_i64))], None).await, Sight::Holds("status 301".into()));
    }

    /// Protects checks of a load balancer from a machine that cannot resolve its name.
    #[tokio::test]
    async fn a_request_goes_elsewhere_with_the_host_that_it_is_for() {
        let (port, requests) = server(HEALTHY);
        let url = "http://farsight-alb.invalid/health";
        let via = format!("127.0.0.1:{port}");
        assert_eq!(told(url, &[], Some(&via)).await, Sight::Holds("status 200".into()));
        let request = requests.recv().unwrap().to_lowercase();
        assert!(request.starts_with("get /health http/1.1\r\n"), "{request}");
        assert!(request.contains("\r\nhost: farsight-alb.invalid\r\n"), "{request}");
        let lost = Sight::NotYet("the name of the host does not resolve".into());
        assert_eq!(told(url, &[], None).await, lost);
    }

    #[tokio::test]
    async fn nobody_there_is_not_yet_and_no_url_is_never() {
        // No service has listened on the first port for decades.
        let refused = told("http://127.0.0.1:1/secret", &[], None).await;
        assert_eq!(refused, Sight::NotYet("connection refused".into()));
        for url in ["ftp://127.0.0.1/", "no url at all", "/health"] {
            assert!(matches!(told(url, &[], Some("127.0.0.1:1")).await, Sight::Never(_)), "{url}");
        }
        let error = probe(&Value::map::<&str>([]), Duration::from_secs(1), None).await.unwrap_err();
        assert_eq!(error.message, "the check needs `url`");
    }

    #[test]
    fn a_place_is_a_host_and_a_port() {
        for good in ["127.0.0.1:8000", "localhost:80", "[::1]:8000"] {
            assert!(good.parse::<Via>().is_ok(), "{good}");
        }
        for bad in ["", "localhost", "localhost:", ":80", "a:80/health", "http://a:80", "me@a:80", "a:99999"] {
            assert!(bad.parse::<Via>().is_err(), "{bad}");
        }
    }
}
