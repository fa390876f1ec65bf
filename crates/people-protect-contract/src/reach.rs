//! What a part of the document refers to, directly and through other parts.

use serde_json::Value;

use crate::pointer::from_reference;
use crate::walk::{Role, walk_from};

/// The role of a component, by the pointer that leads to it.
pub(crate) fn role_of(pointer: &str) -> Role {
    let mut role = Role::Plain;
    for token in pointer.split('/').skip(1) {
        role = if token.parse::<usize>().is_ok() && matches!(role, Role::SchemaList) {
            role.of_item()
        } else {
            role.of_child(&crate::pointer::unescape(token))
        };
    }
    role
}

/// Pointers of everything a node refers to, in order of first mention, the node itself left out
/// unless something refers back to it.
pub(crate) fn closure(root: &Value, start: &[(&Value, Role)]) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    let mut queue: Vec<(&Value, Role)> = start.iter().rev().copied().collect();
    while let Some((node, role)) = queue.pop() {
        for target in direct(node, role).into_iter().rev() {
            if seen.contains(&target) {
                continue;
            }
            if let Some(found) = root.pointer(&target) {
                queue.push((found, role_of(&target)));
                seen.push(target);
            }
        }
    }
    seen
}

/// Pointers of what a node refers to without a step in between.
pub(crate) fn direct(node: &Value, role: Role) -> Vec<String> {
    let mut found = Vec::new();
    walk_from(node, "", role, &mut |_, role, node| {
        if matches!(role, Role::Schema | Role::Plain)
            && let Some(reference) = node.get("$ref").and_then(Value::as_str)
            && let Some(pointer) = from_reference(reference)
            && !found.contains(&pointer)
        {
            found.push(pointer);
        }
    });
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_closure_follows_chains_and_survives_circles() {
        let root = json!({"components": {"schemas": {
            "A": {"properties": {"b": {"$ref": "#/components/schemas/B"}, "$ref": {}}},
            "B": {"items": {"$ref": "#/components/schemas/A"}},
            "C": {"example": {"$ref": "#/components/schemas/A"}}
        }}});
        let start = json!({"schema": {"$ref": "#/components/schemas/A"}});
        assert_eq!(
            closure(&root, &[(&start, Role::Plain)]),
            ["/components/schemas/A", "/components/schemas/B"]
        );
        let only_data = root.pointer("/components/schemas/C").unwrap();
        assert!(closure(&root, &[(only_data, Role::Schema)]).is_empty());
    }

    #[test]
    fn roles_follow_from_the_pointer() {
        assert_eq!(role_of("/components/schemas/A"), Role::Schema);
        assert_eq!(role_of("/components/schemas/A/allOf/0"), Role::Schema);
        assert_eq!(role_of("/components/responses/default"), Role::Plain);
        assert_eq!(
            role_of("/components/schemas/A/properties/items"),
            Role::Schema
        );
    }
}
