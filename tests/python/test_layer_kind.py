"""What kind of layer a file is: by name, by fields, under every dress that formats and offices give them."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pytest
import shapely

import sanxian as sx
from reference_data import DEMO, reference
from sanxian.arrow import to_layer

KINDS = {
    "survey/DLTB.shp": ("land_survey", None, "land_use"),
    "control/YJJBNTTB.shp": ("permanent_basic_farmland", "permanent_basic_farmland", None),
    "control/STBHHX.shp": ("ecological_redline", "ecological_redline", None),
    "control/CZKFBJ.shp": ("urban_development_boundary", "urban_development_boundary", None),
    "control/LDBHTB.shp": ("forest", "forest", None),
    "control/SHUIYU.shp": ("water", "water", None),
    "uses.shp": ("uses", None, "uses"),
}


@pytest.mark.parametrize("path", KINDS)
def test_the_layers_of_the_example_are_known_by_name_and_most_by_their_fields_alone(path: str) -> None:
    frame = sx.read_layer(DEMO / path)
    kind = frame.attrs["kind"]
    assert (kind["kind"], kind["role"], kind["slot"]) == KINDS[path]
    assert frame.attrs["findings"]["code"].tolist().count("layer_recognised") == 1
    alone = sx.recognise_layer(frame)
    # The boundary has the fields of any planning zone, and water has none of its own: only their names tell.
    if path in ("control/CZKFBJ.shp", "control/SHUIYU.shp"):
        assert alone["kind"] is None
        assert sx.recognise_layer(frame, role=kind["role"])["kind"] == (kind["kind"] if "CZ" in path else None)
    else:
        assert alone["kind"] == kind["kind"]


def box(columns: dict[str, list[object]]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=[shapely.box(38_500_000, 4_250_000, 38_500_010, 4_250_010)], crs=4526)


def test_cut_chinese_names_of_a_shapefile_are_understood(tmp_path: Path) -> None:
    chinese = {"地类编码": "DLBM", "图斑地类面积": "TBDLMJ", "坐落单位名称": "ZLDWMC", "扣除地类系数": "KCXS"}
    values: dict[str, object] = {
        "地类编码": "0103",
        "图斑地类面积": 99.5,
        "坐落单位名称": "播明镇",
        "扣除地类系数": 0.1,
    }
    sx.write_layer(box({name: [values[name]] for name in chinese}), tmp_path / "地类图斑.shp")
    frame = sx.read_layer(tmp_path / "地类图斑.shp")
    found = {field["name"]: (field["field"], field["how"]) for field in frame.attrs["kind"]["fields"]}
    assert found == {
        "DLBM": ("地类编码", "alias"),
        "TBDLMJ": ("图斑地类面", "cut"),
        "ZLDWMC": ("坐落单位名", "cut"),
        "KCXS": ("扣除地类系", "cut"),
    }
    missing = frame.attrs["findings"].query("code == 'field_missing'")
    assert set(missing["severity"]) == {"warning"}
    assert any("QSXZ(权属性质)" in message for message in missing["message"])


def test_case_and_tables_of_a_package(tmp_path: Path) -> None:
    path = tmp_path / "control.gpkg"
    box({"hxmc": ["甲"], "zrbhdfq": ["核心保护区"]}).to_file(path, layer="stbhhx")
    box({"xzqdm": ["140902"], "XZQMC": ["忻府区"]}).to_file(path, layer="XZQ")
    kind = sx.read_layer(path, layer="stbhhx").attrs["kind"]
    assert kind["kind"] == "ecological_redline"
    assert {field["how"] for field in kind["fields"]} == {"case"}
    assert kind["subclass"] == {
        "field": "zrbhdfq",
        "values": {
            "core": ["核心保护区", "自然保护地核心保护区", "自然保护地核心区"],
            "general": ["一般控制区", "自然保护地一般控制区"],
            "other": ["其他红线区域", "其他红线"],
        },
    }
    assert sx.read_layer(path, layer="XZQ").attrs["kind"]["title"] == "行政区"


def test_a_role_that_the_fields_contradict_is_a_warning() -> None:
    frame = sx.read_layer(DEMO / "survey" / "DLTB.shp", role="生态保护红线")
    assert frame.attrs["role"] == "ecological_redline"
    (row,) = frame.attrs["findings"].query("code == 'role_contradicted'").to_dict("records")
    assert row["severity"] == "warning"
    assert "生态保护红线" in row["message"] and "地类图斑" in row["message"]
    assert "role_contradicted" not in set(
        sx.read_layer(DEMO / "control" / "STBHHX.shp", role="生态保护红线").attrs["findings"]["code"]
    )
    with pytest.raises(sx.RuleError, match="no layer role"):
        sx.recognise_layer(frame, role="红线")


def test_columns_that_were_not_asked_for_are_not_missing() -> None:
    frame = sx.read_layer(DEMO / "control" / "YJJBNTTB.shp", columns=["DLBM"])
    assert frame.attrs["kind"]["kind"] == "permanent_basic_farmland"
    assert "field_missing" not in set(frame.attrs["findings"]["code"])


def test_numbers_stored_as_text_are_named() -> None:
    frame = box({"DLBM": [103], "TBMJ": ["12.5"], "QSXZ": [None]})
    found = sx.recognise_layer(frame, name="DLTB")
    assert {field["name"] for field in found["fields"] if not field["type_agrees"]} == {"DLBM", "TBMJ"}


@pytest.mark.parametrize(
    "parts",
    [
        ("layers", "kiel", "buildings.shp"),
        ("layers", "kiel", "landuse.shp"),
        ("layers", "south_africa", "farms_33S.shp"),
        ("layers", "england", "eng_wards_27700.parquet"),
        ("layers", "china", "cnmaps_amap_xinzhou_counties.parquet"),
    ],
)
def test_layers_of_other_countries_are_none_of_ours(parts: tuple[str, ...]) -> None:
    frame = sx.read_layer(reference(*parts), bbox=None)
    assert frame.attrs["kind"]["outcome"] == "unrecognised"
    assert not frame.attrs["findings"]["code"].str.startswith(("layer_", "field_missing")).any()


def test_what_recognises_takes_frames_streams_and_paths() -> None:
    path = DEMO / "control" / "STBHHX.shp"
    frame = sx.read_layer(path)
    table = pa.table(to_layer(frame, "x").to_arrow())
    kinds = [sx.recognise_layer(given, name="STBHHX")["kind"] for given in (frame, table, path, pd.DataFrame(frame))]
    assert kinds == ["ecological_redline"] * 4
    odd = pd.DataFrame({"HXMC": [{1, 2}], "HXLX": [object()], "MJ": [1 + 2j]})
    assert sx.recognise_layer(odd, name="红线")["outcome"] == "recognised"


def test_the_recognition_survives_what_users_do_to_frames(tmp_path: Path) -> None:
    frame = sx.read_layer(DEMO / "control" / "CZKFBJ.shp")
    both = pd.concat([frame, frame])
    assert both.attrs["kind"] == frame.attrs["kind"]
    frame.to_parquet(tmp_path / "a.parquet")
    assert gpd.read_parquet(tmp_path / "a.parquet").attrs["kind"]["kind"] == "urban_development_boundary"
