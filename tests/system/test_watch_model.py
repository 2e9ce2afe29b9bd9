#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: test_watch_model.py BEFFROI SOURCE_FOLDER   from captures to vectors, to a model, to alerts with their reasons. Prints TAP."""
import json, os, pathlib, shutil, struct, subprocess, sys, tempfile
from tap import check, end

beffroi = os.path.abspath(sys.argv[1])
captures = pathlib.Path(sys.argv[2]) / 'tests' / 'captures' / 'behaviour'
room = tempfile.TemporaryDirectory()
folder = pathlib.Path(room.name)
environment = os.environ | {'LANG': 'C', 'HOME': str(folder), 'BEFFROI_DOSSIER': str(folder / 'none')}


def run(*words):
    return subprocess.run([beffroi, *map(str, words)], capture_output=True, text=True, env=environment, cwd=folder, timeout=300)


def positive(name):
    return captures / name / 'positive.pcap.gz'


def near_miss(name):
    return captures / name / 'near-miss.pcap.gz'


def watch(capture, *words, dossier=None):
    """What it said, and its events."""
    eve = folder / 'eve.json'
    eve.unlink(missing_ok=True)
    r = run('watch', '-q', '-r', capture, *(['--dossier', dossier] if dossier else ['--no-dossier']), '--eve', eve, *words)
    events = [json.loads(line) for line in eve.read_text().splitlines()] if eve.exists() else []
    return r, events


def of_model(events):
    return [e for e in events if e['event_type'] == 'alert' and e['beffroi']['detector'] == 'model']


def sets(kind, names, family, source):
    (folder / f'{kind}.yaml').write_text(f'default: benign\nrules:\n  - family: {family}\n    label: attack\n    source: {source}\n')
    words = [w for name in names for w in ('-r', positive(name) if kind == 'attacks' else near_miss(name))]
    r = run('learn', 'dataset', *words, '--labels', f'{kind}.yaml', '--out', f'{kind}.set', '--moments')
    return check(r.returncode == 0, f'{kind}: captures become a set', r.stdout + r.stderr)


# --- a model: attacks of one machine, honest work of others
sets('attacks', ['guess-ssh', 'guess-http', 'scan-vertical', 'scan-udp', 'guess-ftp'], 'lab', '192.168.20.31')
sets('work', ['guess-ssh', 'guess-http', 'scan-vertical', 'beacon', 'dga', 'exfiltration', 'lateral-movement', 'guess-ftp'], 'nobody', '198.51.100.250')
r = run('learn', 'train', 'attacks.set', 'work.set', '--mapping', 'fv64', '--out', 'raw.model', '--trees', 40, '--depth', 4)
check(r.returncode == 0, 'a model is trained on what the sensor computed', r.stderr)
subprocess.run(['openssl', 'genpkey', '-algorithm', 'ed25519', '-out', folder / 'key.pem'], check=True, capture_output=True)
(folder / 'sheet.md').write_text('Captures of the tests.\n')
shutil.copy(folder / 'raw.model', folder / 'good.model')
r = run('learn', 'approve', 'good.model', '--approver', 'Nadia Ferrand', '--sheet', 'sheet.md', '--key', 'key.pem')
check(r.returncode == 0, 'and approved', r.stderr)

# --- an attack of the kind that it learned
r, events = watch(positive('guess-ssh'), '--model', 'good.model')
alerts, flows = of_model(events), [e for e in events if e['event_type'] == 'flow']
check(r.returncode == 0 and alerts, 'it finds an attack of the kind that it learned', r.stdout + r.stderr)
first = alerts[0]
facts = {f['name']: f['value'] for f in first['beffroi']['facts']}
check(first['src_ip'] == '192.168.20.31' and first['alert']['signature_id'] == 9000100 and first['alert']['signature'] == 'Traffic like that of attacks',
      'as an EVE alert', first)
check(len(facts['vector']) == 128 and len(facts['model']) == 16 and facts['reasons'] and float(facts['margin']) > 3, 'with its vector, model, margin and reasons', facts)
check([a['beffroi']['count'] for a in alerts] == [3, 30], 'an attack that goes on is told ten times rarer each time', [a['beffroi']['count'] for a in alerts])
check(any(e['beffroi']['first'] <= first['timestamp'] for e in alerts) and first['timestamp'] < '2026-03-03T08:00:01', 'while it lasts, not at its end', first['timestamp'])
check(flows and all(set(f['model']) == {'score', 'decision', 'version'} and f['model']['version'] == facts['model'] and 0 <= f['model']['score'] <= 1 for f in flows),
      'each flow event says its score, decision and model', flows[:1])
check(sum(f['model']['decision'] == 'attack' for f in flows) > 10, 'most flows of the attack are called one')
stats = [e for e in events if e['event_type'] == 'stats'][-1]['stats']
check(stats['model']['flows'] == len(flows) and stats['model']['attacks'] > 10, 'stats events count', stats.get('model'))
check('Model: ' in r.stdout and 'like an attack' in r.stdout and 'was not calibrated on this site' in r.stderr, 'the answer counts too, and says what it was not told', r.stdout + r.stderr)
r, same = watch(positive('guess-ssh'), '--model', 'good.model', '--threads', 3)
check(of_model(same) == alerts, 'three workers: the same alerts')
r, events = watch(near_miss('guess-ssh'), '--model', 'good.model')
check(r.returncode == 0 and not of_model(events), 'somebody who mistypes a password is none', [a['beffroi'] for a in of_model(events)])

# --- as an incident, in both languages
dossier = folder / 'dossier'
r, events = watch(positive('scan-vertical'), '--model', 'good.model', '--format', 'json', dossier=dossier)
answer = json.loads(r.stdout)
check(answer['model']['used'] and answer['model']['attacks'] > 0, 'as JSON', answer.get('model'))
incidents = json.loads(run('incident', 'list', '--dossier', dossier, '--format', 'json').stdout)['incidents']
found = [i for i in incidents if 'model' in json.dumps(i)] or incidents
shown = run('incident', 'show', found[0]['id'], '--dossier', dossier).stdout
french = run('incident', 'show', found[0]['id'], '--dossier', dossier, '--lang', 'fr').stdout
check('Service: port' in shown or 'Service : port' in shown, 'an incident shows the reason', shown)
check('Service : port' in french and 'Service: port' not in french, 'and in French', french)

# --- an exception keeps it aside
r = run('exception', 'add', 'detector=model', 'address=192.168.20.31', 'why=a planned check', '--as', 'Nadia', '--dossier', dossier)
check(r.returncode == 0, 'an exception for the model and a machine', r.stderr)
r, events = watch(positive('guess-ssh'), '--model', 'good.model', '--format', 'json', dossier=dossier)
told = json.dumps(json.loads(r.stdout)['incidents'])
check(of_model(events) and '"model"' not in told, 'its alerts are events, and in no incident', told[:600])

# --- the dossier's own
(dossier / 'models').mkdir(exist_ok=True)
shutil.copy(folder / 'good.model', dossier / 'models' / 'active.model')
r, events = watch(positive('guess-ssh'), dossier=dossier)
check(of_model(events), 'without --model, the one in force in the dossier', r.stderr)
r, events = watch(positive('guess-ssh'), '--model', 'none', dossier=dossier)
check(r.returncode == 0 and not of_model(events) and 'Model' not in r.stdout and all('model' not in e for e in events), '--model none: none')

# --- calibrated: how sure it is was measured
r = run('learn', 'calibrate', '--model', dossier / 'models' / 'active.model', '--data', 'attacks.set', 'work.set', '--mapping', 'fv64')
check(r.returncode == 0, 'the model is calibrated', r.stdout + r.stderr)
r, events = watch(positive('guess-ssh'), dossier=dossier)
sure = [f['value'] for a in of_model(events) for f in a['beffroi']['facts'] if f['name'] == 'sure']
check(sure and int(sure[0].split()[2]) > 0 and 'not calibrated' not in r.stderr and 'is not used' not in r.stderr,
      'with its site file, alerts tell how often such ones are real', (sure, r.stderr))

# --- "this is normal for us"
run('exception', 'end', json.loads(run('exception', 'list', '--dossier', dossier, '--format', 'json').stdout)['exceptions'][0]['id'], '--dossier', dossier)
shown = json.loads(run('incident', 'show', found[0]['id'], '--dossier', dossier, '--format', 'json').stdout)
ids = [a['id'] for a in shown.get('alerts', []) if a['detector'] == 'model']
check(ids, 'an incident has the ids of its alerts', json.dumps(shown)[:800])
alert = ids[0] if ids else 'none'
r, events = watch(positive('scan-vertical'), dossier=dossier)
before = sum(f.get('model', {}).get('decision') == 'attack' for f in events if f['event_type'] == 'flow')
r = run('learn', 'normal', alert, '--because', 'our own check of passwords', '--as', 'Nadia', '--dossier', dossier)
check(r.returncode == 0 and 'normal, for 90 days' in r.stdout, 'a person says that it is normal here', r.stdout + r.stderr)
r, events = watch(positive('scan-vertical'), dossier=dossier)
after = sum(f.get('model', {}).get('decision') == 'attack' for f in events if f['event_type'] == 'flow')
check(after < before, 'and such flows are no attack any more', (before, after))
run('dossier', 'export', folder / 'export', '--dossier', dossier)
journal = ''.join(p.read_text(errors='replace') for p in (folder / 'export').rglob('*') if p.is_file() and 'journal' in p.name)
check('our own check of passwords' in journal and 'Nadia' in journal, 'who said so, and why, is in the journal', journal[-600:])
r = run('dossier', 'verify', '--dossier', dossier)
check(r.returncode == 0, 'and the chain holds', r.stdout + r.stderr)
for words, why in (((alert,), 'say which alert, and why'), ((alert, '--because', 'x', '--days', 9999), '1 to 730'), (('ALR-none', '--because', 'x'), '')):
    r = run('learn', 'normal', *words, '--dossier', dossier)
    check(r.returncode in (1, 2) and why in r.stderr and r.stderr.startswith('beffroi: '), f'learn normal {" ".join(map(str, words[1:]))}: refused', r.stderr)

# --- the analyst's view
r = run('learn', 'explain', '--alert', alert, '--dossier', dossier, '--format', 'json')
view = json.loads(r.stdout) if r.returncode == 0 else {'contributions': []}
total = view.get('base', 0) + sum(c['contribution'] for c in view['contributions'])
check(len(view['contributions']) == 64 and abs(total - view['margin']) < 0.01, 'all 64 contributions of an alert, which add up to its margin', r.stderr or view)
r = run('learn', 'explain', '--alert', 'ALR-none', '--dossier', dossier)
check(r.returncode == 1 and r.stderr.startswith('beffroi: '), 'no such alert', r.stderr)

# --- models that may not judge: refused with the reason, and the watch goes on
good = (folder / 'good.model').read_bytes()
(folder / 'cut.model').write_bytes(good[:len(good) // 2])
(folder / 'altered.model').write_bytes(good[:400] + bytes([good[400] ^ 1]) + good[401:])
(folder / 'text.model').write_text('a model\n')
(folder / 'nothing.model').write_bytes(b'')
for name, why in (('raw', 'sign'), ('cut', ''), ('altered', ''), ('text', ''), ('nothing', ''), ('absent', 'No such file')):
    r, events = watch(positive('guess-ssh'), '--model', f'{name}.model', '--format', 'json')
    answer = json.loads(r.stdout) if r.stdout else {}
    ok = r.returncode == 0 and f'beffroi: {name}.model: this model is not used, the watch goes on without one: ' in r.stderr and why in r.stderr
    check(ok and answer['incidents'] and answer['model']['used'] is False and answer['model']['reason'] and not of_model(events),
          f'{name}.model: refused with the reason, and the watch goes on', r.stderr + json.dumps(answer.get('model')))
r, events = watch(positive('guess-ssh'), '--model', 'raw.model')
check('Model: none was used: ' in r.stdout, 'and the answer says so', r.stdout)
(folder / 'good.model.site').write_bytes(b'no site')
r, events = watch(positive('guess-ssh'), '--model', 'good.model')
check(of_model(events) and 'what this model knows of this site is not used: ' in r.stderr, 'a site file that makes no sense is not used; the model is', r.stderr)
end()
