"""The notebook of the example runs from its first cell to its last, without a network, and shows what it should."""

import re

import nbclient
import nbformat
import pytest

from reference_data import ROOT

FOLDER = ROOT / "examples" / "xinzhou"
NOTEBOOK = FOLDER / "walkthrough.ipynb"
#: A kernel talks to this test through ZeroMQ's own sockets; what Python code connects to would be a network.
NO_NETWORK = """
import socket, warnings
def refuse(*arguments):
    raise AssertionError(f"connects to {arguments[1:]}")
socket.socket.connect = socket.socket.connect_ex = refuse
# Machines without a Chinese font draw boxes, and matplotlib says so.
warnings.filterwarnings("ignore", message="Glyph .* missing from")
"""


@pytest.fixture(scope="module")
def executed():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(NO_NETWORK))
    nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(FOLDER)}}).execute()
    return notebook.cells[1:]


def output(cells, source):
    """What the cell that contains ``source`` shows."""
    [cell] = [cell for cell in cells if cell.cell_type == "code" and source in cell.source]
    return cell.outputs


def test_it_is_kept_without_outputs():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None


def test_every_cell_runs_and_warns_of_nothing(executed):
    for cell in executed:
        for shown in cell.get("outputs", []):
            assert shown.output_type != "error"
            assert shown.get("name") != "stderr", f"{cell.source}\n{shown.text}"


def test_the_report_shows_its_verdict_and_rules(executed):
    [shown] = output(executed, "report = scheme.check()\n")
    assert "不符合" in shown.data["text/html"] and "不占用永久基本农田" in shown.data["text/html"]


def test_the_map_on_paper_is_a_picture(executed):
    pictures = [shown.data for shown in output(executed, "report.plot()") if "image/png" in shown.get("data", {})]
    assert len(pictures) == 1


def test_the_map_to_zoom_stands_in_a_frame_that_fetches_nothing(executed):
    [shown] = output(executed, "report.explore(")
    page = shown.data["text/html"]
    assert page.startswith("<iframe") and "srcdoc=" in page
    assert set(re.findall(r"https?://[^\"'&<\s]+", page)) <= {"http://www.w3.org/2000/svg"}


def test_it_finds_what_it_says(executed):
    [audit] = output(executed, "found.findings[[")
    text = audit.data["text/plain"]
    assert text.count("8号片区") >= 3 and "30号片区" in text
    [exchange] = output(executed, "exchange.balance")
    assert "not_compliant" in exchange.data["text/plain"]
    [files] = output(executed, "report.write(")
    assert files.data["text/plain"].count("True") == 5
