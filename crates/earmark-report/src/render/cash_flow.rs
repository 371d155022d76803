use earmark_core::account::Account;
use earmark_core::money::SignedFigure;

use super::sheet::columns;
use super::{
    Cell, ColumnKind, Render, Section, Sheet, of_book, of_knowledge, of_period, of_structure,
};
use crate::cash_flow::{AccountFlow, CashFlow, FlowLine};
use crate::language::{Label, Language};

impl Render for CashFlow {
    fn sheet(&self, language: Language) -> Sheet {
        let word = |en, zh| Label::new(en, zh).of(language);
        let mut heading = of_book(self.book(), language).to_vec();
        heading.push(of_period(self.period(), language));
        heading.push(of_knowledge(self.known_through(), language));
        let mut sections: Vec<_> =
            self.accounts().iter().map(|flow| section(flow, language)).collect();
        let single =
            |words: &str, sum: SignedFigure| row(None, words, String::new(), Cell::Figure(sum));
        let mut all = vec![single(word("brought forward", "上年结转"), self.brought_forward())];
        all.extend(
            of_structure(self.book(), self.reorganised(), self.lent())
                .map(|(label, sum)| single(label.of(language), sum)),
        );
        all.push(single(word("surplus", "本期收支结余"), self.surplus()));
        sections.push(Section::new(word("all accounts", "全部账户"), all));
        Sheet {
            language,
            title: word("Cash flow by account", "分账户资金流量表").to_owned(),
            heading,
            columns: columns([
                (ColumnKind::Codes, word("code", "科目代码")),
                (ColumnKind::Words, word("flow", "流向")),
                (ColumnKind::Words, word("item", "项目")),
                (ColumnKind::Words, word("other account", "对方账户")),
                (ColumnKind::Figures, word("amount", "金额")),
            ]),
            sections,
            notes: Vec::new(),
        }
    }
}

fn section(flow: &AccountFlow, language: Language) -> Section {
    let word = |en, zh| Label::new(en, zh).of(language);
    let balance =
        |words: &str, sum: SignedFigure| row(flow.code, words, String::new(), Cell::Figure(sum));
    let line = |side: &str, line: &FlowLine| {
        let other = line.other.map_or("", |account| name(account, language));
        let mut cells = row(None, side, line.label.of(language).to_owned(), Cell::Figure(line.sum));
        if let Some(cell) = cells.get_mut(3) {
            *cell = Cell::words(other);
        }
        cells
    };
    let (into, out) = (word("in", "流入"), word("out", "流出"));
    let mut rows = vec![balance(word("opening", "期初余额"), flow.opening)];
    rows.extend(flow.inflows.iter().map(|flow| line(into, flow)));
    rows.push(balance(word("in, total", "流入合计"), flow.inflow_total));
    rows.extend(flow.outflows.iter().map(|flow| line(out, flow)));
    rows.push(balance(word("out, total", "流出合计"), flow.outflow_total));
    rows.push(balance(word("closing", "期末余额"), flow.closing));
    Section::new(name(flow.account, language), rows)
}

fn row(
    code: Option<&'static crate::chart::Code>,
    flow: &str,
    item: String,
    amount: Cell,
) -> Vec<Cell> {
    vec![Cell::from(code), Cell::words(flow), Cell::Words(item), Cell::Empty, amount]
}

const fn name(account: Account, language: Language) -> &'static str {
    match language {
        Language::English => account.name(),
        Language::Chinese => account.name_zh(),
    }
}
