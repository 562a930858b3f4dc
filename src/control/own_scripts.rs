//! The author's own maintainer scripts, put together with what the package itself does.

use serde::Serialize;

use crate::deployment::{Deployment, Script};
use crate::interpreter::Interpreter;
use crate::own_scripts::{OwnScript, with_command};
use crate::template::{TemplateError, Templates};

/// The variables of the templates.
#[derive(Serialize)]
struct OwnContext<'a> {
    package: &'a str,
    version: String,
    /// The name of the script.
    script: &'a str,
    /// The source of the author's text.
    origin: &'a str,
    /// The words that run the author's text.
    interpreter: &'a Interpreter,
    /// The author's text.
    own: &'a str,
    /// The words that run the package's own part.
    part_interpreter: &'a Interpreter,
    /// The package's own part, without its `#!` line.
    part: &'a str,
    /// A line that is none of either text, to end a here-document.
    end: String,
    /// True where the author's text runs after the package's own part.
    is_last: bool,
    /// True where the author's text asks questions by debconf.
    asks: bool,
}

/// Returns the maintainer script of an author's text and of the package's own part, where there
/// is one.
pub(super) fn combined(
    own: &OwnScript,
    part: Option<&str>,
    deployment: &Deployment,
    templates: &Templates,
) -> Result<String, TemplateError> {
    let Some(part) = part else {
        return Ok(with_command(&own.text));
    };
    let part_interpreter = Interpreter::of(part).unwrap_or_else(Interpreter::sh);
    let context = OwnContext {
        package: deployment.package.as_str(),
        version: deployment.version.to_string(),
        script: own.script.name(),
        origin: &own.origin,
        interpreter: &own.interpreter,
        own: own.text.strip_suffix('\n').unwrap_or(&own.text),
        part_interpreter: &part_interpreter,
        part: without_first(part).trim(),
        end: end(&[&own.text, part]),
        is_last: own.script == Script::Postrm,
        asks: ["confmodule", "debconf", "Debconf"]
            .iter()
            .any(|word| own.text.contains(word)),
    };
    let render = |name: &str| templates.render(name, &context);
    if !own.has_place() {
        return render("package/scripts.sh");
    }
    let (first, rest) = own.text.split_once('\n').unwrap_or((&own.text, ""));
    let begin = render("package/scripts-begin.sh")?;
    let rest = replaced(rest, &render("package/scripts-place.sh")?);
    Ok(format!("{first}\n{}\n{rest}", begin.trim_end()))
}

/// Returns a text with another in the place of the line that holds the package's own part.
fn replaced(text: &str, by: &str) -> String {
    let mut whole = String::with_capacity(text.len() + by.len());
    for line in text.split_inclusive('\n') {
        if OwnScript::is_place(line) {
            whole.push_str(by.trim_end());
            whole.push('\n');
        } else {
            whole.push_str(line);
        }
    }
    whole
}

fn without_first(part: &str) -> &str {
    match part.split_once('\n') {
        Some((first, rest)) if first.starts_with("#!") => rest,
        _ => part,
    }
}

/// Returns a line that none of the texts has.
fn end(texts: &[&str]) -> String {
    let mut end = "END_OF_SCRIPT".to_owned();
    while texts
        .iter()
        .any(|text| text.lines().any(|line| line == end))
    {
        end.push('_');
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_no_line_of_a_text() {
        assert_eq!(end(&["a\nEND_OF_SCRIPT x\n"]), "END_OF_SCRIPT");
        assert_eq!(
            end(&["END_OF_SCRIPT\n", "END_OF_SCRIPT_"]),
            "END_OF_SCRIPT__"
        );
    }

    #[test]
    fn the_rest_of_a_script_stays_as_it_is() {
        let text = "#!/bin/sh\n\ta  \n  #DEBHELPER# \n# #DEBHELPER#\n\nb";
        assert_eq!(
            with_command(text),
            "#!/bin/sh\n\ta  \n  : \n# #DEBHELPER#\n\nb"
        );
        assert_eq!(
            replaced(text, "part\n"),
            "#!/bin/sh\n\ta  \npart\n# #DEBHELPER#\n\nb"
        );
    }
}
