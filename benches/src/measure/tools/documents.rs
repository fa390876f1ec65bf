//! What is linted and compared: our contract, and large public documents that npm packages carry.

use std::path::{Path, PathBuf};

use super::peers::Peers;
use crate::by_hand::Failed;
use crate::context::{Context, said};

/// Its number and the hash of the package.
type Version = (&'static str, &'static str);

/// The package, the document in it, and how it is called here; then version and hash of the older one and
/// of the newer one. The same as in `.ci/real-documents`.
const PAIRS: [(&str, &str, &str, [Version; 2]); 3] = [
    (
        "@octokit/openapi",
        "generated/api.github.com.json",
        "GitHub, 13 MB of JSON",
        [
            (
                "22.0.0",
                "Rpif7FjTjFEBSU+amIRHUAIAHwgg+tVJdTiQuU2GEWDniZxmWjxZCgJ4V9GEp2GXnq/Bl+TrjEvwAl9PB29NAQ==",
            ),
            (
                "23.0.2",
                "pV8M7L9GY23AybNvTmo2nyjmpmnt6+2sRE/tqr0ZLQcPS4lnw7u5eZGNmwRNkBC3D7gZXbFx5AHzLUVRBXGDhg==",
            ),
        ],
    ),
    (
        "@octokit/openapi-webhooks",
        "generated/api.github.com.json",
        "GitHub's webhooks, 5 MB of JSON",
        [
            (
                "11.0.0",
                "GSyxb1oHWYq5s24M3GnhWg+vrlXe1nzFGWqEGgg2UODqyIWVlPoOWKrmsTtA2h1jYykKTy+CliVJ2WLGtfJGgw==",
            ),
            (
                "12.1.0",
                "Z5eDsLCUNbx1zHpZb1LNQirADqdMTvWJQ/deahi0ws+tWWnwHXB+Pr4jfmM9OrETS9Y5iW8ZRu1fdbudObhLrg==",
            ),
        ],
    ),
    (
        "@figma/rest-api-spec",
        "openapi/openapi.yaml",
        "Figma, 0.4 MB of YAML",
        [
            (
                "0.30.0",
                "Gm8yt6XwvYyttxHKtIflW90h7T25zij6qK1FE616m74hlvf/SyR+gLHfHUKSDwWUbJMEa9/HzQPnVa3rUtavWw==",
            ),
            (
                "0.43.0",
                "sbFm28WM8MsawyLSYO9Ddne+8xytWU5D7oCOOWyzRvLpd9InFHihC37dQBVJVzAVyT7HpwYtU4wlm+ALogC38g==",
            ),
        ],
    ),
];

/// Two versions of a public document.
pub(super) struct Pair {
    pub(super) name: String,
    /// Whether it is written in OpenAPI 3.0.
    pub(super) lint: bool,
    pub(super) old: String,
    pub(super) new: String,
}

/// Where all of them are.
pub(super) struct Documents {
    /// Ours.
    pub(super) contract: String,
    /// Ours with small changes, so that there is something to find.
    pub(super) edited: String,
    pub(super) pairs: Vec<Pair>,
    folder: PathBuf,
}

impl Documents {
    pub(super) fn fetch(context: &Context) -> Result<Self, Failed> {
        let folder = context.folder("tools/documents")?;
        let contract = context.root.join("openapi/panic-api.yaml");
        let edited = folder.join("edited.yaml");
        std::fs::write(&edited, edit(&std::fs::read_to_string(&contract)?)?)?;
        let mut pairs = Vec::new();
        let wanted = if context.quick { 0 } else { PAIRS.len() };
        for (package, document, name, [old, new]) in PAIRS.into_iter().take(wanted) {
            let fetched = |(version, hash)| fetch(&folder, package, document, version, hash);
            pairs.push(Pair {
                name: name.to_owned(),
                lint: package == "@octokit/openapi",
                old: fetched(old)?,
                new: fetched(new)?,
            });
        }
        Ok(Self {
            contract: contract.display().to_string(),
            edited: edited.display().to_string(),
            pairs,
            folder,
        })
    }

    /// Ours and the edited one in JSON, for who reads nothing else.
    pub(super) fn as_json(
        &self,
        peers: &Peers,
        context: &Context,
    ) -> Result<(String, String), Failed> {
        let written = |document: &str, name: &str| -> Result<String, Failed> {
            let out = self.folder.join(name).display().to_string();
            peers.bundle(document, &out, context)?;
            Ok(out)
        };
        Ok((
            written(&self.contract, "contract.json")?,
            written(&self.edited, "edited.json")?,
        ))
    }
}

/// Every fifth integer becomes a number: what a server's next version may well do.
fn edit(contract: &str) -> Result<String, Failed> {
    let (before, after) = ("type: integer", "type: number");
    let mut parts = contract.split(before);
    let mut out = parts.next().unwrap_or_default().to_owned();
    let mut met = 0;
    for part in parts {
        out.push_str(if met % 5 == 0 { after } else { before });
        out.push_str(part);
        met += 1;
    }
    match met {
        0 => Err("the contract has no integers to change".into()),
        _ => Ok(out),
    }
}

/// Loads a document out of its package, unless it is there.
fn fetch(
    folder: &Path,
    package: &str,
    document: &str,
    version: &str,
    hash: &str,
) -> Result<String, Failed> {
    let ending = document.rsplit('.').next().unwrap_or_default();
    let name = format!("{}-{version}.{ending}", package.replace(['@', '/'], "_"));
    let path = folder.join(&name);
    if !path.exists() {
        let place = folder.display().to_string();
        let wanted = format!("{package}@{version}");
        let words = ["pack", &wanted, "--silent", "--pack-destination", &place];
        let packed = said("npm", &words)?;
        let archive = folder.join(packed.lines().last().unwrap_or_default());
        let archive = archive.display().to_string();
        let script = "openssl dgst -sha512 -binary \"$1\" | base64 -w0";
        if said("sh", &["-c", script, "sh", &archive])? != hash {
            return Err(format!("{wanted} is not what it was").into());
        }
        let part = path.with_extension("part").display().to_string();
        let script = "tar -xzOf \"$1\" \"package/$2\" >\"$3\" && rm \"$1\"";
        said("sh", &["-c", script, "sh", &archive, document, &part])?;
        std::fs::rename(part, &path)?;
    }
    Ok(path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::edit;

    #[test]
    fn every_fifth_integer_is_changed_and_none_is_an_error() {
        let six = "a: {type: integer}\n".repeat(6);
        let edited = edit(&six).unwrap();
        assert_eq!(edited.matches("type: number").count(), 2);
        assert_eq!(edited.matches("type: integer").count(), 4);
        assert!(edit("type: string").is_err());
    }
}
