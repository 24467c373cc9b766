"""How things look on the map: fills that survive a black-and-white printer, lines, and the words of the legend."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import pandas as pd

from sanxian.report import labels
from sanxian.report.view import element

INK = "#1f2933"
PROBLEM = "#c8102e"
PROBLEM_DARK = "#6d0016"
CONTACT = "#e06500"
PLOT_FILL = "#3d6cb0"
PLOT_LINE = "#16386b"
#: Order of what lies above every layer.
ABOVE_ALL = 9


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


_ROLE_STYLES = {
    "urban_development_boundary": Style("城镇开发边界", "#fdf5f3", "#8a3d8f", 1.4, "9 3 2 3", None, 0, True),
    "forest": Style("林地", "#dfecd6", "#7fa56b", 0.5, None, "dots", 1),
    "water": Style("水域", "#d3e8f8", "#4f93c8", 0.6, None, None, 2),
    "permanent_basic_farmland": Style("永久基本农田", "#f8eba6", "#a58208", 0.7, None, "diagonal", 3),
    "ecological_redline": Style("生态保护红线", "#c9e6cd", "#157a3c", 1.2, None, "cross", 4),
}
#: What a sub-zone's name contains, and how its fill differs.
_SUBCLASS_FILLS = (
    ("集中", "#fdf1ee"),
    ("弹性", "#efe3f5"),
    ("特别用途", "#e3e7f3"),
    ("核心", "#9fd0aa"),
    ("一般控制", "#d3ecd7"),
)
_UNKNOWN = Style("", "#ececec", "#777777", 0.6, "3 2", None, 2)


def style_of(role: str, subclass: str | None = None) -> Style:
    """Style of a layer's feature, by its role and, where it has one, its sub-zone."""
    base = _ROLE_STYLES.get(role) or replace(_UNKNOWN, title=labels.word("role", role))
    if not subclass:
        return base
    fill = next((fill for part, fill in _SUBCLASS_FILLS if part in subclass), base.fill)
    return replace(base, title=f"{base.title}·{subclass}", fill=fill)


def subclass_column(frame: gpd.GeoDataFrame) -> str | None:
    """The column that names sub-zones: ``subclass``, or one whose values read like sub-zones."""
    if "subclass" in frame.columns:
        return "subclass"
    for name in frame.columns:
        if name == frame.geometry.name or not pd.api.types.is_string_dtype(frame[name].dtype):
            continue
        values = [str(value) for value in frame[name].dropna().unique()[:50]]
        if values and all(any(part in value for part, _ in _SUBCLASS_FILLS) for value in values):
            return str(name)
    return None


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


def area(d: str, look: Style, prefix: str) -> str:
    """A filled path; its hatch is one of :func:`patterns` with the same prefix."""
    if not d:
        return ""
    fill = f"url(#{_pattern_id(prefix, look)})" if look.hatch else look.fill
    return element(
        "path",
        d=d,
        fill=fill,
        stroke=look.stroke,
        stroke_width=look.stroke_width,
        stroke_dasharray=look.dash,
    )


def line(d: str, look: Style) -> str:
    """The outline alone."""
    outline: dict[str, Any] = {"stroke": look.stroke, "stroke_width": look.stroke_width, "stroke_dasharray": look.dash}
    return element("path", d=d, fill="none", **outline) if d else ""
