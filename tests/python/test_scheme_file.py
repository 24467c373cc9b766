"""What is no scheme file is named as what it is, in one line that says what to give."""

import pytest

import sanxian as sx
from reference_data import DEMO
from sanxian import cli


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        (
            "plots.txt",
            "[属性描述]\n格式版本号=1.01\n".encode("gbk"),
            "expected a scheme file (TOML), found plots (.txt)",
        ),
        ("plots.TXT", b"a b\n", "expected a scheme file (TOML), found plots (.txt)"),
        ("layer.shp", bytes(range(200, 256)), "expected a scheme file (TOML), found a layer (.shp)"),
        ("projects.csv", b"project,plot\n", "expected a scheme file (TOML), found a table (.csv)"),
        ("scheme", b"\xff\xfe", "expected a scheme file (TOML), found another kind of file"),
        ("scheme.toml", '[scheme]\nname = "方案"\n'.encode("gbk"), "save it as UTF-8"),
        ("scheme.toml", b"[scheme\n", "line 1"),
    ],
)
def test_a_file_of_another_kind_is_one_line_and_exit_code_2(tmp_path, capsys, name, content, expected):
    path = tmp_path / name
    path.write_bytes(content)
    assert cli.main(["check", str(path), "-o", str(tmp_path / "out")]) == 2
    output = capsys.readouterr()
    assert output.out == "" and output.err.count("\n") == 1
    assert output.err.startswith(f"error: {path}: ") and expected in output.err
    assert not (tmp_path / "out").exists()
    with pytest.raises(sx.SchemeError) as caught:
        sx.Scheme.from_toml(path)
    assert caught.value.path == str(path)


def test_the_examples_plots_are_not_taken_for_a_scheme(capsys):
    assert cli.main(["check", str(DEMO / "plots.txt")]) == 2
    assert "scheme file (TOML)" in capsys.readouterr().err


def test_of_a_folder_its_scheme_file_is_named(tmp_path, capsys):
    assert cli.main(["check", str(DEMO)]) == 2
    assert f"name {DEMO / 'scheme.toml'}" in capsys.readouterr().err
    assert cli.main(["check", str(tmp_path)]) == 2
    assert "found a folder" in capsys.readouterr().err


def test_of_a_toml_with_another_suffix_the_wrong_key_is_named(tmp_path):
    (tmp_path / "scheme.conf").write_text((DEMO / "scheme.toml").read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(sx.SchemeError, match=r"plots\.txt") as caught:
        sx.Scheme.from_toml(tmp_path / "scheme.conf")
    assert "plots.path" in str(caught.value) and "expected a scheme file" not in str(caught.value)
