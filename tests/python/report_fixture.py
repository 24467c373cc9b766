"""A hand-made report: 38 rectangles with the plan's areas, three of them in conflict. Needs no native module."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely import MultiPolygon, Polygon, box

NAME = "忻州市中心城区土地征收成片开发方案(2021-2023年)"
CRS = "EPSG:4526"
#: total, collective hectares and public-interest percent of each tract; None = not stated.
TRACTS: list[tuple[float, float, float | None]] = [
    (0.66, 0.66, 100),
    (0.11, 0.1, 100),
    (2.32, 2.32, 100),
    (196.84, 99.8, 52),
    (27.11, 25.93, 100),
    (0.61, 0.61, 100),
    (3.62, 3.62, 100),
    (4.64, 4.44, 40),
    (0.75, 0.75, 39.996),
    (24.62, 14.73, 45),
    (6.17, 6.17, 100),
    (1.16, 0.66, 60),
    (46.66, 5.84, 48),
    (110.03, 82.56, 50),
    (1.58, 0.82, 66),
    (10.52, 0, 53),
    (457.85, 344.13, 28),
    (1.9, 0.33, 73),
    (3, 2.51, 100),
    (38.83, 18.87, 47),
    (5.74, 5.73, 100),
    (2.15, 2.14, 100),
    (112.57, 90.62, 40),
    (0.4, 0.4, 100),
    (43.23, 32.54, 46),
    (29.26, 18.51, 40),
    (0.94, 0, 100),
    (4.11, 2.82, 63),
    (17.19, 14.02, 81),
    (7.9, 7.73, None),
    (0.18, 0.18, 100),
    (62.93, 38.61, 31),
    (49.63, 33.7, 44),
    (5.08, 4.35, 100),
    (0.69, 0.69, 100),
    (3.69, 2.89, 43),
    (39.33, 27.48, 40),
    (5.23, 0.08, 43),
]
INDUSTRY = {"17", "32"}
#: Ellipsoidal over planar area where the fixture lies; only its order of magnitude matters here.
ELLIPSOIDAL_FACTOR = 1 - 1.7e-5
PBF, RED, UDB = "permanent_basic_farmland", "ecological_redline", "urban_development_boundary"
TITLE = {PBF: "永久基本农田", RED: "生态保护红线", UDB: "城镇开发边界", "forest": "林地", "water": "水域"}


def plots() -> gpd.GeoDataFrame:
    """Rectangles in rows; streets (small ones) are strips, plot 4 has a hole, plot 14 two parts."""
    east, north, row_height, shapes = 38_511_000.0, 4_249_500.0, 0.0, []
    for number, (area_ha, _, _) in enumerate(TRACTS, start=1):
        aspect = 8.0 if area_ha < 8 else 1.4
        width = (area_ha * 1e4 * aspect) ** 0.5
        height = area_ha * 1e4 / width
        if east + width > 38_517_500.0:
            east, north, row_height = 38_511_000.0, north + row_height + 160.0, 0.0
        shape = box(east, north, east + width, north + height)
        if number == 4:
            shape = Polygon(shape.exterior, [box(east + 300, north + 300, east + 420, north + 380).exterior.coords])
        if number == 14:
            half = height / 2 - 20
            shape = MultiPolygon(
                [
                    box(east, north, east + width, north + half),
                    box(east, north + half + 40, east + width, north + height),
                ]
            )
        shapes.append(shape)
        east, row_height = east + width + 160.0, max(row_height, height)
    ids = [str(number) for number in range(1, len(TRACTS) + 1)]
    return gpd.GeoDataFrame({"plot_id": ids, "plot_name": [f"{i}号片区" for i in ids]}, geometry=shapes, crs=CRS)


def layers(frame: gpd.GeoDataFrame) -> dict[str, gpd.GeoDataFrame]:
    """Control layers: plot 10 takes 0.37 ha of farmland, plot 25 touches the red line, plot 38 leaves the boundary."""
    minx, miny, maxx, maxy = frame.total_bounds
    ten, edge, out = (frame.geometry.iloc[i].bounds for i in (9, 24, 37))
    side = (0.37 * 1e4) ** 0.5
    fields = [box(ten[2] - side, ten[3] - side, ten[2] + 240, ten[3] + 130)]
    fields += [box(minx - 700, miny - 650 + 420 * i, minx - 260 + 40 * (i % 3), miny - 260 + 420 * i) for i in range(9)]
    red = [box(edge[0], edge[3], edge[2], edge[3] + 155), box(maxx - 500, maxy + 60, maxx + 900, maxy + 600)]
    leave = out[0] + (out[2] - out[0]) * 0.3
    notch = box(leave, out[3] - 0.2, out[2] + 50, maxy + 5000)
    inner = box(minx - 150, miny - 150, maxx + 150, maxy + 150).difference(notch)
    flexible = box(maxx + 150, miny - 150, maxx + 650, miny + 1500)
    special = box(minx + 200, miny - 600, minx + 1800, miny - 150)
    trees = [shapely.Point(minx + 700 * i, maxy + 420).buffer(190, quad_segs=6) for i in range(1, 7)]
    river = shapely.LineString([(minx - 900, miny - 420), (minx + 3000, miny - 300), (maxx + 900, miny - 700)]).buffer(
        45
    )

    def layer(shapes: list[Any], subclass: list[str] | None = None) -> gpd.GeoDataFrame:
        return gpd.GeoDataFrame({"subclass": subclass or [None] * len(shapes)}, geometry=shapes, crs=CRS)

    return {
        PBF: layer(fields),
        RED: layer(red, ["一般控制区", "核心保护区"]),
        UDB: layer([inner, flexible, special], ["城镇集中建设区", "城镇弹性发展区", "特别用途区"]),
        "forest": layer(trees),
        "water": layer([river]),
    }


def _encroachments(frame: gpd.GeoDataFrame, control: dict[str, gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    ten, edge, out = frame.iloc[9], frame.iloc[24], frame.iloc[37]
    farmland = ten.geometry.intersection(control[PBF].geometry.iloc[0])
    outside = out.geometry.difference(control[UDB].geometry.iloc[0])
    rows = [
        ("no-permanent-basic-farmland", PBF, ten, 0, None, "overlap", farmland),
        ("no-ecological-redline", RED, edge, 0, "一般控制区", "contact", Polygon()),
        ("inside-concentrated-zone", UDB, out, 0, None, "outside", outside),
    ]
    records = []
    for rule_id, role, plot, feature, subclass, relation, shape in rows:
        planar = shape.area
        ellipsoidal = planar * ELLIPSOIDAL_FACTOR
        width = 2 * planar / shape.length if planar else np.nan
        records.append(
            {
                "rule_id": rule_id,
                "role": role,
                "layer": TITLE[role],
                "plot_id": plot.plot_id,
                "plot_name": plot.plot_name,
                "feature": feature,
                "subclass": subclass,
                "relation": relation,
                "ellipsoidal_area_m2": ellipsoidal,
                "planar_area_m2": planar,
                "area_ha": round(ellipsoidal / 1e4, 4),
                "area_mu": round(ellipsoidal * 15 / 1e4, 4),
                "share": ellipsoidal / (plot.geometry.area * ELLIPSOIDAL_FACTOR),
                "mean_width_m": width,
                "is_sliver": bool(width < 0.5),
                "contact_length_m": plot.geometry.bounds[2] - plot.geometry.bounds[0] if relation == "contact" else 0.0,
                "geometry": shape,
            }
        )
    return gpd.GeoDataFrame(records, geometry="geometry", crs=CRS)


def _plot_table(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    rows = []
    for (total, collective, percent), shape, plot_id in zip(TRACTS, frame.geometry, frame.plot_id, strict=True):
        parts = getattr(shape, "geoms", [shape])
        ellipsoidal = total * 1e4
        rows.append(
            {
                "plot_id": plot_id,
                "plot_name": f"{plot_id}号片区",
                "parts": len(parts),
                "holes": sum(len(part.interiors) for part in parts),
                "declared_area_ha": total,
                "planar_area_m2": ellipsoidal / ELLIPSOIDAL_FACTOR,
                "ellipsoidal_area_m2": ellipsoidal,
                "area_ha": total,
                "area_mu": total * 15,
                "collective_ha": collective,
                "state_ha": round(total - collective, 2),
                "public_interest_ha": np.nan if percent is None else total * percent / 100,
                "public_interest_share": np.nan if percent is None else percent / 100,
                "threshold_share": 0.25 if plot_id in INDUSTRY else 0.40,
                "industry_led": plot_id in INDUSTRY,
            }
        )
    return pd.DataFrame(rows)


def _public_interest(plot_table: pd.DataFrame) -> pd.DataFrame:
    share, limit = plot_table.public_interest_share, plot_table.threshold_share
    verdict = np.where(share.isna(), "cannot_be_judged", np.where(share >= limit, "compliant", "not_compliant"))
    return pd.DataFrame(
        {
            "plot_id": plot_table.plot_id,
            "plot_name": plot_table.plot_name,
            "numerator_ha": plot_table.public_interest_ha,
            "denominator_ha": plot_table.area_ha,
            "share": share,
            "threshold_share": limit,
            "industry_led": plot_table.industry_led,
            "verdict": verdict,
            "note": np.where(share.isna(), "项目清单未填写公益性类别", None),
        }
    )


def _verdicts(pieces: gpd.GeoDataFrame, is_conflict: bool) -> pd.DataFrame:
    standard = "自然资源部关于印发《土地征收成片开发标准(试行)》的通知(自然资规〔2020〕5号)"
    detail = "山西省土地征收成片开发标准实施细则(试行)(晋自然资发〔2021〕28号)"
    farmland, outside = (float(pieces.ellipsoidal_area_m2.iloc[i]) for i in (0, 2))
    rows: list[tuple[Any, ...]] = [
        (
            "no-permanent-basic-farmland",
            "不得占用永久基本农田",
            "第六条第(一)款",
            standard,
            "reported",
            "must-not-overlap",
            PBF,
            "not_compliant",
            "10号地块占用永久基本农田0.3700公顷(5.5499亩)",
            "10",
            farmland,
            "须调出永久基本农田;确实无法避让的,须依法报国务院批准",
        ),
        (
            "no-ecological-redline",
            "不得占用生态保护红线",
            "第四条",
            standard,
            "reported",
            "must-not-overlap",
            RED,
            "compliant",
            "与生态保护红线无重叠;25号地块与其边界接触,重叠面积为零",
            "25",
            0.0,
            None,
        ),
        (
            "inside-concentrated-zone",
            "位于城镇开发边界集中建设区内",
            "第三条",
            standard,
            "reported",
            "must-lie-within",
            UDB,
            "not_compliant",
            "38号地块超出集中建设区,超出部分平均宽0.200米,疑为边界误差",
            "38",
            outside,
            "核对边界成果后修正地块界址点",
        ),
        (
            "public-interest-share",
            "公益性用地比例不低于下限",
            "第五条",
            detail,
            "read",
            "share-at-least",
            None,
            "not_compliant",
            "9号地块39.996%,低于40%;30号地块资料不足",
            "9,30",
            None,
            "补充30号地块项目的公益性类别",
        ),
    ]
    if not is_conflict:
        rows = [(*row[:7], "compliant", "未发现", "", 0.0, None) for row in rows]
    names = [
        "rule_id",
        "title",
        "clause",
        "document",
        "status",
        "predicate",
        "role",
        "verdict",
        "message",
        "plots",
        "area_m2",
        "required",
    ]
    table = pd.DataFrame(rows, columns=names)
    table.insert(names.index("required"), "area_ha", (table.area_m2 / 1e4).round(4))
    table.insert(names.index("required") + 1, "area_mu", (table.area_m2 * 15 / 1e4).round(4))
    return table


def _evidence() -> dict[str, Any]:
    def source(slot: str, role: str | None, path: str, features: int) -> dict[str, Any]:
        files = [{"name": path.rsplit("/", 1)[-1], "bytes": 12345, "sha256": "9f86d081884c7d65" * 4}]
        return {
            "slot": slot,
            "role": role,
            "path": path,
            "format": "Shapefile" if role else "exchange text",
            "encoding": "gbk",
            "features": features,
            "crs": "EPSG:4526",
            "files": files,
        }

    return {
        "sanxian": "0.1.0",
        "name": NAME,
        "area": "ellipsoidal",
        "crs": {"epsg": 4526, "name": "CGCS2000 / 3-degree Gauss-Kruger zone 38"},
        "inputs": [
            source("plots", None, "plots.txt", 38),
            source("layer", PBF, "control/YJJBNTTB.shp", 10),
            source("layer", RED, "control/STBHHX.shp", 2),
            source("layer", UDB, "control/CZKFBJ.shp", 3),
        ],
        "rule_packs": [
            {
                "id": "national-2020",
                "version": "1",
                "title": "成片开发标准",
                "document": "自然资规〔2020〕5号",
                "sha256": "60303ae22b998861" * 4,
            }
        ],
        "parameters": {"industry_led_plots": ["17", "32"]},
        "tolerances": {"sliver_width_m": 0.5, "closure_relative": 1e-9},
        "counts": {"plots": 38, "pieces": 2},
    }


def report_parts(is_conflict: bool = True) -> dict[str, Any]:
    """Arguments of ``Report`` for the conflicting scheme, or the one without any piece."""
    frame = plots()
    control = layers(frame)
    rows = _encroachments(frame, control)
    plot_table = _plot_table(frame)
    if not is_conflict:
        rows = rows.iloc[:0]
    pieces = rows[rows.relation != "contact"].reset_index(drop=True)
    pieces.insert(0, "piece_id", range(len(pieces)))
    totals = pd.DataFrame(
        {
            "figure": ["total_ha", "collective_ha", "state_ha"],
            "title": ["总面积", "集体土地", "国有土地"],
            "computed_ha": [1329.23, 897.34, 431.89],
            "unrounded_ha": [1329.231204, 897.338871, 431.892333],
            "stated_ha": [1324.6, 892.7, np.nan],
            "difference_ha": [4.63, 4.64, np.nan],
            "note": ["方案文本 2.1、2.2", "方案文本 2.1、2.2", None],
        }
    )
    by_layer = pd.DataFrame(
        {
            "role": list(TITLE),
            "layer": list(TITLE.values()),
            "features": [len(control[role]) for role in TITLE],
            "plots_touched": [1, 1, 38, 0, 0],
            "pieces": [1, 0, 38, 0, 0],
            "area_m2": [3699.94, 0.0, 1.3292e7, 0.0, 0.0],
            "area_ha": [0.37, 0.0, 1329.2, 0.0, 0.0],
            "area_mu": [5.5499, 0.0, 19938.0, 0.0, 0.0],
        }
    )
    findings = pd.DataFrame(
        {
            "severity": ["warning", "info"],
            "code": ["stated_total_differs", "closing_point_missing"],
            "message": ["方案文本总面积与各地块合计相差 4.63 公顷 <核对>", "第 12 行起的环未重复首点,已按闭合处理"],
            "source": ["scheme.toml", "plots.txt"],
            "line": [np.nan, 12.0],
            "plot_id": [None, "7"],
        }
    )
    return {
        "name": NAME,
        "verdict": "not_compliant" if is_conflict else "compliant",
        "verdicts": _verdicts(_encroachments(frame, control), is_conflict),
        "tables": {
            "plots": plot_table,
            "totals": totals,
            "encroachments": pd.DataFrame(rows.drop(columns="geometry")),
            "public_interest": _public_interest(plot_table),
            "overlaps_by_layer": by_layer,
        },
        "findings": findings,
        "pieces": pieces.drop(
            columns=["layer", "plot_name", "feature", "area_ha", "area_mu", "share", "contact_length_m"]
        ),
        "evidence": _evidence(),
        "plots": frame,
        "layers": dict(control),
    }
