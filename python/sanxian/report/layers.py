"""The control layers of a report, for its maps: several may share a role, and only what a map shows is loaded."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import geopandas as gpd
import numpy as np
import shapely

from sanxian.report.view import Bounds

#: A layer for the map: a frame, or a function that loads it when a map is drawn. A function with a parameter ``bounds``
#: gets ``(minx, miny, maxx, maxy)`` in the plots' CRS, or ``None`` for everything; it may leave out what lies beyond,
#: and its frame's index must be the row numbers in the whole layer.
LayerFrame: TypeAlias = "gpd.GeoDataFrame | Callable[..., gpd.GeoDataFrame]"

#: Layers by role, or pairs of role and layer where a role has several.
LayersArgument: TypeAlias = "Mapping[str, LayerFrame] | Iterable[tuple[str, LayerFrame]]"

#: How many times the plots' longer side is loaded around them at first; the overview and most close-ups fit into it.
_HOME_FACTOR = 1.5


class MapLayer:
    """One control layer: its role, which of its role it is, and the part of it that was loaded.

    Parameters
    ----------
    role : str
        The role's identifier, such as ``permanent_basic_farmland``.
    source : GeoDataFrame or callable
        See :data:`LayerFrame`.
    nth : int
        Position among the layers of the same role, from 0.
    """

    def __init__(self, role: str, source: LayerFrame, nth: int = 0) -> None:
        self.role = role
        self.nth = nth
        self._source = source
        self._loaded: gpd.GeoDataFrame | None = None
        #: Where ``_loaded`` is complete; ``None`` for everywhere.
        self._window: Bounds | None = None

    def whole(self) -> gpd.GeoDataFrame:
        """Every feature; its row number is its ``feature`` number in the report's tables."""
        if self._loaded is None or self._window is not None:
            self._loaded, self._window = self._load(None), None
        return self._loaded

    def near(self, bounds: Bounds, home: Bounds | None = None) -> gpd.GeoDataFrame:
        """The features whose boxes meet ``bounds``, indexed by their row number in the whole layer, ascending.

        ``home`` is what later calls will probably ask for; it is loaded in the same go.
        """
        if not _takes_bounds(self._source):
            self.whole()
        elif self._loaded is None or (self._window is not None and not _contains(self._window, bounds)):
            window = _union(bounds, self._window or home)
            self._loaded, self._window = self._load(window), window
        assert self._loaded is not None
        frame = self._loaded
        return frame.iloc[np.sort(frame.sindex.query(shapely.box(*bounds)))]

    def _load(self, bounds: Bounds | None) -> gpd.GeoDataFrame:
        if isinstance(self._source, gpd.GeoDataFrame):
            return self._source.reset_index(drop=True)
        if _takes_bounds(self._source):
            return self._source(bounds=bounds)
        return self._source().reset_index(drop=True)


def map_layers(layers: LayersArgument | None) -> list[MapLayer]:
    """The layers of a mapping or of pairs, numbered within their role."""
    pairs = layers.items() if isinstance(layers, Mapping) else layers or ()
    seen: dict[str, int] = {}
    found = []
    for role, source in pairs:
        found.append(MapLayer(role, source, seen.get(role, 0)))
        seen[role] = seen.get(role, 0) + 1
    return found


def home_window(plots: gpd.GeoDataFrame) -> Bounds | None:
    """A square around the plots, somewhat larger than they are; ``None`` where there is no plot."""
    minx, miny, maxx, maxy = (float(value) for value in plots.total_bounds)
    if not np.isfinite([minx, miny, maxx, maxy]).all():
        return None
    half = max(maxx - minx, maxy - miny) * _HOME_FACTOR / 2
    x, y = (minx + maxx) / 2, (miny + maxy) / 2
    return x - half, y - half, x + half, y + half


def _takes_bounds(source: Any) -> bool:
    return not isinstance(source, gpd.GeoDataFrame) and "bounds" in inspect.signature(source).parameters


def _contains(window: Bounds, bounds: Bounds) -> bool:
    return window[0] <= bounds[0] and window[1] <= bounds[1] and window[2] >= bounds[2] and window[3] >= bounds[3]


def _union(bounds: Bounds, other: Bounds | None) -> Bounds:
    if other is None:
        return bounds
    return (
        min(bounds[0], other[0]),
        min(bounds[1], other[1]),
        max(bounds[2], other[2]),
        max(bounds[3], other[3]),
    )
