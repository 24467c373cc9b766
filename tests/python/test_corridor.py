"""Linear projects widened to land: segments tile the strip, and nothing is counted twice."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiLineString

import sanxian as sx
from sanxian import cli

EAST, NORTH = 38_474_000.0, 4_250_000.0


def lines(*coordinates, crs=4526, **columns):
    geometry = [LineString([(EAST + x, NORTH + y) for x, y in line]) for line in coordinates]
    return gpd.GeoDataFrame({**columns, "geometry": geometry}, crs=crs)


def test_a_straight_road_is_a_rectangle_cut_at_its_chainage():
    road = sx.corridor(lines([(0, 0), (1000, 0)], road=["G108"]), 30.0, segment_length_m=400.0, name="road")
    assert road["plot_id"].tolist() == ["1-001", "1-002", "1-003"]
    assert road["plot_name"].tolist() == ["G108 K0+000—K0+400", "G108 K0+400—K0+800", "G108 K0+800—K1+000"]
    assert road.area.round(6).tolist() == [12000.0, 12000.0, 6000.0]
    assert road.total_bounds.tolist() == [EAST, NORTH - 15, EAST + 1000, NORTH + 15]


def test_crossing_roads_share_no_land_and_make_their_union():
    both = lines([(0, 0), (1000, 0)], [(500, -300), (500, 300)], width=[30.0, 20.0])
    strips = sx.corridor(both, "width", segment_length_m=250.0)
    assert strips.area.sum() == pytest.approx(1000 * 30 + 600 * 20 - 30 * 20)
    assert shapely.union_all(strips.geometry.array).area == pytest.approx(strips.area.sum())


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.integers(60, 400), st.integers(-200, 200)), min_size=1, max_size=6),
    st.floats(5, 40),
    st.floats(50, 500),
)
def test_segments_tile_the_strip_at_every_bend(steps, width, step):
    points, x, y = [(0.0, 0.0)], 0.0, 0.0
    for dx, dy in steps:
        x, y = x + dx, y + dy
        points.append((x, y))
    frame = lines(points)
    parts = sx.corridor(frame, width, segment_length_m=step)
    strip = frame.geometry.iloc[0].buffer(width / 2, cap_style="flat", join_style="mitre", mitre_limit=5.0)
    assert parts.area.sum() == pytest.approx(strip.area, rel=1e-9)
    assert shapely.union_all(parts.geometry.array).symmetric_difference(strip).area < 1e-3
    assert parts["length_m"].sum() == pytest.approx(frame.length.iloc[0])


def test_what_cannot_be_widened_is_named():
    road = lines([(0, 0), (1000, 0)])
    with pytest.raises(sx.SanxianError, match="line 0: expected metres above 0, found 0"):
        sx.corridor(road, 0)
    with pytest.raises(sx.CrsUnknownError):
        sx.corridor(road.set_crs(None, allow_override=True), 30)
    with pytest.raises(sx.SanxianError, match="in degrees"):
        sx.corridor(road.to_crs(4490), 30)
    apart = MultiLineString([[(EAST, NORTH), (EAST + 1, NORTH)], [(EAST + 5, NORTH), (EAST + 6, NORTH)]])
    with pytest.raises(sx.SanxianError, match="line 0: expected one connected line, found MultiLineString"):
        sx.corridor(gpd.GeoDataFrame({"geometry": [apart]}, crs=4526), 30)
    with pytest.raises(sx.SanxianError, match="2 widths for 1 lines"):
        sx.corridor(road, [30, 40])


def _linear_scheme(folder: Path, corridor: str) -> Path:
    """A road of 1 km whose second half runs through farmland, 10 m north of its centre line and beyond."""
    line = LineString([(EAST, NORTH), (EAST + 1000, NORTH)])
    gpd.GeoDataFrame({"MC": ["环线"], "KD": [30.0]}, geometry=[line], crs=4526).to_file(folder / "road.gpkg")
    field = shapely.box(EAST + 500, NORTH + 10, EAST + 2000, NORTH + 200)
    gpd.GeoDataFrame({"BSM": ["1"]}, geometry=[field], crs=4526).to_file(folder / "farmland.gpkg")
    scheme = folder / "scheme.toml"
    scheme.write_text(
        '[scheme]\nname = "road"\narea = "planar"\nrules = ["national-2020"]\n'
        f'[plots]\npath = "road.gpkg"\n[plots.corridor]\n{corridor}\n'
        '[[layers]]\nrole = "永久基本农田"\npath = "farmland.gpkg"\n',
        encoding="utf-8",
    )
    return scheme


def test_a_scheme_widens_centre_lines_and_reports_by_segment(tmp_path: Path) -> None:
    how = 'width_m = 30.0\nsegment_length_m = 400.0\nname_field = "MC"'
    report = sx.Scheme.from_toml(_linear_scheme(tmp_path, how)).check()
    plots = report.tables["plots"]
    assert plots["plot_id"].tolist() == ["1-001", "1-002", "1-003"]
    assert plots["plot_name"].tolist() == ["环线 K0+000—K0+400", "环线 K0+400—K0+800", "环线 K0+800—K1+000"]
    assert plots["planar_area_m2"].tolist() == pytest.approx([12000, 12000, 6000], abs=1e-6)
    rows = report.tables["encroachments"]
    rows = rows[rows["relation"] == "overlap"].set_index("plot_id")["planar_area_m2"]
    # Five metres of the half width lie in the field, along 300 m and 200 m.
    assert rows.to_dict() == pytest.approx({"1-002": 1500.0, "1-003": 1000.0}, abs=1e-6)
    entry = next(entry for entry in report.evidence["inputs"] if entry["slot"] == "plots")
    assert entry["files"][0]["sha256"] == hashlib.sha256((tmp_path / "road.gpkg").read_bytes()).hexdigest()


def test_the_width_may_come_from_a_field_and_mistakes_name_their_key(tmp_path: Path) -> None:
    report = sx.Scheme.from_toml(_linear_scheme(tmp_path, 'width_field = "KD"')).check()
    assert report.tables["plots"]["planar_area_m2"].tolist() == pytest.approx([30000.0], abs=1e-6)
    for how, key in [
        ("width_m = 0", "plots.corridor.width_m"),
        ("segment_length_m = 5", "plots.corridor.width_m"),
        ("width_m = 3\nwidth = 3", "plots.corridor.width"),
        ('width_field = "KUAN"', "plots.corridor.width_field"),
    ]:
        with pytest.raises(sx.SchemeError) as caught:
            sx.Scheme.from_toml(_linear_scheme(tmp_path, how)).check()
        assert key in str(caught.value), how


@pytest.mark.parametrize("packed", [False, True])
def test_centre_lines_are_read_like_every_layer(tmp_path: Path, packed: bool) -> None:
    scheme = _linear_scheme(tmp_path, 'width_m = 30.0\nname_field = "MC"')
    road = tmp_path / "road.shp"
    gpd.read_file(tmp_path / "road.gpkg").to_file(road, encoding="GB18030")
    for suffix in (".cpg", ".prj"):
        road.with_suffix(suffix).unlink()
    path = road
    if packed:
        path = tmp_path / "road.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for suffix in (".shp", ".shx", ".dbf"):
                archive.write(road.with_suffix(suffix), f"成果/road{suffix}")
                road.with_suffix(suffix).unlink()
    text = scheme.read_text(encoding="utf-8").replace('"road.gpkg"', f'"{path.name}"\ncrs = 4526')
    scheme.write_text(text, encoding="utf-8")
    report = sx.Scheme.from_toml(scheme).check()
    assert report.tables["plots"]["plot_name"].tolist() == ["环线 K0+000—K1+000"]
    assert "crs_missing" in set(report.findings["code"])
    entry = next(entry for entry in report.evidence["inputs"] if entry["slot"] == "plots")
    files = ["road.zip"] if packed else ["road.shp", "road.shx", "road.dbf"]
    assert sorted(file["name"] for file in entry["files"]) == sorted(files)
    path.write_bytes(path.read_bytes()[:150])
    with pytest.raises(sx.LayerReadError, match=path.name):
        sx.Scheme.from_toml(scheme).check()


def test_the_other_commands_widen_the_lines_of_a_scheme_too(tmp_path: Path, capsys) -> None:
    path = _linear_scheme(tmp_path, "width_m = 30.0\nsegment_length_m = 400.0")
    assert cli.main(["validate", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["features"], found["clean"]) == (3, True), found["findings"]
    survey = shapely.box(EAST - 100, NORTH - 100, EAST + 1100, NORTH + 100)
    frame = gpd.GeoDataFrame({"DLBM": ["0103"], "KCXS": [0.0]}, geometry=[survey], crs=4526)
    frame.to_file(tmp_path / "DLTB.gpkg")
    path.write_text(path.read_text(encoding="utf-8") + '[land_use]\npath = "DLTB.gpkg"\n', encoding="utf-8")
    taken = sx.Scheme.from_toml(path).cropland(area="planar")
    assert taken.table["net_ha"].sum() == pytest.approx(3.0)
