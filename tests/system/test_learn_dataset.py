#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: test_learn_dataset.py BEFFROI SOURCE_FOLDER   `beffroi learn dataset` from outside: tables, captures with labels, the report. Prints TAP."""
import gzip, json, os, pathlib, shutil, subprocess, sys, tempfile
from tap import check, end, skip

beffroi, source = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
room = tempfile.TemporaryDirectory()
folder = pathlib.Path(room.name)


def dataset(*words, stdin=None):
    return subprocess.run([beffroi, 'learn', 'dataset', *map(str, words)], capture_output=True, text=True, stdin=stdin, env=os.environ | {'LANG': 'C'})


def answer(*words):
    r = dataset(*words, '--format', 'json')
    return json.loads(r.stdout) if r.stdout else {}, r


names = 'ts,te,td,sa,da,sp,dp,pr,flg,ipkt,ibyt,opkt,obyt,label,attack'


def row(second, source_address, port, label, size=500, family=''):
    at = f'2026-01-02 10:{second // 60:02}:{second % 60:02}'
    return f'{at},{at},0.5,{source_address},10.0.0.99,50000,{port},TCP,27,5,{size},4,400,{label},{family}'


flows = folder / 'flows.csv'
rows = [row(i, f'10.0.0.{i % 20}', 443, 0, 400 + 37 * i) for i in range(60)] + [row(60 + i, '10.0.9.9', 20 + i, 1, 60, 'scan') for i in range(60)]
flows.write_text('\n'.join([names, *rows]) + '\n')
mapping = ('--mapping', 'netflow')

a, r = answer(flows, *mapping)
check(r.returncode == 0 and (a['rows'], a['benign'], a['attack'], a['machines']) == (120, 60, 60, 21), 'a table is counted', a)
check([f['name'] for f in a['families']] == ['scan'] and a['families'][0]['rows'] == 60, 'kinds of attacks', a.get('families'))
ids = {f['id'] for f in a['findings']}
check({'attacks-frequent', 'shortcut', 'one-capture', 'no-sheet', 'personal-data', 'deployable'} <= ids and 'one-class' not in ids, 'what follows from it', ids)
check(a['first'].startswith('2026-01-02T10:00:00') and a['last'].startswith('2026-01-02T10:01:59'), 'its period', (a['first'], a['last']))

# --- packed, and from standard input
packed = folder / 'flows.csv.gz'
packed.write_bytes(gzip.compress(flows.read_bytes()))
check(answer(packed, *mapping)[0].get('rows') == 120, 'gzip')
packed.write_bytes(packed.read_bytes()[:-20])
r = dataset(packed, *mapping)
check(r.returncode == 1 and 'ends in its middle' in r.stderr, 'gzip that was cut', r)
if shutil.which('zstd'):
    subprocess.run(['zstd', '-q', flows, '-o', folder / 'flows.csv.zst'], check=True)
    check(answer(folder / 'flows.csv.zst', *mapping)[0].get('rows') == 120, 'zstd')
else:
    skip('zstd', 'zstd is not installed')
with open(flows) as f:
    check('120 flows' in dataset('-', *mapping, stdin=f).stdout, 'standard input')

# --- bad input: named with line and column, counted, left out
bad = folder / 'bad.csv'
broken = [row(1, '10.0.0.1', 443, 0).replace(',500,', ',many,'), row(2, '10.0.0.1', 443, 0).replace(',500,', ',nan,'), row(3, '10.0.0.1', 443, 0).replace(',500,', ',-5,'),
          row(4, '10.0.0', 443, 0), row(5, '10.0.0.1', 443, 0) + ',more', row(6, '10.0.0.1', 443, '7'), 'x' * 70000, row(7, '10.0.0.1', 443, 0, family='scan'),
          row(8, '10.0.0.1', 443, 0).replace('2026-01-02', 'today')]
bad.write_text('\n'.join([names, *rows, *broken]) + '\n')
a, r = answer(bad, *mapping)
check(r.returncode == 4 and a['rows'] == 120, 'bad rows are left out: status 4', r.stderr)
check([(w['line'], w.get('column'), w['what']) for w in a['reading']['wrong']] ==
      [(122, 11, 'number'), (123, 11, 'not_finite'), (124, 11, 'negative'), (125, 4, 'address'), (126, None, 'cells'), (127, 14, 'label'), (128, None, 'too_long'), (129, 15, 'label'), (130, 1, 'time')],
      'each with line and column', a['reading']['wrong'])
check(f'{bad}:122:11: ibyt: "many": a number was expected' in r.stderr, 'and in words', r.stderr)
many = folder / 'many.csv'
many.write_text('\n'.join([names, *rows, *['x'] * 50]) + '\n')
r = dataset(many, *mapping)
check(len(r.stderr.splitlines()) == 21 and '30 more rows' in r.stderr, 'twenty are told, the others counted', r.stderr)

for what, text, says in (('an empty file', '', 'is empty'), ('a missing column', names.replace('ibyt,', '') + '\n', 'ibyt'), ('no table', '\x00\x01\x02\x03\n', 'no text'),
                         ('a table without names', rows[0] + '\n', 'no names of columns')):
    bad.write_text(text)
    r = dataset(bad, *mapping)
    check(r.returncode == 1 and says in r.stderr and r.stdout == '', f'{what} is refused', r)
r = dataset(flows, '--mapping', 'nothing')
check(r.returncode == 1 and 'ctu13' in r.stderr, 'a mapping that is none: those that there are', r)
check(dataset(flows).returncode == 2 and dataset().returncode == 2, 'wrong usage: status 2')
r = dataset(flows, *mapping, '--max-rows', '100')
check(r.returncode == 1 and 'more than 100 rows' in r.stderr, 'a budget of rows', r)

# --- one class, another set, a data sheet
calm = folder / 'calm.csv'
calm.write_text('\n'.join([names, *rows[:60]]) + '\n')
a, r = answer(calm, *mapping)
check('one-class' in {f['id'] for f in a['findings'] if f['tone'] == 'grave'}, 'one class only', a['findings'])
a, r = answer(calm, *mapping, '--against', flows)
ids = {f['id'] for f in a['findings']}
check(a['against']['leaked'] == 60 and {'leakage', 'unlike'} <= ids, 'what is in both sets', (a.get('against'), ids))
sheet = folder / 'sheet.yaml'
sheet.write_text('name: A week\norigin: our own network\nlicence: CC0\nperiod: a week\n')
a, r = answer(calm, *mapping, '--sheet', sheet)
check(a['sheet']['origin'] == 'our own network' and 'no-sheet' not in {f['id'] for f in a['findings']}, 'a data sheet', a.get('sheet'))
sheet.write_text('nom: x\n')
r = dataset(calm, *mapping, '--sheet', sheet)
check(r.returncode == 1 and f'{sheet}:1' in r.stderr, 'a data sheet with another key', r)
r = dataset(flows, *mapping, '--format', 'html')
check(r.returncode == 0 and r.stdout.startswith('<!DOCTYPE html>') and '<script' not in r.stdout and 'shortcut' not in r.stderr, 'a page', r.stdout[:200])
check('normaux' in dataset(flows, *mapping, '--lang', 'fr').stdout, 'in French')

# --- a capture, read by the sensor, with labels from beside; and the set that keeps both
capture = next((source / 'tests/captures/behaviour').glob('scan-vertical/*.pcap*'), None)
labels, kept = folder / 'labels.yaml', folder / 'kept.set'
labels.write_text('default: benign\nrules:\n  - {family: syn, protocol: tcp}\n')
a, r = answer('-r', capture, '--labels', labels, '--out', kept)
check(r.returncode == 0 and a['attack'] > 0 and a['codes_known'] > 40, 'a capture with labels', (a, r.stderr))
b, r = answer(kept, '--mapping', 'fv64')
check(all(b[k] == a[k] for k in ('rows', 'attack', 'codes', 'families', 'groups', 'machines')), 'the set says the same', (a, b))
check('personal-data' not in {f['id'] for f in b['findings']}, 'and has no addresses')
vectors = folder / 'a.fv64'
subprocess.run([beffroi, 'watch', '-r', capture, '--no-dossier', '--quiet', '--flow-vectors', vectors, '--vector-addresses'], stdout=subprocess.DEVNULL, check=True)
c, r = answer(vectors, '--mapping', 'fv64', '--labels', labels)
check((c.get('rows'), c.get('attack'), c.get('codes')) == (a['rows'], a['attack'], a['codes']), 'vectors that watch wrote say the same', r.stderr)


# --- the same traffic by another way: events of watch, with features
def rows_of(path):
    file = path.read_bytes()
    families, groups, codes = (int.from_bytes(file[at : at + 2], 'little') for at in (10, 12, 14))
    start = 96 + 48 * (families + groups + codes)
    return sorted((int.from_bytes(file[at + 64 : at + 72], 'little') // 1000, file[at : at + 64]) for at in range(start, len(file), 82))


events, told, seen = folder / 'eve.json', folder / 'told.set', folder / 'seen.set'
subprocess.run([beffroi, 'watch', '-r', capture, '--no-dossier', '--quiet', '--features', '--eve', events], stdout=subprocess.DEVNULL, check=True)
dataset(events, '--mapping', 'eve-flow', '--out', told)
dataset(vectors, '--mapping', 'fv64', '--out', seen)
pairs = list(zip(rows_of(told), rows_of(seen)))
# what depends on other flows follows the order of their ends, which events do not tell; the last code names the source
own = [i for i in range(51) if i not in (37, 47, 48, 49, 50)]
differs = [(i, x[1][i], y[1][i]) for x, y in pairs for i in own if x[1][i] not in (y[1][i], 255)]
check(len(pairs) == a['rows'] and [x[0] for x, _ in pairs] == [y[0] for _, y in pairs] and differs == [], 'events of the same capture make the same codes', differs[:20])
known = sum(x[1][i] != 255 for x, _ in pairs for i in own)
check(known > 35 * len(pairs), 'and most of them', known / max(len(pairs), 1))
labels.write_text('rules:\n  - port: x\n')
r = dataset('-r', capture, '--labels', labels)
check(r.returncode == 1 and f'{labels}:2' in r.stderr, 'wrong labels: file and line', r.stderr)
r = dataset('-r', capture, *mapping)
check(r.returncode == 1 and 'fv64' in r.stderr, 'a capture has one mapping', r)
r = dataset('-r', folder / 'none.pcap', '--labels', labels)
check(r.returncode == 1, 'a capture that is not there', r)
end()
