"""Geometry columns of Arrow tables: WKB of another program named the GeoArrow way, and the CRS that a column says."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from sanxian.errors import CrsUnknownError

if TYPE_CHECKING:
    import os

    import pyproj

#: Name of the geometry column of every layer.
GEOMETRY_COLUMN = "geometry"


def pyproj_crs(definition: Any) -> pyproj.CRS:
    """The CRS that a file or a caller gives, as pyproj has it.

    Raises
    ------
    CrsUnknownError
        PROJ does not understand it, though it may have looked like a CRS.
    """
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        return CRS.from_user_input(definition)
    except CRSError as error:
        text = definition if isinstance(definition, str) else str(definition)
        reason = " ".join(str(error).rpartition("Internal Proj Error: ")[2].rstrip(")").split())
        raise CrsUnknownError(
            f"the CRS {text[:60]!r} is not understood ({reason[:120]}): pass the right one with crs=", definition=text
        ) from error


def crs_of_geometry(table: pa.Table) -> pyproj.CRS | None:
    """The CRS of a layer's geometry column, ``None`` where it says none."""
    extension = table.schema.field(GEOMETRY_COLUMN).metadata or {}
    crs = json.loads(extension.get(b"ARROW:extension:metadata", b"{}")).get("crs")
    return crs and pyproj_crs(crs)


@contextlib.contextmanager
def crs_of_file(path: str | os.PathLike[str]) -> Iterator[None]:
    """Let an error about a CRS name the file that has it."""
    try:
        yield
    except CrsUnknownError as error:
        raise CrsUnknownError(f"{path}: {error}", path=str(path), definition=error.definition) from error


def wkb_metadata(crs: Any) -> dict[str, str]:
    """What the field of a WKB column says of itself; ``crs`` is what pyproj understands, ``None`` where unknown."""
    extension = "{}"
    if crs is not None:
        extension = f'{{"crs": {pyproj_crs(crs).to_json()}, "crs_type": "projjson"}}'
    return {"ARROW:extension:name": "geoarrow.wkb", "ARROW:extension:metadata": extension}


def with_wkb_metadata(table: pa.Table, geometry: str, crs: str | None) -> pa.Table:
    """Name the geometry column and its CRS the GeoArrow way, and put it last, where an attribute's name cannot hide it.

    GDAL's own stream says ``ogc.wkb`` and leaves the CRS out; a database says nothing.
    """
    index = table.schema.names.index(geometry)
    field = pa.field(GEOMETRY_COLUMN, table.schema.field(index).type).with_metadata(wkb_metadata(crs))
    column = table.column(index)
    return table.remove_column(index).append_column(field, column)
