//! Numbers that look random and are the same for the same seed, on every machine.

/// SplitMix64 (Steele, Lea and Flood, 2014): small, and good enough to choose among templates.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The numbers of one declaration: what comes before it does not change it.
    pub fn of(seed: u64, number: u64) -> Self {
        let mut random = Self(seed);
        let base = random.next();
        Self(base ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(17))
    }

    /// Any number.
    #[allow(clippy::should_implement_trait, reason = "it never ends, so it is no iterator")]
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below another, which is not 0.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    /// A number from one to another, both included.
    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        let count = most.wrapping_sub(least) as u64;
        let above = if count == u64::MAX { self.next() } else { self.next() % (count + 1) };
        least.wrapping_add(above as i64)
    }

    /// True so many times out of a hundred.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of several.
    pub fn pick<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.below(choices.len())]
    }

    /// One of several, by its share of all shares.
    pub fn weighted<T: Copy>(&mut self, choices: &[(usize, T)]) -> T {
        let all: usize = choices.iter().map(|(share, _)| share).sum();
        let mut at = self.below(all);
        for (share, choice) in choices {
            if at < *share {
                return *choice;
            }
            at -= share;
        }
        choices[0].1
    }

    /// Bytes.
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.next() as u8).collect()
    }
}
