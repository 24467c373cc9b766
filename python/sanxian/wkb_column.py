"""The Arrow table of a layer that another program has read: WKB geometry, named the GeoArrow way."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

#: Name of the geometry column of every layer.
GEOMETRY_COLUMN = "geometry"


def wkb_metadata(crs: Any) -> dict[str, str]:
    """What the field of a WKB column says of itself; ``crs`` is what pyproj understands, ``None`` where unknown."""
    import pyproj

    extension = "{}"
    if crs is not None:
        extension = f'{{"crs": {pyproj.CRS.from_user_input(crs).to_json()}, "crs_type": "projjson"}}'
    return {"ARROW:extension:name": "geoarrow.wkb", "ARROW:extension:metadata": extension}


def with_wkb_metadata(table: pa.Table, geometry: str, crs: str | None) -> pa.Table:
    """Name the geometry column and its CRS the GeoArrow way, and put it last, where an attribute's name cannot hide it.

    GDAL's own stream says ``ogc.wkb`` and leaves the CRS out; a database says nothing.
    """
    index = table.schema.names.index(geometry)
    field = pa.field(GEOMETRY_COLUMN, table.schema.field(index).type).with_metadata(wkb_metadata(crs))
    column = table.column(index)
    return table.remove_column(index).append_column(field, column)
