"""Between formats: what is promised lossless comes back equal, what is lost is said, nothing is cut in silence."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely

import sanxian as sx
from reference_data import DEMO, reference
from sanxian import cli
from sanxian.layer_files import cut_names


def run(capsys, *arguments):
    code = cli.main([str(argument) for argument in arguments])
    output = capsys.readouterr()
    return code, output.out, output.err


@pytest.fixture
def patches() -> gpd.GeoDataFrame:
    """Every type of attribute, nulls, Chinese names and values, a hole, two parts, a missing geometry."""
    holed = shapely.Polygon(
        [(38_500_000, 4_250_000), (38_500_100, 4_250_000), (38_500_100, 4_250_100), (38_500_000, 4_250_100)],
        [[(38_500_010, 4_250_010), (38_500_020, 4_250_010), (38_500_020, 4_250_020)]],
    )
    parts = shapely.MultiPolygon(
        [shapely.box(38_500_200, 0.125, 38_500_210, 10), shapely.box(38_500_300, 0, 38_500_310, 10)]
    )
    return gpd.GeoDataFrame(
        {
            "地类名称": ["旱地", "水浇地·壹", None],
            "DLBM": ["0103", "0102", "0101"],
            "TBMJ": [1234.5, 0.1, None],
            "SJNF": pd.array([2020, None, 2021], dtype="Int32"),
            "big": pd.array([2**53 - 1, None, -5], dtype="Int64"),
            "flag": pd.array([True, None, False], dtype="boolean"),
            "day": pd.Series([datetime.date(2021, 3, 4), None, datetime.date(1999, 12, 31)], dtype=object),
        },
        geometry=[holed, parts, None],
        crs=4526,
    )


LAYERS = ["a.shp", "a.parquet", "a.gpkg", "a.fgb", "a.geojson", "a.gdb"]
PLOTS = [*LAYERS, "a.txt", "a.xlsx"]
#: A FileGDB puts coordinates on a grid of 0.0001 m and finer; the finding says how far they move.
GRID_M = 1e-4


def plain(frame: gpd.GeoDataFrame) -> list[list[object]]:
    """Values without the types that a frame gives them for having nulls."""

    def value(cell: object) -> object:
        if isinstance(cell, pd.Timestamp | datetime.datetime):
            return cell.date().isoformat() if not pd.isna(cell) else None
        if isinstance(cell, datetime.date):
            return cell.isoformat()
        if cell is None or (not isinstance(cell, str) and pd.isna(cell)):
            return None
        return cell.item() if isinstance(cell, np.generic) else cell

    return [[value(cell) for cell in row] for row in frame.drop(columns="geometry").to_numpy(dtype=object)]


def same(before: gpd.GeoDataFrame, after: gpd.GeoDataFrame, tolerance: float = 0.0) -> None:
    assert list(after.columns) == list(before.columns)
    assert plain(after) == plain(before)
    assert after.crs == before.crs
    for old, new in zip(before.geometry, after.geometry, strict=True):
        assert (old is None) == (new is None)
        if old is not None:
            assert shapely.normalize(new).equals_exact(shapely.normalize(old), tolerance), (old, new)


@pytest.mark.parametrize("source", LAYERS)
@pytest.mark.parametrize("target", LAYERS)
def test_layers_go_through_every_pair_of_formats_unchanged(
    source: str, target: str, patches: gpd.GeoDataFrame, tmp_path: Path, capsys
) -> None:
    # The last row of a GeoJSON without geometry is read; a FlatGeobuf and others keep it too.
    first, second = tmp_path / f"from_{source}", tmp_path / f"to_{target}"
    if "a.fgb" in (source, target):
        patches = patches[patches.geometry.notna()]
    losses = sx.write_layer(patches, first)
    tolerance = GRID_M if "a.gdb" in (source, target) else 0.0
    allowed = {"a.geojson": {"crs_not_in_standard"}, "a.fgb": {"type_changed"}}
    # Days are times in a FlatGeobuf and a FileGDB, 64-bit numbers doubles in the latter.
    allowed["a.gdb"] = {"coordinates_rounded", "type_changed"}
    assert set(losses["code"]) - {"coordinates_rounded"} == allowed.get(source, set()) - {"coordinates_rounded"}, losses
    code, out, _ = run(capsys, "convert", first, second, "--json")
    assert code == 0
    found = json.loads(out)
    assert found["features"] == len(patches)
    lost = {row["code"] for row in found["findings"] if row["step"] == "write"}
    assert lost <= allowed.get(target, set()) | ({"type_changed"} if target == "a.shp" else set()), found
    same(patches.reset_index(drop=True), sx.read_layer(second), tolerance)


@pytest.mark.parametrize("source", PLOTS)
@pytest.mark.parametrize("target", PLOTS)
def test_plots_go_through_every_pair_of_formats_unchanged(source: str, target: str, tmp_path: Path, capsys) -> None:
    plots = sx.read_plots(DEMO / "plots.txt")
    plots.loc[3, "plot_name"] = "东关街·壹号地块"
    first, second, last = tmp_path / f"1{source}", tmp_path / f"2{target}", tmp_path / "3.txt"
    sx.write_layer(plots, first)
    # The grid of a FileGDB is finer than what a text writes, so coordinates have more decimals than it takes.
    rounding = ["--decimals", "3"] if (source, target) == ("a.gdb", "a.txt") else []
    code, _, errors = run(capsys, "convert", first, second, *rounding)
    assert code == 0, errors
    # Back as an exchange text, which knows the fields of plots under the names that a Shapefile cuts them to.
    code, _, errors = run(capsys, "convert", second, last, *(["--decimals", "3"] if "gdb" in source + target else []))
    assert code == 0, errors
    assert "attributes_dropped" not in errors
    same(plots, sx.read_plots(last))


def test_a_real_text_survives_the_way_through_a_geopackage(tmp_path: Path, capsys) -> None:
    path = reference("exchange_text", "01_windr07_SampleData_gbk.txt")
    plots = sx.read_plots(path)
    assert run(capsys, "convert", path, tmp_path / "a.gpkg")[0] == 0
    assert run(capsys, "convert", tmp_path / "a.gpkg", tmp_path / "b.txt", "--out-encoding", "utf-8")[0] == 0
    again = sx.read_plots(tmp_path / "b.txt")
    assert shapely.normalize(again.geometry.values).tolist() == shapely.normalize(plots.geometry.values).tolist()
    assert again["plot_name"].tolist() == plots["plot_name"].tolist()


# what is lost


def test_names_are_cut_to_ten_bytes_and_told_apart(tmp_path: Path) -> None:
    assert cut_names(["abcdefghijk", "ABCDEFGHIJL", "abcdefghij", "n"], "gbk") == [
        "abcdefghi2",
        "ABCDEFGHI3",
        "abcdefghij",
        "n",
    ]
    frame = gpd.GeoDataFrame(
        {"永久基本农田图斑编号": ["a"], "永久基本农田图斑面积": [1.0]}, geometry=[shapely.box(0, 0, 1, 1)], crs=4547
    )
    losses = sx.write_layer(frame, tmp_path / "a.shp")
    assert losses["code"].tolist() == ["field_name_cut"] * 2
    assert list(sx.read_layer(tmp_path / "a.shp").columns) == ["永久基本农", "永久基本2", "geometry"]


def test_what_a_shapefile_cannot_tell_apart_is_said(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {
            "time": pd.to_datetime(["2021-03-04 05:06:07", None]),
            "day": pd.to_datetime(["2021-03-04", None]),
            "text": ["", " 甲"],
            "third": [1 / 3, 1000 / 3],
        },
        geometry=[shapely.box(0, 0, 1, 1), shapely.Polygon()],
        crs=4547,
    )
    losses = sx.write_layer(frame, tmp_path / "a.shp")
    assert sorted(losses["code"]) == [
        "empty_is_null",
        "empty_text_is_null",
        "numbers_rounded",
        "spaces_trimmed",
        "type_changed",
        "type_changed",
    ]
    read = sx.read_layer(tmp_path / "a.shp")
    assert read["time"].tolist()[0] == "2021-03-04T05:06:07"
    assert str(read["day"].tolist()[0]).startswith("2021-03-04")


@pytest.mark.parametrize(
    ("column", "reason"),
    [(["字" * 128], "255|256|254"), (["\U0001f33e"], "GBK|gbk"), ([float("inf")], "inf"), ([10**20], "|")],
)
def test_a_value_that_would_be_cut_is_an_error_and_leaves_nothing(
    column: list[object], reason: str, tmp_path: Path
) -> None:
    frame = gpd.GeoDataFrame({"a": column}, geometry=[shapely.box(0, 0, 1, 1)], crs=4547)
    with pytest.raises((sx.SanxianError, OverflowError, ValueError), match=reason):
        sx.write_layer(frame, tmp_path / "a.shp")
    assert list(tmp_path.iterdir()) == []


def test_attributes_without_place_in_an_exchange_text_are_named(tmp_path: Path, capsys) -> None:
    code, out, errors = run(capsys, "convert", DEMO / "uses.shp", tmp_path / "uses.txt", "--decimals", "3")
    assert code == 0 and "已写入" in out
    assert "warning: attributes_dropped:" in errors and "ProjList" in errors
    assert "plot_id_missing" in errors


def test_coordinates_that_would_be_rounded_stop_unless_asked_for(tmp_path: Path, capsys) -> None:
    frame = gpd.GeoDataFrame(
        {"plot_id": ["1"]}, geometry=[shapely.box(38_500_000.00012, 4_250_000, 38_500_010, 4_250_010)], crs=4526
    )
    frame.to_file(tmp_path / "a.gpkg")
    code, _, errors = run(capsys, "convert", tmp_path / "a.gpkg", tmp_path / "a.txt")
    assert code == 2 and errors.startswith("error: ") and not (tmp_path / "a.txt").exists()
    code, _, errors = run(capsys, "convert", tmp_path / "a.gpkg", tmp_path / "a.txt", "--decimals", "3")
    assert code == 0 and "coordinates_rounded" in errors and "0.00012" in errors


def test_odd_names_stay_odd_names_in_a_geopackage(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {"fid": [7, 7], "geom": ["a", "b"], "class": pd.Categorical(["x", "y"]), "empty": [None, None]},
        geometry=[shapely.box(0, 0, 1, 1), shapely.box(2, 0, 3, 1)],
        crs=4547,
    )
    assert sx.write_layer(frame, tmp_path / "a.gpkg").empty
    same(frame, sx.read_layer(tmp_path / "a.gpkg"))


def test_the_same_layer_gives_the_same_bytes(tmp_path: Path, patches: gpd.GeoDataFrame) -> None:
    for name in ("a.gpkg", "a.shp", "a.fgb", "a.parquet", "a.geojson"):
        one, two = tmp_path / "1" / name, tmp_path / "2" / name
        for path in (one, two):
            sx.write_layer(patches, path)
        assert one.read_bytes() == two.read_bytes(), name


# the command


def test_nothing_is_overwritten_unless_asked_for(tmp_path: Path, capsys) -> None:
    for name in ("a.gpkg", "a.shp", "a.txt", "a.gdb"):
        assert run(capsys, "convert", DEMO / "plots.txt", tmp_path / name)[0] == 0
        before = pyogrio.read_info(tmp_path / name)["features"] if name != "a.txt" else None
        code, _, errors = run(capsys, "convert", DEMO / "plots.txt", tmp_path / name)
        assert code == 2 and "--overwrite" in errors and len(errors.splitlines()) == 1
        assert run(capsys, "convert", DEMO / "plots.txt", tmp_path / name, "--overwrite")[0] == 0
        if before is not None:
            assert pyogrio.read_info(tmp_path / name)["features"] == before
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
    # A Shapefile whose .dbf alone is there is there.
    (tmp_path / "b.dbf").write_bytes(b"x")
    assert run(capsys, "convert", DEMO / "plots.txt", tmp_path / "b.shp")[0] == 2


def test_an_index_of_the_old_shapefile_goes_with_it(tmp_path: Path, capsys) -> None:
    (tmp_path / "a.sbn").write_bytes(b"old")
    code, _, errors = run(capsys, "convert", DEMO / "plots.txt", tmp_path / "a.shp", "--overwrite")
    assert code == 0 and "stale_index_removed" in errors and not (tmp_path / "a.sbn").exists()


def test_window_columns_crs_and_layer_names(tmp_path: Path, capsys) -> None:
    farmland = DEMO / "control" / "YJJBNTTB.shp"
    west, south, east, north = sx.read_layer(farmland).total_bounds
    middle = f"{west},{south},{(west + east) / 2},{(south + north) / 2}"
    out = tmp_path / "a.gpkg"
    arguments = ["--bbox", middle, "--columns", "DLBM,YJJBNTMJ", "--to-crs", "4490", "--out-layer", "YJJBNTTB"]
    assert run(capsys, "convert", farmland, out, *arguments)[0] == 0
    assert pyogrio.list_layers(out)[0][0] == "YJJBNTTB"
    read = sx.read_layer(out)
    assert 0 < len(read) < 643 and read.crs.to_epsg() == 4490
    assert list(read.columns) == ["DLBM", "YJJBNTMJ", "geometry"]
    assert (
        run(capsys, "convert", DEMO / "plots.txt", tmp_path / "b.gpkg", "--columns", "plot_id", "--bbox", middle)[0]
        == 0
    )
    assert list(sx.read_layer(tmp_path / "b.gpkg").columns) == ["plot_id", "geometry"]
    with pytest.raises(SystemExit, match="2"):
        run(capsys, "convert", farmland, tmp_path / "c.gpkg", "--bbox", "1,2,3")
    assert "west,south,east,north" in capsys.readouterr().err
    code, _, errors = run(capsys, "convert", farmland, tmp_path / "c.doc")
    assert code == 2 and "cannot write .doc" in errors
    code, _, errors = run(capsys, "convert", farmland, tmp_path / "c.gpkg", "--decimals", "2")
    assert code == 2 and "options are for .txt and .xlsx" in errors


def test_a_datum_is_not_changed_without_parameters(tmp_path: Path, capsys) -> None:
    code, _, errors = run(capsys, "convert", DEMO / "plots.txt", tmp_path / "a.gpkg", "--to-crs", "4326")
    assert code == 2 and "datum" in errors and not (tmp_path / "a.gpkg").exists()
    arguments = ["--to-crs", "4326", "--helmert", "wgs84_as_cgcs2000"]
    assert run(capsys, "convert", DEMO / "plots.txt", tmp_path / "a.geojson", *arguments)[0] == 0


def test_options_of_the_exchange_text_reach_its_writer(tmp_path: Path, capsys) -> None:
    arguments = ["--point-prefix", "P", "--closing-point", "next", "--no-zone-prefix", "--start", "north-west"]
    assert run(capsys, "convert", DEMO / "plots.txt", tmp_path / "a.txt", "--clockwise", *arguments)[0] == 0
    rows = (tmp_path / "a.txt").read_text(encoding="gbk").splitlines()
    first = next(at for at, row in enumerate(rows) if row.endswith("@")) + 1
    assert rows[first].startswith("P1,1,") and float(rows[first].split(",")[3]) < 1e6
    folder = tmp_path / "plots"
    assert run(capsys, "convert", DEMO / "plots.txt", folder, "--one-file-a-plot")[0] == 0
    assert len(list(folder.glob("*.txt"))) == 38
    assert run(capsys, "convert", DEMO / "plots.txt", folder, "--one-file-a-plot")[0] == 2
    assert run(capsys, "convert", DEMO / "plots.txt", tmp_path / "scheme", "--scheme", "某方案")[0] == 0
    assert [path.name for path in (tmp_path / "scheme").iterdir()] == ["某方案.txt"]
    assert run(capsys, "convert", DEMO / "plots.txt", tmp_path / "t.xlsx", "--scheme", "某方案")[0] == 0
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").active
    assert "某方案" in [cell.value for cell in sheet["B"]]


# drawings and KML, as GDAL makes them


def test_a_drawing_is_read_with_the_crs_that_it_cannot_carry(tmp_path: Path, capsys) -> None:
    plots = sx.read_plots(DEMO / "plots.txt")
    single = plots[[shape.geom_type == "Polygon" and not shape.interiors for shape in plots.geometry]]
    closed = single.set_geometry(single.geometry.exterior)[["geometry"]]
    pyogrio.write_dataframe(closed, tmp_path / "a.dxf", driver="DXF")
    code, _, errors = run(capsys, "convert", tmp_path / "a.dxf", tmp_path / "a.shp")
    assert code == 2 and "carries no CRS" in errors
    assert run(capsys, "convert", tmp_path / "a.dxf", tmp_path / "a.shp", "--crs", "4526")[0] == 0
    read = sx.read_layer(tmp_path / "a.shp")
    assert read.crs.to_epsg() == 4526
    assert shapely.area(read.geometry.values).tolist() == pytest.approx(shapely.area(single.geometry.values), rel=1e-9)
    # Hatches are polygons from the start.
    pyogrio.write_dataframe(single[["geometry"]], tmp_path / "b.dxf", driver="DXF")
    hatches = sx.read_layer(tmp_path / "b.dxf", crs=4526)
    assert shapely.area(hatches.geometry.values).sum() == pytest.approx(shapely.area(single.geometry.values).sum())


def test_kml_becomes_a_layer_in_a_zone(tmp_path: Path, capsys) -> None:
    plots = sx.read_plots(DEMO / "plots.txt")
    sx.to_crs(plots, 4326, helmert="wgs84_as_cgcs2000")[["plot_name", "geometry"]].rename(
        columns={"plot_name": "Name"}
    ).to_file(tmp_path / "a.kml", driver="KML")
    arguments = ["--to-crs", "4526", "--helmert", "wgs84_as_cgcs2000"]
    assert run(capsys, "convert", tmp_path / "a.kml", tmp_path / "a.gpkg", *arguments)[0] == 0
    read = sx.read_layer(tmp_path / "a.gpkg")
    assert read["Name"].tolist() == plots["plot_name"].tolist()
    areas = shapely.area(read.geometry.values)
    assert areas.tolist() == pytest.approx(shapely.area(plots.geometry.values).tolist(), rel=1e-6)


@pytest.mark.parametrize(
    "parts",
    [
        ("layers", "kiel", "buildings.shp"),
        ("layers", "south_africa", "urban_33S.shp"),
        ("formats", "gdal_autotest", "gpkg", "poly.gpkg.zip"),
        ("formats", "fiboa_lpis_samples", "convert", "hr", "land_parcels.gpkg"),
        ("formats", "fiboa_lpis_samples", "convert", "pt", "Continente.gpkg"),
    ],
)
def test_real_layers_convert_and_come_back(parts: tuple[str, ...], tmp_path: Path) -> None:
    path = reference(*parts)
    layers = [name for name, kind in pyogrio.list_layers(path) if kind]
    frame = sx.read_layer(path, layer=layers[0] if len(layers) > 1 else None).head(500)
    for name in ("a.gpkg", "a.parquet"):
        sx.write_layer(frame, tmp_path / name)
        again = sx.read_layer(tmp_path / name)
        assert plain(again) == plain(frame)
        assert again.geometry.geom_equals_exact(frame.geometry, 0).all()
