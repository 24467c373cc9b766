"""Alternatives for one project, ranked by what they take of basic farmland and cropland."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from sanxian import _native
from sanxian.arrow import load_layer, to_data_frame, to_layer

Progress = Callable[[int, int], object]


@dataclasses.dataclass(frozen=True, repr=False)
class SiteComparison:
    """Alternatives in their order, and the clause that asks for it.

    Attributes
    ----------
    verdict : str
        ``"compliant"`` when there are enough sites and all are ranked, ``"not_compliant"`` with fewer sites than the
        clause asks for, ``"cannot_be_judged"`` when a deciding layer is missing.
    message : str
        One Chinese sentence.
    table : pandas.DataFrame
        A row a site, best first: ``rank, is_tied, site, area_m2, area_ha``, and ``<role>_m2, <role>_ha,
        <role>_share`` for permanent basic farmland, cropland and every other layer. Shares are unrounded.
    quote, clause, document, status : str
        The clause, where it stands, and whether it was read.
    reading : str
        How the clause is read here.
    """

    verdict: str
    message: str
    table: pd.DataFrame
    quote: str
    clause: str
    document: str
    status: str
    reading: str

    def __repr__(self) -> str:
        return f"<SiteComparison {len(self.table)} sites: {self.verdict}>"


def compare_sites(
    alternatives: Mapping[str, Any],
    layers: Mapping[str, Any] | Iterable[tuple[str, Any]],
    *,
    area: Literal["ellipsoidal", "planar"] = "ellipsoidal",
    on_invalid: Literal["raise", "repair"] = "raise",
    may_be_empty: Iterable[str] = (),
    progress: Progress | None = None,
) -> SiteComparison:
    """Rank alternatives: the smaller share of permanent basic farmland first, then the smaller share of cropland.

    Parameters
    ----------
    alternatives : dict
        Name to site: a GeoDataFrame, an Arrow table or a path, of one or more plots. Plots that overlap count once.
    layers : dict, or sequence of pairs
        Role to layer. ``"permanent_basic_farmland"`` and ``"cropland"`` decide; cropland may be given as
        ``"land_use"``, a survey whose field ``DLBM`` tells it. Other roles are shown and do not decide.
    area : {"ellipsoidal", "planar"}
        Which area; gross of field ridges, for both shares.
    on_invalid : {"raise", "repair"}
        What to do with an invalid polygon.
    may_be_empty : iterable of str
        Roles whose layers may be without features; otherwise an empty layer counts as missing.
    progress : callable, optional
        ``progress(done, total)``.

    Returns
    -------
    SiteComparison

    Raises
    ------
    CrsMismatchError
        A site or layer is in another CRS than the first site.
    RuleError
        A role is unknown.

    Examples
    --------
    >>> import geopandas as gpd, sanxian as sx
    >>> from shapely.geometry import box
    >>> def square(east):
    ...     x = 38_500_000 + east
    ...     return gpd.GeoDataFrame(geometry=[box(x, 4_250_000, x + 100, 4_250_100)], crs=4526)
    >>> farmland, survey = square(50), square(0).assign(DLBM="0103")
    >>> sites = {"甲": square(0), "乙": square(200)}
    >>> comparison = sx.compare_sites(sites, {"永久基本农田": farmland, "land_use": survey})
    >>> comparison.table["site"].tolist(), comparison.table["permanent_basic_farmland_share"].round(6).tolist()
    (['乙', '甲'], [0.0, 0.5])
    """
    sites = [(str(name), to_layer(site, str(name))) for name, site in alternatives.items()]
    pairs = layers.items() if isinstance(layers, Mapping) else layers
    native = [(str(role), to_layer(layer, str(role), progress=progress)) for role, layer in pairs]
    found = _native.compare_sites(sites, native, area, on_invalid, [str(role) for role in may_be_empty], progress)
    found["table"] = to_data_frame(found["table"])
    return SiteComparison(**found)


def read_layers_file(
    path: str | os.PathLike[str], *, progress: Progress | None = None
) -> tuple[list[tuple[str, _native.Layer]], list[str]]:
    """Read the layers that a TOML names as a scheme file does: pairs of role and layer, and the roles that may be
    empty.

    Parameters
    ----------
    path : path
        ``[[layers]]`` with ``role`` and ``path``, and ``[land_use]`` with ``path``; paths are relative to it.
    progress : callable, optional
        ``progress(done, total)``.
    """
    entries = _native.read_layers_file(os.fspath(path))
    pairs = [
        (
            entry["role"],
            load_layer(Path(entry["path"]), layer=entry["layer"], encoding=entry["encoding"], progress=progress),
        )
        for entry in entries
    ]
    return pairs, [entry["role"] for entry in entries if entry["may_be_empty"]]
