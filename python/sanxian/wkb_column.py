"""The Arrow table of a layer that another program has read: WKB geometry, named the GeoArrow way."""

from __future__ import annotations

import pyarrow as pa

#: Name of the geometry column of every layer.
GEOMETRY_COLUMN = "geometry"


def with_wkb_metadata(table: pa.Table, geometry: str, crs: str | None) -> pa.Table:
    """Name the geometry column and its CRS the GeoArrow way, and keep its name free of attributes.

    GDAL's own stream says ``ogc.wkb`` and leaves the CRS out; a database says nothing.
    """
    import pyproj

    index = table.schema.names.index(geometry)
    metadata = "{}"
    if crs is not None:
        metadata = f'{{"crs": {pyproj.CRS.from_user_input(crs).to_json()}, "crs_type": "projjson"}}'
    field = pa.field(GEOMETRY_COLUMN, table.schema.field(index).type).with_metadata(
        {"ARROW:extension:name": "geoarrow.wkb", "ARROW:extension:metadata": metadata}
    )
    column = table.column(index)
    table = table.remove_column(index)
    taken = {*table.schema.names, GEOMETRY_COLUMN}
    names = []
    for name in table.schema.names:
        free = name
        number = 2
        while free == GEOMETRY_COLUMN or (free != name and free in taken):
            free = f"{name}_{number}"
            number += 1
        names.append(free)
    return table.rename_columns(names).append_column(field, column)
