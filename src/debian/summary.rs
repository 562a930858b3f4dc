//! A description out of the words of a project.

/// The most characters of a synopsis, which is a line of a list (policy 3.4.1).
const LONGEST_SYNOPSIS: usize = 80;

/// Returns a description in Debian's form: a synopsis without article and full stop, then the
/// rest.
pub(crate) fn summary(text: &str) -> Option<String> {
    // A control file must not contain control characters.
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let text = words.join(" ");
    let (first, rest) = match text.split_once(". ") {
        Some((first, rest)) => (first, rest),
        None => (text.as_str(), ""),
    };
    let mut synopsis = first.trim_end_matches('.');
    for article in ["A ", "An ", "The ", "a ", "an ", "the "] {
        synopsis = synopsis.strip_prefix(article).unwrap_or(synopsis);
    }
    if synopsis.is_empty() {
        return None;
    }
    let (synopsis, rest) = if synopsis.chars().count() <= LONGEST_SYNOPSIS {
        (synopsis.to_owned(), rest)
    } else {
        // The whole text follows the part that fits.
        let mut short = String::new();
        for word in synopsis.split(' ') {
            if short.chars().count() + 1 + word.chars().count() > LONGEST_SYNOPSIS {
                break;
            }
            short.push_str(if short.is_empty() { "" } else { " " });
            short.push_str(word);
        }
        if short.is_empty() {
            short = synopsis.chars().take(LONGEST_SYNOPSIS).collect();
        }
        (short, text.as_str())
    };
    Some(if rest.is_empty() {
        synopsis
    } else {
        format!("{synopsis}\n{rest}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_take_debians_form() {
        let long = "word ".repeat(30);
        let long = long.trim_end();
        let short = ["word"; 16].join(" ");
        for (text, expected) in [
            ("Takes orders", Some("Takes orders".to_owned())),
            ("An order service.", Some("order service".into())),
            (
                "Takes orders.\n Keeps them. Long.",
                Some("Takes orders\nKeeps them. Long.".into()),
            ),
            (long, Some(format!("{short}\n{long}"))),
            (" \n", None),
        ] {
            assert_eq!(summary(text), expected, "{text}");
        }
    }
}
