"""The folder that a planning office is sent: every file in it is read, or refused with what to do, in one line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import sanxian as sx
from sanxian.cli import main

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples/xinzhou"
SHAPES = EXAMPLE / "control/CZKFBJ.shp"
CORNERS = [(4250100, 38500000), (4250100, 38500100), (4250000, 38500100), (4250000, 38500000)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "某县 资料 (2024)"
    folder.mkdir()
    return folder


def refused(path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The one line that each command answers with; all three say the same."""
    lines = []
    for arguments in (["info", path], ["validate", path], ["convert", path, path.parent / "out.parquet"]):
        assert main([str(argument) for argument in arguments]) == 2
        out, err = capsys.readouterr()
        assert (out, err.count("\n")) == ("", 1), err
        lines.append(err.removeprefix("error: ").rstrip())
    assert not (path.parent / "out.parquet").exists()
    assert len(set(lines)) == 1, lines
    return lines[0].removeprefix(f"{path}: ")


def table(path: Path, separator: str, encoding: str, *, sides: bool) -> None:
    rows = [["点号", "X坐标", "Y坐标"] + ["边长"] * sides]
    rows += [[f"J{n}", f"{x}.000", f"{y}.000"] + ["100.000"] * sides for n, (x, y) in enumerate(CORNERS, 1)]
    # As in real tables: the closing row has no side behind it.
    rows.append(["J1", "4250100.000", "38500000.000"])
    path.write_text("".join(separator.join(row) + "\r\n" for row in rows), encoding=encoding, newline="")


@pytest.mark.parametrize("name", ["空.txt", "空.csv", "空.xlsx", "空.shp", "空.parquet", "空.gpkg", "空.geojson"])
def test_an_empty_file_says_so(folder: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    (folder / name).touch()
    assert refused(folder / name, capsys) == "the file is empty: ask for it again"


def test_a_folder_is_answered_with_what_is_in_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inside = folder / "图层"
    inside.mkdir()
    assert "name the file in it that is meant: it has nothing" in refused(inside, capsys)
    (inside / "DLTB.shp").touch()
    assert refused(inside, capsys).endswith("it has DLTB.shp")
    (folder / "空.gdb").mkdir()
    assert "FileGDB without tables" in refused(folder / "空.gdb", capsys)


@pytest.mark.parametrize("part", [".dbf", ".shx", ".prj"])
def test_parts_of_a_shapefile_lead_to_its_shp(folder: Path, capsys: pytest.CaptureFixture[str], part: str) -> None:
    shutil.copy(SHAPES.with_suffix(part), folder / f"开发边界{part}")
    alone = refused(folder / f"开发边界{part}", capsys)
    assert ("no layer of polygons" if part == ".dbf" else "whose .shp is not there") in alone
    # GDAL would read what was copied of it, and say nothing of the rest.
    whole = SHAPES.read_bytes()
    (folder / "开发边界.shp").write_bytes(whole[: len(whole) // 2])
    assert refused(folder / f"开发边界{part}", capsys) == "a part of a Shapefile: name 开发边界.shp instead"
    with pytest.raises(sx.LayerReadError, match=r"cut off: record 2, byte \d+"):
        sx.read_layer(folder / "开发边界.shp")


def test_a_shapefile_without_its_companions_is_read_and_says_what_is_missing(folder: Path) -> None:
    shutil.copy(SHAPES, folder / "半份.shp")
    frame = sx.read_layer(folder / "半份.shp", crs=4526)
    assert len(frame) == len(sx.read_layer(SHAPES))
    assert {"shx_missing", "dbf_missing", "crs_missing"} <= set(frame.attrs["findings"].code)


def test_what_works_on_a_path_hands_on_what_was_odd_in_the_file(folder: Path) -> None:
    for part in (".shp", ".dbf", ".prj"):
        shutil.copy(SHAPES.with_suffix(part), folder / f"开发边界{part}")
    path = folder / "开发边界.shp"
    answers = [
        sx.planar_area_m2(path),
        sx.ellipsoidal_area_m2(path),
        sx.geodesic_area_m2(path),
        sx.to_crs(path, 4525),
        sx.find_faults(path),
        sx.find_slivers(path),
        *sx.repair(path),
        *sx.check_coverage(path),
    ]
    assert [answer.attrs["findings"]["code"].tolist() for answer in answers] == [["shx_missing"]] * len(answers)
    # Who read a frame was told then.
    frame = sx.read_layer(path)
    assert sx.planar_area_m2(frame).attrs["findings"].empty
    # Findings in attrs stop neither arithmetic nor joining.
    areas = frame.assign(planar=sx.planar_area_m2(path), geodesic=sx.geodesic_area_m2(path))
    assert (sx.planar_area_m2(path) - sx.planar_area_m2(frame) == 0).all() and len(areas) == len(frame)


def test_an_error_is_data_for_who_asked_for_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "开发边界.shp"
    whole = SHAPES.read_bytes()

    def error_of(command: str) -> dict[str, Any]:
        assert main([command, str(path), "--json"]) == 2
        out, err = capsys.readouterr()
        error = json.loads(out)["error"]
        assert err == f"error: {error['message']}\n"
        assert (error["type"], error["path"]) == ("LayerReadError", str(path))
        return error

    path.write_bytes(whole[: len(whole) // 2])
    cut_off = error_of("info")
    assert cut_off["record"] == 2 and 0 < cut_off["offset"] < len(whole)
    # `validate` reads on behind a bad record, but not what is no Shapefile at all.
    path.write_bytes(b"PK" + whole[2:])
    assert error_of("validate")["offset"] == 0
    assert main(["validate", str(folder / "无.shp"), "--json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["type"] == "FileNotFoundError" and str(folder / "无.shp") in error["message"]


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("图.dwg", "save it as .dxf"),
        ("资料.rar", "unpack it first"),
        ("说明.docx", "in a table of their own"),
        ("报盘", "rename it to what it is"),
        ("假.geojson", "Failed to read GeoJSON data"),
        ("假.gpkg", "cannot be read as a layer"),
        ("假.shp", "not a .shp"),
        ("假.xls", "no workbook of Excel"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, advice: str
) -> None:
    (folder / name).write_bytes(b'{"type": "FeatureCollection" and no more, whatever it is called')
    line = refused(folder / name, capsys)
    assert advice in line
    assert "It might help" not in line


@pytest.mark.parametrize("sides", [False, True])
@pytest.mark.parametrize(("separator", "encoding"), [("\t", "gbk"), (",", "utf-8-sig"), (",", "gbk"), ("\t", "utf-16")])
def test_a_table_saved_as_text_is_a_table(folder: Path, separator: str, encoding: str, sides: bool) -> None:
    path = folder / "界址点 成果表.txt"
    table(path, separator, encoding, sides=sides)
    plots = sx.read_plots(path)
    assert plots.total_bounds.tolist() == [38500000, 4250000, 38500100, 4250100]
    assert not {"line_not_understood", "side_differs"} & set(plots.attrs["findings"].code)


def test_a_wrong_side_in_a_text_is_found_as_in_any_table(folder: Path) -> None:
    path = folder / "成果表.txt"
    table(path, "\t", "gbk", sides=True)
    path.write_bytes(path.read_bytes().replace(b"100.000\r\nJ3", b"101.000\r\nJ3"))
    findings = sx.read_plots(path).attrs["findings"]
    assert findings[findings.code == "side_differs"].line.tolist() == [3]


def test_points_with_lengths_behind_them_are_no_rings(folder: Path) -> None:
    path = folder / "没有表头.txt"
    path.write_text("".join(f"J{n} {x}.000 {y}.000 100.000\n" for n, (x, y) in enumerate(CORNERS, 1)), encoding="gbk")
    plots = sx.read_plots(path)
    assert plots.total_bounds.tolist() == [38500000, 4250000, 38500100, 4250100]
    assert plots.crs.to_epsg() == 4526


def workbook(path: Path, rows: list[list[object]]) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)


def test_formulas_without_values_are_not_called_an_empty_table(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "公式.xlsx"
    workbook(path, [["点号", "X", "Y"], *([f"J{n}", f"={x}+0", f"={y}+0"] for n, (x, y) in enumerate(CORNERS, 1))])
    assert "open it in Excel or WPS and save it once" in refused(path, capsys)
    # One formula among values must not cost its point without a word.
    mixed = [[f"J{n}", x, y] for n, (x, y) in enumerate(CORNERS, 1)]
    mixed[1][1:] = ["=4250100+0", "=38500100+0"]
    workbook(path, [["点号", "X", "Y"], *mixed])
    try:
        findings = sx.read_plots(path).attrs["findings"]
    except sx.ExchangeTextError as error:
        assert error.line == 3
    else:
        assert 3 in findings.line.tolist(), findings.to_string()


def test_a_workbook_of_something_else_says_which_headings_are_needed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workbook(folder / "投资.xlsx", [["项目", "投资"], ["道路", 12]])
    assert "give the columns their names (点号, X, Y" in refused(folder / "投资.xlsx", capsys)


@pytest.mark.parametrize("wrong", ["big5", "twice utf-8"])
def test_a_text_in_a_wrong_encoding_is_doubted(folder: Path, wrong: str) -> None:
    text = (EXAMPLE / "plots.txt").read_bytes().decode("gb18030")
    path = folder / "地块.txt"
    if wrong == "big5":
        path.write_bytes(text.encode("big5", errors="replace"))
    else:
        path.write_text(text.encode().decode("latin-1"), encoding="utf-8")
    findings = sx.read_plots(path).attrs["findings"]
    assert findings[findings.code == "encoding_doubtful"].severity.tolist() == ["warning"]
    assert "encoding_doubtful" not in set(sx.read_plots(EXAMPLE / "plots.txt").attrs["findings"].code)


def test_a_path_with_blanks_brackets_and_chinese_goes_through_every_command(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "地块 (终稿).TXT"
    shutil.copy(EXAMPLE / "plots.txt", path)
    assert main(["info", str(path)]) == 0
    assert main(["validate", str(path)]) == 0
    for name in ("结果 1.shp", "结果 1.gpkg", "结果 1.parquet", "结果 1.xlsx"):
        assert main(["convert", str(path), str(folder / name)]) == 0
        assert "Traceback" not in capsys.readouterr().err
        plots = sx.read_plots(folder / name) if name.endswith("xlsx") else sx.read_layer(folder / name)
        assert len(plots) == 38
