#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: test_live_faults.py PROGRAM   What a watch says and how it ends when the interface, the rights, the disk or the reader of
its events fail, or when it is told to stop. In network namespaces of this test alone; needs the right to make them."""
import ctypes
import json
import os
import pty
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

SKIP = 77
INSIDE = 'BEFFROI_TEST_FAULTS'
WAIT_S = 60  # until something is called missing; nothing waits that long when all is well
FRAME = b'\x02\xbe\xff\0\0\2\x02\xbe\xff\0\0\1\x08\0' + bytes.fromhex('450000')  # an IPv4 header cut short: an anomaly at once
failures = 0
program = os.path.abspath(sys.argv[1])
folder = tempfile.mkdtemp(prefix='test-live-faults-')


def check(holds, sentence, *facts):
    global failures
    print(('ok      ' if holds else 'FAILED  ') + sentence, *([] if holds else facts), flush=True)
    failures += not holds


def shell(*words):
    subprocess.run(words, check=True)


def ip(words):
    shell('ip', *words.split())


def send(interface, frames):
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sender:
        sender.bind((interface, 0))
        for frame in frames:
            sender.send(frame)


def until(holds):
    """Whether it becomes true; looks again and again."""
    end = time.monotonic() + WAIT_S
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


class Watch:
    """A watch of ve0 that has begun: it has said something of a frame of ours."""
    count = 0

    def __init__(self, *arguments, interface='ve0', eve=None, before=(), **more):
        Watch.count += 1
        self.eve = eve or os.path.join(folder, 'eve-%d.json' % Watch.count)
        command = [*before, program, 'watch', '-i', interface, '--no-dossier', '--format', 'json', '--eve', self.eve, *arguments]
        self.process = subprocess.Popen(command, **{'stdout': subprocess.PIPE, 'stderr': subprocess.PIPE, 'text': True, **more})
        self.errors = ''
        if self.process.stderr:
            self.reader = threading.Thread(target=self.read_errors, daemon=True)
            self.reader.start()

    def read_errors(self):
        for line in self.process.stderr:
            self.errors += line

    def events(self):
        with open(self.eve, errors='replace') as lines:
            return [json.loads(line) for line in lines if line.endswith('\n')]

    def begin(self):
        def one_more():
            send('ve1', [FRAME])
            return self.process.poll() is not None or (os.path.exists(self.eve) and any(e['event_type'] == 'anomaly' for e in self.events()))
        check(until(one_more), 'the watch begins', self.errors)
        return self

    def says(self, words):
        return until(lambda: words in self.errors or self.process.poll() is not None) and words in self.errors

    def sensor(self):
        with open(f'/proc/{self.process.pid}/task/{self.process.pid}/children') as children:
            for child in map(int, children.read().split()):
                with open(f'/proc/{child}/cmdline', 'rb') as words:
                    if b'sensor' in words.read():
                        return child
        raise SystemExit('no sensor')

    def end(self, number=signal.SIGINT):
        if number:
            self.process.send_signal(number)
        try:
            out = self.process.stdout.read() if self.process.stdout else ''
            self.process.wait(timeout=WAIT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            out = ''
        if self.process.stderr:
            self.reader.join()
        self.answer = json.loads(out) if out.strip() else {}
        return self


def what_cannot_begin_says_why():
    watch = Watch(interface='nowhere0').end(0)
    check(watch.process.returncode == 1 and 'nowhere0' in watch.errors and 've0' in watch.errors and watch.errors.count('\n') == 1,
          'an unknown interface: status 1, one line that names the known ones', watch.errors)
    watch = Watch('--lang', 'fr', interface='nowhere0').end(0)
    check("il n'y a pas d'interface" in watch.errors, 'and in French', watch.errors)
    drop = ('setpriv', '--bounding-set=-net_raw', '--inh-caps=-net_raw')
    for interface in ('ve0', 'any'):
        watch = Watch(interface=interface, before=drop).end(0)
        check(watch.process.returncode == 1 and 'CAP_NET_RAW' in watch.errors and 'setcap' in watch.errors and
              watch.errors.count('\n') == 1, f'{interface} without the privilege: status 1, one line with what to do', watch.errors)
    watch = Watch(interface='idle0').end(0)
    check(watch.process.returncode == 1 and 'ip link set idle0 up' in watch.errors, 'an interface that is down: what to do', watch.errors)
    watch = Watch('--filter', 'tcp and port nosuchthing').end(0)
    check(watch.process.returncode == 2 and 'character 14' in watch.errors, 'a wrong filter: status 2 and the place', watch.errors)


def the_doctor_tells_the_truth():
    def ask(*before):
        done = subprocess.run([*before, program, 'doctor', '--format', 'json'], stdout=subprocess.PIPE, text=True, check=False)
        answer = json.loads(done.stdout)
        return {c['name']: c for c in answer['checks']}, {i['name']: i for i in answer['interfaces']}

    checks, interfaces = ask()
    check(checks['live-capture']['ok'] and {n: interfaces[n]['capture'] for n in ('ve0', 'idle0', 'any')} ==
          {'ve0': 'ring', 'idle0': 'no', 'any': 'libpcap'} and 'ip link set idle0 up' in interfaces['idle0']['reason'],
          'doctor: what can be watched, how, and why not', interfaces)
    checks, interfaces = ask('setpriv', '--bounding-set=-net_raw', '--inh-caps=-net_raw')
    check(not checks['live-capture']['ok'] and 'cap_net_raw' in checks['live-capture']['todo'] and
          all(i['capture'] == 'no' and i['reason'] for i in interfaces.values()), 'doctor without the privilege: nothing can be watched',
          checks['live-capture'], interfaces)
    watch = Watch().begin()
    with open(f'/proc/{watch.sensor()}/status') as status:
        truth = dict(line.rstrip('\n').split(':\t', 1) for line in status if ':\t' in line)
    watch.end()
    abi = ctypes.CDLL(None, use_errno=True).syscall(444, None, 0, 1)  # landlock_create_ruleset: which version?
    check((checks['seccomp']['ok'], checks['no-new-privileges']['ok'], checks['landlock'].get('detail')) ==
          (truth['Seccomp'] == '2', truth['NoNewPrivs'] == '1', f'ABI {abi}' if abi > 0 else None) and
          checks['user']['detail'] == f'uid {os.geteuid()}', 'doctor: the protection is that of a sensor at work', checks, truth, abi)


def any_is_read_through_libpcap():
    for threads in ('1', '2'):
        watch = Watch('--threads', threads, interface='any').begin()
        check('any: libpcap reads' in watch.errors, 'any: one line says that libpcap reads it', watch.errors)
        for port in range(2000, 2060):
            with socket.socket() as s:
                s.connect_ex(('127.0.0.1', port))
        send('ve1', [FRAME])
        many = until(lambda: sum(e['event_type'] == 'anomaly' for e in watch.events()) > 1)  # all before it was read too
        watch.end()
        detectors = [p['detector'] for i in watch.answer['incidents'] for p in i['parts']]
        check(many and watch.process.returncode == 0 and 'scan-vertical' in detectors,
              f'any: a scan is an incident ({threads} workers)', watch.answer, watch.errors)
    watch = Watch('--filter', 'ip[1] = 7', interface='any')
    wanted = FRAME[:15] + b'\7' + FRAME[16:]
    sent = []
    check(until(lambda: (send('ve1', [FRAME, wanted]), sent.append(1), os.path.exists(watch.eve) and watch.events())[2]),
          'any: takes a filter', watch.errors)
    watch.end()
    capture, filtered = watch.answer['capture'], watch.events()[-1]['stats']['capture']['filtered']
    check(0 < capture['packets'] <= 2 * len(sent) and filtered > 0 and capture['packets'] + filtered == capture['kernel_packets'],
          'any: the filter holds', capture, filtered)  # veth shows a frame where it leaves and where it arrives


def an_interface_that_comes_and_goes():
    for threads in ('1', '2'):
        ip('link add flap0 type veth peer name flap1')
        ip('link set flap0 up')
        ip('link set flap1 up')
        watch = Watch('--threads', threads, interface='flap0')
        check(until(lambda: (send('flap1', [FRAME]), os.path.exists(watch.eve) and watch.events())[1]), 'it is watched')
        ip('link set flap0 down')
        check(watch.says('flap0: the interface went down'), f'an interface goes down: told at once ({threads} workers)', watch.errors)
        ip('link set flap0 up')
        check(until(lambda: (send('flap1', [FRAME]), 'packets come again' in watch.errors)[1]), 'it comes back: told', watch.errors)
        check(watch.process.poll() is None, 'and the watch went on')
        ip('link del flap0')
        watch.end(0)
        check(watch.process.returncode == 4 and 'the interface is gone' in watch.errors, 'it disappears: told, status 4',
              watch.process.returncode, watch.errors)
        check(watch.answer['capture']['packets'] > 0, 'and what was seen is answered', watch.answer)
    ip('link add flap0 type veth peer name flap1')
    ip('link set flap0 up')
    watch = Watch(interface='flap0')
    until(lambda: os.path.exists(watch.eve))
    ip('link set flap0 down')
    watch.says('went down')
    watch.end()
    check(watch.process.returncode == 4 and len(watch.answer['faults']) == 1 and 'interface_down_s' in watch.answer['not_seen'],
          'down until the end: status 4, the blind time is told', watch.answer, watch.errors)
    ip('link del flap0')


def signals_end_it_well():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        watch = Watch(start_new_session=True).begin()
        os.killpg(watch.process.pid, number)  # as a terminal or a service manager does: everybody
        watch.end(0)
        check(watch.process.returncode == 0 and watch.answer['capture']['packets'] > 0 and watch.errors == '',
              f'{number.name} to all its processes ends a live watch well', watch.process.returncode, watch.errors)
        check(watch.events()[-1]['event_type'] == 'stats', 'and its events are whole')
        reading = subprocess.Popen([program, 'watch', '-r', '-', '--no-dossier', '--format', 'json'], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        reading.stdin.write(bytes.fromhex('d4c3b2a1020004000000000000000000ffff000001000000') + bytes.fromhex('00000000 00000000 11000000 11000000') + FRAME)
        reading.stdin.flush()
        until(lambda: os.path.exists(f'/proc/{reading.pid}/task/{reading.pid}/children') and
              len(open(f'/proc/{reading.pid}/task/{reading.pid}/children').read().split()) == 2)
        os.killpg(reading.pid, number)
        kept_open, reading.stdin = reading.stdin, None
        out, errors = reading.communicate(timeout=WAIT_S)
        kept_open.close()
        check(reading.returncode == 128 + number and b'stopped before the end' in errors and json.loads(out),
              f'{number.name} while a silent pipe is read: answers, says it is not all, status {128 + number}', reading.returncode, errors)


def lost_packets_are_told():
    watch = Watch().begin()
    sensor = watch.sensor()
    os.kill(sensor, signal.SIGSTOP)
    send('ve1', [FRAME[:14] + b'\x45\0\5\x78' + bytes(1400)] * 8000)
    os.kill(sensor, signal.SIGCONT)
    check(watch.says('packets are being dropped'), 'drops are told when they begin', watch.errors)
    check(until(lambda: any(e['event_type'] == 'stats' and e['stats']['capture']['kernel_drops'] > 0 for e in watch.events())),
          'a stats event counts them while the watch goes on')
    watch.end()
    capture, stats = watch.answer['capture'], watch.events()[-1]['stats']
    check(0 < capture['kernel_drops'] == watch.answer['not_seen']['packets_dropped'] == stats['capture']['kernel_drops'] and
          capture['kernel_packets'] == capture['kernel_drops'] + capture['packets'] and capture['kernel_packets'] > 8000,
          'the answer and the events agree: what came is what was read and what was lost', capture, stats)
    check(watch.errors.count('dropped') == 1, 'one notice, not thousands', watch.errors)


def the_progress_line_has_the_counter():
    ours, theirs = pty.openpty()
    watch = Watch(stderr=theirs)
    os.close(theirs)
    shown = b''
    try:
        while b'dropped: 0 of ' not in shown:
            shown += os.read(ours, 4096)
    except OSError:
        pass
    watch.process.send_signal(signal.SIGINT)
    watch.process.communicate(timeout=WAIT_S)
    os.close(ours)
    check(b'dropped: 0 of ' in shown, 'the progress line shows the drop counter', shown)
    text = subprocess.run([program, 'watch', '-i', 've0', '--no-dossier', '--for', '1'], stdout=subprocess.PIPE, text=True, check=False)
    check('dropped: 0 of ' in text.stdout, 'and so does the summary, also when there is none', text.stdout)


def events_that_cannot_be_written():
    small = os.path.join(folder, 'small')
    os.mkdir(small)
    shell('mount', '-t', 'tmpfs', '-o', 'size=16k', 'none', small)
    watch = Watch(eve=os.path.join(small, 'eve.json')).begin()
    check(until(lambda: (send('ve1', [FRAME] * 50), 'could not be written' in watch.errors)[1]), 'a full disk is told at once', watch.errors)
    check(watch.process.poll() is None, 'and the watch goes on')
    watch.end()
    check(watch.process.returncode == 5 and 'No space left' in watch.errors and watch.errors.count('\n') == 1 and
          watch.answer['not_seen']['event_batches_lost'] > 0, 'a full disk: status 5, one line, the loss is counted', watch.errors, watch.answer)
    shell('umount', small)
    watch = Watch(eve='-')
    watch.process.stdout.close()
    watch.process.stdout = None
    check(until(lambda: (send('ve1', [FRAME]), 'could not be written' in watch.errors)[1]), 'a reader that went away is told', watch.errors)
    watch.end()
    check(watch.process.returncode == 5 and 'Broken pipe' in watch.errors, 'and gives status 5', watch.process.returncode, watch.errors)


def main():
    if INSIDE not in os.environ:
        tried = subprocess.run(['unshare', '-rnm', 'true'], stderr=subprocess.PIPE, text=True)
        if tried.returncode != 0:
            print('skipped: network namespaces are not allowed here:', tried.stderr.strip())
            return SKIP
        return subprocess.run(['unshare', '-rnm', sys.executable, *sys.argv], env={**os.environ, INSIDE: '1', 'LANG': 'C'}).returncode
    try:
        ip('link add ve0 type veth peer name ve1')
        ip('link add idle0 type veth peer name idle1')
        for name in ('ve0', 've1', 'lo'):
            ip(f'link set {name} up')
    except (OSError, subprocess.CalledProcessError) as error:
        print('skipped: a veth pair cannot be made here:', error)
        return SKIP
    what_cannot_begin_says_why()
    the_doctor_tells_the_truth()
    any_is_read_through_libpcap()
    an_interface_that_comes_and_goes()
    signals_end_it_well()
    lost_packets_are_told()
    the_progress_line_has_the_counter()
    events_that_cannot_be_written()
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
