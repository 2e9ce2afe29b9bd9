#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rules on DCERPC and SMB, against connections made here byte by byte.

usage: test_rules_windows.py BEFFROI
"""
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

from tap import check, end

beffroi = pathlib.Path(sys.argv[1]).resolve()
room = tempfile.TemporaryDirectory()
folder = pathlib.Path(room.name)


class Capture:
    """One TCP connection after the other, in order, in a file of libpcap."""

    def __init__(self):
        self.frames = [struct.pack('<IHHiIII', 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)]
        self.time = 1_700_000_000_000_000
        self.port = 40000

    def frame(self, side, flags, seq, ack, data=b''):
        ends = [bytes([192, 0, 2, 1]), bytes([192, 0, 2, 80])]
        ports = [self.port, self.server_port]
        tcp = struct.pack('>HHIIBBHHH', ports[side], ports[not side], seq, ack, 0x50, flags, 65535, 0, 0)
        ip = struct.pack('>BBHHHBBH', 0x45, 0, 40 + len(data), 1, 0x4000, 64, 6, 0) + ends[side] + ends[not side]
        packet = bytes(12) + b'\x08\x00' + ip + tcp + data
        self.time += 1000
        self.frames.append(struct.pack('<IIII', *divmod(self.time, 1_000_000), len(packet), len(packet)) + packet)

    def connection(self, server_port, pieces):
        """pieces: (side, bytes), side 0 the client."""
        self.port += 1
        self.server_port = server_port
        at = [1000, 2000]
        self.frame(0, 2, at[0] - 1, 0)
        self.frame(1, 0x12, at[1] - 1, at[0])
        self.frame(0, 0x10, *at)
        for side, data in pieces:
            for i in range(0, len(data), 1400):
                part = data[i:i + 1400]
                self.frame(side, 0x18, at[side], at[not side], part)
                at[side] += len(part)
                self.frame(not side, 0x10, at[not side], at[side])
        self.frame(0, 0x11, *at)
        self.frame(1, 0x11, at[1], at[0] + 1)
        self.frame(0, 0x10, at[0] + 1, at[1] + 1)

    def run(self, rules, *words):
        (folder / 'a.pcap').write_bytes(b''.join(self.frames))
        (folder / 'a.rules').write_text(''.join(f'{line} sid:{i};)\n' for i, line in enumerate(rules, 1)))
        events = folder / 'eve.json'
        events.unlink(missing_ok=True)
        r = subprocess.run(
            [beffroi, 'watch', '-q', '-k', 'none', '-r', folder / 'a.pcap', '--rules', folder / 'a.rules', '--no-dossier', '--eve', events, *words],
            capture_output=True, text=True)
        check(r.returncode == 0 and 'not' not in r.stderr, 'the rules are read', r)
        return [json.loads(line) for line in events.read_text().splitlines()]


def sids(events):
    return sorted(e['alert']['signature_id'] for e in events if e['event_type'] == 'alert')


# --- DCERPC over TCP
SVCCTL = bytes.fromhex('81bb7a364498f135ad3298f038001003') + struct.pack('<HH', 2, 0)
OTHER = bytes.fromhex('82bb7a364498f135ad3298f038001003') + struct.pack('<HH', 2, 0)
NDR = bytes.fromhex('045d888aeb1cc9119fe808002b104860') + struct.pack('<I', 2)


def fragment(kind, flags, call, body):
    return struct.pack('<BBBBIHHI', 5, 0, kind, flags, 0x10, 16 + len(body), 0, call) + body


def bind(flags=3):
    return fragment(11, flags, 1, struct.pack('<HHIBBHHBB', 5840, 5840, 0, 2, 0, 0, 0, 1, 0) + OTHER + NDR + struct.pack('<HBB', 1, 1, 0) + SVCCTL + NDR)


BIND_ACK = fragment(12, 3, 1, struct.pack('<HHIHHBBH', 5840, 5840, 1, 0, 0, 2, 0, 0) + struct.pack('<HH', 2, 1) + NDR + struct.pack('<HH', 0, 0) + NDR)


def request(flags, call, opnum, stub, context=1):
    return fragment(0, flags, call, struct.pack('<IHH', len(stub), context, opnum) + stub)


def response(call, stub):
    return fragment(2, 3, call, struct.pack('<IHH', len(stub), 1, 0) + stub)


CALLS = [(0, bind()), (1, BIND_ACK), (0, request(1, 2, 15, b'needle|') + request(2, 2, 15, b'thread\x01\x00\x00\x00')), (1, response(2, b'hay'))]
RULES = [
    'alert tcp any any -> any any (flow:to_server; dcerpc.iface:367abb81-9844-35f1-ad32-98f038001003; dcerpc.opnum:15;',
    'alert dcerpc any any -> any any (dce_iface:367abb81-9844-35f1-ad32-98f038001003,=2,any_frag; dce_opnum:1,10-20; dce_stub_data; content:"needle|7c|thread"; byte_test:4,=,1,0,relative,dce;',
    'alert dcerpc any any -> any any (dcerpc.iface:367abb82-9844-35f1-ad32-98f038001003;',
    'alert dcerpc any any -> any any (dcerpc.iface:367abb81-9844-35f1-ad32-98f038001003,>2;',
    'alert dcerpc any any -> any any (dcerpc.opnum:16-20;',
    'alert dcerpc any any -> any any (flow:to_client; dcerpc.opnum:>14; dcerpc.stub_data; content:"hay"; offset:8;',
]
capture = Capture()
capture.connection(135, CALLS)
events = capture.run(RULES)
check(sids(events) == [1, 2, 6], 'an interface that was accepted, its number, its data over two fragments, the answer', sids(events))
alert = next(e for e in events if e['event_type'] == 'alert')
check(alert['dcerpc']['req']['opnum'] == 15 and alert['app_proto'] == 'dcerpc', 'the alert quotes its call', alert)
capture = Capture()
capture.connection(135, [(0, bind(flags=2)), *CALLS[1:]])
check(sids(capture.run(RULES)) == [2, 6], 'an interface named in a later fragment: only where any_frag asks for it')
end()
