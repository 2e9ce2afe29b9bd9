#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: test_rules_add.py BEFFROI SOURCE_FOLDER   the rules of a site: sources added and taken away, rules turned on, off and changed, signed
sources, and a watch that uses what is kept. Prints TAP."""
import hashlib, http.server, io, json, os, pathlib, ssl, subprocess, sys, tarfile, tempfile, threading
from tap import check, end

beffroi, source = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
room = tempfile.TemporaryDirectory()
folder = pathlib.Path(room.name)
dossier = folder / 'dossier'
environment = {'PATH': os.environ['PATH'], 'LANG': 'C', 'HOME': room.name, 'http_proxy': 'http://127.0.0.1:9', 'https_proxy': 'http://127.0.0.1:9'}
environment |= {name: os.environ[name] for name in ('ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS') if name in os.environ}


def rules(*words):
    return subprocess.run([beffroi, 'rules', *map(str, words), '--dossier', dossier], capture_output=True, text=True, env=environment, timeout=120)


def ask(*words):
    r = rules(*words, '--format', 'json')
    return json.loads(r.stdout) if r.returncode == 0 else r.stderr


def active():
    return (dossier / 'rules/active.rules').read_text().splitlines()[1:]


files = {
    'rules/dos.rules': 'alert tcp any any -> any 80 (msg:"one"; content:"a"; sid:1; rev:1;)\n#alert tcp any any -> any 80 (msg:"off"; content:"b"; sid:2;)\n',
    'rules/LICENSE': 'alert tcp any any -> any any (msg:"no rule file"; sid:9;)\n',
    'rules/ssh.rules': 'alert tcp any any -> any 22 (msg:"banner"; flow:to_server; content:"SSH-2.0"; startswith; sid:4; rev:1;)\n',
}
archive = folder / 'emerging.rules.tar.gz'
with tarfile.open(archive, 'w:gz') as tar:
    for name, text in files.items():
        info = tarfile.TarInfo(name)
        info.size = len(text)
        tar.addfile(info, io.BytesIO(text.encode()))
local = folder / 'local.rules'
local.write_text('alert tcp any any -> any 22 (msg:"newer banner"; flow:to_server; content:"SSH-2.0"; startswith; sid:4; rev:7;)\n')

r = rules('list')
check(r.returncode == 2 and 'rules add' in r.stderr, 'where no rules are kept, a file must be named', r.stderr)
counts = ask('add', archive, local)
check(counts == {'sources': 2, 'files': 3, 'rules': 3, 'on': 2, 'off': 1, 'changed': 0, 'same': 1, 'added': 2, 'removed': 0}, 'an archive and a file; the newest revision of a number', counts)
check([s['name'] for s in ask('sources')['sources']] == ['emerging.rules.tar.gz', 'local.rules'], 'they are listed')
check(sum('sid:4' in line for line in active()) == 1 and any('newer banner' in line for line in active()) and not any('sid:9' in line for line in active()), 'what is in force', active())

check({x['sid'] for x in ask('list')['rules']} == {1, 2, 4} and ask('check')['loaded'] == 2 and ask('explain', '4')['sid'] == 4, 'they are those meant where no file is named', ask('list'))
watch = subprocess.run([beffroi, 'watch', '-q', '-r', source / 'data/demo/town-hall.pcap.zst', '--dossier', dossier, '--eve', folder / 'eve.json'], capture_output=True, text=True, env=environment, timeout=240)
held = [e for e in map(json.loads, (folder / 'eve.json').read_text().splitlines()) if e['event_type'] == 'alert' and e['alert']['signature_id'] == 4]
check(watch.returncode == 0 and len(held) > 30 and held[0]['alert']['signature'] == 'newer banner', 'a watch without --rules uses them', watch.stderr)

counts = ask('disable', 'group:dos', 're:NO SUCH')
check((counts['on'], counts['removed']) == (1, 1) and [line for line in active() if 'sid:1;' in line][0].startswith('# '), 'a group is turned off', counts)
check(ask('enable', '2')['on'] == 2, 'one of it is turned on')
counts = ask('modify', '4', '^alert (\\w+)', 'drop \\1')
check(counts['changed'] == 1 and any(line.startswith('drop tcp') for line in active()), 'one is changed', active())
check((dossier / 'rules/disable.conf').read_text() == 'group:dos\nre:NO SUCH\n', 'the choices are the site\'s own to edit')
check(ask('remove', 'emerging.rules.tar.gz')['rules'] == 1, 'a source goes')
for words, wanted in ((('disable', 're:('), 'character'), (('enable', 'x'), 'number'), (('remove', '../rules'), 'no source'), (('add', folder / 'none.rules'), 'none.rules'),
                      (('add', source / 'README.md'), 'no rule'), (('modify', '4', '(', 'b'), 'wrong')):
    r = rules(*words)
    check(r.returncode == 1 and wanted in r.stderr, f'refused: {" ".join(map(str, words))[-40:]}', r)
check(len(active()) == 1 and rules('modify', '4', 'a').returncode == 2, 'what is refused changes nothing; wrong usage')
broken = folder / 'broken.rules'
broken.write_bytes(archive.read_bytes()[:80])
check('damaged' in rules('add', broken).stderr, 'an archive that is cut')

# signed sources
def openssl(*words):
    subprocess.run(['openssl', *map(str, words)], check=True, capture_output=True)


openssl('genpkey', '-algorithm', 'ed25519', '-out', folder / 'key.pem')
openssl('pkey', '-in', folder / 'key.pem', '-pubout', '-out', folder / 'public.pem')
check('missing' in rules('add', local, '--key', folder / 'public.pem').stderr and not (dossier / 'rules/key.pem').exists(), 'with a key, a signature is asked for')
openssl('pkeyutl', '-sign', '-rawin', '-inkey', folder / 'key.pem', '-in', archive, '-out', f'{archive}.sig')
check(ask('add', archive, '--key', folder / 'public.pem')['sources'] == 2, 'what is signed is taken')
with open(archive, 'ab') as f:
    f.write(b'\0')
check('does not fit' in rules('add', archive).stderr and 'missing' in rules('add', local).stderr, 'from then on, what is not is refused')
check('no public ed25519' in rules('add', archive, '--key', archive).stderr, 'a key that is none')
# --- from a server: HTTP and TLS on 127.0.0.1
served = folder / 'served'
served.mkdir()
asked = []


class Handler(http.server.SimpleHTTPRequestHandler):
    def __init__(self, *arguments):
        super().__init__(*arguments, directory=str(served))

    def do_GET(self):
        asked.append(self.path)
        if self.path == '/moved.rules':
            self.send_response(302)
            self.send_header('Location', 'https://elsewhere.example/new.rules')
            self.send_header('Content-Length', '0')
            self.end_headers()
        elif self.path == '/broken.rules':
            self.send_response(500)
            self.send_header('Content-Length', '0')
            self.end_headers()
        elif self.path == '/cut.rules':
            self.send_response(200)
            self.send_header('Content-Length', '1000000')
            self.end_headers()
            self.wfile.write(b'alert')
            self.close_connection = True
        elif self.path == '/endless.rules':
            self.send_response(200)
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b'#' * 1048576)
            except OSError:
                pass  # the other end had enough
        else:
            super().do_GET()

    def log_message(self, *_):
        pass


def serve(tls=None):
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # of clients that break off, as they should
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*tls)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, server.server_address[1]


subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost',
                '-keyout', folder / 'tls.key', '-out', folder / 'tls.pem'], check=True, capture_output=True)
plain, port = serve()
secret, tls_port = serve((folder / 'tls.pem', folder / 'tls.key'))
dossier = folder / 'fetched'
base = f'http://127.0.0.1:{port}'
(served / 'web.rules').write_text('alert tcp any any -> any 80 (msg:"web"; content:"w"; sid:50; rev:1;)\n')
answer = ask('add', f'{base}/web.rules')
check(answer['rules'] == 1 and answer['fetched'] == [{'name': 'web.rules', 'url': f'{base}/web.rules', 'bytes': (served / 'web.rules').stat().st_size, 'checked': ''}], 'an address is fetched', answer)
check(asked == ['/web.rules', '/web.rules.sig', '/web.rules.md5'], 'and what stands beside it', asked)
check((dossier / 'rules/sources/web.rules').read_text() == (served / 'web.rules').read_text() and 'sid:50; rev:1' in active()[0], 'and kept as a source')
(served / 'web.rules').write_text('alert tcp any any -> any 80 (msg:"web"; content:"w"; sid:50; rev:2;)\nalert tcp any any -> any 80 (msg:"web"; content:"x"; sid:51;)\n')
(served / 'web.rules.md5').write_text(hashlib.md5((served / 'web.rules').read_bytes()).hexdigest() + '  web.rules\n')
answer = ask('add', f'{base}/web.rules')
check((answer['rules'], answer['added'], answer['fetched'][0]['checked']) == (2, 1, 'md5'), 'again, it is brought up to date; its MD5 is compared', answer)
before = active()
(served / 'web.rules').write_text('alert tcp any any -> any 80 (msg:"other"; content:"w"; sid:50; rev:3;)\n')
r = rules('add', f'{base}/web.rules')
check(r.returncode == 1 and 'MD5' in r.stderr and active() == before, 'another MD5 than the one beside it: nothing is changed', r)
(served / archive.name).write_bytes(archive.read_bytes())
answer = ask('add', f'https://localhost:{tls_port}/{archive.name}', '--ca', folder / 'tls.pem')
check(isinstance(answer, dict) and answer['files'] == 3 and answer['rules'] == 5, 'an archive, over TLS', answer)
for url, words, wanted in ((f'https://localhost:{tls_port}/web.rules', (), 'certificate'), (f'https://127.0.0.1:{tls_port}/web.rules', ('--ca', folder / 'tls.pem'), 'certificate'),
                           (f'{base}/absent.rules', (), 'no such file'), (f'{base}/moved.rules', (), 'add https://elsewhere.example/new.rules'), (f'{base}/broken.rules', (), 'answers 500'),
                           (f'{base}/cut.rules', (), 'broke off'), (f'{base}/endless.rules', (), 'more than'), ('http://192.0.2.1/x.rules', (), 'https'), ('ftp://127.0.0.1/x.rules', (), 'https'),
                           (f'{base}/', (), 'name'), ('https://no-such-host.invalid/x.rules', (), 'no address')):
    r = rules('add', url, *words)
    check(r.returncode == 1 and wanted in r.stderr and active()[0] and (dossier / 'rules/sources').exists(), f'refused, and nothing is changed: {wanted}', r)
check(sorted(p.name for p in (dossier / 'rules/sources').iterdir()) == sorted([archive.name, 'web.rules']), 'what was refused left nothing')
# Signed: the server has the signature beside it.
subprocess.run(['openssl', 'genpkey', '-algorithm', 'ed25519', '-out', folder / 'site.key'], check=True)
subprocess.run(['openssl', 'pkey', '-in', folder / 'site.key', '-pubout', '-out', folder / 'site.pem'], check=True)
(served / 'signed.rules').write_text('alert tcp any any -> any 80 (msg:"signed"; content:"s"; sid:60;)\n')
r = rules('add', f'{base}/signed.rules', '--key', folder / 'site.pem')
check(r.returncode == 1 and 'signature' in r.stderr, 'without a signature beside it, where sources must be signed', r)
subprocess.run(['openssl', 'pkeyutl', '-sign', '-rawin', '-inkey', folder / 'site.key', '-in', served / 'signed.rules', '-out', served / 'signed.rules.sig'], check=True)
answer = ask('add', f'{base}/signed.rules', '--key', folder / 'site.pem')
check(isinstance(answer, dict) and answer['fetched'][0]['checked'] == 'signature', 'with it', answer)
(served / 'signed.rules').write_text('alert tcp any any -> any 80 (msg:"forged"; content:"s"; sid:60; rev:9;)\n')
r = rules('add', f'{base}/signed.rules')
check(r.returncode == 1 and 'signature' in r.stderr and not any('forged' in line for line in active()), 'a signature of something else', r)
plain.shutdown()
secret.shutdown()
end()
