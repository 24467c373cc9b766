"""Coordinate tables in and out."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

import sanxian as sx
from sanxian.cli import main

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "crates/sanxian-io/tests/fixtures/coordinate_table"
DEMO = ROOT / "examples/xinzhou/plots.txt"

# Coordinates are written with three decimals.
ROUNDING_M = 0.0005


def test_a_gbk_table_names_the_row_of_the_wrong_side():
    plots = sx.read_plots(FIXTURES / "titles-gbk.csv")
    assert plots.plot_name.tolist() == ["东地块", "西地块"]
    assert plots.declared_area_ha.tolist() == [1.0, 1.0]
    findings = plots.attrs["findings"]
    wrong = findings[findings.code == "side_differs"]
    assert wrong[["line", "plot_id"]].to_numpy().tolist() == [[15, "DK-2"]]


def test_a_workbook_with_macros_reads_as_one_without(tmp_path):
    # The statutory table of the demo's first two plots, saved by LibreOffice as .xlsm.
    plots = sx.read_plots(FIXTURES / "libreoffice.xlsm")
    sx.write_coordinate_table(sx.read_plots(DEMO).head(2), tmp_path / "table.xlsx")
    plain = sx.read_plots(tmp_path / "table.xlsx")
    assert plots.geometry.equals(plain.geometry)
    assert plots["plot_name"].tolist() == plain["plot_name"].tolist() == ["1号片区", "2号片区"]


def test_swapped_columns_are_an_error_with_line(tmp_path):
    path = tmp_path / "swapped.csv"
    path.write_text("点号,X,Y\nJ1,38500000,4250100\nJ2,38500100,4250100\nJ3,38500100,4250000\n", encoding="utf-8")
    with pytest.raises(sx.ExchangeTextError, match="swap_axes=True") as caught:
        sx.read_plots(path)
    assert caught.value.line == 2
    assert sx.read_plots(path, swap_axes=True).total_bounds.tolist() == [38500000, 4250000, 38500100, 4250100]


@pytest.mark.parametrize("sheet_per_plot", [False, True])
def test_what_is_written_reads_back(tmp_path, sheet_per_plot):
    plots = sx.read_plots(DEMO)
    first, second = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    for path in (first, second):
        sx.write_coordinate_table(plots, path, scheme="示例方案", sheet_per_plot=sheet_per_plot)
    assert first.read_bytes() == second.read_bytes()
    again = sx.read_plots(first)
    assert again.crs == plots.crs
    assert again.plot_id.tolist() == plots.plot_id.tolist()
    assert again.declared_area_ha.tolist() == plots.declared_area_ha.tolist()
    assert again.geometry.geom_equals_exact(plots.geometry, ROUNDING_M).all()
    assert again.attrs["header"]["方案名称"] == "示例方案"
    assert "side_differs" not in set(again.attrs["findings"].code)


def test_another_program_reads_the_statutory_columns(tmp_path):
    plots = sx.read_plots(FIXTURES / "plot-column.csv")
    path = tmp_path / "table.xlsx"
    sx.write_coordinate_table(plots, path, scheme="示例方案")
    sheet = openpyxl.load_workbook(path).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = rows.index(["点号", "圈号", "X坐标", "Y坐标", "边长"])
    assert rows[1][:2] == ["方案名称", "示例方案"]
    assert rows[head + 1] == ["J1", 1, 4250100, 38500000, 100]
    formats = [sheet.cell(head + 2, column).number_format for column in (3, 4, 5)]
    assert formats == ["0.000", "0.000", "0.000"]


def test_plots_without_zone_are_refused(tmp_path):
    plots = sx.read_plots(FIXTURES / "dms.tsv")
    with pytest.raises(sx.SanxianError):
        sx.write_coordinate_table(plots, tmp_path / "refused.xlsx")
    assert not (tmp_path / "refused.xlsx").exists()


def test_a_file_that_is_no_workbook_says_so(tmp_path):
    path = tmp_path / "table.xlsx"
    path.write_bytes(b"not a workbook")
    with pytest.raises(sx.ExchangeTextError, match="workbook"):
        sx.read_plots(path)


def workbook(path, sheets):
    """Sheets by name: rows, and the ranges that are merged."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, (rows, merged) in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for area in merged:
            sheet.merge_cells(area)
    book.save(path)


def square(west, heads=None, text=False):
    corners = [(4250100.0, west), (4250100.0, west + 100), (4250000.0, west + 100), (4250000.0, west)]
    corners.append(corners[0])
    rows = [] if heads is None else [heads]
    for n, (x, y) in enumerate(corners):
        values = (f"{x:.3f}", f"{y:.3f}", "100.000") if text else (x, y, 100.0)
        rows.append([f"J{n % 4 + 1}", *(values if n < 4 else values[:2])])
    return rows


@pytest.mark.parametrize(
    "heads",
    [
        ["点号", "X", "Y", "边长"],
        ["界址点号", "X坐标(m)", "Y坐标(m)", "边长(m)"],
        ["点号", "纵坐标X", "横坐标Y", "间距"],
        ["拐点编号", "北坐标", "东坐标", "距离"],
        ["Point", "Northing", "Easting", "Side length"],
        ["point_id", "x (north)", "y (east)", "length"],
        ["点 号", "纵坐标（米）", "横坐标（米）", "边 长"],
    ],
)
@pytest.mark.parametrize("text", [False, True])
def test_headings_of_both_languages_name_the_same_columns(tmp_path, heads, text):
    path = tmp_path / "成果表.xlsx"
    workbook(path, {"Sheet1": (square(38500000, heads, text), [])})
    plots = sx.read_plots(path)
    assert plots.total_bounds.tolist() == [38500000, 4250000, 38500100, 4250100]
    assert plots.crs.to_epsg() == 4526
    codes = set(plots.attrs["findings"].code)
    assert "line_not_understood" not in codes
    assert ("numbers_as_text" in codes) == text


def test_degrees_minutes_and_seconds_in_a_workbook(tmp_path):
    corners = [
        ("38°23'10.5\"", "113°59'50\""),
        ("38°23'10.5\"", "114°00'10\""),
        ("38°22′50″", "114°00′10″"),
        ("38度22分50秒", "113度59分50秒"),
    ]
    rows = [["2000国家大地坐标系"], ["点号", "纬度", "经度"], *([f"J{n}", *c] for n, c in enumerate(corners, 1))]
    path = tmp_path / "经纬度.xlsx"
    workbook(path, {"Sheet1": (rows, ["A1:C1"])})
    plots = sx.read_plots(path)
    assert plots.crs.to_epsg() == 4490
    west, south, east, north = plots.total_bounds
    assert (west, east) == pytest.approx((113 + 59 / 60 + 50 / 3600, 114 + 10 / 3600), abs=1e-12)
    assert (south, north) == pytest.approx((38 + 22 / 60 + 50 / 3600, 38 + 23 / 60 + 10.5 / 3600), abs=1e-12)


@pytest.mark.parametrize("how", ["one sheet", "one sheet each", "a column"])
def test_several_plots_are_told_apart(tmp_path, capsys, how):
    heads = ["点号", "X", "Y", "边长"]
    path = tmp_path / "两个 地块.xlsx"
    if how == "one sheet":
        rows = [["东地块界址点成果表"], *square(38500000, heads), [], ["西地块界址点成果表"], *square(38500200, heads)]
        workbook(path, {"Sheet1": (rows, ["A1:D1", "A9:D9"])})
    elif how == "one sheet each":
        sheets = {name: (square(west, heads), []) for name, west in (("东地块", 38500000), ("西地块", 38500200))}
        workbook(path, sheets)
    else:
        plots = (("东地块", 38500000), ("西地块", 38500200))
        rows = [[name, *row] for name, west in plots for row in square(west)]
        # Offices merge the cells of a plot's name.
        workbook(path, {"Sheet1": ([["地块名称", *heads], *rows], ["A2:A6", "A7:A11"])})
    plots = sx.read_plots(path)
    names = plots.plot_id if how == "one sheet each" else plots.plot_name
    assert names.tolist() == ["东地块", "西地块"]
    assert plots.bounds.minx.tolist() == [38500000, 38500200]
    assert main(["info", str(path)]) == 0
    assert "Traceback" not in capsys.readouterr().err
    assert main(["convert", str(path), str(tmp_path / "out.txt")]) == 0
    again = sx.read_plots(tmp_path / "out.txt")
    assert again.geometry.geom_equals_exact(plots.geometry, 0).all()


def test_a_wrong_side_is_found_in_its_sheet_and_row(tmp_path):
    rows = square(38500000, ["点号", "X", "Y", "边长"])
    rows[2][3] = 101.5
    path = tmp_path / "边长.xlsx"
    workbook(path, {"东": (square(38500200, ["点号", "X", "Y", "边长"]), []), "西": (rows, [])})
    findings = sx.read_plots(path).attrs["findings"]
    wrong = findings[findings.code == "side_differs"]
    assert wrong.line.tolist() == [3]
    assert wrong.message.str.contains("西").all()
    assert wrong.message.str.contains("101.5").all()


def test_the_statutory_table_has_seven_and_eight_digits_and_three_decimals(tmp_path):
    plots = sx.read_plots(DEMO)
    # Without prefix, as files of frames with six-digit eastings come: the table writes it.
    bare = sx.to_crs(plots, 4547)
    path = tmp_path / "成果表.xlsx"
    sx.write_coordinate_table(bare, path, scheme="示例方案")
    points = 0
    for row in openpyxl.load_workbook(path).active.iter_rows(values_only=True):
        if isinstance(row[2], (int, float)) and isinstance(row[3], (int, float)):
            points += 1
            assert len(str(int(row[2]))) == 7
            assert str(int(row[3])).startswith("38") and len(str(int(row[3]))) == 8
            for value in (row[2], row[3], row[4]):
                assert value is None or round(value, 3) == value
    assert points > 38 * 4


def test_the_statutory_table_is_a_workbook_and_says_so(tmp_path: Path) -> None:
    plots = sx.read_plots("examples/xinzhou/plots.txt")
    with pytest.raises(ValueError, match=r"points\.csv: the table is written as \.xlsx"):
        sx.write_coordinate_table(plots, tmp_path / "points.csv")
    assert not list(tmp_path.iterdir())
