"""The report as one web page: everything inline, nothing fetched from anywhere."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from sanxian.report import evidence, labels
from sanxian.report.columns import TABLE_TITLE
from sanxian.report.figures import is_missing
from sanxian.report.inset import MOST_PLACES, Inset, draw_insets
from sanxian.report.map import draw_overview, map_note
from sanxian.report.places import find_places, largest_conflicts
from sanxian.report.rows import StatutoryTable, figures_audit, statutory_tables, text_table, totals_statements

if TYPE_CHECKING:
    from sanxian.report.explorer import Toggle
    from sanxian.report.model import Report

#: Columns that the page leaves to the workbook, where there is room.
_PLOT_EXTRAS = ("declared_area_ha", "threshold_share")
_RULE_EXTRAS = ("rule_id", "role")
_CONFLICT_EXTRAS = ("rule_id", "role", "other_role", "planar_area_m2", "ellipsoidal_area_m2")
_STACKED_EXTRAS = ("rule_id", "role", "required", "status")


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("sanxian.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["chinese"] = labels.chinese_number
    environment.filters["word"] = lambda code, vocabulary: labels.word(vocabulary, code)
    return environment


def write_html(report: Report, path: Path) -> None:
    """Write the page as UTF-8."""
    path.write_text(render_page(report), encoding="utf-8", newline="\n")


def render_page(report: Report) -> str:
    """HTML of the whole report."""
    places = find_places(report)
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            style=Markup(_template_text("report.css")),
            summary=_summary(report),
            overview=Markup(draw_overview(report, places)),
            map_note=map_note(report),
            places=places,
            most_places=MOST_PLACES,
            plots=text_table("plots", report.table("plots"), leave_out=_PLOT_EXTRAS, with_totals=True),
            totals=text_table("totals", report.table("totals"), leave_out=("figure",)),
            statements=totals_statements(report.table("totals")),
            audit=figures_audit(report.evidence, report.table("audit")),
            rules=_rules(report, draw_insets(report, places)),
            public_interest=text_table("public_interest", report.table("public_interest"), with_totals=True),
            layers=text_table("overlaps_by_layer", report.table("overlaps_by_layer"), leave_out=("role",)),
            statutory=statutory_tables(report.tables),
            stacked=text_table("rulings_by_plot", report.table("rulings_by_plot"), leave_out=_STACKED_EXTRAS),
            findings=text_table("findings", report.findings),
            evidence=evidence.sections(report.evidence),
            version=evidence.version(report.evidence),
        )
    )


def render_summary(report: Report) -> str:
    """HTML of the verdict and the rules, for a notebook."""
    return _environment().get_template("summary.html.j2").render(summary=_summary(report))


def render_tables(title: str, tables: Mapping[str, pd.DataFrame]) -> str:
    """HTML of some tables by themselves."""
    parts = [StatutoryTable(TABLE_TITLE[name], text_table(name, frame)) for name, frame in tables.items()]
    style = Markup(_template_text("report.css"))
    return _environment().get_template("tables.html.j2").render(title=title, parts=parts, style=style)


def render_explorer(report: Report, drawing: Markup, toggles: list[Toggle], frame: dict[str, Any]) -> str:
    """HTML of the map to zoom and pan."""
    return (
        _environment()
        .get_template("explorer.html.j2")
        .render(
            report=report,
            drawing=drawing,
            toggles=toggles,
            frame=frame,
            style=Markup(_template_text("explorer.css")),
            script=Markup(_template_text("explorer.js")),
        )
    )


def _template_text(name: str) -> str:
    environment = _environment()
    assert environment.loader is not None
    return environment.loader.get_source(environment, name)[0]


def _summary(report: Report) -> dict[str, Any]:
    return {
        "name": report.name,
        "verdict": report.verdict,
        "verdict_word": labels.word("verdict", report.verdict),
        "verdict_sentence": labels.VERDICT_SENTENCE.get(report.verdict, ""),
        "facts": evidence.facts(report),
        "rules": [_clean(record) for record in report.verdicts.to_dict("records")],
    }


def _clean(record: dict[Any, Any]) -> dict[str, Any]:
    return {str(key): None if is_missing(value) else value for key, value in record.items()}


def _rules(report: Report, insets: list[Inset]) -> list[dict[str, Any]]:
    rows, conflicts = report.table("encroachments"), report.table("layer_conflicts")
    rules = []
    for record in report.verdicts.to_dict("records"):
        rule = _clean(record)
        own = rows[rows["rule_id"] == rule["rule_id"]] if "rule_id" in rows else rows
        concerned = [inset for inset in insets if rule["rule_id"] in inset.place.rule_ids]
        rule["rows"] = text_table("encroachments", own, leave_out=_RULE_EXTRAS)
        pairs = conflicts[conflicts["rule_id"] == rule["rule_id"]] if "rule_id" in conflicts else conflicts
        rule["conflicts"] = None
        if len(pairs):
            shown = largest_conflicts(pairs)
            rule["conflicts"] = text_table("layer_conflicts", shown, leave_out=_CONFLICT_EXTRAS)
            rule["conflicts_title"] = f"图层互叠共 {len(pairs)} 处，列出面积最大的 {len(shown)} 处，全部见工作簿"
        # A place that several rules share is drawn under the first of them.
        rule["insets"] = [inset for inset in concerned if inset.place.rule_ids[0] == rule["rule_id"]]
        rule["drawn_above"] = [inset.place for inset in concerned if inset.place.rule_ids[0] != rule["rule_id"]]
        rule["shares"] = text_table("public_interest", _failing_shares(report, rule)) if _is_share_rule(rule) else None
        rules.append(rule)
    return rules


def _failing_shares(report: Report, rule: dict[str, Any]) -> pd.DataFrame:
    shares = report.table("public_interest")
    if rule["verdict"] == "compliant" or "verdict" not in shares:
        return shares.iloc[:0]
    named = set((rule.get("plots") or "").replace("、", ",").split(","))
    return shares[(shares["verdict"] != "compliant") & shares["plot_id"].astype(str).isin(named)]


def _is_share_rule(rule: dict[str, Any]) -> bool:
    return str(rule.get("predicate")).startswith("share")
