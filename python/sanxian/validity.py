"""What is wrong with polygons, and their repair."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from sanxian import _native
from sanxian.arrow import to_data_frame, to_frame, to_layer

if TYPE_CHECKING:
    import geopandas as gpd


def find_faults(gdf: Any) -> pd.DataFrame:
    """Every fault of every polygon, with its place.

    Parameters
    ----------
    gdf : GeoDataFrame, Arrow table or path
        Polygons.

    Returns
    -------
    DataFrame
        ``feature`` (index value of a frame, row number else), ``fault`` (a stable code such as ``self_crossing``),
        ``severity`` (``error`` makes the polygon invalid, ``warning`` does not), ``polygon``, ``ring`` (0 is the
        exterior), ``vertex``, ``easting_m``, ``northing_m`` (longitude and latitude in degrees where the CRS is
        geographic), ``message``. Empty where all is well.

    Examples
    --------
    >>> import geopandas as gpd, shapely, sanxian as sx
    >>> bow_tie = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    >>> sx.find_faults(gpd.GeoDataFrame(geometry=[bow_tie], crs=4547))["fault"].tolist()
    ['self_crossing']
    """
    return _with_index(to_data_frame(_native.find_faults(to_layer(gdf, "gdf", columns=[]))), gdf)


def repair(gdf: Any) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Repair invalid polygons by the even-odd rule, and list what was done.

    Parameters
    ----------
    gdf : GeoDataFrame, Arrow table or path
        Polygons; valid ones come back as they are.

    Returns
    -------
    (GeoDataFrame, DataFrame)
        The frame with repaired geometry, and ``feature, faults, area_before, area_after`` (planar, in the unit of the
        coordinates) for each feature that was changed.

    Examples
    --------
    >>> import geopandas as gpd, shapely, sanxian as sx
    >>> bow_tie = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    >>> repaired, changes = sx.repair(gpd.GeoDataFrame(geometry=[bow_tie], crs=4547))
    >>> repaired.geometry.is_valid.all(), changes["area_after"].tolist()
    (np.True_, [50.0])
    """
    layer, changes = _native.repair(to_layer(gdf, "gdf"))
    frame = to_frame(layer.to_arrow())
    if isinstance(gdf, pd.DataFrame):
        geometry = frame.geometry.set_axis(gdf.index)
        frame = gdf.copy().set_geometry(geometry)
    return frame, _with_index(to_data_frame(changes), gdf)


def _with_index(table: pd.DataFrame, gdf: Any) -> pd.DataFrame:
    if isinstance(gdf, pd.Series | pd.DataFrame):
        table["feature"] = gdf.index.take(table["feature"].to_numpy())
    return table
