//! A proxy that does to requests, and to their answers, what happens to them on a bad day.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// The fate of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It passes.
    None,
    /// It does not arrive: the answer has this status and code.
    Answer(u16, &'static str),
    /// It does not arrive, and there is no answer.
    Cut,
    /// It arrives, and the answer is lost.
    Lost,
    /// It arrives, and half of the answer comes back.
    Torn,
    /// It arrives without its conditions.
    Unconditional,
}

/// The proxy. It ends with the tests.
#[derive(Debug)]
pub(crate) struct Proxy {
    /// `http://127.0.0.1:PORT`.
    pub(crate) endpoint: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Starts a proxy before a server. The fate of a request depends on its number, from 0, and
    /// on its first line.
    pub(crate) fn before(
        server: &str,
        fate: impl Fn(usize, &str) -> Fault + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (server, fate, seen) = (server.to_owned(), Arc::new(fate), Arc::clone(&requests));
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (server, fate, seen) = (server.clone(), Arc::clone(&fate), Arc::clone(&seen));
                // A client that goes away is no fault of the proxy.
                std::thread::spawn(move || serve(&client, &server, &*fate, &seen));
            }
        });
        Self { endpoint, requests }
    }

    /// Returns method and path of the requests until now, without their signatures.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn serve(
    client: &TcpStream,
    server: &str,
    fate: &dyn Fn(usize, &str) -> Fault,
    seen: &Mutex<Vec<String>>,
) -> io::Result<()> {
    let request = Request::read(client)?;
    let number = {
        let mut seen = seen.lock().unwrap();
        seen.push(request.name());
        seen.len() - 1
    };
    let fault = fate(number, &request.head[0]);
    let answer = match fault {
        Fault::Cut => return client.shutdown(Shutdown::Both),
        Fault::Answer(status, code) => {
            let body = format!("<Error><Code>{code}</Code><Message>A test.</Message></Error>");
            let body = if request.head[0].starts_with("HEAD ") {
                ""
            } else {
                &body
            };
            format!(
                "HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            )
            .into_bytes()
        }
        _ => request.send(server, fault == Fault::Unconditional)?,
    };
    let mut client = client;
    match fault {
        Fault::Lost => {}
        Fault::Torn => client.write_all(&answer[..answer.len() - answer.len() / 4])?,
        _ => client.write_all(&answer)?,
    }
    client.shutdown(Shutdown::Both)
}

struct Request {
    /// Its lines until the empty one.
    head: Vec<String>,
    body: Vec<u8>,
}

impl Request {
    fn read(client: &TcpStream) -> io::Result<Self> {
        let mut reader = BufReader::new(client);
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let line = line.trim_end();
            if line.is_empty() {
                break;
            }
            head.push(line.to_owned());
        }
        let length = head
            .iter()
            .filter_map(|line| line.split_once(": "))
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .map_or(0, |(_, length)| length.parse().unwrap());
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        Ok(Self { head, body })
    }

    fn name(&self) -> String {
        let words: Vec<&str> = self.head[0].split([' ', '?']).collect();
        words[..2].join(" ")
    }

    fn send(&self, server: &str, without_conditions: bool) -> io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect(server)?;
        let mut head = String::new();
        for line in &self.head {
            let name = line.split(':').next().unwrap_or_default().to_lowercase();
            let condition = matches!(name.as_str(), "if-match" | "if-none-match");
            if name != "connection" && !(condition && without_conditions) {
                head.push_str(line);
                head.push_str("\r\n");
            }
        }
        stream.write_all(format!("{head}connection: close\r\n\r\n").as_bytes())?;
        stream.write_all(&self.body)?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(answer)
    }
}
