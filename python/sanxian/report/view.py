"""From map coordinates to the pixels of a drawing: windows, SVG elements and paths, round numbers for scales."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

Bounds = tuple[float, float, float, float]

#: Metres in a degree of latitude, near enough to place things on a drawing.
METRES_PER_DEGREE = 111_132.0


def element(name: str, content: str = "", **attributes: Any) -> str:
    """An SVG element; ``content`` is markup already, attribute values are escaped, ``_`` becomes ``-``.

    Examples
    --------
    >>> element("circle", r=3, stroke_width=1.5)
    '<circle r="3" stroke-width="1.5"/>'
    """
    pairs = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_plain(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{pairs}>{content}</{name}>" if content else f"<{name}{pairs}/>"


def text(content: str, x: float, y: float, **attributes: Any) -> str:
    """An SVG text; ``content`` is escaped."""
    return element("text", escape(content), x=round(x, 1), y=round(y, 1), **attributes)


def tooltip(content: str) -> str:
    """An SVG title, which a browser shows when the pointer rests on what holds it; nothing for no content."""
    return element("title", escape(content)) if content else ""


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def round_step(span: float, parts: int) -> float:
    """The largest of 1, 2, 5 times a power of ten that goes at least ``parts`` times into ``span``.

    Examples
    --------
    >>> round_step(6400, 5), round_step(1.7, 3)
    (1000.0, 0.5)
    """
    if not (span > 0 and math.isfinite(span)):
        return 1.0
    target = span / parts
    power = 10.0 ** math.floor(math.log10(target))
    return max(factor * power for factor in (1, 2, 5) if factor * power <= target * (1 + 1e-9))


@dataclass(frozen=True)
class View:
    """A window of the map (``bounds`` in map units) drawn ``width`` x ``height`` pixels large."""

    bounds: Bounds
    width: float
    height: float
    left: float = 0.0
    top: float = 0.0
    is_geographic: bool = False
    #: How many times the drawing can be enlarged before its shapes look coarse.
    detail: float = 1.0

    @classmethod
    def fit(
        cls,
        bounds: Bounds,
        size: tuple[float, float],
        *,
        least_height: float | None = None,
        margin: float = 0.06,
        origin: tuple[float, float] = (0.0, 0.0),
        is_geographic: bool = False,
        least_span_m: float = 1.0,
        detail: float = 1.0,
    ) -> View:
        """The window that shows ``bounds`` with a margin, undistorted, in at most ``size`` pixels.

        With ``least_height`` the drawing shrinks to the shape of the data, but not below it.
        """
        minx, miny, maxx, maxy = bounds
        unit_x, unit_y = _metres_per_unit((miny + maxy) / 2, is_geographic)
        span_x = max((maxx - minx) * unit_x, least_span_m) * (1 + 2 * margin)
        span_y = max((maxy - miny) * unit_y, least_span_m) * (1 + 2 * margin)
        width, height = size
        if least_height is not None:
            height = min(max(width * span_y / span_x, least_height), height)
        metres_per_px = max(span_x / width, span_y / height)
        half_x, half_y = metres_per_px * width / 2 / unit_x, metres_per_px * height / 2 / unit_y
        x, y = (minx + maxx) / 2, (miny + maxy) / 2
        window = (x - half_x, y - half_y, x + half_x, y + half_y)
        return cls(window, width, height, origin[0], origin[1], is_geographic, detail)

    @property
    def metres_per_px(self) -> float:
        """How much ground a pixel covers."""
        middle = (self.bounds[1] + self.bounds[3]) / 2
        return (self.bounds[3] - self.bounds[1]) * _metres_per_unit(middle, self.is_geographic)[1] / self.height

    @property
    def units_per_px(self) -> float:
        """How many map units a pixel covers, upwards."""
        return (self.bounds[3] - self.bounds[1]) / self.height

    def pixels(self, coordinates: np.ndarray) -> np.ndarray:
        """Pixel positions of an (n, 2) array of map coordinates."""
        minx, miny, maxx, maxy = self.bounds
        x = self.left + (coordinates[:, 0] - minx) / (maxx - minx) * self.width
        y = self.top + (maxy - coordinates[:, 1]) / (maxy - miny) * self.height
        return np.column_stack([x, y])

    def pixel(self, x: float, y: float) -> tuple[float, float]:
        """Pixel position of one point."""
        position = self.pixels(np.array([[x, y]]))[0]
        return float(position[0]), float(position[1])

    def extent_px(self, geometry: BaseGeometry) -> float:
        """Pixels of the longer side of a geometry's box."""
        minx, miny, maxx, maxy = geometry.bounds
        return max(maxx - minx, maxy - miny) / self.units_per_px

    def extents_px(self, geometries: np.ndarray) -> np.ndarray:
        """Pixels of the longer side of each geometry's box; NaN where it is missing or empty."""
        boxes = shapely.bounds(geometries).reshape(len(geometries), 4)
        return np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]) / self.units_per_px

    def clip(self, geometries: Iterable[BaseGeometry], pad_px: float = 24.0) -> np.ndarray:
        """The parts inside the window and a little beyond, simplified to what a pixel can show.

        For drawing only: an invalid polygon is repaired here, since its fault is reported elsewhere.
        """
        shapes = np.asarray(list(geometries), dtype=object)
        if not len(shapes):
            return shapes
        pad = pad_px * self.units_per_px
        minx, miny, maxx, maxy = self.bounds
        invalid = ~shapely.is_valid(shapes)
        shapes[invalid] = shapely.make_valid(shapes[invalid])
        window = shapely.box(minx - pad, miny - pad, maxx + pad, maxy + pad)
        inside = shapely.intersection(shapes, window)
        return shapely.simplify(inside, 0.3 * self.units_per_px / self.detail, preserve_topology=True)

    def path(self, geometry: BaseGeometry, decimals: int = 1) -> str:
        """SVG path data of the polygons and lines of a geometry."""
        decimals += math.ceil(math.log10(self.detail))
        return "".join(self._part_path(part, decimals) for part in flatten(geometry))

    def _part_path(self, part: BaseGeometry, decimals: int) -> str:
        if part.geom_type == "Polygon":
            return "".join(self._line(ring, decimals, "Z") for ring in (part.exterior, *part.interiors))
        return self._line(part, decimals, "") if part.geom_type in ("LineString", "LinearRing") else ""

    def _line(self, line: BaseGeometry, decimals: int, close: str) -> str:
        points = np.round(self.pixels(shapely.get_coordinates(line)), decimals)
        kept = np.ones(len(points), dtype=bool)
        kept[1:] = (np.diff(points, axis=0) != 0).any(axis=1)
        points = points[kept]
        if len(points) < 2:
            return ""
        return "M" + "L".join(f"{x:.{decimals}f} {y:.{decimals}f}" for x, y in points) + close


def flatten(geometry: BaseGeometry | None) -> list[BaseGeometry]:
    """The single parts of a geometry, empty ones left out."""
    if geometry is None or geometry.is_empty:
        return []
    parts = getattr(geometry, "geoms", None)
    return [geometry] if parts is None else [single for part in parts for single in flatten(part)]


def _metres_per_unit(latitude: float, is_geographic: bool) -> tuple[float, float]:
    if not is_geographic:
        return 1.0, 1.0
    return METRES_PER_DEGREE * max(math.cos(math.radians(latitude)), 0.01), METRES_PER_DEGREE
