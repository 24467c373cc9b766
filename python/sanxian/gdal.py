"""Polygon layers of the formats that GDAL reads for us, as Arrow streams: no geometry object is made on the way."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import shapely

from sanxian import _native
from sanxian.errors import CrsUnknownError, InvalidPolygonError, LayerReadError
from sanxian.wkb_column import crs_of_file, with_wkb_metadata

#: Kinds of layers that cannot hold a polygon, as GDAL names them (without Z and M).
_NO_POLYGONS = ("Point", "MultiPoint", "LineString", "MultiLineString", "CircularString", "CompoundCurve", "MultiCurve")

#: Files of a Shapefile that are not the one to open.
_SHAPEFILE_COMPANIONS = (".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix")
#: What to do with files that planners are sent and that no reader here can open.
_ADVICE = {
    ".dwg": "a drawing of AutoCAD: save it as .dxf",
    ".mdb": "a personal geodatabase: export its layers as Shapefile or FileGDB",
    ".rar": "an archive: unpack it first",
    ".7z": "an archive: unpack it first",
    ".doc": "a document: its coordinates have to be in a table of their own (.xlsx, .csv)",
    ".docx": "a document: its coordinates have to be in a table of their own (.xlsx, .csv)",
    ".et": "a table of WPS: save it as .xlsx",
    ".wps": "a document: its coordinates have to be in a table of their own (.xlsx, .csv)",
    ".ods": "a table: save it as .xlsx",
    ".pdf": "a document: its coordinates have to be in a table of their own (.xlsx, .csv)",
}
#: Names of a folder's files that an error shows.
_MOST_NAMES = 8


def load_through_gdal(
    path: Path,
    layer: str | None,
    bbox: Sequence[float] | None,
    columns: Sequence[str] | None,
    encoding: str | None,
    crs: str | None = None,
    *,
    lines_too: bool = False,
) -> _native.Layer:
    """Read one polygon layer of GeoPackage, FileGDB, FlatGeobuf, GeoJSON, DXF, KML and what else GDAL knows.

    Parameters
    ----------
    path : Path
        File, or folder of a FileGDB.
    layer : str, optional
        Which of its layers; by default the only one that can hold polygons.
    bbox, columns, encoding, crs
        As in :func:`sanxian.read_layer`; ``crs`` as text. Closed lines of a DXF are polygons, as a draughtsman means
        them.
    lines_too
        Whether a layer of points or lines is taken as well, as a control layer may be.

    Raises
    ------
    LayerReadError
        Not a layer, no such layer, several to choose from, no geometry, points or lines, curves.
    CrsUnknownError
        The layer carries no CRS.
    KeyError
        A column that the layer does not have.
    """
    import pyogrio
    from pyogrio import errors

    _refuse_what_is_no_layer(path)
    failures = (
        errors.DataSourceError,
        errors.DataLayerError,
        errors.FeatureError,
        errors.FieldError,
        errors.GeometryError,
        ValueError,
        RuntimeError,
        OSError,
        pa.ArrowException,
    )
    with _remarks_of_gdal(path) as remarks:
        try:
            layers = [(str(name), kind) for name, kind in pyogrio.list_layers(path)]
            name = _choose(path, layers, layer, lines_too)
            info = pyogrio.read_info(path, layer=name, encoding=encoding)
            wanted = _columns(path, list(info["fields"]), columns)
            meta, table = pyogrio.read_arrow(
                path,
                layer=name,
                bbox=None if bbox is None else tuple(bbox),
                columns=wanted,
                encoding=encoding,
            )
        except failures as error:
            raise _unreadable(path, f"cannot be read as a layer: {_without_advice(str(error))}") from error
    geometry = meta["geometry_name"] or "wkb_geometry"
    if geometry not in table.schema.names:
        raise _unreadable(path, f"layer {name!r} has no geometry column")
    if not _is_sound(table.column(geometry)):
        raise _unreadable(path, "damaged: geometries are said to lie where there are none: ask for the file again")
    crs = crs or meta["crs"]
    if not crs:
        raise CrsUnknownError(
            f"{path}: layer {name!r} carries no CRS: read it with read_layer(crs=) and pass the frame", path=str(path)
        )
    table = _without_empty_wkb(table, geometry)
    table, recoded = _with_text(table, encoding or "gb18030")
    if recoded:
        message = f"文字不是 UTF-8，按 {encoding or 'GB18030'} 读：{'、'.join(recoded)}"
        remarks.append(("encoding_doubtful", message))
    if path.suffix.lower() == ".dxf":
        table = _with_closed_lines(table, geometry)
        remarks.append(("closed_lines_are_polygons", "图形文件没有面要素：闭合的多段线与填充读作面"))
    with crs_of_file(path):
        table = with_wkb_metadata(table, geometry, crs)
    title = path.stem if len(layers) == 1 else name
    driver = meta.get("driver") or path.suffix
    return native_layer(table, title, str(path), path=str(path), format=driver, lines_too=lines_too, remarks=remarks)


@contextlib.contextmanager
def _remarks_of_gdal(path: Path) -> Iterator[list[tuple[str, str]]]:
    """Collect what GDAL warns of while a file is read, as codes and messages of findings."""
    remarks: list[tuple[str, str]] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield remarks
    for warning in caught:
        # Where the file lies is said elsewhere, and of one out of an archive it says nothing.
        text = str(warning.message).replace(f"{path.parent}/", "")
        if issubclass(warning.category, RuntimeWarning):
            remark = ("reader_warning", f"GDAL 提示：{_without_advice(text)}")
            if remark not in remarks:
                remarks.append(remark)
        # The geometries come with their measures all the same, and leave them here with a finding.
        elif not text.startswith("Measured (M) geometry types"):
            warnings.warn_explicit(text, warning.category, warning.filename, warning.lineno)


def _without_empty_wkb(table: pa.Table, geometry: str) -> pa.Table:
    """Set geometries of no bytes to null: so GDAL's FlatGeobuf reader hands over features without geometry."""
    place = table.schema.names.index(geometry)
    column = table.column(place)
    empty = pc.equal(pc.binary_length(column), 0)
    if not pc.any(empty).as_py():
        return table
    return table.set_column(place, table.schema.field(place), pc.if_else(empty, pa.scalar(None, column.type), column))


def _with_text(table: pa.Table, encoding: str) -> tuple[pa.Table, list[str]]:
    """Decode columns of text that GDAL has handed over as the file has it, where all of it is in this encoding."""
    recoded = []
    for position, field in enumerate(table.schema):
        column = table.column(position)
        if not pa.types.is_string(field.type) or _is_sound(column):
            continue
        values = column.cast(pa.binary())
        # Of what is not text in any case, who reads the table names column and record.
        if not _is_sound(values):
            continue
        try:
            texts = [None if value is None else value.decode(encoding) for value in values.to_pylist()]
        except (UnicodeDecodeError, LookupError):
            continue
        table = table.set_column(position, field, pa.array(texts, pa.string()))
        recoded.append(field.name)
    return table, recoded


def _is_sound(column: pa.ChunkedArray) -> bool:
    """Whether offsets stay inside the values, and text is UTF-8: a damaged file can make GDAL hand over anything."""
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def native_layer(table: pa.Table, name: str, place: str, **options: Any) -> _native.Layer:
    """Give a table with a WKB column to Rust; a geometry that is no polygon is a fault of the file."""
    try:
        return _native.Layer.from_arrow(table, name, **options)
    except LayerReadError as error:
        # It knows the column and the record, but not whose they are.
        raise LayerReadError(f"{place}: {error}", path=place, record=error.record, reason=error.reason) from error
    except InvalidPolygonError as error:
        feature = getattr(error, "feature", None)
        reason = str(getattr(error, "reason", None) or error)
        if reason.startswith("a curve"):
            reason = f"{reason}: turn arcs into straight segments first (ogr2ogr -nlt CONVERT_TO_LINEAR)"
        raise LayerReadError(
            f"{place}: feature {feature}: {reason}",
            path=place,
            record=None if feature is None else feature + 1,
            reason=reason,
        ) from error


def _with_closed_lines(table: pa.Table, geometry: str) -> pa.Table:
    """A drawing has no polygons but hatches: its closed lines become some."""
    at = table.schema.get_field_index(geometry)
    shapes = shapely.from_wkb(table.column(at).to_numpy(zero_copy_only=False))
    # A ring has four points at least, the last being the first.
    is_ring = (shapely.get_type_id(shapes) == shapely.GeometryType.LINESTRING) & shapely.is_closed(shapes)
    is_ring &= shapely.get_num_points(shapes) >= 4
    shapes[is_ring] = [shapely.Polygon(line) for line in shapes[is_ring]]
    return table.set_column(at, table.schema.field(at), pa.array(shapely.to_wkb(shapes), pa.binary()))


def _choose(path: Path, layers: list[tuple[str, str | None]], wanted: str | None, lines_too: bool) -> str:
    """Name of the layer that is meant."""
    described = ", ".join(f"{name} ({kind or 'no geometry'})" for name, kind in layers)
    kinds = dict(layers)
    if wanted is not None and wanted not in kinds:
        raise _unreadable(path, f"no layer {wanted!r}: it has {described or 'none'}")
    if not layers:
        raise _unreadable(path, "holds no layer")
    able = [name for name, kind in layers if _can_hold_polygons(kind)]
    if lines_too and (wanted is not None or not able):
        able = [name for name, kind in layers if kind is not None]
    if wanted is not None:
        if wanted in able:
            return wanted
        kind = kinds[wanted]
        what = "has no geometry" if kind is None else f"holds {kind}"
        raise _unreadable(path, f"layer {wanted!r} {what}: polygons are needed: it has {described}")
    if not able:
        raise _unreadable(path, f"no layer of polygons: it has {described}")
    if len(able) > 1:
        raise _unreadable(path, f"several layers could be meant: pass layer=: it has {described}")
    return able[0]


def _can_hold_polygons(kind: str | None) -> bool:
    # "2.5D Point", "Point ZM", "Measured MultiLineString", ...
    return kind is not None and not any(word in _NO_POLYGONS for word in kind.split())


def _columns(path: Path, known: list[str], wanted: Sequence[str] | None) -> list[str] | None:
    """Names as the layer writes them; GDAL would pass over one that it does not have."""
    if wanted is None:
        return None
    folded = {name.lower(): name for name in reversed(known)}
    names = [name if name in known else folded.get(name.lower()) for name in wanted]
    for asked, name in zip(wanted, names, strict=True):
        if name is None:
            raise KeyError(f'{path}: no column "{asked}": it has {", ".join(known)}')
    return [name for name in names if name is not None]


def _refuse_what_is_no_layer(path: Path) -> None:
    """Say what to do with files of which GDAL would only say that it does not know them, or read half.

    Opened by its .dbf or .shx, a Shapefile of which half was copied reads without a word about the other half.
    """
    suffix = path.suffix.lower()
    if path.is_dir():
        if suffix == ".gdb":
            if not any(path.glob("*.gdbtable")):
                raise _unreadable(path, "a FileGDB without tables: copy the whole folder again")
        elif not any(path.glob("*.gdbtable")):
            inside = sorted(file.name for file in path.iterdir())
            has = ", ".join(inside[:_MOST_NAMES]) + (", ..." if len(inside) > _MOST_NAMES else "")
            raise _unreadable(path, f"a folder: name the file in it that is meant: it has {has or 'nothing'}")
    elif path.is_file():
        if path.stat().st_size == 0:
            raise _unreadable(path, "the file is empty: ask for it again")
        if suffix in _SHAPEFILE_COMPANIONS:
            siblings = (path.with_suffix(suffix) for suffix in (".shp", ".SHP"))
            shapes = [file for file in siblings if file.is_file()]
            if shapes:
                raise _unreadable(path, f"a part of a Shapefile: name {shapes[0].name} instead")
            # A table of its own, in which GDAL finds no geometry.
            if suffix != ".dbf":
                raise _unreadable(path, "a part of a Shapefile whose .shp is not there: copy all its files")
        if suffix in _ADVICE:
            raise _unreadable(path, _ADVICE[suffix])
        if not suffix:
            raise _unreadable(path, "a file without suffix: rename it to what it is (.txt, .shp, .gpkg, ...)")


def _without_advice(reason: str) -> str:
    """GDAL's own words, without what it tells programmers to try."""
    text = " ".join(reason.split())
    return text.partition("; It might help to specify the correct driver")[0].rstrip(".")


def _unreadable(path: Any, reason: str) -> LayerReadError:
    return LayerReadError(f"{path}: {reason}", path=str(path), reason=reason)
