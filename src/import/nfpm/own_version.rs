//! Packages of one file that are wanted at its own version, as Debian writes it: `${VERSION}` has no
//! revision, and nothing but the environment has it.

use super::Source;
use crate::debian::OWN_VERSION;
use crate::manifest::draft::Text;

impl Source<'_> {
    /// Writes `${binary:Version}` where a package has the version of this one.
    pub(super) fn at_own_version(&self, field: &str, written: &mut [(usize, Text, String)]) {
        let Some(own) = &self.own_version else { return };
        // What is not needed may be anybody's.
        let takes_any = ["breaks", "conflicts", "provides", "replaces"].contains(&field);
        for (_, text, plain) in written {
            let parts = plain.split('|').map(|part| {
                let name = part
                    .trim()
                    .split([' ', '(', ':'])
                    .next()
                    .unwrap_or_default();
                let is_own = takes_any || self.names.iter().any(|it| it == name);
                let before = part.trim_end().strip_suffix(')')?.trim_end();
                let before = before.strip_suffix(own).filter(|_| is_own)?;
                let is_version = before.trim_end().ends_with(['=', '<', '>']);
                is_version.then(|| part.replace(own, OWN_VERSION[0]))
            });
            let parts: Vec<Option<String>> = parts.collect();
            if parts.iter().any(Option::is_some) {
                let old = plain.split('|');
                let new = parts.into_iter().zip(old);
                let new = new.map(|(new, old)| new.unwrap_or_else(|| old.to_owned()));
                *plain = new.collect::<Vec<_>>().join("|");
                *text = Text::verbatim(plain);
            }
        }
    }
}
