"""England whole: 171,372 output areas in 7,681 wards, generalised apart, so that borders nearly coincide."""

from __future__ import annotations

import pytest

import sanxian as sx
from reference_data import reference

AREAS = "layers/england/eng_oa_27700.parquet"
WARDS = "layers/england/eng_wards_27700.parquet"


def test_england_has_the_pieces_and_the_area_that_geos_finds():
    """570 by 650 km; 295 areas and one ward are invalid, and repaired. What GEOS finds stands in the data's README."""
    table = sx.overlay_area(reference(AREAS), reference(WARDS), area="planar", on_invalid="repair")
    assert len(table) == 291_840
    assert (table["area_m2"] > 0).all()
    assert table["area_m2"].sum() / 1e6 == pytest.approx(130_419.15, abs=0.005)
    assert (table["area_m2"] < 1).sum() == 7_575
