"""Two dates of one layer over the same plots: what came, what went, what is something else now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

import geopandas as gpd
import pandas as pd

from sanxian import _native
from sanxian.arrow import to_data_frame, to_frame, to_layer
from sanxian.overlay import OnInvalid, overlay_options


class VintageChanges(NamedTuple):
    """The differences of two vintages.

    Attributes
    ----------
    table : DataFrame
        Sums: ``plot_id, change`` (``gained``, ``lost``, ``changed``), the columns of ``by`` as ``*_before`` and
        ``*_after``, ``pieces, area_m2, area_ha, area_mu``.
    pieces : GeoDataFrame
        The places themselves, with the same columns, ``mean_width_m`` and ``is_sliver``.
    """

    table: pd.DataFrame
    pieces: gpd.GeoDataFrame


def compare_vintages(
    plots: Any,
    before: Any,
    after: Any,
    *,
    by: str | Sequence[str] = (),
    area: Literal["ellipsoidal", "planar", "geodesic"] = "ellipsoidal",
    sliver_width_m: float = 0.5,
    on_invalid: OnInvalid = "raise",
    progress: Callable[[int, int], object] | None = None,
) -> VintageChanges:
    """Compare two vintages of a layer inside plots, such as the yearly change of the land survey.

    Parameters
    ----------
    plots, before, after : GeoDataFrame, Arrow table or path
        Polygons in the same CRS.
    by : str or sequence of str
        Columns that both vintages have, such as ``"DLBM"``. Where both cover a place and a value differs, it has
        changed; without any, only what came and what went counts.
    area : {"ellipsoidal", "planar", "geodesic"}
        How places are measured.
    sliver_width_m : float
        Places whose mean width 2A/P is below this are flagged ``is_sliver``: boundaries drawn anew. None is dropped.
    on_invalid : {"raise", "repair", "trust"}
        What to do with an invalid polygon that takes part, as :func:`sanxian.overlay_area`.
    progress : callable, optional
        ``progress(done, total)``.

    Returns
    -------
    VintageChanges

    Raises
    ------
    CrsMismatchError, InvalidPolygonError
        As :func:`sanxian.overlay`.
    KeyError
        A vintage lacks a column of ``by``.

    Examples
    --------
    >>> import sanxian as sx
    >>> survey = "examples/xinzhou/survey/DLTB.shp"
    >>> len(sx.compare_vintages("examples/xinzhou/plots.txt", survey, survey, by="DLBM").table)
    0
    """
    columns = [by] if isinstance(by, str) else list(by)
    pieces, table = _native.compare_vintages(
        to_layer(plots, "plots", progress=progress),
        to_layer(before, "before", progress=progress),
        to_layer(after, "after", progress=progress),
        overlay_options(columns, area, sliver_width_m, on_invalid),
        progress,
    )
    return VintageChanges(to_data_frame(table), to_frame(pieces))
