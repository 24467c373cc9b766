"""Seeded layers for the overlay benchmark: ``python benches/overlay_workloads.py [smoke|full]`` writes them.

Three kinds of work that land planning knows, on the 0.1 mm grid of a geodatabase in zone 38 (EPSG:4526):

* **parcels**: a land survey of fields whose winding borders are shared vertex by vertex, and plots, a good part of them
  unions of such fields, so that most edges of an overlay lie exactly on others;
* **red line**: few polygons of tens of thousands of vertices and a thousand holes each, over many small parcels;
* **pairs**: huge polygons one against one, some of them two versions of the same line.

They lie in ``$SANXIAN_BENCH_CACHE`` or ``~/.cache/sanxian-bench``. Every layer is a GeoParquet file (WKB), and a flat
file of offsets and coordinates for the peers that are written in Rust
(``crates/sanxian-overlay/examples/overlay_peers.rs`` says how).
"""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import contourpy
import geopandas as gpd
import numpy as np
import shapely

ROOT = Path(__file__).parents[1]
CACHE = Path(os.environ.get("SANXIAN_BENCH_CACHE", Path.home() / ".cache" / "sanxian-bench"))
REFERENCE = Path(os.environ.get("SANXIAN_REFERENCE", ROOT.parent / "shared" / "reference"))
#: Changes whenever the generator does, so that old files are not taken for new ones.
VERSION = 1
#: Middle of all layers, and the resolution that coordinates are rounded to.
CENTRE = np.array([38_500_000.0, 4_250_000.0])
DECIMALS = 4
#: Points of a winding border at its finest, and how far it swerves, as a share of its length.
FINEST = 8
SWERVE = 0.09
PARCEL_M = 155.0


@dataclass(frozen=True)
class Size:
    """How much of everything."""

    parcels: int
    plots: tuple[int, ...]
    red_line_parcels: int
    red_lines: int
    red_line_vertices: tuple[int, int]
    pairs: int
    pair_vertices: tuple[int, int]
    scaling: tuple[int, ...]
    scaling_plots: int


SIZES = {
    "full": Size(
        parcels=200_000,
        plots=(38, 500, 5000),
        red_line_parcels=20_000,
        red_lines=300,
        red_line_vertices=(8_000, 107_000),
        pairs=12,
        pair_vertices=(47_000, 118_000),
        scaling=(10_000, 100_000, 1_000_000),
        scaling_plots=300,
    ),
    "smoke": Size(4_000, (38, 200), 400, 6, (800, 5_000), 3, (2_000, 4_000), (1_000, 4_000), 40),
}


class Parcels:
    """Fields in rows like bricks: three meet at a corner, and neighbours share every vertex of their border."""

    def __init__(self, count: int, aspect: float, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        cells = count * 1.28  # some of the land is villages and woods
        self.columns, self.rows = round((cells * aspect) ** 0.5), round((cells / aspect) ** 0.5)
        across, along = 2 * self.columns + 1, self.rows + 1
        u, v = np.meshgrid(np.arange(across + 1) / 2.0, np.arange(along).astype(float))
        nodes = np.stack([u, v], axis=-1) + self.random.uniform(-0.17, 0.17, (along, across + 1, 2))
        # Fields are long and narrow in one place and square in another.
        nodes[..., 0] += 1.9 * np.sin(2 * np.pi * v / 43) * np.sin(2 * np.pi * u / 61)
        nodes[..., 1] += 1.4 * np.sin(2 * np.pi * u / 37) * np.sin(2 * np.pi * v / 53)
        middle = np.array([self.columns, self.rows]) / 2.0
        self.nodes = np.round((nodes - middle) * PARCEL_M + CENTRE, DECIMALS)
        self.level_along = self._levels((along, across))
        self.level_up = self._levels((self.rows, across + 1))
        self.along = self._winding(self.nodes[:, :-1], self.nodes[:, 1:])
        self.up = self._winding(self.nodes[:-1], self.nodes[1:])
        self.kept = self._cells_kept(count)

    def _levels(self, shape: tuple[int, ...]) -> np.ndarray:
        return self.random.choice([1, 2, 4, 8], size=shape, p=[0.08, 0.12, 0.25, 0.55]).astype(np.int8)

    def _winding(self, start: np.ndarray, end: np.ndarray) -> np.ndarray:
        """Points of the borders from ``start`` to ``end`` without the end, by displaced midpoints."""
        points = np.stack([start, end], axis=-2)
        while points.shape[-2] <= FINEST:
            step = np.diff(points, axis=-2)
            normal = np.stack([-step[..., 1], step[..., 0]], axis=-1)
            shift = self.random.uniform(-SWERVE, SWERVE, step.shape[:-1])[..., None]
            middle = points[..., :-1, :] + step / 2 + normal * shift
            finer = np.empty((*points.shape[:-2], 2 * points.shape[-2] - 1, 2))
            finer[..., ::2, :], finer[..., 1::2, :] = points, middle
            points = finer
        return np.round(points, DECIMALS)

    def _cells_kept(self, count: int) -> np.ndarray:
        """Rows and columns of the cells that are fields, in the order of the rows."""
        row, column = np.divmod(np.arange(self.rows * self.columns), self.columns)
        waves = self.random.uniform(-0.35, 0.35, (9, 2))
        phases = self.random.uniform(0, 2 * np.pi, 9)
        rough = np.sin(waves @ np.stack([row, column]) + phases[:, None]).sum(axis=0)
        order = np.argsort(rough + self.random.normal(0, 0.7, len(row)), kind="stable")
        kept = np.sort(order[:count])
        return np.stack([row[kept], column[kept]], axis=1)

    def _rings(self, cells: np.ndarray) -> np.ndarray:
        """Polygons of cells: six borders each, counter-clockwise, each without its last point."""
        row, left = cells[:, 0], 2 * cells[:, 1] + cells[:, 0] % 2
        sides = [
            (self.along, self.level_along, row, left, False),
            (self.along, self.level_along, row, left + 1, False),
            (self.up, self.level_up, row, left + 2, False),
            (self.along, self.level_along, row + 1, left + 1, True),
            (self.along, self.level_along, row + 1, left, True),
            (self.up, self.level_up, row, left, True),
        ]
        points = np.empty((len(cells), 6, FINEST, 2))
        used = np.empty((len(cells), 6, FINEST), dtype=bool)
        step = np.arange(FINEST)
        for side, (borders, levels, r, c, backwards) in enumerate(sides):
            border = borders[r, c]
            points[:, side] = border[:, :0:-1] if backwards else border[:, :-1]
            used[:, side] = step % (FINEST // levels[r, c].astype(int))[:, None] == 0
        used = used.reshape(len(cells), -1)
        corners = points.reshape(len(cells), -1, 2)[used]
        return shapely.polygons(
            shapely.linearrings(corners, indices=np.repeat(np.arange(len(cells)), used.sum(axis=1)))
        )

    def polygons(self, cells: np.ndarray | None = None) -> np.ndarray:
        """The fields; borders of those that would cross themselves are straightened first, for the neighbours too."""
        cells = self.kept if cells is None else cells
        shapes = self._rings(cells)
        while not (valid := shapely.is_valid(shapes)).all():
            for row, column in cells[~valid]:
                left = 2 * column + row % 2
                self.level_along[row : row + 2, left : left + 2] = 1
                self.level_up[row, [left, left + 2]] = 1
            shapes = self._rings(cells)
        return shapes

    def union_of_neighbours(self, fields: dict[tuple[int, int], object]) -> shapely.Geometry:
        """A cluster of fields round one of them, as one polygon."""
        start = tuple(self.kept[self.random.integers(len(self.kept))])
        taken, edge = {start}, [start]
        for _ in range(int(self.random.integers(2, 24))):
            row, column = edge[self.random.integers(len(edge))]
            shift = row % 2
            neighbours = [(row, column - 1), (row, column + 1)]
            neighbours += [(row + d, column + s) for d in (-1, 1) for s in (shift - 1, shift)]
            free = [cell for cell in neighbours if cell in fields and cell not in taken]
            if free:
                chosen = free[self.random.integers(len(free))]
                taken.add(chosen)
                edge.append(chosen)
        return shapely.coverage_union_all([fields[cell] for cell in sorted(taken)])


def outline(random: np.random.Generator, centre: np.ndarray, radius_m: float, vertices: int) -> shapely.Polygon:
    """A closed line round ``centre`` whose distance from it wanders."""
    turn = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    wander = np.cumsum(random.normal(0, 1, vertices))
    wander -= np.linspace(0, wander[-1], vertices)  # back to where it started
    distance = radius_m * np.exp(np.clip(1.4 * wander / vertices**0.5 / 2, -1.0, 1.0))
    stretch, tilt = random.uniform(1, 1.7), random.uniform(0, np.pi)
    x, y = distance * np.cos(turn) * stretch, distance * np.sin(turn) / stretch
    turned = np.stack([x * np.cos(tilt) - y * np.sin(tilt), x * np.sin(tilt) + y * np.cos(tilt)], axis=1)
    return shapely.Polygon(np.round(centre + turned, DECIMALS))


def plots(parcels: Parcels, count: int) -> np.ndarray:
    """Plots over a survey: outlines of their own, and three in ten made of its fields."""
    random = parcels.random
    fields = {
        (int(row), int(column)): shape for (row, column), shape in zip(parcels.kept, parcels.polygons(), strict=True)
    }
    reach = np.array([parcels.columns, parcels.rows]) * PARCEL_M * 0.46
    made: list[shapely.Geometry] = []
    while len(made) < count:
        if random.uniform() < 0.7:
            radius_m = float(np.clip(np.exp(random.normal(np.log(290), 0.75)), 60, 2500))
            shape = outline(random, CENTRE + random.uniform(-reach, reach), radius_m, int(random.integers(31, 320)))
        else:
            shape = parcels.union_of_neighbours(fields)
        if shape.geom_type == "Polygon" and shape.is_valid:
            made.append(shape)
    return np.array(made, dtype=object)


def rough_field(random: np.random.Generator, n: int) -> np.ndarray:
    """Fractal noise of mean 0 and deviation 1 on ``n`` by ``n`` points."""
    frequency = np.hypot(np.fft.fftfreq(n)[:, None], np.fft.rfftfreq(n)[None, :])
    frequency[0, 0] = np.inf
    spectrum = frequency**-1.5 * np.exp(2j * np.pi * random.uniform(size=frequency.shape))
    field = np.fft.irfft2(spectrum, s=(n, n))
    return (field - field.mean()) / field.std()


def red_line(random: np.random.Generator, centre: np.ndarray, radius_m: float, vertices: int) -> shapely.Polygon:
    """The largest area where a dome with fractal noise stands above a level: about so many vertices, and many holes."""
    n = int(90 * (vertices / 10_000) ** 0.6) + 20
    while True:
        axis = np.linspace(-1, 1, n)
        dome = 1.6 - 2.7 * (axis[:, None] ** 2 + axis[None, :] ** 2) + 0.8 * rough_field(random, n)
        dome[[0, -1]] = dome[:, [0, -1]] = -9
        contours = contourpy.contour_generator(axis, axis, dome, fill_type="OuterOffset").filled(0, np.inf)
        points, offsets = max(zip(*contours, strict=True), key=lambda part: len(part[0]))
        if 0.7 < len(points) / vertices < 1.4:
            break
        n = int(n * np.clip((vertices / len(points)) ** 0.6, 0.5, 2.0)) + 1
    tilt = random.uniform(0, np.pi)
    turn = np.array([[np.cos(tilt), np.sin(tilt)], [-np.sin(tilt), np.cos(tilt)]])
    points = np.round(centre + radius_m * points @ turn, DECIMALS)
    rings = [points[start:end] for start, end in itertools.pairwise(offsets)]
    return _largest_valid(shapely.Polygon(rings[0], [ring for ring in rings[1:] if len(np.unique(ring, axis=0)) > 2]))


def other_version(random: np.random.Generator, shape: shapely.Polygon) -> shapely.Polygon:
    """The same line surveyed again: a tenth of its runs moved a little, the rest identical."""

    def ring(line: shapely.LinearRing) -> np.ndarray:
        points = shapely.get_coordinates(line)[:-1].copy()
        count = len(points)
        if count < 60:
            return points
        moved = (random.integers(0, count, count // 250 + 1)[:, None] + np.arange(25)).ravel() % count
        step = np.hypot(*(np.roll(points, -1, axis=0) - points).T)
        points[moved] += random.normal(0, 0.15, (len(moved), 2)) * np.minimum(step, np.roll(step, 1))[moved, None]
        return np.round(points, DECIMALS)

    return _largest_valid(shapely.Polygon(ring(shape.exterior), [ring(line) for line in shape.interiors]))


def _largest_valid(shape: shapely.Geometry) -> shapely.Polygon:
    if shape.is_valid:
        return shape
    parts = shapely.get_parts(shapely.make_valid(shape))
    parts = shapely.get_parts(parts)
    # Rounding again is safe: the repair cuts at crossings, which are off the grid; who breaks by it is repaired again.
    largest = max(parts[shapely.get_type_id(parts) == 3], key=shapely.area)
    rounded = shapely.transform(largest, lambda points: np.round(points, DECIMALS))
    return rounded if rounded.is_valid else _largest_valid(rounded)


def layers(size: Size) -> Iterator[tuple[str, np.ndarray]]:
    """Every generated layer with its name."""
    parcels = Parcels(size.parcels, 5 / 3, seed=1)
    shapes = plots(parcels, max(size.plots))
    survey = parcels.polygons()
    yield "parcels", survey
    for count in size.plots:
        yield f"plots_{count}", shapes[:count]
    random = np.random.default_rng(2)
    yield "red_line_parcels", survey[np.sort(random.permutation(len(survey))[: size.red_line_parcels])]
    reach = np.array([parcels.columns, parcels.rows]) * PARCEL_M * 0.46
    vertices = np.exp(random.uniform(*np.log(size.red_line_vertices), size.red_lines))
    largest = size.red_line_vertices[1]
    centres = CENTRE + random.uniform(-reach, reach, (size.red_lines, 2))
    radii = 1700 + 2800 * (vertices / largest) ** 0.5
    yield "red_line", np.array([red_line(random, *of) for of in zip(centres, radii, vertices.astype(int), strict=True)])
    yield from zip(("pair_a", "pair_b"), pairs(size), strict=True)
    yield from scaling(size)


def pairs(size: Size) -> tuple[np.ndarray, np.ndarray]:
    """Huge polygons one against one, each pair in a place of its own; one in three is two versions of a line."""
    random = np.random.default_rng(3)
    first, second = [], []
    for pair, vertices in enumerate(np.linspace(*size.pair_vertices, size.pairs).astype(int)):
        centre = CENTRE + 20_000 * (np.array([pair % 4, pair // 4]) - [1.5, 1.0])
        shape = red_line(random, centre, 5000, vertices)
        first.append(shape)
        again = pair % 3 == 2
        second.append(other_version(random, shape) if again else red_line(random, centre + 1200, 5000, vertices))
    return np.array(first), np.array(second)


def scaling(size: Size) -> Iterator[tuple[str, np.ndarray]]:
    """One set of plots amid surveys that only reach further and further."""
    parcels = Parcels(max(size.scaling), 1.0, seed=4)
    inner = ((min(size.scaling) / 1.6) ** 0.5 / 2 - 8) * PARCEL_M
    random = np.random.default_rng(5)
    shapes = [
        outline(
            random, CENTRE + random.uniform(-inner, inner, 2), random.uniform(60, 500), int(random.integers(31, 320))
        )
        for _ in range(size.scaling_plots)
    ]
    yield "scaling_plots", np.array([shape if shape.is_valid else _largest_valid(shape) for shape in shapes])
    middle = np.array([parcels.rows, parcels.columns]) / 2
    distance = np.abs(parcels.kept - middle).max(axis=1)
    survey = parcels.polygons()
    for count in size.scaling:
        yield f"scaling_{count}", survey[np.sort(np.argsort(distance, kind="stable")[:count])]


def england() -> Iterator[tuple[str, np.ndarray]]:
    """Output areas and wards of England, the valid ones; nothing when the reference data are absent."""
    folder = REFERENCE / "layers" / "england"
    for name, file in (("england_areas", "eng_oa_27700.parquet"), ("england_wards", "eng_wards_27700.parquet")):
        if (folder / file).exists():
            shapes = gpd.read_parquet(folder / file).geometry.values
            yield name, np.asarray(shapes[shapes.is_valid])


def write(folder: Path, name: str, shapes: np.ndarray, epsg: int) -> None:
    """Write one layer as GeoParquet and flat, and say what it is."""
    frame = gpd.GeoDataFrame({"id": np.arange(len(shapes), dtype=np.int32)}, geometry=shapes, crs=epsg)
    frame.to_parquet(folder / f"{name}.parquet")
    multi = np.array([shapely.multipolygons(shapely.get_parts([shape])) for shape in shapes])
    _, coordinates, (rings, polygons, features) = shapely.to_ragged_array(multi, include_z=False)
    with (folder / f"{name}.flat").open("wb") as file:
        np.array([len(features) - 1, len(polygons) - 1, len(rings) - 1, len(coordinates)], dtype="<u8").tofile(file)
        for offsets in (features, polygons, rings):
            offsets.astype("<i4").tofile(file)
        coordinates.astype("<f8").tofile(file)
    vertices = shapely.get_num_coordinates(shapes)
    print(
        f"{name}: {len(shapes):,} polygons, {vertices.sum():,} vertices ({vertices.min()} to {vertices.max():,}), "
        f"{len(rings) - 1 - (len(polygons) - 1):,} holes, {shapely.area(shapes).sum() / 1e6:,.1f} km²",
        flush=True,
    )


def make(size: str) -> Path:
    """The folder of the layers, made if they are not there yet."""
    folder = CACHE / f"{size}-{VERSION}"
    done = folder / "done"
    if not done.exists():
        folder.mkdir(parents=True, exist_ok=True)
        start = time.perf_counter()
        for name, shapes in layers(SIZES[size]):
            if not shapely.is_valid(shapes).all():
                raise RuntimeError(f"{name}: the generator made an invalid polygon")
            write(folder, name, shapes, 4526)
        done.touch()
        print(f"made in {time.perf_counter() - start:.0f} s: {folder}", flush=True)
    if not (folder / "england_wards.parquet").exists():
        for name, shapes in england():
            write(folder, name, shapes, 27700)
    return folder


if __name__ == "__main__":
    make(sys.argv[1] if len(sys.argv) > 1 else "full")
