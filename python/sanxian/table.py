"""Figures that sum: decimal rounding, tables closed to their totals, and field ridges deducted."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from sanxian import _native

Method = Literal["largest_remainder", "official_descending", "none"]


@dataclasses.dataclass(frozen=True)
class ClosedTable:
    """A table after closing, and what closing moved.

    Every figure is in the unit of the input.

    Attributes
    ----------
    figures : pandas.Series or pandas.DataFrame
        The rounded figures, on the index (and columns) of the input.
    total : float
        The rounded total that they sum to.
    row_totals, column_totals : pandas.Series or None
        Margins of a two-way table; they sum to ``total`` as well.
    moved : pandas.DataFrame
        A row for each figure that is not what plain rounding gives: ``row`` (``column``), ``rounded``, ``closed``,
        ``moved``.
    difference : float
        ``total`` less the sum of the figures: 0 unless ``method="none"``.

    Examples
    --------
    >>> import sanxian as sx
    >>> closed = sx.close_table([100 / 3, 100 / 3, 100 / 3])
    >>> closed.with_totals().tolist()
    [33.34, 33.33, 33.33, 100.0]
    """

    figures: pd.Series | pd.DataFrame
    total: float
    moved: pd.DataFrame
    difference: float = 0.0
    row_totals: pd.Series | None = None
    column_totals: pd.Series | None = None

    def with_totals(self, *, label: str = "合计") -> pd.Series | pd.DataFrame:
        """Give the figures with their totals as a last row (and column).

        Parameters
        ----------
        label : str
            What the row (and column) of totals is called.

        Returns
        -------
        pandas.Series or pandas.DataFrame
            A new table.
        """
        if self.row_totals is None or self.column_totals is None:
            total = pd.Series([self.total], index=[label])
            return pd.concat([self.figures, total]).rename(self.figures.name)
        rows = pd.concat([self.figures, self.row_totals.rename(label)], axis=1)
        columns = pd.concat([self.column_totals, pd.Series([self.total], index=[label])])
        return pd.concat([rows, columns.rename(label).to_frame().T])


def close_table(
    figures: Any,
    *,
    total: float | None = None,
    decimals: int = 2,
    method: Method = "largest_remainder",
) -> ClosedTable:
    """Round figures so that they sum to their rounded total, and say what was moved for it.

    Parameters
    ----------
    figures : Series, sequence or DataFrame
        Areas, zero or more, in any one unit: a column, or a table of classes by ownership whose rows and columns both
        have totals.
    total : float, optional
        What a column must sum to, rounded to ``decimals`` as well: a control area, say. By default the sum of the
        unrounded figures. A two-way table always closes to the sum of its figures.
    decimals : int
        Places of the unit of ``figures``: 2 for hectares in a scheme's tables.
    method : {"largest_remainder", "official_descending", "none"}
        ``"largest_remainder"`` rounds down and gives the missing units to the largest remainders; in a two-way table it
        is controlled rounding, every figure and margin one of the two neighbours of its exact value.
        ``"official_descending"`` rounds and spreads the difference from the largest figure down, as the survey offices'
        software does. ``"none"`` only rounds and shows the difference. A two-way table knows the first one only.

    Returns
    -------
    ClosedTable
        ``figures``, totals, and ``moved`` with a row for each figure that was moved.

    Raises
    ------
    SanxianError
        A figure is negative or not a number, or the total cannot be reached without an area below zero.
    ValueError
        ``method`` or ``decimals`` is none of those above, or does not go with a two-way table.

    References
    ----------
    L. H. Cox, L. R. Ernst (1982), Controlled rounding, INFOR 20, 423-432.

    Examples
    --------
    >>> import pandas as pd, sanxian as sx
    >>> column = pd.Series([10.004, 20.004, 5.004], index=["耕地", "林地", "草地"], name="area_ha")
    >>> closed = sx.close_table(column)
    >>> closed.figures.to_dict(), closed.total
    ({'耕地': 10.0, '林地': 20.01, '草地': 5.0}, 35.01)
    >>> closed.moved
      row  rounded  closed  moved
    0  林地     20.0   20.01   0.01

    Classes by ownership, both margins kept:

    >>> table = pd.DataFrame({"国有": [1.664, 1.6615], "集体": [1.664, 1.6615]}, index=["耕地", "林地"])
    >>> sx.close_table(table).with_totals()
          国有    集体    合计
    耕地  1.67  1.66  3.33
    林地  1.66  1.66  3.32
    合计  3.33  3.32  6.65
    """
    _check_decimals(decimals)
    if isinstance(figures, pd.DataFrame):
        if total is not None:
            raise ValueError("total: a two-way table closes to the sum of its figures; leave it out")
        if method != "largest_remainder":
            raise ValueError(f'method: a two-way table is closed by "largest_remainder" only, found {method!r}')
        return _close_two_way(figures, decimals)
    column = figures if isinstance(figures, pd.Series) else pd.Series(list(figures), dtype="float64")
    values = column.astype("float64").tolist()
    target = float(np.sum(values)) if total is None else float(total)
    closed, moved_units, closed_total, difference = _native.close_column(values, target, decimals, method)
    moved = [(row, units) for row, units in enumerate(moved_units) if units]
    return ClosedTable(
        figures=pd.Series(closed, index=column.index, name=column.name, dtype="float64"),
        total=closed_total,
        moved=pd.DataFrame(
            [(column.index[row], *_move(closed[row], units, decimals)) for row, units in moved],
            columns=["row", "rounded", "closed", "moved"],
        ),
        difference=_units(difference, decimals),
    )


def _close_two_way(table: pd.DataFrame, decimals: int) -> ClosedTable:
    rows = table.astype("float64").to_numpy().tolist()
    cells, row_totals, column_totals, total, moved = _native.close_table(rows, decimals)
    return ClosedTable(
        figures=pd.DataFrame(cells, index=table.index, columns=table.columns, dtype="float64"),
        total=total,
        row_totals=pd.Series(row_totals, index=table.index, dtype="float64"),
        column_totals=pd.Series(column_totals, index=table.columns, dtype="float64"),
        moved=pd.DataFrame(
            [
                (table.index[row], table.columns[column], *_move(cells[row][column], units, decimals))
                for row, column, units in moved
            ],
            columns=["row", "column", "rounded", "closed", "moved"],
        ),
    )


def _check_decimals(decimals: int) -> None:
    if isinstance(decimals, bool) or not isinstance(decimals, int | np.integer) or not 0 <= decimals <= 15:
        raise ValueError(f"decimals: expected a count of places from 0 to 15, found {decimals!r}")


def _units(units: int, decimals: int) -> float:
    return float(units) / float(10**decimals)


def _move(closed: float, units: int, decimals: int) -> tuple[float, float, float]:
    whole = round(closed * 10**decimals)
    return _units(whole - units, decimals), closed, _units(units, decimals)


def round_half_away(values: Any, *, decimals: int = 2) -> Any:
    """Round as one rounds the printed decimal by hand (四舍五入): ties away from zero.

    A value counts as the shortest decimal that stands for it, so that 2.675 gives 2.68, where Python's ``round`` gives
    2.67 for the binary number a little below.

    Parameters
    ----------
    values : float, Series, DataFrame column or sequence
        Numbers; NaN stays NaN.
    decimals : int
        Places to keep.

    Returns
    -------
    float, pandas.Series or numpy.ndarray
        As what came in.

    Raises
    ------
    ValueError
        A value is no number, or ``decimals`` no count of places.

    Examples
    --------
    >>> import sanxian as sx
    >>> sx.round_half_away(2.675), round(2.675, 2)
    (2.68, 2.67)
    """
    _check_decimals(decimals)
    if isinstance(values, pd.Series):
        rounded = _native.round_half_away(values.astype("float64").tolist(), decimals)
        return pd.Series(rounded, index=values.index, name=values.name, dtype="float64")
    if np.ndim(values) == 0:
        return _native.round_half_away([float(values)], decimals)[0]
    return np.array(_native.round_half_away(np.asarray(values, dtype="float64").tolist(), decimals))


def ridge_deduction(areas_m2: Sequence[float] | pd.Series, coefficient: float, *, pieces: bool = False) -> pd.DataFrame:
    """Deduct field ridges (田坎) from the areas of patches: KCMJ = round(TBMJ · KCXS, 2).

    Parameters
    ----------
    areas_m2 : Series or sequence
        Areas of patches (TBMJ) in square metres.
    coefficient : float
        Share of the ridges (KCXS), such as 0.1246.
    pieces : bool
        The areas are the pieces of one cut patch: deductions are closed to the deduction of the whole.

    Returns
    -------
    pandas.DataFrame
        ``gross_m2`` (TBMJ), ``ridge_m2`` (KCMJ) and ``net_m2`` (TBDLMJ), to 2 decimals, on the input's index.

    Raises
    ------
    SanxianError
        The coefficient is not between 0 and 1, or an area is negative or not a number.

    Examples
    --------
    >>> import sanxian as sx
    >>> sx.ridge_deduction([125.0, 10000.0], 0.1246)
       gross_m2  ridge_m2   net_m2
    0     125.0     15.58   109.42
    1   10000.0   1246.00  8754.00
    """
    column = areas_m2 if isinstance(areas_m2, pd.Series) else pd.Series(list(areas_m2), dtype="float64")
    rows = _native.ridge_deduction(column.astype("float64").tolist(), coefficient, pieces)
    return pd.DataFrame(rows, index=column.index, columns=["gross_m2", "ridge_m2", "net_m2"], dtype="float64")
