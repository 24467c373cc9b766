"""Findings: what was odd in a file that was read, what a format could not hold of a layer that was written."""

from __future__ import annotations

from typing import Any

import pandas as pd


class Findings(pd.DataFrame, dict):
    """What was odd in a file: ``severity, code, message, line, plot_id``, a row an oddity.

    A DataFrame that can live in the ``attrs`` of another frame. pandas compares ``attrs`` with ``==`` when it
    concatenates frames, and writes them as JSON into Parquet; a plain DataFrame stops both. So two findings compare as
    wholes, and to the JSON encoder findings are an empty dict: they describe the file that was read, not the copy.
    """

    @property
    def _constructor(self) -> type[Findings]:
        return Findings

    def __eq__(self, other: object) -> Any:
        """Compare as wholes with other findings, element-wise with anything else."""
        return self.equals(other) if isinstance(other, Findings) else super().__eq__(other)

    def __reduce__(self) -> tuple[Any, ...]:
        # As a dict it would be pickled item by item.
        return Findings, (pd.DataFrame(self),)

    __hash__ = None


class Losses:
    """What a format could not hold, as findings."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str, str]] = []

    def info(self, code: str, message: str) -> None:
        """Note what changes its form and keeps its meaning."""
        self.rows.append(("info", code, message))

    def warn(self, code: str, message: str) -> None:
        """Note what is lost or called otherwise."""
        self.rows.append(("warning", code, message))

    def findings(self) -> Findings:
        """All notes, in their order."""
        columns = {name: [row[at] for row in self.rows] for at, name in enumerate(("severity", "code", "message"))}
        return Findings(pd.DataFrame(columns, dtype=object))
