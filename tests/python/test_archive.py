"""Layers and plots in a .zip, packed as Windows, macOS and hasty colleagues pack them."""

from __future__ import annotations

import collections
import contextlib
import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sanxian as sx
from reference_data import DEMO
from sanxian import cli
from sanxian.control_layer import load_control


@pytest.fixture(autouse=True)
def nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield
    assert list(folder.iterdir()) == []


@pytest.fixture
def shapefile(tmp_path: Path) -> Path:
    """A Shapefile in GBK that does not say so."""
    boxes = [shapely.box(38_500_000 + n * 20, 4_250_000, 38_500_010 + n * 20, 4_250_010) for n in range(2)]
    frame = gpd.GeoDataFrame({"DLMC": ["旱地", "水浇地"]}, geometry=boxes, crs=4526)
    (tmp_path / "files").mkdir()
    path = tmp_path / "files" / "地类图斑.shp"
    frame.to_file(path, encoding="GB18030")
    path.with_suffix(".cpg").unlink()
    return path


def pack(archive: Path, files: dict[str, Path], encoding: str = "utf-8") -> Path:
    """Write files under these names; in another encoding than UTF-8 without the mark that says which."""

    class Info(zipfile.ZipInfo):
        def _encodeFilenameFlags(self) -> tuple[bytes, int]:
            return self.filename.encode(encoding), self.flag_bits | (0x800 if encoding == "utf-8" else 0)

    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as written:
        for name, file in files.items():
            info = Info(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            written.writestr(info, file.read_bytes())
    return archive


def members(path: Path, place: Callable[[str], str] = str) -> dict[str, Path]:
    return {place(file.name): file for file in path.parent.glob(f"{path.stem}.*")}


@pytest.mark.parametrize(
    ("encoding", "place"),
    [
        ("utf-8", str),
        ("gb18030", str),
        ("gb18030", "成果数据/矢量\\{}".format),
        ("gb18030", str.upper),
    ],
)
def test_a_shapefile_reads_as_if_unpacked(
    shapefile: Path, tmp_path: Path, encoding: str, place: Callable[[str], str]
) -> None:
    archive = pack(tmp_path / "报批.zip", members(shapefile, place), encoding)
    layer = sx.read_layer(archive)
    assert list(layer["DLMC"]) == ["旱地", "水浇地"]
    assert layer.crs.to_epsg() == 4526
    assert layer.attrs["kind"]["kind"] == "land_survey"
    expected = sx.read_layer(shapefile)
    assert layer.geometry.equals(expected.geometry)
    assert layer.attrs["findings"].equals(expected.attrs["findings"])
    window = sx.read_layer(archive, bbox=(38_500_015, 0, 38_500_040, 5e6), columns=["dlmc"])
    assert list(window["DLMC"]) == ["水浇地"]


def test_what_macos_adds_is_passed_over(shapefile: Path, tmp_path: Path) -> None:
    files = members(shapefile) | members(shapefile, "__MACOSX/._{}".format)
    assert len(sx.read_layer(pack(tmp_path / "a.zip", files))) == 2


@pytest.mark.parametrize("name", ["a.gpkg", "a.parquet", "a.geojson", "a.fgb"])
def test_single_files_of_other_formats(shapefile: Path, tmp_path: Path, name: str) -> None:
    frame = sx.read_layer(shapefile)
    file = tmp_path / name
    if name.endswith(".parquet"):
        frame.to_parquet(file)
    elif name.endswith(".geojson"):
        frame.to_crs(4490).to_file(file)
    else:
        frame.to_file(file)
    layer = sx.read_layer(pack(tmp_path / "a.zip", {f"{name}": file, "说明.txt": DEMO / "scheme.toml"}))
    assert sorted(layer["DLMC"]) == ["旱地", "水浇地"]


@pytest.mark.parametrize("place", ["成果/现状.gdb/{}".format, str])
def test_a_database_of_many_files(shapefile: Path, tmp_path: Path, place: Callable[[str], str]) -> None:
    database = tmp_path / "files" / "a.gdb"
    sx.read_layer(shapefile).to_file(database, driver="OpenFileGDB", layer="DLTB")
    archive = pack(tmp_path / "a.gdb.zip", {place(file.name): file for file in database.iterdir()})
    layer = sx.read_layer(archive, layer="DLTB")
    assert list(layer["DLMC"]) == ["旱地", "水浇地"]
    with pytest.raises(sx.LayerReadError, match=r"no layer 'XZQ': it has DLTB"):
        sx.read_layer(archive, layer="XZQ")


def test_of_several_files_the_one_that_is_named(shapefile: Path, tmp_path: Path) -> None:
    archive = pack(tmp_path / "a.zip", members(shapefile) | members(shapefile, "2024/前一年{}".format))
    reason = r"several files could be meant: unpack it, or pass layer=: it has 2024/前一年地类图斑\.shp, 地类图斑\.shp"
    with pytest.raises(sx.LayerReadError, match=reason):
        sx.read_layer(archive)
    assert len(sx.read_layer(archive, layer="前一年地类图斑")) == 2
    with pytest.raises(sx.LayerReadError, match="none, or several, are called 'XZQ'"):
        sx.read_layer(archive, layer="XZQ")


def test_plots_and_control_layers_and_what_evidence_says_of_them(shapefile: Path, tmp_path: Path) -> None:
    plots = pack(tmp_path / "界址点.zip", {"报盘.txt": DEMO / "plots.txt"})
    expected = sx.read_plots(DEMO / "plots.txt")
    read = sx.read_plots(plots)
    assert read.geometry.equals(expected.geometry)
    assert read.attrs["header"] == expected.attrs["header"]
    control = pack(tmp_path / "红线.zip", members(DEMO / "control" / "CZKFBJ.shp"))
    assert load_control(control).name == "CZKFBJ"
    layers = {"城镇开发边界": control}
    report = sx.check(plots, layers, rules="national-2020")
    unpacked = sx.check(DEMO / "plots.txt", {"城镇开发边界": DEMO / "control" / "CZKFBJ.shp"}, rules="national-2020")
    assert report.tables["overlaps_by_layer"].equals(unpacked.tables["overlaps_by_layer"])
    inputs = report.evidence["inputs"]
    assert [Path(one["path"]).name for one in inputs] == ["界址点.zip", "红线.zip"]
    for one, archive in zip(inputs, (plots, control), strict=True):
        (file,) = one["files"]
        assert file["sha256"] == hashlib.sha256(archive.read_bytes()).hexdigest()
    areas = sx.overlay_area(plots, control)
    assert areas.equals(sx.overlay_area(DEMO / "plots.txt", DEMO / "control" / "CZKFBJ.shp"))


def test_points_in_an_archive_are_a_control_layer(shapefile: Path, tmp_path: Path) -> None:
    frame = sx.read_layer(shapefile)
    frame.set_geometry(frame.geometry.centroid).to_file(tmp_path / "files" / "文物.shp", encoding="GB18030")
    archive = pack(tmp_path / "a.zip", members(tmp_path / "files" / "文物.shp"))
    assert load_control(archive).has_lines
    (tmp_path / "list.csv").write_text("名称,X坐标,Y坐标\n古塔,4250100.0,38500050.0\n", encoding="gbk")
    listed = pack(tmp_path / "b.zip", {"名录.csv": tmp_path / "list.csv"})
    assert sx.read_points(listed)["名称"].tolist() == ["古塔"]
    assert load_control(listed, points=True).has_lines
    with pytest.raises(sx.LayerReadError, match=r"a\.zip/文物\.shp"):
        sx.read_layer(archive)


def test_an_error_says_where_in_the_archive_it_is(
    shapefile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shapefile.write_bytes(shapefile.read_bytes()[:-20])
    archive = pack(tmp_path / "a.zip", members(shapefile, "成果/{}".format))
    with pytest.raises(sx.LayerReadError) as caught:
        sx.read_layer(archive)
    assert str(caught.value).startswith(f"{archive}/成果/地类图斑.shp: cut off: record 2")
    assert (caught.value.path, caught.value.record) == (f"{archive}/成果/地类图斑.shp", 2)
    assert len(sx.read_layer(archive, on_error="null")) == 2
    assert cli.main(["validate", str(archive)]) == 1
    assert "错误 1 条" in capsys.readouterr().out
    with pytest.raises(KeyError, match=r'a\.zip/成果/地类图斑\.dbf: no column "DLBM"'):
        sx.read_layer(archive, columns=["DLBM"], on_error="null")


def test_what_cannot_be_unpacked_is_told(shapefile: Path, tmp_path: Path) -> None:
    whole = pack(tmp_path / "a.zip", members(shapefile)).read_bytes()

    def refused(content: bytes, reason: str) -> None:
        path = tmp_path / "b.zip"
        path.write_bytes(content)
        with pytest.raises(sx.LayerReadError, match=f"^{path}: {reason}") as caught:
            sx.read_layer(path)
        assert caught.value.path == str(path)

    refused(b"", "a damaged archive")
    refused(b"PK\x03\x04 no archive", "a damaged archive")
    refused(whole[: len(whole) // 2], "a damaged archive")
    shp = whole.index(b"\x00\x00\x27\x0a") if b"\x00\x00\x27\x0a" in whole else 100
    refused(whole[: shp + 8] + b"\xff" * 8 + whole[shp + 16 :], "a damaged archive")
    refused(with_field(whole, 8, 0x801), "an encrypted archive: unpack it with its password")
    refused(with_field(whole, 10, 9), "an archive that cannot be unpacked here")
    empty = pack(tmp_path / "c.zip", {}).read_bytes()
    refused(empty, "holds no layer: it has no files")
    inner = pack(tmp_path / "d.zip", {"a.zip": tmp_path / "a.zip", "图.dwg": shapefile}).read_bytes()
    refused(inner, r"holds no layer: it has a\.zip, 图\.dwg")


def with_field(content: bytes, offset: int, value: int) -> bytes:
    """An archive of which every entry of the directory and every member has another value in a field of two bytes."""
    changed = bytearray(content)
    for mark, place in ((b"PK\x01\x02", offset), (b"PK\x03\x04", offset - 2)):
        start = 0
        while (start := content.find(mark, start)) >= 0:
            changed[start + place : start + place + 2] = value.to_bytes(2, "little")
            start += 4
    return bytes(changed)


def test_names_cannot_leave_the_folder(shapefile: Path, tmp_path: Path) -> None:
    for place in ("../../../tmp/{}", "/tmp/{}", "C:\\tmp\\{}"):
        archive = pack(tmp_path / "a.zip", members(shapefile, place.format) | {"a.gdb/..": shapefile})
        assert len(sx.read_layer(archive, layer=shapefile.stem)) == 2
    assert not Path("/tmp", shapefile.name).exists()


def test_a_folder_without_room_is_told(shapefile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = pack(tmp_path / "a.zip", members(shapefile))
    usage = collections.namedtuple("usage", ("total", "used", "free"))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(1, 1, 100))
    with pytest.raises(sx.LayerReadError, match=r"unpacks to \d+ bytes, and .* has room for 100: make room"):
        sx.read_layer(archive)


def test_a_damaged_archive_reads_or_is_an_error_of_ours(shapefile: Path, tmp_path: Path) -> None:
    whole = pack(tmp_path / "a.zip", members(shapefile)).read_bytes()
    path = tmp_path / "b.zip"
    place = st.integers(0, len(whole) - 1)

    @settings(max_examples=300, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(place, st.integers(0, 40), st.binary(max_size=4)), min_size=1, max_size=4))
    def check(changes: list[tuple[int, int, bytes]]) -> None:
        content = bytearray(whole)
        for start, length, new in changes:
            content[start : start + length] = new
        path.write_bytes(content)
        with contextlib.suppress(sx.SanxianError):
            sx.read_layer(path)

    check()
