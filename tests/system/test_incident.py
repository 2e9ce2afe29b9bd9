#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: test_incident.py BEFFROI SOURCE_FOLDER   The life of incidents from outside: opening, rules, legal clocks, causes, actions,
merging, statistics, exports and their return. Prints TAP."""
import csv, io, json, os, re, subprocess, sys, tempfile, xml.etree.ElementTree
from place import Places
from tap import check, end

beffroi, source = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
folder = tempfile.mkdtemp(prefix='test-incident-')
places = Places(folder)
dossier = places.dossier('dossier')
environment = {k: v for k, v in os.environ.items() if k in ('PATH', 'ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS')} | {
    'LANG': 'C', 'HOME': folder, 'BEFFROI_DOSSIER': dossier, 'USER': 'alice'}
def run(*arguments, stdin=None, **env):
    return subprocess.run([beffroi, *arguments], input=stdin, capture_output=True, text=True, timeout=120, env=environment | env)


def incident(*arguments, **more):
    return run('incident', *arguments, **more)


def ask(*arguments, **more):
    r = incident(*arguments, '--format', 'json', **more)
    try:
        return json.loads(r.stdout) if r.returncode == 0 else {'failed': r.stderr}
    except ValueError:
        return {'failed': 'no JSON: ' + r.stdout[:300]}


def refused(what, *arguments, words=(), status=1):
    r = incident(*arguments)
    check(r.returncode == status and r.stdout == '' and r.stderr.count('\n') == 1 and all(w in r.stderr for w in words), 'refused: ' + what, r)


def made(*arguments):
    a = ask(*arguments)
    if 'id' not in a:
        check(False, 'made: ' + ' '.join(arguments), a)
    return a.get('id', 'missing')


# --- opened by hand, with five fields
inc = made('open', 'Files with strange endings', 'category=unauthorised-information-modification', 'severity=critical',
           'seen=2026-10-24T08:15:00+02:00', 'reporter=Mme Martin')
shown = ask('show', inc)
fields = shown['incident']['fields']
check(fields['severity'] == '4' and fields['state'] == 'new' and fields['seen'] == '2026-10-24T06:15:00Z' and fields['reporter'] == 'Mme Martin' and
      fields['category'].startswith('information-content-security.'), 'five fields are understood and kept', fields)
check(fields['recorded_by'] == 'alice' and fields['recorded'] > '2026', 'when and by whom it was written down is kept apart', fields)
listed = ask('list')['incidents']
check([i['id'] for i in listed] == [inc] and listed[0]['title'] == 'Files with strange endings' and listed[0]['state'] == 'new',
      'it is in the list', listed)
check(incident('list').stdout.startswith(inc), 'and in the list for people')
refused('no title', 'open', status=2, words=('open ALERT-ID', 'TITLE'))
refused('an unknown category', 'open', 'x', 'category=gremlins', status=2, words=('gremlins', 'categories'))
refused('an unknown field', 'open', 'x', 'colour=red', status=2, words=('colour', 'fields'))
refused('a severity out of the scale', 'open', 'x', 'severity=9', status=2, words=('severity', '1, 2, 3, 4'))
refused('seen before it happened', 'set', inc, 'happened=2026-10-24T09:00:00+02:00', status=2, words=('happened',))
refused('a local time that was twice', 'set', inc, 'happened=2025-10-26T02:30', status=2, words=('+02:00', '+01:00'))
refused('control characters', 'comment', inc, 'a\x1b[31mb', status=2, words=('control characters',))
refused('what does not exist', 'set', 'INC-ffffffffffff', 'severity=1', words=('INC-ffffffffffff',))
ask('set', inc, 'happened=2026-10-24T03:00:00+02:00', 'tlp=amber', 'pap=GREEN', 'techniques=T1486, T1110.001', 'component=file server', 'version=2.1')

# --- awareness starts the clocks
clock = ask('clock', inc)
check(clock['clocks'] == [], 'no clock before anything says so', clock)
ask('set', inc, 'personal_data=yes', 'attack=yes')
clock = ask('clock', inc)
check({c['profile'] for c in clock['clocks']} == {'gdpr', 'insurance'} and clock['clocks'][0]['steps'][0]['clock_state'] == 'waits',
      'fields open clocks, which wait for awareness', clock)
refused('awareness without who and why', 'set', inc, 'aware=2026-10-24T12:00:00+02:00', words=('aware_by', 'aware_why'))
ask('aware', inc, 'by=DPO', 'why=call of the help desk', 'at=2026-10-24T12:00:00+02:00')
clock = {c['profile']: c for c in ask('clock', inc)['clocks']}
step = clock['gdpr']['steps'][0]
check(step['deadline_local'] == '2026-10-27T11:00:00+01:00' and step['deadline_utc'] == '2026-10-27T10:00:00Z', '72 hours over the clock change', step)
ask('aware', inc, 'by=DPO', 'why=the mail of the evening before', 'at=2026-10-23T20:00:00+02:00')
moved = {c['profile']: c for c in ask('clock', inc)['clocks']}['gdpr']['steps'][0]
check(moved['deadline_utc'] == '2026-10-26T18:00:00Z', 'another awareness reckons anew', moved)
lines = places.rows('dossier', f"SELECT who, before, after FROM journal WHERE object = '{inc}' AND action = 'set' AND after LIKE '%\"aware\"%' ORDER BY seq")
check(len(lines) == 2 and lines[1][0] == 'alice' and '2026-10-24T10:00:00Z' in lines[1][1] and '2026-10-23T18:00:00Z' in lines[1][2],
      'the journal has who, before and after', lines)
ask('aware', inc, 'by=DPO', 'why=call of the help desk', 'at=2026-10-24T12:00:00+02:00')
refused('a late notice without its reason', 'notified', inc, 'profile=gdpr', 'step=notification', 'sent=2026-10-28T09:00:00+01:00', words=('2026-10-27T11:00:00+01:00', 'why_late'))
refused('an unknown step', 'notified', inc, 'profile=gdpr', 'step=nothing', status=2, words=('nothing',))
late = made('notified', inc, 'profile=gdpr', 'step=notification', 'sent=2026-10-28T09:00:00+01:00', 'why_late=the logs had to be restored first')
step = {c['profile']: c for c in ask('clock', inc)['clocks']}['gdpr']['steps'][0]
check(step['clock_state'] == 'sent-late' and step['notice'] == late and step['left_s'] == -22 * 3600, 'late is told as late, by how much', step)
ask('start', inc, 'nis2')
ask('notified', inc, 'profile=nis2', 'step=early-warning', 'sent=2026-10-24T18:00:00+02:00')
ask('notified', inc, 'profile=nis2', 'step=notification', 'sent=2026-10-25T09:00:00+01:00')
nis2 = {c['profile']: c for c in ask('clock', inc)['clocks']}['nis2']['steps'][2]
check(nis2['deadline_local'] == '2026-11-25T09:00:00+01:00' and nis2['assumed'] is False, 'the final report counts from the notification sent', nis2)

# --- a draft of a notice
draft = ask('notice', inc, 'gdpr')
sentences = draft['sentences']
check(draft['complete'] is False and draft['questions'] == sum(s['missing'] for s in sentences) > 3, 'what is not known is a question', draft['questions'])
check(all(re.match(r'(INC|ACT|CAU|PRF)-[0-9a-f]{12}', ' '.join(s['cites'])) for s in sentences), 'each sentence cites what it was made from', sentences)
check(any('DPO' in s['text'] and 'aware_by aware aware_why' in ' '.join(s['cites']) and '12:00' in s['text'] for s in sentences), 'a sentence has its facts', sentences)
french = ask('notice', inc, 'gdpr', '--lang', 'fr')
check(any('en a pris connaissance' in s['text'] for s in french['sentences']) and len(french['sentences']) == len(sentences), 'and in French')
refused('an unknown draft', 'notice', inc, 'gdrp', status=2, words=('gdpr',))

# --- playbooks
book = ask('playbook', 'ransomware')
check(book['first'] and book['never'] and book['steps'] and incident('playbook', 'ransomware', '--lang', 'fr').stdout.startswith('Rançongiciel'), 'a playbook reads without a dossier', book)
check(ask('playbook', inc)['playbook'] == 'ransomware', "an incident's playbook is that of its category")
tasks = [t['id'] for t in ask('playbook', inc, 'tasks')['tasks']]
items = ask('show', inc)['items']
kept = [i for i in items if i['kind'] == 'task']
check([i['id'] for i in kept] == tasks and all(i['fields']['due'] for i in kept), 'its steps become tasks, in their order, with deadlines', tasks)
names = {'data-leak', 'denial-of-service', 'equipment', 'malware', 'phishing', 'ransomware', 'stolen-account'}
check(all('failed' not in ask('playbook', n) for n in names), 'all seven playbooks are there')
check({c.get('playbook') for c in ask('categories')['categories']} - {None} == names, 'each is named by a category')

# --- causes: a person's mistake is no end
refused('human error as root cause', 'cause', inc, 'Human error of the accountant', 'root=yes', words=('what made it possible', 'parent='))
for blame in ('Erreur humaine', "Négligence de l'agent d'accueil", 'L’utilisateur a cliqué sur le lien', 'PEBKAC', 'carelessness', 'Erreur de manipulation'):
    r = incident('cause', inc, blame, 'root=yes', '--lang', 'fr')
    check(r.returncode == 1 and "rendue possible" in r.stderr, f'refused as a root cause: {blame}', r)
person = made('cause', inc, 'The accountant clicked on an attachment', 'ishikawa=people')
refused('closing without a root cause', 'set', inc, 'state=closed', words=('cannot become closed',))
for state in ('qualified', 'contained', 'eradicated', 'recovered'):
    ask('set', inc, 'state=' + state, f'{state}=2026-10-25T12:00:00+01:00')
refused('a jump in the states', 'set', inc, 'state=new', words=('recovered', 'closed'))
refused('going back without a reason', 'set', inc, 'state=contained', words=('state_why',))
refused('closing without a root cause', 'set', inc, 'state=closed', words=('root cause', 'no_cause_why'))
refused('closing on a person, even with a reason', 'set', inc, 'state=closed', 'no_cause_why=nobody knows', words=('stops at a person',))
root = made('cause', inc, 'Macros in mail are not filtered, so a click was enough', 'parent=' + person, 'root=yes', 'ishikawa=methods', 'control=mail filter')
refused('a cause that explains itself', 'set', person, 'parent=' + root, status=2, words=('explain itself',))
refused('closing with a root cause without proof', 'set', inc, 'state=closed', words=(root, 'proof'))
proof = made('evidence', inc, 'The message, with headers', 'sha256=' + 'a' * 64, 'place=safe 2')
made('custody', inc, 'proof=' + proof, 'from=alice', 'to=gendarmerie', 'why=complaint')
ask('set', root, 'proof=' + proof)
refused('closing with a root cause without action', 'set', inc, 'state=closed', words=(root, 'action'))
action = made('action', inc, 'Filter macros at the mail gateway', 'cause=' + root, 'owner=bob', 'due=2026-11-30T12:00')
refused('closing while a clock runs', 'set', inc, 'state=closed', words=('nis2', 'final-report', 'not-needed'))
ask('notified', inc, 'profile=insurance', 'step=complaint', 'sent=2026-10-26T10:00:00+01:00')
refused('a clock that does not apply, without a reason', 'start', inc, 'nis2', 'state=not-needed', words=('why',))
ask('start', inc, 'nis2', 'state=not-needed', 'why=not an essential entity after all')
check(ask('set', inc, 'state=closed').get('id') == inc, 'with cause, proof, action and notices it closes')

tree = ask('causes', inc)['causes']
check([(c['id'], c['why'], c['root']) for c in tree] == [(person, 1, False), (root, 2, True)], 'the causes are a tree', tree)
check('    why 2: Macros in mail' in incident('causes', inc).stdout and 'cause racine' in incident('causes', inc, '--lang', 'fr').stdout, 'and read as whys')

# --- actions close with proof and effect
refused('an action without proof', 'set', action, 'state=closed', words=(action, 'proof'))
refused('an action whose effect nobody checked', 'set', action, 'state=closed', 'proof=' + proof, words=('effect',))
refused('an action without effect', 'set', action, 'state=closed', 'proof=' + proof, 'effect=sent ten macros', 'effect_by=carol', 'effect_ok=no', words=('effect_ok',))
check(ask('set', action, 'state=closed', 'proof=' + proof, 'effect=sent ten macros, none came through', 'effect_by=carol', 'effect_ok=yes').get('id') == action,
      'an action closes with proof and a check of its effect')
check(ask('set', inc, 'owner=bob').get('id') == inc and 'closed' in ask('show', inc)['incident']['fields'], 'what is closed can still be completed')
refused('reopening without a reason', 'reopen', inc, status=2, words=('WHY',))
ask('reopen', inc, 'the same files again')
again = ask('show', inc)['incident']['fields']
check(again['state'] == 'qualified' and again['state_why'] == 'the same files again' and 'closed' not in again, 'it reopens, with the reason', again)
for state in ('recovered', 'closed'):
    ask('set', inc, 'state=' + state)

# --- a second incident: recurrence, relation, merge, split, statistics
other = made('open', 'Again', 'category=unauthorised-information-modification', 'component=File Server', 'happened=2026-11-02T08:00:00Z', 'seen=2026-11-02T10:00:00Z')
made('cause', other, 'macros in mail are NOT filtered, so a click was enough')
similar = ask('similar', other)['similar']
check([s['id'] for s in similar] == [inc] and set(similar[0]['common']) == {'cause', 'asset'}, 'what happened before is found, by cause and machine', similar)
made('relate', other, inc, 'how=same-cause')
refused('an incident related to itself', 'relate', other, other, status=2)
third = made('open', 'Third', 'category=phishing', 'techniques=T1486')
check(set(ask('similar', third)['similar'][0]['common']) == {'technique'}, 'and by technique')
comment = made('comment', third, 'goes with the merger')
ask('merge', other, third)
merged = ask('show', third)['incident']['fields']
check(merged['state'] == 'merged' and merged['merged_into'] == other and comment in [i['id'] for i in ask('show', other)['items']],
      'a merged incident hands over what it had', merged)
refused('merging into what is merged', 'merge', third, inc, status=2)
fourth = made('split', other, comment, 'title=Another story')
check([i['id'] for i in ask('show', fourth)['items'] if i['kind'] == 'comment'] == [comment], 'split takes its things along')
stats = {(g['by'], g['name']): g for g in ask('stats')['groups']}
check(stats['all', '']['incidents'] == 3 and stats['cause', 'methods']['incidents'] == 1 and stats['version', 'file server 2.1']['open'] == 0,
      'statistics count by cause and version, without what was merged', stats)
mttd = stats['version', 'file server 2.1']['mttd']
check(mttd['mean_s'] == (5 * 60 + 15) * 60 and stats['version', 'file server 2.1']['mttr']['count'] == 1, 'mean times are those of the fields', mttd)

# --- exports
made('log', inc, '=cmd|calc <b>&"quoted"\nsecond line, with commas', 'when=2026-10-24T09:00:00+02:00')
made('lesson', inc, "'tis a lesson", 'type=to-change')
exports = {f: incident('export', inc, '--format', f).stdout for f in ('json', 'csv', 'stix', 'misp', 'iodef')}
for f in ('json', 'csv'):
    fresh = places.dossier('fresh-' + f)
    path = os.path.join(folder, 'export.' + f)
    with open(path, 'w', newline='') as out:
        out.write(exports[f])
    r = incident('import', path, BEFFROI_DOSSIER=fresh)
    back = {g: incident('export', inc, '--format', g, BEFFROI_DOSSIER=fresh).stdout for g in ('json', 'csv', 'stix', 'misp')}
    check(r.returncode == 0 and all(back[g] == exports[g] for g in back), f'{f} reads back identically', r)
    r = incident('import', '-', stdin=exports[f], BEFFROI_DOSSIER=fresh)
    check(r.returncode == 0 and incident('export', inc, BEFFROI_DOSSIER=fresh).stdout == exports['json'], f'{f} read twice changes nothing', r)
    links = [places.rows(d, "SELECT source, relation, target FROM link WHERE source NOT LIKE 'REL-%'") for d in ('dossier', 'fresh-' + f)]
    check(set(links[1]) <= set(links[0]) and (root, 'explains', person) in links[1] and (action, 'treats', root) in links[1], f'{f} draws the arrows again', links[1])
rows = list(csv.reader(io.StringIO(exports['csv'])))
check(all(len(r) == 7 for r in rows) and not any(c[:1] in '=+-@' for r in rows for c in r if c), 'no cell of the table is a formula')
bad = exports['csv'].replace(',"severity","4"', ',"severity","9"').replace('LOG-', 'LUG-') + 'a,b\r\n'
r = incident('import', '-', stdin=bad, BEFFROI_DOSSIER=places.dossier('bad'))
check('line or item' in r.stderr and 'LUG' not in r.stdout and r.stderr.count('\n') >= 3, 'bad lines are told with their line', r.stderr)
r = incident('import', '-', stdin=exports['json'].replace('"kind":"comment"', '"kind":"gremlin"').replace('"kind":"log"', '"kind":"gremlin"'), BEFFROI_DOSSIER=places.dossier('half'))
check(r.returncode == 0 and '1 refused' in r.stdout and 'gremlin' not in incident('export', inc, BEFFROI_DOSSIER=places.dossier('half')).stdout and
      ask('show', inc, BEFFROI_DOSSIER=places.dossier('half'))['incident']['id'] == inc, 'good items go in, the bad one is told', r)
for what, text in (('text', 'Dear all,\n'), ('cut JSON', exports['json'][:200]), ('other JSON', '{"a":1}'), ('nothing', ''), ('bytes', 'incident,item\xff\x00')):
    r = incident('import', '-', stdin=text, BEFFROI_DOSSIER=places.dossier('none'))
    check(r.returncode != 0 and r.stderr.count('\n') == 1, f'not an export: {what}', r)

stix = json.loads(exports['stix'])
kinds = [o['type'] for o in stix['objects']]
ids = {o['id'] for o in stix['objects']}
check(stix['type'] == 'bundle' and {'incident', 'attack-pattern', 'course-of-action', 'note', 'marking-definition', 'relationship'} <= set(kinds), 'STIX has its objects', kinds)
check(all(re.fullmatch(o['type'] + r'--[0-9a-f]{8}-[0-9a-f]{4}-[45][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}', o['id']) and o['spec_version'] == '2.1' for o in stix['objects']),
      'each with a name of the right form')
check(all(o['source_ref'] in ids and o['target_ref'] in ids for o in stix['objects'] if o['type'] == 'relationship') and
      all(set(o['object_refs']) <= ids for o in stix['objects'] if 'object_refs' in o) and len(ids) == len(kinds), 'and every reference leads somewhere')
event = json.loads(exports['misp'])['Event']
tags = [t['name'] for t in event['Tag']]
check(event['info'] == 'Files with strange endings' and 'tlp:amber' in tags and 'PAP:GREEN' in tags and event['analysis'] == '2' and event['published'] is False and
      any(t.startswith('rsit:information-content-security=') for t in tags), 'a MISP event with its tags', tags)
tree = xml.etree.ElementTree.fromstring(exports['iodef'])
space = '{urn:ietf:params:xml:ns:iodef-2.0}'
one = tree.find(space + 'Incident')
order = ['IncidentID', 'DetectTime', 'StartTime', 'EndTime', 'RecoveryTime', 'ReportTime', 'GenerationTime', 'Description', 'Assessment', 'Method', 'Contact', 'EventData', 'History']
got = [e.tag.replace(space, '') for e in one]
check(one.find(space + 'IncidentID').text == inc and got == sorted(got, key=order.index), "IODEF's elements are in the order of the standard", got)
check(any('<b>&"quoted"' in (e.text or '') for e in one.iter(space + 'Description')), 'and markup in a text stays text')
refused('an unknown format', 'export', inc, '--format', 'xls', status=2, words=('xls', 'iodef'))
refused('another format of show', 'show', inc, '--format', 'csv', status=2, words=('csv',))

line = ask('timeline', inc)['timeline']
check([m['at'] for m in line] == sorted(m['at'] for m in line) and {'happened', 'seen', 'recorded', 'aware', 'log', 'notice', 'task'} <= {m['kind'] for m in line},
      'the timeline has what people and fields tell, in the order of time', line)

# --- from an alert
r = run('watch', '-r', os.path.join(source, 'data/demo/town-hall.pcap.zst'), '--quiet')
told = [i for i in ask('list')['incidents'] if i['alerts'] > 0]
alert = ask('show', told[0]['id'])['alerts'][0]['id']
opened = ask('open', alert, 'category=brute-force')
shown = ask('show', told[0]['id'])
fields = shown['incident']['fields']
check(opened.get('id') == told[0]['id'] and fields['title'] and fields['happened'] and fields['state'] == 'new', 'an alert opens its incident with title and times', opened)
line = ask('timeline', told[0]['id'])['timeline']
check(alert in [m['id'] for m in line] and 'recorded' in [m['kind'] for m in line], 'alerts and people stand in one timeline', line)
refused('opening twice', 'open', alert, words=('open already',))
check(ask('list')['incidents'][0]['id'] in (inc, told[0]['id']), 'the gravest comes first')
stix = json.loads(incident('export', told[0]['id'], '--format', 'stix').stdout)
check({'observed-data', 'ipv4-addr'} <= {o['type'] for o in stix['objects']}, 'its machines are observables', stix)
event = json.loads(incident('export', told[0]['id'], '--format', 'misp').stdout)['Event']
check(any(a['type'] == 'ip-src' for a in event['Attribute']), 'and attributes')
xml.etree.ElementTree.fromstring(incident('export', told[0]['id'], '--format', 'iodef').stdout)
split = ask('split', told[0]['id'], alert, 'title=One alert apart')
check(alert in [a['id'] for a in ask('show', split['id'])['alerts']] and alert not in [a['id'] for a in ask('show', told[0]['id'])['alerts']], 'an alert can be split off', split)
r = run('watch', '-r', os.path.join(source, 'data/demo/town-hall.pcap.zst'), '--quiet')
check(r.returncode == 0 and ask('show', told[0]['id'])['incident']['fields'] == fields, 'watching again leaves what people wrote', r)
r = run('dossier', 'verify')
check(r.returncode == 0, 'the journal agrees with all of it', r.stdout + r.stderr)
carried, fresh = os.path.join(folder, 'carried'), places.dossier('carried-back')
r = [run('dossier', 'export', carried), run('dossier', 'import', carried, BEFFROI_DOSSIER=fresh)]
check(all(x.returncode == 0 for x in r) and incident('export', inc, BEFFROI_DOSSIER=fresh).stdout == incident('export', inc).stdout,
      'the export of the whole dossier carries the files of incidents', r)
r = run('trace', action)
check(r.returncode == 0 and root in r.stdout and inc in r.stdout, 'trace leads from the action to its cause and incident', r)

# --- the table of fields is the manual's
listing = ask('fields')['fields']
page = open(os.path.join(source, 'man/beffroi-incident.1')).read()
script = run('completion', 'bash').stdout
verbs = {f['verb'] for f in listing if 'verb' in f}
check(all(re.search(rf'\b{v}\b', page) and re.search(rf'\b{v}\b', script) for v in verbs), 'each verb is in the manual page and the completion', verbs)
check(all(f['label'] for f in ask('fields', '--lang', 'fr')['fields']) and len({(f['kind'], f['name']) for f in listing}) == len(listing) > 80, 'each field has its label, once')
places.end()
end()
