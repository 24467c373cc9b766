//! What is known only when all rows are: names of plots by their sheets, the zone by its meridian.

use super::super::heading::folded;
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

    /// A central meridian says the zone as well as its number does.
    pub(super) fn zone_by_meridian(&mut self) {
        let header = &self.table.listing.header;
        if header.zone().is_some() {
            return;
        }
        let entries = header.entries.iter().zip(&header.lines);
        let found =
            entries.into_iter().find(|((key, _), _)| key.contains("子午线") || key.contains("中央经线"));
        let Some(((_, value), &line)) = found else { return };
        let digits: String = folded(value)
            .chars()
            .take_while(|character| character.is_ascii_digit() || *character == '.')
            .collect();
        let Ok(meridian) = digits.parse::<f64>() else { return };
        let zone = match header.zone_width() {
            Some(sanxian_geodesy::ZoneWidth::Six) => (meridian + 3.0) / 6.0,
            _ => meridian / 3.0,
        };
        if zone.fract() != 0.0 || !(13.0..=45.0).contains(&zone) {
            return;
        }
        let message = format!("没有写带号,按中央子午线 {meridian}° 取 {zone}");
        self.table.listing.header.push("带号", &zone.to_string(), line);
        let finding = Finding::info("zone_from_meridian", message).at_line(line);
        self.table.listing.findings.push(finding);
    }
}
