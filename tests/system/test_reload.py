#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: test_reload.py BEFFROI   A live watch takes new rules under traffic: real requests over a loopback of this test alone, before,
during and after. Needs the right to make network namespaces. Prints TAP."""
import http.server, json, os, pathlib, signal, socket, subprocess, sys, tempfile, threading
from tap import check, end

INSIDE, SKIP = 'BEFFROI_TEST_RELOAD', 77
program = os.path.abspath(sys.argv[1])
if os.environ.get(INSIDE) != '1':
    outer = subprocess.run(['unshare', '-rn', 'true'], capture_output=True)
    if outer.returncode != 0:
        print('skipped: this machine does not let us make network namespaces:', outer.stderr.decode().strip())
        sys.exit(SKIP)
    sys.exit(subprocess.run(['unshare', '-rn', sys.executable, __file__, program], env=os.environ | {INSIDE: '1', 'LANG': 'C'}).returncode)

subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)
http.server.SimpleHTTPRequestHandler.log_message = lambda *words: None
http.server.SimpleHTTPRequestHandler.do_GET = lambda self: (self.send_response(204), self.end_headers())
server = http.server.ThreadingHTTPServer(('127.0.0.1', 8080), http.server.SimpleHTTPRequestHandler)
threading.Thread(target=server.serve_forever, daemon=True).start()


http.server.SimpleHTTPRequestHandler.protocol_version = 'HTTP/1.1'


class Line:
    """One connection, for requests that one worker shall see: what rules remember, each remembers for itself."""

    def __init__(self):
        self.socket = socket.create_connection(('127.0.0.1', 8080))

    def ask(self, path):
        self.socket.sendall(b'GET ' + path.encode() + b' HTTP/1.1\r\nHost: here\r\n\r\n')
        answer = b''
        while not answer.endswith(b'\r\n\r\n'):
            answer += self.socket.recv(65536)


def ask(path):
    with socket.create_connection(('127.0.0.1', 8080)) as s:
        s.sendall(b'GET ' + path.encode() + b' HTTP/1.0\r\nHost: here\r\n\r\n')
        while s.recv(65536):
            pass


class Traffic:
    """Requests without pause, each with its number, until it is told to stop."""

    def __init__(self):
        self.count, self.stop = 0, False
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while not self.stop:
            ask('/traffic-%d' % self.count)
            self.count += 1

    def end(self):
        self.stop = True
        self.thread.join()


def rule(sid, path):
    return f'alert http any any -> any any (msg:"{path}"; http.uri; content:"{path}"; sid:{sid};)\n'


def run(threads):
    room = tempfile.TemporaryDirectory()
    folder = pathlib.Path(room.name)
    dossier, events, site = folder / ('d' * 90), folder / 'eve.json', folder / 'site.rules'
    # Rules of the first generation only, of both, and of the second only; a bit that a rule of the first sets and one of the second asks for.
    many = ''.join(f'alert tcp any any -> any any (content:"{i * 2654435761 % 2**32:08x}{i:04d}"; sid:{10000 + i};)\n' for i in range(3000))
    bit = 'alert http any any -> any 8080 (http.uri; content:"/login"; flowbits:set,seen; xbits:set,seen-too,track ip_src,expire 3600; noalert; sid:5;)\n'
    limit = 'alert http any any -> any any (msg:"once"; http.uri; content:"/limited"; threshold:type limit,track by_src,count 1,seconds 36000; sid:6;)\n'
    old = rule(1, '/old') + rule(2, '/both') + rule(9, '/traffic') + bit + limit
    new = rule(3, '/new') + rule(2, '/both') + rule(9, '/traffic') + limit
    new += 'alert http any any -> any 8080 (http.uri; content:"/after"; flowbits:isset,seen; xbits:isset,seen-too,track ip_src; sid:7;)\n' + many
    site.write_text(old)
    w = subprocess.Popen(
        [program, 'watch', '-i', 'lo', '--dossier', dossier, '--eve', events, '--rules', site, '--threads', str(threads), '--format', 'json'],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )

    def written():
        return events.read_text(errors='replace').splitlines() if events.exists() else []

    def wait_for(word):
        """Asks for it until an event has it: there is no clock, only an end."""
        while w.poll() is None:
            ask(word)
            if any(word in line for line in written()):
                return
            subprocess.run(['sleep', '0.1'], check=True)

    def reload():
        return subprocess.run([program, 'reload', '--dossier', dossier], capture_output=True, text=True)

    def alerts():
        found = [json.loads(line) for line in written() if line.endswith('}')]
        return [e for e in found if e['event_type'] == 'alert' and e['alert']['signature_id'] < 100]

    def sids():
        return {e['alert']['signature_id'] for e in alerts()}

    mark = f'({threads} workers)'
    wait_for('/is-it-there')
    line = Line()
    for path in '/old', '/both', '/new', '/login', '/limited', '/limited':
        line.ask(path)
    wait_for('/first-done')
    check({1, 2, 6} <= sids() and 3 not in sids(), f'the first rules are at work {mark}', sids())
    traffic = Traffic()
    wait_for('/under-traffic')
    site.write_text(new)
    r = reload()
    check(r.returncode == 0 and 'at work: 3005' in r.stdout, f'reload says what it took {mark}', r)
    before = len(alerts())
    for path in '/old', '/both', '/new', '/after', '/limited':
        line.ask(path)
    wait_for('/second-done')
    after = [e['alert']['signature_id'] for e in alerts()[before:]]
    check(3 in after and 2 in after and 1 not in after, f'the new rules are at work, the old ones no more {mark}', after)
    check(7 in after, f'bits that an old rule had set are still set {mark}', after)
    check(6 not in after, f'a threshold goes on {mark}', after)
    # --- what cannot be used leaves everything as it is
    site.rename(folder / 'gone')
    r = reload()
    check(r.returncode == 1 and 'site.rules' in r.stderr and 'go on' in r.stderr, f'rules that are not there change nothing {mark}', r)
    (folder / 'gone').rename(site)
    site.write_text(new + 'alert tcp any any -> any any (sid:8; contents:"x";)\n')
    w.send_signal(signal.SIGUSR2)
    while w.poll() is None and not any(k in err_of(w) for k in ('not used: 1',)):
        pass
    ask('/new')
    wait_for('/third-done')
    check([e['alert']['signature_id'] for e in alerts()].count(3) == 2, f'a wrong rule costs no other, by signal too {mark}')
    traffic.end()
    wait_for('/all-done')
    w.send_signal(signal.SIGINT)
    out = w.stdout.read()
    w.wait(timeout=120)
    answer = json.loads(out)
    told = sum(e['alert']['signature_id'] == 9 for e in alerts())
    check(w.returncode == 0 and answer['capture']['kernel_drops'] == 0, f'no packet was lost {mark}', answer['capture'])
    # Each request of the traffic is told by the rule that both generations have: none fell between them.
    check(told == traffic.count, f'and none fell between two generations {mark}', (told, traffic.count))
    check(answer['rules']['loaded'] == 3005 and answer['rules']['wrong'] == 1 and answer['rules']['reasons'][0]['sid'] == 8, f'the summary counts the last ones {mark}', answer['rules'])
    check(not list(dossier.glob('watch-*')), f'the socket is gone {mark}')
    r = reload()
    check(r.returncode == 1 and 'no live watch' in r.stderr, f'reload says when nobody is there {mark}', r)


said = {}


def err_of(w):
    """What it has said so far: read by a thread, since it may say nothing."""
    if w not in said:
        said[w] = ''

        def read():
            for line in w.stderr:
                said[w] += line

        threading.Thread(target=read, daemon=True).start()
    subprocess.run(['sleep', '0.1'], check=True)
    return said[w]


for count in 1, 2:
    run(count)
r = subprocess.run([program, 'reload', 'now'], capture_output=True, text=True)
check(r.returncode == 2, 'wrong usage: status 2', r)
end()
