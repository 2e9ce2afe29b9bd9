#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Compares our JA4 and JA3 with what others computed on the same captures.

usage: ja_expected.py [PROGRAM]

JA4: the values published with the method (FoxIO-LLC/ja4, one snapshot per capture). JA3: tshark, where it is
installed. The captures are not part of the project: BEFFROI_CORPUS, or ../shared/corpus. Without them the
test says so and is skipped (exit 77). Each (server name, fingerprint) must be seen as many times as expected.
"""
import collections
import json
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import corpus  # noqa: E402

SKIPPED = 77
ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "build" / "beffroi")
CORPUS = corpus.CORPUS / "ja4"


def our_events(capture):
    """The tls and quic objects of the events, clients only."""
    run = subprocess.run([PROGRAM, "watch", "-r", str(capture), "--eve", "-", "--no-dossier"],
                         capture_output=True, text=True, timeout=120, env=corpus.ENVIRONMENT)
    if run.returncode != 0:
        sys.exit(f"{capture.name}: the program failed: {run.stderr.strip()[-500:]}")
    for line in run.stdout.splitlines():
        event = json.loads(line)
        if event.get("event_type") in ("tls", "quic"):
            yield event.get(event["event_type"], {})


def expected_ja4(capture):
    """Reads the few keys needed of a snapshot, which is YAML after a header."""
    found = collections.Counter()
    snapshots = list((CORPUS / "expected").glob(f"rust*@{capture.name}.snap"))
    name = None
    for line in snapshots[0].read_text().splitlines() if snapshots else []:
        if line.startswith("- stream"):
            name = None
        match = re.match(r"\s+(tls_server_name|ja4): (\S+)$", line)
        if match and match[1] == "tls_server_name":
            name = match[2]
        elif match:
            found[(name, match[2])] += 1
    return found


def expected_ja3(capture):
    """What tshark gives for the first ClientHello of each connection: a second one, after HelloRetryRequest, is not
    the client's fingerprint."""
    fields = subprocess.run(["tshark", "-n", "-r", str(capture), "-Y", "tls.handshake.type == 1", "-T", "fields",
                             "-e", "tcp.stream", "-e", "udp.stream", "-e", "tls.handshake.ja3"],
                            capture_output=True, text=True, timeout=120).stdout
    first = {}
    for line in fields.splitlines():
        tcp, udp, hashes = (line.split("\t") + ["", "", ""])[:3]
        if hashes:
            first.setdefault((tcp, udp), hashes.split(",")[0])
    return set(first.values())


def main():
    captures = sorted((CORPUS / "pcap").glob("*.pcap*"))
    if not captures:
        print(f"skipped: no captures in {CORPUS}")
        return SKIPPED
    with_ja3 = shutil.which("tshark") is not None
    if not with_ja3:
        print("JA3 is not compared: tshark is not installed")
    failed = 0
    for capture in captures:
        events = list(our_events(capture))
        wanted = expected_ja4(capture)
        got = collections.Counter((e.get("sni"), e["ja4"]) for e in events if "ja4" in e)
        problems = [f"missing {key}" for key in (wanted - got)] + [f"unexpected {key}" for key in (got - wanted)]
        if with_ja3:
            ours, theirs = {e["ja3"]["hash"] for e in events if "ja3" in e}, expected_ja3(capture)
            problems += [f"JA3 {value} of tshark is missing" for value in theirs - ours]
            problems += [f"JA3 {value} is unknown to tshark" for value in ours - theirs]
        print(f"{'FAILED' if problems else 'ok':7}{capture.name}: {sum(wanted.values())} JA4")
        for problem in problems:
            print("       ", problem)
        failed += bool(problems)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
