"""Two dates of a layer, cropland that came and went, expandable space: in Python and from the command line."""

import json

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from shapely.geometry import box

import sanxian as sx
from reference_data import DEMO
from sanxian import cli

WEST, SOUTH = 38_500_000, 4_250_000


def strips(codes, **columns):
    """Hectares side by side, with a land class each."""
    shapes = [box(WEST + 100 * at, SOUTH, WEST + 100 * at + 100, SOUTH + 100) for at in range(len(codes))]
    return gpd.GeoDataFrame({"DLBM": codes, **columns}, geometry=shapes, crs=4526)


def region(hectares, name="甲县"):
    shape = box(WEST, SOUTH, WEST + 100 * hectares, SOUTH + 100)
    return gpd.GeoDataFrame({"plot_id": [name]}, geometry=[shape], crs=4526)


@pytest.fixture
def files(tmp_path):
    """A county of four hectares before and after: dry land became forest, forest became paddy land, a village grew."""
    sx.write_layer(region(4), tmp_path / "county.gpkg")
    sx.write_layer(strips(["0103", "0301", "0102", "0103"], GDDB=["9", "", "7", "9"]), tmp_path / "2022.gpkg")
    sx.write_layer(strips(["0301", "0101", "0702", "0103"], GDDB=["", "8", "", "9"]), tmp_path / "2023.gpkg")
    return tmp_path


def run(capsys, *arguments):
    code = cli.main([str(argument) for argument in arguments])
    output = capsys.readouterr()
    return code, output.out, output.err


def test_cropland_that_came_and_went_is_told_and_balanced(capsys, files):
    names = [files / name for name in ("county.gpkg", "2022.gpkg", "2023.gpkg")]
    code, out, _ = run(capsys, "exchange", *names, "--area", "planar", "--json", "--pieces", files / "places.gpkg")
    found = json.loads(out)
    rows = [(row["direction"], row["class"], row["other"], row["is_balanced"]) for row in found["cropland_exchange"]]
    assert rows == [
        ("out", "irrigated", "not_agricultural", False),
        ("out", "dry", "forest", True),
        ("in", "paddy", "forest", True),
    ]
    assert code == 0 and {row["verdict"] for row in found["exchange_balance"]} == {"compliant"}
    places = gpd.read_file(files / "places.gpkg")
    assert len(places) == 3 and places.geometry.area.tolist() == pytest.approx([1e4] * 3)
    assert (places["area_m2"] - places.geometry.area).abs().max() < 1e-6


def test_what_is_missing_is_said_with_the_clause(capsys, files):
    names = [files / name for name in ("county.gpkg", "2023.gpkg", "2022.gpkg")]
    code, out, _ = run(capsys, "exchange", *names, "--area", "planar", "-o", files / "balance.xlsx")
    assert code == 1 and "年度进出平衡" in out and "尚缺1.0000公顷" in out
    book = openpyxl.load_workbook(files / "balance.xlsx")
    assert book.sheetnames == ["耕地流出与流入", "年度进出平衡"]
    cells = [[cell.value for cell in row] for row in book["年度进出平衡"].rows]
    assert any("第三章第一节" in row for row in cells) and any("已读原文" in row for row in cells)
    flows = [[cell.value for cell in row] for row in book["耕地流出与流入"].rows]
    assert flows[2][:3] == ["甲县", "流出", "水田"]


def test_exchange_agrees_with_geopandas(files):
    """The same places by another overlay."""
    before, after = gpd.read_file(files / "2022.gpkg"), gpd.read_file(files / "2023.gpkg")
    # Boundaries drawn anew: the later survey lies half a strip to the east.
    after = after.set_geometry(after.translate(50.0))
    found = sx.cropland_exchange(region(5), before, after, area="planar")
    both = gpd.overlay(before, after, how="intersection")
    was, is_now = both["DLBM_1"].str.startswith("01"), both["DLBM_2"].str.startswith("01")
    table = found.table[found.table["other"] != "not_surveyed"]
    for direction, moved in (("out", was & ~is_now), ("in", is_now & ~was)):
        expected = both[moved].area.sum()
        assert table.loc[table["direction"] == direction, "gross_m2"].sum() == pytest.approx(expected)


def test_boundaries_that_both_dates_share_are_no_change():
    """The plots of the conflict scheme cut patches at points off the grid; the survey is the same on both dates."""
    plots, survey = sx.read_plots(DEMO / "plots-conflict.txt"), sx.read_layer(DEMO / "survey" / "DLTB.shp")
    assert sx.compare_vintages(plots, survey, survey, by="DLBM").table.empty
    later = survey.copy()
    changed = later.intersects(plots.geometry[plots["plot_id"] == "9"].iloc[0]) & (later["DLBM"] == "0103")
    later.loc[changed, "DLBM"] = "0301"
    found = sx.compare_vintages(plots, survey, later, by="DLBM")
    both = gpd.overlay(plots[["plot_id", "geometry"]], survey[changed], how="intersection")
    expected = both.assign(area=both.area).groupby("plot_id")["area"].sum()
    assert len(expected) and sorted(found.table["plot_id"]) == sorted(expected.index)
    planar = sx.compare_vintages(plots, survey, later, by="DLBM", area="planar").table.set_index("plot_id")["area_m2"]
    assert planar.to_dict() == pytest.approx(expected.to_dict())


def test_vintages_give_a_table_and_places(capsys, files):
    names = [files / name for name in ("county.gpkg", "2022.gpkg", "2023.gpkg")]
    code, out, err = run(
        capsys, "vintages", *names, "--by", "DLBM", "-o", files / "v.html", "--pieces", files / "v.gpkg"
    )
    assert code == 0 and err == "" and "DLBM（前期）" in out and "共 3 处" in out
    page = (files / "v.html").read_text(encoding="utf-8")
    assert "变化" in page and "0301" in page
    code, out, _ = run(capsys, "vintages", *names, "--json")
    assert json.loads(out)["vintages"] == [], "the cover is the same"
    code, _, err = run(capsys, "vintages", *names, "--by", "DLMC")
    assert code == 2 and "DLMC" in err and err.count("\n") == 1


def test_expandable_space_is_that_of_table_10_1(capsys, files):
    zone = region(3).assign(GHFQMC="城镇集中建设区")
    sx.write_layer(zone, files / "CZKFBJ.gpkg")
    options = ("--boundary", files / "CZKFBJ.gpkg", "--land-use", files / "2023.gpkg", "--area", "planar")
    code, out, _ = run(capsys, "expandable", files / "county.gpkg", *options, "--json")
    [row] = json.loads(out)["expandable"]
    assert code == 0
    assert [row[f"{name}_ha"] for name in ("area", "inside", "built", "new")] == pytest.approx([4, 3, 1, 2])
    code, out, _ = run(capsys, "expandable", files / "county.gpkg", *options, "-o", files / "new.csv")
    assert "新增可扩展空间" in out and pd.read_csv(files / "new.csv")["新增可扩展空间（公顷）"].tolist() == [2.0]
    sx.write_layer(region(3).assign(GHFQMC="其他"), files / "unknown.gpkg")
    code, _, _ = run(capsys, "expandable", files / "county.gpkg", "--boundary", files / "unknown.gpkg", *options[2:])
    assert code == 1
