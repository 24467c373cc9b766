"""Writes Shapefiles, exchange text, tables and schemes byte for byte the same on every run."""

from __future__ import annotations

import csv
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely

from .ellipsoid import ORIGIN_E_M, ORIGIN_N_M

# The day of the plan text stands in every DBF header: the wall clock would make each run differ.
DBF_DATE = (122, 3, 11)
LDID_GBK = 0x4D

PRJ = (
    'PROJCS["CGCS2000_3_Degree_GK_Zone_38",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",'
    'SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],'
    'PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",38500000.0],PARAMETER["False_Northing",0.0],'
    'PARAMETER["Central_Meridian",114.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)
# The same frame under names that somebody typed: only its parameters tell what it is.
PRJ_HAND_MADE = (
    'PROJCS["xinzhou_2000_38",GEOGCS["GCS_CGCS_2000",DATUM["CGCS_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],'
    'PARAMETER["false_easting",38500000.0],PARAMETER["false_northing",0.0],PARAMETER["central_meridian",114.0],'
    'PARAMETER["scale_factor",1.0],PARAMETER["latitude_of_origin",0.0],UNIT["Meter",1.0]]'
)


@dataclass(frozen=True)
class Field:
    """A DBF column: ``kind`` is C or N."""

    name: str
    kind: str
    width: int
    decimals: int = 0

    def encode(self, value) -> bytes:
        """The value as the bytes of one cell."""
        if self.kind == "N":
            text = "" if value is None else f"{value:.{self.decimals}f}"
            raw = text.rjust(self.width).encode("ascii")
        else:
            raw = ("" if value is None else str(value)).encode("gbk").ljust(self.width)
        if len(raw) != self.width:
            raise ValueError(f"{value!r} does not fit into {self.name} ({self.width} bytes)")
        return raw


def map_coordinates_mm(coords_mm: np.ndarray) -> np.ndarray:
    """Local millimetres to prefixed easting and northing in metres, each the double nearest to its three decimals."""
    return (np.round(coords_mm) + np.array([ORIGIN_E_M, ORIGIN_N_M]) * 1000.0) / 1000.0


def oriented_rings(polygon_mm) -> list[list[np.ndarray]]:
    """Per part: exterior clockwise from its north-west corner, then holes counter-clockwise; millimetres, closed."""
    parts = []
    for part in shapely.get_parts(polygon_mm):
        rings = []
        for ring in shapely.get_rings(part):
            coords = shapely.get_coordinates(ring)[:-1]
            wants_ccw = bool(rings)
            if ring.is_ccw != wants_ccw:
                coords = coords[::-1]
            west, north = coords[:, 0].min(), coords[:, 1].max()
            first = int(np.argmin((coords[:, 0] - west) + (north - coords[:, 1])))
            coords = np.roll(coords, -first, axis=0)
            rings.append(np.vstack([coords, coords[:1]]))
        parts.append(rings)
    return parts


def _shape_record(polygon_mm) -> bytes:
    rings = [map_coordinates_mm(r) for part in oriented_rings(polygon_mm) for r in part]
    points = np.vstack(rings)
    starts = np.cumsum([0] + [len(r) for r in rings[:-1]])
    head = struct.pack("<i4d2i", 5, *points.min(axis=0), *points.max(axis=0), len(rings), len(points))
    return head + starts.astype("<i4").tobytes() + points.astype("<f8").tobytes()


def write_shapefile(
    path: Path,
    polygons_mm,
    fields: list[Field],
    rows: list[dict],
    *,
    cpg: str | None,
    ldid: int,
    prj: str = PRJ,
):
    """Writes .shp, .shx, .dbf, .prj and, when ``cpg`` is given, .cpg. Geometries are in local millimetres."""
    records = [_shape_record(p) for p in polygons_mm]
    points = map_coordinates_mm(shapely.get_coordinates(list(polygons_mm)))
    bounds = struct.pack("<8d", *points.min(axis=0), *points.max(axis=0), 0, 0, 0, 0)

    def header(words: int) -> bytes:
        return struct.pack(">7i", 9994, 0, 0, 0, 0, 0, words) + struct.pack("<2i", 1000, 5) + bounds

    shp, shx, offset = [], [], 50
    for number, record in enumerate(records, 1):
        words = len(record) // 2
        shp.append(struct.pack(">2i", number, words) + record)
        shx.append(struct.pack(">2i", offset, words))
        offset += 4 + words
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(header(offset) + b"".join(shp))
    path.with_suffix(".shx").write_bytes(header(50 + 4 * len(records)) + b"".join(shx))
    _write_dbf(path.with_suffix(".dbf"), fields, rows, ldid)
    path.with_suffix(".prj").write_bytes(prj.encode("ascii"))
    if cpg is not None:
        path.with_suffix(".cpg").write_bytes(cpg.encode("ascii"))


def _write_dbf(path: Path, fields: list[Field], rows: list[dict], ldid: int):
    width = 1 + sum(f.width for f in fields)
    out = [struct.pack("<4BIHH17xB2x", 3, *DBF_DATE, len(rows), 33 + 32 * len(fields), width, ldid)]
    for f in fields:
        out.append(struct.pack("<11sc4xBB14x", f.name.encode("ascii"), f.kind.encode("ascii"), f.width, f.decimals))
    out.append(b"\r")
    for row in rows:
        out.append(b" " + b"".join(f.encode(row.get(f.name)) for f in fields))
    path.write_bytes(b"".join(out) + b"\x1a")


TEXT_HEADER = (
    ("格式版本号", "1.01版本"),
    ("数据产生单位", "示例数据(图形为虚构)"),
    ("数据产生日期", "2022-03-11"),
    ("坐标系", "2000国家大地坐标系"),
    ("几度分带", "3"),
    ("投影类型", "高斯克吕格"),
    ("计量单位", "米"),
    ("带号", "38"),
    ("精度", "0.001"),
    ("转换参数", "0,0,0,0,0,0,0"),
)


def map_sheet(latitude_deg: float, longitude_deg: float) -> str:
    """1:10 000 sheet number (GB/T 13989): row letter, column, scale letter G, row and column of 2.5' by 3.75'."""
    row, column = int(latitude_deg // 4), int(longitude_deg // 6) + 31
    inner_row = int(((row + 1) * 4 - latitude_deg) / (2.5 / 60)) + 1
    inner_column = int((longitude_deg - (column - 31) * 6) / (3.75 / 60)) + 1
    return f"{chr(ord('A') + row)}{column}G{inner_row:03d}{inner_column:03d}"


def write_exchange_text(path: Path, plots: list[dict]):
    """Plots as exchange text (GBK, CRLF). A plot: polygon_mm, plot_id, name, use, area_ha, sheet."""
    lines = ["[属性描述]", *(f"{key}={value}" for key, value in TEXT_HEADER), "[地块坐标]"]
    for plot in plots:
        rows, ring_number, point_number = [], 0, 0
        for part in oriented_rings(plot["polygon_mm"]):
            for ring in part:
                ring_number += 1
                first = point_number + 1
                for i, (easting, northing) in enumerate(map_coordinates_mm(ring)):
                    closing = i == len(ring) - 1
                    point_number += 0 if closing else 1
                    name = f"J{first if closing else point_number}"
                    rows.append(f"{name},{ring_number},{northing:.3f},{easting:.3f}")
        head = [
            str(len(rows)),
            f"{plot['area_ha']:.4f}",
            plot["plot_id"],
            plot["name"],
            "面",
            plot["sheet"],
            plot["use"],
            "",
            "@",
        ]
        lines += [",".join(head), *rows]
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("gbk"))


def write_csv(path: Path, columns: list[str], rows: list[list]):
    """A UTF-8 table with LF line ends."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
