"""The figures of ``docs/area.md``: the example is run, and every row of its table computed anew."""

import re

import pytest

import sanxian as sx
from reference_data import ROOT

TEXT = (ROOT / "docs" / "area.md").read_text(encoding="utf-8")
[EXAMPLE] = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)
#: Half a unit of the last digit printed, and the 1e-4 m² to which the survey recipe is defined here.
DIGIT_M2 = 1e-4


@pytest.fixture(scope="module")
def names():
    found = {}
    exec(EXAMPLE, found)
    return found


def rows():
    lines = re.findall(r"^\| (.+?) \| \**([\d  ]+\.\d{4})\** \| (.+?) \|$", TEXT, flags=re.MULTILINE)
    return {name: (float(re.sub(r"\s", "", figure)), difference) for name, figure, difference in lines}


def test_calls_give_the_figures_in_their_comments(names):
    calls = re.findall(r"^(sx\.\w+_m2\(.+?\)) +# ([\d.]+)$", EXAMPLE, flags=re.MULTILINE)
    assert len(calls) == 6
    for call, figure in calls:
        assert eval(call, names)[0] == pytest.approx(float(figure), rel=0, abs=DIGIT_M2), call


def test_every_row_of_the_table(names):
    tract = names["tract"]
    zone_37, degrees = sx.to_crs(tract, 4525), sx.to_crs(tract, 4490)
    albers = tract.to_crs("+proj=aea +lat_1=25 +lat_2=47 +lon_0=105 +ellps=GRS80")
    computed = {
        "planar, zone 38 (114° E)": sx.planar_area_m2(tract),
        "planar, zone 37 (111° E)": sx.planar_area_m2(zone_37),
        "exact: straight Gauss-Krüger edges on the ellipsoid": sx.ellipsoidal_area_m2(tract),
        "exact, vertices moved to zone 37 first": sx.ellipsoidal_area_m2(zone_37),
        "survey recipe, 70 m, rounded as prescribed": sx.ellipsoidal_area_m2(tract, recipe="survey"),
        "survey recipe on degrees: no inserted points": sx.ellipsoidal_area_m2(degrees, recipe="survey"),
        "edges straight in longitude and latitude": sx.ellipsoidal_area_m2(degrees),
        "geodesic edges": sx.geodesic_area_m2(tract),
        "Albers (25°, 47°, 105° E), then its plane": sx.planar_area_m2(albers),
    }
    exact = computed["exact: straight Gauss-Krüger edges on the ellipsoid"][0]
    written = rows()
    assert set(written) == set(computed)
    for name, area_m2 in computed.items():
        figure, difference = written[name]
        assert area_m2[0] == pytest.approx(figure, rel=0, abs=DIGIT_M2), name
        if name.startswith("exact: "):
            continue
        metres = re.match(r"([+−][\d.]+) m²", difference)[1].replace("−", "-")
        decimals = len(metres.partition(".")[2])
        assert area_m2[0] - exact == pytest.approx(float(metres), rel=0, abs=0.51 * 10.0**-decimals), name
