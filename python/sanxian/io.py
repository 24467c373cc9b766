"""Read plots and layers."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd
import pyarrow as pa

from sanxian import _native
from sanxian.archive import is_archive
from sanxian.arrow import findings_of, load_plots, load_table, to_data_frame, to_frame
from sanxian.crs import crs_text
from sanxian.findings import Findings
from sanxian.geoarrow import arrow_table
from sanxian.layer_kind import recognise_schema
from sanxian.wkb_column import crs_of_file, pyproj_crs

if TYPE_CHECKING:
    import geopandas as gpd
    import pyproj


def read_plots(
    path: str | os.PathLike[str],
    *,
    crs: int | str | pyproj.CRS | None = None,
    swap_axes: bool | None = None,
    encoding: str | None = None,
    as_arrow: bool = False,
) -> gpd.GeoDataFrame | pa.Table:
    """Read the plots of a scheme from a boundary-point exchange text, a coordinate table or a Shapefile.

    A coordinate table (坐标成果表) names its columns in Chinese or English (点号, X, Y, 纵坐标, 横坐标, 经度, 纬度,
    边长, northing, easting, lon, lat); plots are told apart by a column, title rows, blank rows or sheets. X is the
    northing, as in all Chinese tables. Degrees may have minutes and seconds. Side lengths are checked.

    Parameters
    ----------
    path : path
        An exchange text (电子报盘, ``.txt``), a ``.shp``, or a coordinate table (``.csv``, ``.tsv``,
        ``.xlsx``, ``.xlsm``, ``.xls``), or a ``.zip`` with one of them.
    crs : int, str or pyproj.CRS, optional
        EPSG code, CRS text or CRS, where the file does not say or is known to be wrong. By default the zone that the
        file declares, and the two-digit prefix of the eastings where it declares none.
    swap_axes : bool, optional
        True reads a file that has easting before northing. By default such a file is an error, not a guess.
    encoding : str, optional
        Text encoding; by default byte-order mark, UTF-8, GB18030, in this order.
    as_arrow : bool
        Return a pyarrow Table, without a geometry object: header and findings are JSON in its schema metadata, under
        ``b"sanxian:header"`` and ``b"sanxian:findings"``.

    Returns
    -------
    GeoDataFrame
        ``plot_id, plot_name, declared_area_ha, use, land_class, map_sheet, geometry`` with a CRS.
        ``.attrs["header"]`` holds the file's keys, ``.attrs["findings"]`` every oddity as a DataFrame
        ``severity, code, message, line, plot_id``.

    Raises
    ------
    ExchangeTextError
        Names line, column and reason.
    CrsUnknownError
        Neither the file nor ``crs`` says which zone it is, or they contradict each other.
    FileNotFoundError
        There is no such file.

    Examples
    --------
    >>> import sanxian as sx
    >>> plots = sx.read_plots("examples/xinzhou/plots.txt")
    >>> len(plots), plots.crs.to_epsg()
    (38, 4526)
    """
    target = None if crs is None else crs_text(crs)
    read = load_plots if is_archive(path) else _native.read_plots
    layer = read(os.fspath(path), crs=target, swap_axes=swap_axes, encoding=encoding)
    if as_arrow:
        return _described(layer.to_arrow(), layer.findings, header=dict(layer.header))
    frame = to_frame(layer.to_arrow())
    frame.attrs["header"] = dict(layer.header)
    frame.attrs["findings"] = findings_of(layer)
    return frame


def read_layer(
    path: str | os.PathLike[str],
    *,
    role: str | None = None,
    layer: str | None = None,
    sql: str | None = None,
    bbox: Sequence[float] | None = None,
    columns: Sequence[str] | None = None,
    encoding: str | None = None,
    on_error: Literal["raise", "null", "skip"] = "raise",
    crs: int | str | pyproj.CRS | None = None,
    progress: Callable[[int, int], object] | None = None,
    as_arrow: bool = False,
) -> gpd.GeoDataFrame | pa.Table:
    """Read a control or land-use layer.

    Shapefiles (GBK or UTF-8 by .cpg, language id or detection) and GeoParquet are read natively; GeoPackage, FileGDB,
    FlatGeobuf, GeoJSON, DXF and KML through GDAL's Arrow reader; tables of PostGIS through psycopg.

    Parameters
    ----------
    path : path or str
        The file, a ``.zip`` with it, or the address of a PostGIS database, ``postgresql://user@host/database``.
    role : str, optional
        What the layer is, such as ``"permanent_basic_farmland"`` or ``"永久基本农田"``; kept in ``.attrs["role"]``.
        Name and fields that say otherwise make a warning.
    layer : str, optional
        Which layer of a file that holds several, or which table of a database (``table``, ``schema.table``).
    sql : str, optional
        A query with one geometry column, instead of ``layer``; for databases only.
    bbox : (min_x, min_y, max_x, max_y), optional
        Only features whose box meets this one, in the layer's CRS. GDAL also leaves out features whose box meets it and
        whose polygon does not.
    columns : sequence of str, optional
        Only these attributes.
    encoding : str, optional
        Encoding of the attributes where the file is wrong about it.
    on_error : {"raise", "null", "skip"}
        What becomes of a record of a Shapefile that cannot be decoded: an error, a row without geometry, or no row.
        The last two leave a finding with record and byte offset.
    crs : int, str or pyproj.CRS, optional
        EPSG code, CRS text or CRS, where the file carries none (a DXF never does) or is known to be wrong. Coordinates
        stay as they are.
    progress : callable, optional
        ``progress(done, total)``.
    as_arrow : bool
        Return a pyarrow Table, without a geometry object: findings (and the role) are JSON in its schema metadata,
        under ``b"sanxian:findings"`` and ``b"sanxian:role"``.

    Returns
    -------
    GeoDataFrame
        Further geometry columns of a GeoParquet file or a table are geometry columns too, each in its own CRS.
        ``.attrs["findings"]`` holds every oddity. ``.attrs["kind"]`` says what kind of layer it is (DLTB, YJJBNTTB,
        STBHHX, ...) and by what, as :func:`sanxian.recognise_layer` does; its required fields that the file lacks are
        findings ``field_missing``.

    Raises
    ------
    LayerReadError
        Names the record and the byte offset, or the layers that there are.
    KeyError
        A column that the layer does not have; the message lists those it has.
    CrsUnknownError
        The file carries no CRS that can be read.
    FileNotFoundError
        There is no such file.

    Examples
    --------
    >>> import sanxian as sx
    >>> farmland = sx.read_layer("examples/xinzhou/control/YJJBNTTB.shp", role="永久基本农田")
    >>> farmland.attrs["role"]
    'permanent_basic_farmland'
    """
    target = None if crs is None else crs_text(crs)
    options: dict[str, Any] = {
        "crs": target,
        "layer": layer,
        "sql": sql,
        "bbox": bbox,
        "columns": columns,
        "encoding": encoding,
        "on_error": on_error,
        "progress": progress,
    }
    if not as_arrow:
        return read_layer_frame(path, role=role, **options)
    table, findings, _ = load_table(path, **options)
    if target is not None:
        table = _in_crs(table, target)
    return _described(table, findings, **({} if role is None else {"role": _native.role_id(role)}))


def read_layer_frame(
    path: str | os.PathLike[str], *, role: str | None = None, keep_whole_numbers: bool = False, **options: Any
) -> gpd.GeoDataFrame:
    """What :func:`read_layer` does; with ``keep_whole_numbers`` for a frame that is to be written again."""
    crs, columns = options.get("crs"), options.get("columns")
    table, findings, title = load_table(path, **options)
    table = pa.table(table if crs is None else _in_crs(table, crs))
    with crs_of_file(path):
        frame = to_frame(table, keep_whole_numbers=keep_whole_numbers)
    if role is not None:
        frame.attrs["role"] = _native.role_id(role)
    kind, odd = recognise_schema(title, table.schema, role=role, is_complete=columns is None)
    frame.attrs["kind"] = kind
    frame.attrs["findings"] = Findings(pd.concat([to_data_frame(findings), odd], ignore_index=True))
    return frame


def _in_crs(batch: Any, crs: str) -> pa.Table:
    """Make a table whose geometry is said to be in ``crs``, a CRS as text."""
    table = pa.table(batch)
    position = table.schema.get_field_index("geometry")
    field = table.schema.field(position)
    extension = json.dumps({"crs": pyproj_crs(crs).to_json_dict(), "crs_type": "projjson"})
    metadata = {**(field.metadata or {}), b"ARROW:extension:metadata": extension.encode()}
    return table.set_column(position, field.with_metadata(metadata), table.column(position))


def _described(batch: Any, findings: Any, **more: Any) -> pa.Table:
    """Make a table that carries what a frame has in its ``attrs``."""
    table = arrow_table(batch)
    facts = {"findings": pa.table(findings).to_pylist(), **more}
    metadata = {f"sanxian:{name}": json.dumps(value, ensure_ascii=False) for name, value in facts.items()}
    return table.replace_schema_metadata({**(table.schema.metadata or {}), **metadata})
