//! A program that uses all of a generated client that a foreign crate can: it makes requests, reads
//! and writes fields, matches enums, calls methods and relies on traits.

use quote::{ToTokens, format_ident, quote};
use syn::visit_mut::VisitMut;
use syn::{Fields, FnArg, ImplItem, Item, Visibility};

/// The text of a module that uses `client` under the name `api`.
pub(crate) fn of(client: &syn::File) -> String {
    let mut uses = Uses::default();
    for item in &client.items {
        match item {
            Item::Mod(module) if module.ident == "types" => {
                for item in module.content.iter().flat_map(|(_, items)| items) {
                    uses.a_type(item);
                }
            }
            Item::Impl(item) if item.trait_.is_none() => uses.methods(item, &quote!(api::Client)),
            _ => {}
        }
    }
    let functions = uses.functions;
    let file = quote! {
        use super::api;
        use api::types::{self, *};
        use ::progenitor_client::{ByteStream, ResponseValue};
        fn relies<T>() {}
        #(#functions)*
    };
    match syn::parse2::<syn::File>(file.clone()) {
        Ok(mut parsed) => {
            Foreign.visit_file_mut(&mut parsed);
            prettyplease::unparse(&parsed)
        }
        Err(_) => file.to_string(),
    }
}

#[derive(Default)]
struct Uses {
    functions: Vec<proc_macro2::TokenStream>,
}

impl Uses {
    fn name(&self) -> syn::Ident {
        format_ident!("use_{}", self.functions.len())
    }

    fn a_type(&mut self, item: &Item) {
        match item {
            Item::Struct(item) if is_public(&item.vis) => {
                let ty = &item.ident;
                self.derives(ty, &item.attrs);
                match &item.fields {
                    Fields::Named(fields) => {
                        for field in fields.named.iter().filter(|field| is_public(&field.vis)) {
                            let (name, kind) = (&field.ident, &field.ty);
                            self.fields(ty, &quote!(#name), kind);
                        }
                    }
                    Fields::Unnamed(fields) => {
                        for (index, field) in fields.unnamed.iter().enumerate() {
                            if is_public(&field.vis) {
                                let index = syn::Index::from(index);
                                self.fields(ty, &quote!(#index), &field.ty);
                            }
                        }
                    }
                    Fields::Unit => {}
                }
            }
            Item::Enum(item) if is_public(&item.vis) => {
                let ty = &item.ident;
                self.derives(ty, &item.attrs);
                for variant in &item.variants {
                    let (use_, name) = (self.name(), &variant.ident);
                    self.functions.push(match &variant.fields {
                        Fields::Unnamed(fields) => {
                            let kinds: Vec<_> = fields.unnamed.iter().map(|f| &f.ty).collect();
                            let names: Vec<_> =
                                (0..kinds.len()).map(|n| format_ident!("v{n}")).collect();
                            quote! { fn #use_(value: types::#ty, #(#names: #kinds),*) -> types::#ty {
                                match value {
                                    types::#ty::#name(#(#names),*) => { #(let _: #kinds = #names;)* }
                                    _ => {}
                                }
                                types::#ty::#name(#(#names),*)
                            } }
                        }
                        Fields::Named(fields) => {
                            let names: Vec<_> = fields.named.iter().map(|f| &f.ident).collect();
                            let kinds: Vec<_> = fields.named.iter().map(|f| &f.ty).collect();
                            quote! { fn #use_(value: types::#ty) {
                                match value {
                                    types::#ty::#name { #(#names,)* .. } => { #(let _: #kinds = #names;)* }
                                    _ => {}
                                }
                            } }
                        }
                        Fields::Unit => quote! { fn #use_(value: types::#ty) -> types::#ty {
                            match value { types::#ty::#name => {} _ => {} }
                            types::#ty::#name
                        } },
                    });
                }
            }
            Item::Type(item) if is_public(&item.vis) => {
                let (use_, ty, kind) = (self.name(), &item.ident, &item.ty);
                self.functions
                    .push(quote! { fn #use_(value: types::#ty) -> #kind { value } });
            }
            Item::Impl(item) => {
                let ty = &item.self_ty;
                match &item.trait_ {
                    Some((of, _)) if item.generics.params.is_empty() => {
                        self.relies_on(ty, of);
                    }
                    Some(_) => {}
                    None => self.methods(item, &quote!(#ty)),
                }
            }
            _ => {}
        }
    }

    fn fields(&mut self, ty: &syn::Ident, name: &proc_macro2::TokenStream, kind: &syn::Type) {
        let use_ = self.name();
        self.functions.push(quote! {
            fn #use_(old: &types::#ty, new: &mut types::#ty, value: #kind) {
                let _: &#kind = &old.#name;
                new.#name = value;
            }
        });
    }

    fn derives(&mut self, ty: &syn::Ident, attrs: &[syn::Attribute]) {
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("derive")) {
            let _ = attr.parse_nested_meta(|meta| {
                let path = &meta.path;
                let is = |name: &str| path.segments.last().is_some_and(|last| last.ident == name);
                let path = match () {
                    () if is("Deserialize") => quote!(::serde::de::DeserializeOwned),
                    () if is("Hash") => quote!(::std::hash::Hash),
                    () if is("Debug") => quote!(::std::fmt::Debug),
                    () => quote!(#path),
                };
                let ty: syn::Type = syn::parse_quote!(types::#ty);
                self.relies_on(&ty, &path);
                Ok(())
            });
        }
    }

    /// The comparison of a type with itself stands for `PartialEq` and its like.
    fn relies_on(&mut self, ty: &syn::Type, of: &impl ToTokens) {
        let use_ = self.name();
        let mut of: syn::Type = syn::parse_quote!(#of);
        Lasting.visit_type_mut(&mut of);
        self.functions.push(quote! { fn #use_() {
            fn is<T: #of>() {}
            is::<#ty>();
            relies::<#ty>();
        } });
    }

    /// Calls with the very arguments and the very answer that they have.
    fn methods(&mut self, item: &syn::ItemImpl, ty: &proc_macro2::TokenStream) {
        for method in &item.items {
            let ImplItem::Fn(method) = method else {
                continue;
            };
            if !is_public(&method.vis) {
                continue;
            }
            let mut signature = method.sig.clone();
            let called = std::mem::replace(&mut signature.ident, self.name());
            let mut arguments = Vec::new();
            for (index, input) in signature.inputs.iter_mut().enumerate() {
                match input {
                    FnArg::Receiver(receiver) => {
                        // `& 'a self` becomes `this: & 'a Client`.
                        let text = receiver.to_token_stream().to_string();
                        let reference = text.trim_end_matches("self");
                        if let Ok(own) = syn::parse_str(&format!("this: {reference} {ty}")) {
                            *input = own;
                        }
                        arguments.push(format_ident!("this"));
                    }
                    FnArg::Typed(typed) => {
                        let name = format_ident!("argument_{index}");
                        *typed.pat = syn::parse_quote!(#name);
                        arguments.push(name);
                    }
                }
            }
            OwnType(ty).visit_return_type_mut(&mut signature.output);
            let wait = signature.asyncness.map(|_| quote!(.await));
            self.functions
                .push(quote! { #signature { <#ty>::#called(#(#arguments),*) #wait } });
        }
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// `Self` outside of its `impl`.
struct OwnType<'a>(&'a proc_macro2::TokenStream);

impl VisitMut for OwnType<'_> {
    fn visit_type_mut(&mut self, ty: &mut syn::Type) {
        syn::visit_mut::visit_type_mut(self, ty);
        if matches!(ty, syn::Type::Path(path) if path.path.is_ident("Self"))
            && let Ok(own) = syn::parse2(self.0.clone())
        {
            *ty = own;
        }
    }
}

/// A reference whose lifetime is left out, where none may be.
struct Lasting;

impl VisitMut for Lasting {
    fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
        reference.lifetime = Some(syn::parse_quote!('static));
    }
}

/// What is `crate::` in the client is another crate's here.
struct Foreign;

impl VisitMut for Foreign {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        syn::visit_mut::visit_path_mut(self, path);
        if path.segments.len() > 1 && path.segments[0].ident == "crate" {
            path.segments[0].ident = format_ident!("clients");
            path.leading_colon = Some(Default::default());
        }
    }
}
