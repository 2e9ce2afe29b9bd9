#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: test_exception.py BEFFROI SOURCE_FOLDER   exceptions from outside: what they keep aside of a watch and of an import, what they
do not, how they end, and that nothing of it is lost. Prints TAP."""
import json, os, pathlib, subprocess, sys, tempfile
import tap
from place import Places
from tap import check

beffroi, source = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
folder = tempfile.mkdtemp(prefix='test-exception-')
environment = {'PATH': os.environ['PATH'], 'LANG': 'C', 'HOME': folder, 'USER': 'alice'}
environment |= {name: os.environ[name] for name in ('ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS') if name in os.environ}
places = Places(folder)
capture = source / 'data/demo/town-hall.pcap.zst'


def run(*arguments, at):
    return subprocess.run([beffroi, *map(str, arguments), '--dossier', at], capture_output=True, text=True, timeout=240, env=environment)


def ask(*arguments, at):
    done = run(*arguments, '--format', 'json', at=at)
    return json.loads(done.stdout) if done.returncode == 0 else {'errors': done.stderr}


def titles(at):
    found = set()
    for i in ask('incident', 'list', at=at)['incidents']:
        found |= {(a['detector'], a['source']) for a in ask('incident', 'show', i['id'], at=at)['alerts']}
    return found


plain, place = places.dossier('plain'), places.dossier('d')
events = os.path.join(folder, 'eve.json')
run('watch', '-q', '-r', capture, '--eve', events, at=plain)
usual = titles(plain)
run('dossier', 'init', at=place)
made = ask('exception', 'add', 'sid=9000028', 'address=192.168.20.12', 'until=2028-01-01', 'why=replaced in March', at=place)
check(made.get('exception', {}).get('state') == 'holds' and made['exception']['who'] == 'alice', 'an exception is made', made)
first = made['exception']['id']
second = ask('exception', 'add', 'pattern=TELEMETRY-sync.example', 'why=our telemetry', at=place)['exception']['id']
other = ask('exception', 'add', 'detector=beacon', 'address=192.168.20.31', 'side=target', 'why=the other side', at=place)['exception']['id']
done = run('watch', '-q', '-r', capture, at=place)
check(done.returncode == 0 and '2 alerts were kept aside by exceptions' in done.stdout, 'the watch tells how many', done.stdout[-300:])
kept = titles(place)
aside = {d for d, s in usual - kept}
check(aside == {'certificate-expired', 'dns-tunnel'} and kept < usual, 'these two, and nothing else, are in no incident', usual ^ kept)
shown = {id: ask('exception', 'show', id, at=place) for id in (first, second, other)}
check([len(shown[id]['alerts']) for id in (first, second, other)] == [1, 1, 0], 'each can be listed', shown)
check([a['detector'] for a in shown[first]['alerts']] == ['certificate-expired'] and shown[first]['alerts'][0]['exception'] == first, 'with what it was', shown[first])
listed = ask('exception', 'list', at=place)
check({e['id']: e['hidden'] for e in listed['exceptions']} == {first: 1, second: 1, other: 0} and listed['total'] == 3, 'and is counted', listed)
check(ask('dossier', 'verify', at=place).get('errors') is None, 'the dossier is as it was written')
again = run('watch', '-q', '-r', capture, at=place)
check({e['id']: e['hidden'] for e in ask('exception', 'list', at=place)['exceptions']} == {first: 1, second: 1, other: 0}, 'the same capture again adds nothing', again.stdout[-200:])

# An incident and a rule name the exceptions that concern them: by one of its alerts, by what its attacker did, by number or message.
def concerned(at, which):
    return {i['attacker']: {e['id'] for e in ask('incident', 'show', i['id'], at=at)['exceptions']} for i in ask('incident', 'list', at=at)['incidents'] if which in i['attacker']}


late = ask('exception', 'add', 'detector=beacon', 'address=192.168.20.31', 'side=source', 'why=known', at=place)['exception']['id']
found = concerned(place, '192.168.20.')
hidden_of = {a['source']: id for id in (first, second) for a in shown[id]['alerts']}
beacons = {s for d, s in kept if d == 'beacon'}
check(beacons == {'192.168.20.31'} and late in found['192.168.20.31'] and other not in found['192.168.20.31'], 'an incident names the exception that fits one of its alerts', found)
check(all(id in found[s] for s, id in hidden_of.items() if s in found) and any(s in found for s in hidden_of), 'and the one that keeps aside what its attacker did', (found, hidden_of))
check(not any(late in ids for s, ids in found.items() if s != '192.168.20.31'), 'and no other', found)
told = next(i['id'] for i in ask('incident', 'list', at=place)['incidents'] if i['attacker'] == '192.168.20.31')
shown_text = run('incident', 'show', told, at=place).stdout
check('Exceptions that concern it' in shown_text and late in shown_text and 'alice: known' in shown_text, 'in words too', shown_text)
site = os.path.join(folder, 'site.rules')
with open(site, 'w') as out:
    out.write('alert tcp any any -> any any (msg:"to telemetry-sync.example"; content:"a"; sid:7;)\nalert tcp any any -> any any (msg:"other"; content:"a"; sid:9000028;)\nalert tcp any any -> any any (msg:"none"; content:"a"; sid:8;)\n')
listed = {r['sid']: r.get('exceptions') for r in ask('rules', 'list', site, at=place)['rules']}
check(listed == {7: [second], 9000028: [first], 8: None}, 'rules list names them', listed)
said = run('rules', 'explain', 7, site, at=place).stdout
check('Exceptions: such alerts are kept aside' in said and second in said and 'our telemetry' in said, 'rules explain too', said)
answer = ask('rules', 'explain', 9000028, site, at=place)
check([(e['id'], e['holds'], e['hidden'], e['who']) for e in answer['exceptions']] == [(first, True, 1, 'alice')], 'in JSON', answer)
done = run('rules', 'list', site, at=os.path.join(folder, 'nowhere'))
check(done.returncode == 1 and 'no dossier here' in done.stderr, 'a dossier that is asked for must be there', done)
done = subprocess.run([beffroi, 'rules', 'list', site], capture_output=True, text=True, env=environment)
check(done.returncode == 0 and done.stdout.count('\n') == 4, 'none is needed', done)
run('exception', 'end', late, at=place)

# An import hears of them too.
imported = places.dossier('i')
run('dossier', 'init', at=imported)
ask('exception', 'add', 'detector=certificate-expired', 'why=x', at=imported)
answer = ask('import', 'eve', events, at=imported)
check(answer.get('alerts_aside') == 1 and 'certificate-expired' not in {d for d, s in titles(imported)}, 'of an import too', answer)

# Ended, it hides no more.
check(run('exception', 'end', first, at=place).returncode == 0, 'one ends')
check(ask('exception', 'show', first, at=place)['exception']['state'] == 'ended', 'and says so')
check('has ended already' in run('exception', 'end', first, at=place).stderr, 'once')
lines = ask('trace', first, at=place)
check('replaced in March' in json.dumps(lines), 'what it is linked to can be traced', lines)

# What is refused.
for words, wanted in ((['why=x'], 'sid'), (['sid=9000028'], 'why'), (['sid=x', 'why=y'], 'number'), (['address=nobody', 'why=y'], 'name of a machine'),
                      (['detector=bacon', 'why=y'], 'detector'), (['sid=1', 'why=y', 'until=2020-01-01'], 'future'), (['sid=1', 'why=y', 'until=2099-01-01'], 'two years'),
                      (['sid=1', 'why=y', 'side=left'], 'either'), (['sid=1', 'why=y', 'colour=red'], 'was expected'), (['sid=1', 'why=a\nb'], 'one line')):
    done = run('exception', 'add', *words, at=place)
    check(done.returncode == 1 and wanted in done.stderr, f'refused: {" ".join(words)!r}', done)
check(run('exception', 'show', 'EXC-nothing', at=place).returncode == 1 and run('exception', 'shake', at=place).returncode == 2, 'what is not there; wrong usage')
check(len(ask('exception', 'list', at=place)['exceptions']) == 4, 'what is refused leaves nothing')
tap.end()
