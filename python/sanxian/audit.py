"""A plan's own figures held against each other: totals, shares, units, text against tables and geometry."""

from __future__ import annotations

import dataclasses
import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from sanxian import _native
from sanxian.arrow import to_data_frame


@dataclasses.dataclass(frozen=True, repr=False)
class Audit:
    """What an audit came to.

    Attributes
    ----------
    name, document : str
        The audit's name, and the document that was audited.
    verdict : str
        ``"consistent"``, ``"inconsistent"`` (an error or a warning), or ``"cannot_be_judged"`` (figures that a check
        needs are missing, and nothing else is wrong).
    findings : pandas.DataFrame
        A row a disagreement: ``severity, code, check, table, row, row_number, column, printed, computed, low, high,
        unit, suspicion, message, citation``. ``severity`` is ``"info"`` where rounding or cutting off explains it.
    unchecked : pandas.DataFrame
        What could not be checked: ``check, row, column, reason``.
    checked : int
        How many comparisons were made.
    files : list of Path
        The description and the tables that were read.

    Examples
    --------
    >>> import sanxian as sx
    >>> sx.Scheme.from_toml("examples/xinzhou/scheme.toml").audit().verdict
    'inconsistent'
    """

    name: str
    document: str
    verdict: str
    findings: pd.DataFrame
    unchecked: pd.DataFrame
    checked: int
    files: list[Path]

    def __repr__(self) -> str:
        return f"<Audit {self.name}: {self.verdict}, {len(self.findings)} findings>"[:80]


def audit_tables(
    description: str | os.PathLike[str],
    *,
    folder: str | os.PathLike[str] | None = None,
    tables: Mapping[str, Any] | None = None,
) -> Audit:
    """Audit the figures that a plan prints.

    Rounding is taken into account: the printed decimals decide what it can explain, on exact fractions. What is a
    total, a part, a share or a row inside another one is said by the description, never guessed.

    Parameters
    ----------
    description : path
        The TOML that says which tables there are (CSV, xlsx, TOML, JSON) and what must agree with what.
    folder : path, optional
        Where the tables lie; by default beside the description.
    tables : dict, optional
        Tables that the description leaves to the caller (``given = true``), by id: frames or Arrow tables, such as a
        report's ``plots``, to hold the text against geometry.

    Returns
    -------
    Audit

    Raises
    ------
    AuditError
        The description or a table cannot be used: names the file and the key, table or check.
    FileNotFoundError
        There is no such description.

    Examples
    --------
    >>> import sanxian as sx
    >>> report = sx.Scheme.from_toml("examples/xinzhou/scheme.toml").check()
    >>> audit = sx.audit_tables("examples/xinzhou/audit.toml", tables={"plots": report.tables["plots"]})
    >>> audit.findings["code"].value_counts().to_dict()
    {'stated_figure': 3, 'value_missing': 1}
    """
    given = [(str(name), _to_table(table)) for name, table in (tables or {}).items()]
    found = _native.audit(os.fspath(description), None if folder is None else os.fspath(folder), given)
    return Audit(
        name=found["name"],
        document=found["document"],
        verdict=found["verdict"],
        findings=to_data_frame(found["findings"]),
        unchecked=to_data_frame(found["unchecked"]),
        checked=found["checked"],
        files=[Path(file) for file in found["files"]],
    )


def audit_input(audit: Audit) -> dict[str, Any]:
    """What an audit read, as an input in the evidence of a report."""
    contents = [(file.name, file.read_bytes()) for file in audit.files]
    files = [
        {"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in contents
    ]
    return {
        "slot": "audit",
        "role": None,
        "path": files[0]["name"],
        "format": "TOML",
        "encoding": "utf-8",
        "features": None,
        "crs": None,
        "files": files,
    }


def _to_table(table: Any) -> pa.Table:
    """One chunk: Rust reads one batch."""
    whole = pa.Table.from_pandas(table, preserve_index=False) if isinstance(table, pd.DataFrame) else pa.table(table)
    return whole.combine_chunks()
