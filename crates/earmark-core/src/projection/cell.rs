use crate::account::Account;
use crate::event::Kind;
use crate::id::{Area, Link, Party};
use crate::time::{Day, Month, Timestamp};

/// A value with one stored form, whose bytes order like the value.
///
/// Integers are written most significant byte first, signed ones with the sign bit flipped; a tuple
/// is its parts one after the other; text is its UTF-8 bytes, each zero byte followed by `0xff`, and
/// two zero bytes at the end.
pub trait CellPart: Clone + Send + Sync + 'static {
    /// Appends the stored form.
    fn put(&self, into: &mut Vec<u8>);
    /// Takes the stored form off the front; none where the bytes are not one.
    fn take(from: &mut &[u8]) -> Option<Self>;

    /// Decodes a stored form that fills the bytes.
    #[must_use]
    fn decode(mut bytes: &[u8]) -> Option<Self> {
        let part = Self::take(&mut bytes)?;
        bytes.is_empty().then_some(part)
    }
}

macro_rules! unsigned {
    ($($type:ty),*) => {$(
        impl CellPart for $type {
            fn put(&self, into: &mut Vec<u8>) {
                into.extend_from_slice(&self.to_be_bytes());
            }

            fn take(from: &mut &[u8]) -> Option<Self> {
                let (bytes, rest) = from.split_first_chunk()?;
                *from = rest;
                Some(Self::from_be_bytes(*bytes))
            }
        }
    )*};
}

unsigned!(u8, u16, u32, u64, u128);

macro_rules! signed {
    ($($type:ty as $unsigned:ty),*) => {$(
        impl CellPart for $type {
            fn put(&self, into: &mut Vec<u8>) {
                (self.cast_unsigned() ^ (1 << (<$unsigned>::BITS - 1))).put(into);
            }

            fn take(from: &mut &[u8]) -> Option<Self> {
                let flipped = <$unsigned>::take(from)?;
                Some((flipped ^ (1 << (<$unsigned>::BITS - 1))).cast_signed())
            }
        }
    )*};
}

signed!(i32 as u32, i64 as u64, i128 as u128);

macro_rules! by_way_of {
    ($($type:ty as $inner:ty: $to:expr, $from:expr;)*) => {$(
        impl CellPart for $type {
            fn put(&self, into: &mut Vec<u8>) {
                let to: fn(&$type) -> $inner = $to;
                to(self).put(into);
            }

            fn take(from: &mut &[u8]) -> Option<Self> {
                let make: fn($inner) -> Option<$type> = $from;
                make(<$inner>::take(from)?)
            }
        }
    )*};
}

by_way_of! {
    bool as u8: |it| u8::from(*it), |code| match code { 0 => Some(false), 1 => Some(true), _ => None };
    Day as i32: |it| it.days(), |days| Day::from_days(days).ok();
    Month as u32: |it| it.yyyymm(), |number| Month::from_yyyymm(number).ok();
    Timestamp as i64: |it| it.micros(), Timestamp::from_micros;
    Account as u8: |it| it.code(), Account::from_code;
    Kind as u8: |it| it.code(), Kind::from_code;
    Area as u32: |it| it.code(), |code| Area::from_code(code).ok();
    Party as [u8; 16]: |it| it.bytes(), |bytes| Some(Party::from_bytes(bytes));
    Link as [u8; 16]: |it| it.bytes(), |bytes| Some(Link::from_bytes(bytes));
}

/// One byte, 0 or 1, and after 1 the value.
impl<T: CellPart> CellPart for Option<T> {
    fn put(&self, into: &mut Vec<u8>) {
        self.is_some().put(into);
        if let Some(part) = self {
            part.put(into);
        }
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        Some(if bool::take(from)? { Some(T::take(from)?) } else { None })
    }
}

impl<const N: usize> CellPart for [u8; N] {
    fn put(&self, into: &mut Vec<u8>) {
        into.extend_from_slice(self);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        let (bytes, rest) = from.split_first_chunk()?;
        *from = rest;
        Some(*bytes)
    }
}

impl CellPart for String {
    fn put(&self, into: &mut Vec<u8>) {
        for byte in self.bytes() {
            into.push(byte);
            if byte == 0 {
                into.push(0xff);
            }
        }
        into.extend_from_slice(&[0, 0]);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        let mut text = Vec::new();
        loop {
            match from {
                [0, 0, rest @ ..] => {
                    *from = rest;
                    return Self::from_utf8(text).ok();
                }
                [0, 0xff, rest @ ..] => {
                    text.push(0);
                    *from = rest;
                }
                [0, ..] | [] => return None,
                [byte, rest @ ..] => {
                    text.push(*byte);
                    *from = rest;
                }
            }
        }
    }
}

macro_rules! tuples {
    ($(($($part:ident)+))*) => {$(
        impl<$($part: CellPart),+> CellPart for ($($part,)+) {
            #[allow(non_snake_case)]
            fn put(&self, into: &mut Vec<u8>) {
                let ($($part,)+) = self;
                $($part.put(into);)+
            }

            fn take(from: &mut &[u8]) -> Option<Self> {
                Some(($($part::take(from)?,)+))
            }
        }
    )*};
}

tuples! { (A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E G) }

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bytes<T: CellPart>(part: &T) -> Vec<u8> {
        let mut bytes = Vec::new();
        part.put(&mut bytes);
        bytes
    }

    proptest! {
        #[test]
        fn stored_form_orders_like_the_value(
            a in any::<(i64, String, u16)>(), b in any::<(i64, String, u16)>(),
        ) {
            prop_assert_eq!(a.cmp(&b), bytes(&a).cmp(&bytes(&b)));
            prop_assert_eq!(<(i64, String, u16)>::decode(&bytes(&a)), Some(a));
        }

        #[test]
        fn no_bytes_panic(junk in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = <(String, i32, bool)>::decode(&junk);
            let _ = <(Day, Month, Account, Kind)>::decode(&junk);
        }
    }
}
