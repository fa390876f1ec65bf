//! The line of a text at which a JSON pointer leads.

use crate::pointer::unescape;

/// The line, from 1, of the deepest part of a pointer that is found in a YAML or JSON text written in
/// lines; 1 if nothing is. Where several parts share a line it is that line.
pub(super) fn of(text: &str, pointer: &str) -> usize {
    let lines: Vec<&str> = text.lines().collect();
    let (mut from, mut indent, mut found) = (0, -1, 1);
    for token in pointer.split('/').skip(1) {
        let name = unescape(token);
        let wanted = match name.parse::<usize>() {
            Ok(index) => nth(&lines, from, indent, index),
            Err(_) => None,
        };
        let Some((at, deep)) = wanted.or_else(|| key(&lines, from, indent, &name)) else {
            return found;
        };
        (from, indent, found) = (at, deep, at + 1);
    }
    found
}

fn depth(line: &str) -> i32 {
    let spaces = line.len() - line.trim_start().len();
    i32::try_from(spaces).unwrap_or(i32::MAX)
}

/// The next line with this key that is deeper than what holds it.
fn key(lines: &[&str], from: usize, indent: i32, name: &str) -> Option<(usize, i32)> {
    let starts = |text: &str| {
        [name.to_owned(), format!("\"{name}\""), format!("'{name}'")]
            .iter()
            .any(|key| {
                text.strip_prefix(key.as_str())
                    .is_some_and(|rest| rest.starts_with(':'))
            })
    };
    for (index, line) in lines.iter().enumerate().skip(from) {
        let text = line.trim_start();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let (deep, item) = match text.strip_prefix("- ") {
            Some(rest) => (depth(line), rest.trim_start()),
            None => (depth(line), text),
        };
        if index > from && deep <= indent && !text.starts_with('-') {
            return None;
        }
        if (index > from || indent < 0 || text.starts_with('-')) && starts(item) {
            return Some((index, deep));
        }
    }
    None
}

/// The line of an item of a list that is written with dashes.
fn nth(lines: &[&str], from: usize, indent: i32, wanted: usize) -> Option<(usize, i32)> {
    let mut list = None;
    let mut count = 0;
    for (index, line) in lines.iter().enumerate().skip(from + 1) {
        let text = line.trim_start();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let deep = depth(line);
        let dash = text.starts_with("- ");
        if deep < indent || (deep == indent && !dash) {
            return None;
        }
        if dash && deep == *list.get_or_insert(deep) {
            if count == wanted {
                return Some((index, deep));
            }
            count += 1;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::of;

    const TEXT: &str = "\
openapi: 3.0.3
# paths:
paths:
  /a:
    get:
      parameters:
        - name: one
          in: query
        - name: two
          in: query
          schema: {type: string}
  '/b':
    get:
      tags: [x]
components:
  schemas:
    A:
      type: object
";

    #[test]
    fn the_deepest_part_that_has_a_line_of_its_own_is_found() {
        for (pointer, line) in [
            ("", 1),
            ("/paths", 3),
            ("/paths/~1a/get", 5),
            ("/paths/~1a/get/parameters/1", 9),
            ("/paths/~1a/get/parameters/1/schema/type", 11),
            ("/paths/~1b/get/tags/0", 14),
            ("/components/schemas/A/type", 18),
            ("/components/schemas/A/properties/x", 17),
            ("/nowhere", 1),
        ] {
            assert_eq!(of(TEXT, pointer), line, "{pointer}");
        }
        assert_eq!(of("", "/paths"), 1);
    }

    #[test]
    fn what_stands_in_another_part_or_in_a_comment_is_not_taken_for_it() {
        let text = "\
paths:
  /a:

    # get:
    get:
      # - name: none
      parameters:
      - name: one

      - name: two
        names:
          - deep
          - deeper
      - {name: three}
  /b:
    put:
      operationId: b
tags:
- put
";
        for (pointer, line) in [
            ("/paths/~1a/get", 5),
            ("/paths/~1a/get/parameters/0", 8),
            ("/paths/~1a/get/parameters/1", 10),
            ("/paths/~1a/get/parameters/1/name", 10),
            ("/paths/~1a/get/parameters/1/names/1", 13),
            ("/paths/~1a/get/parameters/2", 14),
            // Only its neighbour has one.
            ("/paths/~1a/put", 2),
            ("/paths/~1a/get/operationId", 5),
            ("/paths/~1a/get/parameters/3", 7),
            ("/paths/~1b/put/operationId", 17),
            ("/tags/0", 19),
        ] {
            assert_eq!(of(text, pointer), line, "{pointer}");
        }
    }
}
