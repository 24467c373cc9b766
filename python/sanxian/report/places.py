"""The places a reader must look at: pieces of rules that are not met, and contacts; numbered once for all writers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from sanxian.report import figures, labels
from sanxian.report.view import METRES_PER_DEGREE

if TYPE_CHECKING:
    from sanxian.report.model import Report

#: How far apart two boundaries that the check calls touching may lie in the drawing, in metres.
CONTACT_REACH_M = 0.01
#: Pairs of overlapping features of control layers that a page lists and draws for one rule, the largest first; a county
#: has thousands. The workbook and pieces.gpkg have them all.
MOST_CONFLICTS = 20


@dataclass(frozen=True)
class Place:
    """One numbered place on the map."""

    number: int
    plot_id: str
    rule_ids: tuple[str, ...]
    role: str
    relation: str
    geometry: BaseGeometry
    area_m2: float = 0.0
    mean_width_m: float | None = None
    is_sliver: bool = False
    subclass: str | None = None
    contact_length_m: float | None = None

    @property
    def title(self) -> str:
        """Such as ``10号地块与永久基本农田重叠``."""
        what = labels.word("role", self.role) + (f"（{self.subclass}）" if self.subclass else "")
        if self.relation == "between_layers":
            return f"{what}与规则所列图层相互重叠"
        joint = "" if self.relation == "outside" else "与"
        return f"{self.plot_id}号地块{joint}{_RELATION_PHRASE.get(self.relation, '{}').format(what)}"

    @property
    def measure(self) -> str:
        """Its size in words: hectares, mu and mean width, or the length of a contact."""
        if self.relation == "contact":
            if self.area_m2:
                return f"{figures.number(self.area_m2, 2)} 平方米，在容差以内，按接触计"
            length = "" if not self.contact_length_m else f"公共边长 {figures.number(self.contact_length_m, 2)} 米，"
            return f"{length}重叠面积为零"
        hectares = figures.number(self.area_m2 / 1e4, 4)
        mu = figures.number(self.area_m2 * 15 / 1e4, 4)
        width = "" if self.mean_width_m is None else f"，平均宽 {figures.number(self.mean_width_m, 3)} 米"
        return f"{hectares} 公顷（{mu} 亩）{width}{'，狭长碎面' if self.is_sliver else ''}"


_RELATION_PHRASE = {"overlap": "{}重叠", "contact": "{}接触", "outside": "超出{}", "near": "{}过近"}


def find_places(report: Report) -> list[Place]:
    """Pieces of every rule that is not plainly met, then contacts, in the order of the tables.

    Rules of several packs often say the same of the same layer; what they share is one place with several rules.
    """
    verdicts = _verdicts(report)
    pieces = _rows(_readable(report.pieces))
    found = [_piece_place(piece) for piece in pieces if _is_of_concern(piece, verdicts)]
    for row in _rows(report.table("encroachments")):
        # A contact with an area is an overlap below the tolerance, and comes with a piece of its own.
        if row.get("relation") == "contact" and not row.get("planar_area_m2"):
            shape = _contact_shape(report, row)
            if shape is not None:
                found.append(_contact_place(row, shape))
    found.sort(key=lambda place: place.relation == "contact")
    places: dict[tuple[Any, ...], Place] = {}
    for place in found:
        key = (place.role, place.plot_id, place.relation, place.subclass, place.geometry.wkb)
        known = places.get(key)
        if known is None:
            places[key] = replace(place, number=len(places) + 1)
        else:
            places[key] = replace(known, rule_ids=known.rule_ids + place.rule_ids)
    return list(places.values())


def _readable(pieces: gpd.GeoDataFrame) -> pd.DataFrame:
    """All pieces of plots, and of the pieces between layers the largest of each rule."""
    if "relation" not in pieces or not (pieces["relation"] == "between_layers").any():
        return pieces
    is_between = pieces["relation"] == "between_layers"
    largest = largest_conflicts(pieces[is_between])
    return pieces[~is_between | pieces.index.isin(largest.index)]


def largest_conflicts(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of pairs of layers, the largest of each rule, as many as a page can show."""
    ordered = rows.sort_values("planar_area_m2", ascending=False, kind="stable")
    return ordered.groupby("rule_id", sort=False).head(MOST_CONFLICTS)


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def _verdicts(report: Report) -> dict[str, str]:
    if "rule_id" not in report.verdicts:
        return {}
    return dict(zip(report.verdicts["rule_id"], report.verdicts["verdict"], strict=True))


def _is_of_concern(piece: dict[str, Any], verdicts: dict[str, str]) -> bool:
    geometry = piece.get("geometry")
    if geometry is None or geometry.is_empty:
        return False
    if piece.get("relation") == "contact":
        return True
    if verdicts.get(str(piece.get("rule_id")), "not_compliant") == "compliant":
        return False
    # Inside the zone where building belongs is no encroachment, whatever happens elsewhere in the plot.
    inside_zone = piece.get("relation") == "overlap" and "集中" in str(piece.get("subclass") or "")
    return not inside_zone


def _piece_place(piece: dict[str, Any]) -> Place:
    width = piece.get("mean_width_m")
    subclass = piece.get("subclass")
    return Place(
        0,
        str(piece.get("plot_id")),
        (str(piece.get("rule_id")),),
        str(piece.get("role")),
        str(piece.get("relation")),
        piece["geometry"],
        float(piece.get("ellipsoidal_area_m2") or 0.0),
        None if figures.is_missing(width) else float(width),  # type: ignore[arg-type]
        bool(piece.get("is_sliver")),
        None if figures.is_missing(subclass) else str(subclass),
    )


def _contact_place(row: dict[str, Any], shape: BaseGeometry) -> Place:
    length = row.get("contact_length_m")
    subclass = row.get("subclass")
    return Place(
        0,
        str(row.get("plot_id")),
        (str(row.get("rule_id")),),
        str(row.get("role")),
        "contact",
        shape,
        subclass=None if figures.is_missing(subclass) else str(subclass),
        contact_length_m=None if figures.is_missing(length) else float(length),  # type: ignore[arg-type]
    )


def _contact_shape(report: Report, row: dict[str, Any]) -> BaseGeometry | None:
    """The shared line or point, for the drawing; ``None`` where the layer was not given.

    Feature numbers repeat where a role has several layers, and count rows of the file where some were left out. So of
    the features at the plot the one is taken that touches it, has the number, and shares the length in the table.
    """
    plots = report.plots[report.plots["plot_id"].astype(str) == str(row.get("plot_id"))]
    if plots.empty or figures.is_missing(row.get("feature")):
        return None
    feature, plot = int(row["feature"]), plots.geometry.iloc[0]
    length_m = row.get("contact_length_m")
    unit_m = _metres_per_unit(report.plots)
    reach = CONTACT_REACH_M / unit_m
    minx, miny, maxx, maxy = plot.bounds
    best: tuple[tuple[bool, bool, float], BaseGeometry] | None = None
    for layer, near in report.layers_near((minx - reach, miny - reach, maxx + reach, maxy + reach)):
        if layer.role != str(row.get("role")):
            continue
        distances = shapely.distance(near.geometry.to_numpy(), plot)
        for at in np.flatnonzero((distances <= reach) | (near.index == feature)):
            shape = _shared_boundary(plot, near.geometry.iloc[at], reach)
            off_m = 0.0 if figures.is_missing(length_m) else abs(shape.length * unit_m - float(length_m))  # type: ignore[arg-type]
            rank = (not distances[at] <= reach, near.index[at] != feature, off_m)
            if best is None or rank < best[0]:
                best = rank, shape
    return None if best is None else best[1]


def _metres_per_unit(plots: gpd.GeoDataFrame) -> float:
    return METRES_PER_DEGREE if plots.crs is not None and plots.crs.is_geographic else 1.0


def _shared_boundary(plot: BaseGeometry, other: BaseGeometry, reach: float) -> BaseGeometry:
    minx, miny, maxx, maxy = plot.bounds
    near = shapely.clip_by_rect(other.boundary, minx - reach, miny - reach, maxx + reach, maxy + reach)
    shared = plot.boundary.intersection(near.buffer(reach, quad_segs=2))
    if not shared.is_empty and shared.length > 4 * reach:
        return shared
    nearest = shapely.shortest_line(plot, other)
    return shapely.Point(nearest.coords[0])
