//! The public items of a generated file, a line each, and what became of them.

use std::collections::BTreeSet;

use quote::ToTokens;
use syn::{Fields, ImplItem, Item, Visibility};

/// What a change did to the public items of the generated crate.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Moved {
    /// Lines that are there no more, or not in this form.
    pub(crate) gone: Vec<String>,
    /// Lines that were not there, or not in this form.
    pub(crate) come: Vec<String>,
}

impl Moved {
    pub(crate) fn between(old: &syn::File, new: &syn::File) -> Self {
        let (old, new) = (of(old), of(new));
        Self {
            gone: old.difference(&new).cloned().collect(),
            come: new.difference(&old).cloned().collect(),
        }
    }
}

/// Every public item with its whole type, as `types::Callout.url: Option<SecretText>`.
pub(crate) fn of(file: &syn::File) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    walk(&file.items, "", &mut lines);
    lines
}

fn walk(items: &[Item], within: &str, lines: &mut BTreeSet<String>) {
    for item in items {
        match item {
            Item::Mod(module) if is_public(&module.vis) => {
                let within = format!("{within}{}::", module.ident);
                if let Some((_, items)) = &module.content {
                    walk(items, &within, lines);
                }
            }
            Item::Struct(item) if is_public(&item.vis) => {
                let name = format!("{within}{}", item.ident);
                derives(&name, &item.attrs, lines);
                lines.insert(format!("struct {name}"));
                fields(&name, &item.fields, true, lines);
            }
            Item::Enum(item) if is_public(&item.vis) => {
                let name = format!("{within}{}", item.ident);
                derives(&name, &item.attrs, lines);
                lines.insert(format!("enum {name}"));
                for variant in &item.variants {
                    let name = format!("{name}::{}", variant.ident);
                    lines.insert(name.clone());
                    fields(&name, &variant.fields, false, lines);
                }
            }
            Item::Type(item) if is_public(&item.vis) => {
                lines.insert(format!("type {within}{} = {}", item.ident, short(&item.ty)));
            }
            Item::Fn(item) if is_public(&item.vis) => {
                lines.insert(format!("{within}{}", short(&item.sig)));
            }
            Item::Impl(item) => implementation(item, within, lines),
            _ => {}
        }
    }
}

fn implementation(item: &syn::ItemImpl, within: &str, lines: &mut BTreeSet<String>) {
    let ty = format!("{within}{}", short(&item.self_ty));
    if let Some((of, _)) = &item.trait_ {
        lines.insert(format!("impl {} for {ty}", short(of)));
        return;
    }
    for method in &item.items {
        if let ImplItem::Fn(method) = method
            && is_public(&method.vis)
        {
            lines.insert(format!("{ty}: {}", short(&method.sig)));
        }
    }
}

fn fields(name: &str, fields: &Fields, guarded: bool, lines: &mut BTreeSet<String>) {
    for (index, field) in fields.iter().enumerate() {
        if !guarded || is_public(&field.vis) {
            let own = field
                .ident
                .as_ref()
                .map_or(index.to_string(), ToString::to_string);
            lines.insert(format!("{name}.{own}: {}", short(&field.ty)));
        }
    }
}

fn derives(name: &str, attrs: &[syn::Attribute], lines: &mut BTreeSet<String>) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("derive")) {
        let _ = attr.parse_nested_meta(|meta| {
            lines.insert(format!("impl {} for {name}", short(&meta.path)));
            Ok(())
        });
    }
}

/// As a person writes it: without the paths of the standard library, and close together.
fn short(tokens: &impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    let mut text = text.replace(" :: ", "::").replace(":: ", "::");
    for path in [
        "::std::option::",
        "::std::vec::",
        "::std::string::",
        "::std::convert::",
        "::std::collections::",
        "::std::num::",
        "::std::fmt::",
        "::std::str::",
        "::serde::",
        "::std::error::",
        "::std::ops::",
    ] {
        text = text.replace(path, "");
    }
    for (loose, close) in [
        (" < ", "<"),
        (" <", "<"),
        ("< ", "<"),
        (" > ", "> "),
        (" >", ">"),
        (" ,", ","),
        ("& ", "&"),
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
        (" : ", ": "),
        (",)", ")"),
        ("> (", ">("),
        ("> ,", ">,"),
    ] {
        text = text.replace(loose, close);
    }
    text.trim().to_owned()
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

#[cfg(test)]
mod tests {
    use super::Moved;

    fn file(text: &str) -> syn::File {
        syn::parse_str(text).unwrap()
    }

    #[test]
    fn what_moved_is_named_with_its_type_and_private_things_do_not_count() {
        let old = file(
            "pub mod types { #[derive(Clone)] pub struct A { pub a: ::std::option::Option<i64>, b: i64 } pub enum E { X } }",
        );
        let new = file(
            "pub mod types { #[derive(Clone)] pub struct A { pub a: i64 } pub enum E { X, Y } } impl Client { pub async fn call<'a>(&'a self, id: i64) -> i64 { id } fn own(&self) {} }",
        );
        let moved = Moved::between(&old, &new);
        assert_eq!(moved.gone, ["types::A.a: Option<i64>"]);
        assert_eq!(
            moved.come,
            [
                "Client: async fn call<'a>(&'a self, id: i64) -> i64",
                "types::A.a: i64",
                "types::E::Y"
            ]
        );
        assert_eq!(Moved::between(&old, &old), Moved::default());
    }
}
