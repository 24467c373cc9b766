"""What is wrong with polygons, and their repair."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from sanxian import _native
from sanxian.arrow import findings_of, to_data_frame, to_frame, to_layer

if TYPE_CHECKING:
    import geopandas as gpd


def find_faults(
    gdf: Any,
    *,
    vertex_tolerance_m: float = 0.0,
    shortest_edge_m: float = 0.0,
    sharpest_angle_deg: float = 0.0,
    winding: Literal["clockwise", "counter_clockwise"] | None = None,
) -> pd.DataFrame:
    """Every fault of every polygon, with its place.

    Parameters
    ----------
    gdf : GeoDataFrame, Arrow table or path
        Polygons. Vertices outside the range of a Gauss-Krüger or geographic CRS are told too.
    vertex_tolerance_m : float
        Also tell vertices of a polygon that lie closer to each other than this (units of the coordinates).
    shortest_edge_m : float
        Also tell edges shorter than this.
    sharpest_angle_deg : float
        Also tell corners sharper than this.
    winding : {"clockwise", "counter_clockwise"}, optional
        Also tell exteriors that do not turn this way, and interiors that do.

    Returns
    -------
    DataFrame
        ``feature`` (index value of a frame, row number else), ``fault`` (a stable code such as ``self_crossing``),
        ``severity`` (``error`` makes the polygon invalid or puts it out of range, ``warning`` does not), ``polygon``,
        ``ring`` (0 is the exterior), ``vertex``, ``easting_m``, ``northing_m`` (longitude and latitude in degrees where
        the CRS is geographic), ``message``. Empty where all is well.

    Examples
    --------
    >>> import geopandas as gpd, shapely, sanxian as sx
    >>> bow_tie = shapely.Polygon([(500000, 0), (500010, 10), (500010, 0), (500000, 10)])
    >>> sx.find_faults(gpd.GeoDataFrame(geometry=[bow_tie], crs=4547))["fault"].tolist()
    ['self_crossing']
    """
    layer = to_layer(gdf, "gdf", columns=[])
    found = _native.find_faults(
        layer, float(vertex_tolerance_m), float(shortest_edge_m), float(sharpest_angle_deg), winding
    )
    return _told(found, layer, gdf)


def repair(
    gdf: Any, *, method: Literal["structure", "even_odd"] = "structure"
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Repair invalid polygons and list what was done.

    Parameters
    ----------
    gdf : GeoDataFrame, Arrow table or path
        Polygons; valid ones come back as they are.
    method : {"structure", "even_odd"}
        ``structure`` keeps the roles of rings: interiors are taken out of their exterior, and ground that is enclosed
        twice stays. ``even_odd`` goes by the number of turns of all rings: ground that is enclosed twice goes, and an
        interior outside its exterior becomes ground. They are ``structure`` and ``linework`` of shapely's
        ``make_valid``.

    Returns
    -------
    (GeoDataFrame, DataFrame)
        The frame with repaired geometry, and ``feature, faults, area_before, area_after, displacement`` (of the
        farthest vertex that was dropped, from the boundary that is left), ``vertices_dropped, vertices_added`` for each
        feature that was changed; areas and lengths are planar, in the unit of the coordinates.

    Examples
    --------
    >>> import geopandas as gpd, shapely, sanxian as sx
    >>> bow_tie = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    >>> repaired, changes = sx.repair(gpd.GeoDataFrame(geometry=[bow_tie], crs=4547))
    >>> repaired.geometry.is_valid.all(), changes["area_after"].tolist()
    (np.True_, [50.0])
    """
    layer = to_layer(gdf, "gdf")
    repaired, changes = _native.repair(layer, method)
    frame = to_frame(repaired.to_arrow())
    if isinstance(gdf, pd.DataFrame):
        geometry = frame.geometry.set_axis(gdf.index)
        frame = gdf.copy().set_geometry(geometry)
    else:
        frame.attrs["findings"] = findings_of(layer)
    return frame, _told(changes, layer, gdf)


def find_slivers(gdf: Any, *, class_field: str | None = None, narrow_width_m: float | None = None) -> pd.DataFrame:
    """Polygons that are too narrow, too thin or too small to mean anything. None is dropped.

    The limits are data with their sources: ``rules/slivers.toml`` and ``sliver_width_m`` of ``rules/tolerances.toml``.

    Parameters
    ----------
    gdf : GeoDataFrame, Arrow table or path
        Polygons in a projected CRS.
    class_field : str, optional
        The column with the land class code (``"DLBM"``), to hold areas against the least area of a class on a map.
    narrow_width_m : float, optional
        A mean width 2A/P below this is narrow, instead of the figure of the rules.

    Returns
    -------
    DataFrame
        ``feature, reasons`` (``narrow``, ``thin``, ``below_minimum_map_area``, joined), ``area_m2, mean_width_m,
        thinness`` (4πA/P²: 1 for a disc), ``class, minimum_map_area_m2``.

    Raises
    ------
    SanxianError
        The CRS is missing or in degrees, or there is no such column.

    Examples
    --------
    >>> import geopandas as gpd, shapely, sanxian as sx
    >>> strip = shapely.box(500000, 4200000, 500100, 4200000.2)
    >>> sx.find_slivers(gpd.GeoDataFrame(geometry=[strip], crs=4547))["reasons"].tolist()
    ['narrow, thin']
    """
    layer = to_layer(gdf, "gdf", columns=[] if class_field is None else [class_field])
    return _told(_native.find_slivers(layer, class_field, narrow_width_m), layer, gdf)


def _told(batch: Any, layer: _native.Layer, gdf: Any) -> pd.DataFrame:
    """Make a table of features, by the index of a frame, that also carries what was odd in a file."""
    table = to_data_frame(batch)
    if isinstance(gdf, pd.Series | pd.DataFrame):
        table["feature"] = gdf.index.take(table["feature"].to_numpy())
    table.attrs["findings"] = findings_of(layer)
    return table
