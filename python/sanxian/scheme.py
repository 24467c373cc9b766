"""The main job: a scheme's plots against the control layers, from files or frames to a report."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import geopandas as gpd
import pandas as pd

from sanxian import _native
from sanxian.arrow import PLOTS_SUFFIXES, load_layer, to_data_frame, to_frame, to_layer
from sanxian.audit import Audit, audit_input, audit_tables
from sanxian.control_layer import load_control, to_control
from sanxian.corridor import load_corridor
from sanxian.cropland import CroplandOccupation
from sanxian.errors import SchemeError
from sanxian.report import Report
from sanxian.rules import Rules, load_rules
from sanxian.window import frame_in_window

Progress = Callable[[int, int], object]

#: A layer of a check: the polygons alone, or with the column that names sub-zones and the values of each.
LayerArgument = Any

#: What people give to a check instead of its scheme file.
_KINDS = {
    ".txt": "plots (.txt)",
    ".shp": "a layer (.shp)",
    ".gpkg": "a layer (.gpkg)",
    ".csv": "a table (.csv)",
    ".xlsx": "a table (.xlsx)",
}


def check(
    plots: Any,
    layers: Mapping[str, LayerArgument] | Iterable[tuple[str, LayerArgument]],
    *,
    rules: Rules | str | Sequence[str],
    uses: Any = None,
    projects: str | os.PathLike[str] | None = None,
    land_use: Any = None,
    ownership: str | None = None,
    land_classes: str | Mapping[str, str] | None = None,
    subclasses: Mapping[str, Mapping[str, Any]] | None = None,
    radii: Mapping[str, float | str] | None = None,
    stated: Mapping[str, float | str] | None = None,
    parameters: Mapping[str, Any] | None = None,
    characteristics: Mapping[str, Any] | None = None,
    activity_field: str | None = None,
    date: str | None = None,
    area: Literal["ellipsoidal", "planar"] = "ellipsoidal",
    name: str = "scheme",
    progress: Progress | None = None,
) -> Report:
    """Check plots against control layers by rules, from frames, Arrow tables or paths.

    Parameters
    ----------
    plots : GeoDataFrame, Arrow table or path
        The plots, as :func:`sanxian.read_plots` gives them.
    layers : dict, or sequence of pairs
        Role to layer, such as ``{"永久基本农田": farmland, "ecological_redline": "STBHHX.shp"}``; pairs of role and
        layer where a role has several. Polygons, or points or lines (see ``radii``).
    rules : Rules, str or sequence of str
        Rule packs or their ids.
    uses : GeoDataFrame, Arrow table or path, optional
        Use polygons with ``PlotName, PurName, PurArea, ProjList``, for the public-interest share.
    projects : path, optional
        CSV of projects with their public-interest class.
    land_use : GeoDataFrame, Arrow table or path, optional
        The land survey (DLTB).
    ownership : str, optional
        Its column of ownership, such as ``"QSXZ"``.
    land_classes : str or dict, optional
        The classification of the survey's land classes: ``"survey-3"``, ``"survey-2"``, ``"sea-land-2020"``,
        ``"sea-land-2023"``, or ``{"classification": ..., "class_field": "DLBM", "ridge_field": "KCXS"}``. Without it no
        table of land classes is made: codes mean different things in different years.
    subclasses : dict, optional
        Role to ``{"field": column, "core": [values], ...}`` for layers with sub-zones.
    radii : dict, optional
        Role to metres, or to the column that has them, for layers of points or lines: how far each reaches. Without it
        distances are measured from the point or line, and rules about overlaps cannot be judged.
    stated : dict, optional
        Totals that the plan's text states: ``total_ha``, ``collective_ha``, ``state_ha``, ``source``.
    parameters : dict, optional
        What rules leave open, such as ``{"industry_led_plots": ["17", "32"]}``; ``activity`` is one of
        ``rules/activities.toml``, or one a plot: ``{"17": "linear_infrastructure", "other": "town_development"}``.
    characteristics : dict, optional
        What the characteristics table states: ``location``, ``extent``, ``infrastructure``, ``conforms_to_plan``,
        ``completed_public_interest_ha``, ``consent_share``.
    activity_field : str, optional
        The plots' column of their kind of activity, an identifier or title; plots without a value take the parameter
        ``activity``.
    date : str, optional
        The day to judge by, ``"2022-03-11"``; rules out of force on it are pointed out.
    area : {"ellipsoidal", "planar"}
        Which area decides; both are shown.
    name : str
        The scheme's name in the report.
    progress : callable, optional
        ``progress(done, total)``.

    Returns
    -------
    Report

    Raises
    ------
    CrsMismatchError
        A layer's CRS differs from the plots'.
    InvalidPolygonError
        A polygon that takes part is invalid.
    RuleError, SchemeError
        A rule pack, role or parameter is unknown.

    Examples
    --------
    >>> import sanxian as sx
    >>> report = sx.check(
    ...     "examples/xinzhou/plots.txt",
    ...     {"永久基本农田": "examples/xinzhou/control/YJJBNTTB.shp"},
    ...     rules="national-2020",
    ... )
    >>> report.tables["overlaps_by_layer"]["pieces"].tolist()
    [0]
    """
    packs = rules if isinstance(rules, Rules) else load_rules(*([rules] if isinstance(rules, str) else rules))
    settings = {
        "name": name,
        "area": area,
        "date": date,
        "ownership": ownership,
        "activity_field": activity_field,
        "land_classes": {"classification": land_classes}
        if isinstance(land_classes, str)
        else land_classes and dict(land_classes),
        "characteristics": dict(characteristics or {}),
        "projects": None if projects is None else os.fspath(projects),
        "subclasses": dict(subclasses or {}),
        "radii": {
            role: {"radius_field": radius} if isinstance(radius, str) else {"radius_m": float(radius)}
            for role, radius in (radii or {}).items()
        },
        "stated": dict(stated or {}),
        "parameters": dict(parameters or {}),
    }
    native_plots = _load_plots(plots)
    pairs = layers.items() if isinstance(layers, Mapping) else layers
    native_layers = [(role, to_control(layer, role, progress=progress)) for role, layer in pairs]
    native_report = _native.check(
        json.dumps(settings, ensure_ascii=False),
        packs._native,
        native_plots,
        native_layers,
        None if uses is None else to_layer(uses, "uses"),
        None if land_use is None else to_layer(land_use, "land_use", progress=progress),
        progress,
    )
    return _to_report(native_report, native_plots, native_layers)


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
        return _to_report(native_report, plots, list(zip(roles, layers, strict=True)))

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
        return _load_plots(path, entry["crs"], entry["swap_axes"], entry["encoding"])
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


def _load_plots(
    plots: Any, crs: str | None = None, swap_axes: bool | None = None, encoding: str | None = None
) -> _native.Layer:
    if isinstance(plots, str | os.PathLike):
        path = Path(plots)
        if path.suffix.lower() in (*PLOTS_SUFFIXES, ".shp"):
            return _native.read_plots(os.fspath(path), crs=crs, swap_axes=swap_axes, encoding=encoding)
        return load_layer(path, encoding=encoding)
    return to_layer(plots, "plots")


def _to_report(native: _native.Report, plots: _native.Layer, layers: list[tuple[str, _native.Layer]]) -> Report:
    return Report(
        name=native.name,
        verdict=native.verdict,
        verdicts=to_data_frame(native.verdicts()),
        tables={name: to_data_frame(table) for name, table in native.tables()},
        findings=to_data_frame(native.findings()),
        pieces=to_frame(native.pieces()),
        evidence=json.loads(native.evidence),
        plots=to_frame(plots.to_arrow()),
        layers=[(_native.role_id(role), _lazy_frame(layer)) for role, layer in layers],
    )


def _lazy_frame(layer: _native.Layer) -> Callable[..., gpd.GeoDataFrame]:
    """Leave a layer in Rust until a map asks for a part: a county's survey never becomes a frame for nothing."""

    def load(bounds: Sequence[float] | None = None) -> gpd.GeoDataFrame:
        return frame_in_window(layer.to_arrow(), bounds)

    return load
