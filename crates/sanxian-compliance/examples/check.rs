//! Checks a scheme file and prints verdicts, totals and findings: `cargo run --release --example check -- examples/xinzhou/scheme.toml`.

use std::error::Error;

use sanxian_compliance::{Scheme, check};
use sanxian_overlay::Progress;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("give the path of a scheme file")?;
    let progress = Progress::default();
    let scheme = Scheme::from_toml(path)?;
    let report = check(scheme.read(&progress)?, scheme.packs(), &progress)?;
    println!("{}: {}", report.name, report.verdict.as_str());
    for outcome in &report.rules {
        println!("{outcome}");
    }
    for found in &report.findings {
        println!("{} {}", found.source.as_deref().unwrap_or("-"), found.finding);
    }
    println!("{:#}", report.evidence);
    Ok(())
}
