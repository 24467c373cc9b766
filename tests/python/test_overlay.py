"""Overlay areas and pieces against geopandas, on the demo and on layers that nobody here made."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import sanxian as sx
from reference_data import DEMO, reference

#: GEOS works with eastings of 38.5 million in double precision; its own error on a piece is below this.
RELATIVE = 1e-6

#: Below this GEOS's rounding of a crossing decides whether a pair has an area at all.
NOISE_M2 = 1e-6


def geopandas_pairs(plots, layer):
    """Planar area of each (plot, feature) pair by geopandas."""
    left = plots[["geometry"]].assign(plot=range(len(plots)))
    right = layer[["geometry"]].assign(feature=range(len(layer)))
    pieces = gpd.overlay(left, right, how="intersection", keep_geom_type=True)
    areas = pieces.assign(area_m2=pieces.area).groupby(["plot", "feature"])["area_m2"].sum()
    return areas[areas > NOISE_M2]


def our_pairs(plots, layer, **options):
    plots = plots[["geometry"]].reset_index(drop=True)
    table = sx.overlay_area(plots, layer[["geometry"]].reset_index(drop=True), area="planar", **options)
    areas = table.set_index(["plot_id", "feature"])["area_m2"]
    assert (areas > 0).all()
    return areas[areas > NOISE_M2]


def assert_same(ours, theirs):
    assert set(ours.index) == set(theirs.index)
    difference = (ours - theirs.reindex(ours.index)).abs()
    assert (difference <= RELATIVE * theirs.reindex(ours.index) + NOISE_M2).all(), difference.max()


@pytest.mark.parametrize("plots", ["plots.txt", "plots-conflict.txt"])
@pytest.mark.parametrize(
    "layer", ["survey/DLTB.shp", "control/YJJBNTTB.shp", "control/STBHHX.shp", "control/CZKFBJ.shp"]
)
def test_demo_pairs_and_areas_are_those_of_geopandas(plots, layer):
    plots = sx.read_plots(DEMO / plots)
    layer = sx.read_layer(DEMO / layer)
    assert_same(our_pairs(plots, layer), geopandas_pairs(plots, layer))


def test_farms_against_urban_areas_of_south_africa_are_those_of_geopandas_on_valid_features():
    farms = gpd.read_file(reference("layers", "south_africa", "farms_33S.shp"))
    urban = gpd.read_file(reference("layers", "south_africa", "urban_33S.shp"))
    farms = farms[farms.is_valid].reset_index(drop=True)
    urban = urban[urban.is_valid].reset_index(drop=True)
    assert_same(our_pairs(farms, urban), geopandas_pairs(farms, urban))

    geodesic = sx.overlay_area(farms, urban, area="geodesic")
    pieces = sx.overlay(farms, urban, area="planar")
    from pyproj import Geod

    geod = Geod(ellps="WGS84")
    # Part by part: in degrees the winding of a part of some square centimetres is lost to rounding.
    parts = pieces.to_crs(4326)[["geometry"]].explode()
    areas = parts.geometry.map(lambda shape: abs(geod.geometry_area_perimeter(shape)[0]))
    expected = areas.groupby(level=0).sum()
    assert geodesic["area_m2"].to_numpy() == pytest.approx(np.array(expected), rel=1e-6, abs=1e-3)


def test_invalid_polygons_of_south_africa_are_named_with_their_place():
    path = reference("layers", "south_africa", "farms_33S.shp")
    farms = gpd.read_file(path)
    faults = sx.find_faults(path)
    errors = faults[faults["severity"] == "error"]
    assert set(errors["feature"]) == set(np.flatnonzero(~farms.is_valid))
    assert errors[["easting_m", "northing_m", "ring"]].notna().all().all()

    invalid_urban = ~gpd.read_file(reference("layers", "south_africa", "urban_33S.shp")).is_valid
    assert invalid_urban.any() or len(errors)
    with pytest.raises(sx.InvalidPolygonError) as caught:
        sx.overlay_area(path, reference("layers", "south_africa", "urban_33S.shp"), area="planar")
    assert caught.value.feature is not None
    assert caught.value.ring is not None
    assert caught.value.vertex is not None
    assert caught.value.faults
    repaired = sx.overlay_area(
        path, reference("layers", "south_africa", "urban_33S.shp"), area="planar", on_invalid="repair"
    )
    assert len(repaired)
    assert repaired.attrs["repairs"]


def test_grouped_areas_are_the_sums_of_the_pairs():
    plots = sx.read_plots(DEMO / "plots.txt")
    survey = sx.read_layer(DEMO / "survey" / "DLTB.shp")
    pairs = sx.overlay_area(plots, survey)
    grouped = sx.overlay_area(plots, survey, by=["DLBM", "QSXZ"])
    expected = pairs.join(survey[["DLBM", "QSXZ"]], on="feature").groupby(["plot_id", "DLBM", "QSXZ"])["area_m2"].sum()
    got = grouped.set_index(["plot_id", "DLBM", "QSXZ"])["area_m2"]
    assert set(got.index) == set(expected.index)
    assert got.to_numpy() == pytest.approx(expected.reindex(got.index).to_numpy(), rel=1e-12)
    assert grouped.groupby("plot_id")["share"].sum().to_numpy() == pytest.approx(1.0, abs=1e-9)


def test_pieces_carry_the_attributes_of_both_sides_and_their_own_geometry():
    plots = sx.read_plots(DEMO / "plots-conflict.txt")
    pieces = sx.overlay(plots, DEMO / "control" / "YJJBNTTB.shp")
    assert pieces.crs == plots.crs
    assert pieces.geometry.is_valid.all()
    assert "DLBM" in pieces.columns
    assert pieces["area_ha"].sum() == pytest.approx(0.37, abs=5e-5)
    assert sx.ellipsoidal_area_m2(pieces).to_numpy() == pytest.approx(pieces["area_m2"].to_numpy(), rel=1e-12)


def test_the_index_of_the_frames_names_rows_and_features():
    square = shapely.box(38386000, 4252000, 38386100, 4252100)
    plots = gpd.GeoDataFrame(geometry=[square], index=["a"], crs=4526)
    layer = gpd.GeoDataFrame(geometry=[shapely.box(38386050, 4252000, 38386200, 4252100)], index=[77], crs=4526)
    row = sx.overlay_area(plots, layer, area="planar").iloc[0]
    assert (row["plot_id"], row["feature"]) == ("a", 77)
    assert row["area_m2"] == pytest.approx(5000)
    assert row["share"] == pytest.approx(0.5)
    assert row["area_mu"] == pytest.approx(7.5)


def test_another_crs_is_an_error_that_names_both_and_the_way_out():
    square = gpd.GeoDataFrame(geometry=[shapely.box(38386000, 4252000, 38386100, 4252100)], crs=4526)
    with pytest.raises(sx.CrsMismatchError) as caught:
        sx.overlay_area(square, square.set_crs(4527, allow_override=True))
    message = str(caught.value)
    assert "4526" in message and "4527" in message and "sx.to_crs" in message


def test_null_and_empty_geometries_take_no_part_and_shift_no_row():
    square = shapely.box(38386000, 4252000, 38386100, 4252100)
    plots = gpd.GeoDataFrame(geometry=[None, shapely.Polygon(), square], crs=4526)
    table = sx.overlay_area(plots, gpd.GeoDataFrame(geometry=[None, square], crs=4526), area="planar")
    assert table[["plot_id", "feature"]].to_numpy().tolist() == [[2, 1]]
    areas = sx.planar_area_m2(plots)
    assert np.isnan(areas[0]) and areas[1] == 0 and areas[2] == pytest.approx(10_000)


def test_a_control_layer_can_be_used_again_and_again():
    plots = sx.read_plots(DEMO / "plots-conflict.txt")
    farmland = sx.ControlLayer(DEMO / "control" / "YJJBNTTB.shp", role="永久基本农田")
    assert farmland.role == "permanent_basic_farmland"
    first = sx.overlay_area(plots, farmland)
    pd.testing.assert_frame_equal(first, sx.overlay_area(plots, farmland))
    assert first["area_ha"].sum() == pytest.approx(0.37, abs=5e-5)


def test_a_kept_layer_that_is_asked_for_few_plots_answers_as_it_does_for_all():
    plots = sx.read_plots(DEMO / "plots-conflict.txt")
    layer = sx.read_layer(DEMO / "survey" / "DLTB.shp")
    kept = sx.ControlLayer(layer)
    # The third call asks an index, which the second one made; the whole asks none.
    few = [sx.overlay_area(plots.iloc[:30], kept, sliver_width_m=1.0) for _ in range(3)]
    whole = sx.overlay_area(plots.iloc[:30], layer, sliver_width_m=1.0)
    assert len(whole) > 30
    assert len(layer) >= 64 * 30
    for answer in few:
        pd.testing.assert_frame_equal(answer, whole)


def test_frames_without_rows_or_without_geometry(tmp_path):
    plots = sx.read_plots(DEMO / "plots.txt")
    layer = DEMO / "control" / "STBHHX.shp"
    nothing = plots.assign(geometry=None).set_geometry("geometry", crs=plots.crs)
    for empty in (plots.iloc[:0], nothing):
        assert len(sx.overlay_area(empty, layer)) == 0
        assert len(sx.overlay(empty, layer, how="identity")) == 0
        sx.write_layer(empty, tmp_path / "empty.gpkg", overwrite=True)
    with pytest.raises(TypeError, match=r"no geometry: make one with gpd\.GeoDataFrame"):
        sx.overlay_area(pd.DataFrame(plots.drop(columns="geometry")), layer)


def test_arrow_tables_go_in_and_come_out():
    import pyarrow as pa

    plots = sx.read_plots(DEMO / "plots-conflict.txt")
    farmland = pa.table(sx.read_layer(DEMO / "control" / "YJJBNTTB.shp").to_arrow(index=False))
    table = sx.overlay_area(pa.table(plots.to_arrow(index=False)), farmland, as_arrow=True)
    assert isinstance(table, pa.Table)
    expected = sx.overlay_area(plots, DEMO / "control" / "YJJBNTTB.shp")
    assert table.column("area_m2").to_pylist() == expected["area_m2"].tolist()


def test_a_file_gives_the_rows_of_its_frame(tmp_path):
    plots = sx.read_plots(DEMO / "plots.txt").iloc[:5]
    survey = sx.read_layer(DEMO / "survey" / "DLTB.shp")
    survey.to_parquet(tmp_path / "survey.parquet")
    for path in (DEMO / "survey" / "DLTB.shp", tmp_path / "survey.parquet"):
        for options in ({}, {"by": ["DLBM", "QSXZ"]}, {"count": "union", "by": "DLBM"}, {"sliver_width_m": 5.0}):
            expected = sx.overlay_area(plots, survey, **options)
            pd.testing.assert_frame_equal(sx.overlay_area(plots, path, **options), expected)
            assert len(expected)


def test_places_under_several_features_count_once_on_request():
    def at(west, south, east, north):
        return shapely.box(38386000 + west, 4252000 + south, 38386000 + east, 4252000 + north)

    plots = gpd.GeoDataFrame({"plot_id": ["a", "b"]}, geometry=[at(0, 0, 100, 100), at(200, 0, 300, 100)], crs=4526)
    layer = gpd.GeoDataFrame(
        {"year": [2018, 2021, 2021, 2021]},
        geometry=[at(0, 0, 60, 100), at(40, 0, 100, 100), at(40, 0, 100, 50), at(250, 0, 400, 100)],
        crs=4526,
    )
    each = sx.overlay_area(plots, layer, area="planar")
    assert each["area_m2"].tolist() == pytest.approx([6000, 6000, 3000, 5000])
    once = sx.overlay_area(plots, layer, area="planar", count="union")
    assert "feature" not in once.columns
    assert once["plot_id"].tolist() == ["a", "b"]
    assert once["area_m2"].tolist() == pytest.approx([10_000, 5000])
    assert once["share"].tolist() == pytest.approx([1.0, 0.5])
    by_year = sx.overlay_area(plots, layer, area="planar", count="union", by="year")
    assert by_year[["plot_id", "year"]].to_numpy().tolist() == [["a", 2018], ["a", 2021], ["b", 2021]]
    assert by_year["area_m2"].tolist() == pytest.approx([6000, 6000, 5000])
    with pytest.raises(ValueError, match="count"):
        sx.overlay_area(plots, layer, count="twice")


def test_covered_areas_of_overlapping_layers_are_those_of_geopandas_union():
    random = np.random.default_rng(5)
    centres = shapely.points(random.uniform([38386000, 4252000], [38387000, 4253000], (60, 2)))
    layer = gpd.GeoDataFrame({"kind": random.integers(0, 3, 60)}, geometry=shapely.buffer(centres, 150), crs=4526)
    plots = gpd.GeoDataFrame(geometry=shapely.buffer(centres[:12], 90, quad_segs=3), crs=4526)
    for area in ("planar", "ellipsoidal", "geodesic"):
        ours = sx.overlay_area(plots, layer, by="kind", count="union", area=area)
        for row in ours.itertuples():
            shape = plots.geometry[row.plot_id].intersection(layer.geometry[layer["kind"] == row.kind].union_all())
            frame = gpd.GeoDataFrame(geometry=[shape], crs=4526)
            measure = {
                "planar": sx.planar_area_m2,
                "ellipsoidal": sx.ellipsoidal_area_m2,
                "geodesic": sx.geodesic_area_m2,
            }
            assert row.area_m2 == pytest.approx(measure[area](frame)[0], rel=1e-9, abs=1e-3)


def test_areas_do_not_depend_on_what_else_is_asked():
    plots = sx.read_plots(DEMO / "plots-conflict.txt")
    survey = sx.read_layer(DEMO / "survey" / "DLTB.shp")
    plain = sx.overlay_area(plots, survey)
    flagged = sx.overlay_area(plots, survey, sliver_width_m=2.0)
    pd.testing.assert_series_equal(plain["area_m2"], flagged["area_m2"])
    assert plain["mean_width_m"].isna().all() and flagged["mean_width_m"].notna().all()
    pieces = sx.overlay(plots, survey)
    assert flagged["mean_width_m"].to_numpy() == pytest.approx(pieces["mean_width_m"].to_numpy())
    assert plain["area_m2"].to_numpy() == pytest.approx(pieces["area_m2"].to_numpy(), rel=1e-6, abs=1e-6)


def test_an_invalid_feature_of_a_file_is_named_by_its_row(tmp_path):
    apart = shapely.box(38380000, 4252000, 38380100, 4252100)
    bow = shapely.Polygon([(38386000, 4252000), (38386100, 4252100), (38386100, 4252000), (38386000, 4252100)])
    gpd.GeoDataFrame(geometry=[apart, apart, bow], crs=4526).to_parquet(tmp_path / "layer.parquet")
    plots = gpd.GeoDataFrame(geometry=[shapely.box(38386000, 4252000, 38386090, 4252100)], crs=4526)
    with pytest.raises(sx.InvalidPolygonError) as caught:
        sx.overlay_area(plots, tmp_path / "layer.parquet")
    assert caught.value.feature == 2
    repaired = sx.overlay_area(plots, tmp_path / "layer.parquet", on_invalid="repair", area="planar")
    assert repaired["feature"].tolist() == [2]
    assert [repair["feature"] for repair in repaired.attrs["repairs"]] == [2]


@pytest.mark.parametrize("area", ["ellipsoidal", "planar", "geodesic"])
def test_pieces_and_remainder_make_up_the_plots(area):
    plots = sx.read_plots(DEMO / "plots-conflict.txt")
    measure = {
        "planar": sx.planar_area_m2,
        "ellipsoidal": sx.ellipsoidal_area_m2,
        "geodesic": sx.geodesic_area_m2,
    }
    for layer in ("survey/DLTB.shp", "control/YJJBNTTB.shp", "control/CZKFBJ.shp"):
        inside = sx.overlay(plots, DEMO / layer, area=area)
        outside = sx.overlay(plots, DEMO / layer, how="difference", area=area)
        both = sx.overlay(plots, DEMO / layer, how="identity", area=area)
        sums = both.groupby("plot_id")["area_m2"].sum().reindex(plots["plot_id"])
        # Geodesic edges are straight between their ends only, so a cut edge is another line.
        relative = 1e-6 if area == "geodesic" else 1e-9
        assert sums.to_numpy() == pytest.approx(measure[area](plots).to_numpy(), rel=relative)
        is_left = both["feature"].isna()
        assert both[~is_left]["area_m2"].tolist() == inside["area_m2"].tolist()
        assert both[~is_left]["feature"].tolist() == inside["feature"].tolist()
        assert both[is_left]["area_m2"].sum() == pytest.approx(outside["area_m2"].sum(), rel=1e-9, abs=1e-6)
        assert outside["feature"].isna().all()
        assert both.geometry.is_valid.all()
        assert (
            both.groupby("plot_id", sort=False)["feature"].apply(lambda of: of.isna().to_numpy()[:-1].sum()).eq(0).all()
        )


def test_what_lies_outside_is_that_of_geopandas_and_rows_keep_their_names():
    def at(west, south, east, north):
        return shapely.box(38386000 + west, 4252000 + south, 38386000 + east, 4252000 + north)

    plots = gpd.GeoDataFrame(geometry=[at(0, 0, 100, 100), at(200, 0, 300, 100)], index=["a", "b"], crs=4526)
    layer = gpd.GeoDataFrame(
        {"kind": ["x", "y"]}, geometry=[at(0, 0, 40, 100), at(200, 0, 300, 100)], index=[7, 9], crs=4526
    )
    both = sx.overlay(plots, layer, how="identity", area="planar")
    assert both["plot_id"].tolist() == ["a", "a", "b"]
    assert both["feature"].dropna().tolist() == [7, 9]
    assert both["kind"].fillna("outside").tolist() == ["x", "outside", "y"]
    assert both["area_m2"].tolist() == pytest.approx([4000, 6000, 10_000])
    theirs = gpd.overlay(plots, layer, how="identity", keep_geom_type=True)
    assert sorted(both["area_m2"]) == pytest.approx(sorted(theirs.area))
    left = sx.overlay(plots, layer, how="difference", area="planar")
    assert left["plot_id"].tolist() == ["a"] and left["area_m2"].tolist() == pytest.approx([6000])
    with pytest.raises(ValueError, match="how"):
        sx.overlay(plots, layer, how="union")


def test_trust_does_not_look_at_polygons_and_still_refuses_what_is_no_number():
    bow = shapely.Polygon([(38386000, 4252000), (38386100, 4252100), (38386100, 4252000), (38386000, 4252100)])
    square = shapely.box(38386000, 4252000, 38386100, 4252100)
    plots, layer = (gpd.GeoDataFrame(geometry=[shape], crs=4526) for shape in (square, bow))
    with pytest.raises(sx.InvalidPolygonError):
        sx.overlay_area(plots, layer, area="planar")
    trusted = sx.overlay_area(plots, layer, area="planar", on_invalid="trust")
    assert trusted.attrs["repairs"] == []
    same = sx.overlay_area(plots, plots, area="planar", on_invalid="trust")
    assert same["area_m2"].tolist() == pytest.approx([10_000])
    broken = shapely.Polygon([(38386000, 4252000), (float("nan"), 4252100), (38386100, 4252000)])
    with pytest.raises(sx.InvalidPolygonError):
        sx.overlay_area(plots, gpd.GeoDataFrame(geometry=[broken], crs=4526), on_invalid="trust")
    with pytest.raises(ValueError, match="trust"):
        sx.overlay_area(plots, layer, on_invalid="ignore")


def test_polygons_of_a_frame_become_a_column_and_come_back():
    import pyarrow as pa

    from sanxian.arrow import to_frame, to_layer
    from sanxian.geoarrow import polygon_column

    box = shapely.box
    ring = box(0, 0, 9, 9) - box(1, 1, 2, 2) - box(4, 4, 5, 5)
    shapes = np.array(
        [
            None,
            shapely.Polygon(),
            box(0, 0, 1, 1),
            ring,
            shapely.MultiPolygon([ring, box(20, 0, 21, 1)]),
            shapely.Polygon([(0, 0, 5), (1, 0, 5), (0, 1, 5)]),
            shapely.MultiPolygon(),
            shapely.MultiPolygon([box(30, 0, 31, 1), box(40, 0, 41, 1) - box(40.2, 0.2, 40.4, 0.4)]),
            box(3, 3, 4, 4),
            None,
        ],
        dtype=object,
    )
    random = np.random.default_rng(7)
    for order in (np.arange(len(shapes)), *(random.integers(0, len(shapes), 30) for _ in range(50)), np.arange(0)):
        frame = gpd.GeoDataFrame(geometry=shapes[order], crs=4526)
        _, column = polygon_column(frame.geometry.to_numpy(), frame.crs)
        column.validate(full=True)
        native = pa.table(to_layer(frame, "frame").to_arrow())
        for ours, theirs in zip(to_frame(native).geometry, frame.geometry, strict=True):
            assert (ours is None) == (theirs is None)
            if ours is not None:
                flat = shapely.force_2d(theirs)
                assert ours.is_empty == flat.is_empty
                assert flat.is_empty or ours.equals_exact(flat, 0)
