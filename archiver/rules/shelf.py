"""Find the files of rules, built-in ones and the operator's, and read them and their lexicons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from archiver.domain.fault import Fault
from archiver.domain.rule import Lexicon
from archiver.rules.lexicons import read_lexicon
from archiver.rules.reading import PackFile, read_pack, read_text
from archiver.rules.rule import ReadRule
from archiver.rules.sheet import Sheet

BUILT_IN = Path(__file__).parent / "packs"
"""The folder of the packs that come with the program."""

_ENDINGS = frozenset({".yml", ".yaml"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """All files as they were read, the lexicons by the names of their files, and what is wrong with them."""

    files: tuple[PackFile, ...]
    lexicons: Mapping[str, Lexicon]
    faults: tuple[Fault, ...]


def read_shelf(own: Sequence[Path]) -> Shelf:
    """Read the built-in packs and ``own`` files and folders of packs; what can't be read is a fault."""
    paths: dict[Path, str] = {}
    faults = []
    for place in (BUILT_IN, *own):
        if place.exists():
            for path in _packs_in(place):
                paths.setdefault(path.resolve(), path.name if place is BUILT_IN else str(path))
        else:
            faults.append(Fault(str(place), 0, "no such file or folder; make it, or name another"))
    files = {path: _read(path, name) for path, name in paths.items()}
    lexicons, more = _lexicons(files)
    told = [fault for file in files.values() for fault in file.faults]
    return Shelf(files=tuple(files.values()), lexicons=lexicons, faults=(*faults, *told, *more))


def _packs_in(place: Path) -> list[Path]:
    if not place.is_dir():
        return [place]
    return sorted(
        path for path in place.iterdir() if path.suffix in _ENDINGS and not path.name.startswith(".")
    )


def _read(path: Path, name: str) -> PackFile:
    text = read_text(path, file=name)
    return PackFile(file=name, faults=(text,)) if isinstance(text, Fault) else read_pack(text, file=name)


def _lexicons(files: Mapping[Path, PackFile]) -> tuple[dict[str, Lexicon], list[Fault]]:
    """Return the lexicons that rules name; one beside the pack goes before a built-in one."""
    lexicons: dict[str, Lexicon] = {}
    taken: dict[str, Path] = {}
    faults = []
    for file, folder, read in _weighing(files):
        name = (read.rule.lexicon or "").partition("#")[0]
        path = folder / name if (folder / name).exists() else BUILT_IN / name
        if taken.setdefault(name, path) != path:
            said = f"another lexicon is called {name} ({taken[name]}); choose another name"
            faults.append(Fault(file, read.lines["lexicon"], said))
        elif not path.exists():
            said = f"no file {name} beside the pack; make it, or mend the name"
            faults.append(Fault(file, read.lines["lexicon"], said))
        elif name not in lexicons:
            lexicons[name], more = _lexicon(path, name if path.parent == BUILT_IN else str(path))
            faults += more
    return lexicons, faults


def _weighing(files: Mapping[Path, PackFile]) -> Iterator[tuple[str, Path, ReadRule]]:
    for path, file in files.items():
        for read in file.rules:
            if read.rule.lexicon:
                yield file.file, path.parent, read


def _lexicon(path: Path, name: str) -> tuple[Lexicon, list[Fault]]:
    text = read_text(path, file=name)
    if isinstance(text, Fault):
        return Lexicon(columns=(), base=(), rows={}), [text]
    sheet = Sheet(name)
    return read_lexicon(sheet, text), sheet.faults
