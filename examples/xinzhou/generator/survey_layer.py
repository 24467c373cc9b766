"""Joins the survey's regions into patches on the millimetre grid, settles the areas, and writes their attributes."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import STRtree
from shapely.geometry import Point

from . import layout
from .ellipsoid import areas_m2
from .landscape import LAND_CLASSES, Land, Survey, hilliness, least_area_m2
from .partition import faces_on_grid, label_faces, merge_small, settle_area, to_metres
from .placement import M2_PER_HA, Figures
from .tidy import FIXED, collapse_short_edges
from .writers import Field

DLTB_FIELDS = [
    Field("BSM", "C", 18), Field("YSDM", "C", 10), Field("TBBH", "C", 8), Field("DLBM", "C", 5), Field("DLMC", "C", 20),
    Field("QSXZ", "C", 2), Field("QSDWDM", "C", 19), Field("QSDWMC", "C", 20), Field("ZLDWDM", "C", 19),
    Field("ZLDWMC", "C", 10), Field("TBMJ", "N", 12, 2), Field("KCDLBM", "C", 5), Field("KCXS", "N", 6, 4),
    Field("KCMJ", "N", 9, 2), Field("TBDLMJ", "N", 12, 2), Field("GDLX", "C", 2), Field("GDPDJB", "C", 2),
    Field("XZDWKD", "N", 5, 1), Field("CZCSXM", "C", 4), Field("SJNF", "N", 4), Field("MSSM", "C", 2),
    Field("BZ", "C", 4),
]  # fmt: skip

# Share of field ridges by slope class and kind (GDLX TT terrace, PD slope). Invented: no provincial table at hand.
RIDGE_SHARE = {("2", "TT"): 0.0432, ("2", "PD"): 0.0518, ("3", "TT"): 0.0765, ("3", "PD"): 0.0913}
ROAD_WIDTH_M = {"1001": 34.0, "1003": 30.0, "1006": 6.0, "1107": 5.0}


def join_patches(
    plots: dict, survey: Survey, borders: list, corners: set, pinned: set
) -> tuple[np.ndarray, list[Land]]:
    """Faces in millimetres with their land; leftovers of cutting are joined to a neighbour."""
    shapes = [shape for shape, _ in survey.regions]
    lines = [shape.boundary for shape in shapes] + [plot.boundary for plot in plots.values()] + borders
    lines.append(survey.frame.boundary)
    faces = faces_on_grid(lines)
    labels = label_faces(faces, shapes)
    unknown = np.flatnonzero(labels < 0)
    if len(unknown):
        points = shapely.point_on_surface(to_metres(faces[unknown]))
        labels[unknown] = STRtree(shapes).nearest(points)
    lands = [survey.regions[i][1] for i in labels]
    faces, lands = merge_small(faces, lands, least_area_m2, lambda land: land.join_key)
    # What found no neighbour of its kind is a crumb of the cutting: any neighbour of the same ownership takes it.
    faces, lands = merge_small(
        faces, lands, lambda land: 60.0, lambda land: (land.plot_id, bool(land.plot_id) and land.is_state)
    )
    owner = np.array([land.plot_id or "" for land in lands])
    rank = {v: 1 for k in plots for v in outline_vertices(faces[owner == k])}
    rank.update((v, 2) for v in corners)
    rank.update((v, FIXED) for v in pinned)
    return collapse_short_edges(faces, rank), lands


def outline_vertices(faces: np.ndarray) -> list[tuple]:
    """The vertices on the outline of some faces."""
    return [tuple(v) for v in shapely.get_coordinates(shapely.coverage_union_all(list(faces)))]


def settle(faces: np.ndarray, lands: list[Land], figures: list[Figures], pinned: set) -> np.ndarray:
    """Moves single vertices by millimetres until every plot and every state-owned part has its published area."""
    owner = np.array([land.plot_id or "" for land in lands])
    is_state = np.array([land.is_state for land in lands])
    outline_of = {f.plot_id: set(outline_vertices(faces[owner == f.plot_id])) for f in figures}
    for f in figures:
        others = set().union(*(v for k, v in outline_of.items() if k != f.plot_id))
        members = np.flatnonzero(owner == f.plot_id)
        faces = settle_area(faces, members, f.total_ha * M2_PER_HA, others | pinned)
    # The outlines have moved by millimetres; inside a plot only what lies off every outline may move.
    outlines = set()
    for f in figures:
        outlines.update(outline_vertices(faces[owner == f.plot_id]))
    for f in figures:
        if f.state_ha and f.collective_ha:
            members = np.flatnonzero((owner == f.plot_id) & is_state)
            faces = settle_area(faces, members, f.state_ha * M2_PER_HA, outlines)
    return faces


def half_up(value: float, decimals: int) -> float:
    """Rounds half away from zero, as the survey does."""
    scale = 10**decimals
    return np.floor(value * scale + 0.5 + 1e-9) / scale


def patch_rows(faces: np.ndarray, lands: list[Land], survey: Survey) -> tuple[np.ndarray, list[dict], list[Land]]:
    """Patches in the order of their villages and the DBF rows that go with them."""
    metres = to_metres(faces)
    points = shapely.get_coordinates(shapely.point_on_surface(metres))
    village = label_faces(faces, survey.territories, fallback=0)
    order = np.lexsort((points[:, 0], -points[:, 1], village))
    areas = areas_m2(metres)
    town = layout.to_ground(layout.OLD_TOWN)
    rows, number_in_village = [], {}
    for serial, i in enumerate(order, 1):
        v = int(village[i])
        number_in_village[v] = number_in_village.get(v, 0) + 1
        rows.append(_row(serial, number_in_village[v], v, lands[i], float(areas[i]), points[i], town))
    return faces[order], rows, [lands[i] for i in order]


def _row(serial: int, number: int, village: int, land: Land, area: float, point, town) -> dict:
    name = layout.VILLAGES[village][0]
    village_code = f"140902901{village + 1:03d}0000000"
    x, y = float(point[0]), float(point[1])
    row = {
        "BSM": f"140902{serial:012d}",
        "YSDM": "2001010100",
        "TBBH": f"{number:04d}",
        "DLBM": land.land_class,
        "DLMC": LAND_CLASSES[land.land_class],
        "QSXZ": land.ownership,
        "QSDWDM": "1409029010000000000" if land.is_state else village_code,
        "QSDWMC": "国有" if land.is_state else f"{name}民委员会",
        "ZLDWDM": village_code,
        "ZLDWMC": name,
        "TBMJ": half_up(area, 2),
        "KCDLBM": "",
        "KCXS": 0.0,
        "GDLX": "",
        "GDPDJB": "",
        "XZDWKD": ROAD_WIDTH_M.get(land.land_class),
        "SJNF": 2021,
        "MSSM": "00",
    }
    if land.land_class in ("0702", "0701", "05H1", "08H1", "08H2", "0809", "0810", "1004", "0601"):
        row["CZCSXM"] = "201" if town.contains(Point(x, y)) else ("203" if land.land_class == "0702" else "204")
    if land.land_class.startswith("01"):
        hill = hilliness(x, y)
        row["GDPDJB"] = "1" if hill < 0.35 else ("2" if hill < 0.85 else "3")
        if row["GDPDJB"] != "1":
            row["GDLX"] = "TT" if serial % 3 else "PD"
            row["KCDLBM"], row["KCXS"] = "1203", RIDGE_SHARE[row["GDPDJB"], row["GDLX"]]
    row["KCMJ"] = half_up(row["TBMJ"] * row["KCXS"], 2)
    row["TBDLMJ"] = half_up(row["TBMJ"] - row["KCMJ"], 2)
    return row
