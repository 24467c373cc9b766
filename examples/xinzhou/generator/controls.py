"""The control layers: ecological red line, development boundary, permanent basic farmland, forest and water."""

from __future__ import annotations

import math

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon
from shapely.ops import substring

from . import layout
from .ellipsoid import areas_m2
from .landscape import Land, blob, ribbon
from .partition import faces_on_grid, polygons_of, to_metres
from .survey_layer import half_up
from .tidy import collapse_short_edges
from .writers import Field

XZQ = {"XZQDM": "140902", "XZQMC": "忻府区"}
RED_LINE_FIELDS = [
    Field("BSM", "C", 18), Field("XZQDM", "C", 6), Field("XZQMC", "C", 10), Field("HXBM", "C", 12),
    Field("HXMC", "C", 40),
    Field("HXLX", "C", 30), Field("MJ", "N", 14, 2), Field("ZRBHDMC", "C", 40), Field("ZRBHDFQ", "C", 20),
    Field("BZ", "C", 20),
]  # fmt: skip
BOUNDARY_FIELDS = [
    Field("BSM", "C", 18), Field("XZQDM", "C", 6), Field("XZQMC", "C", 10), Field("GHFQDM", "C", 3),
    Field("GHFQMC", "C", 20),
    Field("MJ", "N", 14, 2), Field("BZ", "C", 20),
]  # fmt: skip
FARMLAND_FIELDS = [
    Field("BSM", "C", 18), Field("XZQDM", "C", 6), Field("XZQMC", "C", 10), Field("YJJBNTTBBH", "C", 14),
    Field("TBBH", "C", 8),
    Field("DLBM", "C", 5), Field("DLMC", "C", 10), Field("QSXZ", "C", 2), Field("ZLDWMC", "C", 10),
    Field("YJJBNTTBMJ", "N", 12, 2),
    Field("KCXS", "N", 6, 4), Field("KCMJ", "N", 9, 2), Field("YJJBNTMJ", "N", 12, 2), Field("GDLX", "C", 2),
    Field("GDPDJB", "C", 2), Field("SJNF", "N", 4),
]  # fmt: skip
FOREST_FIELDS = [
    Field("BSM", "C", 18), Field("LIN_BAN", "C", 4), Field("DI_LEI", "C", 12), Field("SEN_LIN_LB", "C", 12),
    Field("BH_DJ", "C", 2), Field("MIAN_JI", "N", 12, 4),
]  # fmt: skip
WATER_FIELDS = [Field("BSM", "C", 18), Field("DLBM", "C", 5), Field("SYMC", "C", 20), Field("MJ", "N", 14, 2)]

# Hamlets and quarries that the red line leaves out: centre on the board, radius in metres.
ENCLAVES = (
    (-3720, 3250, 60), (-3850, 2950, 50), (-4350, 3250, 60), (-1000, 3045, 30), (2550, 2865, 32), (-3680, -3250, 55),
    (-3780, -2900, 45), (-4200, -3250, 50),
)  # fmt: skip
CORE, GENERAL = "核心保护区", "一般控制区"
SLIVER_GAP_M = 45.0  # from the south side of plot 38 to the straight edge of the concentrated zone
CLEARANCE_M = 18.0  # basic farmland keeps this far from every plot of the scheme


def _hill(centre, radius_m: float, phase: float, vertices: int) -> Polygon:
    """A mountain outline: spurs and gullies of several sizes."""
    x, y = layout.to_ground_point(*centre)
    points = []
    for k in range(vertices):
        a = 2 * math.pi * k / vertices
        r = 1 + 0.16 * math.sin(3 * a + phase) + 0.09 * math.sin(7 * a - phase) + 0.05 * math.sin(17 * a + 2 * phase)
        r += 0.022 * math.sin(41 * a) + 0.012 * math.sin(97 * a + phase)
        points.append((x + radius_m * r * math.cos(a), y + radius_m * r * math.sin(a)))
    return Polygon(points)


def _bank(s: float, phase: float) -> float:
    return 150 + 42 * math.sin(s / 510 + phase) + 16 * math.sin(s / 131 + phase) + 6 * math.sin(s / 37)


def red_line(survey, plots: dict, rng: np.random.Generator) -> tuple[list, list[dict]]:
    """Hills in the west and the corridor of the northern river, core zones within general zones, villages left out."""
    line = layout.to_ground(layout.NORTH_RIVER)
    wetland = line.project(shapely.Point(layout.to_ground_point(760, 2840)))

    def corridor(s):
        swell = 62 * math.exp(-(((s - wetland) / 420) ** 2))
        return _bank(s, 0.3), _bank(s, 1.9) + swell

    river = ribbon(line, corridor, step_m=14.0)
    north, south = _hill((-4250, 3150), 860, 0.8, 1600), _hill((-4150, -3150), 760, 2.4, 1400)
    wetland_core = ribbon(line, lambda s: (70.0, 65.0 + 12 * math.sin(s / 90)), step_m=14.0)
    wetland_core = wetland_core.intersection(_span(line, wetland - 1500, wetland + 900))
    shapes = {
        ("云中河湿地", CORE): wetland_core,
        ("云中河湿地", GENERAL): river,
        ("西北山地", CORE): _hill((-4300, 3200), 430, 1.7, 900),
        ("西北山地", GENERAL): north,
        ("西南山地", CORE): _hill((-4180, -3200), 310, 0.4, 700),
        ("西南山地", GENERAL): south,
    }
    homes = [blob(layout.to_ground_point(*c), r + 35, rng) for _, c, r in layout.VILLAGES]
    homes += [blob(layout.to_ground_point(u, v), radius, rng, 22) for u, v, radius in ENCLAVES]
    keep_out = shapely.union_all([*homes, *(p.buffer(28) for p in plots.values())])
    shapes = {k: g.difference(keep_out).intersection(survey.frame.buffer(-12)) for k, g in shapes.items()}
    faces = collapse_short_edges(faces_on_grid([g.boundary for g in shapes.values()]), {})
    keys = list(shapes)
    names = ["西北山地", "西南山地", "云中河湿地"]
    ranked = sorted(range(len(keys)), key=lambda i: (keys[i][1] != CORE, names.index(keys[i][0])))
    points = shapely.point_on_surface(to_metres(faces))
    grouped: dict = {}
    for face, point in zip(faces, points, strict=True):
        for i in ranked:
            if shapes[keys[i]].intersects(point):
                grouped.setdefault(keys[i], []).append(face)
                break
    polygons, rows = [], []
    for (name, zone), members in grouped.items():
        for part in polygons_of(shapely.coverage_union_all(members)):
            if part.area > 2e10:  # 20 000 m2; smaller leftovers of the cutting are not drawn
                polygons.append(part)
                rows.append(
                    {
                        **XZQ,
                        "HXMC": name,
                        "HXLX": "水源涵养",
                        "ZRBHDMC": f"{name}保护地(示例)",
                        "ZRBHDFQ": zone,
                    }
                )
    return _numbered(polygons, rows, "MJ", "BSM", "HXBM")


def _span(line: LineString, start: float, end: float) -> Polygon:
    return substring(line, start, end).buffer(400, cap_style="flat")


def _numbered(polygons, rows, area_field, *serial_fields):
    areas = areas_m2(to_metres(np.array(polygons, dtype=object)))
    for number, (row, area) in enumerate(zip(rows, areas, strict=True), 1):
        row[area_field] = half_up(float(area), 2)
        for name in serial_fields:
            row[name] = f"140902{number:06d}" if name != "BSM" else f"140902{number:012d}"
    return polygons, rows


def south_edge(plot) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """South-west and south-east corner of a plot in metres and the unit normal that leads south."""
    coords = shapely.get_coordinates(plot.exterior)
    turned = coords @ np.array(
        [
            [math.cos(layout.TURN_RAD), -math.sin(layout.TURN_RAD)],
            [math.sin(layout.TURN_RAD), math.cos(layout.TURN_RAD)],
        ]
    )
    west, east = (
        coords[np.argmin(turned[:, 0] + turned[:, 1])],
        coords[np.argmax(turned[:, 0] - turned[:, 1])],
    )
    along = (east - west) / np.hypot(*(east - west))
    return west, east, np.array([along[1], -along[0]])


def development_boundary(plots: dict, red: list) -> tuple[list, list[dict]]:
    """Three zones; the concentrated one holds every plot and ends 45 m south of plot 38 in one straight edge."""
    town = layout.to_ground(layout.OLD_TOWN)
    hull = shapely.union_all([town, *(p.buffer(95) for p in plots.values()), plots["1"].buffer(170)])
    hull = hull.buffer(290).buffer(-290).simplify(7)
    hull = shapely.union_all([Polygon(p.exterior) for p in polygons_of(hull)])
    west, east, south = south_edge(plots["38"])
    along = (east - west) / np.hypot(*(east - west))
    near, far = SLIVER_GAP_M * south, (SLIVER_GAP_M + 500.0) * south
    west, east = west - 75.0 * along, east + 160.0 * along
    hull = hull.difference(Polygon([west + near, east + near, east + far, west + far]))
    red_metres = shapely.union_all(to_metres(np.array(red, dtype=object)))
    flexible = shapely.union_all(
        [
            layout.to_ground(
                Polygon(
                    (
                        (2500, 1050),
                        (3950, 990),
                        (4050, 1750),
                        (3100, 2050),
                        (2700, 2180),
                        (2350, 2150),
                        (2350, 1100),
                    )
                )
            ),
            layout.to_ground(Polygon(((-2700, -1200), (-1900, -1300), (-1750, -2500), (-2600, -2450), (-2900, -1900)))),
        ]
    )
    special = layout.to_ground(
        Polygon(((-800, 2150), (600, 2200), (2350, 2150), (2350, 2640), (900, 2700), (-800, 2720)))
    )
    zones = [hull, flexible, special]
    faces = faces_on_grid([*(z.boundary for z in zones), *(to_metres(r).boundary for r in red)])
    points = shapely.point_on_surface(to_metres(faces))
    polygons, rows = [], []
    free = ~shapely.intersects(red_metres, points)
    for zone, code, name in (
        (hull, "01", "城镇集中建设区"),
        (flexible, "02", "城镇弹性发展区"),
        (special, "03", "特别用途区"),
    ):
        mine = free & shapely.intersects(zone, points)
        free &= ~mine
        for part in polygons_of(shapely.coverage_union_all(list(faces[mine]))):
            if part.area > 1e10:
                polygons.append(part)
                rows.append({**XZQ, "GHFQDM": code, "GHFQMC": name})
    return _numbered(polygons, rows, "MJ", "BSM")


def farmland(
    patches: np.ndarray, rows: list[dict], lands: list[Land], plots: dict, zones: list, red: list
) -> tuple[list, list[dict]]:
    """Permanent basic farmland: clusters of cropland outside boundary and red line, and one window inside."""
    metres = to_metres(patches)
    blocked = shapely.union_all(to_metres(np.array([*zones, *red], dtype=object))).buffer(4)
    shapely.prepare(blocked)
    near_plots = shapely.union_all([p.buffer(CLEARANCE_M) for p in plots.values()])
    window = layout.to_ground(Polygon(((-3300, 725), (-2800, 735), (-2800, 900), (-3300, 890))))
    polygons, out = [], []
    for patch, row, land, shape in zip(patches, rows, lands, metres, strict=True):
        if land.land_class not in ("0101", "0102", "0103") or land.plot_id:
            continue
        x, y = shape.centroid.coords[0]
        if window.contains(shape.centroid):
            kept = shape.difference(near_plots)
            cells = faces_on_grid([kept.boundary]) if kept.area > 400 else []
            cells = [c for c in cells if kept.contains(to_metres(c).representative_point()) and c.area > 4e8]
        elif math.sin(x / 900 + 0.6) + math.sin(y / 760 + x / 2500) > -0.15 and not blocked.intersects(shape):
            cells = [patch] if not near_plots.intersects(shape) else []
        else:
            cells = []
        for cell in cells:
            polygons.append(cell)
            out.append(
                {
                    **XZQ,
                    **{k: row[k] for k in ("TBBH", "DLBM", "DLMC", "QSXZ", "ZLDWMC", "KCXS", "GDLX", "GDPDJB", "SJNF")},
                }
            )
    polygons, out = _numbered(polygons, out, "YJJBNTTBMJ", "BSM", "YJJBNTTBBH")
    for row in out:
        row["KCMJ"] = half_up(row["YJJBNTTBMJ"] * row["KCXS"], 2)
        row["YJJBNTMJ"] = half_up(row["YJJBNTTBMJ"] - row["KCMJ"], 2)
    return polygons, out


def forest(patches: np.ndarray, lands: list[Land], rng: np.random.Generator) -> tuple[list, list[dict]]:
    """Woods of the survey outside the plots, and one shelter wood that reaches a little into plot 32."""
    chosen = [
        p for p, land in zip(patches, lands, strict=True) if land.land_class.startswith("03") and not land.plot_id
    ]
    wood = faces_on_grid([blob(layout.to_ground_point(3080, 905), 75, rng, 17).boundary])[0]
    taken = shapely.union_all(chosen)
    polygons = [*chosen, *(p for p in polygons_of(shapely.set_precision(wood.difference(taken), 1.0)))]
    rows = [
        {
            "LIN_BAN": f"{i % 60 + 1:04d}",
            "DI_LEI": "乔木林",
            "SEN_LIN_LB": "商品林" if i % 4 else "公益林",
            "BH_DJ": "4" if i % 4 else "3",
        }
        for i in range(len(polygons))
    ]
    polygons, rows = _numbered(polygons, rows, "MJ", "BSM")
    for row in rows:
        row["MIAN_JI"] = half_up(row["MJ"] / 10_000, 4)
    return polygons, rows


def water(patches: np.ndarray, lands: list[Land]) -> tuple[list, list[dict]]:
    """Rivers and ponds of the survey."""
    pairs = [
        (p, land)
        for p, land in zip(patches, lands, strict=True)
        if land.land_class in ("1101", "1104") and not land.plot_id
    ]
    rows = [{"DLBM": land.land_class, "SYMC": "河流" if land.land_class == "1101" else "坑塘"} for _, land in pairs]
    return _numbered([p for p, _ in pairs], rows, "MJ", "BSM")
