# SPDX-License-Identifier: AGPL-3.0-or-later
"""Listens on a TCP port and gives each connection to a command: super_server.py PORT COMMAND..."""
import socketserver
import subprocess
import sys


class Door(socketserver.BaseRequestHandler):
    def handle(self):
        subprocess.run(sys.argv[2:], stdin=self.request, stdout=self.request, stderr=subprocess.DEVNULL, check=False)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


Server(('0.0.0.0', int(sys.argv[1])), Door).serve_forever()
