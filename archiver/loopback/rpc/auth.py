"""auth.* and account.*: signing in by code, by password and by QR code, and out again."""

from __future__ import annotations

import datetime as dt
from typing import Any

from telethon.tl import types as t

from archiver.loopback.account import Account
from archiver.loopback.logins import SECONDS
from archiver.loopback.portrait import self_user
from archiver.loopback.rpc import password
from archiver.loopback.rpc.call import Call
from archiver.loopback.tl import RpcRefusal


def send_code(call: Call, request: Any) -> Any:
    """auth.sendCode: the code is the one the account was made with."""
    account = _by_phone(call, request.phone_number)
    kind = t.auth.SentCodeTypeApp(len(account.code))
    return t.auth.SentCode(kind, phone_code_hash=_code_hash(account))


def sign_in(call: Call, request: Any) -> Any:
    """auth.signIn; raises PHONE_CODE_…, and SESSION_PASSWORD_NEEDED where a second factor is set."""
    account = _by_phone(call, request.phone_number)
    if request.phone_code_hash != _code_hash(account):
        raise RpcRefusal(400, "PHONE_CODE_EXPIRED")
    if request.phone_code != account.code:
        raise RpcRefusal(400, "PHONE_CODE_INVALID" if request.phone_code else "PHONE_CODE_EMPTY")
    return _let_in(call, account)


def get_password(call: Call, request: Any) -> Any:
    """account.getPassword, also for an account that is halfway in."""
    account = call.world.half_signed_in.get(call.key_id) or call.account
    asked = password.challenge(account.password) if account.password else None
    call.world.challenges[call.key_id] = asked
    return password.question(asked)


def check_password(call: Call, request: Any) -> Any:
    """auth.checkPassword."""
    account = call.world.half_signed_in.get(call.key_id) or call.account
    password.check(call.world.challenges.pop(call.key_id, None), request.password)
    call.world.half_signed_in.pop(call.key_id, None)
    return _signed_in(call, account)


def log_out(call: Call, request: Any) -> Any:
    """auth.logOut."""
    call.account.keys.pop(call.key_id)
    return t.auth.LoggedOut()


def export_login_token(call: Call, request: Any) -> Any:
    """auth.exportLoginToken: a token for a QR code, or success once it was accepted."""
    account = call.world.tokens.take(call.key_id) or call.world.half_signed_in.get(call.key_id)
    if account is not None:
        return t.auth.LoginTokenSuccess(_let_in(call, account))
    expires = call.now + dt.timedelta(seconds=SECONDS)
    return t.auth.LoginToken(expires, call.world.tokens.offer(call.key_id))


def import_login_token(call: Call, request: Any) -> Any:
    """auth.importLoginToken: what follows a move between data centres, of which there is one here."""
    account = call.world.tokens.take(call.key_id)
    if account is None:
        raise RpcRefusal(400, "AUTH_TOKEN_INVALID")
    return t.auth.LoginTokenSuccess(_let_in(call, account))


def _by_phone(call: Call, phone: str) -> Account:
    account = call.world.account_by_phone(phone)
    if account is None:
        raise RpcRefusal(400, "PHONE_NUMBER_INVALID")
    if account.state == "banned":
        raise RpcRefusal(400, "PHONE_NUMBER_BANNED")
    return account


def _code_hash(account: Account) -> str:
    return f"hash{account.id}"


def _let_in(call: Call, account: Account) -> Any:
    if account.password:
        call.world.half_signed_in[call.key_id] = account
        raise RpcRefusal(401, "SESSION_PASSWORD_NEEDED")
    return _signed_in(call, account)


def _signed_in(call: Call, account: Account) -> Any:
    account.keys[call.key_id] = None
    return t.auth.Authorization(self_user(account))
