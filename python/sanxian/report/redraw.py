"""Our drawings as metafiles: the map of the page becomes the same map for a word processor.

Only what :mod:`sanxian.report.map` and its neighbours draw is understood. Metafiles know no translucency: a faint fill
is left out, so that what lies below it shows, a strong one is drawn full. Hatches and dashes become lines of their own,
which look alike on every screen and printer.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

import numpy as np
import shapely

from sanxian.report.labelling import is_wide
from sanxian.report.metafile import Metafile

#: Below this a fill is faint.
_LEAST_OPACITY = 0.5
#: Where the white copies of a text lie that keep its surroundings off, in units of its outline.
_HALO = ((-1, 0), (1, 0), (0, -1), (0, 1), (-0.7, -0.7), (0.7, -0.7), (-0.7, 0.7), (0.7, 0.7))
_INHERITED = ("fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "font-size")
_TOKEN = re.compile(r"[MLHVZmlhvz]|-?\d+\.?\d*(?:e-?\d+)?")

Look = dict[str, str]


@dataclass(frozen=True)
class _Hatch:
    """A pattern: its ground, and the marks that a tile of ``size`` repeats."""

    size: float
    ground: str
    lines: list[tuple[np.ndarray, str, float]]
    dots: list[tuple[float, float, float, str]]


def to_metafile(svg: str) -> bytes:
    """A drawing as an enhanced metafile.

    Parameters
    ----------
    svg : str
        A drawing of this package.

    Returns
    -------
    bytes
        The same drawing gives the same bytes.

    Examples
    --------
    >>> from sanxian.report.view import element
    >>> circle = element("circle", cx=5, cy=5, r=4, fill="#c8102e")
    >>> to_metafile(element("svg", circle, viewBox="0 0 10 10"))[40:44]
    b' EMF'
    """
    root = ElementTree.fromstring(svg)
    _, _, width, height = (float(number) for number in root.attrib["viewBox"].split())
    return _Redrawing(root, Metafile(width, height)).picture.to_bytes()


class _Redrawing:
    """Carries a drawing over, element by element."""

    def __init__(self, root: ElementTree.Element, picture: Metafile) -> None:
        self.picture = picture
        found = {str(item.get("id")): item for item in root.iter() if item.get("id")}
        self._clips = {name: item[0] for name, item in found.items() if _kind(item) == "clipPath"}
        self._hatches = {name: _hatch(item) for name, item in found.items() if _kind(item) == "pattern"}
        self._draw(root, {}, (0.0, 0.0))

    def _draw(self, item: ElementTree.Element, inherited: Look, offset: tuple[float, float]) -> None:
        kind = _kind(item)
        look = {**inherited, **{key: item.attrib[key] for key in _INHERITED if key in item.attrib}}
        if kind in ("svg", "g"):
            window = self._clips.get(_reference(item.get("clip-path")))
            if window is not None:
                left, top, width, height = _numbers(window, "x", "y", "width", "height")
                self.picture.begin_clip(left, top, left + width, top + height)
            moved = _moved(offset, item.get("transform"))
            for child in item:
                self._draw(child, look, moved)
            if window is not None:
                self.picture.end_clip()
        elif kind == "rect":
            left, top, width, height = _numbers(item, "x", "y", "width", "height")
            corners = shapely.get_coordinates(shapely.box(left, top, left + width, top + height))
            self._shape([corners + offset], look, item)
        elif kind == "path":
            self._shape([part + offset for part in path_points(item.get("d", ""))], look, item)
        elif kind == "circle":
            x, y, radius = _numbers(item, "cx", "cy", "r")
            fill, stroke, width = _fill(look), _stroke(look), float(look.get("stroke-width", 1))
            self.picture.circle(x + offset[0], y + offset[1], radius, fill, stroke, width)
        elif kind == "text":
            self._text(item, look, offset)

    def _shape(self, parts: list[np.ndarray], look: Look, item: ElementTree.Element) -> None:
        rings = [part for part in parts if len(part) > 3]
        hatch = self._hatches.get(_reference(look.get("fill")))
        fill = _fill(look) if hatch is None else hatch.ground
        if rings and fill is not None:
            self.picture.polygons(rings, fill, is_even_odd=item.get("fill-rule") == "evenodd")
        if rings and hatch is not None:
            self._fill_with(hatch, rings)
        stroke = _stroke(look)
        if stroke is not None:
            dashes = [float(number) for number in look.get("stroke-dasharray", "").split()]
            lines = list(dashed(parts, dashes)) if dashes else parts
            self.picture.lines(lines, stroke, float(look.get("stroke-width", 1)))

    def _fill_with(self, hatch: _Hatch, rings: list[np.ndarray]) -> None:
        area = _area(rings)
        for mark, stroke, width in hatch.lines:
            cut = shapely.intersection(_hatching(mark, hatch.size, area.bounds), area)
            lines = [shapely.get_coordinates(part) for part in shapely.get_parts(cut) if part.geom_type == "LineString"]
            self.picture.lines(lines, stroke, width)
        for x, y, radius, fill in hatch.dots:
            spots = _tiled(x, y, hatch.size, area.bounds)
            for east, south in spots[shapely.contains_xy(area, spots[:, 0], spots[:, 1])]:
                self.picture.circle(east, south, radius, fill, None, 0.0)

    def _text(self, item: ElementTree.Element, look: Look, offset: tuple[float, float]) -> None:
        content = "".join(item.itertext())
        x, y = _numbers(item, "x", "y")
        size = float(look.get("font-size", 12))
        width = sum(size if is_wide(character) else size / 2 for character in content)
        x += offset[0] - {"middle": width / 2, "end": width}.get(item.get("text-anchor", ""), 0.0)
        halo = _stroke(look)
        if halo is not None:
            reach = float(look.get("stroke-width", 1)) / 2
            for east, south in _HALO:
                self.picture.text(content, x + east * reach, y + offset[1] + south * reach, size, halo)
        self.picture.text(content, x, y + offset[1], size, _fill(look) or "#000000")


def path_points(d: str) -> list[np.ndarray]:
    """The lines of path data, as arrays of points; closed ones end where they begin.

    Examples
    --------
    >>> [part.tolist() for part in path_points("M0 0h20v11z")]
    [[[0.0, 0.0], [20.0, 0.0], [20.0, 11.0], [0.0, 0.0]]]
    """
    parts: list[list[tuple[float, float]]] = []
    tokens = _TOKEN.findall(d)
    at, command, here = 0, "M", (0.0, 0.0)
    while at < len(tokens):
        if tokens[at].isalpha():
            command = tokens[at]
            at += 1
        if command in "Zz":
            parts[-1].append(parts[-1][0])
            here = parts[-1][0]
            continue
        base = here if command.islower() else (0.0, 0.0)
        if command in "Hh":
            here = (base[0] + float(tokens[at]), here[1])
        elif command in "Vv":
            here = (here[0], base[1] + float(tokens[at]))
        else:
            here = (base[0] + float(tokens[at]), base[1] + float(tokens[at + 1]))
        at += 1 if command in "HhVv" else 2
        if command in "Mm":
            parts.append([here])
            command = "l" if command == "m" else "L"
        else:
            parts[-1].append(here)
    return [np.array(part, dtype=float) for part in parts]


def dashed(lines: list[np.ndarray], dashes: list[float]) -> Iterator[np.ndarray]:
    """The drawn pieces of lines, for dashes and gaps of these lengths in turn.

    Examples
    --------
    >>> [piece.tolist() for piece in dashed([np.array([[0.0, 0.0], [10.0, 0.0]])], [4.0, 3.0])]
    [[[0.0, 0.0], [4.0, 0.0]], [[7.0, 0.0], [10.0, 0.0]]]
    """
    pattern = dashes if len(dashes) % 2 == 0 else dashes * 2
    for line in lines:
        if len(line) < 2:
            continue
        # Distance along the line of every vertex; dashes start and end between them.
        along = np.concatenate([[0.0], np.hypot(*np.diff(line, axis=0).T).cumsum()])
        start, turn = 0.0, 0
        while start < along[-1]:
            end = min(start + pattern[turn % len(pattern)], along[-1])
            if turn % 2 == 0:
                inner = line[(along > start) & (along < end)]
                ends = [[np.interp(where, along, line[:, axis]) for axis in (0, 1)] for where in (start, end)]
                yield np.vstack([ends[:1], inner, ends[1:]])
            start, turn = end, turn + 1


def _hatching(mark: np.ndarray, size: float, bounds: tuple[float, float, float, float]) -> shapely.Geometry:
    """The lines that a diagonal of a tile makes when tiles are laid side by side, from the top of a box to its foot."""
    (x1, y1), (x2, y2) = mark
    slope = (x2 - x1) / (y2 - y1)
    minx, miny, maxx, maxy = bounds
    reach = slope * (maxy - miny)
    first = x1 + slope * (miny - y1)
    left, right = min(minx, minx - reach), max(maxx, maxx - reach)
    starts = first + size * np.arange(math.floor((left - first) / size), math.ceil((right - first) / size) + 1)
    return shapely.multilinestrings([[(x, miny), (x + reach, maxy)] for x in starts])


def _tiled(x: float, y: float, size: float, bounds: tuple[float, float, float, float]) -> np.ndarray:
    """The places of a mark in every tile that meets a box."""
    minx, miny, maxx, maxy = bounds
    columns = x + size * np.arange(math.floor((minx - x) / size), math.ceil((maxx - x) / size) + 1)
    rows = y + size * np.arange(math.floor((miny - y) / size), math.ceil((maxy - y) / size) + 1)
    return np.array([(column, row) for row in rows for column in columns])


def _area(rings: list[np.ndarray]) -> shapely.Geometry:
    """Rings as polygons: those wound like the first are outer ones, holes follow theirs."""
    rims = [shapely.LinearRing(ring) for ring in rings]
    groups: list[list[shapely.Geometry]] = []
    for rim in rims:
        if groups and shapely.is_ccw(rim) != shapely.is_ccw(groups[0][0]):
            groups[-1].append(rim)
        else:
            groups.append([rim])
    polygons = [shapely.Polygon(outer, holes) for outer, *holes in groups]
    return shapely.union_all(shapely.make_valid(np.array(polygons, dtype=object)))


def _hatch(pattern: ElementTree.Element) -> _Hatch:
    lines, dots, ground = [], [], "#ffffff"
    for item in pattern:
        if _kind(item) == "rect":
            ground = item.attrib["fill"]
        elif _kind(item) == "circle":
            x, y, radius = _numbers(item, "cx", "cy", "r")
            dots.append((x, y, radius, item.attrib["fill"]))
        else:
            for mark in path_points(item.attrib["d"]):
                lines.append((mark, item.attrib["stroke"], float(item.get("stroke-width", 1))))
    return _Hatch(float(pattern.attrib["width"]), ground, lines, dots)


def _kind(item: ElementTree.Element) -> str:
    return str(item.tag).rpartition("}")[2]


def _numbers(item: ElementTree.Element, *names: str) -> list[float]:
    return [float(item.get(name, 0)) for name in names]


def _reference(value: str | None) -> str:
    """``name`` of ``url(#name)``."""
    return value[5:-1] if value is not None and value.startswith("url(#") else ""


def _moved(offset: tuple[float, float], transform: str | None) -> tuple[float, float]:
    if transform is None:
        return offset
    x, y = (float(number) for number in re.findall(r"-?[\d.]+", transform))
    return offset[0] + x, offset[1] + y


def _fill(look: Look) -> str | None:
    fill = look.get("fill", "#000000")
    is_drawn = fill.startswith("#") and float(look.get("fill-opacity", 1)) >= _LEAST_OPACITY
    return _full(fill) if is_drawn else None


def _stroke(look: Look) -> str | None:
    stroke = look.get("stroke", "none")
    return _full(stroke) if stroke.startswith("#") else None


def _full(colour: str) -> str:
    """``#ffffff`` of ``#fff``."""
    return colour if len(colour) == 7 else "#" + "".join(digit * 2 for digit in colour[1:])
