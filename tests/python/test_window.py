"""Rows of a layer in a window, taken on Arrow columns: the same as GEOS takes, with their row numbers."""

import geopandas as gpd
import numpy as np
import pyarrow as pa
import shapely
from hypothesis import given
from hypothesis import strategies as st

from reference_data import DEMO
from sanxian import _native
from sanxian.window import feature_boxes, frame_in_window

CRS = "EPSG:4526"


def arrow(shapes):
    frame = gpd.GeoDataFrame({"number": range(len(shapes))}, geometry=shapes, crs=CRS)
    layer = _native.Layer.from_arrow(frame.to_arrow(index=False, geometry_encoding="geoarrow"), "layer")
    return pa.table(layer.to_arrow())


def squares(corners):
    """Multipolygons of one or two squares with a hole; nothing where there is no corner."""
    shapes = []
    for corner in corners:
        if corner is None:
            shapes.append(None)
            continue
        x, y, far = corner
        hole = shapely.box(x + 1, y + 1, x + 2, y + 2).exterior.coords
        parts = [shapely.Polygon(shapely.box(x, y, x + 4, y + 4).exterior.coords, [hole])]
        if far:
            parts.append(shapely.box(x + 10, y + 10, x + 10 + far, y + 11))
        shapes.append(shapely.MultiPolygon(parts))
    return shapes


corner = st.none() | st.tuples(st.integers(-50, 50), st.integers(-50, 50), st.integers(0, 5))
window = st.tuples(st.integers(-60, 60), st.integers(-60, 60), st.integers(0, 60), st.integers(0, 60))


@given(st.lists(corner.filter(bool), min_size=1, max_size=1), st.lists(corner, max_size=12), window)
def test_the_rows_are_those_whose_boxes_meet_the_window(first, others, window):
    shapes = squares([*others, *first])
    x, y, width, height = window
    frame = frame_in_window(arrow(shapes), (x, y, x + width, y + height))
    boxes = shapely.box(*shapely.bounds(np.array(shapes, dtype=object)).T)
    expected = np.flatnonzero(shapely.intersects(boxes, shapely.box(x, y, x + width, y + height)))
    assert frame.index.tolist() == expected.tolist()
    assert frame["number"].tolist() == expected.tolist()
    assert all(shapely.normalize(frame.geometry[row]) == shapely.normalize(_single(shapes[row])) for row in expected)


def _single(shape):
    return shape.geoms[0] if len(shape.geoms) == 1 else shape


def test_boxes_of_slices_and_chunks_are_those_of_the_rows():
    shapes = squares([(0, 0, 0), None, (7, 3, 2), (-9, 4, 0), (20, 20, 1)])
    column = arrow(shapes).column("geometry")
    whole = feature_boxes(column)
    expected = shapely.bounds(np.array(shapes, dtype=object))
    np.testing.assert_array_equal(whole, expected)
    np.testing.assert_array_equal(feature_boxes(column.slice(1, 3)), expected[1:4])
    chunks = pa.chunked_array([column.slice(0, 2).chunk(0), column.slice(2).chunk(0)])
    np.testing.assert_array_equal(feature_boxes(chunks), expected)
    assert feature_boxes(column.slice(0, 0)).shape == (0, 4)


def test_a_window_of_a_file_keeps_crs_columns_and_row_numbers():
    table = pa.table(_native.read_layer(str(DEMO / "control" / "YJJBNTTB.shp")).to_arrow())
    whole = frame_in_window(table)
    x, y = whole.geometry.iloc[100].representative_point().coords[0]
    part = frame_in_window(table, (x - 300, y - 300, x + 300, y + 300))
    assert 0 < len(part) < len(whole) and 100 in part.index
    assert part.crs == whole.crs and part.columns.tolist() == whole.columns.tolist()
    assert part.geometry.geom_equals(whole.geometry.loc[part.index]).all()
    nothing = frame_in_window(table, (0, 0, 1, 1))
    assert len(nothing) == 0 and nothing.crs == whole.crs
