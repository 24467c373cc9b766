"""A scheme file: every input of the main job, named in one TOML."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from sanxian import _native
from sanxian.arrow import load_layer, load_plots
from sanxian.audit import Audit, audit_input, audit_tables
from sanxian.check import Progress, to_report
from sanxian.control_layer import load_control
from sanxian.corridor import load_corridor
from sanxian.cropland import CroplandOccupation
from sanxian.errors import SchemeError
from sanxian.report import Report

#: What people give to a check instead of its scheme file.
_KINDS = {
    ".txt": "plots (.txt)",
    ".shp": "a layer (.shp)",
    ".gpkg": "a layer (.gpkg)",
    ".csv": "a table (.csv)",
    ".xlsx": "a table (.xlsx)",
}


class Scheme:
    """A scheme file: every input of a check, named in one TOML.

    Made by :meth:`from_toml`; ``.name`` is the scheme's name, ``.path`` the file, ``.inputs`` what it reads,
    ``.ownership`` the survey's field of ownership.

    Examples
    --------
    >>> import sanxian as sx
    >>> report = sx.Scheme.from_toml("examples/xinzhou/scheme-conflict.toml").check()
    >>> report.verdict
    'not_compliant'
    """

    def __init__(self, native: _native.Scheme) -> None:
        self._native = native
        self.name: str = native.name
        self.path = Path(native.path)
        self.ownership: str | None = native.ownership

    @classmethod
    def from_toml(cls, path: str | os.PathLike[str]) -> Scheme:
        """Read a scheme file.

        Parameters
        ----------
        path : path
            The TOML; paths in it are relative to it.

        Raises
        ------
        SchemeError
            An unknown or missing key, or a value of the wrong type: names the key and the nearest known one. Or the
            file is no TOML: plots, a layer, or a folder.
        FileNotFoundError
            There is no such file.
        """
        try:
            return cls(_native.Scheme.from_toml(os.fspath(path)))
        except SchemeError as error:
            reason = _why_no_toml(Path(path)) if error.key is None else None
            if reason is None:
                raise
            raise SchemeError(f"{path}: {reason}", path=os.fspath(path), reason="not_toml") from error

    @property
    def inputs(self) -> list[dict[str, Any]]:
        """What the scheme reads: ``slot`` (plots, layer, land_use, uses, projects), ``role``, ``path``, and how."""
        return self._native.inputs

    def check(self, *, progress: Progress | None = None) -> Report:
        """Read the inputs, overlay, judge; a scheme with ``[audit]`` has its text's figures audited too.

        Parameters
        ----------
        progress : callable, optional
            ``progress(done, total)``.

        Returns
        -------
        Report
            With the table ``audit`` where the scheme names an audit. What the text has wrong does not change the
            verdict, which is that of the rules.

        Raises
        ------
        SanxianError
            As :func:`sanxian.check`, and what reading an input raises.
        AuditError
            The description that the scheme names, or a table of it, cannot be used.
        """
        report = self._judge(progress)
        if self._native.audit is not None:
            found = self._audit(self._native.audit, report.tables)
            report.tables["audit"] = found.findings
            report.evidence["audit"] = {"document": found.document, "verdict": found.verdict, "checked": found.checked}
            report.evidence["inputs"] = [*report.evidence["inputs"], audit_input(found)]
        return report

    def _judge(self, progress: Progress | None) -> Report:
        """The check without the audit of the text."""
        read: dict[str, list[_native.Layer]] = {}
        roles: list[str] = []
        for entry in self.inputs:
            slot, path = entry["slot"], Path(entry["path"])
            if slot == "plots":
                layer = load_plots_of(entry)
            elif slot == "layer":
                layer = load_control_of(entry, progress)
            elif slot == "projects":
                continue
            else:
                layer = load_layer(path, layer=entry["layer"], encoding=entry["encoding"], progress=progress)
            read.setdefault(slot, []).append(layer)
            if slot == "layer":
                roles.append(entry["role"])
        plots, layers = read["plots"][0], read.get("layer", [])
        uses, land_use = read.get("uses", [None])[0], read.get("land_use", [None])[0]
        native_report = self._native.check(plots, layers, uses, land_use, progress)
        return to_report(native_report, plots, list(zip(roles, layers, strict=True)))

    def audit(self, *, progress: Progress | None = None) -> Audit:
        """Audit the plan's own figures by the description that the scheme names (``[audit] path``).

        Tables that the description leaves open are those of :meth:`check`: ``plots``, say, to hold the text against
        geometry.

        Parameters
        ----------
        progress : callable, optional
            ``progress(done, total)``.

        Returns
        -------
        Audit

        Raises
        ------
        SchemeError
            The scheme names no description.
        AuditError
            The description or a table cannot be used.
        """
        description = self._native.audit
        if description is None:
            reason = 'names no audit: add [audit] with path = "audit.toml"'
            raise SchemeError(f"{self.path}: {reason}", path=os.fspath(self.path), key="audit")
        needs_tables = bool(_native.audit_tables_needed(description))
        return self._audit(description, self._judge(progress).tables if needs_tables else {})

    def _audit(self, description: str, tables: Mapping[str, pd.DataFrame]) -> Audit:
        needed = _native.audit_tables_needed(description)
        return audit_tables(description, tables={name: tables[name] for name in needed if name in tables})

    def cropland(
        self,
        *,
        area: Literal["ellipsoidal", "planar"] = "ellipsoidal",
        on_invalid: Literal["raise", "repair"] = "raise",
        progress: Progress | None = None,
    ) -> CroplandOccupation:
        """Add the cropland that the plots take, by the scheme's land survey and permanent basic farmland.

        Parameters
        ----------
        area, on_invalid, progress
            As :func:`sanxian.cropland_occupation`.

        Returns
        -------
        CroplandOccupation

        Raises
        ------
        SchemeError
            The scheme names no land survey.
        SanxianError
            As :func:`sanxian.cropland_occupation`, and what reading an input raises.
        """
        plots: _native.Layer | None = None
        survey: _native.Layer | None = None
        farmland: _native.Layer | None = None
        for entry in self.inputs:
            path = Path(entry["path"])
            is_farmland = entry["role"] == "permanent_basic_farmland"
            if entry["slot"] == "plots":
                plots = load_plots_of(entry)
            elif entry["slot"] == "land_use" or (is_farmland and farmland is None):
                layer = load_layer(path, layer=entry["layer"], encoding=entry["encoding"], progress=progress)
                survey, farmland = (survey, layer) if is_farmland else (layer, farmland)
            elif is_farmland:
                reason = "has several layers of permanent basic farmland: join them into one"
                raise SchemeError(f"{self.path}: {reason}", path=os.fspath(self.path), key="layers")
        if survey is None or plots is None:
            reason = 'names no land survey: add [land_use] with path = "DLTB.shp"'
            raise SchemeError(f"{self.path}: {reason}", path=os.fspath(self.path), key="land_use")
        return CroplandOccupation(_native.cropland_occupation(plots, survey, farmland, area, on_invalid, progress))

    def __repr__(self) -> str:
        return f"<Scheme {self.name}: {len(self.inputs)} inputs>"[:80]


def load_plots_of(entry: Mapping[str, Any]) -> _native.Layer:
    """Read the plots that a scheme names; centre lines are widened as it says."""
    path = Path(entry["path"])
    if entry["corridor"] is None:
        return load_plots(path, **{key: entry[key] for key in ("crs", "swap_axes", "encoding")})
    how = {key: entry[key] for key in ("layer", "encoding", "crs")}
    return load_corridor(path, **entry["corridor"], **how)


def load_control_of(entry: Mapping[str, Any], progress: Progress | None) -> _native.Layer:
    """Read a control layer that a scheme names."""
    how = {key: entry[key] for key in ("layer", "encoding", "points", "crs")}
    return load_control(entry["path"], **how, progress=progress)


def _why_no_toml(path: Path) -> str | None:
    """What was given instead of a scheme file, and what to do; ``None`` for a TOML that is merely wrong."""
    expected = "expected a scheme file (TOML)"
    if path.is_dir():
        inside = path / "scheme.toml"
        return f"{expected}, found a folder: name {inside if inside.exists() else 'the scheme file in it'}"
    if path.suffix.lower() != ".toml":
        kind = _KINDS.get(path.suffix.lower(), "another kind of file")
        return f"{expected}, found {kind}: name its path in a scheme.toml and check that, or use sanxian overlay"
    try:
        path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return f"{expected} in UTF-8, found another encoding: save it as UTF-8"
    return None
