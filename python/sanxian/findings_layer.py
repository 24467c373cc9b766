"""Findings as a GeoPackage: a point or the ground of each, with the style that QGIS opens it in."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from sanxian.report import labels
from sanxian.report.files import fixed_gdal_date, replace_file

#: Layers of the file; findings without a place stand in the second with no geometry.
POINTS, AREAS = "findings_points", "findings_areas"
#: Red, orange, blue: fill and outline of each severity.
_COLOURS = {"error": "215,25,28", "warning": "253,141,36", "info": "44,123,182"}
_POINT_SIZE_MM = "3"
#: What GDAL stamps too: the same findings give the same bytes.
_FIXED_TIME = "1980-01-01T00:00:00.000Z"


def write_findings(findings: gpd.GeoDataFrame, path: str | os.PathLike[str]) -> Path:
    """Write findings to a GeoPackage with layers ``findings_points`` and ``findings_areas``, both with a default style.

    Parameters
    ----------
    findings : GeoDataFrame
        As :func:`sanxian.check_submission` gives it.
    path : path
        The ``.gpkg``; a folder gets a ``findings.gpkg``. Written beside its place and renamed when it is whole.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    OSError
        The file cannot be written.

    Examples
    --------
    >>> import sanxian as sx, tempfile
    >>> found = sx.check_submission("examples/xinzhou/plots.txt")
    >>> sx.write_findings(found, tempfile.mkdtemp()).name
    'findings.gpkg'
    """
    target = Path(path)
    if target.suffix.lower() != ".gpkg":
        target = target / "findings.gpkg"
    target.parent.mkdir(parents=True, exist_ok=True)
    return replace_file(target, lambda file: _write(findings, file))


def _write(findings: gpd.GeoDataFrame, path: Path) -> None:
    has_ground = findings.geometry.notna().to_numpy()
    has_point = findings["easting_m"].notna().to_numpy() & ~has_ground
    points = shapely.points(findings.loc[has_point, ["easting_m", "northing_m"]].to_numpy(dtype=float))
    at_points = findings[has_point].set_geometry(
        gpd.GeoSeries(points, index=findings.index[has_point]), crs=findings.crs
    )
    with fixed_gdal_date():
        for frame, layer, kind in ((at_points, POINTS, "Point"), (findings[~has_point], AREAS, "MultiPolygon")):
            pyogrio.write_dataframe(
                _plain(frame),
                path,
                layer=layer,
                driver="GPKG",
                geometry_type=kind,
                promote_to_multi=kind == "MultiPolygon",
                append=path.exists(),
            )
    _add_styles(path)


def _plain(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Columns of types that GDAL knows, also where nothing but nulls are in them."""
    plain = frame.reset_index(drop=True)
    for name in plain.columns:
        if name in ("feature", "line"):
            plain[name] = pd.array(plain[name], dtype="Int64")
        elif name in ("easting_m", "northing_m"):
            plain[name] = plain[name].astype(float)
        elif name != plain.geometry.name:
            plain[name] = plain[name].astype("string")
    return plain


def _add_styles(path: Path) -> None:
    """The table in which QGIS looks for the style of a layer."""
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT(256), "
            "f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), "
            "styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), "
            "update_time DATETIME)"
        )
        database.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) "
            "VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?)",
            (_FIXED_TIME,),
        )
        for layer, is_area in ((POINTS, False), (AREAS, True)):
            database.execute(
                "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, "
                "styleName, styleQML, styleSLD, useAsDefault, description, owner, update_time) "
                "VALUES ('', '', ?, 'geom', ?, ?, ?, 1, '', '', ?)",
                (layer, layer, _qml(is_area=is_area), _sld(layer, is_area=is_area), _FIXED_TIME),
            )


def _options(values: dict[str, str]) -> str:
    rows = "".join(f'<Option name="{name}" type="QString" value={quoteattr(value)}/>' for name, value in values.items())
    return f'<Option type="Map">{rows}</Option>'


def _qml(*, is_area: bool) -> str:
    """Categories by severity, in the XML of QGIS 3."""
    categories, symbols = [], []
    for number, (severity, colour) in enumerate(_COLOURS.items()):
        label = labels.SEVERITY[severity]
        categories.append(
            f'<category value="{severity}" symbol="{number}" label="{label}" render="true" type="string"/>'
        )
        if is_area:
            look = {"color": f"{colour},70", "outline_color": f"{colour},255", "outline_width": "0.7", "style": "solid"}
            layer, kind = "SimpleFill", "fill"
        else:
            look = {
                "name": "circle",
                "color": f"{colour},255",
                "outline_color": "255,255,255,255",
                "size": _POINT_SIZE_MM,
            }
            layer, kind = "SimpleMarker", "marker"
        symbols.append(
            f'<symbol type="{kind}" name="{number}" alpha="1" clip_to_extent="1" force_rhr="0">'
            f'<layer class="{layer}" enabled="1" locked="0" pass="0">{_options(look)}</layer></symbol>'
        )
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
        '<qgis version="3.22.0" styleCategories="Symbology|MapTips">'
        '<renderer-v2 type="categorizedSymbol" attr="severity" enableorderby="0" forceraster="0" symbollevels="0">'
        f"<categories>{''.join(categories)}</categories><symbols>{''.join(symbols)}</symbols></renderer-v2>"
        '<mapTip>[% "message" %]</mapTip></qgis>'
    )


def _sld(layer: str, *, is_area: bool) -> str:
    """The same for programs that read SLD 1.0."""
    rules = []
    for severity, colour in _COLOURS.items():
        red, green, blue = (int(part) for part in colour.split(","))
        fill = f'<Fill><CssParameter name="fill">#{red:02x}{green:02x}{blue:02x}</CssParameter>{{}}</Fill>'
        if is_area:
            fill = fill.format('<CssParameter name="fill-opacity">0.27</CssParameter>')
            stroke = f'<Stroke><CssParameter name="stroke">#{red:02x}{green:02x}{blue:02x}</CssParameter></Stroke>'
            symbol = f"<PolygonSymbolizer>{fill}{stroke}</PolygonSymbolizer>"
        else:
            mark = f"<Mark><WellKnownName>circle</WellKnownName>{fill.format('')}</Mark>"
            symbol = f"<PointSymbolizer><Graphic>{mark}<Size>9</Size></Graphic></PointSymbolizer>"
        filtered = (
            "<ogc:Filter><ogc:PropertyIsEqualTo><ogc:PropertyName>severity</ogc:PropertyName>"
            f"<ogc:Literal>{severity}</ogc:Literal></ogc:PropertyIsEqualTo></ogc:Filter>"
        )
        rules.append(f"<Rule><Name>{labels.SEVERITY[severity]}</Name>{filtered}{symbol}</Rule>")
    return (
        '<?xml version="1.0" encoding="UTF-8"?><StyledLayerDescriptor version="1.0.0" '
        'xmlns="http://www.opengis.net/sld" xmlns:ogc="http://www.opengis.net/ogc"><NamedLayer>'
        f"<Name>{layer}</Name><UserStyle><FeatureTypeStyle>{''.join(rules)}</FeatureTypeStyle></UserStyle>"
        "</NamedLayer></StyledLayerDescriptor>"
    )


def as_findings(table: pd.DataFrame, crs: Any) -> gpd.GeoDataFrame:
    """A table of findings with a column ``ground`` as :func:`write_findings` takes it."""
    ground = gpd.GeoSeries(list(table["ground"]), index=table.index, crs=crs)
    return gpd.GeoDataFrame(table.drop(columns="ground"), geometry=ground, crs=crs)
