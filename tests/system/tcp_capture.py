# SPDX-License-Identifier: AGPL-3.0-or-later
"""TCP connections made byte by byte, in a file of libpcap, and what the program says of them."""
import json
import struct
import subprocess

CLIENT, SERVER = 0, 1


class TcpCapture:
    """One connection after the other, or one inside another's pauses, between 192.0.2.1 (client) and 192.0.2.80."""

    def __init__(self):
        self.frames = [struct.pack('<IHHiIII', 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)]
        self.time = 1_700_000_000_000_000
        self.port = 40000

    def connection(self, server_port, pieces, *, by_server=False, port=None):
        """pieces: (side, bytes), side CLIENT the one that opens; or a function that is called there, to make another connection.
        by_server: 192.0.2.80 opens it."""
        if port is None:
            self.port += 1
            port = self.port
        hosts = [bytes([192, 0, 2, 1]), bytes([192, 0, 2, 80])]
        if by_server:
            hosts.reverse()
        ports = [port, server_port]
        at = [1000, 2000]

        def frame(side, flags, seq, ack, data=b''):
            tcp = struct.pack('>HHIIBBHHH', ports[side], ports[not side], seq, ack, 0x50, flags, 65535, 0, 0)
            ip = struct.pack('>BBHHHBBH', 0x45, 0, 40 + len(data), 1, 0x4000, 64, 6, 0) + hosts[side] + hosts[not side]
            packet = bytes(12) + b'\x08\x00' + ip + tcp + data
            self.time += 1000
            self.frames.append(struct.pack('<IIII', *divmod(self.time, 1_000_000), len(packet), len(packet)) + packet)

        frame(0, 2, at[0] - 1, 0)
        frame(1, 0x12, at[1] - 1, at[0])
        frame(0, 0x10, *at)
        for piece in pieces:
            if callable(piece):
                piece()
                continue
            side, data = piece
            for i in range(0, len(data), 1400):
                part = data[i:i + 1400]
                frame(side, 0x18, at[side], at[not side], part)
                at[side] += len(part)
                frame(not side, 0x10, at[not side], at[side])
        frame(0, 0x11, *at)
        frame(1, 0x11, at[1], at[0] + 1)
        frame(0, 0x10, at[0] + 1, at[1] + 1)

    def run(self, beffroi, folder, rules, *words):
        """Rules without their sid, which is their place in the list, from 1. The process, and its events."""
        (folder / 'made.pcap').write_bytes(b''.join(self.frames))
        (folder / 'made.rules').write_text(''.join(f'{line} sid:{i};)\n' for i, line in enumerate(rules, 1)))
        events = folder / 'made.json'
        events.unlink(missing_ok=True)
        r = subprocess.run(
            [beffroi, 'watch', '-q', '-k', 'none', '-r', folder / 'made.pcap', '--rules', folder / 'made.rules', '--no-dossier', '--eve', events, *words],
            capture_output=True, text=True)
        return r, [json.loads(line) for line in events.read_text().splitlines()] if events.exists() else []
