//! The notation of `output!`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::{Error, Expr, Ident, LitStr, Result, Token, ext::IdentExt};

/// `output!("text {} {name}", expr, name = expr)`.
pub struct Format {
    text: LitStr,
    positional: Vec<Expr>,
    named: Vec<(Ident, Expr)>,
}

impl Parse for Format {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut format = Self { text: input.parse()?, positional: Vec::new(), named: Vec::new() };
        while !input.is_empty() {
            input.parse::<Token![,]>()?;
            if input.is_empty() {
                break;
            }
            if input.peek(Ident::peek_any) && input.peek2(Token![=]) && !input.peek2(Token![==]) {
                let name = input.call(Ident::parse_any)?;
                input.parse::<Token![=]>()?;
                format.named.push((name, input.parse()?));
            } else {
                format.positional.push(input.parse()?);
            }
        }
        Ok(format)
    }
}

enum Piece {
    Text(String),
    /// What stands between the braces.
    Hole(String),
}

impl Format {
    /// The expression of type `Output<String>`.
    pub fn expand(&self) -> Result<TokenStream> {
        let (mut next, mut used) = (0, vec![false; self.positional.len()]);
        let mut parts = Vec::new();
        for piece in self.pieces()? {
            let hole = match piece {
                Piece::Text(text) => {
                    parts.push(quote!(::farsight::model::Value::from(#text)));
                    continue;
                }
                Piece::Hole(hole) => hole,
            };
            let expr = if hole.is_empty() || hole.bytes().all(|b| b.is_ascii_digit()) {
                let index = if hole.is_empty() { next } else { hole.parse().unwrap_or(usize::MAX) };
                next += usize::from(hole.is_empty());
                let expr = self.positional.get(index).ok_or_else(|| self.error(format!("no argument {index}")))?;
                used[index] = true;
                quote!(#expr)
            } else if let Some((_, expr)) = self.named.iter().find(|(name, _)| *name == hole) {
                quote!(#expr)
            } else {
                let name = syn::parse_str::<Ident>(&hole).map_err(|_| {
                    self.error(format!("`{{{hole}}}`: only `{{}}`, `{{0}}` and `{{name}}` are known here"))
                })?;
                let name = Ident::new(&name.to_string(), self.text.span());
                quote!(#name)
            };
            parts.push(quote!(::farsight::__private::Part::part(&#expr)));
        }
        if let Some(position) = used.iter().position(|used| !used) {
            return Err(Error::new_spanned(&self.positional[position], "this argument has no place in the text"));
        }
        Ok(quote!(::farsight::__private::format(::std::vec![#(#parts),*])))
    }

    fn pieces(&self) -> Result<Vec<Piece>> {
        let text = self.text.value();
        let (mut pieces, mut plain, mut letters) = (Vec::new(), String::new(), text.chars().peekable());
        while let Some(letter) = letters.next() {
            match letter {
                '{' | '}' if letters.peek() == Some(&letter) => {
                    letters.next();
                    plain.push(letter);
                }
                '}' => return Err(self.error("unmatched `}`; write `}}` for the letter".to_owned())),
                '{' => {
                    let mut hole = String::new();
                    loop {
                        match letters.next() {
                            Some('}') => break,
                            Some(letter) => hole.push(letter),
                            None => return Err(self.error("unmatched `{`; write `{{` for the letter".to_owned())),
                        }
                    }
                    if !plain.is_empty() {
                        pieces.push(Piece::Text(std::mem::take(&mut plain)));
                    }
                    pieces.push(Piece::Hole(hole.trim().to_owned()));
                }
                _ => plain.push(letter),
            }
        }
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain));
        }
        Ok(pieces)
    }

    fn error(&self, message: String) -> Error {
        Error::new(self.text.span(), message)
    }
}
