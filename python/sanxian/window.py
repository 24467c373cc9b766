"""Take the rows of a polygon table that meet a window, on the Arrow columns, before any geometry object is made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa

from sanxian.arrow import to_frame


def frame_in_window(batch: Any, bounds: Sequence[float] | None = None) -> gpd.GeoDataFrame:
    """Make a GeoDataFrame of the features whose boxes meet a window; the index is the row number in the whole table.

    Parameters
    ----------
    batch : Arrow table or stream
        With a column ``geometry`` of ``geoarrow.multipolygon``, coordinates interleaved.
    bounds : sequence of float, optional
        ``(minx, miny, maxx, maxy)`` in the table's CRS; everything by default.

    Returns
    -------
    GeoDataFrame
    """
    table = pa.table(batch)
    if bounds is None:
        return to_frame(table)
    boxes = feature_boxes(table.column("geometry"))
    minx, miny, maxx, maxy = bounds
    # A feature without vertices has a box of NaN, which meets nothing.
    meets = (boxes[:, 0] <= maxx) & (boxes[:, 2] >= minx) & (boxes[:, 1] <= maxy) & (boxes[:, 3] >= miny)
    rows = np.flatnonzero(meets)
    frame = to_frame(table.take(pa.array(rows)))
    frame.index = rows
    return frame


def feature_boxes(column: pa.ChunkedArray) -> np.ndarray:
    """Boxes ``(minx, miny, maxx, maxy)`` of a ``geoarrow.multipolygon`` column; NaN where there is no vertex."""
    chunks = [_chunk_boxes(chunk) for chunk in column.chunks]
    return np.concatenate(chunks) if chunks else np.empty((0, 4))


def _chunk_boxes(features: pa.ListArray) -> np.ndarray:
    if not len(features):
        return np.empty((0, 4))
    polygons = features.values
    rings = polygons.values
    vertices = rings.values
    # Offsets of features into vertices, through polygons and rings; ``values`` of an array with an offset is all of it.
    starts = _offsets(rings)[_offsets(polygons)[_offsets(features)]]
    coordinates = vertices.flatten().to_numpy(zero_copy_only=False).reshape(-1, 2)[: starts[-1]]
    boxes = np.full((len(features), 4), np.nan)
    filled = np.flatnonzero(starts[1:] > starts[:-1])
    if len(filled):
        # What lies between two filled features belongs to the first: those between them are empty.
        at = starts[filled]
        boxes[filled, :2] = np.minimum.reduceat(coordinates, at, axis=0)
        boxes[filled, 2:] = np.maximum.reduceat(coordinates, at, axis=0)
    return boxes


def _offsets(lists: pa.ListArray) -> np.ndarray:
    return lists.offsets.to_numpy(zero_copy_only=False)
