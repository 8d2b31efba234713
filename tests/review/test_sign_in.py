"""Signing in and out: who gets in, for how long, and who is kept waiting."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from httpx import AsyncClient, Response

from archiver.domain.login import Login
from archiver.domain.reviewer import Role
from archiver.services import one_time_codes, people
from archiver.services.people import COMMAND
from tests.journeys.oracle import rows
from tests.review import world
from tests.review.conftest import RunningDesk, a_house, enter, run_desk


async def is_in(client: AsyncClient) -> bool:
    """Say whether the desk knows who this is."""
    answer = await client.get("/me")
    assert answer.status_code in {200, 401}
    return answer.status_code == 200


async def login_of(desk: RunningDesk, name: str = Role.REVIEWER) -> Login:
    return await people.named(desk.desk.people, name)


@pytest.mark.asyncio
async def test_the_cookie_is_for_this_host_only_and_out_of_scripts_reach(desk: RunningDesk) -> None:
    answer = await enter(await desk.anyone(), Role.LEAD)

    cookie = answer.headers["set-cookie"].split("; ")
    name, _, secret = cookie[0].partition("=")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert (name, len(secret)) == ("desk", 64)
    assert set(cookie[1:]) == {"HttpOnly", "Path=/", "SameSite=strict"}
    assert secret not in str(rows(desk.archive_path, "SELECT * FROM sign_ins"))


@pytest.mark.asyncio
async def test_over_tls_the_cookie_is_bound_to_the_host(desk: RunningDesk, desk_path: object) -> None:
    async with run_desk(desk.archive_path, a_house(is_behind_proxy=True)) as proxied:
        answer = await enter(await proxied.anyone(**{"X-Forwarded-Proto": "https"}), Role.LEAD)

    cookie = answer.headers["set-cookie"].split("; ")
    assert cookie[0].startswith("__Host-desk=")
    assert set(cookie[1:]) == {"HttpOnly", "Path=/", "SameSite=strict", "Secure"}
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.asyncio
async def test_a_name_is_known_in_any_case_and_a_wrong_password_opens_nothing(desk: RunningDesk) -> None:
    client = await desk.anyone()

    assert (await enter(client, " LEAD ")).status_code == 303
    for name, password in ((Role.LEAD, "wrong"), ("nobody", world.PASSWORD), ("", ""), (Role.LEAD, "")):
        answer = await enter(await desk.anyone(), name, password)
        assert answer.status_code == 401
        assert "Name, password or code is wrong." in answer.text
        assert "set-cookie" not in answer.headers


@pytest.mark.asyncio
async def test_a_cookie_that_the_browser_brings_is_never_taken_over(desk: RunningDesk) -> None:
    client = await desk.anyone()
    client.cookies.set("desk", "f" * 64)

    answer = await enter(client, Role.LEAD)

    assert "f" * 64 not in answer.headers["set-cookie"]
    fixed = await desk.anyone(Cookie=f"desk={'f' * 64}")
    assert not await is_in(fixed)


@pytest.mark.asyncio
async def test_signing_in_anew_ends_the_former_cookie_of_the_browser(desk: RunningDesk) -> None:
    client = await desk.signed_in()
    former = client.cookies["desk"]

    await enter(client, Role.REVIEWER)

    assert client.cookies["desk"] != former
    assert not await is_in(await desk.anyone(Cookie=f"desk={former}"))


@pytest.mark.asyncio
async def test_a_sign_in_ends_after_half_an_hour_without_a_request(desk: RunningDesk) -> None:
    client = await desk.signed_in()

    desk.clock.advance(timedelta(minutes=29, seconds=59))
    assert await is_in(client)
    desk.clock.advance(timedelta(minutes=29, seconds=59))
    assert await is_in(client)
    desk.clock.advance(timedelta(minutes=30))
    assert not await is_in(client)


@pytest.mark.asyncio
async def test_a_sign_in_ends_after_twelve_hours_however_busy_it_is(desk: RunningDesk) -> None:
    client = await desk.signed_in()

    for _ in range(12 * 4 - 1):
        desk.clock.advance(timedelta(minutes=15))
        assert await is_in(client)
    desk.clock.advance(timedelta(minutes=15))
    assert not await is_in(client)


@pytest.mark.asyncio
async def test_signing_out_ends_the_sign_in_on_the_server(desk: RunningDesk) -> None:
    client = await desk.signed_in()
    cookie = client.cookies["desk"]

    answer = await client.post("/sign-out")

    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert "desk" not in client.cookies
    assert not await is_in(await desk.anyone(Cookie=f"desk={cookie}"))


@pytest.mark.asyncio
async def test_one_browser_or_all_can_be_signed_out(desk: RunningDesk) -> None:
    here, there, third = [await desk.signed_in() for _ in range(3)]

    page = (await here.get("/me")).text
    assert page.count("Sign out there") == 2
    ((number,),) = rows(desk.archive_path, "SELECT max(sign_in_id) - 1 FROM sign_ins")
    assert (await here.post(f"/me/sign-ins/{number}/end")).headers["location"] == "/me?done=ended"
    assert [await is_in(each) for each in (here, there, third)] == [True, False, True]
    assert (await here.post("/me/sign-ins/end")).headers["location"] == "/sign-in"
    assert [await is_in(each) for each in (here, there, third)] == [False, False, False]


@pytest.mark.asyncio
async def test_nobody_ends_the_sign_in_of_another(desk: RunningDesk) -> None:
    mine, theirs = await desk.signed_in(Role.LEAD), await desk.signed_in()
    ((number,),) = rows(desk.archive_path, "SELECT max(sign_in_id) FROM sign_ins")

    answer = await mine.post(f"/me/sign-ins/{number}/end")

    assert answer.status_code == 404
    assert await is_in(theirs)


@pytest.mark.asyncio
async def test_who_is_disabled_is_out_at_the_next_request_and_can_t_come_back(desk: RunningDesk) -> None:
    client = await desk.signed_in()
    reviewer_id = (await login_of(desk)).reviewer.reviewer_id

    await people.disable(desk.desk.people, reviewer_id, by=COMMAND)
    assert not await is_in(client)
    assert (await enter(client, Role.REVIEWER)).status_code == 401
    await people.enable(desk.desk.people, reviewer_id, by=COMMAND)
    assert not await is_in(client)
    assert (await enter(client, Role.REVIEWER)).status_code == 303


@pytest.mark.asyncio
async def test_a_name_waits_ever_longer_after_the_fourth_failure(desk: RunningDesk) -> None:
    client = await desk.anyone()

    answers = [await enter(client, Role.LEAD, "wrong") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert answers[-1].headers["retry-after"] == "2"
    assert "Wait 2 seconds" in answers[-1].text
    # the right password has to wait too, and being told so is no failure
    assert (await enter(client, Role.LEAD)).status_code == 429
    desk.clock.advance(timedelta(seconds=2))
    assert (await enter(client, Role.LEAD, "wrong")).status_code == 401
    desk.clock.advance(timedelta(seconds=3))
    assert (await enter(client, Role.LEAD)).headers["retry-after"] == "1"
    desk.clock.advance(timedelta(seconds=1))
    assert (await enter(client, Role.LEAD)).status_code == 303
    assert (await enter(client, Role.LEAD, "wrong")).status_code == 401


@pytest.mark.asyncio
async def test_a_name_that_nobody_has_waits_like_any_other(desk: RunningDesk) -> None:
    client = await desk.anyone()

    answers = [await enter(client, "nobody", "wrong") for _ in range(6)]

    assert [answer.status_code for answer in answers] == [401] * 5 + [429]


@pytest.mark.asyncio
async def test_an_address_that_tries_many_names_waits(desk_path: object, desk: RunningDesk) -> None:
    async with run_desk(desk.archive_path, a_house(is_behind_proxy=True)) as proxied:
        tried = await proxied.anyone(**{"X-Forwarded-For": "10.0.0.1, 203.0.113.9"})
        answers = [await enter(tried, f"name{number}", "wrong") for number in range(22)]
        # what a browser claims of itself before the proxy does not help
        lying = await proxied.anyone(**{"X-Forwarded-For": "10.0.0.77, 203.0.113.9"})
        other = await proxied.anyone(**{"X-Forwarded-For": "203.0.113.10"})

        assert [answer.status_code for answer in answers] == [401] * 21 + [429]
        assert (await enter(lying, "another", "wrong")).status_code == 429
        assert (await enter(other, "another", "wrong")).status_code == 401


@pytest.mark.asyncio
async def test_failures_are_kept_without_what_was_typed(desk: RunningDesk) -> None:
    await enter(await desk.anyone(), "my password by mistake", "wrong")

    kept = rows(desk.archive_path, "SELECT * FROM sign_in_failures")
    assert len(kept) == 2
    assert all(len(subject) == 64 for subject, _, _ in kept)


async def with_code(desk: RunningDesk, client: AsyncClient) -> pyotp.TOTP:
    """Set one-time codes up; return what shows them."""
    assert (await client.post("/me/code")).status_code == 303
    page = (await client.get("/me")).text
    code = (await login_of(desk)).code
    assert code is not None
    assert code.secret in page
    assert 'class="qr"' in page
    codes = pyotp.TOTP(code.secret)
    answer = await client.post("/me/code/confirm", data={"code": codes.at(desk.clock.now)})
    assert answer.headers["location"] == "/me?done=code"
    return codes


@pytest.mark.asyncio
async def test_a_code_is_asked_for_once_it_was_confirmed_and_none_is_taken_twice(desk: RunningDesk) -> None:
    client = await desk.signed_in()
    codes = await with_code(desk, client)
    confirmed = codes.at(desk.clock.now)

    # not even the one that confirmed it
    assert (await enter(client, Role.REVIEWER, code=confirmed)).status_code == 401
    desk.clock.advance(timedelta(seconds=30))
    fresh = codes.at(desk.clock.now)
    assert (await enter(client, Role.REVIEWER)).status_code == 401
    assert (await enter(client, Role.REVIEWER, "wrong", code=fresh)).status_code == 401
    assert (await enter(client, Role.REVIEWER, code=fresh)).status_code == 303
    assert (await enter(client, Role.REVIEWER, code=fresh)).status_code == 401
    assert code_secret_is_hidden(await client.get("/me"), codes)


def code_secret_is_hidden(page: Response, codes: pyotp.TOTP) -> bool:
    return codes.secret not in page.text and 'class="qr"' not in page.text


@pytest.mark.asyncio
async def test_a_code_may_be_half_a_minute_early_or_late_and_in_arabic_digits(desk: RunningDesk) -> None:
    login = await login_of(desk)
    await one_time_codes.begin(desk.desk.people, login)
    code = (await login_of(desk)).code
    assert code is not None
    codes, now = pyotp.TOTP(code.secret), desk.clock.now

    step = int(now.timestamp()) // 30
    found = [
        one_time_codes.step_of(code.secret, codes.at(now, counter_offset=offset), now)
        for offset in (-2, -1, 0, 1, 2)
    ]
    assert found == [None, step - 1, step, step + 1, None]
    arabic = codes.at(now).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert one_time_codes.step_of(code.secret, f" {arabic[:3]} {arabic[3:]} ", now) == step
    assert one_time_codes.step_of(code.secret, "", now) is None
    assert one_time_codes.step_of(code.secret, "²³é\ud800", now) is None


@pytest.mark.asyncio
async def test_codes_go_only_with_the_password_and_a_reset_takes_them_away(desk: RunningDesk) -> None:
    client = await desk.signed_in()
    await with_code(desk, client)

    assert (await client.post("/me/code/take-away", data={"password": "wrong"})).status_code == 422
    assert (await login_of(desk)).has_code
    # another secret is not made over the one in force
    await client.post("/me/code")
    assert (await login_of(desk)).has_code
    answer = await client.post("/me/code/take-away", data={"password": world.PASSWORD})
    assert answer.headers["location"] == "/me?done=code-away"
    assert not (await login_of(desk)).has_code


@pytest.mark.asyncio
async def test_a_wrong_first_code_puts_nothing_in_force(desk: RunningDesk) -> None:
    client = await desk.signed_in()
    await client.post("/me/code")

    answer = await client.post("/me/code/confirm", data={"code": "000000"})

    assert answer.status_code == 422
    assert "That code is wrong or was used." in answer.text
    assert not (await login_of(desk)).has_code


@pytest.mark.asyncio
async def test_the_way_onward_leads_nowhere_else(desk: RunningDesk) -> None:
    client = await desk.anyone()
    ways = {
        "/audit?before=7": "/audit?before=7",
        "https://evil.example/": "/",
        "//evil.example/": "/",
        "/\\evil.example": "/",
        "/\nSet-Cookie: x": "/",
        "": "/",
    }

    for asked, led in ways.items():
        form = {"name": Role.AUDITOR, "password": world.PASSWORD, "onward": asked}
        assert (await client.post("/sign-in", data=form)).headers["location"] == led
    page = (await (await desk.anyone()).get("/audit?kind=a%26b")).text
    assert 'name="onward" value="/audit?kind=a%26b"' in page
    assert "/sign-in?language=ckb&amp;onward=/audit%3Fkind%3Da%2526b" in page
    page = (await (await desk.anyone()).get("/sign-in?onward=//evil.example")).text
    assert 'name="onward" value="/"' in page


@pytest.mark.asyncio
async def test_a_form_that_came_too_late_is_kept_on_the_page(desk: RunningDesk) -> None:
    client = await desk.signed_in()
    desk.clock.advance(timedelta(hours=1))
    note = f"سطر\nآخر {world.HOSTILE}"

    answer = await client.post("/me/password", data={"old": "a <b>", "new": note})

    assert answer.status_code == 401
    assert "You were signed out" in answer.text
    assert 'action="/me/password"' in answer.text
    assert 'name="old" value="a &lt;b&gt;"' in answer.text
    assert "سطر\nآخر &lt;script&gt;" in answer.text
    assert "<script>alert" not in answer.text


@pytest.mark.asyncio
async def test_the_sign_in_page_speaks_the_language_that_was_asked_for(desk: RunningDesk) -> None:
    client = await desk.anyone()

    asked = (await client.get("/sign-in?language=ckb")).text
    accepted = (await client.get("/sign-in", headers={"Accept-Language": "fr, ar-IQ;q=0.8"})).text
    neither = (await client.get("/sign-in?language=xx", headers={"Accept-Language": "fr"})).text

    assert '<html lang="ckb" dir="rtl"' in asked
    assert '<html lang="ar" dir="rtl"' in accepted
    assert '<html lang="en" dir="ltr"' in neither


@pytest.mark.asyncio
async def test_the_language_that_somebody_came_in_with_stays_until_they_choose_another(
    desk: RunningDesk,
) -> None:
    client = await desk.anyone()
    form = {"name": "lead", "password": world.PASSWORD}

    async def shown() -> str:
        page = (await client.get("/me", headers={"Accept-Language": "ku"})).text
        return page.split('<html lang="')[1].split('"')[0]

    await client.post("/sign-in", data=form)
    assert await shown() == "ku"
    await client.post("/sign-in?language=ar", data=form)
    assert await shown() == "ar"
    await client.post("/sign-in?language=ckb", data=form)
    assert await shown() == "ar"
