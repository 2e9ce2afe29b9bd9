#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads every capture of the corpus with a program that was built with sanitizers: it must end in time, without a
finding, and every line it writes must be JSON. Seeds of other people's fuzzers are sent as TCP and UDP payload.

usage: survive.py [--all | --sample N] [--only TEXT] [--timeout SECONDS] PROGRAM

Without --all, every fourth capture. Without a corpus the test says so and is skipped (exit 77).
"""
import argparse
import json
import pathlib
import struct
import subprocess
import sys
import tempfile
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import corpus  # noqa: E402

SEED_MAX = 60000
FINDINGS = (b"AddressSanitizer", b"LeakSanitizer", b"runtime error:", b"ThreadSanitizer")
SERVER_PORTS = {"dns": 53, "tls": 443, "dtls": 443, "http": 80, "ssh": 22, "smtp": 25, "ftp": 21, "dhcp": 67}


def ip4(protocol, source, destination, payload):
    header = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), 0, 0, 64, protocol, 0)
    return bytes(12) + b"\x08\x00" + header + source + destination + payload


def tcp(ports, seq, ack, flags, payload):
    return struct.pack(">HHIIBBHHH", *ports, seq, ack, 0x50, flags, 65535, 0, 0) + payload


def conversation(number, port, seed):
    """One seed as a datagram, as what a client says, and as what a server answers, in segments of 1,400 bytes."""
    client, server = bytes([10, number >> 16 & 255, number >> 8 & 255, number & 255]), bytes([192, 0, 2, 1])
    there, back = (40000, port), (port, 40000)
    yield ip4(17, client, server, struct.pack(">HHHH", *there, 8 + len(seed), 0) + seed)
    yield ip4(17, server, client, struct.pack(">HHHH", *back, 8 + len(seed), 0) + seed)
    yield ip4(6, client, server, tcp(there, 0, 0, 2, b""))
    yield ip4(6, server, client, tcp(back, 0, 1, 18, b""))
    for i in range(0, len(seed), 1400):
        yield ip4(6, client, server, tcp(there, 1 + i, 1, 24, seed[i:i + 1400]))
        yield ip4(6, server, client, tcp(back, 1 + i, 1 + i, 24, seed[i:i + 1400]))
    yield ip4(6, client, server, tcp(there, 1 + len(seed), 1, 17, b""))
    yield ip4(6, server, client, tcp(back, 1 + len(seed), 2 + len(seed), 17, b""))


def seed_groups():
    """(name, seeds) of each fuzz target whose seeds are not captures."""
    for path in sorted(corpus.CORPUS.glob("fuzz-*/*")):
        if path.is_dir():
            files = [p for p in sorted(path.rglob("*")) if p.is_file() and not corpus.is_capture(p)]
            yield corpus.name_of(path), [p.read_bytes() for p in files]
        elif path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                yield corpus.name_of(path), [archive.read(n) for n in archive.namelist() if not n.endswith("/")]


def port_of(name):
    return next((port for word, port in SERVER_PORTS.items() if word in name), 4444)


def check(program, capture, timeout, folder):
    """None, or what is wrong."""
    out = pathlib.Path(folder) / "events.json"
    out.unlink(missing_ok=True)
    try:
        done = corpus.run(program, capture, "--eve", str(out), "--features", "--community-id", timeout=timeout)
    except subprocess.TimeoutExpired:
        return f"not done after {timeout} s"
    said = done.stderr + done.stdout
    if any(word in said for word in FINDINGS):
        at = min(said.find(word) for word in FINDINGS if word in said)
        return said[max(0, at - 200):at + 1500].decode(errors="replace")
    if done.returncode not in (0, 4):
        return f"exit status {done.returncode}: {said.decode(errors='replace')[-500:]}"
    for number, line in enumerate(out.read_bytes().splitlines(), 1):
        try:
            json.loads(line.decode())
        except ValueError as wrong:
            return f"line {number} of the events is not JSON: {wrong}"
    return None


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--all", action="store_true")
    options.add_argument("--sample", type=int, default=4)
    options.add_argument("--only")
    options.add_argument("--timeout", type=int, default=60)
    options.add_argument("program")
    chosen = options.parse_args()
    step = 1 if chosen.all or chosen.only else chosen.sample
    todo = corpus.captures(chosen.only)[::step]
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, seeds in list(seed_groups())[::step]:
            if chosen.only is not None and chosen.only not in name:
                continue
            made = pathlib.Path(folder) / (name.replace("/", "_") + ".pcap")
            corpus.write_pcap(made, [f for i, s in enumerate(seeds) for f in conversation(i, port_of(name), s[:SEED_MAX])])
            todo.append(made)
        for capture in todo:
            wrong = check(chosen.program, capture, chosen.timeout, folder)
            if wrong is not None:
                failed += 1
                print(f"FAILED {corpus.name_of(capture)}: {wrong}", flush=True)
    print(f"{len(todo)} captures read, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
