//! `#[derive(PropEnum)]`.

use crate::marks::listed;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, LitStr, Result, Variant};

/// The conversions of an enum whose variants stand for texts.
pub fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let ident = &input.ident;
    let Data::Enum(data) = &input.data else {
        return Err(Error::new_spanned(ident, "`PropEnum` is for enums"));
    };
    let (mut variants, mut texts): (Vec<_>, Vec<String>) = (Vec::new(), Vec::new());
    for variant in &data.variants {
        if !variant.fields.is_empty() {
            return Err(Error::new_spanned(variant, "a variant stands for one text and holds no data"));
        }
        let text = text_of(variant)?;
        if texts.contains(&text) {
            return Err(Error::new_spanned(variant, format!("`{text}` is taken by another variant")));
        }
        variants.push(&variant.ident);
        texts.push(text);
    }
    let expected = format!("one of {}", listed(&texts.iter().map(String::as_str).collect::<Vec<_>>()));
    Ok(quote! {
        #[allow(clippy::pedantic)]
        impl #ident {
            /// The text that travels.
            pub const fn as_str(&self) -> &'static str {
                match self { #(Self::#variants => #texts),* }
            }
            /// The variant for a text that came, if there is one.
            pub fn from_wire(text: &str) -> ::core::option::Option<Self> {
                match text {
                    #(#texts => ::core::option::Option::Some(Self::#variants),)*
                    _ => ::core::option::Option::None,
                }
            }
        }
        #[automatically_derived]
        impl ::core::fmt::Display for #ident {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }
        #[automatically_derived]
        impl ::farsight::model::IntoValue for #ident {
            const KIND: ::farsight::model::Kind = ::farsight::model::Kind::Enum(&[#(#texts),*]);
            const RUST: ::core::option::Option<::farsight::model::RustType> =
                ::core::option::Option::Some(::farsight::model::RustType {
                    module: ::core::module_path!(),
                    name: ::core::stringify!(#ident),
                    variants: &[#(::core::stringify!(#variants)),*],
                });
            fn into_value(self) -> ::farsight::model::Value {
                ::farsight::model::Value::from(self.as_str())
            }
        }
        #[automatically_derived]
        impl ::farsight::model::FromValue for #ident {
            fn from_value(
                value: &::farsight::model::Value,
            ) -> ::core::result::Result<Self, ::farsight::model::Mismatch> {
                value.as_str().and_then(Self::from_wire).ok_or(::farsight::model::Mismatch::new(#expected))
            }
        }
        #[automatically_derived]
        impl ::core::convert::From<#ident> for ::farsight::Input<#ident> {
            fn from(value: #ident) -> Self {
                ::farsight::Input::known(value)
            }
        }
        #[automatically_derived]
        impl ::farsight::Data for #ident {
            fn into_data(self) -> ::farsight::model::Value {
                ::farsight::model::IntoValue::into_value(self)
            }
        }
        #[automatically_derived]
        impl ::farsight::ConfigDefault for #ident {
            type Of = Self;
            fn into_default(self) -> Self {
                self
            }
        }
    })
}

fn text_of(variant: &Variant) -> Result<String> {
    let mut text = variant.ident.to_string().to_lowercase();
    for attribute in variant.attrs.iter().filter(|attribute| attribute.path().is_ident("prop")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("rename") {
                return Err(meta.error("unknown mark; a variant takes `rename = \"..\"`"));
            }
            text = meta.value()?.parse::<LitStr>()?.value();
            Ok(())
        })?;
    }
    Ok(text)
}
