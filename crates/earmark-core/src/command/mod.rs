//! Commands: what a program may ask of a book. Each becomes one event, or is refused.
//!
//! A command is a plain struct whose fields read like the domain. Its types carry the law: the fund
//! of its amount, the purposes of that fund, and the accounts between which the money may flow.

mod any;
mod batch;
mod claim;
mod correct;
mod due;
mod income;
mod internal;
mod law;
mod plan;
mod register;
mod spend;
mod time;
mod trail;

pub use any::{AnyCommand, AnyCommandError};
pub(crate) use batch::Origin;
pub use batch::{AnyBatch, Batch, Commands, Draft};
pub use claim::{
    AgreeProvider, DemandRecovery, EndProvider, FileClaim, RefuseClaim, ResumeBenefit, StopBenefit,
    VerifyClaim, WaiveRecovery,
};
pub use correct::{
    RecoverBenefit, RecoveryAccount, RefundPremium, ReturnPayment, ReturnTransferIn, Reverse,
};
pub use due::{
    AssessPremium, ChargeLateFee, CorrectDue, DeclarePremium, ReceiveDuePremium, VerifyPremium,
};
pub use income::{
    BringForward, ReceiveFiscalSubsidy, ReceiveInterest, ReceiveInvestmentReturn,
    ReceiveLowerRemittance, ReceiveOtherIncome, ReceivePremium, ReceiveSuperiorSubsidy,
    ReceiveTransferIn,
};
pub use internal::{
    HandOverInterest, PlaceInvestment, RedeemInvestment, Release, TransferCollections,
};
pub use law::{
    AccrueInvestmentGain, AccrueInvestmentLoss, AuthoriseLoan, ChargeInvestmentFee, MakeLoan,
    ReceiveLoan, ReceiveRepayment, ReorganiseIn, ReorganiseOut, RepayLoan,
};
pub use plan::{
    AdjustBudgetLine, ApproveAdjustments, ApproveBudget, ApproveUsePlan, DraftBudgetLine,
    DrawReserve, ReportInvestment, SetReserveAside, TakeShortfallStep,
};
pub(crate) use register::register_text;
pub use register::{CloseAccount, OpenAccount};
pub use spend::{
    PayBenefit, PayStateUse, PayTransferOut, RemitToSuperior, SettleAcrossProvinces,
    SettleDirectly, SubsidiseLower,
};

pub use time::{AdoptProfile, ClosePeriod, ReopenPeriod};
pub(crate) use trail::attestation;
pub use trail::{AttestRoll, BindDetail};

use crate::fund::Fund;

/// A command that a book of the fund `F` takes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a command for a book of the fund `{F}`",
    note = "commands are the structs of `earmark_core::command`, such as `ReceivePremium` and `PayBenefit`"
)]
pub trait Command<F: Fund>: sealed::Sealed {
    /// What the command asks to record.
    #[doc(hidden)]
    fn into_request(self) -> batch::Request;
}

mod sealed {
    pub trait Sealed {}
}

/// A command's struct, its bounds and its translation into a fact.
macro_rules! command {
    (
        $(#[$doc:meta])*
        $name:ident<F $(: $capability:ident)? $(, $account:ident: $bound:ident($flow:ident))?> {
            $($(#[$field_doc:meta])* $field:ident: $type:ty,)*
        }
        |$it:ident| $request:expr
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name<F: $crate::fund::Fund $(+ $crate::fund::$capability)? $(, $account: $crate::flow::$bound<$crate::flow::kinds::$flow>)?> {
            $($(#[$field_doc])* pub $field: $type,)*
        }

        impl<F: $crate::fund::Fund $(+ $crate::fund::$capability)? $(, $account: $crate::flow::$bound<$crate::flow::kinds::$flow>)?>
            $crate::command::sealed::Sealed for $name<F $(, $account)?> {}

        impl<
            G: $crate::fund::TakesMoneyOf<F>,
            F: $crate::fund::Fund $(+ $crate::fund::$capability)?
            $(, $account: $crate::flow::$bound<$crate::flow::kinds::$flow>)?
        > $crate::command::Command<G> for $name<F $(, $account)?> {
            fn into_request(self) -> $crate::command::batch::Request {
                let $it = self;
                $request
            }
        }

        impl<
            G: $crate::fund::TakesMoneyOf<F>,
            F: $crate::fund::Fund $(+ $crate::fund::$capability)?
            $(, $account: $crate::flow::$bound<$crate::flow::kinds::$flow>)?
        > $crate::command::Commands<G> for $name<F $(, $account)?> {
            fn append_to(
                self,
                voucher: &$crate::event::Voucher,
                batch: &mut $crate::command::Batch<G>,
            ) {
                batch.push(voucher, self);
            }
        }
    };
}
pub(crate) use command;

/// A command that any fund's book takes: its struct and its translation into a matter.
macro_rules! plain {
    (
        $(#[$doc:meta])*
        $name:ident {
            $($(#[$field_doc:meta])* $field:ident: $type:ty,)*
        }
        |$it:ident| $request:expr
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
        }

        impl $crate::command::sealed::Sealed for $name {}

        impl<F: $crate::fund::Fund> $crate::command::Command<F> for $name {
            fn into_request(self) -> $crate::command::batch::Request {
                let $it = self;
                $request
            }
        }

        $crate::command::single!([F: $crate::fund::Fund] F, $name);
    };
}
pub(crate) use plain;

/// A command whose struct is written by hand is also a list of one command.
macro_rules! single {
    ([$($generics:tt)*] $fund:ident, $name:ty) => {
        impl<$($generics)*> $crate::command::Commands<$fund> for $name {
            fn append_to(
                self,
                voucher: &$crate::event::Voucher,
                batch: &mut $crate::command::Batch<$fund>,
            ) {
                batch.push(voucher, self);
            }
        }
    };
}
pub(crate) use single;
