use super::equities::EquitiesError;
use super::fine::FineError;
use super::late_fee::LateFeeError;
use super::portability::PortabilityError;
use super::premium::PremiumError;
use super::reserve::ReserveError;
use super::rounding::RoundingError;
use super::schedule::ScheduleError;
use super::shares::SharesError;
use super::unemployment::UnemploymentError;
use super::work_injury::WorkInjuryError;
use super::yields::YieldError;

/// Any refusal of [`assess`](super), for callers that use several engines. Nothing was recorded.
///
/// ```
/// use earmark_core::assess::{AssessError, premium, shares};
/// use rust_decimal::Decimal;
///
/// fn instalments_of_a_premium(base: u64) -> Result<Vec<u64>, AssessError> {
///     let due = premium::premium(base, Decimal::new(16, 2))?;
///     Ok(shares::instalments(due, 3)?)
/// }
/// assert_eq!(instalments_of_a_premium(625)?, [34, 33, 33]);
/// assert!(matches!(instalments_of_a_premium(0), Err(AssessError::Shares(_))));
/// # Ok::<(), AssessError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AssessError {
    /// Of [`rounding`](super::rounding).
    #[error(transparent)]
    Rounding(#[from] RoundingError),
    /// Of [`schedule`](super::schedule).
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    /// Of [`fine`](super::fine).
    #[error(transparent)]
    Fine(#[from] FineError),
    /// Of [`late_fee`](super::late_fee).
    #[error(transparent)]
    LateFee(#[from] LateFeeError),
    /// Of [`premium`](super::premium).
    #[error(transparent)]
    Premium(#[from] PremiumError),
    /// Of [`portability`](super::portability).
    #[error(transparent)]
    Portability(#[from] PortabilityError),
    /// Of [`unemployment`](super::unemployment).
    #[error(transparent)]
    Unemployment(#[from] UnemploymentError),
    /// Of [`work_injury`](super::work_injury).
    #[error(transparent)]
    WorkInjury(#[from] WorkInjuryError),
    /// Of [`equities`](super::equities).
    #[error(transparent)]
    Equities(#[from] EquitiesError),
    /// Of [`reserve`](super::reserve).
    #[error(transparent)]
    Reserve(#[from] ReserveError),
    /// Of [`yields`](super::yields).
    #[error(transparent)]
    Yield(#[from] YieldError),
    /// Of [`shares`](super::shares).
    #[error(transparent)]
    Shares(#[from] SharesError),
}
