"""Between what Python users hold (frames, Arrow streams, paths) and the layers that Rust works on.

Everything crosses as whole Arrow columns: no WKB text, no loop over rows.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from pyproj.exceptions import CRSError

from sanxian import _native
from sanxian.archive import LAYER_SUFFIXES, is_archive, unpacked
from sanxian.errors import CrsUnknownError, InvalidPolygonError, LayerReadError
from sanxian.findings import Findings
from sanxian.gdal import load_through_gdal
from sanxian.geoarrow import polygon_column
from sanxian.postgis import is_database, load_from_postgis
from sanxian.wkb_column import crs_of_geometry, wkb_metadata

if TYPE_CHECKING:
    from collections.abc import Callable

#: Suffixes that Rust reads itself; everything else goes through GDAL (pyogrio) as an Arrow stream.
NATIVE_LAYER_SUFFIXES = frozenset({".shp", ".parquet", ".geoparquet", ".pq"})
#: Exchange texts and coordinate tables: read natively too, but what they hold is plots.
PLOTS_SUFFIXES = frozenset({".txt", ".csv", ".tsv", ".xlsx", ".xlsm", ".xls"})

#: Extension names of the geometry columns that geopandas makes shapes of.
_FURTHER_GEOMETRIES = frozenset(
    (
        *(b"geoarrow.wkb", b"ogc.wkb", b"geoarrow.point", b"geoarrow.linestring", b"geoarrow.polygon"),
        *(b"geoarrow.multipoint", b"geoarrow.multilinestring", b"geoarrow.multipolygon"),
    )
)
_POLYGON_TYPES = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


def to_layer(
    source: Any,
    name: str,
    *,
    columns: Sequence[str] | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> _native.Layer:
    """Give ``source`` to Rust as a polygon layer.

    Parameters
    ----------
    source : GeoDataFrame, object with ``__arrow_c_stream__``, path, or native layer
        A frame or stream needs a polygon column and a CRS; null geometries stay null.
    name : str
        What messages and evidence call the layer.
    columns : sequence of str, optional
        The attribute columns that are needed; the others stay behind. All by default.
    progress : callable, optional
        ``progress(done, total)`` while a file is read.

    Raises
    ------
    TypeError
        ``source`` is none of the kinds above.
    CrsUnknownError
        It carries no CRS.
    InvalidPolygonError
        A geometry is not a polygon.
    """
    if isinstance(source, _native.Layer):
        return source
    if isinstance(source, str | os.PathLike):
        return load_layer(source, columns=columns, progress=progress)
    if isinstance(source, gpd.GeoSeries):
        source = source.to_frame("geometry")
    if isinstance(source, gpd.GeoDataFrame):
        source = frame_to_arrow(source, name, columns)
    elif isinstance(source, pd.DataFrame):
        raise TypeError(f"{name}: the frame has no geometry: make one with gpd.GeoDataFrame(frame, geometry=...)")
    if not hasattr(source, "__arrow_c_stream__"):
        raise TypeError(f"{name}: expected a GeoDataFrame, an Arrow table or a path, found {type(source).__name__}")
    return _native.Layer.from_arrow(source, name)


def is_native_file(source: Any) -> bool:
    """True for the path of a file that Rust reads itself."""
    if not isinstance(source, str | os.PathLike) or is_database(source):
        return False
    path = Path(source)
    return path.suffix.lower() in NATIVE_LAYER_SUFFIXES and path.is_file()


def load_layer(
    source: str | os.PathLike[str],
    *,
    layer: str | None = None,
    sql: str | None = None,
    bbox: Sequence[float] | None = None,
    columns: Sequence[str] | None = None,
    encoding: str | None = None,
    on_error: str = "raise",
    crs: str | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> _native.Layer:
    """Read a polygon layer: Shapefile and GeoParquet in Rust, other files through GDAL, tables from PostGIS.

    A .zip is read as the file in it. ``crs`` is for what comes through GDAL, which would refuse a layer without one.
    """
    bbox = checked_box(bbox)
    if is_database(source):
        return load_from_postgis(str(source), layer=layer, sql=sql, bbox=bbox, columns=columns)
    path = Path(source)
    if is_archive(path) and sql is None:
        with unpacked(path, (LAYER_SUFFIXES, sorted(PLOTS_SUFFIXES)), layer) as (file, inner):
            options: dict[str, Any] = {"bbox": bbox, "columns": columns, "encoding": encoding, "crs": crs}
            if file.suffix.lower() == ".shp":
                # What else may lie in an archive decides about bad records itself.
                options["on_error"] = on_error
            return load_layer(file, layer=inner, progress=progress, **options).out_of(os.fspath(path))
    if not path.exists():
        raise FileNotFoundError(f"{path}: no such file: check the path")
    if sql is not None:
        reason = "sql= is for databases: pass layer= for a file"
        raise LayerReadError(f"{path}: {reason}", path=str(path), reason=reason)
    if path.suffix.lower() in PLOTS_SUFFIXES:
        return _native.read_plots(str(path), crs=crs, encoding=encoding)
    if on_error != "raise" and path.suffix.lower() != ".shp":
        raise ValueError(f"{path}: on_error={on_error!r} is for Shapefiles: other readers decide about bad records")
    if path.suffix.lower() not in NATIVE_LAYER_SUFFIXES or path.is_dir():
        return load_through_gdal(path, layer, bbox, columns, encoding, crs)
    if layer is not None and layer != path.stem:
        reason = f"no layer {layer!r}: it has {path.stem}"
        raise LayerReadError(f"{path}: {reason}", path=str(path), reason=reason)
    return _native.read_layer(
        str(path), _read_options(bbox=bbox, columns=columns, encoding=encoding, on_error=on_error), progress
    )


def load_plots(
    path: str | os.PathLike[str],
    *,
    crs: str | None = None,
    swap_axes: bool | None = None,
    encoding: str | None = None,
) -> _native.Layer:
    """Read plots: exchange texts, coordinate tables and Shapefiles as such, any other file as a layer of polygons."""
    if is_archive(path):
        with unpacked(path, [(*PLOTS_SUFFIXES, *LAYER_SUFFIXES)]) as (file, _):
            plots = load_plots(file, crs=crs, swap_axes=swap_axes, encoding=encoding)
            return plots.out_of(os.fspath(path))
    if Path(path).suffix.lower() in (*PLOTS_SUFFIXES, ".shp"):
        return _native.read_plots(os.fspath(path), crs=crs, swap_axes=swap_axes, encoding=encoding)
    return load_layer(path, encoding=encoding)


def checked_box(bbox: Sequence[float] | None) -> tuple[float, ...] | None:
    """Give a window as four numbers; one that is upside down or has a NaN would find nothing, without a word."""
    if bbox is None:
        return None
    edges = tuple(float(edge) for edge in bbox)
    if len(edges) != 4 or not (edges[0] <= edges[2] and edges[1] <= edges[3]):
        raise ValueError(f"bbox: expected (min_x, min_y, max_x, max_y), found {edges}")
    return edges


def _read_options(
    *, bbox: Sequence[float] | None, columns: Sequence[str] | None, encoding: str | None, on_error: str
) -> dict[str, Any]:
    """Options of reading as Rust takes them."""
    return {
        "bbox": checked_box(bbox),
        "columns": None if columns is None else list(columns),
        "encoding": encoding,
        "on_error": on_error,
    }


def load_table(path: str | os.PathLike[str], **options: Any) -> tuple[Any, Any, str]:
    """Read what :func:`load_layer` reads, as an Arrow table that need not be copied, its findings, and its name."""
    file = Path(path)
    is_native = file.suffix.lower() in NATIVE_LAYER_SUFFIXES and file.is_file()
    # What needs a word about its options gets it from the other door.
    is_plain = options["on_error"] == "raise" or file.suffix.lower() == ".shp"
    if is_native and is_plain and not options.get("layer") and not options.get("sql"):
        wanted = {name: options[name] for name in ("bbox", "columns", "encoding", "on_error")}
        table, findings = _native.read_layer_table(str(file), _read_options(**wanted), options["progress"])
        return table, findings, file.stem
    native = load_layer(path, **options)
    return native.to_arrow(), native.findings, native.name


def frame_to_arrow(frame: gpd.GeoDataFrame, name: str, columns: Sequence[str] | None) -> Any:
    """Give the polygons of a frame, with these columns or all, as an Arrow stream."""
    geometry = frame.geometry
    if geometry.crs is None:
        raise CrsUnknownError(f"{name}: the frame carries no CRS: set one with set_crs")
    types = shapely.get_type_id(geometry.values)
    strange = np.flatnonzero((types >= 0) & ~np.isin(types, _POLYGON_TYPES))
    if len(strange):
        first = int(strange[0])
        reason = f"expected a polygon, found a {geometry.iloc[first].geom_type}"
        raise InvalidPolygonError(f"{name}: feature {first}: {reason}", feature=first, reason=reason)
    if columns is None:
        attributes = frame.drop(columns=frame.active_geometry_name)
    else:
        wanted = [column for column in columns if column in frame.columns and column != frame.active_geometry_name]
        attributes = pd.DataFrame(frame[wanted])
    field, column = polygon_column(np.asarray(geometry.values), geometry.crs)
    return with_attributes(attributes, field, column)


def with_attributes(attributes: pd.DataFrame, field: pa.Field, column: pa.Array) -> pa.Table:
    """Make a table of a frame's columns and of the geometry that its features have, which stands last."""
    if not len(attributes.columns):
        return pa.table([column], schema=pa.schema([field]))
    return _attribute_table(attributes).append_column(field, column)


def _attribute_table(attributes: pd.DataFrame) -> pa.Table:
    """Make a table of a frame's columns; further geometry columns are attributes too, each with its own CRS."""
    geometries = {
        str(name): gpd.GeoSeries(column)
        for name, column in attributes.items()
        if isinstance(column.dtype, gpd.array.GeometryDtype)
    }
    plain = pd.DataFrame(attributes).assign(**dict.fromkeys(geometries)) if geometries else attributes
    table = pa.Table.from_pandas(plain, preserve_index=False).replace_schema_metadata(None)
    for name, shapes in geometries.items():
        field = pa.field(name, pa.binary()).with_metadata(wkb_metadata(shapes.crs))
        values = pa.array(shapely.to_wkb(shapes.values), pa.binary())
        table = table.set_column(table.schema.get_field_index(name), field, values)
    return table


#: Whole numbers that stay whole beside nulls; pandas would make floats of them, which lose what is above 2**53.
_WHOLE_NUMBERS = {
    pa.int8(): pd.Int8Dtype(),
    pa.int16(): pd.Int16Dtype(),
    pa.int32(): pd.Int32Dtype(),
    pa.int64(): pd.Int64Dtype(),
    pa.uint8(): pd.UInt8Dtype(),
    pa.uint16(): pd.UInt16Dtype(),
    pa.uint32(): pd.UInt32Dtype(),
    pa.uint64(): pd.UInt64Dtype(),
}


def to_frame(batch: Any, *, keep_whole_numbers: bool = False) -> gpd.GeoDataFrame:
    """Make a GeoDataFrame of an Arrow table with a ``geoarrow.multipolygon`` column.

    Single polygons come back as ``Polygon``, as a user expects who has drawn them so. ``keep_whole_numbers`` takes
    pandas' nullable types for whole numbers, for frames that are written again.
    """
    table = pa.table(batch)
    shapes = _shapes(table.column("geometry"))
    geometries = {"geometry": gpd.GeoSeries(shapes, crs=crs_of_geometry(table)), **_further_geometries(table)}
    attributes = table.drop_columns(list(geometries))
    frame = attributes.to_pandas(types_mapper=_WHOLE_NUMBERS.get) if keep_whole_numbers else to_data_frame(attributes)
    for position, name in enumerate(table.schema.names):
        if name in geometries:
            frame.insert(position, name, geometries[name].set_axis(frame.index))
    return gpd.GeoDataFrame(frame, geometry="geometry")


def _further_geometries(table: pa.Table) -> dict[str, gpd.GeoSeries]:
    """Give the geometry columns beside the one that makes the features."""
    kinds = {field.name: (field.metadata or {}).get(b"ARROW:extension:name") for field in table.schema}
    names = [name for name, kind in kinds.items() if name != "geometry" and kind in _FURTHER_GEOMETRIES]
    return {name: _further_geometry(table, name) for name in names}


def _further_geometry(table: pa.Table, name: str) -> gpd.GeoSeries:
    try:
        return gpd.GeoDataFrame.from_arrow(table.select([name])).geometry
    except CRSError as error:
        reason = " ".join(str(error).split())[:160]
        raise CrsUnknownError(f"column {name!r}: its CRS is not understood: {reason}") from error


def _shapes(column: pa.ChunkedArray) -> np.ndarray:
    """Shapely objects of a ``geoarrow.multipolygon`` column, every polygon made once and straight from the buffers."""
    if len(column) == 0:
        return np.empty(0, dtype=object)
    features = column.combine_chunks()
    if isinstance(features, pa.ChunkedArray):
        features = pa.concat_arrays(features.chunks)
    features = getattr(features, "storage", features)
    polygons = features.values
    rings = polygons.values
    points = rings.values
    coordinates = points.values.to_numpy(zero_copy_only=True).reshape(-1, points.type.list_size)
    ring_offsets = rings.offsets.to_numpy()
    polygon_offsets = polygons.offsets.to_numpy()
    offsets = features.offsets.to_numpy()
    single = shapely.from_ragged_array(shapely.GeometryType.POLYGON, coordinates, (ring_offsets, polygon_offsets))
    parts = np.diff(offsets)
    is_null = features.is_null().to_numpy(zero_copy_only=False) if features.null_count else np.zeros(len(parts), bool)
    if len(single) == len(parts) and not is_null.any() and (parts == 1).all():
        return single
    shapes = np.empty(len(parts), dtype=object)
    one = (parts == 1) & ~is_null
    shapes[one] = single[offsets[:-1][one]]
    several = np.flatnonzero((parts > 1) & ~is_null)
    if len(several):
        counts = parts[several]
        owner = np.repeat(np.arange(len(several)), counts)
        first = np.repeat(offsets[:-1][several] - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
        shapes[several] = shapely.multipolygons(single[first + np.arange(counts.sum())], indices=owner)
    shapes[(parts == 0) & ~is_null] = shapely.MultiPolygon()
    return shapes


def findings_of(layer: _native.Layer) -> Findings:
    """What was odd in a layer that was read here; of a frame or an Arrow table, nothing: who read it was told."""
    return Findings(to_data_frame(layer.findings))


def to_data_frame(batch: Any) -> pd.DataFrame:
    """Make a plain DataFrame of an Arrow table without geometry.

    Whole numbers with nulls become floats, as everywhere in pandas, unless one has more digits than a float: then they
    become pandas' own nullable integers.
    """
    table = pa.table(batch)
    frame = table.to_pandas()
    for position, column in enumerate(table.columns):
        if column.null_count and _has_more_digits_than_a_float(column):
            frame.isetitem(position, pd.array(column.to_pylist(), dtype="Int64"))
    return frame


def _has_more_digits_than_a_float(column: pa.ChunkedArray) -> bool:
    if not pa.types.is_int64(column.type):
        return False
    ends = pc.min_max(column).as_py()
    return ends["min"] is not None and max(-ends["min"], ends["max"]) > 2**53
