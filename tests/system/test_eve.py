#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: test_eve.py BEFFROI SOURCE_FOLDER   what eve-log of a suricata.yaml asks for, and what alerts quote. Prints TAP."""
import base64, json, os, pathlib, subprocess, sys, tempfile
from tap import check, end

beffroi = os.path.abspath(sys.argv[1])
golden = pathlib.Path(sys.argv[2]) / 'tests' / 'golden'
room = tempfile.TemporaryDirectory()
folder = pathlib.Path(room.name)


def run(case, rules='', output=None, *words):
    """The events of a golden capture, with these rules and this eve-log (None: no suricata.yaml)."""
    events, rule_file, yaml = folder / 'eve.json', folder / 'x.rules', folder / 'x.yaml'
    events.unlink(missing_ok=True)
    capture = golden / case / 'capture.pcap'
    if not capture.exists():
        capture = golden.parents[1] / (golden / case / 'from').read_text().strip()
    rule_file.write_text(rules or '# none\nalert tcp any any -> any any (flags:+SFR; sid:999;)\n')
    line = [beffroi, 'watch', '-q', '-r', capture, '--no-dossier', '--eve', events, '-S', rule_file]
    if output is not None:
        yaml.write_text('%YAML 1.1\n---\noutputs:\n  - eve-log:\n      enabled: yes\n      filename: eve.json\n' + output)
        line += ['-c', yaml]
    r = subprocess.run([*map(str, line), *words], capture_output=True, text=True, env=os.environ | {'LANG': 'C'})
    return [json.loads(e) for e in events.read_text().splitlines()] if r.returncode == 0 else [r.stderr]


def of_type(events, kind):
    return [e for e in events if e['event_type'] == kind]


# --- which events
events = run('dns')
check(of_type(events, 'dns') and of_type(events, 'flow') and not of_type(events, 'netflow'), 'without a suricata.yaml: our own events')
events = run('dns', '', '      types:\n        - flow\n')
check({e['event_type'] for e in events} == {'flow'}, 'what is not asked for is not written', events[:2])
events = run('dns', '', '      types:\n        - flow\n        - dns:\n            enabled: no\n')
check({e['event_type'] for e in events} == {'flow'}, 'nor what is turned off')
check(run('dns', '', '      types: [dns]\n  - eve-log:\n      enabled: yes\n      filename: eve.json\n      types: [flow]\n') and
      {e['event_type'] for e in run('dns', '', '      types: [dns]\n  - eve-log:\n      enabled: yes\n      filename: eve.json\n      types: [flow]\n')} == {'dns', 'flow'},
      'two that write one file')
check({e['event_type'] for e in run('dns', '', '      types: [dns]\n  - eve-log:\n      enabled: yes\n      filename: b.json\n      types: [flow]\n')} == {'dns'}, 'one that writes another file')

events = run('dns', '', None, '--set', 'outputs.1.eve-log.types.1.netflow.enabled=yes')
check({'dns', 'flow', 'netflow'} <= {e['event_type'] for e in events}, '--set alone adds to our own events', {e['event_type'] for e in events})

# --- fields of all events
events = run('dns', '', '      ethernet: yes\n      community-id: yes\n      pcap-file: yes\n      suricata-version: yes\n      types: [dns, flow]\n', '--set', 'sensor-name=bell')
dns, flow = of_type(events, 'dns')[0], of_type(events, 'flow')[0]
check(set(dns['ether']) == {'src_mac', 'dest_mac'} and dns['ether']['src_mac'] in flow['ether']['src_macs'], 'MAC addresses of packets and flows', (dns, flow))
check(dns['community_id'] == next(f for f in of_type(events, 'flow') if f['flow_id'] == dns['flow_id'])['community_id'], 'one community id for a flow and what is in it', dns)
check(dns['pcap_filename'].endswith('capture.pcap') and dns['host'] == 'bell' and dns['suricata_version'], 'capture, sensor, version', dns)
seeded = of_type(run('dns', '', '      community-id: yes\n      community-id-seed: 7\n      types: [dns]\n'), 'dns')[0]
check(seeded['community_id'] != dns['community_id'], 'a seed makes other ids')
answer = [e for e in of_type(events, 'dns') if e['dns']['type'] == 'response'][0]
check(answer['ether']['src_mac'] == dns['ether']['dest_mac'] or answer['flow_id'] != dns['flow_id'], 'an answer comes from the other machine')
v6 = run('ipv6-fragments')
check(all(len(e['src_ip']) == 39 for e in v6 if ':' in e.get('src_ip', '')) and v6, 'IPv6 addresses have all their digits', v6[:1])

# --- netflow, arp, dns version 2
events = run('dns', '', '      types: [flow, netflow]\n')
both = {(e['flow_id'], e['src_port']): e['netflow'] for e in of_type(events, 'netflow')}
check(all(both[f['flow_id'], f['src_port']]['pkts'] == f['flow']['pkts_toserver'] for f in of_type(events, 'flow')), 'netflow has each direction', both)
check(all(1 <= n['min_ttl'] <= n['max_ttl'] for n in both.values()), 'and its TTL')
arp = of_type(run('arp-spoof', '', '      types: [arp]\n'), 'arp')
check(arp and {a['arp']['opcode'] for a in arp} <= {'request', 'reply'} and all(a['arp']['src_mac'].count(':') == 5 for a in arp), 'arp on request', arp[:1])
two = of_type(run('dns', '', '      types:\n        - dns:\n            version: 2\n'), 'dns')
check({e['dns']['type'] for e in two} == {'query', 'answer'} and all('queries' not in e['dns'] for e in two), 'version 2 of dns', two[:1])
check(all(e['dest_port'] == 53 for e in two if e['dest_port'] == 53 or e['src_port'] == 53), 'whose source is the client', two[:2])
only = of_type(run('dns', '', '      types:\n        - dns:\n            requests: no\n'), 'dns')
check(only and {e['dns']['type'] for e in only} == {'response'}, 'dns without requests')

# --- alerts
rule = 'alert udp any any -> any 53 (msg:"x"; content:"example"; reference:url,example.org/a; reference:cve,2014-0160; sid:1;)\n'
fields = '      types:\n        - alert:\n            payload: yes\n            payload-printable: yes\n            packet: yes\n            verdict: yes\n            reference: yes\n'
alert = of_type(run('dns', rule, fields), 'alert')[0]
payload = base64.b64decode(alert['payload'])
check(b'example' in payload and 'example' in alert['payload_printable'] and alert['stream'] == 0, 'the payload', alert)
check(payload in base64.b64decode(alert['packet']) and alert['packet_info'] == {'linktype': 1, 'linktype_name': 'EN10MB'}, 'the packet', alert['packet_info'])
check(alert['alert']['references'] == ['https://example.org/a', 'https://cve.mitre.org/cgi-bin/cvename.cgi?name=2014-0160'] and alert['verdict'] == {'action': 'alert'}, 'references, verdict', alert)
bare = of_type(run('dns', rule, '      types:\n        - alert:\n            metadata: no\n'), 'alert')[0]
check(not {'payload', 'packet', 'verdict', 'flow', 'dns'} & set(bare) and bare['pkt_src'] == 'wire/pcap', 'and none of it when it is not asked for', bare)
alert = of_type(run('vxlan', 'alert ip any any -> any any (sid:1;)\n'), 'alert')
inner = [a for a in alert if 'tunnel' in a]
check(inner and all(a['tunnel']['dest_port'] == 4789 and a['pkt_src'] == 'vxlan encapsulation' for a in inner), 'what is in a tunnel says which', alert[:1])
flows = run('dns', 'alert udp any any -> any 53 (content:"example"; flowbits:set,traffic/id/names; flowbits:set,seen; noalert; sid:1;)\n', '      types: [flow]\n')
check(any(f.get('traffic') == {'id': ['names']} and f['metadata'] == {'flowbits': ['seen']} for f in flows), 'what rules remember of a flow', flows[:1])
check(any(f['flow']['alerted'] for f in of_type(run('dns', rule), 'flow')), 'the flow of an alert says so')


# --- keywords of protocols: how often each holds, and what the alert quotes
def held(case, *options):
    """sid -> the alerts of one rule for each option."""
    protocol = case if case != 'starttls' else 'tls'
    text = ''.join(f'alert {protocol} any any -> any any ({o}; sid:{i};)\n' for i, o in enumerate(options, 1))
    found = of_type(run(case, text), 'alert')
    return [[a for a in found if a['alert']['signature_id'] == i] for i in range(1, len(options) + 1)]


dns_events = of_type(run('dns'), 'dns')
a, b, c, d = held('dns', 'dns.opcode:0', 'dns.rrtype:txt', 'dns.rcode:!0,!1,2-15', 'dns.response.rrname; content:"example"')
check(len(a) == sum(e['dns']['opcode'] == 0 for e in dns_events) and all('dns' in x for x in a), 'dns.opcode', len(a))
check(b and all('TXT' in json.dumps(x['dns']) for x in b), 'dns.rrtype by its name', b[:1])
check(d and all(x['dns']['type'] == 'response' for x in d), 'dns.response.rrname')
tls = of_type(run('tls'), 'tls')
names = {e['tls']['version'] for e in tls}
a, b, c, d, e, f = held('tls', 'tls.version:1.2', 'ssl_version:tls1.2,tls1.3', 'ssl_state:server_hello', 'tls_cert_notafter:>1990-01-01', 'tls.random; bsize:32', 'tls.cert_chain_len:>0')
check(bool(a) == any('1.2' in n for n in names) and b and c and e and all('tls' in x for x in a + b + c + d + e + f), 'keywords of TLS, and the object that alerts quote', names)
check(len(d) == len(f) == sum('subject' in t['tls'] for t in tls), 'one for each certificate', (len(d), len(f)))
prints = [t['tls']['fingerprint'] for t in tls if 'fingerprint' in t['tls']]
(a,) = held('tls', f'tls.cert_fingerprint; content:"{prints[0].upper()}"')
check(len(a) == prints.count(prints[0]), 'a fingerprint in capital letters')
a, b, c = held('ldap', 'ldap.responses.result_code:success', 'ldap.responses.result_code:success,all', 'ldap.request.operation:bind_request')
check(a and len(b) <= len(a) and c and all('ldap' in x for x in a + c), 'keywords of LDAP', (len(a), len(b), len(c)))
a, b = held('ntp', 'ntp.mode:client', 'ntp.version:>7')
check(a and not b and all(x['ntp']['mode'] == 3 for x in a), 'keywords of NTP', len(a))
(a,) = held('dhcp', 'dhcp.leasetime:>0')
check(a and all(x['dhcp']['lease_time'] > 0 for x in a), 'keywords of DHCP', len(a))
custom = of_type(run('tls', '', '      types:\n        - tls:\n            custom: [sni, certificate, chain]\n'), 'tls')
check(all(set(t['tls']) <= {'sni', 'certificate', 'chain'} for t in custom) and any('chain' in t['tls'] for t in custom), 'custom fields of tls', custom[:1])
check(all(base64.b64decode(t['tls']['chain'][0]) == base64.b64decode(t['tls']['certificate']) for t in custom if 'chain' in t['tls']), 'the chain begins with the certificate')
end()
