"""The report as a text document for the approval file: the same content, shortly, with Chinese type."""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
import pandas as pd
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from sanxian.report import evidence, labels
from sanxian.report.figures import is_missing
from sanxian.report.files import FIXED_DATE, rezip
from sanxian.report.inset import MOST_PLACES, Inset, draw_insets
from sanxian.report.labelling import text_width
from sanxian.report.map import draw_overview, map_note
from sanxian.report.picture import add_picture
from sanxian.report.places import find_places, largest_conflicts
from sanxian.report.rows import TextTable, figures_audit, statutory_tables, text_table, totals_statements

if TYPE_CHECKING:
    from sanxian.report.model import Report

#: Between the margins of a landscape A4 page.
PAGE_WIDTH_MM = 257.0
#: What a map and a close-up may take: a page with its heading and caption, and two beside each other.
_MAP_ROOM_MM, _INSET_ROOM_MM = (PAGE_WIDTH_MM, 140.0), (110.0, 80.0)
#: A line below the map, and how many of them stay on its page.
_LINE_MM, _MOST_LINES = 8.0, 5
_BODY, _HEADING, _LATIN = "宋体", "黑体", "Times New Roman"
_COLOURS = {
    "not_compliant": RGBColor(0xB0, 0x00, 0x20),
    "conditional": RGBColor(0x8A, 0x53, 0x00),
    "compliant": RGBColor(0x17, 0x6B, 0x3A),
}
#: Columns of wide tables that the document leaves to the workbook.
_PLOT_EXTRAS = ("declared_area_ha", "parts", "holes", "planar_area_m2", "threshold_share", "industry_led")
_CONFLICT_EXTRAS = ("rule_id", "role", "other_role", "planar_area_m2", "ellipsoidal_area_m2", "mean_width_m")
_STACKED_EXTRAS = ("rule_id", "role", "required", "status", "plot_name")
_ENCROACHMENT_EXTRAS = ("plot_name", "planar_area_m2", "rule_id", "role", "feature")


def write_document(report: Report, path: Path) -> None:
    """Write the document; the same report gives the same bytes."""
    document = docx.Document()
    _set_page(document)
    _set_properties(document, report)
    _title(document, report)
    sections = (
        _conclusions,
        _map,
        _plots,
        _totals,
        _rules,
        _public_interest,
        _stacked,
        _statutory,
        _layers,
        _evidence,
    )
    for number, section in enumerate(sections, start=1):
        section(document, report, labels.chinese_number(number))
    buffer = BytesIO()
    _drop_thumbnail(document)
    document.save(buffer)
    path.write_bytes(rezip(buffer.getvalue()))


def _drop_thumbnail(document: Document) -> None:
    """The picture of another document that the template comes with."""
    relations = document.part.package.rels
    for name in [name for name, relation in relations.items() if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL]:
        del relations[name]


def _set_page(document: Document) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin = section.bottom_margin = Mm(20)
    _number_pages(section.footer.paragraphs[0])
    document.styles["Normal"].paragraph_format.space_after = Pt(4)
    for name, font, size in (("Normal", _BODY, 10.5), ("Heading 1", _HEADING, 14), ("Heading 2", _HEADING, 12)):
        style = document.styles[name]
        style.font.name, style.font.size = _LATIN, Pt(size)
        style.font.color.rgb = RGBColor(0x1F, 0x29, 0x33)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            # A theme font would win over the named one.
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), font)


def _number_pages(paragraph: Paragraph) -> None:
    """第 1 页 共 9 页, counted by the word processor."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for content in ("第 ", "PAGE", " 页　共 ", "NUMPAGES", " 页"):
        run = paragraph.add_run()
        _run(run, _BODY, 9)
        if content.isupper():
            for kind, code in (("begin", None), (None, content), ("end", None)):
                mark = OxmlElement("w:instrText" if code else "w:fldChar")
                if code:
                    mark.text = code
                else:
                    mark.set(qn("w:fldCharType"), str(kind))
                run._r.append(mark)
        else:
            run.text = content


def _set_properties(document: Document, report: Report) -> None:
    core = document.core_properties
    core.title, core.subject, core.author, core.comments = report.name, "合规性检查报告", "sanxian", ""
    core.created = core.modified = datetime(*FIXED_DATE)
    core.last_modified_by, core.revision = "sanxian", 1


def _run(run: Run, font: str, size: float, *, bold: bool = False, colour: RGBColor | None = None) -> None:
    run.font.name, run.font.size, run.bold = _LATIN, Pt(size), bold
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    if colour is not None:
        run.font.color.rgb = colour


def _title(document: Document, report: Report) -> None:
    for content, size in ((report.name, 18.0), ("国土空间管控合规性检查报告", 14.0)):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _run(paragraph.add_run(content), _HEADING, size)
    paragraph = document.add_paragraph()
    _run(paragraph.add_run("总体结论："), _HEADING, 12)
    word = labels.word("verdict", report.verdict)
    _run(paragraph.add_run(word), _HEADING, 14, bold=True, colour=_COLOURS.get(report.verdict))
    _run(paragraph.add_run(f"。{labels.VERDICT_SENTENCE.get(report.verdict, '')}。"), _BODY, 10.5)
    facts = "；".join(f"{key}：{value}" for key, value in evidence.facts(report))
    _run(document.add_paragraph().add_run(f"{facts}。"), _BODY, 10.5)


def _conclusions(document: Document, report: Report, number: str) -> None:
    document.add_heading(f"{number}、各项规则结论", 1)
    table = text_table("verdicts", _with_clauses(report.verdicts), leave_out=_verdict_extras(report.verdicts))
    _table(document, table, (44, 17, 84, 93, 19))


def _verdict_extras(verdicts: pd.DataFrame) -> tuple[str, ...]:
    keep = ("title", "verdict", "message", "document", "status")
    return tuple(str(name) for name in verdicts.columns if name not in keep)


def _with_clauses(verdicts: pd.DataFrame) -> pd.DataFrame:
    """The clause behind its document: two narrow columns would make the first page two."""
    if verdicts.empty:
        return verdicts
    clauses = ["" if is_missing(clause) else f"，{clause}" for clause in verdicts["clause"]]
    return verdicts.assign(document=verdicts["document"].astype(str) + clauses)


def _map(document: Document, report: Report, number: str) -> None:
    document.add_heading(f"{number}、位置图", 1)
    places = find_places(report)
    drawing = draw_overview(report, places)
    if not drawing:
        document.add_paragraph("没有可绘制的地块。")
        return
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.keep_with_next = True
    width_mm, height_mm = _MAP_ROOM_MM
    room = (width_mm, height_mm - _LINE_MM * (min(max(len(places), 1), _MOST_LINES) - 1))
    add_picture(paragraph.add_run(), document, drawing, "地块与管控图层位置图", room)
    note = document.add_paragraph()
    note.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(note.add_run(map_note(report)), _BODY, 9)
    for place in places:
        document.add_paragraph(f"{place.number}. {place.title}：{place.measure}。")
    if not places:
        document.add_paragraph("未发现需要标注的重叠、超出或接触。")


def _plots(document: Document, report: Report, number: str) -> None:
    document.add_heading(f"{number}、地块", 1)
    _table(document, text_table("plots", report.table("plots"), leave_out=_PLOT_EXTRAS, with_totals=True))


def _totals(document: Document, report: Report, number: str) -> None:
    document.add_heading(f"{number}、合计校核", 1)
    for statement, differs in totals_statements(report.table("totals")):
        _run(document.add_paragraph().add_run(statement), _BODY, 10.5, bold=differs)
    if report.table("totals").empty:
        document.add_paragraph("没有可校核的合计。")
    audit = figures_audit(report.evidence, report.table("audit"))
    if audit is not None:
        document.add_heading("（一）数字核对", 2)
        document.add_paragraph(audit.sentence)
        if audit.table.rows:
            _table(document, audit.table, (16, 40, 161, 40))


def _rules(document: Document, report: Report, number: str) -> None:
    document.add_heading(f"{number}、逐条检查", 1)
    rows, conflicts = report.table("encroachments"), report.table("layer_conflicts")
    places = find_places(report)
    insets = draw_insets(report, places)
    for position, record in enumerate(report.verdicts.to_dict("records"), start=1):
        heading = f"{record['title']}：{labels.word('verdict', record['verdict'])}"
        document.add_heading(f"（{labels.chinese_number(position)}）{heading}", 2)
        own = rows[rows["rule_id"] == record["rule_id"]] if "rule_id" in rows else rows
        for content in _rule_lines(record):
            document.add_paragraph(content).paragraph_format.keep_with_next = len(own) > 0
        if len(own):
            _table(document, text_table("encroachments", own, leave_out=_ENCROACHMENT_EXTRAS))
        pairs = conflicts[conflicts["rule_id"] == record["rule_id"]] if "rule_id" in conflicts else conflicts
        if len(pairs):
            shown = largest_conflicts(pairs)
            document.add_paragraph(f"图层互叠共 {len(pairs)} 处，列出面积最大的 {len(shown)} 处，全部见工作簿。")
            _table(document, text_table("layer_conflicts", shown, leave_out=_CONFLICT_EXTRAS))
        for inset in insets:
            # A place that several rules share is drawn under the first of them.
            if inset.place.rule_ids[0] == record["rule_id"]:
                _inset(document, inset)
    if len(places) > MOST_PLACES:
        document.add_paragraph(f"放大图只列前 {MOST_PLACES} 处，其余 {len(places) - MOST_PLACES} 处见 pieces.gpkg。")


def _inset(document: Document, inset: Inset) -> None:
    caption = document.add_paragraph()
    caption.paragraph_format.keep_with_next = True
    place = inset.place
    _run(caption.add_run(f"图斑 {place.number}　{place.title}：{place.measure}。"), _HEADING, 10)
    _run(caption.add_run(f"{inset.position}。"), _BODY, 9)
    views = document.add_paragraph()
    add_picture(views.add_run(), document, inset.overview, f"{place.title}，全貌", _INSET_ROOM_MM)
    if inset.close_up:
        views.add_run("　")
        add_picture(views.add_run(), document, inset.close_up, f"{place.title}，局部放大", _INSET_ROOM_MM)
        note = document.add_paragraph()
        _run(note.add_run(f"左：全貌；右：局部放大，红色部分平均宽 {inset.width} 米。"), _BODY, 9)


def _rule_lines(record: dict[Any, Any]) -> list[str]:
    clause = "" if is_missing(record.get("clause")) else f"，{record['clause']}"
    status = labels.word("status", record.get("status"))
    lines = [f"依据：{record.get('document')}{clause}（{status}）。"]
    for key, title in (("message", "判定"), ("required", "须办理")):
        if not is_missing(record.get(key)):
            lines.append(f"{title}：{str(record[key]).rstrip('。')}。")
    return lines


def _public_interest(document: Document, report: Report, number: str) -> None:
    document.add_heading(f"{number}、公益性用地比例", 1)
    _table(document, text_table("public_interest", report.table("public_interest"), with_totals=True))


def _stacked(document: Document, report: Report, number: str) -> None:
    document.add_heading(f"{number}、逐地块结论", 1)
    stacked = report.table("rulings_by_plot")
    if stacked.empty:
        document.add_paragraph("各地块均满足全部规则。")
        return
    _table(document, text_table("rulings_by_plot", stacked, leave_out=_STACKED_EXTRAS))
    document.add_paragraph("同一地块涉及的规则全部列出，从严到宽；各条规则分别适用，互不替代。")


def _statutory(document: Document, report: Report, number: str) -> None:
    document.add_heading(f"{number}、方案用表", 1)
    # Thousands of boundary points make no readable document; they are a file of their own in a submission.
    tables = statutory_tables(report.tables, most_points=0)
    for position, part in enumerate(tables, start=1):
        document.add_heading(f"（{labels.chinese_number(position)}）{part.title}", 2)
        if part.table.rows:
            _table(document, part.table)
        if part.note:
            document.add_paragraph(part.note)
    if not tables:
        document.add_paragraph("没有可列的表。")


def _layers(document: Document, report: Report, number: str) -> None:
    document.add_heading(f"{number}、各图层重叠情况与资料问题", 1)
    document.add_heading("（一）各图层重叠情况", 2)
    _table(document, text_table("overlaps_by_layer", report.table("overlaps_by_layer"), leave_out=("role",)))
    document.add_heading("（二）资料中发现的问题", 2)
    _table(document, text_table("findings", report.findings, leave_out=("code",)), (16, 130, 40, 24, 20))


def _evidence(document: Document, report: Report, number: str) -> None:
    document.add_heading(f"{number}、依据与证据", 1)
    sections = [section for section in evidence.sections(report.evidence) if section.rows]
    for position, section in enumerate(sections, start=1):
        document.add_heading(f"（{labels.chinese_number(position)}）{section.title}", 2)
        _grid(document, section.headers, section.rows)


def _table(document: Document, table: TextTable, widths_mm: tuple[float, ...] | None = None) -> None:
    if not table.rows:
        document.add_paragraph("无。")
        return
    rows = [[cell.text for cell in row] for row in table.rows]
    if table.totals:
        rows.append([cell.text for cell in table.totals])
    numeric = [column.is_numeric for column in table.columns]
    headers = [column.header + (f"\n（{column.unit}）" if column.unit else "") for column in table.columns]
    _grid(document, headers, rows, numeric, widths_mm, bool(table.totals))


def _grid(
    document: Document,
    headers: list[str],
    rows: list[list[str]],
    numeric: list[bool] | None = None,
    widths_mm: tuple[float, ...] | None = None,
    has_totals: bool = False,
) -> None:
    # Rows of figures differ in their texts alone: the first is set, the others are copies of it.
    body = rows[:-1] if has_totals else rows
    totals = rows[-1:] if has_totals else []
    set_rows = [headers, *body[:1], *totals]
    grid = document.add_table(rows=len(set_rows), cols=len(headers), style="Table Grid")
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    widths = widths_mm or _even_widths(headers, rows)
    grid.autofit = False
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Mm(width)
    for row in grid.rows:
        _mark(row, "cantSplit")
    _mark(grid.rows[0], "tblHeader")
    for row_number, (row, values) in enumerate(zip(grid.rows, set_rows, strict=True)):
        is_strong = row_number == 0 or (has_totals and row_number == len(set_rows) - 1)
        # row.cells builds the list anew at every access.
        for position, (box, value) in enumerate(zip(row.cells, values, strict=True)):
            paragraph = box.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(1)
            if row_number == 0:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            elif numeric and numeric[position]:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            _run(paragraph.add_run(value), _HEADING if is_strong else _BODY, 8.5, bold=is_strong and row_number > 0)
            box.width = Mm(widths[position])
    if len(body) > 1:
        _add_copies(grid.rows[1]._tr, body[1:])
    document.add_paragraph().paragraph_format.space_after = Pt(1)


def _add_copies(model: Any, rows: list[list[str]]) -> None:
    """Add rows below ``model`` that are set like it; its cells hold one run each."""
    blank = deepcopy(model)
    for run in blank.iter(qn("w:r")):
        run.text = "0"
    last = model
    for values in rows:
        row = deepcopy(blank)
        for run, value in zip(row.iter(qn("w:r")), values, strict=True):
            if value and value.isprintable() and value == value.strip():
                run[-1].text = value
            else:
                # Nothing, line breaks, tabs and outer blanks are elements of their own.
                run.text = value
        last.addnext(row)
        last = row


def _even_widths(headers: list[str], rows: list[list[str]]) -> list[float]:
    """Widths that share the page by the longest text of each column, none so long that it starves the others."""

    def of_header(header: str) -> float:
        return min(max(text_width(line, 3.1) for line in header.split("\n")), 19.0)

    needs = [
        max(6.0, of_header(header), *(min(text_width(row[at], 2.4), 90.0) for row in rows)) + 4
        for at, header in enumerate(headers)
    ]
    return [need * min(PAGE_WIDTH_MM / sum(needs), 2.0) for need in needs]


def _mark(row: Any, name: str) -> None:
    """``tblHeader``: repeated on every page; ``cantSplit``: on one page as a whole."""
    mark = OxmlElement(f"w:{name}")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)
