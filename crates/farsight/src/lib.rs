//! What an infrastructure program imports: declare resources, and the engine does the rest.
//!
//! ```no_run
//! use farsight::prelude::*;
//!
//! fn main() -> farsight::Exit {
//!     farsight::program(|cx| {
//!         let cidr = cx.config().or("vpc_cidr", "10.0.0.0/16");
//!         cx.export("cidr", cidr);
//!         Ok(())
//!     })
//! }
//! ```
//!
//! A program declares everything in one pass and never waits for the cloud. What is not known yet is an [`Output`]: it
//! can be given wherever a value can, and be computed with ([`Output::map`], [`output!`], [`json!`], [`all`]).
//!
//! Every resource type has a builder with a setter per property and the [`Options`] that all types share. Should a type
//! have a property named like an option, `.name(..)` sets the property and `Options::name(builder, ..)` the option.

extern crate self as farsight;

mod alias;
mod check;
mod combine;
mod component;
mod config;
mod context;
mod data;
mod dependency;
mod draft;
mod error;
mod handle;
mod hook;
mod input;
mod link;
mod options;
mod output;
mod panics;
pub mod policy;
pub mod prelude;
mod program;
mod session;
mod stack_reference;
mod table;
pub mod testing;
mod transform;

pub use alias::Alias;
pub use check::{Check, HttpCheck};
pub use combine::{All, AsOutput, all, join, json};
pub use component::{Component, ComponentBuilder};
pub use config::{Config, ConfigDefault};
pub use context::Context;
pub use data::Data;
pub use dependency::{Dependencies, Dependency};
pub use draft::Draft;
pub use error::{Error, Result};
pub use farsight_derive::{Inputs, Outputs, PropEnum, json, output, value};
pub use farsight_model as model;
pub use farsight_model::{Timeouts, Value};
pub use handle::Handle;
pub use hook::{Step, When};
pub use input::Input;
pub use options::Options;
pub use output::Output;
pub use program::{Exit, program};
pub use stack_reference::StackReference;
pub use transform::Declaring;

/// What generated code uses; not for programs.
#[doc(hidden)]
pub mod __private {
    pub use crate::combine::{Part, format};
    pub use crate::table::{BlockDraft, Given, Missing, OutputTable, Table, block, field, secret};
}
