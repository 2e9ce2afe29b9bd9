#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: test_import_live.py BEFFROI SOURCE_FOLDER   `beffroi import` while things go wrong or never end: Suricata at a Unix socket, a flood, a
kill in the middle, a reader of the answer that is gone, a reader role that dies. Prints TAP."""
import json, os, select, signal, socket, subprocess, sys, tempfile, time
import tap
from place import Places
from tap import check

beffroi, source = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
folder = tempfile.mkdtemp(prefix='test-import-live-')
places = Places(folder)
environment = {'PATH': os.environ['PATH'], 'LANG': 'C', 'HOME': folder}
environment |= {name: os.environ[name] for name in ('ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS') if name in os.environ}
LIMIT = 120


def path(name):
    return os.path.join(folder, name)


def run(*arguments, **more):
    return subprocess.run([beffroi, *arguments], capture_output=True, text=True, timeout=240, env=environment, **more)


def incidents(dossier):
    return json.loads(run('incident', 'list', '--dossier', places.dossier(dossier), '--format', 'json').stdout)['incidents']


def until(what, limit=LIMIT):
    """Polls a condition of the outside world; the limit is for a machine that hangs."""
    end = time.monotonic() + limit
    while not what() and time.monotonic() < end:
        select.select([], [], [], 0.02)
    return what()


def alert(number, source_ip='203.0.113.9', target='10.0.0.5'):
    return json.dumps({'timestamp': f'2026-03-03T08:{number // 60 % 60:02}:{number % 60:02}.5+0100', 'flow_id': number, 'event_type': 'alert', 'src_ip': source_ip, 'src_port': 40000,
                       'dest_ip': target, 'dest_port': 80, 'proto': 'TCP', 'alert': {'signature_id': number, 'signature': f'attack {number}', 'category': 'Web Application Attack', 'severity': 1}}).encode() + b'\n'


def live(dossier, *options):
    name = path(dossier + '.sock')
    process = subprocess.Popen([beffroi, 'import', 'eve', '--socket', name, '--dossier', places.dossier(dossier), *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
    kind = socket.SOCK_DGRAM if '--datagram' in options else socket.SOCK_STREAM
    until(lambda: process.poll() is not None or listens(name, kind))
    return process, name


def listens(name, kind):
    with socket.socket(socket.AF_UNIX, kind) as s:
        return s.connect_ex(name) == 0


def line_of(process):
    """One line of the answer, as it comes."""
    ready = select.select([process.stdout], [], [], LIMIT)[0]
    return process.stdout.readline().decode() if ready else ''


def end(process, kind=signal.SIGTERM):
    process.send_signal(kind)
    out, errors = process.communicate(timeout=LIMIT)
    return process.returncode, out.decode(), errors.decode()


def stream(name):
    s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    s.connect(name)
    return s


# Suricata at a stream socket.
process, name = live('stream')
check(os.stat(name).st_mode & 0o777 == 0o660, 'the socket is for its owner and group')
first, second = stream(name), stream(name)
first.sendall(alert(1))
told = line_of(process)
check('attack 1' in told and '203.0.113.9' in told, 'an alert is told when it comes', told)
check(until(lambda: incidents('stream')), 'and others see it in the dossier while the import goes on')
cut = alert(2, target='10.0.0.6')
second.sendall(cut[:100])
first.sendall(b'nonsense\n' + alert(3, '198.51.100.1', '10.0.0.7'))
second.sendall(cut[100:])
first.close()
second.sendall(alert(4)[:-1]) # no end of line
second.close()
status, out, errors = end(process)
check(status == 4 and 'Incidents: 2' in out and '1 line is not right' in errors, 'SIGTERM ends it: all that came counts, a line in pieces and one without its end too', (status, out, errors))
check({i['attacker'] for i in incidents('stream')} == {'203.0.113.9', '198.51.100.1'} and run('dossier', 'verify', '--dossier', places.dossier('stream')).returncode == 0, 'its incidents are in the dossier', incidents('stream'))
process, name = live('stream', '--format', 'json')
status, out, errors = end(process, signal.SIGINT)
check(status == 0 and json.loads(out)['lines'] == 0, 'a socket that an earlier run left is taken over; Ctrl-C ends it too', (status, out, errors))
busy, name = live('busy')
again = run('import', 'eve', '--socket', name, '--dossier', places.dossier('busy2'))
check(again.returncode == 1 and name in again.stderr, 'one that is in use is not', again.stderr)
end(busy)
kept = path('file')
open(kept, 'w').close()
check(run('import', 'eve', '--socket', kept, '--dossier', places.dossier('busy2')).returncode == 1 and os.path.isfile(kept), 'and a file is no socket, and stays')
check(run('import', 'zeek', '--socket', path('z.sock')).returncode == 2, 'other formats have no socket')

# Datagrams.
process, name = live('datagram', '--datagram', '--format', 'json')
sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
for i in range(30):
    sender.sendto(alert(i) + alert(100 + i, '198.51.100.1'), name)
status, out, errors = end(process)
check(status == 0 and json.loads(out)['alerts_new'] == 60, 'datagrams, of one line or several', (status, out, errors))

# A flood: bounded, counted, and it ends when asked to.
process, name = live('flood', '--format', 'json')
s = stream(name)
block = b''.join(alert(i, f'203.0.{i % 200}.{i // 200 % 250}') for i in range(20000))
s.sendall(block)
s.sendall(b'{"a":"' + b'x' * 5000000 + b'"}\n' + b'y' * 3000000)
rss = int([line for line in open(f'/proc/{process.pid}/status') if line.startswith('VmRSS')][0].split()[1])
s.close()
status, out, errors = end(process)
a = json.loads(out)
check(a['lines'] == 20002 and a['alerts_new'] + a['alerts_over'] == 20000 and a['alerts_new'] >= 10000 and a['alerts_over'] > 0 and a['bad'] == 2,
      'a flood of alerts is kept up to a limit, and the rest is counted', (status, out, errors))
crowd, name = live('crowd', '--format', 'json')
callers = [stream(name) for _ in range(14)] # eight places, and as many before the door
for i, caller in enumerate(callers[:8]):
    caller.sendall(alert(i))
for caller in callers:
    caller.close()
status, out, errors = end(crowd)
check(status == 0 and json.loads(out)['alerts_new'] == 8, 'more callers than places wait outside', (status, out, errors))

# Killed in the middle, run again: nothing is lost, nothing is there twice.
lines = b''.join(alert(i, f'203.0.{i % 20}.9', f'10.0.{i % 7}.{i % 250}') for i in range(6000))
with open(path('many.json'), 'wb') as file:
    file.write(lines)
run('import', 'eve', path('many.json'), '--dossier', places.dossier('whole'))


def picture(dossier):
    return sorted((i['id'], i['alerts'], i['severity'], i['first'], i['last']) for i in incidents(dossier))


whole, cuts = picture('whole'), 0
for delay in (0.05, 0.2, 0.4, 0.6, 0.8, 1.0, 1.3):
    process = subprocess.Popen([beffroi, 'import', 'eve', path('many.json'), '--dossier', places.dossier('killed')], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
    try:
        process.wait(delay)
    except subprocess.TimeoutExpired:
        process.kill() # kill -9
        cuts += 1
    process.communicate()
done = run('import', 'eve', path('many.json'), '--dossier', places.dossier('killed'))
check(cuts > 0 and done.returncode == 0 and picture('killed') == whole, f'killed {cuts} times and run again, the incidents are those of one run', (done.stderr, len(picture('killed')), len(whole)))
check(run('dossier', 'verify', '--dossier', places.dossier('killed')).returncode == 0, 'and the dossier verifies')

# Nobody reads the answer.
read_end, write_end = os.pipe()
os.close(read_end)
done = subprocess.run([beffroi, 'import', 'eve', path('many.json'), '--dossier', places.dossier('deaf')], stdout=write_end, stderr=subprocess.PIPE, text=True, env=environment, timeout=LIMIT)
os.close(write_end)
check(done.returncode == 1 and 'answer could not be written' in done.stderr and picture('deaf') == whole, 'with nobody to read the answer, all is kept, and the status says it', (done.returncode, done.stderr))

# The reader dies (a fault of ours, or who captured it): told, and what it told until then is kept.
process, name = live('orphan')
s = stream(name)
s.sendall(alert(1))
line_of(process)
children = subprocess.run(['pgrep', '-P', str(process.pid)], capture_output=True, text=True).stdout.split()
os.kill(int(children[0]), signal.SIGKILL)
out, errors = process.communicate(timeout=LIMIT)
check(process.returncode == 1 and b'reader ended early' in errors and len(incidents('orphan')) == 1, 'a reader that dies is told, and what it said is kept', (process.returncode, errors))

places.end()
tap.end()
