//! The marks of a field: `#[prop(..)]`.

use crate::shape::{Form, Shape};
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Attribute, Error, Ident, LitBool, LitInt, LitStr, Result, Token, meta::ParseNestedMeta, parse::ParseStream};

/// The marks of one field.
#[derive(Default)]
#[allow(clippy::struct_excessive_bools, reason = "each mark stands by itself")]
pub struct Marks {
    /// A change replaces.
    pub replace: bool,
    /// Always secret.
    pub secret: bool,
    /// Never read back.
    pub write_only: bool,
    /// The cloud does not know it.
    pub local: bool,
    /// Watched only while given.
    pub opt_in: bool,
    /// Others may change it.
    pub ambient: bool,
    /// Order does not matter.
    pub set: bool,
    /// No update changes it (outputs).
    pub stable: bool,
    /// The variant of `Compare`.
    pub compare: Option<Ident>,
    /// What absence means.
    pub default: Option<Literal>,
    /// The longest auto-name.
    pub auto_name: Option<LitInt>,
    /// The variant of `Holds`.
    pub holds: Option<Ident>,
    /// The name on the wire, if it is not the camel case of the field's.
    pub name: Option<LitStr>,
}

/// A default as written.
pub enum Literal {
    /// A truth value.
    Bool(LitBool),
    /// A whole number, perhaps negative.
    Integer(bool, LitInt),
    /// Text.
    Text(LitStr),
}

const INPUT_MARKS: &[&str] = &[
    "replace",
    "secret",
    "write_only",
    "local",
    "opt_in",
    "ambient",
    "set",
    "json",
    "compare",
    "default",
    "auto_name",
    "holds",
    "name",
];
const OUTPUT_MARKS: &[&str] = &["stable", "secret", "name"];
const COMPARES: &[(&str, &str)] = &[
    ("exact", "Exact"),
    ("json", "Json"),
    ("policy", "Policy"),
    ("cidr", "Cidr"),
    ("case_insensitive", "CaseInsensitive"),
    ("version_prefix", "VersionPrefix"),
    ("protocol", "Protocol"),
    ("domain", "Domain"),
];

impl Marks {
    /// Reads the marks of an input.
    pub fn of_input(attributes: &[Attribute], shape: &Shape) -> Result<Self> {
        let marks = Self::parse(attributes, INPUT_MARKS)?;
        marks.check(shape)?;
        Ok(marks)
    }

    /// Reads the marks of an output.
    pub fn of_output(attributes: &[Attribute]) -> Result<Self> {
        Self::parse(attributes, OUTPUT_MARKS)
    }

    fn parse(attributes: &[Attribute], known: &[&str]) -> Result<Self> {
        let mut marks = Self::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("prop")) {
            attribute.parse_nested_meta(|meta| marks.mark(&meta, known))?;
        }
        Ok(marks)
    }

    fn mark(&mut self, meta: &ParseNestedMeta<'_>, known: &[&str]) -> Result<()> {
        let word = meta.path.get_ident().map(Ident::to_string).unwrap_or_default();
        if !known.contains(&word.as_str()) {
            return Err(meta.error(format!("unknown mark; the marks here are {}", listed(known))));
        }
        let flag = |mark: &mut bool| {
            if *mark {
                return Err(meta.error("this mark is here twice"));
            }
            *mark = true;
            Ok(())
        };
        match word.as_str() {
            "replace" => flag(&mut self.replace)?,
            "secret" => flag(&mut self.secret)?,
            "write_only" => flag(&mut self.write_only)?,
            "local" => flag(&mut self.local)?,
            "opt_in" => flag(&mut self.opt_in)?,
            "ambient" => flag(&mut self.ambient)?,
            "set" => flag(&mut self.set)?,
            "stable" => flag(&mut self.stable)?,
            "json" => once(meta, &mut self.compare, Ident::new("Json", Span::call_site()))?,
            "compare" => {
                let how: Ident = meta.value()?.parse()?;
                let name = how.to_string();
                let Some((_, variant)) = COMPARES.iter().find(|(known, _)| *known == name) else {
                    let names: Vec<&str> = COMPARES.iter().map(|(name, _)| *name).collect();
                    return Err(Error::new(how.span(), format!("unknown comparison; there are {}", listed(&names))));
                };
                once(meta, &mut self.compare, Ident::new(variant, how.span()))?;
            }
            "default" => {
                let value = meta.value()?;
                once(meta, &mut self.default, literal(value)?)?;
            }
            "holds" => {
                let how: Option<Ident> = if meta.input.peek(Token![=]) { Some(meta.value()?.parse()?) } else { None };
                let variant = match &how {
                    None => Ident::new("Loosely", Span::call_site()),
                    Some(how) if how == "firmly" => Ident::new("Firmly", how.span()),
                    Some(how) => return Err(Error::new(how.span(), "write `holds` or `holds = firmly`")),
                };
                once(meta, &mut self.holds, variant)?;
            }
            "auto_name" => once(meta, &mut self.auto_name, meta.value()?.parse()?)?,
            _ => once(meta, &mut self.name, meta.value()?.parse()?)?,
        }
        Ok(())
    }

    /// Marks that can have no effect on the type are mistakes.
    fn check(&self, shape: &Shape) -> Result<()> {
        let span = match &self.default {
            Some(Literal::Bool(literal)) if !shape.is("bool") => Some((literal.span(), "true or false")),
            Some(Literal::Text(literal)) if shape.is("bool") || shape.is("i64") => Some((literal.span(), "text")),
            Some(Literal::Integer(_, literal)) if shape.is("bool") || shape.is("String") => {
                Some((literal.span(), "a number"))
            }
            _ => None,
        };
        if let Some((span, what)) = span {
            return Err(Error::new(span, format!("the field holds something else than {what}")));
        }
        if let Some(length) = &self.auto_name
            && !shape.is("String")
        {
            return Err(Error::new(length.span(), "only text can have an auto-name"));
        }
        if self.set && shape.form != Form::List {
            return Err(Error::new_spanned(&shape.inner, "`set` is a mark of lists"));
        }
        Ok(())
    }

    /// The `Option<Literal>` of the default, taking lists and maps for empty by default.
    pub fn default_literal(&self, shape: &Shape) -> TokenStream {
        let literal = match (&self.default, shape.form) {
            (Some(Literal::Bool(literal)), _) => quote!(Bool(#literal)),
            (Some(Literal::Integer(true, literal)), _) => quote!(Integer(-#literal)),
            (Some(Literal::Integer(false, literal)), _) => quote!(Integer(#literal)),
            (Some(Literal::Text(literal)), _) => quote!(String(#literal)),
            (None, Form::List) if !shape.optional => quote!(EmptyList),
            (None, Form::Map) if !shape.optional => quote!(EmptyMap),
            (None, _) => return quote!(::core::option::Option::None),
        };
        quote!(::core::option::Option::Some(::farsight::model::Literal::#literal))
    }

    /// The `Marks` of the schema.
    pub fn expand(&self, shape: &Shape) -> TokenStream {
        let Marks { replace, secret, write_only, local, opt_in, ambient, set, .. } = self;
        let compare = self.compare.as_ref().map_or_else(|| quote!(Exact), |variant| quote!(#variant));
        let holds = self.holds.as_ref().map_or_else(|| quote!(No), |variant| quote!(#variant));
        let default = self.default_literal(shape);
        let auto_name = self.auto_name.as_ref().map_or_else(
            || quote!(::core::option::Option::None),
            |length| quote!(::core::option::Option::Some(#length)),
        );
        quote! {
            ::farsight::model::Marks {
                replace: #replace,
                secret: #secret,
                write_only: #write_only,
                local: #local,
                opt_in: #opt_in,
                ambient: #ambient,
                set: #set,
                compare: ::farsight::model::Compare::#compare,
                default: #default,
                auto_name: #auto_name,
                holds: ::farsight::model::Holds::#holds,
            }
        }
    }
}

fn once<T>(meta: &ParseNestedMeta<'_>, slot: &mut Option<T>, value: T) -> Result<()> {
    if slot.replace(value).is_some() { Err(meta.error("this mark is here twice")) } else { Ok(()) }
}

fn literal(input: ParseStream<'_>) -> Result<Literal> {
    if input.peek(LitBool) {
        return input.parse().map(Literal::Bool);
    }
    if input.peek(LitStr) {
        return input.parse().map(Literal::Text);
    }
    let negative = input.parse::<Option<Token![-]>>()?.is_some();
    match input.parse() {
        Ok(number) => Ok(Literal::Integer(negative, number)),
        Err(error) => Err(Error::new(error.span(), "a default is `true`, `false`, a whole number or text in quotes")),
    }
}

/// Names for an error message.
pub fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
