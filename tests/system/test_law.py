#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: test_law.py BEFFROI SOURCE_FOLDER   `beffroi law` from outside: the contract of its JSON, its refusals, both languages. Prints TAP."""
import json, os, subprocess, sys, tempfile

beffroi, source = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
environment = {k: v for k, v in os.environ.items() if k in ('PATH', 'ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS')} | {'LANG': 'C', 'HOME': '/nowhere'}
number = failures = 0


def check(ok, what, detail=''):
    global number, failures
    number += 1
    failures += not ok
    print(f"{'ok' if ok else 'not ok'} {number} - {what}", flush=True)
    if not ok:
        print('# ' + str(detail)[:900].replace('\n', '\n# '))


def run(*arguments, **env):
    return subprocess.run([beffroi, 'law', *arguments], capture_output=True, text=True, timeout=60, env=environment | env)


def answer(*arguments):
    r = run(*arguments, '--format', 'json')
    return json.loads(r.stdout) if r.returncode == 0 else {'failed': r.stderr, 'steps': []}


def step(a, name):
    return next((s for s in a['steps'] if s['step'] == name), {'missing': a})


a = answer('deadline', 'gdpr', '--aware', '2026-10-24T12:00:00+02:00', '--zone', 'Europe/Paris')
check(a.get('profile') == 'gdpr' and a.get('zone') == 'Europe/Paris' and a.get('aware') == '2026-10-24T12:00:00+02:00', 'the answer repeats the question', a)
s = step(a, 'notification')
check(s.get('deadline_utc') == '2026-10-27T10:00:00Z' and s.get('deadline_local') == '2026-10-27T11:00:00+01:00' and s.get('name'),
      '72 hours over the clock change, in UTC and local time, with a name', s)
check(run('deadline', 'gdpr', '--aware', '2026-11-20 17:30', TZ='Asia/Tokyo').stdout.find('Mon 2026-11-23 17:30 (+01:00)') > 0,
      "the process's own TZ changes nothing")
a = answer('deadline', 'nis2', '--aware', '2027-01-29T08:00', '--at', 'notification=2027-01-31T09:00')
check(step(a, 'final-report').get('deadline_local') == '2027-02-28T09:00:00+01:00' and step(a, 'final-report').get('assumed') is False,
      'the final report counts from the notification that was sent', a)
a = answer('deadline', 'cra-vulnerability', '--aware', '2026-11-20T17:30')
check(step(a, 'final-report').get('deadline_utc', 0) is None and step(a, 'final-report').get('waits_for') == 'fix', 'a step that waits says for what', a)
a = answer('deadline', 'oiv', '--aware', '2026-11-20T17:30')
check(step(a, 'declaration').get('without_delay') is True and step(a, 'declaration').get('state') == 'to-verify', 'without delay is no date', a)
a = answer('deadline', 'dora', '--aware', '2026-11-20T17:30')
check(step(a, 'initial').get('deadline_local') == '2026-11-23T12:00:00+01:00' and step(a, 'initial').get('before_rule_local') == '2026-11-21T17:30:00+01:00',
      'the week-end rule says what it moved', a)

profiles = json.loads(run('list', '--format', 'json').stdout)['profiles']
check({'gdpr', 'nis2', 'insurance', 'cra-incident', 'dora', 'health', 'oiv'} <= {p['profile'] for p in profiles}, 'the list has the clocks of the domain', profiles)
check(all(s['state'] in ('in-force', 'draft', 'to-verify') and s['article'] and s['source'] and s['tell'] for p in profiles for s in p['steps']),
      'each line has its article, source, state and whom to tell')
page = open(os.path.join(source, 'man/beffroi-law.1')).read()
script = subprocess.run([beffroi, 'completion', 'bash'], capture_output=True, text=True, env=environment).stdout
missing = [p['profile'] for p in profiles if p['profile'] not in page or p['profile'] not in script]
check(not missing, 'each profile is in the manual page and in the completion', missing)
french = run('deadline', 'gdpr', '--aware', '2026-11-20 17:30', '--lang', 'fr')
check('lun. 2026-11-23 17:30' in french.stdout and 'Règlement (UE) 2016/679 (RGPD), 33(1)' in french.stdout and '72 heures après la prise de connaissance' in french.stdout, 'in French too', french.stdout)

refusals = [
    ('a time that was twice', ('deadline', 'gdpr', '--aware', '2026-10-25T02:30'), ('02:30:00+02:00', '02:30:00+01:00')),
    ('a time that never was', ('deadline', 'gdpr', '--aware', '2026-03-29T02:30'), ('03:30:00+02:00',)),
    ('no time', ('deadline', 'gdpr', '--aware', 'yesterday'), ('yesterday', '2026-10-24')),
    ('no awareness', ('deadline', 'gdpr'), ('--aware',)),
    ('an unknown profile', ('deadline', 'gdrp', '--aware', '2026-11-20T17:30Z'), ('gdrp', 'law list')),
    ('an event nobody waits for', ('deadline', 'gdpr', '--aware', '2026-11-20T17:30Z', '--at', 'notifcation=2026-11-21T00:00Z'), ('notifcation',)),
    ('an unknown zone', ('deadline', 'gdpr', '--aware', '2026-11-20T17:30Z', '--zone', 'Europe/Gotham'), ('Europe/Gotham', 'Europe/Paris')),
    ('a zone outside its folder', ('deadline', 'gdpr', '--aware', '2026-11-20T17:30Z', '--zone', '../../../etc/passwd'), ('passwd',)),
    ('a table that is not there', ('list', '--clocks', '/nowhere/clocks.yaml'), ('/nowhere/clocks.yaml',)),
    ('no word', (), ('law list',)),
]
for what, arguments, words in refusals:
    r = run(*arguments)
    check(r.returncode in (1, 2) and r.stdout == '' and r.stderr.count('\n') == 1 and all(w in r.stderr for w in words), f'refused in one clear line: {what}', r)

with tempfile.TemporaryDirectory() as folder:
    mine = os.path.join(folder, 'mine.yaml')
    text = open(os.path.join(source, 'data/law/clocks.yaml')).read()
    open(mine, 'w').write(text.replace('delay: 72', 'delay: 71', 1))
    a = answer('deadline', 'gdpr', '--aware', '2026-10-24T12:00:00+02:00', '--clocks', mine)
    check(step(a, 'notification').get('deadline_utc') == '2026-10-27T09:00:00Z', 'a table of the reader is used', a)
    open(mine, 'w').write(text.replace('unit: hours', 'unit: weeks', 1))
    r = run('list', '--clocks', mine)
    line = text[:text.index('unit: hours')].count('\n') + 1
    check(r.returncode != 0 and f'{mine}:{line}:' in r.stderr, 'a mistake in it is named with its line', r.stderr)

print(f'1..{number}')
sys.exit(1 if failures else 0)
