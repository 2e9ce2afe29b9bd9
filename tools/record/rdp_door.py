# SPDX-License-Identifier: AGPL-3.0-or-later
"""Both ends of the opening of a remote-desktop session: X.224 request with a cookie, confirmation that asks for
TLS, TLS, a CredSSP-sized request, an answer. The credentials are never read: only the shape on the wire is real.

    rdp_door.py serve CERT KEY
    rdp_door.py try ADDRESS USER COUNT SECONDS_BETWEEN [stay SECONDS]
"""
import os
import socket
import ssl
import sys
import threading
import time


def answer(connection, context):
    try:
        connection.settimeout(20)
        connection.recv(1024)
        connection.sendall(bytes.fromhex('030000130ed000001234000200080002000000'))
        with context.wrap_socket(connection, server_side=True) as tls:
            first = tls.recv(4096)
            if first[:4] != b'stay':
                tls.sendall(os.urandom(260))
                tls.recv(4096)
                return
            tls.sendall(os.urandom(700))
            while tls.recv(4096):
                tls.sendall(os.urandom(700))
    except OSError:
        pass
    finally:
        connection.close()


def serve(cert, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(cert, key)
    with socket.create_server(('0.0.0.0', 3389), backlog=64) as server:
        while True:
            threading.Thread(target=answer, args=(server.accept()[0], context), daemon=True).start()


def attempt(address, user, stay):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    cookie = b'Cookie: mstshash=' + user.encode() + b'\r\n' + bytes.fromhex('0100080003000000')
    head = bytes([6 + len(cookie), 0xe0, 0, 0, 0, 0, 0])
    with socket.create_connection((address, 3389), timeout=10) as raw:
        raw.sendall(b'\x03\x00' + (4 + len(head) + len(cookie)).to_bytes(2, 'big') + head + cookie)
        raw.recv(1024)
        with context.wrap_socket(raw) as tls:
            if stay:
                end = time.monotonic() + stay
                while time.monotonic() < end:
                    tls.sendall(b'stay' + os.urandom(80))
                    tls.recv(4096)
                    time.sleep(0.3)
                return
            tls.sendall(os.urandom(57))
            tls.recv(4096)
            tls.sendall(os.urandom(420))


if sys.argv[1] == 'serve':
    serve(*sys.argv[2:])
else:
    target, user, count, wait = sys.argv[2:6]
    for _ in range(int(count)):
        try:
            attempt(target, user, float(sys.argv[7]) if 'stay' in sys.argv else 0)
        except OSError as error:
            print(error)
        time.sleep(float(wait))
