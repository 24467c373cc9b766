"""The map: what is drawn where, and that small things can be found."""

import re
import xml.etree.ElementTree as ElementTree

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from report_fixture import CRS, PBF, RED, UDB, report_parts
from sanxian.report import Report, inset, places
from sanxian.report.labelling import Placer
from sanxian.report.map import draw_overview
from sanxian.report.style import SubZones, style_of
from sanxian.report.view import View, flatten, round_step


@pytest.fixture(scope="module")
def conflict():
    return Report(**report_parts())


@pytest.fixture(scope="module")
def found(conflict):
    return places.find_places(conflict)


def test_places_are_the_farmland_the_sliver_and_the_contact(found):
    assert [(place.plot_id, place.role, place.relation) for place in found] == [
        ("10", PBF, "overlap"),
        ("38", UDB, "outside"),
        ("25", RED, "contact"),
    ]
    assert found[0].measure == "0.3700 公顷（5.5499 亩），平均宽 30.414 米"
    assert found[1].measure.endswith("平均宽 0.200 米，狭长碎面")
    assert found[2].measure.endswith("重叠面积为零")


def test_a_contact_is_drawn_as_the_shared_line(conflict, found):
    plot = conflict.plots.geometry.iloc[24]
    assert found[2].geometry.length == pytest.approx(plot.bounds[2] - plot.bounds[0], abs=0.1)
    assert found[2].geometry.distance(plot.boundary) < 0.01


def test_two_rules_on_the_same_piece_share_one_place():
    parts = report_parts()
    twice = parts["pieces"].assign(rule_id="another-pack.farmland")
    parts["pieces"] = pd.concat([parts["pieces"], twice], ignore_index=True)
    found = places.find_places(Report(**parts))
    assert [place.number for place in found] == [1, 2, 3]
    assert found[0].rule_ids == ("no-permanent-basic-farmland", "another-pack.farmland")


def test_an_overlap_within_tolerance_is_shown_as_a_contact_with_its_area():
    parts = report_parts(is_conflict=False)
    speck = report_parts()["pieces"].iloc[[1]].assign(relation="contact", ellipsoidal_area_m2=0.0041)
    parts["pieces"] = speck
    parts["tables"]["encroachments"] = pd.DataFrame(
        {
            "rule_id": ["r"],
            "role": [UDB],
            "plot_id": ["38"],
            "relation": ["contact"],
            "planar_area_m2": [0.0041],
            "feature": [None],
        }
    )
    (found,) = places.find_places(Report(**parts))
    assert found.relation == "contact" and found.measure == "<0.01 平方米，在容差以内，按接触计"


def test_what_lies_inside_the_concentrated_zone_is_no_place():
    parts = report_parts()
    inside = parts["pieces"].iloc[[1]].assign(relation="overlap", subclass="城镇集中建设区")
    parts["pieces"] = pd.concat([parts["pieces"], inside], ignore_index=True)
    assert len(places.find_places(Report(**parts))) == 3


def test_the_overview_is_well_formed_and_shows_everything(conflict, found):
    svg = draw_overview(conflict, found)
    root = ElementTree.fromstring(svg)
    texts = ["".join(node.itertext()) for node in root.iter() if node.tag.endswith("text")]
    for number in range(1, 39):
        assert str(number) in texts
    for word in ["地块及编号", "永久基本农田", "城镇开发边界·城镇集中建设区", "边界接触", "北", "千米"]:
        assert word in texts
    assert any("米" in text for text in texts)
    assert not re.search(r"\bnan\b|\binf\b", svg)


def test_a_sliver_is_visible_in_its_close_up(conflict, found):
    drawing = next(drawn for drawn in inset.draw_insets(conflict, found) if drawn.place.is_sliver)
    assert drawing.close_up is not None
    path = re.search(r'<path d="([^"]+)" fill="#c8102e"', drawing.close_up).group(1)
    rows = [float(y) for _, y in re.findall(r"([-\d.]+) ([-\d.]+)", path)]
    assert max(rows) - min(rows) == pytest.approx(inset.CLOSE_UP_PX, rel=0.02)


def test_a_wide_piece_needs_no_close_up(conflict, found):
    drawing = inset.draw_insets(conflict, found)[0]
    assert drawing.close_up is None and "38511556" in drawing.position


def test_insets_are_limited_in_number(conflict, found):
    many = [found[0]] * (inset.MOST_PLACES + 5)
    assert len(inset.draw_insets(conflict, many)) == inset.MOST_PLACES


def test_an_invalid_layer_polygon_does_not_stop_the_map(found):
    parts = report_parts()
    minx, miny, _, _ = parts["plots"].total_bounds
    bow_tie = shapely.Polygon([(minx, miny), (minx + 900, miny + 900), (minx + 900, miny), (minx, miny + 900)])
    parts["layers"]["forest"] = gpd.GeoDataFrame(geometry=[bow_tie, None, shapely.Polygon()], crs=CRS)
    assert "林地" in draw_overview(Report(**parts), found)


def test_features_too_small_to_draw_are_counted(found):
    parts = report_parts()
    minx, miny, _, _ = parts["plots"].total_bounds
    dots = [shapely.box(minx + 10 * i, miny, minx + 10 * i + 0.5, miny + 0.5) for i in range(7)]
    parts["layers"]["water"] = gpd.GeoDataFrame(geometry=dots, crs=CRS)
    assert "另有 7 个小于" in draw_overview(Report(**parts), found)


def two_farmland_layers(parts):
    """The fixture's layers with a second one of farmland, whose first feature touches plot 25 from below."""
    edge = parts["plots"].geometry.iloc[24].bounds
    below = shapely.box(edge[0] + 40, edge[1] - 90, edge[2] - 40, edge[1])
    return [*parts["layers"].items(), (PBF, gpd.GeoDataFrame(geometry=[below], crs=CRS))]


def test_two_layers_of_a_role_are_both_drawn():
    parts = report_parts()
    once = draw_overview(Report(**parts), [])
    parts["layers"] = two_farmland_layers(parts)
    svg = draw_overview(Report(**parts), [])
    assert 'data-layer="5"' in svg and 'data-layer="5"' not in once
    assert svg.count("永久基本农田</text>") == 1


@pytest.mark.parametrize("feature", [0, 7])
def test_a_contact_is_looked_up_in_the_layer_that_has_it(feature):
    """Both layers have a feature 0; a file with deleted rows has numbers beyond its last feature."""
    parts = report_parts()
    parts["layers"] = two_farmland_layers(parts)
    edge = parts["plots"].geometry.iloc[24].bounds
    contact = {"rule_id": "r", "role": PBF, "plot_id": "25", "relation": "contact", "planar_area_m2": 0.0}
    length = edge[2] - edge[0] - 80
    parts["tables"]["encroachments"] = pd.DataFrame([{**contact, "feature": feature, "contact_length_m": length}])
    (found,) = [place for place in places.find_places(Report(**parts)) if place.relation == "contact"]
    assert found.geometry.length == pytest.approx(length, abs=0.1)
    assert found.geometry.bounds[3] == pytest.approx(edge[1], abs=0.01)


def test_only_the_window_of_a_layer_is_asked_for():
    parts = report_parts()
    whole = parts["layers"][PBF]
    asked = []

    def load(bounds):
        asked.append(bounds)
        return whole.iloc[1:] if bounds is None else whole.cx[bounds[0] : bounds[2], bounds[1] : bounds[3]]

    expected = draw_overview(Report(**parts), [])
    parts["layers"] = {**parts["layers"], PBF: load}
    report = Report(**parts)
    places.find_places(report)
    assert draw_overview(report, []) == expected and len(asked) == 1
    minx, miny, maxx, maxy = parts["plots"].total_bounds
    assert asked[0][0] <= minx and asked[0][3] >= maxy and asked[0][2] - asked[0][0] < 3 * (maxx - minx)
    # A window beyond what was loaded is loaded too, with what was there.
    far = report.layers_near((minx - 9e4, miny, minx, maxy))
    assert far[0][1].index.tolist() == list(range(2, 10)) and len(asked) == 2 and asked[1][2] == asked[0][2]


def test_a_geographic_crs_is_drawn_in_degrees():
    parts = report_parts(is_conflict=False)
    parts["plots"] = parts["plots"].to_crs(4490)
    parts["layers"] = {role: frame.to_crs(4490) for role, frame in parts["layers"].items()}
    svg = draw_overview(Report(**parts), [])
    assert "°" in svg
    height = float(re.search(r'viewBox="0 0 760 (\d+)"', svg).group(1))
    assert 500 < height < 900


def test_a_layer_far_from_the_plots_is_left_out_of_map_and_legend(found):
    parts = report_parts()
    parts["layers"]["water"] = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)], crs=CRS)
    parts["layers"]["forest"] = parts["layers"]["forest"].iloc[:0]
    svg = draw_overview(Report(**parts), found)
    assert "水域" not in svg and "林地" not in svg


def test_no_plots_give_no_map():
    parts = report_parts(is_conflict=False)
    parts["plots"] = parts["plots"].iloc[:0]
    assert draw_overview(Report(**parts), []) == ""


def test_sub_zones_are_recognised_by_their_values():
    frame = gpd.GeoDataFrame(
        {"BSM": ["1", "2"], "GHFQMC": ["城镇集中建设区", "特别用途区"]},
        geometry=[shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)],
    )
    assert SubZones().column(frame) == "GHFQMC"
    assert SubZones().column(frame[["BSM", "geometry"]]) is None


def test_sub_zones_are_those_of_the_scheme_where_it_names_them():
    evidence = {
        "inputs": [{"role": RED, "subclass": {"field": "ZRBHDFQ", "groups": {"core": ["1"], "general": ["2"]}}}]
    }
    zones = SubZones.from_evidence(evidence, RED)
    frame = gpd.GeoDataFrame({"ZRBHDFQ": ["1"]}, geometry=[shapely.box(0, 0, 1, 1)])
    assert zones.column(frame) == "ZRBHDFQ" and zones.identifiers == {"1": "core", "2": "general"}
    assert style_of(RED, "1", "core").fill == style_of(RED, "核心保护区").fill != style_of(RED).fill
    assert SubZones.from_evidence(evidence, UDB) == SubZones()


@given(
    st.floats(-1e7, 1e7), st.floats(-1e7, 1e7), st.floats(1e-3, 1e6), st.floats(1e-3, 1e6), st.booleans(), st.booleans()
)
def test_a_view_shows_its_bounds_undistorted(x, y, width, height, is_geographic, shrinks):
    if is_geographic:
        x, y, width, height = x / 1e5, y / 2e5, min(width, 10.0), min(height, 10.0)
    view = View.fit(
        (x, y, x + width, y + height), (600, 400), least_height=200 if shrinks else None, is_geographic=is_geographic
    )
    left, bottom = view.pixel(x, y)
    right, top = view.pixel(x + width, y + height)
    slack = 0.5
    assert -slack <= left <= right <= view.width + slack and -slack <= top <= bottom <= view.height + slack
    assert 200 <= view.height <= 400


@given(st.floats(1e-6, 1e9), st.integers(1, 10))
def test_round_steps_divide_a_span_into_few_parts(span, parts):
    step = round_step(span, parts)
    assert parts * (1 - 1e-6) <= span / step <= parts * 2.5 * (1 + 1e-6)


def test_labels_do_not_cover_each_other():
    placer = Placer((0, 0, 200, 200))
    spots = [placer.place(100, 100, 20, 10, reach=12) for _ in range(9)]
    boxes = [shapely.box(x - 10, y - 5, x + 10, y + 5) for x, y in spots]
    assert all(a.intersection(b).area == 0 for n, a in enumerate(boxes) for b in boxes[:n])


def test_flatten_takes_collections_apart():
    collection = shapely.GeometryCollection([shapely.MultiPoint([(0, 0), (1, 1)]), shapely.Polygon()])
    assert [part.geom_type for part in flatten(collection)] == ["Point", "Point"]
    assert flatten(None) == []
