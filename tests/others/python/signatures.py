"""Checks SM2 and ML-DSA-44 signatures of earmark-tlog with gmssl and dilithium-py, and writes some of its own.

    signatures.py OURS THEIRS

Notes, keys and the messages that are signed are put together here again, from the pages of C2SP signed-note and
tlog-cosignature alone.
"""

import base64
import hashlib
import sys
from importlib.metadata import version

from dilithium_py.ml_dsa import ML_DSA_44
from gmssl import sm2

from cases import Tally, data, lines

ML_DSA = b"\x06"
# Type 0xff is for algorithms without a number; this one is earmark's.
SM2 = b"\xffearmark/sm2-with-sm3/v1"


def key_of(vkey):
    """The mark, the public key, and what a signature line of the key begins with."""
    name, id, encoded = vkey.split("+", 2)
    whole = base64.b64decode(encoded, validate=True)
    mark = next((mark for mark in (ML_DSA, SM2) if whole.startswith(mark)), None)
    expected = hashlib.sha256(name.encode() + b"\n" + whole).digest()[:4]
    assert id == expected.hex(), "the key id does not follow from name and key"
    return name, expected, mark, whole[len(mark):] if mark else b""


def signature_of(note, name, id):
    """The text of a note, and the one signature of a key; none where there is not one."""
    head, between, tail = note.rpartition(b"\n\n")
    if not between or not tail.endswith(b"\n"):
        return None, None
    found = []
    for line in tail[:-1].decode().split("\n"):
        dash, by, encoded = line.split(" ")
        try:
            signature = base64.b64decode(encoded, validate=True)
        except ValueError:
            return None, None
        if dash == "\u2014" and by == name and signature[:4] == id:
            found.append(signature[4:])
    return head + b"\n", found[0] if len(found) == 1 else None


def short(data):
    """A vector of at most 255 bytes, as TLS writes it."""
    return bytes([len(data)]) + data


def cosigned_message(name, time, text):
    origin, size, root = text.decode().split("\n")[:3]
    head = b"subtree/v1\n\0" + short(name.encode()) + time + short(origin.encode())
    return head + (0).to_bytes(8, "big") + int(size).to_bytes(8, "big") + base64.b64decode(root)


def sm2_key(public, private=""):
    key = sm2.CryptSM2(private_key=private, public_key="")
    # Set here: the constructor takes more than the mark off a key that begins with the digits 0 and 4.
    key.public_key = public.hex()
    return key


def holds(mark, name, id, public, note):
    text, signature = signature_of(note, name, id)
    if signature is None:
        return False
    if mark == SM2:
        right = len(signature) == 64 and public[:1] == b"\x04"
        return bool(right and sm2_key(public[1:]).verify_with_sm3(signature.hex(), text))
    if len(signature) != 8 + 2420:
        return False
    message = cosigned_message(name, signature[:8], text)
    return ML_DSA_44.verify(public, message, signature[8:])


def check(path):
    by = f"gmssl {version('gmssl')} and dilithium-py {version('dilithium-py')}"
    tally = Tally(path, by)
    for number, words in lines(path):
        if words[0] not in ("note", "cosigned"):
            continue
        name, id, mark, public = key_of(words[2])
        if mark is not None:
            kind = "SM2 note" if mark == SM2 else "ML-DSA-44 cosignature"
            tally.case(number, kind, words[1] == "ok", holds(mark, name, id, public, data(words[3])))
    for kind in ("SM2 note ok", "ML-DSA-44 cosignature ok"):
        if not tally.counts[kind]:
            print(f"{path}: no case of {kind}")
            tally.wrong += 1
    tally.end()


def line(name, id, signature):
    return f"\u2014 {name} {base64.b64encode(id + signature).decode()}\n".encode()


def vkey(name, mark, public):
    id = hashlib.sha256(name.encode() + b"\n" + mark + public).digest()[:4]
    return id, f"{name}+{id.hex()}+{base64.b64encode(mark + public).decode()}"


def write(path):
    with open(path, "w", encoding="ascii") as out:
        for round in range(1, 5):
            origin = "funds.example/320100"
            root = base64.b64encode(hashlib.sha256(str(round).encode()).digest()).decode()
            text = f"{origin}\n{round}\n{root}\n".encode()

            private = hashlib.sha256(f"sm2 {round}".encode()).hexdigest()
            maker = sm2_key(b"", private)
            public = b"\x04" + bytes.fromhex(maker._kg(int(private, 16), maker.ecc_table["g"]))
            id, key = vkey(origin, SM2, public)
            signature = sm2_key(public[1:], private).sign_with_sm3(text)
            by_sm2 = line(origin, id, bytes.fromhex(signature))

            name = "audit.example/python"
            public, private = ML_DSA_44.keygen()
            time = (1_700_000_000 + round).to_bytes(8, "big")
            message = cosigned_message(name, time, text)
            other_id, other_key = vkey(name, ML_DSA, public)
            by_ml_dsa = line(name, other_id, time + ML_DSA_44.sign(private, message))

            for kind, key, own in (("note", key, by_sm2), ("cosigned", other_key, by_ml_dsa)):
                print(kind, "ok", key, (text + b"\n" + by_sm2 + by_ml_dsa).hex(), file=out)
                print(kind, "ok", key, (text + b"\n" + own).hex(), file=out)
                for place in (len(own) // 2, len(own) - 20):
                    digit = b"B" if own[place:place + 1] == b"A" else b"A"
                    forged = own[:place] + digit + own[place + 1:]
                    print(kind, "bad", key, (text + b"\n" + forged).hex(), file=out)
                other = text.replace(b"320100", b"320200")
                print(kind, "bad", key, (other + b"\n" + own).hex(), file=out)


if __name__ == "__main__":
    check(sys.argv[1])
    write(sys.argv[2])
