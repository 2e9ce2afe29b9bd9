#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: test_handover.py BEFFROI SOURCE_FOLDER   `beffroi dossier handover` as the court's expert meets it: with tar, sha256sum and
openssl, as HOWTO.txt says; one byte changed anywhere is refused. Prints TAP."""
import hashlib, json, os, re, subprocess, sys, tempfile
from place import Places, remote
from tap import check, end

beffroi, source = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
folder = tempfile.mkdtemp(prefix='test-handover-')
environment = {'PATH': os.environ['PATH'], 'LANG': 'C', 'HOME': folder}
environment |= {name: os.environ[name] for name in ('ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS') if name in os.environ}
places = Places(folder)


def path(name):
    return os.path.join(folder, name)


def read(name):
    with open(path(name), 'rb') as f:
        return f.read()


def run(*arguments, dossier='d', **more):
    done = subprocess.run([beffroi, *arguments, '--dossier', places.dossier(dossier)], capture_output=True, timeout=240, env=environment, text=True, **more)
    return done.returncode, done.stdout, done.stderr


def answer(*arguments, dossier='d'):
    status, out, error = run(*arguments, '--format', 'json', dossier=dossier)
    try:
        return json.loads(out) | {'status': status, 'error': error}
    except ValueError:
        return {'status': status, 'error': error, 'out': out}


def shell(line, where):
    done = subprocess.run(['sh', '-c', line], cwd=path(where), capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def unpack(archive, to):
    os.mkdir(path(to))
    return shell(f"tar -xf '{path(archive)}'", to)


def rows(name):
    with open(path(name), encoding='utf-8') as f:
        return [json.loads(line) for line in f]


def below(name):
    return {os.path.relpath(os.path.join(where, f), path(name)) for where, _, files in os.walk(path(name)) for f in files}


# The commands of HOWTO.txt, as they stand there.
howto = open(os.path.join(source, 'data/handover/HOWTO.txt'), encoding='utf-8').read()
commands = [line.strip() for line in howto.split('HOW TO VERIFY')[1].splitlines() if re.match(r'  (openssl|sha256sum|find|cut) ', line)]
FINGERPRINT, SIGNATURE, FILES = commands[:3]
TOO_MANY = ' && '.join(commands[3:])
french = [line.strip() for line in howto.split('HOW TO VERIFY')[0].splitlines() if re.match(r'  (openssl|sha256sum|find|cut) ', line)]
check(len(commands) == 5 and french == commands, 'HOWTO.txt gives the same commands in both languages', commands)

run('watch', '-r', os.path.join(source, 'data/demo/town-hall.pcap.zst'))
check('key_sha256' not in answer('dossier', 'info'), 'no key before it is needed')

# --- all of it

around = set(os.listdir(folder))
status, out, error = run('dossier', 'handover', path('all.tar'))
check(status == 0 and 'personal data' in error and 'HOWTO.txt' in out, 'handover', error)
check(set(os.listdir(folder)) - around == {'all.tar'}, 'nothing but the archive is made beside the dossier')
check(os.stat(path('all.tar')).st_mode & 0o77 == 0, 'for its owner alone')
check(remote or os.stat(path('d/handover.key')).st_mode & 0o777 == 0o600, 'so is the key')
key = answer('dossier', 'info').get('key_sha256')
check(key is not None and key in out and key in run('dossier', 'info')[1], 'info shows the fingerprint of the key', key)
status, said = unpack('all.tar', 'all')
check(status == 0 and said == '', 'tar unpacks it without a word', said)
check(os.listdir(path('all')) == ['handover'], 'into one folder')
h = 'all/handover'
check(shell(FINGERPRINT, h)[1].split()[0] == key, 'openssl computes the same fingerprint')
check(shell(SIGNATURE, h) == (0, 'Signature Verified Successfully\n'), 'openssl verifies the signature', shell(SIGNATURE, h))
check(shell(FILES, h) == (0, ''), 'sha256sum verifies the files', shell(FILES, h))
check(shell(TOO_MANY, h) == (0, ''), 'no file too many', shell(TOO_MANY, h))
check(all(re.fullmatch(rb'[0-9a-f]{64}  [^\n]+', line) for line in read(h + '/MANIFEST').splitlines()), 'MANIFEST has lines of sha256sum only')
about = read(h + '/ABOUT').decode()
check(re.search(r'^made: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$', about, re.M) and f'key-sha256: {key}\n' in about and 'verified: intact\n' in about, 'ABOUT tells when, whose, and that it holds', about)
check({(int(n), p) for n, p in re.findall(r'^bytes: (\d+) (.*)$', about, re.M)} == {(os.path.getsize(path(f'{h}/export/{p}')), 'export/' + p) for p in below(h + '/export')}, 'ABOUT tells the size of each file')
head = re.search(r'^journal-head: (.*)$', about, re.M)[1]
last = rows(h + '/export/journal.jsonl')[-1]
check(head == f"{last['seq']}:{last['hash']}" and run('dossier', 'verify', '--head', head)[0] == 0, 'and a head of the journal that the dossier knows', head)
proofs = [f for f in below(h + '/export/evidence')]
check(len(proofs) == 11 and all(hashlib.sha256(read(f'{h}/export/evidence/{f}')).hexdigest() + '.pcap' == f for f in proofs), 'all proofs are there')
check(run('dossier', 'import', path(h + '/export'), dossier='again')[0] == 0, 'its export can be imported')

# --- one byte


def flip(name, at):
    with open(path(name), 'r+b') as f:
        f.seek(at)
        byte = f.read(1)
        f.seek(at)
        f.write(bytes([byte[0] ^ 1]))


refused = []
targets = ['ABOUT', 'HOWTO.txt', 'key.pem', 'MANIFEST', 'MANIFEST.sig', 'export/incident.jsonl', 'export/manifest.json', 'export/evidence/' + proofs[0]]
for name in targets:
    size = os.path.getsize(path(f'{h}/{name}'))
    for at in (0, size // 2, size - 1):
        flip(f'{h}/{name}', at)
        signature, files = shell(SIGNATURE, h)[0] == 0, shell(FILES, h)[0] == 0
        # A change of the list or its signature breaks the signature; of any other file, its sum.
        if (signature and name.startswith('MANIFEST')) or (files and not name.startswith('MANIFEST')):
            refused.append((name, at))
        flip(f'{h}/{name}', at)
check(refused == [], 'one byte changed in any file, at its start, middle or end, is found', refused)
check(shell(SIGNATURE, h)[0] == 0 and shell(FILES, h)[0] == 0, 'and put back, all is well')
with open(path(h + '/export/more.jsonl'), 'w') as f:
    f.write('x')
check(shell(TOO_MANY, h)[0] != 0, 'a file put there is found')
os.unlink(path(h + '/export/more.jsonl'))
os.unlink(path(h + '/export/link.jsonl'))
check(shell(FILES, h)[0] != 0, 'a file taken away is found')

# --- some incidents

part = answer('dossier', 'handover', path('part.tar'), 'INC-4e39')
check(part['status'] == 0 and part['incidents'] == ['INC-4e39a322b8b2'] and part['key_sha256'] == key, 'handover of one incident, by the same key', part)
check(part['sha256'] == hashlib.sha256(read('part.tar')).hexdigest() and part['bytes'] == os.path.getsize(path('part.tar')), 'tells the sum of the archive')
unpack('part.tar', 'part')
p = 'part/handover'
check(shell(SIGNATURE, p)[0] == 0 and shell(FILES, p) == (0, '') and shell(TOO_MANY, p) == (0, ''), 'which verifies')
check([r['id'] for r in rows(p + '/export/incident.jsonl')] == ['INC-4e39a322b8b2'], 'no other incident is in it')
chain = {n['id'] for n in answer('trace', 'INC-4e39')['chain']}
given = {r['id'] for kind in ('incident', 'alert', 'asset', 'evidence') for r in rows(f'{p}/export/{kind}.jsonl')}
check(chain <= given, 'all that trace finds is in it', chain - given)
part_of = {link['source'] for link in rows(p + '/export/link.jsonl') if link['relation'] == 'part-of'}
check({r['id'] for r in rows(p + '/export/alert.jsonl')} == part_of, 'its alerts, no others')
check({link['source'] for link in rows(p + '/export/link.jsonl')} | {line['object'] for line in rows(p + '/export/journal.jsonl')} <= given, 'links and lines of the journal are theirs')
check({r['path'] for r in rows(p + '/export/evidence.jsonl')} == {'evidence/' + f for f in below(p + '/export/evidence')} and len(below(p + '/export/evidence')) < 11, 'and their proofs alone')
both = answer('dossier', 'handover', path('two.tar'), '4e39', 'inc-4E39a322b8b2', '--lang', 'fr')
check(both['status'] == 0 and both['incidents'] == ['INC-4e39a322b8b2'] and 'personnelles' in both['error'], 'one named twice, in French', both)

# --- the journal knows

told = [(who, json.loads(after)) for who, after in places.rows('d', "SELECT who, after FROM journal WHERE action = 'handover' ORDER BY seq")]
check(len(told) == 3 and told[0][0] == f'dossier handover, uid {os.getuid()}', 'each hand-over is a line of the journal', told)
check(told[0][1]['sha256'] == hashlib.sha256(read('all.tar')).hexdigest() and told[0][1]['key_sha256'] == key, 'with the sum of its archive')
check(told[0][1]['manifest_sha256'] == hashlib.sha256(read(h + '/MANIFEST')).hexdigest() and told[1][1]['incidents'] == ['INC-4e39a322b8b2'], 'of its list, and what was given')
check(answer('dossier', 'verify')['status'] == 0, 'and the dossier holds')

# --- what must not be


def lines():
    return answer('dossier', 'info')['lines']


before = lines()
kept = read('all.tar')
status, out, error = run('dossier', 'handover', path('all.tar'))
check(status == 1 and 'something in this file' in error and read('all.tar') == kept, 'over something is refused', error)
status, out, error = run('dossier', 'handover', path('none.tar'), 'INC-none')
check(status == 1 and 'INC-none' in error and os.path.getsize(path('none.tar')) == 0, 'no such incident', error)
check(run('dossier', 'handover', path('no/where.tar'))[0] == 1 and run('dossier', 'handover', '/dev/full')[0] == 1, 'a place where nothing can be written')
check(run('dossier', 'handover')[0] == 2, 'without a file: wrong usage')
os.symlink(path('elsewhere.tar'), path('link.tar'))
check(run('dossier', 'handover', path('link.tar'))[0] == 1 and not os.path.exists(path('elsewhere.tar')), 'a symbolic link is not followed')
status, out, error = run('dossier', 'handover', path('big.tar'), preexec_fn=lambda: (__import__('signal').signal(25, 1), __import__('resource').setrlimit(1, (100000, 100000)), None)[2])
check(status == 1 and os.path.getsize(path('big.tar')) == 0, 'a disk that is full leaves an empty file', f'{status} {error}')
if not remote:
    os.chmod(path('d/handover.key'), 0o644)
    status, out, error = run('dossier', 'handover', path('open.tar'))
    check(status == 1 and 'chmod 600' in error, 'a key that others may read is refused', error)
    os.chmod(path('d/handover.key'), 0o600)
pem = places.get_file('d', 'handover.key')
for bad in (b'', pem[:-1], pem + b'\n', pem.replace(b'MC4', b'MC5'), b'x' * len(pem)):
    places.put_file('d', 'handover.key', bad)
    status, out, error = run('dossier', 'handover', path('bad.tar'))
    check(status == 1 and 'no ed25519 key' in error and places.get_file('d', 'handover.key') == bad, 'a damaged key is told, and stays', f'{status} {error}')
places.put_file('d', 'handover.key', pem)
check(lines() == before, 'what was not handed over is not in the journal')
made = subprocess.run(['openssl', 'pkey', '-pubout'], input=pem, capture_output=True).stdout
check(made == read('part/handover/key.pem'), 'openssl reads the private key too')

name, proof = sorted(places.proofs('d').items())[0]
places.put_file('d', name, proof[:50] + bytes([proof[50] ^ 1]) + proof[51:])
altered = answer('dossier', 'handover', path('altered.tar'))
unpack('altered.tar', 'altered')
check(altered['status'] == 0 and altered['findings'] == 1 and 'not what was written' in altered['error'] and b'verified: altered\nfindings: 1\n' in read('altered/handover/ABOUT'), 'a dossier that was altered is handed over as one that was', altered)

check(run('dossier', 'init', dossier='new')[0] == 0 and len(answer('dossier', 'info', dossier='new').get('key_sha256', '')) == 64, 'init makes the key, to be published in advance')

places.end()
end()
