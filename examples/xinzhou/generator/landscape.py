"""The land survey around and inside the plots: which land is road, river, village, town and field."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import LineString, MultiPoint, Point, Polygon

from . import layout
from .partition import polygons_of, subdivide

LAND_CLASSES = {
    "0101": "水田", "0102": "水浇地", "0103": "旱地", "0201": "果园", "0204": "其他园地", "0301": "乔木林地",
    "0305": "灌木林地",
    "0307": "其他林地", "0404": "其他草地", "05H1": "商业服务业设施用地", "0508": "物流仓储用地", "0601": "工业用地",
    "0701": "城镇住宅用地", "0702": "农村宅基地", "08H1": "机关团体新闻出版用地", "08H2": "科教文卫用地",
    "0809": "公用设施用地",
    "0810": "公园与绿地", "1001": "铁路用地", "1003": "公路用地", "1004": "城镇村道路用地", "1006": "农村道路",
    "1101": "河流水面",
    "1104": "坑塘水面", "1106": "内陆滩涂", "1107": "沟渠", "1202": "设施农用地", "1206": "裸土地",
}  # fmt: skip

PLAIN = {
    "0102": 70,
    "0103": 9,
    "0201": 5,
    "0307": 4,
    "0301": 3,
    "1202": 3,
    "0404": 2,
    "1104": 1.5,
    "0204": 1.5,
    "0601": 1,
}
HILLS = {"0103": 40, "0301": 20, "0305": 9, "0307": 9, "0404": 13, "0201": 6, "1206": 2, "0204": 1}
TOWN = {"0701": 46, "05H1": 14, "0601": 9, "08H1": 7, "08H2": 9, "0810": 6, "0809": 4, "0508": 2}
PLOT_STATE = {
    "0601": 26,
    "0701": 22,
    "05H1": 9,
    "0508": 8,
    "08H2": 4,
    "0809": 5,
    "0404": 6,
    "1206": 8,
}
PLOT_COLLECTIVE = {
    "0102": 58,
    "0103": 14,
    "0201": 6,
    "0307": 4,
    "0702": 5,
    "0404": 4,
    "1202": 4,
    "0601": 3,
    "0204": 2,
}


@dataclass(frozen=True)
class Land:
    """What the survey says about a piece of ground."""

    land_class: str
    ownership: str  # QSXZ: 10, 20 state; 30, 40 collective
    plot_id: str | None = None

    @property
    def is_state(self) -> bool:
        """State-owned, by the first digit of QSXZ."""
        return self.ownership[0] in "12"

    @property
    def join_key(self) -> tuple:
        """Patches may be joined only on the same side of every line that a figure of the plan depends on."""
        return (
            (self.plot_id, self.is_state)
            if self.plot_id
            else (None, self.land_class in ("1003", "1004", "1006", "1101"))
        )


def pick(rng: np.random.Generator, weights: dict[str, float]) -> str:
    """One key, by weight."""
    total = sum(weights.values())
    ball = rng.uniform(0, total)
    for key, weight in weights.items():
        ball -= weight
        if ball <= 0:
            return key
    return key


def hilliness(x: float, y: float) -> float:
    """0 in the plain, above 1 in the hills of the north-west and south-west corners."""
    corners = [(layout.to_ground_point(-4700, 3700), 1900.0), (layout.to_ground_point(-4700, -3800), 1700.0)]
    return max(1.6 - math.hypot(x - cx, y - cy) / reach for (cx, cy), reach in corners)


def ribbon(line: LineString, half_width, step_m: float = 45.0) -> Polygon:
    """A polygon along a line whose half width (left and right) varies with the distance run."""
    length = line.length
    stations = np.arange(0, length, step_m)
    left, right = [], []
    for s in stations:
        a, b = line.interpolate(s), line.interpolate(min(s + 1.0, length))
        norm = math.hypot(b.x - a.x, b.y - a.y)
        nx, ny = -(b.y - a.y) / norm, (b.x - a.x) / norm
        w_left, w_right = half_width(s)
        left.append((a.x + nx * w_left, a.y + ny * w_left))
        right.append((a.x - nx * w_right, a.y - ny * w_right))
    return Polygon(left + right[::-1]).buffer(0)


def river(line: LineString, base_m: float, phase: float) -> tuple[Polygon, Polygon]:
    """Water and the flats beside it."""

    def water(s):
        return (
            base_m * (1 + 0.35 * math.sin(s / 310 + phase) + 0.2 * math.sin(s / 97)),
            base_m * (1 + 0.3 * math.sin(s / 260 - phase) + 0.2 * math.cos(s / 120)),
        )

    def flats(s):
        a, b = water(s)
        return a + 26 + 20 * math.sin(s / 420 + 2 * phase), b + 24 + 18 * math.cos(s / 350 + phase)

    return ribbon(line, water), ribbon(line, flats)


def strip(line, width_m: float):
    """A road of constant width along a board line."""
    return layout.to_ground(line).buffer(width_m / 2, cap_style="flat", join_style="mitre")


def blob(centre, radius_m: float, rng: np.random.Generator, corners: int = 13) -> Polygon:
    """A rough village outline."""
    angles = np.sort((np.arange(corners) + rng.uniform(-0.3, 0.3, corners)) * 2 * math.pi / corners)
    radii = radius_m * rng.uniform(0.72, 1.2, corners)
    return Polygon(
        [(centre[0] + r * math.cos(a) * 1.15, centre[1] + r * math.sin(a)) for a, r in zip(angles, radii, strict=True)]
    )


def country_roads(rng: np.random.Generator) -> tuple[list[LineString], list[LineString]]:
    """Farm roads about every 450 m both ways, and ditches between some of them."""

    def wobbling(fixed, low, high, flip):
        at = np.arange(low, high + 1, 420.0)
        points = [(fixed + rng.uniform(-40, 40), v + rng.uniform(-60, 60)) for v in at]
        return LineString([(b, a) for a, b in points] if flip else points)

    along_v = [wobbling(u, -4200, 4200, False) for u in np.arange(-4900, 5200, 455)]
    along_u = [wobbling(v, -5300, 5300, True) for v in np.arange(-3850, 3900, 430)]
    ditches = [wobbling(u + 205, -4200, 4200, False) for u in np.arange(-4900, 5200, 910)]
    ditches += [wobbling(v + 190, -5300, 5300, True) for v in np.arange(-3850, 3900, 860)]
    return along_v + along_u, ditches


class Survey:
    """Collects (polygon, Land) regions that tile the frame before they are joined on the grid."""

    def __init__(self, plots: dict, rng: np.random.Generator):
        self.rng = rng
        self.frame = layout.to_ground(layout.FRAME)
        self.free = self.frame.difference(shapely.union_all(list(plots.values())))
        centres = [layout.to_ground_point(*centre) for _, centre, _ in layout.VILLAGES]
        cells = shapely.get_parts(shapely.voronoi_polygons(MultiPoint(centres), extend_to=self.frame))
        self.territories = [next(c for c in cells if c.contains(Point(centre))) for centre in centres]
        self.roads, self.ditches = country_roads(rng)
        self.regions: list[tuple[Polygon, Land]] = []

    def take(
        self,
        shape,
        land: Land | None,
        size_m2: float | None = None,
        mix: dict | None = None,
        by_village: bool = True,
    ):
        """Gives what is still free of ``shape`` to a land class (or a mix), village by village and piece by piece."""
        got = self.free.intersection(shape)
        self.free = self.free.difference(shape)
        territories = self.territories if by_village else [self.frame]
        for territory in territories:
            for part in polygons_of(got.intersection(territory)):
                pieces = subdivide(part, size_m2, self.rng) if size_m2 else [part]
                classes = self._quarter(len(pieces), mix) if mix else [land.land_class] * len(pieces)
                for piece, land_class in zip(pieces, classes, strict=True):
                    self.regions.append((piece, Land(land_class, land.ownership)))

    def _quarter(self, count: int, mix: dict) -> list[str]:
        """Land classes of one block of built-up land: mostly what the block is known for."""
        main = pick(self.rng, mix)
        return [main if self.rng.uniform() < 0.5 else pick(self.rng, mix) for _ in range(count)]

    def country(self):
        """Everything outside the plots, in order of precedence."""
        rng = self.rng
        for line, base, phase in ((layout.NORTH_RIVER, 38, 0.7), (layout.SOUTH_RIVER, 27, 2.1)):
            water, flats = river(layout.to_ground(line), base, phase)
            self.take(water, Land("1101", "10"))
            self.take(flats, Land("1106", "20"), size_m2=25_000)
        self.take(strip(layout.RAILWAY, 34), Land("1001", "10"))
        for line in layout.HIGHWAYS:
            self.take(strip(line, 30), Land("1003", "20"))
        for line in layout.STREETS:
            self.take(strip(line, 30), Land("1004", "20"), size_m2=22_000, by_village=False)
        self.take(layout.to_ground(layout.OLD_TOWN), Land("", "20"), size_m2=21_000, mix=TOWN, by_village=False)
        for _, centre, radius in layout.VILLAGES:
            self.take(
                blob(layout.to_ground_point(*centre), radius, rng),
                Land("0702", "40"),
                size_m2=14_000,
                by_village=False,
            )
        for line in self.roads:
            self.take(strip(line, 6.0), Land("1006", "30"))
        for line in self.ditches:
            self.take(strip(line, 5.0), Land("1107", "30"))
        self._fields()

    def _fields(self):
        for territory in self.territories:
            for block in polygons_of(self.free.intersection(territory)):
                grain = layout.TURN_RAD + self.rng.uniform(-0.09, 0.09)
                for field in subdivide(block, 16_400.0, self.rng, grain):
                    self.regions.append((field, Land(self._crop(field), "30")))

    def _crop(self, field) -> str:
        x, y = field.centroid.coords[0]
        if self.rng.uniform() < hilliness(x, y):
            return pick(self.rng, HILLS)
        # Orchards and shelter woods come in clusters, not at random.
        cluster = math.sin(x / 420 + 1.3 * math.sin(y / 700)) + math.sin(y / 380 - 0.9 * math.sin(x / 510))
        if cluster > 1.72:
            return pick(self.rng, {"0201": 6, "0204": 1, "0102": 2})
        if cluster < -1.78:
            return pick(self.rng, {"0301": 4, "0307": 2, "0102": 2})
        return pick(self.rng, PLAIN)

    def inside(self, plot_id: str, state: list[Polygon], collective: list[Polygon], whole_m2: float):
        """The survey inside a plot: state land is built up, collective land is fields with farm roads through them."""
        size = min(13_000.0, max(whole_m2 / 6, 900.0))
        for part in state:
            pieces = subdivide(part, size * 1.3, self.rng)
            for piece, land_class in zip(pieces, self._quarter(len(pieces), PLOT_STATE), strict=True):
                self.regions.append((piece, Land(land_class, "20", plot_id)))
        roads = shapely.union_all([strip(line, 6.0) for line in self.roads]) if whole_m2 > 2e5 else Polygon()
        for part in collective:
            for road in polygons_of(part.intersection(roads)):
                self.regions.append((road, Land("1006", "30", plot_id)))
            for block in polygons_of(part.difference(roads)):
                for piece in subdivide(block, size, self.rng, layout.TURN_RAD):
                    self.regions.append((piece, self._collective(plot_id)))

    def _collective(self, plot_id: str) -> Land:
        land_class = pick(self.rng, PLOT_COLLECTIVE)
        return Land(land_class, "40" if land_class == "0702" else "30", plot_id)


def least_area_m2(land: Land) -> float:
    """Below this a face is joined to its neighbour: leftovers of cutting, not patches."""
    if land.plot_id:
        return 90.0
    return 150.0 if land.land_class in ("1004", "1006", "1107", "1003", "1101") else 420.0
