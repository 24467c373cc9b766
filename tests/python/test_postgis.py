"""Layers from a real PostGIS server: ``tests/postgis/serve.sh`` starts one, ``SANXIAN_TEST_POSTGIS`` is its address."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

import sanxian as sx

psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed: pip install 'sanxian[postgis]'")

ADDRESS = os.environ.get("SANXIAN_TEST_POSTGIS")
pytestmark = pytest.mark.skipif(
    ADDRESS is None, reason="no PostGIS server: run tests/postgis/serve.sh and set SANXIAN_TEST_POSTGIS"
)

TABLES = """
CREATE EXTENSION IF NOT EXISTS postgis;
DROP SCHEMA IF EXISTS "规划" CASCADE;
CREATE SCHEMA "规划";
CREATE TABLE "规划"."DLTB" (
    id int PRIMARY KEY, "DLMC" text, "TBMJ" numeric(38, 8), day date, seen timestamptz, tags text[], flag boolean,
    geometry text, geom geometry(MultiPolygonZ, 4526));
INSERT INTO "规划"."DLTB"
SELECT n, CASE WHEN n % 2 = 0 THEN '旱地' ELSE '水田' END, n + 0.25, '2026-11-22', '2026-11-22 08:00+08', ARRAY['a'],
       true, 'kept',
       ST_Multi(ST_Force3D(ST_MakeEnvelope(38500000 + n * 20, 4250000, 38500010 + n * 20, 4250010, 4526), 7))
FROM generate_series(0, 99) AS n;
INSERT INTO "规划"."DLTB" (id) VALUES (100);
CREATE INDEX ON "规划"."DLTB" USING gist (geom);
DROP TABLE IF EXISTS public.wells, public.mixed, public.plain, public.labelled, public.twice;
CREATE TABLE public.labelled (id int, label geometry(Point, 4490), geom geometry(Polygon, 4526));
INSERT INTO public.labelled VALUES (1, ST_SetSRID(ST_MakePoint(112.7, 38.4), 4490),
    ST_MakeEnvelope(38500000, 4250000, 38500010, 4250010, 4526));
CREATE TABLE public.twice (id int, before geometry(Polygon, 4526), after geometry(Polygon, 4526));
CREATE TABLE public.wells (id int, geom geometry(Point, 4526));
CREATE TABLE public.mixed (id int, geom geometry);
INSERT INTO public.mixed VALUES
    (1, ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))')), (2, ST_GeomFromText('LINESTRING(0 0,1 1)'));
CREATE TABLE public.plain (id int);
"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    assert ADDRESS is not None
    with psycopg.connect(ADDRESS) as connection:
        connection.execute(TABLES)
    yield ADDRESS


def test_a_table_comes_with_its_types_its_crs_and_chinese_names(address: str) -> None:
    frame = sx.read_layer(address, layer="规划.DLTB", role="永久基本农田")
    assert (len(frame), frame.crs.to_epsg(), frame.attrs["role"]) == (101, 4526, "permanent_basic_farmland")
    assert list(frame.columns) == ["id", "DLMC", "TBMJ", "day", "seen", "tags", "flag", "geometry_2", "geometry"]
    first = frame.iloc[0]
    assert (first["DLMC"], first["TBMJ"], str(first["day"]), first["tags"]) == ("旱地", 0.25, "2026-11-22", "{a}")
    assert first["seen"].isoformat() == "2026-11-22T00:00:00+00:00"
    assert first.geometry.bounds == (38_500_000, 4_250_000, 38_500_010, 4_250_010)
    assert frame.geometry.iloc[100] is None
    assert "dimensions_dropped" in set(frame.attrs["findings"]["code"])


def test_bbox_and_columns_are_asked_of_the_server(address: str) -> None:
    box = (38_500_030, 4_249_000, 38_500_060, 4_251_000)
    frame = sx.read_layer(address, layer="DLTB", bbox=box, columns=["DLMC", "id"])
    assert list(frame["id"]) == [1, 2, 3]
    assert list(frame.columns) == ["DLMC", "id", "geometry"]
    assert sx.read_layer(address, layer="DLTB", bbox=(0, 0, 1, 1)).empty


def test_a_query_reads_and_cannot_write(address: str) -> None:
    query = """SELECT "DLMC", geom FROM "规划"."DLTB" WHERE "DLMC" LIKE '旱%' ORDER BY id;"""
    frame = sx.read_layer(address, sql=query)
    assert len(frame) == 50
    with pytest.raises(sx.LayerReadError, match="data-modifying"):
        sx.read_layer(address, sql="""WITH gone AS (DELETE FROM "规划"."DLTB" RETURNING geom) SELECT * FROM gone""")
    assert len(sx.read_layer(address, layer="DLTB")) == 101


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"layer": "YJJBNTTB"}, r"no table 'YJJBNTTB' with a geometry column: there are .*DLTB \(MULTIPOLYGONZ?\)"),
        ({"layer": "plain"}, "no table 'plain' with a geometry column"),
        ({"layer": "wells"}, "holds POINT: polygons are needed"),
        ({"layer": "mixed"}, "feature 1: a line where a polygon is needed"),
        ({}, "pass either layer= "),
        ({"sql": "SELECT 1 AS n"}, "query has no geometry column: it has n"),
        ({"sql": "SELEC"}, "syntax error"),
    ],
)
def test_what_cannot_be_read_says_where_and_what_there_is(address: str, arguments: dict[str, str], said: str) -> None:
    with pytest.raises(sx.LayerReadError, match=said) as caught:
        sx.read_layer(address, **arguments)
    assert caught.value.path.startswith("postgresql://sanxian@127.0.0.1:")


def test_an_unknown_column_is_named_with_those_there_are(address: str) -> None:
    with pytest.raises(KeyError, match='no column "XX": DLTB has id, DLMC'):
        sx.read_layer(address, layer="DLTB", columns=["XX"])


def test_a_password_never_stands_in_a_message() -> None:
    with pytest.raises(sx.LayerReadError) as caught:
        sx.read_layer("postgresql://me:secret@127.0.0.1:1/none", layer="a")
    assert "secret" not in str(caught.value)
    assert caught.value.path == "postgresql://me@127.0.0.1:1/none"


def test_of_several_geometry_columns_the_one_that_can_be_meant_makes_the_features(address: str) -> None:
    frame = sx.read_layer(address, layer="labelled")
    assert frame.geometry.name == "geometry" and frame.geometry[0].area == 100
    assert (frame["label"].crs.to_epsg(), frame["label"][0].coords[0]) == (4490, (112.7, 38.4))
    with pytest.raises(sx.LayerReadError, match=r"twice has several geometry columns \(before, after\): pass sql="):
        sx.read_layer(address, layer="twice")
    assert len(sx.read_layer(address, sql="SELECT id, after FROM twice")) == 0
