"""The commands for cropland and quotas, the tables they write, and what they say of wrong input."""

import json

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from shapely.geometry import box

import sanxian as sx
from sanxian import cli

WEST, SOUTH = 38_500_000, 4_250_000


def strip(west, east, **columns):
    shape = box(WEST + west, SOUTH, WEST + east, SOUTH + 100)
    return gpd.GeoDataFrame({name: [value] for name, value in columns.items()}, geometry=[shape], crs=4526)


@pytest.fixture
def site(tmp_path):
    """One plot of a hectare: 0.4 ha paddy of grade 7, 0.6 ha dry land of grade 9, half of it ridges."""
    paddy = strip(0, 40, DLBM="0101", KCXS=0.0, GDDB="7")
    dry = strip(40, 100, DLBM="0103", KCXS=0.5, GDDB="9")
    sx.write_layer(pd.concat([paddy, dry], ignore_index=True), tmp_path / "DLTB.gpkg")
    sx.write_layer(strip(0, 100, DKBH="1"), tmp_path / "plots.gpkg")
    (tmp_path / "supplement.csv").write_text("地类,等别,面积(公顷)\n水田,7,0.4\n旱地,8,0.29\n", encoding="utf-8")
    return tmp_path


def run(capsys, *arguments):
    code = cli.main([str(argument) for argument in arguments])
    output = capsys.readouterr()
    return code, output.out, output.err


def cropland(site, *more):
    return ["cropland", site / "plots.gpkg", "--land-use", site / "DLTB.gpkg", "--area", "planar", *more]


def test_cropland_is_told_by_class_and_grade(capsys, site):
    code, out, _ = run(capsys, *cropland(site, "--json"))
    found = json.loads(out)
    assert code == 0 and found["net_ha"] == pytest.approx(0.7) and found["grade_field"] == "GDDB"
    rows = {row["class"]: (row["grade"], row["net_ha"]) for row in found["cropland"]}
    assert rows == {"paddy": ("7", 0.4), "dry": ("9", 0.3)}


def test_a_hundredth_short_is_short(capsys, site):
    code, out, _ = run(capsys, *cropland(site, "--supplement", site / "supplement.csv"))
    assert code == 1
    assert "尚缺0.0100公顷" in out and "占水田补水田" in out


def test_enough_of_everything_is_code_zero(capsys, site):
    path = site / "enough.csv"
    path.write_bytes("地类,等别,面积(公顷)\n水田,7,0.4\n旱地,9,0.3\n".encode("gb18030"))
    assert run(capsys, *cropland(site, "--supplement", path))[0] == 0


@pytest.mark.parametrize(
    ("line", "said"),
    [("旱地,9,much", "line 2: column 面积(公顷): expected hectares"), ("旱地,nine,1", "line 2: column 等别")],
)
def test_a_wrong_supplement_names_file_line_and_column(capsys, site, line, said):
    path = site / "wrong.csv"
    path.write_text(f"地类,等别,面积(公顷)\n{line}\n", encoding="utf-8")
    code, _, err = run(capsys, *cropland(site, "--supplement", path))
    assert code == 2 and str(path) in err and said in err


def test_plots_without_a_survey_say_which_option(capsys, site):
    code, _, err = run(capsys, "cropland", site / "plots.gpkg")
    assert code == 2 and "--land-use" in err


@pytest.mark.parametrize("suffix", [".html", ".xlsx"])
def test_tables_are_written_twice_the_same(capsys, site, suffix):
    paths = [site / f"{name}{suffix}" for name in ("one", "two")]
    for path in paths:
        run(capsys, *cropland(site, "--supplement", site / "supplement.csv", "-o", path))
    assert paths[0].read_bytes() == paths[1].read_bytes()
    if suffix == ".html":
        page = paths[0].read_text(encoding="utf-8")
        assert "占用耕地" in page and "占优补优" in page and "忻自然资发〔2022〕90号" in page
    else:
        book = openpyxl.load_workbook(paths[0])
        assert book.sheetnames == ["占用耕地", "占补平衡"]
        assert [cell.value for cell in book["占用耕地"][3]][:2] == ["水田", "7"]


def test_one_table_fits_a_csv_and_two_do_not(capsys, site):
    path = site / "taken.csv"
    assert run(capsys, *cropland(site, "-o", path))[0] == 0
    assert list(pd.read_csv(path)["耕地类别"]) == ["水田", "旱地"]
    code, _, err = run(capsys, *cropland(site, "--supplement", site / "supplement.csv", "-o", path))
    assert code == 2 and "write .xlsx or .html" in err


def test_a_scheme_without_a_survey_is_told_what_to_add(capsys, site):
    scheme = site / "scheme.toml"
    scheme.write_text(
        '[scheme]\nname = "a"\nrules = ["national-2020"]\n[plots]\npath = "plots.gpkg"\n', encoding="utf-8"
    )
    code, _, err = run(capsys, "cropland", scheme)
    assert code == 2 and "[land_use]" in err


def test_quotas_take_plan_units_and_only_what_was_asked_decides(capsys):
    code, out, _ = run(capsys, "quotas", "--year", "2025", "--before", "new_construction=3.9", "--json")
    row = next(row for row in json.loads(out)["quotas"] if row["indicator"] == "new_construction")
    assert code == 0 and row["left_10k_mu"] == pytest.approx(0.1)
    arguments = ["quotas", "--year", "2025", "--before", "new_construction=2600", "--unit", "ha"]
    assert run(capsys, *arguments, "--change", "new_construction=66.6")[0] == 0
    code, out, _ = run(capsys, *arguments, "--change", "new_construction=67")
    assert code == 1 and "突破" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--year", "2030", "--before", "water=12.2"], "2025 or 2035"),
        (["--year", "2025", "--before", "watr=12.2"], "watr"),
        (["--year", "2025", "--before", "water=12.2", "--change", "cropland=-1"], "--before cropland"),
    ],
)
def test_wrong_quotas_are_one_line(capsys, arguments, said):
    code, _, err = run(capsys, "quotas", *arguments)
    assert code == 2 and said in err and err.count("\n") == 1
