"""The command ``sanxian``: checks, overlays and areas from a terminal.

Exit codes: 0 done (for ``check``: every rule is met; for ``validate``: nothing is wrong; for ``audit``: the figures are
consistent; for ``compare``: the sites are ranked; for ``cropland``, ``quotas``, ``exchange`` and ``expandable``: every
requirement is met), 1 the scheme is not compliant, conditional or cannot be judged (``validate``: the file has faults;
``audit``: inconsistent), 2 the command could not run, 130 interrupted.
Errors are one line on stderr.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from sanxian import __version__, commands, conversion, inspection, ledgers
from sanxian.errors import SanxianError
from sanxian.terminal import print_json

#: What the shell is told; check's 1 is a result, not a failure.
EXIT_OK, EXIT_NOT_COMPLIANT, EXIT_FAILED, EXIT_INTERRUPTED, EXIT_PIPE = 0, 1, 2, 130, 141


class _Parser(argparse.ArgumentParser):
    """A parser whose errors look like all others."""

    def error(self, message: str) -> NoReturn:
        self.exit(EXIT_FAILED, f"error: {message}: {self.prog} --help\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Parameters
    ----------
    arguments : sequence of str, optional
        As typed behind ``sanxian``; by default those of the process.

    Returns
    -------
    int
        The exit code.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A console that cannot show a character shows a mark instead of a traceback.
            stream.reconfigure(errors="replace")
    options = None
    try:
        options = build_parser().parse_args(arguments)
        run: Callable[[argparse.Namespace], int] = options.run
        return run(options)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader (head, less) has seen enough; Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_PIPE
    except (SanxianError, OSError, ImportError, KeyError, TypeError, ValueError) as error:
        line = _one_line(error)
        print(f"error: {line}", file=sys.stderr)
        if options is not None and getattr(options, "json", False):
            # A script that reads JSON finds the place as data, and need not take the line to pieces.
            place = {name: getattr(error, name) for name in getattr(error, "fields", ())}
            print_json({"error": {"type": type(error).__name__, "message": line, **place}})
        return EXIT_FAILED


def _one_line(error: BaseException) -> str:
    if isinstance(error, OSError) and error.filename is not None and error.strerror:
        hint = "check the file and its permissions"
        if isinstance(error, FileNotFoundError):
            hint = "check the path"
        elif isinstance(error, FileExistsError):
            hint = "choose another name or pass --overwrite"
        return f"{error.strerror.lower()}: {error.filename}: {hint}"
    # str() of a KeyError is the repr of its message.
    message = error.args[0] if isinstance(error, KeyError) and error.args else error
    return " ".join(str(message).split()) or type(error).__name__


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = _Parser(prog="sanxian", description="三线：项目用地压占什么、压占多少、是否允许。")
    parser.add_argument("--version", action="version", version=f"sanxian {__version__}")
    parsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_check(parsers)
    _add_overlay(parsers)
    _add_area(parsers)
    _add_info(parsers)
    _add_convert(parsers)
    _add_validate(parsers)
    _add_audit(parsers)
    _add_compare(parsers)
    _add_cropland(parsers)
    _add_quotas(parsers)
    _add_expandable(parsers)
    _add_vintages(parsers)
    _add_exchange(parsers)
    _add_rules(parsers)
    _add_demo(parsers)
    return parser


Parsers = argparse._SubParsersAction  # argparse has no public name for it


def _add(parsers: Parsers, name: str, run: Callable[[argparse.Namespace], int], help: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = parsers.add_parser(name, help=help, description=help)
    parser.set_defaults(run=run)
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _add_check(parsers: Parsers) -> None:
    parser = _add(parsers, "check", commands.check, "check a scheme and write its report")
    parser.add_argument("scheme", type=Path, help="the scheme file (scheme.toml)")
    parser.add_argument("-o", "--out", type=Path, help="folder for the report; without it nothing is written")


def _add_overlay(parsers: Parsers) -> None:
    parser = _add(parsers, "overlay", commands.overlay, "area of each plot inside each feature of a layer")
    parser.add_argument("plots", metavar="PLOTS", help="exchange text, Shapefile or another polygon layer")
    parser.add_argument("layer", metavar="LAYER", help="polygon layer")
    parser.add_argument("--by", metavar="FIELD", action="append", help="sum over this field of the layer; repeatable")
    parser.add_argument("--area", choices=("ellipsoidal", "planar", "geodesic"), default="ellipsoidal")
    parser.add_argument("--on-invalid", choices=("raise", "repair"), default="raise")
    parser.add_argument("--sliver-width-m", type=float, default=0.0, metavar="METRES", help="flag narrower pieces")
    parser.add_argument("--format", choices=("table", "csv", "json"), default="table")


def _add_area(parsers: Parsers) -> None:
    parser = _add(parsers, "area", commands.area, "areas of every polygon by every method")
    _add_file(parser)


def _add_info(parsers: Parsers) -> None:
    parser = _add(parsers, "info", commands.info, "what is in a file, and what kind of layer it is")
    _add_file(parser)


def _add_validate(parsers: Parsers) -> None:
    parser = _add(parsers, "validate", inspection.validate, "everything wrong with a file or a scheme")
    _add_file(parser, help="exchange text, Shapefile, another polygon layer, or a scheme file (.toml)")
    parser.add_argument("-o", "--out", type=Path, metavar="PATH", help="findings.gpkg, or a folder for it")
    parser.add_argument("--shapefile", type=Path, metavar="FILE", help="the plots of a scheme once more, to compare")
    parser.add_argument(
        "--outline", type=Path, metavar="FILE", help="the outline that the plots of a scheme should fill"
    )
    parser.add_argument("--role", help="what the layer should be, e.g. 永久基本农田: said when it is not")


def _add_convert(parsers: Parsers) -> None:
    parser = _add(parsers, "convert", conversion.convert, "from one format to another, saying what is lost")
    _add_file(parser)
    parser.add_argument(
        "out",
        metavar="OUT",
        type=Path,
        help=".shp .gpkg .parquet .fgb .geojson .gdb, for plots .txt (exchange text) and .xlsx (coordinate table)",
    )
    parser.add_argument("--overwrite", action="store_true", help="replace OUT where it exists")
    parser.add_argument("--to-crs", metavar="EPSG", help="transform into this CRS")
    parser.add_argument(
        "--helmert", metavar="NAME", help="datum change: wgs84_as_cgcs2000 takes the two as one (to a metre)"
    )
    parser.add_argument("--bbox", type=_box, metavar="W,S,E,N", help="only features whose box meets this one")
    parser.add_argument("--columns", type=_names, metavar="A,B", help="only these attributes")
    parser.add_argument("--out-layer", metavar="NAME", help="name of the layer in a .gpkg or .gdb")
    parser.add_argument("--out-encoding", metavar="NAME", help="of an exchange text or Shapefile (default: gbk)")
    text = parser.add_argument_group("exchange text and coordinate table")
    text.add_argument("--point-prefix", metavar="TEXT", help="before the numbers of points (default: J)")
    text.add_argument(
        "--decimals", type=int, metavar="N", help="round coordinates; without it a text keeps all or fails"
    )
    text.add_argument("--closing-point", choices=("repeat", "next", "none"), help="the last row of a ring")
    text.add_argument("--start", choices=("as-is", "north-west"), help="the first point of a ring")
    text.add_argument("--clockwise", action="store_true", help="exteriors clockwise, interiors the other way round")
    text.add_argument(
        "--zone-prefix", action=argparse.BooleanOptionalAction, help="number of the zone before the eastings"
    )
    text.add_argument("--one-file-a-plot", action="store_true", help="OUT is a folder, each plot a text of its own")
    text.add_argument("--scheme", metavar="NAME", help="OUT is a folder, the text is named after the scheme (Xinjiang)")


def _box(text: str) -> list[float]:
    values = [float(part) for part in text.split(",")]
    if len(values) != 4 or values[0] > values[2] or values[1] > values[3]:
        raise argparse.ArgumentTypeError(f"expected west,south,east,north, found {text!r}")
    return values


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _add_file(parser: argparse.ArgumentParser, help: str = "exchange text, Shapefile or another polygon layer") -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help=help)
    parser.add_argument("--layer", metavar="NAME", help="which layer of a file that holds several")
    parser.add_argument("--crs", metavar="EPSG", help="CRS of a file that does not say its own")
    parser.add_argument("--encoding", help="encoding, where the file is wrong about it")


def _add_audit(parsers: Parsers) -> None:
    parser = _add(parsers, "audit", commands.audit, "a plan's own figures: totals, shares, text against tables")
    parser.add_argument("file", metavar="FILE", type=Path, help="audit description, or a scheme that names one")
    parser.add_argument("--folder", type=Path, help="where the description's tables lie (default: beside it)")


def _add_compare(parsers: Parsers) -> None:
    parser = _add(parsers, "compare", commands.compare, "alternative sites, the least farmland first")
    parser.add_argument("sites", metavar="SITE", nargs="+", help="plots of a site: exchange text or polygon layer")
    parser.add_argument("--layers", type=Path, required=True, metavar="FILE", help="TOML that names the layers")
    _add_measure(parser, ("ellipsoidal", "planar"))


def _add_cropland(parsers: Parsers) -> None:
    parser = _add(parsers, "cropland", ledgers.cropland, "cropland that plots take, and what must be made good")
    parser.add_argument("file", metavar="FILE", type=Path, help="scheme file (.toml), or plots with --land-use")
    parser.add_argument("--land-use", metavar="FILE", help="land survey (DLTB) with DLBM, KCXS, GDDB")
    parser.add_argument("--farmland", metavar="FILE", help="permanent basic farmland")
    parser.add_argument("--supplement", type=Path, metavar="CSV", help="cropland offered: 地类, 等别, 面积(公顷)")
    _add_measure(parser, ("ellipsoidal", "planar"))
    _add_table_file(parser)


def _add_quotas(parsers: Parsers) -> None:
    parser = _add(parsers, "quotas", ledgers.quotas, "the plan's indicators before and after a project")
    parser.add_argument("--year", type=int, required=True, help="whose limits: 2025 or 2035")
    form: dict[str, Any] = {"metavar": "INDICATOR=NUMBER", "type": ledgers.figure, "action": "append"}
    parser.add_argument("--before", **form, required=True, help="what there is, or is used up; repeatable")
    parser.add_argument("--change", **form, help="what the project changes, a loss is negative; repeatable")
    parser.add_argument("--unit", choices=("wan_mu", "mu", "ha", "km2", "m2"), default="wan_mu")
    _add_table_file(parser)


def _add_expandable(parsers: Parsers) -> None:
    parser = _add(parsers, "expandable", ledgers.expandable, "concentrated zone of blocks less what is built in it")
    parser.add_argument("blocks", metavar="BLOCKS", help="polygon layer, each block for itself")
    parser.add_argument("--boundary", metavar="FILE", required=True, help="urban development boundary, with GHFQMC")
    parser.add_argument("--land-use", metavar="FILE", required=True, help="land survey (DLTB) with DLBM")
    _add_measure(parser, ("ellipsoidal", "planar"))
    _add_table_file(parser)


def _add_vintages(parsers: Parsers) -> None:
    parser = _add(parsers, "vintages", ledgers.vintages, "what differs between two dates of a layer inside plots")
    parser.add_argument("plots", metavar="PLOTS", help="where to look: exchange text or polygon layer")
    parser.add_argument("--by", metavar="FIELD", action="append", help="a field whose change counts; repeatable")
    _add_dates(parser, ("ellipsoidal", "planar", "geodesic"))


def _add_exchange(parsers: Parsers) -> None:
    parser = _add(parsers, "exchange", ledgers.exchange, "cropland that came and went between two dates (进出平衡)")
    parser.add_argument("regions", metavar="REGIONS", help="where to look, such as counties; each for itself")
    _add_dates(parser, ("ellipsoidal", "planar"))


def _add_dates(parser: argparse.ArgumentParser, areas: Sequence[str]) -> None:
    parser.add_argument("before", metavar="BEFORE", help="the layer at the earlier date")
    parser.add_argument("after", metavar="AFTER", help="the layer at the later date")
    parser.add_argument("--sliver-width-m", type=float, default=0.5, metavar="METRES", help="flag narrower places")
    parser.add_argument("--pieces", type=Path, metavar="PATH", help="write the places: .gpkg .shp .parquet .geojson")
    _add_measure(parser, areas)
    _add_table_file(parser)


def _add_measure(parser: argparse.ArgumentParser, areas: Sequence[str]) -> None:
    parser.add_argument("--area", choices=areas, default="ellipsoidal")
    parser.add_argument("--on-invalid", choices=("raise", "repair"), default="raise")


def _add_table_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-o", "--out", type=Path, metavar="PATH", help="write the tables: .html, .xlsx, .csv")


def _add_rules(parsers: Parsers) -> None:
    parser = _add(parsers, "rules", commands.rules, "rules with their clauses")
    parser.add_argument("id", nargs="?", metavar="ID", help="a rule pack, its file or a rule; all packs by default")


def _add_demo(parsers: Parsers) -> None:
    parser = _add(parsers, "demo", commands.demo, "check the bundled example and write its report")
    parser.add_argument("-o", "--out", type=Path, default=Path("out"), help="folder for the report (default: out)")
    parser.add_argument("--conflict", action="store_true", help="the variant that runs into the three lines")
