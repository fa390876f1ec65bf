//! What the generator has no setting for, done on its output as syntax.
//!
//! Types become `#[non_exhaustive]` with a constructor where something is required, the
//! `JsonSchema` derive goes behind a feature, numbers in answers are read from text too, and
//! wire names that had to be changed for the generator are put back.

use std::collections::BTreeMap;

use quote::{ToTokens, format_ident, quote};
use syn::visit_mut::VisitMut;
use syn::{Attribute, Expr, Fields, Item, ItemMod, Type, parse_quote};

use crate::requests;
use crate::rewrite::Rewritten;

/// Polishes the tokens of the generated client.
///
/// # Errors
///
/// If they are not a Rust file, which would be a fault of the generator.
pub(crate) fn client(
    tokens: proc_macro2::TokenStream,
    rewritten: &Rewritten,
) -> syn::Result<syn::File> {
    let mut file = plain(tokens, rewritten)?;
    SafeSegments::default().visit_file_mut(&mut file);
    requests::apart(&mut file)?;
    Ok(file)
}

/// The same for a document that need not have the house's error body.
///
/// # Errors
///
/// As [`client`].
pub(crate) fn plain(
    tokens: proc_macro2::TokenStream,
    rewritten: &Rewritten,
) -> syn::Result<syn::File> {
    let mut file: syn::File = syn::parse2(tokens)?;
    ShortDocs.visit_file_mut(&mut file);
    for item in &mut file.items {
        match item {
            Item::Mod(module) if module.ident == "types" => types(module, rewritten),
            Item::Impl(item) if item.trait_.is_none() => {
                without_new(item);
                redacted_errors(item);
            }
            _ => {}
        }
    }
    Ok(file)
}

/// Polishes the tokens of the typed doubles: hand-written types live in the raw crate, and a double
/// answers with and without the API's path before the operation's.
///
/// # Errors
///
/// As [`client`].
pub(crate) fn doubles(
    tokens: proc_macro2::TokenStream,
    rewritten: &Rewritten,
) -> syn::Result<syn::File> {
    let mut file: syn::File = syn::parse2(tokens)?;
    ForeignTypes.visit_file_mut(&mut file);
    Paths(&rewritten.base_path).visit_file_mut(&mut file);
    ShortDocs.visit_file_mut(&mut file);
    Ok(file)
}

fn types(module: &mut ItemMod, rewritten: &Rewritten) {
    let Some((_, items)) = &mut module.content else {
        return;
    };
    let mut constructors = Vec::new();
    for item in items.iter_mut() {
        match item {
            Item::Struct(item) if reads_json(&item.attrs) => {
                item.attrs.push(schema_derive());
                let name = item.ident.to_string();
                let Fields::Named(fields) = &mut item.fields else {
                    continue;
                };
                item.attrs.push(parse_quote!(#[non_exhaustive]));
                for field in &mut fields.named {
                    restore_name(field, &rewritten.renamed);
                    if rewritten.answers.contains(&name) {
                        read_numbers_from_text(field);
                    }
                }
                if !derives(&item.attrs, "Default") {
                    constructors.push(constructor(
                        &item.ident,
                        &item.fields,
                        &rewritten.required(&name),
                    ));
                }
            }
            Item::Enum(item) if reads_json(&item.attrs) => {
                item.attrs.push(schema_derive());
                item.attrs.push(parse_quote!(#[non_exhaustive]));
            }
            _ => {}
        }
    }
    items.extend(constructors);
}

fn reads_json(attrs: &[Attribute]) -> bool {
    derives(attrs, "Deserialize")
}

fn derives(attrs: &[Attribute], name: &str) -> bool {
    attrs.iter().any(|attr| {
        attr.path().is_ident("derive") && attr.to_token_stream().to_string().contains(name)
    })
}

fn schema_derive() -> Attribute {
    parse_quote!(#[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))])
}

/// Puts back a wire name that had to change for the generator.
fn restore_name(field: &mut syn::Field, renamed: &BTreeMap<String, String>) {
    let current = wire_name(field);
    let Some(wire) = renamed.get(&current) else {
        return;
    };
    let quoted = format!("\"{current}\"");
    for attr in &mut field.attrs {
        let text = attr.meta.to_token_stream().to_string();
        if attr.path().is_ident("serde")
            && text.contains(&quoted)
            && let Ok(meta) = syn::parse_str(&text.replace(&quoted, &format!("{wire:?}")))
        {
            attr.meta = meta;
            return;
        }
    }
    field.attrs.push(parse_quote!(#[serde(rename = #wire)]));
}

/// The name serde gives the field, before it is put back.
fn wire_name(field: &syn::Field) -> String {
    let mut name = field
        .ident
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    for attr in field
        .attrs
        .iter()
        .filter(|attr| attr.path().is_ident("serde"))
    {
        // Other keys of the attribute are not of interest here, and stop the parser early.
        let _ = attr.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                name = meta.value()?.parse::<syn::LitStr>()?.value();
            } else if meta.input.peek(syn::Token![=]) {
                meta.value()?.parse::<Expr>()?;
            }
            Ok(())
        });
    }
    name
}

/// `Option<i64>` and `Option<f64>` in answers also accept `"12"`, and whole numbers `12.0`.
fn read_numbers_from_text(field: &mut syn::Field) {
    let text = field.ty.to_token_stream().to_string().replace(' ', "");
    let with = match text.as_str() {
        "::std::option::Option<i64>" => "crate::tolerant::integer",
        "::std::option::Option<f64>" => "crate::tolerant::number",
        _ => return,
    };
    field
        .attrs
        .push(parse_quote!(#[serde(default, deserialize_with = #with)]));
}

/// `fn new(required...)`, so that a type that may grow optional fields can still be made. The
/// arguments come in the contract's order, not the alphabet's: a person reads them.
fn constructor(name: &syn::Ident, fields: &Fields, order: &[&str]) -> Item {
    let optional = |field: &syn::Field| {
        let text = field.ty.to_token_stream().to_string().replace(' ', "");
        let flattened = field
            .attrs
            .iter()
            .any(|attr| attr.to_token_stream().to_string().contains("flatten"));
        flattened || text.starts_with("::std::option::Option<") || default(field).is_some()
    };
    let mut required: Vec<&syn::Field> = fields.iter().filter(|field| !optional(field)).collect();
    required.sort_by_key(|field| {
        let name = wire_name(field);
        order.iter().position(|other| *other == name)
    });
    let arguments = required.iter().map(|field| {
        let (name, ty) = (&field.ident, &field.ty);
        if ty.to_token_stream().to_string().replace(' ', "") == "::std::string::String" {
            quote!(#name: impl ::std::convert::Into<::std::string::String>)
        } else if is_hand_written(ty) {
            quote!(#name: impl ::std::convert::Into<#ty>)
        } else {
            quote!(#name: #ty)
        }
    });
    let values = fields.iter().map(|field| {
        let name = &field.ident;
        if let Some(default) = default(field) {
            quote!(#name: #default)
        } else if optional(field) {
            quote!(#name: ::std::default::Default::default())
        } else {
            let ty = &field.ty;
            let text = ty.to_token_stream().to_string().replace(' ', "");
            if text == "::std::string::String" || is_hand_written(ty) {
                quote!(#name: #name.into())
            } else {
                quote!(#name)
            }
        }
    });
    let doc = format!("Makes a `{name}` from what it requires; the rest starts out absent.");
    let new = format_ident!("new");
    parse_quote! {
        impl #name {
            #[doc = #doc]
            pub fn #new(#(#arguments),*) -> Self {
                Self { #(#values),* }
            }
        }
    }
}

/// What serde takes for a field that is absent.
fn default(field: &syn::Field) -> Option<Expr> {
    let mut found = None;
    for attr in field
        .attrs
        .iter()
        .filter(|attr| attr.path().is_ident("serde"))
    {
        // Other keys of the attribute are not of interest here, and stop the parser early.
        let _ = attr.parse_nested_meta(|meta| {
            let is_default = meta.path.is_ident("default");
            if !meta.input.peek(syn::Token![=]) {
                if is_default {
                    found = Some(parse_quote!(::std::default::Default::default()));
                }
                return Ok(());
            }
            let value = meta.value()?.parse::<Expr>()?;
            if is_default
                && let Expr::Lit(syn::ExprLit {
                    lit: syn::Lit::Str(path),
                    ..
                }) = value
            {
                let path: syn::ExprPath = path.parse()?;
                found = Some(parse_quote!(#path()));
            }
            Ok(())
        });
    }
    found
}

fn is_hand_written(ty: &Type) -> bool {
    let text = ty.to_token_stream().to_string().replace(' ', "");
    text.starts_with("crate::") && !text.starts_with("crate::types::")
}

/// Drops the JSON schema the generator copies into every doc comment: the contract has it, and
/// it triples the file.
struct ShortDocs;

impl VisitMut for ShortDocs {
    fn visit_attributes_mut(&mut self, attrs: &mut Vec<Attribute>) {
        for attr in attrs.iter_mut() {
            let Some(text) = doc_text(attr) else { continue };
            let Some(start) = text.find("<details>") else {
                continue;
            };
            let kept = text[..start].trim_end().to_owned();
            *attr = parse_quote!(#[doc = #kept]);
        }
        attrs.retain(|attr| doc_text(attr).is_none_or(|text| !text.trim().is_empty()));
    }
}

fn doc_text(attr: &Attribute) -> Option<String> {
    let syn::Meta::NameValue(meta) = &attr.meta else {
        return None;
    };
    if !meta.path.is_ident("doc") {
        return None;
    }
    match &meta.value {
        Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}

/// `crate::List` in the doubles means the raw crate's `List`.
struct ForeignTypes;

impl VisitMut for ForeignTypes {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        syn::visit_mut::visit_path_mut(self, path);
        if path.segments.len() > 1 && path.segments[0].ident == "crate" {
            path.segments[0].ident = format_ident!("people_protect_api");
            path.leading_colon = Some(Default::default());
        }
    }
}

/// The generated `Client::new` unwraps and sets timeouts of its own; both are the caller's.
fn without_new(item: &mut syn::ItemImpl) {
    if item.self_ty.to_token_stream().to_string() == "Client" {
        item.items
            .retain(|item| !matches!(item, syn::ImplItem::Fn(method) if method.sig.ident == "new"));
    }
}

/// The generated error shows bodies, headers and addresses in `Debug` and `Display`; the public
/// methods answer with the crate's own, which does not.
fn redacted_errors(item: &mut syn::ItemImpl) {
    let mut public = Vec::new();
    for method in item.items.iter_mut() {
        let syn::ImplItem::Fn(method) = method else {
            continue;
        };
        if method.sig.asyncness.is_none() {
            continue;
        }
        let mut outer = method.clone();
        let inner = format_ident!("{}_unredacted", method.sig.ident);
        let arguments = outer.sig.inputs.iter().filter_map(|input| match input {
            syn::FnArg::Typed(typed) => Some(&typed.pat),
            syn::FnArg::Receiver(_) => None,
        });
        outer.block = parse_quote!({
            self.#inner(#(#arguments),*).await.map_err(crate::CallError::from)
        });
        OwnError.visit_return_type_mut(&mut outer.sig.output);
        public.push(syn::ImplItem::Fn(outer));
        method.sig.ident = inner;
        method.vis = syn::Visibility::Inherited;
        method.attrs.retain(|attr| !attr.path().is_ident("doc"));
    }
    item.items.extend(public);
}

/// `Error<E>` becomes `crate::CallError<E>`.
struct OwnError;

impl VisitMut for OwnError {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        syn::visit_mut::visit_path_mut(self, path);
        if path.segments.len() == 1 && path.segments[0].ident == "Error" {
            let arguments = path.segments[0].arguments.clone();
            let mut own: syn::Path = parse_quote!(crate::CallError);
            if let Some(last) = own.segments.last_mut() {
                last.arguments = arguments;
            }
            *path = own;
        }
    }
}

/// A path value such as `..` would address another resource: refuse it before it is sent. A whole
/// number is always one harmless segment, so it is written as it is.
#[derive(Default)]
struct SafeSegments {
    /// The arguments of the method that are whole numbers.
    whole: Vec<syn::Ident>,
}

impl VisitMut for SafeSegments {
    fn visit_impl_item_fn_mut(&mut self, method: &mut syn::ImplItemFn) {
        self.whole = method.sig.inputs.iter().filter_map(whole).collect();
        syn::visit_mut::visit_impl_item_fn_mut(self, method);
    }

    fn visit_macro_mut(&mut self, invocation: &mut syn::Macro) {
        rewrite_arguments(invocation, |argument| {
            let Expr::Call(call) = &argument else {
                return argument;
            };
            if call.func.to_token_stream().to_string() != "encode_path" {
                return argument;
            }
            let value = &call.args;
            let text = value.to_token_stream().to_string();
            let whole = |name: &&syn::Ident| text == format!("& {name} . to_string ()");
            if let Some(name) = self.whole.iter().find(whole) {
                return parse_quote!(#name);
            }
            parse_quote! {
                crate::segment::encode(#value).map_err(Error::<types::ErrorBody>::InvalidRequest)?
            }
        });
    }
}

/// The name of an argument that is a whole number.
fn whole(input: &syn::FnArg) -> Option<syn::Ident> {
    match input {
        syn::FnArg::Typed(typed) if typed.ty.to_token_stream().to_string() == "i64" => {
            match &*typed.pat {
                syn::Pat::Ident(name) => Some(name.ident.clone()),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The path patterns of the doubles: the API's own path may stand before the operation's, and a
/// value stands for itself, also where it reads as a regular expression.
struct Paths<'a>(&'a str);

impl VisitMut for Paths<'_> {
    fn visit_lit_str_mut(&mut self, text: &mut syn::LitStr) {
        if let Some(path) = text.value().strip_prefix("^/") {
            let pattern = format!("^(?:{})?/{path}", self.0);
            *text = syn::LitStr::new(&pattern, text.span());
        }
    }

    fn visit_macro_mut(&mut self, invocation: &mut syn::Macro) {
        rewrite_arguments(invocation, |mut argument| match &argument {
            Expr::MethodCall(call) if call.method == "to_string" => {
                parse_quote!(regex::escape(&#argument))
            }
            _ => {
                self.visit_expr_mut(&mut argument);
                argument
            }
        });
    }
}

/// Applies `change` to every argument of a `format!` invocation.
fn rewrite_arguments(invocation: &mut syn::Macro, mut change: impl FnMut(Expr) -> Expr) {
    if !invocation.path.is_ident("format") {
        return;
    }
    let parser = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
    if let Ok(arguments) = invocation.parse_body_with(parser) {
        let changed: Vec<Expr> = arguments.into_iter().map(&mut change).collect();
        invocation.tokens = quote!(#(#changed),*);
    }
}
