# SPDX-License-Identifier: AGPL-3.0-or-later
"""Connections made byte by byte, as a capture: for tests whose bytes must be as they say."""
import struct


class Capture:
    """One TCP connection after the other, in order, in a file of libpcap."""

    def __init__(self):
        self.frames = [struct.pack('<IHHiIII', 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)]
        self.time = 1_700_000_000_000_000
        self.port = 40000

    def bytes(self):
        return b''.join(self.frames)

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
