"""Read plots and layers, write exchange texts, coordinate tables and use layers."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd
import pyarrow as pa

from sanxian import _native
from sanxian.arrow import load_table, to_data_frame, to_frame, to_layer
from sanxian.crs import crs_text
from sanxian.errors import CrsUnknownError
from sanxian.findings import Findings
from sanxian.layer_kind import recognise_schema

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
        ``.xlsx``, ``.xls``).
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
    layer = _native.read_plots(os.fspath(path), crs=target, swap_axes=swap_axes, encoding=encoding)
    if as_arrow:
        return _described(layer.to_arrow(), layer.findings, header=dict(layer.header))
    frame = to_frame(layer.to_arrow())
    frame.attrs["header"] = dict(layer.header)
    frame.attrs["findings"] = Findings(to_data_frame(layer.findings))
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
        The file, or the address of a PostGIS database, ``postgresql://user@host/database``.
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
    frame = to_frame(table, keep_whole_numbers=keep_whole_numbers)
    if role is not None:
        frame.attrs["role"] = _native.role_id(role)
    kind, odd = recognise_schema(title, table.schema, role=role, is_complete=columns is None)
    frame.attrs["kind"] = kind
    tables = [to_data_frame(findings), odd]
    if str(path).lower().endswith(".dxf"):
        message = "图形文件没有面要素：闭合的多段线与填充读作面"
        drawing = {"severity": ["info"], "code": ["closed_lines_are_polygons"], "message": [message]}
        tables.insert(1, pd.DataFrame(drawing))
    frame.attrs["findings"] = Findings(pd.concat(tables, ignore_index=True))
    return frame


def _in_crs(batch: Any, crs: str) -> pa.Table:
    """Make a table whose geometry is said to be in ``crs``, a CRS as text."""
    import pyproj

    table = pa.table(batch)
    position = table.schema.get_field_index("geometry")
    field = table.schema.field(position)
    extension = json.dumps({"crs": pyproj.CRS.from_user_input(crs).to_json_dict(), "crs_type": "projjson"})
    metadata = {**(field.metadata or {}), b"ARROW:extension:metadata": extension.encode()}
    return table.set_column(position, field.with_metadata(metadata), table.column(position))


def _described(batch: Any, findings: Any, **more: Any) -> pa.Table:
    """Make a table that carries what a frame has in its ``attrs``."""
    table = pa.table(batch)
    facts = {"findings": pa.table(findings).to_pylist(), **more}
    metadata = {f"sanxian:{name}": json.dumps(value, ensure_ascii=False) for name, value in facts.items()}
    return table.replace_schema_metadata({**(table.schema.metadata or {}), **metadata})


def write_exchange_text(
    plots: Any,
    path: str | os.PathLike[str],
    *,
    encoding: str = "gbk",
    closing_point: Literal["repeat", "next", "none"] = "repeat",
    header: dict[str, str] | None = None,
    point_prefix: str = "J",
    decimals: int | None = None,
    start: Literal["as-is", "north-west"] = "as-is",
    clockwise: bool = False,
    zone_prefix: bool | None = None,
    one_file_a_plot: bool = False,
    scheme: str | None = None,
) -> None:
    """Write plots as a boundary-point exchange text (电子报盘).

    Parameters
    ----------
    plots : GeoDataFrame, Arrow table or path
        Plots in a Gauss-Kruger zone; columns as :func:`read_plots` gives them, all but the geometry optional.
    path : path
        Written to a temporary file beside it and renamed. With ``one_file_a_plot`` or ``scheme`` a folder.
    encoding : str
        ``"gbk"``, ``"gb18030"``, ``"utf-8"``.
    closing_point : {"repeat", "next", "none"}
        Whether the last row of a ring repeats J1, takes the next number, or is left out.
    header : dict, optional
        Keys of ``[属性描述]`` beside those that the CRS decides.
    point_prefix : str
        Stands before the numbers of points.
    decimals : int, optional
        Round coordinates to so many decimals (degrees to six more). By default three are written, nine for degrees, and
        a coordinate that has more is an error: nothing is rounded unless asked for.
    start : {"as-is", "north-west"}
        Whether each ring begins where the geometry does, or at its north-west corner, as the format's rule has it.
    clockwise : bool
        Write exteriors clockwise and interiors counter-clockwise, whatever their direction is.
    zone_prefix : bool, optional
        Whether the number of the zone stands before the eastings; by default as the CRS has it.
    one_file_a_plot : bool
        Write a file for each plot into the folder ``path``, named after the plot.
    scheme : str, optional
        Write one file into the folder ``path`` that is named after the scheme, with blocks named after the plots, as
        Xinjiang asks for it; a plot without name is an error then.

    Raises
    ------
    SanxianError
        A character does not exist in the encoding, a coordinate has more decimals than are written, two plots would go
        into one file, or the CRS is not a Gauss-Kruger zone.

    See Also
    --------
    rewrite_exchange_text : writes plots back in the form of the text that they come from.

    Examples
    --------
    >>> import sanxian as sx, tempfile, pathlib
    >>> plots = sx.read_plots("examples/xinzhou/plots.txt")
    >>> copy = pathlib.Path(tempfile.mkdtemp()) / "copy.txt"
    >>> sx.write_exchange_text(plots, copy)
    >>> sx.read_plots(copy).geometry.geom_equals_exact(plots.geometry, 0).all()
    np.True_
    """
    if one_file_a_plot and scheme is not None:
        raise ValueError("one_file_a_plot and scheme exclude each other: scheme names a single file")
    if header is None and isinstance(plots, pd.DataFrame):
        header = plots.attrs.get("header")
    _native.write_exchange_text(
        to_layer(plots, "plots"),
        os.fspath(path),
        options={
            "encoding": encoding,
            "closing_point": closing_point,
            "header": list((header or {}).items()),
            "point_prefix": point_prefix,
            "decimals": decimals,
            "start": start,
            "clockwise": clockwise,
            "zone_prefix": zone_prefix,
        },
        one_file_a_plot=one_file_a_plot,
        scheme=scheme,
    )


def rewrite_exchange_text(
    plots: Any,
    path: str | os.PathLike[str],
    *,
    like: str | os.PathLike[str],
    crs: int | str | pyproj.CRS | None = None,
    swap_axes: bool | None = None,
    encoding: str | None = None,
) -> None:
    """Write plots back in the form of the exchange text that they come from.

    Unchanged plots give the original file byte for byte. Where some are changed, the rows of the others stay as they
    are; changed ones are written in the file's own manner: encoding, line ends, fields of the plot rows, names of
    points, closing rows, decimals, unit of the declared area. Plots are recognised by ``plot_id``; new ones get a row
    like the file's first, missing ones are left out.

    Parameters
    ----------
    plots : GeoDataFrame, Arrow table or path
        Plots as :func:`read_plots` gave them, changed or not. Of a frame, ``.attrs["header"]`` replaces header entries.
    path : path
        Written to a temporary file beside it and renamed; it may be the original itself.
    like : path
        The exchange text that the plots come from.
    crs, swap_axes, encoding : optional
        As :func:`read_plots` was given them. Where the text is silent about its zone, the plots' own CRS stands for
        ``crs``. The copy keeps the encoding.

    Raises
    ------
    SanxianError
        The plots are in another CRS than the text, have more decimals than it, or are changed while the text has no
        plot rows.
    ExchangeTextError
        ``like`` cannot be read.

    Examples
    --------
    >>> import sanxian as sx, tempfile, pathlib
    >>> original = pathlib.Path("examples/xinzhou/plots.txt")
    >>> copy = pathlib.Path(tempfile.mkdtemp()) / "copy.txt"
    >>> sx.rewrite_exchange_text(sx.read_plots(original), copy, like=original)
    >>> copy.read_bytes() == original.read_bytes()
    True
    """
    layer = to_layer(plots, "plots")

    def read(target: str | None) -> _native.Layer:
        return _native.read_plots(os.fspath(like), crs=target, swap_axes=swap_axes, encoding=encoding)

    try:
        model = read(None if crs is None else crs_text(crs))
    except CrsUnknownError:
        # The text is silent about its zone; whoever read it told the zone then, and the plots have it.
        own = getattr(plots, "crs", None)
        if crs is not None or own is None:
            raise
        model = read(own.to_wkt())
    header = plots.attrs.get("header") if isinstance(plots, pd.DataFrame) else None
    _native.rewrite_exchange_text(layer, list((header or {}).items()), model, os.fspath(path))


def write_coordinate_table(
    plots: Any,
    path: str | os.PathLike[str],
    *,
    scheme: str | None = None,
    sheet_per_plot: bool = False,
    point_prefix: str = "J",
    decimals: int = 3,
) -> None:
    """Write plots as the statutory table of boundary points (坐标成果表), an ``.xlsx``.

    Its head names scheme, plot and area in hectares; X is the northing in metres (seven digits), Y the easting with
    zone prefix (eight digits), side lengths have three decimals and are those of the rounded coordinates.

    Parameters
    ----------
    plots : GeoDataFrame, Arrow table or path
        Plots in a Gauss-Kruger zone, with ``plot_id``; ``plot_name, declared_area_ha, use, land_class, map_sheet`` are
        written where they are, other columns are not. Without ``declared_area_ha`` the planar area is written.
    path : path
        Written to a temporary file beside it and renamed. The same plots give the same bytes.
    scheme : str, optional
        Name of the scheme (方案名称); by default the one in the header of the file that the plots were read from.
    sheet_per_plot : bool
        One sheet a plot instead of one for all.
    point_prefix : str
        Stands before the numbers of points.
    decimals : int
        Decimals of the coordinates.

    Raises
    ------
    SanxianError
        The CRS is not a Gauss-Kruger zone, a plot has no geometry, or a coordinate does not fit the digits.

    Examples
    --------
    >>> import sanxian as sx, tempfile, pathlib
    >>> plots = sx.read_plots("examples/xinzhou/plots.txt")
    >>> copy = pathlib.Path(tempfile.mkdtemp()) / "copy.xlsx"
    >>> sx.write_coordinate_table(plots, copy, scheme="示例方案")
    >>> sx.read_plots(copy).geometry.geom_equals_exact(plots.geometry, 0.0005).all()
    np.True_
    """
    if scheme is None and isinstance(plots, pd.DataFrame):
        header = plots.attrs.get("header") or {}
        scheme = header.get("方案名称") or header.get("项目名称")
    _native.write_coordinate_table(
        to_layer(plots, "plots"),
        os.fspath(path),
        scheme=scheme,
        sheet_per_plot=sheet_per_plot,
        point_prefix=point_prefix,
        decimals=decimals,
    )


def write_use_layer(uses: Any, path: str | os.PathLike[str]) -> None:
    """Write the use layer of a scheme: a Shapefile with ``PlotName, PurName, PurArea, ProjList``.

    Parameters
    ----------
    uses : GeoDataFrame, Arrow table or path
        Polygons with those four columns, in a CGCS2000 zone.
    path : path
        The ``.shp``; .shx, .dbf (GBK), .cpg and .prj are written beside it.

    Raises
    ------
    SanxianError
        A column is missing, or a value does not fit its field: nothing is cut.

    Examples
    --------
    >>> import sanxian as sx, tempfile, pathlib
    >>> uses = sx.read_layer("examples/xinzhou/uses.shp")
    >>> copy = pathlib.Path(tempfile.mkdtemp()) / "uses.shp"
    >>> sx.write_use_layer(uses, copy)
    >>> len(sx.read_layer(copy)) == len(uses)
    True
    """
    _native.write_use_layer(to_layer(uses, "uses"), os.fspath(path))
