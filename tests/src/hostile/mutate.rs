//! Valid inputs, changed: the same changes for the same seed.

use crate::soundness::random::Random;

/// What a length, an offset or a count may be to lead somewhere it should not.
const NUMBERS: &[u64] = &[
    0,
    1,
    2,
    7,
    8,
    9,
    16,
    31,
    32,
    33,
    64,
    127,
    128,
    255,
    256,
    1023,
    4096,
    65_535,
    65_536,
    65_537,
    1 << 20,
    1 << 24,
    (1 << 24) + 1,
    1 << 28,
    1 << 30,
    (1 << 31) - 1,
    1 << 31,
    (1 << 32) - 1,
    1 << 32,
    1 << 61,
    1 << 62,
    i64::MAX as u64,
    1 << 63,
    u64::MAX - 1,
    u64::MAX,
];
/// Inputs that are changed stay below this size.
const LONGEST: usize = 1 << 16;

/// Makes inputs for one reader.
#[derive(Debug)]
pub struct Mutator {
    random: Random,
    seeds: Vec<Vec<u8>>,
    words: &'static [&'static str],
}

impl Mutator {
    /// Changes these inputs; at least one.
    pub fn new(seed: u64, seeds: Vec<Vec<u8>>, words: &'static [&'static str]) -> Self {
        Self { random: Random::of(seed, 0), seeds, words }
    }

    /// The next input.
    pub fn next_input(&mut self) -> Vec<u8> {
        let mut input = self.seed();
        for _ in 0..=self.random.below(4) {
            self.change(&mut input);
            input.truncate(LONGEST);
        }
        input
    }

    fn seed(&mut self) -> Vec<u8> {
        let at = self.random.below(self.seeds.len());
        self.seeds.get(at).cloned().unwrap_or_default()
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let random = &mut self.random;
        let at = random.below(input.len() + 1);
        let number = NUMBERS[random.below(NUMBERS.len())];
        match random.below(11) {
            0 => {
                if let Some(byte) = input.get_mut(at) {
                    *byte ^= 1 << random.below(8);
                }
            }
            1 => {
                if let Some(byte) = input.get_mut(at) {
                    *byte = random.next() as u8;
                }
            }
            // A length, of any width.
            2 | 3 => {
                let width = [1, 2, 4, 8][random.below(4)];
                for (byte, new) in input.iter_mut().skip(at).zip(number.to_le_bytes()).take(width) {
                    *byte = new;
                }
            }
            // A number in digits, where there are some.
            4 => {
                let start = input[at..].iter().position(u8::is_ascii_digit).map_or(at, |found| at + found);
                let digits = input[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                input.splice(start..start + digits, number.to_string().into_bytes());
            }
            5 => input.truncate(at),
            // A piece is left out, or comes again: many times, which nests what opens.
            6 => {
                let end = at + random.below((input.len() - at).min(64) + 1);
                input.drain(at..end);
            }
            7 => {
                let end = at + random.below((input.len() - at).min(40) + 1);
                let times = [1, 2, 30, 200, 5000][random.below(5)];
                let again = input[at..end].repeat(times);
                input.splice(at..at, again.into_iter().take(LONGEST));
            }
            8 => {
                let bytes = random.below(9);
                input.splice(at..at, random.bytes(bytes));
            }
            // A splice of two.
            9 => {
                let other = self.seed();
                let from = self.random.below(other.len() + 1);
                input.truncate(at);
                input.extend_from_slice(&other[from..]);
            }
            _ => {
                if !self.words.is_empty() {
                    let word = self.words[random.below(self.words.len())];
                    let times = if random.chance(20) { random.below(3000) } else { 1 };
                    input.splice(at..at, word.repeat(times).into_bytes());
                }
            }
        }
    }
}
