#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: test_writers.py BEFFROI SOURCE_FOLDER   People write the dossier while a watch fills it; the watch is killed at once or
ends well; nothing that was kept is lost, and the journal holds. Prints TAP."""
import json, os, signal, subprocess, sys, tempfile, time
import tap
from place import Places, remote, server

beffroi, source = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
folder = tempfile.mkdtemp(prefix='test-writers-')
environment = {'PATH': os.environ['PATH'], 'LANG': 'C', 'HOME': folder}
environment |= {name: os.environ[name] for name in ('ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS') if name in os.environ}
places = Places(folder)
environment['BEFFROI_DOSSIER'] = places.dossier('d')
zst = os.path.join(source, 'data/demo/town-hall.pcap.zst')
capture = subprocess.run(['zstd', '-dc', zst], capture_output=True, check=True).stdout


def run(*arguments):
    done = subprocess.run([beffroi, *arguments], capture_output=True, timeout=240, env=environment, text=True)
    return done.returncode, done.stdout, done.stderr


def answer(*arguments):
    status, out, error = run(*arguments, '--format', 'json')
    try:
        return json.loads(out)
    except ValueError:
        return {'error': error, 'out': out, 'status': status}


def begin():
    """A watch that was given all but the end of a capture, and has kept alerts of it."""
    watch = subprocess.Popen([beffroi, 'watch', '-r', '-', '--quiet'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             env=environment, start_new_session=True)
    watch.stdin.write(capture[:-3000])
    watch.stdin.flush()
    while watch.poll() is None and answer('dossier', 'info').get('objects', {}).get('alert', 0) == 0:
        time.sleep(0.05)
    return watch


def verified():
    verdict = answer('dossier', 'verify')
    return verdict.get('intact') is True, verdict


watch = begin()
known = [i['id'] for i in answer('incident', 'list')['incidents']]
tap.check(watch.poll() is None and known, 'alerts are kept while the watch goes on', known)
status, out, error = run('incident', 'open', 'The printer stopped', 'category=other.undetermined', 'severity=2')
tap.check(status == 0, 'a person opens an incident meanwhile', error)
ours = out.split()[0]
status, out, error = run('incident', 'open', known[0], 'title=Ours')
tap.check(status == 0, 'and takes up one of the watch', error)
tap.check(run('incident', 'set', known[0], 'severity=1', 'owner=Ada')[0] == 0, 'judges it')
tap.check(run('incident', 'merge', ours, known[0])[0] == 0, 'and merges it into the other one')
holds, verdict = verified()
tap.check(holds, 'verify holds while two write', verdict)
status, out, error = run('dossier', 'migrate', '--yes')
tap.check(status == 1 and 'nothing was changed' in error, 'a migration is refused meanwhile', error)
out, error = watch.communicate(capture[-3000:], timeout=240)
tap.check(watch.returncode == 0, 'the watch ends well', error.decode())
holds, verdict = verified()
tap.check(holds, 'and the journal holds', verdict)
file = json.dumps(answer('incident', 'show', known[0]))
tap.check('"merged"' in file and 'Ada' in file, 'what the watch told at its end took nothing back', file)
before = answer('dossier', 'info')

# A capture that tells other incidents would need another attacker: the same one, killed and begun again, keeps what it had.
places.remove('d')
places.dossier('d')
watch = begin()
status, out, error = run('incident', 'open', 'Before the fall', 'category=other.undetermined', 'severity=2')
acknowledged = status == 0
alerts = answer('dossier', 'info')['objects']['alert']
os.killpg(watch.pid, signal.SIGKILL)
watch.communicate()
holds, verdict = verified()
tap.check(acknowledged and holds, 'after a kill -9 the journal holds', verdict)
tap.check(answer('dossier', 'info')['objects']['alert'] >= alerts, 'all alerts that were there still are')
tap.check('Before the fall' in run('incident', 'list')[1], 'and what a person wrote')
tap.check(run('incident', 'open', 'After the fall', 'category=other.undetermined', 'severity=2')[0] == 0, 'writing goes on at once')
status, out, error = run('watch', '-r', zst, '--quiet')
after = answer('dossier', 'info')['objects']
tap.check(status == 0 and all(after[k] == before['objects'][k] for k in ('alert', 'asset', 'evidence')), 'the same capture again completes it',
          f"{before['objects']} {after} {error}")
holds, verdict = verified()
tap.check(holds, 'and it holds', verdict)


def test_power_cut_of_the_server():
    """What it confirmed is there when it has risen; the watch that was connected says so, and gives its answer all the same."""
    places.remove('d')
    places.dossier('d')
    watch = begin()
    run('incident', 'open', 'Before the power cut', 'category=other.undetermined', 'severity=2')
    alerts = answer('dossier', 'info')['objects']['alert']
    os.kill(int(os.environ['BEFFROI_TEST_SERVER_PID']), signal.SIGUSR1)
    while not os.path.exists(os.path.join(server, 'risen-1')):
        time.sleep(0.05)
    out, error = watch.communicate(capture[-3000:], timeout=240)
    tap.check(watch.returncode == 5 and b'does not answer any more' in error and b'reaches for the others' in out, 'a watch whose server fell says so, and answers', f'{watch.returncode} {error} {out[:300]}')
    holds, verdict = verified()
    tap.check(holds and answer('dossier', 'info')['objects']['alert'] >= alerts, 'what the server confirmed is there, and holds', verdict)
    tap.check('Before the power cut' in run('incident', 'list')[1], 'what a person wrote too')
    status, out, error = run('watch', '-r', zst, '--quiet')
    after = answer('dossier', 'info')['objects']
    tap.check(status == 0 and after['alert'] == before['objects']['alert'], 'the same capture again completes it', f'{error} {after}')


if remote:
    test_power_cut_of_the_server()
places.end()
tap.end()
