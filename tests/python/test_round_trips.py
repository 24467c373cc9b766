"""What is written comes back: shapes, values and names, through every format that layers are kept in.

What a format cannot hold is listed in ``LOSSES`` and checked as well: a loss that disappears is as wrong as a new one.
"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sanxian as sx

FORMATS = ["gpkg", "parquet", "geoarrow.parquet", "shp"]

#: What reading changes on purpose, whatever the format.
LOSSES = {
    "heights": "only plane coordinates are measured; natively read formats say so in a finding",
    "a multipolygon of one part": "comes back as a polygon",
    "empty text in a Shapefile": "blanks are no text: null",
    "whole numbers of more than 18 characters in a Shapefile": "read as floats, by us as by GDAL",
    "decimals in a Shapefile": "GDAL writes fields with fifteen decimals",
    "trailing blanks in a Shapefile": "fields are padded with blanks",
}

texts = st.text(st.sampled_from("永久基本农田生态红线abcXYZ019-_()()%'\"，。𠀀龘"), min_size=1, max_size=20)
int64 = st.one_of(st.integers(-(2**63), 2**63 - 1), st.sampled_from([0, 2**53 + 1, -(2**53) - 1, 2**63 - 1]))
dates = st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 12, 31))
floats = st.one_of(st.floats(-1e12, 1e12), st.sampled_from([0.1, 1 / 3, 1e-9]))


@st.composite
def shapes(draw: st.DrawFn, place: int) -> Any:
    """A null, a polygon, one with a hole, or several parts, with corners that need all their digits."""
    kind = draw(st.sampled_from(["null", "plain", "hole", "parts"]))
    if kind == "null":
        return None
    shift = draw(st.floats(0, 1))
    west, south = 38_500_000 + 100 * place + shift, 4_250_000 + shift / 3
    outer = shapely.box(west, south, west + 40, south + 40)
    if kind == "plain":
        return outer
    holed = shapely.Polygon(outer.exterior, [shapely.box(west + 9, south + 9, west + 19, south + 19).exterior])
    if kind == "hole":
        return holed
    return shapely.MultiPolygon([holed, shapely.box(west + 50, south, west + 60, south + 10)])


@st.composite
def frames(draw: st.DrawFn) -> gpd.GeoDataFrame:
    rows = draw(st.integers(1, 5))

    def column(values: st.SearchStrategy[Any]) -> list[Any]:
        return draw(st.lists(st.none() | values, min_size=rows, max_size=rows))

    return gpd.GeoDataFrame(
        {
            "地类名称": pd.array(column(texts), dtype="object"),
            "整数": pd.array(column(int64), dtype="Int64"),
            "面积": pd.array(column(floats), dtype="Float64"),
            "是否": pd.array(column(st.booleans()), dtype="boolean"),
            "日期": pd.array(
                [None if day is None else pd.Timestamp(day) for day in column(dates)], dtype="datetime64[ms]"
            ),
        },
        geometry=[draw(shapes(place)) for place in range(rows)],
        crs=4526,
    )


def write(frame: gpd.GeoDataFrame, folder: Path, name: str) -> Path:
    path = folder / f"图层.{name}"
    if name == "shp":
        # Fields of ten bytes: in GBK a name has five characters.
        # Without a kind GDAL takes that of the first row, and of a null makes a layer of lines.
        kind = "Polygon Z" if frame.has_z.any() else "Polygon"
        frame.to_file(path, encoding="gbk", engine="pyogrio", geometry_type=kind)
    elif name == "gpkg":
        frame.to_file(path, engine="pyogrio")
    else:
        encoding = "geoarrow" if name.startswith("geoarrow") else "WKB"
        frame.to_parquet(path, geometry_encoding=encoding, schema_version="1.1.0")
    return path


def values(column: pd.Series) -> list[Any]:
    return [None if pd.isna(value) else value for value in column]


def day(value: Any) -> Any:
    return None if value is None else pd.Timestamp(value).date()


def assert_same_shapes(ours: gpd.GeoDataFrame, frame: gpd.GeoDataFrame) -> None:
    for mine, theirs in zip(ours.geometry, frame.geometry, strict=True):
        assert (mine is None) == (theirs is None)
        if mine is not None:
            assert shapely.equals_exact(shapely.normalize(mine), shapely.normalize(theirs), 0)


def storable(frame: gpd.GeoDataFrame, name: str) -> bool:
    """Whether the format's writer takes the frame: GBK has no rarer characters, a GeoArrow column no mixed kinds."""
    if name == "geoarrow.parquet":
        kinds = {kind for kind in frame.geom_type if not pd.isna(kind)}
        return len(kinds) > 0
    if name == "shp":
        try:
            "".join(value for value in values(frame["地类名称"]) if value is not None).encode("gbk")
        except UnicodeEncodeError:
            return False
        return all(value is None or len(str(value)) <= 18 for value in values(frame["整数"]))
    return True


@pytest.mark.parametrize("name", FORMATS)
def test_frames_come_back_as_they_were(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    written = 0

    @settings(max_examples=30, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(frames())
    def check(frame: gpd.GeoDataFrame) -> None:
        nonlocal written
        if not storable(frame, name):
            return
        ours = sx.read_layer(write(frame, tmp_path_factory.mktemp("layer"), name))
        written += 1
        assert list(ours.columns) == list(frame.columns)
        assert ours.crs == frame.crs
        assert values(ours["地类名称"]) == values(frame["地类名称"])
        assert [None if value is None else int(value) for value in values(ours["整数"])] == values(frame["整数"])
        assert np.allclose(
            ours["面积"].astype("float64"),
            frame["面积"].astype("float64"),
            rtol=1e-14,
            atol=1e-15 if name == "shp" else 0,
            equal_nan=True,
        )
        assert [None if value is None else bool(value) for value in values(ours["是否"])] == values(frame["是否"])
        assert [day(value) for value in values(ours["日期"])] == [day(value) for value in values(frame["日期"])]
        assert_same_shapes(ours, frame)

    check()
    assert written >= 10


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_lost_is_what_is_listed(name: str, tmp_path: Path) -> None:
    tall = shapely.force_3d(shapely.box(38_500_000, 4_250_000, 38_500_010, 4_250_010), 7.5)
    one_part = shapely.MultiPolygon([shapely.box(38_500_020, 4_250_000, 38_500_030, 4_250_010)])
    frame = gpd.GeoDataFrame({"名": ["a ", ""], "是否": [True, False]}, geometry=[tall, tall], crs=4526)
    path = write(frame, tmp_path, name)
    read = sx.read_layer(path)
    assert not shapely.has_z(read.geometry.values).any()
    assert_same_shapes(read, frame.set_geometry(shapely.force_2d(frame.geometry.values)))
    assert "dimensions_dropped" in set(read.attrs["findings"]["code"])
    assert values(read["名"]) == (["a", None] if name == "shp" else ["a ", ""])
    assert pd.api.types.is_bool_dtype(read["是否"])
    frame = gpd.GeoDataFrame({"名": ["a"]}, geometry=[one_part], crs=4526)
    (tmp_path / "parts").mkdir()
    assert sx.read_layer(write(frame, tmp_path / "parts", name)).geom_type.tolist() == ["Polygon"]


SQUARES = {
    "Z": "POLYGON Z((38500000 4250000 5,38500100 4250000 6,38500100 4250100 7,38500000 4250000 5))",
    "M": "POLYGON M((38500000 4250000 5,38500100 4250000 6,38500100 4250100 7,38500000 4250000 5))",
    "ZM": "POLYGON ZM((38500000 4250000 5 1,38500100 4250000 6 2,38500100 4250100 7 3,38500000 4250000 5 1))",
}


@pytest.mark.parametrize("kind", SQUARES)
@pytest.mark.parametrize("suffix", ["shp", "gpkg", "parquet", "fgb", "txt", "xlsx"])
def test_heights_and_measures_are_kept_or_the_loss_is_said(kind: str, suffix: str, tmp_path: Path) -> None:
    if "M" in kind and not (hasattr(shapely, "has_m") and shapely.has_m(shapely.from_wkt(SQUARES[kind]))):
        pytest.skip("this GEOS has no measures")
    frame = gpd.GeoDataFrame({"plot_id": ["东地块"]}, geometry=[shapely.from_wkt(SQUARES[kind])], crs=4526)
    path = tmp_path / f"图.{suffix}"
    said = set(sx.write_layer(frame, path).code)
    read = sx.read_plots if suffix in ("txt", "xlsx") else sx.read_layer
    back = read(path)
    if suffix not in ("parquet", "gpkg"):
        assert "dimensions_dropped" in said
    else:
        # The file holds them; only plane coordinates are measured, which the reader says.
        assert "dimensions_dropped" not in said
        assert "dimensions_dropped" in set(back.attrs["findings"].code)
    assert back.plot_id.tolist() == ["东地块"]
    assert_same_shapes(back, frame.set_geometry(shapely.force_2d(frame.geometry.values)))


@pytest.mark.parametrize(
    ("suffix", "driver"), [("dxf", "DXF"), ("kml", "KML"), ("fgb", "FlatGeobuf"), ("geojson", "GeoJSON")]
)
def test_formats_of_other_programs_are_read_as_gdal_reads_them(suffix: str, driver: str, tmp_path: Path) -> None:
    epsg = 4490 if suffix in ("kml", "geojson") else 4526
    west, south, size = (112.0, 38.0, 0.001) if epsg == 4490 else (38_500_000.0, 4_250_000.0, 100.0)
    outer = [shapely.box(west + n * 2 * size, south, west + n * 2 * size + size, south + size) for n in range(3)]
    hole = shapely.box(west + size / 4, south + size / 4, west + size / 2, south + size / 2)
    polygons = [shapely.Polygon(outer[0].exterior, [hole.exterior]), *outer[1:]]
    names = ["东地块", "西地块", "南地块"]
    key = {"dxf": "Layer", "kml": "Name"}.get(suffix, "名称")
    path = tmp_path / f"图.{suffix}"
    frame = gpd.GeoDataFrame({key: names}, geometry=polygons, crs=epsg)
    if suffix == "dxf":
        # The format has no place for a CRS, and GDAL's writer none for a layer's name that is not declared.
        pyogrio.write_dataframe(frame[["geometry"]], path, driver=driver)
        with pytest.raises(sx.CrsUnknownError, match=r"read_layer\(crs=\)"):
            sx.read_layer(path)
        read = sx.read_layer(path, crs=epsg)
        assert read.crs.to_epsg() == epsg
        order = np.argsort(shapely.bounds(read.geometry.values)[:, 0])
        assert shapely.equals_exact(
            shapely.normalize(read.geometry.values[order]), shapely.normalize(np.array(polygons)), 1e-6
        ).all()
        return
    pyogrio.write_dataframe(frame.to_crs(4326) if suffix == "kml" else frame, path, driver=driver)
    ours, theirs = sx.read_layer(path), pyogrio.read_dataframe(path)
    assert ours.crs == theirs.crs
    assert sorted(ours[key]) == sorted(names) == sorted(theirs[key])
    mine, peer = ours.set_index(key).geometry, theirs.set_index(key).geometry
    for name in names:
        assert shapely.equals_exact(shapely.normalize(mine[name]), shapely.normalize(shapely.force_2d(peer[name])), 0)
