"""The graph of forwards as GEXF 1.3 (https://gexf.net): channels, and how often which forwards which."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pyarrow as pa

from archiver.domain.export import Format, Table
from archiver.domain.export_papers import FileRecord
from archiver.export.folder import DigestedFile

_HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" version="1.3">
  <graph defaultedgetype="directed" mode="static">
    <nodes>
"""
_TAIL = """\
    </edges>
  </graph>
</gexf>
"""


class GexfFile:
    """A graph; an edge leads from the channel that published to the one that forwarded, and weighs posts."""

    def __init__(self, path: Path, table: Table) -> None:
        self._file = DigestedFile(path)
        self._table = table
        self._names: dict[int, str] = {}
        self._weights: Counter[tuple[int, int]] = Counter()

    def write(self, batch: pa.RecordBatch) -> None:
        """Count the forwards of a batch."""
        sources = batch.column("forwarded_from_channel_id").to_pylist()
        targets = batch.column("channel_id").to_pylist()
        self._weights.update(zip(sources, targets, strict=True))
        for ids, column in ((sources, "forwarded_from_handle"), (targets, "handle")):
            for channel_id, handle in zip(ids, batch.column(column).to_pylist(), strict=True):
                if handle:
                    self._names.setdefault(channel_id, handle)

    def end(self) -> FileRecord:
        """Write the graph, close the file, and return what a manifest says of it; rows are its edges."""
        self._file.write(_HEAD.encode())
        for channel_id in sorted({each for edge in self._weights for each in edge}):
            label = quoteattr(self._names.get(channel_id, str(channel_id)))
            self._file.write(f'      <node id="{channel_id}" label={label}/>\n'.encode())
        self._file.write(b"    </nodes>\n    <edges>\n")
        for number, ((source, target), weight) in enumerate(sorted(self._weights.items())):
            edge = f'      <edge id="{number}" source="{source}" target="{target}" weight="{weight}"/>\n'
            self._file.write(edge.encode())
        self._file.write(_TAIL.encode())
        self._file.close()
        return self._file.record(rows=len(self._weights), table=self._table.name, form=Format.GEXF)

    def close(self) -> None:
        """Close the file as it is."""
        self._file.close()
