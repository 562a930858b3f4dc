//! A description out of the words of a project.

/// The most characters of a synopsis, which is a line of a list (policy 3.4.1).
pub(crate) const LONGEST_SYNOPSIS: usize = 79;

const ARTICLES: [&str; 3] = ["a", "an", "the"];

/// The words whose full stop ends no sentence.
const SHORTENED: [&str; 6] = ["e.g.", "i.e.", "etc.", "vs.", "cf.", "incl."];

/// The words that lead to others: no synopsis ends with one.
const LEADING: [&str; 20] = [
    "a", "an", "and", "as", "at", "by", "for", "from", "in", "into", "is", "of", "on", "or",
    "that", "the", "to", "using", "which", "with",
];

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
/// what of the text is not in it. An empty name is none.
pub(crate) fn summary(text: &str, name: &str) -> Option<String> {
    // A control file must not contain control characters.
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let text = words.join(" ");
    let (first, others) = first_sentence(&text);
    let sentence = without_start(first, name);
    let whole = sentence.trim_end_matches('.');
    if whole.is_empty() {
        return None;
    }
    let (synopsis, rest) = if whole.chars().count() <= LONGEST_SYNOPSIS {
        (whole, "")
    } else {
        parted(sentence)
    };
    let rest = [rest, others].join(" ");
    let rest = rest.trim();
    Some(if rest.is_empty() {
        synopsis.to_owned()
    } else {
        format!("{synopsis}\n{rest}")
    })
}

/// Returns the first sentence of a text, and the others.
fn first_sentence(text: &str) -> (&str, &str) {
    let mut stops = text.match_indices(". ").filter(|(at, _)| {
        let word = text[..=*at].rsplit(' ').next().unwrap_or_default();
        !SHORTENED.contains(&word.trim_start_matches('('))
    });
    match stops.next() {
        Some((at, _)) => (&text[..=at], &text[at + 2..]),
        None => (text, ""),
    }
}

/// Parts a sentence that is too long for a synopsis, before a word.
fn parted(sentence: &str) -> (&str, &str) {
    let longest = sentence.char_indices().nth(LONGEST_SYNOPSIS);
    let (start, _) = sentence.split_at(longest.map_or(sentence.len(), |(at, _)| at));
    // A space right behind it ends a word that fits.
    let fits = sentence[start.len()..].starts_with(' ');
    let mut synopsis = match start.rsplit_once(' ') {
        Some((words, _)) if !fits => words,
        _ => start,
    };
    while let Some((words, last)) = synopsis.rsplit_once(' ')
        && LEADING.contains(&last)
    {
        synopsis = words;
    }
    let rest = sentence[synopsis.len()..].trim_start();
    (synopsis.trim_end_matches([',', ';', ':', '-']), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_take_debians_form() {
        let [short, rest] = [16, 14].map(|number| vec!["word"; number].join(" "));
        let long = format!("{short} {rest}");
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
            (&*long, Some(format!("{short}\n{rest}"))),
            (
                &format!("{long}. More."),
                Some(format!("{short}\n{rest}. More.")),
            ),
            (
                "Orders is a tool that searches the whole of the current directory for a pattern, and the next one.",
                Some(
                    "tool that searches the whole of the current directory for a pattern\n\
                     and the next one."
                        .into(),
                ),
            ),
            (
                &"x".repeat(81),
                Some(format!("{}\nxx", "x".repeat(LONGEST_SYNOPSIS))),
            ),
            (
                "Takes orders (e.g. of books). Keeps them.",
                Some("Takes orders (e.g. of books)\nKeeps them.".into()),
            ),
            (" \n", None),
        ] {
            assert_eq!(summary(text, "orders"), expected, "{text}");
        }
    }
}
