"""Polygon layers from PostGIS, through psycopg: ``pip install sanxian[postgis]``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import pyarrow as pa

from sanxian import _native
from sanxian.errors import LayerReadError, SanxianError
from sanxian.gdal import native_layer
from sanxian.wkb_column import with_wkb_metadata, wkb_metadata

if TYPE_CHECKING:
    import psycopg

_GEOMETRIES = ("geometry", "geography")
#: Types of columns that cannot hold a polygon, without Z and M.
_NO_POLYGONS = ("POINT", "MULTIPOINT", "LINESTRING", "MULTILINESTRING")
_SCHEMES = ("postgresql://", "postgres://")
#: Rows fetched at once.
_BATCH_ROWS = 20_000
#: PostgreSQL types that have an Arrow type of their own; every other is read as its text.
_TYPES: dict[str, pa.DataType] = {
    "bool": pa.bool_(),
    "int2": pa.int16(),
    "int4": pa.int32(),
    "int8": pa.int64(),
    "float4": pa.float32(),
    "float8": pa.float64(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "timestamptz": pa.timestamp("us", tz="UTC"),
    "bytea": pa.binary(),
}


def is_database(source: Any) -> bool:
    """Whether a source is the address of a database, not a path."""
    return isinstance(source, str) and source.startswith(_SCHEMES)


def load_from_postgis(
    address: str,
    *,
    layer: str | None = None,
    sql: str | None = None,
    bbox: Sequence[float] | None = None,
    columns: Sequence[str] | None = None,
) -> _native.Layer:
    """Read a table, a view or the result of a query.

    Parameters
    ----------
    address : str
        ``postgresql://user:password@host:port/database``. What it leaves out comes from the usual ``PG...`` variables.
    layer : str, optional
        ``table`` or ``schema.table``.
    sql : str, optional
        A query with one geometry column, instead of ``layer``. It runs in a read-only transaction.
    bbox : (min_x, min_y, max_x, max_y), optional
        Only features whose box meets this one, in the layer's CRS; a spatial index is used.
    columns : sequence of str, optional
        Only these attributes. ``numeric`` comes as float64, types unknown to Arrow as their text.

    Raises
    ------
    LayerReadError
        The database does not answer, there is no such table, or it holds no polygons.
    KeyError
        A column that the table does not have.
    SanxianError
        psycopg is not installed.
    """
    try:
        import psycopg
    except ImportError as error:
        raise SanxianError("reading PostGIS needs psycopg: pip install 'sanxian[postgis]'") from error
    place = _without_password(address)
    if (layer is None) == (sql is None):
        raise LayerReadError(
            f"{place}: pass either layer= (a table) or sql= (a query)", path=place, reason="layer or sql"
        )
    try:
        # A query must not change the database it is asked about.
        with psycopg.connect(address, options="-c default_transaction_read_only=on") as connection:
            relation = _Relation.of_query(sql) if sql is not None else _Relation.of_table(connection, place, layer)
            return relation.read(connection, place, bbox, columns)
    except psycopg.Error as error:
        reason = " ".join(str(error).split())
        raise LayerReadError(f"{place}: {reason}", path=place, reason=reason) from error


class _Relation:
    """What is read from: a table or a query, as SQL that can stand after FROM."""

    def __init__(self, source: Any, name: str, geometry: str | None = None) -> None:
        self.source = source
        self.name = name
        #: Which column makes the features, where that is known.
        self.geometry = geometry

    @classmethod
    def of_query(cls, query: str) -> _Relation:
        from psycopg import sql

        return cls(sql.SQL("({}) AS query").format(sql.SQL(query.strip().rstrip(";"))), "query")

    @classmethod
    def of_table(cls, connection: psycopg.Connection, place: str, layer: str | None) -> _Relation:
        from psycopg import sql

        rows = connection.execute(
            "SELECT f_table_schema, f_table_name, f_geometry_column, type FROM geometry_columns "
            "ORDER BY NOT f_table_schema = ANY (current_schemas(false)), f_table_schema, f_table_name"
        ).fetchall()
        found = [row for row in rows if layer in (row[1], f"{row[0]}.{row[1]}")]
        if not found:
            known = ", ".join(f"{schema}.{table} ({kind})" for schema, table, _, kind in rows) or "none"
            raise _unreadable(place, f"no table {layer!r} with a geometry column: there are {known}")
        schema, table = found[0][:2]
        columns = {column: kind for *names, column, kind in found if names == [schema, table]}
        able = [column for column, kind in columns.items() if kind.rstrip("ZM") not in _NO_POLYGONS]
        if not able:
            kinds = ", ".join(columns.values())
            raise _unreadable(place, f"table {schema}.{table} holds {kinds}: polygons are needed")
        return cls(sql.Identifier(schema, table), table, _only(place, f"{schema}.{table}", able))

    def read(
        self,
        connection: psycopg.Connection,
        place: str,
        bbox: Sequence[float] | None,
        columns: Sequence[str] | None,
    ) -> _native.Layer:
        from psycopg import sql

        types = self._types(connection)
        geometries = [name for name, kind in types if kind in _GEOMETRIES]
        if not geometries:
            names = ", ".join(name for name, _ in types)
            raise _unreadable(place, f"{self.name} has no geometry column: it has {names}")
        meant = self.geometry or _only(place, self.name, geometries)
        kept = [(name, kind) for name, kind in types if name != meant]
        if columns is not None:
            known = dict(kept)
            for name in columns:
                if name not in known:
                    raise KeyError(f'{place}: no column "{name}": {self.name} has {", ".join(known)}')
            kept = [(name, known[name]) for name in columns]

        geometry, srid = sql.Identifier(meant), self._srid(connection, meant)
        crs = _crs(connection, place, srid)
        select = [_selected(name, kind) for name, kind in kept]
        select.append(sql.SQL("ST_AsBinary({}::geometry)").format(geometry))
        query = sql.SQL("SELECT {} FROM {}").format(sql.SQL(", ").join(select), self.source)
        if bbox is not None:
            box = sql.SQL(", ").join(sql.Literal(float(edge)) for edge in bbox)
            query += sql.SQL(" WHERE {}::geometry && ST_MakeEnvelope({}, {})").format(geometry, box, sql.Literal(srid))
        fields = [self._field(connection, place, name, kind) for name, kind in kept]
        schema = pa.schema([*fields, pa.field("\0geometry", pa.binary())])
        arrow_types = schema.types
        batches = [
            pa.record_batch(
                [pa.array(column, kind) for column, kind in zip(zip(*rows, strict=True), arrow_types, strict=True)],
                schema=schema,
            )
            for rows in _fetch(connection, query)
        ]
        table = pa.Table.from_batches(batches, schema)
        return native_layer(with_wkb_metadata(table, "\0geometry", crs), self.name, f"{place}: {self.name}")

    def _srid(self, connection: psycopg.Connection, column: str) -> int:
        """The SRID of the first geometry of a column; 0 where there is none."""
        from psycopg import sql

        query = sql.SQL("SELECT ST_SRID({0}::geometry) FROM {1} WHERE {0} IS NOT NULL LIMIT 1")
        row = connection.execute(query.format(sql.Identifier(column), self.source)).fetchone()
        return int(row[0]) if row else 0

    def _field(self, connection: psycopg.Connection, place: str, name: str, kind: str) -> pa.Field:
        """The Arrow field of an attribute; a further geometry column says what it is."""
        field = pa.field(name, _arrow_type(kind))
        if kind not in _GEOMETRIES:
            return field
        return field.with_metadata(wkb_metadata(_crs(connection, place, self._srid(connection, name))))

    def _types(self, connection: psycopg.Connection) -> list[tuple[str, str]]:
        """Names and types of the columns."""
        from psycopg import sql

        described = connection.execute(sql.SQL("SELECT * FROM {} LIMIT 0").format(self.source)).description or []
        kinds: dict[int, str] = dict(
            connection.execute(
                "SELECT oid::int8, typname::text FROM pg_type WHERE oid = ANY (%s::oid[])",
                ([column.type_code for column in described],),
            ).fetchall()
        )
        return [(column.name, kinds.get(column.type_code, "text")) for column in described]


def _only(place: str, name: str, columns: list[str]) -> str:
    """The only geometry column that could be meant."""
    if len(columns) > 1:
        reason = f"{name} has several geometry columns ({', '.join(columns)}): pass sql= with the one that is meant"
        raise _unreadable(place, reason)
    return columns[0]


def _unreadable(place: str, reason: str) -> LayerReadError:
    return LayerReadError(f"{place}: {reason}", path=place, reason=reason)


def _fetch(connection: psycopg.Connection, query: Any) -> Iterator[list[tuple[Any, ...]]]:
    # A cursor with a name lives on the server: memory is that of a batch, not of the whole table twice.
    with connection.cursor(name="sanxian", binary=True) as cursor:
        cursor.execute(query)
        while rows := cursor.fetchmany(_BATCH_ROWS):
            yield rows


def _selected(name: str, kind: str) -> Any:
    from psycopg import sql

    column = sql.Identifier(name)
    if kind in _TYPES:
        return column
    if kind == "numeric":
        return sql.SQL("{}::float8").format(column)
    if kind in _GEOMETRIES:
        return sql.SQL("ST_AsBinary({}::geometry)").format(column)
    return sql.SQL("{}::text").format(column)


def _arrow_type(kind: str) -> pa.DataType:
    if kind == "numeric":
        return pa.float64()
    return _TYPES.get(kind, pa.binary() if kind in _GEOMETRIES else pa.string())


def _crs(connection: psycopg.Connection, place: str, srid: int) -> str | None:
    """The definition of an SRID; ``None`` for 0, which PostGIS uses for "unknown"."""
    if srid == 0:
        return None
    row = connection.execute(
        "SELECT auth_name, auth_srid, srtext FROM spatial_ref_sys WHERE srid = %s", (srid,)
    ).fetchone()
    if row is None:
        raise _unreadable(place, f"SRID {srid} is not in spatial_ref_sys")
    authority, code, text = row
    return f"EPSG:{code}" if authority == "EPSG" else text


def _without_password(address: str) -> str:
    """The address as it may stand in a message: the password may also be a parameter."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.port:
        host = f"{host}:{parts.port}"
    if parts.username:
        host = f"{parts.username}@{host}"
    return urlunsplit((parts.scheme, host, parts.path, "", ""))
