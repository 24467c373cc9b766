//! The articles of the plan documents and every rule of every pack: for each a site that meets it, one that breaks it, one that
//! meets it on a condition, and one on which something is missing, as far as the text knows all four.
//!
//! `table` says which rules an article is; the documents' modules hold the sites. A rule without sites fails here.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]
#![allow(clippy::too_many_lines, reason = "sites are data")]
#![allow(dead_code, reason = "the site is shared by several test programs")]

#[path = "../site/mod.rs"]
mod site;

mod case;
mod conflicts;
mod document_000;
mod document_001;
mod document_002;
mod document_002_blocks;
mod document_002_water_and_heritage;
mod document_003;
mod document_004;
mod guide;
mod indicators;
mod missing;
mod opinions;
mod reported;
mod table;
