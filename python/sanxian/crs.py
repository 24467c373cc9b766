"""What a CRS is, what coordinates say about theirs, and the way from one to another."""

from __future__ import annotations

import dataclasses
import os
import re
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
from pyproj.exceptions import CRSError

from sanxian import _native
from sanxian.arrow import PLOTS_SUFFIXES, findings_of, load_layer, load_plots, to_frame, to_layer
from sanxian.errors import CrsUnknownError

#: ``plots.shp``: a text that ends like a file name and is no definition.
_FILE_NAME = re.compile(r"[^\[{\n]*\.[A-Za-z]\w{1,11}")


@dataclasses.dataclass(frozen=True)
class CrsCandidate:
    """One reading of coordinates whose CRS is not known.

    Attributes
    ----------
    epsg : tuple of int
        Frames of CGCS2000 that the numbers fit; several where numbers cannot tell. The zones of Xian 1980 and Beijing
        1954 are the same: a datum is never in the numbers.
    swapped : bool
        The pairs must be swapped first.
    plausible : bool
        The coordinates lie where those of the frame lie in practice.
    reason : str
        Why, in a sentence.
    """

    epsg: tuple[int, ...]
    swapped: bool
    plausible: bool
    reason: str


@dataclasses.dataclass(frozen=True)
class CrsDescription:
    """What is known about a CRS, and about the coordinates that were given with or without it.

    Attributes
    ----------
    epsg : int or None
        The code that the parameters belong to, or the one that an unregistered definition claims.
    name : str or None
        Name of the register; ``None`` where no CRS was given.
    kind : str or None
        ``geographic, geographic_3d, geocentric, gauss_kruger, utm, transverse_mercator, other, local``.
    datum : str or None
        ``CGCS2000, WGS 84, Xian 1980, Beijing 1954``.
    zone, zone_width_deg : int or None
        Number and width of the zone, for Gauss-Kruger and UTM.
    central_meridian_deg, false_easting_m : float or None
        For every transverse Mercator.
    prefixed : bool or None
        The false easting carries the zone number.
    definition : str or None
        A text that pyproj reads.
    candidates : tuple of CrsCandidate
        What the coordinates alone say, the most plausible first; empty without coordinates, and where they fit nothing.
    conflict : str or None
        How the coordinates contradict the declared CRS.
    """

    epsg: int | None = None
    name: str | None = None
    kind: str | None = None
    datum: str | None = None
    zone: int | None = None
    zone_width_deg: int | None = None
    central_meridian_deg: float | None = None
    false_easting_m: float | None = None
    prefixed: bool | None = None
    definition: str | None = dataclasses.field(default=None, repr=False)
    candidates: tuple[CrsCandidate, ...] = ()
    conflict: str | None = None


def describe_crs(crs_or_data: Any) -> CrsDescription:
    """Say what a CRS is, and whether coordinates can belong to it.

    A CRS is recognised by ellipsoid, central meridian, false easting and scale, whatever it is called. Coordinates
    are read against every frame of CGCS2000; a declared zone goes before a prefix, and where they contradict each
    other both are named. Nothing is decided or changed.

    Parameters
    ----------
    crs_or_data : int, str, pyproj.CRS, GeoDataFrame, Arrow table, path or array
        An EPSG code, a WKT, PROJJSON or PROJ text, a CRS; polygons with or without a CRS; a file of polygons; or bare
        coordinates, pairs of (easting, northing) or (longitude, latitude).

    Returns
    -------
    CrsDescription
        Fields of the CRS are ``None`` where the data carry none; ``candidates`` and ``conflict`` come with coordinates.

    Raises
    ------
    CrsUnknownError
        The text is no CRS, or an exchange text says no zone and has no prefix.
    FileNotFoundError
        There is no such file.
    TypeError
        It is none of the kinds above.

    Examples
    --------
    >>> import sanxian as sx
    >>> zone = sx.describe_crs(4526)
    >>> zone.name, zone.zone, zone.central_meridian_deg, zone.false_easting_m, zone.prefixed
    ('CGCS2000 / 3-degree Gauss-Kruger zone 38', 38, 114.0, 38500000.0, True)

    Coordinates without a CRS, as a boundary table writes them, northing first:

    >>> for found in sx.describe_crs([(4252698.0, 38386439.0), (4252761.0, 38386534.0)]).candidates:
    ...     print(found.epsg, found.swapped, found.plausible)
    (4526,) True True

    A frame that carries the wrong zone:

    >>> import geopandas as gpd, shapely
    >>> wrong = gpd.GeoDataFrame(geometry=[shapely.box(38386000, 4252000, 38386100, 4252100)], crs=4525)
    >>> sx.describe_crs(wrong).conflict[:81]
    'the coordinates do not belong to the declared EPSG:4525 (CGCS2000 / 3-degree Gaus'
    """
    source = crs_or_data
    if isinstance(source, str) and _FILE_NAME.fullmatch(source.strip()):
        source = Path(source)
    if isinstance(source, os.PathLike):
        return _of_layer(_load(Path(source)))
    if isinstance(source, _native.Layer):
        return _of_layer(source)
    if isinstance(source, gpd.GeoDataFrame | gpd.GeoSeries):
        # A mean of the four corners would be as good: only the box of the coordinates is looked at.
        return _of_box(source.total_bounds, source.crs)
    if hasattr(source, "__arrow_c_stream__") and not isinstance(source, pd.DataFrame):
        return _of_layer(_native.Layer.from_arrow(source, "crs_or_data"))
    if isinstance(source, int | np.integer | str | pyproj.CRS):
        return CrsDescription(**_native.describe_crs(crs_text(source)))
    return _of_box(_box(source), None)


def crs_text(crs: Any) -> str:
    """Write a CRS for Rust: codes of its register as they are, everything else as PROJJSON written by pyproj.

    The register holds the Chinese frames, WGS 84 and UTM, so that their codes never depend on a PROJ database.

    Parameters
    ----------
    crs : int, str or pyproj.CRS
        EPSG code, ``"EPSG:3857"``, WKT, PROJJSON, PROJ text.

    Raises
    ------
    CrsUnknownError
        Neither knows it.
    """
    if isinstance(crs, bool):
        raise TypeError("crs: expected an EPSG code, a text or a CRS, found a bool")
    if isinstance(crs, int | np.integer):
        crs = f"EPSG:{int(crs)}"
    if isinstance(crs, pyproj.CRS):
        return str(crs.to_json())
    if not isinstance(crs, str):
        raise TypeError(f"crs: expected an EPSG code, a text or a CRS, found {type(crs).__name__}")
    try:
        _native.describe_crs(crs)
    except CrsUnknownError as unknown:
        try:
            return str(pyproj.CRS.from_user_input(crs).to_json())
        except CRSError:
            raise CrsUnknownError(
                f"{crs[:60]!r} is no CRS: give an EPSG code such as 4526, WKT, PROJJSON or PROJ text", definition=crs
            ) from unknown
    return crs


def to_crs(
    gdf: Any, epsg: int | str | pyproj.CRS, *, helmert: dict[str, float | str] | str | None = None
) -> gpd.GeoDataFrame:
    """Transform polygons to another CRS.

    Gauss-Kruger and UTM zones move by a Kruger series of sixth order, everything else through PROJ pipelines
    that need no database of the machine. A change of datum (Xian 1980, Beijing 1954) needs its parameters.

    Parameters
    ----------
    gdf : GeoDataFrame, Arrow table or path
        Polygons with a CRS.
    epsg : int, str or pyproj.CRS
        The target: an EPSG code such as ``4526``, a WKT, PROJJSON or PROJ text, or a CRS.
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
    InvalidPolygonError
        A vertex cannot be a place, or has no image; names feature, ring and vertex.

    Examples
    --------
    >>> import geopandas as gpd, shapely, sanxian as sx
    >>> zone_38 = gpd.GeoDataFrame(geometry=[shapely.box(38386000, 4252000, 38386100, 4252100)], crs=4526)
    >>> sx.to_crs(zone_38, 4525).crs.to_epsg()
    4525
    """
    target = crs_text(epsg)
    if not isinstance(gdf, gpd.GeoDataFrame | gpd.GeoSeries):
        layer = to_layer(gdf, "gdf")
        frame = to_frame(_native.to_crs(layer, target, helmert).to_arrow())
        frame.attrs["findings"] = findings_of(layer)
        return frame
    # Only the geometry crosses; attributes stay where they are.
    moved = to_frame(_native.to_crs(to_layer(gdf, "gdf", columns=[]), target, helmert).to_arrow()).geometry
    moved = moved.set_axis(gdf.index)
    if isinstance(gdf, gpd.GeoSeries):
        return moved.rename(gdf.name)
    return gdf.copy(deep=False).set_geometry(moved.rename(gdf.active_geometry_name))


def _load(path: Path) -> _native.Layer:
    if path.suffix.lower() in PLOTS_SUFFIXES:
        return load_plots(path)
    return load_layer(path, columns=[])


def _of_layer(layer: _native.Layer) -> CrsDescription:
    fields = _native.describe_layer_crs(layer) or {}
    return CrsDescription(**fields, **_evidence(*_native.layer_crs_evidence(layer)))


def _of_box(bounds: np.ndarray, crs: Any) -> CrsDescription:
    text = None if crs is None else crs_text(crs)
    corners = [(bounds[0], bounds[1]), (bounds[2], bounds[3])]
    fields = {} if text is None else _native.describe_crs(text)
    return CrsDescription(**fields, **_evidence(*_native.crs_evidence(corners, declared=text)))


def _evidence(candidates: list[dict[str, Any]], conflict: str | None) -> dict[str, Any]:
    found = tuple(CrsCandidate(**{**candidate, "epsg": tuple(candidate["epsg"])}) for candidate in candidates)
    return {"candidates": found, "conflict": conflict}


def _box(coordinates: Any) -> np.ndarray:
    try:
        points = np.asarray(coordinates, dtype=float)
    except (TypeError, ValueError):
        points = np.empty(0)
    if points.ndim != 2 or points.shape[1] != 2:
        raise TypeError(
            f"crs_or_data: expected a CRS, polygons, a path or pairs of coordinates, found {type(coordinates).__name__}"
        )
    finite = points[np.isfinite(points).all(axis=1)]
    if len(finite) == 0:
        return np.full(4, np.nan)
    return np.concatenate([finite.min(axis=0), finite.max(axis=0)])
