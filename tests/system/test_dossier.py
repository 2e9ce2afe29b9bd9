#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: test_dossier.py BEFFROI SOURCE_FOLDER   `beffroi dossier` and `beffroi trace` from outside: each word, bad input, exit
statuses, and that what is wrong is said and changes nothing. Prints TAP."""
import hashlib, json, os, shutil, signal, sqlite3, subprocess, sys, tempfile
from place import Places, remote, server
from tap import check, end

beffroi, source = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
folder = tempfile.mkdtemp(prefix='test-dossier-')
environment = {'PATH': os.environ['PATH'], 'LANG': 'C', 'HOME': folder}
environment |= {name: os.environ[name] for name in ('ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS') if name in os.environ}
places = Places(folder)


def path(name):
    return os.path.join(folder, name)


def run(*arguments, dossier='d', **more):
    done = subprocess.run([beffroi, *arguments, '--dossier', places.dossier(dossier)], capture_output=True, timeout=240, env=environment, text=True, **more)
    return done.returncode, done.stdout, done.stderr


def answer(*arguments, dossier='d'):
    status, out, error = run(*arguments, '--format', 'json', dossier=dossier)
    try:
        return json.loads(out) | {'status': status}
    except ValueError:
        return {'status': status, 'error': error, 'out': out}


def content(name):
    """path -> bytes of every file below."""
    found = {}
    for where, _, files in os.walk(path(name)):
        for file in files:
            full = os.path.join(where, file)
            found[os.path.relpath(full, path(name))] = open(full, 'rb').read()
    return found


edit = places.edit


def copy(name, to):
    """A folder that is no dossier, as an export is."""
    shutil.rmtree(path(to), ignore_errors=True)
    shutil.copytree(path(name), path(to))


# --- make and look

status, out, error = run('dossier', 'init', dossier='made')
check(status == 0 and 'ready' in out, 'init makes a dossier', error)
check(remote or os.stat(path('made')).st_mode & 0o77 == 0, 'for its owner alone')
check(answer('dossier', 'verify', dossier='made').get('intact') is True, 'an empty dossier holds')
before = places.state('made')
check(run('dossier', 'init', dossier='made')[0] == 0 and places.state('made') == before, 'init again changes nothing')
run('watch', '-r', os.path.join(source, 'data/demo/town-hall.pcap.zst'))
info = answer('dossier', 'info')
check(info.get('objects', {}).get('incident') == 3 and info['lines'] > 30, 'info counts', info)
verdict = answer('dossier', 'verify')
check(verdict['status'] == 0 and verdict['intact'] and verdict['files'] == 11 and len(verdict['head']['hash']) == 64, 'verify: intact', verdict)
head = f"{verdict['head']['line']}:{verdict['head']['hash']}"
check(run('dossier', 'verify', '--head', head)[0] == 0, 'verify knows the head it printed')
check(run('dossier', 'verify', '--head', head[:-1] + ('1' if head[-1] == '0' else '0'))[0] == 3, 'and no other one')
check(run('dossier', 'verify', '--head', 'x')[0] == 1, 'a head that is none is told')

# --- altered, located

places.copy('d', 'altered')
edit('altered', "UPDATE incident SET severity = 1 WHERE id LIKE 'INC-4e%'")
verdict = answer('dossier', 'verify', dossier='altered')
check(verdict['status'] == 3 and [f['object'] for f in verdict['findings']] == ['INC-4e39a322b8b2'], 'verify names the object that was altered', verdict)
status, out, error = run('dossier', 'verify', '--lang', 'fr', dossier='altered')
check(status == 3 and 'INC-4e39a322b8b2: ligne' in out.replace('\u00a0', ' ').replace(' :', ':'), 'in French too', out)

# --- trace

chain = answer('trace', 'INC-4e39', dossier='d')
nodes = chain.get('chain', [{}])
kinds = {(n['kind'], n.get('direction')) for n in nodes}
check({('incident', None), ('asset', 'it-leads-to'), ('alert', 'leads-to-it'), ('evidence', 'leads-to-it')} <= kinds, 'trace walks both ways', kinds)
proof = next(n['id'] for n in nodes if n['kind'] == 'evidence')
back = answer('trace', proof)
check('INC-4e39a322b8b2' in [n['id'] for n in back['chain']], 'from a proof to its incident')
check(run('trace', 'nothing')[0] == 1 and run('trace', 'AST')[0] == 1 and run('trace')[0] == 2, 'no such name, several, none given')

# --- export and import

status, out, error = run('dossier', 'export', path('e1'))
check(status == 0, 'export', error)
check(subprocess.run(['sha256sum', '--check', '--quiet', 'SHA256SUMS'], cwd=path('e1')).returncode == 0, 'sha256sum finds it whole')
manifest = json.load(open(path('e1/manifest.json')))
check(all(hashlib.sha256(content('e1')[f['path']]).hexdigest() == f['sha256'] for f in manifest['files']), 'so does its manifest')
lines = [json.loads(line) for line in open(path('e1/incident.jsonl'))]
check([line['id'] for line in lines] == sorted(line['id'] for line in lines) and lines[0]['attacker'] == '203.0.113.21', 'JSON lines, addresses as people write them')
check(run('dossier', 'import', path('e1'), dossier='back')[0] == 0, 'import into a dossier that is made')
check(run('dossier', 'export', path('e2'), dossier='back')[0] == 0 and content('e1') == content('e2'), 'what was imported exports the same, byte for byte')
check(answer('dossier', 'verify', '--head', head, dossier='back')['status'] == 0, 'and has the same journal')
check(run('incident', 'show', '4e39')[1].replace(places.label('d'), '') == run('incident', 'show', '4e39', dossier='back')[1].replace(places.label('back'), ''), 'and tells the same story')
check(run('dossier', 'export', path('e1'))[0] == 1, 'export over something is refused')
before = places.state('back')
check(run('dossier', 'import', path('e1'), dossier='back')[0] == 1 and places.state('back') == before, 'import over something is refused')


def bad_import(what, change, sums=True, says=()):
    copy('e1', 'bad')
    change()
    if sums:
        files = sorted(set(content('bad')) - {'SHA256SUMS'})
        open(path('bad/SHA256SUMS'), 'w').write(''.join(f"{hashlib.sha256(content('bad')[f]).hexdigest()}  {f}\n" for f in files))
    places.remove('into')
    status, out, error = run('dossier', 'import', path('bad'), dossier='into')
    left = answer('dossier', 'info', dossier='into')
    check(status == 1 and all(s in error for s in says) and sum(left['objects'].values()) == 0 and left['lines'] == 0, what, f'{status} {error} {left}')


def replace(name, old, new):
    text = open(path('bad/' + name), 'rb').read()
    assert old in text, (name, old)
    open(path('bad/' + name), 'wb').write(text.replace(old, new, 1))


bad_import('a file that is not what was written', lambda: replace('asset.jsonl', b'192', b'193'), sums=False, says=['asset.jsonl'])
bad_import('a file that is gone', lambda: os.unlink(path('bad/link.jsonl')), sums=False, says=['link.jsonl'])
bad_import('an export without its end', lambda: os.unlink(path('bad/SHA256SUMS')), sums=False, says=['SHA256SUMS'])
bad_import('a value altered, and all sums made again', lambda: replace('incident.jsonl', b'"severity":4', b'"severity":1'), says=['object-altered', 'INC-4e39a322b8b2'])
bad_import('a line of the journal taken out', lambda: replace('journal.jsonl', open(path('e1/journal.jsonl'), 'rb').readlines()[7], b''), says=['lines-missing'])
bad_import('a proof exchanged', lambda: [open(os.path.join(path('bad/evidence'), f), 'wb').write(b'x') for f in os.listdir(path('bad/evidence'))[:1]], says=['file-altered'])
bad_import('a line that is no JSON', lambda: replace('asset.jsonl', b'{"id"', b'{"id'), says=['asset.jsonl, line 1', 'RFC 8259'])
bad_import('a name with a control in it, which no export would write the same', lambda: replace('asset.jsonl', b'{"id":"AST-', b'{"id":"AST-\xc2\x9e'), says=['asset.jsonl, line 1'])
bad_import('a name too long to be exported again', lambda: replace('asset.jsonl', b'{"id":"AST-', b'{"id":"AST-' + b'9' * 128), says=['asset.jsonl, line 1'])
bad_import('a member nobody knows', lambda: replace('alert.jsonl', b'"detector"', b'"colour":"red","detector"'), says=['alert.jsonl, line 1'])
bad_import('a word where a number belongs', lambda: replace('alert.jsonl', b'"severity":', b'"severity":"4","x":'), says=['severity'])
bad_import('an address that is none', lambda: replace('incident.jsonl', b'"attacker":"203', b'"attacker":"x203'), says=['attacker', 'incident.jsonl, line 1'])
bad_import('a link to nowhere', lambda: replace('link.jsonl', b'"target":"', b'"target":"NO-'), says=[])
bad_import('a path that leads out', lambda: replace('evidence.jsonl', b'"path":"evidence/', b'"path":"../../evidence/'), says=[])
bad_import('a sum of a file outside', lambda: open(path('bad/SHA256SUMS'), 'a').write('0' * 64 + '  ../../etc/passwd\n'), sums=False, says=['SHA256SUMS'])

# --- backup and restore


def test_copies():
    status, out, error = run('dossier', 'backup', path('b'))
    check(status == 0 and subprocess.run(['sha256sum', '--check', '--quiet', 'SHA256SUMS'], cwd=path('b')).returncode == 0, 'backup', error)
    check(answer('dossier', 'verify', '--head', head, dossier='b')['status'] == 0, 'a backup is a dossier that holds')
    check(run('dossier', 'restore', path('b'), dossier='restored')[0] == 0 and answer('dossier', 'verify', '--head', head, dossier='restored')['status'] == 0, 'restore')
    check(run('dossier', 'restore', path('b'), dossier='restored')[0] == 1, 'restore over something is refused')
    with open(path('b/dossier.db'), 'r+b') as f:
        f.seek(50000)
        f.write(b'X')
    status, out, error = run('dossier', 'restore', path('b'), dossier='worse')
    check(status == 1 and 'dossier.db' in error and not content('worse'), 'a damaged backup is refused before anything is written', error)


def test_copies_of_a_server():
    """pg_dump does it; what it wrote is put back by psql."""
    for words, said in ((('dossier', 'backup', path('b')), 'pg_dump'), (('dossier', 'restore', path('b')), 'psql')):
        status, out, error = run(*words)
        check(status == 1 and said in error and not os.path.exists(path('b')), f'{words[1]} says what to do instead', error)
    dump = subprocess.run(['pg_dump', '-h', server, '-U', 'beffroi', places.database('d')], capture_output=True, check=True).stdout
    places.dossier('restored')
    subprocess.run(['psql', '-qX', '-h', server, '-U', 'beffroi', '-d', places.database('restored')], input=dump, stdout=subprocess.DEVNULL, check=True)
    check(answer('dossier', 'verify', '--head', head, dossier='restored')['status'] == 0, 'a copy made by pg_dump and put back holds')
    check(run('incident', 'open', 'After the copy', 'category=other.undetermined', 'severity=2', dossier='restored')[0] == 0, 'and can be written')


test_copies_of_a_server() if remote else test_copies()

# --- purge

places.copy('d', 'purged')
before = places.state('purged')
tried = answer('dossier', 'purge', '--max-size', '100k', dossier='purged')
check(tried['status'] == 0 and tried['done'] is False and tried['by_size']['files'] > 0, 'purge shows what would go', tried)
check(places.state('purged') == before, 'and changes nothing')
done = answer('dossier', 'purge', '--max-size', '100k', '--yes', dossier='purged')
check(done['done'] and done['by_size'] == tried['by_size'] and done['left_bytes'] <= 100 << 10, 'purge --yes does that', done)
check(sum(len(v) for v in places.proofs('purged').values()) == done['left_bytes'], 'the files are gone')
verdict = answer('dossier', 'verify', '--head', head, dossier='purged')
check(verdict['status'] == 0 and verdict['lines'] > 42, 'the journal tells it, and still holds', verdict)
check(run('dossier', 'export', path('e3'), dossier='purged')[0] == 0 and run('dossier', 'import', path('e3'), dossier='back3')[0] == 0, 'it can be exported and imported')
open(path('site.yaml'), 'w').write('rules:\n  - {rule: alert, days: 4000}\n')
status, out, error = run('dossier', 'purge', '--retention', path('site.yaml'), dossier='purged')
check(status == 1 and 'site.yaml' in error and 'reason' in error, 'a longer retention without a reason is refused', error)

# --- migrate: a dossier that version 1 wrote of the demonstration (its text in tests/captures). A server never had one.


def test_migration():
    os.mkdir(path('old'))
    edit('old', open(os.path.join(source, 'tests/captures/dossier-v1.sql')).read() + 'PRAGMA application_id=1113941606; PRAGMA user_version=1;')
    before = content('old')
    for words in (('incident', 'list'), ('dossier', 'verify'), ('dossier', 'info')):
        status, out, error = run(*words, dossier='old')
        check(status == 1 and 'beffroi dossier migrate' in error, f"{' '.join(words)} says how to go on with an old one", error)
    tried = answer('dossier', 'migrate', dossier='old')
    check(tried['status'] == 0 and tried['from'] == 1 and tried['done'] is False, 'migrate tries first', tried)
    check(content('old')['dossier.db'] == before['dossier.db'] and 'dossier-trial.db' not in content('old'), 'and changes nothing')
    done = answer('dossier', 'migrate', '--yes', dossier='old')
    check(done['status'] == 0 and done['done'] and done['to'] == info['version'], 'migrate --yes', done)
    check(content('old')[done['backup']] is not None, 'the dossier as it was is kept')
    verdict = answer('dossier', 'verify', dossier='old')
    check({f['fault'] for f in verdict['findings']} == {'file-gone'}, 'what was migrated holds, but for the proofs that this test does not have', verdict)
    check(run('incident', 'show', '4e39', dossier='old')[0] == 0, 'and is read')
    check(answer('dossier', 'migrate', dossier='old').get('from') == info['version'], 'migrate again has nothing to do')
    os.mkdir(path('old2'))
    edit('old2', open(os.path.join(source, 'tests/captures/dossier-v1.sql')).read() + 'DROP TRIGGER journal_stays; UPDATE journal SET who = "x" WHERE seq = 9;'
         'CREATE TRIGGER journal_stays BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, "no"); END; PRAGMA application_id=1113941606; PRAGMA user_version=1;')
    check(run('dossier', 'migrate', '--yes', dossier='old2')[0] == 0, 'an old journal that was altered can be migrated')
    db = sqlite3.connect(path('old2/dossier.db'))
    told = json.loads(db.execute("SELECT after FROM journal WHERE action = 'migrate'").fetchone()[0])
    db.close()
    check(told.get('altered_from') == 9, 'and the new one says from where', told)


def test_migration_on_a_server():
    """What an older program would have left: the marks of an earlier step, without the tables of the last one."""
    places.copy('d', 'old')
    check(answer('dossier', 'migrate', dossier='old').get('from') == info['version'], 'there is nothing to migrate')


test_migration_on_a_server() if remote else test_migration()

# --- what cannot be done changes nothing

places.copy('d', 'newer')
edit('newer', 'UPDATE beffroi_mark SET version = 99' if remote else 'PRAGMA user_version = 99')
places.copy('d', 'damaged')
if remote:
    edit('damaged', 'DROP TABLE beffroi_mark; CREATE TABLE beffroi_mark(application TEXT); INSERT INTO beffroi_mark VALUES(1)')
else:
    with open(path('damaged/dossier.db'), 'r+b') as f:
        f.seek(100)
        f.write(b'Z' * 3000)
for name, word in (('newer', 'newer beffroi'), ('damaged', 'not as beffroi made it' if remote else 'damaged')):
    before = places.state(name, beside=())
    for words in (('dossier', 'verify'), ('dossier', 'info'), ('dossier', 'migrate', '--yes'), ('dossier', 'init'), ('dossier', 'export', path('no')), ('trace', 'INC-4e39')):
        status, out, error = run(*words, dossier=name)
        check(status == 1 and word in error, f"{name}: {' '.join(words[:2])} says so", f'{status} {error}')
        shutil.rmtree(path('no'), ignore_errors=True)
    check(places.state(name, beside=()) == before, f'{name}: nothing was changed')
for words in (('dossier',), ('dossier', 'export'), ('dossier', 'verify', 'x'), ('dossier', 'sing')):
    check(run(*words)[0] == 2, f"{' '.join(words)}: wrong usage")


def said_of(place, *words, **variables):
    done = subprocess.run([beffroi, *(words or ('dossier', 'info')), '--dossier', place], capture_output=True, timeout=240, env=environment | variables, text=True)
    return done.returncode, done.stdout + done.stderr


def test_refusals_of_a_server():
    """Each is told in words, with what to do; the password never is."""
    places.edit('recipes', 'CREATE TABLE recipe(x int)')
    edit('d', f'GRANT CONNECT ON DATABASE "{places.database("d")}" TO guarded')
    guarded = f'guarded:%s@/{places.database("d")}?host={server}'
    for place, words in ((f'postgresql://beffroi@/nowhere?host={server}', 'no database of this name'),
                         (f'postgresql://beffroi@/d?host={folder}', 'no PostgreSQL server answers'),
                         ('postgresql://beffroi:secret-word@127.0.0.1:1/d', 'no PostgreSQL server answers'),
                         ('postgresql://guarded:' + 'secret-word' + guarded[len('guarded:%s'):], 'refuses this user or this password'),
                         (f'postgresql://guarded@/{places.database("d")}?host={server}', 'refuses this user or this password'),
                         ('postgresql://a b:secret-word@/x?nonsense=1', 'no address of a database'),
                         ('mysql://me:secret-word@here/d', 'no address of a database'),
                         (places.dossier('recipes'), "another program's database")):
        status, text = said_of(place)
        check(status == 1 and words in text and 'secret-word' not in text, f'told: {words}', text)
    before = places.state('recipes')
    status, text = said_of(places.dossier('recipes'), 'dossier', 'init')
    check(status == 1 and "another program's" in text and places.state('recipes') == before, "another program's database is left as it is", text)
    status, text = said_of(f'postgresql://guarded@/{places.database("d")}?host={server}', PGPASSWORD='the word')
    check(status == 1 and 'may not do that' in text, 'a user without rights is told', text)
    edit('d', 'GRANT SELECT ON ALL TABLES IN SCHEMA public TO guarded')
    status, text = said_of('postgresql://' + guarded % 'the%20word')
    check(status == 0 and 'the word' not in text and 'the%20word' not in text, 'with rights and password it reads, and says the password to nobody', text)
    status, text = said_of('postgresql://' + guarded % 'the%20word', 'incident', 'open', 'Not mine', 'category=other.undetermined', 'severity=2')
    check(status == 1 and 'may not do that' in text and 'the%20word' not in text, 'but may not write', text)
    journal = ''.join(str(row) for row in places.rows('d', 'SELECT who, after FROM journal'))
    check('the word' not in journal and 'postgresql' not in journal, 'nor does the journal know the address')
    status, text = said_of(places.dossier('empty'), 'incident', 'list')
    check(status == 1 and 'still empty' in text and places.state('empty') == {}, 'an empty database is told, and stays empty', text)
    serve = subprocess.Popen([beffroi, 'serve', '--listen', '127.0.0.1:0'], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                             env=environment | {'BEFFROI_DOSSIER': places.dossier('d').replace('beffroi@', 'beffroi:secret-word@')})
    told = []
    while not told or (told[-1] != '' and '/#/link/' not in told[-1]):
        told.append(serve.stdout.readline())
    serve.send_signal(signal.SIGINT)
    told.append(serve.communicate(timeout=240)[0])
    check(serve.returncode == 0 and '/#/link/' in ''.join(told) and 'secret-word' not in ''.join(told), 'serve opens it, by $BEFFROI_DOSSIER', ''.join(told))
    check(os.listdir(path('.local/share/beffroi')) == ['tls'], 'and keeps its certificate at home', os.listdir(path('.local/share/beffroi')))
    status, text = said_of(places.dossier('d'), 'doctor')
    check(places.label('d') in text, 'doctor looks at it', text)


if remote:
    test_refusals_of_a_server()
else:
    check(run('dossier', 'verify', dossier='absent')[0] == 1 and not os.path.exists(path('absent')), 'no dossier there: said, and none is made')

places.end()
end()
