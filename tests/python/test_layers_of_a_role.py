"""Two layers of one role, and layers much larger than the site, through a whole check."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import sanxian as sx
from reference_data import DEMO
from sanxian.report.places import find_places

FARMLAND = DEMO / "control" / "YJJBNTTB.shp"


@pytest.fixture(scope="module")
def plots():
    return sx.read_plots(DEMO / "plots-conflict.txt")


@pytest.fixture(scope="module")
def neighbour(plots):
    """A field outside the site's own layer that shares the longest edge of plot 4."""
    plot = plots.loc[plots["plot_id"] == "4", "geometry"].iloc[0]
    corners = shapely.get_coordinates(plot.exterior)
    edges = shapely.linestrings(np.stack([corners[:-1], corners[1:]], axis=1))
    edge = max(edges, key=lambda line: line.length)
    (x0, y0), (x1, y1) = edge.coords
    for side in (1, -1):
        dx, dy = side * (y1 - y0) / edge.length * 30, -side * (x1 - x0) / edge.length * 30
        field = shapely.Polygon([(x0, y0), (x1, y1), (x1 + dx, y1 + dy), (x0 + dx, y0 + dy)])
        if field.intersection(plot).area < 1e-3:
            return gpd.GeoDataFrame(geometry=[field], crs=plots.crs), edge
    raise AssertionError("neither side of the edge is outside the plot")


@pytest.fixture(scope="module")
def report(plots, neighbour):
    layers = [("永久基本农田", str(FARMLAND)), ("permanent_basic_farmland", neighbour[0])]
    return sx.check(plots, layers, rules="national-2020")


def test_both_layers_are_judged_and_kept_for_the_map(report):
    assert report.table("overlaps_by_layer")["features"].tolist() == [643, 1]
    assert [(role, len(frame)) for role, frame in report.layers] == [
        ("permanent_basic_farmland", 643),
        ("permanent_basic_farmland", 1),
    ]


def test_a_contact_with_the_second_layer_is_drawn_where_it_is(report, neighbour):
    contacts = [place for place in find_places(report) if place.relation == "contact" and place.plot_id == "4"]
    assert len(contacts) == 1
    assert contacts[0].geometry.length == pytest.approx(neighbour[1].length, rel=1e-3)
    assert contacts[0].geometry.distance(neighbour[1]) < 0.02


def test_the_map_has_a_check_box_for_each(report):
    page = report.explore().page
    assert "永久基本农田（YJJBNTTB.shp）" in page and "永久基本农田（2）" in page


def test_a_scheme_file_may_name_a_role_twice(tmp_path, neighbour):
    frame = neighbour[0].assign(name="second")
    frame.to_file(tmp_path / "second.shp")
    text = (DEMO / "scheme-conflict.toml").read_text(encoding="utf-8")
    for name in ["plots-conflict.txt", "control/", "survey/", "uses.shp", "projects.csv", "audit.toml"]:
        text = text.replace(f'"{name}', f'"{(DEMO / name).as_posix()}{"/" if name.endswith("/") else ""}')
    text += '\n[[layers]]\nrole = "permanent_basic_farmland"\npath = "second.shp"\n'
    (tmp_path / "scheme.toml").write_text(text, encoding="utf-8")
    report = sx.Scheme.from_toml(tmp_path / "scheme.toml").check()
    roles = [role for role, _ in report.layers]
    assert roles.count("permanent_basic_farmland") == 2 and len(roles) == 6


def test_a_map_makes_shapes_only_of_what_it_shows(plots, neighbour):
    near = sx.read_layer(FARMLAND)
    far = near.set_geometry(near.geometry.translate(2e5, 2e5))
    county = pd.concat([far, near], ignore_index=True)
    report = sx.check(plots, {"永久基本农田": county}, rules="national-2020")
    ((_, shown),) = report.layers_near(tuple(plots.total_bounds))
    assert set(shown.index) <= set(range(len(far), len(county)))
    (layer,) = report.map_layers
    assert len(layer._loaded) <= len(near)
    alone = sx.check(plots, {"永久基本农田": near}, rules="national-2020")
    assert [place.geometry for place in find_places(report)] == [place.geometry for place in find_places(alone)]
