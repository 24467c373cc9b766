"""Planned uses: the blocks of every plot, their projects, and the table of projects with yearly areas."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry import LineString

from .ellipsoid import areas_m2
from .partition import faces_on_grid, label_faces, merge_small, polygons_of, to_metres
from .placement import Figures
from .tidy import FIXED, collapse_short_edges
from .writers import Field

USE_FIELDS = [
    Field("PlotName", "C", 20),
    Field("PurName", "C", 30),
    Field("PurArea", "N", 12, 4),
    Field("ProjList", "C", 60),
]
PROJECT_COLUMNS = [
    "project",
    "plot",
    "use",
    "public_interest_class",
    "area_ha",
    "y2021_ha",
    "y2022_ha",
    "y2023_ha",
]

# project -> (use, public-interest class A-E or "-"). The plan names projects; these classes are the example's own.
KINDS = {
    "部落110kV输电工程": ("供电用地", "B"), "学校": ("教育用地", "C"), "幼儿园": ("教育用地", "C"),
    "医院": ("医疗卫生用地", "C"),
    "消防站": ("消防用地", "C"), "职工活动中心": ("文化用地", "C"), "公共服务中心": ("机关团体用地", "C"),
    "救灾物资储备库": ("物资储备库用地", "C"), "停车场": ("社会停车场用地", "B"), "市委党校": ("教育用地", ""),
    "小区住宅": ("城镇住宅用地", "-"), "商场": ("商业用地", "-"), "加油站": ("商业用地", "-"),
    "工厂": ("工业用地", "-"),
    "工业工厂": ("工业用地", "-"), "物流仓库": ("物流仓储用地", "-"), "太忻经济区项目": ("商务金融用地", "-"),
    "配套道路": ("城镇道路用地", "B"), "配套绿地": ("公园绿地", "E"), "其他建设": ("留白用地", "-"),
}  # fmt: skip


def kind_of(project: str, figures: Figures) -> tuple[str, str]:
    """Use and public-interest class of a project."""
    if figures.plot_id == "35":  # the plan calls this factory tract wholly public
        return KINDS[project][0], "E"
    return KINDS.get(project, ("城镇道路用地", "B"))  # what is left are streets


def projects_of(figures: Figures) -> tuple[list[str], list[str]]:
    """The plot's public and other projects; supporting roads and green space where the plan names none."""
    public = [p for p in figures.projects if kind_of(p, figures)[1] not in ("-", "")]
    other = [p for p in figures.projects if p not in public]
    share = figures.public_interest_pct
    if share is not None and share < 100:
        public += ["配套道路", "配套绿地"]
        other = other or ["其他建设"]
    return public, other


def inner_lines(plot, blocks: list) -> list[LineString]:
    """The edges of the blocks that do not lie on the outline of the plot."""
    lines = []
    for block in blocks:
        for ring in shapely.get_rings(block):
            coords = shapely.get_coordinates(ring)
            segments = shapely.linestrings(np.stack([coords[:-1], coords[1:]], axis=1))
            middles = shapely.line_interpolate_point(segments, 0.5, normalized=True)
            lines += list(segments[~shapely.dwithin(plot.boundary, middles, 1e-5)])
    return lines


def onto_vertices(lines: list[LineString], outline, reach_m: float = 0.004) -> list[LineString]:
    """The lines with every end that all but meets a vertex of the outline moved onto it.

    The survey has rounded that vertex already; rounding the line's end by itself may give the next millimetre.
    """
    corners = shapely.get_coordinates(outline)

    def move(coords):
        for point in coords:
            distance = np.hypot(corners[:, 0] - point[0], corners[:, 1] - point[1])
            nearest = int(np.argmin(distance))
            if distance[nearest] < reach_m:
                point[:] = corners[nearest]
        return coords

    return [shapely.transform(line, move) for line in lines]


def use_layer(figures: list[Figures], plots_mm: dict, plots_before: dict, blocks: dict) -> tuple[list, list[dict]]:
    """Use polygons (millimetres) that tile every plot, with their rows."""
    shapes, rows = [], []
    for f in figures:
        marked = blocks[f.plot_id]
        outline = to_metres(plots_mm[f.plot_id]).boundary
        lines = inner_lines(plots_before[f.plot_id], [shape for shape, _ in marked])
        # Noded among themselves first, so that an end may move without leaving another line's vertex behind.
        noded = shapely.union_all(shapely.transform(lines, lambda a: a * 1000.0), grid_size=1.0) if lines else None
        lines = list(shapely.get_parts(to_metres(noded))) if lines else []
        faces = faces_on_grid([outline, *onto_vertices(lines, outline)])
        inside = shapely.contains_properly(plots_mm[f.plot_id], shapely.point_on_surface(faces))
        faces = faces[inside]
        labels = label_faces(faces, [shape for shape, _ in marked])
        kinds = [marked[max(i, 0)][1] for i in labels]
        faces, kinds = merge_small(faces, kinds, lambda _: 25.0, lambda kind: kind)
        faces = collapse_short_edges(faces, {tuple(v): FIXED for v in shapely.get_coordinates(plots_mm[f.plot_id])})
        public, other = projects_of(f)
        for is_public, projects in ((True, public), (False, other)):
            mine = [face for face, kind in zip(faces, kinds, strict=True) if kind == is_public]
            shapes_of_kind = _enough_pieces(mine, len(projects)) if mine else []
            shapes_of_kind.sort(key=lambda p: -p.centroid.x)
            for i, shape in enumerate(shapes_of_kind):
                project = projects[i * len(projects) // len(shapes_of_kind)]
                shapes.append(shape)
                rows.append(
                    {
                        "plot_id": f.plot_id,
                        "PlotName": f.name,
                        "PurName": kind_of(project, f)[0],
                        "ProjList": project,
                    }
                )
    for row, area in zip(rows, areas_m2(to_metres(np.array(shapes, dtype=object))), strict=True):
        row["PurArea"] = round(float(area) / 10_000, 4)
    return shapes, rows


def _enough_pieces(faces: list, wanted: int) -> list:
    """Cuts the largest faces from vertex to vertex until there is one for each project."""
    faces = list(faces)
    while len(faces) < wanted:
        faces.sort(key=lambda p: p.area)
        face = faces.pop()
        coords = shapely.get_coordinates(face.exterior)[:-1]
        best = None
        for i in range(len(coords)):
            for j in range(i + 2, len(coords)):
                chord = LineString([coords[i], coords[j]])
                if not face.contains(chord) or face.exterior.intersection(chord).length > 0:
                    continue
                halves = polygons_of(shapely.polygonize(list(shapely.get_parts(face.boundary.union(chord)))))
                if len(halves) == 2 and (best is None or abs(halves[0].area - halves[1].area) < best[0]):
                    best = (abs(halves[0].area - halves[1].area), halves)
        if best is None:
            raise RuntimeError("a use block cannot be halved")
        faces += best[1]
    return faces


def project_table(figures: list[Figures], rows: list[dict]) -> list[list]:
    """projects.csv: areas in 0.0001 ha that add up to the published hectares, yearly areas to the published years."""
    table = []
    for f in figures:
        names = list(dict.fromkeys(row["ProjList"] for row in rows if row["plot_id"] == f.plot_id))
        units = {
            n: sum(round(r["PurArea"] * 10_000) for r in rows if r["plot_id"] == f.plot_id and r["ProjList"] == n)
            for n in names
        }
        # Rounded use areas may miss the published total by a unit or two: the largest project takes the difference.
        units[max(units, key=units.get)] += round(f.total_ha * 10_000) - sum(units.values())
        left = dict(units)
        years = {name: [0, 0, 0] for name in names}
        for i, published in enumerate(f.years_ha):
            budget = round(published * 10_000)
            for name in names:
                done = min(budget, left[name])
                years[name][i] += done
                left[name] -= done
                budget -= done
        for name in names:
            use, public_class = kind_of(name, f)
            table.append(
                [
                    name,
                    f.plot_id,
                    use,
                    public_class,
                    *(f"{u / 10_000:.4f}" for u in (units[name], *years[name])),
                ]
            )
    return table
