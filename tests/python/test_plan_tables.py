"""The tables of the plan documents in the report, and the same over two vintages."""

from __future__ import annotations

import geopandas as gpd
import openpyxl
import pytest
from shapely.geometry import box

import sanxian as sx

EAST, NORTH = 38_474_000.0, 4_250_000.0


def square(x0, y0, x1, y1):
    return box(EAST + x0, NORTH + y0, EAST + x1, NORTH + y1)


def frame(rows, **columns):
    return gpd.GeoDataFrame({**columns, "geometry": [square(*row) for row in rows]}, crs=4526)


@pytest.fixture(scope="module")
def report():
    return sx.Scheme.from_toml("examples/xinzhou/scheme.toml").check()


def test_the_demo_has_every_table_of_its_plan(report):
    summary = report.tables["plot_summary"]
    total = summary.iloc[-1]
    assert total[["area_ha", "y2021_ha", "y2022_ha", "y2023_ha", "scheduled_ha"]].tolist() == [
        1329.23,
        242.04,
        517.94,
        87.26,
        847.24,
    ]
    assert report.tables["land_use"]["total_ha"].iloc[-1] == 1329.23
    assert len(report.tables["characteristics"]) == 23
    assert report.tables["plot_uses"]["area_ha"].iloc[-1] == 1329.23
    public = report.tables["public_projects"]
    assert public["public_interest_ha"].iloc[-1] == pytest.approx(
        report.tables["plots"]["public_interest_ha"].sum(), abs=1e-9
    )


def test_the_tables_are_in_page_workbook_and_document(report, tmp_path):
    report.write(tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    for title in ("土地利用现状表", "表5-1", "表5-2", "表6-1", "土地征收成片开发特性表", "地块汇总表", "逐地块结论"):
        assert title in page, title
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    sheet = book["表6-1 时序与年度计划"]
    headers = [cell.value for cell in sheet[2]]
    assert headers[:6] == ["序号", "项目名称", "所在地块", "总用地面积（公顷）", "2021年（公顷）", "2021年比例"]
    assert {"土地利用现状", "表5-1 用途与功能", "表5-2 公益性项目", "特性表", "地块汇总"} <= set(book.sheetnames)
    import docx

    text = [paragraph.text for paragraph in docx.Document(str(tmp_path / "report.docx")).paragraphs]
    assert "（五）表6-1 土地征收范围开发时序和年度实施计划统计表" in text


def test_a_check_without_a_file_takes_classes_characteristics_and_conditions():
    plots = frame([(0, 0, 100, 100)], plot_id=["1"])
    survey = frame(
        [(-10, -10, 40, 110), (40, -10, 110, 110)], DLBM=["0103", "0701"], QSXZ=["30", "20"], KCXS=[0.1, 0.0]
    )
    report = sx.check(
        plots,
        {"生态保护红线": frame([(90, 0, 200, 100)], ZRBHDFQ=["一般控制区"])},
        rules=["taixin-2023"],
        land_use=survey,
        ownership="QSXZ",
        land_classes="survey-3",
        parameters={"activity": "linear_infrastructure"},
        characteristics={"location": "某县"},
        area="planar",
    )
    row = report.tables["land_use"].iloc[-1]
    assert (row["cropland_ha"], row["ridge_ha"], row["construction_ha"]) == (0.36, 0.04, 0.6)
    verdicts = report.verdicts.set_index("rule_id")["verdict"]
    assert verdicts["taixin-2023.redline-outside-core"] == "conditional"
    # The survey gives the cropland that the rule asks for.
    assert verdicts["taixin-2023.cropland"] == "conditional"
    values = report.tables["characteristics"].set_index("name")["value"]
    assert values["成片开发位置"] == "某县"
    stacked = report.tables["rulings_by_plot"]["verdict"].tolist()
    order = ["not_compliant", "cannot_be_judged", "conditional"]
    assert stacked == sorted(stacked, key=order.index)
    with pytest.raises(sx.SchemeError, match="survey-4"):
        sx.check(plots, {}, rules="taixin-2023", land_classes="survey-4")
    with pytest.raises(sx.SchemeError, match="nearest is `sightseeing`"):
        sx.check(plots, {}, rules="taixin-2023", parameters={"activity": "siteseeing"})


def test_two_vintages_differ_by_table_and_geometry():
    plots = frame([(0, 0, 100, 100)], plot_id=["p"])
    before = frame([(0, 0, 60, 100), (60, 0, 100, 100)], DLBM=["0103", "0301"])
    after = frame([(0, 0, 50, 100), (50, 0, 100, 100)], DLBM=["0103", "0701"])
    changes = sx.compare_vintages(plots, before, after, by="DLBM", area="planar")
    rows = changes.table[["plot_id", "change", "DLBM_before", "DLBM_after", "area_ha"]].round(6).values.tolist()
    assert rows == [["p", "changed", "0103", "0701", 0.1], ["p", "changed", "0301", "0701", 0.4]]
    assert changes.pieces.area.round(3).tolist() == [1000.0, 4000.0]
    # GEOS, another overlay, agrees on where.
    other = gpd.overlay(before, after, how="intersection")
    differs = other[other["DLBM_1"] != other["DLBM_2"]].union_all()
    assert changes.pieces.union_all().symmetric_difference(differs).area < 1e-6
