"""A submission as a whole: what is wrong is named with its place, what is right is not."""

import json
import sqlite3
import xml.etree.ElementTree as ElementTree

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely

import sanxian as sx
from reference_data import DEMO
from sanxian import cli

SURVEY = DEMO / "survey" / "DLTB.shp"


def run(capsys, *arguments):
    code = cli.main([str(argument) for argument in arguments])
    output = capsys.readouterr()
    return code, output.out, output.err


def codes(found, severity="error"):
    return sorted(found.loc[found["severity"] == severity, "code"])


@pytest.fixture(scope="module")
def faulty():
    return sx.check_submission(
        DEMO / "plots-faulty.txt",
        shapefile=DEMO / "plots-faulty.shp",
        uses=DEMO / "uses-faulty.shp",
        land_use=SURVEY,
        ownership="QSXZ",
    )


def test_the_demo_has_no_error():
    found = sx.check_submission(
        DEMO / "plots.txt", shapefile=DEMO / "plots.txt", uses=DEMO / "uses.shp", land_use=SURVEY, ownership="QSXZ"
    )
    assert codes(found) == []
    assert set(codes(found, "warning")) <= {"sharp_angle"}


def test_each_of_the_five_faults_is_named_with_its_plot(faulty):
    def of(code):
        return faulty[faulty["code"] == code]

    assert set(of("self_crossing")["plot_id"]) == {"9"} and of("self_crossing")["easting_m"].notna().all()
    assert of("plot_duplicate")["plot_id"].tolist() == ["7"] and of("plot_id_repeated")["plot_id"].tolist() == ["7"]
    gap = of("plots_gap")
    assert gap["message"].str.contains("21号片区、22号片区").any()
    widths = 2 * gap.geometry.area / gap.geometry.length
    assert 0.028 < widths.max() < 0.031
    short = of("uses_sum_differs").set_index("plot_id")["message"]
    assert "少0.0200公顷" in short["17"]
    assert set(of("out_of_range")["plot_id"]) == {"12"}
    assert "X、Y 颠倒" in of("vertices_differ")["message"].iloc[0]
    # Nothing else is blamed: errors concern these plots only.
    errors = faulty[(faulty["severity"] == "error") & faulty["plot_id"].notna()]
    assert set(errors["plot_id"]) == {"7", "9", "12", "17"}


def test_planar_survey_areas_and_those_of_another_zone_are_told_from_plain_mistakes():
    survey = sx.read_layer(SURVEY).iloc[:60].reset_index(drop=True)
    other_zone = survey.to_crs(4525).area
    survey.loc[:9, "TBMJ"] = survey.area[:10].round(2)
    survey.loc[10:19, "TBMJ"] = other_zone[10:20].round(2)
    survey.loc[20, "TBMJ"] += 1.0
    survey.loc[21, "BSM"] = survey.loc[22, "BSM"]
    found = sx.check_submission(land_use=survey)
    rows = found[found["topic"] == "survey"].groupby("code")["feature"].agg(list).to_dict()
    large = [row + 1 for row in range(10) if abs(survey.area[row] - round(survey.loc[row, "TBMJ"], 2)) < 0.006]
    assert set(rows["survey_area_planar"]) <= set(large)
    assert set(rows["survey_area_of_other_zone"]) <= set(range(11, 21)) and len(rows["survey_area_of_other_zone"]) > 5
    assert rows["survey_area_differs"] == [21]
    assert found.loc[found["code"] == "identifier_repeated", "feature"].tolist() == [23]


def test_plots_without_survey_and_codes_without_table_are_found():
    survey = sx.read_layer(SURVEY)
    plots = sx.read_plots(DEMO / "plots.txt").iloc[:3]
    inside = survey.sindex.query(plots.geometry.iloc[0].representative_point(), predicate="intersects")
    survey = survey.drop(index=survey.index[inside])
    survey.iloc[0, survey.columns.get_loc("QSXZ")] = "99"
    found = sx.check_submission(plots, land_use=survey, ownership="QSXZ")
    assert found.loc[found["code"] == "survey_missing_here", "plot_id"].tolist() == ["1"]
    assert "ownership_unknown" in codes(found) and "code_unknown" in codes(found, "warning")


def test_two_versions_of_the_plots_are_compared():
    plots = sx.read_plots(DEMO / "plots.txt")
    other = plots.drop(index=3).copy()
    moved = shapely.get_coordinates(other.geometry.iloc[0])
    moved[2] += [0.5, 0.0]
    other.loc[other.index[0], "geometry"] = shapely.Polygon(moved)
    added = other.iloc[[5]].assign(plot_id="99", plot_name="99")
    other = gpd.GeoDataFrame(np.vstack([other, added]), columns=other.columns, geometry="geometry", crs=plots.crs)
    found = sx.check_submission(plots, shapefile=other)
    rows = found[found["topic"] == "versions"].set_index("code")
    assert (
        rows.loc["plot_missing_in_shapefile", "plot_id"] == "4" and rows.loc["plot_missing_in_text", "plot_id"] == "99"
    )
    assert rows.loc["vertices_differ", "plot_id"] == "1" and "0.50米" in rows.loc["vertices_differ", "message"]


def test_parts_in_different_crs_are_refused():
    with pytest.raises(sx.CrsMismatchError):
        sx.check_submission(DEMO / "plots.txt", uses=sx.read_layer(DEMO / "uses.shp").to_crs(4525))


def test_validate_prints_writes_and_judges_a_scheme(tmp_path, capsys):
    arguments = ["validate", DEMO / "scheme-faulty.toml", "--shapefile", DEMO / "plots-faulty.shp"]
    code, out, errors = run(capsys, *arguments, "-o", tmp_path)
    assert code == 1 and "图形完全相同" in out and "findings.gpkg" in errors
    code, text, _ = run(capsys, *arguments, "--json")
    found = json.loads(text)
    layers = {name: kind for name, kind in pyogrio.list_layers(tmp_path / "findings.gpkg")}
    assert layers["findings_points"] == "Point" and layers["findings_areas"] == "MultiPolygon"
    points = gpd.read_file(tmp_path / "findings.gpkg", layer="findings_points")
    areas = gpd.read_file(tmp_path / "findings.gpkg", layer="findings_areas")
    assert len(points) + len(areas) == len(found["findings"]) and points.crs == areas.crs == "EPSG:4526"
    assert points.geometry.notna().all()
    with sqlite3.connect(tmp_path / "findings.gpkg") as database:
        styles = database.execute("SELECT f_table_name, useAsDefault, styleQML, styleSLD FROM layer_styles").fetchall()
    assert {(name, default) for name, default, _, _ in styles} == {("findings_points", 1), ("findings_areas", 1)}
    for _, _, qml, sld in styles:
        values = {category.get("value") for category in ElementTree.fromstring(qml).iter("category")}
        assert values == {"error", "warning", "info"}
        ElementTree.fromstring(sld.encode())
    first = (tmp_path / "findings.gpkg").read_bytes()
    run(capsys, *arguments, "-o", tmp_path / "findings.gpkg")
    assert (tmp_path / "findings.gpkg").read_bytes() == first


def test_validate_finds_overlapping_plots_in_a_single_file(capsys):
    code, out, _ = run(capsys, "validate", DEMO / "plots-faulty.txt")
    assert code == 1 and "plot_duplicate" in out and "plots_gap" in out
    code, out, _ = run(capsys, "validate", DEMO / "plots.txt")
    assert code == 0
    code, _, errors = run(capsys, "validate", DEMO / "plots.txt", "--outline", DEMO / "plots.txt")
    assert code == 2 and "--outline" in errors
