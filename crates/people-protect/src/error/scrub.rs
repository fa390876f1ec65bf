//! Masks what may be personal or secret in text the server wrote.

/// The longest text shown; a person reads no more in a log line.
const LONGEST: usize = 300;
const MASK: &str = "[redacted]";

/// Makes server text fit for a log: one line, no numbers that can be telephones or positions, no
/// mail addresses, no queries of links, nothing long enough to be a token.
///
/// It cannot know names or illnesses; AURA's documented messages do not carry them.
pub(crate) fn scrub(text: &str) -> String {
    let mut out = String::new();
    let mut words = text.split_whitespace().peekable();
    while let Some(word) = words.next() {
        if !out.is_empty() {
            out.push(' ');
        }
        // A number written in groups ("+27 82 123 4567") is one number.
        if word.contains('+') || is_grouped_start(word) {
            let mut digits = count_digits(word);
            let mut masked = digits >= 7;
            while words.peek().is_some_and(|next| is_digits(next)) {
                digits += words.next().map_or(0, count_digits);
                masked = true;
            }
            if masked && digits >= 7 {
                out.push_str(MASK);
            } else {
                // A plus sign stands in mail addresses and tokens too.
                push_word(&mut out, word);
            }
            continue;
        }
        push_word(&mut out, word);
    }
    if out.chars().count() > LONGEST {
        out = out.chars().take(LONGEST).collect();
        out.push('…');
    }
    out.retain(|c| !c.is_control());
    out
}

fn push_word(out: &mut String, word: &str) {
    if word.contains('@') {
        out.push_str(MASK);
        return;
    }
    if word.contains("://") {
        let end = word.find(['?', '#']).unwrap_or(word.len());
        out.push_str(&word[..end]);
        if end < word.len() {
            out.push('?');
            out.push_str(MASK);
        }
        return;
    }
    // Within a word, look at each run that can be one value.
    let is_value = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    let mut rest = word;
    while let Some(start) = rest.find(is_value) {
        out.push_str(&rest[..start]);
        let run = &rest[start..];
        let end = run.find(|c| !is_value(c)).unwrap_or(run.len());
        let value = &run[..end];
        out.push_str(if is_private(value) { MASK } else { value });
        rest = &run[end..];
    }
    out.push_str(rest);
}

fn is_private(value: &str) -> bool {
    let numeric = value
        .trim_end_matches('.')
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '.' | '-'));
    let digits = count_digits(value);
    let fraction = value
        .split_once('.')
        .map_or(0, |(_, fraction)| count_digits(fraction));
    let telephone_or_position = numeric && (digits >= 7 || fraction >= 3);
    let token = value.len() >= 24 && digits > 0;
    telephone_or_position || token
}

fn is_grouped_start(word: &str) -> bool {
    // "(082)" or "082" at the head of groups; ids and statuses do not begin with zero.
    word.trim_start_matches('(').starts_with('0') && is_digits(word)
}

fn is_digits(word: &str) -> bool {
    let trimmed = word.trim_matches(|c: char| matches!(c, '(' | ')' | '-' | '.' | ',' | '"'));
    !trimmed.is_empty() && trimmed.chars().all(|c| c.is_ascii_digit() || c == '-')
}

fn count_digits(text: &str) -> usize {
    text.chars().filter(char::is_ascii_digit).count()
}

#[cfg(test)]
mod tests {
    use super::{MASK, scrub};

    #[test]
    fn numbers_that_can_be_telephones_or_positions_are_masked() {
        for text in [
            "mobile +27821234567 is taken",
            "mobile +27 82 123 4567 is taken",
            "mobile 082 123 4567 is taken",
            "mobile 27821234567, is taken",
            "at -26.12345,28.12345",
            "at lat=-26.123",
        ] {
            let shown = scrub(text);
            assert!(shown.contains(MASK), "{shown}");
            for planted in ["1234567", "4567", "26.12", "28.12"] {
                assert!(!shown.contains(planted), "{shown}");
            }
        }
    }

    #[test]
    fn tokens_links_and_mail_addresses_are_masked() {
        let shown = scrub(
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOjF9.c2ln https://a.example/t?sessionToken=planted x@y.example",
        );
        assert_eq!(shown, format!("{MASK} https://a.example/t?{MASK} {MASK}"));
    }

    #[test]
    fn a_plus_sign_hides_no_mail_address() {
        assert_eq!(
            scrub("jane+planted@example.com is taken"),
            format!("{MASK} is taken")
        );
    }

    #[test]
    fn ids_statuses_and_plain_words_stay_readable() {
        let text = "Customer 178921 has no active subscription (403), type 4";
        assert_eq!(scrub(text), text);
    }

    #[test]
    fn the_result_is_one_line_of_bounded_length() {
        assert_eq!(scrub("a\r\n\u{1b}b"), "a b");
        assert!(scrub(&"long ".repeat(500)).chars().count() <= 301);
    }
}
