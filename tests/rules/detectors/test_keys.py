"""Tokens and keys have the shape that their makers gave them."""

from __future__ import annotations

import pytest

from tests.rules.detectors.values import confidence, found, link

_JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlMTIz"
_PEM = "-----BEGIN {0}PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n-----END {0}PRIVATE KEY-----"


@pytest.mark.parametrize(
    "token",
    [
        pytest.param("AKIAIOSFODNN7EXAMPLE", id="amazon"),
        pytest.param("ghp_" + "a1B2" * 9, id="github"),
        pytest.param("github_pat_" + "a1B2" * 18, id="github-fine-grained"),
        pytest.param("glpat-" + "a1B2" * 5, id="gitlab"),
        pytest.param("123456789:" + "AAb-C" * 7, id="telegram-bot"),
        pytest.param("xoxb-123456789012-abcdefABCDEF", id="slack"),
        pytest.param(
            "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXX"[8:], id="slack-hook"
        ),
        pytest.param("AIza" + "Sy_3b" * 7, id="google"),
        pytest.param("ya29." + "a0AfB_" * 6, id="google-access"),
        pytest.param("sk_live_" + "a1B2" * 6, id="stripe"),
        pytest.param("sk-" + "a1B2" * 12, id="openai"),
        pytest.param("hf_" + "aB" * 17, id="hugging-face"),
        pytest.param("npm_" + "a1B2" * 9, id="npm"),
        pytest.param("SG." + "a" * 22 + "." + "b" * 43, id="sendgrid"),
        pytest.param("dop_v1_" + "0af9" * 16, id="digitalocean"),
        pytest.param("discord.com/api/webhooks/" + "1" * 18 + "/" + "aB1-" * 17, id="discord"),
        pytest.param(_JWT, id="web-token"),
    ],
)
def test_a_token_is_found_whole(token: str) -> None:
    assert found(f"token = {token}\nx") == [("api_token", token)]
    assert found(f"z{token}")[:1] != [("api_token", token)]
    assert link("api_token", token) is None


@pytest.mark.parametrize("maker", ["", "RSA ", "EC ", "OPENSSH "])
def test_a_private_key_is_found_to_its_end(maker: str) -> None:
    key = _PEM.format(maker)

    assert found(f"this:\n{key}\nbye") == [("private_key", key)]


def test_a_private_key_that_is_cut_off_is_found_by_its_first_line() -> None:
    assert found("-----BEGIN PRIVATE KEY-----\nMIIE") == [("private_key", "-----BEGIN PRIVATE KEY-----")]
    assert found("-----BEGIN PUBLIC KEY-----\nMIIE") == []


def test_a_web_token_without_an_algorithm_counts_little() -> None:
    assert confidence("api_token", _JWT) > 0.9
    assert 0 < confidence("api_token", "eyJ" + "a" * 20 + ".eyJ" + "b" * 20 + ".cccccccccccc") < 0.5


def test_lookalikes_are_no_tokens() -> None:
    assert found("AKIAEXAMPLE ghp_short 12345:AAshort sk-learn xoxb hf_hub SG.1 AIzaa") == []
