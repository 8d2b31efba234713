"""E-mails, handles, links and what links lead to."""

from __future__ import annotations

import pytest

from tests.rules.detectors.values import confidence, found, link, of_kind


@pytest.mark.parametrize(
    "email",
    ["ali.k@example.com", "A_B+c%d@mail.example.iq", "x@y.example", "1234@sub.domain.example.org"],
)
def test_an_e_mail_is_found_and_is_the_same_in_capitals(email: str) -> None:
    assert found(f"راسلني:{email}.") == [("email", email)]
    assert link("email", email) == link("email", email.upper())


@pytest.mark.parametrize(
    "text",
    ["a@b", "@example.com", "a@@example.com", "a @ example.com", "user@localhost", "5@ 3.example"],
)
def test_what_has_no_name_or_no_domain_is_no_e_mail(text: str) -> None:
    assert of_kind("email", text) == []


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        pytest.param("ali@example.com:Basra!1988", "ali@example.com:Basra!1988", id="colon"),
        pytest.param("ali@example.com;qwerty12 next", "ali@example.com;qwerty12", id="semicolon"),
        pytest.param(
            "ali@example.com | Ufa-2011-ufa", "ali@example.com | Ufa-2011-ufa", id="bar-with-spaces"
        ),
        pytest.param("ali@example.com : 19saman88\nx", "ali@example.com : 19saman88", id="colon-with-spaces"),
        pytest.param("ali@example.com:Abc12,", "ali@example.com:Abc12", id="a-comma-behind"),
    ],
)
def test_an_e_mail_with_a_password_is_one_find_and_links_as_the_e_mail(text: str, pair: str) -> None:
    assert found(text) == [("email_password", pair)]
    assert link("email_password", text) == link("email", "ali@example.com")


def test_an_e_mail_before_a_word_is_only_an_e_mail() -> None:
    text = "ali@example.com | Phone, info@example.com: for jobs, a@example.com;b@example.com"

    assert {kind for kind, _ in found(text)} == {"email", "bulk_personal"}


@pytest.mark.parametrize(
    ("text", "handle"),
    [
        pytest.param("راسل @Some_Handle9 الآن", "@Some_Handle9", id="with-an-at"),
        pytest.param("خاص@some_handle9", None, id="glued-to-a-word"),
        pytest.param("https://t.me/some_handle9/123", "https://t.me/some_handle9", id="a-post-s-link"),
        pytest.param("t.me/s/some_handle9", "t.me/s/some_handle9", id="a-preview"),
        pytest.param("telegram.me/some_handle9.", "telegram.me/some_handle9", id="the-other-host"),
        pytest.param("some_handle9.t.me", "some_handle9.t.me", id="as-a-host"),
        pytest.param("tg://resolve?domain=some_handle9", "tg://resolve?domain=some_handle9", id="of-the-app"),
        pytest.param("@abc 5@some_handle9 t.me/abc", None, id="too-short-or-no-place"),
        pytest.param("https://t.me/addstickers/some_handle9", None, id="telegram-s-own"),
    ],
)
def test_a_handle_is_found_in_all_its_forms_and_is_one_handle(text: str, handle: str | None) -> None:
    assert of_kind("handle", text) == ([handle] if handle else [])
    assert handle is None or link("handle", text) == link("handle", "@SOME_HANDLE9")


@pytest.mark.parametrize(
    "invite",
    [
        "https://t.me/+AbCdEfGhIjKl",
        "t.me/joinchat/AAAAAEabcdef",
        "t.me/addlist/AbCdEfGhIjKl",
        "tg://join?invite=AbCdEfGhIjKl",
        "https://chat.whatsapp.com/AbCdEfGhIjKlMnOp",
        "discord.gg/abcDEF12",
    ],
)
def test_an_invite_link_is_found_and_is_no_other_link(invite: str) -> None:
    assert found(f"({invite})") == [("invite_link", invite)]
    assert link("invite_link", invite) != link("invite_link", invite[:-1] + "x")


def test_one_invitation_is_the_same_in_every_form() -> None:
    forms = ["https://t.me/+AbCdEfGhIjKl", "t.me/joinchat/AbCdEfGhIjKl", "tg://join?invite=AbCdEfGhIjKl"]

    assert len({link("invite_link", form) for form in forms}) == 1


@pytest.mark.parametrize(
    ("text", "links"),
    [
        pytest.param("(https://example.com/a?b=c).", ["https://example.com/a?b=c"], id="in-brackets"),
        pytest.param("hxxps://portal.example.net/login", ["hxxps://portal.example.net/login"], id="defanged"),
        pytest.param("www.example.org!", ["www.example.org"], id="www"),
        pytest.param("gov.iq و mail.example.com:8080/x", ["gov.iq", "mail.example.com:8080/x"], id="hosts"),
        pytest.param("bit.ly/x me.to youtu.be/3", [], id="unknown-tops"),
        pytest.param("end.Then xwe.me 3.5 v1.2 file.txt", [], id="sentences-and-versions"),
        pytest.param("http://", [], id="nothing-behind"),
        pytest.param(
            "https://clck.ru/3DG https://a.example/b",
            ["https://clck.ru/3DG", "https://a.example/b"],
            id="two",
        ),
    ],
)
def test_links_are_found_without_the_sentence_around_them(text: str, links: list[str]) -> None:
    assert of_kind("link", text) == links


def test_a_login_behind_a_link_is_a_pair() -> None:
    text = "https://login.example.net/x:user1:pass1234"

    assert found(text) == [("password_pair", text)]
    assert found("https://login.example.net/x:ali@example.com:pass1234")[0][0] == "email_password"
    assert confidence("password_pair", "https://a.example/?utm=a:user1|credit1") == 0
