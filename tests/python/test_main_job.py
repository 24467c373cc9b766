"""The main job from the outside: scheme file in, verdicts and report files out, by the command a user types."""

import hashlib
import json
import re
import subprocess
import sys

import geopandas as gpd
import pandas as pd
import pytest

import sanxian as sx
from reference_data import DEMO, reference


def sanxian(*arguments, cwd=None):
    return subprocess.run(
        [sys.executable, "-m", "sanxian", *map(str, arguments)], capture_output=True, text=True, cwd=cwd, check=False
    )


@pytest.fixture(scope="module")
def claimed():
    return sx.Scheme.from_toml(DEMO / "scheme.toml").check()


@pytest.fixture(scope="module")
def conflict():
    return sx.Scheme.from_toml(DEMO / "scheme-conflict.toml").check()


@pytest.fixture(scope="module")
def tracts():
    return pd.read_csv(DEMO / "tracts.csv", dtype={"id": str})


def test_the_area_table_equals_the_published_areas(claimed, tracts):
    plots = claimed.tables["plots"].set_index("plot_id").loc[tracts["id"]]
    for ours, published in [("area_ha", "total_ha"), ("collective_ha", "collective_ha"), ("state_ha", "state_ha")]:
        assert plots[ours].tolist() == tracts[published].tolist(), ours


def test_the_totals_are_those_of_the_tracts_and_the_stated_ones_are_pointed_at(claimed):
    totals = claimed.tables["totals"].set_index("figure")
    assert totals.loc["total_ha", "computed_ha"] == 1329.23
    assert totals.loc["collective_ha", "computed_ha"] == 897.34
    assert totals.loc["state_ha", "computed_ha"] == 431.89
    assert totals.loc["total_ha", "stated_ha"] == 1324.6
    assert totals.loc["total_ha", "difference_ha"] == pytest.approx(4.63)
    assert totals.loc["collective_ha", "difference_ha"] == pytest.approx(4.64)
    assert totals["note"].str.len().min() > 0


def test_a_check_names_the_wrong_totals_of_the_text_the_tract_that_explains_them_and_the_tract_without_a_share(claimed):
    audit = claimed.tables["audit"].set_index("code")
    wrong = audit.loc[["stated_figure"]]
    # What the text prints against what its own rows and the geometry add up to; found by hand in the document.
    assert list(zip(wrong["printed"], wrong["computed"], strict=True)) == [
        ("1324.6", 1329.23),
        ("892.7", 897.34),
        ("754.88", 759.51),
    ]
    assert wrong["message"].str.contains("8号片区").all()
    missing = audit.loc[["value_missing"]]
    assert missing["row"].tolist() == ["30"] and missing["column"].tolist() == ["public_interest_pct"]
    # What the text has wrong is no breach of a rule.
    assert claimed.verdict == "cannot_be_judged"


def test_every_report_names_the_wrong_totals(claimed, tmp_path):
    import docx
    import openpyxl

    run = sanxian("check", DEMO / "scheme.toml", "-o", tmp_path)
    printed = run.stdout.replace("\n", "").replace(" ", "")
    document = docx.Document(str(tmp_path / "report.docx"))
    texts = {
        "terminal": printed,
        "html": (tmp_path / "report.html").read_text(encoding="utf-8"),
        "docx": "".join(box.text for table in document.tables for row in table.rows for box in row.cells),
        "xlsx": "".join(
            str(value)
            for row in openpyxl.load_workbook(tmp_path / "report.xlsx")["数字核对"].iter_rows(values_only=True)
            for value in row
        ),
    }
    for name, text in texts.items():
        for figure in ["1324.6", "892.7", "754.88", "8号片区", "30号片区"]:
            assert figure in text, (name, figure)
    evidence = json.loads((tmp_path / "evidence.json").read_text(encoding="utf-8"))
    read = next(entry for entry in evidence["inputs"] if entry["slot"] == "audit")
    assert [file["name"] for file in read["files"]] == ["audit.toml", "tracts.csv"]
    digest = hashlib.sha256((DEMO / "tracts.csv").read_bytes()).hexdigest()
    assert read["files"][1]["sha256"] == digest


def test_the_scheme_as_claimed_meets_the_three_lines_and_states_what_cannot_be_judged(claimed):
    verdicts = claimed.verdicts
    spatial = verdicts[verdicts["predicate"].isin(["must-not-overlap", "must-lie-within"])]
    assert set(spatial["verdict"]) == {"compliant"}
    shares = claimed.tables["public_interest"].set_index("plot_id")
    assert shares.loc["30", "verdict"] == "cannot_be_judged"
    assert set(shares.drop(index="30")["verdict"]) == {"compliant"}
    assert claimed.verdict == "cannot_be_judged"


def test_the_public_interest_shares_are_the_published_percentages(claimed, tracts):
    shares = claimed.tables["public_interest"].set_index("plot_id")["share"]
    published = tracts.set_index("id")["public_interest_pct"].dropna()
    assert (shares.loc[published.index] * 100).round(0).tolist() == published.tolist()


def test_the_conflict_is_named_with_plot_layer_hectares_mu_and_clause(conflict):
    assert conflict.verdict == "not_compliant"
    rows = conflict.tables["encroachments"]
    farmland = rows[(rows["role"] == "permanent_basic_farmland") & (rows["relation"] == "overlap")]
    assert farmland["area_ha"].sum() == pytest.approx(0.37, abs=5e-5)
    assert farmland["area_mu"].sum() == pytest.approx(5.55, abs=1e-3)
    assert farmland["plot_id"].nunique() == 1
    contact = rows[(rows["role"] == "ecological_redline") & (rows["relation"] == "contact")]
    assert contact["area_ha"].tolist() == [0.0] * len(contact) and len(contact)
    assert contact["contact_length_m"].max() > 1
    sliver = rows[(rows["role"] == "urban_development_boundary") & (rows["relation"] == "outside")]
    assert sliver["is_sliver"].all() and len(sliver) == 1
    assert sliver["mean_width_m"].iloc[0] == pytest.approx(0.2, abs=0.01)
    broken = conflict.verdicts[conflict.verdicts["verdict"] == "not_compliant"]
    assert broken["clause"].str.len().min() > 0 and broken["document"].str.len().min() > 0
    assert re.search(r"0\.3700", " ".join(broken["message"]))


def test_pieces_and_remainder_make_the_plot(conflict):
    assert "remainder" not in " ".join(conflict.findings["code"])


def test_the_command_writes_the_files_and_exits_by_the_verdict(tmp_path):
    run = sanxian("check", DEMO / "scheme-conflict.toml", "-o", tmp_path / "out")
    assert run.returncode == 1, run.stderr
    assert "不符合" in run.stdout
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written >= {"report.html", "report.xlsx", "pieces.gpkg", "evidence.json"}
    html = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"""(src|href)\s*=\s*["']https?:""", html)
    assert "0.3700" in html and "5.55" in html
    pieces = gpd.read_file(tmp_path / "out" / "pieces.gpkg", layer="pieces")
    assert pieces.crs.to_epsg() == 4526 and len(pieces)
    evidence = json.loads((tmp_path / "out" / "evidence.json").read_text(encoding="utf-8"))
    assert all(len(file["sha256"]) == 64 for entry in evidence["inputs"] for file in entry["files"])


def test_two_runs_give_the_same_bytes_whatever_the_threads(tmp_path):
    import os

    for name, threads in [("a", "1"), ("b", "4")]:
        subprocess.run(
            [sys.executable, "-m", "sanxian", "check", str(DEMO / "scheme-conflict.toml"), "-o", str(tmp_path / name)],
            env={**os.environ, "RAYON_NUM_THREADS": threads},
            capture_output=True,
            check=False,
        )
    for name in ["report.html", "report.xlsx", "evidence.json"]:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_machine_readable_output_of_a_check():
    run = sanxian("check", DEMO / "scheme-conflict.toml", "--json")
    assert run.returncode == 1
    assert json.loads(run.stdout)["verdict"] == "not_compliant"


def test_real_parcels_against_a_real_layer_in_the_same_frame_run_to_a_report(tmp_path):
    parcels = reference("exchange_text", "03_polygontxt_44120000105.txt")
    farms = gpd.read_file(reference("layers", "south_africa", "farms_33S.shp"))
    # The nearest real layer that exists for these parcels is moved onto them; shapes stay real.
    plots = sx.read_plots(parcels)
    farms = farms[farms.is_valid].set_crs(4526, allow_override=True)
    middle, there = plots.union_all().centroid, farms.union_all().centroid
    farms.geometry = farms.translate(middle.x - there.x, middle.y - there.y)
    farms.to_file(tmp_path / "farms.shp")
    (tmp_path / "scheme.toml").write_text(
        f"""
[scheme]
name = "real parcels"
rules = ["national-2020"]
area = "ellipsoidal"
[plots]
path = '{parcels}'
[[layers]]
role = "permanent_basic_farmland"
path = "farms.shp"
""",
        encoding="utf-8",
    )
    run = sanxian("check", "scheme.toml", "-o", "out", cwd=tmp_path)
    assert run.returncode in (0, 1), run.stderr
    assert (tmp_path / "out" / "report.html").stat().st_size > 10_000


def test_overlay_command_on_foreign_layers():
    farms = reference("layers", "south_africa", "farms_33S.shp")
    urban = reference("layers", "south_africa", "urban_33S.shp")
    refused = sanxian("overlay", farms, urban, "--area", "planar")
    assert refused.returncode == 2
    assert len(refused.stderr.strip().splitlines()) == 1
    assert "feature" in refused.stderr or "ring" in refused.stderr
    run = sanxian("overlay", farms, urban, "--area", "geodesic", "--on-invalid", "repair", "--format", "json")
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)


def test_the_shares_of_table_6_1_are_those_of_the_areas_beside_them(claimed):
    schedule = claimed.tables["schedule"]
    for year in (2021, 2022, 2023):
        expected = schedule[f"y{year}_ha"] / schedule["area_ha"]
        assert schedule[f"y{year}_share"].tolist() == pytest.approx(expected.tolist(), abs=1e-12, nan_ok=True)
