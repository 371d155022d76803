use super::batch::{Origin, Request, request};
use super::single;
use crate::account::StatutoryAccount;
use crate::event::{Detail, Fact, Kind};
use crate::fund::Fund;

macro_rules! register_commands {
    ($($(#[$doc:meta])* $name:ident => $kind:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name<A: StatutoryAccount>(
            /// The account.
            pub A,
        );

        impl<A: StatutoryAccount> super::sealed::Sealed for $name<A> {}

        impl<F: Fund, A: StatutoryAccount> super::Command<F> for $name<A> {
            fn into_request(self) -> Request {
                request(Kind::$kind, A::ACCOUNT, 0)
            }
        }

        single!([F: Fund, A: StatutoryAccount] F, $name<A>);
    )*};
}

register_commands! {
    /// A statutory account is opened, on its approval document.
    OpenAccount => AccountOpened;
    /// A statutory account is closed, empty.
    CloseAccount => AccountClosed;
}

/// A text is given the next number. Books make it when they register a text.
pub(crate) fn register_text(number: u32, text: Box<str>) -> Request {
    let fact = Fact {
        kind: Kind::TextRegistered,
        account: None,
        purpose: 0,
        amount_minor: 0,
        party: None,
        detail: Detail::Text { number, text },
    };
    Request::new(fact, Origin::ANY)
}
