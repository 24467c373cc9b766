"""Areas from Python against the reference polygons and against peers."""

import json

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
import shapely.ops
from hypothesis import given, settings
from hypothesis import strategies as st

import sanxian as sx
from reference_data import reference

#: The reference prints 4 decimals of a square metre.
LAST_DIGIT_M2 = 0.5e-4
RELATIVE = 1e-9


@pytest.fixture(scope="module")
def polygons():
    return json.loads(reference("area", "polygons_epsg4526.json").read_text(encoding="utf-8"))


def frame(rows):
    shapes = [shapely.Polygon(rings[0], rings[1:]) for rings in rows.values()]
    return gpd.GeoDataFrame(geometry=shapes, crs=4526)


LIMIT_M2 = [6664.6217, 17879.8934, 677340.8450, 26009076.3564, 59989.1107]
SURVEY_M2 = [6664.6208, 17879.8925, 677340.8383, 26009076.3872, 59989.1098]
PLANAR_M2 = [6666.7366, 17885.5144, 677556.7816, 26016978.1172, 60007.0159]
GEODESIC_M2 = [6664.6217, 17879.8934, 677340.8573, 26009077.2247, 59989.1107]


def test_reference_polygons_come_out_by_every_method(polygons):
    gdf = frame(polygons)
    assert sx.planar_area_m2(gdf).to_numpy() == pytest.approx(np.array(PLANAR_M2), rel=0, abs=LAST_DIGIT_M2)
    exact = sx.ellipsoidal_area_m2(gdf).to_numpy()
    assert exact == pytest.approx(np.array(LIMIT_M2), rel=RELATIVE, abs=LAST_DIGIT_M2)
    survey = sx.ellipsoidal_area_m2(gdf, recipe="survey").to_numpy()
    assert survey == pytest.approx(np.array(SURVEY_M2), rel=0, abs=1e-4)
    geodesic = sx.geodesic_area_m2(gdf).to_numpy()
    assert geodesic == pytest.approx(np.array(GEODESIC_M2), rel=RELATIVE, abs=LAST_DIGIT_M2)


def test_area_keeps_the_index_and_tells_missing_from_empty():
    square = shapely.box(38386000, 4252000, 38386100, 4252100)
    gdf = gpd.GeoDataFrame(geometry=[square, None, shapely.Polygon()], index=list("abc"), crs=4526)
    areas = sx.ellipsoidal_area_m2(gdf)
    assert areas.name == "ellipsoidal_area_m2"
    assert list(areas.index) == ["a", "b", "c"]
    assert np.isnan(areas["b"]) and areas["c"] == 0


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_coordinate_that_is_no_number_is_named_with_feature_ring_and_vertex(bad):
    good = shapely.box(38386000, 4252000, 38386100, 4252100)
    broken = shapely.Polygon([(38386000, 4252000), (38386100, bad), (38386100, 4252100)])
    with pytest.raises(sx.SanxianError) as caught:
        sx.ellipsoidal_area_m2(gpd.GeoDataFrame(geometry=[good, broken], crs=4526))
    assert (caught.value.feature, caught.value.ring, caught.value.vertex) == (1, 0, 1)


def test_a_frame_without_crs_is_refused():
    with pytest.raises(sx.CrsUnknownError):
        sx.planar_area_m2(gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)]))


def test_planar_area_in_degrees_is_refused():
    with pytest.raises(sx.SanxianError, match="degrees"):
        sx.planar_area_m2(gpd.GeoDataFrame(geometry=[shapely.box(112, 38, 113, 39)], crs=4490))


def test_a_wrong_type_is_a_type_error_and_a_missing_file_says_so(tmp_path):
    with pytest.raises(TypeError):
        sx.planar_area_m2(3)
    with pytest.raises(FileNotFoundError):
        sx.planar_area_m2(tmp_path / "none.shp")


def test_zone_37_and_38_agree_on_the_ellipsoid_after_a_move():
    gdf = gpd.GeoDataFrame(geometry=[shapely.box(38386000, 4252000, 38386100, 4252100).segmentize(5)], crs=4526)
    moved = sx.to_crs(gdf, 4525)
    assert moved.crs.to_epsg() == 4525
    # Straight edges of one zone bend in the other: 5 m pieces keep the difference below this.
    assert sx.ellipsoidal_area_m2(moved)[0] == pytest.approx(sx.ellipsoidal_area_m2(gdf)[0], rel=1e-8)
    theirs = gdf.to_crs(4525)
    assert shapely.hausdorff_distance(moved.geometry[0], theirs.geometry[0]) < 1e-6


def test_england_on_the_british_grid():
    wards = gpd.read_parquet(reference("layers", "england", "eng_wards_27700.parquet")).iloc[:60]
    assert wards.crs.to_epsg() == 27700
    assert sx.planar_area_m2(wards).to_numpy() == pytest.approx(wards.area.to_numpy(), rel=1e-10)
    geod = pyproj.Geod(ellps="airy")
    geodesic = np.array([abs(geod.geometry_area_perimeter(shape)[0]) for shape in wards.geometry.to_crs(4277)])
    assert sx.geodesic_area_m2(wards).to_numpy() == pytest.approx(geodesic, rel=1e-8)
    # The grid is a transverse Mercator: the exact area is there, the recipe of the Chinese survey is not.
    assert sx.ellipsoidal_area_m2(wards).to_numpy() == pytest.approx(geodesic, rel=1e-6)
    with pytest.raises(sx.SanxianError, match="CGCS2000 and Xian 1980 only"):
        sx.ellipsoidal_area_m2(wards, recipe="survey")


def test_south_africa_on_utm():
    path = reference("layers", "south_africa", "urban_33S.shp")
    urban = gpd.read_file(path)
    urban = urban[urban.is_valid].iloc[:200]
    assert sx.describe_crs(urban).kind in ("utm", "transverse_mercator")
    assert sx.planar_area_m2(urban).to_numpy() == pytest.approx(urban.area.to_numpy(), rel=1e-9)
    ellipsoid = urban.crs.ellipsoid
    geod = pyproj.Geod(a=ellipsoid.semi_major_metre, rf=ellipsoid.inverse_flattening)
    shapes = urban.geometry.to_crs(urban.crs.geodetic_crs)
    geodesic = np.array([abs(geod.geometry_area_perimeter(shape)[0]) for shape in shapes])
    # GeographicLib counts from the equator: 1e-4 m² of rounding.
    assert sx.geodesic_area_m2(urban).to_numpy() == pytest.approx(geodesic, rel=1e-8, abs=1e-3)
    assert sx.ellipsoidal_area_m2(urban).to_numpy() == pytest.approx(geodesic, rel=1e-5)


def test_other_projections_have_planar_and_geodesic_areas_and_no_ellipsoidal_one():
    wgs84 = gpd.GeoDataFrame(geometry=[shapely.box(112, 38, 112.01, 38.01)], crs=4326)
    mercator = wgs84.to_crs(3857)
    assert sx.planar_area_m2(mercator)[0] == pytest.approx(mercator.area[0], rel=1e-12)
    assert sx.geodesic_area_m2(mercator)[0] == pytest.approx(sx.geodesic_area_m2(wgs84)[0], rel=1e-9)
    for recipe in ("exact", "survey"):
        with pytest.raises(sx.SanxianError, match="EPSG:3857"):
            sx.ellipsoidal_area_m2(mercator, recipe=recipe)


@pytest.mark.parametrize("method", [sx.ellipsoidal_area_m2, sx.planar_area_m2])
@settings(max_examples=60)
@given(
    x=st.floats(38_250_000, 38_750_000),
    y=st.floats(400_000, 5_900_000),
    size_m=st.floats(10, 20_000),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=6),
)
def test_parts_of_a_split_sum_to_the_whole(method, x, y, size_m, cuts):
    angle = np.linspace(0, 2 * np.pi, 17)[:-1]
    radius = size_m * (1 + 0.3 * np.sin(3 * angle))
    whole = shapely.Polygon(np.stack([x + radius * np.cos(angle), y + radius * np.sin(angle)], axis=1))
    parts = [whole]
    for low, high in cuts:
        left, right = y - 2 * size_m + 4 * size_m * low, y - 2 * size_m + 4 * size_m * high
        line = shapely.LineString([(x - 2 * size_m, left), (x + 2 * size_m, right)])
        parts = [piece for part in parts for piece in shapely.ops.split(part, line).geoms]
    pieces = gpd.GeoDataFrame(geometry=parts, crs=4526)
    total = method(gpd.GeoDataFrame(geometry=[whole], crs=4526))[0]
    # Where a cut meets the boundary GEOS rounds to the spacing of the eastings, 7 nm; along an edge that is an area.
    rounding_m2 = 4e-8 * whole.length * (1 + len(cuts))
    assert method(pieces).sum() == pytest.approx(total, rel=1e-9, abs=rounding_m2)


def test_a_datum_change_without_parameters_is_refused():
    xian80 = gpd.GeoDataFrame(geometry=[shapely.box(38386000, 4252000, 38386100, 4252100)], crs=2362)
    with pytest.raises(sx.DatumShiftError):
        sx.to_crs(xian80, 4526)
