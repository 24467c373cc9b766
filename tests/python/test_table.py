"""Closing of tables, decimal rounding, field ridges."""

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sanxian as sx

areas = st.floats(0, 1e6, allow_nan=False).map(lambda value: round(value, 6))


def units(figures, decimals):
    return np.rint(np.asarray(figures, dtype=float) * 10**decimals).astype(int)


@given(values=st.lists(areas, min_size=1, max_size=40), decimals=st.integers(0, 4))
def test_a_column_sums_to_its_rounded_total(values, decimals):
    closed = sx.close_table(values, decimals=decimals)
    assert units(closed.figures, decimals).sum() == units([closed.total], decimals)[0]
    assert closed.difference == 0
    # Largest remainder: no figure moves by a whole unit.
    assert np.all(np.abs(closed.figures - np.array(values)) < 1.000001 * 10.0**-decimals)


@given(
    rows=st.integers(1, 8).flatmap(
        lambda width: st.lists(st.lists(areas, min_size=width, max_size=width), min_size=1, max_size=8)
    )
)
def test_a_two_way_table_keeps_both_margins(rows):
    closed = sx.close_table(pd.DataFrame(rows))
    cells = units(closed.figures, 2)
    assert np.array_equal(cells.sum(axis=1), units(closed.row_totals, 2))
    assert np.array_equal(cells.sum(axis=0), units(closed.column_totals, 2))
    assert cells.sum() == units([closed.total], 2)[0]
    assert np.all(np.abs(closed.figures.to_numpy() - np.array(rows)) < 0.01 + 1e-6)
    plain = sx.round_half_away(np.array(rows).ravel()).reshape(cells.shape)
    assert len(closed.moved) == np.count_nonzero(cells != units(plain, 2))


def test_a_series_keeps_index_and_name_and_says_what_moved():
    column = pd.Series([10.004, 20.004, 5.004], index=["耕地", "林地", "草地"], name="area_ha")
    closed = sx.close_table(column)
    assert closed.figures.name == "area_ha" and list(closed.figures.index) == ["耕地", "林地", "草地"]
    assert closed.moved.to_dict("records") == [{"row": "林地", "rounded": 20.0, "closed": 20.01, "moved": 0.01}]
    with_totals = closed.with_totals()
    assert list(with_totals.index) == ["耕地", "林地", "草地", "合计"] and with_totals["合计"] == 35.01


def test_a_control_area_is_closed_to_and_none_shows_the_difference():
    closed = sx.close_table([1.0, 2.0, 4.0], total=7.03, method="official_descending")
    assert closed.figures.tolist() == [1.01, 2.01, 4.01]
    shown = sx.close_table([0.333, 0.333, 0.333], total=1.0, method="none")
    assert shown.figures.tolist() == [0.33, 0.33, 0.33] and shown.difference == 0.01 and shown.moved.empty


def test_two_way_labels_and_totals():
    table = pd.DataFrame({"国有": [0.5, 0.5], "集体": [0.5, 0.5]}, index=["耕地", "林地"])
    closed = sx.close_table(table, decimals=0)
    shown = closed.with_totals(label="total")
    assert shown.loc["total"].tolist() == [1.0, 1.0, 2.0] and shown["total"].tolist() == [1.0, 1.0, 2.0]
    # Plain rounding makes four of two.
    assert set(zip(closed.moved["row"], closed.moved["column"], strict=True)) <= {
        (row, column) for row in table.index for column in table.columns
    }
    assert closed.moved["moved"].tolist() == [-1.0, -1.0]


@pytest.mark.parametrize(
    ("figures", "options", "error", "words"),
    [
        ([1.0, -1.0], {}, sx.SanxianError, "row 1"),
        ([1.0, np.nan], {}, sx.SanxianError, "row 1"),
        ([0.0], {"total": 5.0}, sx.SanxianError, "out of nothing"),
        ([1.0], {"method": "hamilton"}, ValueError, "largest_remainder"),
        ([1.0], {"decimals": -1}, ValueError, "decimals"),
        (pd.DataFrame([[1.0]]), {"total": 1.0}, ValueError, "leave it out"),
        (pd.DataFrame([[1.0]]), {"method": "none"}, ValueError, "two-way"),
        (pd.DataFrame([[1.0, -2.0]]), {}, sx.SanxianError, "column 1"),
    ],
)
def test_what_cannot_be_closed_is_refused(figures, options, error, words):
    with pytest.raises(error, match=words):
        sx.close_table(figures, **options)


def test_nothing_closes_to_nothing():
    assert sx.close_table([]).total == 0
    assert sx.close_table([0.0, 0.0]).figures.tolist() == [0.0, 0.0]


@settings(max_examples=300)
@given(value=st.decimals(-(10**6), 10**6, places=5), decimals=st.integers(0, 4))
def test_rounding_is_that_of_the_decimal(value, decimals):
    wanted = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    assert sx.round_half_away(float(value), decimals=decimals) == float(wanted)


def test_rounding_takes_what_it_is_given():
    series = sx.round_half_away(pd.Series([1.005, np.nan], index=["a", "b"], name="ha"))
    assert series["a"] == 1.01 and np.isnan(series["b"]) and series.name == "ha"
    assert sx.round_half_away([0.125, -0.125]).tolist() == [0.13, -0.13]


def test_pieces_of_a_patch_lose_the_ridges_of_the_patch():
    whole = sx.ridge_deduction([100.0], 0.1246)["ridge_m2"].sum()
    pieces = sx.ridge_deduction([33.33, 33.33, 33.34], 0.1246, pieces=True)
    assert pieces["ridge_m2"].sum() == pytest.approx(whole, abs=1e-9)
    assert (pieces["gross_m2"] - pieces["ridge_m2"] - pieces["net_m2"]).abs().max() < 1e-9
    with pytest.raises(sx.SanxianError, match="between 0 and 1"):
        sx.ridge_deduction([1.0], 12.46)
