//! The demo's own chance: a small generator (SplitMix64), so that one seed makes one demo on every
//! machine and in every year.

/// A stream of numbers that looks random and is not.
#[derive(Clone, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    /// The stream of this number under a seed; streams of one seed have nothing to do with each other.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        let mut mixer = Dice(seed);
        Dice(mixer.roll() ^ stream.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    /// The next 64 bits.
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 to one below this; 0 when it is 0.
    pub(super) fn below(&mut self, end: u32) -> u32 {
        // The upper half of a product spreads evenly without a division.
        let spread = u64::from(end).wrapping_mul(self.roll() >> 32) >> 32;
        u32::try_from(spread).unwrap_or(0)
    }

    /// Whether something happens that happens this often in a thousand.
    pub(super) fn happens(&mut self, in_a_thousand: u32) -> bool {
        self.below(1000) < in_a_thousand
    }

    /// One of these.
    ///
    /// # Panics
    /// When there is none to choose from: the lists are constants.
    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u32) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::Dice;

    #[test]
    fn the_generator_is_splitmix64() {
        let mut dice = Dice(1_234_567);
        let known = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423_u64,
        ];
        assert_eq!([dice.roll(), dice.roll(), dice.roll()], known);
    }

    #[test]
    fn numbers_are_within_bounds_and_spread() {
        let mut dice = Dice::new(1, 2);
        let mut seen = [0; 10];
        for _ in 0..10_000 {
            seen[dice.below(10) as usize] += 1;
        }
        assert!(seen.iter().all(|count| (800..1200).contains(count)), "{seen:?}");
        assert_eq!(dice.below(0), 0);
        assert!(!dice.happens(0) && dice.happens(1000));
    }

    #[test]
    fn streams_differ_and_repeat() {
        let first = |seed, stream| Dice::new(seed, stream).roll();
        assert_eq!(first(7, 1), first(7, 1));
        assert_ne!(first(7, 1), first(7, 2));
        assert_ne!(first(7, 1), first(8, 1));
    }
}
