//! beacon: an HTTP server on loopback that reports its version and a greeting.
//!
//! The configuration is a file of `key = "value"` lines, read once at start:
//! `/etc/beacon/beacon.toml`, or the file named by the first argument.
//! SIGTERM ends the server by its default action.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// What the configuration file sets.
struct Configuration {
    greeting: String,
    port: u16,
}

impl Configuration {
    fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("cannot read `{}`: {error}", path.display()))?;
        let mut configuration = Self {
            greeting: "hello from the program".to_owned(),
            port: 8379,
        };
        for (number, line) in text.lines().enumerate() {
            configuration
                .apply(line)
                .map_err(|fact| format!("`{}` line {}: {fact}", path.display(), number + 1))?;
        }
        Ok(configuration)
    }

    fn apply(&mut self, line: &str) -> Result<(), String> {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            return Ok(());
        }
        let (key, value) = line.split_once('=').ok_or("expected `key = value`")?;
        let value = value.trim().trim_matches('"');
        match key.trim() {
            "greeting" => value.clone_into(&mut self.greeting),
            "port" => self.port = value.parse().map_err(|_| format!("`{value}` is no port"))?,
            key => {
                return Err(format!(
                    "unknown key `{key}`, expected `greeting` or `port`"
                ));
            }
        }
        Ok(())
    }
}

fn main() -> ExitCode {
    let path = std::env::args_os()
        .nth(1)
        .map_or_else(|| PathBuf::from("/etc/beacon/beacon.toml"), PathBuf::from);
    match Configuration::read(&path).and_then(|configuration| listen(&configuration)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("beacon: {message}");
            ExitCode::FAILURE
        }
    }
}

fn listen(configuration: &Configuration) -> Result<(), String> {
    let address = (Ipv4Addr::LOCALHOST, configuration.port);
    let listener = TcpListener::bind(address)
        .map_err(|error| format!("cannot listen on 127.0.0.1:{}: {error}", configuration.port))?;
    eprintln!(
        "beacon {} listens on 127.0.0.1:{}",
        env!("CARGO_PKG_VERSION"),
        configuration.port
    );
    for stream in listener.incoming().flatten() {
        let greeting = configuration.greeting.clone();
        // A client that is slow or gone concerns nobody else.
        std::thread::spawn(move || serve(stream, &greeting));
    }
    Ok(())
}

fn serve(mut stream: TcpStream, greeting: &str) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut lines = BufReader::new(stream.try_clone()?.take(16 * 1024)).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    // The head is read to its end: closing earlier would reset the answer.
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let (status, body) = if request.starts_with("GET / ") {
        (
            "200 OK",
            format!(
                "beacon {}\ngreeting {greeting}\n",
                env!("CARGO_PKG_VERSION")
            ),
        )
    } else {
        ("404 Not Found", "not found\n".to_owned())
    };
    write!(
        stream,
        "HTTP/1.0 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}
