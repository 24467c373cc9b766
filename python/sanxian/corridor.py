"""Linear projects (roads, railways, power lines) as plots: a corridor of a given width, segment by segment."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from sanxian import _native
from sanxian.arrow import frame_to_arrow, to_frame
from sanxian.control_layer import frame_of_lines, load_control
from sanxian.errors import CrsUnknownError, SanxianError, SchemeError

#: Mitres longer than this many half widths are cut off, as at hairpin bends.
_MITRE_LIMIT = 5.0


def corridor(
    lines: gpd.GeoDataFrame,
    width_m: float | str | Sequence[float],
    *,
    segment_length_m: float | None = None,
    name: str | None = None,
) -> gpd.GeoDataFrame:
    """Widen centre lines to the land they take, to be checked like plots.

    Each line becomes a strip of the given full width with flat ends and mitred bends, cut across into segments. The
    segments of a line tile its strip: none overlaps another, and their areas add up to it. Where strips of different
    lines cross, the land is the first line's, so that nothing is counted twice.

    Parameters
    ----------
    lines : GeoDataFrame
        Lines in a projected CRS in metres; a multi-line must be one connected line.
    width_m : float, column name or sequence of float
        Full width of the corridor, one for all or one a line. Documents leave it open, so there is no default.
    segment_length_m : float, optional
        Length of a segment along the centre line; the last one of a line is what is left. Without it a line is one
        segment.
    name : str, optional
        Column of the line's name, for ``plot_name``.

    Returns
    -------
    GeoDataFrame
        ``plot_id`` (``1-001``: line and segment), ``plot_name``, ``line`` (index value), ``from_m``, ``to_m`` (along
        the line), ``length_m``, ``width_m`` and the polygon. Lengths are those of the plane of the CRS.

    Raises
    ------
    CrsUnknownError
        The lines have no CRS.
    SanxianError
        The CRS is in degrees, a geometry is not one connected line, or a width is not positive.

    Examples
    --------
    >>> import geopandas as gpd, sanxian as sx
    >>> from shapely.geometry import LineString
    >>> line = LineString([(38474000, 4250000), (38475000, 4250000)])
    >>> road = gpd.GeoDataFrame({"geometry": [line]}, crs=4526)
    >>> sx.corridor(road, 30.0, segment_length_m=400.0)[["plot_id", "length_m"]].values.tolist()
    [['1-001', 400.0], ['1-002', 400.0], ['1-003', 200.0]]
    """
    if lines.crs is None:
        raise CrsUnknownError("lines: have no coordinate reference system: set it, e.g. lines.set_crs(4526)")
    if lines.crs.is_geographic:
        raise SanxianError("lines: are in degrees; a width in metres needs a projected CRS: use sx.to_crs(lines, 4526)")
    if segment_length_m is not None and not segment_length_m > 0:
        raise SanxianError(f"segment_length_m: expected metres above 0, found {segment_length_m}")
    rows: list[dict[str, Any]] = []
    taken: BaseGeometry = Polygon()
    for number, (index, geometry, width) in enumerate(
        zip(lines.index, lines.geometry, _widths(lines, width_m), strict=True), start=1
    ):
        line = _one_line(index, geometry)
        strip = shapely.difference(_strip(line, width), taken)
        taken = shapely.union(taken, strip)
        marks = _marks(line.length, segment_length_m)
        pieces = _cut(line, strip, marks, width)
        label = str(index) if name is None else str(lines[name].iloc[number - 1])
        for part, (start, end, piece) in enumerate(zip(marks[:-1], marks[1:], pieces, strict=True), start=1):
            rows.append(
                {
                    "plot_id": f"{number}-{part:03d}",
                    "plot_name": f"{label} {_chainage(start)}—{_chainage(end)}",
                    "line": index,
                    "from_m": start,
                    "to_m": end,
                    "length_m": end - start,
                    "width_m": width,
                    "geometry": piece,
                }
            )
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=lines.crs)


def load_corridor(
    path: Path,
    *,
    width_m: float | str,
    segment_length_m: float | None,
    name: str | None,
    layer: str | None = None,
    encoding: str | None = None,
    crs: str | None = None,
) -> _native.Layer:
    """Read centre lines and widen them to plots, as ``[plots.corridor]`` says; ``crs`` is for a file without one."""
    read = load_control(path, layer=layer, encoding=encoding, crs=crs)
    lines = frame_of_lines(read) if read.has_lines else to_frame(read.to_arrow())
    if lines.crs is None and crs is not None:
        lines = lines.set_crs(crs)
    for key, field in (("width_field", width_m), ("name_field", name)):
        if isinstance(field, str) and field not in lines.columns:
            known = ", ".join(str(column) for column in lines.columns if column != "geometry")
            reason = f"key `plots.corridor.{key}`: there is no field `{field}`; it has {known}"
            raise SchemeError(f"{path}: {reason}", path=str(path), key=f"plots.corridor.{key}")
    segments = corridor(lines, width_m, segment_length_m=segment_length_m, name=name)
    return _native.Layer.from_arrow(frame_to_arrow(segments, "plots", None), "plots").made_of(read)


def _widths(lines: gpd.GeoDataFrame, width_m: float | str | Sequence[float]) -> list[float]:
    if isinstance(width_m, str):
        widths = [float(width) for width in lines[width_m]]
    elif isinstance(width_m, int | float):
        widths = [float(width_m)] * len(lines)
    else:
        widths = [float(width) for width in width_m]
    if len(widths) != len(lines):
        raise SanxianError(f"width_m: {len(widths)} widths for {len(lines)} lines: give one a line")
    for index, width in zip(lines.index, widths, strict=True):
        if not (width > 0 and math.isfinite(width)):
            raise SanxianError(f"width_m: line {index}: expected metres above 0, found {width}")
    return widths


def _one_line(index: Any, geometry: BaseGeometry | None) -> LineString:
    if geometry is not None and geometry.geom_type == "MultiLineString":
        geometry = shapely.line_merge(geometry)
    if not isinstance(geometry, LineString) or geometry.is_empty or geometry.length == 0:
        kind = "nothing" if geometry is None or geometry.is_empty else geometry.geom_type
        raise SanxianError(f"line {index}: expected one connected line, found {kind}: split it into rows")
    return geometry


def _strip(line: LineString, width: float) -> BaseGeometry:
    return line.buffer(width / 2, cap_style="flat", join_style="mitre", mitre_limit=_MITRE_LIMIT)


def _marks(length: float, step: float | None) -> list[float]:
    if step is None:
        return [0.0, length]
    # A rest of less than a millimetre is rounding, not a segment.
    count = max(math.ceil((length - 1e-3) / step), 1)
    return [step * at for at in range(count)] + [length]


def _cut(line: LineString, strip: BaseGeometry, marks: list[float], width: float) -> list[BaseGeometry]:
    """Parts of the strip, one a segment; what flat ends leave open at a bend goes to the segment it touches longest."""
    pieces: list[BaseGeometry] = []
    rest = strip
    for start, end in pairwise(marks):
        piece = shapely.intersection(_strip(substring(line, start, end), width), rest)
        pieces.append(_area(piece))
        rest = _area(shapely.difference(rest, piece))
    for part in shapely.get_parts(rest):
        shared = np.array([part.intersection(piece).length for piece in pieces])
        owner = int(shared.argmax())
        pieces[owner] = _area(shapely.union(pieces[owner], part))
    return pieces


def _area(geometry: BaseGeometry) -> BaseGeometry:
    """Polygons only: overlays leave points and lines where boxes touch."""
    polygons = [part for part in shapely.get_parts(geometry) if isinstance(part, Polygon) and part.area > 0]
    return polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)


def _chainage(metres: float) -> str:
    """``K1+250``."""
    kilometres, rest = divmod(round(metres), 1000)
    return f"K{kilometres}+{rest:03d}"
