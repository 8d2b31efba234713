"""Keys and tokens of services, which open a door to whoever holds them, told by the shape of their maker."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from archiver.rules.detectors.detector import Detector, Ends, Find, Text, near
from archiver.rules.detectors.words import EDGE, LEFT, RIGHT, sign

_TOKENS = (
    (rb"(?:AKIA|ASIA)[A-Z2-7]{16}", rb""),  # Amazon
    (rb"gh[pousr]_[A-Za-z0-9]{36}", rb""),  # GitHub
    (rb"github_pat_", rb"[A-Za-z0-9_]{60,90}"),
    (rb"glpat-[A-Za-z0-9_-]{20}", rb""),  # GitLab
    (rb"[0-9]{8,10}:[A-Za-z0-9_-]{35}", rb""),  # a Telegram bot
    (rb"xox[abeprs]-", rb"[A-Za-z0-9-]{10,80}"),  # Slack
    (rb"hooks\.slack\.com/services/", rb"[A-Za-z0-9/]{20,60}"),
    (rb"AIza[A-Za-z0-9_-]{35}", rb""),  # Google
    (rb"ya29\.", rb"[A-Za-z0-9_-]{20,200}"),
    (rb"[rs]k_live_", rb"[A-Za-z0-9]{16,100}"),  # Stripe
    (rb"sk-[A-Za-z0-9_-]{32}", rb"[A-Za-z0-9_-]{0,150}"),  # OpenAI and its kin
    (rb"hf_[A-Za-z]{34}", rb""),  # Hugging Face
    (rb"npm_[A-Za-z0-9]{36}", rb""),
    (rb"SG\.[A-Za-z0-9_-]{22}\.", rb"[A-Za-z0-9_-]{43}"),  # SendGrid
    (rb"dop_v1_", rb"[a-f0-9]{64}"),  # DigitalOcean
    (rb"discord(?:app)?\.com/api/webhooks/", rb"[0-9]{16,20}/[A-Za-z0-9_-]{60,80}"),
)
"""How tokens begin, up to where they can be told from words, and how they go on."""
_WEB_TOKEN = rb"eyJ[A-Za-z0-9_-]{10,800}\.eyJ[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{10,800}"
_KEY_BLOCK = rb"-----BEGIN (?:[A-Z]{2,12} ){0,2}PRIVATE KEY(?: BLOCK)?-----"

# a bot's token is a number and a text; after letters it would be something else
_TOKEN = re.compile(
    EDGE + rb"(?P<token>" + b"|".join(head + rest for head, rest in _TOKENS) + rb")(?![0-9A-Za-z_-])"
)
_WEB = re.compile(rb"e" + LEFT + _WEB_TOKEN[1:] + RIGHT)
_BLOCK = re.compile(_KEY_BLOCK + rb"(?:[^-]{0,8000}-----END [A-Z ]{5,40}-----)?")


def _find_tokens(text: Text, ends: Ends) -> Iterator[Find]:
    for found in near(_TOKEN, text.exact, ends=ends, reach=64):
        yield Find("api_token", *found.span("token"), 0.95)


def _find_web_tokens(text: Text, _ends: Ends) -> Iterator[Find]:
    for found in _WEB.finditer(text.exact):
        yield Find("api_token", *found.span(), 0.95 if _is_header(found[0].split(b".")[0]) else 0.4)


def _is_header(part: bytes) -> bool:
    """Say whether the first part of a JSON Web Token names its algorithm (RFC 7519)."""
    try:
        return b'"alg"' in base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))
    except binascii.Error:
        return False


def _find_blocks(text: Text, _ends: Ends) -> Iterator[Find]:
    for found in _BLOCK.finditer(text.exact):
        yield Find("private_key", *found.span(), 0.99)


DETECTORS = (
    Detector(tuple(sign(head) for head, _ in _TOKENS), _find_tokens),
    Detector((rb"eyj[a-z0-9_-]{10}",), _find_web_tokens),
    Detector((rb"-----begin ",), _find_blocks),
)
