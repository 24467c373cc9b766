"""The evidence in words: what was read, by which rules, with which parameters; for the appendix of every format."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sanxian.report import figures, labels
from sanxian.report.crs_title import crs_title

if TYPE_CHECKING:
    from sanxian.report.model import Report


@dataclass(frozen=True)
class Section:
    """A small table of the appendix."""

    title: str
    headers: list[str]
    rows: list[list[str]]


#: Keys that have a table of their own, or stand in the first lines.
_TABLED = ("inputs", "rule_packs", "code_tables")
_KEYS = {
    "sanxian": "sanxian 版本",
    "version": "sanxian 版本",
    "sanxian_version": "sanxian 版本",
    "name": "方案名称",
    "area": "面积口径",
    "area_method": "面积口径",
    "crs": "坐标系",
    "parameters": "参数",
    "tolerances": "容差",
    "counts": "数量",
    "projects": "项目清单",
    "stated": "方案文本所载数",
    "audit": "数字核对",
    "date": "方案日期",
    "activity_field": "活动类型字段",
}
#: Keys one step further down.
_NAMES = {
    "sliver_width_m": "疑似碎面的平均宽度（米）",
    "noise_width_m": "按相接计的宽度（米）",
    "closure_width_m": "分块闭合差的宽度（米）",
    "outside_plot_width_m": "图斑超出地块的宽度（米）",
    "declared_area_ha": "申报面积差（公顷）",
    "row_decimals_ha": "地块汇总表小数位数（公顷）",
    "piece_decimals": "压占面积小数位数（公顷、亩）",
    "plots": "地块",
    "layers": "管控图层",
    "rules": "规则",
    "encroachments": "压占明细",
    "pieces": "图块",
    "findings": "发现的问题",
    "document": "文件",
    "verdict": "结论",
    "checked": "核对项数",
}


def sections(evidence: dict[str, Any]) -> list[Section]:
    """Inputs, their files with digests, rule packs, and everything else as key and value; nothing is left out."""
    inputs = list(evidence.get("inputs") or [])
    packs = list(evidence.get("rule_packs") or [])
    tables = list(evidence.get("code_tables") or [])
    rest = [row for key, value in evidence.items() if key not in _TABLED for row in _rows(key, value)]
    return [
        Section("总体", ["项目", "内容"], rest),
        Section(
            "输入资料",
            ["用途", "要素", "路径", "格式", "编码", "图斑数", "坐标系", "分区字段"],
            [_input(row) for row in inputs],
        ),
        Section("输入文件校验值", ["文件", "字节数", "SHA-256"], [file for row in inputs for file in _files(row)]),
        Section("规则包", ["代码", "版本", "名称", "文件", "SHA-256"], [_pack(row) for row in packs]),
        Section("代码表", ["名称", "SHA-256"], [[_text(row.get("name")), _text(row.get("sha256"))] for row in tables]),
    ]


def version(evidence: dict[str, Any]) -> str:
    """Version of the library that made the report, as far as it is known."""
    found = evidence.get("sanxian") or evidence.get("sanxian_version") or evidence.get("version") or ""
    return str(found)


def facts(report: Report) -> list[tuple[str, str]]:
    """The few facts under the verdict: plots, total area, coordinate system, area method, rule packs."""
    plots = report.table("plots")
    total = figures.total(plots["area_ha"], 2) if "area_ha" in plots else None
    packs = [str(pack.get("title") or pack.get("id", "")) for pack in report.evidence.get("rule_packs") or []]
    method = report.evidence.get("area") or report.evidence.get("area_method")
    found = [
        ("地块", f"{len(report.plots)} 个"),
        ("总面积", f"{total} 公顷" if total is not None else ""),
        ("坐标系", _crs(report.evidence.get("crs"))),
        ("面积口径", labels.AREA_METHOD.get(str(method), str(method or ""))),
        ("规则包", "、".join(packs)),
    ]
    return [(key, value) for key, value in found if value]


def _crs(crs: Any) -> str:
    return crs_title(crs.get("epsg"), crs.get("name")) if isinstance(crs, dict) else str(crs or "")


def _code(crs: Any) -> str:
    """The code of a layer's CRS, or its name where it has none: in a table there is no room for both."""
    if not isinstance(crs, dict):
        return str(crs or "")
    return f"EPSG:{crs['epsg']}" if crs.get("epsg") else str(crs.get("name") or "")


def _rows(key: str, value: Any) -> list[list[str]]:
    title = _KEYS.get(key, key)
    if key == "crs":
        return [[title, _crs(value)]]
    if key in ("area", "area_method"):
        return [[title, labels.AREA_METHOD.get(str(value), str(value))]]
    if key == "audit":
        value = {**value, "verdict": labels.AUDIT_VERDICT.get(value["verdict"], value["verdict"])}
    if isinstance(value, dict):
        return [[f"{title}：{_NAMES.get(name, name)}", _text(item)] for name, item in value.items()] or [[title, "无"]]
    return [[title, _text(value)]]


def _text(value: Any) -> str:
    if value is None:
        return figures.MISSING
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "、".join(value) or "无"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _input(row: dict[str, Any]) -> list[str]:
    return [
        labels.word("slot", row.get("slot")),
        labels.word("role", row.get("role")) or figures.MISSING,
        _text(row.get("path")),
        _text(row.get("format")),
        _text(row.get("encoding")),
        _text(row.get("features")),
        _code(row.get("crs")) or figures.MISSING,
        _text((row.get("subclass") or {}).get("field")),
    ]


def _files(row: dict[str, Any]) -> list[list[str]]:
    return [[_text(file.get(key)) for key in ("name", "bytes", "sha256")] for file in row.get("files") or []]


def _pack(row: dict[str, Any]) -> list[str]:
    return [_text(row.get(key)) for key in ("id", "version", "title", "document", "sha256")]
