"""Enhanced metafiles (EMF): vector pictures that word processors show, print and edit, written record by record.

Names and layouts follow [MS-EMF], Microsoft's open specification of the format.
"""

from __future__ import annotations

import struct
from collections.abc import Hashable, Sequence

import numpy as np

from sanxian.report.labelling import is_wide

#: Pixels of a drawing per inch on paper, as SVG has them.
PX_PER_INCH = 96
#: Points are 16-bit numbers: a drawing is spread over this much of their range, and may reach as far again beyond.
_LARGEST_UNIT = 16_000
_FACE = "宋体"
_GB2312_CHARSET = 134
_HEADER_BYTES = 108
#: The screen that the picture pretends to be recorded on: 96 pixels an inch.
_DEVICE_PX, _DEVICE_MM = (1920, 1080), (508, 286)

_HEADER, _ELLIPSE, _EOF = 1, 42, 14
_SET_WINDOW_EXTENT, _SET_WINDOW_ORIGIN, _SET_VIEWPORT_EXTENT, _SET_VIEWPORT_ORIGIN = 9, 10, 11, 12
_SET_MAP_MODE, _SET_BACKGROUND_MODE, _SET_FILL_MODE, _SET_TEXT_ALIGN, _SET_TEXT_COLOUR = 17, 18, 19, 22, 24
_CLIP, _SAVE, _RESTORE = 30, 33, 34
_SELECT, _CREATE_PEN, _CREATE_BRUSH, _CREATE_FONT = 37, 38, 39, 82
_TEXT, _POLYLINES, _POLYGONS = 84, 90, 91
_NULL_BRUSH, _NULL_PEN = 0x8000_0005, 0x8000_0008
_ANISOTROPIC, _TRANSPARENT, _WINDING, _ALTERNATE, _BASELINE = 8, 1, 2, 1, 24


class Metafile:
    """A picture that is being drawn; lengths are pixels of the drawing, colours ``#rrggbb``.

    Parameters
    ----------
    width_px, height_px : float
        Size of the drawing.

    Examples
    --------
    >>> picture = Metafile(100, 50)
    >>> picture.polygons([np.array([[10, 10], [90, 10], [50, 40]])], "#c8102e")
    >>> len(picture.to_bytes())
    336
    """

    def __init__(self, width_px: float, height_px: float) -> None:
        self._size_px = (round(width_px), round(height_px))
        self._units_per_px = max(1, _LARGEST_UNIT // max(self._size_px))
        self._records: list[bytes] = []
        self._objects: dict[Hashable, int] = {}
        self._selected: dict[str, int] = {}
        units = [side * self._units_per_px for side in self._size_px]
        self._add(_SET_MAP_MODE, struct.pack("<I", _ANISOTROPIC))
        self._add(_SET_WINDOW_ORIGIN, struct.pack("<ii", 0, 0))
        self._add(_SET_WINDOW_EXTENT, struct.pack("<ii", *units))
        self._add(_SET_VIEWPORT_ORIGIN, struct.pack("<ii", 0, 0))
        self._add(_SET_VIEWPORT_EXTENT, struct.pack("<ii", *self._size_px))
        self._add(_SET_BACKGROUND_MODE, struct.pack("<I", _TRANSPARENT))
        self._add(_SET_TEXT_ALIGN, struct.pack("<I", _BASELINE))

    def polygons(self, rings: Sequence[np.ndarray], fill: str, *, is_even_odd: bool = False) -> None:
        """Fill rings of (x, y); those that overlap by the even-odd or the non-zero rule."""
        self._add(_SET_FILL_MODE, struct.pack("<I", _ALTERNATE if is_even_odd else _WINDING))
        self._pen(None)
        self._brush(fill)
        self._points(_POLYGONS, rings)

    def lines(self, lines: Sequence[np.ndarray], stroke: str, width_px: float) -> None:
        """Draw lines with round ends and corners."""
        self._pen((stroke, self._length(width_px)))
        self._points(_POLYLINES, lines)

    def circle(self, x: float, y: float, radius: float, fill: str | None, stroke: str | None, width_px: float) -> None:
        """Draw a circle, filled, outlined, or both."""
        self._pen((stroke, self._length(width_px)) if stroke else None)
        self._brush(fill)
        self._add(_ELLIPSE, struct.pack("<iiii", *self._box(x - radius, y - radius, x + radius, y + radius)))

    def text(self, content: str, x: float, y: float, size_px: float, colour: str) -> None:
        """Write a line of text from ``x`` on, on the baseline ``y``; an ideograph is a square, the rest half of one."""
        if not content:
            return
        self._select("font", self._font(size_px))
        self._add(_SET_TEXT_COLOUR, struct.pack("<I", _colour(colour)))
        # Advances are for the code units of UTF-16: the second of a pair has none of its own.
        advances = [
            self._length(size_px * (1.0 if is_wide(character) else 0.5)) if at == 0 else 0
            for character in content
            for at in range(len(character.encode("utf-16-le")) // 2)
        ]
        string = _padded(content.encode("utf-16-le"))
        fixed = 76
        head = struct.pack("<iiii", 0, 0, -1, -1) + struct.pack("<Iff", 1, *self._hundredths_of_mm_per_unit())
        body = struct.pack("<ii", *self._point(x, y)) + struct.pack("<III", len(advances), fixed, 0)
        body += struct.pack("<iiii", 0, 0, -1, -1) + struct.pack("<I", fixed + len(string))
        self._add(_TEXT, head + body + string + struct.pack(f"<{len(advances)}I", *advances))

    def begin_clip(self, left: float, top: float, right: float, bottom: float) -> None:
        """Draw only inside a window, until :meth:`end_clip`."""
        self._add(_SAVE, b"")
        self._add(_CLIP, struct.pack("<iiii", *self._box(left, top, right, bottom)))

    def end_clip(self) -> None:
        """Draw everywhere again."""
        self._add(_RESTORE, struct.pack("<i", -1))
        # What was selected inside is forgotten with the rest.
        self._selected.clear()

    def to_bytes(self) -> bytes:
        """The file."""
        records = [*self._records, struct.pack("<IIIII", _EOF, 20, 0, 16, 20)]
        size = _HEADER_BYTES + sum(map(len, records))
        width, height = self._size_px
        millimetre = PX_PER_INCH / 25.4
        header = struct.pack("<II", _HEADER, _HEADER_BYTES)
        header += struct.pack("<iiii", 0, 0, width - 1, height - 1)
        header += struct.pack("<iiii", 0, 0, round(width / millimetre * 100), round(height / millimetre * 100))
        header += b" EMF" + struct.pack("<III", 0x10000, size, len(records) + 1)
        header += struct.pack("<HHIII", len(self._objects) + 1, 0, 0, 0, 0)
        header += struct.pack("<ii", *_DEVICE_PX) + struct.pack("<ii", *_DEVICE_MM)
        header += struct.pack("<III", 0, 0, 0) + struct.pack("<II", *(side * 1000 for side in _DEVICE_MM))
        return header + b"".join(records)

    def _add(self, kind: int, content: bytes) -> None:
        self._records.append(struct.pack("<II", kind, 8 + len(content)) + content)

    def _length(self, px: float) -> int:
        return max(1, round(px * self._units_per_px))

    def _point(self, x: float, y: float) -> tuple[int, int]:
        return round(x * self._units_per_px), round(y * self._units_per_px)

    def _box(self, left: float, top: float, right: float, bottom: float) -> tuple[int, int, int, int]:
        return self._point(left, top) + self._point(right, bottom)

    def _hundredths_of_mm_per_unit(self) -> tuple[float, float]:
        hundredths = 2540 / PX_PER_INCH / self._units_per_px
        return hundredths, hundredths

    def _points(self, kind: int, parts: Sequence[np.ndarray]) -> None:
        units = [np.rint(part * self._units_per_px).astype("<i2") for part in parts if len(part) > 1]
        if not units:
            return
        counts = np.array([len(part) for part in units], dtype="<u4")
        every = np.concatenate(units)
        low, high = every.min(axis=0), every.max(axis=0)
        bounds = struct.pack("<iiii", *map(int, (*low, *high)))
        self._add(kind, bounds + struct.pack("<II", len(units), len(every)) + counts.tobytes() + every.tobytes())

    def _pen(self, look: tuple[str, int] | None) -> None:
        if look is None:
            return self._select("pen", _NULL_PEN)
        stroke, width = look
        content = struct.pack("<IiiI", 0, width, 0, _colour(stroke))
        self._select("pen", self._object(_CREATE_PEN, content))

    def _brush(self, fill: str | None) -> None:
        if fill is None:
            return self._select("brush", _NULL_BRUSH)
        self._select("brush", self._object(_CREATE_BRUSH, struct.pack("<III", 0, _colour(fill), 0)))

    def _font(self, size_px: float) -> int:
        face = _FACE.encode("utf-16-le").ljust(64, b"\0")
        look = struct.pack("<iiiii", -self._length(size_px), 0, 0, 0, 400)
        look += struct.pack("<8B", 0, 0, 0, _GB2312_CHARSET, 0, 0, 0, 0)
        # Full name, style and the rest of the fixed-length form are left to the face.
        return self._object(_CREATE_FONT, (look + face).ljust(320, b"\0"))

    def _object(self, kind: int, content: bytes) -> int:
        """Number of a pen, brush or font; it is made where it is first asked for, and kept."""
        key = (kind, content)
        if key not in self._objects:
            self._objects[key] = len(self._objects) + 1
            self._add(kind, struct.pack("<I", self._objects[key]) + content)
        return self._objects[key]

    def _select(self, slot: str, number: int) -> None:
        if self._selected.get(slot) != number:
            self._selected[slot] = number
            self._add(_SELECT, struct.pack("<I", number))


def _colour(text: str) -> int:
    red, green, blue = (int(text.lstrip("#")[at : at + 2], 16) for at in (0, 2, 4))
    return red | green << 8 | blue << 16


def _padded(content: bytes) -> bytes:
    return content + b"\0" * (-len(content) % 4)
