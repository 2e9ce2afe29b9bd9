#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files that pass in HTTP: rules about them, their events, their kinds and hashes, and the folder where some are kept.

usage: test_files.py BEFFROI
"""
import hashlib
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

from conversation import Capture
from tap import check, end

beffroi = pathlib.Path(sys.argv[1]).resolve()
room = tempfile.TemporaryDirectory()
folder = pathlib.Path(room.name)
png = b'\x89PNG\r\n\x1a\n' + struct.pack('>I4sIIBBBBB', 13, b'IHDR', 16, 16, 8, 6, 0, 0, 0) + bytes(range(256)) * 3
text = b'abc' * 200000  # longer than what a body may have, and than any room
small = b'abc'


def get(path, body, status=b'200 OK', extra=b''):
    ask = b'GET ' + path + b' HTTP/1.1\r\nHost: files.example\r\n\r\n'
    answer = b'HTTP/1.1 ' + status + b'\r\nContent-Length: %d\r\n' % len(body) + extra + b'\r\n' + body
    return [(0, ask), (1, answer)]


def run(conversations, rules, *words, yaml=None):
    capture = Capture()
    for pieces in conversations:
        capture.connection(80, pieces)
    (folder / 'a.pcap').write_bytes(capture.bytes())
    (folder / 'a.rules').write_text(''.join(f'{line} sid:{i};)\n' for i, line in enumerate(rules, 1)))
    (folder / 'out').mkdir(exist_ok=True)
    events = folder / 'out/eve.json'
    events.unlink(missing_ok=True)
    if yaml is not None:
        (folder / 'site.yaml').write_text(yaml)
        words = ('--suricata-yaml', folder / 'site.yaml', *words)
    r = subprocess.run([beffroi, 'watch', '-q', '-k', 'none', '-r', folder / 'a.pcap', '--rules', folder / 'a.rules', '--no-dossier', '--eve', events, *words], capture_output=True, text=True)
    check(r.returncode == 0 and 'not used' not in r.stderr, 'the rules are read', r)
    return [json.loads(line) for line in events.read_text().splitlines()], r


def sids(events):
    return sorted(e['alert']['signature_id'] for e in events if e['event_type'] == 'alert')


def files(events):
    return [e['fileinfo'] for e in events if e['event_type'] == 'fileinfo']


RULES = [
    'alert http any any -> any any (file.data; content:"IHDR";',
    'alert http any any -> any any (file.name; content:"a.png"; endswith;',
    'alert http any any -> any any (filemagic:"PNG image data";',
    'alert http any any -> any any (filesize:>500; filesize:<1000;',
    'alert http any any -> any any (filemd5:bad.md5;',
    'alert http any any -> any any (filesha256:!bad.sha256;',
    'alert http any any -> any any (fileext:"png"; filesize:1000000;',
]
(folder / 'bad.md5').write_text(hashlib.md5(small).hexdigest() + '  a file\n')
(folder / 'bad.sha256').write_text(hashlib.sha256(small).hexdigest() + '\n')

events, _ = run([get(b'/x/a.png', png)], RULES)
check(sids(events) == [1, 2, 3, 4, 6], 'a picture: its bytes, its name, its kind, its size, a list that it is not on', sids(events))
file = files(events)[0]
check(len(files(events)) == 1 and file['size'] == len(png) and file['state'] == 'CLOSED' and file['magic'].startswith('PNG image data, 16 x 16') and file['sha256'] == hashlib.sha256(png).hexdigest(), 'its event says the same', file)
alert = next(e for e in events if e['event_type'] == 'alert')
check(alert['files'][0]['filename'] == file['filename'] and alert['http']['hostname'] == 'files.example', 'its alerts quote it', alert)
events, _ = run([get(b'/s', small)], RULES)
check(sids(events) == [5], 'the file of the list, and no other', sids(events))
events, _ = run([get(b'/big', text)], RULES)
check(files(events)[0]['state'] == 'TRUNCATED' and files(events)[0]['size'] == 102400, 'a body ends at its limit', files(events))

# --- kept only where the site asks for it, and nowhere else
STORE = ['alert http any any -> any any (filemagic:"PNG image data"; filestore;', 'alert http any any -> any any (file.data; content:"abcabc"; filestore; noalert;']
traffic = [get(b'/x/a.png', png), get(b'/big', text), get(b'/s', small)]
kept = folder / 'out/filestore'
events, _ = run(traffic, STORE)
check(not kept.exists() and not any(f['stored'] for f in files(events)), 'no file is kept unless a setting says so')
events, r = run(traffic, STORE, '--set', 'file-store.enabled=yes')
names = {hashlib.sha256(b).hexdigest(): b for b in (png, text, small)}
there = {p.name: p.read_bytes() for p in kept.glob('??/*') if p.parent.name != 'tmp'}
wanted = {hashlib.sha256(b).hexdigest(): b for b in (png, text)}
check(there == wanted, 'those that rules mean are kept, whole, by their hash', (sorted(there), [f for f in files(events)], r.stderr))
check(all(p.parent.name == p.name[:2] and p.stat().st_mode & 0o077 == 0 for p in kept.glob('??/*')), 'for their owner alone')
check(sorted((f['filename'], f['stored']) for f in files(events)) == [('/big', True), ('/s', False), ('/x/a.png', True)] and sids(events) == [1], 'their events say so', files(events))
check(next(f for f in files(events) if f['stored'])['sid'] == [1] and list((kept / 'tmp').iterdir()) == [], 'and which rule wanted it', files(events))
events, r = run(traffic, [], '--set', 'file-store.enabled=yes', '--set', 'file-store.force-filestore=yes', '--set', 'file-store.dir=all', '--set', 'file-store.limit-bytes=1000')
there = {p.name for p in (folder / 'out/all').glob('??/*')}
check(there == {hashlib.sha256(b).hexdigest() for b in (png, small)} and 'could not be kept' in r.stderr, 'a budget', (there, r))
end()
