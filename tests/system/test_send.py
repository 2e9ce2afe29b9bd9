#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: test_send.py BEFFROI SOURCE_FOLDER   `beffroi incident send` to a GLPI and to a webhook that this test runs itself, over HTTP
and TLS on 127.0.0.1; and what it does when they are slow, down, wrong, or somebody else. Prints TAP."""
import base64, hashlib, hmac, http.server, json, os, shutil, socket, ssl, subprocess, sys, tempfile, threading

from tap import check, end

beffroi, source = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
folder = tempfile.mkdtemp(prefix='test-send-')
dossier = os.path.join(folder, 'dossier')
environment = {k: v for k, v in os.environ.items() if k in ('PATH', 'ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS')} | {
    'LANG': 'C', 'HOME': folder, 'BEFFROI_DOSSIER': dossier, 'USER': 'alice', 'http_proxy': 'http://127.0.0.1:9', 'https_proxy': 'http://127.0.0.1:9'}
SECRET = base64.b64encode(b'a secret of twenty-four b' * 2).decode()


class Server:
    """Answers with what `script` gives, in turn: (status, headers, body), or "hang", or "drop"; keeps what it was asked."""

    def __init__(self, tls=None):
        self.asked, self.script, self.release = [], [], threading.Event()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def answer(self):
                body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
                outer.asked.append((self.command, self.path, dict(self.headers), body))
                status, headers, text = 500, {}, b'nothing was foreseen'
                step = outer.script.pop(0) if outer.script else (status, headers, text)
                if step == 'hang':
                    outer.release.wait(60)
                    self.close_connection = True
                    return
                if step == 'drop':
                    self.connection.shutdown(socket.SHUT_RDWR)
                    self.close_connection = True
                    return
                status, headers, text = step
                text = text if isinstance(text, bytes) else json.dumps(text).encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header('Content-Length', str(len(text)))
                self.end_headers()
                try:
                    self.wfile.write(text)
                except OSError:
                    pass  # the other end had enough

            do_GET = do_POST = do_PUT = answer

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # of clients that break off, as they should
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def expect(self, *script):
        self.asked, self.script = [], list(script)

    def end(self):
        self.release.set()
        self.server.shutdown()
        self.server.server_close()


def run(*arguments, **env):
    return subprocess.run([beffroi, *arguments], capture_output=True, text=True, timeout=120, env=environment | env)


def answer(*arguments):
    r = run(*arguments, '--format', 'json')
    return json.loads(r.stdout) if r.returncode == 0 and r.stdout else {'failed': r.stderr}


def settings(text, mode=0o600):
    path = os.path.join(dossier, 'connectors.yaml')
    with open(path, 'w') as f:
        f.write(text)
    os.chmod(path, mode)


def glpi(port, more='', scheme='http', host='127.0.0.1'):
    settings(f'glpi:\n  url: {scheme}://{host}:{port}/apirest.php/\n  app_token: APP-SECRET\n  user_token: USER-SECRET\n  most: AMBER\n  timeout: 1\n{more}')


def webhook(port, more='', scheme='http', host='127.0.0.1'):
    settings(f'webhook:\n  url: {scheme}://{host}:{port}/hook\n  secret: whsec_{SECRET}\n  most: AMBER\n  timeout: 1\n{more}')


def opened(title, *words):
    r = run('incident', 'open', title, 'category=availability.dos', 'severity=3', 'seen=2026-11-20T10:00:00Z', 'reporter=Marie Durand', *words)
    return r.stdout.split()[0] if r.returncode == 0 else r.stderr


def refused(r, why):
    return r.returncode in (1, 2) and why in r.stderr and r.stdout == ''


server = Server()
run('watch', '-r', os.path.join(source, 'data/demo/town-hall.pcap.zst'), '--quiet')
iid = opened('<b>The site</b> of 192.0.2.7 is slow; Marie Durand called', 'tlp=AMBER', 'owner=Paul Petit',
             'description=It was 192.0.2.7 and <script>alert(1)</script>\nsaid Marie Durand')
check(iid.startswith('INC-'), 'an incident', iid)

# --- settings
check(refused(run('incident', 'send', iid, 'glpi'), 'connectors.yaml'), 'without settings it says which file')
glpi(server.port)
os.chmod(os.path.join(dossier, 'connectors.yaml'), 0o644)
check(refused(run('incident', 'send', iid, 'glpi'), 'others may read it'), 'secrets that others may read are refused')
check(refused(run('incident', 'send', iid, 'fax'), 'glpi | webhook'), 'another connector than those')
for text, why in [('glpi:\n  url: http://192.0.2.1/x\n  app_token: a\n  user_token: b\n', ':2:'), ('glpi:\n  url: ftp://x/\n', ':2:'), ('glpi:\n  url: https://a@b/\n', ':2:'),
                  ('glpi:\n  url: https://x/\n  app_token: "a b"\n  user_token: b\n', ':3:'), ('glpi:\n  url: https://x/\n  user_token: b\n', 'app_token'),
                  ('glpi:\n  url: https://x/\n  colour: red\n', ':3:'), ('fax:\n  url: https://x/\n', 'fax: this word'), ('webhook:\n  url: https://x/\n  secret: s\n  most: RED\n', ':4:'),
                  ('webhook:\n  url: https://x/\n  secret: s\n', 'has no glpi'), ('- glpi\n', ':1:'), ('glpi: x\n', ':1:'), ('glpi:\n  url: https://x/?a=b\n', ':2:')]:
    settings(text)
    r = run('incident', 'send', iid, 'glpi')
    check(refused(r, why), 'settings that make no sense: ' + why, r.stderr)

# --- what may leave
glpi(server.port)
red, strict, unmarked, named = opened('r', 'tlp=RED'), opened('s', 'tlp=AMBER+STRICT'), opened('u'), opened('n', 'tlp=GREEN', 'restricted_to=alice')
for id, why in [(red, 'TLP:RED'), (strict, 'AMBER+STRICT'), (unmarked, 'not marked'), (named, 'restricted to named people')]:
    server.expect()
    r = run('incident', 'send', id, 'glpi')
    check(refused(r, why) and server.asked == [], 'stays here: ' + why, r.stderr)
server.expect()
r = run('incident', 'send', iid, 'glpi', '--dry-run')
check(r.returncode == 0 and server.asked == [] and 'POST http://127.0.0.1' in r.stdout and 'SECRET' not in r.stdout, 'a preview sends nothing, and shows no secret', r.stdout)
preview = answer('incident', 'send', iid, 'glpi', '--dry-run')
check('192.0.2.7' not in json.dumps(preview) and 'Marie' not in json.dumps(preview) and 'Petit' not in json.dumps(preview), 'addresses and names are veiled', preview)
check('&lt;b&gt;The site&lt;/b&gt;' not in preview['body']['input']['name'] and '<script>' not in preview['body']['input']['content'] and '&lt;script&gt;' in preview['body']['input']['content'],
      'what is HTML there is escaped', preview)
glpi(server.port, '  personal: yes\n')
full = answer('incident', 'send', iid, 'glpi', '--dry-run')
check('192.0.2.7' in json.dumps(full) and 'Marie Durand' in json.dumps(full) and 'Paul Petit' in json.dumps(full), 'unless the settings say that they may leave', full)

# --- GLPI
glpi(server.port)
server.expect((200, {}, {'session_token': 'S1'}), (201, {}, {'id': 42, 'message': 'Item successfully added'}), (200, {}, b''))
r = run('incident', 'send', iid, 'glpi')
check(r.returncode == 0 and '42' in r.stdout and [a[:2] for a in server.asked] == [('GET', '/apirest.php/initSession'), ('POST', '/apirest.php/Ticket'), ('GET', '/apirest.php/killSession')],
      'a session, a ticket, and the end of the session', (r.stdout, r.stderr, server.asked))
first, second, last = (a[2] for a in server.asked)
check(first['Authorization'] == 'user_token USER-SECRET' and first['App-Token'] == 'APP-SECRET' and second['Session-Token'] == 'S1' == last['Session-Token'] and
      'Authorization' not in second and second['Content-Type'] == 'application/json' and second['User-Agent'].startswith('beffroi/'), 'with the headers that GLPI wants', server.asked)
body = json.loads(server.asked[1][3])
check(body == preview['body'] and body['input']['urgency'] == 4 and body['input']['type'] == 1, 'what was sent is what was shown', body)
shown = answer('incident', 'show', iid)
check(shown['incident']['fields'].get('ticket') == 'glpi 42', 'the incident knows its ticket', shown['incident']['fields'])
check(any(i['kind'] == 'log' and '42' in i['fields'].get('text', '') for i in shown['items']), 'its log too', shown['items'])
server.expect((200, {}, {'session_token': 'S2'}), (200, {}, [{'42': True, 'message': ''}]), (200, {}, b''))
sent = answer('incident', 'send', iid, 'glpi')
check(sent.get('reference') == '42' and sent.get('new') is False and server.asked[1][:2] == ('PUT', '/apirest.php/Ticket/42') and json.loads(server.asked[1][3])['input']['id'] == 42,
      'a second time it is the same ticket', (sent, server.asked))
server.expect((200, {}, {'session_token': 'S3'}), (404, {}, ['ERROR_ITEM_NOT_FOUND', 'Item not found']), (200, {}, b''))
check(refused(run('incident', 'send', iid, 'glpi'), 'no longer in GLPI') and len(server.asked) == 3, 'a ticket that is gone is told, and the session ended')
run('incident', 'set', iid, 'ticket=')
server.expect((401, {}, ['ERROR_GLPI_LOGIN_USER_TOKEN', 'parameter user_token seems invalid']))
r = run('incident', 'send', iid, 'glpi')
check(refused(r, 'refuses the token') and 'ERROR_GLPI_LOGIN_USER_TOKEN' in r.stderr and 'USER-SECRET' not in r.stderr and len(server.asked) == 1, 'a wrong token is told once', r.stderr)
for status, headers, text, why in [(302, {'Location': f'http://127.0.0.1:{server.port}/elsewhere'}, b'', 'sends us elsewhere'), (200, {}, b'<html>', "GLPI's REST API"), (200, {}, {'session_token': 'a\r\nX: y'}, "GLPI's REST API"),
                                   (200, {}, {'session_token': 7}, "GLPI's REST API"), (200, {}, b'x' * 100000, 'more than was asked'), (404, {}, b'', 'nothing at this address')]:
    server.expect((status, headers, text))
    r = run('incident', 'send', iid, 'glpi')
    check(refused(r, why) and len(server.asked) in (1, 3), 'an answer that is none: ' + why, (r.stderr, server.asked))
    server.expect()
for what, text in [('a ticket without a number', {'message': 'ok'}), ('a number that is none', {'id': '42; rm'}), ('one that is too large', b'{"id": 99999999999999999999}')]:
    server.expect((200, {}, {'session_token': 'S'}), (201, {}, text), (200, {}, b''))
    check(refused(run('incident', 'send', iid, 'glpi'), "GLPI's REST API"), what)
# A ticket is never made twice: what may have arrived is not sent again.
server.expect((200, {}, {'session_token': 'S'}), 'drop', (200, {}, b''))
r = run('incident', 'send', iid, 'glpi')
check(refused(r, 'look whether it is there') and [a[0] for a in server.asked] == ['GET', 'POST', 'GET'], 'a ticket whose answer got lost is not sent again', (r.stderr, server.asked))
server.expect((200, {}, {'session_token': 'S'}), (503, {'Retry-After': '1'}, b''), (201, {}, {'id': 43}), (200, {}, b''))
check(answer('incident', 'send', iid, 'glpi').get('reference') == '43', 'one that was not taken is')

# --- webhook
webhook(server.port)
server.expect((200, {}, {'reference': 'HOOK-1'}))
sent = answer('incident', 'send', iid, 'webhook')
method, path, headers, body = server.asked[0]
expected = base64.b64encode(hmac.new(base64.b64decode(SECRET), f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body, hashlib.sha256).digest()).decode()
check(sent.get('reference') == 'HOOK-1' and (method, path) == ('POST', '/hook') and headers['webhook-signature'] == 'v1,' + expected, 'a message, signed as standardwebhooks.com has it', (sent, headers))
data = json.loads(body)
check(data['type'] == 'incident.sent' and data['data']['id'] == iid and data['data']['severity'] == 3 and data['data']['tlp'] == 'AMBER' and '192.0.2.7' not in body.decode(), 'and what it says', data)
name = headers['webhook-id']
server.expect((500, {}, b''), 'drop', (204, {}, b''))
sent = answer('incident', 'send', iid, 'webhook')
check(sent.get('requests') == 3 and len({a[2]['webhook-id'] for a in server.asked}) == 1 and len({a[3] for a in server.asked}) == 1, 'it is tried again, under the same name', (sent, server.asked))
check(server.asked[0][2]['webhook-id'] == name, 'which the same content always has', (name, server.asked[0][2]))
server.expect(*[(500, {}, {'error': 'of ours \x1b[31m'})] * 9)
r = run('incident', 'send', iid, 'webhook')
check(refused(r, 'answered 500') and len(server.asked) == 3 and '\x1b' not in r.stderr, 'three times, no more; what the server says is harmless', r.stderr)
webhook(server.port, '  attempts: 1\n')
server.expect('hang')
r = run('incident', 'send', iid, 'webhook')
check(refused(r, 'within 1 seconds'), 'one that hangs is left after its second', r.stderr)
server.release.set()
free = socket.socket()
free.bind(('127.0.0.1', 0))
webhook(free.getsockname()[1], '  attempts: 2\n')
check(refused(run('incident', 'send', iid, 'webhook'), 'does not answer'), 'one that is not there')
free.close()
webhook(1, host='nowhere.invalid', scheme='https')
check(refused(run('incident', 'send', iid, 'webhook'), 'has no address'), 'a name that is none')
settings(f'webhook:\n  url: http://127.0.0.1:{server.port}/hook\n  secret: short\n  most: AMBER\n')
server.expect()
check(refused(run('incident', 'send', iid, 'webhook'), 'base64') and server.asked == [], 'a secret that is none signs nothing')

# --- TLS
def openssl(*arguments):
    subprocess.run(['openssl', *arguments], check=True, capture_output=True, cwd=folder)


openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '30', '-subj', '/CN=Test authority',
        '-addext', 'basicConstraints=critical,CA:TRUE')
for name, alternative in (('good', 'IP:127.0.0.1'), ('other', 'DNS:other.example')):
    with open(os.path.join(folder, name + '.ext'), 'w') as f:
        f.write(f'subjectAltName={alternative}\n')
    openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', name + '.key', '-out', name + '.csr', '-subj', '/CN=' + name)
    openssl('x509', '-req', '-in', name + '.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '30', '-out', name + '.pem', '-extfile', name + '.ext')
ca = os.path.join(folder, 'ca.pem')
good, other = (Server((os.path.join(folder, n + '.pem'), os.path.join(folder, n + '.key'))) for n in ('good', 'other'))
webhook(good.port, f'  ca: {ca}\n', scheme='https')
good.expect((200, {}, b''))
r = run('incident', 'send', iid, 'webhook')
check(r.returncode == 0 and len(good.asked) == 1, 'over TLS, with an authority of its own', r.stderr)
webhook(good.port, scheme='https')
good.expect((200, {}, b''))
r = run('incident', 'send', iid, 'webhook')
check(refused(r, 'not to be trusted') and good.asked == [], 'an authority that nobody knows is refused', r.stderr)
webhook(other.port, f'  ca: {ca}\n', scheme='https')
other.expect((200, {}, b''))
r = run('incident', 'send', iid, 'webhook')
check(refused(r, 'not to be trusted') and other.asked == [], 'the certificate of another host too', r.stderr)
webhook(server.port, f'  ca: {ca}\n', scheme='https')
server.expect((200, {}, b''))
check(refused(run('incident', 'send', iid, 'webhook'), 'TLS') and server.asked == [], 'and a server without TLS')
webhook(good.port, '  ca: /nowhere/ca.pem\n', scheme='https')
check(refused(run('incident', 'send', iid, 'webhook'), '/nowhere/ca.pem'), 'a file of certificates that is not there is named')

# --- what stays
lines = [l for l in answer('incident', 'show', iid)['items'] if l['kind'] == 'log' and 'Sent to' in l['fields'].get('text', '')]
check(len(lines) == 6, 'each sending is a line of the log, no refusal is', [l['fields'] for l in lines])
r = run('dossier', 'verify')
check(r.returncode == 0, 'and the journal holds', r.stdout + r.stderr)
out = os.path.join(folder, 'export')
run('dossier', 'export', out)
exported = b''.join(open(os.path.join(w, n), 'rb').read() for w, _, names in os.walk(out) for n in names)
check(b'"action":"sent"' in exported and b'SECRET' not in exported and SECRET.encode() not in exported, 'it tells what left; no secret does')
own = os.path.join(folder, 'own.yaml')
shutil.copy(os.path.join(dossier, 'connectors.yaml'), own)
os.remove(os.path.join(dossier, 'connectors.yaml'))
check(refused(run('incident', 'send', iid, 'webhook', '--connectors', own), '/nowhere/ca.pem'), 'the settings may be elsewhere')
check("dites où" in run('incident', 'send', iid, 'fax', '--lang', 'fr').stderr.lower(), 'and it is said in French')

for s in (server, good, other):
    s.end()
shutil.rmtree(folder, ignore_errors=True)
end()
