"""Room for labels: each goes to the first free spot around its point."""

from __future__ import annotations

import math
import unicodedata
from collections import defaultdict
from collections.abc import Iterator

Box = tuple[float, float, float, float]

#: Where a label is tried, counter-clockwise from the right: above and below first, as map makers do for strips.
_DIRECTIONS = (90, -90, 45, 135, -45, -135, 0, 180)
#: Side of the cells in which the taken boxes are kept: about a label.
_CELL_PX = 24.0


def text_width(content: str, font_size: float) -> float:
    """Rough width of a text in pixels: an ideograph is as wide as the font is high, other characters about half.

    Examples
    --------
    >>> text_width("17", 10), text_width("地块", 10)
    (12.0, 20)
    """
    return sum(font_size if is_wide(character) else font_size * 0.6 for character in content)


def is_wide(character: str) -> bool:
    """Whether a character takes two columns of a terminal."""
    return unicodedata.east_asian_width(character) in ("W", "F")


class Placer:
    """Hands out free spots in a frame; what it hands out is taken from then on."""

    def __init__(self, frame: Box) -> None:
        self._frame = frame
        #: What is taken, by the cells of a grid that it touches: a county has thousands of labels.
        self._taken: defaultdict[tuple[int, int], list[Box]] = defaultdict(list)

    def place(self, x: float, y: float, width: float, height: float, *, reach: float) -> tuple[float, float]:
        """Centre of a free spot of the given size at ``(x, y)``, or about ``reach`` pixels away from it.

        Where no spot is free the label goes where it was wanted: a crowded label is better than a lost one.
        """
        for distance in (0.0,) if reach == 0 else (reach, reach * 1.6, reach * 2.4):
            for degrees in _DIRECTIONS:
                angle = math.radians(degrees)
                spot_x = x + math.cos(angle) * (distance + width / 2 if distance else 0.0)
                spot_y = y - math.sin(angle) * distance
                box = (spot_x - width / 2, spot_y - height / 2, spot_x + width / 2, spot_y + height / 2)
                if self._is_free(box):
                    self._take(box)
                    return spot_x, spot_y
        self._take((x - width / 2, y - height / 2, x + width / 2, y + height / 2))
        return x, y

    def _take(self, box: Box) -> None:
        for cell in _cells(box):
            self._taken[cell].append(box)

    def _is_free(self, box: Box) -> bool:
        left, top, right, bottom = self._frame
        if box[0] < left or box[1] < top or box[2] > right or box[3] > bottom:
            return False
        return not any(
            box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
            for cell in _cells(box)
            for other in self._taken.get(cell, ())
        )


def _cells(box: Box) -> Iterator[tuple[int, int]]:
    left, top, right, bottom = (math.floor(edge / _CELL_PX) for edge in box)
    for column in range(left, right + 1):
        for row in range(top, bottom + 1):
            yield column, row
