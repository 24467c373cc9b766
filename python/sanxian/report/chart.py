"""A look at a report with matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sanxian.report import labels, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sanxian.report.model import Report

#: Local fonts that hold Chinese; matplotlib takes the first it finds.
_FONTS = ["Microsoft YaHei", "SimHei", "PingFang SC", "Noto Sans CJK SC", "WenQuanYi Micro Hei", "DejaVu Sans"]


def draw(report: Report, ax: Axes | None = None, **options: Any) -> Axes:
    """Draw layers within reach of the plots, plots, and pieces; see :meth:`sanxian.report.Report.plot`."""
    try:
        import matplotlib.pyplot as plt
        from matplotlib import rc_context
    except ImportError as error:
        raise ImportError("matplotlib is not installed: Report.plot: pip install matplotlib") from error
    with rc_context({"font.sans-serif": _FONTS}):
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
        ax.set_xlim(minx - pad, maxx + pad)
        ax.set_ylim(miny - pad, maxy + pad)
        ax.ticklabel_format(style="plain", useOffset=False)
        ax.set_title(f"{report.name}：{labels.word('verdict', report.verdict)}", fontfamily=_FONTS)
    return ax
