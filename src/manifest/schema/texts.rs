//! The schema of each type of text that a manifest holds.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::json;

use super::patterns::{self, VARIABLE, whole, whole_or_variable};
use crate::deb::Compression;
use crate::debian::{
    Architecture, ArchiveSuite, Component, Description, Homepage, MachineName, Maintainer,
    MultiArch, PackageName, Priority, Relations, SUITES, Section, SourceName, UnitName, UserName,
};
use crate::finding::tags;
use crate::manifest::capability::{self, Capability, FileCapabilities};
use crate::manifest::cargo_table::{CargoFeature, CargoProfile};
use crate::manifest::check_table::AllowedTag;
use crate::manifest::checked::{Checked, FileMode, OtherFields, SuiteName};
use crate::manifest::dependency::Dependency;
use crate::manifest::installed_size::InstalledSize;
use crate::manifest::registry_values::{
    AlternativeName, LintianTag, MemberName, OWN_MEMBERS, Reason, TriggerName,
};
use crate::manifest::service_values::{
    Argument, DirectiveName, DirectiveValue, LIMITS, LimitName, LimitValue, SectionName,
    SymlinkTarget, VariableName, VariableValue, WholeUnitName,
};
use crate::manifest::units_table::{TYPES, UnitFile};
use crate::manifest::version_table::Epoch;
use crate::output_path::OutputPath;
use crate::release::KindWord;
use crate::tree::PackagePath;

/// A value that is written as a text.
pub(crate) trait Text {
    /// The name of its schema.
    const NAME: &'static str;

    /// Returns the form of its texts.
    fn form() -> Form;
}

/// The form of texts.
pub(crate) enum Form {
    /// A pattern for the whole text, unless it has variables.
    Pattern(String),
    /// A pattern that says for itself what variables it takes.
    WithVariables(String),
    /// One of some words.
    Words(Vec<&'static str>),
    /// One of some words, or a text by a pattern.
    WordsOr(Vec<&'static str>, String),
}

/// Returns the schema of a text.
pub(crate) fn of_text<T: Text>() -> Schema {
    let variable = json!({ "type": "string", "pattern": VARIABLE });
    match T::form() {
        Form::Pattern(pattern) => {
            json_schema!({ "type": "string", "pattern": whole_or_variable(&pattern) })
        }
        Form::WithVariables(pattern) => json_schema!({ "type": "string", "pattern": pattern }),
        Form::Words(words) => {
            json_schema!({ "anyOf": [{ "type": "string", "enum": words }, variable] })
        }
        Form::WordsOr(words, pattern) => json_schema!({ "anyOf": [
            { "type": "string", "enum": words },
            { "type": "string", "pattern": whole_or_variable(&pattern) },
        ] }),
    }
}

impl<T: Text> JsonSchema for Checked<T> {
    fn schema_name() -> Cow<'static, str> {
        T::NAME.into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        of_text::<T>()
    }
}

/// Gives types their forms.
macro_rules! forms {
    ($($name:ident: $form:expr;)+) => {$(
        impl Text for $name {
            const NAME: &'static str = stringify!($name);

            fn form() -> Form {
                $form
            }
        }
    )+};
}

/// Gives types that are read without [`Checked`] their schema.
macro_rules! schemas {
    ($($name:ident: $schema:expr;)+) => {$(
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                $schema
            }
        }
    )+};
}

fn pattern(pattern: &str) -> Form {
    Form::Pattern(pattern.to_owned())
}

forms! {
    PackageName: pattern(patterns::PACKAGE_NAME);
    ArchiveSuite: pattern(patterns::FOLDER_NAME);
    Component: pattern(patterns::FOLDER_NAME);
    SourceName: Form::Pattern(patterns::source_name());
    AllowedTag: Form::Pattern(patterns::one_of(tags::all().map(|tag| tag.name)));
    MachineName: Form::WordsOr(
        Architecture::known().map(Architecture::as_str).collect(),
        patterns::foreign_architecture(),
    );
    Maintainer: pattern(patterns::MAINTAINER);
    Description: pattern(patterns::DESCRIPTION);
    Section: pattern(patterns::WORD);
    Priority: pattern(patterns::WORD);
    Homepage: pattern(patterns::WORD);
    MultiArch: Form::Words(MultiArch::words().to_vec());
    Relations: Form::WithVariables(patterns::relations());
    KindWord: Form::Words(KindWord::words());
    PackagePath: pattern(patterns::PATH);
    UserName: pattern(patterns::USER_NAME);
    UnitName: pattern(patterns::UNIT_NAME);
    FileCapabilities: Form::Pattern(file_capabilities());
    Capability: Form::WordsOr(capability::NAMES.to_vec(), any_capability());
    Compression: Form::WordsOr(Compression::words().collect(), patterns::compression_level());
    OutputPath: pattern(patterns::OUTPUT_PATH);
    Argument: pattern(patterns::ONE_LINE);
    VariableName: pattern(patterns::VARIABLE_NAME);
    VariableValue: pattern(patterns::ONE_LINE);
    LimitName: Form::Words(LIMITS.to_vec());
    WholeUnitName: pattern(patterns::WHOLE_UNIT_NAME);
    SectionName: pattern(patterns::WORD_OF_UNIT);
    DirectiveName: pattern(patterns::WORD_OF_UNIT);
    DirectiveValue: pattern(patterns::DIRECTIVE_VALUE);
    SymlinkTarget: pattern(patterns::ONE_LINE);
    CargoProfile: pattern(patterns::CARGO_PROFILE);
    CargoFeature: pattern(patterns::CARGO_FEATURE);
    AlternativeName: pattern(patterns::ALTERNATIVE_NAME);
    TriggerName: pattern(patterns::TRIGGER_NAME);
    MemberName: Form::Pattern(member_name());
    LintianTag: pattern(patterns::LINTIAN_TAG);
    Reason: pattern(patterns::REASON);
    UnitFile: Form::Pattern(unit_file());
}

impl Text for Dependency {
    const NAME: &'static str = Relations::NAME;

    fn form() -> Form {
        Relations::form()
    }
}

schemas! {
    Capability: of_text::<Self>();
    SuiteName: json_schema!({ "anyOf": [
        { "type": "string", "enum": SUITES.map(|suite| suite.name) },
        { "type": "string", "pattern": VARIABLE },
    ] });
    FileMode: json_schema!({
        "description": "Permission bits in octal, such as `0640`.",
        "type": "string",
        "pattern": whole_or_variable(patterns::FILE_MODE),
    });
    LimitValue: json_schema!({ "anyOf": [
        { "type": "integer", "minimum": 0 },
        { "type": "string", "enum": ["infinity"] },
        { "type": "string", "pattern": VARIABLE },
    ] });
    Epoch: json_schema!({ "anyOf": [
        { "type": "integer", "minimum": 0, "maximum": crate::debian::Version::EPOCH_MAX },
        { "type": "string", "pattern": whole_or_variable(patterns::EPOCH) },
    ] });
    InstalledSize: json_schema!({ "anyOf": [
        { "type": "integer", "minimum": 0 },
        { "type": "string", "pattern": whole_or_variable(patterns::SIZE) },
    ] });
    OtherFields: other_fields();
}

fn any_capability() -> String {
    let names = patterns::one_of_any_case(capability::NAMES);
    format!("(?:[cC][aA][pP]_)?{names}")
}

fn file_capabilities() -> String {
    let one = any_capability();
    format!(r"(?:(?:^|,){one})+[+=](?:e(?:i?p?|pi)|i(?:e?p?|pe)|p(?:e?i?|ie))")
}

fn member_name() -> String {
    let own = patterns::one_of(OWN_MEMBERS.map(|(name, _)| name));
    format!("(?!{own}$)[A-Za-z0-9][A-Za-z0-9+_-]{{0,99}}")
}

fn unit_file() -> String {
    let kinds = patterns::one_of(TYPES);
    let name = r"[A-Za-z0-9:_.@\\-]";
    format!(
        r"(?=[^/]{{0,255}}$|[^/]{{0,255}}\.d/)(?![@.-]){name}+\.{kinds}(?:\.d/(?!\.conf$){name}*\.conf)?"
    )
}

/// Returns the schema of `fields`: any field that is the author's to set.
fn other_fields() -> Schema {
    let (refused, one_line) = patterns::fields();
    let switch = patterns::one_of_any_case(["Essential", "Protected"]);
    let control = patterns::CONTROL;
    let text = |pattern: String| json!({ "type": "string", "pattern": pattern });
    let name = r"(?![#-])[!-#%-9;-~]{2,}";
    json_schema!({
        "type": "object",
        "patternProperties": {
            (whole(&switch)): text(whole_or_variable(r"\s*|yes|no")),
            (whole(&one_line)): text(whole_or_variable(&format!(
                r"\s*|(?:[^${control}]|\t)*[\s]*"
            ))),
            (format!("^(?!(?:{refused}|{one_line}|{switch})$){name}$")): text(whole_or_variable(
                &format!(r"\s*|(?:[^${control}]|[\n\t])*")
            )),
            (VARIABLE): text(patterns::TEXT.to_owned()),
        },
        "additionalProperties": false,
    })
}
