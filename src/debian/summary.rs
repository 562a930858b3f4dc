//! A description out of the words of a project.

/// The most characters of a synopsis, which is a line of a list (policy 3.4.1).
pub(crate) const LONGEST_SYNOPSIS: usize = 79;

const ARTICLES: [&str; 3] = ["a", "an", "the"];

/// Returns whether a synopsis starts with an article.
pub(crate) fn starts_with_article(synopsis: &str) -> bool {
    let first = synopsis.split(' ').next().unwrap_or_default();
    ARTICLES.iter().any(|it| first.eq_ignore_ascii_case(it))
}

/// Returns whether a synopsis starts with a name.
pub(crate) fn starts_with_name(synopsis: &str, name: &str) -> bool {
    let first = synopsis.split(' ').next().unwrap_or_default();
    first.eq_ignore_ascii_case(name)
}

/// Returns a synopsis without the name of its package and articles before it: "Orders is a service" is
/// "service". Nothing is left of one that has nothing else.
fn without_start<'a>(mut synopsis: &'a str, name: &str) -> &'a str {
    let rest = |text: &'a str| {
        text.split_once(' ')
            .map_or("", |(_, rest)| rest.trim_start())
    };
    if starts_with_name(synopsis, name) {
        synopsis = rest(synopsis).trim_start_matches(['-', '–', '—', ':', ' ']);
        if let Some(told) = synopsis
            .strip_prefix("is ")
            .filter(|it| starts_with_article(it))
        {
            synopsis = told;
        }
    }
    while starts_with_article(synopsis) {
        synopsis = rest(synopsis);
    }
    synopsis
}

/// Returns a description in Debian's form: a synopsis without the package's name, article and full stop, then
/// the rest. An empty name is none.
pub(crate) fn summary(text: &str, name: &str) -> Option<String> {
    // A control file must not contain control characters.
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let text = words.join(" ");
    let (first, rest) = match text.split_once(". ") {
        Some((first, rest)) => (first, rest),
        None => (text.as_str(), ""),
    };
    let synopsis = without_start(first.trim_end_matches('.'), name);
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
            ("THE The order service", Some("order service".into())),
            ("Orders is an order service.", Some("order service".into())),
            ("orders - takes orders", Some("takes orders".into())),
            ("Orders takes orders", Some("takes orders".into())),
            ("ORDERS", None),
            (long, Some(format!("{short}\n{long}"))),
            (" \n", None),
        ] {
            assert_eq!(summary(text, "orders"), expected, "{text}");
        }
    }
}
