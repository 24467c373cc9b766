"""Writes the figures of ``overlay.md``: ``python docs/overlay_figures.py``. Needs nothing but Python."""

from __future__ import annotations

import math
from pathlib import Path

FOLDER = Path(__file__).parent / "figures"
INK, PLOT, LAYER, PIECE, FAINT = "#333333", "#1f5fa8", "#b4531a", "#e9c46a", "#bbbbbb"

Point = tuple[float, float]


class Drawing:
    """A small canvas: y grows upwards, lengths are in units of the drawing."""

    def __init__(self, width: float, height: float, scale: float) -> None:
        self.width, self.height, self.scale = width, height, scale
        self.parts: list[str] = []

    def at(self, point: Point) -> tuple[float, float]:
        """Where a point is on the page."""
        return point[0] * self.scale, (self.height - point[1]) * self.scale

    def path(
        self, points: list[Point], stroke: str, *, fill: str = "none", close: bool = True, **style: object
    ) -> None:
        """A line through points, closed unless told otherwise."""
        steps = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(self.at, points))
        styles = {"stroke-width": 1.6, "fill-opacity": 0.55} | {key.replace("_", "-"): of for key, of in style.items()}
        text = " ".join(f'{key}="{value}"' for key, value in styles.items())
        shape = "polygon" if close else "polyline"
        self.parts.append(f'<{shape} points="{steps}" stroke="{stroke}" fill="{fill}" {text}/>')

    def box(self, points: list[Point], stroke: str) -> None:
        """The box round points."""
        (west, south), (east, north) = (tuple(map(least, zip(*points, strict=True))) for least in (min, max))
        corners = [(west, south), (east, south), (east, north), (west, north)]
        self.path(corners, stroke, stroke_width=0.9, stroke_dasharray="3 2")

    def dot(self, point: Point, colour: str = INK, radius: float = 3) -> None:
        """A vertex."""
        x, y = self.at(point)
        self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{colour}"/>')

    def text(self, point: Point, words: str, colour: str = INK, anchor: str = "start") -> None:
        """Words at a place."""
        x, y = self.at(point)
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}">{words}</text>')

    def write(self, name: str) -> None:
        """Write the file."""
        width, height = self.width * self.scale, self.height * self.scale
        head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        head += f'viewBox="0 0 {width:.0f} {height:.0f}" font-family="sans-serif" font-size="13">'
        background = '<rect width="100%" height="100%" fill="#ffffff"/>'
        FOLDER.mkdir(exist_ok=True)
        (FOLDER / name).write_text("\n".join([head, background, *self.parts, "</svg>"]) + "\n", encoding="utf-8")


def shore(centre: Point, radius: float, steps: int, turn: float) -> list[Point]:
    """A winding closed line."""

    def reach(angle: float) -> float:
        return radius * (
            1 + 0.18 * math.sin(3 * angle + turn) + 0.09 * math.sin(7 * angle) + 0.04 * math.sin(17 * angle)
        )

    angles = [2 * math.pi * step / steps for step in range(steps)]
    return [(centre[0] + reach(a) * math.cos(a), centre[1] + reach(a) * math.sin(a)) for a in angles]


def chunks() -> None:
    """Boxes of eight edges, and the few that meet."""
    drawing = Drawing(14, 8.8, 44)
    sides = (shore((4.9, 4.9), 3.1, 96, 0.4), PLOT), (shore((9.6, 4.9), 2.9, 96, 2.0), LAYER)
    boxes = []
    for line, colour in sides:
        drawing.path(line, colour, fill=colour, fill_opacity=0.07)
        closed = [*line, line[0]]
        boxes.append([closed[start : start + 9] for start in range(0, len(line), 8)])
    for of_side, (_, colour) in zip(boxes, sides, strict=True):
        others = boxes[1 - boxes.index(of_side)]
        for chunk in of_side:
            is_met = any(meets(chunk, other) for other in others)
            drawing.box(chunk, colour if is_met else FAINT)
            if is_met:
                drawing.path(chunk, colour, close=False, stroke_width=3)
    drawing.text((0.3, 0.3), "24 boxes; only edges in boxes that meet (thick) are compared")
    drawing.write("chunks.svg")


def meets(one: list[Point], other: list[Point]) -> bool:
    """Whether the boxes round two lists of points meet."""
    return all(
        min(a) <= max(b) and min(b) <= max(a)
        for a, b in zip(zip(*one, strict=True), zip(*other, strict=True), strict=True)
    )


def crossings() -> None:
    """The worked example: two rectangles, two crossings."""
    drawing = Drawing(11, 6.4, 56)
    move = (0.9, 1.1)

    def moved(points: list[Point]) -> list[Point]:
        return [(x + move[0], y + move[1]) for x, y in points]

    plot, feature = [(0, 0), (6, 0), (6, 4), (0, 4)], [(4, 1), (9, 1), (9, 3), (4, 3)]
    drawing.path(moved([(4, 1), (6, 1), (6, 3), (4, 3)]), "none", fill=PIECE)
    drawing.path(moved(plot), PLOT, stroke_width=2)
    drawing.path(moved(feature), LAYER, stroke_width=2)
    [start_a], [start_b], [one], [two] = (moved([p]) for p in ((0, 0), (4, 1), (6, 1), (6, 3)))
    for point, words, colour, shift in (
        (start_a, "plot starts, 0", PLOT, (-0.1, -0.35)),
        (start_b, "feature starts, 0", LAYER, (-1.15, -0.35)),
        (one, "x: plot 3, feature −1", INK, (0.15, -0.35)),
        (two, "y: plot 9, feature 11", INK, (0.15, 0.2)),
    ):
        drawing.dot(point, colour, 4.5)
        drawing.text((point[0] + shift[0], point[1] + shift[1]), words, colour)
    drawing.text((move[0] + 5, move[1] + 1.92), "4", INK, "middle")
    drawing.text((0.3, 0.3), "Beside each crossing: the area swept from the start of either ring to it.")
    drawing.write("crossings.svg")


def nudge() -> None:
    """What stands on the same line, and the same a step aside."""
    drawing = Drawing(13.5, 5.2, 52)
    for left, step, words in (
        (0.6, 0.0, "as given: a shared border"),
        (7.2, 0.35, "as thought of: apart"),
    ):
        feature = [(left + x, 1.2 + y) for x, y in ((0, 0), (3, 0), (3, 1.2), (3.6, 1.9), (3.6, 3), (0, 3))]
        plot = [(left + x + step, 1.2 + y + step / 4) for x, y in ((3, -0.6), (5.3, -0.6), (5.3, 1.2), (3, 1.2))]
        drawing.path(feature, LAYER, fill=LAYER, fill_opacity=0.12, stroke_width=2)
        drawing.path(plot, PLOT, fill=PLOT, fill_opacity=0.12, stroke_width=2)
        drawing.text((left, 0.3), words)
    drawing.write("nudge.svg")


if __name__ == "__main__":
    chunks()
    crossings()
    nudge()
