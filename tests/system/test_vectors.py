#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: test_vectors.py BEFFROI SOURCE_FOLDER   the file of vectors, against the packets and against the events. Prints TAP.

The codes are reckoned here a second time, the naive way, from the packets of whole captures.
"""
import gzip, math, os, pathlib, struct, subprocess, sys, tempfile
from tap import check, end

beffroi = os.path.abspath(sys.argv[1])
captures = pathlib.Path(sys.argv[2]) / 'tests' / 'captures' / 'behaviour'
room = tempfile.TemporaryDirectory()
folder = pathlib.Path(room.name)
MISSING, MOST = 255, 254
NAMES = {0: 'duration', 1: 'packets', 3: 'bytes', 5: 'payload', 7: 'asymmetry', 8: 'mean payload', 10: 'largest', 12: 'smallest', 13: 'sizes',
         18: 'gaps', 26: 'silence', 27: 'flags', 30: 'SYN', 31: 'RST', 34: 'handshake', 35: 'protocol', 38: 'first sizes', 46: 'entropy'}


def log_code(value):
    value = int(value)
    if value < 1:
        return 0
    exponent = value.bit_length() - 1
    return min(MOST, 1 + 8 * exponent + (value * 8 // 2 ** exponent & 7))


def signed_code(value):
    steps = min(126, (log_code(abs(value)) + 1) // 2)
    return 127 - steps if value < 0 else 127 + steps


def share_code(part, whole):
    return 0 if whole == 0 else MOST if part >= whole else int(part * MOST / whole)


def watch(capture, *words, threads=1):
    r = subprocess.run([beffroi, 'watch', '-q', '-r', str(capture), '--no-dossier', '--threads', str(threads), *map(str, words)],
                       capture_output=True, text=True, env=os.environ | {'LANG': 'C'}, timeout=300)
    return r


def read_vectors(path):
    data = path.read_bytes()
    magic, version, vector_version, size, flags = struct.unpack_from('<8sHHIQ', data)
    assert magic == b'beffv64\n' and (version, vector_version) == (1, 1) and size == (136 if flags & 1 else 96)
    rows = []
    for at in range(64, len(data), size):
        row = {'codes': data[at:at + 64]}
        row['first'], row['last'], row['id'], row['source'], row['moment'], row['proto'], row['vlan'] = struct.unpack_from('<qqQIBBH', data, at + 64)
        if flags & 1:
            row['ends'] = (data[at + 96:at + 112], data[at + 112:at + 128])
            row['ports'] = struct.unpack_from('<HH', data, at + 128)
        rows.append(row)
    return flags, rows


def packets_of(capture):
    """(time in ns, source, target, ports, protocol, bytes of the IP packet, payload, TCP flags) of each TCP or UDP packet over IPv4."""
    with gzip.open(capture) as f:
        data = f.read()
    magic = struct.unpack_from('<I', data)[0]
    unit = {0xA1B2C3D4: 1000, 0xA1B23C4D: 1}[magic]
    at = 24
    while at < len(data):
        seconds, part, kept, _ = struct.unpack_from('<IIII', data, at)
        frame = data[at + 16:at + 16 + kept]
        at += 16 + kept
        if frame[12:14] != b'\x08\x00' or frame[23] not in (6, 17) or struct.unpack_from('>H', frame, 20)[0] & 0x3fff:
            continue
        ip_len, head = struct.unpack_from('>H', frame, 16)[0], (frame[14] & 15) * 4
        transport = frame[14 + head:14 + ip_len]
        over = (transport[12] >> 4) * 4 if frame[23] == 6 else 8
        wide = bytes(10) + b'\xff\xff'
        yield (seconds * 10 ** 9 + part * unit, wide + frame[26:30], wide + frame[30:34], struct.unpack_from('>HH', transport), frame[23], ip_len,
               transport[over:], transport[13] if frame[23] == 6 else 0, ip_len - head - over)


def gaps_of(times):
    gaps = [(b - a) // 1000 for a, b in zip(times, times[1:])]
    if not gaps:
        return [0, 0, 0, 0]
    mean = (times[-1] - times[0]) / 1000 / len(gaps)
    deviation = math.sqrt(max(0, sum(g * g for g in gaps) / len(gaps) - mean * mean))
    return [min(gaps), mean, deviation, max(gaps)]


def codes_of(row, packets):
    """What the packets of one flow say, by number of the code."""
    sides = [[p for p in packets if p[1] == row['ends'][s] and p[3][0] == row['ports'][s]] for s in (0, 1)]
    times = [p[0] for p in packets]
    codes = {0: log_code((times[-1] - times[0]) // 1000), 35: row['proto']}
    for s, own in enumerate(sides):
        payload = sum(p[8] for p in own)
        codes[1 + s], codes[3 + s], codes[5 + s] = log_code(len(own)), log_code(sum(p[5] for p in own)), log_code(payload)
        codes[8 + s] = log_code(payload // len(own)) if own else 0
        codes[10 + s] = log_code(max((p[5] for p in own), default=0))
        for i, value in enumerate(gaps_of([p[0] for p in own])):
            codes[18 + 4 * s + i] = log_code(value)
        flags = 0
        for p in own:
            flags |= p[7]
        codes[27 + s] = min(flags, MOST)
    codes[7] = 127 + max(-126, min(126, int((codes[4] - codes[3]) / 2)))
    codes[12] = log_code(min((p[5] for p in sides[0]), default=0))
    for i, (low, high) in enumerate([(0, 128), (128, 256), (256, 512), (512, 1024), (1024, 1 << 16)]):
        codes[13 + i] = share_code(sum(low < p[5] <= high for p in packets), len(packets))
    silence = max([(b - a) // 1000 for a, b in zip(times, times[1:])], default=0)
    codes[26] = share_code(silence, (times[-1] - times[0]) // 1000)
    codes[30] = log_code(sum(p[7] & 2 != 0 for p in packets))
    codes[31] = log_code(sum(p[7] & 4 != 0 for p in packets))
    with_data = [p for p in packets if p[8] > 0]
    for i in range(8):
        size = 0 if i >= len(with_data) else min(32767, with_data[i][8]) * (1 if with_data[i] in sides[0] else -1)
        codes[38 + i] = signed_code(size)
    codes[46] = 0
    if with_data:
        head = with_data[0][6][:256]
        bits = -sum(head.count(b) / len(head) * math.log2(head.count(b) / len(head)) for b in set(head)) if head else 0
        codes[46] = (max(1, min(255, int(bits * 32 + .5))) * 31 + 16) // 32 if head else 0
    answered = [p for p in sides[1] if p[7] & 0x12 == 0x12]
    codes[34] = log_code((sides[1][0][0] - sides[0][0][0]) // 1000) if answered and packets[0][7] & 0x12 == 2 else 0
    return codes


compared, wrong = 0, {}
for name in ('guess-ssh', 'guess-http', 'scan-vertical', 'dga', 'exfiltration', 'beacon', 'lateral-movement', 'slow-http'):
    capture = captures / name / 'positive.pcap.gz'
    watch(capture, '--flow-vectors', folder / 'v', '--vector-addresses')
    flows = {}
    for p in packets_of(capture):
        ends = frozenset([(p[1], p[3][0]), (p[2], p[3][1])])
        flows.setdefault((p[4], ends), []).append(p)
    rows = {}
    for row in read_vectors(folder / 'v')[1]:
        rows.setdefault((row['proto'], frozenset(zip(row['ends'], row['ports']))), []).append(row)
    for key, packets in flows.items():
        if len(rows.get(key, [])) != 1:  # ports that were used again: more than one flow
            continue
        row = rows[key][0]
        compared += 1
        for code, value in codes_of(row, packets).items():
            if row['codes'][code] != value:
                label = NAMES[max(k for k in NAMES if k <= code)]
                wrong.setdefault(label, []).append((name, code, row['codes'][code], value, len(packets)))
check(compared > 1500, 'flows of eight captures were compared with their packets', compared)
for label in NAMES.values():
    check(label not in wrong, f'{label}: as the packets say, the naive way', wrong.get(label, [])[:5])

# --- moments, threads, secrets
capture = captures / 'slow-http' / 'positive.pcap.gz'
watch(capture, '--flow-vectors', folder / 'a', '--vector-addresses', '--vector-moments')
watch(capture, '--flow-vectors', folder / 'b', '--vector-addresses', '--vector-moments', threads=3)
flags, rows = read_vectors(folder / 'a')
check((folder / 'a').read_bytes() == (folder / 'b').read_bytes(), 'one worker or three: the same file, to the byte')
check(flags == 3 and {r['moment'] for r in rows} >= {0, 1}, 'with --vector-moments, also after eight data packets', {r['moment'] for r in rows})
ends = {r['id'] for r in rows if r['moment'] == 0}
check(len(ends) == sum(r['moment'] == 0 for r in rows) and all(r['id'] in ends for r in rows), 'each flow has one row at its end')
early = next(r for r in rows if r['moment'] == 1)
last = next(r for r in rows if r['id'] == early['id'] and r['moment'] == 0)
check(early['last'] <= last['last'] and early['codes'][38:46] == last['codes'][38:46] and early['codes'][1] <= last['codes'][1], 'an early row is of the same flow, with fewer packets')
watch(capture, '--flow-vectors', folder / 'c')
watch(capture, '--flow-vectors', folder / 'd')
flags, plain = read_vectors(folder / 'c')
again = read_vectors(folder / 'd')[1]
check(flags == 0 and all(r['id'] == 0 and r['moment'] == 0 for r in plain) and [r['codes'] for r in plain] == [r['codes'] for r in rows if r['moment'] == 0],
      'without addresses: one row per flow, the same codes, and no id')
check(0 not in {r['source'] for r in plain} and {r['source'] for r in plain} != {r['source'] for r in again},
      'the pseudonym of a source is another one in each run')
check(all(MISSING not in r['codes'] for r in rows), 'who saw the packets knows every code', next((list(r['codes']) for r in rows if MISSING in r['codes']), ''))

# --- the same from an import: our own flow events give the same codes, where they know them


def read_set(path):
    data = path.read_bytes()
    _, _, families, groups, names, rows = struct.unpack_from('<8sHHHHQ', data)
    at = 96 + 48 * (families + groups + names)
    return [data[at + 82 * i:at + 82 * i + 82] for i in range(rows)]


(folder / 'labels.yaml').write_text('default: benign\n')
for name in ('guess-http', 'exfiltration', 'beacon', 'scan-udp'):
    watch(captures / name / 'positive.pcap.gz', '--flow-vectors', folder / 'v', '--vector-addresses', '--features', '--eve', folder / 'e.json')
    made = []
    for source, mapping in (('v', 'fv64'), ('e.json', 'eve-flow')):
        r = subprocess.run([beffroi, 'learn', 'dataset', folder / source, '--mapping', mapping, '--labels', folder / 'labels.yaml', '--out', folder / 'set'],
                           capture_output=True, text=True, timeout=300)
        made.append({row[64:72] + row[35:36] + row[1:7]: row[:64] for row in read_set(folder / 'set')} if r.returncode == 0 else {})
    ours, theirs = ({key[:8]: row for key, row in table.items()} for table in made)
    both = [k for k in ours if struct.pack('<q', struct.unpack('<q', k)[0] // 1000 * 1000) in theirs]
    wrong = {}
    known = set()
    for k in both:
        row = theirs[struct.pack('<q', struct.unpack('<q', k)[0] // 1000 * 1000)]
        for code in range(63):
            if row[code] != MISSING and code not in range(51, 63) and code != 37:
                known.add(code)
                if row[code] != ours[k][code]:
                    wrong.setdefault(code, []).append((ours[k][code], row[code]))
    check(len(both) > 10 and len(known) > 30 and not wrong, f'{name}: flow events and packets give the same codes', (len(both), sorted(known), wrong))

r = watch(capture, '--flow-vectors', folder / 'none' / 'x')
check(r.returncode == 1 and 'none/x: vectors cannot be written there' in r.stderr, 'a file that cannot be made is named', r.stderr)
if os.path.exists('/dev/full'):
    r = watch(capture, '--flow-vectors', '/dev/full')
    check('the vectors could not be written: No space left' in r.stdout + r.stderr, 'a full disk is told', r.stdout + r.stderr)
end()
