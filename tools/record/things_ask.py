# SPDX-License-Identifier: AGPL-3.0-or-later
"""Clients that are no program of Debian: who polls controllers, keeps a channel open, calls, or writes where it should not.

    things_ask.py ACTION key=value...       the actions and their keys are the functions below

Each ends by itself after `seconds`, or `count`. Numbers written a:b are drawn anew between a and b, by their logarithm.
"""
import math
import os
import random
import socket
import ssl
import struct
import sys
import time

from things import filler

DICE = random.Random()


def drawn(text):
    low, _, high = str(text).partition(':')
    low, high = float(low), float(high or low)
    return low if low >= high or low <= 0 else math.exp(DICE.uniform(math.log(low), math.log(high)))


def connect(address, port, tls=False, name=None):
    raw = socket.create_connection((address, int(port)), timeout=10)
    raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if not tls:
        return raw
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if tls == '1.2':
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context.wrap_socket(raw, server_hostname=name)


def read_exactly(line, count):
    while count > 0:
        got = line.recv(min(count, 65536))
        if not got:
            raise ConnectionError('closed')
        count -= len(got)


def talk(address, port, seconds, gap='1', up='100', down='100', kind=2, tls='', name=None, push=0, size=0, count=10**9):
    """One connection on which both sides talk; push: seconds between what the server says by itself."""
    end, sent = time.monotonic() + float(seconds), 0
    with connect(address, port, tls, name) as line:
        while time.monotonic() < end and sent < int(count):
            length, answer = int(drawn(up)), int(drawn(down))
            line.sendall(struct.pack('>IIBHH', length, answer, int(kind), int(push), int(size)) + filler(length, int(kind)))
            sent += 1
            if not int(push):  # what is pushed and what is answered may come in any order
                read_exactly(line, answer)
            wait = min(drawn(gap), max(0.0, end - time.monotonic()))
            line.settimeout(max(0.01, wait))
            until = time.monotonic() + wait
            while time.monotonic() < until:
                try:
                    if not line.recv(65536):
                        return
                except (TimeoutError, ssl.SSLWantReadError):
                    break
                line.settimeout(max(0.01, until - time.monotonic()))
            line.settimeout(10)


def poll(address, seconds, period=1, registers='10:60', unit=1, writes=0.0, port=502):
    """A panel reads a controller on one connection, and sometimes sets a value."""
    end, number = time.monotonic() + float(seconds), 0
    with connect(address, port) as line:
        while time.monotonic() < end:
            number = (number + 1) % 65536
            if DICE.random() < float(writes):
                body = struct.pack('>BHH', 6, DICE.randrange(8), DICE.randrange(500))
            else:
                body = struct.pack('>BHH', 3, 100 * DICE.randrange(3), int(drawn(registers)))
            line.sendall(struct.pack('>HHHB', number, 0, len(body) + 1, int(unit)) + body)
            line.recv(512)
            time.sleep(float(period) * DICE.uniform(0.97, 1.03))


def sabotage(address, count=40, way='write', gap='0.01:0.2', port=502):
    """Somebody who is no panel: finds units, reads all, or writes coils and registers."""
    line = connect(address, port)
    for number in range(int(count)):
        unit = 1
        if way == 'units':
            unit, body = number % 248, struct.pack('>BHH', 3, 0, 1)
        elif way == 'read':
            body = struct.pack('>BHH', DICE.choice((1, 2, 3, 4)), number * 120 % 65000, 120)
        elif way == 'identify':
            body = DICE.choice((b'\x2b\x0e\x01\x00', b'\x11', b'\x08\x00\x00\x12\x34'))
        elif way == 'many':
            values = [DICE.randrange(65536) for _ in range(60)]
            body = struct.pack('>BHHB60H', 16, number * 60 % 60000, 60, 120, *values)
        else:
            body = struct.pack('>BHH', DICE.choice((5, 6)), DICE.randrange(200), DICE.choice((0, 0xFF00, 1)))
        try:
            line.sendall(struct.pack('>HHHB', number, 0, len(body) + 1, unit) + body)
            line.recv(512)
        except OSError:
            line.close()
            line = connect(address, port)
        time.sleep(drawn(gap))
    line.close()


def video(address, port, seconds, kbit=700):
    """A call with pictures: many datagrams each way, with the size and rhythm of frames."""
    end = time.monotonic() + float(seconds)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.connect((address, int(port)))
        line.setblocking(False)
        while time.monotonic() < end:
            left = int(DICE.gauss(float(kbit) * 1000 / 8 / 20, 300))
            while left > 0:
                size = min(left, 1180)
                try:
                    line.send(struct.pack('>H', DICE.randrange(200, 1180)) + os.urandom(max(20, size)))
                    while line.recv(2048):
                        pass
                except OSError:
                    pass
                left -= size
            time.sleep(0.05)


def register(address, seconds, period=60, user='61'):
    end = time.monotonic() + float(seconds)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(('0.0.0.0', 5060))
        line.connect((address, 5060))
        line.settimeout(2)
        number = 0
        while time.monotonic() < end:
            number += 1
            line.send(
                f'REGISTER sip:valbourg.example SIP/2.0\r\nVia: SIP/2.0/UDP p{user};branch=z9hG4bK{number}\r\nFrom: <sip:{user}@v>\r\n'
                f'To: <sip:{user}@v>\r\nCall-ID: {user}{number}\r\nCSeq: {number} REGISTER\r\nExpires: 120\r\n'
                'Content-Length: 0\r\n\r\n'.encode()
            )
            try:
                line.recv(2048)
            except OSError:
                pass
            time.sleep(float(period) * DICE.uniform(0.9, 1.0))


def noise(address, seconds, period='8:60'):
    """What desks and printers say to everybody: SSDP, mDNS, NetBIOS names."""
    end = time.monotonic() + float(seconds)
    broadcast = address.rsplit('.', 1)[0] + '.255'
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        line.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(address))
        while time.monotonic() < end:
            time.sleep(drawn(period))
            what = DICE.randrange(3)
            try:
                if what == 0:
                    for _ in range(3):
                        line.sendto(
                            b'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nMX: 3\r\nST: ssdp:all\r\n\r\n',
                            ('239.255.255.250', 1900),
                        )
                elif what == 1:
                    line.sendto(bytes(4) + b'\0\1\0\0\0\0\0\0\4_ipp\4_tcp\5local\0\0\x0c\0\1', ('224.0.0.251', 5353))
                else:
                    line.sendto(
                        os.urandom(2) + b'\1\x10\0\1\0\0\0\0\0\0\x20' + b'FGEBEMECEPFFFCEHCACACACACACACACA' + b'\0\0\x20\0\1',
                        (broadcast, 137),
                    )
            except OSError:
                pass


def knock(targets, ports, count=100, gap='0.005:0.1', wait=0.6):
    """Tries doors one after the other, as what spreads by itself does; says a little where one opens."""
    bases, doors = targets.split(','), [int(port) for port in ports.split(',')]
    for _ in range(int(count)):
        base = DICE.choice(bases)
        address = f'{base}.{DICE.randrange(1, 255)}' if base.count('.') == 2 else base
        try:
            with socket.create_connection((address, DICE.choice(doors)), timeout=float(wait)) as line:
                line.sendall(filler(int(drawn('20:400')), 2))
                line.settimeout(1)
                line.recv(4096)
        except OSError:
            pass
        time.sleep(drawn(gap))


def peers(addresses, seconds, port='20000:60000', gap='0.2:6', size='20:400'):
    """Small datagrams with many strangers, as between machines of one herd."""
    end, known = time.monotonic() + float(seconds), [(a, int(drawn(port))) for a in addresses.split(',')]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(0.05)
        while time.monotonic() < end:
            line.sendto(struct.pack('>H', int(drawn(size))) + os.urandom(int(drawn(size))), DICE.choice(known))
            try:
                line.recv(2048)
            except OSError:
                pass
            time.sleep(drawn(gap))


if __name__ == '__main__':
    try:
        globals()[sys.argv[1]](**dict(word.split('=', 1) for word in sys.argv[2:]))
    except (OSError, struct.error) as error:
        print(error)
