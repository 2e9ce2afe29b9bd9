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

from conversation import Capture
from tap import check, end

beffroi = pathlib.Path(sys.argv[1]).resolve()
room = tempfile.TemporaryDirectory()
folder = pathlib.Path(room.name)


class Rules(Capture):
    def datagram(self, server_port, side, data):
        ends = [bytes([192, 0, 2, 1]), bytes([192, 0, 2, 80])]
        ports = [self.port, server_port]
        udp = struct.pack('>HHHH', ports[side], ports[not side], 8 + len(data), 0) + data
        ip = struct.pack('>BBHHHBBH', 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0) + ends[side] + ends[not side]
        packet = bytes(12) + b'\x08\x00' + ip + udp
        self.time += 1000
        self.frames.append(struct.pack('<IIII', *divmod(self.time, 1_000_000), len(packet), len(packet)) + packet)

    def run(self, rules, *words):
        (folder / 'a.pcap').write_bytes(self.bytes())
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
capture = Rules()
capture.connection(135, CALLS)
events = capture.run(RULES)
check(sids(events) == [1, 2, 6], 'an interface that was accepted, its number, its data over two fragments, the answer', sids(events))
alert = next(e for e in events if e['event_type'] == 'alert')
check(alert['dcerpc']['req']['opnum'] == 15 and alert['app_proto'] == 'dcerpc', 'the alert quotes its call', alert)
capture = Rules()
capture.connection(135, [(0, bind(flags=2)), *CALLS[1:]])
check(sids(capture.run(RULES)) == [2, 6], 'an interface named in a later fragment: only where any_frag asks for it')


# --- SMB: shares, logins, files, calls in pipes
GUID = bytes(range(16))


def message(command, number, tree, body, response=False, status=0):
    head = b'\xfeSMB' + struct.pack('<HHIHHIIQIIQ', 64, 0, status, command, 0, int(response), 0, number, 0, tree, 77) + bytes(16)
    return struct.pack('>I', len(head + body)) + head + body


def ntlm(user):
    texts = ['CITY'.encode('utf-16le'), user.encode('utf-16le'), 'PC'.encode('utf-16le')]
    at = 72
    fields = b''
    for text in texts:
        fields += struct.pack('<HHI', len(text), len(text), at)
        at += len(text)
    return b'NTLMSSP\0\3\0\0\0' + bytes(16) + fields + bytes(8) + struct.pack('<I', 0x02000001) + bytes(8) + b''.join(texts)


def setup(number, user, status):
    blob = ntlm(user)
    asks = struct.pack('<H', 25) + bytes(10) + struct.pack('<HH', 88, len(blob)) + bytes(8) + blob
    return [(0, message(1, number, 0, asks)), (1, message(1, number, 0, struct.pack('<HHHH', 9, 0, 72, 0), True, status))]


def tree(path, kind):
    text = path.encode('utf-16le')
    return [(0, message(3, 2, 0, struct.pack('<HHHH', 9, 0, 72, len(text)) + text)), (1, message(3, 2, 5, struct.pack('<HB', 16, kind) + bytes(13), True))]


def create(name):
    text = name.encode('utf-16le')
    asks = struct.pack('<H', 57) + bytes(34) + struct.pack('<IIHH', 1, 0, 120, len(text)) + bytes(8) + text
    return [(0, message(5, 3, 5, asks)), (1, message(5, 3, 5, struct.pack('<H', 89) + bytes(62) + GUID + bytes(8), True))]


def write(number, offset, data):
    asks = struct.pack('<HHIQ', 49, 112, len(data), offset) + GUID + bytes(16) + data
    return [(0, message(9, number, 5, asks)), (1, message(9, number, 5, struct.pack('<HHIQ', 17, 0, len(data), 0), True))]


def read(number, data, status=0):
    asks = struct.pack('<HHIQ', 49, 0, 4096, 0) + GUID + bytes(16)
    return [(0, message(8, number, 5, asks)), (1, message(8, number, 5, struct.pack('<HBBIQ', 17, 80, 0, len(data), 0) + data, True, status))]


CLOSE = [(0, message(6, 9, 5, struct.pack('<HHI', 24, 0, 0) + GUID)), (1, message(6, 9, 5, struct.pack('<H', 60) + bytes(58), True))]
RULES = [
    'alert smb any any -> any any (smb.share; content:"docs"; endswith;',
    'alert smb any any -> any any (smb.named_pipe; content:"IPC$";',
    'alert smb any any -> any any (smb.ntlmssp_user; content:"anne"; bsize:4;',
    'alert smb any any -> any any (smb.ntlmssp_domain; content:"CITY";',
    'alert smb any any -> any any (flow:to_server; smb.version:2; smb.share; content:"docs";',
    'alert smb any any -> any any (smb.version:1;',
    'alert smb any any -> any any (flow:to_server; file.data; content:"begin-end";',
    'alert smb any any -> any any (flow:to_server; file.name; content:"a.txt";',
    'alert dcerpc any any -> any any (flow:to_server; dcerpc.iface:367abb81-9844-35f1-ad32-98f038001003; dcerpc.opnum:15; dcerpc.stub_data; content:"needle";',
    'alert tcp any any -> any any (flow:to_client; dcerpc.stub_data; content:"hay";',
    'alert smb any any -> any any (app-layer-event:smb.file_overlap;',
]
capture = Rules()
big = b'x' * 3000 + b'begin'
capture.connection(445, setup(1, 'anne', 0) + tree('\\\\srv\\docs', 1) + create('a.txt') + write(4, 0, big) + write(5, len(big), b'-end') + CLOSE)
events = capture.run(RULES)
check(sids(events) == [1, 3, 4, 5, 7, 8], 'a share, a user, and a file over two requests', sids(events))
file = [e for e in events if e['event_type'] == 'fileinfo']
check(len(file) == 1 and file[0]['fileinfo']['filename'] == 'a.txt' and file[0]['fileinfo']['size'] == len(big) + 4 and file[0]['fileinfo']['state'] == 'CLOSED' and file[0]['smb']['share'] == '\\srv\\docs', 'the file is said', file)
capture = Rules()
half = len(BIND_ACK) // 2
pipe = tree('\\\\srv\\IPC$', 2) + create('svcctl') + write(4, 0, bind()) + read(5, BIND_ACK[:half], 0x80000005) + read(6, BIND_ACK[half:])
capture.connection(445, pipe + write(7, 0, request(3, 2, 15, b'needle')) + read(8, response(2, b'hay')))
events = capture.run(RULES)
check(sids(events) == [2, 9, 10], 'a call in a pipe', sids(events))
capture = Rules()
capture.connection(445, tree('\\\\srv\\docs', 1) + create('a.txt') + write(4, 0, b'begin-') + write(5, 2, b'end') + CLOSE)
check(11 in sids(capture.run(RULES)), 'what is written twice is told')
events = capture.run(['alert smb any any -> any any (app-layer-event:smb.write_request_too_large;'], '--set', 'app-layer.protocols.smb.max-write-size=4')
check(sids(events) == [1], 'a limit of suricata.yaml', sids(events))

# --- logins that fail are attempts to guess, by what the server says
capture = Rules()
for i in range(40):
    capture.connection(445, setup(1, f'user{i}', 0xC000006D))
events = capture.run(['alert smb any any -> any any (smb.version:1;'])
guesses = [e for e in events if e['event_type'] == 'alert' and e.get('beffroi', {}).get('detector') == 'guess-smb']
check(len(guesses) == 1 and guesses[0]['beffroi']['confidence'] == 95, 'passwords are guessed over SMB', guesses)


# --- SNMP and Kerberos: numbers and names; protocols that a site turns off
def element(tag, *parts):
    body = b''.join(parts)
    return bytes([tag]) + (bytes([len(body)]) if len(body) < 128 else bytes([0x81, len(body)])) + body


def integer(n):
    return element(2, bytes([n]))


def general(*texts):
    return [element(0x1B, text) for text in texts]


def name(*texts):
    return element(0x30, element(0xA0, integer(2)), element(0xA1, element(0x30, *general(*texts))))


get = element(0x30, integer(1), element(4, b'secret'), element(0xA0, integer(1), integer(0), integer(0), element(0x30, element(0x30, element(6, b'\x2b\6\1'), element(5)))))
failed = element(
    0x7E, element(0x30, element(0xA0, integer(5)), element(0xA1, integer(30)), element(0xA4, element(0x18, b'0')), element(0xA5, integer(0)), element(0xA6, integer(24)),
                  element(0xA9, *general(b'CITY')), element(0xAA, name(b'krbtgt', b'CITY.LAN'))))
asked = element(
    0x6A, element(0x30, element(0xA1, integer(5)), element(0xA2, integer(10)), element(0xA4, element(0x30, element(0xA0, element(3, bytes(5))), element(0xA2, *general(b'CITY'))))))
RULES = [
    'alert snmp any any -> any any (snmp.version:<3; snmp.pdu_type:0; snmp.community; content:"secret"; bsize:6;',
    'alert snmp any any -> any any (snmp.version:3;',
    'alert krb5 any any -> any any (krb5_msg_type:10;',
    'alert krb5 any any -> any any (krb5_err_code:20-30; krb5.sname; content:"CITY.LAN"; bsize:8;',
    'alert krb5 any any -> any any (krb5_err_code:!24;',
]
capture = Rules()
capture.datagram(161, 0, get)
capture.datagram(88, 0, asked)
capture.datagram(88, 1, failed)
events = capture.run(RULES)
check(sids(events) == [1, 3, 4], 'messages of SNMP and Kerberos', sids(events))
check([e['krb5']['msg_type'] for e in events if e['event_type'] == 'krb5'] == ['KRB_AS_REQ', 'KRB_ERROR'], 'and their events', events)
events = capture.run(RULES, '--set', 'app-layer.protocols.snmp.enabled=no', '--set', 'app-layer.protocols.krb5.enabled=detection-only')
apps = sorted(e.get('app_proto', '') for e in events if e['event_type'] == 'flow')
check(sids(events) == [] and not any(e['event_type'] in ('snmp', 'krb5') for e in events) and apps == ['failed', 'krb5'], 'protocols that a site turns off', (apps, sids(events)))
end()
