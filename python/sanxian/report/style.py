"""How things look on the map: fills that survive a black-and-white printer, lines, and the words of the legend."""

from __future__ import annotations

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


_ROLE_STYLES = {
    "urban_development_boundary": Style("城镇开发边界", "#fdf5f3", "#8a3d8f", 1.4, "9 3 2 3", None, 0),
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


def patterns(prefix: str) -> str:
    """SVG hatch patterns; ``prefix`` keeps the ids of several maps on one page apart."""

    def pattern(name: str, size: float, content: str) -> str:
        return element(
            "pattern", content, id=f"{prefix}-{name}", width=size, height=size, patternUnits="userSpaceOnUse"
        )

    line: dict[str, Any] = {"stroke_width": 0.7, "fill": "none", "stroke_opacity": 0.75}
    return (
        pattern("diagonal", 6, element("path", d="M0 6L6 0", stroke="#b38f12", **line))
        + pattern("cross", 7, element("path", d="M0 7L7 0M0 0L7 7", stroke="#2c8a52", **line))
        + pattern("dots", 6, element("circle", cx=1.5, cy=1.5, r=0.7, fill="#7fa56b"))
    )


def area(d: str, style: Style, prefix: str) -> str:
    """A filled path with its hatch."""
    if not d:
        return ""
    outline: dict[str, Any] = {
        "stroke": style.stroke,
        "stroke_width": style.stroke_width,
        "stroke_dasharray": style.dash,
    }
    drawn = element("path", d=d, fill=style.fill, fill_rule="evenodd", **outline)
    if style.hatch:
        drawn += element("path", d=d, fill=f"url(#{prefix}-{style.hatch})", fill_rule="evenodd", stroke="none")
    return drawn
