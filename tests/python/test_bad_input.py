"""Files that are missing, empty, cut off, wrongly encoded or in another CRS: one clear line, exit code 2, no output."""

import shutil
import subprocess
import sys

import pytest

from reference_data import DEMO

SCHEME = """
[scheme]
name = "broken"
rules = ["national-2020"]
[plots]
path = "plots.txt"
[[layers]]
role = "permanent_basic_farmland"
path = "YJJBNTTB.shp"
"""


@pytest.fixture
def scheme(tmp_path):
    shutil.copy(DEMO / "plots.txt", tmp_path)
    for path in (DEMO / "control").glob("YJJBNTTB.*"):
        shutil.copy(path, tmp_path)
    (tmp_path / "scheme.toml").write_text(SCHEME, encoding="utf-8")
    return tmp_path


def check(folder):
    return subprocess.run(
        [sys.executable, "-m", "sanxian", "check", "scheme.toml", "-o", "out"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_unbroken_copy_runs(scheme):
    assert check(scheme).returncode in (0, 1)


def cut(path, share):
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])


def replace(path, old, new):
    path.write_bytes(path.read_bytes().replace(old, new))


BREAKS = {
    "missing plots": (lambda folder: (folder / "plots.txt").unlink(), "plots.txt"),
    "empty plots": (lambda folder: (folder / "plots.txt").write_bytes(b""), "plots.txt"),
    "plots cut off in a row": (lambda folder: cut(folder / "plots.txt", 0.5003), "plots.txt"),
    "plots of an unknown encoding": (
        lambda folder: (folder / "plots.txt").write_bytes(b"\x81\x20\xff\xff[\xff\x00\xfe" * 50),
        "plots.txt",
    ),
    "plots that are no exchange text": (
        lambda folder: (folder / "plots.txt").write_text("hello\n" * 20, encoding="utf-8"),
        "plots.txt",
    ),
    "missing layer": (lambda folder: (folder / "YJJBNTTB.shp").unlink(), "YJJBNTTB.shp"),
    "empty layer": (lambda folder: (folder / "YJJBNTTB.shp").write_bytes(b""), "YJJBNTTB.shp"),
    "layer cut off": (lambda folder: cut(folder / "YJJBNTTB.shp", 0.6), "YJJBNTTB.shp"),
    "attributes cut off": (lambda folder: cut(folder / "YJJBNTTB.dbf", 0.6), "YJJBNTTB.dbf"),
    "another zone": (lambda folder: replace(folder / "YJJBNTTB.prj", b"38500000", b"37500000"), "sx.to_crs"),
    "unknown key": (
        lambda folder: replace(folder / "scheme.toml", b"[plots]", b"[plot]"),
        "plots",
    ),
    "unknown role": (
        lambda folder: replace(folder / "scheme.toml", b"permanent_basic_farmland", b"permanent_farmland"),
        "permanent_basic_farmland",
    ),
    "unknown rules": (
        lambda folder: replace(folder / "scheme.toml", b"national-2020", b"national-2002"),
        "national-2020",
    ),
    "no TOML": (lambda folder: (folder / "scheme.toml").write_text("[scheme\n", encoding="utf-8"), "scheme.toml"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_one_clear_line_exit_code_2_and_no_output(scheme, name):
    do, expected = BREAKS[name]
    do(scheme)
    run = check(scheme)
    assert run.returncode == 2, (run.stdout, run.stderr)
    lines = run.stderr.strip().splitlines()
    assert len(lines) == 1 and lines[0].startswith("error: "), run.stderr
    assert expected in lines[0]
    out = scheme / "out"
    assert not out.exists() or not any(out.iterdir())


def test_a_missing_scheme_file_is_named(tmp_path):
    run = check(tmp_path)
    assert run.returncode == 2
    assert "scheme.toml" in run.stderr
