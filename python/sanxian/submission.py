"""What is wrong with a submission, all at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from sanxian import _native
from sanxian.arrow import load_plots, to_frame, to_layer

if TYPE_CHECKING:
    import geopandas as gpd


def check_submission(
    plots: Any = None,
    *,
    shapefile: Any = None,
    outline: Any = None,
    uses: Any = None,
    land_use: Any = None,
    ownership: str | None = None,
    layers: Sequence[Any] = (),
    progress: Callable[[int, int], object] | None = None,
) -> gpd.GeoDataFrame:
    """Every finding of a submission: geometry, tiling, figures, and whether its parts agree.

    Nothing is changed or repaired; what is invalid is repaired for the overlap check alone, and that is a finding too.
    Limits are data with their sources: ``rules/submission.toml``, ``tolerances.toml``, ``slivers.toml``.

    Parameters
    ----------
    plots : GeoDataFrame, Arrow table or path, optional
        The plots: exchange text, coordinate table, or frame with ``plot_id, plot_name, declared_area_ha``.
    shapefile : GeoDataFrame, Arrow table or path, optional
        The same plots once more: plots, vertices and areas are compared.
    outline : GeoDataFrame, Arrow table or path, optional
        The outline of the scheme, which the plots should fill.
    uses : GeoDataFrame, Arrow table or path, optional
        Uses with ``PlotName, PurArea``: against their polygons, and their sums against the plots.
    land_use : GeoDataFrame, Arrow table or path, optional
        The land survey: ``TBMJ`` is recomputed, ``BSM`` must be unique, plots must lie on it.
    ownership : str, optional
        Its column of ownership (``"QSXZ"``), whose codes must be known.
    layers : sequence, optional
        Further layers, looked at for geometry and identifiers.
    progress : callable, optional
        ``progress(done, total)``; what it raises stops the work.

    Returns
    -------
    GeoDataFrame
        ``severity`` (error, warning, info), ``topic`` (reading, geometry, tiling, areas, versions, uses, survey,
        fields), ``code``, ``source`` (name of the layer), ``feature`` (from 1), ``plot_id``, ``message`` (Chinese),
        ``easting_m``, ``northing_m`` of a fault at a point, and the ground of an overlap, gap or plot as ``geometry``.
        Empty where all is well.

    Raises
    ------
    CrsMismatchError
        The parts are not in one CRS.
    SanxianError
        What reading a part raises.

    Examples
    --------
    >>> import sanxian as sx
    >>> found = sx.check_submission("examples/xinzhou/plots.txt", uses="examples/xinzhou/uses.shp")
    >>> found.loc[found["severity"] == "error", "code"].tolist()
    []
    """
    native = _native.check_submission(
        None if plots is None else _plots(plots, "plots"),
        None if shapefile is None else _plots(shapefile, "shapefile"),
        None if outline is None else to_layer(outline, "outline", columns=[]),
        None if uses is None else to_layer(uses, "uses", progress=progress),
        None if land_use is None else to_layer(land_use, "land_use", progress=progress),
        ownership,
        [to_layer(layer, f"layer {number}", progress=progress) for number, layer in enumerate(layers, 1)],
        progress,
    )
    return to_frame(native)


def _plots(source: Any, name: str) -> _native.Layer:
    if isinstance(source, str | os.PathLike):
        return load_plots(source)
    return to_layer(source, name)
