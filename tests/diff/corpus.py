# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the tests of this folder share: where the captures are, and how the program is run on one."""
import gzip
import json
import lzma
import os
import pathlib
import struct
import subprocess
import sys

SKIPPED = 77
ROOT = pathlib.Path(__file__).resolve().parents[2]
WHOLE = ROOT / (os.environ.get("BEFFROI_CORPUS") or "../shared/corpus")
CORPUS = WHOLE / "pcap"
MAGICS = {bytes.fromhex(m) for m in ("d4c3b2a1", "a1b2c3d4", "4d3cb2a1", "a1b23c4d", "0a0d0d0a", "34cdb2a1", "a1b2cd34",
                                     "736e6f6f")}
# Leaks are not looked for: that search stops all threads by ptrace, which the sandbox of the roles refuses.
ENVIRONMENT = {**os.environ, "ASAN_OPTIONS": "exitcode=99:detect_leaks=0", "LC_ALL": "C.UTF-8",
               "UBSAN_OPTIONS": "halt_on_error=1:exitcode=99:print_stacktrace=1"}
COMPRESSED = {b"\x1f\x8b": gzip.open, b"\xfd7": lzma.open}


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def is_capture(path):
    """By its first bytes, as the program itself does; names say little in this corpus."""
    with open(path, "rb") as file:
        start = file.read(4)
    opener = COMPRESSED.get(start[:2])
    if opener is not None:
        try:
            with opener(path, "rb") as file:
                start = file.read(4)
        except (OSError, EOFError, lzma.LZMAError):
            return False
    return start in MAGICS


def captures(only=None):
    """Every capture of the corpus, in a fixed order: those of pcap/, and those beside rules and texts in other folders."""
    if not CORPUS.is_dir():
        skip(f"no corpus of captures in {CORPUS} (BEFFROI_CORPUS)")
    found = [p for p in sorted(WHOLE.rglob("*")) if p.is_file() and is_capture(p)]
    return [p for p in found if only is None or only in name_of(p)]


def name_of(path):
    for root in (CORPUS, WHOLE):
        if path.is_relative_to(root):
            return str(path.relative_to(root))
    return str(path)


def run(program, capture, *options, timeout=60):
    command = [str(program), "watch", "-r", str(capture), "--no-dossier", "--quiet", *options]
    return subprocess.run(command, capture_output=True, timeout=timeout, env=ENVIRONMENT)


def events(program, capture, folder):
    """The events of one capture, and what the program wrote when it failed (None when it did not)."""
    out = pathlib.Path(folder) / "events.json"
    done = run(program, capture, "--eve", str(out), timeout=300)
    # 4: the capture is damaged, the part before the damage was read.
    if done.returncode not in (0, 4):
        return [], f"exit status {done.returncode}: {done.stderr.decode(errors='replace').strip()[-300:]}"
    with open(out, encoding="utf-8") as file:
        return [json.loads(line) for line in file], None


def write_pcap(path, frames):
    """A capture of Ethernet frames, one per millisecond."""
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        for i, frame in enumerate(frames):
            file.write(struct.pack("<IIII", 1700000000 + i // 1000, i % 1000 * 1000, len(frame), len(frame)) + frame)
