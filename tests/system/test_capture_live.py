#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Captures on interfaces of a network namespace of its own and compares with what was sent.

Usage: test_capture_live.py PROBE, where PROBE is the program of tests/unit/test_capture_live.c.
"""
import os
import signal
import socket
import struct
import subprocess
import sys
import time

SKIP = 77
INSIDE = 'BEFFROI_TEST_NAMESPACE'
SENDER = b'\x02\xbe\xff\x00\x00\x01'
failures = 0


def check(holds, sentence, *facts):
    global failures
    print(('ok      ' if holds else 'FAILED  ') + sentence, *([] if holds else facts), flush=True)
    failures += not holds


def shell(*words):
    subprocess.run(words, check=True)


class Probe:
    """The probe, started and waiting for frames."""

    def __init__(self, kind, interface, count, workers=1, *filter_words, before=()):
        command = [*before, sys.argv[1], kind, interface, str(count), str(workers), *filter_words]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.first = self.process.stdout.readline()

    def done(self):
        text, _ = self.process.communicate(timeout=60)
        self.frames, self.counts, self.error = [], [], ''
        for line in [self.first, *text.splitlines()]:
            words = line.split()
            if words and words[0] == 'frame':
                number, when, wire, link = map(int, words[1:5])
                self.frames.append((number, when, wire, link, bytes.fromhex(words[5])))
            elif words and words[0] == 'counts':
                self.counts.append(tuple(map(int, words[1:])))
            elif words and words[0] == 'error':
                self.error = line
        return self

    def ours(self):
        return [frame for frame in self.frames if frame[4][6:12] == SENDER]


def udp(source, target, length, seed):
    payload = bytes((seed + i) & 255 for i in range(length))
    header = struct.pack('>HHHH', source, target, 8 + length, 0)
    ip = struct.pack('>BBHHHBBH4s4s', 0x45, 0, 28 + length, seed & 0xffff, 0, 64, 17, 0, b'\x0a\0\0\1', b'\x0a\0\0\2')
    total = sum(struct.unpack('>10H', ip))
    total = (total & 0xffff) + (total >> 16)
    total = ~((total & 0xffff) + (total >> 16)) & 0xffff
    return ip[:10] + struct.pack('>H', total) + ip[12:] + header + payload


def ethernet(payload, *tags):
    between = b''.join(struct.pack('>HH', kind, number) for kind, number in tags)
    return b'\x02\xbe\xff\0\0\2' + SENDER + between + b'\x08\0' + payload


def send(frames):
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sender:
        sender.bind(('sent0', 0))
        for frame in frames:
            sender.send(frame)


def many_frames():
    frames = [ethernet(udp(1000 + i, 53 if i % 3 == 0 else 80, 20 + i * 14, i)) for i in range(100)]
    frames.append(ethernet(udp(1, 2, 30, 7), (0x8100, 42)))
    frames.append(ethernet(udp(1, 2, 31, 8), (0x88a8, 7), (0x8100, 0xe02a)))
    frames.append(ethernet(udp(1, 2, 32, 9), (0x8100, 0)))
    return frames


def interfaces():
    shell('ip', 'link', 'add', 'sent0', 'type', 'veth', 'peer', 'name', 'seen0')
    shell('ip', 'link', 'add', 'idle0', 'type', 'veth', 'peer', 'name', 'idle1')
    for name in ('sent0', 'seen0'):
        try:
            with open(f'/proc/sys/net/ipv6/conf/{name}/disable_ipv6', 'w') as knob:
                knob.write('1')
        except OSError:
            pass  # its announcements are told apart by their address
        shell('ip', 'link', 'set', name, 'up')
    shell('ip', 'link', 'set', 'lo', 'up')


def all_frames_arrive(kind):
    sent = many_frames()
    probe = Probe(kind, 'seen0', len(sent))
    send(sent)
    seen = probe.done().ours()
    check([frame[4] for frame in seen] == sent, f'{kind}: every frame arrives, in order, with its VLAN tags', probe.error,
          len(seen), len(sent))
    check(all(frame[2] == len(frame[4]) and frame[3] == 1 for frame in seen), f'{kind}: lengths and link type are told')
    numbers = [frame[0] for frame in probe.frames]
    check(numbers == list(range(1, len(numbers) + 1)), f'{kind}: the numbers have no gap')
    now = time.time() * 1e9
    check(all(abs(frame[1] - now) < 60e9 for frame in seen), f'{kind}: the time is now')


def a_filter_is_applied_by_the_kernel():
    sent = many_frames()
    wanted = [frame for frame in sent if frame[36:38] == b'\0\x35' and frame[12:14] == b'\x08\0']
    probe = Probe('ring', 'seen0', len(wanted), 1, 'udp dst port 53')
    send(sent)
    seen = [frame[4] for frame in probe.done().frames]
    check(seen == wanted, 'filter: the wanted frames and no others', len(seen), len(wanted), probe.error)
    probe = Probe('ring', 'seen0', 2, 1, 'usb port 53')
    check('error 22' in probe.done().error + probe.first, 'filter: a bad one is refused', probe.first)


def workers_share_the_frames():
    sent = [ethernet(udp(2000 + i, 9, 100, i)) for i in range(400)]
    probe = Probe('ring', 'seen0', len(sent), 3)
    send(sent)
    probe.done()
    check(sorted(frame[4] for frame in probe.ours()) == sorted(sent), 'workers: each frame goes to exactly one', probe.error)
    check(sum(count[0] > 0 for count in probe.counts) > 1, 'workers: more than one works', probe.counts)


def what_the_kernel_drops_is_counted():
    sent = [ethernet(udp(3000, 9, 1400, i)) for i in range(4000)]
    probe = Probe('ring', 'seen0', 1 << 30)
    probe.process.send_signal(signal.SIGSTOP)
    send(sent)
    probe.process.send_signal(signal.SIGCONT)
    probe.done()
    given, dropped, stalls = probe.counts[0]
    check(given + dropped == len(sent) and dropped > 0 and stalls > 0, 'drops: given and dropped make all that was sent',
          probe.counts, len(sent))


def loopback_shows_each_packet_once():
    probe = Probe('ring', 'lo', 1 << 30, 1, 'udp port 9')
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for i in range(20):
            sender.sendto(b'once%d' % i, ('127.0.0.1', 9))
    seen = [frame[4][42:] for frame in probe.done().frames]
    check(seen == [b'once%d' % i for i in range(20)], 'loopback: each packet once', seen, probe.error)


def any_is_read_by_libpcap():
    probe = Probe('ring', 'any', 1)
    check('error 93' in probe.done().error, 'any: the ring refuses it', probe.error)
    sent = many_frames()[:20]
    probe = Probe('libpcap', 'any', len(sent))
    send(sent)
    probe.done()
    bodies = [frame[4][-len(sent[0]) + 14:] for frame in probe.frames]
    check(any(sent[0][14:] == body for body in bodies) and {frame[3] for frame in probe.frames} <= {113, 276},
          'any: libpcap gives its frames', probe.error)


def what_cannot_be_captured_is_explained():
    missing = Probe('ring', 'nowhere0', 1).done()
    check('error 19' in missing.error and 'seen0' in missing.error, 'errors: an unknown interface; the known ones are named',
          missing.error)
    for kind in ('ring', 'libpcap'):
        down = Probe(kind, 'idle0', 1).done()
        check('error 100' in down.error and 'ip link set idle0 up' in down.error, f'errors: {kind}: an interface that is down',
              down.error)
        drop = ('setpriv', '--bounding-set=-net_raw', '--inh-caps=-net_raw')
        refused = Probe(kind, 'seen0', 1, before=drop).done()
        check('error 1 ' in refused.error and 'CAP_NET_RAW' in refused.error and 'setcap' in refused.error,
              f'errors: {kind}: no privilege; the capability and the command are named', refused.error)
    probe = Probe('ring', 'seen0', 1)
    shell('ip', 'link', 'set', 'seen0', 'down')
    check('error 100' in probe.done().error, 'errors: the interface goes down during capture', probe.error)


def main():
    if INSIDE not in os.environ:
        tried = subprocess.run(['unshare', '-rn', 'true'], stderr=subprocess.PIPE, text=True)
        if tried.returncode != 0:
            print('skipped: network namespaces are not allowed here:', tried.stderr.strip())
            return SKIP
        command = ['unshare', '-rn', sys.executable, *sys.argv]
        return subprocess.run(command, env={**os.environ, INSIDE: '1'}).returncode
    try:
        interfaces()
    except (OSError, subprocess.CalledProcessError) as error:
        print('skipped: a veth pair cannot be made here:', error)
        return SKIP
    all_frames_arrive('ring')
    all_frames_arrive('libpcap')
    a_filter_is_applied_by_the_kernel()
    workers_share_the_frames()
    what_the_kernel_drops_is_counted()
    loopback_shows_each_packet_once()
    any_is_read_by_libpcap()
    what_cannot_be_captured_is_explained()
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
