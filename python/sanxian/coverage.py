"""Polygons that should tile: where they overlap and where they leave gaps."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import pandas as pd

from sanxian import _native
from sanxian.arrow import findings_of, to_data_frame, to_frame, to_layer
from sanxian.findings import Findings

if TYPE_CHECKING:
    import geopandas as gpd


class Coverage(NamedTuple):
    """What keeps polygons from tiling.

    ``feature`` and ``other_feature`` are index values of a frame, row numbers of anything else. Mean widths are 2A/P,
    and missing where coordinates are degrees.
    """

    #: ``feature, other_feature, relation, area_m2, mean_width_m, share, geometry``. The relation is ``partial``,
    #: ``inside`` (the first in the other), ``contains`` or ``duplicate``; the share is that of the smaller polygon.
    overlaps: gpd.GeoDataFrame
    #: ``gap, neighbours`` (a list), ``is_open, area_m2, mean_width_m, geometry``.
    gaps: gpd.GeoDataFrame
    #: ``feature, area_m2, mean_width_m, geometry``: what reaches out of the frame.
    outside: gpd.GeoDataFrame
    #: ``feature, other_feature, name, relation``: polygons that repeat the name of an earlier one; the relation can
    #: also be ``apart``.
    same_names: pd.DataFrame
    #: What was repaired before it took part, as :func:`sanxian.repair` lists it.
    repairs: pd.DataFrame

    @property
    def is_sound(self) -> bool:
        """True when nothing was found."""
        return not (len(self.overlaps) or len(self.gaps) or len(self.outside) or len(self.same_names))


def check_coverage(
    gdf: Any,
    within: Any = None,
    *,
    gap_width_m: float = 0.0,
    between: str | None = None,
    name: str | None = None,
    area: Literal["ellipsoidal", "planar", "geodesic"] = "ellipsoidal",
    on_invalid: Literal["raise", "repair"] = "raise",
    progress: Callable[[int, int], object] | None = None,
) -> Coverage:
    """Overlaps and gaps among polygons that should tile: plots of a scheme, uses in a plot, patches of a survey.

    Parameters
    ----------
    gdf : GeoDataFrame, Arrow table or path
        Polygons.
    within : GeoDataFrame, Arrow table or path, optional
        A frame in the same CRS that they should fill. Without one, a gap is what polygons enclose but do not cover.
    gap_width_m : float
        Also tell strips up to this width between two polygons that are open at their ends (units of the coordinates).
    between : str, optional
        A column that says which whole a polygon belongs to, such as its scheme: overlaps of one whole are not told.
    name : str, optional
        A column with names: polygons of one name are told.
    area : {"ellipsoidal", "planar", "geodesic"}
        How areas are measured.
    on_invalid : {"raise", "repair"}
        What to do with invalid polygons that the answer depends on.
    progress : callable, optional
        ``progress(done, total)``; what it raises stops the work.

    Returns
    -------
    Coverage
        Frames ``overlaps, gaps, outside`` with geometry, tables ``same_names, repairs``; ``.attrs["findings"]`` of each
        is what was odd in the file, if ``gdf`` is a path.

    Raises
    ------
    CrsMismatchError, InvalidPolygonError
        As in :func:`sanxian.overlay_area`.

    Examples
    --------
    >>> import geopandas as gpd, shapely, sanxian as sx
    >>> squares = [shapely.box(500000, 0, 500010, 10), shapely.box(500009, 0, 500020, 10)]
    >>> found = sx.check_coverage(gpd.GeoDataFrame(geometry=squares, crs=4547), area="planar")
    >>> found.overlaps[["feature", "other_feature", "relation", "area_m2"]].values.tolist()
    [[0, 1, 'partial', 10.0]]
    """
    columns = [column for column in (between, name) if column is not None]
    layer = to_layer(gdf, "gdf", columns=columns, progress=progress)
    frame = None if within is None else to_layer(within, "within", columns=[])
    overlaps, gaps, outside, same_names, repairs = _native.check_coverage(
        layer, frame, area, float(gap_width_m), between, name, on_invalid, progress
    )
    index = gdf.index if isinstance(gdf, pd.Series | pd.DataFrame) else None
    gap_frame = to_frame(gaps)
    rows = [[int(row) for row in text.split(", ") if row] for text in gap_frame["neighbours"]]
    gap_frame["neighbours"] = rows if index is None else [index.take(row).tolist() for row in rows]
    tables = (to_frame(overlaps), gap_frame, to_frame(outside), to_data_frame(same_names), to_data_frame(repairs))
    findings = findings_of(layer)
    return Coverage(*(_described(table, index, findings) for table in tables))


def _described(table: Any, index: pd.Index | None, findings: Findings) -> Any:
    table.attrs["findings"] = findings
    for column in ("feature", "other_feature"):
        if index is not None and column in table:
            table[column] = index.take(table[column].to_numpy())
    return table
