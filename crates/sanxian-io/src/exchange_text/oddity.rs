//! Deviations from the format that change nothing of what is read: each is told once, with its first line.

use crate::finding::Finding;

/// What was met so far.
#[derive(Debug, Default)]
pub(super) struct Oddities(Vec<Oddity>);

#[derive(Debug)]
struct Oddity {
    code: &'static str,
    /// Tells apart what has one code and several messages.
    variant: usize,
    message: String,
    line: u64,
    count: u64,
}

impl Oddities {
    pub(super) fn note(
        &mut self,
        code: &'static str,
        variant: usize,
        line: u64,
        message: impl FnOnce() -> String,
    ) {
        match self.0.iter_mut().find(|oddity| (oddity.code, oddity.variant) == (code, variant)) {
            Some(oddity) => oddity.count += 1,
            None => self.0.push(Oddity { code, variant, message: message(), line, count: 1 }),
        }
    }

    pub(super) fn into_findings(self) -> impl Iterator<Item = Finding> {
        self.0.into_iter().map(|Oddity { code, message, line, count, .. }| {
            Finding::info(code, format!("{message},共 {count} 行")).at_line(line)
        })
    }
}
