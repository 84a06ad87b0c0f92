//! Random values as programs see them: made once, kept in state, and made anew only when their shape or keepers change.
//!
//! ```no_run
//! use farsight::prelude::*;
//! use farsight_random::RandomPassword;
//!
//! fn main() -> farsight::Exit {
//!     farsight::program(|cx| {
//!         let password = RandomPassword::new("database").length(32).special(false).add(cx);
//!         cx.export("password", password.result());
//!         Ok(())
//!     })
//! }
//! ```
//!
//! Tokens and property names are those of the Pulumi random package. Left out are `bcryptHash`, of which every reader of
//! a password would have to trust the cost, and `number`, the deprecated name of `numeric`.

pub mod random_id;
pub mod random_password;
pub mod random_string;

pub use random_id::{RandomId, RandomIdArgs, RandomIdOutputs};
pub use random_password::{RandomPassword, RandomPasswordArgs, RandomPasswordOutputs};
pub use random_string::{RandomString, RandomStringArgs, RandomStringOutputs};
