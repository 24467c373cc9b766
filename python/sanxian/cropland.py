"""Cropland that plots take, what must be made good for it, quotas, and the space that a boundary leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

import pandas as pd

from sanxian import _native
from sanxian.arrow import to_data_frame, to_layer

Progress = Callable[[int, int], object]
Area = Literal["ellipsoidal", "planar"]
OnInvalid = Literal["raise", "repair"]


class CroplandOccupation:
    """What plots take of cropland: ``.table`` by class and grade, ``.land_m2``, ``.net_m2``, ``.farmland_m2``.

    ``.grade_field`` is the survey's field of grades or ``None``; ``.has_ridges`` says whether it has ridge coefficients
    (without them net is gross). Made by :func:`cropland_occupation`.
    """

    def __init__(self, native: _native.CroplandOccupation) -> None:
        self._native = native
        self.table: pd.DataFrame = to_data_frame(native.to_arrow())
        self.land_m2: float = native.land_m2
        self.net_m2: float = native.net_m2
        self.farmland_m2: float | None = native.farmland_m2
        self.grade_field: str | None = native.grade_field
        self.has_ridges: bool = native.has_ridges

    def balance(self, supplements: Iterable[tuple[str, int | None, float]]) -> pd.DataFrame:
        """Hold cropland that is offered against what is taken (占补平衡): as much, as much paddy, as good.

        Parameters
        ----------
        supplements : iterable of (class, grade, area_m2)
            Class ``"paddy"``, ``"irrigated"``, ``"dry"`` or its Chinese name; grade 1 is the best, ``None`` unknown.

        Returns
        -------
        pandas.DataFrame
            A row a requirement: ``requirement, title, grade, needed_m2, offered_m2, verdict, message, clause, document,
            status``. A grade that is missing makes the requirement of grades ``"cannot_be_judged"``.
        """
        return pd.DataFrame(self._native.balance(list(supplements)))

    def __repr__(self) -> str:
        return f"<CroplandOccupation {self.net_m2 / 1e4:.4f} ha of {self.land_m2 / 1e4:.4f} ha>"


def cropland_occupation(
    plots: Any,
    land_use: Any,
    *,
    farmland: Any = None,
    area: Area = "ellipsoidal",
    on_invalid: OnInvalid = "raise",
    progress: Progress | None = None,
) -> CroplandOccupation:
    """Add the cropland that plots take, by paddy, irrigated and dry land and by grade.

    Parameters
    ----------
    plots : GeoDataFrame, Arrow table or path
        The plots; where they overlap, land counts once.
    land_use : GeoDataFrame, Arrow table or path
        The land survey, with ``DLBM``; ``KCXS`` (field ridges) and ``GDDB`` (grade) where it has them.
    farmland : GeoDataFrame, Arrow table or path, optional
        Permanent basic farmland.
    area : {"ellipsoidal", "planar"}
        Which area.
    on_invalid : {"raise", "repair"}
        What to do with an invalid polygon.
    progress : callable, optional
        ``progress(done, total)``.

    Returns
    -------
    CroplandOccupation

    Raises
    ------
    CrsMismatchError
        A layer is in another CRS than the plots.
    KeyError
        The survey has no field of land classes.

    Examples
    --------
    >>> import geopandas as gpd, sanxian as sx
    >>> from shapely.geometry import box
    >>> square = box(38_500_000, 4_250_000, 38_500_100, 4_250_100)
    >>> survey = gpd.GeoDataFrame({"DLBM": ["0103"], "KCXS": [0.1]}, geometry=[square], crs=4526)
    >>> taken = sx.cropland_occupation(survey[["geometry"]], survey, area="planar")
    >>> taken.table[["class_title", "gross_m2", "net_m2"]].values.tolist()
    [['旱地', 10000.0, 9000.0]]
    """
    native = _native.cropland_occupation(
        to_layer(plots, "plots"),
        to_layer(land_use, "land_use", progress=progress),
        None if farmland is None else to_layer(farmland, "permanent_basic_farmland", progress=progress),
        area,
        on_invalid,
        progress,
    )
    return CroplandOccupation(native)


def quota_ledger(
    year: int, before_m2: Mapping[str, float], *, change_m2: Mapping[str, float] | None = None
) -> pd.DataFrame:
    """Hold the plan's indicators against what there is and what a project changes: what is left.

    Parameters
    ----------
    year : {2025, 2035}
        Whose limits.
    before_m2 : dict
        Indicator to square metres before the project: ``cropland``, ``permanent_basic_farmland``,
        ``ecological_redline``, ``water``, ``new_construction`` (used up so far).
    change_m2 : dict, optional
        What the project changes; a loss is negative.

    Returns
    -------
    pandas.DataFrame
        A row an indicator, in ten thousand mu (万亩): ``limit_10k_mu, before_10k_mu, change_10k_mu, after_10k_mu,
        left_10k_mu, verdict, message, clause, document, status``. An indicator without a figure ``"cannot_be_judged"``.

    Raises
    ------
    SchemeError
        The plan has no such indicator or year.

    Examples
    --------
    >>> import sanxian as sx
    >>> ledger = sx.quota_ledger(2025, {"new_construction": 2e7}, change_m2={"new_construction": 4e6})
    >>> float(ledger.set_index("indicator").loc["new_construction", "left_10k_mu"])
    0.4
    """
    rows = _native.quota_ledger(year, list(before_m2.items()), list((change_m2 or {}).items()))
    return pd.DataFrame(rows)


def expandable_space(
    blocks: Any,
    boundary: Any,
    land_use: Any,
    *,
    area: Area = "ellipsoidal",
    on_invalid: OnInvalid = "raise",
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Compute the space that blocks have left to build on: concentrated zone less what is built in it.

    Parameters
    ----------
    blocks : GeoDataFrame, Arrow table or path
        The blocks, each for itself.
    boundary : GeoDataFrame, Arrow table or path
        The urban development boundary, with its zones in ``GHFQMC``.
    land_use : GeoDataFrame, Arrow table or path
        The land survey, with ``DLBM``.
    area : {"ellipsoidal", "planar"}
        Which area.
    on_invalid : {"raise", "repair"}
        What to do with an invalid polygon.
    progress : callable, optional
        ``progress(done, total)``.

    Returns
    -------
    pandas.DataFrame
        A row a block: ``block, area_m2, inside_m2, built_m2, new_m2, verdict, formula, clause, document``; new is never
        below zero. A boundary without a known zone ``"cannot_be_judged"``.

    Raises
    ------
    CrsMismatchError
        A layer is in another CRS than the blocks.
    KeyError
        The survey has no field of land classes.

    Examples
    --------
    >>> import geopandas as gpd, sanxian as sx
    >>> from shapely.geometry import box
    >>> def strip(west, east, **columns):
    ...     x = 38_500_000
    ...     return gpd.GeoDataFrame(columns, geometry=[box(x + west, 4e6, x + east, 4_000_100)], crs=4526)
    >>> zone, village = strip(0, 60, GHFQMC=["集中建设区"]), strip(0, 20, DLBM=["0702"])
    >>> sx.expandable_space(strip(0, 100), zone, village, area="planar")["new_m2"].tolist()
    [4000.0]
    """
    rows = _native.expandable_space(
        to_layer(blocks, "blocks"),
        to_layer(boundary, "urban_development_boundary", progress=progress),
        to_layer(land_use, "land_use", progress=progress),
        area,
        on_invalid,
        progress,
    )
    return pd.DataFrame(rows)
