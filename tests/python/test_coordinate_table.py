"""Coordinate tables in and out."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

import sanxian as sx

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
