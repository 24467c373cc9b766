"""What each command does, by the public functions of the library only."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

import sanxian as sx
from sanxian.file_argument import crs_label, read_file
from sanxian.report import figures, labels
from sanxian.report.columns import Column, columns_of
from sanxian.report.rows import figures_audit, totals_statements
from sanxian.sites import read_layers_file
from sanxian.terminal import colour, frame_grid, grid, print_json, progress_bar, records

if TYPE_CHECKING:
    pass

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
        "audit": records(report.table("audit")),
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
    audit = figures_audit(report.evidence, report.table("audit"))
    if audit is not None:
        print(f"\n数字核对：{audit.sentence}")
        if audit.table.rows:
            print(_audit_grid(report.table("audit")))
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
    for finding in records(frame.attrs.get("findings", pd.DataFrame())):
        if finding["severity"] != "info":
            line = "" if finding["line"] is None else f":{finding['line']}"
            print("{severity}: {code}: {source}{}: {message}".format(line, **finding), file=sys.stderr)
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
    names = [name for name in frame.columns if name in by or (name in known and frame[name].notna().any())]
    print(frame_grid(frame, [known.get(name, Column(name, name)) for name in names]))
    total = figures.total(frame["area_ha"], 4) if len(frame) else 0
    print(f"\n共 {len(frame)} 行，合计 {total or 0} 公顷。")


def area(options: argparse.Namespace) -> int:
    """Areas of every polygon by every method that its CRS allows."""
    frame = read_file(options)
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
        print_json({"file": str(options.file), "crs": crs_label(frame), "areas": records(table)})
    else:
        print(crs_label(frame))
        print(frame_grid(table, [column for column in _AREA_COLUMNS if column.name in table]))
    return 0


def info(options: argparse.Namespace) -> int:
    """What is in a file: kind of layer, CRS, extent, columns, header, oddities."""
    frame = read_file(options)
    findings = frame.attrs.get("findings")
    kind = frame.attrs.get("kind")
    found = {
        "file": str(options.file),
        "features": len(frame),
        "crs": crs_label(frame),
        "bounds": [float(value) for value in frame.total_bounds],
        "columns": {str(name): str(kind) for name, kind in frame.dtypes.items()},
        "kind": kind,
        "header": dict(frame.attrs.get("header") or {}),
        "findings": records(findings) if findings is not None else [],
    }
    if options.json:
        print_json(found)
        return 0
    names = [name for name in frame.columns if name != frame.geometry.name]
    lines = [("文件", str(options.file)), ("图斑数", str(len(frame))), ("坐标系", crs_label(frame))]
    lines.append(("范围", "，".join(figures.number(value, 3) for value in frame.total_bounds)))
    lines += _kind_lines(kind)
    lines.append(("字段", "、".join(names)))
    lines += [(f"文件头 {key}", str(value)) for key, value in found["header"].items()]
    print(grid(["项目", "内容"], lines))
    if findings is not None:
        # What the kind is and lacks stands above.
        findings = findings[~findings["code"].isin(("layer_recognised", "layer_ambiguous", "field_missing"))]
        if len(findings):
            print()
            print(frame_grid(findings, columns_of("findings", findings)))
    return 0


def _kind_lines(kind: dict[str, Any] | None) -> list[tuple[str, str]]:
    """What a layer was recognised as, and its fields, for people."""
    if kind is None or kind["outcome"] == "unrecognised":
        return [] if kind is None else [("图层种类", "未认出(图层名与字段都不是已知的图层)")]
    if kind["outcome"] == "ambiguous":
        return [("图层种类", "认不准，可能是：" + "、".join(candidate["title"] for candidate in kind["candidates"]))]
    role = f"，角色 {kind['role']}" if kind["role"] else ""
    slot = f"，方案文件的 [{kind['slot']}]" if kind["slot"] else ""
    lines = [("图层种类", f"{kind['title']}（{kind['kind']}{role}{slot}）")]
    source = labels.word("status", kind["status"])
    lines.append(("依据", f"{kind['document']}（{source}）"))
    fields = [
        field["name"] if field["field"] == field["name"] else f"{field['name']}={field['field']}"
        for field in kind["fields"]
    ]
    if fields:
        lines.append(("认出的字段", "、".join(fields)))
    if kind["missing"]:
        lines.append(("缺少的字段", "、".join(f"{field['name']}({field['title']})" for field in kind["missing"])))
    if kind["unknown"]:
        lines.append(("其他字段", "、".join(kind["unknown"])))
    return lines


def audit(options: argparse.Namespace) -> int:
    """Audit a plan's own figures; 0 when they are consistent, 1 when not or when they cannot be judged."""
    if _is_scheme(options.file):
        if options.folder is not None:
            raise ValueError("--folder: is for audit descriptions; a scheme's audit names its own tables")
        with progress_bar("检查") as progress:
            found = sx.Scheme.from_toml(options.file).audit(progress=progress)
    else:
        found = sx.audit_tables(options.file, folder=options.folder)
    if options.json:
        print_json(
            {
                "name": found.name,
                "document": found.document,
                "verdict": found.verdict,
                "checked": found.checked,
                "findings": records(found.findings),
                "unchecked": records(found.unchecked),
            }
        )
    else:
        _print_audit(found)
    return 0 if found.verdict == "consistent" else 1


def _is_scheme(path: Path) -> bool:
    """Whether a TOML is a scheme; anything else is read as an audit description, whose errors say what is wrong."""
    if path.suffix.lower() != ".toml" or not path.is_file():
        return False
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return any(line.split("#")[0].strip() == "[scheme]" for line in lines)


def _print_audit(found: sx.Audit) -> None:
    print(f"{found.name}\n{found.document}")
    counts = found.findings["severity"].value_counts()
    summary = "，".join(f"{word} {counts[code]} 条" for code, word in labels.SEVERITY.items() if code in counts)
    print(f"{labels.AUDIT_VERDICT[found.verdict]}：核对 {found.checked} 项{'，' + summary if summary else ''}。")
    if len(found.findings):
        print("\n" + _audit_grid(found.findings))
    if len(found.unchecked):
        print(f"\n另有 {len(found.unchecked)} 项未载数字，未核对（--json 列出）。")


def _audit_grid(findings: pd.DataFrame) -> str:
    rows = [
        [labels.SEVERITY[record["severity"]], str(record["check"]), f"{record['message']}（{record['citation']}）"]
        for record in records(findings)
    ]
    return grid(["程度", "核对", "说明"], rows)


def compare(options: argparse.Namespace) -> int:
    """Rank alternative sites; 0 when they are ranked, 1 when they cannot be or are too few."""
    names = [Path(site).stem for site in options.sites]
    names = [site if names.count(name) > 1 else name for name, site in zip(names, options.sites, strict=True)]
    with progress_bar("比选") as progress:
        layers, may_be_empty = read_layers_file(options.layers, progress=progress)
        found = sx.compare_sites(
            dict(zip(names, options.sites, strict=True)),
            layers,
            area=options.area,
            on_invalid=options.on_invalid,
            may_be_empty=may_be_empty,
            progress=progress,
        )
    if options.json:
        fields = ("verdict", "message", "quote", "reading", "clause", "document", "status")
        print_json({**{name: getattr(found, name) for name in fields}, "sites": records(found.table)})
    else:
        columns = [Column("rank", "位次", kind="number", decimals=0), Column("site", "方案")]
        columns.append(Column("area_ha", "面积", "公顷", 4, "number"))
        for role, title in (("permanent_basic_farmland", "永久基本农田"), ("cropland", "耕地")):
            columns.append(Column(f"{role}_ha", title, "公顷", 4, "number"))
            columns.append(Column(f"{role}_share", f"{title}占比", decimals=4, kind="share"))
        columns.append(Column("is_tied", "并列", kind="flag"))
        print(frame_grid(found.table, columns))
        print(f"\n{found.message}\n依据：{found.document}{found.clause}：“{found.quote}”\n说明：{found.reading}")
    return 0 if found.verdict == "compliant" else 1


def rules(options: argparse.Namespace) -> int:
    """List the rules of all packs, of one pack or a file of one's own, or one rule in full."""
    is_file = options.id is not None and options.id.lower().endswith(".toml")
    table = sx.load_rules(path=options.id).to_frame() if is_file else sx.list_rules()
    pack = "pack_id" if "pack_id" in table else "pack"
    if options.id is not None and not is_file:
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
