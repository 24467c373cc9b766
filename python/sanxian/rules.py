"""Rule packs: what must hold, with the clause that says so."""

from __future__ import annotations

import os

import pandas as pd

from sanxian import _native
from sanxian.arrow import to_data_frame


class Rules:
    """One or more rule packs, ready for a check.

    Made by :func:`load_rules`. ``.ids`` names the packs, :meth:`to_frame` lists their rules.
    """

    def __init__(self, native: _native.RulePacks) -> None:
        self._native = native
        self.ids: list[str] = native.ids

    def to_frame(self) -> pd.DataFrame:
        """List the rules: ``pack_id, rule_id, title, document, clause, status, predicate, role, region, ...``."""
        return to_data_frame(self._native.to_arrow())

    def __repr__(self) -> str:
        return f"<Rules {', '.join(self.ids)}>"[:80]


def load_rules(*ids: str, path: str | os.PathLike[str] | None = None) -> Rules:
    """Load rule packs by id, and one of your own from a file.

    Parameters
    ----------
    *ids : str
        Ids of bundled packs, such as ``"national-2020"``, ``"shanxi-2021"``.
    path : path, optional
        A TOML file of the same form: this is how a province adds its rules.

    Returns
    -------
    Rules

    Raises
    ------
    RuleError
        Unknown id, or a file with a mistake: names file, rule and key.

    Examples
    --------
    >>> import sanxian as sx
    >>> sx.load_rules("national-2020", "shanxi-2021")
    <Rules national-2020, shanxi-2021>
    """
    return Rules(_native.load_rules(list(ids), [] if path is None else [os.fspath(path)]))


def list_rules() -> pd.DataFrame:
    """List the rules of all bundled packs, with document, clause and status.

    ``status`` says whether the text of the clause was read (``"read"``) or is known from secondary sources
    (``"reported"``).

    Examples
    --------
    >>> import sanxian as sx
    >>> "national-2020" in set(sx.list_rules()["pack_id"])
    True
    """
    return to_data_frame(_native.list_rules())
