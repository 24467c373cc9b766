"""Our drawings as pictures in a text document."""

from __future__ import annotations

import re

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.shape import CT_Inline
from docx.shared import Mm
from docx.text.run import Run

from sanxian.report.redraw import to_metafile


def add_picture(run: Run, document: Document, svg: str, title: str, room_mm: tuple[float, float]) -> None:
    """Put a drawing into a run of text, as a vector picture that needs nothing else.

    Parameters
    ----------
    run : Run
        What the picture becomes part of.
    document : Document
        The document that the run is in.
    svg : str
        A drawing of this package.
    title : str
        What those hear who cannot see it.
    room_mm : tuple of float
        The most that it may be wide and high; its proportions stay.
    """
    width_px, height_px = (float(number) for number in re.findall(r'viewBox="0 0 (\S+) (\S+)"', svg)[0])
    scale = min(room_mm[0] / width_px, room_mm[1] / height_px)
    part = document.part
    media = [each for each in part.package.iter_parts() if str(each.partname).endswith(".emf")]
    name = f"map{len(media) + 1}.emf"
    picture = Part(PackURI(f"/word/media/{name}"), "image/x-emf", to_metafile(svg), part.package)
    relation = part.relate_to(picture, RELATIONSHIP_TYPE.IMAGE)
    inline = CT_Inline.new_pic_inline(part.next_id, relation, name, Mm(width_px * scale), Mm(height_px * scale))
    inline.docPr.set("descr", title)
    run._r.add_drawing(inline)
