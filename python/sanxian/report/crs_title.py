"""What a coordinate system is called in a report."""

from __future__ import annotations

from sanxian.crs import describe_crs
from sanxian.errors import SanxianError


def crs_title(epsg: int | None, name: str | None) -> str:
    """Chinese name of a coordinate system of CGCS2000, the name as given for any other; with its code.

    Examples
    --------
    >>> crs_title(4526, "CGCS2000 / 3-degree Gauss-Kruger zone 38")
    '2000国家大地坐标系，高斯-克吕格投影3度带第38带，中央经线114°（EPSG:4526）'
    >>> crs_title(None, "local grid")
    'local grid'
    """
    title = _chinese(epsg) or name or ""
    code = f"EPSG:{epsg}" if epsg else ""
    return f"{title}（{code}）" if title and code else title or code


def _chinese(epsg: int | None) -> str | None:
    try:
        found = None if epsg is None else describe_crs(epsg)
    except SanxianError:
        return None
    if found is None or found.datum != "CGCS2000":
        return None
    if found.kind == "geographic":
        return "2000国家大地坐标系，经纬度"
    if found.kind != "gauss_kruger" or found.central_meridian_deg is None:
        return None
    belt = f"高斯-克吕格投影{found.zone_width_deg}度带" if found.zone_width_deg else "高斯-克吕格投影"
    # Without the zone before the eastings only the meridian tells which belt it is.
    number = f"第{found.zone}带" if found.zone and found.prefixed else ""
    return f"2000国家大地坐标系，{belt}{number}，中央经线{found.central_meridian_deg:g}°"
