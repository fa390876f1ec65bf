//! The line of a text at which a JSON pointer leads.

use crate::pointer::unescape;

/// The line, from 1, of the deepest part of a pointer that is found in a YAML or JSON text written in
/// lines; 1 if nothing is. Where several parts share a line it is that line.
pub(super) fn of(text: &str, pointer: &str) -> usize {
    let lines: Vec<Line<'_>> = lines(text);
    let mut here = Block {
        from: 0,
        deeper_than: -1,
    };
    let mut found = 1;
    for token in pointer.split('/').skip(1) {
        let name = unescape(token);
        let item = name.parse().ok().and_then(|index| nth(&lines, here, index));
        let Some((number, next)) = item.or_else(|| key(&lines, here, &name)) else {
            return found;
        };
        (found, here) = (number, next);
    }
    found
}

/// A line that is neither empty nor a comment. A dash before a key makes a line of its own.
struct Line<'t> {
    number: usize,
    depth: i32,
    text: &'t str,
}

/// What stands below a key or a dash: lines from there on, as long as they are deeper.
#[derive(Clone, Copy)]
struct Block {
    from: usize,
    deeper_than: i32,
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut all: Vec<Line<'_>> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        let mut rest = line.trim_start();
        let mut depth = i32::try_from(line.len() - rest.len()).unwrap_or(i32::MAX);
        if rest.is_empty() || rest.starts_with('#') {
            continue;
        }
        while let Some(inner) = rest.strip_prefix("- ") {
            all.push(Line {
                number,
                depth,
                text: "-",
            });
            let inner = inner.trim_start();
            depth += i32::try_from(rest.len() - inner.len()).unwrap_or(0);
            rest = inner;
        }
        all.push(Line {
            number,
            depth,
            text: rest,
        });
    }
    all
}

/// The lines directly below, each with its place.
fn children<'l, 't>(
    lines: &'l [Line<'t>],
    block: Block,
) -> impl Iterator<Item = (usize, &'l Line<'t>)> {
    let all = lines.iter().enumerate().skip(block.from);
    let within = all.take_while(move |(_, line)| line.depth > block.deeper_than);
    let mut depth = None;
    within.filter(move |(_, line)| line.depth == *depth.get_or_insert(line.depth))
}

/// What stands below one of the lines. A list may stand as deep as its key.
fn below(lines: &[Line<'_>], at: usize) -> Block {
    let depth = lines[at].depth;
    let list = |next: &Line<'_>| {
        next.depth == depth && next.text.starts_with('-') && !lines[at].text.starts_with('-')
    };
    Block {
        from: at + 1,
        deeper_than: match lines.get(at + 1).is_some_and(list) {
            true => depth - 1,
            false => depth,
        },
    }
}

fn key(lines: &[Line<'_>], block: Block, name: &str) -> Option<(usize, Block)> {
    let starts = |text: &str| {
        [name.to_owned(), format!("\"{name}\""), format!("'{name}'")]
            .iter()
            .any(|key| {
                text.strip_prefix(key.as_str())
                    .is_some_and(|rest| rest.trim_start().starts_with(':'))
            })
    };
    // A brace of JSON stands above what it holds.
    let block = match children(lines, block).next() {
        Some((at, line)) if line.text == "{" => below(lines, at),
        _ => block,
    };
    let (at, line) = children(lines, block).find(|(_, line)| starts(line.text))?;
    Some((line.number, below(lines, at)))
}

/// An item of a list that is written with dashes, or in JSON one item a block.
fn nth(lines: &[Line<'_>], block: Block, wanted: usize) -> Option<(usize, Block)> {
    let item = |line: &Line<'_>| line.text.starts_with('-') || line.text == "{";
    // Another key as deep as the dashes ends the list.
    let list =
        children(lines, block).take_while(|(_, line)| item(line) || line.text.starts_with('}'));
    let (at, line) = list.filter(|(_, line)| item(line)).nth(wanted)?;
    Some((line.number, below(lines, at)))
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

    #[test]
    fn what_stands_deeper_or_in_a_text_is_not_taken_for_it() {
        let text = "\
components:
  schemas:
    A:
      properties:
        x:
          type: string
      description: |
        type: a word
        required: another

        and more
      type: object
      required: [x]
    B:
      allOf:
      -
        type: object
      - - deep
      required:
      - y
      - z
      items: {type: string}
      type: array
";
        for (pointer, line) in [
            ("/components/schemas/A/type", 12),
            ("/components/schemas/A/required", 13),
            ("/components/schemas/A/properties/x/type", 6),
            ("/components/schemas/A/nothing", 3),
            // Only its neighbour has one.
            ("/components/schemas/A/allOf", 3),
            ("/components/schemas/B/allOf/0/type", 17),
            ("/components/schemas/B/allOf/1/0", 18),
            ("/components/schemas/B/allOf/2", 15),
            ("/components/schemas/B/required/1", 21),
            ("/components/schemas/B/items/type", 22),
        ] {
            assert_eq!(of(text, pointer), line, "{pointer}");
        }
    }

    #[test]
    fn json_in_lines_is_read_like_yaml() {
        let text = "\
{
  \"openapi\" : \"3.0.3\",
  \"paths\" : {
    \"/a\" : {
      \"get\": {
        \"parameters\": [
          {
            \"name\": \"one\"
          },
          {
            \"name\": \"two\"
          }
        ],
        \"tags\": []
      }
    }
  }
}
";
        for (pointer, line) in [
            ("/paths/~1a", 4),
            ("/paths/~1a/get/parameters/0/name", 8),
            ("/paths/~1a/get/parameters/1", 10),
            ("/paths/~1a/get/parameters/1/name", 11),
            ("/paths/~1a/get/tags/0", 14),
        ] {
            assert_eq!(of(text, pointer), line, "{pointer}");
        }
    }
}
