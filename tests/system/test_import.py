#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: test_import.py BEFFROI SOURCE_FOLDER   `beffroi import eve` from outside: the events of a capture lead to the same incidents as
the capture; another sensor's alerts become incidents; bad lines are told and the good ones kept. Prints TAP."""
import json, os, subprocess, sys, tempfile
import tap
from place import Places
from tap import check

beffroi, source = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
folder = tempfile.mkdtemp(prefix='test-import-')
environment = {'PATH': os.environ['PATH'], 'LANG': 'C', 'HOME': folder}
environment |= {name: os.environ[name] for name in ('ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS') if name in os.environ}
demo = os.path.join(source, 'data/demo/town-hall.pcap.zst')
places = Places(folder)


def path(name):
    return os.path.join(folder, name)


def run(*arguments, **more):
    return subprocess.run([beffroi, *arguments], capture_output=True, text=True, timeout=240, env=environment, **more)


def load(name, dossier, **more):
    done = run('import', 'eve', name, '--dossier', places.dossier(dossier), '--format', 'json', **more)
    try:
        return json.loads(done.stdout) | {'status': done.returncode, 'errors': done.stderr}
    except ValueError:
        return {'status': done.returncode, 'errors': done.stderr, 'out': done.stdout}


def incidents(dossier):
    return json.loads(run('incident', 'list', '--dossier', places.dossier(dossier), '--format', 'json').stdout)['incidents']


def stories(dossier):
    return [json.loads(run('incident', 'show', i['id'], '--dossier', places.dossier(dossier), '--format', 'json').stdout)['story'] for i in incidents(dossier)]


def story(dossier):
    """Who attacked whom, how far, found by what: what must not depend on the way the facts came in."""
    return [(i['attacker'], i['stages'], i['severity'], sorted(i['victims']), i['alerts'], sorted(p['detector'] for p in i['parts'])) for i in stories(dossier)]


def write(name, *lines):
    with open(path(name), 'wb') as file:
        for line in lines:
            file.write(line if isinstance(line, bytes) else json.dumps(line).encode())
            file.write(b'\n')
    return path(name)


def journal(dossier):
    return json.loads(run('dossier', 'info', '--dossier', places.dossier(dossier), '--format', 'json').stdout)


# The events of the demonstration, with and without the alerts that watch wrote among them.
run('watch', '-r', demo, '--eve', path('events.json'), '--no-dossier', '-q')
run('watch', '-r', demo, '--dossier', places.dossier('watched'), '-q')
lines = open(path('events.json'), 'rb').read().splitlines()
bare = write('bare.json', *[line for line in lines if b'"event_type":"alert"' not in line])
a = load(path('events.json'), 'with-alerts')
check(a.get('status') == 0 and a.get('lines') == len(lines) and a.get('alerts') == 14 and a.get('bad') == 0 and a.get('incidents_new') == 3,
      'a file of our own is imported whole', a)
check(a.get('alerts_found') == 0, 'what our detectors said in the file is not found a second time', a)
watched = story('watched')
check(len(watched) == 3 and story('with-alerts') == watched, 'its incidents are those of the capture', (watched, story('with-alerts')))
a = load(bare, 'without')
check(a.get('status') == 0 and a.get('alerts') == 0 and a.get('alerts_found') == 14, 'without its alerts, the detectors find them in the events', a)
check(story('without') == watched, 'and the incidents are those of the capture: attackers, victims, stages, gravity, detectors', (watched, story('without')))
again = journal('without')
b = load(bare, 'without')
check(b.get('status') == 0 and b.get('alerts_new') == 0 and b.get('incidents_new') == 0 and journal('without') == again, 'imported twice, it adds nothing', (b, again, journal('without')))
write('turned.json', *reversed([line for line in lines if b'"event_type":"alert"' not in line]))
load(path('turned.json'), 'turned')
check(story('turned') == watched, 'the order of the lines does not matter', (watched, story('turned')))
check(run('dossier', 'verify', '--dossier', places.dossier('without')).returncode == 0, 'the dossier verifies')

# Another sensor.
def theirs(second, source_ip, target_ip, signature, category, severity=1, **more):
    return {'timestamp': f'2026-03-03T08:00:{second:02}.5+0100', 'flow_id': 5 + second, 'event_type': 'alert', 'src_ip': source_ip, 'src_port': 40000,
            'dest_ip': target_ip, 'dest_port': 80, 'proto': 'TCP',
            'alert': {'action': 'allowed', 'gid': 1, 'signature_id': 2000000 + second, 'rev': 2, 'signature': signature, 'category': category, 'severity': severity} | more}


scan = theirs(1, '203.0.113.9', '10.0.0.5', 'a scan', 'Attempted Information Leak', 2)
attack = theirs(2, '203.0.113.9', '10.0.0.5', 'an "attack"\u001b[31m', 'Web Application Attack')
onward = theirs(3, '10.0.0.5', '10.0.0.6', 'a worm', 'A Network Trojan was detected', metadata={'mitre_tactic_id': ['TA0008'], 'mitre_technique_id': ['T1021']})
elsewhere = theirs(4, '198.51.100.4', '10.0.0.8', 'another', 'Web Application Attack')
a = load(write('theirs.json', scan, attack, onward, elsewhere, {'timestamp': 'x', 'event_type': 'stats'}), 'theirs')
check(a.get('status') == 0 and a.get('alerts') == 4 and a.get('alerts_new') == 4 and a.get('incidents_new') == 2 and a.get('events') == 5, "another sensor's alerts", a)
found = {i['attacker']: i for i in stories('theirs')}
i = found.get('203.0.113.9', {})
check(i.get('stages') == ['reconnaissance', 'access', 'lateral-movement'] and i.get('alerts') == 3, 'who was attacked and attacks in turn belongs to the same incident', found)
check(i.get('first', '').startswith('2026-03-03T07:00:01.5'), 'times are in UTC', i)
shown = run('incident', 'show', i.get('id', ''), '--dossier', places.dossier('theirs'), '--lang', 'fr').stdout
check('Alerte d' in shown and 'Web Application Attack' in shown and '\x1b' not in shown, 'it reads in French, without the control characters of the rule', shown)

# Bad lines.
a = load(write('bad.json', scan, b'{"event_type":', attack, b'\xff\xfe', scan | {'src_ip': '1.2.3'}, b'', elsewhere), 'bad')
check(a.get('status') == 4 and a.get('alerts_new') == 3 and a.get('bad') == 3 and [b['line'] for b in a['bad_lines']] == [2, 4, 5], 'bad lines are told, the good ones are kept', a)
check('bad.json:2: ' in a['errors'] and '3 lines are not right' in a['errors'] and len(incidents('bad')) == 2, 'with file and line', a)
a = load(write('worse.json', *[b'nonsense'] * 50, scan), 'worse')
check(a.get('status') == 4 and a.get('bad') == 50 and len(a['bad_lines']) == 20 and a['errors'].count('worse.json:') == 20 and a.get('alerts_new') == 1,
      'the first 20 are listed, the rest is counted', a)
a = load(write('long.json', b'{"event_type":"alert","x":"' + b'y' * 3000000 + b'"}', scan), 'long')
check(a.get('status') == 4 and a.get('bad') == 1 and '1 MB' in a['bad_lines'][0]['reason'] and a.get('alerts_new') == 1, 'a line without end', a)
deep = load(write('deep.json', b'[' * 200000, scan), 'deep')
check(deep.get('status') == 4 and deep.get('alerts_new') == 1, 'a line without bottom', deep)
a = load('-', 'piped', input=json.dumps(scan))
check(a.get('status') == 0 and a.get('alerts_new') == 1, 'from the standard input, without a final end of line', a)
a = load(write('empty.json'), 'empty')
check(a.get('status') == 0 and a.get('lines') == 0, 'an empty file is no error', a)

# Refusals.
check(load(path('not-there'), 'none').get('status') == 1 and not os.path.exists(path('none/dossier.db')), 'a file that is not there')
check(load(folder, 'none').get('status') == 1, 'a folder instead of a file')
check(run('import').returncode == 2 and run('import', 'eve').returncode == 2 and run('import', 'other', 'x').returncode == 2, 'wrong usage')
french = run('import', 'eve', path('theirs.json'), '--dossier', places.dossier('theirs'), '--lang', 'fr')
check(french.returncode == 0 and 'Incidents : 2, dont nouveaux : 0' in french.stdout.replace('\u00a0', ' '), 'the answer in French', french.stdout + french.stderr)

places.end()
tap.end()
