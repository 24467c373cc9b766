"""sanxian (三线): what a project's land runs into, by how much, and whether it may.

Boundaries and control layers come in, from files, GeoDataFrames or any Arrow stream; overlaps measured on the
ellipsoid, verdicts with their clause, and tables that close come out::

    import sanxian as sx

    report = sx.Scheme.from_toml("scheme.toml").check()
    report.write("out/")

Every geometry argument takes a GeoDataFrame, any object with ``__arrow_c_stream__`` and a polygon column with a CRS,
or a path. Coordinates are (easting, northing) or (longitude, latitude). Every number carries its unit in its name.
"""

from sanxian._native import __version__
from sanxian.area import ellipsoidal_area_m2, geodesic_area_m2, planar_area_m2
from sanxian.audit import Audit, audit_tables
from sanxian.check import check
from sanxian.control_layer import read_points
from sanxian.corridor import corridor
from sanxian.coverage import Coverage, check_coverage
from sanxian.cropland import CroplandOccupation, cropland_occupation, expandable_space, quota_ledger
from sanxian.crs import CrsCandidate, CrsDescription, describe_crs, to_crs
from sanxian.errors import (
    AuditError,
    CrsMismatchError,
    CrsUnknownError,
    DatumShiftError,
    ExchangeTextError,
    InvalidPolygonError,
    LayerReadError,
    RuleError,
    SanxianError,
    SchemeError,
)
from sanxian.exchange import CroplandExchange, cropland_exchange
from sanxian.findings_layer import write_findings
from sanxian.io import read_layer, read_plots
from sanxian.layer_files import write_layer
from sanxian.layer_kind import recognise_layer
from sanxian.overlay import ControlLayer, overlay, overlay_area
from sanxian.plot_files import (
    rewrite_exchange_text,
    write_coordinate_table,
    write_exchange_text,
    write_use_layer,
)
from sanxian.report import Report
from sanxian.rules import Rules, list_rules, load_rules
from sanxian.scheme import Scheme
from sanxian.sites import SiteComparison, compare_sites
from sanxian.submission import check_submission
from sanxian.table import ClosedTable, close_table, ridge_deduction, round_half_away
from sanxian.validity import find_faults, find_slivers, repair
from sanxian.vintages import VintageChanges, compare_vintages

__all__ = [
    "Audit",
    "AuditError",
    "ClosedTable",
    "ControlLayer",
    "Coverage",
    "CroplandExchange",
    "CroplandOccupation",
    "CrsCandidate",
    "CrsDescription",
    "CrsMismatchError",
    "CrsUnknownError",
    "DatumShiftError",
    "ExchangeTextError",
    "InvalidPolygonError",
    "LayerReadError",
    "Report",
    "RuleError",
    "Rules",
    "SanxianError",
    "Scheme",
    "SchemeError",
    "SiteComparison",
    "VintageChanges",
    "__version__",
    "audit_tables",
    "check",
    "check_coverage",
    "check_submission",
    "close_table",
    "compare_sites",
    "compare_vintages",
    "corridor",
    "cropland_exchange",
    "cropland_occupation",
    "describe_crs",
    "ellipsoidal_area_m2",
    "expandable_space",
    "find_faults",
    "find_slivers",
    "geodesic_area_m2",
    "list_rules",
    "load_rules",
    "overlay",
    "overlay_area",
    "planar_area_m2",
    "quota_ledger",
    "read_layer",
    "read_plots",
    "read_points",
    "recognise_layer",
    "repair",
    "rewrite_exchange_text",
    "ridge_deduction",
    "round_half_away",
    "to_crs",
    "write_coordinate_table",
    "write_exchange_text",
    "write_findings",
    "write_layer",
    "write_use_layer",
]
