#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: test_import_zeek.py BEFFROI SOURCE_FOLDER   `beffroi import zeek` from outside: the incidents of a capture, of its EVE and of the
Zeek logs of the same traffic are the same. Prints TAP."""
import json, os, subprocess, sys, tempfile
import tap, zeek_of_eve
from place import Places
from tap import check

beffroi, source = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
folder = tempfile.mkdtemp(prefix='test-zeek-') # short: a server's names have 63 bytes
places = Places(folder)
environment = {'PATH': os.environ['PATH'], 'LANG': 'C', 'HOME': folder}
environment |= {name: os.environ[name] for name in ('ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS') if name in os.environ}


def path(name):
    return os.path.join(folder, name)


def run(*arguments, **more):
    return subprocess.run([beffroi, *arguments], capture_output=True, text=True, timeout=240, env=environment, **more)


def load(form, files, dossier, **more):
    done = run('import', form, *files, '--dossier', places.dossier(dossier), '--format', 'json', **more)
    try:
        return json.loads(done.stdout) | {'status': done.returncode, 'errors': done.stderr}
    except ValueError:
        return {'status': done.returncode, 'errors': done.stderr, 'out': done.stdout}


def incidents(dossier):
    listed = json.loads(run('incident', 'list', '--dossier', places.dossier(dossier), '--format', 'json').stdout)['incidents']
    return [json.loads(run('incident', 'show', i['id'], '--dossier', places.dossier(dossier), '--format', 'json').stdout)['story'] for i in listed]


def story(dossier, without=()):
    """Who attacked whom, how far, found by what: what must not depend on the way the facts came in."""
    told = []
    for i in incidents(dossier):
        parts = sorted(p['detector'] for p in i['parts'] if p['detector'] not in without)
        if parts:
            told.append((i['attacker'], i['severity'], sorted(i['victims']), parts))
    return sorted(told)


def write(name, text):
    with open(path(name), 'w', encoding='utf-8') as file:
        file.write(text)
    return path(name)


def events_of(capture, name):
    run('watch', '-r', capture, '--eve', path(name + '.json'), '--features', '--no-dossier', '-q')
    return [json.loads(line) for line in open(path(name + '.json'), encoding='utf-8')]


# The same traffic, told three ways.
demo = os.path.join(source, 'data/demo/town-hall.pcap.zst')
events = [e for e in events_of(demo, 'demo') if e['event_type'] != 'alert']
run('watch', '-r', demo, '--dossier', places.dossier('watched'), '-q')
write('bare.json', ''.join(json.dumps(e) + '\n' for e in events))
load('eve', [path('bare.json')], 'eve')
watched = story('watched')
tab = zeek_of_eve.write(events, path('tab'))
a = load('zeek', tab, 'tab')
check(a.get('status') == 0 and a.get('bad') == 0 and a.get('observations', 0) > 1500, 'the logs of the demonstration are read whole', a)
check(len(watched) == 3 and story('tab') == watched, 'the incidents of the logs are those of the capture', (watched, story('tab')))
check(story('eve') == watched, 'and those of its EVE', (watched, story('eve')))
found = json.loads(run('event', 'list', '--search', 'intranet.valbourg.example', '--dossier', places.dossier('tab'), '--format', 'json').stdout)['events']
check(len(found) > 10 and {e['event_type'] for e in found} >= {'http', 'tls'} and all(e['origin'] == 'zeek' for e in found), 'what the logs tell is kept by day, and found as events', found[:2])
b = load('zeek', tab, 'tab')
check(b.get('alerts_new') == 0 and b.get('incidents_new') == 0, 'imported twice, they add nothing', b)
load('zeek', zeek_of_eve.write(events, path('js'), 'json'), 'js')
check(story('js') == watched, 'the JSON form tells the same', story('js'))
load('zeek', zeek_of_eve.write(events, path('bar'), 'tsv', '|'), 'bar')
check(story('bar') == watched, 'and so do other separators', story('bar'))
together = write('together.log', ''.join(open(name, encoding='utf-8').read() for name in reversed(tab)))
load('zeek', ['-'], 'together', input=open(together, encoding='utf-8').read())
check(story('together') == watched, 'all logs in one stream, each with its own head', story('together'))

# One detector each: what is in the capture, by EVE and by the logs. Of the kinds of facts that no log tells, nothing is asked.
silent = {'arp-spoof', 'address-duplicate', 'new-device', 'slow-http', 'guess-http', 'guess-database', 'flood-icmp'}
only_ftp = {'cleartext-credentials'} # the passwords of other protocols are in no log
for name in sorted(os.listdir(os.path.join(source, 'tests/captures/behaviour'))):
    inside = os.path.join(source, 'tests/captures/behaviour', name)
    if name in silent or not os.path.isdir(inside):
        continue
    captures = sorted(f for f in os.listdir(inside) if 'pcap' in f)
    for capture in captures:
        label = f'{name}-{capture}'
        told = [e for e in events_of(os.path.join(inside, capture), label) if e['event_type'] != 'alert']
        run('watch', '-r', os.path.join(inside, capture), '--dossier', places.dossier(label + '-w'), '-q')
        load('zeek', zeek_of_eve.write(told, path(label)), label + '-z')
        here, there = story(label + '-w', silent | only_ftp), story(label + '-z', silent | only_ftp)
        check(here == there, f'{name}/{capture}: the logs tell what the capture tells', (here, there))

ftp = [i for i in story('cleartext-credentials-positive.pcap.gz-z') if i[3] == ['cleartext-credentials']]
check([i[0] for i in ftp] == ['203.0.113.21'], 'a password that FTP sent in clear is told', ftp)

# The other logs.
NOTICE = '#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tnotice\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tnote\tmsg\tsub\tsrc\tdst\tp\tn\n'
write('notice.log', NOTICE + '1772524804.5\t-\t-\t-\t-\t-\t-\tSSH::Password_Guessing\t203.0.113.9 appears to be guessing SSH\\x09passwords\tSampled servers\t203.0.113.9\t-\t22\t30\n'
      '1772524805.5\tC1\t203.0.113.9\t4000\t10.0.0.5\t80\ttcp\tHTTP::SQL_Injection_Attacker\tSQL injection\t-\t203.0.113.9\t-\t80\t-\n'
      '1772524806.5\t-\t-\t-\t-\t-\t-\tCaptureLoss::Too_Much_Loss\tlost\t-\t-\t-\t-\t-\n#close\t2026-03-03-08-00-10\n')
a = load('zeek', [path('notice.log')], 'notice')
i = (incidents('notice') or [{}])[0]
check(a.get('status') == 0 and a.get('alerts') == 2 and a.get('events') == 10 and i.get('stages') == ['access', 'credentials'] and i.get('attacker') == '203.0.113.9',
      'notices become alerts, with the stage that their name tells', (a, i))
write('intel.log', json.dumps({'ts': 1772524804.5, '_path': 'intel', 'id.orig_h': '10.0.0.5', 'id.orig_p': 40000, 'id.resp_h': '203.0.113.9', 'id.resp_p': 443,
                               'seen.indicator': 'bad.example', 'seen.indicator_type': 'Intel::DOMAIN', 'sources': ['list']}) + '\n')
a = load('zeek', [path('intel.log')], 'intel')
check(a.get('alerts_new') == 1 and incidents('intel')[0]['stages'] == ['command-and-control'], 'an indicator that was seen is an alert', a)
write('bad.log', '1772524804.5\t-\n' + NOTICE + 'yesterday\t-\t-\t-\t-\t-\t-\tScan::Port_Scan\tm\t-\t203.0.113.9\t-\t-\t-\n' '1772524804.5\ttoo\tfew\n{"ts":1,"note":\n'
      '1772524804.5\t-\t-\t-\t-\t-\t-\tScan::Port_Scan\tm\t-\t203.0.113.9\t-\t-\t-\n')
a = load('zeek', [path('bad.log')], 'bad')
check(a.get('status') == 4 and a.get('alerts_new') == 1 and [b['line'] for b in a.get('bad_lines', [])] == [1, 8, 9, 10], 'bad lines are told, the good ones are kept', a)

# Real logs, of Zeek itself: where there are none, it is said.
corpus = os.path.join(os.environ.get('BEFFROI_CORPUS') or os.path.join(source, '../shared/corpus'), 'pcap/slips')
if os.path.isdir(corpus):
    a = load('zeek', [os.path.join(corpus, 'port-scans/vertical/conn.log')], 'vertical')
    check(a.get('bad') == 0 and [i[3] for i in story('vertical')] == [['scan-vertical']], "a real log: Zeek's of a port scan", (a, story('vertical')))
    mixed = os.path.join(corpus, 'test9-mixed-zeek-dir')
    a = load('zeek', sorted(os.path.join(mixed, f) for f in os.listdir(mixed) if f.endswith('.log')), 'mixed')
    check(a.get('bad') == 0 and a.get('alerts') == 18 and a.get('observations', 0) > 1500, 'real logs in JSON, all of a folder', a)
else:
    tap.skip("real logs of Zeek", f'no corpus in {corpus} (BEFFROI_CORPUS)')

places.end()
tap.end()
