"""The overview map as inline SVG: plots with numbers, control layers, numbered places, frame, scale and legend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from sanxian.report import figures, style
from sanxian.report.crs_title import crs_title
from sanxian.report.drawn_layers import LEAST_FEATURE_PX, DrawnLayers, draw_layers
from sanxian.report.labelling import Placer, text_width
from sanxian.report.ornament import coordinate_frame, legend, north_arrow, scale_bar
from sanxian.report.places import Place
from sanxian.report.view import View, element, text, tooltip

if TYPE_CHECKING:
    from sanxian.report.model import Report

#: Size of the drawing in its own pixels; on A4 a pixel is about a quarter of a millimetre.
WIDTH, LEAST_HEIGHT, MOST_HEIGHT = 760, 380, 780
FRAME_LEFT, FRAME_TOP, FRAME_RIGHT, FRAME_BOTTOM = 46, 8, 12, 26
#: A piece smaller than this gets a ring, so that it can be found.
TINY_PX = 14.0
#: A piece thinner than this is drawn with the width of a line.
THIN_PX = 1.5
_PIECE_OUTLINE: dict[str, Any] = {"stroke": style.PROBLEM_DARK, "stroke_width": 0.6}


def draw_overview(report: Report, places: list[Place], prefix: str = "map") -> str:
    """SVG of the whole scheme, or an empty string where there is no plot to draw."""
    if report.plots.empty or report.plots.geometry.is_empty.all():
        return ""
    view = overview_view(report.plots)
    layers = draw_layers(report, view, prefix)
    shown, left_out = layers.styles, layers.left_out
    inside = draw_content(report, places, view, layers)
    foot = view.top + view.height + FRAME_BOTTOM
    scale = scale_bar(view, view.left + 10, view.top + view.height - 12)
    key, key_height = legend(shown, bool(places), _has_contact(places), view.left, foot + 4, view.width, prefix)
    note = _left_out_note(left_out, view, foot + key_height + 16)
    height = foot + key_height + (24 if left_out else 8)
    body = (
        element("defs", style.patterns(prefix, shown) + _clip_path(view, prefix))
        + element("rect", x=view.left, y=view.top, width=view.width, height=view.height, fill="#ffffff")
        + element("g", inside, clip_path=f"url(#{prefix}-frame)")
        + coordinate_frame(view)
        + scale
        + north_arrow(view.left + view.width - 24, view.top + 16)
        + key
        + note
    )
    return element(
        "svg",
        body,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {height:.0f}",
        role="img",
        aria_label="地块与管控图层位置图",
        class_="map",
    )


def map_note(report: Report) -> str:
    """What a reader of the map must know: coordinate system, its units, which north."""
    crs = report.plots.crs
    if crs is None:
        return "坐标系未知。"
    title = crs_title(crs.to_epsg(), crs.name)
    if crs.is_geographic:
        return f"坐标系：{title}；坐标单位为度，坐标网交点以十字表示。"
    return f"坐标系：{title}；坐标单位为千米，坐标网交点以十字表示，图上北为坐标北。"


def overview_view(plots: gpd.GeoDataFrame, detail: float = 1.0) -> View:
    """The window that shows every plot."""
    bounds = tuple(float(value) for value in plots.total_bounds)
    room = (WIDTH - FRAME_LEFT - FRAME_RIGHT, MOST_HEIGHT)
    return View.fit(
        bounds,  # type: ignore[arg-type]
        room,
        least_height=LEAST_HEIGHT,
        margin=0.07,
        origin=(FRAME_LEFT, FRAME_TOP),
        is_geographic=plots.crs is not None and plots.crs.is_geographic,
        least_span_m=50.0,
        detail=detail,
    )


def _clip_path(view: View, prefix: str) -> str:
    window = element("rect", x=view.left, y=view.top, width=view.width, height=view.height)
    return element("clipPath", window, id=f"{prefix}-frame")


def draw_content(report: Report, places: list[Place], view: View, layers: DrawnLayers) -> str:
    """All that lies inside the frame of an overview, from the layers up to the numbers of plots."""
    placer = Placer((view.left, view.top, view.left + view.width, view.top + view.height))
    pieces, badges = "".join(draw_place(place, view) for place in places), _place_badges(places, view, placer)
    return (
        layers.svg
        + draw_plots(report.plots, view, titles=_plot_titles(report))
        + element("g", pieces, data_layer="places")
        + layers.marks
        + element("g", badges, data_layer="places")
        + _plot_numbers(report.plots, view, placer)
    )


def draw_plots(plots: gpd.GeoDataFrame, view: View, opacity: float = 0.22, titles: dict[str, str] | None = None) -> str:
    """Outlines of the plots in the window, with what a browser shows when the pointer rests on one."""
    near = plots.iloc[np.sort(plots.sindex.query(shapely.box(*view.bounds)))]
    paths = "".join(
        element("path", tooltip((titles or {}).get(str(plot_id), "")), d=view.path(shape), fill_rule="evenodd")
        for plot_id, shape in zip(near["plot_id"], view.clip(near.geometry), strict=True)
        if shape is not None and not shape.is_empty
    )
    look: dict[str, Any] = {"stroke": style.PLOT_LINE, "stroke_width": 0.9, "fill_opacity": opacity}
    return element("g", paths, fill=style.PLOT_FILL, **look, data_layer="plots")


def _plot_titles(report: Report) -> dict[str, str]:
    titles = {}
    for row in report.table("plots").to_dict("records"):
        name = "" if figures.is_missing(row.get("plot_name")) else f" {row['plot_name']}"
        area = f"：{figures.number(row['area_ha'], 2)} 公顷（{figures.number(row['area_mu'], 2)} 亩）"
        titles[str(row["plot_id"])] = f"{row['plot_id']}号地块{name}{area}"
    return titles


def draw_place(place: Place, view: View) -> str:
    """A piece or a contact, as large as it is; one thinner than a line gets the width of a line."""
    clipped = view.clip([place.geometry])[0]
    title = tooltip(f"{place.number}. {place.title}：{place.measure}")
    if place.relation == "contact":
        if place.geometry.geom_type == "Point":
            x, y = view.pixel(place.geometry.x, place.geometry.y)
            at = {"cx": round(x, 1), "cy": round(y, 1), "data_anchor": f"{x:.1f} {y:.1f}"}
            return element("circle", title, r=3, fill=style.CONTACT, **at)
        look: dict[str, Any] = {"stroke": style.CONTACT, "stroke_width": 3.2, "stroke_linecap": "round"}
        return element("path", title, d=view.path(clipped), fill="none", **look)
    is_thin = place.mean_width_m is not None and place.mean_width_m < THIN_PX * view.metres_per_px
    outline: dict[str, Any] = {"stroke": style.PROBLEM, "stroke_width": 2.4} if is_thin else _PIECE_OUTLINE
    return element(
        "path", title, d=view.path(clipped, 2), fill=style.PROBLEM, fill_opacity=0.8, fill_rule="evenodd", **outline
    )


def _place_badges(places: list[Place], view: View, placer: Placer) -> str:
    """Numbers of the places; ``data-anchor`` is the point that stays where it is when a viewer zooms."""
    rings, badges = "", ""
    for place in places:
        point = place.geometry.representative_point()
        x, y = view.pixel(point.x, point.y)
        colour = style.CONTACT if place.relation == "contact" else style.PROBLEM
        is_tiny = view.extent_px(place.geometry) < TINY_PX
        ring, anchor = "", f"{x:.1f} {y:.1f}"
        if is_tiny:
            ring = element("circle", cx=round(x, 1), cy=round(y, 1), r=8, fill="none", stroke=colour, stroke_width=1.8)
        badge_x, badge_y = placer.place(x, y, 17, 17, reach=22 if is_tiny else 16)
        ring += element(
            "path",
            d=f"M{x:.1f} {y:.1f}L{badge_x:.1f} {badge_y:.1f}",
            stroke=colour,
            stroke_width=1,
            stroke_dasharray=None if is_tiny else "2 1.5",
        )
        rings += element("g", ring, data_anchor=anchor)
        badge = element("circle", cx=round(badge_x, 1), cy=round(badge_y, 1), r=8, fill=colour, stroke="#fff")
        badge += text(
            str(place.number), badge_x, badge_y + 3.5, class_="badge", text_anchor="middle", fill="#fff", font_size=10
        )
        title = tooltip(f"{place.number}. {place.title}：{place.measure}")
        badges += element("g", title + badge, data_anchor=anchor)
    return rings + badges


def _plot_numbers(plots: gpd.GeoDataFrame, view: View, placer: Placer) -> str:
    drawn = ""
    # Large plots first: their numbers fit inside, the small ones then find room around.
    order = shapely.area(plots.geometry.to_numpy()).argsort(kind="stable")[::-1]
    for row in order:
        shape, label = plots.geometry.iloc[row], str(plots["plot_id"].iloc[row])
        if shape is None or shape.is_empty:
            continue
        point = shape.representative_point()
        x, y = view.pixel(point.x, point.y)
        width = text_width(label, 9.5)
        fits = min(_box_px(shape, view)) > 12 and _box_px(shape, view)[0] > width + 2
        reach = 0.0 if fits else min(_box_px(shape, view)) / 2 + 8
        place_x, place_y = placer.place(x, y, width, 10, reach=reach)
        drawn += text(label, place_x, place_y + 3.4, text_anchor="middle", data_anchor=f"{x:.1f} {y:.1f}")
    look: dict[str, Any] = {"font_size": 9.5, "stroke": "#fff", "stroke_width": 2.4, "paint_order": "stroke"}
    return element("g", drawn, fill=style.PLOT_LINE, **look, data_layer="numbers")


def _box_px(shape: shapely.Geometry, view: View) -> tuple[float, float]:
    minx, miny, maxx, maxy = shape.bounds
    left, top = view.pixel(minx, maxy)
    right, bottom = view.pixel(maxx, miny)
    return right - left, bottom - top


def _has_contact(places: list[Place]) -> bool:
    return any(place.relation == "contact" for place in places)


def _left_out_note(left_out: int, view: View, y: float) -> str:
    if not left_out:
        return ""
    size = LEAST_FEATURE_PX * view.metres_per_px
    return text(
        f"另有 {left_out} 个小于 {size:.1f} 米的图斑在本图比例下不可见，未绘出；计算不受影响。",
        view.left,
        y,
        font_size=9.5,
        fill="#52606d",
    )
