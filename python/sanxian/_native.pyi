"""Types of the extension module; the functions that users call are in the modules beside it, with their docstrings."""

from collections.abc import Callable, Sequence
from typing import Any

__version__: str

Progress = Callable[[int, int], object] | None

class ArrowTable:
    """Anything with ``__arrow_c_stream__`` or ``__arrow_c_array__``."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...

class Layer:
    name: str
    crs: str | None
    header: list[tuple[str, str]]
    findings: ArrowTable
    @staticmethod
    def from_arrow(source: Any, name: str, path: str | None = None, format: str | None = None) -> Layer: ...
    def to_arrow(self) -> ArrowTable: ...
    def __len__(self) -> int: ...

class IndexedLayer:
    def __init__(self, layer: Layer) -> None: ...
    def __len__(self) -> int: ...

class RulePacks:
    ids: list[str]
    def to_arrow(self) -> ArrowTable: ...

class Scheme:
    name: str
    path: str
    audit: str | None
    ownership: str | None
    inputs: list[dict[str, Any]]
    @staticmethod
    def from_toml(path: str) -> Scheme: ...
    def check(
        self,
        plots: Layer,
        layers: list[Layer],
        uses: Layer | None,
        land_use: Layer | None,
        progress: Progress,
    ) -> Report: ...

class Report:
    name: str
    verdict: str
    evidence: str
    def verdicts(self) -> ArrowTable: ...
    def tables(self) -> list[tuple[str, ArrowTable]]: ...
    def findings(self) -> ArrowTable: ...
    def pieces(self) -> ArrowTable: ...

def read_plots(
    path: str, *, crs: str | None = None, swap_axes: bool | None = None, encoding: str | None = None
) -> Layer: ...
def read_layer(
    path: str,
    *,
    bbox: tuple[float, ...] | None = None,
    columns: list[str] | None = None,
    encoding: str | None = None,
    on_error: str = "raise",
    progress: Progress = None,
) -> Layer: ...
def read_layer_table(
    path: str,
    *,
    bbox: tuple[float, ...] | None = None,
    columns: list[str] | None = None,
    encoding: str | None = None,
    on_error: str = "raise",
    progress: Progress = None,
) -> tuple[ArrowTable, ArrowTable]: ...
def write_exchange_text(
    layer: Layer, path: str, *, options: dict[str, Any], one_file_a_plot: bool, scheme: str | None = None
) -> list[str]: ...
def rewrite_exchange_text(layer: Layer, header: list[tuple[str, str]], model: Layer, path: str) -> None: ...
def write_coordinate_table(
    layer: Layer, path: str, *, scheme: str | None, sheet_per_plot: bool, point_prefix: str, decimals: int
) -> None: ...
def plots_of_layer(layer: Layer) -> Layer: ...
def write_shapefile(layer: Layer, path: str, encoding: str) -> None: ...
def write_use_layer(layer: Layer, path: str) -> None: ...
def areas_m2(layer: Layer, method: str) -> ArrowTable: ...
def to_crs(layer: Layer, target: str, helmert: dict[str, float | str] | str | None) -> Layer: ...
def describe_crs(text: str) -> dict[str, Any]: ...
def describe_layer_crs(layer: Layer) -> dict[str, Any] | None: ...
def crs_evidence(
    points: Sequence[tuple[float, float]], declared: str | None = None
) -> tuple[list[dict[str, Any]], str | None]: ...
def layer_crs_evidence(layer: Layer) -> tuple[list[dict[str, Any]], str | None]: ...
def round_half_away(values: Sequence[float], decimals: int) -> list[float]: ...
def close_column(
    values: Sequence[float], total: float, decimals: int, method: str
) -> tuple[list[float], list[int], float, int]: ...
def close_table(
    rows: Sequence[Sequence[float]], decimals: int
) -> tuple[list[list[float]], list[float], list[float], float, list[tuple[int, int, int]]]: ...
def ridge_deduction(
    areas_m2: Sequence[float], coefficient: float, pieces: bool
) -> list[tuple[float, float, float]]: ...
def overlay_area(
    plots: Layer,
    layer: IndexedLayer,
    by: Sequence[str],
    area: str,
    sliver_width_m: float,
    on_invalid: str,
    count: str,
    progress: Progress,
) -> ArrowTable: ...
def overlay_area_of_file(
    plots: Layer,
    path: str,
    by: Sequence[str],
    area: str,
    sliver_width_m: float,
    on_invalid: str,
    count: str,
    progress: Progress,
) -> ArrowTable: ...
def overlay(
    plots: Layer, layer: IndexedLayer, area: str, sliver_width_m: float, on_invalid: str, progress: Progress
) -> ArrowTable: ...
def find_faults(
    layer: Layer, vertex_tolerance: float, shortest_edge: float, sharpest_angle_deg: float, winding: str | None
) -> ArrowTable: ...
def repair(layer: Layer, method: str) -> tuple[Layer, ArrowTable]: ...
def check_coverage(
    layer: Layer,
    within: Layer | None,
    area: str,
    open_gap_width_m: float,
    between: str | None,
    name: str | None,
    on_invalid: str,
    progress: Progress,
) -> tuple[ArrowTable, ArrowTable, ArrowTable, ArrowTable, ArrowTable]: ...
def check_submission(
    plots: Layer | None,
    shapefile: Layer | None,
    outline: Layer | None,
    uses: Layer | None,
    land_use: Layer | None,
    ownership: str | None,
    layers: list[Layer],
    progress: Progress,
) -> ArrowTable: ...
def find_slivers(layer: Layer, class_field: str | None, narrow_width_m: float | None) -> ArrowTable: ...
def compare_vintages(
    plots: Layer,
    before: Layer,
    after: Layer,
    by: Sequence[str],
    area: str,
    sliver_width_m: float,
    on_invalid: str,
    progress: Progress,
) -> tuple[ArrowTable, ArrowTable]: ...
def role_id(name: str) -> str: ...
def role_titles() -> dict[str, str]: ...
def recognise_layer(
    name: str, schema: Any, *, role: str | None = None, is_complete: bool = True
) -> tuple[str, ArrowTable]: ...
def load_rules(ids: list[str], paths: list[str]) -> RulePacks: ...
def list_rules() -> ArrowTable: ...
def check(
    settings: str,
    rules: RulePacks,
    plots: Layer,
    layers: list[tuple[str, Layer]],
    uses: Layer | None,
    land_use: Layer | None,
    progress: Progress,
) -> Report: ...

class CroplandOccupation:
    land_m2: float
    net_m2: float
    farmland_m2: float | None
    grade_field: str | None
    has_ridges: bool
    def to_arrow(self) -> ArrowTable: ...
    def balance(self, supplements: list[tuple[str, int | None, float]]) -> list[dict[str, Any]]: ...

def audit_tables_needed(path: str) -> list[str]: ...
def audit(path: str, folder: str | None, given: list[tuple[str, Any]]) -> dict[str, Any]: ...
def read_layers_file(path: str) -> list[dict[str, Any]]: ...
def compare_sites(
    sites: list[tuple[str, Layer]],
    layers: list[tuple[str, Layer]],
    area: str,
    on_invalid: str,
    may_be_empty: list[str],
    progress: Progress,
) -> dict[str, Any]: ...
def cropland_occupation(
    plots: Layer, survey: Layer, farmland: Layer | None, area: str, on_invalid: str, progress: Progress
) -> CroplandOccupation: ...
def quota_ledger(
    year: int, before_m2: list[tuple[str, float]], change_m2: list[tuple[str, float]]
) -> list[dict[str, Any]]: ...
def expandable_space(
    blocks: Layer, boundary: Layer, survey: Layer, area: str, on_invalid: str, progress: Progress
) -> list[dict[str, Any]]: ...
