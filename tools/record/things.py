# SPDX-License-Identifier: AGPL-3.0-or-later
"""What answers on the network and is no daemon of Debian: controllers, cameras, printers, telephones, services that talk.

    things.py modbus PORT                     registers of a controller
    things.py camera PORT FRAMES_PER_S        pictures in one endless answer
    things.py sink PORT...                    reads all and closes when the other side does: printers
    things.py talk PORT [CERT KEY]            answers as many bytes as it is asked for; pushes when asked to
    things.py pages PORT [CERT KEY]           HTTP: as many bytes as `n=` says, after `w=` milliseconds
    things.py mail PORT...                    takes mail; any password but "wrong..." is right
    things.py datagrams PORT ADDRESS...       UDP: what a call, a registration or a peer gets as answer

Who asks is things_ask.py. Each ends when it is stopped.
"""
import asyncio
import functools
import os
import random
import re
import ssl
import struct
import sys

DICE = random.Random()
WORDS = (
    b'ordre facture patient piece mesure valeur etat ligne date heure numero total compte page image objet message ' * 12
).split()


def filler(count, kind):
    """Bytes of one kind: 0 like text, 1 like JSON, 2 like anything compressed or encrypted."""
    if kind == 2:
        return os.urandom(count)
    text = b''
    while len(text) < min(count, 4096):
        word = DICE.choice(WORDS)
        text += b'%s ' % word if kind == 0 else b'{"%s":%d,' % (word, DICE.randrange(100000))
    return (text * (count // max(1, len(text)) + 1))[:count]


async def modbus(reader, writer):
    registers = {}
    while True:
        transaction, _, length, unit = struct.unpack('>HHHB', await reader.readexactly(7))
        body = await reader.readexactly(max(0, min(length, 260) - 1))
        function, rest = body[0], body[1:]
        if function in (1, 2) and len(rest) == 4:
            count = struct.unpack('>HH', rest)[1]
            answer = bytes([function, (count + 7) // 8 % 256]) + os.urandom((count + 7) // 8 % 256)
        elif function in (3, 4) and len(rest) == 4:
            first, count = struct.unpack('>HH', rest)
            count = min(count, 125)
            values = [registers.get(first + n, 1000 + DICE.randrange(40)) for n in range(count)]
            answer = struct.pack(f'>BB{count}H', function, 2 * count, *values)
        elif function in (5, 6) and len(rest) == 4:
            registers[struct.unpack('>HH', rest)[0]] = struct.unpack('>HH', rest)[1]
            answer = body
        elif function == 16:
            answer = body[:5]
        elif function == 43:
            answer = bytes([43, 14, 1, 1, 0, 0, 2, 0, 8]) + b'Valbourg' + bytes([1, 4]) + b'VB20'
        else:
            answer = bytes([function | 0x80, 1])
        writer.write(struct.pack('>HHHB', transaction, 0, 1 + len(answer), unit) + answer)
        await writer.drain()


async def camera(rate, reader, writer):
    await reader.readuntil(b'\r\n\r\n')
    writer.write(b'HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=f\r\n\r\n')
    while True:
        picture = b'\xff\xd8' + os.urandom(int(DICE.gauss(9000, 1500)) % 20000 + 2000) + b'\xff\xd9'
        writer.write(b'--f\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%s\r\n' % (len(picture), picture))
        await writer.drain()
        await asyncio.sleep(1 / rate)


async def sink(reader, writer):
    while await reader.read(65536):
        pass


async def talk(reader, writer):
    """Frames: payload's length, length of the answer, kind, seconds between pushes (0: none), length of a push."""

    async def push(every, size, kind):
        while True:
            await asyncio.sleep(every * DICE.uniform(0.8, 1.2))
            writer.write(filler(size, kind))
            await writer.drain()

    pushing = None
    try:
        while True:
            length, answer, kind, every, size = struct.unpack('>IIBHH', await reader.readexactly(13))
            left = length
            while left > 0:
                left -= len(await reader.readexactly(min(left, 65536)))
            if every and not pushing:
                pushing = asyncio.create_task(push(every, size, kind))
            await asyncio.sleep(DICE.expovariate(1 / 0.02))
            writer.write(filler(answer, kind))
            await writer.drain()
    finally:
        if pushing:
            pushing.cancel()


async def pages(reader, writer):
    while True:
        head = await reader.readuntil(b'\r\n\r\n')
        length = re.search(rb'content-length: *(\d+)', head, re.I)
        left = int(length.group(1)) if length else 0
        if b'100-continue' in head.lower():
            writer.write(b'HTTP/1.1 100 Continue\r\n\r\n')
        while left > 0:
            left -= len(await reader.readexactly(min(left, 65536)))
        asked = dict(re.findall(rb'[?&](\w)=(\d+)', head.split(b'\r\n')[0]))
        await asyncio.sleep(int(asked.get(b'w', DICE.randrange(5, 60))) / 1000)
        body = filler(int(asked.get(b'n', 300)), int(asked.get(b'k', 1)))
        closing = b'connection: close' in head.lower() or b'HTTP/1.0' in head
        writer.write(
            b'HTTP/1.1 %s\r\nServer: httpd\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n%s\r\n%s'
            % (b'200 OK' if b'/no' not in head[:60] else b'401 Unauthorized', len(body), b'Connection: close\r\n' * closing, body)
        )
        await writer.drain()
        if closing:
            return


class Datagrams(asyncio.DatagramProtocol):
    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, address):
        if data.startswith(b'REGISTER'):
            lines = data.split(b'\r\n')
            kept = [line for line in lines[1:] if re.match(rb'(Via|From|To|Call-ID|CSeq)', line)]
            self.transport.sendto(b'\r\n'.join([b'SIP/2.0 200 OK', *kept, b'Content-Length: 0', b'', b'']), address)
        elif len(data) >= 2 and DICE.random() < 0.97:
            self.transport.sendto(os.urandom(max(16, struct.unpack('>H', data[:2])[0] % 1400)), address)


def guarded(serve):
    async def door(reader, writer):
        try:
            await asyncio.wait_for(serve(reader, writer), 3600)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.TimeoutError, struct.error, IndexError):
            pass
        finally:
            writer.close()

    return door


def mail(ports):
    import time

    from aiosmtpd.controller import Controller
    from aiosmtpd.handlers import Sink
    from aiosmtpd.smtp import AuthResult

    def right(server, session, envelope, mechanism, words):
        return AuthResult(success=not words.password.startswith(b'wrong'))

    for port in ports:
        more = {'authenticator': right, 'auth_require_tls': False} if port != '25' else {}
        Controller(Sink(), hostname='0.0.0.0', port=int(port), ident='Postfix', **more).start()
    while True:
        time.sleep(3600)


async def main(what, words):
    context = None
    if len(words) == 3 and what in ('talk', 'pages'):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*words[1:])
    if what == 'datagrams':
        for address in words[1:]:  # a socket each: the answer has to come from the address that was asked
            await asyncio.get_running_loop().create_datagram_endpoint(Datagrams, local_addr=(address, int(words[0])))
        await asyncio.Event().wait()
    serve = {'modbus': modbus, 'sink': sink, 'talk': talk, 'pages': pages}.get(what)
    if what == 'camera':
        serve = functools.partial(camera, float(words[1]))
    ports = words if what == 'sink' else words[:1]
    for port in ports:
        await asyncio.start_server(guarded(serve), '0.0.0.0', int(port), ssl=context)
    await asyncio.Event().wait()


if __name__ == '__main__':
    if sys.argv[1] == 'mail':
        mail(sys.argv[2:])
    asyncio.run(main(sys.argv[1], sys.argv[2:]))
