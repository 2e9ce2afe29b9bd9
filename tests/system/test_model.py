#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""The model that ships: whole, signed, made of the data beside it, and able to tell a scan from a visit to a site.

usage: test_model.py BEFFROI SOURCE_FOLDER
"""
import base64
import hashlib
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

import tap
from tcp_capture import CLIENT, SERVER, TcpCapture

BEFFROI = pathlib.Path(sys.argv[1]).resolve()
MODELS = pathlib.Path(sys.argv[2]).resolve() / 'data' / 'models'
MODEL = MODELS / 'flow-1.model'
FACTS, TREES, SHEET, APPROVAL = 1, 2, 6, 7  # src/detect/learn/learn_file.h


def learn(*words):
    return subprocess.run([BEFFROI, 'learn', *map(str, words), '--lang', 'en'], capture_output=True, text=True, check=False)


def sections(path):
    data = path.read_bytes()
    (count,) = struct.unpack_from('<I', data, 12)
    entries = [struct.unpack_from('<IIQQQ', data, 64 + 32 * i) for i in range(count)]
    return {kind: data[offset : offset + size] for kind, _, offset, size, _ in entries}


class Probes(TcpCapture):
    """SYN, and a RST that comes back: ports that are closed."""

    def probe(self, source, port):
        for flags, ends, ports in ((0x02, (source, 80), (41234, port)), (0x14, (80, source), (port, 41234))):
            tcp = struct.pack('>HHIIBBHHH', *ports, 7, 8, 0x50, flags, 1024, 0, 0)
            ip = struct.pack('>BBHHHBBH', 0x45, 0, 40, 1, 0, 64, 6, 0) + bytes([192, 0, 2, ends[0], 192, 0, 2, ends[1]])
            packet = bytes(12) + b'\x08\x00' + ip + tcp
            self.time += 300
            self.frames.append(struct.pack('<IIII', *divmod(self.time, 1_000_000), len(packet), len(packet)) + packet)


def found(folder, name, capture, label):
    """What an evaluation of the model says of a capture whose flows are all of one label."""
    path, rules, made = folder / f'{name}.pcap', folder / f'{name}.yaml', folder / f'{name}.set'
    path.write_bytes(b''.join(capture.frames))
    rules.write_text(f'default: {label}\nfamily: {name}\n')
    r = learn('dataset', '-r', path, '--labels', rules, '--out', made)
    if r.returncode != 0:
        return None, r.stderr
    r = learn('evaluate', '--model', MODEL, '--data', made, '--mapping', 'fv64', '--format', 'json')
    return (json.loads(r.stdout), '') if r.returncode == 0 else (None, r.stderr)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        shown = learn('show', MODEL, '--format', 'json')
        facts = json.loads(shown.stdout or '{}')
        kept = sections(MODEL)
        tap.check(shown.returncode == 0 and facts.get('schema') == 'fv64', 'the model that ships is read', shown.stderr)
        tap.check(kept[SHEET] == (MODELS / 'flow-1.sheet.yaml').read_bytes(), 'the data sheet beside it is the one that was signed')
        tap.check(kept.get(APPROVAL), 'somebody answers for it')
        der = base64.b64decode(''.join((MODELS / 'flow-1.pub.pem').read_text().splitlines()[1:-1]))
        tap.check(facts.get('key') == hashlib.sha256(der).hexdigest(), 'it is signed with the key whose public half is beside it', facts.get('key'))
        card = json.loads((MODELS / 'flow-1.card.json').read_text())
        same = card['key'] == facts.get('key') and card['training_hash'] == facts.get('training_hash')
        tap.check(same and len(card['splits']) == 4, 'the card beside it is of this model, and says what it is worth', card['key'])
        used = {entry['code'] for entry in facts.get('codes', ())}
        tap.check(used and not used & {61, 63}, 'it reads neither habits of hours nor the kind of the record', used)

        altered = folder / 'altered.model'
        data = bytearray(MODEL.read_bytes())
        at = data.find(kept[TREES][:64]) + 200
        data[at] ^= 1
        altered.write_bytes(data)
        r = learn('show', altered, '--format', 'json')
        tap.check(r.returncode != 0 or not json.loads(r.stdout)['deployable'], 'one bit of a tree altered, it may not be deployed', r.stdout[:300])

        training = sorted(MODELS.glob('training/*.fv64.zst'))
        again = folder / 'again.model'
        r = learn('train', *training, '--mapping', 'fv64', '--out', again)
        same = r.returncode == 0 and sections(again)[TREES] == kept[TREES]
        tap.check(training and same, 'the data beside it make the same trees again, to the bit', r.stderr)

        for sheet in ('flow-1.sheet.yaml', 'flow-1.sheet.fr.yaml'):
            r = learn('dataset', training[0], '--mapping', 'fv64', '--sheet', MODELS / sheet, '--format', 'json')
            tap.check(r.returncode == 0, f'{sheet} says all that a data sheet says, and no more', r.stderr)

        scan = Probes()
        for port in range(1, 301):
            scan.probe(7, port)
        said, why = found(folder, 'scan', scan, 'attack')
        tap.check(said and said['error_plain'] < 0.1, 'it finds a scan that it never saw', why or said)

        visit = TcpCapture()
        page = b'<html><p>Carte, passeport, permis de construire.</p></html>' * 60
        for n in range(12):
            visit.time += 4_000_000 + 700_000 * n
            ask = f'GET /page-{n}.html HTTP/1.1\r\nHost: www.prefecture.example\r\nUser-Agent: Mozilla/5.0\r\n\r\n'.encode()
            answer = f'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(page)}\r\n\r\n'.encode() + page
            visit.connection(80, [(CLIENT, ask), (SERVER, answer)])
        said, why = found(folder, 'visit', visit, 'benign')
        tap.check(said and said['error_plain'] < 0.1, 'it says nothing of somebody who reads pages', why or said)
    tap.end()


main()
