"""The command line: exit codes, one-line errors, machine-readable output, columns that line up."""

import io
import json
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from report_fixture import report_parts
from sanxian import cli, commands, terminal
from sanxian.errors import InvalidPolygonError, RuleError, SchemeError
from sanxian.report import Report


class FakeScheme:
    """Stands for `sanxian.Scheme`: any file gives the hand-made report."""

    verdict = "not_compliant"

    @classmethod
    def from_toml(cls, path):
        return cls()

    def check(self, *, progress=None):
        report = Report(**report_parts())
        report.verdict = self.verdict
        return report


@pytest.fixture
def fake_scheme(monkeypatch):
    monkeypatch.setattr(commands.sx, "Scheme", FakeScheme)
    return FakeScheme


def run(capsys, *arguments):
    code = cli.main([str(argument) for argument in arguments])
    output = capsys.readouterr()
    return code, output.out, output.err


# check, demo


@pytest.mark.parametrize(
    ("verdict", "code"), [("compliant", 0), ("conditional", 1), ("not_compliant", 1), ("cannot_be_judged", 1)]
)
def test_check_exits_by_the_verdict(fake_scheme, monkeypatch, capsys, verdict, code):
    monkeypatch.setattr(fake_scheme, "verdict", verdict)
    assert run(capsys, "check", "scheme.toml")[0] == code


def test_check_prints_rules_totals_and_the_files_it_wrote(fake_scheme, capsys, tmp_path):
    _, out, err = run(capsys, "check", "scheme.toml", "-o", tmp_path / "out")
    assert err == ""
    for text in ["总体结论：不符合", "不得占用永久基本农田", "据转述", "计算数多 4.63 公顷", "警告 1 条，提示 1 条"]:
        assert text in out
    for name in ["report.html", "report.xlsx", "report.docx", "pieces.gpkg", "evidence.json"]:
        assert str(tmp_path / "out" / name) in out and (tmp_path / "out" / name).exists()


def test_check_writes_nothing_unless_told_where(fake_scheme, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run(capsys, "check", "scheme.toml")
    assert list(tmp_path.iterdir()) == []


def test_check_as_json_has_missing_values_as_null(fake_scheme, capsys):
    code, out, _ = run(capsys, "check", "scheme.toml", "--json")
    found = json.loads(out)
    assert code == 1 and found["verdict"] == "not_compliant" and found["files"] == []
    assert [rule["verdict"] for rule in found["rules"]].count("not_compliant") == 3
    assert found["totals"][2]["stated_ha"] is None
    assert found["encroachments"][2]["is_sliver"] is True


def test_demo_succeeds_whatever_the_verdict(fake_scheme, capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(commands, "find_example", lambda: tmp_path)
    code, out, _ = run(capsys, "demo", "-o", tmp_path / "out", "--conflict")
    assert code == 0 and "不符合" in out and (tmp_path / "out" / "report.html").exists()


def test_the_example_is_found_in_the_checkout():
    assert (commands.find_example() / "scheme-conflict.toml").exists()


def test_the_example_is_found_in_an_installed_package(tmp_path, monkeypatch):
    module = tmp_path / "site-packages" / "sanxian" / "commands.py"
    folder = module.parent / "examples" / "xinzhou"
    folder.mkdir(parents=True)
    monkeypatch.setattr(commands, "__file__", str(module))
    with pytest.raises(FileNotFoundError, match="not installed"):
        commands.find_example()
    (folder / "scheme.toml").touch()
    assert commands.find_example() == folder


def test_the_package_holds_the_example_for_the_wheel():
    """The wheel takes what lies inside the package; a checkout without symbolic links finds the example beside it."""
    inside = Path(commands.__file__).parent / "examples" / "xinzhou"
    if not inside.is_dir():
        pytest.skip("this checkout has no symbolic links, so it cannot build a whole wheel")
    assert inside.resolve() == (Path(__file__).parents[2] / "examples" / "xinzhou").resolve()
    settings = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    assert 'include = [{ path = "python/sanxian/examples/xinzhou/**/*"' in settings


# errors


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (SchemeError("unknown key: a.toml: did you mean 'layers'"), "unknown key: a.toml: did you mean 'layers'"),
        (FileNotFoundError(2, "No such file", "a.shp"), "no such file: a.shp: check the path"),
        (PermissionError(13, "Permission denied", "out"), "permission denied: out: check the file and its permissions"),
        (KeyError("by: the layer has no column 'x'"), "by: the layer has no column 'x'"),
        (InvalidPolygonError("plot 3:\nring 0"), "plot 3: ring 0"),
    ],
)
def test_an_error_is_one_line_and_exit_code_2(fake_scheme, monkeypatch, capsys, error, line):
    def fail(cls, path):
        raise error

    monkeypatch.setattr(fake_scheme, "from_toml", classmethod(fail))
    assert run(capsys, "check", "scheme.toml", "-o", "out") == (2, "", f"error: {line}\n")


def test_an_interrupt_is_one_line_and_exit_code_130(fake_scheme, monkeypatch, capsys):
    def interrupt(self, progress=None):
        raise KeyboardInterrupt

    monkeypatch.setattr(fake_scheme, "check", interrupt)
    assert run(capsys, "check", "scheme.toml") == (130, "", "interrupted\n")


@pytest.mark.parametrize("arguments", [[], ["chek"], ["check"], ["overlay", "a.shp", "b.shp", "--area", "round"]])
def test_a_wrong_command_line_is_one_line_and_exit_code_2(capsys, arguments):
    with pytest.raises(SystemExit) as stop:
        cli.main(arguments)
    err = capsys.readouterr().err
    assert stop.value.code == 2 and err.startswith("error: ") and len(err.splitlines()) == 1


@pytest.mark.parametrize("command", ["check", "overlay", "area", "info", "rules", "demo"])
def test_every_command_explains_itself_and_takes_json(capsys, command):
    with pytest.raises(SystemExit) as stop:
        cli.main([command, "--help"])
    assert stop.value.code == 0 and "--json" in capsys.readouterr().out


# overlay, area, info, rules


@pytest.fixture
def overlaid(monkeypatch):
    calls = []

    def overlay_area(plots, layer, **options):
        calls.append((plots, layer, options))
        frame = pd.DataFrame(
            {
                "plot_id": ["7", "7"],
                "feature": [0, 4],
                "area_m2": [3700.0, 0.02],
                "area_ha": [0.37, 2e-6],
                "area_mu": [5.55, 3e-5],
                "share": [0.25, 1e-6],
                "mean_width_m": [30.4, float("nan")],
                "is_sliver": [False, True],
            }
        )
        frame.attrs["repairs"] = [{"side": "control", "feature": 4, "faults": "self_crossing"}]
        return frame

    monkeypatch.setattr(commands.sx, "overlay_area", overlay_area, raising=False)
    return calls


def test_overlay_hands_over_paths_and_options(overlaid, capsys):
    code, out, err = run(
        capsys, "overlay", "farms.shp", "urban.shp", "--by", "DLBM", "--area", "planar", "--on-invalid", "repair"
    )
    plots, layer, options = overlaid[0]
    assert code == 0 and (plots, layer) == ("farms.shp", "urban.shp")
    assert options["by"] == ["DLBM"] and options["area"] == "planar" and options["on_invalid"] == "repair"
    assert "0.3700" in out and "<0.0001" in out and "共 2 行" in out
    assert err == "repaired: side control, feature 4, faults self_crossing\n"


def test_overlay_as_csv_and_json_keeps_full_precision(overlaid, capsys):
    _, out, _ = run(capsys, "overlay", "a.shp", "b.shp", "--format", "csv")
    assert pd.read_csv(io.StringIO(out))["area_ha"].tolist() == [0.37, 2e-6]
    _, out, _ = run(capsys, "overlay", "a.shp", "b.shp", "--json")
    assert json.loads(out)[1] == {
        "plot_id": "7",
        "feature": 4,
        "area_m2": 0.02,
        "area_ha": 2e-6,
        "area_mu": 3e-5,
        "share": 1e-6,
        "mean_width_m": None,
        "is_sliver": True,
    }


@pytest.fixture
def plots_file(monkeypatch):
    frame = gpd.GeoDataFrame(
        {"plot_id": ["1"], "plot_name": ["一号"], "declared_area_ha": [1.0]},
        geometry=[shapely.box(38500000, 4250000, 38500100, 4250100)],
        crs=4526,
    )
    frame.attrs["header"] = {"坐标系": "2000国家大地坐标系"}
    frame.attrs["findings"] = pd.DataFrame(
        {"severity": ["info"], "code": ["x"], "message": ["首点未重复"], "line": [12], "plot_id": ["1"]}
    )
    for name in ("planar_area_m2", "geodesic_area_m2"):
        monkeypatch.setattr(commands.sx, name, lambda gdf: pd.Series([10000.0]), raising=False)
    monkeypatch.setattr(
        commands.sx, "ellipsoidal_area_m2", lambda gdf, recipe="exact": pd.Series([9996.8]), raising=False
    )
    monkeypatch.setattr(commands.sx, "read_plots", lambda path, **options: frame.copy(), raising=False)
    return frame


def test_area_gives_every_method(plots_file, capsys):
    _, out, _ = run(capsys, "area", "plots.txt")
    assert "10000.00" in out and "9996.80" in out and "0.9997" in out and "EPSG:4526" in out
    _, out, _ = run(capsys, "area", "plots.txt", "--json")
    assert json.loads(out)["areas"][0]["ellipsoidal_area_m2"] == 9996.8


def test_info_lists_header_columns_and_findings(plots_file, capsys):
    _, out, _ = run(capsys, "info", "plots.txt")
    for text in ["2000国家大地坐标系", "declared_area_ha", "首点未重复", "EPSG:4526"]:
        assert text in out
    _, out, _ = run(capsys, "info", "plots.txt", "--json")
    assert json.loads(out)["findings"][0]["line"] == 12


@pytest.fixture
def packs(monkeypatch):
    table = pd.DataFrame(
        {
            "pack_id": ["national-2020", "shanxi-2021"],
            "rule_id": ["national-2020.farmland", "shanxi-2021.share"],
            "title": ["不占用永久基本农田", "公益性用地比例"],
            "document": ["标准", "细则"],
            "clause": ["第一条", None],
            "status": ["reported", "read"],
        }
    )
    monkeypatch.setattr(commands.sx, "list_rules", lambda: table, raising=False)
    monkeypatch.setattr(commands.sx, "RuleError", RuleError)


def test_rules_lists_all_or_one(packs, capsys):
    _, out, _ = run(capsys, "rules")
    assert "national-2020.farmland" in out and "据转述" in out and "已读原文" in out
    _, out, _ = run(capsys, "rules", "shanxi-2021")
    assert "公益性用地比例" in out and "不占用永久基本农田" not in out
    _, out, _ = run(capsys, "rules", "--json")
    assert json.loads(out)[1]["clause"] is None


def test_an_unknown_rule_names_the_known_packs(packs, capsys):
    code, _, err = run(capsys, "rules", "shanxi")
    assert code == 2 and err == "error: unknown rule or pack: shanxi: choose one of national-2020, shanxi-2021\n"


def test_rules_of_a_file_of_ones_own_and_its_mistake(capsys, tmp_path):
    example = Path(__file__).parents[2] / "docs" / "rules" / "disjoint.toml"
    code, out, _ = run(capsys, "rules", str(example), "--json")
    assert code == 0 and json.loads(out)[0]["rule_id"] == "example-disjoint.rule"
    bad = tmp_path / "bad.toml"
    bad.write_text(example.read_text(encoding="utf-8").replace("layers =", "layer ="), encoding="utf-8")
    code, _, err = run(capsys, "rules", str(bad))
    assert code == 2 and all(named in err for named in ("bad.toml", "`example-disjoint.rule`", "`rules[1].layer`")), err


# terminal


def test_columns_line_up_under_chinese():
    text = terminal.grid(["规则", "ha"], [["永久基本农田", "0.3700"], ["red line", "12.0000"]], right=[False, True])
    lines = text.splitlines()
    assert {terminal.columns_of(line) for line in lines} == {terminal.columns_of(lines[1])}


def test_the_last_column_wraps_to_the_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    text = terminal.grid(["结论", "说明"], [["不符合", "10号地块占用永久基本农田，面积为三千七百平方米，须避让。"]])
    assert all(terminal.columns_of(line) <= 40 for line in text.splitlines())
    assert len(text.splitlines()) > 3


@given(st.text(alphabet="占用永久基本农田 abc，。（）12.", max_size=60), st.integers(4, 30))
def test_wrapping_loses_nothing_but_spaces(text, width):
    assert "".join(terminal.wrap(text, width)).replace(" ", "") == text.replace(" ", "").replace("\n", "")


def test_no_bar_where_nobody_watches():
    with terminal.progress_bar("x") as progress:
        assert progress is None


def test_a_bar_on_a_terminal_starts_anew_with_each_total(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr(sys, "stderr", Terminal())
    with terminal.progress_bar("检查") as progress:
        for done, total in [(1, 4), (4, 4), (2, 100), (100, 100), (0, 100)]:
            progress(done, total)
    assert "检查" in sys.stderr.getvalue()
