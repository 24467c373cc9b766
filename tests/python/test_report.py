"""The report's files, made of a hand-made report: whole, self-contained, the same bytes every time."""

import json
import re
import zipfile

import docx
import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely

from report_fixture import CRS, NAME, report_parts
from sanxian.report import Report, files, model
from sanxian.report.places import find_places

FILES = ["evidence.json", "pieces.gpkg", "report.docx", "report.html", "report.xlsx"]


@pytest.fixture(scope="module")
def conflict():
    return Report(**report_parts())


@pytest.fixture(scope="module")
def clean():
    return Report(**report_parts(is_conflict=False))


@pytest.fixture(scope="module")
def html(conflict, tmp_path_factory):
    return conflict.to_html(tmp_path_factory.mktemp("html") / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def workbook(conflict, tmp_path_factory):
    return openpyxl.load_workbook(conflict.to_excel(tmp_path_factory.mktemp("xlsx") / "report.xlsx"))


def cells(sheet):
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def column(sheet, title, header_row=2):
    position = [cell.value for cell in sheet[header_row]].index(title)
    return [row[position] for row in cells(sheet)[header_row:]]


# Writing


def test_all_files_are_written_and_nothing_else(conflict, tmp_path):
    written = conflict.write(tmp_path / "new" / "out")
    assert sorted(path.name for path in written) == FILES
    assert sorted(path.name for path in (tmp_path / "new" / "out").iterdir()) == FILES


def test_the_same_report_gives_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        Report(**report_parts()).write(tmp_path / name)
    for name in FILES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_a_failing_writer_leaves_no_file_and_no_folder(conflict, tmp_path, monkeypatch):
    def fail(report, path):
        path.write_bytes(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(files, "write_evidence", fail)
    with pytest.raises(OSError, match="disk full"):
        conflict.write(tmp_path / "new" / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_failing_writer_leaves_an_older_report_as_it_was(conflict, tmp_path, monkeypatch):
    conflict.write(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    monkeypatch.setattr(files, "write_pieces", lambda report, path: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        conflict.write(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_file_that_cannot_be_moved_in_restores_what_was_there(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "kept").write_text("kept")
    (tmp_path / "a").write_text("old")
    workspace = tmp_path / "work"
    workspace.mkdir()
    (workspace / "a").write_text("new")
    with pytest.raises(OSError):
        files._move_in(workspace, tmp_path, ["a", "b"])
    assert (tmp_path / "a").read_text() == "old"
    assert (tmp_path / "b" / "kept").read_text() == "kept"


# Web page


def test_the_page_refers_to_nothing_outside_itself(html):
    outside = re.findall(r"""(?:href|src|url)\s*[=(]\s*["']?(?!#)([^"')\s>]+)""", html)
    assert [target for target in outside if not target.startswith("#")] == []
    assert {link for link in re.findall(r"https?://[^\"'<\s]+", html)} <= {"http://www.w3.org/2000/svg"}
    assert "@import" not in html and "<script" not in html and "<link" not in html


def test_the_page_names_verdict_rules_clauses_and_their_status(html):
    assert NAME in html
    for text in ["不符合", "第六条第(一)款", "自然资规〔2020〕5号", "据转述", "已读原文"]:
        assert text in html
    first_screen = html[: html.index("位置图")]
    assert first_screen.count('class="verdict ') == 4


def test_the_page_gives_hectares_mu_slivers_and_contacts(html):
    for text in ["0.3700", "5.5499", "0.200", "狭长碎面", "接触", "0.0000", "超出"]:
        assert text in html


def test_the_page_points_out_totals_that_differ_from_the_plan_text(html):
    assert "方案文本数 1324.6 公顷，计算数 1329.23 公顷，计算数多 4.63 公顷" in html
    assert "国有土地：计算数 431.89 公顷；方案文本未载明" in html


def test_a_share_just_below_its_threshold_is_not_rounded_up_to_it(html):
    assert "39.996%" in html


def test_text_from_files_is_escaped(html):
    assert "&lt;核对&gt;" in html and "<核对>" not in html


def test_the_totals_row_is_the_sum_of_the_rounded_rows(html):
    foot = re.search(r"<tfoot>.*?</tfoot>", html, re.S).group()
    assert ">1329.23<" in foot and ">897.34<" in foot and ">431.89<" in foot


def test_the_appendix_lists_digests_of_every_input(conflict, html):
    for entry in conflict.evidence["inputs"]:
        assert entry["files"][0]["sha256"] in html and entry["path"] in html


def test_a_report_without_pieces_says_so(clean, tmp_path):
    html = clean.to_html(tmp_path / "clean.html").read_text(encoding="utf-8")
    assert "未发现需要标注的重叠、超出或接触" in html and "没有重叠、接触或超出的图斑" in html


def test_a_report_with_empty_tables_is_still_written(tmp_path):
    parts = report_parts(is_conflict=False)
    parts["tables"], parts["findings"], parts["evidence"] = {}, pd.DataFrame(), {}
    parts["layers"] = {}
    assert sorted(path.name for path in Report(**parts).write(tmp_path)) == FILES


# Workbook


def test_the_workbook_has_a_sheet_a_table(workbook):
    titles = ["结论", "地块", "压占明细", "公益性用地", "合计校核", "图层", "发现的问题", "依据与证据"]
    assert workbook.sheetnames == titles


def test_numbers_are_numbers_with_the_decimals_of_the_table(workbook):
    sheet = workbook["压占明细"]
    assert column(sheet, "面积（公顷）") == [0.37, 0.0, 0.0091]
    position = [cell.value for cell in sheet[2]].index("面积（公顷）") + 1
    assert sheet.cell(3, position).number_format == "0.0000"
    assert column(sheet, "关系") == ["重叠", "接触", "超出"]
    assert column(sheet, "狭长碎面") == ["否", "否", "是"]


def test_the_plots_sheet_ends_with_sums_as_values(workbook):
    areas = column(workbook["地块"], "面积（公顷）")
    assert areas[-1] == 1329.23
    assert round(sum(areas[:-1]), 2) == 1329.23
    assert column(workbook["地块"], "地块编号")[-1] == "合计"


def test_missing_values_are_empty_cells(workbook):
    shares = dict(zip(column(workbook["公益性用地"], "地块编号"), column(workbook["公益性用地"], "占比"), strict=True))
    assert shares["30"] is None and shares["9"] == pytest.approx(0.39996)


def test_headings_stay_in_view(workbook):
    assert all(sheet.freeze_panes for sheet in workbook)


# Document


def test_the_document_carries_the_same_content(conflict, tmp_path):
    document = docx.Document(conflict.to_docx(tmp_path / "report.docx"))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for part in [
        NAME,
        "总体结论：不符合",
        "方案文本数 1324.6 公顷",
        "10号地块与永久基本农田重叠",
        "重叠面积为零",
        "狭长碎面",
    ]:
        assert part in text
    tables = "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    assert "0.3700" in tables and "1329.23" in tables


def test_the_document_names_chinese_fonts_and_no_theme_font(conflict, tmp_path):
    path = conflict.to_docx(tmp_path / "report.docx")
    with zipfile.ZipFile(path) as archive:
        styles = archive.read("word/styles.xml").decode()
        assert {entry.date_time for entry in archive.infolist()} == {files.FIXED_DATE}
    normal = re.search(r'w:styleId="Normal".*?</w:style>', styles, re.S).group()
    assert 'w:eastAsia="宋体"' in normal and "eastAsiaTheme" not in normal


# Pieces, evidence


def test_pieces_and_plots_come_back_from_the_geopackage(conflict, tmp_path):
    conflict.write(tmp_path)
    pieces = gpd.read_file(tmp_path / "pieces.gpkg", layer="pieces")
    plots = gpd.read_file(tmp_path / "pieces.gpkg", layer="plots")
    assert pieces.crs == CRS and plots.crs == CRS
    assert pieces["plot_id"].tolist() == ["10", "38"] and len(plots) == 38
    assert pieces.geometry.area.tolist() == pytest.approx(conflict.pieces.geometry.area.tolist())
    assert set(conflict.pieces.columns) <= set(pieces.columns)


def test_a_report_without_pieces_still_has_the_layer_with_its_columns(clean, tmp_path):
    clean.write(tmp_path)
    pieces = gpd.read_file(tmp_path / "pieces.gpkg", layer="pieces")
    assert len(pieces) == 0 and "rule_id" in pieces.columns and pieces.crs == CRS


def test_the_evidence_is_readable_json_that_ends_with_a_newline(conflict, tmp_path):
    conflict.write(tmp_path)
    text = (tmp_path / "evidence.json").read_text(encoding="utf-8")
    assert text.endswith("}\n") and NAME in text
    assert json.loads(text) == conflict.evidence


# The object


def test_the_repr_is_short_and_says_verdict_and_size(conflict):
    assert len(repr(conflict)) <= model.REPR_WIDTH
    assert "不符合" in repr(conflict) and "38 plots" in repr(conflict)
    parts = report_parts()
    parts["name"] = "很长的名称" * 40
    assert len(repr(Report(**parts))) <= model.REPR_WIDTH


def test_a_notebook_shows_verdict_and_rules(conflict):
    shown = conflict._repr_html_()
    assert "不符合" in shown and "第六条第(一)款" in shown and "<html" not in shown


def test_layers_are_loaded_when_a_map_asks_for_them():
    parts = report_parts()
    asked = []

    def load(role, frame):
        def loaded():
            asked.append(role)
            return frame

        return loaded

    parts["layers"] = {role: load(role, frame) for role, frame in parts["layers"].items()}
    report = Report(**parts)
    assert asked == []
    assert [role for role, _ in report.layers] == asked == list(parts["layers"])
    assert len(report.layers) == len(asked)


def test_plots_without_a_name_get_that_of_the_tables():
    parts = report_parts()
    parts["plots"] = parts["plots"].drop(columns="plot_id")
    assert Report(**parts).plots["plot_id"].tolist() == [str(number) for number in range(1, 39)]
    parts["tables"].pop("plots")
    assert Report(**parts).plots["plot_id"].tolist()[-1] == "38"


def test_the_matplotlib_plot_shows_plots_layers_and_pieces(conflict):
    matplotlib = pytest.importorskip("matplotlib", reason="matplotlib is an optional requirement")
    matplotlib.use("Agg")
    axes = conflict.plot()
    assert len(axes.collections) >= 5


def test_pairs_of_layers_are_all_in_the_workbook_and_as_many_as_readable_on_the_page(tmp_path):
    parts = report_parts()
    rule = parts["verdicts"]["rule_id"].iloc[0]
    x, y = parts["plots"].total_bounds[:2]
    # The later a pair, the larger it is.
    shapes = [shapely.box(x + 50 * at, y, x + 50 * at + at + 1, y + 10) for at in range(25)]
    areas = [shape.area for shape in shapes]
    same = {"rule_id": rule, "role": "permanent_basic_farmland", "planar_area_m2": areas, "mean_width_m": 1.0}
    pieces = gpd.GeoDataFrame(
        {**same, "plot_id": "", "relation": "between_layers", "ellipsoidal_area_m2": areas, "is_sliver": False},
        geometry=shapes,
        crs=parts["plots"].crs,
    )
    parts["pieces"] = pd.concat([parts["pieces"], pieces], ignore_index=True)
    parts["tables"]["layer_conflicts"] = pd.DataFrame(
        {
            **same,
            "layer": "永久基本农田",
            "feature": range(25),
            "other_layer": "生态保护红线",
            "other_feature": range(25),
        }
    )
    report = Report(**parts)
    page = report.to_html(tmp_path / "report.html").read_text(encoding="utf-8")
    assert "图层互叠共 25 处，列出面积最大的 20 处" in page
    assert page.count("与规则所列图层相互重叠") >= 20
    places = [place for place in find_places(report) if place.relation == "between_layers"]
    assert len(places) == 20 and min(place.area_m2 for place in places) == areas[5]
    report.write(tmp_path / "out")
    sheet = openpyxl.load_workbook(tmp_path / "out" / "report.xlsx")["图层互叠明细"]
    assert sheet.max_row >= 26
