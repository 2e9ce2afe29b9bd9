#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: test_clerk.py BEFFROI SOURCE_FOLDER   What the console may ask of a dossier, asked of the clerk itself. Prints TAP."""
import csv, datetime, hashlib, io, json, os, re, subprocess, sys, tempfile, xml.etree.ElementTree

from clerk import PASSWORD, Clerk
from place import Places, remote
from tap import check, end

beffroi, source = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
folder = tempfile.mkdtemp(prefix='test-clerk-')
places = Places(folder)
dossier = places.dossier('dossier')
if not remote:
    os.mkdir(dossier, 0o700)
environment = {k: v for k, v in os.environ.items() if k in ('PATH', 'ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS')} | {
    'LANG': 'C', 'HOME': folder, 'BEFFROI_DOSSIER': dossier, 'USER': 'alice'}


def run(*arguments):
    return subprocess.run([beffroi, *arguments], capture_output=True, text=True, timeout=120, env=environment)


def refused(answer, status, code, field=None):
    error = answer.json.get('error', {})
    return answer.status == status and error.get('code') == code and error.get('text', '') != '' and error.get('field') == field


run('watch', '-r', os.path.join(source, 'data/demo/town-hall.pcap.zst'), '--quiet', '--eve', os.path.join(folder, 'eve.json'))
run('import', 'eve', os.path.join(folder, 'eve.json'))
clerk = Clerk(beffroi, source, dossier, env=environment)
check(clerk.fault is None and clerk.link.startswith('bfl_'), 'it opens the dossier, and gives a link for the first person', clerk.fault)

# --- who asks
check(refused(clerk.ask('session-show'), 401, 'sign-in'), 'nobody is signed in at first')
check(refused(clerk.ask('session-link', body={'token': clerk.link}), 422, 'invalid', 'password'), 'a link wants a password')
check(refused(clerk.follow('bfl_' + 'x' * 43), 401, 'link'), 'another link opens nothing')
weak = clerk.enter(clerk.ask('session-link', body={'token': clerk.link, 'password': 'azerty'}))
check(refused(weak, 422, 'invalid', 'password') and weak.session.startswith('bfs_'), 'a weak password is refused', weak)
clerk.session = weak.session
half = clerk.ask('session-show').json
check(half['user']['must_set_password'] and half['user']['rights'] == [], 'until there is one nothing else may be done', half)
check(refused(clerk.ask('user-list'), 403, 'set-password'), 'not even by an administrator')
check(clerk.enter(clerk.ask('session-link', body={'token': clerk.link, 'password': PASSWORD, 'display': 'Ada'})).status == 200, 'another one is tried in the same session')
me = clerk.ask('session-show').json
check(me['user'] | {'rights': []} == {'name': 'admin', 'display': 'Ada', 'role': 'admin', 'rights': [], 'language': 'en', 'totp': False, 'must_set_password': False}, 'and lets in', me)
check(refused(clerk.follow(clerk.link), 401, 'link'), 'the link works once')
check(refused(clerk.ask('incident-list'), 403, 'forbidden'), 'an administrator sees no incident')
check(refused(clerk.ask('incident-list', session='bfs_' + 'x' * 43), 401, 'sign-in') and refused(clerk.ask('incident-list', session='x'), 401, 'sign-in'), 'another secret is nobody')
clerk.people(alice='expert', bob='technician', carol='manager', eve='candidate', dora='auditor', dpo='dpo')
check(refused(clerk.ask('user-add', body={'name': 'alice', 'display': 'A', 'role': 'expert'}), 409, 'exists'), 'a name is taken once')
check(refused(clerk.ask('user-add', body={'name': 'x', 'display': 'X', 'role': 'king'}), 422, 'invalid'), 'a role is one of ours')
users = clerk.ask('user-list').json['users']
check(sorted(u['name'] for u in users) == ['admin', 'alice', 'bob', 'carol', 'dora', 'dpo', 'eve'] and all(u['password'] for u in users), 'accounts', users)
check(refused(clerk.sign_in('alice', 'wrong'), 401, 'login') and refused(clerk.sign_in('nobody', 'wrong'), 401, 'login'), 'a wrong password and a wrong name are told alike')
check(clerk.sign_in('alice').json['user']['role'] == 'expert', 'a name and a password let in')

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
words = clerk.ask('vocabulary').json
check({'label': 'new', 'name': 'new'}.items() <= words['states'][0].items() and len(words['kinds']) == 12 and len(words['playbooks']) == 7, 'the words of the trade', words['states'])

# --- writing
check(refused(clerk.ask('incident-open', body={'title': 'x'}, csrf=''), 403, 'forged'), 'a page of another site cannot write')
check(refused(clerk.ask('incident-open', body={'title': 'x'}, csrf='0' * 32), 403, 'forged'), 'nor by guessing')
made = clerk.ask('incident-open', body={'title': 'Mail with a strange file', 'category': 'phishing', 'severity': 3, 'seen': '2025-03-04T09:00:00+01:00', 'reporter': 'Mme Martin'})
inc = made.json.get('id', '')
fields = clerk.ask('incident-show', {'id': inc}).json['incident']['fields']
check(made.status == 201 and fields['severity'] == '3' and fields['category'] == 'fraud.phishing' and fields['seen'] == '2025-03-04T08:00:00Z' and
      fields['recorded_by'] == 'alice', 'five fields open an incident', fields)
check(refused(clerk.ask('incident-open', body={}), 422, 'invalid'), 'without a title there is none')
check(refused(clerk.ask('incident-open', raw=b'{"title":'), 400, 'bad-request') and refused(clerk.ask('incident-open', raw=b'[]'), 400, 'bad-request'), 'a body that is no object')
check(refused(clerk.ask('incident-open', body={'title': ['x']}), 422, 'invalid', 'title') and refused(clerk.ask('incident-open', body={'title': 1.5}), 422, 'invalid', 'title'), 'a text is a text')
check(refused(clerk.ask('incident-open', body={'title': 'x', 'who': 'y'}), 422, 'invalid', 'who'), 'a member that means nothing')
check(refused(clerk.ask('incident-open', raw=b'{"title":"a\\u0000b"}'), 400, 'bad-request'), 'no NUL in a text')
check(refused(clerk.ask('incident-set', {'id': inc}, body={'fields': {'owner': 'bob', 'tlp': 'PURPLE'}}), 422, 'invalid', 'tlp'), 'a refusal names the field')
check('owner' not in clerk.ask('incident-show', {'id': inc}).json['incident']['fields'], 'and keeps nothing of the order')
check(clerk.ask('incident-set', {'id': inc}, body={'fields': {'owner': 'bob', 'personal_data': True}}).status == 200, 'fields are set')
check(refused(clerk.ask('incident-set', {'id': inc}, body={}), 422, 'invalid', 'fields'), 'nothing to set')
check(refused(clerk.ask('item-add', {'id': inc}, body={'kind': 'spell', 'fields': {}}), 422, 'invalid', 'kind'), 'an unknown kind of thing')
task = clerk.ask('item-add', {'id': inc}, body={'kind': 'task', 'fields': {'title': 'Call the provider', 'due': 'now'}})
check(task.status == 201 and task.json['id'].startswith('TSK-') and task.json['by'] == 'alice', 'a task is added', task)
check(clerk.ask('item-set', {'id': task.json['id']}, body={'fields': {'done': 'now'}}).status == 200, 'and done')
check(clerk.ask('incident-aware', {'id': inc}, body={'by': 'DPO', 'why': 'a call', 'at': '2025-03-04T10:00:00Z'}).status == 200, 'somebody became aware')
shown = clerk.ask('incident-show', {'id': inc}).json
check([(c['profile'], c['due'], c['state'], c['late']) for c in shown['clocks'] if c['step'] == 'notification'] == [('gdpr', '2025-03-07T10:00:00Z', 'overdue', True)], 'a clock runs', shown['clocks'])
check(clerk.ask('incident-list', q='strange').json['incidents'][0]['late'] is True, 'and is late in the list')
check(refused(clerk.ask('incident-close', {'id': inc}, body={}), 422, 'refused'), 'what cannot close yet does not')
small = clerk.ask('incident-open', body={'title': 'Nothing much', 'fields': {'no_cause_why': 'a test'}}).json['id']
clerk.ask('incident-set', {'id': small}, body={'fields': {'state': 'qualified'}})
check(clerk.ask('incident-close', {'id': small}, body={'why': 'done'}).json['fields']['state'] == 'closed' and refused(clerk.ask('incident-reopen', {'id': small}, body={}), 422, 'invalid', 'why') and
      clerk.ask('incident-reopen', {'id': small}, body={'why': 'not done'}).json['fields']['state'] == 'qualified', 'what can does, and opens again with a reason')
tasks = clerk.ask('incident-playbook', {'id': inc}, body={}).json['tasks']
check(len(tasks) > 3 and all(t['fields']['playbook'] == 'phishing' for t in tasks), 'a playbook becomes tasks', tasks)
opened = clerk.ask('alert-open', {'id': clerk.ask('incident-show', {'id': ids[1]}).json['alerts'][0]['id']}, body={})
check(opened.status == 201 and opened.json['id'] == ids[1] and opened.json['fields']['title'] == 'Password readable on the network', 'an alert opens its incident', opened)
check(refused(clerk.ask('alert-open', {'id': ids[1]}, body={}), 409, 'exists'), 'once')
check(clerk.ask('incident-merge', {'id': inc}, body={'other': ids[1]}).status == 200 and clerk.ask('incident-list', state='merged').json['total'] == 1, 'two become one')
split = clerk.ask('incident-split', {'id': inc}, body={'title': 'Apart', 'things': [task.json['id']]})
check(split.status == 201 and [i['id'] for i in clerk.ask('incident-show', {'id': split.json['id']}).json['items']] == [task.json['id']], 'one becomes two', split)
check(refused(clerk.ask('incident-split', {'id': inc}, body={'title': 'x'}), 422, 'invalid', 'things'), 'of nothing nothing is made')
for op in ('timeline', 'causes', 'clocks', 'similar'):
    check(clerk.ask('incident-' + op, {'id': inc}).json['incident'] == inc, op + ' answers')
check(clerk.ask('incident-notice', {'id': inc, 'profile': 'gdpr'}).json['complete'] is False, 'a draft of a notice')
check(clerk.ask('playbook-show', {'name': 'phishing'}).json['steps'] and refused(clerk.ask('playbook-show', {'name': 'x'}), 422, 'invalid'), 'a playbook reads')
check(clerk.ask('statistics').json['groups'][0]['by'] == 'all', 'statistics')

# --- documents, and texts that would like to be more than texts
evil = '=HYPERLINK("http://x")<script>alert(1)</script>\r\nSet-Cookie: a=b'
check(refused(clerk.ask('item-add', {'id': inc}, body={'kind': 'comment', 'fields': {'text': evil + '\x1b[2J'}}), 422, 'invalid', 'text'), 'control characters are refused')
check(clerk.ask('item-add', {'id': inc}, body={'kind': 'comment', 'fields': {'text': evil.replace('\r', '')}}).status == 201, 'other texts are texts')
for form, ending, kind in (('csv', '.csv', 'text/csv; charset=utf-8'), ('json', '.json', 'application/json'), ('stix', '.stix.json', 'application/stix+json;version=2.1'),
                           ('misp', '.misp.json', 'application/json'), ('iodef', '.iodef.xml', 'application/xml')):
    got = clerk.ask('incident-export', {'id': inc, 'format': form})
    text = got.body.decode()
    check(got.status == 200 and got.content_type == kind and got.file_name == inc + ending, f'{form} is a document', got)
    if form == 'csv':
        check(not any(c[:1] in '=+-@' for r in csv.reader(io.StringIO(text)) for c in r if c), 'no cell of it is a formula')
    elif form == 'iodef':
        check('<script>' not in text and 'alert(1)' in text and xml.etree.ElementTree.fromstring(text) is not None, 'no markup of it is theirs')
    else:
        json.loads(text)
check(refused(clerk.ask('incident-export', {'id': inc, 'format': 'exe'}), 422, 'invalid'), 'no other format')
check(b'<script>' in clerk.ask('incident-show', {'id': inc}).body and clerk.ask('incident-show', {'id': inc}).content_type == 'application/json', 'JSON is JSON')

# --- bounds
big = clerk.ask('incident-set', {'id': inc}, body={'fields': {'description': 'é' * 4000, 'scope': 'x' * 8000}})
check(big.status == 200, 'long texts are kept', big)
check(refused(clerk.ask('incident-set', {'id': inc}, body={'fields': {'description': 'x' * 9000}}), 422, 'invalid', 'description'), 'too long ones are not')
check(clerk.ask('incident-set', {'id': inc}, body={'fields': {str(i): 'x' for i in range(65)}}).status == 413, 'nor more fields than there are')
check(clerk.ask('incident-split', {'id': inc}, body={'title': 'x', 'things': ['y'] * 1000}).status == 413, 'a list has an end')
check(clerk.ask('incident-set', {'id': inc}, body={'fields': {'description': 'y' * 100000}}).status == 422, 'a body that came as a file is read')
for _ in range(12):
    clerk.ask('item-add', {'id': inc}, body={'kind': 'log', 'fields': {'text': 'z' * 8000}})
whole = clerk.ask('incident-show', {'id': inc})
check(whole.by_descriptor and len(whole.json['items']) > 12, 'a long answer comes as a file')

# --- who may what, and who may know
alice = clerk.session, clerk.csrf
secret = clerk.ask('incident-open', body={'title': 'Only for two', 'fields': {'restricted_to': 'alice, carol'}}).json['id']
comment = clerk.ask('item-add', {'id': secret}, body={'kind': 'comment', 'fields': {'text': 'hush'}}).json['id']
exercise = clerk.ask('incident-open', body={'title': 'An exercise', 'fields': {'exercise': 'yes'}}).json['id']
check(refused(clerk.ask('incident-set', {'id': secret}, body={'fields': {'restricted_to': 'carol'}}), 422, 'refused'), 'nobody shuts themselves out')
clerk.sign_in('bob')
ways = [clerk.ask('incident-show', {'id': secret}), clerk.ask('incident-timeline', {'id': secret}), clerk.ask('incident-export', {'id': secret, 'format': 'json'}),
      clerk.ask('item-set', {'id': comment}, body={'fields': {'text': 'x'}}), clerk.ask('incident-merge', {'id': inc}, body={'other': secret}), clerk.ask('incident-split', {'id': inc}, body={'title': 'x', 'things': [comment]}),
      clerk.ask('item-add', {'id': inc}, body={'kind': 'relation', 'fields': {'other': secret}}), clerk.ask('incident-show', {'id': secret[:8]})]
known = [a for a in ways if a.status != 404]
check(known == [], 'who may not know learns nothing, whichever way', known)
check(secret not in [i['id'] for i in clerk.ask('incident-list', limit=200).json['incidents']] and secret not in str(clerk.ask('incident-similar', {'id': inc}).json), 'nor from lists')
check(refused(clerk.ask('incident-show', {'id': inc[:10]}), 404, 'not-found'), 'an id is not guessed by its beginning')
check(refused(clerk.ask('incident-close', {'id': inc}, body={}), 403, 'forbidden') and refused(clerk.ask('incident-set', {'id': inc}, body={'fields': {'state': 'closed'}}), 403, 'forbidden'), 'a technician does not close')
check(refused(clerk.ask('item-add', {'id': inc}, body={'kind': 'notice', 'fields': {'profile': 'gdpr', 'step': 'notification'}}), 403, 'forbidden'), 'nor tell authorities')
clerk.sign_in('carol')
check(clerk.ask('incident-show', {'id': secret}).status == 200 and refused(clerk.ask('incident-set', {'id': secret}, body={'fields': {'owner': 'x'}}), 403, 'forbidden'), 'who is named sees it, and may what the role may')
clerk.sign_in('eve')
check([i['id'] for i in clerk.ask('incident-list').json['incidents']] == [exercise] and refused(clerk.ask('incident-show', {'id': inc}), 404, 'not-found'), 'a candidate sees exercises')
check(refused(clerk.ask('incident-set', {'id': exercise}, body={'fields': {'exercise': 'no'}}), 403, 'forbidden', 'exercise'), 'and makes nothing else of them')
mine = clerk.ask('incident-open', body={'title': 'Mine'}).json['id']
check(clerk.ask('incident-show', {'id': mine}).json['incident']['fields']['exercise'] == 'yes', 'what a candidate opens is one')
clerk.session, clerk.csrf = alice

# --- alerts, events, the chain
first = clerk.ask('alert-list', limit=5).json
second = clerk.ask('alert-list', limit=200, after=first['next']).json
check(len(first['alerts']) == 5 and len(second['alerts']) == 9 and second['complete'] and [a['at'] for a in first['alerts']] and
      not {a['id'] for a in first['alerts']} & {a['id'] for a in second['alerts']}, 'alerts page by page', (first, second))
check(refused(clerk.ask('alert-list', severity='awful'), 422, 'invalid', 'severity') and refused(clerk.ask('alert-list', from_='yesterday'), 422, 'invalid', 'from') and
      refused(clerk.ask('alert-list', after='x'), 422, 'invalid'), 'what an alert list does not understand')
check(len(clerk.ask('alert-list', severity='critical').json['alerts']) == sum(a['severity'] == 'critical' for a in first['alerts'] + second['alerts']) > 0, 'by severity')
packets = [a for a in first['alerts'] if 'evidence' in a][0]
one = clerk.ask('alert-show', {'id': packets['id']}).json['alert']
check(one['what'] and one['why'] and one['now'] and one['incident'], 'one alert, with its sentences', one)
pcap = clerk.ask('alert-evidence', {'id': packets['id']})
check(pcap.status == 200 and hashlib.sha256(pcap.body).hexdigest() == packets['evidence']['sha256'] and pcap.file_name == packets['id'] + '.pcap', 'its packets are the ones that were kept', pcap.file_name)
check(refused(clerk.ask('alert-show', {'id': 'ALR-0'}), 404, 'not-found') and refused(clerk.ask('alert-evidence', {'id': inc}), 404, 'not-found'), 'no such alert')
clerk.ask('incident-set', {'id': ids[0]}, body={'fields': {'restricted_to': 'alice'}})
check(clerk.ask('alert-show', {'id': packets['id']}).status == 200, 'who may know sees the alerts of a restricted incident')
clerk.sign_in('bob')
check(packets['id'] not in str(clerk.ask('alert-list', limit=200).json) and refused(clerk.ask('alert-show', {'id': packets['id']}), 404, 'not-found') and
      refused(clerk.ask('alert-evidence', {'id': packets['id']}), 404, 'not-found') and refused(clerk.ask('trace', {'id': packets['id']}), 404, 'not-found') and
      refused(clerk.ask('report', {'kind': 'incident-management'}, id=ids[0]), 404, 'not-found'), 'who may not sees none of it')
reached = clerk.ask('trace', {'id': 'AST-192.168.20.31'})
check(reached.status == 200 and ids[0] not in str(reached.json) and packets['id'] not in str(reached.json), 'nor by way of a machine', reached)
check(secret not in str(clerk.ask('today').json), 'nor on the page of today')
clerk.sign_in('dora')
line = [l for l in clerk.ask('journal', limit=200).json['lines'] if l['object'] == secret][0]
check(line['shown'] is False and 'after' not in line, 'nor in the journal', line)
clerk.session, clerk.csrf = alice
clerk.ask('incident-set', {'id': ids[0]}, body={'fields': {'restricted_to': ''}})
events = clerk.ask('event-list', limit=3).json
more = clerk.ask('event-list', limit=3, after=events['next']).json
check(len(events['events']) == 3 and events['events'] != more['events'] and all('event_type' in e for e in events['events'] + more['events']), 'events, page by page', events)
found = clerk.ask('event-list', q='telemetry-sync.example', type='dns', limit=200).json
check(found['events'] and all(e['event_type'] == 'dns' and 'telemetry-sync.example' in json.dumps(e) for e in found['events']), 'and searched', found)
check(all(len(clerk.ask('event-list', limit=200).body) < 100000 for _ in range(2)), 'an answer is small')
traffic = clerk.ask('traffic', from_='2026-03-03', to='2026-03-04', step=3600).json
check(sum(a['bytes'] for b in traffic['buckets'] for a in b['apps'].values()) > 1000000 and traffic['top']['hosts'][0]['bytes'] > 0, 'what they add up to', traffic['top'])
check(refused(clerk.ask('traffic', from_='2026-03-04', to='2026-03-03'), 422, 'invalid', 'from') and refused(clerk.ask('traffic', from_='2020-01-01', step=1), 422, 'invalid', 'step'), 'a time that makes no sense')
chain = clerk.ask('incident-chain', {'id': ids[0]}).json
names = {n['id'] for n in chain['nodes']}
check({ids[0], packets['id'], 'AST-192.168.20.31'} <= names and all(l['source'] in names and l['target'] in names for l in chain['links']) and
      len({(l['source'], l['relation'], l['target']) for l in chain['links']}) == len(chain['links']), 'the chain is a graph', chain)

# --- what spoke
spoken = clerk.ask('rule-list').json['rules']
total = 0
page = clerk.ask('alert-list', limit=150).json
while True:
    total += len(page['alerts'])
    if page['complete']:
        break
    page = clerk.ask('alert-list', limit=150, after=page['next']).json
check(sum(r['alerts'] for r in spoken) == total > 0 and [r['alerts'] for r in spoken] == sorted((r['alerts'] for r in spoken), reverse=True), 'rules and detectors, the most frequent first', spoken)

# --- exceptions
made = clerk.ask('exception-add', body={'sid': '2019401', 'address': '192.0.2.0/24', 'pattern': 'scan', 'why': 'the provider looks', 'until': '2027-06-01'})
check(made.status == 201 and made.json['exception']['hidden'] == 0 and made.json['exception']['who'] == 'alice', 'an exception is made by who is signed in', made)
exc = made.json['exception']['id']
check([e['id'] for e in clerk.ask('exception-list', state='holds').json['exceptions']] == [exc] and clerk.ask('exception-list', state='ended').json['total'] == 0, 'and listed')
check(clerk.ask('exception-show', {'id': exc}).json['alerts'] == [] and refused(clerk.ask('exception-show', {'id': 'EXC-0'}), 404, 'not-found'), 'and shown with what it keeps aside')
check(refused(clerk.ask('exception-add', body={'why': 'all of it'}), 422, 'invalid', 'sid'), 'one about everything is refused')
check(clerk.ask('exception-end', {'id': exc}).json['exception']['state'] == 'ended' and refused(clerk.ask('exception-end', {'id': exc}), 409, 'ended'), 'it ends once')

# --- machines
page = clerk.ask('asset-list', limit=5).json
rest = clerk.ask('asset-list', limit=200, after=page['next']).json
check(len(page['assets']) == 5 and len(rest['assets']) == page['total'] - 5 and not {a['id'] for a in page['assets']} & {a['id'] for a in rest['assets']}, 'machines, page by page', page)
check([a['id'] for a in clerk.ask('asset-list', q='accueil').json['assets']] == ['AST-192.168.20.31'], 'and searched')
said = clerk.ask('asset-set', {'id': 'AST-192.168.20.31'}, body={'owner': 'Mme Martin <script>', 'value': 'serious', 'declared': True})
check(said.json['asset']['owner'] == 'Mme Martin <script>' and said.json['asset']['value'] == 'serious' and said.json['asset']['declared'], 'people say what it is', said)
check(refused(clerk.ask('asset-set', {'id': 'AST-192.168.20.31'}, body={'value': 'gold'}), 422, 'invalid', 'value') and refused(clerk.ask('asset-set', {'id': 'AST-0.0.0.1'}, body={'owner': 'x'}), 404, 'not-found'), 'as far as it makes sense')
check(clerk.ask('asset-list', difference='unknown').json['total'] == page['total'] - 1 and refused(clerk.ask('asset-list', difference='odd'), 422, 'invalid', 'difference'), 'others are on no list')
merged = clerk.ask('asset-merge', {'id': 'AST-192.168.20.31'}, body={'other': 'AST-192.168.20.32', 'why': 'two cards'})
check([a['id'] for a in merged.json['asset']['addresses']] == ['AST-192.168.20.32'] and refused(clerk.ask('asset-merge', {'id': 'AST-192.168.20.31'}, body={'other': 'AST-192.168.20.31'}), 422, 'invalid', 'other'), 'two are one', merged)
check('same_as' not in clerk.ask('asset-split', {'id': 'AST-192.168.20.32'}, body={}).json['asset'] and clerk.ask('asset-show', {'id': 'AST-192.168.20.31'}).json['asset']['addresses'] == [], 'and two again')
drawn = clerk.ask('map').json
check({'AST-192.168.20.31', '203.0.113.66'} <= {n['id'] for n in drawn['nodes']} | {l['target'] for l in drawn['links']} and all({l['source'], l['target']} <= {n['id'] for n in drawn['nodes']} for l in drawn['links']), 'the map', drawn)

# --- today, journal, settings, documents
day = clerk.ask('today').json
check({n['kind'] for n in day['needs']} == {'clock', 'task', 'inbox'} and day['needs'][0]['late'] and day['counts']['open'] > 2 and len(day['spark']) == 24 and day['health']['disk_bytes'] > 100000, 'what needs somebody now', day)
lines = clerk.ask('journal', object=inc, limit=2).json
check([l['object'] for l in lines['lines']] == [inc, inc] and clerk.ask('journal', object=inc, limit=2, after=lines['next']).json['lines'][0]['seq'] < lines['lines'][1]['seq'], 'the journal, page by page', lines)
check(all(l['who'] == 'bob' for l in clerk.ask('journal', who='bob').json['lines']) and refused(clerk.ask('journal', after='x'), 422, 'invalid', 'after'), 'by person')
check(clerk.ask('verify').json['ok'] is True, 'the journal agrees with all of it')
check(refused(clerk.ask('settings-set', body={'zone': 'UTC'}), 403, 'forbidden'), 'settings are for the administrator')
listed = clerk.ask('document-list').json['documents']
check(len(listed) == 10 and all(d['formats'] and d['path'].startswith('/api/') for d in listed), 'documents are listed', listed)
for kind, more in (('incident-management', {'id': inc}), ('incident-technical', {'id': inc}), ('incident-notice', {'id': inc}), ('period', {}), ('committee', {})):
    page, sheet = clerk.ask('report', {'kind': kind}, format='html', lang='fr', **more), clerk.ask('report', {'kind': kind}, format='xlsx', **more)
    check(page.status == 200 and page.body.startswith(b'<!DOCTYPE html>') and b'<script' not in page.body and sheet.status == 200 and sheet.body[:2] == b'PK' and sheet.file_name.endswith('.xlsx'),
          kind + ' is a page and a spreadsheet', page)
check(refused(clerk.ask('report', {'kind': 'novel'}), 404, 'not-found') and refused(clerk.ask('report', {'kind': 'period'}, format='exe'), 422, 'invalid', 'format'), 'no other document')
figures = clerk.ask('metrics')
check(figures.content_type.startswith('text/plain') and b'\nbeffroi_alerts 14\n' in figures.body, 'figures for programs', figures)
clerk.sign_in('admin')
moved = clerk.ask('user-set', {'name': 'dpo'}, body={'display': 'The officer', 'link': True})
check(moved.json['user']['display'] == 'The officer' and moved.json['link'].startswith('bfl_') and refused(clerk.ask('user-set', {'name': 'ghost'}, body={'role': 'dpo'}), 404, 'not-found'), 'an account is changed', moved)
changed = clerk.ask('settings-set', body={'organisation': 'Mairie', 'zone': 'Indian/Reunion', 'tlp': 'GREEN'})
check(changed.json['settings'] == {'organisation': 'Mairie', 'language': 'fr', 'zone': 'Indian/Reunion', 'tlp': 'GREEN'} and changed.json['retention'], 'settings are set', changed)
check(clerk.ask('vocabulary').json['organisation']['zone'] == 'Indian/Reunion', 'and count at once')
check(refused(clerk.ask('settings-set', body={'zone': 'Mars/Olympus'}), 422, 'invalid', 'zone') and refused(clerk.ask('settings-set', body={'tlp': 'PINK'}), 422, 'invalid', 'tlp') and
      refused(clerk.ask('settings-set', body={'language': 'de'}), 422, 'invalid', 'language') and refused(clerk.ask('settings-set', body={'organisation': 'x\n'}), 422, 'invalid', 'organisation'), 'as far as they make sense')
clerk.session, clerk.csrf = alice

# --- tokens of programs
soon = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=30)).strftime('%Y-%m-%dT%H:%M:%SZ')
token = clerk.ask('token-add', body={'name': 'export', 'rights': ['incident.read'], 'expires': soon})
check(token.status == 201 and token.json['secret'].startswith('bft_'), 'a token is made', token)
check(clerk.ask('incident-list', session='', csrf='', token=token.json['secret']).status == 200 and
      refused(clerk.ask('incident-open', session='', csrf='', token=token.json['secret'], body={'title': 'x'}), 403, 'forbidden'), 'it may what it was given')
check(all(refused(clerk.ask(i, session='', csrf='', token=token.json['secret'], body=b), 403, 'forbidden') for i, b in (('session-totp', {'action': 'begin'}), ('session-password', {'new': 'x'}), ('session-close', None))),
      'and nothing that lets its owner in, or keeps them out')
check(clerk.ask('token-list').json['tokens'][0]['name'] == 'export' and clerk.ask('token-remove', {'id': token.json['token']['id']}).status == 200 and
      refused(clerk.ask('incident-list', session='', csrf='', token=token.json['secret']), 401, 'sign-in'), 'and ends')
check(refused(clerk.ask('token-add', body={'name': 'x', 'rights': ['user.admin'], 'expires': soon}), 422, 'invalid') and
      refused(clerk.ask('token-add', body={'name': 'x', 'rights': ['incident.read'], 'expires': 'soon'}), 422, 'invalid', 'expires'), 'nobody gives what they have not')

# --- one's own account
check(refused(clerk.ask('session-password', body={'old': 'wrong', 'new': PASSWORD + ' 2'}), 403, 'forbidden', 'old'), 'the old password is asked for')
changed = clerk.enter(clerk.ask('session-password', body={'old': PASSWORD, 'new': PASSWORD + ' 2'}))
check(changed.status == 200 and refused(clerk.ask('session-show', session=alice[0]), 401, 'sign-in'), 'a new one ends the sessions before it')
offer = clerk.ask('session-totp', body={'action': 'begin'}).json
check(offer.get('uri', '').startswith('otpauth://totp/') and refused(clerk.ask('session-totp', body={'action': 'confirm', 'code': '000000x'}), 403, 'forbidden', 'code'), 'a second factor begins', offer)
check(clerk.ask('session-close').cookie == 2 and refused(clerk.ask('session-show'), 401, 'sign-in'), 'who goes out is out')
clerk.sign_in('alice', PASSWORD + ' 2')

# --- what is read is written down, once
lines = [l for l in run('dossier', 'export', os.path.join(folder, 'out')).stdout.splitlines()]
journal = [l for f in os.listdir(os.path.join(folder, 'out')) if 'journal' in f for l in open(os.path.join(folder, 'out', f)) if '"read"' in l]
shows = [l for l in journal if ids[0] in l and 'incident-show' in l]
check(len(shows) == 1 and any('incident-export' in l and inc in l for l in journal), 'the reading of personal data is a line of the journal', journal)

# --- every operation asks for its right
rights = {r['name']: set(r['rights']) for r in clerk.ask('vocabulary').json['roles']}
own = {'health', 'openapi'}  # the console's
dummy = {'id': 'INC-0', 'name': 'nobody', 'profile': 'gdpr', 'format': 'csv', 'kind': 'period'}


def knock(id_, **more):
    row = clerk.table[id_]
    return clerk.ask(id_, {p: dummy[p] for p in re.findall(r'\{(\w+)\}', row['path'])}, **more)


doors = {i: row for i, row in clerk.table.items() if i not in own}
open_doors = [i for i, row in doors.items() if not row['anybody'] and knock(i, session='', csrf='').status != 401]
check(open_doors == [], 'nobody comes in without an account', open_doors)
last = {'session-close', 'session-password', 'session-totp'}
for name, role in (('alice', 'expert'), ('bob', 'technician'), ('carol', 'manager'), ('dpo', 'dpo'), ('dora', 'auditor'), ('eve', 'candidate'), ('admin', 'admin')):
    clerk.sign_in(name, PASSWORD + ' 2' if name == 'alice' else PASSWORD)
    wrong = {}
    for i, row in doors.items():
        if i in last or row['anybody']:
            continue
        may = row['right'] == '' or row['right'] in rights[role]
        got = knock(i)
        if may == (got.status == 403) and got.json.get('error', {}).get('code') == 'forbidden' or (not may and got.status != 403):
            wrong[i] = got
        if may and row['mutates'] and knock(i, csrf='').json['error']['code'] != 'forged':
            wrong[i] = 'is done without its proof'
    check(wrong == {}, f'{role}: may what the role may, and nothing else', wrong)
clerk.sign_in('alice', PASSWORD + ' 2')

# --- the description says what is
described = clerk.described
check({(i, r['method'].lower(), r['path']) for i, r in clerk.table.items()} == {(i, m, p) for i, (p, m, _) in described.operations.items()}, 'each operation is described, under its path', '')
differences = []
for i, row in clerk.table.items():
    o = described.operations[i][2]
    given = {p['name'] for p in o.get('parameters', []) if p.get('in') == 'query'}
    body = o.get('requestBody', {}).get('content', {}).get('application/json', {}).get('schema', {}).get('properties', {})
    forms = {n + {'array': '[]', 'string': '', 'boolean': '', 'integer': ''}.get(s.get('type'), '{}') for n, s in body.items()}
    parts = {p['name'] for p in o.get('parameters', []) if p.get('in') == 'path'}
    csrf = any(p.get('$ref', '').endswith('/csrf') for p in o.get('parameters', []))
    if ((given if row['method'] == 'GET' else forms) != set(row['takes']) or parts != set(re.findall(r'\{(\w+)\}', row['path'])) or o['summary'] != row['summary'] or
            o.get('x-right', '') != row['right'] or csrf != row['mutates'] or ('security' in o) != row['anybody']):
        differences.append((i, given or forms, row))
check(differences == [], 'with its inputs, right and proof', differences)
check(described.wrong == [], 'every answer of this test was as it is described', described.wrong[:8])
unseen = [i for i in doors if not any((i, s) in described.seen for s in (200, 201))]
check(unseen == [], 'and each operation has answered', unseen)

status, errors = clerk.close()
check(status == 0 and errors == '', 'it ends with its console', errors)
r = run('dossier', 'verify')
check(r.returncode == 0, 'and the journal agrees', r.stdout + r.stderr)
places.end()
end()
