//! The derives that turn a struct into the table of a resource type, and the macros `output!`, `value!` and `json!`.
//!
//! Programs and tables use them through the crate `farsight`, whose paths the generated code names.

mod block;
mod builder;
mod data;
mod format;
mod handle;
mod marks;
mod names;
mod outputs;
mod plain;
mod prop_enum;
mod schema;
mod shape;
mod table;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a struct the inputs of a resource type, or a nested block.
///
/// On the struct, `#[inputs(..)]` takes either `block`, or all of `resource = "Subnet"` (the name of the type that
/// programs use), `token = "aws:ec2/subnet:Subnet"`, `import_id = "what an id looks like"` and
/// `outputs = SubnetOutputs`. Conditions over several inputs are `exactly_one("a", "b")`, `at_most_one("a", "b")`,
/// `at_least_one("a", "b")` and `requires("a", "b")`.
///
/// On a field, `#[prop(..)]` takes the marks `replace`, `secret`, `write_only`, `local`, `opt_in`, `ambient`, `set`,
/// `json`, `compare = exact|json|policy|cidr|case_insensitive|version_prefix|protocol|domain`, `default = ..`,
/// `auto_name = N`, `holds` or `holds = firmly`, and `name = "wireName"`. A field that is no `Option`, no list, no map and
/// has no default must be given by programs.
#[proc_macro_derive(Inputs, attributes(inputs, prop))]
pub fn inputs(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand(table::Table::parse(&input).map(|table| table.expand()))
}

/// Makes a struct the outputs of a resource type: what it answers besides its inputs.
///
/// A field takes the marks `stable` (no update changes it), `secret` and `name = "wireName"`.
#[proc_macro_derive(Outputs, attributes(prop))]
pub fn outputs(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand(outputs::expand(&input))
}

/// Makes an enum without data a property of a few texts: each variant's name in lower case, or its `rename`.
#[proc_macro_derive(PropEnum, attributes(prop))]
pub fn prop_enum(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand(prop_enum::expand(&input))
}

/// Text with outputs in it: `output!("postgres://{}:{port}", db.address())`.
///
/// The parts are outputs, or anything that can be displayed. `{}`, `{0}` and `{name}` work as in `format!`;
/// there are no format specifications.
#[proc_macro]
pub fn output(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as format::Format);
    expand(input.expand())
}

/// Data in the notation of JSON with outputs in it: `value!({ "id": vpc.id(), "ports": [80, 443] })`.
#[proc_macro]
pub fn value(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as data::Node);
    input.expand().into()
}

/// A JSON document, as text, with outputs in it; the notation is that of `value!`.
#[proc_macro]
pub fn json(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as data::Node).expand();
    quote::quote!(::farsight::json(#input)).into()
}

fn expand(result: syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    result.unwrap_or_else(|error| error.to_compile_error()).into()
}
