"""Arrow tables that go out, and polygons of a frame as one ``geoarrow.multipolygon`` column."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import shapely

from sanxian.errors import SanxianError

if TYPE_CHECKING:
    import pyproj


def arrow_table(batch: Any) -> pa.Table:
    """Take a table that goes out to users as Arrow from Rust, with its metadata in the order of the keys.

    Rust hands metadata over in an order that differs from call to call: what is written of the table would differ too.
    """
    table = pa.table(batch)
    fields = [field.with_metadata(_in_order(field.metadata)) for field in table.schema]
    return pa.Table.from_arrays(table.columns, schema=pa.schema(fields, _in_order(table.schema.metadata)))


def _in_order(metadata: dict[bytes, bytes] | None) -> dict[bytes, bytes] | None:
    return metadata and dict(sorted(metadata.items()))


def polygon_column(shapes: np.ndarray, crs: pyproj.CRS) -> tuple[pa.Field, pa.Array]:
    """Make an Arrow column of shapely's polygons and multipolygons; missing shapes stay missing.

    Heights are handed over where there are any, measures as a third number without value: who reads the column leaves
    them behind and says so. Only polygons with interiors or several parts are taken apart; all others are known by
    their number of vertices.
    """
    missing = shapely.is_missing(shapes)
    vertices = shapely.get_num_coordinates(shapes)
    is_simple = (shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON) & (vertices > 0)
    is_simple &= shapely.get_num_interior_rings(shapes) == 0
    compound = np.flatnonzero((vertices > 0) & ~is_simple)
    parts, owner = shapely.get_parts(shapes[compound], return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)

    parts_of_shape = is_simple.astype(np.int64)
    parts_of_shape[compound] = np.bincount(owner, minlength=len(compound))
    first_part, first_vertex = _offsets(parts_of_shape), _offsets(vertices)
    # Places of the compound shapes' parts among all parts; every other part is the one ring of a simple shape.
    of_part = np.arange(len(parts)) - np.searchsorted(owner, owner) + first_part[compound[owner]]
    rings_of_part = np.ones(first_part[-1], dtype=np.int64)
    rings_of_part[of_part] = np.bincount(part, minlength=len(parts))
    first_ring = _offsets(rings_of_part)
    of_ring = np.arange(len(rings)) - np.searchsorted(part, part) + first_ring[of_part[part]]
    vertices_of_ring = np.empty(first_ring[-1], dtype=np.int64)
    vertices_of_ring[first_ring[first_part[:-1][is_simple]]] = vertices[is_simple]
    vertices_of_ring[of_ring] = shapely.get_num_coordinates(rings)
    if first_vertex[-1] > np.iinfo(np.int32).max:
        raise SanxianError(f"the frame has {first_vertex[-1]:,} vertices: overlay it in parts of at most 2,147,483,647")

    is_flat = not (shapely.has_z(shapes) | has_m(shapes)).any()
    values = pa.array(shapely.get_coordinates(shapes, include_z=not is_flat).ravel())
    point = pa.field("xy" if is_flat else "xyz", pa.float64(), nullable=False)
    column = pa.FixedSizeListArray.from_arrays(values, type=pa.list_(point, len(point.name)))
    for level in (_offsets(vertices_of_ring), first_ring):
        column = pa.ListArray.from_arrays(pa.array(level.astype(np.int32)), column)
    mask = pa.array(missing) if missing.any() else None
    column = pa.ListArray.from_arrays(pa.array(first_part.astype(np.int32)), column, mask=mask)
    metadata = {
        "ARROW:extension:name": "geoarrow.multipolygon",
        "ARROW:extension:metadata": json.dumps({"crs": crs.to_json_dict(), "crs_type": "projjson"}),
    }
    return pa.field("geometry", column.type, metadata=metadata), column


def has_m(shapes: np.ndarray) -> np.ndarray:
    """Which shapes carry measures; shapely before 2.1, or with an old GEOS, knows none."""
    return shapely.has_m(shapes) if hasattr(shapely, "has_m") else np.zeros(len(shapes), dtype=bool)


def _offsets(counts: np.ndarray) -> np.ndarray:
    """Where each run of so many begins, and where the last one ends."""
    return np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
