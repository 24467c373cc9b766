"""The map to zoom and pan: whole in itself, a check box a layer, and no word to any network."""

import re
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser

import geopandas as gpd
import pytest
import shapely

from report_fixture import CRS, PBF, report_parts
from sanxian.report import Report


class Elements(HTMLParser):
    """Collects the elements of a page with their attributes."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def of(self, tag):
        return [attributes for name, attributes in self.found if name == tag]


@pytest.fixture(scope="module")
def shown():
    return Report(**report_parts()).explore()


@pytest.fixture(scope="module")
def drawing(shown):
    svg = re.search(r'<div id="map">(<svg.*?</svg>)\n', shown.page, re.DOTALL).group(1)
    return ElementTree.fromstring(svg)


def test_the_page_refers_to_nothing_outside_itself(shown):
    addresses = re.findall(r"[a-z]+://[^\s\"'<]*", shown.page)
    assert set(addresses) == {"http://www.w3.org/2000/svg"}
    elements = Elements(shown.page)
    assert not any({"src", "href"} & attributes.keys() for _, attributes in elements.found)
    assert not elements.of("link") and "@import" not in shown.page and "fetch(" not in shown.page
    policy = next(meta["content"] for meta in elements.of("meta") if "http-equiv" in meta)
    assert policy.startswith("default-src 'none'")


def test_every_layer_has_a_check_box_for_what_is_drawn(shown, drawing):
    boxes = [box for box in Elements(shown.page).of("input") if box["type"] == "checkbox"]
    keys = [box["data-toggle"] for box in boxes]
    assert keys == ["places", "numbers", "plots", "0", "1", "2", "3", "4"]
    drawn = {node.get("data-layer") for node in drawing.iter() if node.get("data-layer")}
    assert drawn == set(keys)
    assert all("checked" in box for box in boxes)


def test_a_layer_out_of_sight_has_a_check_box_that_says_so():
    parts = report_parts()
    parts["layers"]["water"] = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)], crs=CRS)
    page = Report(**parts).explore().page
    (absent,) = [box for box in Elements(page).of("input") if "disabled" in box]
    assert absent["data-toggle"] == "4" and "checked" not in absent and page.count("（图幅内无图斑）") == 1


def test_plots_pieces_and_layers_have_titles(drawing):
    titles = [node.text for node in drawing.iter() if node.tag.endswith("title")]
    assert "10号地块 10号片区：24.62 公顷（369.30 亩）" in titles
    assert "1. 10号地块与永久基本农田重叠：0.3700 公顷（5.5499 亩），平均宽 30.414 米" in titles
    assert "永久基本农田" in titles


def test_the_legend_says_how_much_of_a_layer_the_plots_take(shown):
    assert "永久基本农田：与地块重叠 0.3700 公顷（5.5499 亩）" in shown.page
    assert "生态保护红线：与地块无重叠" in shown.page


def test_two_layers_of_a_role_have_a_check_box_each_with_their_files():
    parts = report_parts()
    parts["layers"] = [*parts["layers"].items(), (PBF, parts["layers"][PBF])]
    second = {"slot": "layer", "role": PBF, "path": "control/added.shp"}
    parts["evidence"]["inputs"].append(second)
    page = Report(**parts).explore().page
    assert "永久基本农田（YJJBNTTB.shp）" in page and "永久基本农田（added.shp）" in page
    assert 'data-toggle="5"' in page


def test_a_notebook_gets_it_in_a_frame_of_its_own(shown):
    html = shown._repr_html_()
    (frame,) = Elements(html).of("iframe")
    assert Elements(html).found == [("iframe", frame)]
    assert frame["srcdoc"] == shown.page and frame["sandbox"] == "allow-scripts"
    assert "height:560px" in frame["style"]
    assert len(repr(shown)) <= 80


def test_the_height_can_be_chosen():
    assert "height:300px" in Report(**report_parts()).explore(height_px=300)._repr_html_()


def test_it_is_saved_as_a_page(shown, tmp_path):
    path = shown.save(tmp_path / "map.html")
    assert path.read_text(encoding="utf-8") == shown.page and [path] == list(tmp_path.iterdir())


def test_the_same_report_gives_the_same_page(shown):
    assert Report(**report_parts()).explore().page == shown.page


def test_names_cannot_break_out_of_the_page():
    parts = report_parts()
    parts["name"] = "</title><script>alert(1)</script>"
    parts["tables"]["plots"].loc[9, "plot_name"] = "<img src=x>"
    shown = Report(**parts).explore()
    assert len(Elements(shown.page).of("script")) == 1 and not Elements(shown.page).of("img")


def test_a_report_without_plots_says_so():
    parts = report_parts(is_conflict=False)
    parts["plots"] = parts["plots"].iloc[:0]
    assert "没有可绘制的地块" in Report(**parts).explore().page
