"""How things look on the map: fills that survive a black-and-white printer, lines, and the words of the legend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import geopandas as gpd
import pandas as pd

from sanxian.report import labels
from sanxian.report.view import element, tooltip

INK = "#1f2933"
PROBLEM = "#c8102e"
PROBLEM_DARK = "#6d0016"
CONTACT = "#e06500"
PLOT_FILL = "#3d6cb0"
PLOT_LINE = "#16386b"
#: Order of what lies above every layer.
ABOVE_ALL = 9
#: Radius of a point's mark.
POINT_PX = 3.2


@dataclass(frozen=True)
class Style:
    """Fill, hatch and outline of a kind of area."""

    title: str
    fill: str
    stroke: str
    stroke_width: float = 0.6
    dash: str | None = None
    #: Hatch: ``diagonal``, ``cross``, ``dots``, or none.
    hatch: str | None = None
    #: Place in the drawing order; small lies below.
    order: int = 5
    #: Whether its outline is what matters, and is drawn again above all fills.
    is_boundary: bool = False
    #: ``area``, ``line`` or ``point``.
    kind: str = "area"


_ROLE_STYLES = {
    "urban_development_boundary": Style("城镇开发边界", "#fdf5f3", "#8a3d8f", 1.4, "9 3 2 3", None, 0, True),
    "forest": Style("林地", "#dfecd6", "#7fa56b", 0.5, None, "dots", 1),
    "water": Style("水域", "#d3e8f8", "#4f93c8", 0.6, None, None, 2),
    "permanent_basic_farmland": Style("永久基本农田", "#f8eba6", "#a58208", 0.7, None, "diagonal", 3),
    "ecological_redline": Style("生态保护红线", "#c9e6cd", "#157a3c", 1.2, None, "cross", 4),
}
#: A sub-zone's identifier in a scheme, what its name contains, and how its fill differs.
_SUBCLASS_FILLS = (
    ("concentrated", "集中", "#fdf1ee"),
    ("flexible", "弹性", "#efe3f5"),
    ("special", "特别用途", "#e3e7f3"),
    ("core", "核心", "#9fd0aa"),
    ("general", "一般控制", "#d3ecd7"),
)
_UNKNOWN = Style("", "#ececec", "#777777", 0.6, "3 2", None, 2)


@dataclass(frozen=True)
class SubZones:
    """Which column of a layer names sub-zones, and which identifier a scheme gives to each value."""

    field_name: str | None = None
    identifiers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_evidence(cls, evidence: Mapping[str, Any], role: str, nth: int = 0) -> SubZones:
        """What the scheme said about the ``nth`` layer of a role; nothing where it said nothing."""
        found = layer_input(evidence, role, nth).get("subclass") or {}
        if not found.get("field"):
            return cls()
        groups = found.get("groups") or {}
        return cls(found["field"], {str(value): name for name, values in groups.items() for value in values})

    def column(self, frame: gpd.GeoDataFrame) -> str | None:
        """The scheme's column, or one whose values read like sub-zones."""
        if self.field_name in frame.columns:
            return self.field_name
        return next((name for name in map(str, frame.columns) if _reads_like_sub_zones(frame, name)), None)


def layer_input(evidence: Mapping[str, Any], role: str, nth: int = 0) -> dict[str, Any]:
    """The evidence on the ``nth`` layer of a role; an empty dict where there is none."""
    entries = [entry for entry in evidence.get("inputs") or [] if entry.get("role") == role]
    return dict(entries[nth]) if nth < len(entries) else {}


def _reads_like_sub_zones(frame: gpd.GeoDataFrame, name: str) -> bool:
    if name == frame.geometry.name or not pd.api.types.is_string_dtype(frame[name].dtype):
        return False
    values = [str(value) for value in frame[name].dropna().unique()[:50]]
    return bool(values) and all(any(part in value for _, part, _ in _SUBCLASS_FILLS) for value in values)


def style_of(role: str, subclass: str | None = None, identifier: str | None = None, kind: str = "area") -> Style:
    """Style of a layer's feature, by its role and, where it has one, its sub-zone; lines and points have no fill."""
    base = _ROLE_STYLES.get(role) or replace(_UNKNOWN, title=labels.word("role", role))
    if kind != "area":
        words = {"line": "线", "point": "点"}
        title = f"{base.title}（{words[kind]}）"
        return replace(base, title=title, kind=kind, order=ABOVE_ALL, hatch=None, stroke_width=1.6, dash=None)
    if not subclass:
        return base
    fills = {known: fill for known, part, fill in _SUBCLASS_FILLS if known == identifier or part in subclass}
    fill = fills.get(identifier or "") or next(iter(fills.values()), base.fill)
    return replace(base, title=f"{base.title}·{subclass}", fill=fill)


def patterns(prefix: str, styles: Iterable[Style]) -> str:
    """SVG fills of the hatched styles; ``prefix`` keeps the ids of several maps on one page apart."""
    made = {_pattern_id(prefix, look): look for look in styles if look.hatch}
    return "".join(_pattern(name, look) for name, look in made.items())


def _pattern_id(prefix: str, look: Style) -> str:
    return f"{prefix}-{look.hatch}-{look.fill.lstrip('#')}"


def _pattern(name: str, look: Style) -> str:
    size = 7 if look.hatch == "cross" else 6
    line: dict[str, Any] = {"stroke_width": 0.7, "fill": "none", "stroke_opacity": 0.75}
    marks = {
        "diagonal": element("path", d="M0 6L6 0", stroke="#b38f12", **line),
        "cross": element("path", d="M0 7L7 0M0 0L7 7", stroke="#2c8a52", **line),
        "dots": element("circle", cx=1.5, cy=1.5, r=0.7, fill="#7fa56b"),
    }
    ground = element("rect", width=size, height=size, fill=look.fill)
    content = ground + marks[str(look.hatch)]
    return element("pattern", content, id=name, width=size, height=size, patternUnits="userSpaceOnUse")


def area(d: str, look: Style, prefix: str, title: str = "", **attributes: Any) -> str:
    """A filled path; its hatch is one of :func:`patterns` with the same prefix."""
    if not d:
        return ""
    fill = f"url(#{_pattern_id(prefix, look)})" if look.hatch else look.fill
    return element(
        "path",
        tooltip(title),
        d=d,
        fill=fill,
        stroke=look.stroke,
        stroke_width=look.stroke_width,
        stroke_dasharray=look.dash,
        **attributes,
    )


def line(d: str, look: Style, **attributes: Any) -> str:
    """The outline alone."""
    outline: dict[str, Any] = {"stroke": look.stroke, "stroke_width": look.stroke_width, "stroke_dasharray": look.dash}
    return element("path", d=d, fill="none", **outline, **attributes) if d else ""


def point(x: float, y: float, look: Style, **attributes: Any) -> str:
    """A mark of a size that does not depend on the scale."""
    at: dict[str, Any] = {"cx": round(x, 1), "cy": round(y, 1)}
    return element("circle", r=POINT_PX, fill=look.stroke, stroke="#ffffff", stroke_width=0.8, **at, **attributes)


def swatch(look: Style, prefix: str, left: float = 0.0, width: float = 20.0) -> str:
    """What a style looks like in a legend, in a box of this width and 11 pixels height."""
    if look.kind == "point":
        return point(left + width / 2, 5.5, look)
    if look.kind == "line":
        return line(f"M{left:.1f} 5.5h{width:.1f}", look)
    return area(f"M{left:.1f} 0h{width:.1f}v11h-{width:.1f}z", look, prefix)
