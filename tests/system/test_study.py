#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: test_study.py BEFFROI SOURCE_FOLDER   `beffroi study` from outside: contracts of its JSON, refusals, both languages. Prints TAP."""
import json, os, subprocess, sys, tempfile
import tap

beffroi, source = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
environment = {k: v for k, v in os.environ.items() if k in ('PATH', 'ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS')} | {'LANG': 'C', 'HOME': '/nowhere'}
folder = tempfile.TemporaryDirectory()


def run(*arguments, stdin=None):
    return subprocess.run([beffroi, 'study', *arguments], capture_output=True, text=True, timeout=60, env=environment, input=stdin)


def file(text, name='mine.yaml'):
    path = os.path.join(folder.name, name)
    with open(path, 'w') as f:
        f.write(text)
    return path


def answer(*arguments):
    r = run(*arguments, '--format', 'json')
    return json.loads(r.stdout) if r.stdout else {'failed': r.stderr}


VECTOR = '''criteria:
  - {id: c1, weight: 30}
  - {id: c2, weight: 25}
  - {id: c3, weight: 20}
  - {id: c4, weight: 15}
  - {id: c5, weight: 10, veto: 1}
scenarios:
  - {id: A, notes: {c1: 4, c2: 2, c3: 3, c4: 5, c5: 4}}
  - {id: B, notes: {c1: 3, c2: 5, c3: 4, c4: 3, c5: 3}}
  - {id: C, notes: {c1: 5, c2: 5, c3: 5, c4: 5, c5: 1}}
'''

# choose
vector = file(VECTOR)
a = answer('choose', vector)
by = {s['id']: s for s in a.get('scenarios', [])}
tap.check(a.get('winner') == 'B' and [by[i]['score'] for i in 'ABC'] == [3.45, 3.7, 4.6], 'the scores and the winner of the domain', a)
tap.check([by[i]['excluded'] for i in 'ABC'] == [False, False, True] and by['C']['because'] == {'kind': 'veto', 'criterion': 'c5', 'note': 1, 'veto': 1},
          'a veto excludes, and says why', by)
tap.check(a.get('sensitivity') == {'c1': 44, 'c2': 18.1818, 'c3': None, 'c4': 24.4444, 'c5': 28}, 'at 44.0 percent of the first weight the winner changes', a)
tap.check(a['turns'][0] == {'criterion': 'c1', 'weight': 30, 'below': None, 'above': {'weight': 44, 'winner': 'A'}}, 'and who wins then', a['turns'])
tap.check(run('choose', vector, '--format', 'json').stdout == run('choose', '-', '--format', 'json', stdin=VECTOR).stdout, 'the same bytes again, and from standard input')
text = run('choose', vector).stdout
tap.check('B comes first, with 3.70 of 5.' in text and 'A would win if it weighed more than 44.0 %' in text and 'excluded: its note for c5 is 1' in text, 'in plain words', text)
text = run('choose', vector, '--lang', 'fr').stdout
tap.check('B arrive en tête, avec 3,70 sur 5.' in text and "A l'emporterait s'il pesait plus de 44,0 %" in text, 'in French', text)
locked = file(VECTOR + f"lock: {{hash: {a['weights']['hash']}, on: 2026-01-02, by: Anne}}\n")
tap.check(answer('choose', locked)['weights'] | {'hash': ''} == {'hash': '', 'locked': True, 'on': '2026-01-02', 'by': 'Anne', 'changed': None}, 'weights that were sealed')
moved = file(open(locked).read().replace('weight: 30', 'weight: 45').replace('weight: 25', 'weight: 10'))
r = run('choose', moved)
tap.check(r.returncode == 1 and r.stdout == '' and f'{moved}:11:7: lock: ' in r.stderr and 'Anne' in r.stderr, 'weights that were moved after they were sealed are refused', r)
r = run('choose', file(VECTOR.replace('veto: 1', 'vetto: 1')))
tap.check(r.returncode == 1 and r.stderr.count('\n') == 1 and 'mine.yaml:6:26: vetto: this key is not known here; expected one of: id,' in r.stderr,
          'a key that nobody reads is refused at its place', r)

# likelihood
GRAPH = '''actions:
  - {id: AE1, pr: 4, diff: 0}
  - {id: AE2a, after: [AE1], pr: 2, diff: 3}
  - {id: AE2b, after: [AE1], pr: 3, diff: 1}
  - {id: AE3, after: [AE2a, AE2b], join: or, pr: 4, diff: 2}
'''
a = answer('likelihood', file(GRAPH))
tap.check((a.get('pr'), a.get('diff'), a.get('likelihood')) == (3, 2, {'standard': 3, 'advanced': 3}), 'one of two branches is enough: the better one counts', a)
tap.check(a['most_critical'] == 'AE1' and a['least_effort'] == ['AE1', 'AE2b', 'AE3'], 'the most critical action and the way of least effort', a)
a = answer('likelihood', file(GRAPH.replace('join: or', 'join: and')))
tap.check((a.get('pr'), a.get('diff'), a.get('likelihood')) == (2, 3, {'standard': 2, 'advanced': 2}), 'both are needed: the worse one counts', a)
text = run('likelihood', file(GRAPH), '--lang', 'fr').stdout
tap.check('probabilité 3, difficulté 2, soit V3, très vraisemblable' in text, 'in plain words, in French', text)
r = run('likelihood', file(GRAPH.replace('AE1, pr', 'AE1, after: [AE3], pr')))
tap.check(r.returncode == 1 and 'mine.yaml:' in r.stderr and 'circle: ' in r.stderr and r.stderr.count('\n') == 1, 'a circle is refused', r)

# lint
REQUIREMENTS = '''requirements:
  - {id: E1, text: Le système doit répondre en moins de 2 s., acceptance: 2 s, verification: test}
  - {id: E2, text: "Le système doit être rapide et sécurisé, etc.", verification: test}
  - {id: E3, text: The system must encrypt backups and log all accesses., acceptance: all, verification: inspection}
  - {id: E4, text: Les journaux doivent être conservés 12 mois., acceptance: 12 mois, verification: analyse}
  - {id: E5, text: Le système doit conserver les journaux pendant 6 mois., acceptance: 6 mois}
'''
a = answer('lint', file(REQUIREMENTS))
tap.check([(f['requirement'], f['problem']) for f in a] == [('E2', 'vague-word'), ('E2', 'vague-word'), ('E2', 'open-list'), ('E2', 'no-value'), ('E3', 'several'),
          ('E4', 'contradiction'), ('E5', 'no-verification'), ('E5', 'contradiction')], 'what cannot be tested, what is two, what collides', a)
tap.check(a[0]['words'] == 'rapide' and a[0]['line'] == 3 and a[0]['column'] == 5 and a[5]['other'] == 'E5' and all(f['sentence'] for f in a), 'with its words, its place and the other one', a)
table = file('Référence;Énoncé;Seuil;Méthode\nE1;Le système doit répondre vite;;\n', 'mine.csv')
tap.check([f['problem'] for f in answer('lint', table)] == ['vague-word', 'no-value', 'no-verification'], 'a table of a spreadsheet', run('lint', table))
text = run('lint', file(REQUIREMENTS), '--lang', 'fr').stdout
tap.check("« rapide » ne peut être testé" in text and '5 exigences, 1 sans défaut, 8 problèmes' in text, 'in plain words, in French', text)

# intel cvss
r = subprocess.run([beffroi, 'intel', 'cvss', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N', 'AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N'],
                   capture_output=True, text=True, env=environment)
tap.check(r.stdout == 'CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N 6.1 Medium\nAV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N 9.3 Critical\n', 'scores of vectors', r)
r = subprocess.run([beffroi, 'intel', 'cvss', '-', '--lang', 'fr'], input='CVSS:3.1/AV:N\n\nCVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\r\n', capture_output=True, text=True, env=environment)
tap.check(r.returncode == 1 and r.stdout == 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H 9.8 Critique\n' and 'AC' in r.stderr, 'one that is none is told, the others are scored', r)

# the study in a folder
town = os.path.join(folder.name, 'town')
r = run('init', town)
tap.check(r.returncode == 0 and os.path.exists(os.path.join(town, 'study.yaml')), 'a starting study is made', r)
r = run('init', town)
tap.check(r.returncode == 1 and 'study.yaml' in r.stderr, 'and never over another one', r)
a = answer('check', town)
tap.check(a.get('problems') == [] and a['errors'] == 0 and a['records']['values'] == 4, 'it has no fault', a)
a = answer('show', town)
risks = {x['id']: x for x in a['risks']}
tap.check((risks['RSK-001']['gravity'], risks['RSK-001']['likelihood'], risks['RSK-001']['level_name'], risks['RSK-001']['residual']['level_name']) == (4, 3, 'High', 'Medium'),
          'risks before and after', a)
tap.check([(s['id'], s['threat'], s['zone'], s['residual_threat']) for s in a['stakeholders']][0] == ('PP-1', 3, 'danger', 1.3333), 'threats of stakeholders', a)
text = run('show', town, '--lang', 'fr').stdout
tap.check('RSK-001 Un rançongiciel via le prestataire arrête la mairie : G4 V3 Élevé, reste G4 V1 Moyen' in ' '.join(text.split()), 'in plain words, in French', text)
r = run('freeze', town)
tap.check(r.returncode == 0 and subprocess.run(['sha256sum', '--check', '--quiet', 'SHA256SUMS'], cwd=os.path.join(town, 'frozen/1.0')).returncode == 0, 'a version is frozen', r)
r = run('freeze', town)
tap.check(r.returncode == 1 and 'frozen already' in r.stderr, 'once', r)
path = os.path.join(town, 'study.yaml')
text = open(path).read()
open(path, 'w').write(text.replace('gravity: 3\n    why: {en: One supplier', 'gravity: 4\n    why: {en: One supplier', 1).replace('id: IND-1', 'id: IND-2'))
a = answer('diff', os.path.join(town, 'frozen/1.0'), town)
tap.check(a == {'differences': [{'change': 'changed', 'id': 'ER-003', 'workshop': 1, 'fields': 'gravity'}, {'change': 'added', 'id': 'IND-2', 'workshop': 5, 'fields': ''},
                                {'change': 'removed', 'id': 'IND-1', 'workshop': 5, 'fields': ''}], 'workshops': [1, 5]}, 'what changed since, and in which workshops', a)
open(path, 'w').write(text.replace('value: VM-004', 'value: VM-404').replace('version: "1.0"', 'version: "1.1"', 1))
a = answer('check', town)
r = run('check', town)
line = text[:text.index('value: VM-004')].count('\n') + 1
tap.check(r.returncode == 1 and f'{path}:{line}:12: error: VM-404: there is no such id; a business value was expected [dangling]' in r.stdout, 'a reference to nothing, at its place', r)
r = run('freeze', town)
tap.check(r.returncode == 1 and '1 errors' in r.stderr and not os.path.exists(os.path.join(town, 'frozen/1.1')), 'what has errors is not frozen', r)
open(path, 'w').write(text.replace('version: "1.0"', 'version: "1.1"', 1))
r = run('freeze', town)
tap.check(r.returncode == 1 and 'changes' in r.stderr, 'nor what does not say what it changes', r)
big = os.path.join(folder.name, 'big')
subprocess.run([os.path.join(source, 'bench/big-study'), big], check=True)
a = answer('check', big)
tap.check(a.get('errors') == 0 and a['records']['requirements'] == 2000 and a['records']['operational'] == 300, 'a study of 4,000 records is checked', a)
# coverage
a = answer('coverage', os.path.join(source, 'data/study/starts/town.yaml'))
rules = {r['number']: r for r in a[0]['rules']}
tap.check(len(rules) == 42 and rules['13']['state'] == 'planned' and rules['13']['by'] == ['MES-001'] and rules['34']['state'] == 'applied' and rules['13']['iso27002'] == ['8.5'],
          'which of the 42 rules the town covers', a)
tap.check('13 Préférer une authentification forte : planifié (MES-001)' in ' '.join(run('coverage', os.path.join(source, 'data/study/starts/town.yaml'), '--lang', 'fr').stdout.split()), 'in French')

# orphans
chain = os.path.join(folder.name, 'chain')
os.makedirs(chain)
open(os.path.join(chain, 'proof.txt'), 'w').write('it held\n')
CHAIN = """study: {title: T, protection: Internal, version: '1.0'}
events: [{id: E, name: e, unintended: yes, gravity: 1, why: w}]
risks: [{id: R1, name: r, scenario: E, likelihood: 1, treatment: reduce}]
measures: [{id: M1, name: m, category: defence}]
requirements: [{id: Q1, text: t, origin: [R1], measures: [M1]}]
tests: [{id: T1, verifies: [Q1], runs: [{on: 2026-05-01, verdict: pass, proof: F1}]}]
proofs: [{id: F1, file: proof.txt, sha256: %s}, {id: F2, file: ../../etc/passwd, sha256: x}, {id: F3, file: absent, sha256: x}]
"""
import hashlib
open(os.path.join(chain, 's.yaml'), 'w').write(CHAIN % hashlib.sha256(b'it held\n').hexdigest())
a = answer('orphans', chain, '--to', '2026-11-28')
tap.check([(o['kind'], o['id']) for o in a] == [('proof-altered', 'F2'), ('proof-altered', 'F3')], 'a whole chain has no orphan; proofs that are absent or outside have not their hash', a)
open(os.path.join(chain, 'proof.txt'), 'a').write('!')
a = answer('orphans', chain, '--to', '2027-11-28')
tap.check([(o['kind'], o['id']) for o in a] == [('test-not-run', 'T1'), ('proof-altered', 'F1'), ('proof-altered', 'F2'), ('proof-altered', 'F3')], 'a proof that was changed, a test of more than a year ago', a)
text = run('orphans', chain, '--to', '2026-11-28', '--lang', 'fr').stdout
tap.check("F1 : le fichier de cette preuve n'est plus ce qu'il était, ou n'est pas là [proof-altered]" in text, 'in plain words, in French', text)

# documents
import xml.dom.minidom, zipfile, io
def document(*arguments):
    return subprocess.run([beffroi, 'study', *arguments], capture_output=True, timeout=60, env=environment)
page = document('document', os.path.join(source, 'data/study/starts/town.yaml'), '--format', 'html', '--lang', 'fr')
html = page.stdout.decode()
tap.check(page.returncode == 0 and xml.dom.minidom.parseString(page.stdout) and html.count('<svg') == 4 and 'Rançongiciel via le prestataire' in html and 'Interne' in html and 'Délégué à la protection des données' in html and 'Le prestataire garde un accès' in html,
          'the study as a page: radar and risk map before and after, well-formed', page.stderr)
shown = answer('show', os.path.join(source, 'data/study/starts/town.yaml'))
high = sum(r['level'] == 2 for r in shown['risks']), sum(r['residual']['level'] == 2 for r in shown['risks'])
tap.check(f'{high[0]} → {high[1]}' in html, 'figures of the summary are those of the register', high)
book = document('document', os.path.join(source, 'data/study/starts/town.yaml'), '--type', 'requirements', '--format', 'xlsx')
cells = zipfile.ZipFile(io.BytesIO(book.stdout)).read('xl/worksheets/sheet2.xml').decode() if book.returncode == 0 else ''
tap.check('EXG-004' in cells and 'The backups must be restored in less than 8 h.' in cells.replace('\u00a0', ' '), 'the requirements as a spreadsheet', book.stderr)
vector = file(VECTOR, 'vector.yaml')
one, two = (document('choose', vector, '--format', 'html').stdout for _ in range(2))
tap.check(one == two and b'comes first' in one and xml.dom.minidom.parseString(one), 'the choice as a page, byte for byte the same again')
one, two = (document('choose', vector, '--format', 'xlsx').stdout for _ in range(2))
tap.check(one == two and zipfile.ZipFile(io.BytesIO(one)).testzip() is None, 'and as a spreadsheet')
tap.check(run('check', town, '--format', 'html').returncode == 2 and run('document', town).returncode == 2, 'what has no document says so')
for start in ('hospital', 'workshop', 'school'):
    one = os.path.join(folder.name, start)
    tap.check(run('init', one, '--type', start).returncode == 0 and answer('check', one)['problems'] == [], f'the starting study {start} has no fault')

refusals = [
    ('no word', (), 2, ('study check FOLDER',)),
    ('no file', ('choose',), 2, ('study check FOLDER',)),
    ('a likelihood of nothing', ('likelihood', file('actions: []\n', 'none.yaml')), 1, ('none.yaml:1:10: ',)),
    ('a table without requirements', ('lint', file('a,b\n1,2\n', 'none.csv')), 1, ('none.csv:1:1: ', 'no column')),
    ('a file that is not there', ('choose', '/nowhere/x.yaml'), 1, ('/nowhere/x.yaml',)),
    ('a folder', ('choose', folder.name), 1, (folder.name,)),
    ('a start that does not ship', ('init', os.path.join(folder.name, 'x'), '--type', 'castle'), 2, ('castle', 'hospital')),
    ('a folder without a study', ('check', '/proc/self/fd'), 1, ('study init',)),
    ('a study that is not there', ('check', '/nowhere'), 1, ('/nowhere',)),
    ('an empty file', ('choose', file('', 'empty.yaml')), 1, ('empty.yaml:1:1',)),
    ('a file that is too big', ('choose', file('# ' + 'x' * (5 << 20), 'big.yaml')), 1, ('big.yaml', 'too large')),
    ('a billion laughs', ('choose', file('a: &a [x]\nb: &b [*a, *a]\n', 'bomb.yaml')), 1, ('bomb.yaml:1:4', 'anchors')),
    ('a hundred levels', ('choose', file('[' * 100, 'deep.yaml')), 1, ('deep.yaml:1:', 'too deep')),
]
for what, arguments, status, words in refusals:
    r = run(*arguments)
    tap.check(r.returncode == status and r.stdout == '' and r.stderr.count('\n') == 1 and all(w in r.stderr for w in words), f'refused in one clear line: {what}', r)

tap.end()
