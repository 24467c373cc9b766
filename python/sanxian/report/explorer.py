"""The map of a report as a page to zoom and pan: one file with its script inside, which needs no network."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from sanxian.report import figures, labels, style
from sanxian.report.drawn_layers import DrawnLayers, draw_layers
from sanxian.report.files import replace_file
from sanxian.report.map import draw_content, overview_view
from sanxian.report.ornament import plot_swatch
from sanxian.report.places import Place, find_places
from sanxian.report.style import Style
from sanxian.report.view import View, element

if TYPE_CHECKING:
    from sanxian.report.model import Report

#: How far the viewer zooms in: a strip of 0.2 m in a site of 6 km is then as wide as a finger.
MOST_ZOOM = 2000
#: How finely shapes are drawn, against the printed map; zooming further shows them with their simplification.
DETAIL = 200.0
#: Ids of the drawing and of the swatches: hatches of the drawing are resized when it is zoomed, those of swatches not.
_PREFIX, _KEY_PREFIX = "map", "key"


@dataclass(frozen=True)
class Toggle:
    """A check box: what it hides (the ``data-layer`` of the drawing), what it says, and its swatch."""

    key: str
    title: str
    swatch: Markup
    #: Whether anything of it is in the drawing.
    is_drawn: bool = True


class InteractiveMap:
    """A map to zoom and pan; displays itself in a notebook.

    Made by :meth:`sanxian.Report.explore`.

    Parameters
    ----------
    name : str
        Title of the page.
    page : str
        HTML of the whole page.
    height_px : int
        Height of the frame in a notebook.
    """

    def __init__(self, name: str, page: str, height_px: int) -> None:
        self.name = name
        self.page = page
        self.height_px = int(height_px)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page.

        Parameters
        ----------
        path : path
            The ``.html``; written beside it first, then renamed.

        Returns
        -------
        Path

        Raises
        ------
        OSError
            The file cannot be written.
        """
        return replace_file(path, lambda temporary: _write(self.page, temporary))

    def _repr_html_(self) -> str:
        # A frame of its own keeps styles and ids apart from those of the notebook, and from a second map in it.
        look = f"width:100%;height:{self.height_px}px;border:1px solid #cbd2d9"
        content = f'style="{look}" srcdoc="{escape(self.page)}"'
        return f'<iframe title="{escape(self.name)}" sandbox="allow-scripts" {content}></iframe>'

    def __repr__(self) -> str:
        return f"<InteractiveMap {self.name[:50]}: {len(self.page) // 1000} kB>"


def _write(page: str, path: Path) -> None:
    path.write_text(page, encoding="utf-8", newline="\n")


def explore(report: Report, height_px: int) -> InteractiveMap:
    """Draw the map finely and put it into the viewer; see :meth:`sanxian.report.Report.explore`."""
    from sanxian.report.page import render_explorer

    drawing, toggles, frame = "", [], {}
    if not (report.plots.empty or report.plots.geometry.is_empty.all()):
        view = overview_view(report.plots, DETAIL)
        places = find_places(report)
        layers = draw_layers(report, view, _PREFIX)
        drawing = _drawing(report, places, view, layers)
        toggles = list(_toggles(report, places, layers))
        frame = _frame(view)
    page = render_explorer(report, Markup(drawing), toggles, frame)
    return InteractiveMap(report.name, page, height_px)


def _drawing(report: Report, places: list[Place], view: View, layers: DrawnLayers) -> str:
    window: dict[str, Any] = {"x": view.left, "y": view.top, "width": view.width, "height": view.height}
    clip = element("clipPath", element("rect", **window), id=f"{_PREFIX}-frame")
    body = (
        element("defs", style.patterns(_PREFIX, layers.styles) + clip)
        + element("rect", fill="#fff", **window)
        + element("g", draw_content(report, places, view, layers), clip_path=f"url(#{_PREFIX}-frame)")
        + element("rect", fill="none", stroke=style.INK, stroke_width=1, **window)
    )
    return element(
        "svg",
        body,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"{view.left} {view.top} {view.width:g} {view.height:g}",
        role="img",
        aria_label="地块与管控图层位置图",
    )


def _frame(view: View) -> dict[str, Any]:
    """What the script needs to say where the pointer is and how long the scale bar is."""
    minx, miny, maxx, maxy = view.bounds
    return {
        "left": view.left,
        "top": view.top,
        "minx": minx,
        "maxy": maxy,
        "unitsX": (maxx - minx) / view.width,
        "unitsY": (maxy - miny) / view.height,
        "metres": view.metres_per_px,
        "isGeographic": view.is_geographic,
        "mostZoom": MOST_ZOOM,
    }


def _toggles(report: Report, places: list[Place], layers: DrawnLayers) -> Iterator[Toggle]:
    if places:
        square = element("rect", width=20, height=11, fill=style.PROBLEM, stroke=style.PROBLEM_DARK)
        yield Toggle("places", "问题图块与接触", _swatch(square))
    yield Toggle("numbers", "地块编号", _swatch(element("text", "12", x=3, y=10, font_size=11, fill=style.PLOT_LINE)))
    yield Toggle("plots", "地块", _swatch(plot_swatch()))
    titles = _layer_titles(report)
    for number, (title, looks) in enumerate(zip(titles, layers.by_layer, strict=True)):
        swatch = element("defs", style.patterns(f"{_KEY_PREFIX}{number}", looks))
        swatch += "".join(
            _layer_swatch(look, at, len(looks), f"{_KEY_PREFIX}{number}") for at, look in enumerate(looks)
        )
        yield Toggle(str(number), title, _swatch(swatch), bool(looks))


def _layer_titles(report: Report) -> list[str]:
    """What each layer is called: its role with the overlap in all, and its file where the role has several."""
    overlaps = report.table("overlaps_by_layer")
    several = [layer.role for layer in report.map_layers if layer.nth > 0]
    titles = []
    for layer in report.map_layers:
        title = labels.word("role", layer.role)
        path = style.layer_input(report.evidence, layer.role, layer.nth).get("path")
        if layer.role in several:
            title += f"（{Path(path).name}）" if path else f"（{layer.nth + 1}）"
        rows = overlaps[overlaps["role"] == layer.role] if "role" in overlaps else overlaps
        if layer.nth < len(rows):
            area_ha, area_mu = (rows[name].iloc[layer.nth] for name in ("area_ha", "area_mu"))
            overlap = f"重叠 {figures.number(area_ha, 4)} 公顷（{figures.number(area_mu, 4)} 亩）"
            title += f"：与地块{overlap if area_ha else '无重叠'}"
        titles.append(title)
    return titles


def _layer_swatch(look: Style, at: int, count: int, prefix: str) -> str:
    width = 20 / count
    return style.swatch(look, prefix, at * width, width)


def _swatch(content: str) -> Markup:
    return Markup(element("svg", content, width=22, height=13, viewBox="-1 -1 22 13", aria_hidden="true"))
