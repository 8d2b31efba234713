"""help.*: what the server says of itself."""

from __future__ import annotations

import datetime as dt
from typing import Any

from telethon.tl import types as t

from archiver.loopback.media import DC
from archiver.loopback.rpc.call import Call

_NUMBERS = dict.fromkeys(
    (
        "chat_size_max",
        "megagroup_size_max",
        "forwarded_count_max",
        "online_update_period_ms",
        "offline_blur_timeout_ms",
        "offline_idle_timeout_ms",
        "online_cloud_timeout_ms",
        "notify_cloud_delay_ms",
        "notify_default_delay_ms",
        "push_chat_period_ms",
        "push_chat_limit",
        "edit_time_limit",
        "revoke_time_limit",
        "revoke_pm_time_limit",
        "rating_e_decay",
        "stickers_recent_limit",
        "channels_read_media_period",
        "call_receive_timeout_ms",
        "call_ring_timeout_ms",
        "call_connect_timeout_ms",
        "call_packet_timeout_ms",
        "caption_length_max",
        "message_length_max",
    ),
    1000,
)


def get_config(call: Call, request: Any) -> Any:
    """help.getConfig: one data centre, this one."""
    return t.Config(
        date=call.now,
        expires=call.now + dt.timedelta(hours=1),
        test_mode=False,
        this_dc=DC,
        dc_options=[t.DcOption(DC, "127.0.0.1", call.port)],
        dc_txt_domain_name="",
        me_url_prefix="https://t.me/",
        webfile_dc_id=DC,
        **_NUMBERS,
    )


def get_app_config(call: Call, request: Any) -> Any:
    """help.getAppConfig."""
    limit = t.JsonObjectValue("channels_limit_default", t.JsonNumber(500.0))
    return t.help.AppConfig(0, t.JsonObject([limit]))
