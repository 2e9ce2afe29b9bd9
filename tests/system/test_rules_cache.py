#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: test_rules_cache.py BEFFROI SOURCE_FOLDER   Rules compiled in a process of their own, and kept for the next start. Prints TAP."""
import json, os, pathlib, signal, subprocess, sys, tempfile
from tap import check, end

beffroi = os.path.abspath(sys.argv[1])
capture = pathlib.Path(sys.argv[2]) / 'data/demo/town-hall.pcap.zst'
room = tempfile.TemporaryDirectory()
folder = pathlib.Path(room.name)
cache = folder / 'cache'
env = os.environ | {'LANG': 'C', 'XDG_CACHE_HOME': str(folder / 'xdg')}
site = folder / 'site.rules'
site.write_text('''alert tcp any any -> any 22 (msg:"client banner"; flow:to_server; content:"SSH-2.0"; startswith; sid:1;)
alert tcp any any -> any 21 (msg:"password"; content:"PASS"; depth:4; sid:2;)
alert dns any any -> any any (msg:"no such name"; dns.query; content:"no-such-name"; sid:3;)
''')


def watch(*words, **more):
    events = folder / 'eve.json'
    events.unlink(missing_ok=True)
    r = subprocess.run([beffroi, 'watch', '-q', '-r', capture, '--eve', events, *map(str, words)], capture_output=True, text=True, env=env, **more)
    return r, alerts(events)


def alerts(events):
    lines = [json.loads(line) for line in events.read_text().splitlines()] if events.exists() else []
    return sorted((e['pcap_cnt'], e['alert']['signature_id']) for e in lines if e['event_type'] == 'alert' and e['alert']['signature_id'] < 100000)


def files(place):
    return {p.name: p.read_bytes() for p in sorted(place.iterdir())} if place.exists() else {}


r, first = watch('--no-dossier', '--rules', site, '--rules-cache', cache)
made = files(cache)
check(r.returncode == 0 and {s for _, s in first} == {1, 2}, 'rules are found when they are compiled', (r, first))
check(len(made) >= 3 and all(len(n) == 67 and n.endswith('.hs') for n in made), 'each search is a file named by its key', list(made))
check(oct(cache.stat().st_mode)[-3:] == '700' and all(oct((cache / n).stat().st_mode)[-3:] == '600' for n in made), 'for its owner only')
r, again = watch('--no-dossier', '--rules', site, '--rules-cache', cache)
check(again == first and files(cache) == made, 'and found again when they come from the cache', again)
none = watch('--no-dossier', '--rules', site, '--rules-cache', 'none')
check(none[1] == first and not (folder / 'xdg').exists(), 'and without any cache', none)
r, home = watch('--no-dossier', '--rules', site)
check(home == first and files(folder / 'xdg/beffroi/rules') == made, 'which is the user\'s by default', r)
r, kept = watch('--dossier', folder / 'dossier', '--rules', site)
check(kept == first and files(folder / 'dossier/rules-cache') == made, 'or lies in the dossier', r)
v = subprocess.run([beffroi, 'dossier', 'verify', '--dossier', folder / 'dossier'], capture_output=True, text=True, env=env)
check(v.returncode == 0, 'which is whole with it', v)
two = watch('--no-dossier', '--rules', site, '--rules-cache', cache, '--threads', '2')[1]
check(two == first, 'two workers share them', two)

# --- damage
victim = sorted(made)[0]
for how, bytes_ in ('changed', made[victim][:50] + b'\xff' + made[victim][51:]), ('cut', made[victim][:-9]), ('empty', b''):
    (cache / victim).write_bytes(bytes_)
    r, found = watch('--no-dossier', '--rules', site, '--rules-cache', cache)
    check(found == first and 'damaged' in r.stderr and files(cache) == made, f'a file that was {how} is noticed and made again', r)
(cache / 'notes.txt').write_text('mine')
cache.chmod(0o777)
r, found = watch('--no-dossier', '--rules', site, '--rules-cache', cache)
check(found == first and 'others may write' in r.stderr, 'a folder where others may write is not believed', r)
cache.chmod(0o700)
r, found = watch('--no-dossier', '--rules', site, '--rules-cache', folder / 'site.rules' / 'x')
check(found == first and 'cannot be kept' in r.stderr and r.returncode == 0, 'a place that cannot be is told, and the watch goes on', r)

# --- the compiler dies, again and again: what it was at is left out and named, the rest is used
many = folder / 'many.rules'
many.write_text(
    ''.join(f'alert tcp any any -> any any (msg:"many"; content:"{i * 2654435761 % 2**32:08x}{i:06d}"; sid:{1000 + i};)\n' for i in range(40000)) + site.read_text()
)


def compilers(parent):
    """The processes that a watch started as compilers."""
    for p in pathlib.Path('/proc').glob('[0-9]*'):
        try:
            stat, words = (p / 'stat').read_text(), (p / 'cmdline').read_bytes().split(b'\0')
        except OSError:
            continue
        if int(stat.rpartition(')')[2].split()[1]) == parent and words[:1] == [b'beffroi: compiler']:
            yield int(p.name)


events = folder / 'killed.json'
w = subprocess.Popen(
    [beffroi, 'watch', '-q', '-r', capture, '--no-dossier', '--eve', events, '--rules', many, '--rules-cache', folder / 'killed'],
    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env,
)
killed = set()
while w.poll() is None:
    for pid in compilers(w.pid):
        if pid not in killed and len(killed) < 3:
            os.kill(pid, signal.SIGKILL)
            killed.add(pid)
out, err = w.communicate()
check(w.returncode == 0 and killed and 'compiler' in err, 'a compiler that dies does not end the watch', (w.returncode, err))
# Killed before it has begun a search, nothing is known to be at fault: then all is left out, and said so.
check('it ended before its time' in err, 'and the reason is told', err)
r, found = watch('--no-dossier', '--rules', many, '--rules-cache', folder / 'killed')
check(found == first and r.stderr == '', 'the next start makes what is missing', (r.stderr, found))
end()
