"""Write a layer to a file of any format, and say what the format cannot hold."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from sanxian import _native
from sanxian.arrow import to_frame, to_layer
from sanxian.errors import CrsUnknownError, SanxianError
from sanxian.findings import Losses
from sanxian.gdal_writer import without_geometries, write_gdal, write_parquet
from sanxian.geoarrow import has_m
from sanxian.plot_files import write_coordinate_table, write_exchange_text

#: The columns of plots that an exchange text and a coordinate table have a place for.
_PLOT_COLUMNS = ("plot_id", "plot_name", "declared_area_ha", "use", "land_class", "map_sheet")
#: Keys of an exchange text that say nothing the CRS and the coordinates do not.
_DECIDED_KEYS = frozenset({"格式版本号", "坐标系", "几度分带", "投影类型", "计量单位", "带号", "精度", "转换参数"})
#: Bytes of a field's name in a Shapefile.
_MOST_NAME_BYTES = 10
_SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
#: Formats that are written with plane coordinates only.
_PLANE_SUFFIXES = (".shp", ".txt", ".xlsx", ".fgb", ".gdb")
#: Spatial indexes that other programs keep beside a Shapefile; one of an older file leads them astray.
_SHAPEFILE_INDEXES = (".sbn", ".sbx", ".qix", ".fbn", ".fbx", ".ain", ".aih")


def write_layer(
    layer: Any,
    path: str | os.PathLike[str],
    *,
    name: str | None = None,
    encoding: str | None = None,
    overwrite: bool = False,
    options: Mapping[str, Any] | None = None,
) -> pd.DataFrame:
    """Write a polygon layer; the suffix decides the format.

    ``.shp`` (natively), ``.parquet`` / ``.geoparquet`` / ``.pq``, ``.gpkg``, ``.fgb``, ``.geojson`` / ``.json``,
    ``.gdb``, and for plots ``.txt`` (exchange text) and ``.xlsx`` (coordinate table). A value that would have to be
    cut is an error; everything else that a format cannot hold is a row of the answer.

    Parameters
    ----------
    layer : GeoDataFrame, Arrow table or path
        Polygons with a CRS.
    path : path
        Written beside its place and renamed when it is whole; its folder is made where it does not exist.
    name : str, optional
        Name of the layer in a ``.gpkg`` or ``.gdb``; by default the file's stem.
    encoding : str, optional
        Of an exchange text or Shapefile; by default GBK.
    overwrite : bool
        Whether a file that exists is replaced.
    options : dict, optional
        More options of :func:`sanxian.write_exchange_text` or :func:`sanxian.write_coordinate_table`.

    Returns
    -------
    DataFrame
        ``severity, code, message``, a row for each thing that the file does not hold as the layer does.

    Raises
    ------
    FileExistsError
        The file exists and ``overwrite`` is False.
    SanxianError
        A value does not fit, the suffix is not one of those above, or the layer has no CRS.

    Examples
    --------
    >>> import sanxian as sx, tempfile, pathlib
    >>> plots = sx.read_plots("examples/xinzhou/plots.txt")
    >>> copy = pathlib.Path(tempfile.mkdtemp()) / "plots.shp"
    >>> print(sx.write_layer(plots, copy)[["code", "message"]].to_string(header=False, index=False))
    header_dropped ...
    field_name_cut Shapefile 的字段名最多 10 个字节：declared_area_ha 改名为 declared_a
    """
    target = Path(path)
    options = dict(options or {})
    is_folder = bool(options.get("one_file_a_plot")) or (options.get("scheme") is not None and not target.suffix)
    suffix = ".txt" if is_folder else target.suffix.lower()
    write = _WRITERS.get(suffix)
    if write is None:
        reason = f"cannot write {suffix or 'a file without suffix'}: choose one of {', '.join(sorted(_WRITERS))}"
        raise SanxianError(f"{target}: {reason}")
    if options and suffix not in (".txt", ".xlsx"):
        raise ValueError(f"{target}: options are for .txt and .xlsx, not for {suffix}: leave out {', '.join(options)}")
    if encoding is not None and suffix not in (".txt", ".shp"):
        raise ValueError(f"{target}: encoding is for .txt and .shp: {suffix} has its own")
    if not overwrite:
        _refuse(target, suffix)
    frame = layer if isinstance(layer, gpd.GeoDataFrame) else _frame_of(layer)
    if frame.crs is None:
        raise CrsUnknownError(f"{target}: the layer carries no CRS: set one with set_crs")
    frame = frame.reset_index(drop=True)
    frame.columns = [str(column) for column in frame.columns]
    losses = Losses()
    if suffix in _PLANE_SUFFIXES:
        frame = _in_the_plane(frame, losses)
    (target if is_folder else target.parent).mkdir(parents=True, exist_ok=True)
    _drop_header(frame, suffix, losses)
    write(frame, target, losses, name=name or target.stem, encoding=encoding or "gbk", options=options)
    return losses.findings()


def _frame_of(layer: Any) -> gpd.GeoDataFrame:
    return to_frame(to_layer(layer, "layer").to_arrow(), keep_whole_numbers=True)


def _in_the_plane(frame: gpd.GeoDataFrame, losses: Losses) -> gpd.GeoDataFrame:
    """Heights and measures stay behind where they would not be written, and that is said."""
    shapes = frame.geometry.values
    has_more = shapely.has_z(shapes) | has_m(shapes)
    if not has_more.any():
        return frame
    count = int(has_more.sum())
    losses.warn("dimensions_dropped", f"{count} 个图形带高程或量测值，只写平面坐标；要保留请写 .parquet 或 .gpkg")
    return frame.set_geometry(gpd.GeoSeries(shapely.force_2d(shapes), index=frame.index, crs=frame.crs))


def _refuse(target: Path, suffix: str) -> None:
    parts = [target.with_suffix(part) for part in _SHAPEFILE_PARTS] if suffix == ".shp" else [target]
    for part in parts:
        is_there = any(part.iterdir()) if part.is_dir() and suffix != ".gdb" else part.exists()
        if is_there:
            raise FileExistsError(17, "file exists", str(part))


def _drop_header(frame: gpd.GeoDataFrame, suffix: str, losses: Losses) -> None:
    header = frame.attrs.get("header")
    lost = {key: value for key, value in (header or {}).items() if value and key not in _DECIDED_KEYS}
    if lost and suffix != ".txt":
        losses.info("header_dropped", f"文件头没有写出：{'、'.join(f'{key}={value}' for key, value in lost.items())}")


# exchange text, coordinate table


def _as_plots(frame: gpd.GeoDataFrame, losses: Losses) -> _native.Layer:
    plots = _native.plots_of_layer(to_layer(frame, "plots"))
    names = [name for name in pa.table(plots.to_arrow()).schema.names if name != "geometry"]
    dropped = [name for name in names if name not in _PLOT_COLUMNS]
    if dropped:
        losses.warn("attributes_dropped", f"这种格式没有位置的字段，未写出：{'、'.join(dropped)}")
    for finding in pa.table(plots.findings).to_pylist():
        losses.rows.append((finding["severity"], finding["code"], finding["message"]))
    return plots


def _tell_rounding(frame: gpd.GeoDataFrame, decimals: int, losses: Losses) -> None:
    coordinates = shapely.get_coordinates(frame.geometry.values)
    if not len(coordinates):
        return
    if frame.crs.is_geographic:
        decimals += 6
    moved = float(np.abs(coordinates - np.round(coordinates, decimals)).max())
    # What a double cannot tell apart is no rounding.
    if moved > 1e-9 * 10.0 ** (-decimals / 2):
        losses.warn("coordinates_rounded", f"坐标取 {decimals} 位小数，最大移动 {moved:.3g}")


def _write_text(frame: gpd.GeoDataFrame, path: Path, losses: Losses, **how: Any) -> None:
    options = how["options"]
    plots = _as_plots(frame, losses)
    if options.get("decimals") is not None:
        _tell_rounding(frame, options["decimals"], losses)
    if frame.attrs.get("header"):
        losses.info("points_renumbered", "界址点按顺序重新编号；要保留原文的写法用 rewrite_exchange_text")
    header = options.pop("header", None) or frame.attrs.get("header")
    write_exchange_text(plots, path, encoding=how["encoding"], header=header, **options)


def _write_table(frame: gpd.GeoDataFrame, path: Path, losses: Losses, **how: Any) -> None:
    options = how["options"]
    plots = _as_plots(frame, losses)
    _tell_rounding(frame, options.get("decimals", 3), losses)
    header = frame.attrs.get("header") or {}
    scheme = options.pop("scheme", None) or header.get("方案名称") or header.get("项目名称")
    write_coordinate_table(plots, path, scheme=scheme, **options)


# Shapefile


def _write_shapefile(frame: gpd.GeoDataFrame, path: Path, losses: Losses, **how: Any) -> None:
    encoding = how["encoding"]
    geometry = frame.geometry
    attributes = pd.DataFrame(frame.drop(columns=frame.active_geometry_name))
    attributes = _typed_for_dbf(without_geometries(attributes, losses), losses)
    names = cut_names(list(attributes.columns), encoding)
    for before, after in zip(attributes.columns, names, strict=True):
        if before != after:
            losses.warn("field_name_cut", f"Shapefile 的字段名最多 {_MOST_NAME_BYTES} 个字节：{before} 改名为 {after}")
    attributes.columns = names
    empty = int((shapely.is_empty(geometry.values) & ~shapely.is_missing(geometry.values)).sum())
    if empty:
        losses.info("empty_is_null", f"{empty} 个空图形写成无图形的记录")
    whole = gpd.GeoDataFrame(attributes, geometry=geometry.set_axis(attributes.index), crs=frame.crs)
    _native.write_shapefile(to_layer(whole, "layer"), str(path), encoding)
    _tell_numbers(attributes, path, losses)
    for suffix in _SHAPEFILE_INDEXES:
        stale = path.with_suffix(suffix)
        if stale.exists():
            stale.unlink()
            losses.info("stale_index_removed", f"旧文件的索引已删除：{stale.name}")


def _tell_numbers(attributes: pd.DataFrame, path: Path, losses: Losses) -> None:
    """A DBF has fifteen decimals at most: what a number loses behind them is small, but it is not nothing."""
    numbers = [name for name in attributes.columns if pd.api.types.is_float_dtype(attributes[name])]
    if not numbers:
        return
    table, _ = _native.read_layer_table(str(path), {"columns": numbers, "on_error": "raise"})
    for name, column in zip(numbers, pa.table(table).drop_columns("geometry").columns, strict=True):
        before = attributes[name].to_numpy(dtype=float, na_value=np.nan)
        after = column.to_pandas().to_numpy(dtype=float, na_value=np.nan)
        lost = float(np.nanmax(np.abs(before - after), initial=0.0))
        if lost > 0:
            losses.info("numbers_rounded", f"字段 {name}：小数位数超出 Shapefile 所能，最大相差 {lost:.1g}")


def _typed_for_dbf(attributes: pd.DataFrame, losses: Losses) -> pd.DataFrame:
    """Types that a DBF has, and notes where its blanks make two values one."""
    attributes = attributes.copy()
    for name in attributes.columns:
        column = attributes[name]
        if pd.api.types.is_datetime64_any_dtype(column):
            values = column.dropna()
            is_day = column.dt.tz is None and bool((values == values.dt.normalize()).all())
            # Seconds without a fraction, nothing cut: isoformat writes what there is.
            text = column.dt.date if is_day else column.map(lambda time: time.isoformat(), na_action="ignore")
            attributes[name] = text.astype(object).where(column.notna(), None)
            losses.warn("type_changed", f"字段 {name}：日期时间写成{'日期' if is_day else '文本'}")
        elif isinstance(column.dtype, pd.CategoricalDtype):
            attributes[name] = column.astype(column.cat.categories.dtype)
            column = attributes[name]
        if pd.api.types.is_object_dtype(column) or pd.api.types.is_string_dtype(column):
            texts = [value for value in column if isinstance(value, str)]
            if any(not value.strip() for value in texts):
                losses.warn("empty_text_is_null", f"字段 {name}：Shapefile 分不出空文本与空值，空文本读回为空值")
            if any(value.strip() and value != value.strip() for value in texts):
                losses.warn("spaces_trimmed", f"字段 {name}：值首尾的空格读回时不见")
    return attributes


def cut_names(names: Sequence[str], encoding: str) -> list[str]:
    """Field names of at most ten bytes, each another one in either case.

    Examples
    --------
    >>> cut_names(["declared_area_ha", "declared_area_mu", "永久基本农田图斑编号"], "gbk")
    ['declared_a', 'declared_2', '永久基本农']
    """
    short = {name.lower() for name in names if len(_encoded(name, encoding)) <= _MOST_NAME_BYTES}
    result = []
    for name in names:
        if len(_encoded(name, encoding)) > _MOST_NAME_BYTES:
            number, cut = 1, _cut(name, encoding, _MOST_NAME_BYTES)
            while cut.lower() in short:
                number += 1
                suffix = str(number)
                cut = _cut(name, encoding, _MOST_NAME_BYTES - len(suffix)) + suffix
            short.add(cut.lower())
            name = cut
        result.append(name)
    return result


def _encoded(text: str, encoding: str) -> bytes:
    return text.encode(encoding, errors="replace")


def _cut(name: str, encoding: str, most: int) -> str:
    while len(_encoded(name, encoding)) > most:
        name = name[:-1]
    return name


_WRITERS: dict[str, Callable[..., None]] = {
    ".txt": _write_text,
    ".xlsx": _write_table,
    ".shp": _write_shapefile,
    ".parquet": write_parquet,
    ".geoparquet": write_parquet,
    ".pq": write_parquet,
    ".gpkg": write_gdal("GPKG"),
    # Its index would sort the features; their order is part of what is converted.
    ".fgb": write_gdal("FlatGeobuf", SPATIAL_INDEX="NO"),
    ".geojson": write_gdal("GeoJSON", COORDINATE_PRECISION="15"),
    ".json": write_gdal("GeoJSON", COORDINATE_PRECISION="15"),
    ".gdb": write_gdal("OpenFileGDB"),
}
#: Suffixes that :func:`write_layer` knows.
WRITABLE_SUFFIXES = frozenset(_WRITERS)
