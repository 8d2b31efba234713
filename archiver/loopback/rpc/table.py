"""Which method is answered by what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from telethon.tl import functions as f

from archiver.loopback.rpc import auth, channels, files, history, settings, updates
from archiver.loopback.rpc.call import Call

Answer = Callable[[Call, Any], Any]

OPEN: Mapping[type, Answer] = {
    f.help.GetConfigRequest: settings.get_config,
    f.help.GetAppConfigRequest: settings.get_app_config,
    f.auth.SendCodeRequest: auth.send_code,
    f.auth.SignInRequest: auth.sign_in,
    f.auth.CheckPasswordRequest: auth.check_password,
    f.auth.ExportLoginTokenRequest: auth.export_login_token,
    f.auth.ImportLoginTokenRequest: auth.import_login_token,
    f.account.GetPasswordRequest: auth.get_password,
}
"""Answered to anybody."""

SIGNED_IN: Mapping[type, Answer] = {
    f.auth.LogOutRequest: auth.log_out,
    f.users.GetUsersRequest: channels.get_users,
    f.contacts.ResolveUsernameRequest: channels.resolve,
    f.channels.GetChannelsRequest: channels.get_channels,
    f.channels.GetFullChannelRequest: channels.get_full,
    f.channels.JoinChannelRequest: channels.join,
    f.channels.LeaveChannelRequest: channels.leave,
    f.channels.GetMessagesRequest: history.get_messages,
    f.messages.GetHistoryRequest: history.get_history,
    f.messages.SearchRequest: history.search,
    f.messages.GetRepliesRequest: history.get_replies,
    f.messages.GetMessagesViewsRequest: history.get_views,
    f.messages.GetMessagesReactionsRequest: history.get_reactions,
    f.messages.GetDialogsRequest: history.get_dialogs,
    f.updates.GetStateRequest: updates.get_state,
    f.updates.GetDifferenceRequest: updates.get_difference,
    f.updates.GetChannelDifferenceRequest: updates.get_channel_difference,
    f.upload.GetFileRequest: files.get_file,
}
"""Answered to those who are signed in."""
