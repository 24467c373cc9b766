"""Every public name has a docstring whose example runs, and shows it in Jupyter."""

import doctest
import importlib
import inspect
import pkgutil

import pytest

import sanxian as sx
from reference_data import ROOT

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(sx.__path__, "sanxian.")
    if not module.name.endswith(("_native", "__main__"))
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_run_as_printed(name, monkeypatch):
    monkeypatch.chdir(ROOT)
    module = importlib.import_module(name)
    result = doctest.testmod(module, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert result.failed == 0


@pytest.mark.parametrize("name", [name for name in sx.__all__ if name != "__version__"])
def test_no_page_is_empty(name):
    item = getattr(sx, name)
    text = inspect.getdoc(item)
    assert text and len(text) > 40, name
    if inspect.isfunction(item):
        for section in ("Parameters", "Returns", "Raises", "Examples"):
            if section == "Parameters" and not inspect.signature(item).parameters:
                continue
            writers = (
                "write_exchange_text",
                "rewrite_exchange_text",
                "write_coordinate_table",
                "write_use_layer",
            )
            if section in ("Returns", "Raises") and name in (*writers, "list_rules"):
                continue
            if section == "Raises" and name in ("find_faults", "repair"):
                continue
            if section == "Returns" and name == "list_rules":
                continue
            assert section in text, f"{name}: no section {section}"


def test_options_are_keyword_only():
    for name in sx.__all__:
        item = getattr(sx, name)
        if inspect.isfunction(item):
            for parameter in inspect.signature(item).parameters.values():
                is_input = (name, parameter.name) in (("check_coverage", "within"), ("check_submission", "plots"))
                if parameter.default is not inspect.Parameter.empty and not is_input:
                    assert parameter.kind is inspect.Parameter.KEYWORD_ONLY, f"{name}({parameter.name})"
