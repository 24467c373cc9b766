"""Rounding, words and columns of report tables."""

import math
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanxian.report import figures, rows
from sanxian.report.columns import columns_of


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (2.675, 2, "2.68"),
        (0.125, 2, "0.13"),
        (-2.5, 0, "-3"),
        (1329.2300000000002, 2, "1329.23"),
        (0.0, 4, "0.0000"),
        (-0.0, 2, "0.00"),
        (0.00001, 4, "<0.0001"),
        (math.nan, 2, "—"),
        (math.inf, 2, "—"),
        (None, 2, "—"),
        (pd.NA, 2, "—"),
    ],
)
def test_numbers_are_rounded_half_away_from_zero(value, decimals, text):
    assert figures.number(value, decimals) == text


@pytest.mark.parametrize(
    ("share", "threshold", "text"),
    [
        (0.39996, 0.40, "39.996%"),
        (0.4, 0.40, "40.00%"),
        (0.40000001, 0.40, "40.000001%"),
        (0.3999999999, 0.40, "40.000000%"),
        (0.52, None, "52.00%"),
        (None, 0.40, "—"),
    ],
)
def test_a_share_stays_on_its_side_of_the_threshold_as_far_as_decimals_reach(share, threshold, text):
    assert figures.percent(share, threshold) == text


@given(st.lists(st.floats(0, 1e6, allow_nan=False), max_size=40), st.integers(0, 4))
def test_a_total_is_the_sum_of_what_is_shown(values, decimals):
    shown = [Decimal(str(figures.to_decimal(value, decimals))) for value in values]
    assert figures.total(values, decimals) == (sum(shown, Decimal(0)) if values else None)


def test_an_unknown_column_is_shown_under_its_own_name():
    frame = pd.DataFrame({"plot_id": ["1"], "slope_deg": [3.5]})
    columns = columns_of("plots", frame)
    assert [column.header for column in columns] == ["地块编号", "slope_deg"]
    assert columns[1].is_numeric


def test_an_area_that_rounds_to_zero_is_told_from_zero_by_its_square_metres():
    frame = pd.DataFrame({"area_ha": [0.0, 0.0], "ellipsoidal_area_m2": [0.03, 0.0]})
    table = rows.text_table("encroachments", frame)
    assert [row[0].text for row in table.rows] == ["<0.0001", "0.0000"]


@pytest.mark.parametrize(
    ("stated", "difference", "expected"),
    [
        (1324.6, 4.63, ("总面积：方案文本数 1324.6 公顷，计算数 1329.23 公顷，计算数多 4.63 公顷。", True)),
        (1330.0, -0.77, ("总面积：方案文本数 1330.0 公顷，计算数 1329.23 公顷，计算数少 0.77 公顷。", True)),
        (1329.23, 0.0, ("总面积：方案文本数 1329.23 公顷，计算数 1329.23 公顷，一致。", False)),
        (1329.2, 0.03, ("总面积：方案文本数 1329.2 公顷，计算数 1329.23 公顷，取舍后一致。", False)),
        (None, None, ("总面积：计算数 1329.23 公顷；方案文本未载明。", False)),
    ],
)
def test_totals_are_stated_in_words(stated, difference, expected):
    totals = pd.DataFrame(
        {"title": ["总面积"], "computed_ha": [1329.23], "stated_ha": [stated], "difference_ha": [difference]}
    )
    assert rows.totals_statements(totals) == [expected]
