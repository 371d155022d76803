//! Events in the order in which a book records them.

use std::ops::Range;

use earmark::prelude::*;

use crate::funds::Flow;
use crate::papers::Office;
use crate::seed::Seed;
use crate::split::UnevenParts;

/// Events that are recorded one after another, day by day.
pub(crate) struct Phase<F: Fund> {
    pub(super) days: Vec<Day>,
    pub(super) cells: Vec<Cell<F>>,
}

/// Events of one kind in one book and month.
#[derive(Clone, Copy)]
pub(crate) struct Cell<F: Fund> {
    pub(crate) flow: Flow<F>,
    pub(crate) office: Office,
    /// In fen. How it is split into events; nothing where the event moves no money.
    pub(crate) parts: Option<UnevenParts>,
    pub(super) events: u64,
    /// Over all days of the phase, or on the first alone.
    pub(super) over_all_days: bool,
    /// From which the payers or payees follow.
    pub(crate) people: Seed,
    /// How many there are.
    pub(crate) population: u64,
    /// From which the ids of business cases across books follow.
    pub(crate) cases: Option<Seed>,
}

/// Events of one kind on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    /// The place of its cell in the phase.
    pub(super) cell: usize,
    pub(crate) day: Day,
    /// Which of the cell's events.
    pub(crate) events: Range<u64>,
    /// The place of the first of them in the phase.
    pub(crate) place: u64,
}

impl Run {
    /// The part of the run that lies between two places of the phase; none where none does.
    pub(crate) fn within(&self, places: &Range<u64>) -> Option<Self> {
        let end = self.place + (self.events.end - self.events.start);
        let (first, end) = (self.place.max(places.start), end.min(places.end));
        (first < end).then(|| {
            let start = self.events.start + (first - self.place);
            Self { events: start..start + (end - first), place: first, ..self.clone() }
        })
    }
}

impl<F: Fund> Phase<F> {
    pub(crate) fn events(&self) -> u64 {
        self.cells.iter().map(|cell| cell.events).sum()
    }

    pub(crate) fn cell(&self, run: &Run) -> Option<&Cell<F>> {
        self.cells.get(run.cell)
    }

    /// The phase day by day, kind by kind.
    pub(crate) fn runs(&self) -> Vec<Run> {
        let count = self.days.len() as u64;
        let mut runs = Vec::with_capacity(self.days.len() * self.cells.len());
        let mut place = 0;
        for (number, day) in (0..).zip(&self.days) {
            for (cell, it) in self.cells.iter().enumerate() {
                let events = match it.over_all_days {
                    true => it.events * number / count..it.events * (number + 1) / count,
                    false if number == 0 => 0..it.events,
                    false => 0..0,
                };
                if !events.is_empty() {
                    let length = events.end - events.start;
                    runs.push(Run { cell, day: *day, events, place });
                    place += length;
                }
            }
        }
        runs
    }

    /// The place of the first event of a flow; none where the phase has none.
    pub(crate) fn place_of(&self, wanted: impl Fn(&Flow<F>) -> bool) -> Option<u64> {
        let of_flow = |run: &Run| self.cell(run).is_some_and(|cell| wanted(&cell.flow));
        self.runs().into_iter().find(of_flow).map(|run| run.place)
    }

    /// The places of so many payments of the first benefit, evenly spread.
    pub(super) fn spread_over_main_benefit(&self, count: u64) -> Vec<u64> {
        let Some(main) = self.cells.iter().position(|it| matches!(it.flow, Flow::Benefit(_)))
        else {
            return Vec::new();
        };
        let events = self.cells.get(main).map_or(0, |it| it.events);
        let runs: Vec<_> = self.runs().into_iter().filter(|run| run.cell == main).collect();
        (0..count.min(events))
            .filter_map(|number| {
                let index = number * events / count;
                let run = runs.iter().find(|run| run.events.contains(&index))?;
                Some(run.place + index - run.events.start)
            })
            .collect()
    }
}
