"""The report of a check: its verdict, tables, pieces and evidence, and how they are written."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import geopandas as gpd
import pandas as pd

from sanxian.report import labels
from sanxian.report.files import replace_file, write_together
from sanxian.report.layers import LayersArgument, MapLayer, home_window, map_layers
from sanxian.report.view import Bounds

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sanxian.report.explorer import InteractiveMap

#: A frame with geometry, or a function that makes it.
GeoFrameSource: TypeAlias = "gpd.GeoDataFrame | Callable[[], gpd.GeoDataFrame]"

#: Width that a ``repr`` may have; notebooks and debuggers cut longer ones.
REPR_WIDTH = 80


class Report:
    """What a check found.

    Made by :meth:`sanxian.Scheme.check` and :func:`sanxian.check`; made by hand in tests.

    Parameters
    ----------
    name : str
        The scheme's name.
    verdict : {"compliant", "conditional", "not_compliant", "cannot_be_judged"}
        The worst verdict of the rules.
    verdicts : DataFrame
        One row a rule: ``rule_id, title, clause, document, status, predicate, role, verdict, message, plots, area_m2,
        area_ha, area_mu, required``.
    tables : dict of str to DataFrame
        ``plots``, ``totals``, ``audit`` (the text's own figures that are wrong or missing, as
        :class:`sanxian.Audit` has them, where the scheme names an audit), ``encroachments``,
        ``layer_conflicts`` (features of control layers that overlap each other though a rule keeps them apart),
        ``public_interest``, ``overlaps_by_layer``, ``rulings_by_plot`` (every rule that a plot does not simply
        meet, strictest first), ``opinions`` and ``accounts`` where rules ask for them;
        the statutory tables ``plot_summary``, ``land_use``, ``plot_uses`` (5-1), ``public_projects`` (5-2),
        ``schedule`` (6-1), ``characteristics``, ``coordinates`` (boundary points), and ``closing`` (what closing them
        moved).
    findings : DataFrame
        Every oddity of the input: ``severity, code, message, source, line, plot_id``.
    pieces : GeoDataFrame or callable
        The parts of plots that a rule concerns, in the plots' CRS; without ``plot_id`` what two layers share.
    evidence : dict
        What would be needed to repeat the run: inputs with their sha256, rule packs, parameters, versions.
    plots : GeoDataFrame or callable
        The plots, with ``plot_id``.
    layers : dict of str to (GeoDataFrame or callable), or sequence of such pairs, optional
        Control layers by role, for the map; pairs where a role has several layers. A row's position is its ``feature``
        number. A callable is asked when a map is drawn; one with a parameter ``bounds`` gets the window that is needed
        (``None`` for all) and gives the rows that meet it, indexed by their position in the whole layer.

    Attributes
    ----------
    name, verdict, verdicts, tables, findings, pieces, evidence, plots
        As given. Where a function was given, its frame is made when it is first asked for: geometry objects are dear.

    Examples
    --------
    >>> import tempfile, sanxian as sx
    >>> report = sx.Scheme.from_toml("examples/xinzhou/scheme-conflict.toml").check()
    >>> report.verdict, len(report.tables["plots"])
    ('not_compliant', 38)
    >>> sorted(path.name for path in report.write(tempfile.mkdtemp()))
    ['evidence.json', 'pieces.gpkg', 'report.docx', 'report.html', 'report.xlsx']
    """

    def __init__(
        self,
        name: str,
        verdict: str,
        verdicts: pd.DataFrame,
        tables: Mapping[str, pd.DataFrame],
        findings: pd.DataFrame,
        pieces: GeoFrameSource,
        evidence: Mapping[str, Any],
        plots: GeoFrameSource,
        layers: LayersArgument | None = None,
    ) -> None:
        self.name = name
        self.verdict = verdict
        self.verdicts = verdicts
        self.tables = dict(tables)
        self.findings = findings
        self.evidence = dict(evidence)
        self._pieces = pieces
        self._plots = plots
        self._map_layers = map_layers(layers)

    @cached_property
    def pieces(self) -> gpd.GeoDataFrame:
        """The parts of plots that a rule concerns."""
        return _made(self._pieces)

    @cached_property
    def plots(self) -> gpd.GeoDataFrame:
        """The plots, with ``plot_id``."""
        return _with_plot_ids(_made(self._plots), self.table("plots"))

    @property
    def map_layers(self) -> list[MapLayer]:
        """Control layers as the maps take them, in the order given; nothing is loaded by asking for them."""
        return list(self._map_layers)

    @property
    def layers(self) -> list[tuple[str, gpd.GeoDataFrame]]:
        """Control layers with their roles, in the order given and as a whole; those left unloaded are loaded now."""
        return [(layer.role, layer.whole()) for layer in self._map_layers]

    def layers_near(self, bounds: Bounds) -> list[tuple[MapLayer, gpd.GeoDataFrame]]:
        """Control layers with the features whose boxes meet a window.

        Parameters
        ----------
        bounds : tuple of float
            ``(minx, miny, maxx, maxy)`` in the plots' CRS.

        Returns
        -------
        list of (MapLayer, GeoDataFrame)
            Every layer, also those without a feature there; the index is the ``feature`` number.
        """
        home = home_window(self.plots)
        return [(layer, layer.near(bounds, home)) for layer in self._map_layers]

    def table(self, name: str) -> pd.DataFrame:
        """One table by name, also ``verdicts`` and ``findings``; an empty frame where the check made none."""
        if name == "verdicts":
            return self.verdicts
        if name == "findings":
            return self.findings
        return self.tables.get(name, pd.DataFrame())

    def to_html(self, path: str | os.PathLike[str]) -> Path:
        """Write the report as one web page that refers to nothing outside itself.

        Parameters
        ----------
        path : path
            The ``.html``; written beside it first, then renamed.

        Returns
        -------
        Path

        Raises
        ------
        OSError
            The file cannot be written.
        """
        from sanxian.report.page import write_html

        return replace_file(path, lambda temporary: write_html(self, temporary))

    def to_excel(self, path: str | os.PathLike[str]) -> Path:
        """Write the report as a workbook (``.xlsx``), a sheet a table; numbers are numbers.

        Parameters
        ----------
        path : path
            The ``.xlsx``; written beside it first, then renamed.

        Returns
        -------
        Path

        Raises
        ------
        OSError
            The file cannot be written.
        """
        from sanxian.report.workbook import write_workbook

        return replace_file(path, lambda temporary: write_workbook(self, temporary))

    def to_docx(self, path: str | os.PathLike[str]) -> Path:
        """Write the report as a text document (``.docx``) for the approval file.

        Parameters
        ----------
        path : path
            The ``.docx``; written beside it first, then renamed.

        Returns
        -------
        Path

        Raises
        ------
        OSError
            The file cannot be written.
        """
        from sanxian.report.document import write_document

        return replace_file(path, lambda temporary: write_document(self, temporary))

    def write(self, folder: str | os.PathLike[str]) -> list[Path]:
        """Write report.html, report.xlsx, report.docx, pieces.gpkg and evidence.json, all or none.

        Parameters
        ----------
        folder : path
            Made where it does not exist. Files of these names are replaced, others stay.

        Returns
        -------
        list of Path
            The five files.

        Raises
        ------
        OSError
            The folder cannot be made or a file cannot be written; nothing half-written remains.
        """
        from sanxian.report.document import write_document
        from sanxian.report.files import write_evidence, write_pieces
        from sanxian.report.page import write_html
        from sanxian.report.workbook import write_workbook

        writers = {
            "report.html": write_html,
            "report.xlsx": write_workbook,
            "report.docx": write_document,
            "pieces.gpkg": write_pieces,
            "evidence.json": write_evidence,
        }
        return write_together(folder, {name: _bind(writer, self) for name, writer in writers.items()})

    def plot(self, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw plots, control layers and pieces with matplotlib.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.
        **options
            Passed to ``GeoDataFrame.plot`` for the plots.

        Returns
        -------
        matplotlib Axes

        Raises
        ------
        ImportError
            matplotlib is not installed.
        """
        from sanxian.report.chart import draw

        return draw(self, ax, **options)

    def explore(self, *, height_px: int = 560) -> InteractiveMap:
        """Show plots, layers and pieces on a map to zoom and pan, in a notebook or as a page; it needs no network.

        The wheel zooms, dragging pans, a double click shows everything again, check boxes hide layers, and resting on
        a plot or piece names it with its hectares and mu.

        Parameters
        ----------
        height_px : int
            Height of the frame in a notebook.

        Returns
        -------
        InteractiveMap
            Displays itself in a notebook; ``.save(path)`` writes it as a page.
        """
        from sanxian.report.explorer import explore

        return explore(self, height_px)

    def _repr_html_(self) -> str:
        from sanxian.report.page import render_summary

        return render_summary(self)

    def __repr__(self) -> str:
        failed = int((self.verdicts["verdict"] == "not_compliant").sum()) if "verdict" in self.verdicts else 0
        tail = f": {labels.word('verdict', self.verdict)}, {len(self.plots)} plots, {failed} rules failed>"
        room = REPR_WIDTH - len("<Report ") - len(tail)
        name = self.name if len(self.name) <= room else self.name[: room - 1] + "…"
        return f"<Report {name}{tail}"


def _made(source: GeoFrameSource) -> gpd.GeoDataFrame:
    """The frame itself."""
    return source if isinstance(source, gpd.GeoDataFrame) else source()


def _with_plot_ids(plots: gpd.GeoDataFrame, table: pd.DataFrame) -> gpd.GeoDataFrame:
    """The plots under the names that the tables use: the check names those that the input left without one."""
    if "plot_id" in table and len(table) == len(plots):
        return plots.assign(plot_id=table["plot_id"].to_numpy())
    if "plot_id" in plots:
        return plots
    return plots.assign(plot_id=[str(number) for number in range(1, len(plots) + 1)])


def _bind(writer: Callable[[Report, Path], None], report: Report) -> Callable[[Path], None]:
    return lambda path: writer(report, path)
