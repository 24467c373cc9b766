"""Numbers as planners write them: rounded half away from zero, with the decimals a table prescribes.

Rounding works on the shortest decimal text of the number, not on its binary value, so that 2.675 becomes 2.68
as on paper.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd

#: Shown where there is no value. A dash, since an empty cell looks like a forgotten one.
MISSING = "—"

#: A share is shown with at most this many decimals of a percent when fewer would contradict its verdict.
MOST_SHARE_DECIMALS = 6


def is_missing(value: Any) -> bool:
    """Whether a cell holds no value (``None``, NaN, NaT, ``pd.NA``)."""
    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))


def to_decimal(value: float, decimals: int) -> Decimal:
    """Round half away from zero.

    Examples
    --------
    >>> to_decimal(2.675, 2), to_decimal(-0.5, 0)
    (Decimal('2.68'), Decimal('-1'))
    """
    exact = Decimal(repr(float(value)))
    if not exact.is_finite():
        return exact
    return exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def number(value: Any, decimals: int) -> str:
    """Text of a number with fixed decimals; a value that is positive but rounds to zero shows as ``<0.0001``.

    Examples
    --------
    >>> number(0.37, 4), number(0.00001, 4), number(None, 2)
    ('0.3700', '<0.0001', '—')
    """
    if is_missing(value):
        return MISSING
    rounded = to_decimal(value, decimals)
    if not rounded.is_finite():
        return MISSING
    if rounded == 0:
        smallest = Decimal(1).scaleb(-decimals)
        return f"<{smallest}" if float(value) > 0 else f"{abs(rounded)}"
    return f"{rounded}"


def share_decimals(share: Any, threshold: Any = None, decimals: int = 2) -> int:
    """Decimals of a percent at which ``share`` still stands on its own side of ``threshold``.

    A share of 39.996 % must not be printed as 40.00 % beside the verdict that it is below 40 %.

    Examples
    --------
    >>> share_decimals(0.39996, 0.40), share_decimals(0.39, 0.40)
    (3, 2)
    """
    if is_missing(share) or is_missing(threshold) or float(share) == float(threshold):
        return decimals
    limit = Decimal(repr(float(threshold))) * 100
    below = float(share) < float(threshold)
    for places in range(decimals, MOST_SHARE_DECIMALS):
        shown = to_decimal(float(share) * 100, places)
        if shown != limit and (shown < limit) == below:
            return places
    return MOST_SHARE_DECIMALS


def percent(share: Any, threshold: Any = None, decimals: int = 2) -> str:
    """A share (0 to 1) as a percentage.

    Examples
    --------
    >>> percent(0.52), percent(0.39996, 0.40), percent(None)
    ('52.00%', '39.996%', '—')
    """
    if is_missing(share):
        return MISSING
    shown = number(float(share) * 100, share_decimals(share, threshold, decimals))
    return shown if shown == MISSING else f"{shown}%"


def total(values: Iterable[Any], decimals: int) -> Decimal | None:
    """Sum of the rounded rows, so that the column adds up on paper; ``None`` when no row has a value.

    Examples
    --------
    >>> total([0.115, 0.115], 2)
    Decimal('0.24')
    """
    rounded = [to_decimal(value, decimals) for value in values if not is_missing(value)]
    return sum(rounded, Decimal(0)) if rounded else None
