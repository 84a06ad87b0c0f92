//! Random characters: what passwords and strings have in common.

use crate::dice::{roll, shuffle};
use crate::rejected;
use farsight_provider::{Clock, Result};

const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS: &str = "0123456789";
/// Pulumi's and Terraform's set.
const SPECIAL: &str = "!@#$%&*()-_=+[]{}<>:?";

/// What is asked for.
pub(crate) struct Shape<'a> {
    pub length: i64,
    /// Each set of characters: whether it is used, how many of it there are at least.
    pub lower: (bool, i64),
    pub upper: (bool, i64),
    pub numeric: (bool, i64),
    pub special: (bool, i64),
    pub override_special: Option<&'a str>,
}

impl Shape<'_> {
    /// Random characters of this shape.
    pub fn draw(&self, clock: &dyn Clock) -> Result<String> {
        let special = self.override_special.filter(|given| !given.is_empty()).unwrap_or(SPECIAL);
        let sets = [
            ("lower", LOWER, self.lower),
            ("upper", UPPER, self.upper),
            ("numeric", DIGITS, self.numeric),
            ("special", special, self.special),
        ];
        let length = usize::try_from(self.length)
            .ok()
            .filter(|length| (1..=LONGEST).contains(length))
            .ok_or_else(|| rejected(format!("`length` is {}: it must be from 1 to {LONGEST}", self.length)))?;
        let mut all: Vec<char> = Vec::new();
        let mut drawn: Vec<char> = Vec::with_capacity(length);
        for (name, characters, (used, least)) in sets {
            let least = usize::try_from(least)
                .map_err(|_| rejected(format!("a minimum of {least} characters for `{name}` makes no sense")))?;
            if least > 0 && !used {
                return Err(rejected(format!("{least} characters are asked for of a set that `{name}` leaves out")));
            }
            if drawn.len() + least > length {
                return Err(rejected(format!("the minimums add up to more than the {length} characters of `length`")));
            }
            let mut set: Vec<char> = characters.chars().collect();
            set.sort_unstable();
            // A character that is named twice is not to be twice as likely.
            set.dedup();
            for _ in 0..least {
                drawn.push(set[roll(clock, set.len())?]);
            }
            if used {
                all.append(&mut set);
            }
        }
        all.sort_unstable();
        all.dedup();
        if all.is_empty() {
            return Err(rejected("every set of characters is left out"));
        }
        while drawn.len() < length {
            drawn.push(all[roll(clock, all.len())?]);
        }
        // The minimums stand at the front: nobody is to know where.
        shuffle(clock, &mut drawn)?;
        Ok(drawn.into_iter().collect())
    }
}

/// Longer values are mistakes.
const LONGEST: usize = 65_536;

/// How many characters a value has.
pub(crate) fn length(value: &str) -> i64 {
    value.chars().count() as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use farsight_provider::VirtualClock;
    use std::collections::BTreeMap;

    const ALL: Shape<'_> = Shape {
        length: 20,
        lower: (true, 0),
        upper: (true, 0),
        numeric: (true, 0),
        special: (true, 0),
        override_special: None,
    };

    fn count(value: &str, set: &str) -> usize {
        value.chars().filter(|c| set.contains(*c)).count()
    }

    #[tokio::test(start_paused = true)]
    async fn minimums_and_sets_are_kept() {
        let clock = VirtualClock::new(1);
        let shape = Shape {
            length: 12,
            lower: (false, 0),
            upper: (true, 2),
            numeric: (true, 3),
            special: (true, 4),
            override_special: Some("_-"),
        };
        for _ in 0..2_000 {
            let value = shape.draw(&clock).unwrap();
            assert_eq!(length(&value), 12, "{value}");
            assert!(count(&value, UPPER) >= 2 && count(&value, DIGITS) >= 3 && count(&value, "_-") >= 4, "{value}");
            assert_eq!(count(&value, UPPER) + count(&value, DIGITS) + count(&value, "_-"), 12, "{value}");
        }
        let exact = Shape { length: 9, ..shape };
        let value = exact.draw(&clock).unwrap();
        assert_eq!((count(&value, UPPER), count(&value, DIGITS), count(&value, "_-")), (2, 3, 4), "{value}");
    }

    /// Protects from values that are easier to guess than they look.
    #[tokio::test(start_paused = true)]
    async fn every_character_is_as_likely() {
        let clock = VirtualClock::new(2);
        let shape = Shape { override_special: Some("!!!!!?"), ..ALL };
        let mut seen: BTreeMap<char, u32> = BTreeMap::new();
        for _ in 0..3_200 {
            for c in shape.draw(&clock).unwrap().chars() {
                *seen.entry(c).or_default() += 1;
            }
        }
        assert_eq!(seen.len(), 26 + 26 + 10 + 2);
        // A thousand each; five standard deviations are 157.
        assert!(seen.values().all(|times| (843..1157).contains(times)), "{seen:?}");
    }

    /// A minimum must not show where its characters stand.
    #[tokio::test(start_paused = true)]
    async fn minimums_stand_anywhere() {
        let clock = VirtualClock::new(3);
        let shape = Shape { length: 4, numeric: (true, 1), lower: (true, 3), upper: (false, 0), ..ALL };
        let mut at = [0; 4];
        for _ in 0..4_000 {
            let value = shape.draw(&clock).unwrap();
            at[value.chars().position(|c| c.is_ascii_digit()).unwrap()] += 1;
        }
        // A thousand each; five standard deviations are 137.
        assert!(at.iter().all(|times| (863..1137).contains(times)), "{at:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn impossible_shapes_are_refused() {
        let clock = VirtualClock::new(4);
        let words = |shape: Shape<'_>| shape.draw(&clock).unwrap_err().message;
        assert!(words(Shape { length: 0, ..ALL }).contains("from 1 to"));
        assert!(words(Shape { length: 3, lower: (true, 2), upper: (true, 2), ..ALL }).contains("add up to more"));
        assert!(words(Shape { special: (false, 1), ..ALL }).contains("`special` leaves out"));
        assert!(words(Shape { upper: (true, -1), ..ALL }).contains("makes no sense"));
        let none = Shape { lower: (false, 0), upper: (false, 0), numeric: (false, 0), special: (false, 0), ..ALL };
        assert!(words(none).contains("every set"));
    }
}
