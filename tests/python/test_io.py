"""Layers from Shapefiles and other formats, against GDAL."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

import sanxian as sx
from reference_data import DEMO, reference


def assert_like_gdal(ours, theirs):
    assert len(ours) == len(theirs)
    assert ours.crs == theirs.crs
    normal = shapely.normalize(ours.geometry.values), shapely.normalize(theirs.geometry.values)
    assert shapely.equals_exact(*normal, 0).all()
    for column in theirs.columns.drop("geometry"):
        mine, other = ours[column], theirs[column]
        if other.dtype.kind in "fiu":
            assert np.array_equal(mine.to_numpy(float, na_value=np.nan), other.to_numpy(float), equal_nan=True), column
        else:
            assert mine.fillna("").astype(str).tolist() == other.fillna("").astype(str).tolist(), column


@pytest.mark.parametrize(
    "layer", ["survey/DLTB.shp", "control/YJJBNTTB.shp", "control/STBHHX.shp", "control/CZKFBJ.shp", "uses.shp"]
)
def test_demo_layers_read_as_gdal_reads_them_with_the_right_encoding(layer):
    ours = sx.read_layer(DEMO / layer)
    theirs = gpd.read_file(DEMO / layer, encoding="gb18030")
    if ours.crs != theirs.crs:
        # GDAL does not recognise hand-made names; the parameters are the same.
        assert ours.crs.to_epsg() == 4526
        theirs = theirs.set_crs(4526, allow_override=True)
    assert_like_gdal(ours, theirs)


@pytest.mark.parametrize("layer", ["south_africa/farms_33S.shp", "kiel/landuse.shp", "kiel/buildings.shp"])
def test_real_layers_read_as_gdal_reads_them(layer):
    path = reference("layers", *layer.split("/"))
    ours, theirs = sx.read_layer(path), gpd.read_file(path)
    assert len(ours) == len(theirs)
    if "kiel" in layer:
        assert ours.crs.to_epsg() == 4326
    else:
        assert ours.crs.to_epsg() == 32733
    valid = theirs.is_valid
    same = shapely.equals_exact(
        shapely.normalize(ours.geometry.values[valid]), shapely.normalize(theirs.geometry.values[valid]), 0
    )
    assert same.all()
    texts = [column for column in theirs.columns.drop("geometry") if theirs[column].dtype.kind not in "fiuM"]
    for column in texts:
        assert ours[column].fillna("").tolist() == theirs[column].fillna("").tolist(), column


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".fgb", ".parquet"])
def test_other_formats_come_in_through_gdal(tmp_path, suffix):
    plots = sx.read_plots(DEMO / "plots.txt")
    path = tmp_path / f"plots{suffix}"
    if suffix == ".parquet":
        plots.to_parquet(path)
    elif suffix == ".geojson":
        plots.to_crs(4326).to_file(path)
    else:
        plots.to_file(path)
    layer = sx.read_layer(path)
    assert len(layer) == 38
    if suffix != ".geojson":
        assert layer.crs.to_epsg() == 4526
        assert sx.ellipsoidal_area_m2(layer).sum() == pytest.approx(sx.ellipsoidal_area_m2(plots).sum(), rel=1e-12)


def test_bbox_and_columns_leave_the_rest_behind():
    whole = sx.read_layer(DEMO / "survey" / "DLTB.shp")
    box = whole.geometry.iloc[len(whole) // 2].bounds
    part = sx.read_layer(DEMO / "survey" / "DLTB.shp", bbox=box, columns=["DLBM"])
    assert list(part.columns) == ["DLBM", "geometry"]
    assert (
        len(part) == whole.geometry.apply(lambda shape: shapely.box(*shape.bounds).intersects(shapely.box(*box))).sum()
    )


def test_the_role_accepts_the_chinese_name():
    layer = sx.read_layer(DEMO / "control" / "STBHHX.shp", role="生态保护红线")
    assert layer.attrs["role"] == "ecological_redline"
    with pytest.raises(sx.SanxianError):
        sx.read_layer(DEMO / "control" / "STBHHX.shp", role="no such role")


def test_use_layer_round_trip(tmp_path):
    uses = sx.read_layer(DEMO / "uses.shp")
    sx.write_use_layer(uses, tmp_path / "uses.shp")
    again = sx.read_layer(tmp_path / "uses.shp")
    assert list(again.columns) == ["PlotName", "PurName", "PurArea", "ProjList", "geometry"]
    assert again["PurName"].tolist() == uses["PurName"].tolist()
    assert shapely.equals_exact(
        shapely.normalize(again.geometry.values), shapely.normalize(uses.geometry.values), 0
    ).all()
    assert gpd.read_file(tmp_path / "uses.shp")["PlotName"].tolist() == uses["PlotName"].tolist()


def test_frames_of_one_file_can_be_concatenated_with_their_findings():
    import pandas as pd

    first, second = sx.read_plots(DEMO / "plots.txt"), sx.read_plots(DEMO / "plots-conflict.txt")
    assert len(pd.concat([first, second])) == 76
    assert len(pd.concat([first, first.copy()]).attrs["findings"]) == len(first.attrs["findings"])


def test_frames_with_findings_can_be_pickled_and_written_to_parquet(tmp_path):
    import pickle

    plots = sx.read_plots(DEMO / "plots.txt")
    again = pickle.loads(pickle.dumps(plots))
    assert again.attrs["findings"].equals(plots.attrs["findings"])
    plots.to_parquet(tmp_path / "plots.parquet")
    assert len(gpd.read_parquet(tmp_path / "plots.parquet")) == 38


def test_a_lost_polygon_type_is_an_error_that_names_the_feature(tmp_path):
    frame = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1), shapely.Point(0, 0)], crs=4526)
    with pytest.raises(sx.InvalidPolygonError) as caught:
        sx.planar_area_m2(frame)
    assert caught.value.feature == 1
    frame.to_file(tmp_path / "mixed.gpkg")
    with pytest.raises(sx.LayerReadError, match=r"mixed\.gpkg: feature 1: a point"):
        sx.read_layer(tmp_path / "mixed.gpkg")


def test_bad_records_are_raised_nulled_or_skipped(tmp_path):
    frame = gpd.GeoDataFrame({"N": range(5)}, geometry=[shapely.box(k, 0, k + 0.5, 1) for k in range(5)], crs=4490)
    path = tmp_path / "bad.shp"
    frame.to_file(path)
    data = bytearray(path.read_bytes())
    record = 100 + 2 * 136
    data[record + 44 : record + 48] = (2**31 - 1).to_bytes(4, "little")
    path.write_bytes(data)
    with pytest.raises(sx.LayerReadError) as raised:
        sx.read_layer(path)
    assert (raised.value.record, raised.value.offset) == (3, record)
    for on_error, rows in [("null", 5), ("skip", 4)]:
        layer = sx.read_layer(path, on_error=on_error)
        assert (len(layer), layer.geometry.isna().sum()) == (rows, rows - 4)
        found = layer.attrs["findings"].set_index("code").loc["record_not_read"]
        assert found.line == 3 and f"字节 {record}" in found.message
    assert sx.read_layer(path, bbox=(0, 0, 1.2, 1))["N"].tolist() == [0, 1]
    with pytest.raises(ValueError, match="on_error"):
        sx.read_layer(path, on_error="ignore")


def test_shapes_of_every_kind_come_back_as_they_were(tmp_path):
    square, far = shapely.box(0, 0, 4, 4), shapely.box(10, 0, 12, 2)
    holed = shapely.Polygon(square.exterior, [shapely.box(1, 1, 2, 2).exterior])
    shapes = [square, None, shapely.MultiPolygon([holed, far]), holed, None, shapely.MultiPolygon([far, square])]
    path = tmp_path / "shapes.shp"
    gpd.GeoDataFrame({"N": range(6)}, geometry=shapes, crs=4490).to_file(path)
    ours, theirs = sx.read_layer(path), gpd.read_file(path)
    assert ours.geometry.geom_type.tolist() == theirs.geometry.geom_type.tolist()
    assert ours.geometry.isna().tolist() == theirs.geometry.isna().tolist()
    whole = ours.geometry.notna()
    assert shapely.equals(ours.geometry[whole].values, theirs.geometry[whole].values).all()


def test_a_crs_can_be_given_where_the_file_has_none(tmp_path):
    frame = gpd.GeoDataFrame({"N": [1]}, geometry=[shapely.box(0, 0, 4, 4)], crs=None)
    for name in ["a.shp", "a.fgb"]:
        frame.to_file(tmp_path / name)
        read = sx.read_layer(tmp_path / name, crs=4526)
        assert read.crs.to_epsg() == 4526
        assert read.total_bounds.tolist() == [0, 0, 4, 4]
        table = sx.read_layer(tmp_path / name, crs=4526, as_arrow=True)
        assert b"4526" in table.schema.field("geometry").metadata[b"ARROW:extension:metadata"]
