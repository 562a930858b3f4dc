//! The first paragraph of a README in Markdown, as text.

/// Returns the first paragraph of text: headings, badges, HTML, code, lists, tables and quotes before
/// it are passed over, and what makes words bold, links or code is taken away.
pub(super) fn paragraph(text: &str) -> Option<String> {
    let mut paragraph: Vec<&str> = Vec::new();
    let mut is_fenced = false;
    let mut is_passed_over = false;
    for line in without_front_matter(text)
        .lines()
        .chain([""])
        .map(str::trim)
    {
        let is_fence = line.starts_with("```") || line.starts_with("~~~");
        is_fenced ^= is_fence;
        let is_underline = !line.is_empty() && line.trim_matches(['=', '-']).is_empty();
        let ends = line.is_empty() || is_fence || is_fenced || line.starts_with('#');
        if is_underline {
            // The lines before were a heading.
            paragraph.clear();
        } else if ends {
            let read = plain(&paragraph.join(" "));
            if read.chars().any(char::is_alphanumeric) {
                return Some(read);
            }
            paragraph.clear();
            is_passed_over = false;
        } else if paragraph.is_empty() && (is_passed_over || is_no_text(line)) {
            is_passed_over = true;
        } else {
            paragraph.push(line);
        }
    }
    None
}

/// Returns a paragraph with its first sentence, without its full stop, on a line of its own.
pub(super) fn first_sentence_apart(paragraph: &str) -> String {
    let ends = paragraph.match_indices(". ");
    let mut ends = ends.filter(|(at, _)| {
        let rest = &paragraph[at + 2..];
        rest.starts_with(char::is_uppercase)
    });
    match ends.next() {
        Some((at, _)) => format!("{}\n{}", &paragraph[..at], &paragraph[at + 2..]),
        None => paragraph.trim_end_matches('.').to_owned(),
    }
}

/// Returns the text after the settings between lines of `---` that some tools put first.
fn without_front_matter(text: &str) -> &str {
    let text = text.trim_start_matches('\u{feff}');
    let after = text
        .strip_prefix("---\n")
        .and_then(|rest| Some(rest.split_once("\n---\n")?.1));
    after.unwrap_or(text)
}

/// Returns whether a block that starts with this line is no paragraph.
fn is_no_text(line: &str) -> bool {
    let is_numbered = line.split_once(". ").is_some_and(|(number, _)| {
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    });
    let starts = ["<", ">", "|", "* ", "- ", "+ "];
    let is_definition = line.starts_with('[') && line.contains("]: ");
    is_numbered || is_definition || starts.iter().any(|start| line.starts_with(start))
}

/// Returns the words of a paragraph: a link's own, none of an image.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['[', '!', '`', '*', '_']) {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((_, after)) = rest.strip_prefix('!').and_then(link) {
            rest = after;
        } else if let Some((inner, after)) = link(rest) {
            plain.push_str(&self::plain(inner));
            rest = after;
        } else {
            let sign = rest.chars().next().unwrap_or_default();
            let after = &rest[sign.len_utf8()..];
            let inside_word =
                plain.ends_with(char::is_alphanumeric) && after.starts_with(char::is_alphanumeric);
            let is_mark = sign == '`' || matches!(sign, '*' | '_') && !inside_word;
            if !is_mark {
                plain.push(sign);
            }
            rest = after;
        }
    }
    plain.push_str(rest);
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Splits a text that starts with a link into the words of the link and what follows it.
fn link(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    let end = text.char_indices().find_map(|(at, sign)| {
        match sign {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        (depth == 0).then_some(at)
    })?;
    let inner = text.get(1..end).filter(|_| text.starts_with('['))?;
    let after = text.get(end + 1..)?;
    let (open, close) = match after.chars().next()? {
        '(' => ('(', ')'),
        '[' => ('[', ']'),
        _ => return None,
    };
    let (_, after) = after.strip_prefix(open)?.split_once(close)?;
    Some((inner, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_paragraph_is_found() {
        #[rustfmt::skip]
        let table = [
            ("# Orders\n\nTakes orders\nand keeps them.\n\nMore.\n", Some("Takes orders and keeps them.")),
            ("# Orders\nTakes orders.\n", Some("Takes orders.")),
            ("Orders\n======\nTakes orders.\n", Some("Takes orders.")),
            ("[![CI](https://x/ci.svg)](https://x/ci) ![y](z)\n\nTakes.\n", Some("Takes.")),
            ("<p align=center>\n<img src=x>\n</p>\n\nTakes.\n", Some("Takes.")),
            ("```\ncode\n\nmore\n```\nTakes.\n", Some("Takes.")),
            ("---\ntitle: x\n---\nTakes.", Some("Takes.")),
            ("> quote\n> more\n\n* item\n  of it\n\n1. one\n\n| a | b |\n\n[x]: y\n\nTakes.\n", Some("Takes.")),
            ("**Takes** [orders](https://x), `now` and *then*, my_app 2 * 3", Some("Takes orders, now and then, my_app 2 3")),
            ("See [the manual][1] [sic]", Some("See the manual [sic]")),
            ("\u{feff}Takes.", Some("Takes.")),
            ("# Only\n\n![badge](x)\n", None),
            ("", None),
            ("[", None),
            ("a ![", Some("a ![")),
            ("[a](b", Some("[a](b")),
        ];
        for (text, expected) in table {
            assert_eq!(paragraph(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn the_first_sentence_is_a_synopsis() {
        for (text, expected) in [
            ("Takes orders. Keeps them.", "Takes orders\nKeeps them."),
            ("Takes orders, e.g. books.", "Takes orders, e.g. books"),
            ("Takes orders", "Takes orders"),
        ] {
            assert_eq!(first_sentence_apart(text), expected);
        }
    }
}
