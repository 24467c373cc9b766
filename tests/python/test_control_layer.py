"""Control layers of points and lines: every kind of file gives the same answer, and none passes without a radius."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest
import shapely
from shapely.geometry import LineString, Point, Polygon, box

import sanxian as sx
from sanxian import cli
from sanxian.report.map import draw_overview, overview_view
from sanxian.report.places import find_places

EAST, NORTH = 38_474_000.0, 4_250_000.0
#: One site in the plot, one 30 m east of it, one far away.
PLACES = [(50, 50), (130, 50), (9000, 0)]
REGISTER = "taixin-2023.heritage-register"
BANK = "taixin-2023.hutuo-bank"


def plots() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"plot_id": ["1"]}, geometry=[box(EAST, NORTH, EAST + 100, NORTH + 100)], crs=4526)


def sites() -> gpd.GeoDataFrame:
    points = [Point(EAST + x, NORTH + y) for x, y in PLACES]
    return gpd.GeoDataFrame({"名称": ["寺", "塔", "桥"], "半径": [20.0, 40.0, 5.0]}, geometry=points, crs=4526)


def ruling(report: sx.Report, rule: str) -> tuple[str, str]:
    row = report.verdicts.set_index("rule_id").loc[rule]
    return row["verdict"], row["message"]


def check(layer, **how) -> sx.Report:
    return sx.check(plots(), {"历史文化保护名录": layer}, rules="taixin-2023", area="planar", **how)


def as_files(folder: Path) -> list[Path]:
    frame = sites()
    high = frame.set_geometry(shapely.force_3d(frame.geometry.values, 850.0), crs=4526)
    paths = [folder / name for name in ("a.shp", "b.gpkg", "c.geojson", "d.parquet", "z.shp")]
    frame.to_file(paths[0], encoding="gbk")
    frame.to_file(paths[1], layer="sites")
    # GeoJSON knows degrees only, unless its CRS member says otherwise.
    frame.to_file(paths[2], driver="GeoJSON", RFC7946="NO")
    frame.to_parquet(paths[3])
    high.to_file(paths[4], encoding="utf-8")
    return paths


def test_every_file_of_points_gives_the_same_answer(tmp_path: Path) -> None:
    expected = check(sites(), radii={"heritage_register": 40.0})
    verdict, message = ruling(expected, REGISTER)
    assert verdict == "conditional" and "1号" in message.replace("地块1", "1号")
    areas = expected.tables["encroachments"]["planar_area_m2"]
    # Two circles of 40 m against GEOS, whose circles of many sides lie inside.
    plot = plots().geometry.iloc[0]
    circles = [shapely.buffer(site, 40.0, quad_segs=4096).intersection(plot).area for site in sites().geometry]
    assert areas.tolist() == pytest.approx(circles[:2], rel=1e-3)
    assert all(ours >= theirs - 1e-6 for ours, theirs in zip(areas, circles, strict=False))
    for path in as_files(tmp_path):
        report = check(path, radii={"heritage_register": 40.0})
        assert report.tables["encroachments"]["planar_area_m2"].tolist() == areas.tolist(), path.name
        assert ruling(report, REGISTER) == (verdict, message), path.name


def test_without_a_radius_nothing_passes_and_the_plots_that_hold_a_site_are_listed(tmp_path: Path) -> None:
    for path in as_files(tmp_path):
        report = check(path)
        verdict, message = ruling(report, REGISTER)
        assert verdict == "cannot_be_judged" and "radius_m" in message, message
        rows = report.tables["encroachments"]
        assert rows[["relation", "plot_id", "feature"]].to_numpy().tolist() == [["contains", "1", 0]]
        report.write(tmp_path / "out" / path.stem)
        assert "在地块内" in (tmp_path / "out" / path.stem / "report.html").read_text(encoding="utf-8")


def test_a_field_may_hold_the_radius() -> None:
    report = check(sites(), radii={"历史文化保护名录": "半径"})
    assert report.tables["encroachments"]["feature"].tolist() == [0, 1]
    # A whole circle of 20 m.
    assert report.tables["encroachments"]["planar_area_m2"].iloc[0] == pytest.approx(1256.637, rel=5e-4)
    with pytest.raises(sx.SchemeError, match="radius_m"):
        check(sites(), radii={"heritage_register": -1.0})
    with pytest.raises(KeyError, match="has no field `半`"):
        check(sites(), radii={"heritage_register": "半"})
    with pytest.raises(sx.SanxianError, match="points and lines"):
        check(plots(), radii={"heritage_register": 5.0})


def test_distances_are_those_of_geos() -> None:
    river = LineString([(EAST - 400, NORTH + 260), (EAST + 30, NORTH + 140), (EAST + 700, NORTH + 300)])
    away_m = river.distance(plots().geometry.iloc[0])
    line = gpd.GeoDataFrame({"name": ["滹沱河"]}, geometry=[river], crs=4526)
    for more_m, verdict in ((-1e-6, "compliant"), (1e-6, "not_compliant")):
        parameters = {"is_high_pollution_industry": True, "hutuo_bank_distance_m": away_m + more_m}
        report = sx.check(plots(), {"滹沱河": line}, rules="taixin-2023", parameters=parameters)
        assert ruling(report, BANK)[0] == verdict
    row = report.tables["encroachments"].iloc[0]
    assert row["relation"] == "near" and row["distance_m"] == pytest.approx(away_m, abs=1e-9)


LIST = "文物名录\n名称,X坐标,Y坐标\n寺,4250050.0,38474050.0\n塔,4250050.0,38474130.0\n失考,,\n"


def scheme(folder: Path, layer: str) -> Path:
    plots().to_file(folder / "plots.gpkg")
    path = folder / "scheme.toml"
    path.write_text(
        '[scheme]\nname = "sites"\narea = "planar"\nrules = ["taixin-2023"]\n[plots]\npath = "plots.gpkg"\n'
        f'[[layers]]\nrole = "历史文化保护名录"\n{layer}\n',
        encoding="utf-8",
    )
    return path


def test_a_scheme_reads_a_list_of_places(tmp_path: Path, capsys) -> None:
    (tmp_path / "list.csv").write_text(LIST, encoding="gbk")
    path = scheme(tmp_path, 'path = "list.csv"\npoints = true\nradius_m = 40.0')
    report = sx.Scheme.from_toml(path).check()
    assert ruling(report, REGISTER)[0] == "conditional"
    assert report.tables["encroachments"]["feature"].tolist() == [0, 1]
    assert {"row_without_coordinates", "features_without_geometry", "layer_widened"} <= set(report.findings["code"])
    entry = next(entry for entry in report.evidence["inputs"] if entry["role"] == "heritage_register")
    assert entry["radius"] == {"radius_m": 40.0} and entry["files"][0]["name"] == "list.csv"
    assert cli.main(["validate", str(path), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)["findings"]
    codes = {row["code"] for row in found if row["severity"] == "warning" and row["file"] == "list"}
    assert codes == {"datum_assumed", "zone_from_prefix", "row_without_coordinates"}


def test_a_workbook_is_a_list_of_places_too(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["名称", "北坐标", "东坐标"], ["寺", 4250050.0, 38474050.0], ["塔", 4250050.0, 38474130.0]):
        book.active.append(row)
    book.save(tmp_path / "list.xlsx")
    found = sx.read_points(tmp_path / "list.xlsx")
    assert found["名称"].tolist() == ["寺", "塔"] and found.crs.to_epsg() == 4526
    assert found.geometry.distance(sites().geometry.iloc[:2]).tolist() == [0.0, 0.0]
    (tmp_path / "short.csv").write_text("名称,X坐标,Y坐标\n寺,4250050.0,474050.0\n", encoding="utf-8")
    with pytest.raises(sx.CrsUnknownError):
        sx.read_points(tmp_path / "short.csv")
    assert sx.read_points(tmp_path / "short.csv", crs=4547).crs.to_epsg() == 4547


@pytest.mark.parametrize(
    ("layer", "key"),
    [
        ('path = "a.gpkg"\nradius_m = 0', "layers[1].radius_m"),
        ('path = "a.gpkg"\nradius = 5', "layers[1].radius"),
        ('path = "a.gpkg"\npoints = "yes"', "layers[1].points"),
        ('path = "a.gpkg"\ncrs = 4526', "layers[1].crs"),
    ],
)
def test_mistakes_name_their_key(tmp_path: Path, layer: str, key: str) -> None:
    (tmp_path / "a.gpkg").write_bytes(b"")
    with pytest.raises(sx.SchemeError) as caught:
        sx.Scheme.from_toml(scheme(tmp_path, layer))
    assert key in str(caught.value)


def test_polygons_beside_points_are_an_error(tmp_path: Path) -> None:
    mixed = gpd.GeoDataFrame(
        geometry=[Point(EAST, NORTH), Polygon([(EAST, NORTH), (EAST + 9, NORTH), (EAST, NORTH + 9)])], crs=4526
    )
    with pytest.raises(sx.InvalidPolygonError):
        check(mixed)
    # Plots and the other inputs still need polygons.
    with pytest.raises(sx.InvalidPolygonError):
        sx.check(sites(), {}, rules="taixin-2023")


def test_points_and_lines_are_on_the_map_and_in_its_legend(tmp_path: Path) -> None:
    river = gpd.GeoDataFrame(geometry=[LineString([(EAST - 50, NORTH - 20), (EAST + 50, NORTH + 130)])], crs=4526)
    sites().iloc[:2].to_file(tmp_path / "sites.shp", encoding="gbk")
    far = sites().iloc[2:]
    layers = [("历史文化保护名录", tmp_path / "sites.shp"), ("历史文化保护名录", far), ("滹沱河", river)]
    report = sx.check(plots(), layers, rules="taixin-2023", area="planar", radii={"heritage_register": 20.0})
    svg = draw_overview(report, find_places(report))
    root = ElementTree.fromstring(svg)
    groups = {node.get("data-layer"): node for node in root.iter() if node.get("data-layer") in ("0", "1", "2")}
    assert set(groups) == {"0", "2"}
    marks = [node for node in groups["0"] if node.tag.endswith("circle")]
    # The second site lies beyond the frame, which is 7 m away from the plot.
    assert len(marks) == 1
    left, right = (float(value) for value in (marks[0].get("cx"), marks[0].get("cy")))
    frame = overview_view(report.plots)
    assert (left, right) == pytest.approx(frame.pixel(EAST + 50, NORTH + 50), abs=0.06)
    assert groups["2"].get("fill") == "none" and groups["2"].get("d").count("L") == 1
    texts = ["".join(node.itertext()) for node in root.iter() if node.tag.endswith("text")]
    assert "历史文化保护名录（点）" in texts
    assert any(text.endswith("（线）") for text in texts)
    # Whole frames, for whoever asks.
    assert [len(frame) for _, frame in report.layers] == [2, 1, 1]
    assert report.layers[0][1]["名称"].tolist() == ["寺", "塔"]
    report.write(tmp_path / "out")
    assert "历史文化保护名录（点）" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
