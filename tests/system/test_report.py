#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: test_report.py BEFFROI SOURCE_FOLDER EXTREMES   Documents from outside: whole, marked, in both languages; what is public names nobody.
Prints TAP."""
import hashlib, json, os, pathlib, re, shutil, subprocess, sys, tempfile, xml.etree.ElementTree as ElementTree, zipfile
from place import Places
from tap import check, end, skip

beffroi, source, extremes = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).absolute(), os.path.abspath(sys.argv[3])
folder = pathlib.Path(tempfile.mkdtemp(prefix='test-report-'))
places = Places(str(folder))
environment = {k: v for k, v in os.environ.items() if k in ('PATH', 'ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS')} | {
    'LANG': 'C', 'HOME': str(folder), 'BEFFROI_DOSSIER': places.dossier('dossier'), 'USER': 'alice'}


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


made = subprocess.run([source / 'tools/demo-dossier', beffroi, places.dossier('dossier'), '--lang', 'fr'], capture_output=True, text=True, env=environment)
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

# --- every document, in both languages: well-formed, whole, marked
for words in (('incident', worst, '--kind', 'technical'), ('incident', worst, '--kind', 'notice'), ('incident', worst, '--kind', 'notice', '--notice', 'nis2'),
              ('period',), ('committee',), ('incident', worst, '--kind', 'technical', '--public')):
    for language in ('fr', 'en'):
        name = f"{' '.join(words).replace(worst, 'ID')} {language}"
        text, tree = report(*words, '--lang', language)
        levels = [int(e.tag[1]) for e in tree.iter() if re.fullmatch('h[1-6]', e.tag)] if tree is not None else []
        check(levels[:1] == [1] and levels.count(1) == 1 and all(b - a <= 1 for a, b in zip(levels, levels[1:])), f'{name}: well-formed, headings in order', text[-300:])
        pictures = list(tree.iter('{http://www.w3.org/2000/svg}svg'))
        check(all(p.get('role') == 'img' and len(p[0].text) > 3 and len(p[1].text) > 3 for p in pictures) and (pictures or 'notice' in words),
              f'{name}: each picture has a title and says what it shows', len(pictures))
        ids, links = [e.get('id') for e in tree.iter() if e.get('id')], [e.get('href') for e in tree.iter('a')]
        check(len(ids) == len(set(ids)) and {l[1:] for l in links} <= set(ids), f'{name}: contents lead to chapters', links)
        check(not re.search(r'https?:(?!//www.w3.org/2000/svg")|<script|<link|<img|@import|url\(|\{\{', text), f'{name}: it asks for nothing outside, no field was left')
technical = report('incident', worst, '--kind', 'technical', '--lang', 'en')[0]
for word in ('Running log', 'Register of evidence', 'Chain of custody', 'Tree of causes', 'Ishikawa', 'Legal clocks', 'ATT&amp;CK', 'Delays that were measured', 'evidence/', worst):
    check(word in technical, f'the technical file has: {word}')
notice = report('incident', worst, '--kind', 'notice', '--lang', 'en')[1]
rows = [[''.join(c.itertext()) for c in row] for table in notice.iter('table') for row in table.find('tbody') if table.get('class') != 'facts']
check(len(rows) > 10 and all(re.match(r'(INC|ACT|CAU|PRF)-[0-9a-f]{12}', row[1]) for row in rows), 'each sentence of a notice cites what it comes from', rows[:3])

text = report('incident', worst, '--kind', 'notice', '--lang', 'fr')[0]
check(re.search(r'le \d\d/\d\d/\d{4} \d\d:\d\d \+0', text) is not None and re.search(r'le \d{4}-\d\d-\d\d', text) is None, 'fr: a notice has its dates as in French')

# --- the other formats


def made(name, *words):
    done = run('report', *words, '--format', name.rsplit('.')[-1], '-o', name)
    check(done.returncode == 0, 'made: ' + ' '.join(words) + ' ' + name, done)
    return folder / name


def installed(program):
    if shutil.which(program) is None:
        skip(f'what {program} makes', f'{program} is not installed')
    return shutil.which(program) is not None


book = zipfile.ZipFile(made('t.xlsx', 'incident', worst, '--kind', 'technical', '--lang', 'fr'))
sheet = '{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'
parts = {n: ElementTree.fromstring(book.read(n)) for n in book.namelist()}
names = [s.get('name') for s in parts['xl/workbook.xml'].iter(sheet + 'sheet')]
check(book.testzip() is None and len(names) == len(set(names)) > 4 and 'Main courante' in names and all(len(n) <= 31 for n in names), 'xlsx: sheets by the names of chapters', names)
log = parts[f'xl/worksheets/sheet{names.index("Main courante") + 1}.xml']
check(len(list(log.iter(sheet + 'row'))) > 5 and log.find(f'.//{sheet}pane') is not None and 'TLP:AMBER' in log.find(f'.//{sheet}oddHeader').text, 'xlsx: rows, frozen heads, marking')
check(not [c for p in parts.values() for c in p.iter(sheet + 'f')] and not [t for p in parts.values() for t in p.iter(sheet + 't') if (t.text or '')[:1] in '=+-@' and t.text], 'xlsx: no formula')
check(any(c.get('s') == '3' and float(c[0].text) > 46000 for p in parts.values() for c in p.iter(sheet + 'c') if len(c) and c[0].tag == sheet + 'v'), 'xlsx: times are times')
if installed('pandoc'):
    for name, page, text in (('t.odt', 'styles.xml', 'content.xml'), ('t.docx', 'word/header9.xml', 'word/document.xml')):
        book = zipfile.ZipFile(made(name, 'incident', worst, '--kind', 'technical', '--lang', 'fr'))
        trees = {n: ElementTree.fromstring(book.read(n)) for n in book.namelist() if n.endswith(('.xml', '.rels', '.rdf')) and book.read(n)}
        check(book.testzip() is None and page in trees and 'TLP:AMBER' in ''.join(trees[page].itertext()), f'{name}: well-formed, with its marking on every page', book.namelist())
        words = ''.join(trees[text].itertext())
        check(all(w in words for w in ('Main courante', 'Registre des preuves', 'Nadia Ferrand', 'Responsable de traitement')), f'{name}: nothing is lost', words[:400])
        check(b'Heading' in book.read(text) and any(n.endswith('.svg') for n in book.namelist()), f'{name}: real headings, pictures', book.namelist())
if installed('weasyprint') and installed('pdftotext'):
    for name, count, words in (('m.pdf', 1, ('incident', worst)), ('c.pdf', 2, ('committee',))):
        path = made(name, *words, '--lang', 'fr')
        pages = subprocess.run(['pdftotext', '-layout', path, '-'], capture_output=True, text=True).stdout.split('\f')[:-1]
        check(len(pages) == count, f'{name}: pages: {count}', len(pages))
        check(all('TLP:AMBER' in p and f'page {i}/{count}' in p for i, p in enumerate(pages, 1)), f'{name}: marking and number of the page on every page', pages)
    # However much there is, and whatever it is made of: one page, and two.
    for kind, count in (('management', 1), ('committee', 2)):
        for language in ('fr', 'en'):
            for what, text in (('long texts', 'Le mot de passe du serveur figurait dans une liste de mots courants ; personne ne l’a vu. ' * 40),
                               ('one long word', 'W' * 4000), ('lines', 'une ligne\n' * 300), ('no Latin', '漢字' * 900), ('nothing', '')):
                if language == 'en' and what != 'long texts':
                    continue
                page = subprocess.run([extremes, kind, language, text], capture_output=True, env=environment)
                done = subprocess.run(['weasyprint', '-q', '-', folder / 'extreme.pdf'], input=page.stdout, capture_output=True)
                pages = subprocess.run(['pdftotext', folder / 'extreme.pdf', '-'], capture_output=True, text=True).stdout.split('\f')[:-1]
                check(page.returncode == 0 and len(pages) == count, f'{kind} {language}, {what}: pages: {count}', (len(pages), page.stderr))
if os.geteuid() == 0:
    done = subprocess.run(['unshare', '--mount', 'sh', '-c', 'for p in /usr/bin/weasyprint /usr/local/bin/weasyprint; do [ ! -e $p ] || mount --bind /dev/null $p; done; exec "$0" "$@"',
                           beffroi, 'report', 'incident', worst, '--format', 'pdf', '-o', 'none.pdf'], capture_output=True, text=True, env=environment, cwd=folder)
    check(done.returncode == 1 and 'apt install weasyprint' in done.stderr and not (folder / 'none.pdf').exists(), 'what is missing is told with its package', done)
else:
    skip('what is missing is told with its package', 'needs root, to hide a program')

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
for language, kind in (('fr', 'management'), ('en', 'management'), ('fr', 'technical'), ('en', 'technical'), ('fr', 'notice')):
    text = report('incident', worst, '--public', '--lang', language, '--kind', kind)[0]
    plain = re.sub(r'<style>.*</style>', '', text, flags=re.S).lower()
    check(not [w for w in secret if re.search(rf'(?<!\w){re.escape(w.lower())}(?!\w)', plain)], f'{language} {kind}: the public version has none of them',
          [w for w in secret if w.lower() in plain])
    check('TLP:CLEAR' in text, f'{language} {kind}: and says that it is public')
places.end()
end()
