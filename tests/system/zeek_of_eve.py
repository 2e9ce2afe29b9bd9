# SPDX-License-Identifier: AGPL-3.0-or-later
"""The logs that Zeek would have written of the traffic that an EVE file (with --features) tells: for tests, which have no Zeek.
Written after docs.zeek.org/en/master/logs; column names, TSV and JSON are Zeek's."""
import datetime, json, os

PROTO = {'TCP': 'tcp', 'UDP': 'udp', 'ICMP': 'icmp', 'IPv6-ICMP': 'icmp'}
RRTYPE = {'A': 1, 'NS': 2, 'CNAME': 5, 'SOA': 6, 'NULL': 10, 'PTR': 12, 'MX': 15, 'TXT': 16, 'AAAA': 28, 'SRV': 33, 'HTTPS': 65, 'ANY': 255}
RCODE = {'NOERROR': 0, 'FORMERR': 1, 'SERVFAIL': 2, 'NXDOMAIN': 3, 'NOTIMP': 4, 'REFUSED': 5}
TLS = {'SSLv3': 'SSLv3', 'TLS 1.0': 'TLSv10', 'TLSv1': 'TLSv10', 'TLS 1.1': 'TLSv11', 'TLS 1.2': 'TLSv12', 'TLS 1.3': 'TLSv13'}
SERVICE = {'tls': 'ssl', 'pgsql': 'postgresql', 'krb5': 'krb_tcp', 'ldap': 'ldap_tcp', 'failed': None}
ID = ['ts', 'uid', 'id.orig_h', 'id.orig_p', 'id.resp_h', 'id.resp_p']
FIELDS = {
    'conn': ID + ['proto', 'service', 'duration', 'orig_bytes', 'resp_bytes', 'conn_state', 'local_orig', 'local_resp', 'missed_bytes', 'history',
                  'orig_pkts', 'orig_ip_bytes', 'resp_pkts', 'resp_ip_bytes', 'tunnel_parents'],
    'dns': ID + ['proto', 'trans_id', 'rtt', 'query', 'qclass', 'qclass_name', 'qtype', 'qtype_name', 'rcode', 'rcode_name', 'AA', 'TC', 'RD', 'RA', 'Z', 'answers', 'TTLs', 'rejected'],
    'http': ID + ['trans_depth', 'method', 'host', 'uri', 'referrer', 'version', 'user_agent', 'origin', 'request_body_len', 'response_body_len', 'status_code', 'status_msg'],
    'ssl': ID + ['version', 'cipher', 'curve', 'server_name', 'resumed', 'established', 'cert_chain_fps', 'ja3', 'ja4'],
    'x509': ['ts', 'fingerprint', 'certificate.version', 'certificate.serial', 'certificate.subject', 'certificate.issuer', 'certificate.not_valid_before', 'certificate.not_valid_after'],
    'ssh': ID + ['version', 'auth_success', 'auth_attempts', 'direction', 'client', 'server', 'hassh', 'hasshServer'],
    'ftp': ID + ['user', 'password', 'command', 'arg', 'mime_type', 'file_size', 'reply_code', 'reply_msg'],
    'dhcp': ['ts', 'uids', 'client_addr', 'server_addr', 'mac', 'host_name', 'assigned_addr', 'lease_time', 'msg_types', 'duration'],
}


def seconds(text):
    text = text.replace('+0000', '+00:00')
    at = datetime.datetime.fromisoformat(text if '+' in text[10:] else text + '+00:00')
    return (at - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)) // datetime.timedelta(microseconds=1) / 1e6


def header(e, turned=False):
    ends = ('dest', 'src') if turned else ('src', 'dest')
    return {'ts': seconds(e['timestamp']), 'uid': f"C{e.get('flow_id', 0)}", 'id.orig_h': e[ends[0] + '_ip'], 'id.orig_p': e.get(ends[0] + '_port', 0),
            'id.resp_h': e[ends[1] + '_ip'], 'id.resp_p': e.get(ends[1] + '_port', 0), 'proto': PROTO.get(e['proto'], 'unknown_transport')}


def history(ts, tc, state):
    """Zeek's letters in an order that such a connection has, and its word for how it went."""
    SYN, FIN, RST, PSH, ACK = 2, 1, 4, 8, 16
    letters = ('S' if ts & SYN else '') + ('h' if tc & SYN and tc & ACK else 's' if tc & SYN else '') + ('A' if ts & ACK else '') + ('D' if ts & PSH else '')
    letters += ('a' if tc & ACK else '') + ('d' if tc & PSH else '') + ('F' if ts & FIN else '') + ('f' if tc & FIN else '') + ('R' if ts & RST else '') + ('r' if tc & RST else '')
    if not tc:
        word = ('SH' if ts & FIN else 'RSTOS0' if ts & RST else 'S0') if ts & SYN else 'OTH'
    elif not ts & SYN:
        word = 'OTH'
    elif tc & RST and not tc & SYN:
        word = 'REJ'
    elif ts & RST or tc & RST:
        word = 'RSTO' if ts & RST else 'RSTR'
    else:
        word = 'SF' if ts & FIN and tc & FIN else 'S1'
    return letters, word


def connection(e):
    flow, sides = e['flow'], [e['features'][side] for side in ('toserver', 'toclient')]
    begin, end = seconds(flow['start']), seconds(flow['end'])
    row = header(e) | {'ts': begin, 'service': SERVICE.get(e.get('app_proto'), e.get('app_proto')), 'duration': end - begin, 'missed_bytes': 0,
                       'orig_bytes': sides[0]['payload_bytes'], 'resp_bytes': sides[1]['payload_bytes'], 'orig_pkts': sides[0]['packets'],
                       'resp_pkts': sides[1]['packets'], 'orig_ip_bytes': sides[0]['ip_bytes'], 'resp_ip_bytes': sides[1]['ip_bytes']}
    if e['proto'] == 'TCP':
        row['history'], row['conn_state'] = history(*[int(e['tcp'].get(name, '0'), 16) for name in ('tcp_flags_ts', 'tcp_flags_tc')], flow['state'])
    else:
        both = sides[1]['packets'] > 0
        row |= {'history': 'Dd' if both else 'D', 'conn_state': 'SF' if both else 'S0'}
    return row


def rows(events):
    """(log, row) in the order of the events."""
    users, asked = {}, {}
    for e in events:
        kind = e['event_type']
        if kind == 'flow' and 'features' in e:
            yield 'conn', connection(e)
        elif kind == 'dns':
            dns, turned = e['dns'], e['src_port'] == 53 and e['dest_port'] != 53
            question = (dns.get('queries') or [{}])[0]
            key = (e['flow_id'], dns['id'])
            row = header(e, turned) | {'trans_id': dns['id'], 'query': question.get('rrname'), 'qclass': 1, 'qtype': RRTYPE.get(question.get('rrtype')), 'qtype_name': question.get('rrtype')}
            if dns['type'] == 'request':
                asked.setdefault(key, row)
            elif question:
                asked.pop(key, None)
                yield 'dns', row | {'rcode': RCODE.get(dns['rcode'], 16), 'rcode_name': dns['rcode'], 'rtt': 0.0, 'answers': [a.get('rdata', '-') or '-' for a in dns.get('answers', [])]}
        elif kind == 'http':
            h = e['http']
            yield 'http', header(e) | {'method': h.get('http_method'), 'host': h.get('hostname'), 'uri': h.get('url'), 'user_agent': h.get('http_user_agent'),
                                       'status_code': h.get('status'), 'request_body_len': 0, 'response_body_len': h.get('length', 0)}
        elif kind == 'tls':
            t = e['tls']
            if t.get('fingerprint'):
                yield 'x509', {'ts': seconds(e['timestamp']), 'fingerprint': t['fingerprint'], 'certificate.subject': t.get('subject'), 'certificate.issuer': t.get('issuerdn'),
                               'certificate.not_valid_before': seconds(t['notbefore']), 'certificate.not_valid_after': seconds(t['notafter'])}
            yield 'ssl', header(e) | {'version': TLS.get(t.get('version')), 'server_name': t.get('sni'), 'cipher': 'TLS_AES_128_GCM_SHA256', 'established': True,
                                      'cert_chain_fps': [t['fingerprint']] if t.get('fingerprint') else [], 'ja3': t.get('ja3', {}).get('hash'), 'ja4': t.get('ja4')}
        elif kind == 'ssh':
            client, server = e['ssh'].get('client', {}), e['ssh'].get('server', {})
            yield 'ssh', header(e) | {'version': 2, 'auth_attempts': 0, 'client': 'SSH-2.0-' + client.get('software_version', ''), 'server': 'SSH-2.0-' + server.get('software_version', ''),
                                      'hassh': client.get('hassh', {}).get('hash'), 'hasshServer': server.get('hassh', {}).get('hash')}
        elif kind == 'ftp':
            f = e['ftp']
            if f.get('command') == 'USER':
                users[e['flow_id']] = f.get('command_data')
            elif f.get('command') == 'PASS':
                yield 'ftp', header(e) | {'user': users.get(e['flow_id'], '<unknown>'), 'password': '<hidden>', 'command': 'PASS', 'reply_code': int((f.get('completion_code') or ['0'])[0])}
        elif kind == 'dhcp':
            d = e['dhcp']
            server = e['src_ip'] if d['type'] == 'reply' else None
            yield 'dhcp', {'ts': seconds(e['timestamp']), 'uids': [f"C{e['flow_id']}"], 'mac': d.get('client_mac'), 'host_name': d.get('hostname'), 'server_addr': server,
                           'assigned_addr': d.get('assigned_ip') if d.get('assigned_ip') != '0.0.0.0' else None, 'msg_types': [d['dhcp_type'].upper()]}
    for row in asked.values(): # what nobody answered
        yield 'dns', row


def tsv(value, separator):
    if value is None or value == '':
        return '-'
    if isinstance(value, bool):
        return 'T' if value else 'F'
    if isinstance(value, float):
        return f'{value:.6f}'
    if isinstance(value, list):
        return ','.join(tsv(v, separator).replace(',', '\\x2c') for v in value) or '(empty)'
    text = ''.join(f'\\x{ord(c):02x}' if c < ' ' or c == '\\' else c for c in str(value))
    return text.replace(separator, ''.join(f'\\x{ord(c):02x}' for c in separator))


def write(events, folder, form='tsv', separator='\t'):
    """One file per log; returns their paths."""
    os.makedirs(folder, exist_ok=True)
    files = {}
    for log, row in rows(events):
        if log not in files:
            files[log] = open(os.path.join(folder, log + '.log'), 'w', encoding='utf-8')
            if form == 'tsv':
                head = [f"#separator {''.join(f'{chr(92)}x{ord(c):02x}' for c in separator)}"]
                head += [separator.join(words) for words in (['#set_separator', ','], ['#empty_field', '(empty)'], ['#unset_field', '-'], ['#path', log], ['#fields', *FIELDS[log]])]
                files[log].write('\n'.join(head) + '\n')
        if form == 'tsv':
            files[log].write(separator.join(tsv(row.get(name), separator) for name in FIELDS[log]) + '\n')
        else:
            files[log].write(json.dumps({name: row[name] for name in FIELDS[log] if row.get(name) is not None}) + '\n')
    for file in files.values():
        file.close()
    return sorted(file.name for file in files.values())
