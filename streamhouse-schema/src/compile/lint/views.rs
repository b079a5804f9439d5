//! Views, and what they may lack.

use super::{Advice, finding};
use crate::compile::check::could_tell;
use crate::compile::declaration::{Declaration, ViewTarget};
use crate::frame_schema::Delivery;
use crate::sql::{FED_COLUMN, FED_TYPE};

/// A view that does not say which inserts it has had cannot be completed.
pub(super) fn view_without_partition_by(declaration: &Declaration, advice: &mut Advice) {
    if declaration.delivery != Delivery::ExactlyOnce {
        return;
    }
    for view in declaration.views.iter().filter(|view| could_tell(view)) {
        let message = format!(
            "the view `{}` may lack an insert in the midst of which ClickHouse was killed",
            view.name.value
        );
        let help = match &view.target {
            ViewTarget::Engine(_) => {
                "write what its engine is partitioned by, `partition_by = toYYYYMM(day)`, or `partition_by = ()`".into()
            }
            ViewTarget::Table { table, .. } => format!(
                "write how `{}` is partitioned, `partition_by = toYYYYMM(day)` or `partition_by = ()`, and declare there `column({FED_COLUMN}: {FED_TYPE}, filled)`",
                table.value
            ),
        };
        let label = "does not write down what it has had";
        advice.add(finding("SH0545", view.name.span, message, label, help), &[]);
    }
}
