"""What a verdict, a relation or a role is called in a report.

Every writer (web page, workbook, document, terminal) takes its words from here, so that they cannot differ.
"""

from __future__ import annotations

from typing import Any

from sanxian import _native

VERDICT = {
    "compliant": "符合",
    "conditional": "有条件",
    "not_compliant": "不符合",
    "cannot_be_judged": "无法判定",
}
VERDICT_SENTENCE = {
    "compliant": "所检查的各项规则均满足",
    "conditional": "须先取得所列审批、认定或补充材料",
    "not_compliant": "至少一项规则不满足，详见下表",
    "cannot_be_judged": "所给资料不足以作出结论",
}
RELATION = {
    "overlap": "重叠",
    "contact": "接触",
    "outside": "超出",
    "near": "过近",
    "contains": "在地块内",
    "between_layers": "图层互叠",
}
STATUS = {"read": "已读原文", "reported": "据转述"}
SEVERITY = {"error": "错误", "warning": "警告", "info": "提示"}
AUDIT_VERDICT = {"consistent": "数字一致", "inconsistent": "数字不一致", "cannot_be_judged": "缺少数字，无法判定"}
ROLE = _native.role_titles()
SLOT = {
    "scheme": "方案文件",
    "plots": "地块",
    "layer": "管控图层",
    "land_use": "土地利用现状",
    "uses": "用途图层",
    "projects": "项目清单",
    "audit": "数字核对",
}
AREA_METHOD = {
    "ellipsoidal": "椭球面积",
    "ellipsoidal_survey": "椭球面积（图幅理论面积公式）",
    "survey": "椭球面积（图幅理论面积公式）",
    "planar": "投影平面面积",
    "geodesic": "测地线面积",
}
#: Tables whose figures are closed.
CLOSED_TABLE = {
    "land_use": "土地利用现状",
    "plot_uses": "表5-1",
    "public_projects": "表5-2",
    "schedule": "表6-1",
}
#: Columns of closed tables, as the check names them.
CLOSED_COLUMN = {
    "paddy": "水田",
    "irrigated": "水浇地",
    "dry": "旱地",
    "garden": "园地",
    "forest": "林地",
    "grass": "草地",
    "ridge": "田坎",
    "other_agricultural": "其他农用地",
    "construction": "建设用地",
    "unused": "未利用地",
    "unclassified": "未能归类",
}
WORDS: dict[str, dict[str, str]] = {
    "table": CLOSED_TABLE,
    "column": CLOSED_COLUMN,
    "verdict": VERDICT,
    "relation": RELATION,
    "status": STATUS,
    "severity": SEVERITY,
    "role": ROLE,
    "slot": SLOT,
}


#: What the columns of a rule are called when one rule is explained.
RULE_FIELD = {
    "rule_id": "规则代码",
    "title": "要求",
    "pack_id": "规则包",
    "predicate": "判定方法",
    "role": "图层",
    "subclass": "分区",
    "threshold": "限额",
    "otherwise": "不满足时",
    "activities": "有条件允许的活动",
    "authority": "由谁办理",
    "documents": "所需材料",
    "required": "须办理",
    "parameters": "方案须写明的参数",
    "clause": "条款",
    "document": "依据文件",
    "citation": "出处",
    "status": "条文来源",
    "region": "适用地区",
    "valid_from": "起",
    "valid_to": "止",
}


def word(vocabulary: str, value: Any) -> str:
    """Chinese word for a code; an unknown code is shown as it is.

    Examples
    --------
    >>> word("verdict", "not_compliant"), word("role", "heritage")
    ('不符合', 'heritage')
    """
    return "" if value is None or value != value else WORDS[vocabulary].get(str(value).lower(), str(value))
