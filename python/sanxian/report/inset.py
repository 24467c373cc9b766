"""Close-ups of the numbered places: the whole piece, and for a narrow one a second view in which its width shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shapely.geometry.base import BaseGeometry

from sanxian.report import figures, style
from sanxian.report.drawn_layers import draw_layers
from sanxian.report.map import draw_place, draw_plots
from sanxian.report.ornament import scale_bar
from sanxian.report.places import Place
from sanxian.report.view import Bounds, View, element, text

if TYPE_CHECKING:
    from sanxian.report.model import Report

WIDTH, HEIGHT = 330, 240
#: Below this width on paper a piece looks like a line, and a closer view is added.
NARROW_PX = 8.0
#: How wide a narrow piece is drawn in the closer view.
CLOSE_UP_PX = 46.0
#: The whole-piece view shows at least this much ground, in metres, so that the surroundings can be recognised.
LEAST_SPAN_M = 30.0
#: More close-ups than this make a page nobody reads; the rest are in pieces.gpkg, and the page says so.
MOST_PLACES = 40


@dataclass(frozen=True)
class Inset:
    """A place with its one or two drawings."""

    place: Place
    overview: str
    close_up: str | None
    #: Where the close-up is, as a planner writes it.
    position: str

    @property
    def width(self) -> str:
        """Mean width of the piece in metres, as text."""
        return figures.number(self.place.mean_width_m, 3)


def draw_insets(report: Report, places: list[Place], prefix: str = "inset") -> list[Inset]:
    """Close-ups of the first :data:`MOST_PLACES` places."""
    return [_draw_inset(report, place, f"{prefix}{place.number}") for place in places[:MOST_PLACES]]


def _draw_inset(report: Report, place: Place, prefix: str) -> Inset:
    is_geographic = report.plots.crs is not None and report.plots.crs.is_geographic
    whole = View.fit(
        place.geometry.bounds,
        (WIDTH, HEIGHT),
        margin=0.18,
        is_geographic=is_geographic,
        least_span_m=LEAST_SPAN_M,
    )
    focus = place.geometry.representative_point()
    close_up = None
    window = _close_up_window(place, whole)
    if window is not None:
        near = View.fit(window, (WIDTH, HEIGHT), margin=0.0, is_geographic=is_geographic, least_span_m=1e-6)
        close_up = _drawing(report, place, near, f"{prefix}b")
    overview = _drawing(report, place, whole, f"{prefix}a", window)
    return Inset(place, overview, close_up, _position(focus, is_geographic))


def _close_up_window(place: Place, whole: View) -> Bounds | None:
    width_m = place.mean_width_m
    if not width_m or width_m / whole.metres_per_px >= NARROW_PX:
        return None
    # In units of the map, also where those are degrees.
    units = width_m * whole.units_per_px / whole.metres_per_px
    half_x, half_y = units * WIDTH / CLOSE_UP_PX / 2, units * HEIGHT / CLOSE_UP_PX / 2
    x, y = _middle(place.geometry)
    return x - half_x, y - half_y, x + half_x, y + half_y


def _middle(geometry: BaseGeometry) -> tuple[float, float]:
    """A point inside the largest part: of several slivers the one that matters most."""
    parts = list(getattr(geometry, "geoms", [geometry]))
    largest = max(parts, key=lambda part: (part.area, part.length))
    point = largest.representative_point()
    return point.x, point.y


def _drawing(report: Report, place: Place, view: View, prefix: str, window: Bounds | None = None) -> str:
    layers = draw_layers(report, view, prefix)
    inside = layers.svg + draw_plots(report.plots, view, 0.25) + draw_place(place, view) + layers.marks
    clip = element("clipPath", element("rect", width=WIDTH, height=HEIGHT), id=f"{prefix}-frame")
    frame = element("rect", x=0.5, y=0.5, width=WIDTH - 1, height=HEIGHT - 1, fill="none", stroke=style.INK)
    body = (
        element("defs", style.patterns(prefix, layers.styles) + clip)
        + element("rect", width=WIDTH, height=HEIGHT, fill="#fff")
        + element("g", inside, clip_path=f"url(#{prefix}-frame)")
        + (_locator(view, window) if window else "")
        + _plot_name(report, place, view)
        + scale_bar(view, 10, HEIGHT - 10, target_px=90)
        + frame
    )
    return element(
        "svg",
        body,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="img",
        aria_label=place.title,
    )


def _locator(view: View, window: Bounds) -> str:
    """A ring at the place of the close-up, which itself would be too small to see."""
    x, y = view.pixel((window[0] + window[2]) / 2, (window[1] + window[3]) / 2)
    ring = element("circle", cx=round(x, 1), cy=round(y, 1), r=13, fill="none", stroke=style.PROBLEM, stroke_width=1.6)
    return ring + text(
        "放大处",
        min(max(x, 24), WIDTH - 24),
        y - 18 if y > 40 else y + 26,
        text_anchor="middle",
        font_size=10,
        fill=style.PROBLEM,
        stroke="#fff",
        stroke_width=2.5,
        paint_order="stroke",
    )


def _plot_name(report: Report, place: Place, view: View) -> str:
    plots = report.plots[report.plots["plot_id"].astype(str) == place.plot_id]
    shapes = [shape for shape in view.clip(plots.geometry, pad_px=-16.0) if not shape.is_empty]
    if not shapes:
        return ""
    rest = shapes[0].difference(place.geometry.buffer(12 * view.units_per_px))
    point = (shapes[0] if rest.is_empty else rest).representative_point()
    x, y = view.pixel(point.x, point.y)
    return text(
        f"{place.plot_id}号地块",
        x,
        y,
        text_anchor="middle",
        font_size=11,
        fill=style.PLOT_LINE,
        stroke="#fff",
        stroke_width=2.5,
        paint_order="stroke",
    )


def _position(point: BaseGeometry, is_geographic: bool) -> str:
    if is_geographic:
        return f"经度 {point.x:.7f}°,纬度 {point.y:.7f}°"
    return f"横坐标 {point.x:.3f} 米，纵坐标 {point.y:.3f} 米"
