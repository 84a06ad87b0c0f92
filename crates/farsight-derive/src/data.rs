//! The notation of `value!` and `json!`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Expr, Ident, LitStr, Result, Token, braced, bracketed, token};

/// A part of a document.
pub enum Node {
    /// `{ "key": node, .. }`.
    Map(Punctuated<Entry, Token![,]>),
    /// `[node, ..]`.
    List(Punctuated<Node, Token![,]>),
    /// `null`.
    Null,
    /// Any Rust expression.
    Leaf(Box<Expr>),
}

/// One key of a map, with what it holds.
pub struct Entry {
    key: TokenStream,
    node: Node,
}

impl Parse for Node {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if input.peek(token::Brace) {
            let content;
            braced!(content in input);
            return Punctuated::parse_terminated(&content).map(Node::Map);
        }
        if input.peek(token::Bracket) && is_whole(input) {
            let content;
            bracketed!(content in input);
            return Punctuated::parse_terminated(&content).map(Node::List);
        }
        if input.peek(Ident) {
            let ahead = input.fork();
            if ahead.parse::<Ident>()? == "null" && (ahead.is_empty() || ahead.peek(Token![,])) {
                input.parse::<Ident>()?;
                return Ok(Node::Null);
            }
        }
        input.parse().map(|expr| Node::Leaf(Box::new(expr)))
    }
}

/// Whether the brackets ahead are all there is, rather than the begin of an expression such as `[a, b].concat()`.
fn is_whole(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    ahead.parse::<proc_macro2::Group>().is_ok() && (ahead.is_empty() || ahead.peek(Token![,]))
}

impl Parse for Entry {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let key = if input.peek(token::Paren) {
            let content;
            syn::parenthesized!(content in input);
            let expr: Expr = content.parse()?;
            quote!(#expr)
        } else {
            let key: LitStr = input.parse()?;
            quote!(#key)
        };
        input.parse::<Token![:]>()?;
        Ok(Self { key, node: input.parse()? })
    }
}

impl Node {
    /// The expression of type `Value`.
    pub fn expand(&self) -> TokenStream {
        match self {
            Node::Map(entries) => {
                let entries = entries.iter().map(|Entry { key, node }| {
                    let node = node.expand();
                    quote!((::std::string::String::from(#key), #node))
                });
                quote!(::farsight::model::Value::map::<::std::string::String>([#(#entries),*]))
            }
            Node::List(items) => {
                let items = items.iter().map(Node::expand);
                quote!(::farsight::model::Value::List(::std::vec![#(#items),*]))
            }
            Node::Null => quote!(::farsight::model::Value::Null),
            Node::Leaf(expr) => quote!(::farsight::Data::into_data(#expr)),
        }
    }
}
