//! What programs and tables of resource types need at hand: `use farsight::prelude::*`.

pub use crate::{Context, Data, Input, Inputs, Options, Output, Outputs, PropEnum, Value, json, output, value};
pub use farsight_model as model;
pub use farsight_model::Resource;
pub use std::collections::BTreeMap;
