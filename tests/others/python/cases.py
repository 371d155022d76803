"""Cases of earmark-tlog: their form is described in crates/earmark-tlog/examples/vectors/main.rs."""

import collections
import sys


class Tally:
    """How many cases were checked, and how many were not as they have to be."""

    def __init__(self, path, by):
        self.path, self.by = path, by
        self.counts, self.wrong = collections.Counter(), 0

    def case(self, number, kind, expected, holds):
        self.counts[f"{kind} {'ok' if expected else 'bad'}"] += 1
        if holds != expected:
            self.wrong += 1
            print(f"{self.path}, line {number}: {kind} is {holds}, and {expected} was expected")

    def end(self):
        total = sum(self.counts.values())
        print(f"{self.path}: {total} cases checked by {self.by}, {self.wrong} wrong: {dict(self.counts)}")
        if self.wrong or not total:
            sys.exit(1)


def lines(path):
    with open(path, encoding="ascii") as file:
        for number, line in enumerate(file, 1):
            yield number, line.rstrip("\n").split(" ")


def data(word):
    return b"" if word == "-" else bytes.fromhex(word)


def hashes(word):
    return [] if word == "-" else [bytes.fromhex(one) for one in word.split(",")]


def joined(some):
    return ",".join(one.hex() for one in some) if some else "-"
