"""The map in the text document: a metafile that says what the drawing of the page says."""

import re
import struct
import zipfile
from xml.etree import ElementTree

import docx
import numpy as np
import pytest
import shapely

from report_fixture import report_parts
from sanxian.report import Report
from sanxian.report.map import draw_overview
from sanxian.report.metafile import Metafile
from sanxian.report.places import find_places
from sanxian.report.redraw import dashed, path_points, to_metafile
from sanxian.report.view import element, text

POLYGONS, POLYLINES, TEXT, CLIP, SAVE, RESTORE, EOF = 91, 90, 84, 30, 33, 34, 14


@pytest.fixture(scope="module")
def conflict():
    return Report(**report_parts())


@pytest.fixture(scope="module")
def overview(conflict):
    return draw_overview(conflict, find_places(conflict))


@pytest.fixture(scope="module")
def package(conflict, tmp_path_factory):
    return zipfile.ZipFile(conflict.to_docx(tmp_path_factory.mktemp("docx") / "report.docx"))


def records(content):
    """Kind and content of every record, read as [MS-EMF] 2.3 lays them out."""
    found, at = [], 0
    while at < len(content):
        kind, size = struct.unpack_from("<II", content, at)
        assert size >= 8 and size % 4 == 0 and at + size <= len(content)
        found.append((kind, content[at + 8 : at + size]))
        at += size
    return found


def texts(content):
    """What is written, with the places of its first characters."""
    found = []
    for kind, record in records(content):
        if kind == TEXT:
            x, y, count, offset = struct.unpack_from("<iiII", record, 28)
            found.append((record[offset - 8 : offset - 8 + 2 * count].decode("utf-16-le"), x, y))
    return found


def polygons(content):
    """Rings of every polygon record."""
    found = []
    for kind, record in records(content):
        if kind == POLYGONS:
            rings, points = struct.unpack_from("<II", record, 16)
            counts = struct.unpack_from(f"<{rings}I", record, 24)
            every = np.frombuffer(record, "<i2", points * 2, 24 + 4 * rings).reshape(-1, 2)
            found.append(np.split(every, np.cumsum(counts)[:-1]))
    return found


def test_the_file_is_as_long_and_has_as_many_records_as_its_header_says(overview):
    content = to_metafile(overview)
    size, count, handles = struct.unpack_from("<IIH", content, 48)
    found = records(content)
    assert content[40:44] == b" EMF" and size == len(content) and count == len(found)
    assert found[-1][0] == EOF
    made = {struct.unpack_from("<I", record)[0] for kind, record in found if kind in (38, 39, 82)}
    assert made == set(range(1, handles)), "every object has a number below the count of handles"
    used = {struct.unpack_from("<I", record)[0] for kind, record in found if kind == 37}
    assert {number for number in used if number < 2**31} <= made
    assert [kind for kind, _ in found].count(SAVE) == [kind for kind, _ in found].count(RESTORE) == 1


def test_it_writes_every_text_of_the_drawing(overview):
    root = ElementTree.fromstring(overview)
    drawn = {"".join(node.itertext()) for node in root.iter() if node.tag.endswith("text")}
    written = {content for content, _, _ in texts(to_metafile(overview))}
    assert written == drawn and {"38", "北", "永久基本农田"} <= written


def test_a_text_that_is_centred_begins_half_its_width_to_the_left():
    svg = element("svg", text("地块", 50, 20, text_anchor="middle", font_size=10), viewBox="0 0 100 50")
    [(content, x, y)] = texts(to_metafile(svg))
    scale = 16_000 // 100
    assert (content, x, y) == ("地块", 40 * scale, 20 * scale)


def test_polygons_are_where_the_drawing_has_them(conflict, overview):
    # The outline of the largest plot, in pixels of the drawing, is one of the rings; its fill is faint and left out.
    content = to_metafile(overview)
    width = float(re.search(r'viewBox="0 0 (\S+)', overview)[1])
    scale = 16_000 // round(max(width, float(re.search(r'viewBox="0 0 \S+ (\S+)"', overview)[1])))
    pieces = [ring for rings in polygons(content) for ring in rings]
    assert len(pieces) > 20
    paths = re.findall(r' d="(M[^"]+Z)" fill="#c8102e"', overview)
    expected = [part for d in paths for part in path_points(d)]
    assert expected
    for part in expected:
        units = np.rint(part * scale)
        assert any(ring.shape == units.shape and (ring == units).all() for ring in pieces)


def test_a_hatch_lies_inside_its_area_and_covers_it():
    pattern = element("rect", width=6, height=6, fill="#f8eba6") + element("path", d="M0 6L6 0", stroke="#b38f12")
    definition = element("defs", element("pattern", pattern, id="h", width=6, height=6))
    body = definition + element("path", d="M10 10h60v30h-60z", fill="url(#h)")
    content = to_metafile(element("svg", body, viewBox="0 0 100 50"))
    [record] = [record for kind, record in records(content) if kind == POLYLINES]
    lines, points = struct.unpack_from("<II", record, 16)
    every = np.frombuffer(record, "<i2", points * 2, 24 + 4 * lines).reshape(-1, 2, 2) / (16_000 // 100)
    area = shapely.box(10, 10, 70, 40).buffer(0.01)
    assert all(area.contains(shapely.LineString(line)) for line in every)
    # Lines x + y = 6k meet the box 10..70 x 10..40 for k = 4..18.
    assert sorted(round(line.sum(axis=1).mean()) for line in every) == [6 * k for k in range(4, 19)]


def test_dashes_go_on_round_corners():
    line = np.array([[0.0, 0.0], [3.0, 0.0], [3.0, 9.0]])
    pieces = list(dashed([line], [5.0, 1.0]))
    lengths = [shapely.LineString(piece).length for piece in pieces]
    assert lengths == pytest.approx([5.0, 5.0]) and pieces[0].tolist() == [[0, 0], [3, 0], [3, 2]]


def test_characters_outside_the_basic_plane_keep_their_advances():
    picture = Metafile(100, 100)
    picture.text("𠮷a", 0, 0, 10, "#000000")
    [record] = [record for kind, record in records(picture.to_bytes()) if kind == TEXT]
    (count,) = struct.unpack_from("<I", record, 36)
    (offset,) = struct.unpack_from("<I", record, 64)
    assert count == 3
    assert struct.unpack_from("<3I", record, offset - 8) == (1600, 0, 800)


def test_the_document_shows_the_map_before_the_plots_and_names_its_crs(conflict, package, tmp_path):
    document = docx.Document(conflict.to_docx(tmp_path / "report.docx"))
    paragraphs = [paragraph.text for paragraph in document.paragraphs]
    at = paragraphs.index("二、位置图")
    assert "graphic" in document.paragraphs[at + 1]._p.xml
    assert "2000国家大地坐标系" in paragraphs[at + 2] and "EPSG:" in paragraphs[at + 2]
    assert at < paragraphs.index("三、地块")
    names = [name for name in package.namelist() if name.endswith(".emf")]
    places = find_places(conflict)
    assert len(names) > len(places), "the overview and a close-up a place"
    types = package.read("[Content_Types].xml").decode()
    assert 'Extension="emf" ContentType="image/x-emf"' in types
    for name in names:
        assert records(package.read(name))[-1][0] == EOF


def test_pictures_keep_their_proportions_and_fit_the_page(package):
    body = package.read("word/document.xml").decode()
    extents = [(int(x), int(y)) for x, y in re.findall(r'<wp:extent cx="(\d+)" cy="(\d+)"', body)]
    assert extents and all(x <= 257 * 36_000 and y <= 140 * 36_000 for x, y in extents)
    drawn = []
    for relation in re.findall(r'r:embed="(\w+)"', body):
        rels = package.read("word/_rels/document.xml.rels").decode()
        target = re.search(rf'Id="{relation}"[^>]*Target="([^"]+)"|Target="([^"]+)"[^>]*Id="{relation}"', rels)
        content = package.read("word/" + (target[1] or target[2]))
        drawn.append(struct.unpack_from("<iiii", content, 24)[2:])
    for (x, y), (width, height) in zip(extents, drawn, strict=True):
        assert x / y == pytest.approx(width / height, rel=0.01)


def test_the_document_counts_its_pages_and_its_headings(conflict, package, tmp_path):
    footer = package.read("word/footer1.xml").decode()
    assert "PAGE" in footer and "NUMPAGES" in footer and "第 " in footer
    document = docx.Document(conflict.to_docx(tmp_path / "report.docx"))
    headings = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name.startswith("Heading")]
    assert all(re.match(r"[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）", heading) for heading in headings)
    assert not [name for name in package.namelist() if "thumbnail" in name]
