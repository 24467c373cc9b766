//! What is known only when all rows are: names of plots by their sheets.

use super::Parser;
use crate::finding::Finding;

impl Parser<'_> {
    /// One plot a sheet: the sheet's name is what the plot is called.
    pub(super) fn name_by_sheets(&mut self) {
        let is_several = self.sheet_of.iter().any(|sheet| Some(sheet) != self.sheet_of.first());
        if !is_several {
            return;
        }
        let alone = |sheet: usize| self.sheet_of.iter().filter(|&&other| other == sheet).count() == 1;
        for (plot, &sheet) in self.table.listing.plots.iter_mut().zip(&self.sheet_of) {
            let (Some(name), true) = (self.sheets.get(sheet), alone(sheet)) else { continue };
            if plot.row.id.is_empty() && plot.row.name.is_empty() {
                plot.row.id.clone_from(name);
                let message = format!("没有地块编号和名称,以工作表名 {name} 代替");
                self.table
                    .listing
                    .findings
                    .push(Finding::info("plot_named_by_sheet", message).at_line(plot.line).of_plot(name));
            }
        }
    }
}
