#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: test_clerk.py BEFFROI SOURCE_FOLDER   What the console may ask of a dossier, asked of the clerk itself. Prints TAP."""
import os, shutil, subprocess, sys, tempfile

from clerk import Clerk
from tap import check, end

beffroi, source = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
folder = tempfile.mkdtemp(prefix='test-clerk-')
dossier = os.path.join(folder, 'dossier')
os.mkdir(dossier, 0o700)
environment = {k: v for k, v in os.environ.items() if k in ('PATH', 'ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS')} | {
    'LANG': 'C', 'HOME': folder, 'BEFFROI_DOSSIER': dossier, 'USER': 'alice'}


def run(*arguments):
    return subprocess.run([beffroi, *arguments], capture_output=True, text=True, timeout=120, env=environment)


def refused(answer, status, code, field=None):
    error = answer.json.get('error', {})
    return answer.status == status and error.get('code') == code and error.get('text', '') != '' and error.get('field') == field


run('watch', '-r', os.path.join(source, 'data/demo/town-hall.pcap.zst'), '--quiet')
clerk = Clerk(beffroi, source, dossier, env=environment)
check(clerk.fault is None and len(clerk.link) == 64, 'it opens the dossier, and gives a link for the first person', clerk.fault)

# --- who asks
check(refused(clerk.ask('session-show'), 401, 'sign-in'), 'nobody is signed in at first')
check(refused(clerk.ask('session-link', body={'token': 'x' * 64}), 403, 'forbidden'), 'another link opens nothing')
check(clerk.sign_in().status == 200 and clerk.csrf != '' and clerk.session != clerk.link, 'the link signs in')
check(refused(clerk.ask('session-link', body={'token': clerk.link}), 403, 'forbidden'), 'once only')
check(refused(clerk.ask('incident-list', session='0' * 64), 401, 'sign-in'), 'another secret is nobody')

# --- reading
listed = clerk.ask('incident-list').json
ids = [i['id'] for i in listed['incidents']]
check(listed['total'] == 3 and 'next' not in listed and [i['severity'] for i in listed['incidents']] == ['critical', 'significant', 'significant'],
      'incidents, gravest first', listed)
one, seen = clerk.ask('incident-list', limit=1), []
while True:
    seen += [i['id'] for i in one.json['incidents']]
    if 'next' not in one.json:
        break
    one = clerk.ask('incident-list', limit=1, after=one.json['next'])
check(seen == ids, 'page by page the same', seen)
check([i['id'] for i in clerk.ask('incident-list', q='CERTIFICATE').json['incidents']] == [i['id'] for i in listed['incidents'] if i['title'].startswith('Certificate')],
      'a word is searched')
check(clerk.ask('incident-list', severity='critical', state='open').json['total'] == 1 and clerk.ask('incident-list', state='closed,merged').json['total'] == 0, 'and states')
check(refused(clerk.ask('incident-list', limit=201), 422, 'invalid', 'limit') and refused(clerk.ask('incident-list', limit='x'), 422, 'invalid', 'limit'), 'a limit is a limit')
check(refused(clerk.ask('incident-list', after='elsewhere'), 422, 'invalid', 'after'), 'a cursor that none of ours is')
check(refused(clerk.ask('incident-list', colour='red'), 422, 'invalid', 'colour'), 'what means nothing is not passed over')
check(refused(clerk.ask('incident-list', q=b'\xff'), 400, 'bad-request'), 'bytes that are no text')
shown = clerk.ask('incident-show', {'id': ids[0]}).json
check(shown['incident']['id'] == ids[0] and len(shown['alerts']) == 12 and shown['complete'] and 'qualified' in shown['next_states'], 'the whole file of one', shown)
check(refused(clerk.ask('incident-show', {'id': 'INC-ffffffffffff'}), 404, 'not-found'), 'what is not there')
words = clerk.ask('vocabulary', language='fr').json
check({'label': 'nouveau', 'state': 'new'}.items() <= words['states'][0].items() and len(words['kinds']) == 12 and len(words['playbooks']) == 7, 'the words, in French', words['states'])

# --- what is read is written down, once
lines = [l for l in run('dossier', 'export', os.path.join(folder, 'out')).stdout.splitlines()]
journal = [l for f in os.listdir(os.path.join(folder, 'out')) if 'journal' in f for l in open(os.path.join(folder, 'out', f)) if '"read"' in l]
check(len(journal) == 1 and ids[0] in journal[0] and 'incident-show' in journal[0], 'the reading of personal data is a line of the journal', journal)

status, errors = clerk.close()
check(status == 0 and errors == '', 'it ends with its console', errors)
r = run('dossier', 'verify')
check(r.returncode == 0, 'and the journal agrees', r.stdout + r.stderr)
shutil.rmtree(folder)
end()
