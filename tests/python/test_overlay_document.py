"""``docs/overlay.md``: its example runs, its figures are what the script draws, its arithmetic adds up."""

import re
import subprocess
import sys

from reference_data import ROOT

DOCS = ROOT / "docs"
TEXT = (DOCS / "overlay.md").read_text(encoding="utf-8")


def test_the_example_runs():
    [example] = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)
    exec(example, {})


def test_the_sum_of_the_sweeps_is_the_area():
    [line] = re.findall(r"^ {4}(.+) = +4$", TEXT, flags=re.MULTILINE)
    assert eval(line.replace("−", "-")) == 4


def test_figures_are_those_of_the_script(tmp_path):
    code = "import sys; sys.path.insert(0, sys.argv[1]); import overlay_figures as f; from pathlib import Path; "
    code += "f.FOLDER = Path(sys.argv[2]); f.chunks(); f.crossings(); f.nudge()"
    subprocess.run([sys.executable, "-c", code, DOCS, tmp_path], check=True)
    named = set(re.findall(r"\(figures/(.+?)\)", TEXT))
    assert named == {path.name for path in tmp_path.iterdir()}
    for name in named:
        assert (tmp_path / name).read_bytes() == (DOCS / "figures" / name).read_bytes(), name
