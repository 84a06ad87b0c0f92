//! A struct with `#[derive(Inputs)]`, read.

use crate::marks::{Marks, listed};
use crate::shape::{Form, Shape};
use crate::{block, builder, handle, names, plain, schema};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{
    Attribute, Data, DeriveInput, Error, Fields, Ident, LitStr, Path, Result, Token, Type, Visibility,
    meta::ParseNestedMeta, punctuated::Punctuated,
};

/// The inputs of a resource type, or a nested block.
pub struct Table {
    /// The struct.
    pub ident: Ident,
    /// Its visibility, which the generated types share.
    pub vis: Visibility,
    /// Its doc comment.
    pub doc: String,
    /// Its fields.
    pub fields: Vec<Field>,
    /// What it is.
    pub role: Role,
}

/// What a struct of inputs is.
pub enum Role {
    /// A nested block.
    Block,
    /// A resource type.
    Resource(Box<Resource>),
}

/// What only resource types have.
pub struct Resource {
    /// The handle's name.
    pub ident: Ident,
    /// The type token.
    pub token: LitStr,
    /// What an id looks like.
    pub import_id: LitStr,
    /// The struct of outputs.
    pub outputs: Path,
    /// Conditions: the variant of `Rule` and its wire names.
    pub rules: Vec<(Ident, Vec<String>)>,
}

/// One input.
pub struct Field {
    /// The field.
    pub ident: Ident,
    /// Its type as written.
    pub ty: Type,
    /// What the type is.
    pub shape: Shape,
    /// Its marks.
    pub marks: Marks,
    /// Its name on the wire.
    pub wire: String,
    /// Its doc comment.
    pub doc: String,
}

impl Field {
    /// Whether a program must give it.
    pub fn required(&self) -> bool {
        !self.shape.optional
            && self.shape.form == Form::Other
            && self.marks.default.is_none()
            && self.marks.auto_name.is_none()
    }

    /// The type parameter of the builder that says whether the field was given. It must not hide the type of a field.
    pub fn state(&self) -> Ident {
        Ident::new(&format!("Has{}", names::pascal(&names::plain(&self.ident))), self.ident.span())
    }
}

impl Table {
    /// Reads the struct; every mistake is reported at its word.
    pub fn parse(input: &DeriveInput) -> Result<Self> {
        let fields = fields_of(input)?;
        let mut errors: Option<Error> = None;
        let mut note = |error: Error| match &mut errors {
            Some(all) => all.combine(error),
            None => errors = Some(error),
        };
        let fields: Vec<Field> = fields.iter().filter_map(|field| parse_field(field).map_err(&mut note).ok()).collect();
        let role = Attributes::parse(&input.attrs, &fields)
            .and_then(|attributes| attributes.role(input))
            .map_err(&mut note)
            .ok();
        match (errors, role) {
            (None, Some(role)) => Ok(Self {
                ident: input.ident.clone(),
                vis: input.vis.clone(),
                doc: names::doc(&input.attrs),
                fields,
                role,
            }),
            (errors, _) => Err(errors.unwrap_or_else(|| Error::new_spanned(&input.ident, "no table"))),
        }
    }

    /// Everything that is generated for the struct.
    pub fn expand(&self) -> TokenStream {
        let values = plain::expand(self);
        let table = schema::expand_fields(self);
        let rest = match &self.role {
            Role::Block => block::expand(self),
            Role::Resource(resource) => {
                let schema = schema::expand_resource(self, resource);
                let handle = handle::expand(self, resource);
                let builder = builder::expand(self, resource);
                quote!(#schema #handle #builder)
            }
        };
        quote!(#values #table #rest)
    }

    /// The fields that a program must give.
    pub fn required(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.required())
    }
}

/// The named fields of a struct.
pub fn fields_of(input: &DeriveInput) -> Result<&Punctuated<syn::Field, Token![,]>> {
    if !input.generics.params.is_empty() {
        return Err(Error::new_spanned(&input.generics, "a table takes no generics"));
    }
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => Ok(&fields.named),
            _ => Err(Error::new_spanned(&input.ident, "a table has named fields")),
        },
        _ => Err(Error::new_spanned(&input.ident, "a table is a struct")),
    }
}

fn parse_field(field: &syn::Field) -> Result<Field> {
    let ident = field.ident.clone().ok_or_else(|| Error::new_spanned(field, "a table has named fields"))?;
    let shape = Shape::of(&field.ty);
    let marks = Marks::of_input(&field.attrs, &shape)?;
    let wire = wire_name(&ident, &marks);
    Ok(Field { ident, ty: field.ty.clone(), shape, marks, wire, doc: names::doc(&field.attrs) })
}

/// The name that a field travels under.
pub fn wire_name(ident: &Ident, marks: &Marks) -> String {
    marks.name.as_ref().map_or_else(|| names::camel(&names::plain(ident)), LitStr::value)
}

#[derive(Default)]
struct Attributes {
    block: bool,
    resource: Option<LitStr>,
    token: Option<LitStr>,
    import_id: Option<LitStr>,
    outputs: Option<Path>,
    rules: Vec<(Ident, Vec<String>)>,
}

const RULES: &[(&str, &str)] = &[
    ("exactly_one", "ExactlyOne"),
    ("at_most_one", "AtMostOne"),
    ("at_least_one", "AtLeastOne"),
    ("requires", "Requires"),
];

impl Attributes {
    fn parse(attributes: &[Attribute], fields: &[Field]) -> Result<Self> {
        let mut all = Self::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("inputs")) {
            attribute.parse_nested_meta(|meta| all.word(&meta, fields))?;
        }
        Ok(all)
    }

    fn word(&mut self, meta: &ParseNestedMeta<'_>, fields: &[Field]) -> Result<()> {
        let word = meta.path.get_ident().map(Ident::to_string).unwrap_or_default();
        match word.as_str() {
            "block" => self.block = true,
            "resource" => self.resource = Some(meta.value()?.parse()?),
            "token" => self.token = Some(meta.value()?.parse()?),
            "import_id" => self.import_id = Some(meta.value()?.parse()?),
            "outputs" => self.outputs = Some(meta.value()?.parse()?),
            _ => {
                let Some((_, variant)) = RULES.iter().find(|(name, _)| *name == word) else {
                    let known = ["block", "resource", "token", "import_id", "outputs"];
                    let known: Vec<&str> = known.into_iter().chain(RULES.iter().map(|(name, _)| *name)).collect();
                    return Err(meta.error(format!("unknown word; there are {}", listed(&known))));
                };
                let content;
                syn::parenthesized!(content in meta.input);
                let given = Punctuated::<LitStr, Token![,]>::parse_terminated(&content)?;
                if given.len() < 2 || (*variant == "Requires" && given.len() != 2) {
                    return Err(meta.error("a rule is about at least two fields, `requires` about exactly two"));
                }
                let wires = given.iter().map(|name| wire_of(fields, name)).collect::<Result<_>>()?;
                self.rules.push((Ident::new(variant, proc_macro2::Span::call_site()), wires));
            }
        }
        Ok(())
    }

    fn role(self, input: &DeriveInput) -> Result<Role> {
        let missing = |what: &str| Error::new_spanned(&input.ident, format!("`#[inputs(..)]` needs `{what}`"));
        match (self.block, self.resource) {
            (true, None) if self.rules.is_empty() => Ok(Role::Block),
            (true, None) => Err(Error::new_spanned(&input.ident, "rules are for resource types")),
            (true, Some(name)) => Err(Error::new_spanned(name, "a block is no resource type")),
            (false, None) => Err(missing("block` or `resource = \"..\"")),
            (false, Some(name)) => Ok(Role::Resource(Box::new(Resource {
                ident: name.parse()?,
                token: self.token.ok_or_else(|| missing("token = \"..\""))?,
                import_id: self.import_id.ok_or_else(|| missing("import_id = \"..\""))?,
                outputs: self.outputs.ok_or_else(|| missing("outputs = ..`"))?,
                rules: self.rules,
            }))),
        }
    }
}

fn wire_of(fields: &[Field], name: &LitStr) -> Result<String> {
    let wanted = name.value();
    fields
        .iter()
        .find(|field| names::plain(&field.ident) == wanted)
        .map(|field| field.wire.clone())
        .ok_or_else(|| Error::new(name.span(), "no field of this struct"))
}
