#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: test_serve.py BEFFROI SOURCE_FOLDER   The console's server from outside, over real TLS, sandboxed: the one-time link, cookies,
forged requests, limits, streams, what happens when a role dies. Prints TAP."""
import gzip
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

import place
from clerk import operations
from serve import Client, Serve, descendants
from tap import check, end

beffroi, source = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
folder = tempfile.mkdtemp(prefix='test-serve-')
places = place.Places(folder)
dossier = places.dossier('dossier')
# The certificate is beside the dossier; that of a server has it in the home of who serves.
tls = os.path.join(folder, '.local/share/beffroi/tls' if place.remote else 'dossier/tls')
environment = {k: v for k, v in os.environ.items() if k in ('PATH', 'ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS')} | {
    'LANG': 'C', 'HOME': folder, 'USER': 'alice'}
PATIENCE = 60
PASSWORD = 'quatre mots sans aucun rapport'


def run(*arguments):
    return subprocess.run([beffroi, *arguments], capture_output=True, text=True, timeout=120, env=environment)


def start(*options, **more):
    return Serve(beffroi, dossier, *options, environment=environment, **more)


def until(what, patience=PATIENCE):
    """Waits for the answer to become true; gives it back."""
    limit = time.monotonic() + patience
    while not (answer := what()) and time.monotonic() < limit:
        time.sleep(0.02)
    return answer


def raw(serve, text, patience=PATIENCE):
    """Sends bytes, reads until the other end closes or says nothing for a while."""
    got = b''
    with serve.connect(patience) as s:
        try:
            s.sendall(text)
            while part := s.recv(65536):
                got += part
        except (TimeoutError, ConnectionError, ssl.SSLError):
            pass
    return got


def status(answer):
    words = answer.split(b' ', 2)
    return int(words[1]) if len(words) > 1 and words[0].startswith(b'HTTP/') else None


serve = start()
client = Client(serve)  # the administrator, then the expert

# --- the first start: a certificate, a link
told = ''.join(serve.errors)
der = ssl.PEM_cert_to_DER_cert(open(os.path.join(tls, 'certificate.pem')).read())
with serve.connect() as s:
    check(s.getpeercert(True) == der and s.version() in ('TLSv1.3', 'TLSv1.2'), 'the certificate that was made is the one that is shown', s.version())
import hashlib
printed = ':'.join(f'{b:02X}' for b in hashlib.sha256(der).digest())
check(until(lambda: printed in ''.join(serve.errors)), 'its fingerprint is printed', serve.errors)
modes = {name: os.stat(os.path.join(tls, name)).st_mode & 0o777 for name in ('certificate.pem', 'key.pem')}
check(modes['key.pem'] == 0o600, 'the key is for its owner alone', modes)
trusting = ssl.create_default_context(cafile=os.path.join(tls, 'certificate.pem'))
for name in ('localhost', '127.0.0.1'):
    with socket.create_connection((serve.host, serve.port), timeout=PATIENCE) as plain:
        try:
            trusting.wrap_socket(plain, server_hostname=name).close()
            check(True, f'the certificate is good for {name}')
        except ssl.SSLError as error:
            check(False, f'the certificate is good for {name}', error)
for old in (ssl.TLSVersion.TLSv1_1,):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.minimum_version = context.maximum_version = old
    context.set_ciphers('ALL:@SECLEVEL=0')
    try:
        with socket.create_connection((serve.host, serve.port), timeout=PATIENCE) as plain:
            context.wrap_socket(plain)
        check(False, 'an old version of TLS is refused')
    except (ssl.SSLError, ConnectionError):
        check(True, 'an old version of TLS is refused')
check(serve.token and serve.line.count('/') == 5, 'the link is one line', serve.line)
r = client.ask('POST', '/api/session/link', {'token': 'x' * len(serve.token), 'password': PASSWORD})
check(r.status == 401 and not r.headers.get('Set-Cookie'), 'another token is refused', r)
r = client.ask('POST', '/api/session/link', {'token': serve.token, 'password': PASSWORD})
cookie = r.headers.get('Set-Cookie', '')
check(r.status == 200 and re.match(r'__Host-beffroi=[0-9A-Za-z_-]{22,}; Path=/; HttpOnly; SameSite=Strict; Secure', cookie),
      'the link signs in, with a cookie that scripts, other sites and plain HTTP do not get', r)
r = Client(serve).ask('POST', '/api/session/link', {'token': serve.token, 'password': PASSWORD})
check(r.status == 401 and not r.headers.get('Set-Cookie'), 'the link works once', r)
r = client.learn_csrf()
check(r.status == 200 and client.csrf and r.json['user']['name'] == 'admin', 'the session is known', r)

# --- accounts: each role
roles = {r['role']: set(r['rights'].split()) for r in json.loads(run('user', 'roles', '--format', 'json').stdout)['roles']}
people = {'admin': client}
for role in sorted(set(roles) - {'admin'}):
    made = client.ask('POST', '/api/users', {'name': role, 'display': role.capitalize(), 'role': role})
    people[role] = Client(serve)
    entered = people[role].follow(made.json.get('link', ''), PASSWORD) if made.status == 201 else made
    check(entered.status == 200 and people[role].csrf, f'the administrator makes an account, whose owner comes in by a link: {role}', (made, entered))
client = people['expert']

# --- headers
page = client.get('/')
policy = page.headers.get('Content-Security-Policy', '')
check(page.status == 200 and page.headers['Content-Type'].startswith('text/html') and b'<script type="module" src="/app.js">' in page.body, 'the first page', page)
check("default-src 'none'" in policy and "script-src 'self'" in policy and "frame-ancestors 'none'" in policy and 'unsafe' not in policy, 'nothing runs but our own scripts', policy)
for answer in (page, client.get('/api/session'), client.get('/nothing'), client.get('/health')):
    h = answer.headers
    check(h.get('X-Content-Type-Options') == 'nosniff' and h.get('Referrer-Policy') == 'no-referrer' and h.get('Content-Security-Policy') and
          h.get('X-Frame-Options') == 'DENY' and 'Server' not in h and 'Strict-Transport-Security' not in h, f'each answer is protected ({answer.status})', answer)
packed = client.get('/app.js', **{'Accept-Encoding': 'gzip'})
plain = client.get('/app.js')
check(packed.headers.get('Content-Encoding') == 'gzip' and gzip.decompress(packed.body) == plain.body and 'Content-Encoding' not in plain.headers,
      'files travel compressed to whom it suits', (packed.headers, plain.headers))
again = client.get('/app.js', **{'If-None-Match': plain.headers['ETag']})
check(again.status == 304 and again.body == b'', 'a file that is known is not sent again', again)
check(client.get('/api/session').headers.get('Cache-Control') == 'no-store', 'what the dossier says is kept by no cache')
head = client.ask('HEAD', '/app.js')
check(head.status == 200 and head.body == b'' and head.headers['Content-Length'] == str(len(plain.body)), 'HEAD is GET without the body', head)
options = client.ask('OPTIONS', '/api/incidents')
check(options.status == 204 and set(options.headers['Allow'].split(', ')) == {'GET', 'HEAD', 'POST', 'OPTIONS'}, 'OPTIONS tells the methods', options)
r = client.ask('PUT', '/api/incidents', '')
check(r.status == 405 and 'GET' in r.headers['Allow'] and r.code == 'method', 'another method is refused, with those there are', r)
check(client.get('/health').body == b'ok\n', 'health needs no account')

# --- forged requests
incident = {'title': 'Strange files', 'category': 'unauthorised-information-modification', 'severity': '3', 'seen': '2026-03-01T08:00:00Z', 'reporter': 'Mme Martin'}
good, client.csrf = client.csrf, None
for what, headers in [('no proof', {}), ('another proof', {'X-CSRF-Token': 'a' * len(good)}), ('the proof of a page elsewhere', {'X-CSRF-Token': good, 'Origin': 'https://evil.example'}),
                      ('a page elsewhere that hides', {'X-CSRF-Token': good, 'Origin': 'null'}), ('a browser that says so', {'X-CSRF-Token': good, 'Sec-Fetch-Site': 'cross-site'})]:
    r = client.ask('POST', '/api/incidents', incident, headers)
    check(r.status == 403, f'a forged request is refused: {what}', r)
client.csrf = good
r = client.get('/api/session', Host='evil.example')
check(r.status == 421 and '--name' in r.json['error']['text'], 'a name that was made to point here is refused', r)
check(client.get('/api/session', Host='evil.example', **{'Accept-Language': 'fr'}).json['error']['text'].startswith("la console n'est pas connue"), 'a refusal speaks French')
for name in ('localhost', '192.0.2.1', f'localhost:{serve.port}', '[::1]'):
    check(client.get('/health', Host=name).status == 200, f'the name {name} is known')
nobody = Client(serve)
check(nobody.get('/api/today').status == 401 and nobody.get('/api/incidents').status == 401, 'without a session there is nothing')
check(nobody.get('/api/incidents', Cookie='beffroi=' + (client.cookie or '').split('=')[-1]).status == 401, 'the session under the cookie of plain HTTP is none')
check(nobody.get('/api/incidents', Authorization='Bearer nonsense').status == 401, 'a token that is none')

described = Client(serve).ask('GET', '/api/openapi.json')
check(described.status == 200 and described.json == json.load(open(os.path.join(source, 'docs/api/openapi.json'))), 'the description of all this is served to anybody', described.status)
# --- no route answers without a check of rights: each role asks each of them
table = operations(source)
described = json.load(open(os.path.join(source, 'docs/api/openapi.json')))
routes = {o['operationId']: (method.upper(), path) for path, methods in described['paths'].items() for method, o in methods.items() if 'operationId' in o}
ids = {'id': 'INC-000000000000', 'name': 'nobody', 'profile': 'gdpr', 'format': 'json', 'kind': 'incident-management'}
wrong = [('not described', name) for name in table if routes.get(name) != (table[name]['method'], table[name]['path'])]
for name, (method, path) in routes.items():
    row = table[name]
    path = re.sub(r'\{(\w+)\}', lambda m: ids[m[1]], path)
    if name == 'health' or name.startswith('session'):
        continue
    body = None if method in ('GET', 'DELETE') else {}
    for role, who in [('nobody', Client(serve)), *people.items()]:
        may = role != 'nobody' and (not row['right'] or row['right'] in roles[role]) or row['anybody']
        if name == 'stream' and may:
            continue  # it does not end
        r = who.ask(method, path, body)
        refused = r.status == 401 if role == 'nobody' else r.status == 403 and r.code == 'forbidden'
        if r.status >= 500 or refused == bool(may):
            wrong.append((name, role, r.status, r.code))
    if row['mutates']:
        kept, people['expert'].csrf = people['expert'].csrf, None
        r = people['expert'].ask(method, path, body)
        people['expert'].csrf = kept
        if r.status != 403 or r.code != 'csrf':
            wrong.append((name, 'without proof', r.status, r.code))
check(len(routes) > 40 and not wrong, 'each route asks for its right, for each role', wrong)
walked = json.loads(run('dossier', 'info', '--dossier', dossier, '--format', 'json').stdout)
check(not walked['objects']['incident'], 'and nothing was written by asking', walked)

# --- sizes and forms
r = client.ask('POST', '/api/incidents', '{"title":"' + 'x' * 300000 + '"}', {'Content-Type': 'application/json'})
check(r.status == 413, 'a body of more than 256 kB', r)
check(client.connection is not None, 'is read to its end, so that who still sends it gets the answer')
chunk = b'1000\r\n' + b'x' * 0x1000 + b'\r\n'
top = f'Host: {serve.name}\r\nCookie: {client.cookie}\r\nX-CSRF-Token: {client.csrf}\r\nContent-Type: application/json\r\n'.encode()
got = raw(serve, b'POST /api/incidents HTTP/1.1\r\n' + top + b'Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n' + chunk * 70 + b'0\r\n\r\n')
check(status(got) == 413, 'in chunks too', got[:200])
r = client.ask('POST', '/api/incidents', '{"title":"' + 'x' * 100000 + '"}', {'Content-Type': 'application/json'})
check(r.status in (400, 413, 422) and r.code != 'busy', 'a body too big for a message reaches the clerk', r)
got = raw(serve, b'POST /api/incidents HTTP/1.1\r\n' + top + b'Connection: close\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}')
check(status(got) == 400, 'two lengths for one body', got[:200])
got = raw(serve, b'POST /api/incidents HTTP/1.1\r\n' + top + b'Connection: close\r\n\r\n')
check(status(got) == 411, 'no length', got[:200])
got = raw(serve, b'GET /' + b'a' * 9000 + b' HTTP/1.1\r\n' + top + b'Connection: close\r\n\r\n')
check(status(got) == 414, 'an address of 9000 bytes', got[:200])
got = raw(serve, b'GET / HTTP/1.1\r\n' + top + b'X: ' + b'a' * 60000 + b'\r\n\r\n')
check(status(got) in (431, 413, None), 'headers of 60 kB (the end may overtake the answer)', got[:200])
got = raw(serve, b'GET / HTTP/1.1\r\nConnection: close\r\n\r\n')
check(status(got) == 400, 'no host', got[:200])
got = raw(serve, b'\x16\x03\x01\x00\xff rubbish that is no HTTP\r\n\r\n', 20)
check(status(got) in (400, None), 'rubbish', got[:200])
got = raw(serve, b'GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n')
check(status(got) == 200 and got.endswith(b'ok\n'), 'HTTP/1.0', got[:200])
got = raw(serve, (b'GET /health HTTP/1.1\r\n' + top + b'\r\n') * 20 + b'GET /health HTTP/1.1\r\n' + top + b'Connection: close\r\n\r\n')
check(got.count(b'ok\n') == 21, 'twenty requests in one go', got.count(b'ok\n'))

with serve.connect() as s:  # however the network cuts it
    for byte in b'POST /api/session HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 31\r\n\r\n' \
                b'{"name":"nobody","password":""}':
        s.sendall(bytes([byte]))
    got = b''
    while part := s.recv(65536):
        got += part
check(status(got) == 401 and b'"error"' in got, 'a request that comes byte by byte is one request', got[:200])

# --- many at once
many = [serve.connect() for _ in range(300)]
for s in many:
    s.sendall(b'GET /api/session HTTP/1.1\r\n' + top + b'\r\n')
answered = 0
for s in many:
    answer = b''
    while b'\r\n\r\n' not in answer and (part := s.recv(65536)):
        answer += part
    answered += status(answer) == 200
    s.close()
check(answered == 300, 'three hundred connections ask at once, and all are answered', answered)
check(client.get('/health').status == 200, 'and then the next one')

# --- pages hear what others change
with serve.connect() as s:
    s.sendall(b'GET /api/stream HTTP/1.1\r\n' + top + b'\r\n')
    heard = s.recv(65536)
    while b'"hello"' not in heard:
        heard += s.recv(65536)
    check(status(heard) == 200 and b'text/event-stream' in heard, 'a page listens', heard)
    calm = threading.Event()

    def hurry():
        other = Client(serve)
        other.cookie = client.cookie
        while not calm.is_set():
            other.get('/api/session')

    busy = threading.Thread(target=hurry)
    busy.start()
    opened = run('incident', 'open', 'Written on the terminal', 'category=unauthorised-information-modification', 'severity=2', 'seen=2026-03-01T09:00:00Z', 'reporter=alice',
                 '--dossier', dossier)
    heard = b''
    while opened.returncode == 0 and b'"changed"' not in heard and (part := s.recv(65536)):
        heard += part
    calm.set()
    busy.join()
    check(opened.returncode == 0 and b'"incidents"' in heard, 'and hears what a verb on the terminal writes, though others keep asking', (opened, heard))
listed = client.get('/api/incidents').json
check(any(i['title'] == 'Written on the terminal' for i in listed['incidents']), 'and finds it', listed)
figures = client.get('/metrics')
check(figures.status == 200 and b'beffroi_incidents 1\n' in figures.body and b'beffroi_console_streams 0\n' in figures.body or
      until(lambda: b'beffroi_console_streams 0\n' in client.get('/metrics').body), 'figures for Prometheus; who went away does not listen any more', figures)
check(re.fullmatch(r'(?:# (?:HELP|TYPE) [^\n]+\n|[a-z0-9_]+(?:\{[a-z]+="[a-z_-]+"\})? [0-9.]+\n)+', figures.body.decode()), 'in the form that it reads', figures)

# --- an answer that is too big for a message, and what is read from a person's name
made = client.ask('POST', '/api/incidents', incident)
check(made.status == 201, 'an incident is opened', made)
for i in range(30):
    made_item = client.ask('POST', f'/api/incidents/{made.json["id"]}/items', {'kind': 'comment', 'fields': {'text': f'{i} ' + 'long story ' * 300}})
check(made_item.status == 201, 'comments are added', made_item)
big = client.get(f'/api/incidents/{made.json["id"]}/export/json')
check(big.status == 200 and len(big.body) > 80000 and big.json and re.fullmatch(r'attachment; filename="[A-Za-z0-9._-]+"', big.headers['Content-Disposition']) and
      'sandbox' in big.headers['Content-Security-Policy'], 'a document of more than a message comes whole, to be saved', (big.status, len(big.body), big.headers))

# --- who guesses passwords is slowed, the others are not
tries = [Client(serve).ask('POST', '/api/session', {'name': 'expert', 'password': f'wrong password number {i}'}) for i in range(50)]
slowed = [r for r in tries if r.status == 429]
check({r.status for r in tries} == {401, 429} and slowed and all(int(r.headers['Retry-After']) > 0 for r in slowed), 'who guesses is told to wait', tries[-1])
check(client.get('/api/session').status == 200 and client.get('/').status == 200, 'and nobody else is')

# --- roles that die
roles = descendants(serve.process.pid)
check(set(roles) == {'console', 'clerk'}, 'two roles run', roles)
with open(f'/proc/{roles["console"]}/status') as f:
    confined = f.read()
check('Seccomp:\t2' in confined and 'NoNewPrivs:\t1' in confined, 'the console is confined')
os.kill(roles['clerk'], signal.SIGKILL)
r = until(lambda: (a := client.get('/api/session')).status in (200, 401) and a)
check(r and r.status == 200 or r.status == 401, 'a clerk that dies is started again, and the console goes on', r)
check(until(lambda: any('clerk' in line for line in serve.errors)), 'and the parent says so', serve.errors)
os.kill(roles['console'], signal.SIGKILL)
client.connection = None


def healthy():
    try:
        return Client(serve).get('/health').status == 200
    except OSError:
        return False


check(until(healthy), 'a console that dies is started again')
os.kill(descendants(serve.process.pid)['clerk'], signal.SIGSTOP)
stopped = descendants(serve.process.pid)['clerk']
check(Client(serve).get('/health').status == 200 and Client(serve).get('/app.css').status == 200, 'files and health do not wait for a slow clerk')
os.kill(stopped, signal.SIGCONT)

# --- a clerk that does not answer: the queue is bounded, and what does not fit is told at once
os.kill(stopped, signal.SIGSTOP)
crowd = [serve.connect() for _ in range(480)]
for s in crowd:
    s.sendall(b'GET /api/session HTTP/1.1\r\n' + top + b'\r\n')
    s.setblocking(False)


def turned_away():
    count = 0
    for s in crowd:
        try:
            count += status(s.recv(65536)) == 503
        except (BlockingIOError, ssl.SSLWantReadError):
            pass
    return count


check(until(turned_away, 8), 'more orders than the queue takes are told to come back')
check(Client(serve).get('/health').status == 200, 'and files and health are still there')
os.kill(stopped, signal.SIGCONT)
for s in crowd:
    s.close()
check(until(lambda: people['expert'].get('/api/session').status == 200), 'afterwards all is as before')

# --- the end
leftover = set(descendants(serve.process.pid).values())
check(serve.end() == 0, 'SIGTERM ends it', serve.errors)
check(not any(os.path.exists(f'/proc/{pid}') for pid in leftover), 'and its roles', leftover)

# --- the second start
with start() as serve:
    der_again = ssl.PEM_cert_to_DER_cert(open(os.path.join(tls, 'certificate.pem')).read())
    check(der_again == der, 'the certificate is the same at the next start')
    taken = run('serve', '--dossier', dossier, '--listen', f'127.0.0.1:{serve.port}')
    check(taken.returncode == 1 and taken.stderr.count('\n') == 1 and str(serve.port) in taken.stderr and '--listen' in taken.stderr, 'a port that is taken is told', taken)
    french = run('serve', '--dossier', dossier, '--listen', f'127.0.0.1:{serve.port}', '--lang', 'fr')
    check('est pris' in french.stderr, 'in French too', french.stderr)
    # --- slow ones: a byte every now and then is not silence
    mute = [socket.create_connection((serve.host, serve.port), timeout=PATIENCE) for _ in range(20)]  # not even a hello
    slow = [serve.connect() for _ in range(20)]
    begun = time.monotonic()
    for s in slow:
        s.sendall(b'GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ')
        s.settimeout(1)
    open_ones = list(slow)
    while open_ones and time.monotonic() - begun < 40:
        for s in list(open_ones):
            try:
                s.sendall(b'a')
                if s.recv(1) == b'':
                    open_ones.remove(s)
            except TimeoutError:
                pass
            except OSError:
                open_ones.remove(s)
        time.sleep(0.05)
    took = time.monotonic() - begun
    check(not open_ones and 5 < took < 40, 'who dribbles a request is cut', (len(open_ones), took))
    check(all(s.recv(1) == b'' for s in mute), 'so is who says nothing at all')
    check(serve.end(signal.SIGINT) == 0, 'Ctrl-C ends it')

# --- without TLS, on this machine only
with start('--tls', 'off', '--name', 'beffroi.example', tls=False) as serve:
    check(serve.scheme == 'http' and serve.line.startswith('http://beffroi.example:'), 'without TLS, under its name', serve.line)
    client = Client(serve)
    serve.name = f'beffroi.example:{serve.port}'
    check(serve.token is None, 'there are accounts: no link is made any more', serve.line)
    r = client.sign_in('expert', PASSWORD)
    cookie = r.headers.get('Set-Cookie', '')
    check(cookie.startswith('beffroi=') and 'Secure' not in cookie and 'HttpOnly; SameSite=Strict' in cookie, 'its cookie is one of plain HTTP', r)
    check(client.csrf and client.get('/api/incidents').status == 200, 'and it is understood')
    check(client.get('/health').status == 200 and client.get('/', Host='other.example').status == 421, 'it is known under its name')
refusals = [
    ('plain HTTP for others', ('--tls', 'off', '--listen', '0.0.0.0:0'), ('--tls off', '127.0.0.1'), 2),
    ('no port', ('--listen', '127.0.0.1'), ('--listen', '127.0.0.1:8443'), 2),
    ('a port that is none', ('--listen', '127.0.0.1:99999'), ('99999',), 2),
    ('IPv6 without brackets', ('--listen', '::1:80'), ('[::1]:8443',), 2),
    ('an address of another machine', ('--listen', '192.0.2.1:0'), ('192.0.2.1',), 1),
    ('a certificate that is not there', ('--tls', '/nowhere/c.pem,/nowhere/k.pem', '--listen', '127.0.0.1:0'), ('/nowhere/c.pem',), 1),
    ('half a pair', ('--tls', '/nowhere/c.pem'), ('CERTIFICATE.pem,KEY.pem',), 2),
    ('a name that is none', ('--name', 'a b', '--listen', '127.0.0.1:0'), ('a b',), 2),
    ('a word too many', ('now',), ('now',), 2),
]
for what, options, words, wanted in refusals:
    r = run('serve', '--dossier', dossier, *options)
    check(r.returncode == wanted and r.stdout == '' and all(w in r.stderr for w in words), f'refused: {what}', r)

# --- with one's own certificate
subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30', '-subj', '/CN=beffroi.example',
                '-addext', 'subjectAltName=DNS:beffroi.example', '-keyout', f'{folder}/key.pem', '-out', f'{folder}/cert.pem'], check=True, capture_output=True)
with start('--tls', f'{folder}/cert.pem,{folder}/key.pem', '--name', 'beffroi.example') as serve:
    serve.name = f'beffroi.example:{serve.port}'
    with serve.connect() as s:
        check(s.getpeercert(True) == ssl.PEM_cert_to_DER_cert(open(f'{folder}/cert.pem').read()), "the user's certificate is the one that is shown")
    check(Client(serve).get('/').headers.get('Strict-Transport-Security', '').startswith('max-age='), 'and browsers are told to stay with TLS')
wrong = run('serve', '--dossier', dossier, '--listen', '127.0.0.1:0', '--tls', f'{folder}/cert.pem,{tls}/key.pem')
check(wrong.returncode != 0 and 'does not belong' in wrong.stderr, 'a key of another certificate is told', wrong)

# --- a dossier that cannot be opened
broken = os.path.join(folder, 'broken')
os.mkdir(broken)
with open(os.path.join(broken, 'dossier.db'), 'w') as f:
    f.write('this is no database ' * 500)
r = run('serve', '--dossier', broken, '--listen', '127.0.0.1:0')
check(r.returncode == 1 and 'dossier.db' in r.stderr and r.stdout == '', 'a dossier that is none is told, and nothing is served', r)

verified = run('dossier', 'verify', '--dossier', dossier)
check(verified.returncode == 0, 'the dossier is as it was written', verified)
page = open(os.path.join(source, 'man/beffroi-serve.1')).read()
text = run('serve', '--help').stdout
check(all(word in page.replace('Fl Fl ', '--') for word in re.findall(r'--[a-z]+', text)), 'each option is in the manual page', text)
places.remove('dossier')
shutil.rmtree(folder, ignore_errors=True)
end()
