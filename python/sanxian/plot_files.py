"""Write plots as exchange texts, coordinate tables and use layers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from sanxian import _native
from sanxian.arrow import to_layer
from sanxian.crs import crs_text
from sanxian.errors import CrsUnknownError

if TYPE_CHECKING:
    import pyproj


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
    if Path(path).suffix.lower() != ".xlsx":
        raise ValueError(f"{os.fspath(path)}: the table is written as .xlsx: name the file so")
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
