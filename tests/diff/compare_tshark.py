#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Compares our events, field by field, with what tshark says of the same captures.

usage: compare_tshark.py [--all [--big] | --sample N | --seconds S] [--only TEXT] [--protocol NAME] [--keep FOLDER] PROGRAM

flow, dns, http, tls, ssh, dhcp and quic: protocols.py says which field is compared with which. Certificates are
taken out by tshark and read by openssl. A difference that is ours by choice stands in accepted.txt with its reason.
By default captures are taken in a fixed shuffled order until --seconds are over (75). Without tshark or without a
corpus the test says so and is skipped (exit 77).
"""
import argparse
import collections
import fnmatch
import gzip
import hashlib
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import corpus  # noqa: E402
import protocols  # noqa: E402

SEPARATOR, AGGREGATOR = "\x1e", "\x1f"
# Reassembly as we do it: out of order segments are put in order. Whatever the checksums, as we do by default.
PREFERENCES = ["tcp.reassemble_out_of_order:TRUE", "tcp.check_checksum:FALSE", "ip.check_checksum:FALSE",
               "udp.check_checksum:FALSE"]
BOUNDED_CAPTURES = 160
BIG_BYTES = 4 << 20
SHOWN_MAX = 12


def tshark_says(capture, keep):
    """What tshark prints of a capture: one line per packet. With --keep it is asked once."""
    command = ["tshark", "-n", "-r", str(capture), "-T", "fields", "-E", f"separator={SEPARATOR}", "-E", "occurrence=a",
               "-E", f"aggregator={AGGREGATOR}"]
    for preference in PREFERENCES:
        command += ["-o", preference]
    for field in protocols.FIELDS:
        command += ["-e", field]
    kept = None
    if keep is not None:
        kept = pathlib.Path(keep) / (hashlib.sha256("\0".join(command).encode()).hexdigest() + ".gz")
        if kept.exists():
            return gzip.decompress(kept.read_bytes())
    said = subprocess.run(command, capture_output=True, timeout=600).stdout
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(gzip.compress(said, 3))
    return said


def tshark_rows(capture, keep):
    """One dict per packet: field -> list of values, only the fields that are present."""
    for line in tshark_says(capture, keep).decode(errors="replace").split("\n"):
        if line:
            yield {f: v.split(AGGREGATOR) for f, v in zip(protocols.FIELDS, line.split(SEPARATOR)) if v != ""}


def read_accepted():
    rules = []
    for line in pathlib.Path(__file__).with_name("accepted.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            protocol, capture, difference, reason = (part.strip() for part in line.split("|", 3))
            assert reason, f"no reason: {line}"
            rules.append((protocol, capture, difference))
    return rules


class Totals:
    def __init__(self):
        self.compared, self.accepted, self.failed = (collections.Counter() for _ in range(3))


def compare(chosen, capture, rules, totals, folder):
    """The differences of one capture that nobody accepted."""
    name = corpus.name_of(capture)
    rows = list(tshark_rows(capture, chosen.keep))
    if not rows:
        return []
    ours, wrong = corpus.events(chosen.program, capture, folder)
    if wrong is not None:
        totals.failed["program"] += 1
        return [f"program: {wrong}"]
    problems = []
    protocols.mark_broken(rows, ours)
    for protocol, compare_one in protocols.COMPARERS.items():
        if chosen.protocol not in (None, protocol):
            continue
        theirs_items, ours_items = compare_one(rows, ours)
        totals.compared[protocol] += sum(theirs_items.values())
        differences = [f"tshark has {k} x{n}" for k, n in (theirs_items - ours_items).items()]
        differences += [f"we have {k} x{n}" for k, n in (ours_items - theirs_items).items()]
        for difference in differences:
            if any(p in ("*", protocol) and fnmatch.fnmatch(name, c) and fnmatch.fnmatch(difference, d) for p, c, d in rules):
                totals.accepted[protocol] += 1
            else:
                totals.failed[protocol] += 1
                problems.append(f"{protocol}: {difference}")
    return problems


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--all", action="store_true")
    options.add_argument("--sample", type=int)
    options.add_argument("--seconds", type=float, default=75)
    options.add_argument("--only")
    options.add_argument("--protocol", choices=list(protocols.COMPARERS))
    options.add_argument("--big", action="store_true", help="also captures above 4 MiB")
    options.add_argument("--keep", help="a folder for what tshark said, so that the next run need not ask it again")
    options.add_argument("program")
    chosen = options.parse_args()
    if shutil.which("tshark") is None:
        corpus.skip("tshark is not installed")
    todo = [p for p in corpus.captures(chosen.only) if chosen.big or p.stat().st_size <= BIG_BYTES]
    # Shuffled by name, so that any part of the list is a fair sample, and the same one every day.
    todo.sort(key=lambda p: hashlib.sha256(corpus.name_of(p).encode()).digest())
    if chosen.sample is not None:
        todo = todo[:chosen.sample]
    bounded = not (chosen.all or chosen.only or chosen.sample)
    if bounded:
        todo = todo[:BOUNDED_CAPTURES]  # the same ones on a fast machine: a result must not depend on its speed
    rules, totals, done = read_accepted(), Totals(), 0
    end = time.monotonic() + chosen.seconds
    with tempfile.TemporaryDirectory() as folder:
        for capture in todo:
            if bounded and time.monotonic() > end:
                break
            done += 1
            problems = compare(chosen, capture, rules, totals, folder)
            for problem in problems[:SHOWN_MAX]:
                print(f"{corpus.name_of(capture)}: {problem}", flush=True)
            if len(problems) > SHOWN_MAX:
                print(f"{corpus.name_of(capture)}: and {len(problems) - SHOWN_MAX} more", flush=True)
    print(f"{done} of {len(todo)} captures compared")
    for protocol in protocols.COMPARERS:
        print(f"  {protocol:5} {totals.compared[protocol]:7} compared, {totals.accepted[protocol]:4} accepted differences,"
              f" {totals.failed[protocol]:4} unexplained")
    return 1 if sum(totals.failed.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
