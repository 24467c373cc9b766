"""Layers into GeoParquet and the formats that GDAL writes, held against what was to be written."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from sanxian.errors import SanxianError
from sanxian.findings import Losses


def write_parquet(frame: gpd.GeoDataFrame, path: Path, losses: Losses, **how: Any) -> None:
    """Write GeoParquet with a box column."""
    from sanxian.report.files import replace_file

    plain = frame.copy(deep=False)
    # Findings and what else a reader left there describe the file that was read, not this one.
    plain.attrs = {}
    replace_file(path, lambda place: plain.to_parquet(place, index=False, write_covering_bbox=True))


def write_gdal(driver: str, **layer_options: str) -> Callable[..., None]:
    """The writer of one of GDAL's formats."""

    def write(frame: gpd.GeoDataFrame, path: Path, losses: Losses, **how: Any) -> None:
        from sanxian.report.files import fixed_gdal_date, replace_file

        plain = without_geometries(pd.DataFrame(frame.drop(columns=frame.active_geometry_name)), losses)
        shapes, kind = _one_kind(frame.geometry.values)
        table = _arrow_table(plain, shapes, frame.crs)
        name = how["name"]
        own = dict(layer_options)
        columns = {column.lower() for column in plain.columns}
        if driver == "GPKG":
            # GDAL takes a column of the key's name for the key.
            own["FID"] = _free("fid", columns)
            own["GEOMETRY_NAME"] = _free("geom", columns)
        if driver == "GeoJSON" and not frame.crs.is_geographic:
            message = "GeoJSON 标准(RFC 7946)只有经纬度；坐标系写在 crs 成员里，不少程序不读它：建议 --to-crs 4490"
            losses.warn("crs_not_in_standard", message)

        if driver == "OpenFileGDB":
            _refuse_large_numbers(plain, path)

        def save(place: Path) -> None:
            import pyogrio

            with fixed_gdal_date(), warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                try:
                    pyogrio.write_arrow(
                        table,
                        place,
                        layer=name,
                        driver=driver,
                        geometry_name="geometry",
                        geometry_type=kind,
                        crs=frame.crs.to_wkt(),
                        layer_options=own or None,
                    )
                except (pyogrio.errors.DataSourceError, RuntimeError, ValueError, pa.ArrowException) as error:
                    raise SanxianError(f"{path}: cannot be written: {' '.join(str(error).split())}") from error
            _compare(place, table, shapes, losses, driver)
            for warning in caught:
                message = " ".join(str(warning.message).split())
                # What became of a field's type is told already, and of every format.
                if "will be written as" not in message:
                    losses.warn("gdal_warning", message)

        replace_file(path, save)

    return write


def _refuse_large_numbers(attributes: pd.DataFrame, path: Path) -> None:
    """A FileGDB that every ArcGIS reads keeps 64-bit whole numbers as doubles."""
    for name in attributes.columns:
        column = attributes[name]
        if pd.api.types.is_integer_dtype(column) and (column.dropna().astype("object").map(abs) > 2**53).any():
            raise SanxianError(f"{path}: field {name!r} has whole numbers beyond 2**53, which a FileGDB cannot hold")


def _one_kind(shapes: np.ndarray) -> tuple[np.ndarray, str]:
    """Polygons as they are when all are single, else all of them as multipolygons: a layer has one kind."""
    types = shapely.get_type_id(shapes)
    if not (types == shapely.GeometryType.MULTIPOLYGON).any():
        return shapes, "Polygon"
    single = np.flatnonzero(types == shapely.GeometryType.POLYGON)
    whole = shapes.copy()
    whole[single] = shapely.multipolygons(shapes[single], indices=np.arange(len(single)))
    return whole, "MultiPolygon"


def _arrow_table(attributes: pd.DataFrame, shapes: np.ndarray, crs: Any) -> pa.Table:
    """Attributes in their own types and the geometry as WKB."""
    frame = gpd.GeoDataFrame(attributes, geometry=gpd.GeoSeries(shapes, index=attributes.index, crs=crs))
    table = pa.table(frame.to_arrow(index=False, geometry_encoding="WKB"))
    for at, field in enumerate(table.schema):
        kind = field.type
        if pa.types.is_null(kind):
            # A column of nothing but nulls has no type that GDAL knows; as text it stays a column.
            kind = pa.string()
        elif pa.types.is_dictionary(kind):
            kind = kind.value_type
        if kind != field.type:
            table = table.set_column(at, field.with_type(kind), table.column(at).cast(kind))
    return table


def _free(name: str, taken: set[str]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free


def _compare(path: Path, table: pa.Table, shapes: np.ndarray, losses: Losses, driver: str) -> None:
    """Hold the file against what was to be written: formats rename fields and round coordinates without a word."""
    import pyogrio

    schema = table.schema
    names = [name for name in schema.names if name != "geometry"]

    info = pyogrio.read_info(path)
    count = int(info["features"])
    if count not in (-1, len(shapes)):
        raise SanxianError(f"{path.name}: {driver} holds {count} features of {len(shapes)}: the file is not kept")
    written = [str(name) for name in info["fields"]]
    if len(written) == len(names):
        for before, after, kind in zip(names, written, info["ogr_types"], strict=True):
            if before != after:
                losses.warn("field_renamed", f"字段 {before} 改名为 {after}")
            if kind not in _ogr_types(schema.field(before).type):
                losses.warn(
                    "type_changed", f"字段 {before}：{schema.field(before).type} 写成 {kind.removeprefix('OFT')}"
                )
    else:
        losses.warn("fields_differ", f"字段由{'、'.join(names)}变为{'、'.join(written)}")
    if driver == "OpenFileGDB":
        _, again = pyogrio.read_arrow(path, columns=[])
        geometry = again.column(again.schema.names[-1]).to_numpy(zero_copy_only=False)
        if (moved := _moved(shapes, shapely.from_wkb(geometry))) > 0:
            losses.info("coordinates_rounded", f"FileGDB 的坐标落在格网上，最大移动 {moved:.3g}")


def _ogr_types(kind: pa.DataType) -> tuple[str, ...]:
    """What GDAL calls a type when nothing is lost."""
    if pa.types.is_floating(kind):
        return ("OFTReal",)
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return ("OFTInteger", "OFTInteger64")
    if pa.types.is_date(kind):
        return ("OFTDate",)
    if pa.types.is_timestamp(kind):
        return ("OFTDateTime",)
    return ("OFTString",)


def _moved(before: np.ndarray, after: np.ndarray) -> float:
    """How far coordinates moved at most along an axis, whatever direction and order the rings are in now."""
    largest = 0.0
    for axis in (0, 1):
        columns = []
        for shapes in (before, after):
            coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
            values = coordinates[:, axis]
            columns.append(values[np.lexsort((values, owner))])
        if len(columns[0]) != len(columns[1]):
            return float("nan")
        largest = max(largest, float(np.abs(columns[0] - columns[1]).max(initial=0.0)))
    return largest


def without_geometries(attributes: pd.DataFrame, losses: Losses) -> pd.DataFrame:
    """Attributes without further geometry columns, which are told."""
    extra = [name for name, dtype in attributes.dtypes.items() if isinstance(dtype, gpd.array.GeometryDtype)]
    if extra:
        losses.warn("attributes_dropped", f"第二个图形字段未写出：{'、'.join(map(str, extra))}")
    return attributes.drop(columns=extra)
