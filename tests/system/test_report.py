#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: test_report.py BEFFROI SOURCE_FOLDER   Documents from outside: whole, marked, in both languages; what is public names nobody.
Prints TAP."""
import hashlib, json, os, pathlib, re, subprocess, sys, tempfile, xml.etree.ElementTree as ElementTree
from tap import check, end

beffroi, source = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).absolute()
room = tempfile.TemporaryDirectory()
folder = pathlib.Path(room.name)
environment = {k: v for k, v in os.environ.items() if k in ('PATH', 'ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS')} | {
    'LANG': 'C', 'HOME': room.name, 'BEFFROI_DOSSIER': str(folder / 'dossier'), 'USER': 'alice'}


def run(*words):
    return subprocess.run([beffroi, *words], capture_output=True, text=True, timeout=120, env=environment, cwd=folder)


def ask(*words):
    done = run(*words, '--format', 'json')
    return json.loads(done.stdout) if done.returncode == 0 else {'failed': done.stderr}


def report(*words):
    """The text of a document on standard output, and its tree when it is well-formed."""
    done = run('report', *words, '-o', '-')
    check(done.returncode == 0 and done.stderr == '', 'made: ' + ' '.join(words), done.stderr)
    try:
        return done.stdout, ElementTree.fromstring(done.stdout.encode())
    except ElementTree.ParseError as wrong:
        return done.stdout + done.stderr + str(wrong), None


made = subprocess.run([source / 'tools/demo-dossier', beffroi, folder / 'dossier', '--lang', 'fr'], capture_output=True, text=True, env=environment)
check(made.returncode == 0, 'the demonstration is there', made)
incidents = ask('incident', 'list')['incidents']
worst = next(i['id'] for i in incidents if i['state'] == 'contained')
shown = ask('incident', 'show', worst)

# --- one page of an incident
for language in ('fr', 'en'):
    text, tree = report('incident', worst, '--lang', language)
    check(tree is not None and tree.get('lang') == language, f'{language}: the page is well-formed and says its language', text[:600])
    levels = [int(e.tag[1]) for e in tree.iter() if re.fullmatch('h[1-6]', e.tag)]
    check(levels[0] == 1 and levels.count(1) == 1 and all(b - a <= 1 for a, b in zip(levels, levels[1:])), f'{language}: headings go down one by one', levels)
    check(not re.search(r'https?:(?!//www.w3.org/2000/svg")|<script|<link|<img|@import|url\(', text), f'{language}: it asks for nothing outside')
    check(all(t.find('thead/tr/th[@scope="col"]') is not None or t.find('tbody/tr/th[@scope="row"]') is not None for t in tree.iter('table')),
          f'{language}: every table has heads')
    check(re.search(r'ORG-INC-\d{4}-\d{3}', text) is not None and 'TLP:' in text, f'{language}: reference and marking are there')
fr = report('incident', worst, '--lang', 'fr')[0]
check(not re.search(' [:;?!%»]', re.sub(r'<style>.*</style>|<[^>]*>', '', fr, flags=re.S)), 'fr: spaces before double signs do not break')
check(re.search(r'\d\d/\d\d/\d{4}', fr) is not None, 'fr: dates are written as in French')

# --- the file and its sum
done = run('report', 'incident', worst)
name = f'incident-{worst}-management.html'
document = (folder / name).read_bytes() if (folder / name).exists() else b''
check(done.returncode == 0 and done.stdout == '' and name in done.stderr and document, 'without -o a name is made, and told', done)
check((folder / (name + '.sha256')).read_text() == f'{hashlib.sha256(document).hexdigest()}  {name}\n', 'its SHA-256 stands beside it')
again = run('report', 'incident', worst)
check(again.returncode == 1 and name in again.stderr, 'a file that is there is not written over', again)


def refused(what, *words, status, say):
    done = run('report', *words)
    check(done.returncode == status and done.stdout == '' and done.stderr.count('\n') == 1 and say in done.stderr, 'refused: ' + what, done)


refused('no word', status=2, say='report incident ID')
refused('no incident', 'incident', status=2, say='report incident ID')
refused('an unknown kind', 'incident', worst, '--kind', 'novel', status=2, say='management | technical')
refused('an unknown format', 'incident', worst, '--format', 'ps', status=2, say='html | xlsx')
refused('an unknown incident', 'incident', 'INC-ffffffffffff', '-o', 'none.html', status=1, say='INC-ffffffffffff')
check(not (folder / 'none.html').exists(), 'and no file is left')
refused('an unknown line of the cover', 'incident', worst, '--cover', 'colour=red', status=2, say='colour')
refused('a day that is none', 'period', '--from', '2026-13-01', status=2, say='--from')
refused('a period that ends before it begins', 'period', '--from', '2026-11-02', '--to', '2026-10-01', status=2, say='--to is before --from')

# --- the public version: no name or address of the record is in it


def names_of(case):
    """Every name of a person, and each of their words, and every address, that the file of an incident has."""
    people, found = set(), set()
    for item in [case['incident'], *case['items']]:
        people.add(item.get('by', ''))
        people |= {v for k, v in item['fields'].items() if k in ('reporter', 'owner', 'recorded_by', 'aware_by', 'taken_by', 'from', 'to', 'effect_by', 'contact')}
    for person in people:
        found |= {w for w in re.split(r'[\s,;/().@-]+', person) if len(w) > 2 and w[0].isupper()}
    found |= set(re.findall(r'\d+\.\d+\.\d+\.\d+', json.dumps(case)))
    return found - {'Mme', 'DPO', 'Service', 'Mairie', 'Town', 'Ville', 'The'}


secret = names_of(shown)
check(len(secret) > 5 and any(w.isalpha() for w in secret) and any(w[0].isdigit() for w in secret), 'the record has names and addresses', secret)
for language in ('fr', 'en'):
    text = report('incident', worst, '--public', '--lang', language)[0]
    plain = re.sub(r'<style>.*</style>', '', text, flags=re.S).lower()
    check(not [w for w in secret if re.search(rf'(?<!\w){re.escape(w.lower())}(?!\w)', plain)], f'{language}: the public version has none of them',
          [w for w in secret if w.lower() in plain])
    check('TLP:CLEAR' in text, f'{language}: and says that it is public')
end()
