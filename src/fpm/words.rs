//! Words as a shell reads them, for the options of files and of `FPMOPTS`.

/// Parts a text into words: blanks divide them, quotes and backslashes keep what they hold.
/// `None` where a quote has no end.
pub(super) fn split(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            blank if blank.is_ascii_whitespace() => words.extend(word.take()),
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match letters.next()? {
                        '\'' => break,
                        inner => word.push(inner),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match letters.next()? {
                        '"' => break,
                        '\\' => match letters.next()? {
                            '\n' => {}
                            kept @ ('$' | '`' | '"' | '\\') => word.push(kept),
                            other => word.extend(['\\', other]),
                        },
                        inner => word.push(inner),
                    }
                }
            }
            '\\' => match letters.next() {
                Some('\n') => {}
                escaped => word.get_or_insert_default().extend(escaped),
            },
            plain => word.get_or_insert_default().push(plain),
        }
    }
    words.extend(word);
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn quotes_keep_blanks() {
        let text = "-n a\\ b 'c d'\"e \\\"f\\\" \\n\" '' \\\n --x=\"1\"\n";
        let words = ["-n", "a b", "c de \"f\" \\n", "", "--x=1"];
        assert_eq!(split(text).unwrap(), words);
        assert_eq!(split(" \n"), Some(Vec::new()));
        for open in ["'a", "\"a", "a\"b\\"] {
            assert_eq!(split(open), None, "{open}");
        }
    }
}
