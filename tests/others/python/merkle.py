"""Checks roots and proofs of earmark-tlog with pymerkle, and writes proofs of its own.

    merkle.py OURS THEIRS

pymerkle counts leaves from one, begins a path with the leaf itself, and brings along on which side each hash
stands. Its consistency proofs go down to a single leaf after the end of the earlier tree, where RFC 6962 stops
at the largest part that is of one tree alone: theirs can always be folded into that form, ours can be told in
theirs where the earlier tree has an odd number of leaves.
"""

import sys
from importlib.metadata import version

from pymerkle import ConsistencyProof, InclusionProof, InmemoryTree, InvalidProof
from pymerkle import verify_consistency, verify_inclusion
# What pymerkle expects of a proof for an index and sizes.
from pymerkle.core import _consistency_path_layout, _inclusion_path_layout
from pymerkle.hasher import MerkleHasher

from cases import Tally, hashes, joined, lines

HASHER = MerkleHasher("sha256")


def log(count):
    tree = InmemoryTree(algorithm="sha256")
    for number in range(count):
        tree.append_entry(str(number).encode())
    return tree


def proved(verify, *arguments, **claims):
    try:
        verify(*arguments, **claims, algorithm="sha256")
        return True
    except InvalidProof:
        return False


def inclusion(index, size, leaf, root, path):
    if not 0 <= index < size:
        return False
    rule, _ = _inclusion_path_layout(index + 1, size)
    proof = InclusionProof("sha256", True, size, index + 1, rule, [leaf] + path)
    return proved(verify_inclusion, leaf, root, proof, index=index + 1, size=size)


def consistency(old, new, before, after, path):
    """Ours in the form of pymerkle: the leaf after the end of the earlier tree first, its last part next."""
    rule, subset, _ = _consistency_path_layout(old, new)
    if old == new:
        # The parts of the earlier tree have to be given too; without one, its root is the one part.
        if old & (old - 1):
            return None
        path = [before] + path
    elif old == 1:
        path = path[:1] + [before] + path[1:]
    elif len(path) >= 2:
        path = [path[1], path[0]] + path[2:]
    proof = ConsistencyProof("sha256", True, new, old, rule, subset, path)
    return proved(verify_consistency, before, after, proof, prior_size=old, later_size=new)


def folded(proof):
    """A consistency proof of pymerkle in the form of RFC 6962."""
    if proof.prior_size == proof.size:
        return []
    first = proof.subset.index(1)
    part, beside = proof.path[first], proof.path[0]
    for one in proof.path[1:first]:
        beside = HASHER.hash_pair(beside, one)
    rest = proof.path[first + 1:]
    # Where the part is the whole earlier tree, its root is known.
    return ([part] if 1 in proof.subset[first + 1:] else []) + [beside] + rest


def check(path):
    tally = Tally(path, f"pymerkle {version('pymerkle')}")
    tree = log(130)
    for number, words in lines(path):
        if words[0] == "root":
            holds = tree.get_root(int(words[1])) == bytes.fromhex(words[2])
            tally.case(number, "root", True, holds)
        elif words[0] == "inclusion":
            index, size = int(words[2]), int(words[3])
            leaf, root = bytes.fromhex(words[4]), bytes.fromhex(words[5])
            holds = inclusion(index, size, leaf, root, hashes(words[6]))
            tally.case(number, "inclusion", words[1] == "ok", holds)
        elif words[0] == "consistency":
            old, new = int(words[2]), int(words[3])
            before, after = bytes.fromhex(words[4]), bytes.fromhex(words[5])
            if words[1] == "ok":
                same = folded(tree.prove_consistency(old, new)) == hashes(words[6])
                tally.case(number, "same consistency proof", True, same)
            if old % 2 == 1 or old == new:
                holds = consistency(old, new, before, after, hashes(words[6]))
                if holds is not None:
                    tally.case(number, "consistency", words[1] == "ok", holds)
    tally.end()


def changed(path, place):
    other = list(path)
    other[place] = bytes([other[place][0] ^ 1]) + other[place][1:]
    return other


def write(path):
    sizes = [1, 2, 3, 5, 6, 8, 10, 31, 32, 33, 99, 128, 130]
    tree = log(130)
    with open(path, "w", encoding="ascii") as out:
        for size in range(1, 131):
            print("root", size, tree.get_root(size).hex(), file=out)
        for size in sizes:
            root = tree.get_root(size)
            for index in range(size):
                proof = tree.prove_inclusion(index + 1, size)
                leaf, beside = proof.path[0], proof.path[1:]
                head = f"{index} {size} {leaf.hex()} {root.hex()}"
                print("inclusion ok", head, joined(beside), file=out)
                for place in range(len(beside)):
                    print("inclusion bad", head, joined(changed(beside, place)), file=out)
            for old in range(1, size + 1):
                proof = folded(tree.prove_consistency(old, size))
                head = f"{old} {size} {tree.get_root(old).hex()} {root.hex()}"
                print("consistency ok", head, joined(proof), file=out)
                for place in range(len(proof)):
                    print("consistency bad", head, joined(changed(proof, place)), file=out)


if __name__ == "__main__":
    check(sys.argv[1])
    write(sys.argv[2])
