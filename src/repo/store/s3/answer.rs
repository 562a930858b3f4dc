//! The words of a store that refuses, in one line.

use crate::escape;

/// Returns the code of an error: `<Code>AccessDenied</Code>`.
pub(super) fn code(body: &[u8]) -> Option<String> {
    element(body, "Code")
}

/// Returns status, code and sentence of an error. Nothing else of the answer is shown: some of it
/// is of the key.
pub(super) fn words(status: u16, body: &[u8], region: Option<&str>) -> String {
    let mut words = status.to_string();
    if let Some(code) = code(body) {
        words = format!("{words} {code}");
    }
    if let Some(message) = element(body, "Message") {
        words = format!("{words}: {}", message.trim_end_matches('.'));
    }
    match region {
        Some(region) if matches!(status, 301 | 307 | 400) => {
            format!(
                "{words} (the bucket is in the region `{}`)",
                escape::line(region)
            )
        }
        _ => words,
    }
}

/// Returns a hint to the words of an error.
pub(super) fn hint(words: &str) -> Option<&'static str> {
    // Of the first word that fits.
    const HINTS: [(&str, &str); 11] = [
        ("(the bucket is in", "set `AWS_REGION` to that region"),
        (
            "NoSuchBucket",
            "make the bucket first, or check its name and `--endpoint`",
        ),
        ("RequestTimeTooSkewed", "set the clock of this machine"),
        ("RequestExpired", "set the clock of this machine"),
        (
            "ExpiredToken",
            "take a new key: the session of this one is over",
        ),
        (
            "InvalidAccessKeyId",
            "check `AWS_ACCESS_KEY_ID`, and that it is for this endpoint",
        ),
        ("SignatureDoesNotMatch", "check `AWS_SECRET_ACCESS_KEY`"),
        (
            "NotImplemented",
            "take a store that knows conditions, or write from one job only with `--single-writer`",
        ),
        (
            "403",
            "the key needs `s3:GetObject`, `s3:PutObject` and `s3:DeleteObject` for what is in the bucket, and `s3:ListBucket` for the bucket",
        ),
        ("503", "run it again later: the store is busy"),
        ("429", "run it again later: the store is busy"),
    ];
    let found = HINTS.iter().find(|(word, _)| words.contains(word));
    found.map(|(_, hint)| *hint)
}

fn element(body: &[u8], name: &str) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    let (value, _) = rest.split_once(&format!("</{name}>"))?;
    let value: String = value.chars().take(300).collect();
    let value = value
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&");
    Some(escape::line(value.trim()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_told_in_a_line() {
        let denied = "<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code><Message>Not \
                      &quot;you&quot; &amp;\u{1b}[2J others.</Message>\
                      <AWSAccessKeyId>AKIA</AWSAccessKeyId></Error>";
        for (status, body, region, expected) in [
            (
                403,
                denied,
                None,
                "403 AccessDenied: Not \"you\" &\\u{1b}[2J others",
            ),
            (403, "", None, "403"),
            (502, "<html>Bad gateway</html>", None, "502"),
            (400, "<Code>X</Code><Message>cut", None, "400 X"),
            (
                301,
                "<Code>PermanentRedirect</Code>",
                Some("eu-west-1"),
                "301 PermanentRedirect (the bucket is in the region `eu-west-1`)",
            ),
        ] {
            assert_eq!(words(status, body.as_bytes(), region), expected);
        }
        assert_eq!(words(500, b"<Code>\xff</Code>", None), "500");
    }
}
