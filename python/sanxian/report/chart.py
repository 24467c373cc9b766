"""A look at a report with matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sanxian.report import labels, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sanxian.report.model import Report

#: Local fonts that hold Chinese; matplotlib takes the first that is installed.
_FONTS = ["Microsoft YaHei", "SimHei", "PingFang SC", "Noto Sans CJK SC", "WenQuanYi Micro Hei", "DejaVu Sans"]

#: Above this many plots their numbers would hide them.
MOST_NUMBERS = 200


def draw(report: Report, ax: Axes | None = None, **options: Any) -> Axes:
    """Draw layers within reach of the plots, plots, and pieces; see :meth:`sanxian.report.Report.plot`."""
    try:
        import matplotlib.pyplot as plt
        from matplotlib import font_manager, rc_context
    except ImportError as error:
        raise ImportError("matplotlib is not installed: Report.plot: pip install matplotlib") from error
    # matplotlib complains on stderr of every name that it does not find.
    installed = {font.name for font in font_manager.fontManager.ttflist}
    fonts = [name for name in _FONTS if name in installed]
    with rc_context({"font.sans-serif": fonts}):
        if ax is None:
            _, ax = plt.subplots(figsize=(9, 7))
        minx, miny, maxx, maxy = report.plots.total_bounds
        pad = 0.05 * max(maxx - minx, maxy - miny, 1e-9)
        for layer, near in report.layers_near((minx - pad, miny - pad, maxx + pad, maxy + pad)):
            look = style.style_of(layer.role)
            if len(near):
                near.plot(ax=ax, color=look.fill, edgecolor=look.stroke, linewidth=0.7, zorder=1 + look.order)
        outline = {"facecolor": style.PLOT_FILL, "alpha": 0.4, "edgecolor": style.PLOT_LINE, "zorder": 10, **options}
        report.plots.plot(ax=ax, **outline)
        if len(report.pieces):
            report.pieces.plot(ax=ax, color=style.PROBLEM, edgecolor=style.PROBLEM_DARK, zorder=11)
        for plot_id, shape in zip(report.plots["plot_id"], report.plots.geometry, strict=True):
            if len(report.plots) <= MOST_NUMBERS and shape is not None and not shape.is_empty:
                point = shape.representative_point()
                ax.annotate(str(plot_id), (point.x, point.y), ha="center", va="center", fontsize=7, zorder=12)
        ax.set_xlim(minx - pad, maxx + pad)
        ax.set_ylim(miny - pad, maxy + pad)
        ax.ticklabel_format(style="plain", useOffset=False)
        ax.locator_params(nbins=6)
        unit = "度" if report.plots.crs is not None and report.plots.crs.is_geographic else "米"
        ax.set_xlabel(f"东（{unit}）", fontfamily=fonts)
        ax.set_ylabel(f"北（{unit}）", fontfamily=fonts)
        ax.set_title(f"{report.name}：{labels.word('verdict', report.verdict)}", fontfamily=fonts)
    return ax
