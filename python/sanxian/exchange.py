"""Cropland that came and went between two dates of the land survey, and whether it balances (年度进出平衡)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import geopandas as gpd
import pandas as pd

from sanxian import _native
from sanxian.arrow import to_data_frame, to_frame, to_layer
from sanxian.overlay import OnInvalid, overlay_options


class CroplandExchange(NamedTuple):
    """What came and went, and whether it balances.

    Attributes
    ----------
    table : DataFrame
        A row a region, direction, class, grade and other land: ``plot_id, direction`` (``out``, ``in``), ``class,
        class_title, grade, other, other_title, is_balanced, gross_m2, net_m2, net_ha``. ``other`` is what cropland
        became or was: ``garden``, ``forest``, ``grass``, ``other_agricultural``; what is not of these
        (``not_agricultural``, ``not_surveyed``) is listed and not counted.
    balance : DataFrame
        A row a region and requirement: ``plot_id, requirement, title, grade, needed_m2`` (went out), ``offered_m2``
        (came in), ``verdict, message, clause, document, status``.
    pieces : GeoDataFrame
        The places: ``plot_id, direction, class, other, is_balanced, area_m2, mean_width_m, is_sliver``.
    """

    table: pd.DataFrame
    balance: pd.DataFrame
    pieces: gpd.GeoDataFrame


def cropland_exchange(
    regions: Any,
    before: Any,
    after: Any,
    *,
    area: Literal["ellipsoidal", "planar"] = "ellipsoidal",
    sliver_width_m: float = 0.5,
    on_invalid: OnInvalid = "raise",
    progress: Callable[[int, int], object] | None = None,
) -> CroplandExchange:
    """Add the cropland that became other agricultural land or was won from it, region by region.

    Parameters
    ----------
    regions : GeoDataFrame, Arrow table or path
        Where to look, such as counties; each is balanced for itself.
    before, after : GeoDataFrame, Arrow table or path
        The land survey of two dates, with ``DLBM``; ``KCXS`` (field ridges) and ``GDDB`` (grade) where they have them.
    area : {"ellipsoidal", "planar"}
        Which area.
    sliver_width_m : float
        Places whose mean width 2A/P is below this are flagged ``is_sliver``: boundaries drawn anew. They count.
    on_invalid : {"raise", "repair", "trust"}
        What to do with an invalid polygon that takes part, as :func:`sanxian.overlay_area`.
    progress : callable, optional
        ``progress(done, total)``.

    Returns
    -------
    CroplandExchange

    Raises
    ------
    CrsMismatchError, InvalidPolygonError
        As :func:`sanxian.overlay`.
    KeyError
        A survey has no field of land classes.

    Examples
    --------
    >>> import geopandas as gpd, sanxian as sx
    >>> from shapely.geometry import box
    >>> def patch(code):
    ...     square = box(38_500_000, 4_250_000, 38_500_100, 4_250_100)
    ...     return gpd.GeoDataFrame({"DLBM": [code]}, geometry=[square], crs=4526)
    >>> found = sx.cropland_exchange(patch("")[["geometry"]], patch("0103"), patch("0301"), area="planar")
    >>> found.table[["direction", "class_title", "other_title", "net_ha"]].values.tolist()
    [['out', '旱地', '林地', 1.0]]
    >>> found.balance["verdict"].tolist()
    ['not_compliant', 'compliant', 'cannot_be_judged']
    """
    table, balance, pieces = _native.cropland_exchange(
        to_layer(regions, "regions", progress=progress),
        to_layer(before, "before", progress=progress),
        to_layer(after, "after", progress=progress),
        overlay_options((), area, sliver_width_m, on_invalid),
        progress,
    )
    return CroplandExchange(to_data_frame(table), _balance(balance), to_frame(pieces))


def _balance(rows: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    return frame[["plot_id", *(name for name in frame.columns if name != "plot_id")]] if rows else frame
