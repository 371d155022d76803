/// Defines a fund: its type, its closed lists of purposes, and what it may do.
///
/// ```
/// use earmark_core::fund;
///
/// fund! {
///     /// Long-term care insurance (a pilot in 49 cities).
///     pub LongTermCare {
///         code: "LONG_TERM_CARE",
///         name: "long-term care insurance fund" "长期护理保险基金",
///         currency: CNY,
///         jurisdiction: China,
///         invests: no,
///         settles_across_provinces: no,
///         transfers: no,
///         settles_directly: yes,
///     }
///     premiums LongTermCarePremium {
///         Unit = 1 "unit premium" "单位缴费" => Premium,
///         Individual = 2 "individual premium" "个人缴费" => Premium,
///     }
///     benefits LongTermCareBenefit {
///         HomeCare = 1 "home care" "居家护理" => Benefit,
///         Institution = 2 "care in an institution" "机构护理" => Benefit,
///     }
/// }
///
/// use earmark_core::fund::Fund;
/// assert_eq!(LongTermCare::SPEC.benefits().len(), 2);
/// ```
///
/// A currency other than `CNY` and `USD` is written with its decimal places: `currency: ("EUR", 2)`. The
/// code of a built-in fund cannot be taken. A fund whose law
/// authorises loans between funds adds `borrows: yes`. A list `state_uses Name { … }` may follow. Each purpose has a code of 1 to 63 that never changes
/// its meaning, an English and a Chinese label, and the item of a statement to which it belongs.
///
/// A Chinese fund with a purpose for running cost does not compile:
///
/// ```compile_fail,E0080
/// earmark_core::fund! {
///     /// What the law forbids.
///     pub Padded {
///         code: "PADDED", name: "padded fund" "虚列", currency: CNY, jurisdiction: China,
///         invests: no, settles_across_provinces: no, transfers: no, settles_directly: no,
///     }
///     premiums PaddedPremium { Unit = 1 "unit premium" "单位缴费" => Premium, }
///     benefits PaddedBenefit { Salaries = 1 "salaries" "工资" => Administration, }
/// }
/// ```
#[macro_export]
macro_rules! fund {
    (
        $(#[$doc:meta])*
        $vis:vis $fund:ident {
            code: $code:literal,
            name: $name:literal $name_zh:literal,
            currency: $currency:tt,
            jurisdiction: $jurisdiction:ident,
            invests: $invests:ident,
            settles_across_provinces: $settles:ident,
            transfers: $transfers:ident,
            settles_directly: $direct:ident
            $(, borrows: $borrows:ident)? $(,)?
        }
        premiums $premium:ident { $($premiums:tt)* }
        benefits $benefit:ident { $($benefits:tt)* }
        $(state_uses $use:ident { $($uses:tt)* })?
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis struct $fund;

        $crate::fund!(@list $vis $premium IncomeItem
            concat!("What comes into [`", stringify!($fund), "`].") { $($premiums)* });
        $crate::fund!(@list $vis $benefit ExpenditureItem
            concat!("What [`", stringify!($fund), "`] may be spent on.") { $($benefits)* });
        $($crate::fund!(@list $vis $use ExpenditureItem
            concat!("Uses of [`", stringify!($fund), "`] laid down by the State.") { $($uses)* });)?

        impl $crate::fund::Fund for $fund {
            type Premium = $premium;
            type Benefit = $benefit;
            type StateUse = $crate::fund!(@use_type $($use)?);
            const MADE_BY_MACRO: $crate::__private::MadeByMacro = $crate::__private::MadeByMacro;
            const SPEC: &'static $crate::fund::FundSpec = {
                static SPEC: $crate::fund::FundSpec = $crate::fund::FundSpec::define(
                    option_env!("CARGO_PKG_NAME"),
                    $code,
                    $name,
                    $name_zh,
                    $crate::fund!(@currency $currency),
                    $crate::fund::Jurisdiction::$jurisdiction,
                    $crate::fund!(@flag $invests),
                    $crate::fund!(@flag $settles),
                    $crate::fund!(@flag $transfers),
                    $crate::fund!(@flag $direct),
                    $crate::fund!(@flag $($borrows)?),
                    $premium::ALL,
                    $benefit::ALL,
                    $crate::fund!(@use_list $($use)?),
                );
                &SPEC
            };
        }

        $crate::fund!(@may $invests $fund Invests);
        $crate::fund!(@may $settles $fund SettlesAcrossProvinces);
        $crate::fund!(@may $transfers $fund Transfers);
        $crate::fund!(@may $direct $fund SettlesDirectly);
        $($crate::fund!(@may $borrows $fund Borrows);)?
    };
    (@list $vis:vis $list:ident $item:ident concat!($($doc:tt)*) {
        $($variant:ident = $code:literal $label:literal $label_zh:literal => $as:ident),+ $(,)?
    }) => {
        #[doc = concat!($($doc)*)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u16)]
        $vis enum $list {
            $(
                #[doc = concat!($label, " (", $label_zh, ")")]
                $variant = $code,
            )+
        }

        impl $list {
            /// The whole list, in the order of its definition.
            pub const ALL: &'static [$crate::fund::PurposeSpec<$crate::fund::$item>] = &[$(
                $crate::fund::PurposeSpec {
                    code: $code,
                    name: stringify!($variant),
                    label: $label,
                    label_zh: $label_zh,
                    item: $crate::fund::$item::$as,
                },
            )+];
        }

        impl $crate::fund::Purpose for $list {
            fn code(self) -> u16 {
                self as u16
            }

            fn from_code(code: u16) -> Option<Self> {
                match code {
                    $($code => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl $crate::__private::Serialize for $list {
            fn serialize<S: $crate::__private::Serializer>(
                &self,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                $crate::__private::serialize_name(Self::ALL, *self as u16, serializer)
            }
        }

        impl<'de> $crate::__private::Deserialize<'de> for $list {
            fn deserialize<D: $crate::__private::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                $crate::__private::deserialize_name(Self::ALL, deserializer)
            }
        }
    };
    (@use_type) => { $crate::fund::NoUse };
    (@use_type $use:ident) => { $use };
    (@use_list) => { &[] };
    (@use_list $use:ident) => { $use::ALL };
    (@currency ($code:literal, $exponent:literal)) => {
        $crate::money::Currency::new($code, $exponent)
    };
    (@currency $currency:ident) => { $crate::money::Currency::$currency };
    (@flag) => { false };
    (@flag yes) => { true };
    (@flag no) => { false };
    (@may yes $fund:ident $capability:ident) => { impl $crate::fund::$capability for $fund {} };
    (@may no $fund:ident $capability:ident) => {};
}
