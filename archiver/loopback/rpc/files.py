"""upload.*: the bytes of photos and files."""

from __future__ import annotations

from typing import Any

from telethon.tl import types as t

from archiver.loopback.media import bytes_of, secret_of, size_of
from archiver.loopback.rpc.call import Call
from archiver.loopback.tl import RpcRefusal

_LARGEST_PART = 1 << 20
_SHARE = {"m": 8, "y": 1, "": 1}
"""A photo's form is so much smaller than the whole of it."""


def get_file(call: Call, request: Any) -> Any:
    """upload.getFile; a photo's smaller forms are the beginning of the largest one."""
    place = request.location
    if place.access_hash != secret_of(place.id):
        raise RpcRefusal(400, "FILE_ID_INVALID")
    if not 0 < request.limit <= _LARGEST_PART:
        raise RpcRefusal(400, "LIMIT_INVALID")
    _check_reference(call, place.file_reference)
    whole = size_of(place.id) // _SHARE.get(place.thumb_size, 1)
    count = max(0, min(request.limit, whole - request.offset))
    data = bytes_of(place.id, start=request.offset, count=count)
    kind = t.storage.FileJpeg() if isinstance(place, t.InputPhotoFileLocation) else t.storage.FileUnknown()
    return t.upload.File(kind, int(call.now.timestamp()), data)


def _check_reference(call: Call, reference: bytes) -> None:
    channel = call.world.channels.get(int.from_bytes(reference[1:9], "big"))
    if channel is None:
        raise RpcRefusal(400, "FILE_REFERENCE_INVALID")
    if reference != channel.file_reference:
        raise RpcRefusal(400, "FILE_REFERENCE_EXPIRED")
