"""How long deleted posts stood, by channel: python how_long_they_stood.py my-export (with posts.parquet)."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas

posts = pandas.read_parquet(Path(sys.argv[1]) / "posts.parquet")
gone = posts[posts["tombstoned_at"].notna()]
# a deletion is noticed some time after it happened: these are upper limits
stood = (gone["tombstoned_at"] - gone["published_at"]).dt.total_seconds() / 3600
table = stood.groupby(gone["handle"]).describe()[["count", "25%", "50%", "75%"]]
table.rename(columns={"count": "deleted", "50%": "median hours"}).round(1).to_csv(sys.stdout)
