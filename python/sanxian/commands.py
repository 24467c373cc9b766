"""What each command does, by the public functions of the library only."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

import sanxian as sx
from sanxian.arrow import PLOTS_SUFFIXES
from sanxian.report import figures, labels
from sanxian.report.labels import Column
from sanxian.report.rows import totals_statements
from sanxian.terminal import colour, frame_grid, grid, print_json, progress_bar, records

if TYPE_CHECKING:
    import geopandas as gpd

_OVERLAY_COLUMNS = (
    Column("plot_id", "地块"),
    Column("feature", "图斑FID"),
    Column("area_m2", "面积", "平方米", 2, "number"),
    Column("area_ha", "面积", "公顷", 4, "number"),
    Column("area_mu", "面积", "亩", 4, "number"),
    Column("share", "占地块", decimals=4, kind="share"),
    Column("mean_width_m", "平均宽度", "米", 3, "number"),
    Column("is_sliver", "狭长碎面", kind="flag"),
)
_AREA_COLUMNS = (
    Column("plot_id", "地块"),
    Column("declared_area_ha", "申报面积", "公顷", 4, "number"),
    Column("planar_area_m2", "平面面积", "平方米", 2, "number"),
    Column("ellipsoidal_area_m2", "椭球面积", "平方米", 2, "number"),
    Column("survey_area_m2", "椭球面积（逐步公式）", "平方米", 2, "number"),
    Column("geodesic_area_m2", "测地线面积", "平方米", 2, "number"),
    Column("area_ha", "椭球面积", "公顷", 4, "number"),
    Column("area_mu", "椭球面积", "亩", 4, "number"),
)


def check(options: argparse.Namespace) -> int:
    """Check a scheme; 0 when every rule is met, 1 otherwise."""
    report = _run_scheme(options.scheme, options.out, options.json)
    return 0 if report.verdict == "compliant" else 1


def demo(options: argparse.Namespace) -> int:
    """Check the bundled example; 0 whatever its verdict, since showing one is the point."""
    scheme = find_example() / ("scheme-conflict.toml" if options.conflict else "scheme.toml")
    _run_scheme(scheme, options.out, options.json)
    return 0


def find_example() -> Path:
    """The folder of the bundled example: in the package, or in the checkout around it.

    Raises
    ------
    FileNotFoundError
        The library was installed without it.
    """
    package = Path(__file__).resolve().parent
    for root in (package, package.parent, package.parent.parent):
        folder = root / "examples" / "xinzhou"
        if (folder / "scheme.toml").exists():
            return folder
    raise FileNotFoundError(
        2, "the bundled example is not installed", str(package.parent.parent / "examples" / "xinzhou")
    )


def _run_scheme(path: Path, out: Path | None, is_json: bool) -> sx.Report:
    with progress_bar("检查") as progress:
        report = sx.Scheme.from_toml(path).check(progress=progress)
    files = report.write(out) if out is not None else []
    if is_json:
        print_json(_report_json(report, files))
    else:
        _print_report(report, files)
    return report


def _report_json(report: sx.Report, files: list[Path]) -> dict[str, Any]:
    return {
        "name": report.name,
        "verdict": report.verdict,
        "rules": records(report.verdicts),
        "totals": records(report.table("totals")),
        "encroachments": records(report.table("encroachments")),
        "findings": records(report.findings),
        "files": [str(path) for path in files],
    }


def _print_report(report: sx.Report, files: list[Path]) -> None:
    print(report.name)
    print(f"总体结论：{colour(labels.word('verdict', report.verdict))}（{labels.VERDICT_SENTENCE[report.verdict]}）\n")
    print(_verdict_table(report.verdicts))
    differing = [statement for statement, differs in totals_statements(report.table("totals")) if differs]
    if differing:
        print("\n合计校核：" + "".join(f"\n  {statement}" for statement in differing))
    if len(report.findings):
        print(f"\n资料中发现的问题：{_count_by_severity(report.findings)}，见报告。")
    if files:
        print("\n已写入：" + "".join(f"\n  {path}" for path in files))


def _count_by_severity(findings: pd.DataFrame) -> str:
    counts = findings["severity"].str.lower().value_counts()
    return "，".join(f"{word} {counts[code]} 条" for code, word in labels.SEVERITY.items() if code in counts)


def _verdict_table(verdicts: pd.DataFrame) -> str:
    rows = []
    for record in verdicts.to_dict("records"):
        clause = "" if figures.is_missing(record["clause"]) else f"，{record['clause']}"
        status = labels.word("status", record["status"])
        source = f"{record['document']}{clause}（{status}）"
        is_met = record["verdict"] == "compliant"
        message = "" if figures.is_missing(record["message"]) else f"{str(record['message']).rstrip('。')}。"
        rows.append(
            [
                labels.word("verdict", record["verdict"]),
                record["title"],
                message if is_met else f"{message}\n依据：{source}",
            ]
        )
    text = grid(["结论", "规则", "说明"], rows)
    words = {word for word, *_ in rows}
    lines = text.split("\n")
    return "\n".join(colour_first(line, words) for line in lines)


def colour_first(line: str, words: set[str]) -> str:
    """Colour the verdict that begins a line of the table."""
    word = line.split(" ", 1)[0]
    return colour(word) + line[len(word) :] if word in words else line


def overlay(options: argparse.Namespace) -> int:
    """Overlay one file with another."""
    with progress_bar("叠加") as progress:
        frame = sx.overlay_area(
            options.plots,
            options.layer,
            by=options.by,
            area=options.area,
            sliver_width_m=options.sliver_width_m,
            on_invalid=options.on_invalid,
            progress=progress,
        )
    for repair in frame.attrs.get("repairs", []):
        print("repaired: " + ", ".join(f"{key} {value}" for key, value in repair.items()), file=sys.stderr)
    form = "json" if options.json else options.format
    if form == "json":
        print_json(records(frame))
    elif form == "csv":
        frame.to_csv(sys.stdout, index=False, lineterminator="\n")
    else:
        _print_overlay(frame, options.by or [])
    return 0


def _print_overlay(frame: pd.DataFrame, by: list[str]) -> None:
    known = {column.name: column for column in _OVERLAY_COLUMNS}
    names = [name for name in frame.columns if name in known or name in by]
    print(frame_grid(frame, [known.get(name, Column(name, name)) for name in names]))
    total = figures.total(frame["area_ha"], 4) if len(frame) else 0
    print(f"\n共 {len(frame)} 行，合计 {total or 0} 公顷。")


def area(options: argparse.Namespace) -> int:
    """Areas of every polygon by every method that its CRS allows."""
    frame = _read(options)
    table = pd.DataFrame({"plot_id": frame["plot_id"] if "plot_id" in frame else range(len(frame))})
    if "declared_area_ha" in frame:
        table["declared_area_ha"] = frame["declared_area_ha"].to_numpy()
    methods = {
        "planar_area_m2": sx.planar_area_m2,
        "ellipsoidal_area_m2": sx.ellipsoidal_area_m2,
        "survey_area_m2": lambda polygons: sx.ellipsoidal_area_m2(polygons, recipe="survey"),
        "geodesic_area_m2": sx.geodesic_area_m2,
    }
    for name, method in methods.items():
        try:
            table[name] = method(frame).to_numpy()
        except sx.InvalidPolygonError:
            raise
        except sx.SanxianError as error:
            print(f"note: no {name}: {error}", file=sys.stderr)
    if "ellipsoidal_area_m2" in table:
        table["area_ha"] = table["ellipsoidal_area_m2"] / 1e4
        table["area_mu"] = table["ellipsoidal_area_m2"] * 15 / 1e4
    if options.json:
        print_json({"file": str(options.file), "crs": _crs(frame), "areas": records(table)})
    else:
        print(_crs(frame))
        print(frame_grid(table, [column for column in _AREA_COLUMNS if column.name in table]))
    return 0


def info(options: argparse.Namespace) -> int:
    """What is in a file: CRS, extent, columns, header, oddities."""
    frame = _read(options)
    findings = frame.attrs.get("findings")
    found = {
        "file": str(options.file),
        "features": len(frame),
        "crs": _crs(frame),
        "bounds": [float(value) for value in frame.total_bounds],
        "columns": {str(name): str(kind) for name, kind in frame.dtypes.items()},
        "header": dict(frame.attrs.get("header") or {}),
        "findings": records(findings) if findings is not None else [],
    }
    if options.json:
        print_json(found)
        return 0
    names = [name for name in frame.columns if name != frame.geometry.name]
    lines = [("文件", str(options.file)), ("图斑数", str(len(frame))), ("坐标系", _crs(frame))]
    lines.append(("范围", "，".join(figures.number(value, 3) for value in frame.total_bounds)))
    lines.append(("字段", "、".join(names)))
    lines += [(f"文件头 {key}", str(value)) for key, value in found["header"].items()]  # type: ignore[attr-defined]
    print(grid(["项目", "内容"], lines))
    if findings is not None and len(findings):
        print()
        print(frame_grid(findings, labels.columns_of("findings", findings)))
    return 0


def rules(options: argparse.Namespace) -> int:
    """List the rules of all packs, of one pack, or one rule in full."""
    table = sx.list_rules()
    pack = "pack_id" if "pack_id" in table else "pack"
    if options.id is not None:
        chosen = table[(table[pack] == options.id) | (table["rule_id"] == options.id)]
        if chosen.empty:
            known = ", ".join(sorted(set(table[pack])))
            raise sx.RuleError(f"unknown rule or pack: {options.id}: choose one of {known}", key=options.id)
        table = chosen
    if options.json:
        print_json(records(table))
    elif len(table) == 1:
        print(grid(["项目", "内容"], _explain_rule(records(table)[0])))
    else:
        print(grid(["规则代码", "来源", "规则与依据"], [_rule_row(record) for record in table.to_dict("records")]))
    return 0


def _explain_rule(record: dict[str, Any]) -> list[tuple[str, str]]:
    """One rule in full, in the order in which it is read; words for codes."""
    known = [key for key in labels.RULE_FIELD if key in record]
    rest = [key for key in record if key not in labels.RULE_FIELD]
    words = {"status": "status", "otherwise": "verdict", "role": "role"}
    rows = []
    for key in [*known, *rest]:
        if not figures.is_missing(record[key]):
            value = labels.word(words[key], record[key]) if key in words else str(record[key])
            rows.append((labels.RULE_FIELD.get(key, key), value))
    return rows


def _rule_row(record: dict[Any, Any]) -> list[str]:
    clause = "" if figures.is_missing(record["clause"]) else f"，{record['clause']}"
    status = labels.word("status", record["status"])
    return [str(record["rule_id"]), status, f"{record['title']}\n{record['document']}{clause}"]


def _read(options: argparse.Namespace) -> gpd.GeoDataFrame:
    crs = int(options.crs) if options.crs and options.crs.isdigit() else options.crs
    if options.file.suffix.lower() in PLOTS_SUFFIXES:
        return sx.read_plots(options.file, crs=crs, encoding=options.encoding)
    with progress_bar("读取") as progress:
        frame = sx.read_layer(options.file, encoding=options.encoding, progress=progress)
    return frame.set_crs(crs, allow_override=True) if crs else frame


def _crs(frame: gpd.GeoDataFrame) -> str:
    if frame.crs is None:
        return "none"
    epsg = frame.crs.to_epsg()
    return f"EPSG:{epsg} ({frame.crs.name})" if epsg else str(frame.crs.name)
