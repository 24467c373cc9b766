"""The conformance cases of geodesy, which Rust runs as well."""

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import sanxian as sx
from reference_data import ROOT

tomllib = pytest.importorskip("tomllib", reason="tomllib came with Python 3.11")

CASES = ROOT / "tests" / "conformance" / "geodesy"


def read(name):
    return tomllib.loads((CASES / name).read_text(encoding="utf-8"))


TEXTS, FIGURES = read("crs_texts.toml"), read("rounding.toml")


@pytest.mark.parametrize("case", read("areas.toml")["polygon"], ids=lambda case: case["name"])
def test_areas(case):
    gdf = gpd.GeoDataFrame(geometry=[shapely.Polygon(case["rings"][0], case["rings"][1:])], crs=4526)
    # Half a unit of the last digit that the case gives; the survey recipe to the digit.
    digit = {"rel": 1e-9, "abs": 0.6e-4}
    assert sx.planar_area_m2(gdf)[0] == pytest.approx(case["planar_m2"], **digit)
    assert sx.planar_area_m2(sx.to_crs(gdf, 4525))[0] == pytest.approx(case["planar_zone_37_m2"], **digit)
    assert sx.ellipsoidal_area_m2(gdf)[0] == pytest.approx(case["ellipsoidal_m2"], **digit)
    assert sx.geodesic_area_m2(gdf)[0] == pytest.approx(case["geodesic_m2"], **digit)
    assert sx.ellipsoidal_area_m2(gdf, recipe="survey")[0] == pytest.approx(case["survey_m2"], rel=0, abs=1e-4)


@pytest.mark.parametrize("case", TEXTS["text"], ids=lambda case: f"{case['epsg']}-{case.get('syntax', 'file')}")
def test_texts_are_recognised(case):
    assert sx.describe_crs(case["text"]).epsg == case["epsg"]


@pytest.mark.parametrize("case", TEXTS["unknown"], ids=lambda case: case["why"])
def test_texts_of_other_systems_are_not_taken_for_a_frame(case):
    found = sx.describe_crs(case["text"])
    assert found.epsg == case.get("claimed")
    assert found.zone is None and found.kind not in ("gauss_kruger", "utm")


@pytest.mark.parametrize(
    "case", read("transforms.toml")["transform"], ids=lambda case: f"{case['from_epsg']}-{case['to_epsg']}"
)
def test_transforms(case):
    x, y = case["point"]
    # A polygon that has the point for its first vertex.
    size = 1e-3 if abs(x) <= 360 else 100.0
    gdf = gpd.GeoDataFrame(geometry=[shapely.Polygon([(x, y), (x + size, y), (x, y + size)])], crs=case["from_epsg"])
    moved = shapely.get_coordinates(sx.to_crs(gdf, case["to_epsg"]).geometry)[0]
    assert math.dist(moved, case["expected"]) < case["tolerance"]


@pytest.mark.parametrize("case", FIGURES["round"], ids=lambda case: str(case["value"]))
def test_rounding(case):
    assert sx.round_half_away(case["value"], decimals=case["decimals"]) == case["expected"]


@pytest.mark.parametrize("case", FIGURES["column"], ids=lambda case: case["closure"])
def test_columns(case):
    closed = sx.close_table(case["values"], total=case["total"], decimals=case["decimals"], method=case["closure"])
    assert closed.figures.tolist() == case["expected"]
    moved = np.zeros(len(case["values"]))
    moved[closed.moved["row"].astype(int)] = closed.moved["moved"]
    assert (moved * 10 ** case["decimals"]).round().tolist() == case["moved_units"]


@pytest.mark.parametrize("case", FIGURES["table"])
def test_tables(case):
    closed = sx.close_table(pd.DataFrame(case["rows"]), decimals=case["decimals"])
    assert closed.row_totals.tolist() == case["row_totals"]
    assert closed.column_totals.tolist() == case["column_totals"]
    assert closed.total == case["total"]


@pytest.mark.parametrize("case", FIGURES["ridge"])
def test_ridges(case):
    patch = sx.ridge_deduction([case["area_m2"]], case["coefficient"]).iloc[0]
    assert (patch["ridge_m2"], patch["net_m2"]) == (case["ridge_m2"], case["net_m2"])
