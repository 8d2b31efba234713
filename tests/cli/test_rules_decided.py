"""``archiver rules list`` on an archive in which cases were decided."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Archiver
from tests.packs import put_rules

_DECIDED = "INSERT INTO rule_tallies SELECT 'threat.said', digest, 9, 1 FROM rulebooks"


def test_a_rule_says_how_often_it_was_right_as_it_is_written_now(
    archiver: Archiver, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = put_rules(folder / "rules", threat="ادفع")
    monkeypatch.setenv("ARCHIVER_RULES", str(rules))
    archiver("migrate")
    archiver("reflag")
    with closing(sqlite3.connect(folder / "archive.db")) as db, db:
        db.execute(_DECIDED)

    people, machines = archiver("rules", "list").out, archiver("rules", "list", "--json").out
    pack = rules / "threat.yml"
    pack.write_text(pack.read_text("utf-8").replace("severity: 4", "severity: 2"), "utf-8")
    changed = archiver("rules", "list").out

    found = next(rule for rule in json.loads(machines)["rules"] if rule["id"] == "threat.said")
    assert "10 0.900 0.60–0.98" in " ".join(people.split())
    assert (found["n"], found["precision"], found["wrong_matches"]) == (10, 0.9, {})
    assert found["interval"] == [pytest.approx(0.596, abs=0.001), pytest.approx(0.982, abs=0.001)]
    assert "0.900" not in changed
