#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: test_event.py BEFFROI SOURCE_FOLDER   What `beffroi import eve` keeps is what `beffroi event` finds: every line as it was, by its words,
page after page; the sums are those of the lines. Prints TAP."""
import collections, json, os, shutil, subprocess, sys, tempfile

from place import Places, remote
from tap import check, end

beffroi, source = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
folder = tempfile.mkdtemp(prefix='test-event-')
environment = {'PATH': os.environ['PATH'], 'LANG': 'C', 'HOME': folder}
environment |= {name: os.environ[name] for name in ('ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS') if name in os.environ}
places = Places(folder)


def path(name):
    return os.path.join(folder, name)


def run(*arguments):
    return subprocess.run([beffroi, *arguments], capture_output=True, text=True, timeout=240, env=environment)


def event(*arguments, dossier='d'):
    done = run('event', *arguments, '--dossier', places.dossier(dossier), '--format', 'json')
    try:
        return json.loads(done.stdout) | {'status': done.returncode}
    except ValueError:
        return {'status': done.returncode, 'events': [], 'errors': done.stderr}


def listed(*arguments, dossier='d'):
    return event('list', '--limit', '0', *arguments, dossier=dossier)['events']


eve = path('eve.json')
done = run('watch', '-r', os.path.join(source, 'data/demo/town-hall.pcap.zst'), '--no-dossier', '--eve', eve, '-q')
lines = [json.loads(line) for line in open(eve, encoding='utf-8')]
imported = json.loads(run('import', 'eve', eve, '--dossier', places.dossier('d'), '--format', 'json').stdout)
check(imported['events_kept'] == len(lines) and imported['events_refused'] == 0, 'an import keeps every event', imported)

days = event('days')['days']
check(sum(d['events'] for d in days) == len(lines) and [d['day'] for d in days] == sorted({e['timestamp'][:10] for e in lines}, reverse=True),
      'each in its day', days)
every = listed()
check(len(every) == len(lines), 'all are listed', len(every))
key = lambda e: json.dumps(e, sort_keys=True)
check(sorted(map(key, every)) == sorted(map(key, lines)), 'as they were')

types = collections.Counter(e['event_type'] for e in lines)
check(all(len(listed('--type', t)) == n for t, n in types.items()), 'by type', types)
hosts = collections.Counter(e[side] for e in lines for side in ('src_ip', 'dest_ip') if side in e)
host, _ = hosts.most_common(5)[-1]
wanted = [e for e in lines if host in json.dumps(e)]
found = listed('--search', host)
check({key(e) for e in found} >= {key(e) for e in lines if host in (e.get('src_ip'), e.get('dest_ip'))} and len(found) <= len(wanted), 'by address', (host, len(found), len(wanted)))
names = collections.Counter(e['dns']['rrname'] for e in lines if 'dns' in e and 'rrname' in e['dns'])
names.update(q['rrname'] for e in lines if 'dns' in e for q in e['dns'].get('queries', []))
name = max((n for n in names if len(n) < 100), key=lambda n: (n.count('.'), n))
check(len(listed('--search', name)) >= 1 and all(name in json.dumps(e, ensure_ascii=False) for e in listed('--search', name)), 'by name', name)
flow = next(e for e in lines if e['event_type'] == 'flow')
check(listed('--search', str(flow['flow_id']), '--type', 'flow') == [flow], 'by flow_id', flow['flow_id'])
check(listed('--search', 'no-such-word-anywhere') == [], 'what is not there is not found')

pages, after = [], []
while True:
    page = event('list', '--limit', '1000', *after)
    pages += page['events']
    if page['complete']:
        break
    after = ['--after', page['next']]
check(pages == every, 'pages add up to all, in order', len(pages))

middle = sorted(e['timestamp'] for e in lines)[len(lines) // 2][:19]
early, late = listed('--to', middle.replace('T', ' '), '--zone', 'UTC'), listed('--from', middle.replace('T', ' '), '--zone', 'UTC')
check(len(early) + len(late) == len(lines) and all(e['timestamp'][:19] < middle for e in early), 'before and after a moment', (middle, len(early), len(late)))

first, last = min(d['day'] for d in days), max(d['day'] for d in days)
view = event('traffic', '--from', first, '--zone', 'UTC')
flows = [e for e in lines if e['event_type'] == 'flow']
sums = [sum(e['flow'][k] for e in flows) for k in ('bytes_toserver', 'bytes_toclient')]
check(sum(a['flows'] for a in view['apps']) == len(flows) and [sum(a[k] for a in view['apps']) for k in ('bytes_out', 'bytes_in')] == sums,
      'the traffic is that of the flows', (view.get('apps'), sums))
in_buckets = collections.Counter()
for bucket in view['buckets']:
    for app, t in bucket['apps'].items():
        in_buckets[app] += t['bytes_out'] + t['bytes_in']
check(all(in_buckets[a['name']] == a['bytes_out'] + a['bytes_in'] for a in view['apps']), 'in its buckets too')
talk = collections.Counter()
for e in flows:
    for side in ('src_ip', 'dest_ip'):
        talk[e[side]] += e['flow']['bytes_toserver'] + e['flow']['bytes_toclient']
check(view['hosts'][0]['bytes_out'] + view['hosts'][0]['bytes_in'] == max(talk.values()), 'who talked most is first', view['hosts'][:2])
check(view['types'] == dict(types), 'events by type', view['types'])

again = json.loads(run('import', 'eve', eve, '--dossier', places.dossier('d'), '--format', 'json').stdout)
check(again['events_kept'] == 0 and again['events_known'] == len(lines) and len(listed()) == len(lines), 'a second import adds nothing', again)
with open(path('half.json'), 'w', encoding='utf-8') as file:
    file.writelines(open(eve, encoding='utf-8').readlines()[:len(lines) * 2 // 3])
run('import', 'eve', path('half.json'), '--dossier', places.dossier('e'))
run('import', 'eve', eve, '--dossier', places.dossier('e'))
check(len(listed(dossier='e')) == len(lines), 'a file that has grown adds what is new')


# ---- carried, checked, purged ----
def dossier(*arguments, of='d'):
    done = run('dossier', *arguments, '--dossier', places.dossier(of), '--format', 'json')
    try:
        return json.loads(done.stdout) | {'status': done.returncode}
    except ValueError:
        return {'status': done.returncode, 'errors': done.stderr}


def contents(name):
    return {os.path.relpath(os.path.join(top, n), path(name)): open(os.path.join(top, n), 'rb').read() for top, _, names in os.walk(path(name)) for n in names}


info = dossier('info')
check(info['events']['events'] == len(lines) and info['events']['days'] == len(days), 'info counts them', info)
check(dossier('verify')['days'] == len(days), 'verify looks at them', dossier('verify'))
check(dossier('export', path('x'))['status'] == 0, 'export')
day = days[0]['day']
out = subprocess.run(['zstd', '-dc', path(f'x/events/{day}.jsonl.zst')], capture_output=True, timeout=60)
check([json.loads(line) for line in out.stdout.splitlines()] == [e for e in reversed(every) if e['timestamp'][:10] == day], 'a day of an export is its lines, for zstd and anybody')
check(dossier('import', path('x'), of='i')['status'] == 0 and listed(dossier='i') == every, 'import brings them back')
dossier('export', path('y'), of='i')
check(contents('x') == contents('y'), 'to the byte', set(contents('x')) ^ set(contents('y')))
if remote:
    places.copy('d', 'r')  # as pg_dump and psql would
check(remote or dossier('backup', path('b'))['status'] == 0 and dossier('restore', path('b'), of='r')['status'] == 0 and listed(dossier='r') == every, 'backup and restore')
check(dossier('handover', path('h.tar'))['status'] == 0 and f'events/{day}.jsonl.zst' in subprocess.run(['tar', 'tf', path('h.tar')], capture_output=True, text=True).stdout, 'a hand-over of all has them')

os.remove(path(f'x/events/{day}.jsonl.zst'))
check(dossier('import', path('x'), of='j')['status'] == 1 and listed(dossier='j') == [], 'an export that lacks a day is refused')
shutil.copytree(path('y'), path('z'))
bad = path(f'z/events/{day}.jsonl.zst')
subprocess.run(['zstd', '-qf', '-o', bad], input=b'{"timestamp":"2026-03-03T00:00:00Z","event_type":"dns"}\nnonsense\n', check=True)
sums = subprocess.run(['sha256sum', bad], capture_output=True, text=True).stdout.split()[0]
text = open(path('z/SHA256SUMS')).read().splitlines()
open(path('z/SHA256SUMS'), 'w').write(''.join((f'{sums}  events/{day}.jsonl.zst' if l.endswith(f'events/{day}.jsonl.zst') else l) + '\n' for l in text))
refused = dossier('import', path('z'), of='k')
check(refused['status'] == 1 and ':2:' in refused['errors'] and listed(dossier='k') == [], 'a bad line is told with its number, and nothing stays', refused)

due = dossier('purge')
rule = next(r for r in due['rules'] if r['rule'] == 'events')
check(rule['due']['files'] == len(days) and rule['due']['objects'] == len(lines) and len(listed()) == len(lines), 'purge tells which days are due, and changes nothing', rule)
yes = dossier('purge', '--yes')
check(yes['status'] == 0 and event('days')['days'] == [] and (remote or os.listdir(path('d/events')) == []), 'with --yes they are gone, as files', yes)
check(dossier('verify')['status'] == 0, 'and the dossier holds', dossier('verify'))
told = [json.loads(l) for l in open(path('p/journal.jsonl'))] if dossier('export', path('p'))['status'] == 0 else []
check([l['object'] for l in told if l['action'] == 'purge' and l['object'].startswith('events/')] == ['events/' + d['day'] for d in reversed(days)], 'the journal has a line for each day', told[-3:])
small = dossier('purge', '--max-size', '1k', '--yes', of='r')
check(small['status'] == 0 and event('days', dossier='r')['days'] == [] and small['left_bytes'] <= 1024, 'purge makes room, events first', small)
run('import', 'eve', eve, '--dossier', places.dossier('d'))

text = run('event', 'list', '--dossier', places.dossier('d'), '--limit', '5').stdout
check(len(text.splitlines()) == 6 and '--after' in text, 'for people, a line each, and how to go on', text)
check(run('event', 'list', '--dossier', places.dossier('d'), '--limit', 'x').returncode == 2 and run('event', 'dance', '--dossier', places.dossier('d')).returncode == 2, 'wrong usage is said')
check(event('list', '--search', '...')['status'] == 1 and event('list', '--after', 'here')['status'] == 1, 'senseless searches are refused')

hostile = path('hostile.json')
with open(hostile, 'w', encoding='utf-8') as file:
    file.write('{"timestamp":"2026-03-03T08:00:00Z","event_type":"odd","http":{"hostname":"\\u001b[31mred\\u0007.example"},"src_ip":"\\u001b[2J"}\n')
    file.write('{"event_type":"stats"}\n')
refused = json.loads(run('import', 'eve', hostile, '--dossier', places.dossier('h'), '--format', 'json').stdout)
check(refused['events_refused'] == 1, 'an event without a time is not kept, and that is told', refused)
text = run('event', 'list', '--dossier', places.dossier('h')).stdout
check('\x1b' not in text and '\x07' not in text and 'red' in text, 'nothing of it reaches the terminal raw', repr(text))

if not remote:  # a server looks after its pages
    db = path('d/events/' + days[0]['day'] + '.db')
    content = bytearray(open(db, 'rb').read())
    for at in range(8192, len(content) - 8192, 4096):
        content[at + 2000:at + 2064] = bytes(64)
    open(db, 'wb').write(content)
    lost = run('event', 'list', '--limit', '0', '--dossier', places.dossier('d'))
    check(lost.returncode == 1 and 'damaged' in lost.stderr and days[0]['day'] in lost.stderr, 'a damaged day is said to be', lost.stderr)
    verdict = dossier('verify')
    check(verdict['status'] == 3 and [f['fault'] for f in verdict['findings']] == ['events-damaged'] and days[0]['day'] in verdict['findings'][0]['object'],
          'verify finds it, and goes on', verdict)
places.end()
end()
