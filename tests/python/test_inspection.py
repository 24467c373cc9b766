"""`sanxian validate`: findings of reading, of fields and of geometry in one table, and an exit code to trust."""

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import sanxian as sx
from reference_data import DEMO, reference
from sanxian import cli
from sanxian.inspection import CHECKS, COLUMNS, inspect


def run(capsys, *arguments):
    code = cli.main([str(argument) for argument in arguments])
    output = capsys.readouterr()
    return code, output.out, output.err


def validate(capsys, *arguments):
    code, out, _ = run(capsys, "validate", *arguments, "--json")
    return code, json.loads(out)


def test_a_clean_file_exits_with_zero(capsys) -> None:
    for path in ("plots.txt", "survey/DLTB.shp", "control/CZKFBJ.shp", "uses.shp"):
        code, found = validate(capsys, DEMO / path)
        assert (code, found["clean"], found["errors"], found["warnings"]) == (0, True, 0, 0), found["findings"]
    code, out, _ = run(capsys, "validate", DEMO / "survey" / "DLTB.shp")
    assert code == 0 and "认作地类图斑" in out and "6126 个图斑" in out


def test_faults_of_geometry_have_their_place(tmp_path: Path, capsys) -> None:
    bow_tie = shapely.Polygon([(500_000, 0), (500_010, 10), (500_010, 0), (500_000, 10)])
    frame = gpd.GeoDataFrame(
        {"plot_id": ["甲", "乙"]}, geometry=[shapely.box(500_020, 0, 500_030, 10), bow_tie], crs=4547
    )
    frame.to_parquet(tmp_path / "a.parquet")
    code, found = validate(capsys, tmp_path / "a.parquet")
    (row,) = [row for row in found["findings"] if row["source"] == "geometry"]
    assert code == 1 and found["errors"] == 1
    assert (row["code"], row["feature"], row["plot_id"], row["ring"]) == ("self_crossing", 1, "乙", 0)
    assert (row["easting_m"], row["northing_m"]) == (500_005, 5)
    code, out, _ = run(capsys, "validate", tmp_path / "a.parquet")
    assert code == 1 and "self_crossing" in out and "地块乙 图斑1 环0" in out and "错误 1 条" in out


def test_oddities_of_a_text_and_missing_fields_count_as_faults(tmp_path: Path, capsys) -> None:
    text = (DEMO / "plots.txt").read_text(encoding="gbk")
    rows = text.splitlines()
    at = next(at for at, row in enumerate(rows) if row.endswith("@"))
    rows[at] = "999" + rows[at][rows[at].index(",") :]
    (tmp_path / "a.txt").write_text("\r\n".join(rows), encoding="gbk")
    code, found = validate(capsys, tmp_path / "a.txt")
    assert code == 1
    assert [(row["line"], row["source"]) for row in found["findings"] if row["code"] == "count_differs"] == [
        (at + 1, "reading")
    ]
    code, found = validate(capsys, DEMO / "control" / "YJJBNTTB.shp")
    assert code == 1 and {row["code"] for row in found["findings"] if row["severity"] == "warning"} == {"field_missing"}
    code, found = validate(capsys, DEMO / "survey" / "DLTB.shp", "--role", "生态保护红线")
    assert code == 1 and "role_contradicted" in [row["code"] for row in found["findings"]]


def test_what_cannot_be_read_exits_with_two(tmp_path: Path, capsys) -> None:
    (tmp_path / "a.shp").write_bytes(b"nothing")
    (tmp_path / "a.gpkg").write_bytes(b"nothing")
    for name in ("a.shp", "a.gpkg", "missing.txt"):
        code, out, errors = run(capsys, "validate", tmp_path / name)
        assert (code, out) == (2, "") and errors.startswith("error: ") and len(errors.splitlines()) == 1


def test_a_shapefile_without_crs_is_still_looked_at(tmp_path: Path, capsys) -> None:
    bow_tie = shapely.Polygon([(500_000, 0), (500_010, 10), (500_010, 0), (500_000, 10)])
    gpd.GeoDataFrame({"a": [1]}, geometry=[bow_tie]).to_file(tmp_path / "a.shp")
    code, found = validate(capsys, tmp_path / "a.shp")
    assert code == 1 and {"crs_missing", "self_crossing"} <= {row["code"] for row in found["findings"]}


def test_a_bad_record_is_a_finding_not_the_end() -> None:
    frame = sx.read_layer(DEMO / "uses.shp")
    frame.attrs["findings"] = pd.DataFrame(
        {"severity": ["error"], "code": ["record_unreadable"], "message": ["x"], "line": [7]}
    )
    table = inspect(frame)
    assert table.loc[0, ["source", "line"]].tolist() == ["reading", 7]


def test_a_check_is_a_function_that_gives_rows() -> None:
    def check_names(frame: gpd.GeoDataFrame) -> pd.DataFrame:
        return pd.DataFrame({"severity": ["warning"], "code": ["my_check"], "source": ["mine"], "message": ["x"]})

    table = inspect(sx.read_layer(DEMO / "uses.shp"), checks=(*CHECKS, check_names))
    assert list(table.columns) == list(COLUMNS)
    assert table["source"].tolist() == ["fields", "mine"]


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        (("layers", "south_africa", "urban_33S.shp"), 1),
        (("layers", "england", "eng_wards_27700.parquet"), 1),
        (("exchange_text", "01_windr07_SampleData_gbk.txt"), 1),
        (("exchange_text", "03_polygontxt_44120000105.txt"), None),
    ],
)
def test_real_files_are_judged(parts: tuple[str, ...], code: int | None, capsys) -> None:
    exit_code, found = validate(capsys, reference(*parts))
    assert exit_code == (code if code is not None else int(not found["clean"]))
    assert found["features"] > 0


def test_info_shows_the_kind_and_its_fields(capsys) -> None:
    code, out, _ = run(capsys, "info", DEMO / "control" / "YJJBNTTB.shp")
    assert code == 0
    for text in ("永久基本农田图斑（permanent_basic_farmland", "缺少的字段", "WDGD(是否稳定利用耕地)", "据转述"):
        assert text in out
    found = json.loads(run(capsys, "info", DEMO / "control" / "YJJBNTTB.shp", "--json")[1])
    assert found["kind"]["kind"] == "permanent_basic_farmland"
    assert [field["name"] for field in found["kind"]["missing"]] == ["QSDWDM", "QSDWMC", "ZLDWDM", "WDGD", "BHKSSJ"]
    assert json.loads(run(capsys, "info", DEMO / "plots.txt", "--json")[1])["kind"] is None
