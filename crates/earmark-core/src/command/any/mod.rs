use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

mod matter;

use super::batch::{Draft, Origin, Request, request};
use super::correct::{reversal, taking_back};
use super::trail::{attestation, bound};
use crate::account::Account;
use crate::decide::Past;
use crate::error::Fault;
use crate::event::{Detail, FactError, Kind, OtherIncome, Recorded, Voucher};
use crate::fund::{FundSpec, PurposeSpec, UnknownPurpose};
use crate::id::{Area, BookId, Link, Party};
use crate::money::{Currency, MAX_MINOR, parse_minor};
use crate::time::{Day, Month};

/// A command whose fund is learnt at run time: the dynamic door, for imports and services.
///
/// Its JSON names the command and its fields, purposes by their names, amounts as strings:
///
/// ```
/// # use earmark_core::command::AnyCommand;
/// let json = r#"{"command":"pay_benefit","from":"expenditure","kind":"Disability",
///                "to":"8e4b3f0a-7c1d-4a55-9b1e-0f6d2c3a4b5c","amount":"750.50"}"#;
/// let command: AnyCommand = serde_json::from_str(json).unwrap();
/// assert_eq!(serde_json::to_value(&command).unwrap()["kind"], "Disability");
/// ```
///
/// [`compile`](Self::compile) turns it into the same draft that a typed command becomes, or refuses;
/// it can express nothing more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields, remote = "Self")]
#[non_exhaustive]
#[allow(missing_docs)] // the fields are those of the typed commands of the same names
pub enum AnyCommand {
    OpenAccount {
        account: Account,
    },
    CloseAccount {
        account: Account,
    },
    BringForward {
        into: Account,
        amount: String,
    },
    ReceivePremium {
        into: Account,
        kind: String,
        from: Party,
        amount: String,
    },
    ReceiveFiscalSubsidy {
        amount: String,
    },
    ReceiveInterest {
        into: Account,
        amount: String,
    },
    ReceiveInvestmentReturn {
        amount: String,
    },
    ReceiveTransferIn {
        into: Account,
        person: Party,
        from: Area,
        amount: String,
    },
    ReceiveSuperiorSubsidy {
        into: Account,
        from: Area,
        amount: String,
    },
    ReceiveLowerRemittance {
        into: Account,
        from: Area,
        amount: String,
    },
    ReceiveOtherIncome {
        into: Account,
        kind: OtherIncome,
        from: Party,
        amount: String,
    },
    TransferCollections {
        from: Account,
        amount: String,
    },
    Release {
        plan: Month,
        amount: String,
    },
    HandOverInterest {
        amount: String,
    },
    PlaceInvestment {
        amount: String,
    },
    RedeemInvestment {
        amount: String,
    },
    PayBenefit {
        from: Account,
        kind: String,
        to: Party,
        amount: String,
    },
    SettleDirectly {
        kind: String,
        to: Party,
        amount: String,
    },
    SettleAcrossProvinces {
        kind: String,
        to: Party,
        treated_in: Area,
        amount: String,
    },
    PayStateUse {
        kind: String,
        to: Party,
        amount: String,
    },
    PayTransferOut {
        person: Party,
        to: Area,
        amount: String,
    },
    RemitToSuperior {
        from: Account,
        to: Area,
        amount: String,
    },
    SubsidiseLower {
        from: Account,
        to: Area,
        amount: String,
    },
    ReturnPayment {
        of: u64,
        amount: String,
    },
    RecoverBenefit {
        of: u64,
        from: Party,
        into: Account,
        amount: String,
    },
    RefundPremium {
        of: u64,
        from: Account,
        amount: String,
    },
    ReturnTransferIn {
        of: u64,
        from: Account,
        amount: String,
    },
    Reverse {
        of: u64,
        reason: String,
    },
    AccrueInvestmentGain {
        amount: String,
    },
    AccrueInvestmentLoss {
        amount: String,
    },
    ChargeInvestmentFee {
        amount: String,
    },
    ReorganiseOut {
        from: Account,
        to: Area,
        amount: String,
    },
    ReorganiseIn {
        into: Account,
        from: Area,
        amount: String,
    },
    ReceiveLoan {
        under: u64,
        amount: String,
    },
    RepayLoan {
        under: u64,
        amount: String,
    },
    MakeLoan {
        under: u64,
        amount: String,
    },
    ReceiveRepayment {
        under: u64,
        amount: String,
    },
    ReceiveDuePremium {
        into: Account,
        kind: String,
        from: Party,
        month: Month,
        amount: String,
    },
    AdoptProfile {
        profile: String,
    },
    ClosePeriod {
        first: Day,
        last: Day,
    },
    ReopenPeriod {
        first: Day,
        last: Day,
        reason: String,
    },
    AuthoriseLoan {
        authorisation: String,
        limit: String,
        from: Day,
        until: Day,
        repay_by: Day,
    },
    DeclarePremium {
        payer: Party,
        kind: String,
        month: Month,
        persons: u32,
        base: String,
        amount: String,
    },
    VerifyPremium {
        payer: Party,
        kind: String,
        month: Month,
        persons: u32,
        base: String,
        amount: String,
    },
    AssessPremium {
        payer: Party,
        kind: String,
        month: Month,
        amount: String,
    },
    CorrectDue {
        payer: Party,
        kind: String,
        month: Month,
        persons: u32,
        base: String,
        amount: String,
        reason: String,
    },
    ChargeLateFee {
        payer: Party,
        kind: String,
        month: Month,
        on: String,
        from: Day,
        until: Day,
        amount: String,
    },
    FileClaim {
        case: Link,
        person: Party,
        kind: String,
        occurred_on: Day,
        liable: Option<Party>,
        amount: String,
    },
    VerifyClaim {
        case: Link,
        amount: String,
        payable_from: Day,
        instalments: u32,
    },
    RefuseClaim {
        case: Link,
        reason: String,
    },
    StopBenefit {
        person: Party,
        kind: String,
        from: Day,
        reason: String,
    },
    ResumeBenefit {
        person: Party,
        kind: String,
        from: Day,
        reason: String,
    },
    AgreeProvider {
        provider: Party,
        from: Day,
        until: Option<Day>,
    },
    EndProvider {
        provider: Party,
        from: Day,
        reason: String,
    },
    DemandRecovery {
        of: u64,
        from: Party,
        amount: String,
        instalments: u32,
        first_on: Option<Day>,
        reason: String,
    },
    WaiveRecovery {
        of: u64,
        amount: String,
        reason: String,
    },
    DraftBudgetLine {
        year: u16,
        line: String,
        amount: String,
    },
    ApproveBudget {
        year: u16,
        income: String,
        expenditure: String,
        deficit_reason: Option<String>,
    },
    AdjustBudgetLine {
        year: u16,
        line: String,
        amount: String,
        reason: String,
    },
    ApproveAdjustments {
        year: u16,
        reason: String,
    },
    ApproveUsePlan {
        month: Month,
        amount: String,
    },
    TakeShortfallStep {
        in_year_of: Day,
        step: u32,
        gave: String,
        finding: String,
    },
    SetReserveAside {
        amount: String,
    },
    DrawReserve {
        amount: String,
        reason: String,
    },
    ReportInvestment {
        on: Day,
        value: String,
        equities: String,
    },
    /// Attests the roll of the period that an event closed; the book's records give the roll.
    AttestRoll {
        closing: u64,
    },
    BindDetail {
        party: Option<Party>,
        event: Option<u64>,
        /// 64 digits of lower-case hexadecimal.
        commitment: String,
    },
}

impl Serialize for AnyCommand {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

/// An object alone. What is derived would also take an array, with the fields in their order and without
/// their names: two amounts in the wrong order would be taken for each other.
impl<'de> Deserialize<'de> for AnyCommand {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Named)
    }
}

struct Named;

impl<'de> Visitor<'de> for Named {
    type Value = AnyCommand;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a command with its fields by their names")
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<AnyCommand, A::Error> {
        AnyCommand::deserialize(MapAccessDeserializer::new(fields))
    }
}

impl AnyCommand {
    /// Turns the command into a draft for a book, under a voucher. The past answers for events and
    /// texts that the command refers to.
    ///
    /// # Errors
    /// [`AnyCommandError`], saying which field is not what the fund's closed lists hold.
    pub fn compile(
        &self,
        book: BookId,
        voucher: &Voucher,
        past: &impl Past,
    ) -> Result<Draft, AnyCommandError> {
        let draft = Draft::new(voucher, self.request(book, voucher, past)?);
        let fact = draft.fact.checked(book.fund())?;
        Ok(Draft { fact, ..draft })
    }

    fn request(
        &self,
        book: BookId,
        voucher: &Voucher,
        past: &impl Past,
    ) -> Result<Request, AnyCommandError> {
        let fund = book.fund();
        let money = |text: &str| minor(text, fund.currency());
        let plain = |kind, account: Account, text: &str| Ok(request(kind, account, money(text)?));
        let listed = |kind, account: Account, code, party, text: &str| {
            Ok(request(kind, account, money(text)?).purpose(code).party(party))
        };
        let original = |seq| -> Result<Recorded, AnyCommandError> {
            let event = past.event(seq)?.ok_or(AnyCommandError::NoSuchEvent { seq })?;
            Ok(Recorded::new(book, event))
        };
        match self {
            Self::OpenAccount { account } => Ok(request(Kind::AccountOpened, *account, 0)),
            Self::CloseAccount { account } => Ok(request(Kind::AccountClosed, *account, 0)),
            Self::BringForward { into, amount } => {
                plain(Kind::BalanceBroughtForward, *into, amount)
            }
            Self::ReceivePremium { into, kind, from, amount } => {
                let code = named(fund.premiums(), kind)?;
                listed(Kind::PremiumReceived, *into, code, *from, amount)
            }
            Self::ReceiveFiscalSubsidy { amount } => {
                plain(Kind::FiscalSubsidyReceived, Account::Special, amount)
            }
            Self::ReceiveInterest { into, amount } => plain(Kind::InterestReceived, *into, amount),
            Self::ReceiveInvestmentReturn { amount } => {
                plain(Kind::InvestmentReturnReceived, Account::Special, amount)
            }
            Self::ReceiveTransferIn { into, person, from, amount } => {
                Ok(request(Kind::TransferInReceived, *into, money(amount)?)
                    .party(*person)
                    .detail(Detail::Area(*from)))
            }
            Self::ReceiveSuperiorSubsidy { into, from, amount } => {
                Ok(request(Kind::SuperiorSubsidyReceived, *into, money(amount)?)
                    .detail(Detail::Area(*from)))
            }
            Self::ReceiveLowerRemittance { into, from, amount } => {
                Ok(request(Kind::LowerRemittanceReceived, *into, money(amount)?)
                    .detail(Detail::Area(*from)))
            }
            Self::ReceiveOtherIncome { into, kind, from, amount } => {
                listed(Kind::OtherIncomeReceived, *into, *kind as u16, *from, amount)
            }
            Self::TransferCollections { from, amount } => {
                plain(Kind::CollectionsTransferred, *from, amount)
            }
            Self::Release { plan, amount } => {
                Ok(request(Kind::Released, Account::Special, money(amount)?)
                    .detail(Detail::Plan(*plan)))
            }
            Self::HandOverInterest { amount } => {
                plain(Kind::InterestHandedOver, Account::Expenditure, amount)
            }
            Self::PlaceInvestment { amount } => {
                plain(Kind::InvestmentPlaced, Account::Special, amount)
            }
            Self::RedeemInvestment { amount } => {
                plain(Kind::InvestmentRedeemed, Account::Investment, amount)
            }
            Self::PayBenefit { from, kind, to, amount } => {
                let code = named(fund.benefits(), kind)?;
                listed(Kind::BenefitPaid, *from, code, *to, amount)
            }
            Self::SettleDirectly { kind, to, amount } => {
                let code = named(fund.benefits(), kind)?;
                listed(Kind::BenefitPaid, Account::Special, code, *to, amount)
            }
            Self::SettleAcrossProvinces { kind, to, treated_in, amount } => {
                let code = named(fund.benefits(), kind)?;
                listed(Kind::CrossProvinceSettled, Account::Special, code, *to, amount)
                    .map(|request| request.detail(Detail::Area(*treated_in)))
            }
            Self::PayStateUse { kind, to, amount } => {
                let code = named(fund.state_uses(), kind)?;
                listed(Kind::StateUsePaid, Account::Special, code, *to, amount)
            }
            Self::PayTransferOut { person, to, amount } => {
                Ok(request(Kind::TransferOutPaid, Account::Expenditure, money(amount)?)
                    .party(*person)
                    .detail(Detail::Area(*to)))
            }
            Self::RemitToSuperior { from, to, amount } => {
                Ok(request(Kind::SuperiorRemitted, *from, money(amount)?).detail(Detail::Area(*to)))
            }
            Self::SubsidiseLower { from, to, amount } => {
                Ok(request(Kind::LowerSubsidised, *from, money(amount)?).detail(Detail::Area(*to)))
            }
            Self::ReturnPayment { of, amount } => {
                Ok(taking_back(Kind::PaymentReturned, &original(*of)?, money(amount)?))
            }
            Self::RecoverBenefit { of, from, into, amount } => {
                Ok(taking_back(Kind::BenefitRecovered, &original(*of)?, money(amount)?)
                    .at(*into)
                    .party(*from))
            }
            Self::RefundPremium { of, from, amount } => {
                Ok(taking_back(Kind::PremiumRefunded, &original(*of)?, money(amount)?).at(*from))
            }
            Self::ReturnTransferIn { of, from, amount } => {
                Ok(taking_back(Kind::TransferInReturned, &original(*of)?, money(amount)?).at(*from))
            }
            Self::Reverse { of, reason } => {
                let number = past
                    .text_number(reason)?
                    .ok_or_else(|| AnyCommandError::NoSuchText { text: reason.clone() })?;
                let origin = Origin::book(book).and(voucher.origin);
                Ok(reversal(&original(*of)?, number, origin))
            }
            Self::AttestRoll { closing } => {
                let closing = *closing;
                past.event(closing)?.ok_or(AnyCommandError::NoSuchEvent { seq: closing })?;
                let roll = past.roll(closing)?.ok_or(AnyCommandError::NoRoll { seq: closing })?;
                Ok(attestation(&roll))
            }
            Self::BindDetail { party, event, commitment } => {
                Ok(bound(*party, *event, hash(commitment)?))
            }
            other => other.matter_request(fund, past),
        }
    }
}

/// The code of a name in a closed list.
fn named<I>(list: &[PurposeSpec<I>], name: &str) -> Result<u16, AnyCommandError> {
    Ok(crate::fund::find_name(list, name)?.code)
}

/// The 32 bytes of a hash in its one spelling.
fn hash(text: &str) -> Result<[u8; 32], AnyCommandError> {
    let refused = || AnyCommandError::Commitment { found: text.chars().take(80).collect() };
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Ok(byte - b'0'),
        b'a'..=b'f' => Ok(byte - b'a' + 10),
        _ => Err(refused()),
    };
    let (pairs, odd) = text.as_bytes().as_chunks::<2>();
    let mut bytes = [0; 32];
    if pairs.len() != bytes.len() || !odd.is_empty() {
        return Err(refused());
    }
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Ok(bytes)
}

/// Minor units of a plain decimal in major units.
fn minor(text: &str, currency: Currency) -> Result<u64, AnyCommandError> {
    parse_minor(text, currency).map_err(|_| AnyCommandError::Amount {
        found: text.to_owned(),
        decimals: currency.exponent(),
    })
}

/// Why a command of the dynamic door is not one of the fund's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AnyCommandError {
    /// The purpose is not in the fund's closed list.
    #[error("kind {0}")]
    Purpose(#[from] UnknownPurpose),
    /// The shape is not lawful.
    #[error(transparent)]
    Fact(#[from] FactError),
    /// The amount is not a plain decimal of the currency.
    #[error(
        "`{found}` is not an amount: expected plain digits with at most {decimals} decimal places, at most {MAX_MINOR} minor units"
    )]
    Amount {
        /// The text found.
        found: String,
        /// How many decimal places the currency has.
        decimals: u8,
    },
    /// The event referred to is not recorded.
    #[error("event {seq} is not recorded in this book")]
    NoSuchEvent {
        /// The sequence number.
        seq: u64,
    },
    /// The event referred to closes no period, so there is no roll up to it.
    #[error("event {seq} closes no period; a roll is attested up to a closing")]
    NoRoll {
        /// The sequence number.
        seq: u64,
    },
    /// The commitment is not the one spelling of 32 bytes.
    #[error("`{found}` is not a commitment: expected 64 digits of lower-case hexadecimal")]
    Commitment {
        /// The text found; its first 80 characters where it is longer.
        found: String,
    },
    /// The text referred to is not registered.
    #[error("the text `{text}` is not registered in this book")]
    NoSuchText {
        /// The text.
        text: String,
    },
    /// The dynamic door has no translation for the command.
    #[error("`{command}` is not a command of the dynamic door")]
    NoSuchCommand {
        /// The command.
        command: String,
    },
    /// The budget has no such line.
    #[error("`{found}` is not a line of a budget; it has: {expected}")]
    Line {
        /// The name found.
        found: String,
        /// The names that exist, separated by commas.
        expected: String,
    },
    /// The past could not be read.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Lets services name the fund of a book at run time.
impl BookId {
    /// The book of a fund code, among the funds given.
    #[must_use]
    pub fn find(area: Area, code: &str, funds: &[&'static FundSpec]) -> Option<Self> {
        funds.iter().find(|fund| fund.code() == code).map(|fund| Self::new(area, fund))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_without_the_names_of_its_fields_is_none() {
        let named = r#"{"command":"bring_forward","into":"special","amount":"1.00"}"#;
        let command: AnyCommand = serde_json::from_str(named).unwrap();
        assert_eq!(serde_json::to_string(&command).unwrap(), named);
        let value = serde_json::to_value(&command).unwrap();
        assert_eq!(serde_json::from_value::<AnyCommand>(value).unwrap(), command);
        let unnamed = r#"["bring_forward","special","1.00"]"#;
        let error = serde_json::from_str::<AnyCommand>(unnamed).unwrap_err().to_string();
        assert!(error.contains("a command with its fields by their names"), "{error}");
    }
}
