# SPDX-License-Identifier: AGPL-3.0-or-later
"""A `beffroi serve` for tests: started on a free port, asked over real TLS, ended at the end."""
import atexit
import http.client
import itertools
import json
import os
import queue
import re
import signal
import socket
import ssl
import subprocess
import threading


def descendants(pid):
    """The roles, by name: {'console': pid, 'clerk': pid}."""
    found = {}
    for entry in os.listdir('/proc'):
        if not entry.isdigit():
            continue
        try:
            with open(f'/proc/{entry}/stat') as f:
                parent = int(f.read().rsplit(')', 1)[1].split()[1])
            with open(f'/proc/{entry}/cmdline', 'rb') as f:
                words = f.read().split(b'\0')
        except (OSError, IndexError, ValueError):
            continue
        if parent == pid and len(words) > 2:
            found[words[2].decode()] = int(entry)
    return found


class Serve:
    def __init__(self, beffroi, dossier, *options, environment=None, tls=True):
        self.tls = tls
        listen = () if '--listen' in options else ('--listen', '127.0.0.1:0')
        self.process = subprocess.Popen(
            [beffroi, 'serve', '--dossier', dossier, *listen, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
        atexit.register(self.process.terminate)  # a test that breaks leaves nothing running
        self.errors = []
        self.lines = queue.Queue()
        threading.Thread(target=lambda: [self.errors.append(line) for line in self.process.stderr], daemon=True).start()
        threading.Thread(target=lambda: [self.lines.put(line) for line in itertools.chain(self.process.stdout, [''])], daemon=True).start()
        self.line = self.lines.get(timeout=60).strip()
        found = re.match(r'(https?)://([^/]+):(\d+)/(?:#/link/([0-9A-Za-z_-]+))?$', self.line)
        if found is None:
            raise RuntimeError(f'no address: {self.line!r} {"".join(self.errors)}')
        self.scheme, self.host, self.port, self.token = found[1], found[2].strip('[]'), int(found[3]), found[4]
        self.name = f'{found[2]}:{found[3]}'

    def connect(self, timeout=60):
        """A connection without HTTP."""
        raw = socket.create_connection((self.host if self.host.replace('.', '').isdigit() else '127.0.0.1', self.port), timeout=timeout)
        if not self.tls:
            return raw
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE  # its own certificate; what is in it has tests of its own
        return context.wrap_socket(raw, server_hostname='localhost')

    def http(self):
        connection = http.client.HTTPConnection(self.name)
        connection.sock = self.connect()
        return connection

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait(timeout=60)
        return self.process.returncode

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        if self.process.poll() is None:
            self.end()


class Answer:
    def __init__(self, response, body):
        self.status, self.headers, self.body = response.status, response.headers, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        try:
            return json.loads(self.body)['error']['code']
        except (ValueError, KeyError, TypeError):
            return None

    def __repr__(self):
        return f'{self.status} {dict(self.headers)} {self.body[:600]!r}'


class Client:
    """One browser: keeps its cookie and its proof against forged requests."""

    def __init__(self, serve):
        self.serve, self.cookie, self.csrf, self.connection = serve, None, None, None

    def ask(self, method, path, body=None, headers=None):
        headers = dict(headers or {})
        headers.setdefault('Host', self.serve.name)
        if self.cookie:
            headers.setdefault('Cookie', self.cookie)
        if self.csrf and method not in ('GET', 'HEAD'):
            headers.setdefault('X-CSRF-Token', self.csrf)
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            headers.setdefault('Content-Type', 'application/json')
        for attempt in (1, 2):
            if self.connection is None:
                self.connection = self.serve.http()
            try:
                self.connection.request(method, path, body, headers)
                response = self.connection.getresponse()
                answer = Answer(response, response.read())
                break
            except (OSError, http.client.HTTPException):
                self.connection = None  # a connection that was kept may have ended meanwhile
                if attempt == 2:
                    raise
        if response.will_close:
            self.connection = None
        cookie = answer.headers.get('Set-Cookie')
        if cookie:
            self.cookie = cookie.split(';')[0]
        return answer

    def get(self, path, **headers):
        return self.ask('GET', path, headers=headers)

    def learn_csrf(self):
        answer = self.get('/api/session')
        self.csrf = answer.json.get('csrf') if answer.status == 200 else None
        return answer

    def sign_in(self, name, password):
        answer = self.ask('POST', '/api/session', {'name': name, 'password': password})
        if answer.status == 200:
            self.learn_csrf()
        return answer

    def follow(self, token, password):
        """A one-time link: chooses a password, and is signed in."""
        answer = self.ask('POST', '/api/session/link', {'token': token, 'password': password})
        if answer.status == 200:
            self.learn_csrf()
        return answer
