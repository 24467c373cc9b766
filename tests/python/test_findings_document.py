"""Every code of a finding stands in docs/findings.md, with the severities that it has."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from reference_data import ROOT

_SEVERITIES = {"info": "info", "warning": "warning", "error": "error", "warn": "warning"}
_CODE = r'"(?P<code>[a-z]+(?:_[a-z]+)*)"'
#: How the sources make a finding. Where the severity is not told beside the code, only the code is compared.
_MADE = (
    rf"(?:Finding::|findings\s*\.|losses\.)(?P<severity>info|warning|error|warn)\(\s*{_CODE}\s*,",
    rf"findings\.add\(severity,\s*{_CODE}",
    rf"(?:\.note|tell)\(\s*{_CODE}",
    rf"\(\s*{_CODE},\s*format!",
    rf'(?:OVERFLOW: \(&str, &str\) = |Err\(|ok_or\()\({_CODE}, "',
    rf"let code = {_CODE};",
    rf"Oddity {{{{ code: {_CODE}",
)


def made() -> Iterator[tuple[str, str | None]]:
    """Codes in the sources, and how severe they are there."""
    rust = (file for file in (ROOT / "crates").glob("*/src/**/*.rs") if not file.stem.endswith("_tests"))
    for file in (*rust, *(ROOT / "python" / "sanxian").glob("**/*.py")):
        text = file.read_text(encoding="utf-8")
        # Examples in doc comments, and tests at the end of a file, make findings of their own.
        text = re.sub(r"^\s*///.*$", "", text.split("#[cfg(test)]\nmod ")[0], flags=re.MULTILINE)
        for pattern in _MADE:
            for found in re.finditer(pattern, text):
                yield found["code"], _SEVERITIES[found["severity"]] if "severity" in found.groupdict() else None
    faults = (ROOT / "crates/sanxian-overlay/src/fault.rs").read_text(encoding="utf-8")
    for code in re.findall(r'=> "([a-z_]+)"', faults.split("fn code(self)")[1].split("pub fn ")[0]):
        yield code, None


def documented() -> dict[str, set[str]]:
    rows: defaultdict[str, set[str]] = defaultdict(set)
    for line in (ROOT / "docs" / "findings.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| `") and len(cells) == 4:
            for code in re.findall("`(.+?)`", cells[0]):
                rows[code] |= set(cells[1].split(", "))
    return rows


def test_every_code_is_documented_and_no_other() -> None:
    known, codes = documented(), {code for code, _ in made()}
    assert len(codes) > 150
    assert (codes - known.keys(), known.keys() - codes) == (set(), set())


def test_severities_are_those_of_the_sources() -> None:
    known = documented()
    assert [(code, severity) for code, severity in made() if severity and severity not in known[code]] == []


def test_every_row_says_what_to_do() -> None:
    lines = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8").splitlines()
    rows = [line.strip("|").split(" | ") for line in lines if line.startswith("| `")]
    assert [row for row in rows if len(row) != 4 or not all(cell.strip() for cell in row)] == []
