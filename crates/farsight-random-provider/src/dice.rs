//! Fair choices made of random bytes.

use farsight_provider::{Clock, Result};

/// A number below `sides`, each as likely as the others.
pub(crate) fn roll(clock: &dyn Clock, sides: usize) -> Result<usize> {
    let sides = sides as u64;
    // Beyond the last whole multiple of `sides` some numbers would be likelier than others.
    let fair = u64::MAX - u64::MAX % sides;
    loop {
        let mut bytes = [0; 8];
        clock.secret_bytes(&mut bytes)?;
        let drawn = u64::from_le_bytes(bytes);
        if drawn < fair {
            return Ok((drawn % sides) as usize);
        }
    }
}

/// Puts `items` in an order that is as likely as any other.
pub(crate) fn shuffle<T>(clock: &dyn Clock, items: &mut [T]) -> Result<()> {
    for last in (1..items.len()).rev() {
        items.swap(last, roll(clock, last + 1)?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use farsight_provider::VirtualClock;
    use std::collections::BTreeMap;

    /// Protects passwords from being guessed sooner: no order is likelier than another.
    #[tokio::test(start_paused = true)]
    async fn every_order_is_as_likely() {
        let clock = VirtualClock::new(1);
        let mut seen: BTreeMap<String, u32> = BTreeMap::new();
        for _ in 0..24_000 {
            let mut order = ['a', 'b', 'c', 'd'];
            shuffle(&clock, &mut order).unwrap();
            *seen.entry(order.iter().collect()).or_default() += 1;
        }
        assert_eq!(seen.len(), 24);
        // A thousand each; five standard deviations are 155.
        assert!(seen.values().all(|times| (845..1155).contains(times)), "{seen:?}");
    }
}
