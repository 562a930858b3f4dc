//! The first document of a YAML file, with anchors, aliases and merge keys resolved. Its size is limited:
//! aliases of aliases could make a few lines fill the memory.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError};

use super::node::{Content, Fault, Node, Table};

/// The most values of a file, those of aliases included.
const MOST_VALUES: usize = 200_000;
/// The most levels of lists and tables.
const DEEPEST: usize = 100;

/// Reads the first document; nothing where there is none.
pub(super) fn read(text: &str) -> Result<Node, Fault> {
    let mut reader = Reader::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| scan_fault(&error))?;
        let line = span.start.line();
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let is_nothing = style == ScalarStyle::Plain && is_null(&text);
                let content = if is_nothing {
                    Content::Nothing
                } else {
                    Content::Text(text.into_owned())
                };
                reader.add(Node { line, content }, anchor)?;
            }
            Event::SequenceStart(anchor, _) => {
                reader.begin(line, anchor, Content::List(Vec::new()))?;
            }
            Event::MappingStart(anchor, _) => {
                reader.begin(line, anchor, Content::Table(Table::default()))?;
            }
            Event::SequenceEnd | Event::MappingEnd => reader.end()?,
            Event::Alias(anchor) => {
                let Some((value, size)) = reader.anchors.get(&anchor).cloned() else {
                    return Err(fault(line, "an alias of a value that has not ended"));
                };
                reader.count(size, line)?;
                reader.put(value)?;
            }
            Event::DocumentEnd | Event::StreamEnd => break,
            Event::Nothing | Event::StreamStart | Event::DocumentStart(_) => {}
        }
    }
    Ok(reader.root.unwrap_or(Node {
        line: 1,
        content: Content::Nothing,
    }))
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

fn scan_fault(error: &ScanError) -> Fault {
    Fault {
        line: error.marker().line(),
        message: format!("this is no YAML: {}", error.info()),
    }
}

fn fault(line: usize, message: &str) -> Fault {
    Fault {
        line,
        message: message.to_owned(),
    }
}

/// A list or table that has not ended.
struct Open {
    node: Node,
    anchor: usize,
    /// The key whose value comes next.
    key: Option<(String, usize)>,
    /// The tables that are merged into it, for the keys that it has not itself.
    merged: Vec<Table>,
    /// The number of values before it.
    before: usize,
}

#[derive(Default)]
struct Reader {
    open: Vec<Open>,
    root: Option<Node>,
    /// Values with an anchor, and how many values each is.
    anchors: HashMap<usize, (Node, usize)>,
    values: usize,
}

impl Reader {
    fn count(&mut self, more: usize, line: usize) -> Result<(), Fault> {
        self.values += more;
        if self.values > MOST_VALUES {
            return Err(fault(
                line,
                "too many values, expected no more than 200000 with those of aliases",
            ));
        }
        Ok(())
    }

    fn add(&mut self, node: Node, anchor: usize) -> Result<(), Fault> {
        self.count(1, node.line)?;
        if anchor > 0 {
            self.anchors.insert(anchor, (node.clone(), 1));
        }
        self.put(node)
    }

    fn begin(&mut self, line: usize, anchor: usize, content: Content) -> Result<(), Fault> {
        self.count(1, line)?;
        if self.open.len() == DEEPEST {
            return Err(fault(line, "too many levels, expected no more than 100"));
        }
        self.open.push(Open {
            node: Node { line, content },
            anchor,
            key: None,
            merged: Vec::new(),
            before: self.values - 1,
        });
        Ok(())
    }

    fn end(&mut self) -> Result<(), Fault> {
        let Some(mut open) = self.open.pop() else {
            return Ok(());
        };
        if let Content::Table(table) = &mut open.node.content {
            for merged in open.merged {
                for (key, value) in merged.iter() {
                    table.insert(key.to_owned(), value.clone());
                }
            }
        }
        if open.anchor > 0 {
            let size = self.values - open.before;
            self.anchors.insert(open.anchor, (open.node.clone(), size));
        }
        self.put(open.node)
    }

    /// Puts a whole value where it belongs.
    fn put(&mut self, node: Node) -> Result<(), Fault> {
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        match &mut open.node.content {
            Content::List(list) => list.push(node),
            Content::Table(table) => match open.key.take() {
                None => {
                    let text = match node.content {
                        Content::Text(text) => text,
                        Content::Nothing => "null".into(),
                        _ => return Err(fault(node.line, "this key is no text")),
                    };
                    open.key = Some((text, node.line));
                }
                Some((key, line)) if key == "<<" => open.merged.extend(merged(node, line)?),
                Some((key, line)) => {
                    let content = node.content;
                    if !table.insert(key.clone(), Node { line, content }) {
                        return Err(fault(line, &format!("key `{key}` is there twice")));
                    }
                }
            },
            Content::Nothing | Content::Text(_) => {}
        }
        Ok(())
    }
}

/// Returns the tables that a merge key names.
fn merged(node: Node, line: usize) -> Result<Vec<Table>, Fault> {
    let nodes = match node.content {
        Content::List(list) => list,
        _ => vec![node],
    };
    let tables = nodes.into_iter().map(|node| match node.content {
        Content::Table(table) => Ok(table),
        _ => Err(fault(line, "`<<` merges something else than a table")),
    });
    tables.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes a value on one line, each table with its line.
    fn shown(node: &Node) -> String {
        match &node.content {
            Content::Nothing => "-".into(),
            Content::Text(text) => format!("{text:?}"),
            Content::List(list) => {
                let list: Vec<String> = list.iter().map(shown).collect();
                format!("[{}]", list.join(" "))
            }
            Content::Table(table) => {
                let entries = table.iter();
                let entries: Vec<String> = entries
                    .map(|(key, value)| format!("{key}@{}:{}", value.line, shown(value)))
                    .collect();
                format!("{{{}}}", entries.join(" "))
            }
        }
    }

    #[test]
    fn values_have_lines_and_aliases_are_resolved() {
        for (text, expected) in [
            ("", "-"),
            ("a: 1\nb:\n  - x\n  - ~\n", "{a@1:\"1\" b@2:[\"x\" -]}"),
            (
                "x: &x {a: 1, b: 2}\ny: {<<: *x, b: 3}\nz: {b: 4, <<: [*x]}\n",
                "{x@1:{a@1:\"1\" b@1:\"2\"} y@2:{b@2:\"3\" a@1:\"1\"} z@3:{b@3:\"4\" a@1:\"1\"}}",
            ),
            ("a: \"null\"\n---\nb: 1\n", "{a@1:\"null\"}"),
        ] {
            assert_eq!(
                read(text).map(|node| shown(&node)),
                Ok(expected.into()),
                "{text:?}"
            );
        }
    }

    #[test]
    fn faults_have_their_line() {
        let deep = format!("{}{}", "[".repeat(101), "]".repeat(101));
        let mut bomb = String::from("a0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9]\n");
        for n in 1..9 {
            let before = vec![format!("*a{}", n - 1); 9].join(", ");
            bomb.extend([format!("a{n}: &a{n} [{before}]\n")]);
        }
        for (text, line, message) in [
            ("a: 1\na: 2\n", 2, "key `a` is there twice"),
            ("a: 1\n[b]: 2\n", 2, "this key is no text"),
            ("<<: 1\n", 1, "`<<` merges something else than a table"),
            (&deep, 1, "too many levels, expected no more than 100"),
            (
                &bomb,
                6,
                "too many values, expected no more than 200000 with those of aliases",
            ),
            ("a: &a [*a]\n", 1, "an alias of a value that has not ended"),
        ] {
            let fault = read(text).expect_err(text);
            assert_eq!((fault.line, fault.message.as_str()), (line, message));
        }
        let fault = read("a: 1\n  b: 2\n").expect_err("it is none");
        assert_eq!(fault.line, 2, "{fault:?}");
        assert!(fault.message.starts_with("this is no YAML: "), "{fault:?}");
    }
}
