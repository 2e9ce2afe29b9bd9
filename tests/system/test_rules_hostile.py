#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: test_rules_hostile.py BEFFROI SOURCE_FOLDER   Rules, lists, files and disks that are bad: each is told, and the rest goes on.
Prints TAP."""
import gzip, json, os, pathlib, resource, subprocess, sys, tempfile, time
from tap import check, end, skip
from tcp_capture import CLIENT, SERVER, TcpCapture

beffroi, source = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
capture = source / 'data/demo/town-hall.pcap.zst'
room = tempfile.TemporaryDirectory()
folder = pathlib.Path(room.name)
env = os.environ | {'LANG': 'C', 'HOME': room.name, 'XDG_CACHE_HOME': str(folder / 'xdg')}
good = 'alert tcp any any -> any 22 (msg:"client banner"; flow:to_server; content:"SSH-2.0"; startswith; sid:1;)\n'
site = folder / 'site.rules'
site.write_text(good)


def run(*words, before=()):
    return subprocess.run([*before, beffroi, *map(str, words)], capture_output=True, text=True, env=env, timeout=240)


def watch(*words, before=(), capture=capture):
    events = folder / 'eve.json'
    events.unlink(missing_ok=True)
    r = run('watch', '-q', '-r', capture, '--no-dossier', '--eve', events, *words, before=before)
    found = [json.loads(line) for line in events.read_text().splitlines()] if events.exists() else []
    return r, found


def sids(found):
    return {e['alert']['signature_id'] for e in found if e['event_type'] == 'alert' and e['alert']['signature_id'] < 100000}


# --- a rule with an error never stops the others
mixed = folder / 'mixed.rules'
mixed.write_text(good + 'alert tcp $NOBODY any -> any any (msg:"x"; content:"a"; sid:2;)\nalert tcp any any -> any any (content:"|zz|"; sid:3;)\nnonsense\n' + good.replace('sid:1', 'sid:4'))
answer = json.loads(run('rules', 'check', mixed, '--format', 'json').stdout)
check((answer['loaded'], answer['failed']) == (2, 3), 'a rule with an error does not stop the others', answer)
unknown = next(p for p in answer['problems'] if p['line'] == 2)
check((unknown['line'], unknown['column']) == (2, 11) and '$NOBODY' in unknown['reason'] and 'vars' in unknown['reason'], 'an unknown variable: where, and what to do', unknown)
r, found = watch('--rules', mixed)
check(r.returncode == 0 and sids(found) == {1, 4} and 'rules: 2 are used, 3 are not' in r.stderr, 'a watch uses the others, and tells', r)

# --- a file of no valid rule, a missing include
none = folder / 'none.rules'
none.write_text('alert tcp any any -> any any (content:"a";)\nwhatever\n')
r = run('rules', 'check', none)
check(r.returncode == 1 and f'{none}:1:' in r.stdout and f'{none}:2:' in r.stdout, 'a file of no valid rule: each line is told, status 1', r)
r, found = watch('--rules', none)
check(r.returncode == 0 and sids(found) == set() and 'rules: 0 are used, 2 are not: beffroi rules check tells why' in r.stderr, 'a watch says that none is used, and goes on', r)
yaml = folder / 'site.yaml'
yaml.write_text('vars: {}\ninclude: absent.yaml\n')
r, found = watch('-c', yaml)
check(r.returncode == 1 and 'absent.yaml: No such file' in r.stderr and found == [], 'an include that is missing: status 1', r)
yaml.write_text('include: site.yaml\n')
r, found = watch('-c', yaml)
check(r.returncode == 1 and 'site.yaml' in r.stderr, 'one that includes itself too', r)

# --- expressions that would never end, and rules that would try every place
slow = folder / 'slow.rules'
slow.write_text(good + ''.join(
    f'alert tcp any any -> any any (content:"a"; pcre:"/^(([a-z])+.)+[A-Z]([a-z])+${{{i}}}/s"; sid:{100 + i};)\n' for i in range(20)) + ''.join(
    'alert tcp any any -> any any (content:"a"; ' + 'content:"a"; distance:0; ' * 60 + f'content:"never{i}"; distance:0; sid:{200 + i};)\n' for i in range(20)))
made = TcpCapture()
made.connection(22, [(CLIENT, b'SSH-2.0-x\r\n' + b'a' * 40000)])
made.connection(80, [(CLIENT, b'a' * 60000)])
pcap = folder / 'slow.pcap'
pcap.write_bytes(b''.join(made.frames))
began = time.monotonic()
r, found = watch('--rules', slow, '-k', 'none', capture=pcap)
took = time.monotonic() - began
check(r.returncode == 0 and sids(found) == {1}, 'expressions and contents that would try every place: given up, the others go on', (r.stderr, sids(found)))
check(took < 120, f'in bounded time', took)
large = folder / 'large.rules'
large.write_text('alert tcp any any -> any any (content:"a"; pcre:"/(((a{1,1000}){1,1000}){1,1000}){1,1000}/"; sid:300;)\n'
                 'alert tcp any any -> any any (content:"a"; pcre:"/' + '(' * 5000 + 'a' + ')' * 5000 + '/"; sid:301;)\n' + good)
answer = json.loads(run('rules', 'check', large, '--format', 'json').stdout)
check((answer['loaded'], answer['wrong']) == (1, 2) and all('pcre' in p['reason'] for p in answer['problems']), 'an expression that is too large is wrong, and named', answer)

# --- the limits of the compiler strike
many = folder / 'many.rules'
many.write_text(
    ''.join(f'alert tcp any any -> any any (msg:"many"; content:"{i * 2654435761 % 2**32:08x}{i:06d}"; sid:{1000 + i};)\n' for i in range(60000)) + good)


def compilers(parent):
    for p in pathlib.Path('/proc').glob('[0-9]*'):
        try:
            stat, words = (p / 'stat').read_text(), (p / 'cmdline').read_bytes().split(b'\0')
        except OSError:
            continue
        if int(stat.rpartition(')')[2].split()[1]) == parent and words[:1] == [b'beffroi: compiler']:
            yield int(p.name)


w = subprocess.Popen([beffroi, 'watch', '-q', '-r', capture, '--no-dossier', '--rules', many, '--rules-cache', folder / 'struck'],
                     stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)
limits, struck = '', set()
while w.poll() is None:
    for pid in compilers(w.pid):
        try:
            seen = {line[:25].strip(): line[26:].split()[0] for line in pathlib.Path(f'/proc/{pid}/limits').read_text().splitlines()[1:]}
            if seen.get('Max cpu time') == '120':  # its own limit, which would strike later, becomes one that strikes now
                limits = seen
                resource.prlimit(pid, resource.RLIMIT_CPU, (1, 1))
                struck.add(pid)
        except (OSError, ProcessLookupError, PermissionError):
            pass
    time.sleep(0.002)
out, err = w.communicate()
if not struck:
    check(False, 'a compiler was seen with its limit of 120 seconds of work', err)
elif 'compiler' not in err:
    skip('the limit of work strikes', 'this machine makes these searches in less than a second')
else:
    check(w.returncode == 0 and 'the compiler of rules could not make' in err, 'a compiler that works too long is ended by its limit, and the watch goes on', err)

# --- full disks
def on_small_disk(size, *words):
    """A command that runs with an empty disk of this size at folder/small; it sees the rest as it is."""
    (folder / 'small').mkdir(exist_ok=True)
    return ['unshare', '-rm', 'sh', '-c', f'mount -t tmpfs -o mode=700,size={size} none "{folder}/small" && exec "$@"; exit 99', 'sh', *words]


if subprocess.run(on_small_disk('16k', 'true'), capture_output=True).returncode != 0:
    skip('full disks', 'no name space of mounts can be made here')
else:
    middle = folder / 'middle.rules'
    middle.write_text(''.join(many.read_text().splitlines(True)[:300]) + good)
    usual = sids(watch('--rules', middle)[1])
    r, found = watch('--rules', middle, '--rules-cache', folder / 'small', before=on_small_disk('4k'))
    check(r.returncode == 0 and sids(found) == usual == {1}, 'a full disk below the cache of rules: they are used', (r, found))
    check('compiled rules could not be kept: the next start takes as long again' in r.stderr, 'and it is told', r.stderr)
    # The rules of a dossier on a disk that is full: what was in force stays in force, whole.
    script = f'''set -e
"{beffroi}" rules add "{site}" --dossier "{folder}/small" >/dev/null
cp "{folder}/small/rules/active.rules" "{folder}/before.rules"
head -c 10M /dev/zero > "{folder}/small/fill" 2>/dev/null || true
for words in "add {many}" "disable 1"; do "{beffroi}" rules $words --dossier "{folder}/small" && echo "done: $words"; true; done
cmp "{folder}/small/rules/active.rules" "{folder}/before.rules" && echo same
ls "{folder}/small/rules" "{folder}/small/rules/sources"
rm "{folder}/small/fill"
"{beffroi}" rules disable 1 --dossier "{folder}/small"
grep -c "^# alert" "{folder}/small/rules/active.rules"
'''
    done = subprocess.run(on_small_disk('128k', 'sh', '-c', script), capture_output=True, text=True, env=env)
    check('same' in done.stdout and 'done:' not in done.stdout and done.stderr.count('No space left on device') == 2, 'a full disk below the rules in force: told, and they stay as they were', done)
    check('.new' not in done.stdout, 'nothing half written stays', done.stdout)
    check(done.returncode == 0 and done.stdout.rstrip().endswith('1'), 'with room again, the choice holds', done)

# --- a body that explodes, a mail that explodes
bomb = gzip.compress(gzip.compress(bytes(64 << 20)))
mail = b'From: a@b.c\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n' + b''.join(
    b'--%s\r\nContent-Type: multipart/mixed; boundary=%sx\r\n\r\n' % (b'x' * (i + 1), b'x' * (i + 1)) for i in range(200)) + b'--x\r\n\r\nbody\r\n' * 5000
made = TcpCapture()
made.connection(80, [(CLIENT, b'GET /bomb HTTP/1.1\r\nHost: h\r\n\r\n'), (SERVER, b'HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip\r\nContent-Length: %d\r\n\r\n' % len(bomb) + bomb),
                     (CLIENT, b'GET /after HTTP/1.1\r\nHost: h\r\n\r\n'), (SERVER, b'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nafter')])
made.connection(25, [(SERVER, b'220 mx\r\n'), (CLIENT, b'EHLO a\r\n'), (SERVER, b'250 mx\r\n'), (CLIENT, b'MAIL FROM:<a@b.c>\r\n'), (SERVER, b'250 ok\r\n'), (CLIENT, b'RCPT TO:<d@e.f>\r\n'),
                     (SERVER, b'250 ok\r\n'), (CLIENT, b'DATA\r\n'), (SERVER, b'354 go\r\n'), (CLIENT, mail + b'\r\n.\r\n'), (SERVER, b'250 ok\r\n'), (CLIENT, b'QUIT\r\n'), (SERVER, b'221 bye\r\n')])
rules = ['alert http any any -> any any (http.uri; content:"/after";', 'alert http any any -> any any (app-layer-event:http.compression_bomb;',
         'alert smtp any any -> any any (flow:to_server; content:"QUIT|0d 0a|";', 'alert http any any -> any any (http.uri; content:"/bomb"; filesize:>2000000;']
r, events = made.run(beffroi, folder, rules)
sizes = [e['fileinfo']['size'] for e in events if e['event_type'] == 'fileinfo' and e['fileinfo']['filename'] == '/bomb']
check(r.returncode == 0 and {1, 3} <= sids(events) and 4 not in sids(events), 'a compressed body that explodes is read up to the limit of bodies, and what follows is read', (r.stderr, sids(events), sizes))
r, events = made.run(beffroi, folder, rules, '--set', 'app-layer.protocols.http.libhtp.default-config.response-body-limit=0')
names = {e['anomaly'].get('event', '') for e in events if e['event_type'] == 'anomaly'}
check(r.returncode == 0 and 'compression_bomb' in {n.lower() for n in names}, 'where bodies have no limit, it is stopped, and is an event', (r.stderr, names))
check({1, 2, 3} <= sids(events), 'which a rule can ask for; what follows is read', (sids(events), names))
check(any('mime' in n.lower() or 'boundary' in n.lower() or 'nest' in n.lower() or 'entity' in n.lower() for n in names), 'a mail that is nested without end is an event', names)
end()
