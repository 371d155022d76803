#!/usr/bin/env python3
"""Reads an audit package and says whether its events come to the roots it claims, and what the accounts hold.

Written from the description of packages and docs/format.md, with nothing but Python's standard library and the decoder of
read_ledger.py beside it; it shares no code with the programs that write packages.

For every book it computes the root of the tree from the entries by RFC 6962's own definition, compares it with the
checkpoint and every tile with the entries, and plays the events: balances, texts, what is taken back, closings, and the
rolls that are attested, each made again. It does not check signatures (Python has no Ed25519): any verifier of signed
notes does. Nor does it judge by rule profiles.

    read_package.py FOLDER [AREA/FUND]          a report for people
    read_package.py --json FOLDER [AREA/FUND]   the same for programs

The exit code is 0 where everything fits, 1 where something does not.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import re
import sys
from typing import Any, Iterator

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from read_ledger import (  # noqa: E402
    ACCOUNT_NAMES,
    ATTESTED,
    FORMATS,
    MICROSECONDS_A_DAY,
    BookState,
    Refused,
    Rolls,
    book_digest,
    decode_record,
    leaf_hash,
    node_hash,
    read_vocabulary,
    recursive_root,
    refuse_unless,
)

WIDTH = 256


def sealed_lines(path: str) -> list[str]:
    """The lines of a text above its checksum."""
    with open(path, "rb") as file:
        text = file.read()
    lines, found, seal = text.rpartition(b"sha256 ")
    refuse_unless(found != b"" and seal == hashlib.sha256(lines).hexdigest().encode() + b"\n", f"{path}: checksum")
    return lines.decode().removesuffix("\n").split("\n")


def place(index: int, width: int) -> str:
    """Where a tile stands in its level: groups of three digits, all but the last with an `x` before them."""
    parts = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        parts.append(f"x{index % 1000:03}")
    return "/".join(reversed(parts)) + ("" if width == WIDTH else f".p/{width}")


def parts_of(count: int) -> Iterator[tuple[int, int]]:
    """Number and width of every tile of a level with so many hashes."""
    for index in range((count + WIDTH - 1) // WIDTH):
        yield index, min(WIDTH, count - index * WIDTH)


class Book:
    """One book of a package."""

    def __init__(self, folder: str, name: str) -> None:
        self.name = name
        self.folder = os.path.join(folder, *name.split("/"))

    def read(self, *parts: str) -> bytes:
        """The bytes of a file."""
        with open(os.path.join(self.folder, *parts), "rb") as file:
            return file.read()

    def check(self) -> dict[str, Any]:
        """Checks everything and gives what the book comes to."""
        note = self.read("checkpoint").decode()
        origin, size_text, root_text = note.split("\n\n")[0].split("\n")[:3]
        refuse_unless(origin.endswith("/" + self.name), f"the checkpoint is of `{origin}`")
        refuse_unless(re.fullmatch(r"0|[1-9]\d*", size_text) is not None, "the size of the checkpoint is no number")
        size, root = int(size_text), base64.b64decode(root_text, validate=True)
        entries = list(self._entries(size))
        leaves = [leaf_hash(entry) for entry in entries]
        refuse_unless(recursive_root(leaves) == root, "the entries do not come to the root of the checkpoint")
        self._check_tiles(leaves)
        state = self._play(entries)
        balances = {ACCOUNT_NAMES[account]: amount for account, amount in state.balances.items()}
        return {"book": self.name, "events": size, "root": root.hex(), "balances": balances}

    def _entries(self, size: int) -> Iterator[bytes]:
        for index, width in parts_of(size):
            rest = self.read("tile", "entries", *place(index, width).split("/"))
            for _ in range(width):
                length = int.from_bytes(rest[:2], "big")
                entry, rest = rest[2 : 2 + length], rest[2 + length :]
                refuse_unless(len(entry) == length, f"bundle {index} ends within an entry")
                yield entry
            refuse_unless(rest == b"", f"bundle {index} has bytes after its last entry")

    def _check_tiles(self, hashes: list[bytes]) -> None:
        level = 0
        while hashes:
            for index, width in parts_of(len(hashes)):
                expected = b"".join(hashes[index * WIDTH : index * WIDTH + width])
                found = self.read("tile", str(level), *place(index, width).split("/"))
                refuse_unless(found == expected, f"tile {index} of level {level} is not what is below it")
            full = len(hashes) // WIDTH
            hashes = [self._top(hashes[index * WIDTH : (index + 1) * WIDTH]) for index in range(full)]
            level += 1

    @staticmethod
    def _top(hashes: list[bytes]) -> bytes:
        while len(hashes) > 1:
            hashes = [node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2])]
        return hashes[0]

    def _commits(self, size: int) -> Iterator[tuple[int, int]]:
        for index, width in parts_of(size):
            path = os.path.join(self.folder, "commits", *place(index, width).split("/"))
            head, *rows = sealed_lines(path)
            first, last = index * WIDTH + 1, index * WIDTH + width
            refuse_unless(head == f"earmark.commits/v1 {self.name} {first} {last}", f"{path}: its first line")
            for row in rows:
                match = re.fullmatch(r"([1-9]\d*) ([1-9]\d*) [0-9a-f]{32}", row)
                if match is None:
                    raise Refused(f"{path}: the line {row!r}")
                refuse_unless(first <= int(match[1]) <= last, f"{path}: a commit of another bundle")
                yield int(match[1]), int(match[2])

    def _play(self, entries: list[bytes]) -> BookState:
        area, code = self.name.split("/")
        kind, book, offset, *vocabulary = sealed_lines(os.path.join(self.folder, "book"))
        refuse_unless((kind, book) == ("earmark.book/v1", f"book {self.name}"), "the text about the book is another's")
        minutes = int(offset.removeprefix("offset "))
        fund = read_vocabulary(code, "\n".join(vocabulary) + "\n")
        state = BookState()
        rolls = Rolls(None, book_digest(area, code))
        for first, count in self._commits(len(entries)):
            refuse_unless(first == state.seq + 1, f"a commit begins at event {first} and not at {state.seq + 1}")
            refuse_unless(first + count - 1 <= len(entries), f"the commit at event {first} is not whole")
            recorded_at = None
            for seq in range(first, first + count):
                try:
                    event = decode_record(entries[seq - 1], fund, FORMATS[-1])
                    recorded_at = event.recorded_at if recorded_at is None else recorded_at
                    refuse_unless(event.recorded_at == recorded_at >= state.recorded_at, "its recording time goes back")
                    today = (event.recorded_at + minutes * 60_000_000) // MICROSECONDS_A_DAY
                    refuse_unless(event.effective_on <= today, "it counts for a day after it was recorded")
                    refuse_unless(event.area is None or event.area != int(area) or event.kind not in (23, 24, 52, 53),
                                  "it names the book's own area")
                    if event.kind == ATTESTED:
                        rolls.check(event, first)
                    state.apply(event, first)
                    rolls.take(event, seq, leaf_hash(entries[seq - 1]))
                except Refused as refused:
                    raise Refused(f"event {seq}: {refused}") from refused
        refuse_unless(state.seq == len(entries), f"the commits end at event {state.seq}")
        return state


def main() -> int:
    """Checks the books named, or all."""
    arguments = argparse.ArgumentParser(description="Checks an audit package.")
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument("folder")
    arguments.add_argument("book", nargs="?")
    asked = arguments.parse_args()
    found: list[dict[str, Any]] = []
    sound = True
    try:
        head, *lines = sealed_lines(os.path.join(asked.folder, "contents"))
        refuse_unless(head == "earmark.package/v1", "contents: its first line")
        books = [line.removeprefix("book ") for line in lines if line.startswith("book ")]
        for line in lines:
            if line.startswith("paper "):
                _, name, checksum = line.split(" ")
                with open(os.path.join(asked.folder, name), "rb") as file:
                    refuse_unless(hashlib.sha256(file.read()).hexdigest() == checksum, f"{name}: its checksum")
    except (Refused, OSError) as refused:
        books, sound = [], False
        found.append({"book": "", "finding": str(refused)})
    if asked.book is not None:
        books = [book for book in books if book == asked.book]
        sound = sound and books != []
    for book in books:
        try:
            found.append(Book(asked.folder, book).check())
        except (Refused, OSError, ValueError) as refused:
            found.append({"book": book, "finding": str(refused)})
            sound = False
    if asked.json:
        print(json.dumps({"sound": sound, "books": found}, indent=2))
        return 0 if sound else 1
    for book in found:
        if "finding" in book:
            print(f"{book['book']}: {book['finding']}")
            continue
        print(f"{book['book']}: {book['events']} events, root {book['root']}")
        for account, minor in book["balances"].items():
            print(f"  {account:12} {minor // 100:>20}.{minor % 100:02}")
    print("sound" if sound else "NOT SOUND")
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
