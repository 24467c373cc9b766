"""Layers of other programs: GeoParquet in Rust, the rest through GDAL's Arrow reader, Arrow streams as they are."""

from __future__ import annotations

import contextlib
import sqlite3
import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

import sanxian as sx
from reference_data import ROOT, reference
from sanxian.arrow import to_layer


@pytest.fixture
def frame() -> gpd.GeoDataFrame:
    boxes = [shapely.box(38_500_000 + n * 20, 4_250_000, 38_500_010 + n * 20, 4_250_010) for n in range(10)]
    return gpd.GeoDataFrame({"DLMC": ["旱地", "水田"] * 5, "n": range(10)}, geometry=boxes, crs=4526)


WRITERS = {
    "a.parquet": lambda frame, path: frame.to_parquet(path),
    "b.parquet": lambda frame, path: frame.to_parquet(path, geometry_encoding="geoarrow", schema_version="1.1.0"),
    "c.pq": lambda frame, path: frame.to_parquet(path, write_covering_bbox=True, compression="zstd"),
    "a.gpkg": lambda frame, path: frame.to_file(path),
    "a.fgb": lambda frame, path: frame.to_file(path),
    "a.geojson": lambda frame, path: frame.to_file(path),
    "a.gdb": lambda frame, path: frame.to_file(path, driver="OpenFileGDB"),
}


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_gives_the_same_layer_with_the_same_window_and_columns(
    name: str, frame: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    path = tmp_path / name
    if name.endswith(".geojson"):
        frame = frame.set_crs(4490, allow_override=True).set_geometry(
            shapely.transform(frame.geometry.values, lambda xy: (xy - [38_500_000, 4_250_000]) / 1000 + [112, 38])
        )
    WRITERS[name](frame, path)
    # FlatGeobuf sorts the features along its index.
    read = sx.read_layer(path).sort_values("n")
    assert list(read["DLMC"]) == list(frame["DLMC"])
    assert read.crs == frame.crs
    assert np.allclose(shapely.area(read.geometry.values), shapely.area(frame.geometry.values), rtol=1e-9)
    # Boxes 2, 3 and 4; the first is met at its edge only.
    west, south, east, north = frame.geometry.iloc[[2, 3, 4]].total_bounds
    gap = (east - west) / 100
    window = sx.read_layer(path, bbox=(west + gap, south, east + gap, north), columns=["n"])
    assert sorted(window["n"]) == [2, 3, 4]
    assert list(window.columns) == ["n", "geometry"]
    with pytest.raises(KeyError, match='no column "DLBM": it has DLMC, n'):
        sx.read_layer(path, columns=["DLBM"])
    with pytest.raises(sx.LayerReadError, match=f"no layer 'YJJBNTTB': it has {path.stem}"):
        sx.read_layer(path, layer="YJJBNTTB")


def test_kml_reads(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    frame.to_crs(4326).to_file(tmp_path / "a.kml", driver="KML")
    read = sx.read_layer(tmp_path / "a.kml")
    assert len(read) == 10
    assert read.crs.to_epsg() == 4326


def test_what_gdal_warns_of_is_a_finding_and_no_warning(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    frame.to_file(path)
    with contextlib.closing(sqlite3.connect(path)) as file:
        # A field of no type, as some exporters leave it.
        file.execute("ALTER TABLE a ADD COLUMN odd")
        file.commit()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        findings = sx.read_layer(path).attrs["findings"]
        told = sx.overlay_area(frame.assign(plot_id="a"), path).attrs["findings"]
    found = findings[findings["code"] == "reader_warning"]
    assert list(found["severity"]) == ["warning"]
    assert "Field format '' not supported" in found["message"].iloc[0]
    assert "reader_warning" in set(told["code"])


def test_measures_of_a_geopackage_are_left_behind_with_a_finding(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    frame.head(1).to_file(path)
    ring = "38500000 4250000 2, 38500010 4250000 2, 38500010 4250010 2, 38500000 4250000 2"
    measured = shapely.to_wkb(shapely.from_wkt(f"POLYGON M (({ring}))"), flavor="iso", output_dimension=4)
    with contextlib.closing(sqlite3.connect(path)) as file:
        for (trigger,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            file.execute(f'DROP TRIGGER "{trigger}"')
        (blob,) = file.execute("SELECT geom FROM a").fetchone()
        # GeoPackage's own header: eight bytes, then the box.
        file.execute("UPDATE a SET geom = ?", (blob[:40] + measured,))
        file.execute("UPDATE gpkg_geometry_columns SET m = 1")
        file.commit()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read = sx.read_layer(path)
    assert list(read.attrs["findings"]["code"]) == ["dimensions_dropped"]
    assert shapely.get_coordinates(read.geometry.values)[1].tolist() == [38_500_010, 4_250_000]


def _strings(*values: bytes) -> pa.Array:
    """An array of text that nobody has looked at."""
    return pa.Array.from_buffers(pa.string(), len(values), pa.array(values, pa.binary()).buffers())


def _with_broken_offset(array: pa.Array, offset: int) -> pa.Array:
    """The same array as a careless program would hand it over: with an offset between the ends that leads elsewhere."""
    kind = np.int64 if pa.types.is_large_string(array.type) or pa.types.is_large_binary(array.type) else np.int32
    offsets = np.frombuffer(array.buffers()[1], dtype=kind)[: len(array) + 1].copy()
    offsets[1] = offset
    buffers = [None, pa.py_buffer(offsets)]
    if pa.types.is_list(array.type):
        return pa.Array.from_buffers(array.type, len(array), buffers, children=[array.values])
    return pa.Array.from_buffers(array.type, len(array), [*buffers, array.buffers()[2]])


@pytest.mark.parametrize("offset", [930, -4])
@pytest.mark.parametrize("kind", ["wkb", "geoarrow", "text", "bytes"])
def test_offsets_that_lead_elsewhere_are_refused(frame: gpd.GeoDataFrame, kind: str, offset: int) -> None:
    encoding = "WKB" if kind != "geoarrow" else "geoarrow"
    table = pa.table(frame.head(2).to_arrow(index=False, geometry_encoding=encoding))
    table = table.append_column("raw", pa.array([b"1234", b"5678"], pa.binary()))
    name = {"text": "DLMC", "bytes": "raw"}.get(kind, "geometry")
    at = table.schema.get_field_index(name)
    chunk = table.column(name).combine_chunks()
    chunk = chunk.chunk(0) if isinstance(chunk, pa.ChunkedArray) else chunk
    odd = table.set_column(at, table.schema.field(at), _with_broken_offset(chunk, offset))
    with pytest.raises(sx.LayerReadError, match=f'column "{name}".*: the offsets leave the values'):
        sx.overlay_area(frame, odd)
    with pytest.raises(sx.LayerReadError, match="offsets"):
        sx.ellipsoidal_area_m2(odd)


@pytest.mark.parametrize("chunks", [1, 3])
def test_text_that_is_not_utf8_is_refused_with_its_row(frame: gpd.GeoDataFrame, chunks: int) -> None:
    table = pa.table(frame.to_arrow(index=False))
    values = [b"ok"] * 9 + ["旱地".encode("gbk")]
    column = pa.chunked_array([_strings(*values[start::chunks]) for start in range(chunks)])
    odd = table.set_column(0, "DLMC", column)
    bad = odd.column(0).cast(pa.binary()).to_pylist().index(values[-1])
    with pytest.raises(sx.LayerReadError, match=f'column "DLMC": feature {bad}: the text is not UTF-8') as caught:
        sx.overlay_area(frame, odd)
    assert caught.value.record == bad + 1
    # Inside a larger type, where a row is not to be had.
    listed = table.set_column(0, "DLMC", pa.ListArray.from_arrays(np.arange(11), _strings(*values)))
    with pytest.raises(sx.SanxianError, match=r'column "DLMC": .*UTF-?8'):
        sx.overlay_area(frame, listed)


def test_a_crs_that_only_looks_like_one_is_an_error_of_ours(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    frame.to_parquet(path)
    table = pq.read_table(path)
    metadata = {**table.schema.metadata, b"geo": table.schema.metadata[b"geo"].replace(b"inverse_flattening", b"flat")}
    pq.write_table(table.replace_schema_metadata(metadata), path)
    with pytest.raises(sx.CrsUnknownError, match=r"a\.parquet: the CRS .* is not understood \(.*flattening") as caught:
        sx.read_layer(path)
    assert caught.value.path == str(path)
    assert sx.read_layer(path, crs=4526).crs.to_epsg() == 4526


def test_a_name_with_a_nul_is_read_without_it(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    frame.rename(columns={"DLMC": "D\0LMC"}).to_parquet(path)
    layer = sx.read_layer(path)
    assert list(layer["DLMC"]) == list(frame["DLMC"])
    assert "field_renamed" in set(layer.attrs["findings"]["code"])


def test_offsets_that_gdal_makes_of_a_damaged_file_are_told() -> None:
    # Followed, they ended the process.
    path = ROOT / "tests" / "fixtures" / "damaged" / "offsets.fgb"
    with pytest.raises(sx.LayerReadError, match=r"offsets\.fgb: damaged: geometries are said to lie"):
        sx.read_layer(path)


def test_text_that_gdal_leaves_as_it_is_is_read_as_chinese(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "a.mif"
    frame.to_file(path, driver="MapInfo File")
    data = path.with_suffix(".mid")
    data.write_bytes(data.read_bytes().decode("utf-8", errors="surrogateescape").encode("gbk", "surrogateescape"))
    path.write_bytes(path.read_bytes().replace(b'Charset "UTF-8"', b'Charset "Neutral"'))
    layer = sx.read_layer(path)
    assert list(layer["DLMC"]) == list(frame["DLMC"])
    found = layer.attrs["findings"].set_index("code")
    assert found.loc["encoding_doubtful", "message"] == "文字不是 UTF-8，按 GB18030 读：DLMC"
    data.write_bytes(data.read_bytes().replace("旱".encode("gbk"), b"\xff\xff", 1))
    with pytest.raises(sx.LayerReadError, match=r'a\.mif: column "DLMC": feature 0: the text is not UTF-8') as caught:
        sx.read_layer(path)
    assert (caught.value.path, caught.value.record) == (str(path), 1)


def test_a_file_of_several_layers_asks_which(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "control.gpkg"
    frame.to_file(path, layer="STBHHX")
    points = frame.set_geometry(frame.geometry.centroid)
    points.to_file(path, layer="wells")
    # Of a layer of polygons and one of points, only the first can be meant.
    assert len(sx.read_layer(path)) == 10
    frame.head(3).to_file(path, layer="YJJBNTTB")
    pyogrio.write_dataframe(frame.drop(columns="geometry"), path, layer="codes")
    with pytest.raises(sx.LayerReadError, match=r"pass layer=: it has STBHHX \(Polygon\), wells \(Point\), YJJBNTTB"):
        sx.read_layer(path)
    assert len(sx.read_layer(path, layer="YJJBNTTB")) == 3
    with pytest.raises(sx.LayerReadError, match="layer 'wells' holds Point: polygons are needed"):
        sx.read_layer(path, layer="wells")
    with pytest.raises(sx.LayerReadError, match="layer 'codes' has no geometry"):
        sx.read_layer(path, layer="codes")


def test_points_in_parquet_are_refused_with_their_row(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    mixed = frame.copy()
    mixed.loc[3, "geometry"] = shapely.Point(0, 0)
    mixed.to_parquet(path)
    with pytest.raises(
        sx.LayerReadError, match=r"a\.parquet: feature 3: .*a point where a polygon is needed"
    ) as caught:
        sx.read_layer(path)
    assert caught.value.path == str(path)
    path.write_bytes(b"no parquet at all")
    with pytest.raises(sx.LayerReadError, match="not a Parquet file"):
        sx.read_layer(path)
    with pytest.raises(sx.LayerReadError, match="sql= is for databases"):
        sx.read_layer(path, sql="SELECT 1")


def test_curves_are_refused_with_what_to_do() -> None:
    path = reference("formats/gdal_autotest/filegdb/curves.gdb")
    with pytest.raises(sx.LayerReadError, match=r"feature 0: a curve where .*CONVERT_TO_LINEAR"):
        sx.read_layer(path, layer="polygon")
    with pytest.raises(sx.LayerReadError, match=r"layer 'line' holds .*: polygons are needed"):
        sx.read_layer(path, layer="line")


def test_arrow_streams_of_other_libraries_are_taken_as_they_are(frame: gpd.GeoDataFrame) -> None:
    table = pa.table(frame.to_arrow(index=False))
    for source in (table, table.to_reader(max_chunksize=3), frame.to_arrow(index=False, geometry_encoding="geoarrow")):
        layer = to_layer(source, "stream")
        assert (len(layer), layer.crs) == (10, to_layer(frame, "frame").crs)


@pytest.mark.parametrize("encoding", ["WKB", "geoarrow"])
def test_further_geometries_stay_geometries_in_their_own_crs(
    encoding: str, frame: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    two = frame.assign(label=frame.geometry.centroid, before=frame.geometry.to_crs(4490))
    table = pa.table(two.to_arrow(index=False, geometry_encoding=encoding))
    path = tmp_path / "a.parquet"
    two.to_parquet(path, geometry_encoding=encoding, schema_version="1.1.0")
    plot = frame.head(1)[["geometry"]]
    for source in (two, table, path):
        (piece,) = sx.overlay(plot, source).itertuples()
        assert (piece.label, piece.before) == (two["label"][0], two["before"][0])
    read = sx.read_layer(path)
    assert [read[name].crs.to_epsg() for name in ("label", "before", "geometry")] == [4526, 4490, 4526]
    assert not read.attrs["findings"]["code"].isin(["attributes_dropped", "field_renamed"]).any()
    assert list(sx.read_layer(path, columns=["label"])["label"]) == list(two["label"])
    # They are attributes: what only the features are moved by leaves them alone.
    assert sx.to_crs(table, 4547)["before"].crs.to_epsg() == 4490
    # A format with one geometry says what it leaves behind, GeoParquet keeps all.
    lost = sx.write_layer(read, tmp_path / "a.shp")
    assert lost["code"].tolist() == ["attributes_dropped"] and "label" in lost["message"][0]
    assert sx.write_layer(read, tmp_path / "b.parquet").empty
    assert sx.read_layer(tmp_path / "b.parquet")["label"].equals(two["label"])


def test_a_geometry_column_of_another_name_leaves_an_attribute_called_geometry(frame: gpd.GeoDataFrame) -> None:
    named = frame.rename_geometry("geom").assign(geometry="note")
    pieces = sx.overlay(frame.head(1), named)
    assert pieces["geometry_2"].tolist() == ["note"]
    assert pieces.attrs["findings"]["code"].tolist() == ["field_renamed"]
    points = frame.rename_geometry("geom").assign(geometry=frame.geometry.centroid)
    assert sx.overlay(frame.head(1), points)["geometry_2"].tolist() == [frame.geometry[0].centroid]


def test_heights_and_measures_of_a_frame_are_left_behind_with_a_word(frame: gpd.GeoDataFrame) -> None:
    high = frame.set_geometry(shapely.force_3d(frame.geometry.values, 7))
    for plots, layer in ((frame, high), (high, frame)):
        found = sx.overlay_area(plots, layer)
        assert found.attrs["findings"]["code"].tolist() == ["dimensions_dropped"]
        assert found["area_m2"].equals(sx.overlay_area(frame, frame)["area_m2"])
    assert sx.overlay_area(frame, frame).attrs["findings"].empty


@pytest.mark.parametrize("box", [(1, 2), (5, 0, 1, 1), (0, 5, 1, 1), (float("nan"), 0, 1, 1)])
def test_a_window_that_could_find_nothing_is_refused(
    box: tuple[float, ...], frame: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    for name in ("a.parquet", "a.gpkg"):
        WRITERS[name](frame, tmp_path / name)
        with pytest.raises(ValueError, match=r"bbox: expected \(min_x, min_y, max_x, max_y\)"):
            sx.read_layer(tmp_path / name, bbox=box)


def test_what_a_reader_finds_comes_with_the_overlay(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "a.shp"
    sx.write_layer(frame, path)
    path.with_suffix(".cpg").write_text("OEM")
    for found in (sx.overlay_area(frame, path, by="DLMC"), sx.overlay_area(path, frame), sx.overlay(frame, path)):
        (row,) = found.attrs["findings"].to_dict("records")
        assert (row["severity"], row["code"], row["source"]) == ("warning", "cpg_not_understood", "a.shp")
    table = sx.overlay_area(frame, path, by="DLMC", as_arrow=True)
    assert b"cpg_not_understood" in table.schema.metadata[b"sanxian:findings"]


def test_polars_frames_keep_their_geometry(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    polars = pytest.importorskip("polars", reason="polars is not installed: make .venv with tools/bootstrap.sh")
    expected = to_layer(frame, "frame")
    layer = to_layer(polars.from_arrow(pa.table(frame.to_arrow(index=False))), "frame")
    assert (len(layer), layer.crs) == (len(expected), expected.crs)
    path = tmp_path / "a.parquet"
    frame.to_parquet(path)
    assert len(to_layer(polars.read_parquet(path), "frame")) == len(expected)
    # Bytes that nobody calls a geometry are none: the answer says what is missing.
    with pytest.raises(sx.SanxianError, match="geoarrow"):
        to_layer(polars.DataFrame({"geometry": shapely.to_wkb([shapely.box(0, 0, 1, 1)])}), "frame")


def test_duckdb_relations_are_streams(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed: make .venv with tools/bootstrap.sh")
    expected = to_layer(frame, "frame")
    path = tmp_path / "a.parquet"
    frame.to_parquet(path)
    with duckdb.connect() as connection:
        table = connection.from_arrow(pa.table(frame.to_arrow(index=False)))
        for relation in (table, connection.read_parquet(str(path))):
            layer = to_layer(relation, "relation")
            assert (len(layer), layer.crs) == (len(expected), expected.crs)
        assert len(to_layer(table.limit(3), "relation")) == 3
        with pytest.raises(sx.SanxianError, match="no geometry column"):
            to_layer(connection.sql("SELECT 1 AS n"), "relation")
