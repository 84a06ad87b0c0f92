//! Words and numbers: the one place that knows plurals, durations and moments.

use crate::style::{DIM, paint};
use farsight_model::Urn;

/// A number with its noun: `1 resource`, `3 resources`.
pub fn count(n: usize, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {}", many(one)) }
}

fn many(one: &str) -> String {
    match one.as_bytes() {
        [.., consonant, b'y'] if !b"aeiou".contains(consonant) => format!("{}ies", &one[..one.len() - 1]),
        [.., b's' | b'x'] | [.., b'c' | b's', b'h'] => format!("{one}es"),
        _ => format!("{one}s"),
    }
}

/// Milliseconds for people: `85ms`, `3.2s`, `2m 05s`, `1h 02m`.
pub fn duration(milliseconds: u64) -> String {
    let seconds = milliseconds / 1000;
    match seconds {
        0 => format!("{milliseconds}ms"),
        1..60 => format!("{seconds}.{}s", milliseconds % 1000 / 100),
        60..3600 => format!("{}m {:02}s", seconds / 60, seconds % 60),
        _ => format!("{}h {:02}m", seconds / 3600, seconds % 3600 / 60),
    }
}

/// A moment, in milliseconds since the Unix epoch, as `2026-01-31 23:59:59Z`.
pub fn moment(milliseconds: i64) -> String {
    let seconds = milliseconds.div_euclid(1000);
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02}Z", second / 3600, second % 3600 / 60, second % 60)
}

/// The date of a day counted from 1970-01-01, by Howard Hinnant's `civil_from_days`.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// A resource for people: its short type and its name.
pub fn resource(urn: &Urn) -> String {
    format!("{} {}", paint(DIM, &printable(&urn.token().short())), printable(urn.name()))
}

/// The text with control characters made visible, so that no name can play with the terminal.
pub fn printable(text: &str) -> String {
    if !text.chars().any(char::is_control) {
        return text.to_owned();
    }
    text.chars().map(|c| if c.is_control() { c.escape_default().to_string() } else { c.to_string() }).collect()
}

/// The text without its colours.
pub fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals() {
        let all =
            [count(0, "resource"), count(1, "property"), count(2, "property"), count(3, "class"), count(2, "key")];
        assert_eq!(all.join(", "), "0 resources, 1 property, 2 properties, 3 classes, 2 keys");
    }

    #[test]
    fn durations() {
        assert_eq!([85, 3_290, 125_000, 3_725_000].map(duration), ["85ms", "3.2s", "2m 05s", "1h 02m"]);
    }

    #[test]
    fn moments() {
        assert_eq!(moment(0), "1970-01-01 00:00:00Z");
        assert_eq!(moment(1_709_164_800_000), "2024-02-29 00:00:00Z");
        assert_eq!(moment(1_767_225_599_999), "2025-12-31 23:59:59Z");
        assert_eq!(moment(-1), "1969-12-31 23:59:59Z");
    }

    #[test]
    fn names_cannot_play_with_the_terminal() {
        assert_eq!(printable("a\u{1b}[2Jb\n"), "a\\u{1b}[2Jb\\n");
    }
}
