"""Alternative sites, cropland and quotas from Python and the command line."""

import json

import geopandas as gpd
import pytest
from shapely.geometry import box

import sanxian as sx
from reference_data import DEMO
from sanxian.cli import main


def strip(west, east, **columns):
    origin = 38_500_000
    return gpd.GeoDataFrame(columns, geometry=[box(origin + west, 4_250_000, origin + east, 4_250_100)], crs=4526)


SURVEY = strip(0, 1000, DLBM=["0103"])


def test_shares_agree_with_shapely():
    farmland = strip(50, 80)
    found = sx.compare_sites(
        {"甲": strip(0, 100), "乙": strip(40, 240)}, {"永久基本农田": farmland, "耕地": SURVEY}, area="planar"
    )
    table = found.table.set_index("site")
    for name, site in {"甲": strip(0, 100), "乙": strip(40, 240)}.items():
        inside = site.geometry.iloc[0].intersection(farmland.geometry.iloc[0]).area
        assert table.loc[name, "permanent_basic_farmland_m2"] == pytest.approx(inside)
    assert found.table["site"].tolist() == ["乙", "甲"]
    assert "至少2个" in found.quote


def test_a_missing_layer_is_never_a_pass():
    found = sx.compare_sites({"甲": strip(0, 100), "乙": strip(40, 240)}, {"耕地": SURVEY})
    assert found.verdict == "cannot_be_judged"
    assert found.table["rank"].isna().all()
    assert "永久基本农田" in found.message


def test_another_crs_is_an_error():
    with pytest.raises(sx.CrsMismatchError):
        sx.compare_sites({"甲": strip(0, 100), "乙": strip(40, 240)}, {"耕地": SURVEY.to_crs(4527)})


def layers_file(tmp_path, text=""):
    path = tmp_path / "layers.toml"
    farmland = (DEMO / "control" / "YJJBNTTB.shp").as_posix()
    survey = (DEMO / "survey" / "DLTB.shp").as_posix()
    path.write_text(
        f'[[layers]]\nrole = "永久基本农田"\npath = "{farmland}"\n{text}\n[land_use]\npath = "{survey}"\n', "utf-8"
    )
    return path


def test_the_command_ranks_the_demos_schemes(tmp_path, capsys):
    sites = [str(DEMO / "plots-conflict.txt"), str(DEMO / "plots.txt")]
    assert main(["compare", *sites, "--layers", str(layers_file(tmp_path)), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert [(row["rank"], row["site"]) for row in printed["sites"]] == [(1, "plots"), (2, "plots-conflict")]
    # The conflict takes 0.3700 ha of farmland, within 0.2 m2.
    assert printed["sites"][1]["permanent_basic_farmland_m2"] == pytest.approx(3700, abs=0.2)
    assert main(["compare", *sites, "--layers", str(layers_file(tmp_path))]) == 0
    assert "偏政办发〔2023〕53号" in capsys.readouterr().out


def test_one_site_exits_with_1_and_a_bad_file_with_2(tmp_path, capsys):
    site = str(DEMO / "plots.txt")
    assert main(["compare", site, "--layers", str(layers_file(tmp_path))]) == 1
    assert main(["compare", site, "--layers", str(layers_file(tmp_path, 'rol = "x"'))]) == 2
    assert "rol" in capsys.readouterr().err


def test_cropland_is_balanced_by_quantity_paddy_and_grade():
    survey = strip(0, 100, DLBM=["0101"], GDDB=["5"])
    taken = sx.cropland_occupation(strip(0, 50), survey, farmland=strip(0, 20), area="planar")
    assert taken.net_m2 == pytest.approx(5000)
    assert taken.farmland_m2 == pytest.approx(2000)
    verdicts = taken.balance([("dry", 4, 5000.0)]).set_index("requirement")["verdict"].to_dict()
    assert verdicts == {"quantity": "compliant", "paddy": "not_compliant", "grade": "compliant"}
    with pytest.raises(ValueError, match="paddy"):
        taken.balance([("wet", 4, 5000.0)])


def test_the_ledger_does_not_pass_what_it_does_not_know():
    ledger = sx.quota_ledger(2035, {"water": 12.2e8 / 15}).set_index("indicator")["verdict"]
    assert ledger["water"] == "compliant"
    assert ledger["new_construction"] == "cannot_be_judged"
    with pytest.raises(sx.SchemeError):
        sx.quota_ledger(2024, {})
