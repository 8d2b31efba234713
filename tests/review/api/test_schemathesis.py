"""The served document: whatever can be made of it is sent to the desk, which must answer as it says."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.result import Ok

from archiver.review.api.routes import ROUTES
from tests.review import world
from tests.review.api.steps import V1, a_token, aim, program
from tests.review.conftest import RunningDesk

# a ruling may be well-formed and yet lack a reason: the rules of decisions are no schema
_LEFT_OUT = ("positive_data_acceptance",)
_SETTINGS = settings(
    max_examples=8,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)

Case = schemathesis.Case[Any]
Statuses = Mapping[tuple[str, str], set[int]]


def _try_everything(address: str, token: str, *, ids: Mapping[str, object], held: str) -> Statuses:
    """Send well-formed and malformed calls to every route; return how each was answered.

    ``ids`` are of things that are there, and ``held`` is the token of a lease: those who mean well name them.
    """
    load_all_checks()
    left_out: list[Any] = [CHECKS.get_one(name) for name in _LEFT_OUT]
    seen: dict[tuple[str, str], set[int]] = defaultdict(set)

    def send(case: Case) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        answer = case.call_and_validate(headers=headers, excluded_checks=left_out)
        seen[case.method.upper(), case.path].add(answer.status_code)

    def send_aimed(case: Case) -> None:
        _aim(case, ids, held)
        send(case)

    for found in schemathesis.openapi.from_url(f"{address}/openapi.json").get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        _draw(operation.as_strategy(generation_mode=GenerationMode.POSITIVE), send_aimed)
        _draw(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE), send)
    return seen


def _draw(cases: SearchStrategy[Case], send: Callable[[Case], None]) -> None:
    @_SETTINGS
    @given(case=cases)
    def each(case: Case) -> None:
        send(case)

    each()


def _aim(case: Case, ids: Mapping[str, object], held: str) -> None:
    case.path_parameters = {name: ids[name] for name in case.path_parameters or {}}
    seen = {"case_id": ids["case_id"], "version": 1}
    aimed: dict[str, Any] = {"token": held, "case_ids": [ids["case_id"]], "cases": [seen], "version": 1}
    if isinstance(case.body, dict):
        case.body = case.body | {name: aimed[name] for name in aimed if name in case.body}


@pytest.mark.asyncio
@pytest.mark.parametrize("role", ["reviewer", "lead"])
async def test_the_desk_answers_as_its_document_says(desk: RunningDesk, role: str) -> None:
    path, aimed = await aim(await program(desk, role))
    ids = {
        "case_id": int(path.rpartition("/")[2]),
        "channel_id": world.LEAKS,
        "decision_id": 1,
        "bulk": "none",
    }
    token, address = await a_token(desk, role), desk.address.rstrip("/") + V1

    seen = await asyncio.to_thread(_try_everything, address, token, ids=ids, held=aimed["token"])

    every = {(route.method, V1 + route.path) for route in ROUTES}
    assert set(seen) == every
    assert {route for route in every if route[0] == "GET" and 200 not in seen[route]} == set()
