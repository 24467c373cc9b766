"""Faults, repair, coverage and slivers, held against GEOS."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import sanxian as sx
from reference_data import reference

ENGLAND = "layers/england/eng_oa_27700.parquet"
WARDS = "layers/england/eng_wards_27700.parquet"
SOUTH_AFRICA = ("layers/south_africa/farms_33S.shp", "layers/south_africa/urban_33S.shp")


def _frame(shapes: list[shapely.Geometry], **columns: list[object]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=4547)


@pytest.mark.parametrize("path", [ENGLAND, WARDS, *SOUTH_AFRICA])
def test_every_invalid_polygon_is_found_with_its_place_and_repaired(path):
    file = reference(path)
    frame = gpd.read_parquet(file) if file.suffix == ".parquet" else gpd.read_file(file)
    theirs = np.flatnonzero(~shapely.is_valid(frame.geometry.values))
    faults = sx.find_faults(frame)
    errors = faults[(faults["severity"] == "error") & (faults["fault"] != "out_of_range")]
    assert set(errors["feature"]) == set(theirs)
    assert errors[["easting_m", "northing_m"]].notna().all(axis=None)
    boundaries = frame.geometry.values[errors["feature"].to_numpy()]
    places = shapely.points(errors[["easting_m", "northing_m"]].to_numpy())
    assert shapely.distance(shapely.boundary(boundaries), places).max() < 1e-6
    for method, theirs_by in (("structure", "structure"), ("even_odd", "linework")):
        repaired, changes = sx.repair(frame, method=method)
        assert shapely.is_valid(repaired.geometry.values).all()
        assert changes["feature"].tolist() == theirs.tolist()
        fixed = repaired.geometry.iloc[theirs]
        assert np.allclose(fixed.area, changes["area_after"], rtol=1e-12)
        made = shapely.make_valid(frame.geometry.values[theirs], method=theirs_by)
        assert np.allclose(shapely.area(made), changes["area_after"], rtol=1e-9)
        again, none = sx.repair(repaired, method=method)
        assert none.empty and shapely.equals_identical(again.geometry.values, repaired.geometry.values).all()


def test_make_valid_cases_have_the_area_that_geos_gives():
    rows = pd.read_json(reference("overlay_cases/geos_jts.jsonl"), lines=True)
    rows = rows[rows["op"] == "makevalid"]
    assert len(rows) == 5
    #: The suite expects what GEOS made in 2021 on a grid of a tenth, by linework; GEOS 3.14 gives what stands here.
    other = {("second_part_overlapping", "structure"), ("first_part_crossing_second_part_overlapping", "structure")}
    other.add(("first_part_crossing_second_part_overlapping", "even_odd"))
    for row in rows.itertuples():
        shape = shapely.from_wkt(row.a_wkt)
        for method, theirs in (("structure", "structure"), ("even_odd", "linework")):
            area = sx.repair(_frame([shape]), method=method)[0].geometry.iloc[0].area
            assert area == pytest.approx(shapely.make_valid(shape, method=theirs).area), (row.case, method)
            is_expected = area == pytest.approx(row.expected_area)
            assert is_expected == ((row.case.rsplit("/", 1)[1], method) not in other), (row.case, method)


def test_england_tiles_but_for_what_geos_finds():
    frame = gpd.read_parquet(reference(ENGLAND))
    found = sx.check_coverage(frame, area="planar", on_invalid="repair")
    shapes = frame.geometry.values
    flagged = set(np.flatnonzero(~shapely.is_empty(shapely.coverage_invalid_edges(shapes))))
    assert set(found.overlaps[["feature", "other_feature"]].to_numpy().ravel()) == flagged
    pairs = found.overlaps[["feature", "other_feature"]].to_numpy().T
    theirs = shapely.area(shapely.intersection(shapes[pairs[0]], shapes[pairs[1]]))
    assert len(theirs) == 13 and np.allclose(found.overlaps["area_m2"], theirs, atol=1e-6)
    # What the union of all encloses is a gap, of the same number and area.
    union = shapely.unary_union(shapely.make_valid(shapes, method="structure", keep_collapsed=False))
    holes = [ring for part in shapely.get_parts(union) for ring in part.interiors]
    enclosed = shapely.difference(shapely.union_all(shapely.polygons(holes)), union)
    parts = shapely.get_parts(enclosed)
    # GEOS leaves splinters of rounding where a gap passes a crossing.
    parts = parts[shapely.area(parts) > 1e-6]
    assert len(found.gaps) == len(parts)
    assert found.gaps["area_m2"].sum() == pytest.approx(shapely.area(parts).sum(), rel=1e-9)


def test_wards_that_do_not_tile_overlap_as_geos_says():
    """The same wards twice, half a metre apart: hardly an edge matches, and all is covered twice."""
    frame = gpd.read_parquet(reference(WARDS)).iloc[:300]
    moved = frame.set_geometry(shapely.transform(frame.geometry.values, lambda points: points + np.array([0.5, 0.25])))
    both = pd.concat([frame, moved], ignore_index=True)
    valid = both.set_geometry(shapely.make_valid(both.geometry.values, method="structure", keep_collapsed=False))
    found = sx.check_coverage(valid, area="planar")
    shapes = valid.geometry.values
    a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    a, b = a[a < b], b[a < b]
    areas = shapely.area(shapely.intersection(shapes[a], shapes[b]))
    theirs = {(x, y): area for x, y, area in zip(a, b, areas, strict=True) if area > 1e-6}
    ours = {
        (x, y): area
        for x, y, area in found.overlaps[["feature", "other_feature", "area_m2"]].itertuples(index=False)
        if area > 1e-6
    }
    assert ours.keys() == theirs.keys()
    assert max(abs(ours[pair] - theirs[pair]) for pair in ours) < 1e-4


def test_coverage_of_frames_keeps_the_index_and_knows_names_and_wholes():
    squares = [shapely.box(500_000 + x, 0, 500_010 + x, 10) for x in (0, 10, 25, 10, 9)]
    frame = _frame(squares, name=["a", "b", "c", "b", "a"], scheme=[1, 1, 1, 1, 2])
    frame.index = list("pqrst")
    found = sx.check_coverage(frame, name="name", area="planar")
    rows = found.overlaps[["feature", "other_feature", "relation"]].to_numpy().tolist()
    assert rows == [["p", "t", "partial"], ["q", "s", "duplicate"], ["q", "t", "partial"], ["s", "t", "partial"]]
    assert found.same_names.to_numpy().tolist() == [["q", "s", "b", "duplicate"], ["p", "t", "a", "partial"]]
    between = sx.check_coverage(frame, between="scheme", area="planar").overlaps
    assert set(between["other_feature"]) == {"t"}
    inside = sx.check_coverage(frame.iloc[:3], _frame([shapely.box(500_000, 0, 500_030, 10)]), area="planar")
    assert inside.gaps[["neighbours", "area_m2"]].to_numpy().tolist() == [[["q", "r"], 50.0]]
    assert inside.outside[["feature", "area_m2"]].to_numpy().tolist() == [["r", 50.0]]
    assert not inside.is_sound


def test_slivers_are_named_by_the_rules():
    shapes = [
        shapely.box(500_000, 0, 500_100, 0.2),
        shapely.box(500_000, 10, 500_060, 13),
        shapely.box(500_000, 20, 500_015, 35),
        shapely.box(500_000, 50, 500_100, 150),
    ]
    frame = _frame(shapes, DLBM=["0601", "0103", "0103", "0103"])
    found = sx.find_slivers(frame, class_field="DLBM")
    assert found[["feature", "reasons"]].to_numpy().tolist() == [
        [0, "narrow, thin, below_minimum_map_area"],
        [1, "thin, below_minimum_map_area"],
        [2, "below_minimum_map_area"],
    ]
    assert found["minimum_map_area_m2"].tolist() == [200.0, 400.0, 400.0]


def test_odd_vertices_are_told_when_asked_for():
    ring = [(500_000, 0), (500_100, 0), (500_100.00005, 0), (500_100, 100), (500_000, 100)]
    frame = _frame([shapely.Polygon(ring), shapely.box(0, 500_000, 100, 500_100).reverse()])
    assert sx.find_faults(frame.iloc[:1]).empty
    found = sx.find_faults(frame.iloc[:1], vertex_tolerance_m=0.001, winding="clockwise")
    assert sorted(found["fault"]) == ["close_vertices", "wrong_winding"]
    far = np.array([2_000_000, 0])
    swapped = frame.set_geometry(shapely.transform(frame.geometry.values, lambda points: points + far))
    found = sx.find_faults(swapped)
    assert set(found["fault"]) == {"out_of_range"} and set(found["severity"]) == {"error"}
    with pytest.raises(ValueError, match="winding"):
        sx.find_faults(frame, winding="left")  # type: ignore[arg-type]
