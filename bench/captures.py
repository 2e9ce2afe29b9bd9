# SPDX-License-Identifier: AGPL-3.0-or-later
"""The captures and the small C programs of the benchmark, made once and kept in build/bench."""
import hashlib
import json
import pathlib
import shutil
import subprocess
import sys

BENCH = pathlib.Path(__file__).resolve().parent
DEFAULTS = {'large': (962_000_000, 327), 'small': (537_000_000, 300), 'mixed': (2_000_000_000, 300)}


def say(text):
    print(text, file=sys.stderr, flush=True)


def compile_tool(cache, name, sources, flags):
    out = cache / name
    newest = max(path.stat().st_mtime for path in BENCH.glob(f'{sources.split("/")[0]}/*'))
    if not out.exists() or out.stat().st_mtime < newest:
        files = [str(path) for path in sorted(BENCH.glob(sources))]
        if shutil.which('cc') is None or subprocess.run(['cc', '-std=gnu17', '-D_GNU_SOURCE', *flags.split(), '-o', str(out), *files, '-lm'], check=False).returncode != 0:
            sys.exit(f'bench: {name} cannot be compiled (Debian: gcc libc6-dev)')
    return str(out)


def tools(cache):
    return {'generate': compile_tool(cache, 'generate', 'generate/*.c', '-O3'),
            'floor': compile_tool(cache, 'floor', 'floor/*.c', '-O3 -march=native'),
            'allocations': compile_tool(cache, 'allocations.so', 'allocations/*.c', '-O2 -fPIC -shared')}


def generator_digest():
    digest = hashlib.sha256()
    for path in sorted((BENCH / 'generate').glob('*.[ch]')):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def make(cache, generate, name, profile, size, duration, flows=0, seed=1):
    """Returns what the capture holds: path, packets, flows, file_bytes, packet_bytes, duration."""
    path, note = cache / f'{name}.pcap', cache / f'{name}.json'
    command = ['--profile', profile, '--bytes', str(size), '--duration', str(duration), '--seed', str(seed)]
    command += ['--flows', str(flows)] if flows else []
    recipe = {'generator': generator_digest(), 'command': command}
    if path.exists() and note.exists():
        known = json.loads(note.read_text())
        if known['recipe'] == recipe and path.stat().st_size == known['file_bytes']:
            return known
    say(f'bench: writing {path.name} ({size / 1e6:.0f} MB) ...')
    note.unlink(missing_ok=True)
    done = subprocess.run([generate, *command, '--out', str(path)], check=False, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        path.unlink(missing_ok=True)
        sys.exit(f'bench: {done.stderr.strip()} (all captures together need 4 GB)')
    words = done.stderr.split()
    facts = {'path': str(path), 'duration': duration, 'recipe': recipe}
    facts.update({key: int(value) for key, value in zip(words[0::2], words[1::2])})
    note.write_text(json.dumps(facts, indent=1) + '\n')
    return facts


def warm(path):
    """The file is read once, so that nobody pays for the disk."""
    with open(path, 'rb', buffering=0) as f:
        while f.read(1 << 22):
            pass
