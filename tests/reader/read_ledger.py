#!/usr/bin/env python3
"""Reads a ledger file and says whether it is sound.

Written from docs/format.md alone, with nothing but Python's standard library, and sharing no code with the
programs that write ledgers: what this reader computes, it computes a second time and in its own way.

It reads formats 1 to 3. It does not judge by rule profiles, nor by the registers that decisions look things up in: whether
a claim was overpaid or a budget kept, it does not say. It checks the shape of every matter, and plays the closing of
periods, the reserve and the rest of each book's standing again.

    read_ledger.py LEDGER             a report for people
    read_ledger.py --json LEDGER      the same for programs

The exit code is 0 for a sound ledger, 1 for one with findings, 2 for a file that cannot be read as a ledger.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import os
import re
import sqlite3
import struct
import sys
import urllib.parse
import zlib
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any, Iterable, Iterator, NamedTuple, Optional

# ---------------------------------------------------------------------------------------------------------------------
# What the format says
# ---------------------------------------------------------------------------------------------------------------------

APPLICATION_ID = 0x454D4B31
FORMATS = (1, 2, 3)

LARGEST_AMOUNT = 99_999_999_999_999_999
LARGEST_FRAME = 16 * 1024 * 1024
LARGEST_COUNT = 65_536
SMALLEST_RECORD, LARGEST_RECORD, LARGEST_PROFILE_RECORD = 55, 4_186, 60_086
LONGEST_TEXT, LONGEST_PROFILE = 4_096, 60_000
MOST_TEXTS = 1_048_576
MOST_BOOKS = 4_194_303
MOST_EVENTS = 1_099_511_627_775

EPOCH = date(1970, 1, 1)
FIRST_DAY = (date(1900, 1, 1) - EPOCH).days
LAST_DAY = (date(9999, 12, 31) - EPOCH).days
MICROSECONDS_A_DAY = 86_400_000_000
NO_DAY = -(1 << 31)  # stands for no day, in matters and in the table of standings
BEFORE_ALL = FIRST_DAY * MICROSECONDS_A_DAY  # when a book without events was recorded last

TREASURY, REVENUE, SPECIAL, EXPENDITURE, INVESTMENT = ACCOUNTS = (1, 2, 3, 4, 5)
ACCOUNT_NAMES = {
    TREASURY: "treasury",
    REVENUE: "revenue",
    SPECIAL: "special",
    EXPENDITURE: "expenditure",
    INVESTMENT: "investment",
}

OUTSIDE = 0  # where money comes from or goes to when no account of the fund stands on that side
HERE = -1  # in the table of kinds: the account named in the record


class Kind(NamedTuple):
    """One row of the table of kinds."""

    name: str
    layout: str
    accounts: tuple[int, ...]
    moves: Optional[tuple[int, int]]
    purposes: Optional[str]


_IN, _OUT = (OUTSIDE, HERE), (HERE, OUTSIDE)

KINDS: dict[int, Kind] = {
    1: Kind("text_registered", "T", (), None, None),
    2: Kind("account_opened", "A", ACCOUNTS, None, None),
    3: Kind("account_closed", "A", ACCOUNTS, None, None),
    4: Kind("balance_brought_forward", "P", ACCOUNTS, _IN, None),
    5: Kind("profile_adopted", "D", (), None, None),
    6: Kind("period_closed", "C", (), None, None),
    7: Kind("period_reopened", "C", (), None, None),
    8: Kind("loan_authorised", "C", (), None, None),
    9: Kind("roll_attested", "N", (), None, None),
    10: Kind("detail_bound", "W", (), None, None),
    16: Kind("premium_received", "Q", (TREASURY, REVENUE, SPECIAL), _IN, "premium"),
    17: Kind("premium_refunded", "O", (REVENUE, SPECIAL), _OUT, "of its original"),
    18: Kind("fiscal_subsidy_received", "P", (SPECIAL,), _IN, None),
    19: Kind("interest_received", "P", (REVENUE, EXPENDITURE, SPECIAL), _IN, None),
    20: Kind("investment_return_received", "P", (SPECIAL,), _IN, None),
    21: Kind("transfer_in_received", "M", (REVENUE, SPECIAL), _IN, None),
    22: Kind("transfer_in_returned", "O", (REVENUE, SPECIAL), _OUT, "of its original"),
    23: Kind("superior_subsidy_received", "L", (REVENUE, EXPENDITURE, SPECIAL), _IN, None),
    24: Kind("lower_remittance_received", "L", (REVENUE, SPECIAL), _IN, None),
    25: Kind("other_income_received", "Q", (REVENUE, SPECIAL), _IN, "other income"),
    26: Kind("reorganised_in", "L", ACCOUNTS, _IN, None),
    27: Kind("loan_received", "U", (SPECIAL,), _IN, None),
    28: Kind("loan_repayment_received", "U", (SPECIAL,), _IN, None),
    29: Kind("investment_gained", "P", (INVESTMENT,), _IN, None),
    32: Kind("collections_transferred", "P", (TREASURY, REVENUE), (HERE, SPECIAL), None),
    33: Kind("released", "R", (SPECIAL,), (HERE, EXPENDITURE), None),
    34: Kind("interest_handed_over", "P", (EXPENDITURE,), (HERE, SPECIAL), None),
    35: Kind("investment_placed", "P", (SPECIAL,), (HERE, INVESTMENT), None),
    36: Kind("investment_redeemed", "P", (INVESTMENT,), (HERE, SPECIAL), None),
    48: Kind("benefit_paid", "Q", (EXPENDITURE, SPECIAL), _OUT, "benefit"),
    49: Kind("cross_province_settled", "M", (SPECIAL,), _OUT, "benefit"),
    50: Kind("state_use_paid", "Q", (SPECIAL,), _OUT, "state use"),
    51: Kind("transfer_out_paid", "M", (EXPENDITURE,), _OUT, None),
    52: Kind("superior_remitted", "L", (REVENUE, EXPENDITURE, SPECIAL), _OUT, None),
    53: Kind("lower_subsidised", "L", (EXPENDITURE, SPECIAL), _OUT, None),
    54: Kind("reorganised_out", "L", ACCOUNTS, _OUT, None),
    55: Kind("loan_made", "U", (SPECIAL,), _OUT, None),
    56: Kind("loan_repaid", "U", (SPECIAL,), _OUT, None),
    57: Kind("investment_lost", "P", (INVESTMENT,), _OUT, None),
    58: Kind("investment_fee_charged", "P", (INVESTMENT,), _OUT, None),
    64: Kind("payment_returned", "O", (EXPENDITURE, SPECIAL), _IN, "of its original"),
    65: Kind("benefit_recovered", "O", (EXPENDITURE, SPECIAL), _IN, "of its original"),
    66: Kind("reversed", "V", (), None, "of its original"),
    67: Kind("late_payment_returned", "O", (EXPENDITURE, SPECIAL), _IN, "of its original"),
    68: Kind("late_benefit_recovered", "O", (REVENUE, SPECIAL), _IN, "of its original"),
    80: Kind("premium_declared", "C", (), None, "premium"),
    81: Kind("premium_verified", "C", (), None, "premium"),
    82: Kind("premium_assessed", "C", (), None, "premium"),
    83: Kind("due_corrected", "C", (), None, "premium"),
    84: Kind("late_fee_charged", "C", (), None, "premium"),
    96: Kind("benefit_claimed", "C", (), None, "benefit"),
    97: Kind("claim_verified", "C", (), None, None),
    98: Kind("claim_refused", "C", (), None, None),
    99: Kind("benefit_stopped", "C", (), None, "benefit"),
    100: Kind("benefit_resumed", "C", (), None, "benefit"),
    101: Kind("provider_agreed", "C", (), None, None),
    102: Kind("provider_ended", "C", (), None, None),
    103: Kind("recovery_demanded", "C", (), None, None),
    104: Kind("recovery_waived", "C", (), None, None),
    112: Kind("budget_line_drafted", "C", (), None, "budget line"),
    113: Kind("budget_approved", "C", (), None, None),
    114: Kind("budget_line_adjusted", "C", (), None, "budget line"),
    115: Kind("budget_adjusted", "C", (), None, None),
    116: Kind("use_plan_approved", "C", (), None, None),
    117: Kind("shortfall_step_taken", "C", (), None, None),
    118: Kind("reserve_set_aside", "C", (), None, None),
    119: Kind("reserve_drawn", "C", (), None, None),
    120: Kind("investment_reported", "C", (), None, None),
}

# The fields of each kind of matter, in the order of MATTER_FIELDS: "x" must be there, "?" may be, "-" is not.
MATTER_FIELDS = ("amount", "base", "party", "other", "first", "last", "number", "reason")
MATTERS = {
    6: "----xx--",
    7: "----xx-x",
    8: "x---xxxx",
    80: "??x-x-x-",
    81: "??x-x-x-",
    82: "x-x-x---",
    83: "??x-x-?x",
    84: "xxx-xxx-",
    96: "x-x?x---",
    97: "x---x-x-",
    98: "-------x",
    99: "--x-x--x",
    100: "--x-x--x",
    101: "--x-x?--",
    102: "--x-x--x",
    103: "x?x-?-xx",
    104: "x-----xx",
    112: "?-----x-",
    113: "??----x?",
    114: "?-----xx",
    115: "------xx",
    116: "x---x---",
    117: "?---x-xx",
    118: "x-------",
    119: "x------x",
    120: "x?--x---",
}

# What only format 2 has: kinds, and the second version of one.
OF_FORMAT_2 = {5, 26, 27, 28, 29, 54, 55, 56, 57, 58} | set(MATTERS)
OWED_VERSION = 2
# What only format 3 has.
OF_FORMAT_3 = {9, 10}

TEXT, OPENED, CLOSED, BROUGHT_FORWARD = 1, 2, 3, 4
PROFILE, PERIOD_CLOSED, PERIOD_REOPENED, LOAN_AUTHORISED = 5, 6, 7, 8
ATTESTED, BOUND = 9, 10
PREMIUM = 16
STOPPED, AGREED, SET_ASIDE, DRAWN = 99, 101, 118, 119
INTEREST, HANDED_OVER = 19, 34
BENEFIT, REVERSED = 48, 66
RETURNED, RECOVERED, LATE_RETURNED, LATE_RECOVERED = 64, 65, 67, 68

# Which kinds of event each kind of taking back may name as its original; a reversal may name every kind but itself
# that moves money.
TAKES_BACK = {
    17: {16},
    22: {21},
    RETURNED: {48, 49, 50, 51},
    RECOVERED: {48, 49},
    LATE_RETURNED: {48, 49, 50, 51},
    LATE_RECOVERED: {48, 49},
}
# Kinds of events that only funds with a capability may have.
CAPABILITIES = {
    "invests": {20, 35, 36},
    "settles_across_provinces": {49},
    "transfers": {21, 22, 51},
    "settles_directly": set(),
    "borrows": {8, 27, 28, 55, 56},
}

# Kinds whose area is that of another level.
BETWEEN_LEVELS = {23, 24, 52, 53}

# What has moved in an account: the second of an account's two bytes in `statuses`. With the last of them its opening
# balance stands reversed, and may be given anew.
NO_MONEY, MONEY, OPENING_REVERSED = 0, 1, 2

OTHER_INCOME = {1, 2, 3, 4}
BUDGET_LINES = set(range(1, 10)) | set(range(101, 112))
LISTS = {"premium": "premium", "benefit": "benefit", "state_use": "state use"}  # as spelt in a vocabulary


@dataclass(frozen=True)
class Fund:
    """What a fund may have in its records: names of purposes by list and code, and its capabilities."""

    code: str
    purposes: dict[str, dict[int, str]]
    capabilities: frozenset[str]

    def allows(self, listed: Optional[str], purpose: int) -> bool:
        """Whether the list has a purpose of this code; 0 is the one code where there is no list."""
        if listed is None:
            return purpose == 0
        if listed == "other income":
            return purpose in OTHER_INCOME
        if listed == "budget line":
            return purpose in BUDGET_LINES
        return purpose in self.purposes.get(listed, {})


def _built_in(code: str, capabilities: str, premiums: str, benefits: str, state_uses: str = "") -> Fund:
    """A fund whose lists are coded 1, 2, 3 and so on."""
    lists = {"premium": premiums, "benefit": benefits, "state use": state_uses}
    purposes = {listed: dict(enumerate(names.split(), 1)) for listed, names in lists.items()}
    return Fund(code, purposes, frozenset(capabilities.split()))


BUILT_IN = {
    fund.code: fund
    for fund in (
        _built_in(
            "ENT_PENSION",
            "invests transfers",
            "Unit Individual FlexibleEmployment",
            "BasicPension MedicalSubsidy FuneralAndSurvivors Disability DuplicateResidentsPension",
        ),
        _built_in(
            "RES_PENSION",
            "invests transfers",
            "Individual CollectiveSubsidy",
            "BasicPension IndividualAccountPension Funeral",
        ),
        _built_in("GOV_PENSION", "invests transfers", "Unit Individual", "BasicPension FuneralAndSurvivors Disability"),
        _built_in(
            "EMP_MEDICAL",
            "settles_across_provinces transfers settles_directly",
            "Unit Individual FlexibleEmployment ForUnemployed",
            "Hospital PooledOutpatient MaternityMedical MaternityAllowance AccountOutpatient AccountHospital "
            "AccountPharmacy",
        ),
        _built_in(
            "RES_MEDICAL",
            "settles_across_provinces settles_directly",
            "Individual",
            "Hospital Outpatient CriticalIllnessInsurance",
            "CriticalIllnessInsurance",
        ),
        _built_in("WORK_INJURY", "settles_directly", "Unit", "Medical Disability Death Appraisal Prevention"),
        _built_in(
            "UNEMPLOYMENT",
            "transfers",
            "Unit Individual",
            "UnemploymentPay MedicalPremium FuneralAndSurvivors TrainingAndPlacement MigrantWorkerGrant PriceSubsidy "
            "JobStabilisation SkillUpgrading",
        ),
        _built_in("MATERNITY", "settles_directly", "Unit", "Medical Allowance"),
    )
}


class Refused(Exception):
    """Bytes that the format does not allow, or that contradict what stands before them."""


class Unreadable(Exception):
    """A file that is no ledger of a known format."""


def refuse_unless(holds: bool, why: str) -> None:
    """Refuses with `why` unless the condition holds."""
    if not holds:
        raise Refused(why)


# The last capability came with format 2 and is only named where a fund has it.
FUND_LINE = re.compile(
    r"fund (\S+) \S+ \d+ (?:China|Other)"
    + "".join(rf" {name}=(true|false)" for name in CAPABILITIES if name != "borrows")
    + r"(?: borrows=(true))?"
)
PURPOSE_LINE = re.compile(r"(premium|benefit|state_use) ([1-9]\d*) (\w+): [^\ufffd]+", re.ASCII)


def read_vocabulary(code: str, vocabulary: str) -> Fund:
    """The fund that a column `vocabulary` describes; for a built-in fund, that the two agree."""
    first, *lines = vocabulary.removesuffix("\n").split("\n")
    head = FUND_LINE.fullmatch(first)
    if head is None or head[1] != code:
        raise Refused(f"its vocabulary begins with {first!r}")
    purposes: dict[str, dict[int, str]] = {listed: {} for listed in LISTS.values()}
    for line in lines:
        purpose = PURPOSE_LINE.fullmatch(line)
        if purpose is None:
            raise Refused(f"its vocabulary has the line {line!r}")
        listed, number = purposes[LISTS[purpose[1]]], int(purpose[2])
        refuse_unless(number not in listed, f"its vocabulary has {purpose[1]} {number} twice")
        listed[number] = purpose[3]
    fund = Fund(code, purposes, frozenset(name for name, has in zip(CAPABILITIES, head.groups()[1:]) if has == "true"))
    if code in BUILT_IN:
        refuse_unless(fund == BUILT_IN[code], f"its vocabulary is not that of {code}")
    return fund


# ---------------------------------------------------------------------------------------------------------------------
# Records
# ---------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Event:
    """A decoded record."""

    kind: int
    nonce: bytes
    recorded_at: int
    effective_on: int
    register: int
    document: int
    basis: int
    actor: int
    amount: int = 0
    account: int = 0
    purpose: int = 0
    party: Optional[bytes] = None
    area: Optional[int] = None
    month: Optional[int] = None
    original: int = 0
    original_kind: int = 0
    original_original: int = 0
    original_original_kind: int = 0
    reason: int = 0
    number: int = 0
    text: str = ""
    under: int = 0
    base: int = 0
    other: Optional[bytes] = None
    first: Optional[int] = None
    last: Optional[int] = None
    closing: int = 0
    parties: int = 0
    salt: bytes = b""
    root: bytes = b""
    bound_to: int = 0
    commitment: bytes = b""
    correlation: Optional[bytes] = None
    causation: Optional[bytes] = None

    @property
    def movement_kind(self) -> int:
        """The kind whose movement this is: its own, or for a reversal that of the original."""
        return self.original_kind if self.kind == REVERSED else self.kind

    @property
    def first_kind(self) -> int:
        """The kind of the first event in the chain of takings back that ends here."""
        return self.original_original_kind or self.original_kind or self.kind

    def movement(self) -> Optional[tuple[int, int]]:
        """The accounts money leaves and enters (0 stands for outside), or None when none moves."""
        moves = KINDS[self.movement_kind].moves
        if moves is None:
            return None
        source, target = (self.account if end == HERE else end for end in moves)
        return (target, source) if self.kind == REVERSED else (source, target)

    def parties_named(self) -> list[bytes]:
        """Whom the event names, each once."""
        return list(dict.fromkeys(party for party in (self.party, self.other) if party is not None))

    def texts_named(self) -> dict[str, int]:
        """The numbers of the texts that an event of this kind points to."""
        if self.kind == TEXT:
            return {}
        named = {"register": self.register, "basis": self.basis, "actor": self.actor}
        if self.kind == REVERSED or self.kind in MATTERS and self.reason:
            named["reason"] = self.reason
        return named


class Bytes:
    """Takes fields off the front of a body, little-endian, and never beyond its end."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, size: int) -> bytes:
        """The next `size` bytes."""
        end = self._at + size
        refuse_unless(end <= len(self._data), "the body ends within a field")
        piece = self._data[self._at : end]
        self._at = end
        return piece

    def unsigned(self, size: int) -> int:
        """An unsigned integer of `size` bytes."""
        return int.from_bytes(self.take(size), "little")

    def signed(self, size: int) -> int:
        """A signed integer of `size` bytes."""
        return int.from_bytes(self.take(size), "little", signed=True)

    def optional(self, what: str) -> Optional[bytes]:
        """One byte 0, or one byte 1 and sixteen bytes."""
        flag = self.unsigned(1)
        refuse_unless(flag in (0, 1), f"{what} is led by {flag}, not by 0 or 1")
        return self.take(16) if flag else None

    def rest(self) -> bytes:
        """Everything not yet taken."""
        return self.take(len(self._data) - self._at)

    def finish(self) -> None:
        """Refuses bytes that nobody has taken."""
        left = len(self._data) - self._at
        refuse_unless(left == 0, f"{left} bytes stand between the body's end and the record's")


def decode_record(record: bytes, fund: Fund, file_format: int) -> Event:
    """Decodes one whole record of a book of this fund, and refuses everything the tables do not have."""
    code, version, nonce = record[2], record[3], record[4:20]
    newer = (OF_FORMAT_2 if file_format < 2 else set()) | (OF_FORMAT_3 if file_format < 3 else set())
    known = code in KINDS and code not in newer
    refuse_unless(known, f"kind {code} is unknown")
    kind = KINDS[code]
    owed = code == PREMIUM and version == OWED_VERSION and file_format >= 2
    refuse_unless(version == 1 or owed, f"version {version} of kind {kind.name} is unknown")
    body = Bytes(record[20:])
    values: dict[str, Any] = {
        "kind": code,
        "nonce": nonce,
        "recorded_at": body.signed(8),
        "effective_on": body.signed(4),
        "register": body.unsigned(4),
        "document": body.unsigned(8),
        "basis": body.unsigned(4),
        "actor": body.unsigned(4),
    }
    if kind.layout == "T":
        values["number"] = body.unsigned(4)
    elif kind.layout == "C":
        _decode_matter(body, values)
    elif kind.layout == "N":
        _decode_roll(body, values)
    elif kind.layout == "W":
        values["party"] = body.optional("the party")
        values["bound_to"] = body.unsigned(8)
        values["commitment"] = body.take(32)
    elif kind.layout != "D":
        _decode_middle("Q2" if owed else kind.layout, body, values)
    values["correlation"] = body.optional("the correlation")
    values["causation"] = body.optional("the causation")
    if kind.layout in "TD":
        values["text"] = _decode_text(body.rest(), LONGEST_TEXT if kind.layout == "T" else LONGEST_PROFILE)
    body.finish()
    event = Event(**values)
    _check_event(event, kind, fund)
    return event


def _decode_middle(layout: str, body: Bytes, values: dict[str, Any]) -> None:
    """The fields between the head every body has and its links."""
    if layout != "A":
        values["amount"] = body.unsigned(8)
    values["account"] = body.unsigned(1)
    if layout in ("Q", "Q2", "M", "O", "V"):
        values["purpose"] = body.unsigned(2)
        values["party"] = body.optional("the party") if layout == "V" else body.take(16)
    if layout in "LM":
        values["area"] = body.unsigned(4)
    if layout in ("R", "Q2"):
        values["month"] = body.unsigned(4)
    if layout == "U":
        values["under"] = body.unsigned(8)
    if layout in "OV":
        values["original"] = body.unsigned(8)
        values["original_kind"] = body.unsigned(1)
    if layout == "V":
        values["original_original"] = body.unsigned(8)
        values["original_original_kind"] = body.unsigned(1)
        values["reason"] = body.unsigned(4)


def _decode_matter(body: Bytes, values: dict[str, Any]) -> None:
    """The fields of layout C."""
    values["amount"] = body.unsigned(8)
    values["base"] = body.unsigned(8)
    values["purpose"] = body.unsigned(2)
    values["party"] = body.optional("the party")
    values["other"] = body.optional("the other party")
    values["first"] = some_day(body.signed(4))
    values["last"] = some_day(body.signed(4))
    values["number"] = body.unsigned(8)
    values["reason"] = body.unsigned(4)


def _decode_roll(body: Bytes, values: dict[str, Any]) -> None:
    """The fields of layout N."""
    values["first"] = body.signed(4)
    values["last"] = body.signed(4)
    values["closing"] = body.unsigned(8)
    values["parties"] = body.unsigned(8)
    values["salt"] = body.take(16)
    values["root"] = body.take(32)


def some_day(days: int) -> Optional[int]:
    """A day, or none where the number stands for none."""
    if days == NO_DAY:
        return None
    refuse_unless(FIRST_DAY <= days <= LAST_DAY, f"day {days} is out of range")
    return days


def _decode_text(raw: bytes, longest: int) -> str:
    refuse_unless(1 <= len(raw) <= longest, f"a text of {len(raw)} bytes")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused("a text that is not UTF-8") from error


def _check_event(event: Event, kind: Kind, fund: Fund) -> None:
    """The rules a single record can be held to without knowing any other."""
    refuse_unless(FIRST_DAY <= event.effective_on <= LAST_DAY, f"day {event.effective_on} is out of range")
    if event.kind == TEXT:
        none = event.register == event.document == event.basis == event.actor == 0
        refuse_unless(none, "a text with a document, a legal basis or an actor")
        return
    refuse_unless(0 not in event.texts_named().values(), f"{kind.name} without one of the texts it needs")
    rule = kind
    if event.kind == REVERSED:
        rule = _check_reversal(event)
    elif kind.layout == "O":
        _check_takes_back(event.kind, event.original_kind)
    if kind.layout == "C":
        _check_matter(event, kind)
    elif kind.layout == "N":
        _check_roll(event)
    elif kind.layout == "W":
        refuse_unless(event.party is not None or event.bound_to > 0, "bound detail of nobody and nothing")
    elif kind.layout != "D":
        refuse_unless(event.account in rule.accounts, f"{rule.name} has no route by account {event.account}")
    if kind.layout == "U":
        refuse_unless(event.under > 0, f"{kind.name} under no authorisation")
    if event.movement() is not None:
        refuse_unless(1 <= event.amount <= LARGEST_AMOUNT, f"an amount of {event.amount}")
    listed = KINDS[event.first_kind].purposes
    refuse_unless(fund.allows(listed, event.purpose), f"{rule.name} has no purpose {event.purpose} in {fund.code}")
    for capability, kinds in CAPABILITIES.items():
        needed = kinds & {event.movement_kind, event.first_kind}
        refuse_unless(not needed or capability in fund.capabilities, f"{rule.name} is not open to {fund.code}")
    if event.account == INVESTMENT:
        refuse_unless("invests" in fund.capabilities, f"the investment account is not open to {fund.code}")
    if event.first_kind == BENEFIT and event.account == SPECIAL and event.movement_kind != LATE_RECOVERED:
        direct = "settles_directly" in fund.capabilities
        refuse_unless(direct, f"{rule.name} at the special account is not open to {fund.code}")
    if event.month is not None:
        fits = 1 <= event.month % 100 <= 12 and 1900 <= event.month // 100 <= 9999
        refuse_unless(fits, f"{event.month} is no month")
    if event.area is not None:
        refuse_unless(event.area <= 999_999, f"area {event.area} has more than six digits")


def _check_matter(event: Event, kind: Kind) -> None:
    """Whether a matter has the fields of its kind and no others."""
    for name, need in zip(MATTER_FIELDS, MATTERS[event.kind]):
        there = getattr(event, name) not in (None, 0)
        if name in ("first", "last", "party", "other"):
            there = getattr(event, name) is not None
        refuse_unless(there or need != "x", f"{kind.name} without its {name}")
        refuse_unless(not there or need != "-", f"{kind.name} with a {name}, which it has not")
    refuse_unless(max(event.amount, event.base) <= LARGEST_AMOUNT, f"{kind.name} with too large an amount")
    if event.first is not None and event.last is not None:
        refuse_unless(event.first <= event.last, f"{kind.name} that ends before it begins")


def _check_roll(event: Event) -> None:
    """What a roll can be held to without the events of which it is."""
    for day in (event.first, event.last):
        refuse_unless(day is not None and FIRST_DAY <= day <= LAST_DAY, f"day {day} is out of range")
    refuse_unless((event.first or 0) <= (event.last or 0), "a roll that ends before it begins")
    refuse_unless(event.closing > 0, "a roll up to no closing")
    refuse_unless(event.parties <= 2 * event.closing, "a roll of more parties than its events can name")
    refuse_unless((event.parties == 0) == (event.root == sha256()), "the root of an empty roll in another, or none in one")


def _check_reversal(event: Event) -> Kind:
    """What a reversal says of its original; gives the original's kind."""
    refuse_unless(event.original_kind in KINDS, f"a reversal of the unknown kind {event.original_kind}")
    rule = KINDS[event.original_kind]
    refuse_unless(rule.moves is not None, f"a reversal of {rule.name}")
    has_party = rule.layout in "QMO"
    refuse_unless((event.party is not None) == has_party, f"a party does not fit a reversal of {rule.name}")
    if rule.layout == "O":
        refuse_unless(event.original_original > 0, f"a reversal of {rule.name} that does not say what that took back")
        _check_takes_back(event.original_kind, event.original_original_kind)
    else:
        none = event.original_original == event.original_original_kind == 0
        refuse_unless(none, f"a reversal of {rule.name}, which has no original, says it has one")
    return rule


def _check_takes_back(code: int, original: int) -> None:
    fits = original in TAKES_BACK[code]
    name = KINDS[original].name if original in KINDS else f"the unknown kind {original}"
    refuse_unless(fits, f"{KINDS[code].name} cannot take back {name}")


# ---------------------------------------------------------------------------------------------------------------------
# Frames
# ---------------------------------------------------------------------------------------------------------------------

FRAME_HEAD = struct.Struct("<4sB3s16sQq16sII")


@dataclass(frozen=True)
class Frame:
    """A commit's frame whose checksum and lengths hold."""

    digest: bytes
    first_seq: int
    recorded_at: int
    key: bytes
    records: list[bytes]


def decode_frame(data: bytes) -> Frame:
    """Decodes a frame and cuts its records apart."""
    refuse_unless(len(data) <= LARGEST_FRAME, f"a frame of {len(data)} bytes")
    refuse_unless(len(data) >= FRAME_HEAD.size + 4, f"a frame of {len(data)} bytes")
    magic, version, zeros, digest, first_seq, recorded_at, key, count, length = FRAME_HEAD.unpack_from(data)
    refuse_unless(magic == b"EMKC", "a frame without its magic")
    refuse_unless(version == 1, f"a frame of version {version}")
    refuse_unless(zlib.crc32(data[:-4]) == int.from_bytes(data[-4:], "little"), "a frame with a wrong checksum")
    refuse_unless(zeros == bytes(3), "a frame whose zero bytes are not zero")
    refuse_unless(1 <= count <= LARGEST_COUNT, f"a frame with {count} events")
    refuse_unless(length == len(data) - FRAME_HEAD.size - 4, "a frame whose length of records is wrong")
    records = list(_cut(data[FRAME_HEAD.size : -4]))
    refuse_unless(len(records) == count, f"a frame with {len(records)} records for {count} events")
    return Frame(digest, first_seq, recorded_at, key, records)


def _cut(data: bytes) -> Iterator[bytes]:
    """The records that stand one after the other in `data`."""
    at = 0
    while at < len(data):
        refuse_unless(at + 2 <= len(data), "a record cut off in its length")
        size = int.from_bytes(data[at : at + 2], "little")
        largest = LARGEST_PROFILE_RECORD if data[at + 2 : at + 3] == bytes([PROFILE]) else LARGEST_RECORD
        refuse_unless(SMALLEST_RECORD <= size <= largest, f"a record of {size} bytes")
        refuse_unless(at + size <= len(data), "a record that goes beyond its frame")
        yield data[at : at + size]
        at += size


# ---------------------------------------------------------------------------------------------------------------------
# Hashes
# ---------------------------------------------------------------------------------------------------------------------


def sha256(*parts: bytes) -> bytes:
    """SHA-256 over the parts, joined."""
    return hashlib.sha256(b"".join(parts)).digest()


def book_digest(area: str, fund: str) -> bytes:
    """What stands for a book in frames and derivations."""
    return sha256(b"earmark/book/v1\0", area.encode("ascii"), fund.encode("ascii"))[:16]


class Nonces:
    """The nonces of one book."""

    def __init__(self, secret: bytes, digest: bytes) -> None:
        self._key = hmac.digest(secret, b"earmark/leaf/v1\0" + digest, "sha256")
        self._block = -1
        self._pair = b""

    def of(self, seq: int) -> bytes:
        """The nonce of an event."""
        block, half = divmod(seq, 2)
        if block != self._block:
            self._block, self._pair = block, sha256(self._key, block.to_bytes(8, "big"))
        return self._pair[16 * half : 16 * half + 16]


def leaf_hash(record: bytes) -> bytes:
    """RFC 6962: the hash of a leaf."""
    return sha256(b"\x00", record)


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962: the hash of a node."""
    return sha256(b"\x01", left, right)


class Frontier:
    """A tree that only grows: its complete subtrees, largest first."""

    def __init__(self) -> None:
        self.size = 0
        self.hashes: list[bytes] = []
        self.kept: dict[tuple[int, int], list[bytes]] = defaultdict(list)

    def push(self, leaf: bytes) -> None:
        """Adds a leaf; two subtrees of one size become one, as ones are carried in a binary sum."""
        carry, height = self.size, 0
        while carry & 1:
            leaf = node_hash(self.hashes.pop(), leaf)
            carry, height = carry >> 1, height + 1
            if height % 4 == 0:
                # A complete subtree of 16, 256, 4,096 ... leaves; sixteen of them are a row.
                self.kept[height // 4, carry // 16].append(leaf)
        self.hashes.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root of the tree as it stands."""
        if not self.hashes:
            return sha256()
        *larger, root = self.hashes
        for subtree in reversed(larger):
            root = node_hash(subtree, root)
        return root


def recursive_root(leaves: list[bytes]) -> bytes:
    """The root by RFC 6962's own definition: split at the largest power of two below the number of leaves."""
    if not leaves:
        return sha256()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(recursive_root(leaves[:split]), recursive_root(leaves[split:]))


# ---------------------------------------------------------------------------------------------------------------------
# Rolls
# ---------------------------------------------------------------------------------------------------------------------


class Named(NamedTuple):
    """What a roll needs of an event that names somebody."""

    seq: int
    day: int
    parties: list[bytes]
    entered: int
    left: int
    leaf: bytes


@dataclass
class RollLine:
    """What a roll says of one party."""

    events: int = 0
    last: int = 0
    entered: int = 0
    left: int = 0
    trail: bytes = bytes(32)

    def count(self, named: Named) -> None:
        """Takes in the next event of the party."""
        self.events += 1
        self.last = named.seq
        self.entered += named.entered
        self.left += named.left
        self.trail = sha256(b"earmark/roll-trail/v1\0", self.trail, named.seq.to_bytes(8, "big"), named.leaf)

    def sealed(self, party: bytes) -> bytes:
        """What the line shows of itself to others."""
        numbers = self.events.to_bytes(8, "big") + self.last.to_bytes(8, "big")
        sums = self.entered.to_bytes(16, "big") + self.left.to_bytes(16, "big")
        return sha256(b"earmark/roll-line/v1\0", party, numbers, sums, self.trail)


class Rolls:
    """The rolls of one book: its closings, and whom its events name. Without the ledger's secret, as a mirror is, it
    takes the salts of rolls as they are attested; they have no part in what a roll says."""

    def __init__(self, secret: Optional[bytes], digest: bytes) -> None:
        self._secret = secret
        self._digest = digest
        self._named: list[Named] = []
        self._closed: dict[tuple[int, int], int] = {}
        self._reopened: list[tuple[int, int]] = []
        self._attested: set[int] = set()

    def take(self, event: Event, seq: int, leaf: bytes) -> None:
        """Takes in an event that its book has taken."""
        period = (event.first or 0, event.last or 0)
        if event.kind == PERIOD_CLOSED:
            self._closed[period] = seq
            self._reopened = [other for other in self._reopened if other != period]
        elif event.kind == PERIOD_REOPENED:
            self._reopened += [held for held in self._closed if held[0] <= period[1] and period[0] <= held[1]]
        parties = event.parties_named()
        if parties:
            moves = event.movement()
            entered = event.amount if moves is not None and moves[0] == OUTSIDE else 0
            left = event.amount if moves is not None and moves[1] == OUTSIDE else 0
            self._named.append(Named(seq, event.effective_on, parties, entered, left, leaf))

    def check(self, event: Event, first_of_commit: int) -> None:
        """Whether what is attested is the roll of a closed period, and what the events give."""
        period = (event.first or 0, event.last or 0)
        months = whole_months(*period)
        aligned = months in (1, 3, 12) and (month_of(period[0]) - 1) % months == 0
        refuse_unless(aligned, "a roll of what is no month, quarter or year")
        refuse_unless(self._closed.get(period) == event.closing, "a roll that is not up to its period's last closing")
        refuse_unless(period not in self._reopened, "a roll of a period that was opened again")
        refuse_unless(event.closing < first_of_commit, f"event {event.closing} is of no earlier commit")
        refuse_unless(event.closing not in self._attested, f"the roll up to event {event.closing} is attested twice")
        self._attested.add(event.closing)
        salt = event.salt
        if self._secret is not None:
            derived = b"earmark/roll/v1\0" + self._digest + event.closing.to_bytes(8, "big")
            salt = hmac.digest(self._secret, derived, "sha256")[:16]
        refuse_unless(event.salt == salt, "the salt of its roll is not the one derived")
        lines: dict[bytes, RollLine] = defaultdict(RollLine)
        for named in self._named:
            if named.seq <= event.closing and period[0] <= named.day <= period[1]:
                for party in named.parties:
                    lines[party].count(named)
        refuse_unless(len(lines) == event.parties, f"its roll has {event.parties} parties, the events give {len(lines)}")
        leaves = sorted(
            (sha256(b"earmark/roll-key/v1\0", salt, party), line.sealed(party)) for party, line in lines.items()
        )
        root = recursive_root([leaf_hash(key + sealed) for key, sealed in leaves])
        refuse_unless(root == event.root, f"the root of its roll is {event.root.hex()}, the events give {root.hex()}")


# ---------------------------------------------------------------------------------------------------------------------
# A book, event by event
# ---------------------------------------------------------------------------------------------------------------------


@dataclass
class Standing:
    """What a book stands under beside its money: its rules, its closed time, its reserve."""

    rules_seq: int = 0
    closed_until: Optional[int] = None
    reopened: Optional[tuple[int, int]] = None
    reserve: int = 0
    stops: int = 0
    agreements: int = 0

    def check_day(self, day: int) -> None:
        """Refuses a day in closed time."""
        if self.closed_until is None or day > self.closed_until:
            return
        within = self.reopened is not None and self.reopened[0] <= day <= self.reopened[1]
        refuse_unless(within, f"it counts for {shown_day(day)}, which is closed")

    def apply(self, event: Event, seq: int, held: int) -> None:
        """Takes in an event of a book that holds so much."""
        if event.kind == PROFILE:
            self.rules_seq = seq
        elif event.kind == PERIOD_CLOSED:
            self._close(event.first or 0, event.last or 0)
        elif event.kind == PERIOD_REOPENED:
            self._reopen(event.first or 0, event.last or 0)
        elif event.kind == SET_ASIDE:
            self.reserve += event.amount
        elif event.kind == DRAWN:
            refuse_unless(event.amount <= self.reserve, "more is drawn from the reserve than is in it")
            self.reserve -= event.amount
        elif event.kind == STOPPED:
            self.stops += 1
        elif event.kind == AGREED:
            self.agreements += 1
        refuse_unless(self.reserve <= held, f"a reserve of {self.reserve} in a book that holds {held}")

    def _close(self, first: int, last: int) -> None:
        months = whole_months(first, last)
        if self.reopened is not None:
            refuse_unless(self.reopened == (first, last), "another period is closed than the one that is open again")
            self.reopened = None
            return
        if months == 1 and (self.closed_until is None or first == self.closed_until + 1):
            self.closed_until = last
            return
        aligned = months in (3, 12) and (month_of(first) - 1) % months == 0
        done = self.closed_until is not None and last <= self.closed_until
        refuse_unless(aligned and done, "a period is closed that is not the next")

    def _reopen(self, first: int, last: int) -> None:
        whole_months(first, last)
        refuse_unless(self.reopened is None, "a second period is opened again")
        closed = self.closed_until is not None and last <= self.closed_until
        refuse_unless(closed, "a period is opened again that is not closed")
        self.reopened = (first, last)

    def row(self) -> Optional[tuple[int, ...]]:
        """The row of the table of standings; none where nothing is to be said."""
        first, last = self.reopened or (NO_DAY, NO_DAY)
        closed = NO_DAY if self.closed_until is None else self.closed_until
        row = (self.rules_seq, closed, first, last, self.reserve, self.stops, self.agreements)
        return None if row == (0, NO_DAY, NO_DAY, NO_DAY, 0, 0, 0) else row


def day_of(days: int) -> date:
    """A day of the calendar."""
    return EPOCH + timedelta(days=days)


def month_of(days: int) -> int:
    """The month of a day, 1 to 12."""
    return day_of(days).month


def shown_day(days: int) -> str:
    """A day as people read it."""
    return day_of(days).isoformat()


def whole_months(first: int, last: int) -> int:
    """Of how many whole calendar months a period is made; refuses another."""
    begins, ends = day_of(first), day_of(last)
    last_of_month = last == LAST_DAY or (ends + timedelta(days=1)).day == 1
    refuse_unless(begins.day == 1 and last_of_month, "a period that is not made of whole months")
    return (ends.year - begins.year) * 12 + ends.month - begins.month + 1


@dataclass
class BookState:
    """Everything a book's events say, computed anew."""

    seq: int = 0
    recorded_at: int = BEFORE_ALL
    totals_up_to: Optional[int] = None
    balances: dict[int, int] = field(default_factory=lambda: dict.fromkeys(ACCOUNTS, 0))
    status: dict[int, int] = field(default_factory=lambda: dict.fromkeys(ACCOUNTS, 0))
    moved: dict[int, int] = field(default_factory=lambda: dict.fromkeys(ACCOUNTS, 0))
    interest_held: int = 0
    standing: Standing = field(default_factory=Standing)
    authorised: set[int] = field(default_factory=set)
    texts: dict[int, str] = field(default_factory=dict)
    taken_back: dict[int, int] = field(default_factory=dict)
    totals: dict[bytes, tuple[int, int]] = field(default_factory=dict)
    money: dict[int, Event] = field(default_factory=dict)
    parties: dict[int, list[bytes]] = field(default_factory=dict)
    kinds: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    _known_texts: set[str] = field(default_factory=set)

    def apply(self, event: Event, first_of_commit: int) -> None:
        """Takes in the next event; refuses one that cannot follow those before it."""
        seq = self.seq + 1
        self.standing.check_day(event.effective_on)
        for what, number in event.texts_named().items():
            refuse_unless(number in self.texts, f"the {what} is text {number}, which nobody has registered before")
        if event.kind == TEXT:
            refuse_unless(event.number == len(self.texts) + 1, f"text {event.number} follows text {len(self.texts)}")
            refuse_unless(event.number <= MOST_TEXTS, f"there are more than {MOST_TEXTS} texts")
            refuse_unless(event.text not in self._known_texts, f"text {event.number} is registered already")
            self.texts[event.number] = event.text
            self._known_texts.add(event.text)
        if event.kind in (OPENED, CLOSED):
            self._open_or_close(event)
        if KINDS[event.kind].layout in "OV":
            refuse_unless(event.original < first_of_commit, f"event {event.original} is of no earlier commit")
            self._take_back(event)
        if event.kind == LOAN_AUTHORISED:
            self.authorised.add(seq)
        if event.kind == BOUND:
            self._bind(event, first_of_commit)
        self.parties[seq] = event.parties_named()
        if event.under:
            refuse_unless(event.under in self.authorised, f"event {event.under} authorises no loan")
        if event.movement() is not None:
            self._move(event)
            self.money[seq] = event
            if self.totals_up_to is not None and seq <= self.totals_up_to:
                self._total(event)
        self.standing.apply(event, seq, sum(self.balances.values()))
        self.kinds[event.kind] += 1
        self.seq = seq
        self.recorded_at = event.recorded_at

    def _bind(self, event: Event, first_of_commit: int) -> None:
        if event.bound_to == 0:
            return
        refuse_unless(event.bound_to < first_of_commit, f"event {event.bound_to} is of no earlier commit")
        named = self.parties[event.bound_to]
        fits = event.party is None or not named or event.party in named
        refuse_unless(fits, f"event {event.bound_to} names another party")

    def _open_or_close(self, event: Event) -> None:
        account, name = event.account, ACCOUNT_NAMES[event.account]
        if event.kind == OPENED:
            refuse_unless(self.status[account] != 1, f"the {name} account is open already")
            self.status[account] = 1
        else:
            refuse_unless(self.status[account] == 1, f"the {name} account is not open")
            refuse_unless(self.balances[account] == 0, f"the {name} account is not empty")
            self.status[account] = 2

    def _move(self, event: Event) -> None:
        source, target = event.movement() or (OUTSIDE, OUTSIDE)
        for account in {source, target} - {OUTSIDE}:
            refuse_unless(self.status[account] == 1, f"money moves in the {ACCOUNT_NAMES[account]} account, not open")
            self._mark(event, account)
            self.balances[account] += event.amount if account == target else -event.amount
            balance = self.balances[account]
            refuse_unless(balance >= 0, f"the {ACCOUNT_NAMES[account]} account falls below zero")
            refuse_unless(balance <= LARGEST_AMOUNT, f"the {ACCOUNT_NAMES[account]} account holds too much")
        sign = -1 if event.kind == REVERSED else 1
        if event.movement_kind == INTEREST and event.account == EXPENDITURE:
            self.interest_held += sign * event.amount
        elif event.movement_kind == HANDED_OVER:
            self.interest_held -= sign * event.amount
        refuse_unless(self.interest_held >= 0, "more interest is handed over than was received")

    def _mark(self, event: Event, account: int) -> None:
        """Keeps what an account's opening balance stands at: see NO_MONEY and those after it."""
        before = self.moved[account]
        if event.kind == BROUGHT_FORWARD:
            refuse_unless(before in (NO_MONEY, OPENING_REVERSED), "an opening balance where none can be given")
            self.moved[account] = MONEY
        elif event.movement_kind == BROUGHT_FORWARD:
            self.moved[account] = OPENING_REVERSED
        elif before != OPENING_REVERSED:
            self.moved[account] = MONEY

    def _total(self, event: Event) -> None:
        key = totals_key(event)
        total, number = self.totals.get(key, (0, 0))
        self.totals[key] = (total + event.amount, number + 1)

    def _take_back(self, event: Event) -> None:
        """Holds a correction against its original and keeps count of what has been taken back."""
        original = self.money.get(event.original)
        if original is None:
            raise Refused(f"event {event.original}, to be taken back, is none that moves money before this one")
        refuse_unless(original.kind == event.original_kind, f"event {event.original} is of another kind than said")
        refuse_unless(original.purpose == event.purpose, f"event {event.original} has another purpose than said")
        refuse_unless(original.effective_on <= event.effective_on, f"it counts for a day before event {event.original}")
        if event.kind == REVERSED:
            for what in ("account", "amount"):
                same = getattr(original, what) == getattr(event, what)
                refuse_unless(same, f"event {event.original} has another {what} than said")
            chain = (original.original, original.original_kind)
            said = (event.original_original, event.original_original_kind)
            refuse_unless(chain == said, f"event {event.original} has another original than said")
            if event.original_original:
                self._count_back(event.original_original, -event.amount)
        elif event.kind in (RETURNED, RECOVERED, LATE_RETURNED, LATE_RECOVERED):
            late = year_of(event.effective_on) > year_of(original.effective_on)
            refuse_unless(late == (event.kind in (LATE_RETURNED, LATE_RECOVERED)), "its year is not one for its kind")
            if event.kind != LATE_RECOVERED:
                refuse_unless(original.account == event.account, f"event {event.original} left another account")
        if event.kind not in (RECOVERED, LATE_RECOVERED):
            refuse_unless(original.party == event.party, f"event {event.original} has another party than said")
        self._count_back(event.original, event.amount)

    def _count_back(self, seq: int, amount: int) -> None:
        back = self.taken_back.get(seq, 0) + amount
        there = self.money[seq].amount
        refuse_unless(0 <= back <= there, f"of event {seq}, over {there}, {back} would be taken back")
        if back:
            self.taken_back[seq] = back
        else:
            self.taken_back.pop(seq, None)

    def statuses(self) -> bytes:
        """The column `statuses`."""
        return bytes(value for account in ACCOUNTS for value in (self.status[account], self.moved[account]))


def signed_part(value: int, size: int) -> bytes:
    """A signed integer as a part of a key: most significant byte first, its sign bit flipped."""
    return (value + (1 << 8 * size - 1)).to_bytes(size, "big")


def year_of(day: int) -> int:
    """The calendar year of a day."""
    return day_of(day).year


def totals_key(event: Event) -> bytes:
    """The key of the cell of `totals` that an event counts in."""
    return (
        signed_part(event.effective_on, 4)
        + bytes([event.movement_kind, event.first_kind, event.kind == REVERSED, event.account])
        + event.purpose.to_bytes(2, "big")
    )


def fingerprint(name: str, version: int, position: int, cells: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The fingerprint of a projection's cells in one book."""
    running = hashlib.sha256()
    parts = [name.encode(), version.to_bytes(4, "big"), position.to_bytes(8, "big")]
    for key, value in sorted(cells):
        parts += (key, value)
    for part in parts:
        running.update(len(part).to_bytes(8, "big") + part)
    return running.digest()


# ---------------------------------------------------------------------------------------------------------------------
# The file
# ---------------------------------------------------------------------------------------------------------------------

TABLES = {
    "ledger": "one id secret utc_offset seal",
    "books": "book area fund vocabulary seq recorded_at texts interest_held treasury revenue special expenditure "
    "investment statuses frontier",
    "standings": "book rules_seq closed_until reopened_first reopened_last reserve stops agreements",
    "commits": "position book first_seq count recorded_at key root frame",
    "subtrees": "place hashes",
    "texts": "book number text",
    "corrections": "book seq amount",
    "projections": "projection name version",
    "projected": "projection book seq",
    "cells": "projection book key value",
}
TEXT_COLUMNS = {"fund", "vocabulary", "text", "name"}
BLOB_COLUMNS = {"id", "secret", "seal", "statuses", "frontier", "root", "frame", "hashes", "value", "key"}
LATER_TABLES = {"standings": 2, "subtrees": 3}  # the format from which on there is such a table


def declared_type(column: str) -> str:
    """The type a column is declared with."""
    return "TEXT" if column in TEXT_COLUMNS else "BLOB" if column in BLOB_COLUMNS else "INTEGER"


def refuse_other_types(columns: Iterable[str], row: Iterable[Any]) -> None:
    """Refuses a row, as damage can leave one, that has a value of another type than its column."""
    types = {"TEXT": str, "BLOB": bytes, "INTEGER": int}
    for column, value in zip(columns, row):
        fits = isinstance(value, types[declared_type(column)])
        refuse_unless(fits, f"the column {column} has {shown(value)}, which is no {declared_type(column)}")


@dataclass
class BookReport:
    """What was found in one book."""

    book: int
    area: str
    fund: str
    events: int = 0
    commits: int = 0
    recorded_at: int = BEFORE_ALL
    root: str = ""
    balances: dict[str, int] = field(default_factory=dict)
    interest_held: int = 0
    standing: dict[str, Any] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    totals_up_to: int = 0
    totals_fingerprint: str = ""
    commit_roots: list[tuple[int, str]] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)


@dataclass
class Report:
    """What was found in a ledger."""

    id: str = ""
    format: int = 0
    utc_offset: int = 0
    judged_by_profiles: bool = False
    books: list[BookReport] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether there is no finding at all."""
        return not self.findings and not any(book.findings for book in self.books)


def open_read_only(path: str) -> sqlite3.Connection:
    """Opens the database so that nothing is written, not even files beside it where that can be helped."""
    if not os.path.isfile(path):
        raise Unreadable("there is no such file")
    # Without a write-ahead log the file is complete in itself and nothing need be made beside it.
    mode = "mode=ro" if os.path.exists(path + "-wal") else "mode=ro&immutable=1"
    address = "file:" + urllib.parse.quote(os.path.abspath(path)) + "?" + mode
    database = sqlite3.connect(address, uri=True, isolation_level=None)
    database.text_factory = lambda raw: raw.decode("utf-8", "replace")
    return database


class Auditor:
    """Reads one ledger."""

    def __init__(self, database: sqlite3.Connection, recursive_up_to: int) -> None:
        self._database = database
        self._recursive_up_to = recursive_up_to
        self._secret = b""
        self._utc_offset = 0
        self.report = Report()

    def run(self) -> Report:
        """Reads everything in one read transaction."""
        try:
            self._check_header()
            self._database.execute("BEGIN")
        except sqlite3.DatabaseError as error:
            raise Unreadable(str(error)) from error
        try:
            self._check_file()
            self._check_ledger()
            for row in self._rows("SELECT book, area, fund, vocabulary FROM books ORDER BY book"):
                self._check_book(*row)
            self._check_strays()
        except Refused as refused:
            self._found(str(refused))
        except sqlite3.DatabaseError as error:
            self._found(f"the database cannot be read on: {error}")
        return self.report

    def _rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        return self._database.execute(query, values).fetchall()

    def _found(self, finding: str) -> None:
        self.report.findings.append(finding)

    def _check_header(self) -> None:
        ((application,),) = self._rows("PRAGMA application_id")
        if application != APPLICATION_ID:
            raise Unreadable(f"the application id is {application:#x}, not {APPLICATION_ID:#x}")
        ((version,),) = self._rows("PRAGMA user_version")
        if version not in FORMATS:
            raise Unreadable(f"a ledger of format {version}; this reader knows {FORMATS[0]} to {FORMATS[-1]}")
        self.report.format = version

    @property
    def _tables(self) -> dict[str, str]:
        """The tables of the file's format."""
        return {name: columns for name, columns in TABLES.items() if LATER_TABLES.get(name, 1) <= self.report.format}

    def _check_file(self) -> None:
        for (message,) in self._rows("PRAGMA integrity_check"):
            if message != "ok":
                self._found(f"the database: {message}")
        strict = {row[1]: row[5] for row in self._rows("PRAGMA table_list") if row[0] == "main" and row[2] == "table"}
        for kind, name in self._rows("SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite~_%' ESCAPE '~'"):
            if kind in ("view", "trigger") or kind == "table" and name not in self._tables:
                self._found(f"there is a {kind} {name}, which no ledger has")
        for table, columns in self._tables.items():
            if table not in strict:
                self._found(f"there is no table {table}")
                continue
            if not strict[table]:
                self._found(f"the table {table} is not strict")
            there = {row[1]: row[2] for row in self._rows(f"PRAGMA table_info({table})")}
            for column in columns.split():
                if there.get(column) != declared_type(column):
                    self._found(f"the table {table} has no column {column} of the type {declared_type(column)}")

    def _check_ledger(self) -> None:
        columns = TABLES["ledger"].split()
        rows = self._rows(f"SELECT {', '.join(columns)} FROM ledger")
        if len(rows) != 1:
            raise Refused(f"the table ledger has {len(rows)} rows")
        refuse_other_types(columns, rows[0])
        one, identity, secret, utc_offset, seal = rows[0]
        self._secret, self._utc_offset = secret, utc_offset
        self.report.id = identity.hex()
        self.report.utc_offset = utc_offset
        shaped = one == 1 and len(identity) == 16 and len(secret) == 32
        refuse_unless(shaped, "the row of the table ledger is malformed")
        refuse_unless(-(1 << 15) <= utc_offset < 1 << 15, f"{utc_offset} minutes east of UTC")
        sealed = sha256(b"earmark/ledger/v1\0", identity, secret, utc_offset.to_bytes(2, "big", signed=True))
        refuse_unless(seal == sealed, f"the seal of the ledger is {shown(seal)}, its row says {shown(sealed)}")

    def _check_book(self, number: Any, area: Any, code: Any, vocabulary: Any) -> None:
        report = BookReport(number, shown(area), shown(code))
        self.report.books.append(report)
        try:
            refuse_other_types(("book", "area", "fund", "vocabulary"), (number, area, code, vocabulary))
            report.area, report.fund = f"{area:06d}", code
            refuse_unless(1 <= number <= MOST_BOOKS, f"a book of the number {number}")
            refuse_unless(0 <= area <= 999_999, f"the area {area} has not six digits")
            refuse_unless(code.isascii(), f"the fund {code!r} is not in ASCII")
            replay = Replay(read_vocabulary(code, vocabulary), self._secret, self._utc_offset, report)
            replay.recursive_up_to = self._recursive_up_to
            replay.file_format = self.report.format
            projection, replay.state.totals_up_to = self._totals_kept(number)
            self._replay(number, replay)
            if replay.broken:
                raise Refused(f"nothing after event {replay.state.seq} was taken in, nor the tables compared")
            self._compare_head(number, replay)
            self._compare_standing(number, replay)
            self._compare_subtrees(number, replay)
            self._compare_texts(number, replay)
            self._compare_corrections(number, replay)
            self._compare_totals(number, projection, replay)
        except Refused as refused:
            report.findings.append(str(refused))
        except sqlite3.DatabaseError as error:
            report.findings.append(f"the database cannot be read on: {error}")

    def _replay(self, number: int, replay: Replay) -> None:
        columns = ", ".join(TABLES["commits"].split())
        query = f"SELECT {columns} FROM commits WHERE book = ? ORDER BY position"
        try:
            for commit in self._database.execute(query, (number,)):
                replay.commit(Commit(*commit))
        finally:
            replay.into_report()

    def _totals_kept(self, number: int) -> tuple[int, int]:
        """The number of the projection `totals` and the event up to which it is kept for a book."""
        query = (
            "SELECT projection, seq FROM projections JOIN projected USING (projection) "
            "WHERE name = 'totals' AND version = 1 AND book = ?"
        )
        rows = self._rows(query, number)
        return rows[0] if rows else (-1, 0)

    def _compare_head(self, number: int, replay: Replay) -> None:
        state, findings = replay.state, replay.report.findings
        names = TABLES["books"].split()[4:]
        (row,) = self._rows(f"SELECT {', '.join(names)} FROM books WHERE book = ?", number)
        expected: dict[str, Any] = {
            "seq": state.seq,
            "recorded_at": state.recorded_at,
            "texts": len(state.texts),
            "interest_held": state.interest_held,
            "statuses": state.statuses(),
            "frontier": b"".join(replay.tree.hashes),
        }
        expected |= {ACCOUNT_NAMES[account]: state.balances[account] for account in ACCOUNTS}
        for name, there in zip(names, row):
            if there != expected[name]:
                findings.append(f"the head's {name} is {shown(there)}, the events say {shown(expected[name])}")

    def _compare_standing(self, number: int, replay: Replay) -> None:
        if self.report.format < 2:
            return
        columns = TABLES["standings"].split()[1:]
        rows = self._rows(f"SELECT {', '.join(columns)} FROM standings WHERE book = ?", number)
        there = dict(zip(columns, rows[0])) if rows else {}
        expected = dict(zip(columns, replay.state.standing.row() or ()))
        self._compare("the standing's", there, expected, replay.report.findings)
        # Its cells are derived and not computed again here; that they are kept is.
        query = (
            "SELECT seq FROM projections JOIN projected USING (projection) "
            "WHERE name = 'registers' AND version = 1 AND book = ?"
        )
        kept = self._rows(query, number)
        up_to = kept[0][0] if kept else 0
        if up_to != replay.state.seq:
            replay.report.findings.append(f"registers are kept up to event {up_to}, not {replay.state.seq}")

    def _compare_subtrees(self, number: int, replay: Replay) -> None:
        if self.report.format < 3:
            return
        query = "SELECT place, hashes FROM subtrees WHERE place >> 40 = ?"
        there = dict(self._rows(query, number))
        expected = {
            number << 40 | level << 36 | group: b"".join(hashes) for (level, group), hashes in replay.tree.kept.items()
        }
        self._compare("the hashes of the tree at place", there, expected, replay.report.findings)

    def _compare_texts(self, number: int, replay: Replay) -> None:
        # As bytes, so that damage to a text is seen as such and does not stop the reader.
        there = dict(self._rows("SELECT number, CAST(text AS BLOB) FROM texts WHERE book = ?", number))
        expected = {number: text.encode() for number, text in replay.state.texts.items()}
        self._compare("text", there, expected, replay.report.findings)

    def _compare_corrections(self, number: int, replay: Replay) -> None:
        there = dict(self._rows("SELECT seq, amount FROM corrections WHERE book = ?", number))
        self._compare("what is taken back of event", there, replay.state.taken_back, replay.report.findings)

    def _compare_totals(self, number: int, projection: int, replay: Replay) -> None:
        state, findings = replay.state, replay.report.findings
        up_to = state.totals_up_to or 0
        if up_to != state.seq:
            findings.append(f"totals are kept up to event {up_to}, not {state.seq}")
        expected = {key: total.to_bytes(16, "big") + n.to_bytes(8, "big") for key, (total, n) in state.totals.items()}
        cells = self._rows("SELECT key, value FROM cells WHERE projection = ? AND book = ?", projection, number)
        self._compare("the cell of totals", dict(cells), expected, findings)
        replay.report.totals_up_to = up_to
        replay.report.totals_fingerprint = fingerprint("totals", 1, up_to, expected.items()).hex()

    @staticmethod
    def _compare(what: str, there: dict[Any, Any], expected: dict[Any, Any], findings: list[str]) -> None:
        """Compares a table's rows with what the events say."""
        for key in sorted(there.keys() | expected.keys(), key=lambda key: (str(type(key)), key)):
            if there.get(key) != expected.get(key):
                stored, computed = shown(there.get(key)), shown(expected.get(key))
                findings.append(f"{what} {shown(key)}: the table has {stored}, the events say {computed}")

    def _check_strays(self) -> None:
        """Rows of books that do not exist."""
        for table in ("commits", "standings", "subtrees", "texts", "corrections", "projected", "cells"):
            if table not in self._tables:
                continue
            book = "place >> 40" if table == "subtrees" else "book"
            query = f"SELECT count(*) FROM {table} WHERE {book} NOT IN (SELECT book FROM books)"
            ((strays,),) = self._rows(query)
            if strays:
                self._found(f"{strays} rows of the table {table} belong to no book")


class Commit(NamedTuple):
    """A row of the table of commits."""

    position: int
    book: int
    first_seq: int
    count: int
    recorded_at: int
    key: bytes
    root: bytes
    frame: bytes


class Replay:
    """Goes through a book's commits in order."""

    def __init__(self, fund: Fund, secret: bytes, utc_offset: int, report: BookReport) -> None:
        self.fund = fund
        self.area = int(report.area)
        self.report = report
        self.recursive_up_to = 0
        self.file_format = FORMATS[-1]
        self.state = BookState()
        self.tree = Frontier()
        self.broken = False
        self._digest = book_digest(report.area, report.fund)
        self._nonces = Nonces(secret, self._digest)
        self._rolls = Rolls(secret, self._digest)
        self._utc_offset = utc_offset
        self._keys: set[bytes] = set()
        self._leaves: list[bytes] = []

    def commit(self, commit: Commit) -> None:
        """Checks one commit; after a refusal only the frames of later ones."""
        self.report.commits += 1
        where = f"commit at event {commit.first_seq}"
        try:
            refuse_other_types(Commit._fields, commit)
            frame = self._check_frame(commit)
            if self.broken:
                return
            refuse_unless(commit.first_seq == self.state.seq + 1, f"it does not follow event {self.state.seq}")
            refuse_unless(self.state.seq + commit.count <= MOST_EVENTS, "it has more events than a book may have")
            refuse_unless(self.state.recorded_at <= frame.recorded_at, "it is recorded before the one before it")
            for record in frame.records:
                where = f"event {self.state.seq + 1}"
                self._record(record, frame)
            where = f"commit at event {commit.first_seq}"
            self._check_root(commit)
        except Refused as refused:
            self.report.findings.append(f"{where}: {refused}")
            self.broken = True

    def into_report(self) -> None:
        """Puts into the report how far this went."""
        state, report = self.state, self.report
        report.events = state.seq
        report.recorded_at = state.recorded_at
        report.root = self.tree.root().hex()
        report.balances = {ACCOUNT_NAMES[account]: amount for account, amount in state.balances.items()}
        report.interest_held = state.interest_held
        report.standing = vars(state.standing)
        report.kinds = {KINDS[kind].name: count for kind, count in sorted(state.kinds.items())}

    def _check_frame(self, commit: Commit) -> Frame:
        frame = decode_frame(commit.frame)
        refuse_unless(frame.digest == self._digest, "its frame is of another book")
        refuse_unless(commit.position == commit.book << 40 | commit.first_seq, "its position is not that of its events")
        columns = (commit.first_seq, commit.count, commit.recorded_at, commit.key)
        within = (frame.first_seq, len(frame.records), frame.recorded_at, frame.key)
        for name, outer, inner in zip(("first_seq", "count", "recorded_at", "key"), columns, within):
            refuse_unless(outer == inner, f"its {name} is {shown(outer)} in the table and {shown(inner)} in the frame")
        refuse_unless(frame.key not in self._keys, "its key was used before in this book")
        self._keys.add(frame.key)
        return frame

    def _record(self, record: bytes, frame: Frame) -> None:
        event = decode_record(record, self.fund, self.file_format)
        own_level = event.kind in BETWEEN_LEVELS and event.area == self.area
        refuse_unless(not own_level, f"{KINDS[event.kind].name} names the book's own area")
        refuse_unless(event.recorded_at == frame.recorded_at, "it is recorded at another time than its commit")
        today = (event.recorded_at + self._utc_offset * 60_000_000) // MICROSECONDS_A_DAY
        refuse_unless(event.effective_on <= today, "it counts for a day after the one on which it is recorded")
        refuse_unless(event.nonce == self._nonces.of(self.state.seq + 1), "its nonce is not the one derived")
        if event.kind == ATTESTED:
            self._rolls.check(event, frame.first_seq)
        self.state.apply(event, frame.first_seq)
        leaf = leaf_hash(record)
        self._rolls.take(event, self.state.seq, leaf)
        self.tree.push(leaf)
        if self.tree.size <= self.recursive_up_to:
            self._leaves.append(leaf)

    def _check_root(self, commit: Commit) -> None:
        root = self.tree.root()
        refuse_unless(root == commit.root, f"its root is {commit.root.hex()}, the events say {root.hex()}")
        if self.tree.size <= self.recursive_up_to:
            refuse_unless(recursive_root(self._leaves) == root, "the two ways to the root disagree in this reader")
        self.report.commit_roots.append((self.state.seq, root.hex()))


# ---------------------------------------------------------------------------------------------------------------------
# For people and programs
# ---------------------------------------------------------------------------------------------------------------------


def shown(value: Any) -> str:
    """A stored value as people read it."""
    if value is None:
        return "nothing"
    return value.hex() if isinstance(value, bytes) else repr(value)


def moment(microseconds: int, utc_offset: int) -> str:
    """A moment in the ledger's own time."""
    try:
        zone = timezone(timedelta(minutes=utc_offset))
        start = datetime(1970, 1, 1, tzinfo=timezone.utc)
        return (start + timedelta(microseconds=microseconds)).astimezone(zone).isoformat(sep=" ")
    except (OverflowError, ValueError):
        return f"{microseconds} microseconds"


def print_report(report: Report) -> None:
    """The report for people."""
    print(f"ledger {report.id}")
    for finding in report.findings:
        print(f"  FOUND {finding}")
    for book in report.books:
        print(f"book {book.book}: {book.area}/{book.fund}")
        last = f", the last {moment(book.recorded_at, report.utc_offset)}" if book.events else ""
        print(f"  {book.events} events in {book.commits} commits{last}")
        print(f"  root {book.root}")
        for account, amount in book.balances.items():
            print(f"  {account:<12}{amount // 100:>24,}.{amount % 100:02d}")
        print_standing(book)
        for finding in book.findings:
            print(f"  FOUND {finding}")
        if not book.findings:
            print("  sound")
    print("the ledger is sound" if report.sound else "the ledger is NOT sound")
    if any(book.standing.get("rules_seq") for book in report.books):
        print("(whether its books kept to their rule profiles was not judged)")


def print_standing(book: BookReport) -> None:
    """The parts of a book's standing that there are."""
    standing = book.standing
    if standing.get("rules_seq"):
        print(f"  follows the profile of event {standing['rules_seq']}")
    if standing.get("closed_until") is not None:
        print(f"  closed until {shown_day(standing['closed_until'])}")
    if standing.get("reopened"):
        first, last = standing["reopened"]
        print(f"  open again from {shown_day(first)} to {shown_day(last)}")
    if standing.get("reserve"):
        print(f"  reserve     {standing['reserve'] // 100:>24,}.{standing['reserve'] % 100:02d}")


def as_json(report: Report) -> str:
    """The report for programs."""
    books = [vars(book) for book in report.books]
    return json.dumps({**vars(report), "books": books, "sound": report.sound}, indent=2, ensure_ascii=False)


def main(arguments: Optional[list[str]] = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Reads a ledger file and says whether it is sound.")
    parser.add_argument("ledger", help="the ledger's file")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument(
        "--recursive-up-to",
        type=int,
        default=512,
        metavar="EVENTS",
        help="compute roots a second time, recursively, in trees of up to so many events (512)",
    )
    options = parser.parse_args(arguments)
    try:
        report = Auditor(open_read_only(options.ledger), options.recursive_up_to).run()
    except (Unreadable, sqlite3.Error, OSError) as error:
        if options.json:
            print(json.dumps({"sound": False, "unreadable": str(error)}))
        else:
            print(f"not a ledger this reader can read: {error}", file=sys.stderr)
        return 2
    if options.json:
        print(as_json(report))
    else:
        print_report(report)
    return 0 if report.sound else 1


if __name__ == "__main__":
    sys.exit(main())
