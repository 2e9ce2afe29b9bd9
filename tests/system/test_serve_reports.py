#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: test_serve_reports.py BEFFROI   Reports from the console in each format: ODT, DOCX and PDF are made by programs that neither the
console nor the clerk may start. Prints TAP."""
import concurrent.futures
import io
import os
import re
import subprocess
import sys
import tempfile
import zipfile

from serve import Client, Serve
from place import Places
from tap import check, end

beffroi = os.path.abspath(sys.argv[1])
folder = tempfile.mkdtemp(prefix='test-serve-reports-')
places = Places(folder)
dossier = places.dossier('dossier')
environment = {k: v for k, v in os.environ.items() if k in ('PATH', 'ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS')} | {
    'LANG': 'C', 'HOME': folder, 'USER': 'alice'}
PASSWORD = 'quatre mots sans aucun rapport'


def run(*arguments):
    return subprocess.run([beffroi, *arguments, '--dossier', dossier], capture_output=True, text=True, timeout=120, env=environment).stdout


incident = re.search(r'INC-[0-9a-f]+', run('incident', 'open', 'Coffre ouvert', 'category=burglary', 'severity=3', 'seen=2026-10-24T08:15:00Z', 'reporter=Eve'))[0]
link = re.search(r'link/(\S+)', run('user', 'add', 'paul', 'role=expert'))[1]
serve = Serve(beffroi, dossier, environment=environment)


def visitor():
    client = Client(serve)
    client.cookie, client.csrf = paul.cookie, paul.csrf
    return client


def report(form, **more):
    return visitor().get(f'/api/reports/incident-management?id={incident}&lang=fr&format={form}')


paul = Client(serve)
check(paul.follow(link, PASSWORD).status == 200, 'somebody comes in')
listed = paul.get('/api/documents').json['documents']
check(all({'html', 'xlsx', 'odt', 'docx', 'pdf'} <= set(d['formats']) for d in listed if d['path'].startswith('/api/reports/')), 'every report is offered in five formats', listed)
pdf = report('pdf')
check(pdf.status == 200 and pdf.body.startswith(b'%PDF-') and pdf.headers['Content-Type'] == 'application/pdf', 'PDF', pdf)
check('attachment' in pdf.headers.get('Content-Disposition', '') and '.pdf' in pdf.headers['Content-Disposition'], 'it is saved under its name', pdf.headers)
for form, inside in (('odt', 'content.xml'), ('docx', 'word/document.xml')):
    got = report(form)
    names = zipfile.ZipFile(io.BytesIO(got.body)).namelist() if got.status == 200 else []
    text = zipfile.ZipFile(io.BytesIO(got.body)).read(inside).decode() if inside in names else ''
    check('Coffre ouvert' in re.sub('<[^>]*>', '', text), form.upper(), got)
with concurrent.futures.ThreadPoolExecutor(5) as many:
    answers = list(many.map(report, ['pdf'] * 5))
check({a.status for a in answers} <= {200, 503} and sum(a.status == 200 for a in answers) >= 2, 'many at once: two are made, the others are told to come back', answers)
check(all(a.code == 'busy' for a in answers if a.status == 503), 'and why', answers)
check(report('html').status == 200, 'meanwhile and afterwards the console answers')
check(serve.end() == 0, 'it ends')
places.end()
end()
