"""The facts that the Xinzhou example promises, measured with shapely and pyproj and nothing of sanxian.

Areas are taken in a cylindrical equal-area projection of the CGCS2000 ellipsoid after cutting edges to 5 m, a way
that neither sanxian nor the generator uses.
"""

from __future__ import annotations

import csv
import filecmp
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

gpd = pytest.importorskip("geopandas")
pyproj = pytest.importorskip("pyproj")
shapely = pytest.importorskip("shapely")

DEMO = Path(__file__).resolve().parents[2] / "examples" / "xinzhou"
TO_EQUAL_AREA = pyproj.Transformer.from_crs(
    4526, "+proj=cea +lon_0=112.7 +lat_ts=38.4 +a=6378137 +rf=298.257222101", always_xy=True
)
M2_PER_HA = 10_000
MADE_WITH_GEOS = (3, 14, 1)


def ellipsoidal_area_m2(geometries) -> np.ndarray:
    """Areas on the ellipsoid between edges that are straight in EPSG:4526."""
    cut = shapely.segmentize(np.asarray(geometries, dtype=object), 5.0)
    return shapely.area(shapely.transform(cut, lambda a: np.column_stack(TO_EQUAL_AREA.transform(a[:, 0], a[:, 1]))))


def read_exchange_text(path: Path) -> dict[str, dict]:
    """Plots by id: declared area, name and geometry by the even-odd rule."""
    raw = path.read_bytes()
    assert raw.count(b"\n") == raw.count(b"\r\n")
    lines = raw.decode("gbk").split("[地块坐标]\r\n")[1].splitlines()
    plots, rings, plot = {}, None, None
    for line in lines:
        cells = line.split(",")
        if cells[-1] == "@":
            rings = {}
            plot = {
                "count": int(cells[0]),
                "declared_ha": float(cells[1]),
                "name": cells[3],
                "rings": rings,
                "rows": [],
            }
            plots[cells[2]] = plot
        else:
            plot["rows"].append(cells)
            rings.setdefault(cells[1], []).append((float(cells[3]), float(cells[2])))
    for plot in plots.values():
        whole = shapely.Polygon()
        for ring in plot["rings"].values():
            whole = whole.symmetric_difference(shapely.Polygon(ring))
        plot["geometry"] = whole
    return plots


@pytest.fixture(scope="module")
def figures() -> dict[str, dict]:
    with (DEMO / "tracts.csv").open(encoding="utf-8", newline="") as stream:
        return {row["id"]: row for row in csv.DictReader(stream)}


@pytest.fixture(scope="module")
def plots() -> dict[str, dict]:
    return read_exchange_text(DEMO / "plots.txt")


@pytest.fixture(scope="module")
def changed() -> dict[str, dict]:
    return read_exchange_text(DEMO / "plots-conflict.txt")


@pytest.fixture(scope="module")
def survey():
    return gpd.read_file(DEMO / "survey" / "DLTB.shp")


@pytest.fixture(scope="module")
def uses():
    return gpd.read_file(DEMO / "uses.shp")


@pytest.fixture(scope="module")
def control():
    """The control layers by file name; those without .cpg are GBK all the same."""
    return {path.stem: gpd.read_file(path, encoding="gbk") for path in sorted((DEMO / "control").glob("*.shp"))}


def test_plots_have_the_published_areas(plots, figures):
    assert list(plots) == [str(i) for i in range(1, 39)]
    areas = dict(zip(plots, ellipsoidal_area_m2([p["geometry"] for p in plots.values()]), strict=True))
    for plot_id, row in figures.items():
        assert areas[plot_id] == pytest.approx(float(row["total_ha"]) * M2_PER_HA, abs=0.05), plot_id
    assert round(sum(round(a / M2_PER_HA, 2) for a in areas.values()), 2) == 1329.23


def test_exchange_text_is_canonical(plots):
    parts = {k: len(shapely.get_parts(p["geometry"])) for k, p in plots.items()}
    holes = {k: int(shapely.get_num_interior_rings(shapely.get_parts(p["geometry"])).sum()) for k, p in plots.items()}
    assert {k for k, n in parts.items() if n == 2} == {"29"} and max(parts.values()) == 2
    assert {k for k, n in holes.items() if n} == {"14"}
    for plot in plots.values():
        assert plot["geometry"].is_valid
        assert plot["count"] == len(plot["rows"])
        assert plot["declared_ha"] == pytest.approx(plot["geometry"].area / M2_PER_HA, abs=0.5001e-4)
        for ring in plot["rings"].values():
            assert ring[0] == ring[-1]
            assert np.hypot(*np.diff(ring, axis=0).T).min() > 0.2
    exterior = shapely.LinearRing(plots["14"]["rings"]["1"])
    hole = shapely.LinearRing(plots["14"]["rings"]["2"])
    assert not exterior.is_ccw and hole.is_ccw


def test_plots_do_not_overlap_and_some_share_edges(plots):
    shapes = np.array([p["geometry"] for p in plots.values()], dtype=object)
    assert shapely.coverage_is_valid(shapes)
    ids = list(plots)
    touching = [
        (ids[i], ids[j])
        for i in range(len(ids))
        for j in range(i + 1, len(ids))
        if shapely.length(shapely.intersection(shapes[i].boundary, shapes[j].boundary)) > 1
    ]
    assert {("3", "5"), ("4", "16"), ("5", "17"), ("17", "32"), ("17", "37"), ("21", "22")} <= set(touching)


def test_survey_covers_the_frame_once(survey):
    shapes = survey.geometry.to_numpy()
    assert len(survey) > 5_000
    assert shapely.is_valid(shapes).all()
    assert (shapely.get_type_id(shapes) == 3).all()
    assert shapely.coverage_is_valid(shapes)
    whole = shapely.coverage_union_all(shapes)
    assert whole.geom_type == "Polygon" and len(whole.interiors) == 0
    assert whole.area == pytest.approx(shapely.area(shapes).sum(), rel=1e-12)


def test_survey_attributes(survey):
    assert survey.crs.to_epsg() == 4526
    np.testing.assert_allclose(survey.TBMJ, ellipsoidal_area_m2(survey.geometry), atol=0.0061)
    np.testing.assert_allclose(survey.KCMJ, (survey.TBMJ * survey.KCXS).round(2), atol=0.0101)
    np.testing.assert_allclose(survey.TBDLMJ, survey.TBMJ - survey.KCMJ, atol=1e-6)
    assert survey.BSM.is_unique
    assert set(survey.QSXZ) == {"10", "20", "30", "40"}
    assert (survey.KCXS > 0).sum() > 100
    assert "水浇地" in set(survey.DLMC)


def test_ownership_inside_plots(survey, plots, figures):
    points = survey.geometry.representative_point()
    areas = ellipsoidal_area_m2(survey.geometry)
    state = survey.QSXZ.str[0].isin(["1", "2"]).to_numpy()
    for plot_id, row in figures.items():
        shape = plots[plot_id]["geometry"]
        inside = shapely.intersects(shape, points.to_numpy())
        patches = shapely.coverage_union_all(survey.geometry.to_numpy()[inside])
        assert shapely.equals(patches, shape), plot_id
        assert areas[inside & state].sum() == pytest.approx(float(row["state_ha"]) * M2_PER_HA, abs=0.5), plot_id
        assert areas[inside & ~state].sum() == pytest.approx(float(row["collective_ha"]) * M2_PER_HA, abs=0.5), plot_id


def test_uses_tile_plots_and_meet_the_published_share(uses, plots, figures):
    with (DEMO / "projects.csv").open(encoding="utf-8", newline="") as stream:
        class_of = {(r["plot"], r["project"]): r["public_interest_class"] for r in csv.DictReader(stream)}
    uses["area_m2"] = ellipsoidal_area_m2(uses.geometry)
    np.testing.assert_allclose(uses.PurArea, uses.area_m2 / M2_PER_HA, atol=0.51e-4)
    for plot_id, row in figures.items():
        mine = uses[uses.PlotName == f"{plot_id}号片区"]
        shapes = mine.geometry.to_numpy()
        assert shapely.coverage_is_valid(shapes), plot_id
        assert shapely.equals(shapely.coverage_union_all(shapes), plots[plot_id]["geometry"]), plot_id
        classes = [class_of[plot_id, project] for project in mine.ProjList]
        if row["public_interest_pct"] == "":
            assert set(classes) == {""}
            continue
        assert set(classes) <= set("ABCDE-")
        share = mine.area_m2[[c != "-" for c in classes]].sum() / mine.area_m2.sum()
        published = float(row["public_interest_pct"]) / 100
        assert published - 1e-12 <= share <= published + 0.0005, plot_id


def test_projects_add_up(figures):
    with (DEMO / "projects.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for plot_id, row in figures.items():
        mine = [r for r in rows if r["plot"] == plot_id]
        assert sum(float(r["area_ha"]) for r in mine) == pytest.approx(float(row["total_ha"]), abs=1e-9)
        for column in ("y2021_ha", "y2022_ha", "y2023_ha"):
            assert sum(float(r[column]) for r in mine) == pytest.approx(float(row[column] or 0), abs=1e-9)


def test_control_layers(control):
    assert set(control) == {"YJJBNTTB", "STBHHX", "CZKFBJ", "LDBHTB", "SHUIYU"}
    assert set(control["STBHHX"].ZRBHDFQ) == {"核心保护区", "一般控制区"}
    assert set(control["CZKFBJ"].GHFQMC) == {"城镇集中建设区", "城镇弹性发展区", "特别用途区"}
    assert len(control["YJJBNTTB"]) > 300
    assert shapely.get_num_coordinates(control["STBHHX"].geometry.to_numpy()).max() > 500
    assert shapely.get_num_interior_rings(control["STBHHX"].geometry.to_numpy()).sum() >= 3
    for layer in control.values():
        assert shapely.is_valid(layer.geometry.to_numpy()).all()
        assert (shapely.get_type_id(layer.geometry.to_numpy()) == 3).all()
    for name in ("YJJBNTTB", "STBHHX", "CZKFBJ"):
        assert shapely.coverage_is_valid(control[name].geometry.to_numpy()), name
    assert {p.name for p in (DEMO / "control").glob("*.cpg")} == {"CZKFBJ.cpg", "SHUIYU.cpg"}


def concentrated(control):
    zones = control["CZKFBJ"]
    return shapely.union_all(zones[zones.GHFQMC == "城镇集中建设区"].geometry.to_numpy())


def test_the_plan_keeps_clear(plots, control):
    shapes = np.array([p["geometry"] for p in plots.values()], dtype=object)
    for name in ("YJJBNTTB", "STBHHX"):
        assert shapely.distance(shapes, shapely.union_all(control[name].geometry.to_numpy())).min() > 10
    assert shapely.contains_properly(concentrated(control), shapes).all()
    forest = shapely.area(shapely.intersection(shapes, shapely.union_all(control["LDBHTB"].geometry.to_numpy())))
    assert [list(plots)[i] for i in np.flatnonzero(forest > 0)] == ["32"]
    water = shapely.area(shapely.intersection(shapes, shapely.union_all(control["SHUIYU"].geometry.to_numpy())))
    assert water.max() == 0


def test_conflict_changes_three_plots(plots, changed, control):
    assert [k for k in plots if not shapely.equals(plots[k]["geometry"], changed[k]["geometry"])] == [
        "1",
        "25",
        "38",
    ]
    shapes = {k: p["geometry"] for k, p in changed.items()}
    everything = np.array(list(shapes.values()), dtype=object)
    assert shapely.area(everything).sum() == pytest.approx(shapely.union_all(everything).area, rel=1e-12)

    farmland = control["YJJBNTTB"].geometry.to_numpy()
    taken = {k: ellipsoidal_area_m2(shapely.intersection(s, farmland)).sum() for k, s in shapes.items()}
    assert taken.pop("25") == pytest.approx(3_700, abs=0.2)
    assert max(taken.values()) == 0

    red = shapely.union_all(control["STBHHX"].geometry.to_numpy())
    assert max(s.intersection(red).area for s in shapes.values()) == 0
    assert [k for k, s in shapes.items() if s.intersects(red)] == ["1"]
    contact = shapes["1"].intersection(red)
    assert contact.length > 50
    corners = {tuple(c) for c in shapely.get_coordinates(red)}
    assert {tuple(c) for c in shapely.get_coordinates(contact)} <= corners

    zone = concentrated(control)
    outside = {k: s.difference(zone) for k, s in shapes.items()}
    sliver = outside.pop("38")
    assert max(s.area for s in outside.values()) == 0
    assert sliver.geom_type == "Polygon"
    assert 2 * sliver.area / sliver.length == pytest.approx(0.2, abs=0.002)
    assert sliver.area > 50


@pytest.mark.parametrize("name", ["scheme.toml", "scheme-conflict.toml"])
def test_schemes_name_existing_files(name):
    tomllib = pytest.importorskip("tomllib", reason="tomllib came with Python 3.11")
    scheme = tomllib.loads((DEMO / name).read_text(encoding="utf-8"))
    paths = [scheme[table]["path"] for table in ("plots", "land_use", "uses", "projects")]
    paths += [layer["path"] for layer in scheme["layers"]]
    assert all((DEMO / path).is_file() for path in paths)
    assert scheme["parameters"]["industry_led_plots"] == ["17", "32", "35", "36", "37", "38"]


@pytest.mark.skipif(
    shapely.geos_version != MADE_WITH_GEOS,
    reason=f"the committed files were made with GEOS {MADE_WITH_GEOS}, here is {shapely.geos_version}",
)
def test_generating_again_gives_the_same_bytes(tmp_path):
    subprocess.run([sys.executable, str(DEMO / "generate.py"), str(tmp_path)], check=True, capture_output=True)
    made = sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*") if p.is_file())
    assert len(made) > 20
    different = [str(p) for p in made if not filecmp.cmp(tmp_path / p, DEMO / p, shallow=False)]
    assert different == []
