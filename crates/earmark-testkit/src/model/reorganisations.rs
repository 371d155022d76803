//! Reorganisations laid down by law: a whole balance moves once (Social Insurance Law art 64; flow X4).

use earmark_core::command::AnyCommand;

use super::Broken;
use super::asked::Asked;
use crate::law::Says;

pub(super) fn judge(asked: &Asked<'_>, broken: &mut Broken) {
    let whole = match asked.command() {
        AnyCommand::ReorganiseOut { from, .. } => {
            asked.book.balance(*from) == i128::from(asked.minor)
        }
        AnyCommand::ReorganiseIn { .. } => true,
        _ => return,
    };
    let laid_down = asked.law_on(asked.line.on, |says| match says {
        Says::Reorganisation { fund, .. } if *fund == asked.book.fund.code() => Some(()),
        _ => None,
    });
    if !whole || laid_down.is_none() {
        broken.insert("reorganisation-lawful");
    }
}
