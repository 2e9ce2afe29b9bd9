#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fails when a sentence that a person may read has no French, or a French that asks for other values.

usage: test_po.py SOURCE_FOLDER     (needs xgettext, msgcat and msgfmt, of the package gettext)
"""
import ast
import pathlib
import re
import shutil
import subprocess
import sys

root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else '.').resolve()
french = root / 'data' / 'po' / 'fr.po'
sources = sorted(str(p.relative_to(root)) for p in (root / 'src').rglob('*.[ch]'))
bad = 0

CONVERSION = re.compile(r'%(?:\d+\$)?[-+ #0]*(?:\*|\d+)?(?:\.(?:\*|\d+))?(?:hh|h|ll|l|j|z|t|L)?[diouxXeEfFgGaAcspn]')
FACT = re.compile(r'\{[a-z_]+\}')
LITERAL = r'"(?:[^"\\]|\\.)*"'
MARKED = re.compile(r'\bN?_\(\s*(?:' + LITERAL + r'\s*)+\)')
# Calls whose words are for people. Bugs of the program itself are told in English ("beffroi: bug").
TELLS = re.compile(r'\b(?:diag_say|diag_say_at|fail|fprintf|fputs)\((?:[^;"]|' + LITERAL + r')*;', re.DOTALL)
WORDS = re.compile(r'[A-Za-z]{2,} [a-z]{2,}')


def complain(what, sentence):
    global bad
    bad += 1
    print(f'not ok - {what}: {sentence!r}')


def run(*command):
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    if done.returncode != 0 or done.stderr:
        complain(' '.join(command[:2]), done.stderr)
    return done.stdout


def messages(text):
    """msgid -> (msgstr, flags) of a .po file that msgcat wrote."""
    found = {}
    for block in text.split('\n\n'):
        parts, flags, key = {}, '', None
        for line in block.splitlines():
            if line.startswith('#~'):
                break
            if line.startswith('#,'):
                flags += line
            word = re.match(r'(msgid|msgid_plural|msgstr)\s+(".*")$', line)
            if word:
                key = word[1]
                parts[key] = ast.literal_eval(word[2])
            elif line.startswith('"') and key:
                parts[key] += ast.literal_eval(line)
        if parts.get('msgid'):
            found[parts['msgid']] = (parts.get('msgstr', ''), flags)
    return found


def conversions(sentence):
    return CONVERSION.findall(sentence.replace('%%', ''))


if not all(map(shutil.which, ('xgettext', 'msgcat', 'msgfmt'))):
    print('skipped: the package gettext is not installed')
    sys.exit(77)

said = messages(run('xgettext', '--from-code=UTF-8', '-kN_', '-k_', '-o', '-', *sources))
known = messages(run('msgcat', '--no-wrap', str(french)))
run('msgfmt', '--check', '-o', '/dev/null', str(french))

for sentence, (_, flags) in said.items():
    translation, translated_flags = known.get(sentence, ('', ''))
    if '%<PRI' in sentence:
        complain('the catalogue reader knows no PRI macros: write %llu and a cast', sentence)
    elif not translation or 'fuzzy' in translated_flags:
        complain('no French in data/po/fr.po', sentence)
    elif set(FACT.findall(sentence)) != set(FACT.findall(translation)):
        complain('other facts in French', translation)
    elif 'c-format' in flags and 'no-c-format' not in flags and conversions(sentence) != conversions(translation):
        complain('other conversions in French', translation)
for sentence in known.keys() - said.keys():
    print(f'# nobody says this any more: {sentence!r}')

for name in sources:
    text = (root / name).read_text()
    for call in TELLS.finditer(text):
        left = MARKED.sub('', call[0])
        for literal in re.findall(LITERAL, left):
            if WORDS.search(literal) and 'beffroi: bug' not in literal:
                complain(f'{name}:{text.count(chr(10), 0, call.start()) + 1}: words that are not marked with _() or N_()', literal)

print(f'{len(said)} sentences, {bad} faults')
sys.exit(1 if bad else 0)
