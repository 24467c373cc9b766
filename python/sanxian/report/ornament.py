"""What surrounds a map: coordinate frame, scale bar, north arrow, legend."""

from __future__ import annotations

import math
from typing import Any

from sanxian.report import style
from sanxian.report.labelling import text_width
from sanxian.report.style import Style
from sanxian.report.view import View, element, round_step, text

#: Size of the type around the map, in drawing pixels.
FONT = 9.5
LEGEND_ROW = 18


def _coordinate_label(value: float, step: float, is_geographic: bool) -> str:
    if is_geographic:
        return f"{value:.{max(0, -math.floor(math.log10(step)))}f}°"
    decimals = max(0, -math.floor(math.log10(step / 1000)))
    return f"{value / 1000:.{decimals}f}"


def _ticks(low: float, high: float, step: float) -> list[float]:
    return [number * step for number in range(math.ceil(low / step), math.floor(high / step) + 1)]


def coordinate_frame(view: View) -> str:
    """The neat line with round coordinates, in kilometres (or degrees), and small crosses where they meet."""
    minx, miny, maxx, maxy = view.bounds
    step = round_step(min(maxx - minx, maxy - miny), 3)
    right, bottom = view.left + view.width, view.top + view.height
    drawn, crosses = "", ""
    columns, rows = _ticks(minx, maxx, step), _ticks(miny, maxy, step)
    for value in columns:
        x = view.pixel(value, miny)[0]
        drawn += element("path", d=f"M{x:.1f} {bottom}v4M{x:.1f} {view.top}v-4", stroke=style.INK, stroke_width=0.8)
        label = _coordinate_label(value, step, view.is_geographic)
        drawn += text(label, x, bottom + 14, text_anchor="middle", font_size=FONT, fill=style.INK)
    for value in rows:
        y = view.pixel(minx, value)[1]
        drawn += element("path", d=f"M{view.left} {y:.1f}h-4M{right} {y:.1f}h4", stroke=style.INK, stroke_width=0.8)
        label = _coordinate_label(value, step, view.is_geographic)
        drawn += text(label, view.left - 6, y + 3.2, text_anchor="end", font_size=FONT, fill=style.INK)
        for column in columns:
            x = view.pixel(column, value)[0]
            crosses += f"M{x - 4:.1f} {y:.1f}h8M{x:.1f} {y - 4:.1f}v8"
    unit = "°" if view.is_geographic else "千米"
    drawn += text(unit, view.left - 6, bottom + 14, text_anchor="end", font_size=FONT, fill="#7b8794")
    neat = element(
        "rect",
        x=view.left,
        y=view.top,
        width=view.width,
        height=view.height,
        fill="none",
        stroke=style.INK,
        stroke_width=1.2,
    )
    marks = element("path", d=crosses, stroke="#7b8794", stroke_width=0.6, fill="none") if crosses else ""
    return marks + neat + drawn


def scale_bar(view: View, x: float, y: float, target_px: float = 150.0) -> str:
    """A bar of round length, half of it filled, with its length in metres or kilometres."""
    length_m = round_step(target_px * view.metres_per_px, 1)
    length = length_m / view.metres_per_px
    label = f"{length_m / 1000:g} 千米" if length_m >= 1000 else f"{length_m:g} 米"
    half = length / 2
    backdrop = element(
        "rect",
        x=round(x - 5, 1),
        y=round(y - 17, 1),
        width=round(length + 12 + text_width(label, FONT) / 2, 1),
        height=24,
        fill="#ffffff",
        fill_opacity=0.88,
    )
    outline: dict[str, Any] = {"height": 5, "stroke": style.INK, "stroke_width": 0.8, "y": round(y - 5, 1)}
    return (
        backdrop
        + element("rect", x=round(x, 1), width=round(half, 1), fill=style.INK, **outline)
        + element("rect", x=round(x + half, 1), width=round(half, 1), fill="#fff", **outline)
        + text("0", x, y - 8, font_size=FONT - 1, fill=style.INK)
        + text(label, x + length, y - 8, text_anchor="middle", font_size=FONT, fill=style.INK)
    )


def north_arrow(x: float, y: float) -> str:
    """An arrow to grid north."""
    left = element("path", d=f"M{x} {y}l-7 22l7 -5z", fill=style.INK)
    right = element("path", d=f"M{x} {y}l7 22l-7 -5z", fill="#fff", stroke=style.INK, stroke_width=0.8)
    backdrop = element("rect", x=x - 12, y=y - 12, width=24, height=40, fill="#fff", fill_opacity=0.85)
    return backdrop + left + right + text("北", x, y - 2, text_anchor="middle", font_size=10, fill=style.INK)


def legend(
    styles: list[Style], has_places: bool, has_contact: bool, x: float, y: float, width: float, prefix: str
) -> tuple[str, float]:
    """A box of swatches in rows below the map; returns it and its height."""
    entries: list[tuple[str, str]] = [(plot_swatch(), "地块及编号")]
    entries += [(style.swatch(look, prefix), look.title) for look in styles]
    if has_places:
        square = element("rect", width=20, height=11, fill=style.PROBLEM, stroke=style.PROBLEM_DARK, stroke_width=0.6)
        ring = element("circle", cx=10, cy=5.5, r=6.5, fill="none", stroke=style.PROBLEM, stroke_width=1.8)
        entries += [(square, "问题图块"), (ring, "细小问题图块（编号见放大图）")]
    if has_contact:
        line = element("path", d="M0 5.5h20", stroke=style.CONTACT, stroke_width=3.2, stroke_linecap="round")
        entries.append((line, "边界接触"))
    drawn, at_x, at_y = "", x + 10.0, y + 10.0
    for swatch, title in entries:
        needed = 20 + 6 + text_width(title, FONT) + 18
        if at_x + needed > x + width and at_x > x + 10:
            at_x, at_y = x + 10.0, at_y + LEGEND_ROW
        drawn += element("g", swatch, transform=f"translate({at_x:.1f} {at_y:.1f})")
        drawn += text(title, at_x + 26, at_y + 9, font_size=FONT, fill=style.INK)
        at_x += needed
    height = at_y - y + LEGEND_ROW + 4
    box = element("rect", x=x, y=y, width=width, height=height, fill="#fff", stroke="#9aa5b1", stroke_width=0.8)
    return box + drawn, height


def plot_swatch() -> str:
    """What a plot looks like in a legend."""
    return element(
        "rect",
        width=20,
        height=11,
        fill=style.PLOT_FILL,
        fill_opacity=0.22,
        stroke=style.PLOT_LINE,
        stroke_width=0.9,
    )
