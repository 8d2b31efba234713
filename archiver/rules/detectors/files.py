"""Names of files that hold data: tables, archives, databases, documents."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.rules.detectors.detector import Detector, Ends, Find, Text
from archiver.rules.detectors.words import EDGE

_TABLES = rb"sql|sqlite3?|mdb|accdb|bak|dmp|csv|tsv|xlsx?|xlsb|parquet|ldf|mdf|vcf"
_ARCHIVES = rb"zip|rar|7z|tar|tgz|gz|json|jsonl|xml|ova|vhdx?|pst|mbox|eml"
_DOCUMENTS = rb"db|pdf|txt|docx?|pptx?"
_ENDING = (
    rb"\.(?:(?P<table>"
    + _TABLES
    + rb")|(?P<archive>"
    + _ARCHIVES
    + rb")|"
    + _DOCUMENTS
    + rb")(?![0-9a-z_\x80-\xff(]|\.[a-z])"
)
_FILE = re.compile(_ENDING)
_NAME = re.compile(rb"(?:[0-9a-z_\x80-\xff&+.,@#-]|\([0-9]{1,3}\)){1,96}\Z")
_BEFORE = rb"[0-9a-z_\x80-\xff)]"


def _find(text: Text, _ends: Ends) -> Iterator[Find]:
    for ending in _FILE.finditer(text.lower):
        name = _NAME.search(text.lower, max(0, ending.start() - 96), ending.start())
        if name and name[0].strip(b".,'&+-"):
            start = ending.start() - len(name[0].lstrip(b".,'&+-("))
            is_in_link = text.lower[start - 1 : start] == b"/"
            yield Find("file_name", start, ending.end(), _confidence(ending) if not is_in_link else 0.4)


def _confidence(ending: re.Match[bytes]) -> float:
    if ending["table"]:
        return 0.9
    return 0.7 if ending["archive"] else 0.5


DETECTORS = (
    Detector((_BEFORE + rb"\.(?:" + _TABLES + rb"|" + _ARCHIVES + rb"|" + _DOCUMENTS + rb")" + EDGE,), _find),
)
