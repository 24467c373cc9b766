"""CRSs from Python: what they are, what coordinates say about them, and moves between them."""

import math

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import sanxian as sx
from reference_data import DEMO, reference

SQUARE = shapely.box(38386000, 4252000, 38386100, 4252100)
DEGREES = shapely.box(112.0, 38.0, 112.001, 38.001)


def frame(*shapes, crs):
    return gpd.GeoDataFrame(geometry=list(shapes), crs=crs)


def largest_distance(one, other):
    pairs = zip(shapely.get_coordinates(one.geometry), shapely.get_coordinates(other.geometry), strict=True)
    return max(math.dist(mine, theirs) for mine, theirs in pairs)


@pytest.mark.parametrize(
    ("crs", "zone", "width", "meridian", "easting", "prefixed"),
    [
        (4526, 38, 3, 114, 38_500_000, True),
        (4547, 38, 3, 114, 500_000, False),
        (4497, 19, 6, 111, 19_500_000, True),
        (4508, 19, 6, 111, 500_000, False),
        (32734, 34, 6, 21, 500_000, False),
    ],
)
def test_a_zone_is_described_from_code_text_and_crs(crs, zone, width, meridian, easting, prefixed):
    for given_as in (crs, np.int64(crs), f"EPSG:{crs}", pyproj.CRS(crs), pyproj.CRS(crs).to_wkt("WKT1_ESRI")):
        found = sx.describe_crs(given_as)
        assert (found.epsg, found.zone, found.zone_width_deg) == (crs, zone, width)
        assert (found.central_meridian_deg, found.false_easting_m, found.prefixed) == (meridian, easting, prefixed)
        assert found.candidates == () and found.conflict is None


def test_codes_outside_the_register_are_described_through_pyproj():
    grid = sx.describe_crs(27700)
    assert (grid.epsg, grid.kind, grid.central_meridian_deg, grid.zone) == (27700, "transverse_mercator", -2.0, None)
    assert sx.describe_crs(3857).kind == "other"
    assert sx.describe_crs(4490).kind == "geographic"
    assert sx.describe_crs("+proj=utm +zone=34 +south +datum=WGS84 +type=crs").epsg == 32734


@pytest.mark.parametrize("text", ["no crs", "EPSG:99999", "EPSG:24", ""])
def test_what_is_no_crs_is_refused(text):
    with pytest.raises(sx.CrsUnknownError, match="is no CRS") as caught:
        sx.describe_crs(text)
    assert caught.value.definition == text


@pytest.mark.parametrize("nothing", [None, 3.5, True, object(), [1.0, 2.0], [[1.0, 2.0, 3.0]], ["a", "b"]])
def test_other_kinds_are_type_errors(nothing):
    with pytest.raises(TypeError, match="expected"):
        sx.describe_crs(nothing)


def test_files_are_read(tmp_path):
    for path in (DEMO / "plots.txt", DEMO / "control" / "YJJBNTTB.shp", str(DEMO / "control" / "YJJBNTTB.shp")):
        found = sx.describe_crs(path)
        assert found.epsg == 4526 and found.conflict is None
        assert found.candidates[0].epsg == (4526,)
    with pytest.raises(FileNotFoundError):
        sx.describe_crs("none.shp")


def test_bare_coordinates_give_candidates_and_no_decision():
    plain = sx.describe_crs(np.array([[386439.0, 4252698.0], [386534.0, 4252761.0]]))
    assert plain.epsg is None
    assert {4546, 4547, 4508} < set(plain.candidates[0].epsg)
    assert "only a declaration can tell" in plain.candidates[0].reason
    swapped = sx.describe_crs([(4252698.0, 38386439.0)]).candidates[0]
    assert swapped.swapped and swapped.epsg == (4526,)
    assert sx.describe_crs([(112.7, 38.4)]).candidates[0].epsg == (4490,)
    assert sx.describe_crs([(math.nan, 1.0)]).candidates == ()


def test_frames_and_arrow_with_and_without_crs():
    for data in (frame(SQUARE, crs=4526), frame(SQUARE, crs=4526).geometry, frame(SQUARE, crs=4526).to_arrow()):
        assert sx.describe_crs(data).epsg == 4526
    bare = sx.describe_crs(frame(SQUARE, crs=None))
    assert bare.epsg is None and bare.candidates[0].epsg == (4526,)


@pytest.mark.parametrize(
    ("shape", "crs", "fits"),
    [(SQUARE, 4525, 4526), (SQUARE, 4547, 4526), (SQUARE, 4490, 4526), (DEGREES, 4526, 4490)],
)
def test_a_conflict_names_what_is_declared_and_what_is_seen(shape, crs, fits):
    found = sx.describe_crs(frame(shape, crs=crs))
    assert found.epsg == crs
    assert f"EPSG:{crs}" in found.conflict and f"EPSG:{fits}" in found.conflict


@pytest.mark.parametrize("there", [4525, 4547, 4490, 4497, 4548])
def test_moves_agree_with_pyproj(there):
    gdf = frame(SQUARE, shapely.box(38200000, 2100000, 38700000, 5900000).segmentize(30_000), crs=4526)
    moved = sx.to_crs(gdf, there)
    assert moved.crs.to_epsg() == there
    # 10 nm and the rounding of a prefixed easting; in degrees a millionth of a millionth.
    assert largest_distance(moved, gdf.to_crs(there)) < (1e-12 if there == 4490 else 3e-8)


def test_codes_outside_the_register_are_targets_and_sources():
    wgs84 = frame(DEGREES, crs=4326)
    assert largest_distance(sx.to_crs(wgs84, 3857), wgs84.to_crs(3857)) < 1e-6
    mercator = wgs84.to_crs(3857)
    assert largest_distance(sx.to_crs(mercator, 4326), wgs84) < 1e-12
    assert sx.to_crs(mercator, 32649).crs.to_epsg() == 32649
    grid = frame(shapely.box(530000, 180000, 530100, 180100), crs=27700)
    assert largest_distance(sx.to_crs(grid, 4277), grid.to_crs(4277)) < 1e-12


def test_a_datum_is_only_changed_when_asked_by_name():
    wgs84 = frame(DEGREES, crs=4326)
    with pytest.raises(sx.DatumShiftError, match="within a metre"):
        sx.to_crs(wgs84, 4490)
    moved = sx.to_crs(wgs84, 4490, helmert="wgs84_as_cgcs2000")
    assert moved.crs.to_epsg() == 4490 and moved.geometry.iloc[0].equals(DEGREES)
    with pytest.raises(sx.DatumShiftError, match="seven or four parameters"):
        sx.to_crs(frame(SQUARE, crs=2362), 4526)
    for wrong in ("wgs", {"convention": "plane"}, {"convention": "plane", "dx": 1}, {}):
        with pytest.raises(ValueError, match="helmert"):
            sx.to_crs(wgs84, 4490, helmert=wrong)
    with pytest.raises(TypeError, match="helmert"):
        sx.to_crs(wgs84, 4490, helmert=3)


def test_attributes_index_and_attrs_stay():
    gdf = gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=[SQUARE, None], index=[7, 3], crs=4526)
    gdf = gdf.rename_geometry("plot")
    gdf.attrs["role"] = "plots"
    moved = sx.to_crs(gdf, 4525)
    assert list(moved.index) == [7, 3] and list(moved["name"]) == ["a", "b"]
    assert moved.active_geometry_name == "plot" and moved.attrs["role"] == "plots"
    assert moved.geometry.iloc[1] is None
    assert gdf.crs.to_epsg() == 4526 and gdf.geometry.iloc[0].equals(SQUARE), "the input is as it was"
    series = sx.to_crs(gdf.geometry, 4525)
    assert isinstance(series, gpd.GeoSeries) and list(series.index) == [7, 3]


BAD = [
    ((112.0, 91.0), 4490, "latitude lies beyond 90"),
    ((math.nan, 4252000.0), 4526, "not a finite number"),
    ((math.inf, 4252000.0), 4526, "not a finite number"),
    ((3.9e6, 4252000.0), 4526, "1000 km from the central meridian"),
    ((24386000.0, 4252000.0), 4526, "1000 km from the central meridian"),
    ((4252000.0, 38386000.0), 4526, "swapped pair"),
    ((386000.0, 4252000.0), 4526, "missing or superfluous zone prefix"),
]


@pytest.mark.parametrize(("point", "crs", "words"), BAD)
@pytest.mark.parametrize(
    "work",
    [sx.ellipsoidal_area_m2, sx.geodesic_area_m2, lambda gdf: sx.to_crs(gdf, 4525)],
    ids=["ellipsoidal", "geodesic", "to_crs"],
)
@pytest.mark.filterwarnings("ignore:invalid value")
def test_wrong_input_names_feature_ring_and_vertex(work, point, crs, words):
    good = DEGREES if crs == 4490 else SQUARE
    x0, y0, x1, y1 = good.bounds
    hole = [(x0, y0), (x0, y1), point, (x1, y0), (x0, y0)]
    with pytest.raises(sx.InvalidPolygonError, match=words) as caught:
        work(frame(good, shapely.Polygon(good.exterior, [hole]), crs=crs))
    error = caught.value
    assert (error.feature, error.polygon, error.ring, error.vertex) == (1, 0, 1, 2)
    assert error.point == pytest.approx(point, nan_ok=True)
    assert f"EPSG:{crs}" in str(error) and "feature 1, polygon 0, ring 1, vertex 2" in str(error)


def test_a_point_too_far_from_the_target_zone_is_named():
    with pytest.raises(sx.InvalidPolygonError, match="target zone") as caught:
        sx.to_crs(frame(SQUARE, crs=4526), 4513)
    assert (caught.value.feature, caught.value.vertex) == (0, 0)


def test_plots_take_any_crs():
    assert sx.read_plots(DEMO / "plots.txt", crs=pyproj.CRS(4526)).crs.to_epsg() == 4526
    with pytest.raises(sx.CrsUnknownError):
        sx.read_plots(DEMO / "plots.txt", crs="EPSG:99999")


eastings = st.floats(37_200_000, 37_900_000)
northings = st.floats(400_000, 5_900_000)


@settings(max_examples=50)
@given(
    points=st.lists(st.tuples(eastings, northings), min_size=3, max_size=30),
    there=st.sampled_from([4490, 4526, 4546, 4497, 4508]),
)
def test_there_and_back_is_where_it_was(points, there):
    gdf = frame(shapely.Polygon(points), crs=4525)
    back = sx.to_crs(sx.to_crs(gdf, there), 4525)
    assert largest_distance(back, gdf) < 5e-8


@settings(max_examples=50)
@given(corner=st.tuples(eastings, northings), size_m=st.floats(1.0, 200_000.0))
def test_neighbours_share_their_corners_after_a_move(corner, size_m):
    x, y = corner
    west, east = shapely.box(x - size_m, y, x, y + size_m), shapely.box(x, y, x + size_m, y + size_m)
    moved = sx.to_crs(frame(west, east, crs=4525), 4526).geometry
    shared = {tuple(point) for point in shapely.get_coordinates(moved.iloc[0])}
    shared &= {tuple(point) for point in shapely.get_coordinates(moved.iloc[1])}
    assert len(shared) == 2


def test_england_moves_within_its_datum():
    wards = gpd.read_parquet(reference("layers", "england", "eng_wards_27700.parquet")).iloc[:50]
    moved = sx.to_crs(wards[["geometry"]], 4277)
    theirs = wards.to_crs(4277)
    assert largest_distance(moved, theirs) < 1e-11
