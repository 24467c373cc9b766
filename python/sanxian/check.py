"""The main job: plots against control layers, from files or frames to a report."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

import geopandas as gpd
import shapely

from sanxian import _native
from sanxian.arrow import load_plots, to_data_frame, to_frame, to_layer
from sanxian.control_layer import Progress, frame_of_lines, to_control
from sanxian.report import Report
from sanxian.rules import Rules, load_rules
from sanxian.window import frame_in_window

#: A layer of a check: the polygons alone, or with the column that names sub-zones and the values of each.
LayerArgument = Any


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
    native_plots = load_plots(plots) if isinstance(plots, str | os.PathLike) else to_layer(plots, "plots")
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
    return to_report(native_report, native_plots, native_layers)


def to_report(native: _native.Report, plots: _native.Layer, layers: list[tuple[str, _native.Layer]]) -> Report:
    """The report with its tables as frames; pieces and layers stay in Rust until somebody asks for theirs."""
    return Report(
        name=native.name,
        verdict=native.verdict,
        verdicts=to_data_frame(native.verdicts()),
        tables={name: to_data_frame(table) for name, table in native.tables()},
        findings=to_data_frame(native.findings()),
        pieces=lambda: to_frame(native.pieces()),
        evidence=json.loads(native.evidence),
        plots=lambda: to_frame(plots.to_arrow()),
        layers=[(_native.role_id(role), _lazy_frame(layer)) for role, layer in layers],
    )


def _lazy_frame(layer: _native.Layer) -> Callable[..., gpd.GeoDataFrame]:
    """Leave a layer in Rust until a map asks for a part: a county's survey never becomes a frame for nothing."""

    def load(bounds: Sequence[float] | None = None) -> gpd.GeoDataFrame:
        if not layer.has_lines:
            return frame_in_window(layer.to_arrow(), bounds)
        frame = frame_of_lines(layer)
        if bounds is None:
            return frame
        return frame[shapely.intersects(shapely.box(*bounds), shapely.envelope(frame.geometry.to_numpy()))]

    return load
