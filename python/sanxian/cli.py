"""The command ``sanxian``: checks, overlays and areas from a terminal.

Exit codes: 0 done (for ``check``: every rule is met; for ``audit``: the figures are consistent; for ``compare``: the
sites are ranked), 1 the scheme is not compliant, conditional or cannot be judged (``audit``: inconsistent),
2 the command could not run, 130 interrupted. Errors are one line on stderr.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from sanxian import __version__, commands
from sanxian.errors import SanxianError

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
        print(f"error: {_one_line(error)}", file=sys.stderr)
        return EXIT_FAILED


def _one_line(error: BaseException) -> str:
    if isinstance(error, OSError) and error.filename is not None and error.strerror:
        hint = "check the path" if isinstance(error, FileNotFoundError) else "check the file and its permissions"
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
    _add_audit(parsers)
    _add_compare(parsers)
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
    parser = _add(parsers, "info", commands.info, "what is in a file")
    _add_file(parser)


def _add_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="exchange text, Shapefile or another polygon layer")
    parser.add_argument("--crs", metavar="EPSG", help="CRS of an exchange text that does not say its own")
    parser.add_argument("--encoding", help="encoding, where the file is wrong about it")


def _add_audit(parsers: Parsers) -> None:
    parser = _add(parsers, "audit", commands.audit, "a plan's own figures: totals, shares, text against tables")
    parser.add_argument("file", metavar="FILE", type=Path, help="audit description, or a scheme that names one")
    parser.add_argument("--folder", type=Path, help="where the description's tables lie (default: beside it)")


def _add_compare(parsers: Parsers) -> None:
    parser = _add(parsers, "compare", commands.compare, "alternative sites, the least farmland first")
    parser.add_argument("sites", metavar="SITE", nargs="+", help="plots of a site: exchange text or polygon layer")
    parser.add_argument("--layers", type=Path, required=True, metavar="FILE", help="TOML that names the layers")
    parser.add_argument("--area", choices=("ellipsoidal", "planar"), default="ellipsoidal")
    parser.add_argument("--on-invalid", choices=("raise", "repair"), default="raise")


def _add_rules(parsers: Parsers) -> None:
    parser = _add(parsers, "rules", commands.rules, "rules with their clauses")
    parser.add_argument("id", nargs="?", metavar="ID", help="a rule pack or a rule; all packs by default")


def _add_demo(parsers: Parsers) -> None:
    parser = _add(parsers, "demo", commands.demo, "check the bundled example and write its report")
    parser.add_argument("-o", "--out", type=Path, default=Path("out"), help="folder for the report (default: out)")
    parser.add_argument("--conflict", action="store_true", help="the variant that runs into the three lines")
