"""Exceptions of sanxian: one base class, and one class for each thing a caller handles differently.

Every message says what is wrong, where, and what to do, in that order, in lower case and without a full stop;
the place is repeated in attributes, so that a program need not read the message. The Rust side raises the same
classes. Besides these, only :class:`FileNotFoundError`, :class:`TypeError`, the :class:`OSError` of a file that
cannot be written, and :class:`KeyboardInterrupt` leave the library.

>>> raise_it = LayerReadError("record 7 is cut off: dltb.shp: export the layer again", path="dltb.shp", record=7)
>>> raise_it.record, raise_it.offset
(7, None)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

__all__ = [
    "AuditError",
    "CrsMismatchError",
    "CrsUnknownError",
    "DatumShiftError",
    "ExchangeTextError",
    "InvalidPolygonError",
    "LayerReadError",
    "RuleError",
    "SanxianError",
    "SchemeError",
]


def _restore(cls: type[SanxianError], message: str, attributes: dict[str, Any]) -> SanxianError:
    return cls(message, **attributes)


class SanxianError(Exception):
    """Base of every error that sanxian raises on purpose.

    Parameters
    ----------
    message : str
        What is wrong, where, what to do.
    **attributes
        The place and the values, each readable as an attribute. Those a class documents are always present,
        ``None`` where they do not apply.

    Examples
    --------
    >>> try:
    ...     raise SchemeError("unknown key 'laers': a.toml: did you mean 'layers'", path="a.toml", key="laers")
    ... except SanxianError as error:
    ...     print(error, error.key, sep=" | ")
    unknown key 'laers': a.toml: did you mean 'layers' | laers
    """

    #: Names of the attributes that are always there.
    fields: ClassVar[tuple[str, ...]] = ()

    def __init__(self, message: str = "", **attributes: Any) -> None:
        super().__init__(message)
        self._attributes = dict(attributes)
        for name in self.fields:
            setattr(self, name, None)
        for name, value in attributes.items():
            setattr(self, name, value)

    if TYPE_CHECKING:
        # The attributes are set by name; a type checker has to be told that they are there.
        def __getattr__(self, name: str) -> Any: ...

    @property
    def message(self) -> str:
        """The text given to the constructor."""
        return str(self.args[0]) if self.args else ""

    def __reduce__(self) -> tuple[Any, ...]:
        # Worker processes send exceptions back by pickle; the default forgets keyword arguments.
        return _restore, (type(self), self.message, self._attributes)


class CrsMismatchError(SanxianError):
    """Two inputs are in different coordinate systems.

    Attributes
    ----------
    left, right : str or None
        The two systems, as ``EPSG:4526 (CGCS2000 / 3-degree Gauss-Kruger zone 38)``.
    path : str or None
        File whose system differs.

    Examples
    --------
    >>> error = CrsMismatchError(
    ...     "plots in EPSG:4526, layer in EPSG:4527: sx.to_crs(layer, 4526)", left="EPSG:4526", right="EPSG:4527"
    ... )
    >>> error.right
    'EPSG:4527'
    """

    fields = ("left", "right", "path")


class CrsUnknownError(SanxianError):
    """An input does not say its coordinate system, or says one that cannot be understood.

    Attributes
    ----------
    path : str or None
        File without a coordinate system.
    line : int or None
        Line that contradicts another, from 1.
    definition : str or None
        The text that was not understood.

    Examples
    --------
    >>> CrsUnknownError("no coordinate system: plots.shp has no .prj: pass crs=4526", path="plots.shp").path
    'plots.shp'
    """

    fields = ("path", "line", "definition")


class DatumShiftError(SanxianError):
    """A transformation would change the datum and no parameters for it were given.

    Attributes
    ----------
    left, right : str or None
        Systems from which and to which the coordinates should go.

    Examples
    --------
    >>> DatumShiftError("Xian 1980 to CGCS2000 needs helmert=: ask the survey office", left="EPSG:2362").left
    'EPSG:2362'
    """

    fields = ("left", "right")


class InvalidPolygonError(SanxianError):
    """A polygon has a fault that makes its area meaningless.

    Attributes
    ----------
    feature : int or None
        Row number in the input, from 0.
    polygon, ring, vertex : int or None
        Polygon in the feature, ring and vertex, each from 0.
    point : tuple of float or None
        Easting and northing (longitude and latitude) of the fault.
    reason : str or None
        Code of the first fault, such as ``self_crossing``.
    faults : list of dict or None
        Every fault that was found.
    side : str or None
        ``subject`` (plots) or ``control`` (layer).
    path : str or None
        File of the feature.
    plot_id : str or None
        Number of the plot, where a check names one.

    Examples
    --------
    >>> error = InvalidPolygonError("plot 17: ring 0 crosses itself: sx.repair", feature=16, ring=0, vertex=41)
    >>> error.feature, error.ring, error.vertex, error.reason
    (16, 0, 41, None)
    """

    fields = ("feature", "ring", "vertex", "reason", "faults", "side", "path", "polygon", "point", "plot_id")


class ExchangeTextError(SanxianError):
    """A coordinate exchange text (or a table of coordinates) cannot be read.

    Attributes
    ----------
    path : str or None
        The file.
    line, column : int or None
        Place in the file, from 1.
    reason : str or None
        Code of what is wrong.

    Examples
    --------
    >>> ExchangeTextError("expected 4 values, found 3: plots.txt line 12", path="plots.txt", line=12).line
    12
    """

    fields = ("path", "line", "column", "reason")


class LayerReadError(SanxianError):
    """A layer's file is damaged, cut off, of an unknown format, or in an encoding that does not fit.

    Attributes
    ----------
    path : str or None
        The file.
    record : int or None
        Record number, from 0.
    offset : int or None
        Byte offset in the file.
    reason : str or None
        Code of what is wrong.

    Examples
    --------
    >>> LayerReadError("file ends inside a record: farms.shp record 90", path="farms.shp", record=90).record
    90
    """

    fields = ("path", "record", "offset", "reason")


class RuleError(SanxianError):
    """A rule pack is unknown or malformed, or a rule lacks a parameter that its document leaves open.

    Attributes
    ----------
    path : str or None
        File of the rule pack.
    key : str or None
        Rule id, pack id or parameter concerned.

    Examples
    --------
    >>> RuleError("no rule pack 'shanxi': did you mean 'shanxi-2021'", key="shanxi").key
    'shanxi'
    """

    fields = ("path", "key", "reason")


class SchemeError(SanxianError):
    """A scheme file has an unknown or missing key, or a value that does not fit.

    Attributes
    ----------
    path : str or None
        The scheme file.
    key : str or None
        The key, dotted: ``layers.role``.
    reason : str or None
        Code of what is wrong.

    Examples
    --------
    >>> SchemeError("unknown role: scheme.toml: layers[2].role", path="scheme.toml", key="layers[2].role").key
    'layers[2].role'
    """

    fields = ("path", "key", "reason")


class AuditError(SanxianError):
    """An audit cannot be run: its description or one of its tables cannot be used.

    Attributes
    ----------
    path : str or None
        The description, or the file of the table.
    key : str or None
        The key, table or check concerned.

    Examples
    --------
    >>> AuditError("no column 'area': t.csv: the columns are id, ha", path="t.csv", key="t").key
    't'
    """

    fields = ("path", "key")
