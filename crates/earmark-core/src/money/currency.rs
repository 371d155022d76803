use serde::Serialize;

/// A currency, with the number of decimal places of its minor unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Currency {
    code: &'static str,
    exponent: u8,
}

impl Currency {
    /// Chinese yuan; the minor unit is the fen, a hundredth.
    pub const CNY: Self = Self::new("CNY", 2);
    /// United States dollar; the minor unit is the cent, a hundredth.
    pub const USD: Self = Self::new("USD", 2);

    /// A currency by its ISO 4217 code and the number of decimal places of its minor unit (0 to 4).
    ///
    /// # Panics
    /// While compiling, where the exponent is over 4.
    #[must_use]
    pub const fn new(code: &'static str, exponent: u8) -> Self {
        assert!(exponent <= 4, "a currency has at most 4 decimal places");
        Self { code, exponent }
    }

    /// The ISO 4217 code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.code
    }

    /// How many decimal places the minor unit has.
    #[must_use]
    pub const fn exponent(self) -> u8 {
        self.exponent
    }

    /// How many minor units make one major unit.
    #[must_use]
    pub const fn minor_per_major(self) -> u64 {
        10_u64.pow(self.exponent as u32)
    }
}
