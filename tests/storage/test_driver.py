"""The driver: many rows at once, and statements that name many ids."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import given, settings, strategies as st

from archiver.storage.driver import Connection, Database, _inserts, _listed

_MAKE = "CREATE TABLE things (number INTEGER PRIMARY KEY, word TEXT NOT NULL, size REAL) STRICT"
_ADD = "INSERT INTO things (number, word, size) VALUES (:number, :word, :size)"
_PUT = _ADD + " ON CONFLICT (number) DO UPDATE SET word = excluded.word"
_ALL = "SELECT number, word, size FROM things ORDER BY number"


@pytest_asyncio.fixture
async def connection(tmp_path: Path) -> AsyncIterator[Connection]:
    path = tmp_path / "things.db"
    opened = await Connection.open(path, uri=path.as_uri(), busy_seconds=0.1, pragmas=_MAKE)
    yield opened
    await opened.close()


async def begun(connection: Connection) -> Database:
    return Database(connection, begin="BEGIN")


@pytest.mark.asyncio
@pytest.mark.parametrize("count", [0, 1, 2, 1_066, 1_067, 3_000])
async def test_many_rows_arrive_whole_and_in_order(connection: Connection, count: int) -> None:
    rows = [(number, f"كلمة {number}", None) for number in range(count)]
    db = await begun(connection)

    await db.execute_many(_ADD, rows)

    assert await db.fetch_all(_ALL) == rows


@pytest.mark.asyncio
async def test_many_rows_keep_the_rest_of_the_statement(connection: Connection) -> None:
    db = await begun(connection)

    await db.execute_many(_PUT, [(1, "old", 0.5), (2, "stays", None)])
    await db.execute_many(_PUT, [(1, "new", 9.0), (3, "more", None)])

    assert await db.fetch_all(_ALL) == [(1, "new", 0.5), (2, "stays", None), (3, "more", None)]


_VALUES = st.one_of(
    st.none(), st.integers(-5, 5), st.text(st.characters(exclude_categories=["Cs"]), max_size=3)
)


@settings(max_examples=200)
@given(
    rows=st.lists(st.tuples(_VALUES, _VALUES, _VALUES), min_size=1, max_size=9),
    shared=st.dictionaries(st.sampled_from(["a", "b", "c"]), _VALUES, max_size=2),
)
def test_what_rows_share_and_columns_without_values_arrive_like_the_rest(
    rows: list[tuple[object, ...]], shared: dict[str, object]
) -> None:
    own = [name for name in "abc" if name not in shared]
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE things (a, b, c)")

        _inserts("INSERT INTO things VALUES (:a, :b, :c)", [row[: len(own)] for row in rows], shared)(db)

        assert db.execute("SELECT * FROM things ORDER BY rowid").fetchall() == [
            tuple(({**shared, **dict(zip(own, row, strict=False))})[name] for name in "abc") for row in rows
        ]


@pytest.mark.asyncio
async def test_many_rows_share_an_id_that_is_still_to_be_given(connection: Connection) -> None:
    db = await begun(connection)

    new = await db.insert(
        "INSERT INTO things (number, word) VALUES (:number, :word)", {"number": 7, "word": ""}
    )
    await db.execute_many(_ADD, [(1, "a"), (2, "b")], shared={"size": new})

    assert await db.fetch_all(_ALL) == [(1, "a", 7.0), (2, "b", 7.0), (7, "", None)]


@given(st.integers(1, 500))
def test_a_list_of_ids_has_a_name_for_each(count: int) -> None:
    text = _listed("SELECT 1 FROM t WHERE a = :a AND b IN (:among)", count)

    assert text.count(":among_") == count
    assert ":a " in text


@pytest.mark.asyncio
@pytest.mark.parametrize("count", [0, 1, 3_200, 3_201, 7_000])
async def test_any_number_of_ids_can_be_asked_for_and_changed(connection: Connection, count: int) -> None:
    db = await begun(connection)
    await db.execute_many(_ADD, [(number, "a", None) for number in range(count + 5)])
    ids = [*range(count), *range(count)]

    found = await db.fetch_in("SELECT number FROM things WHERE number IN (:among)", {}, among=ids)
    await db.execute_in("UPDATE things SET word = :word WHERE number IN (:among)", {"word": "b"}, among=ids)

    assert sorted(number for (number,) in found) == list(range(count))
    assert await db.fetch_all("SELECT word, count(*) FROM things GROUP BY word ORDER BY word") == [
        ("a", 5),
        *([("b", count)] if count else []),
    ]


@pytest.mark.asyncio
async def test_a_change_says_how_many_rows_it_met(connection: Connection) -> None:
    db = await begun(connection)
    await db.execute_many(_ADD, [(1, "a", None), (2, "a", None)])

    changed = await db.change("UPDATE things SET word = :word", {"word": "b"})
    met_none = await db.change("UPDATE things SET word = 'c' WHERE number = 9")

    assert (changed, met_none) == (2, 0)


@pytest.mark.asyncio
async def test_the_id_of_a_row_still_to_be_inserted_serves_later_statements(connection: Connection) -> None:
    db = await begun(connection)
    await db.execute_many(_ADD, [(41, "before", None)])

    new = await db.insert("INSERT INTO things (word) VALUES (:word)", {"word": "new"})
    unknown = new.value
    await db.execute_many(_ADD, [(50, "refers", new)])

    assert await db.fetch_all(_ALL) == [(41, "before", None), (42, "new", None), (50, "refers", 42.0)]
    assert (unknown, new.value) == (None, 42)


@pytest.mark.asyncio
async def test_statements_go_over_in_the_order_in_which_they_were_given(connection: Connection) -> None:
    db = await begun(connection)

    await db.execute_many(_ADD, [(1, "a", None)])
    await db.execute("UPDATE things SET word = word || 'b'")
    await db.execute_in("UPDATE things SET word = word || 'c' WHERE number IN (:among)", {}, among=[1])
    await db.execute("UPDATE things SET word = word || 'd'")

    assert await db.fetch_one(_ALL) == (1, "abcd", None)


@pytest.mark.asyncio
async def test_a_stream_yields_every_row_once(connection: Connection) -> None:
    rows = [(number, "word", None) for number in range(1_234)]
    db = await begun(connection)
    await db.execute_many(_ADD, rows)

    assert [row async for row in db.stream(_ALL)] == rows
    assert [row async for row in db.stream(_ALL + " LIMIT 0")] == []


@pytest.mark.asyncio
async def test_an_error_names_its_statement(connection: Connection) -> None:
    db = await begun(connection)
    await db.execute_many(_ADD, [(1, "a", None), (1, "twice", None)])

    with pytest.raises(sqlite3.IntegrityError) as failed:
        await db.end("COMMIT")

    assert failed.value.__notes__ == [_ADD]


@pytest.mark.asyncio
async def test_after_a_failure_nothing_more_goes_over(connection: Connection) -> None:
    db = await begun(connection)
    await db.execute_many(_ADD, [(1, "a", None)])
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await db.fetch_all("SELECT * FROM nowhere")

    await db.execute_many(_ADD, [(2, "b", None)])
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await db.end("COMMIT")
    await db.abandon()

    assert await (await begun(connection)).fetch_all(_ALL) == []


@pytest.mark.asyncio
async def test_an_abandoned_transaction_that_never_began_leaves_nothing(connection: Connection) -> None:
    db = await begun(connection)
    await db.execute_many(_ADD, [(1, "a", None)])

    await db.abandon()

    assert await connection.run(lambda raw: (raw.in_transaction, raw.execute(_ALL).fetchall())) == (False, [])


@pytest.mark.asyncio
async def test_a_connection_closes_twice_without_complaint(connection: Connection) -> None:
    await connection.close()
    await connection.close()
