"""Makes every file of the Xinzhou example from ``tracts.csv``. Same input, same bytes.

    python examples/xinzhou/generate.py [FOLDER]

Writes into FOLDER, or beside this script. Needs numpy, shapely and pyproj only; does not use sanxian.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import shapely
from generator import conflict, controls, faulty, placement, survey_layer, uses, writers
from generator.ellipsoid import ORIGIN_E_M, ORIGIN_N_M
from generator.landscape import Survey
from generator.partition import to_metres, to_millimetres
from pyproj import Transformer

HERE = Path(__file__).resolve().parent
SEED = 20220311
INDUSTRY_LED = ["17", "32", "35", "36", "37", "38"]

ZONES = (
    '{ field = "GHFQMC", concentrated = ["城镇集中建设区"], flexible = ["城镇弹性发展区"], special = ["特别用途区"] }'
)
PLOT_FIELDS = [
    writers.Field("DKBH", "C", 20),
    writers.Field("DKMC", "C", 60),
    writers.Field("DKMJ", "N", 12, 4),
]
SCHEME = """\
# {comment}
[scheme]
name = "忻州市中心城区土地征收成片开发方案(2021-2023年)"
rules = ["national-2020", "shanxi-2021"]
area = "ellipsoidal"

[plots]
path = "{plots}"

[[layers]]
role = "permanent_basic_farmland"
path = "control/YJJBNTTB.shp"

[[layers]]
role = "ecological_redline"
path = "control/STBHHX.shp"
subclass = {{ field = "ZRBHDFQ", core = ["核心保护区"], general = ["一般控制区"] }}

[[layers]]
role = "urban_development_boundary"
path = "control/CZKFBJ.shp"
subclass = {zones}

[[layers]]
role = "forest"
path = "control/LDBHTB.shp"

[[layers]]
role = "water"
path = "control/SHUIYU.shp"

[land_use]
path = "survey/DLTB.shp"
classification = "survey-3"

[ownership]
field = "QSXZ"

[uses]
path = "{uses}"

[projects]
path = "projects.csv"

[parameters]
industry_led_plots = [{industry}]
is_in_annual_plan = true               # 6.2
unsupplied_land_task_mu = 4200         # 6.5
unsupplied_land_disposed_mu = 5225.1
investment_10_000_yuan_per_mu = 200    # 6.6
has_two_thirds_consent = true          # 8

[characteristics]
location = "忻州市中心城区"
extent = "城镇开发边界内的集中建设区内近3年重点开发区域"
infrastructure = "交通、给排水、电力、通讯网络、供气、供暖等市政设施相对齐全"
conforms_to_plan = true

[audit]
path = "audit.toml"

[stated]
total_ha = 1324.6
collective_ha = 892.7
state_ha = 431.9
source = "方案文本 2.1、2.2"
"""


def make_survey(figures, plots, rng):
    """The land survey as regions, and the state/collective borders with a vertex that may be moved."""
    survey = Survey(plots, rng)
    borders = []
    for f in figures:
        state, collective = placement.cut_ownership(plots[f.plot_id], f)
        survey.inside(f.plot_id, state, collective, f.total_ha * placement.M2_PER_HA)
        if state and collective:
            border = shapely.union_all(state).boundary.difference(plots[f.plot_id].boundary.buffer(0.01))
            # Without a vertex off the outline a tiny part could not be settled to its area.
            borders += [
                shapely.segmentize(line, line.length / 1.9) for line in shapely.get_parts(border) if line.length > 1
            ]
    survey.country()
    return survey, borders


def exchange_rows(figures, plots_mm):
    """What the exchange text says about each plot; the declared area is planar, as in practice."""
    to_geographic = Transformer.from_crs(4526, 4490, always_xy=True)
    rows = []
    for f in figures:
        polygon = plots_mm[f.plot_id]
        centre = to_metres(polygon).centroid
        longitude, latitude = to_geographic.transform(centre.x + ORIGIN_E_M, centre.y + ORIGIN_N_M)
        rows.append(
            {
                "polygon_mm": polygon,
                "plot_id": f.plot_id,
                "name": f.name,
                "use": f.functions,
                "area_ha": survey_layer.half_up(polygon.area / 1e6 / placement.M2_PER_HA, 4),
                "sheet": writers.map_sheet(latitude, longitude),
            }
        )
    return rows


def main(folder: Path):
    """Makes everything, in the order in which things depend on each other."""
    figures = placement.read_figures(HERE / "tracts.csv")
    rng = np.random.default_rng(SEED)
    placed = placement.place_tracts(figures)
    blocks, plots = {}, {}
    for f in figures:
        share = None if f.public_interest_pct is None else f.public_interest_pct / 100
        blocks[f.plot_id] = placement.cut_uses(placed[f.plot_id], share, rng)
        plots[f.plot_id] = placement.with_vertices(placed[f.plot_id], [shape for shape, _ in blocks[f.plot_id]])

    survey, borders = make_survey(figures, plots, rng)
    corners = {tuple(v) for v in shapely.get_coordinates(to_millimetres(list(placed.values())))}
    # Where a use block meets the outline, the outline must stay as it is.
    pinned = {tuple(v) for v in shapely.get_coordinates(to_millimetres(list(plots.values())))} - corners
    faces, lands = survey_layer.join_patches(plots, survey, borders, corners, pinned)
    faces = survey_layer.settle(faces, lands, figures, pinned)
    faces, rows, lands = survey_layer.patch_rows(faces, lands, survey)
    owner = np.array([land.plot_id or "" for land in lands])
    plots_mm = {f.plot_id: shapely.coverage_union_all(list(faces[owner == f.plot_id])) for f in figures}
    use_shapes, use_rows = uses.use_layer(figures, plots_mm, plots, blocks)

    plots_m = {k: to_metres(p) for k, p in plots_mm.items()}
    red, red_rows = controls.red_line(survey, plots_m, rng)
    zones, zone_rows = controls.development_boundary(plots_m, red)
    fields, field_rows = controls.farmland(faces, rows, lands, plots_m, zones, red)
    woods, wood_rows = controls.forest(faces, lands, rng)
    waters, water_rows = controls.water(faces, lands)
    changed = conflict.changed_plots(plots_mm, fields, red, zones)

    gbk = writers.LDID_GBK
    save = writers.write_shapefile
    folder.mkdir(parents=True, exist_ok=True)
    save(folder / "survey/DLTB.shp", faces, survey_layer.DLTB_FIELDS, rows, cpg="GBK", ldid=gbk)
    save(folder / "uses.shp", use_shapes, uses.USE_FIELDS, use_rows, cpg="GBK", ldid=gbk)
    save(folder / "control/YJJBNTTB.shp", fields, controls.FARMLAND_FIELDS, field_rows, cpg=None, ldid=gbk)
    save(folder / "control/STBHHX.shp", red, controls.RED_LINE_FIELDS, red_rows, cpg=None, ldid=0)
    save(folder / "control/CZKFBJ.shp", zones, controls.BOUNDARY_FIELDS, zone_rows, cpg="936", ldid=0)
    save(
        folder / "control/LDBHTB.shp",
        woods,
        controls.FOREST_FIELDS,
        wood_rows,
        cpg=None,
        ldid=gbk,
        prj=writers.PRJ_HAND_MADE,
    )
    save(folder / "control/SHUIYU.shp", waters, controls.WATER_FIELDS, water_rows, cpg="GBK", ldid=0)
    writers.write_exchange_text(folder / "plots.txt", exchange_rows(figures, plots_mm))
    writers.write_exchange_text(folder / "plots-conflict.txt", exchange_rows(figures, changed))
    text_rows = faulty.faulty_rows(exchange_rows(figures, plots_mm))
    short = next(f.name for f in figures if f.plot_id == faulty.SHORT_USES_PLOT)
    writers.write_exchange_text(folder / "plots-faulty.txt", text_rows)
    save(
        folder / "plots-faulty.shp",
        faulty.faulty_shapes(text_rows),
        PLOT_FIELDS,
        [{"DKBH": row["plot_id"], "DKMC": row["name"], "DKMJ": row["area_ha"]} for row in text_rows],
        cpg="GBK",
        ldid=gbk,
    )
    short_rows = faulty.short_uses(use_rows, short)
    save(folder / "uses-faulty.shp", use_shapes, uses.USE_FIELDS, short_rows, cpg="GBK", ldid=gbk)
    writers.write_csv(folder / "projects.csv", uses.PROJECT_COLUMNS, uses.project_table(figures, use_rows))
    industry = ", ".join(f'"{plot_id}"' for plot_id in INDUSTRY_LED)
    for name, plots_name, uses_name, comment in (
        (
            "scheme.toml",
            "plots.txt",
            "uses.shp",
            "What the plan claims: no farmland, no red line, all inside the concentrated zone.",
        ),
        (
            "scheme-conflict.toml",
            "plots-conflict.txt",
            "uses.shp",
            "The same scheme with three changed plots; see README.md.",
        ),
        (
            "scheme-faulty.toml",
            "plots-faulty.txt",
            "uses-faulty.shp",
            "The same scheme with faults that a submission is sent back for; see README.md.",
        ),
    ):
        text = SCHEME.format(comment=comment, plots=plots_name, uses=uses_name, industry=industry, zones=ZONES)
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    counts = {
        "patches": faces,
        "uses": use_shapes,
        "farmland": fields,
        "red line": red,
        "zones": zones,
        "forest": woods,
    }
    print(", ".join(f"{len(items)} {name}" for name, items in counts.items()))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Make every file of the Xinzhou example.")
    parser.add_argument(
        "folder", nargs="?", type=Path, default=HERE, help="where to write; beside this script by default"
    )
    main(parser.parse_args().folder.resolve())
