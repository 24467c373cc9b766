"""From one CRS to another, with the datum changes refused that nobody has parameters for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sanxian import _native
from sanxian.arrow import to_frame, to_layer

if TYPE_CHECKING:
    import geopandas as gpd


def to_crs(gdf: Any, epsg: int | str, *, helmert: dict[str, float | str] | str | None = None) -> gpd.GeoDataFrame:
    """Transform polygons to another CRS.

    Gauss-Kruger zones of CGCS2000 move by a Kruger series of sixth order, everything else through PROJ pipelines
    that need no database of the machine. A change of datum (Xian 1980, Beijing 1954) needs its parameters.

    Parameters
    ----------
    gdf : GeoDataFrame, Arrow table or path
        Polygons with a CRS.
    epsg : int or str
        The target: an EPSG code such as ``4526``, or a WKT or PROJJSON text.
    helmert : dict or "wgs84_as_cgcs2000", optional
        What a change of datum needs. Seven parameters: ``dx_m, dy_m, dz_m, rx_arcsec, ry_arcsec, rz_arcsec, scale_ppm``
        and ``convention``, ``"position_vector"`` or ``"coordinate_frame"``. Four parameters between planes:
        ``shift_easting_m, shift_northing_m, rotation_arcsec, scale_ppm`` and ``convention="plane"``.
        ``"wgs84_as_cgcs2000"`` takes the two as one, which they are to a metre or better.

    Returns
    -------
    GeoDataFrame
        In the target CRS, with the attributes, index and ``attrs`` of the input where that was a frame.

    Raises
    ------
    CrsUnknownError
        The target is not a CRS that can be read.
    DatumShiftError
        The datum differs and ``helmert`` is missing.

    Examples
    --------
    >>> import geopandas as gpd, shapely, sanxian as sx
    >>> zone_38 = gpd.GeoDataFrame(geometry=[shapely.box(38386000, 4252000, 38386100, 4252100)], crs=4526)
    >>> sx.to_crs(zone_38, 4525).crs.to_epsg()
    4525
    """
    layer = to_layer(gdf, "gdf")
    target = f"EPSG:{epsg}" if isinstance(epsg, int) else epsg
    frame = to_frame(_native.to_crs(layer, target, helmert).to_arrow())
    if hasattr(gdf, "index") and hasattr(gdf, "attrs"):
        moved = gdf.copy()
        moved = moved.set_geometry(frame.geometry.set_axis(gdf.index))
        return moved
    return frame
