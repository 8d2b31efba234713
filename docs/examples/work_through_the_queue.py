"""Work through the queue of the desk in a terminal, over its JSON API."""
# ruff: noqa: S310, T201 - a script for a terminal, which calls the desk that it is told to call

from __future__ import annotations

import json
import os
import time
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

DESK = os.environ.get("DESK", "http://127.0.0.1:8321/api/v1")
TOKEN = os.environ["TOKEN"]


class Refused(Exception):
    """The desk said no; the text is the word that says why."""


def call(method: str, path: str, body: object = None) -> Any:
    """Ask the desk; come again when it says so."""
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    while True:
        try:
            with urlopen(Request(DESK + path, data, headers, method=method)) as answer:
                return json.load(answer)
        except HTTPError as error:
            if error.code in {429, 503} and "Retry-After" in error.headers:
                time.sleep(int(error.headers["Retry-After"]))
            else:
                raise Refused(json.load(error)["code"]) from error


def show(told: Any) -> None:
    """Print a case as far as a decision needs it; texts come masked."""
    case, shown = told["case"], told["shown"]
    print(f"\ncase {case['case_id']}: {case['category']}, severity {case['severity']}")
    print(*(flag["title"] for flag in shown["flags"]), sep="; ")
    print("".join(letter if letter.isprintable() else " " for letter in shown["text"]["plain"]))


def chosen(answer: str, case: Any) -> tuple[str, dict[str, object]]:
    """Return the command that an answer means, and what goes with it."""
    match answer:
        case "v":
            worst = {name: case[name] for name in ("category", "severity")}
            return "decide", {"verdict": "violation"} | worst
        case "n":
            return "decide", {"verdict": "not_a_violation", "reasons": ["news"]}
        case "t":
            return "decide", {"verdict": "cannot_tell", "reasons": ["too_little"]}
    return "skip", {"reason": "expertise"}


def work() -> None:
    """Claim, read, ask and decide until nothing waits or the answer is q."""
    while True:
        hold = call("POST", "/claims")
        path, token = f"/cases/{hold['case_id']}", {"token": hold["token"]}
        told = call("GET", path)
        show(told)
        answer = input("violation, news, can't tell, skip, quit (v n t s q)? ").strip()
        if answer == "q":
            call("POST", f"{path}/release", token)
            return
        command, body = chosen(answer, told["case"])
        try:
            print(call("POST", f"{path}/{command}", token | {"version": told["case"]["version"]} | body))
        except Refused as refused:
            # lease_lost, stale_version: it took too long, or the case has changed; it is shown again
            print(refused)


if __name__ == "__main__":
    try:
        work()
    except Refused as refused:
        print(refused)
