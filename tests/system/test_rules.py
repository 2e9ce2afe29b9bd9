#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: test_rules.py BEFFROI SOURCE_FOLDER   `beffroi rules check` from outside; where the third-party rules are, all of them. Prints TAP."""
import base64, json, os, pathlib, subprocess, sys, tempfile
from tap import check, end, skip

beffroi = os.path.abspath(sys.argv[1])
room = tempfile.TemporaryDirectory()
folder = pathlib.Path(room.name)


def rules(*words):
    return subprocess.run([beffroi, 'rules', *map(str, words)], capture_output=True, text=True, env=os.environ | {'LANG': 'C'})


good, bad = folder / 'good.rules', folder / 'bad.rules'
good.write_text('alert http any any -> any any (msg:"x"; http.uri; content:"/x"; sid:1;)\n')
bad.write_text('alert tcp any any -> any any (msg:"y"; \\\n  contents:"a"; sid:2;)\nalert nfs any any -> any any (msg:"z"; sid:3;)\n')
r = rules('check', good)
check(r.returncode == 0 and 'loaded: 1' in r.stdout, 'good rules: status 0', r)
r = rules('check', bad)
check(r.returncode == 1 and f'{bad}:2:3: sid 2: ' in r.stdout and 'did you mean content' in r.stdout, 'the place and a suggestion', r)
lines = r.stdout.splitlines()
caret = next((i for i, line in enumerate(lines) if line.strip() == '^'), 0)
check(caret > 0 and lines[caret - 1][lines[caret].index('^') :].startswith('contents'), 'the caret stands below the word', r.stdout)
r = rules('check', folder, '--format', 'json')
answer = json.loads(r.stdout)
check((answer['loaded'], answer['partly'], answer['failed']) == (1, 0, 2) and r.returncode == 1, 'a folder, in JSON', answer)
check(
    [(p['line'], p['column'], p['sid']) for p in answer['problems']] == [(2, 3, 2), (3, 7, 3)] and all(p['file'] and p['reason'] for p in answer['problems']),
    'each problem has file, line, column, sid and reason',
    answer['problems'],
)
r = rules('check', folder / 'none.rules')
check(r.returncode == 1 and r.stdout == '' and 'none.rules' in r.stderr, 'a file that is not there', r)
(folder / 'empty.rules').write_text('# nothing\n')
r = rules('check', folder / 'empty.rules')
check(r.returncode == 1 and 'no rule' in r.stderr, 'a file without a rule', r)
check(rules('check').returncode == 2 and rules('shake').returncode == 2, 'wrong usage: status 2')
check('règle' in rules('check', bad, '--lang', 'fr').stdout, 'in French')

# --- list and explain
told = folder / 'told.rules'
told.write_text('''alert http $HOME_NET any -> any [80,8080] (msg:"Login page"; flow:established,to_server; http.uri; content:"/login"; startswith; nocase; content:!"ok"; distance:2; flowbits:set,seen; threshold:type limit,track by_src,count 3,seconds 60; reference:url,example.org/a; classtype:trojan-activity; sid:7; rev:2;)
# alert tcp any any -> any any (msg:"turned off"; content:"x"; sid:8;)
drop tcp any any <> any any (msg:"old"; content:"a|3b|b"; http_uri; dsize:>5; flowbits:isset,seen; sid:9;)
alert tcp any any -> any any (msg:"wrong"; sid:10; contents:"y";)
''')
r = rules('list', told)
check([line.split()[0] for line in r.stdout.splitlines()] == ['7', '8', '9', '10', '4'] and 'there is no keyword' in r.stdout, 'list: each rule, used or not', r.stdout)
answer = json.loads(rules('list', told, '--format', 'json').stdout)
check([(x['sid'], x['state'], x['action'], x['line']) for x in answer['rules']] == [(7, 'on', 'alert', 1), (8, 'off', 'alert', 2), (9, 'not used', 'drop', 3), (10, 'wrong', 'alert', 4)], 'the same in JSON', answer)
for words, sids in (('--search', 'LOGIN'), [7]), (('--search', '9'), [9]), (('--type', 'trojan-activity'), [7]), (('--search', 'nothing like it'), []), (('--limit', '2'), [7, 8]):
    answer = json.loads(rules('list', told, '--format', 'json', *words).stdout)
    check([x['sid'] for x in answer['rules']] == sids, f'list {words}', answer)
r = rules('explain', 7, told)
for sentence in 'raises an alert', 'http: from $HOME_NET to any machine, port [80,8080]', '- what the client sends', 'In the address asked for over HTTP:', '1. the bytes "/login", at the very beginning, whatever the case', \
        '2. NOT: the bytes "ok", at least 2 bytes after', '- sets the mark seen', '- at most 3 times in 60 seconds, per source', '- url,example.org/a':
    check(sentence in r.stdout, f'explain: {sentence}', r.stdout)
r = rules('explain', 9, told)
check('between any machine and any machine' in r.stdout and 'the bytes "a|3b|b", in the address asked for' in r.stdout and 'bytes of payload: >5' in r.stdout, 'explain: both ways, the old manner, a number', r.stdout)
check('only when an earlier rule has set the mark seen' in r.stdout, 'explain: a mark', r.stdout)
check('its author turned it off' in rules('explain', 8, told).stdout, 'explain: a rule that is off')
r = rules('explain', 7, told, '--lang', 'fr')
check("Dans l'adresse demandée en HTTP :" in r.stdout and 'SAUF : les octets « ok »' in r.stdout, 'explain: in French', r.stdout)
answer = json.loads(rules('explain', 7, told, '--format', 'json').stdout)
check(answer['sid'] == 7 and len(answer['looks_for']) == 3 and len(answer['told']) == 2 and answer['target_port'] == '[80,8080]', 'explain: in JSON', answer)
check(rules('explain', 99, told).returncode == 1 and rules('explain', 'x', told).returncode == 1 and rules('explain', 7).returncode == 2, 'explain: no such rule, no number, no file')

# --- what can never hold is not counted as protection
never = folder / 'never.rules'
never.write_text('''alert dns any any -> any any (dns.query; dataset:isset,bad,type string,load nowhere; sid:1;)
alert dnp3 any any -> any any (dnp3.data; content:"a"; sid:2;)
alert tls any any -> any any (frame:tls.pdu; content:"a"; sid:3;)
alert tcp any any -> any any (content:"a"; pcre:"/a(/"; sid:4;)
alert tcp any any -> any any (content:"a"; byte_test:2,>,2,0,dce; sid:5;)
alert tcp any any -> any any (content:"a"; iprep:src,Bad,>,3; sid:6;)
alert http1:response_body any any -> any any (sid:7;)
alert http any any -> any any (app-layer-event:http.non_existing_event; sid:8;)
alert ip any any -> any any (decode-event:nonsense; sid:9;)
alert tcp any any -> any any (stream-event:wrong_thread; sid:10;)
alert dns any any -> any any (dns.query; dataset:isset,nobody-fills-it,type string; sid:11;)
config dns any any -> any any (dns.query; content:"x"; config:logging disable, type tx, scope tx; sid:12;)
alert tcp any any -> any any (flow.elephant:toserver; sid:13;)
alert http any any -> any any (http.uri; content:"a"; lua:script.lua; sid:14;)
alert http any any -> any any (http.uri; content:"a"; ttl:<5; sid:15;)
''')
answer = json.loads(rules('check', never, '--format', 'json').stdout)
check((answer['loaded'], answer['partly'], answer['failed'], answer['wrong']) == (0, 0, 15, 2), 'rules that could never hold are not loaded, and a wrong expression is wrong', answer)

reasons = {p['line']: p['reason'] for p in answer['problems']}
check(all('never tells' in reasons[i] for i in (8, 9, 10)) and 'nothing fills' in reasons[11], 'with the reason', reasons)
told = folder / 'told-events.rules'
told.write_text('''alert http any any -> any any (app-layer-event:http.compression_bomb; sid:1;)
alert ip any any -> any any (decode-event:ipv4.trunc_pkt; sid:2;)
alert tcp any any -> any any (stream-event:3whs_synack_with_wrong_ack; sid:3;)
alert mdns any any -> any any (app-layer-event:mdns.malformed_data; sid:4;)
alert dns any any -> any any (dns.query; dataset:isset,seen,type string; sid:5;)
alert dns any any -> any any (dns.query; dataset:isnotset,empty,type string; sid:6;)
alert dns any any -> any any (dns.query; dataset:set,seen,type string; sid:7;)
''')
answer = json.loads(rules('check', told, '--format', 'json').stdout)
check((answer['loaded'], answer['failed']) == (7, 0), 'events that are told, and a set that a later rule fills, are', answer)

# --- rules at work, on the demonstration: what is counted here was counted in the capture with other programs
site = folder / 'site.rules'
site.write_text('''alert tcp any any -> any 22 (msg:"client banner"; flow:to_server; content:"SSH-2.0"; startswith; sid:1;)
alert tcp any any -> any any (msg:"one alert per machine that opens"; flags:S; threshold:type limit,track by_src,count 1,seconds 36000; sid:2;)
alert icmp any any -> any any (msg:"echo request"; itype:8; sid:4;)
alert tcp any any -> any 21 (content:"USER"; depth:4; flowbits:set,user; flowbits:noalert; sid:5;)
alert tcp any any -> any 21 (msg:"password after user"; content:"PASS"; depth:4; flowbits:isset,user; sid:6;)
alert tcp any any -> any 21 (msg:"never"; content:"PASS"; depth:4; flowbits:isset,nobody; sid:7;)
alert tcp !$LAN any -> any any (msg:"never from inside"; content:"SSH-2.0"; startswith; flow:to_server; sid:8;)
alert tcp any 22 -> any any (msg:"SSH-2.0-OpenSSH: after the second dash"; flow:to_client; content:"-"; isdataat:2; content:"Open"; distance:0; within:4; sid:10;)
pass tcp any any -> any 2222 (content:"x"; sid:9;)
''')
yaml = folder / 'suricata.yaml'
yaml.write_text('%YAML 1.1\n---\nvars:\n  address-groups:\n    LAN: "[192.168.20.0/24]"\nunknown: [1, 2]\n')
source = pathlib.Path(sys.argv[2])


def alerts(*words):
    events = folder / 'eve.json'
    events.unlink(missing_ok=True)
    r = subprocess.run(
        [beffroi, 'watch', '-q', '-r', source / 'data/demo/town-hall.pcap.zst', '--no-dossier', '--eve', events, *map(str, words)], capture_output=True, text=True
    )
    found = [json.loads(line) for line in events.read_text().splitlines()] if events.exists() else []
    return r, [e for e in found if e['event_type'] == 'alert' and e['alert']['signature_id'] < 1000]


# an existing suricata.yaml: what it names, what it includes, and what changes nothing here
(folder / 'more.yaml').write_text('rule-files: ["one*.rules", absent.rules]\n')
whole = folder / 'whole.yaml'
whole.write_text(f'default-rule-path: {folder}\nclassification-file: /nowhere/classification.config\ninclude: more.yaml\naf-packet:\n  - interface: x\n')
(folder / 'one-rule.rules').write_text('alert icmp any any -> any any (msg:"one"; itype:8; sid:21;)\n')
r, found = alerts('-c', whole)
check([e['alert']['signature_id'] for e in found] == [21] * 3, 'the rule files that a suricata.yaml and what it includes name', (r.stderr, found))
check('absent.rules' in r.stderr and 'classification.config' in r.stderr and 'af-packet' in r.stderr, 'what is not there or changes nothing is told', r.stderr)
r, found = alerts('-c', whole, '-S', site, '--set', 'vars.address-groups.LAN=[192.168.20.0/24]')
check(r.returncode == 0 and 21 not in {e['alert']['signature_id'] for e in found} and found, 'with -S those files do not count', r.stderr)
r, found = alerts('-c', whole, '-s', site, '--set', 'vars.address-groups.LAN=[192.168.20.0/24]')
check({21, 1} <= {e['alert']['signature_id'] for e in found}, 'with -s they do', r.stderr)
r, found = alerts('-c', whole, '--set', 'flow-timeouts.tcp.new=soon')
check(r.returncode == 1 and 'flow-timeouts.tcp.new' in r.stderr and 'soon' in r.stderr, 'a setting that is no number', r)
whole.write_text('a: [1\n')
r, found = alerts('-c', whole)
check(r.returncode == 1 and 'whole.yaml:2:' in r.stderr, 'a file that is no YAML: its line', r)

# what a rule requires is asked before anything else of it is read
(folder / 'requires.rules').write_text('''alert icmp any any -> any any (itype:8; requires: version >= 8.0.0, keyword itype; sid:41;)
alert icmp any any -> any any (itype:8; requires: version >= 7 < 8 | >= 9; sid:42;)
alert nosuchthing any any -> any any (nosuchword:1; requires: version >= 10; sid:43;)
alert icmp any any -> any any (itype:8; requires: colour blue; sid:44;)
alert icmp any any -> any any (itype:8; requires: version 8; sid:45;)
alert icmp any any -> any any (itype:8; requires: feature output::file-store, version > 7.9; sid:46;)
''')
answer = json.loads(rules('check', folder / 'requires.rules', '--format', 'json').stdout)
check((answer['loaded'], answer['failed'], answer['wrong']) == (2, 4, 1), 'requires: met, not met, unknown, and wrong', answer)
r, found = alerts('-S', folder / 'requires.rules')
stats = [json.loads(line)['stats']['detect'] for line in (folder / 'eve.json').read_text().splitlines() if '"event_type":"stats"' in line][-1]
check(
    stats['engines'][0] == {'id': 0, 'rules_loaded': 2, 'rules_failed': 1, 'rules_skipped': 3} and stats['alert'] == 6 == len(found),
    'stats tell how many rules are used, failed and were skipped', stats,
)

# a capture that ends in the middle of a packet
cut = folder / 'cut.pcap'
cut.write_bytes(bytes.fromhex('d4c3b2a1020004000000000000000000ffff000001000000') + b'\0' * 8 + b'\x40\0\0\0\x40\0\0\0' + b'\0' * 20)
for words, status in (([], 4), (['-c', '/dev/null'], 0)):
    r = subprocess.run([beffroi, 'watch', '-q', '-r', cut, '--no-dossier', *words], capture_output=True, text=True)
    check(r.returncode == status and 'cut.pcap' in r.stderr, f'a capture that is cut, {words}: status {status}', r)

# --- what a suricata.yaml names beside rules: thresholds, reputations, data sets
(folder / 'threshold.config').write_text('threshold gen_id 1, sig_id 31, type limit, track by_rule, count 2, seconds 36000\nsuppress gen_id 1, sig_id 32, track by_src, ip 0.0.0.0/0\nnonsense\n')
(folder / 'categories.txt').write_text('1,Own,Our machines\n')
(folder / 'iprep.list').write_text('192.168.0.0/16,1,50\n')
(folder / 'hosts.lst').write_text('192.168.20.1\n')
(folder / 'lists.rules').write_text('''alert icmp any any -> any any (itype:8; sid:31;)
alert icmp any any -> any any (itype:8; sid:32;)
alert icmp any any -> any any (itype:8; iprep:src,Own,>,49; sid:33;)
alert icmp any any -> any any (itype:8; iprep:src,Own,>,50; sid:34;)
alert icmp any any -> any any (itype:8; ip.src; dataset:set,pinged,type ip; sid:35;)
alert icmp any any -> any any (itype:8; ip.src; dataset:isset,hosts,type ip,load hosts.lst; sid:36;)
alert icmp any any -> any any (itype:8; ip.src; dataset:isset,secret,type string,load ../../../etc/passwd; sid:37;)
''')
r, found = alerts('-S', folder / 'lists.rules', '--set', f'threshold-file={folder}/threshold.config', '--set', f'reputation-categories-file={folder}/categories.txt',
                  '--set', f'default-reputation-path={folder}', '--set', 'reputation-files.0=iprep.list')
count = {}
for e in found:
    count[e['alert']['signature_id']] = count.get(e['alert']['signature_id'], 0) + 1
sources = {e['src_ip'] for e in found if e['alert']['signature_id'] == 33}
check(count.get(31) == 2 and 32 not in count, 'a threshold and a suppression of threshold.config', count)
check(count.get(33) == 3 and 34 not in count, 'reputations of networks', count)
check(count.get(35) == len(sources) and count.get(36, 0) == sum(e['src_ip'] == '192.168.20.1' for e in found if e['alert']['signature_id'] == 33), 'data sets: each value is new once, and those of a file', (count, sources))
check(37 not in count and 'not: beffroi rules check' in r.stderr and '1 line' in r.stderr, 'a list outside of its folder is none; a line that is none is told', r.stderr)

# --- countries, and what is asked of addresses where a rule looks into a stream or a request too
def text(s):
    return bytes([2 << 5 | len(s)]) + s.encode()


def number(name, n):
    return text(name) + bytes([6 << 5 | 4]) + n.to_bytes(4, 'big')


def country(code):
    return bytes([7 << 5 | 1]) + text('country') + bytes([7 << 5 | 1]) + text('iso_code') + text(code)


first = country('FR')
(folder / 'two.mmdb').write_bytes((1 + 16).to_bytes(3, 'big') + (1 + 16 + len(first)).to_bytes(3, 'big') + bytes(16) + first + country('DE') +
                                  b'\xab\xcd\xefMaxMind.com' + bytes([7 << 5 | 3]) + number('node_count', 1) + number('record_size', 24) + number('ip_version', 4))
(folder / 'countries.rules').write_text('''alert icmp any any -> any any (itype:8; geoip:src,DE; sid:51;)
alert icmp any any -> any any (itype:8; geoip:src,!DE,IT; sid:52;)
alert http any any -> any any (http.method; content:"GET"; geoip:both,DE; iprep:src,Own,>,49; sid:53;)
alert http any any -> any any (http.method; content:"GET"; geoip:any,FR; sid:54;)
alert tcp any any -> any 22 (flow:to_server; content:"SSH-2.0"; startswith; iprep:any,Own,isset; sid:55;)
''')
own = ('--set', f'reputation-categories-file={folder}/categories.txt', '--set', f'default-reputation-path={folder}', '--set', 'reputation-files.0=iprep.list')
r, found = alerts('-S', folder / 'countries.rules', '--set', f'geoip-database={folder}/two.mmdb', *own)
count = {}
for e in found:
    count[e['alert']['signature_id']] = count.get(e['alert']['signature_id'], 0) + 1
events = [json.loads(line) for line in (folder / 'eve.json').read_text().splitlines()]
requests = [e for e in events if e['event_type'] == 'http' and e['http'].get('http_method') == 'GET']
high = sum(all(ip[:3].rstrip('.').isdigit() and int(ip.split('.')[0]) >= 128 for ip in (e['src_ip'], e['dest_ip'])) for e in requests)
low = sum(any(int(ip.split('.')[0]) < 128 for ip in (e['src_ip'], e['dest_ip'])) for e in requests)
check((count.get(51), count.get(52)) == (3, None) and r.returncode == 0, 'countries of packets', (count, r.stderr))
check((count.get(53, 0), count.get(54, 0)) == (high, low) and high > 5, 'and of requests, with their reputation', (count, high, low))
check(count.get(55, 0) > 30, 'and of streams', count)
r, found = alerts('-S', folder / 'countries.rules', *own)
check(51 not in {e['alert']['signature_id'] for e in found} and '4 are not' in r.stderr, 'without a database such rules are not used', r.stderr)
r, found = alerts('-S', folder / 'countries.rules', '--set', f'geoip-database={site}', *own)
check(r.returncode == 0 and '4 are not' in r.stderr, 'nor with a file that is none', r.stderr)
r, found = alerts('-S', folder / 'countries.rules', '--set', 'geoip-database=/nowhere/x.mmdb', *own)
check(r.returncode == 0 and 'x.mmdb' in r.stderr, 'one that is not there is told', r.stderr)
(folder / 'reference.config').write_text('config reference: url http://our.example/\nnonsense\n')
(folder / 'reference.rules').write_text('alert icmp any any -> any any (itype:8; reference:url,a/b; reference:cve,2014-0160; sid:56;)\n')
(folder / 'reference.yaml').write_text('outputs:\n  - eve-log:\n      enabled: yes\n      types:\n        - alert:\n            metadata:\n              rule:\n                reference: yes\n')
r, found = alerts('-S', folder / 'reference.rules', '-c', folder / 'reference.yaml', '--set', f'reference-config-file={folder}/reference.config')
check(found and found[0]['alert'].get('references') == ['http://our.example/a/b', 'https://cve.mitre.org/cgi-bin/cvename.cgi?name=2014-0160'], 'what stands before a reference is as reference.config says', found[:1])

# --- what rules add to a data set is kept, and is there again the next time
(folder / 'state.rules').write_text('''alert icmp any any -> any any (itype:8; ip.src; dataset:set,pinged,type ip,state pinged.lst; sid:61;)
alert dns any any -> any any (dns.query; dataset:set,asked,type string,save asked.lst; sid:62;)
alert dns any any -> any any (dns.query; dataset:isset,before,type string,load asked.lst; sid:63;)
''')
bad = folder / 'state-bad.rules'
bad.write_text('alert dns any any -> any any (dns.query; dataset:set,a,type string,save ../../x; sid:1;)\nalert dns any any -> any any (dns.query; dataset:set,b,type string,state /etc/x; sid:2;)\n')
answer = json.loads(rules('check', bad, '--format', 'json').stdout)
check(answer['wrong'] == 2, 'a data set is kept under a plain name only', answer)
kept = folder / 'kept'


def state(rule_file=folder / 'state.rules', *words):
    events = folder / 'state.json'
    events.unlink(missing_ok=True)
    r = subprocess.run([beffroi, 'watch', '-q', '-r', source / 'data/demo/town-hall.pcap.zst', '--dossier', kept, '--eve', events, '--rules', rule_file, *words], capture_output=True, text=True)
    count = {}
    for e in map(json.loads, events.read_text().splitlines()):
        if e['event_type'] == 'alert':
            count[e['alert']['signature_id']] = count.get(e['alert']['signature_id'], 0) + 1
    return r, count


r, count = state()
pinged = (kept / 'rules/data/pinged.lst').read_text().split()
asked = [base64.b64decode(line, validate=True).decode('latin-1') for line in (kept / 'rules/data/asked.lst').read_text().split()]
check(r.returncode == 0 and len(pinged) == count[61] == len(set(pinged)) and len(asked) == count[62] == len(set(asked)) > 20, 'what was added is a file of the dossier', (r.stderr, count))
check('www.prefecture.example' in asked and oct((kept / 'rules/data/asked.lst').stat().st_mode)[-3:] == '600' and not list((kept / 'rules/data').glob('*.new')), 'whole, and for its owner', asked[:5])
r, again = state()
check(61 not in again and again.get(62) == count[62], 'state is there again the next time; what is only saved begins anew', again)
check((kept / 'rules/data/pinged.lst').read_text().split() == pinged or set((kept / 'rules/data/pinged.lst').read_text().split()) == set(pinged), 'and stays')
r, _ = alerts('-S', folder / 'state.rules')
check('is not kept' in r.stderr, 'without a dossier it is told that nothing is kept', r.stderr)
r, _ = alerts('-S', folder / 'state.rules', '--data-dir', folder / 'elsewhere')
check((folder / 'elsewhere/pinged.lst').exists(), 'or in the folder that is named', r.stderr)

# --- packets that follow a rule with `tag`
(folder / 'tag.rules').write_text('alert tcp any any -> any 22 (flow:to_server; content:"SSH-2.0"; startswith; tag:session,5,packets; sid:57;)\n')


def followed(*words):
    r, found = alerts('-S', folder / 'tag.rules', *words)
    events = [json.loads(line) for line in (folder / 'eve.json').read_text().splitlines()]
    ssh = {e['flow_id']: e['pcap_cnt'] for e in found if e['alert']['signature_id'] == 57}
    return ssh, [e for e in events if e['event_type'] == 'packet'], r.stderr


ssh, packets, _ = followed()
per_flow = {}
for e in packets:
    per_flow.setdefault(e['flow_id'], []).append(e)
check(set(per_flow) == set(ssh) and all(1 <= len(p) <= 5 for p in per_flow.values()) and max(map(len, per_flow.values())) == 5, 'tag: five packets of the flow follow', [len(p) for p in per_flow.values()])
check(all(e['pcap_cnt'] > ssh[e['flow_id']] and len(e['packet']) > 50 and e['packet_info']['linktype'] == 1 for e in packets), 'each whole, behind the alert', packets[:1])
(folder / 'tag.yaml').write_text('outputs:\n  - eve-log:\n      enabled: yes\n      types:\n        - alert:\n            tagged-packets: yes\n  - eve-log:\n      enabled: yes\n      filename: second.json\n')
_, said, stderr = followed('-c', folder / 'tag.yaml')
check(len(said) == len(packets), 'as suricata.yaml says it', (len(said), len(packets), stderr))
r, found = alerts('-S', folder / 'tag.rules', '-c', folder / 'tag.yaml')
check('second.json: one eve-log is written' in r.stderr, 'a second eve-log is told', r.stderr)
(folder / 'tag.yaml').write_text('outputs:\n  - eve-log:\n      enabled: yes\n      types:\n        - alert:\n            http-body: yes\n        - drop:\n            flows: all\n')
check(followed('-c', folder / 'tag.yaml')[1] == [], 'and not when it does not')
r, found = alerts('-S', folder / 'tag.rules', '-c', folder / 'tag.yaml')
check('settings change nothing here' in r.stderr and 'http-body' in r.stderr, 'settings of eve-log that change nothing are named', r.stderr)

r, found = alerts('--rules', site, '--suricata-yaml', yaml)
by_sid = {}
for e in found:
    by_sid.setdefault(e['alert']['signature_id'], []).append(e)
ssh = len({(e['src_ip'], e['src_port'], e['dest_ip']) for e in by_sid.get(1, [])})
check(r.returncode == 0 and ssh == len(by_sid.get(1, [])) > 30, 'content in a stream: once per connection', (r.stderr, {k: len(v) for k, v in by_sid.items()}))
check(len(by_sid.get(2, [])) == len({e['src_ip'] for e in by_sid.get(2, [])}) >= 5, 'flags and a threshold by source', len(by_sid.get(2, [])))
check(len(by_sid.get(4, [])) == 3 and all(e['proto'] == 'ICMP' for e in by_sid[4]), 'the three echo requests', by_sid.get(4))
check(len(by_sid.get(6, [])) == 1 and by_sid[6][0]['app_proto'] == 'ftp' and 5 not in by_sid and 7 not in by_sid, 'a bit of the flow, set by one rule and asked by another', by_sid.get(6))
check(len(by_sid.get(10, [])) == ssh, 'a relative content tries the next place, behind a test that keeps it', len(by_sid.get(10, [])))
check(8 not in by_sid, 'a variable of suricata.yaml', by_sid.get(8))
two = [(e['pcap_cnt'], e['alert']['signature_id']) for e in alerts('--rules', site, '--suricata-yaml', yaml, '--threads', '2')[1] if e['alert']['signature_id'] != 2]
one = [(e['pcap_cnt'], e['alert']['signature_id']) for e in found if e['alert']['signature_id'] != 2]
check(sorted(one) == sorted(two), 'two workers say the same', set(one) ^ set(two))
check(8 in {e['alert']['signature_id'] for e in alerts('--rules', site, '--set', 'vars.address-groups.LAN=10.0.0.0/8')[1]}, '--set gives a variable')
# --- a rule that holds is part of an incident, once however often it holds; each time is an event
(folder / 'classification.config').write_text('config classification: trojan-activity,A Network Trojan was detected,1\n')
story = folder / 'story.rules'
story.write_text('alert tcp any any -> any 22 (msg:"client banner"; flow:to_server; content:"SSH-2.0"; startswith; classtype:trojan-activity; metadata:mitre_technique_id T1071; sid:201;)\n')
dossier, events = folder / 'dossier', folder / 'story.json'
r = subprocess.run([beffroi, 'watch', '-q', '-r', source / 'data/demo/town-hall.pcap.zst', '--dossier', dossier, '--eve', events, '--rules', story], capture_output=True, text=True)
told = [e for e in map(json.loads, events.read_text().splitlines()) if e['event_type'] == 'alert' and e['alert']['signature_id'] == 201]
kept = {}
for i in json.loads(subprocess.run([beffroi, 'incident', 'list', '--dossier', dossier, '--format', 'json'], capture_output=True, text=True).stdout)['incidents']:
    shown = json.loads(subprocess.run([beffroi, 'incident', 'show', i['id'], '--dossier', dossier, '--format', 'json'], capture_output=True, text=True).stdout)
    for a in shown['alerts']:
        if a['detector'] == 'rule':
            kept.setdefault((a['source'], a['target']), []).append(a)
often = {}
for e in told:
    often[e['src_ip'], e['dest_ip']] = often.get((e['src_ip'], e['dest_ip']), 0) + 1
check(r.returncode == 0 and set(kept) == set(often) and max(often.values()) > 10, 'the machines for which a rule held are in incidents', (r.stderr, kept, often))
check(all([a['count'] for a in kept[k]] == [n for n in (1, 10, 100) if n <= often[k]] for k in kept), 'told at the first time, the tenth, the hundredth', kept)
check(all(a['stage'] == 'command-and-control' and a['technique']['id'] == 'T1071' for k in kept for a in kept[k]), 'with the stage of its class and its technique', kept)
flows = {e['flow_id']: e['flow']['alerted'] for e in map(json.loads, events.read_text().splitlines()) if e['event_type'] == 'flow'}
check(all(flows[e['flow_id']] for e in told), 'each of their flows is marked')

# --- for who writes rules: what became of each on a capture, and what it cost
tried = folder / 'tried.rules'
tried.write_text('''alert tcp any any -> any 22 (msg:"fires"; flow:to_server; content:"SSH-2.0"; startswith; sid:301;)
alert tcp any any -> any 22 (msg:"never"; content:"no such bytes"; sid:302;)
alert tcp any any -> any 23 (msg:"almost: another port"; content:"SSH-2.0"; sid:303;)
alert tcp any any -> any 22 (msg:"quiet"; flow:to_server; content:"SSH-2.0"; startswith; noalert; sid:304;)
''')
demo = source / 'data/demo/town-hall.pcap.zst'
r = rules('test', tried, '-r', demo, '--format', 'json')
answer = {x['sid']: x for x in json.loads(r.stdout)['rules']}
check({s: x['state'] for s, x in answer.items()} == {301: 'fires', 302: 'never', 303: 'almost', 304: 'held-back'} and r.returncode == 1, 'rules test: what became of each', r.stdout)
check(answer[303]['failed'] == 'ends' and answer[303]['nearest_packet'] >= answer[301]['first_packet'], 'which test failed of one that almost did', answer[303])
check(answer[301]['alerts'] == ssh and answer[304]['matches'] == ssh and answer[301]['first_packet'] == min(e['pcap_cnt'] for e in by_sid[1]), 'how often, and where first', answer)
fires = folder / 'fires.rules'
fires.write_text(tried.read_text().splitlines()[0] + '\n')
r = rules('test', fires, '-r', demo)
check(r.returncode == 0 and f'fires {ssh} times' in r.stdout, 'status 0 when every rule fires', r)
r = rules('stats', tried, '-r', demo, '--format', 'json')
cost = json.loads(r.stdout)['rules']
check(r.returncode == 0 and {x['sid'] for x in cost} == {301, 303, 304} and all(x['checks'] >= x['matches'] for x in cost) and [x['ns'] for x in cost] == sorted((x['ns'] for x in cost), reverse=True), 'rules stats: those that were tried, the worst first', cost)
check(len(json.loads(rules('stats', tried, '-r', demo, '--format', 'json', '--limit', 1).stdout)['rules']) == 1, 'so many')
r = rules('test', tried, '-r', folder / 'absent.pcap')
check(r.returncode == 1 and 'absent.pcap' in r.stderr, 'a capture that is not there', r)
check(rules('test', tried).returncode == 2 and rules('check', tried, '-r', demo).returncode == 2, 'a capture where none belongs, none where one does')

# --- views of protocols: as many alerts as there are events that say the same
views = folder / 'views.rules'
views.write_text('''alert http any any -> any any (http.uri; content:"/image-1.svg"; startswith; endswith; sid:101;)
alert http any any -> any any (http.method; content:"GET"; http.host; content:"www.prefecture.example"; bsize:22; sid:102;)
alert http any any -> any any (http.stat_code; content:"200"; http.content_type; content:"image/svg"; sid:103;)
alert http any any -> any any (flow:to_server; http.header_names; content:"|0d 0a|Host|0d 0a|"; startswith; http.user_agent; content:"Mozilla"; startswith; sid:104;)
alert dns any any -> any any (dns.query; content:".telemetry-sync.example"; endswith; nocase; sid:105;)
alert dns any any -> any any (dns.query; dotprefix; content:".prefecture.example"; endswith; sid:106;)
alert tls any any -> any any (tls.cert_subject; content:"CN="; sid:107;)
alert ssh any any -> any any (flow:to_server; ssh.software; content:"OpenSSH"; startswith; sid:108;)
alert http any any -> any any (http.uri; content:"/IMAGE-1.SVG"; sid:109;)
''')
r, found = alerts('--rules', views)
events = [json.loads(line) for line in (folder / 'eve.json').read_text().splitlines()]
counts = {sid: sum(e['alert']['signature_id'] == sid for e in found) for sid in range(101, 110)}
https = [e['http'] for e in events if e['event_type'] == 'http']
queries = [q['rrname'] for e in events if e['event_type'] == 'dns' and e['dns']['type'] in ('query', 'request') for q in e['dns'].get('queries', [{'rrname': e['dns'].get('rrname', '')}])]
wanted = {
    101: sum(h['url'] == '/image-1.svg' for h in https),
    102: sum(h['http_method'] == 'GET' and h.get('hostname') == 'www.prefecture.example' for h in https),
    103: sum(h.get('status') == 200 and h.get('http_content_type', '').startswith('image/svg') for h in https),
    104: sum(h.get('http_user_agent', '').startswith('Mozilla') for h in https),
    105: sum(q.lower().endswith('.telemetry-sync.example') for q in queries),
    106: sum(('.' + q).endswith('.prefecture.example') for q in queries),
    107: sum('CN=' in e['tls'].get('subject', '') for e in events if e['event_type'] == 'tls'),
    108: sum(e['ssh'].get('client', {}).get('software_version', '').startswith('OpenSSH') for e in events if e['event_type'] == 'ssh'),
    109: 0,
}
for sid, number in wanted.items():
    check(counts[sid] == number and (number > 5 or sid == 109), f'rule {sid} agrees with the events: {number}', counts)

r, found = alerts('--rules', bad)
check(r.returncode == 0 and found == [] and 'rules' in r.stderr + r.stdout, 'rules that cannot be used stop nothing, and are told', r)
r, _ = alerts('--rules', folder / 'none.rules')
check(r.returncode == 1 and 'none.rules' in r.stderr, 'a file that is not there is refused', r)

corpus = os.environ.get('BEFFROI_CORPUS', '')
sets = [pathlib.Path(corpus) / 'rules' / name for name in ('et-open-2025-08', 'abuse.ch')]
if corpus and all(s.is_dir() for s in sets):
    answer = json.loads(rules('check', *sets, '--format', 'json').stdout)
    share = (answer['loaded'] + answer['partly']) / (answer['loaded'] + answer['partly'] + answer['failed'])
    check(share >= 0.99 and answer['wrong'] == 0, f'public rules: {share:.2%} of the enabled ones can be used, none is taken for wrong', answer['problems'][:5])
else:
    skip('public rules', 'they are not here: set BEFFROI_CORPUS')
end()
