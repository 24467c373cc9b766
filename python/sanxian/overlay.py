"""What plots run into: areas and pieces of the overlay with a layer."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from sanxian import _native
from sanxian.arrow import is_native_file, to_frame, to_layer
from sanxian.findings import Findings
from sanxian.geoarrow import arrow_table

if TYPE_CHECKING:
    import geopandas as gpd

AreaMethod = Literal["ellipsoidal", "planar", "geodesic"]
OnInvalid = Literal["raise", "repair", "trust"]
Progress = Callable[[int, int], object]


class ControlLayer:
    """A layer held ready to overlay many sets of plots with: read once, and indexed once where pieces are made.

    Parameters
    ----------
    layer : GeoDataFrame, Arrow table or path
        Polygons with a CRS.
    role : str, optional
        What the layer is, such as ``"permanent_basic_farmland"`` or ``"永久基本农田"``.

    Examples
    --------
    >>> import sanxian as sx
    >>> farmland = sx.ControlLayer("examples/xinzhou/control/YJJBNTTB.shp", role="永久基本农田")
    >>> plots = sx.read_plots("examples/xinzhou/plots.txt")
    >>> len(sx.overlay_area(plots, farmland))
    0
    """

    def __init__(self, layer: Any, role: str | None = None) -> None:
        self.role = None if role is None else _native.role_id(role)
        self._index = layer.index if isinstance(layer, pd.DataFrame) else None
        native = to_layer(layer, self.role or "layer")
        self.crs = native.crs
        self._native = _native.IndexedLayer(native)

    def __len__(self) -> int:
        return len(self._native)

    def __repr__(self) -> str:
        return f"<ControlLayer {self.role or 'without role'}: {len(self)} features, {self.crs}>"[:80]


def overlay_area(
    plots: Any,
    layer: Any,
    *,
    by: str | Sequence[str] | None = None,
    area: AreaMethod = "ellipsoidal",
    sliver_width_m: float = 0.0,
    on_invalid: OnInvalid = "raise",
    count: Literal["each", "union"] = "each",
    progress: Progress | None = None,
    as_arrow: bool = False,
) -> pd.DataFrame | pa.Table:
    """Area of each plot inside each feature of a layer, or inside each group of its features.

    Parameters
    ----------
    plots, layer : GeoDataFrame, Arrow table, path; ``layer`` also a :class:`ControlLayer`
        Polygons in the same CRS. Of a Shapefile or GeoParquet file only features near the plots are decoded, and no
        frame is made; features that lie apart from all plots are not looked at, invalid ones neither.
    by : str or sequence of str, optional
        Columns of the layer to sum over, such as the land class: a row a (plot, group).
    area : {"ellipsoidal", "planar", "geodesic"}
        How pieces and plots are measured. The first two need no pieces and are much faster.
    sliver_width_m : float
        Pieces whose mean width 2A/P is below this are flagged ``is_sliver``; none is dropped. With 0 no width is
        computed, which would need the pieces.
    on_invalid : {"raise", "repair", "trust"}
        What to do with an invalid polygon that takes part: ``"raise"`` stops and names it; ``"repair"`` computes with
        what :func:`repair` makes of it and lists that in ``.attrs["repairs"]``; ``"trust"`` does not look, for layers
        that are known to be valid: where one is not, its figures are silently wrong. Not-a-number coordinates are
        refused in any case.
    count : {"each", "union"}
        Where features of the layer overlap: count the place for each of them, or once for the layer (or group). With
        "union" and without ``by`` there is one row a plot and no column ``feature``.
    progress : callable, optional
        ``progress(done, total)`` in features; what it raises stops the work.
    as_arrow : bool
        Return a pyarrow Table, with repairs and findings as JSON in its schema metadata.

    Returns
    -------
    DataFrame
        ``plot_id``, then the ``by`` columns or ``feature`` (index value of the layer's frame, row number of a file),
        ``area_m2, area_ha, area_mu, share`` (of the plot), ``mean_width_m`` (missing without ``sliver_width_m``),
        ``is_sliver``. Sorted by plot and feature. Pairs that only touch have no area and no row.
        ``.attrs["findings"]`` is what was odd in the plots and in the layer, as far as they were read here: a path is,
        a frame that :func:`read_layer` gave has its own.

    Raises
    ------
    CrsMismatchError
        Names both CRSs and the call that fixes it.
    InvalidPolygonError
        ``.feature``, ``.ring``, ``.vertex``, ``.reason`` of the first fault, ``.faults`` of all.

    Examples
    --------
    >>> import sanxian as sx
    >>> plots = sx.read_plots("examples/xinzhou/plots.txt")
    >>> land = sx.overlay_area(plots, "examples/xinzhou/survey/DLTB.shp", by="QSXZ")
    >>> float(land["area_ha"].sum().round(2))
    1329.23
    """
    groups = [by] if isinstance(by, str) else list(by or [])
    native_plots = _plots_to_layer(plots, progress)
    options = overlay_options(groups, area, sliver_width_m, on_invalid, count)
    index = None
    if is_native_file(layer):
        prepared = os.fspath(layer)
    else:
        prepared, index = _prepare(layer, groups, progress)
    table = arrow_table(_native.overlay_area(native_plots, prepared, options, progress))
    table = _with_ids(table, plots, None if groups or count == "union" else index)
    if as_arrow:
        return table
    frame = table.to_pandas()
    frame.attrs.update(_described(table))
    return frame


def overlay(
    plots: Any,
    layer: Any,
    *,
    how: Literal["intersection", "difference", "identity"] = "intersection",
    area: AreaMethod = "ellipsoidal",
    sliver_width_m: float = 0.0,
    on_invalid: OnInvalid = "raise",
    progress: Progress | None = None,
    as_arrow: bool = False,
) -> gpd.GeoDataFrame | pa.Table:
    """The pieces of plots inside features of a layer, and what lies outside: as :func:`overlay_area`, with geometry.

    Parameters
    ----------
    how : {"intersection", "difference", "identity"}
        Which parts of plots: those inside features, a row a (plot, feature); what lies outside of all features, a row a
        plot; or both, which together make up the plots: what is left of a plot stands behind its pieces.
    plots, layer, area, sliver_width_m, on_invalid, progress, as_arrow
        As in :func:`overlay_area`.

    Returns
    -------
    GeoDataFrame
        ``plot_id, feature, area_m2, area_ha, area_mu, share, mean_width_m, is_sliver``, the attributes of the layer's
        feature, and the piece as ``geometry``. What lies outside has neither feature nor attributes: they are missing.

    Raises
    ------
    CrsMismatchError, InvalidPolygonError
        As in :func:`overlay_area`.

    Examples
    --------
    >>> import sanxian as sx
    >>> plots = sx.read_plots("examples/xinzhou/plots.txt")
    >>> pieces = sx.overlay(plots, "examples/xinzhou/control/CZKFBJ.shp")
    >>> set(pieces["GHFQMC"])
    {'城镇集中建设区'}

    Pieces and remainder make up the plots:

    >>> parts = sx.overlay(plots, "examples/xinzhou/control/CZKFBJ.shp", how="identity")
    >>> float(parts["area_ha"].sum().round(2))
    1329.23
    """
    prepared, index = _prepare(layer, None, progress)
    options = overlay_options([], area, sliver_width_m, on_invalid)
    table = arrow_table(_native.overlay(_plots_to_layer(plots, progress), prepared, how, options, progress))
    table = _with_ids(table, plots, index)
    if as_arrow:
        return table
    frame = to_frame(table)
    if table.column("feature").null_count and pa.types.is_int64(table.column("feature").type):
        # Row numbers stay whole beside the rows without a feature.
        frame["feature"] = pd.array(table.column("feature").to_pandas(integer_object_nulls=True), dtype="Int64")
    frame.attrs.update(_described(table))
    return frame


def overlay_options(
    by: Sequence[str], area: str, sliver_width_m: float, on_invalid: str, count: str = "each"
) -> dict[str, Any]:
    """Options of overlays as Rust takes them."""
    return {
        "by": list(by),
        "area": area,
        "sliver_width_m": float(sliver_width_m),
        "on_invalid": on_invalid,
        "count": count,
    }


def _plots_to_layer(plots: Any, progress: Progress | None) -> _native.Layer:
    columns = ["plot_id"] if isinstance(plots, pd.DataFrame) else None
    return to_layer(plots, "plots", columns=columns, progress=progress)


def _prepare(
    layer: Any, columns: list[str] | None, progress: Progress | None
) -> tuple[_native.IndexedLayer, pd.Index | None]:
    if isinstance(layer, ControlLayer):
        return layer._native, layer._index
    if columns and isinstance(layer, pd.DataFrame):
        missing = [column for column in columns if column not in layer.columns]
        if missing:
            raise KeyError(f"by: the layer has no column {missing[0]!r}; it has {list(layer.columns)}")
    index = layer.index if isinstance(layer, pd.DataFrame) else None
    return _native.IndexedLayer(to_layer(layer, "layer", columns=columns, progress=progress)), index


def _described(table: pa.Table) -> dict[str, Any]:
    """What an overlay's table carries beside its rows: repairs, and what was odd in plots and layer."""
    texts = table.schema.metadata or {}
    repairs, findings = (json.loads(texts.get(name, b"[]")) for name in (b"sanxian:repairs", b"sanxian:findings"))
    columns = ["severity", "code", "message", "line", "plot_id", "source"]
    return {"repairs": repairs, "findings": Findings(pd.DataFrame(findings, columns=columns))}


def _with_ids(table: pa.Table, plots: Any, layer_index: pd.Index | None) -> pa.Table:
    """Replace row numbers by what the caller's frames call their rows."""
    position = table.schema.names.index("plot_id")
    if isinstance(plots, pd.DataFrame) and "plot_id" not in plots.columns:
        table = table.set_column(position, "plot_id", _index_values(plots.index, table.column("plot_id")))
    if layer_index is not None:
        position = table.schema.names.index("feature")
        table = table.set_column(position, "feature", _index_values(layer_index, table.column("feature")))
    return table


def _index_values(index: pd.Index, rows: pa.ChunkedArray) -> pa.Array:
    """What an index calls some rows; no row has no name."""
    if rows.null_count == 0 and isinstance(index, pd.RangeIndex) and index.start == 0 and index.step == 1:
        return rows
    values = index.take(rows.fill_null(0).to_numpy())
    names = pa.array([str(value) for value in values] if isinstance(values, pd.MultiIndex) else values)
    return pc.if_else(pa.array(rows.is_valid().to_numpy()), names, None) if rows.null_count else names
