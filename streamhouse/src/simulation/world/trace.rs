//! What happens, in words.

use super::super::clickhouse::Ask;
use super::super::content;
use super::super::redis::{Answer, Call};
use super::{Action, World};

impl World {
    pub(in crate::simulation) fn say(&mut self, what: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{:>9} ms  {}", self.now, what()));
        }
    }

    pub(super) fn describe(&mut self, action: Action) {
        if self.trace.is_none() || matches!(action, Action::Pass(_)) {
            return;
        }
        let of = match action {
            Action::Run(place) | Action::Reply(place) | Action::Cut(place) | Action::Hold(place, _) => {
                self.links[place].as_ref().map(|link| match link.client {
                    Some(party) => format!("{party:?}"),
                    None => "a connection that was given up".into(),
                })
            }
            Action::Arrive(place) | Action::Progress(place) | Action::Answer(place) | Action::Lose(place) => {
                self.clickhouse.queries[place].as_ref().map(|query| {
                    let ask = match &query.ask {
                        Ask::Insert { query, number, rows, except, .. } => {
                            format!("insert {query} number {number} of {} rows except {except:?}", rows.len())
                        }
                        other => format!("{other:?}"),
                    };
                    format!("{ask} of {:?}, {:?}", query.client, query.stage)
                })
            }
            _ => None,
        };
        self.say(|| format!("{action:?}{}", of.map(|of| format!(" · {of}")).unwrap_or_default()));
    }
}

/// A call without the bytes of frames.
pub(super) fn brief(call: &Call) -> String {
    match call {
        Call::Send { producer, sequence, frame, .. } => {
            format!("send {sequence} of {:?}: rows {:?}", &producer[..3], content::rows(frame))
        }
        other => format!("{other:?}"),
    }
}

pub(super) fn brief_answer(answer: &Answer) -> String {
    match answer {
        Answer::Entries(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(id, frame)| format!("{id} rows {:?}", content::rows(frame))).collect();
            format!("{entries:?}")
        }
        other => format!("{other:?}"),
    }
}
