"""What kind of layer a file holds: told from its name and its fields, by the data in ``rules/layer_kinds.toml``."""

from __future__ import annotations

import json
import os
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa

from sanxian import _native
from sanxian.arrow import load_layer, to_data_frame

_GEOMETRY = "geometry"


def recognise_layer(
    layer: Any, *, name: str | None = None, role: str | None = None, encoding: str | None = None
) -> dict[str, Any]:
    """Tell what kind of layer this is: DLTB, YJJBNTTB, STBHHX, CZKFBJ, XZQ, CJDCQ, forest, ...

    A kind is known by its name (``DLTB``, ``140902DLTB``, ``地类图斑``) and by its fields: the standard's names in
    either case, Chinese names, aliases, and names cut to the ten bytes of a Shapefile. A name counts more than fields,
    unless the fields speak clearly for another kind; fields alone must be worth two that no other kind has.

    Parameters
    ----------
    layer : GeoDataFrame, Arrow table or path
        Of a path, the stem is the name; a file of several layers is read as :func:`sanxian.read_layer` does.
    name : str, optional
        What the layer is called, where that is not the path's stem.
    role : str, optional
        What you think it is. It decides between candidates, and a layer that contradicts it is said so.
    encoding : str, optional
        Encoding of the attributes where the file is wrong about it.

    Returns
    -------
    dict
        ``outcome`` (``"recognised"``, ``"ambiguous"``, ``"unrecognised"``), ``kind``, ``title``, ``role``, ``slot``
        (the place in a scheme file, where it is not a control layer), ``by_name``, ``field_weight``; ``fields``, each
        with the standard's ``name``, the file's ``field`` and ``how`` (``"exact"``, ``"case"``, ``"alias"``,
        ``"cut"``); ``missing`` required fields, ``unknown`` fields of the file, ``subclass`` (field and values of the
        sub-zones), ``candidates`` (what else it could be), ``document``, ``status``, ``contradicted_role``.

    Raises
    ------
    LayerReadError, FileNotFoundError
        The path cannot be read.
    RuleError
        There is no such role.

    Examples
    --------
    >>> import sanxian as sx
    >>> found = sx.recognise_layer("examples/xinzhou/control/CZKFBJ.shp")
    >>> found["title"], found["role"], found["subclass"]["field"]
    ('城镇开发边界', 'urban_development_boundary', 'GHFQMC')
    """
    if isinstance(layer, str | os.PathLike):
        native = load_layer(layer, encoding=encoding)
        name = name or native.name
        schema = pa.table(native.to_arrow()).schema
    elif isinstance(layer, pd.DataFrame):
        schema = _schema_of(layer)
    else:
        schema = pa.table(layer).schema
    return recognise_schema(name or "", schema, role=role)[0]


def recognise_schema(
    name: str, schema: pa.Schema, *, role: str | None = None, is_complete: bool = True
) -> tuple[dict[str, Any], pd.DataFrame]:
    """Recognise a layer by the Arrow schema of its attributes, and give what is odd about it as findings.

    ``is_complete=False`` means that only some of the file's fields were read: then none is called missing.
    """
    role = None if role is None else _native.role_id(role)
    if _GEOMETRY in schema.names:
        schema = schema.remove(schema.get_field_index(_GEOMETRY))
    text, findings = _native.recognise_layer(name, schema, role=role, is_complete=is_complete)
    found: dict[str, Any] = json.loads(text)
    return found, to_data_frame(findings)


def _schema_of(frame: pd.DataFrame) -> pa.Schema:
    """Types of a frame's columns; a column whose type Arrow cannot tell counts as empty, which contradicts nothing."""
    geometries = [name for name, dtype in frame.dtypes.items() if isinstance(dtype, gpd.array.GeometryDtype)]
    fields = []
    for name, column in frame.drop(columns=geometries).items():
        try:
            fields.append(pa.field(str(name), pa.Array.from_pandas(column).type))
        except (pa.ArrowException, TypeError):
            fields.append(pa.field(str(name), pa.null()))
    return pa.schema(fields)
