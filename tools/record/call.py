# SPDX-License-Identifier: AGPL-3.0-or-later
"""A telephone call as the network sees it: 160 bytes of voice under an RTP header, fifty times a second, both ways.

    call.py answer PORT
    call.py call ADDRESS PORT SECONDS
"""
import os
import socket
import struct
import sys
import time

VOICE = os.urandom(160)


def packet(number, source):
    return struct.pack('>BBHII', 0x80, 8, number & 0xffff, number * 160, source) + VOICE


with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
    if sys.argv[1] == 'answer':
        line.bind(('0.0.0.0', int(sys.argv[2])))
        while True:  # each datagram heard is answered by one: both ways have the same rhythm
            heard, caller = line.recvfrom(2048)
            line.sendto(packet(struct.unpack('>H', heard[2:4])[0], 0x2222), caller)
    line.connect((sys.argv[2], int(sys.argv[3])))
    for count in range(int(sys.argv[4]) * 50):
        line.send(packet(count, 0x1111))
        time.sleep(0.02)
