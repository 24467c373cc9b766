"""Control layers of a check: polygons, and points and lines of what a document names without drawing it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from sanxian import _native
from sanxian.archive import LAYER_SUFFIXES, is_archive, unpacked
from sanxian.arrow import (
    NATIVE_LAYER_SUFFIXES,
    PLOTS_SUFFIXES,
    findings_of,
    load_layer,
    to_data_frame,
    to_layer,
    with_attributes,
)
from sanxian.crs import crs_text
from sanxian.errors import CrsUnknownError
from sanxian.gdal import load_through_gdal
from sanxian.postgis import is_database
from sanxian.wkb_column import GEOMETRY_COLUMN, crs_of_geometry, wkb_metadata

if TYPE_CHECKING:
    import pyproj

Progress = Callable[[int, int], object]

_LINES = frozenset(
    {
        shapely.GeometryType.POINT,
        shapely.GeometryType.MULTIPOINT,
        shapely.GeometryType.LINESTRING,
        shapely.GeometryType.LINEARRING,
        shapely.GeometryType.MULTILINESTRING,
    }
)
#: The same as GeoParquet writes them, heights apart.
_LINES_OF_PARQUET = frozenset({"Point", "MultiPoint", "LineString", "MultiLineString"})


def read_points(
    path: str | os.PathLike[str],
    *,
    crs: int | str | pyproj.CRS | None = None,
    swap_axes: bool | None = None,
    encoding: str | None = None,
) -> gpd.GeoDataFrame:
    r"""Read a list of places, a row a point: a register of heritage sites, say.

    The heading names the coordinates (X坐标, Y坐标, 北坐标, 东坐标, 经度, 纬度, northing, easting, ...); every other
    column is an attribute of texts. X is the northing, as in all Chinese tables. A row without coordinates is kept
    without geometry and is a finding.

    Parameters
    ----------
    path : path
        ``.csv``, ``.tsv``, ``.txt``, ``.xlsx``, ``.xlsm`` or ``.xls``, or a ``.zip`` with one of them.
    crs : int, str or pyproj.CRS, optional
        Where the file does not say; by default the zone of its title rows, else the two-digit prefix of the eastings.
    swap_axes : bool, optional
        As for :func:`sanxian.read_plots`.
    encoding : str, optional
        Of a text; by default byte-order mark, UTF-8, GB18030, in this order.

    Returns
    -------
    GeoDataFrame
        Points with a CRS; ``.attrs["findings"]`` has every oddity.

    Raises
    ------
    LayerReadError
        No heading names coordinates, or a coordinate is no number: sheet, row and column.
    CrsUnknownError
        Neither the file nor ``crs`` says which zone it is, or they contradict each other.

    Examples
    --------
    >>> import sanxian as sx, tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "heritage.csv"
    >>> _ = path.write_text("名称,X坐标,Y坐标\n古塔,4250100.0,38500050.0\n", encoding="utf-8")
    >>> sites = sx.read_points(path)
    >>> sites["名称"].tolist(), sites.geometry.iloc[0].x, sites.crs.to_epsg()
    (['古塔'], 38500050.0, 4526)
    """
    target = None if crs is None else crs_text(crs)
    layer = _load_points(path, target, swap_axes, encoding)
    frame = frame_of_lines(layer)
    frame.attrs["findings"] = findings_of(layer)
    return frame


def _load_points(
    path: str | os.PathLike[str], crs: str | None, swap_axes: bool | None, encoding: str | None
) -> _native.Layer:
    if is_archive(path):
        with unpacked(path, [sorted(PLOTS_SUFFIXES)]) as (file, _):
            return _load_points(file, crs, swap_axes, encoding).out_of(os.fspath(path))
    return _native.read_points(os.fspath(path), crs=crs, swap_axes=swap_axes, encoding=encoding)


def frame_of_lines(layer: _native.Layer) -> gpd.GeoDataFrame:
    """Make a GeoDataFrame of a layer of points or lines; such layers are small."""
    table = pa.table(layer.to_arrow())
    shapes = [
        _shape([shapely.Point(line[0]) if len(line) == 1 else shapely.LineString(line) for line in lines])
        for lines in layer.lines()
    ]
    attributes = to_data_frame(table.drop_columns("geometry"))
    return gpd.GeoDataFrame(attributes, geometry=gpd.GeoSeries(shapes, crs=crs_of_geometry(table)))


def _shape(parts: list[shapely.Geometry]) -> shapely.Geometry | None:
    if len(parts) <= 1:
        return parts[0] if parts else None
    points = all(isinstance(part, shapely.Point) for part in parts)
    return shapely.MultiPoint(parts) if points else shapely.MultiLineString(parts)


def load_control(
    source: str | os.PathLike[str],
    *,
    layer: str | None = None,
    encoding: str | None = None,
    points: bool = False,
    crs: str | None = None,
    progress: Progress | None = None,
) -> _native.Layer:
    """Read a control layer from a file: of polygons, points or lines; ``points`` reads a table as a list of places."""
    path = Path(source)
    if points:
        return _load_points(source, crs, None, encoding)
    suffix = path.suffix.lower()
    if is_database(source) or not path.exists() or suffix in PLOTS_SUFFIXES:
        return load_layer(source, layer=layer, encoding=encoding, progress=progress)
    if is_archive(path):
        with unpacked(path, (LAYER_SUFFIXES, sorted(PLOTS_SUFFIXES)), layer) as (file, inner):
            control = load_control(file, layer=inner, encoding=encoding, crs=crs, progress=progress)
            return control.out_of(os.fspath(path))
    if suffix == ".shp" and layer in (None, path.stem):
        options = {"bbox": None, "columns": None, "encoding": encoding, "on_error": "raise"}
        return _native.read_features(str(path), options, progress)
    if suffix in NATIVE_LAYER_SUFFIXES and _is_of_lines(path):
        return _native.Layer.from_arrow(
            _to_arrow(gpd.read_parquet(path), path.stem), path.stem, str(path), "GeoParquet", lines_too=True
        )
    if suffix in NATIVE_LAYER_SUFFIXES:
        return load_layer(path, layer=layer, encoding=encoding, progress=progress)
    return load_through_gdal(path, layer, None, None, encoding, crs, lines_too=True)


def to_control(source: Any, name: str, *, progress: Progress | None = None) -> _native.Layer:
    """Give a control layer to Rust, as :func:`sanxian.arrow.to_layer` does; points and lines are welcome too."""
    if isinstance(source, str | os.PathLike) and not isinstance(source, _native.Layer):
        return load_control(source, progress=progress)
    if isinstance(source, gpd.GeoSeries):
        source = source.to_frame("geometry")
    if isinstance(source, gpd.GeoDataFrame) and _has_lines(source):
        return _native.Layer.from_arrow(_to_arrow(source, name), name, lines_too=True)
    return to_layer(source, name, progress=progress)


def _has_lines(frame: gpd.GeoDataFrame) -> bool:
    kinds = set(np.unique(shapely.get_type_id(frame.geometry.values))) - {-1}
    return bool(kinds) and kinds <= {int(kind) for kind in _LINES}


def _to_arrow(frame: gpd.GeoDataFrame, name: str) -> pa.Table:
    """Points and lines of a frame as an Arrow table with WKB: such layers are small."""
    if frame.crs is None:
        raise CrsUnknownError(f"{name}: the frame carries no CRS: set one with set_crs")
    field = pa.field(GEOMETRY_COLUMN, pa.binary()).with_metadata(wkb_metadata(frame.crs))
    column = pa.array(shapely.to_wkb(frame.geometry.values), pa.binary())
    return with_attributes(frame.drop(columns=frame.active_geometry_name), field, column)


def _is_of_lines(path: Path) -> bool:
    """Whether a GeoParquet file says that it holds points or lines only; one that is none is left to its reader."""
    try:
        described = json.loads((pq.read_schema(path).metadata or {}).get(b"geo", b"{}"))
        kinds = described["columns"][described["primary_column"]]["geometry_types"]
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException):
        return False
    return bool(kinds) and {str(kind).split()[0] for kind in kinds} <= _LINES_OF_PARQUET
