"""What programs do at the API: come with a token, claim, decide."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import cache
from typing import Any

import schemathesis
from httpx import AsyncClient, Response
from schemathesis.schemas import APIOperation

from archiver.review.api.openapi import document
from archiver.services import api_tokens, people
from archiver.services.people import COMMAND
from tests.review.conftest import RunningDesk

V1 = "/api/v1"
EXTORTION = {"verdict": "violation", "category": "extortion", "severity": 4}


async def a_token(desk: RunningDesk, name: str) -> str:
    """Return a token of somebody: a role, or ``second``."""
    keeper = desk.desk.people
    login = await people.named(keeper, name)
    return await api_tokens.make(keeper, login.reviewer, label="tests", lasts=timedelta(days=1), by=COMMAND)


async def program(desk: RunningDesk, name: str = "reviewer") -> AsyncClient:
    """Return a program that acts for somebody; it is no browser, and takes only answers as documented."""
    token = await a_token(desk, name)
    client = AsyncClient(
        base_url=desk.address.rstrip("/") + V1,
        headers={"Authorization": f"Bearer {token}"},
        event_hooks={"response": [_as_documented]},
        timeout=20,
    )
    return await desk.clients.enter_async_context(client)


async def aim(client: AsyncClient, case_id: int | None = None) -> tuple[str, dict[str, Any]]:
    """Claim a case and read it; return its path, and what a command is aimed with."""
    hold = (await client.post(f"/cases/{case_id}/claim" if case_id else "/claims")).json()
    path = f"/cases/{hold['case_id']}"
    version = (await client.get(path)).json()["case"]["version"]
    return path, {"token": hold["token"], "version": version}


def code(answer: Response) -> tuple[int, str]:
    """Return the status of a problem, and its word."""
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == answer.status_code
    return answer.status_code, told["code"]


async def _as_documented(answer: Response) -> None:
    await answer.aread()
    asked = answer.request
    for (method, path), operation in _operations().items():
        if method == asked.method and re.fullmatch(path, asked.url.path) and answer.status_code != 421:
            assert str(answer.status_code) in operation.definition.raw["responses"]
            operation.validate_response(answer)


@cache
def _operations() -> dict[tuple[str, str], APIOperation[Any, Any, Any, Any]]:
    told = schemathesis.openapi.from_dict(document())
    return {
        (method.upper(), re.sub(r"{\w+}", "[^/]+", path)): told[path][method.upper()]
        for path, own in document()["paths"].items()
        for method in own
    }
