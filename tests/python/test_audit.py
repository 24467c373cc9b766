"""A plan's own figures: the demo's text, published tables, kinds of file, exit codes."""

import csv
import json

import openpyxl
import pandas as pd
import pytest

import sanxian as sx
from reference_data import DEMO, ROOT, reference
from sanxian.cli import main

FIXTURES = ROOT / "tests" / "fixtures" / "audit"
HEAD = '[audit]\nname = "t"\ndocument = "d"\n'


@pytest.fixture(scope="module")
def demo():
    return sx.Scheme.from_toml(DEMO / "scheme.toml").audit()


def test_the_demo_names_the_three_wrong_totals_and_the_tract_behind_them(demo):
    wrong = demo.findings[demo.findings["severity"] == "error"]
    assert wrong["printed"].tolist() == ["1324.6", "892.7", "754.88"]
    assert wrong["computed"].round(2).tolist() == [1329.23, 897.34, 759.51]
    assert set(wrong["suspicion"]) == {"row_left_out"}
    assert all("8号片区" in message for message in wrong["message"])


def test_the_demo_says_that_tract_30_states_no_share(demo):
    missing = demo.findings[demo.findings["code"] == "value_missing"]
    assert missing["row"].tolist() == ["30"]
    assert demo.verdict == "inconsistent"


def test_the_printed_areas_of_every_tract_are_those_of_its_polygon(demo):
    assert not (demo.findings["check"] == "图数一致").any()
    assert demo.checked > 38 * 3


def test_a_printed_area_that_is_not_its_polygons_is_found():
    report = sx.Scheme.from_toml(DEMO / "scheme.toml").check()
    plots = report.tables["plots"].copy()
    plots.loc[plots["plot_id"] == "9", "area_ha"] *= 15
    found = sx.audit_tables(DEMO / "audit.toml", tables={"plots": plots})
    row = found.findings[found.findings["check"] == "图数一致"]
    assert row[["code", "row", "suspicion"]].values.tolist() == [["stated_twice", "9", "unit"]]


@pytest.mark.parametrize("plan", ["plan000", "plan002"])
def test_published_tables_give_the_committed_findings(plan):
    tables = reference("plan_tables")
    found = sx.audit_tables(FIXTURES / f"{plan}.toml", folder=tables).findings
    with (FIXTURES / "expected_findings.csv").open(encoding="utf-8") as file:
        expected = [(row["severity"], row["code"], row["check"]) for row in csv.DictReader(file) if row["plan"] == plan]
    assert list(zip(found["severity"], found["code"], found["check"], strict=True)) == expected


def write(tmp_path, text, name="audit.toml"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_workbook_is_read_like_a_csv(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "表1"
    for row in [["名称", "面积"], ["甲", 1.2], ["乙", 2.35], ["合计", 3.65]]:
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    write(tmp_path, "名称,面积\n甲,1.2\n乙,2.35\n合计,3.65\n", "t.csv")
    outcomes = []
    for source in ('path = "t.xlsx"\npart = "表1"', 'path = "t.csv"'):
        text = f'{HEAD}[[tables]]\nid = "t"\nunit = "公顷"\ndecimals = 2\ntotal_row = "合计"\n{source}\n'
        found = sx.audit_tables(write(tmp_path, text))
        outcomes.append(found.findings[["severity", "code", "printed"]].values.tolist())
    assert outcomes == [[["error", "column_total", "3.65"]]] * 2


def test_what_lacks_its_figures_cannot_be_judged(tmp_path, capsys):
    text = f"""{HEAD}[[tables]]
id = "t"
given = true
unit = "公顷"
[[checks]]
id = "c"
title = "总面积"
stated = {{ value = "1", unit = "公顷" }}
computed = [{{ table = "t", column = "ha" }}]
"""
    path = write(tmp_path, text)
    empty = pd.DataFrame({"id": ["1"], "ha": [float("nan")]})
    assert sx.audit_tables(path, tables={"t": empty}).verdict == "cannot_be_judged"
    assert sx.audit_tables(path, tables={"t": empty.fillna(1.2)}).verdict == "consistent"
    with pytest.raises(sx.AuditError, match="is to be given") as caught:
        sx.audit_tables(path)
    assert caught.value.key == "t"
    assert main(["audit", str(path)]) == 2
    assert capsys.readouterr().err.startswith("error: ")


def test_the_command_says_what_is_wrong_and_exits_with_1(capsys):
    assert main(["audit", str(DEMO / "scheme.toml"), "--json"]) == 1
    printed = json.loads(capsys.readouterr().out)
    assert printed["verdict"] == "inconsistent"
    assert [finding["code"] for finding in printed["findings"]].count("stated_figure") == 3
    assert main(["audit", str(DEMO / "scheme.toml")]) == 1
    assert "8号片区" in capsys.readouterr().out


def test_a_consistent_plan_exits_with_0(tmp_path, capsys):
    text = f'{HEAD}[[tables]]\nid = "t"\nunit = "亩"\ncolumns = ["a", "b"]\nrows = [["1", "2"]]\ntotal = ["", "2"]\n'
    assert main(["audit", str(write(tmp_path, text))]) == 0
    assert "数字一致" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[audit]\nname = "t"\n', "audit.document"),
        (HEAD + '[[tables]]\nid = "t"\nrows = []\nunti = "亩"\n', "tables[1].unti"),
    ],
)
def test_mistakes_name_their_key(tmp_path, text, key):
    with pytest.raises(sx.AuditError) as caught:
        sx.audit_tables(write(tmp_path, text))
    assert caught.value.key == key


def test_a_scheme_without_an_audit_says_so(tmp_path):
    text = (DEMO / "scheme.toml").read_text(encoding="utf-8")
    text = text.replace('[audit]\npath = "audit.toml"\n', "").replace('path = "', f'path = "{DEMO.as_posix()}/')
    scheme = sx.Scheme.from_toml(write(tmp_path, text, "scheme.toml"))
    with pytest.raises(sx.SchemeError, match=r"\[audit\]"):
        scheme.audit()


def test_plots_that_were_moved_no_longer_have_their_printed_areas():
    found = sx.Scheme.from_toml(DEMO / "scheme-conflict.toml").audit().findings
    moved = found[(found["check"] == "图数一致") & (found["column"] == "total_ha")]
    assert moved["row"].tolist() == ["1", "25", "38"]


def test_a_workbook_with_a_title_and_sums_of_its_own(tmp_path):
    """As people keep them: a title, headings, rows, and a total that the spreadsheet added up."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["表1 面积统计表(单位：公顷)", None, None],
        [None, None, None],
        ["地块", "面积", "占比"],
        ["甲", 1.1, 100 * 1.1 / 3.3],
        ["乙", 2.2, 100 * 2.2 / 3.3],
        ["合计", 1.1 + 2.2, 100],
    ):
        sheet.append(row)
    sheet.merge_cells("A1:C1")
    book.save(tmp_path / "t.xlsx")
    text = """
        [audit]
        name = "t"
        document = "d"
        [[tables]]
        id = "t"
        path = "t.xlsx"
        header_row = 3
        unit = "公顷"
        units = { "占比" = "%" }
        total_row = "合计"
    """
    (tmp_path / "audit.toml").write_text(text, encoding="utf-8")
    found = sx.audit_tables(tmp_path / "audit.toml")
    assert (found.verdict, len(found.findings), found.checked) == ("consistent", 0, 1)
    (tmp_path / "audit.toml").write_text(text.replace("header_row = 3", ""), encoding="utf-8")
    with pytest.raises(sx.AuditError, match="表1 面积统计表"):
        sx.audit_tables(tmp_path / "audit.toml")
