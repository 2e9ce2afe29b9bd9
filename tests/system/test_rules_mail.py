#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mails and FTP, with rules on them, against connections made here byte by byte.

usage: test_rules_mail.py BEFFROI
"""
import base64
import hashlib
import pathlib
import sys
import tempfile

from tap import check, end
from tcp_capture import CLIENT, SERVER, TcpCapture

beffroi = pathlib.Path(sys.argv[1]).resolve()
room = tempfile.TemporaryDirectory()
folder = pathlib.Path(room.name)


def lines(*text):
    return ''.join(line + '\r\n' for line in text).encode()


def told(talk):
    """'C:...' and 'S:...' to pieces."""
    return [(CLIENT if line[0] == 'C' else SERVER, lines(line[2:])) if isinstance(line, str) else line for line in talk]


def sids(events):
    return sorted(e['alert']['signature_id'] for e in events if e['event_type'] == 'alert' and e['alert']['signature_id'] < 1000)


def of(events, kind):
    return [e for e in events if e['event_type'] == kind]


PROGRAM = b'MZ this program cannot be run in DOS mode' * 50
MAIL = lines(
    'From: "Doe, John" <john@example.com>', 'To: ann@example.net, "B, C" <bc@example.net>', 'Cc: ', 'Subject: your', ' invoice', 'Message-ID: <1@example.com>',
    'Content-Type: multipart/mixed; boundary="=_x"', '', '--=_x', 'Content-Type: text/html', '', '<a href="http://bad.example/pay?1">pay</a>', '--=_x',
    'Content-Type: application/octet-stream; name*0=invoice; name*1=.exe', 'Content-Transfer-Encoding: base64', '',
) + base64.encodebytes(PROGRAM).replace(b'\n', b'\r\n') + lines('--=_x--')

# --- a mail by DATA, another in chunks, one that is given up
c = TcpCapture()
c.connection(25, told([
    'S:220 mx ESMTP', 'C:EHLO desk', 'S:250 mx', 'C:MAIL FROM:<john@example.com>', 'S:250 ok', 'C:RCPT TO:<ann@example.net>', 'S:250 ok',
    'C:RCPT TO:<bc@example.net>', 'S:250 ok', 'C:DATA', 'S:354 go', (CLIENT, MAIL + b'.\r\n'), 'S:250 ok',
    'C:MAIL FROM:<two@example.com>', 'S:250 ok', 'C:RCPT TO:<ann@example.net>', 'S:250 ok', (CLIENT, b'BDAT 300\r\n' + MAIL[:300]), 'S:250 ok',
    (CLIENT, b'BDAT %d LAST\r\n' % (len(MAIL) - 300) + MAIL[300:]), 'S:250 ok',
    'C:MAIL FROM:<three@example.com>', 'S:250 ok', 'C:RSET', 'S:250 ok', 'C:QUIT', 'S:221 bye']))
rules = [
    'alert smtp any any -> any any (smtp.helo; content:"desk"; bsize:4; smtp.mail_from; content:"<john@"; startswith;',
    'alert smtp any any -> any any (smtp.rcpt_to; content:"<bc@example.net>"; startswith; endswith;',
    'alert smtp any any -> any any (email.subject; content:"your invoice"; bsize:12; smtp.mail_from; content:"two@";',
    'alert smtp any any -> any any (email.url; content:"bad.example/pay?1"; startswith; endswith;',
    'alert smtp any any -> any any (file.data; content:"MZ this program"; startswith; content:"DOS mode"; file.name; content:"invoice.exe"; bsize:11;',
    'alert smtp any any -> any any (email.from; content:"nobody";',
    'alert smtp any any -> any any (email.body_md5; content:"%s";' % hashlib.md5(MAIL[MAIL.index(b'\r\n\r\n') + 4:]).hexdigest(),
    'alert smtp any any -> any any (email.to; content:"ann@example.net, "; startswith; email.message_id; content:"<1@example.com>";',
]
yaml = folder / 'suricata.yaml'
yaml.write_text('''%YAML 1.1
---
app-layer:
  protocols:
    smtp:
      mime:
        body-md5: yes
outputs:
  - eve-log:
      enabled: yes
      types: [alert, anomaly, files, {smtp: {custom: [subject], md5: [subject]}}]
''')
r, events = c.run(beffroi, folder, rules)
check(r.returncode == 0, 'the program ends well', r)
check(sids(events) == [1, 2, 3, 4, 4, 5, 5, 8, 8], 'rules hold in the mails they mean, each once', sids(events))
mails = of(events, 'smtp')
check([m['smtp'].get('mail_from') for m in mails] == ['<john@example.com>', '<two@example.com>', '<three@example.com>'] and [m['tx_id'] for m in mails] == [0, 1, 2],
      'three mails are three transactions', mails)
check(mails[0]['email'] == mails[1]['email'] == {
    'from': '"Doe, John" <john@example.com>', 'to': ['ann@example.net', '"B, C" <bc@example.net>'], 'status': 'PARSE_DONE',
    'attachment': ['invoice.exe'], 'url': ['bad.example/pay?1']} and 'email' not in mails[2], 'what is in a mail is told, in chunks too', mails)
files = of(events, 'fileinfo')
check([(f['fileinfo']['filename'], f['fileinfo']['size'], f['fileinfo']['state'], f['smtp']['mail_from']) for f in files] ==
      [('invoice.exe', len(PROGRAM), 'CLOSED', '<john@example.com>'), ('invoice.exe', len(PROGRAM), 'CLOSED', '<two@example.com>')], 'files, with their mails', files)
check(of(events, 'anomaly') == [], 'nothing is wrong', of(events, 'anomaly'))
r, events = c.run(beffroi, folder, rules, '--suricata-yaml', yaml)
check(sids(events) == [1, 2, 3, 4, 4, 5, 5, 7, 7, 8, 8], 'the digest of a body, where it is asked for', sids(events))
check([m['email'].get('subject') for m in of(events, 'smtp')[:2]] == ['your invoice'] * 2 and
      of(events, 'smtp')[0]['email']['subject_md5'] == hashlib.md5(b'your invoice').hexdigest(), 'fields that a site asks for', of(events, 'smtp')[:1])

# --- FTP: who connects to whom, and what is in the file
LISTEN, PASSIVE = 1025, 1026
ftp = TcpCapture()
ftp.connection(21, told([
    'S:220 ready', 'C:USER x', 'S:331 word', 'C:PASS y', 'S:230 in', 'C:PORT 192,0,2,1,4,1', 'S:200 ok', 'C:RETR plan.txt', 'S:150 go',
    lambda: ftp.connection(LISTEN, [(CLIENT, b'the root of all')], by_server=True, port=20), 'S:226 done',
    'C:PASV', 'S:227 Entering (192,0,2,80,4,2)', 'C:STOR up.bin', 'S:150 go', lambda: ftp.connection(PASSIVE, [(CLIENT, b'GET /evil HTTP/1.1\r\n\r\n')]), 'S:226 done',
    'C:PORT 192,0,2,77,0,80', 'S:200 ok', 'C:QUIT', 'S:221 bye']))
ftp.connection(PASSIVE, [(CLIENT, b'nobody announced this')])
rules = [
    'alert ftp-data any any -> any any (flow:to_client; ftpdata_command:retr;',
    'alert ftp-data any any -> any any (ftpdata_command:stor;',
    'alert ftp-data any any -> any any (file.name; content:"plan.txt"; file.data; content:"root";',
    'alert ftp-data any any -> any any (file.data; content:"GET /evil";',
    'alert tcp any any -> any any (ftpbounce;',
    'alert ftp any any -> any any (ftp.mode:active; ftp.dynamic_port:1025;',
    'alert ftp any any -> any any (ftp.mode:passive; ftp.completion_code; content:"227";',
    'alert ftp any any -> any any (ftp.command; content:"RETR"; bsize:4; ftp.command_data; content:"plan.txt";',
    'alert ftp any any -> any any (ftp.reply; content:"Entering"; startswith; ftp.reply_received:yes;',
    'alert ftp any any -> any any (ftp.dynamic_port:>2000;',
    'alert ftp-data any any -> any any (content:"nobody";',
]
for words in [], ['--suricata-yaml', '/dev/null']:
    r, events = ftp.run(beffroi, folder, rules, *words)
    check(sorted(set(sids(events))) == [1, 2, 3, 4, 5, 6, 7, 8, 9] and sids(events).count(5) == 1, 'FTP: rules hold where they should', (words, sids(events), r.stderr))
    data = of(events, 'ftp_data')
    check([e['ftp_data'] for e in data] == [{'filename': 'plan.txt', 'command': 'RETR'}, {'filename': 'up.bin', 'command': 'STOR'}] and
          [e['src_ip'] for e in data] == ['192.0.2.80', '192.0.2.1'], 'data connections are known by their announcement', (words, data))
    check(sorted(e.get('app_proto', '') for e in of(events, 'flow')) == ['failed', 'ftp', 'ftp-data', 'ftp-data'], 'and so are their flows', (words, of(events, 'flow')))
end()
