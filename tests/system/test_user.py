#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: test_user.py BEFFROI SOURCE_FOLDER   `beffroi user` and `beffroi token` from outside: accounts, links, a password typed on a
terminal, tokens; what is kept and what is never written anywhere. Prints TAP."""
import json, os, pty, re, select, subprocess, sys, tempfile

from place import Places, remote
from tap import check, end

beffroi, source = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
folder = tempfile.mkdtemp(prefix='test-user-')
places = Places(folder)
dossier = places.dossier('d')
environment = {k: v for k, v in os.environ.items() if k in ('PATH', 'ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS')} | {
    'LANG': 'C', 'HOME': folder, 'BEFFROI_DOSSIER': dossier}
GOOD = 'correct horse battery staple'


def run(*arguments, typed=None, **env):
    return subprocess.run([beffroi, *arguments], input=typed, capture_output=True, text=True, timeout=120, env=environment | env)


def answer(*arguments):
    r = run(*arguments, '--format', 'json')
    return json.loads(r.stdout) if r.returncode == 0 else {'failed': r.stderr}


def on_terminal(keys, *arguments):
    """Runs it on a terminal, types each of the keys when a question stands there; gives the exit status and all that was shown."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execve(beffroi, [beffroi, *arguments], environment | {'TERM': 'dumb'})
    shown, keys = b'', list(keys)
    while True:
        if not select.select([fd], [], [], 60)[0]:
            break
        try:
            got = os.read(fd, 4096)
        except OSError:
            break
        if not got:
            break
        shown += got
        if keys and shown.endswith(b': '):
            os.write(fd, keys.pop(0))
    os.close(fd)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode(errors='replace')


def everything_kept():
    """All bytes of the folders, and of the tables on a server."""
    data = b''
    for where, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(where, name), 'rb') as f:
                data += f.read()
    for name in places.made if remote else ():
        for table, in places.rows(name, "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"):
            data += ''.join(row[0] for row in places.rows(name, f'SELECT x::text FROM "{table}" x')).encode()
    return data


# --- accounts
roles = answer('user', 'roles')['roles']
check([r['role'] for r in roles] == ['technician', 'expert', 'manager', 'dpo', 'auditor', 'candidate', 'admin'], 'the roles, without any dossier', roles)
check('Direction' in run('user', 'roles', '--lang', 'fr').stdout, 'and in French')
check(remote or not os.path.exists(dossier), 'which makes none')
r = run('user', 'list')
check(r.returncode == 1 and ('still empty' if remote else 'no dossier here yet') in r.stderr, 'a list of none says so', r.stderr)
r = run('user', 'add', 'admin', 'role=admin')
link = re.search(r'/#/link/(bfl_[0-9a-f]{64})\n', r.stdout)
check(r.returncode == 0 and link, 'an account, and its link on a line of its own', r.stdout + r.stderr)
check(answer('user', 'add', 'm.durand', 'role=expert', 'display=Marie Durand', 'language=fr').get('link', '').startswith('bfl_'), 'in JSON too')
users = {u['name']: u for u in answer('user', 'list')['users']}
check(users['m.durand'] == {'name': 'm.durand', 'display': 'Marie Durand', 'role': 'expert', 'language': 'fr', 'active': True, 'password': False, 'codes': False},
      'what is known of it', users)
check(link and link[1].encode() not in everything_kept(), 'the link itself is kept nowhere')
for words, why in [(['add', 'M.Durand', 'role=expert'], 'a small letter'), (['add', 'x'], 'needs a role'), (['add', 'x', 'role=root'], 'technician, expert'),
                   (['add', 'm.durand', 'role=expert'], 'already'), (['set', 'nobody', 'role=expert'], 'there is no account'), (['link', 'nobody'], 'there is no account'),
                   (['set', 'm.durand', 'colour=red'], 'nothing of an account'), (['set', 'm.durand', 'language=de'], 'en, fr'), (['remove', 'admin'], 'last account'),
                   (['set', 'admin', 'role=expert'], 'last account'), (['set', 'm.durand', 'codes=add'], 'remove')]:
    r = run('user', *words)
    check(r.returncode == 1 and why in r.stderr and r.stdout == '', 'refused: ' + ' '.join(words), r.stderr)
check(run('user').returncode == 2 and run('user', 'add').returncode == 2 and run('user', 'password', 'a', 'secret').returncode == 2,
      'a password is never an argument, and other wrong usage')
check("il n'y a pas de compte nobody" in run('user', 'link', 'nobody', '--lang', 'fr').stderr, 'in French')

# --- passwords
check(run('user', 'password', 'm.durand', typed=f'{GOOD}\n{GOOD}\n').returncode == 0, 'two lines of standard input where there is no terminal')
for typed, why in [(f'{GOOD}\n{GOOD}!\n', 'differ'), ('short\nshort\n', 'at least'), ('motdepasse2026\nmotdepasse2026\n', 'first that are tried'),
                   ('M.Durand de Lille\nM.Durand de Lille\n', 'name of the account'), ('', 'no password'), (GOOD + '\n', 'no password'), ('x' * 600 + '\n', 'too long')]:
    r = run('user', 'password', 'm.durand', typed=typed)
    check(r.returncode == 1 and why in r.stderr, 'refused: ' + why, r.stderr)
status, shown = on_terminal([b'other horse battery staple\n', b'other horse battery staple\n'], 'user', 'password', 'm.durand')
check(status == 0 and 'New password for m.durand: ' in shown and 'horse' not in shown, 'typed on a terminal, it is not shown', shown)
status, shown = on_terminal([b'oops\x15other horz\x7f\x7fr\xc3\xa9\x7fse battery staple\n', b'other horse battery staple\n'], 'user', 'password', 'm.durand')
check(status == 0, 'what is taken back are whole characters', shown)
status, shown = on_terminal([b'half a pass\x03'], 'user', 'password', 'm.durand')
check(status == 1 and 'interrupted: nothing was changed' in shown, 'Ctrl-C changes nothing', shown)
check(answer('user', 'list')['users'][1]['password'] is True, 'a password is known to be there')
kept = everything_kept()
check(b'horse' not in kept and b'$argon2id$v=19$m=19456,t=2,p=1$' in kept, 'of it only the argon2id hash is kept')

# --- tokens
made = answer('token', 'add', 'm.durand', 'supervision', 'rights=incident.read alert.read', 'days=90')
check(re.fullmatch(r'bft_[0-9a-f]{64}', made.get('token', '')) and made['rights'] == 'incident.read alert.read' and made['user'] == 'm.durand', 'a token', made)
check(made['token'].encode() not in everything_kept(), 'which is kept nowhere')
r = run('token', 'add', 'm.durand', 'two', 'rights=incident.read', 'days=1')
check(r.returncode == 0 and len(re.findall(r'^  bft_[0-9a-f]{64}$', r.stdout, re.M)) == 1, 'and as text', r.stdout)
for words, why in [(['m.durand', 'x', 'rights=user.admin', 'days=1'], 'those that you have'), (['m.durand', 'x', 'rights=incident.rea', 'days=1'], 'is no right'),
                   (['m.durand', 'x', 'days=1'], 'needs rights'), (['m.durand', 'x', 'rights=incident.read'], 'needs rights'), (['m.durand', 'x', 'rights=incident.read', 'days=0'], 'within 366'),
                   (['m.durand', 'x', 'rights=incident.read', 'days=4000'], 'within 366'), (['nobody', 'x', 'rights=incident.read', 'days=1'], 'there is no account'),
                   (['m.durand', '', 'rights=incident.read', 'days=1'], 'what the token is for')]:
    r = run('token', 'add', *words)
    check(r.returncode == 1 and why in r.stderr, 'refused: ' + ' '.join(words), r.stderr)
check([t['name'] for t in answer('token', 'list')['tokens']] == ['supervision', 'two'] and answer('token', 'list', 'admin')['tokens'] == [], 'the tokens, of everybody or of one')
check(run('token', 'remove', made['id']).returncode == 0 and run('token', 'remove', made['id']).returncode == 1, 'one is ended once')
check([t['name'] for t in answer('token', 'list')['tokens']] == ['two'], 'and is gone')

# --- closing, and what is left
check(run('user', 'remove', 'm.durand').returncode == 0 and answer('token', 'list')['tokens'] == [], 'an account that is closed has no token any more')
user = answer('user', 'list')['users'][1]
check(user['active'] is False and user['password'] is False, 'nor a password', user)
check(run('user', 'link', 'm.durand').returncode == 1, 'nor a link')
check(run('user', 'set', 'm.durand', 'active=yes').returncode == 0 and 'no password yet' in run('user', 'list').stdout, 'it can be opened again')
check(answer('dossier', 'verify').get('ok') is True or run('dossier', 'verify').returncode == 0, 'the journal holds')

# --- what leaves
run('user', 'password', 'm.durand', typed=f'{GOOD}\n{GOOD}\n')
out, back = os.path.join(folder, 'export'), places.dossier('back')
r = run('dossier', 'export', out)
exported = b''.join(open(os.path.join(w, n), 'rb').read() for w, _, names in os.walk(out) for n in names)
check(r.returncode == 0 and b'm.durand' in exported and b'argon2' not in exported and b'bfl_' not in exported, 'an export has the accounts, and no hash', r.stderr)
r = run('dossier', 'import', out, BEFFROI_DOSSIER=back)
listed = run('user', 'list', '--format', 'json', BEFFROI_DOSSIER=back)
check(r.returncode == 0 and [(u['name'], u['role'], u['password']) for u in json.loads(listed.stdout or '{"users":[]}')['users']] == [('admin', 'admin', False), ('m.durand', 'expert', False)],
      'where it is imported they are there, and wait for a link', r.stderr + listed.stderr)
lines = [row[0] for row in places.rows('d', "SELECT action FROM journal WHERE object = 'ACC-m.durand' ORDER BY seq")]
check(lines == ['add', 'link-made', 'password-set', 'password-set', 'password-set', 'token-made', 'token-made', 'token-ended', 'change', 'change', 'password-set'],
      'the journal tells each change', lines)
check(b'horse' not in everything_kept() and b'bft_' not in everything_kept(), 'no secret anywhere')
check(remote or all(os.stat(os.path.join(dossier, n)).st_mode & 0o077 == 0 for n in os.listdir(dossier)), 'what is kept is for its owner')

places.end()
end()
