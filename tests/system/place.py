# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where the dossiers of a test are: in folders, or, run by tests/with-postgresql, as databases of its server. The same tests run on
both; what only a folder has is asked of a folder only (`remote` tells)."""
import os, shutil, sqlite3, subprocess

server = os.environ.get('BEFFROI_TEST_SERVER')
remote = server is not None


class Places:
    def __init__(self, folder):
        self.folder = folder
        self.made = set()

    def path(self, name):
        return os.path.join(self.folder, name)

    def database(self, name):
        """Of this test alone: unit and system tests may share a server."""
        return f'{os.path.basename(self.folder)}-{name}'.lower()

    def psql(self, *arguments, database='postgres', **more):
        done = subprocess.run(['psql', '-qXAt', '-v', 'ON_ERROR_STOP=1', '-h', server, '-U', 'beffroi', '-d', database, *arguments], capture_output=True,
                              text=True, **more)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def dossier(self, name, make=True):
        """What --dossier is given. A database is made empty, as a folder is by the program."""
        if not remote:
            return self.path(name)
        if make and name not in self.made:
            self.psql('-c', f'CREATE DATABASE "{self.database(name)}"')
            self.made.add(name)
        return f'postgresql://beffroi@/{self.database(name)}?host={server}'

    def label(self, name):
        return f'postgresql://beffroi@{server}/{self.database(name)}' if remote else self.path(name)

    def remove(self, name):
        if remote and name in self.made:
            self.psql('-c', f'DROP DATABASE "{self.database(name)}" WITH (FORCE)')
            self.made.discard(name)
        shutil.rmtree(self.path(name), ignore_errors=True)

    def copy(self, name, to):
        self.remove(to)
        if remote:
            self.psql('-c', f'CREATE DATABASE "{self.database(to)}" TEMPLATE "{self.database(name)}"')
            self.made.add(to)
        else:
            shutil.copytree(self.path(name), self.path(to))

    def edit(self, name, sql):
        """By somebody who has the database in hand."""
        if remote:
            self.dossier(name)
            self.psql('-c', sql, database=self.database(name))
            return
        os.makedirs(self.path(name), exist_ok=True)
        db = sqlite3.connect(os.path.join(self.path(name), 'dossier.db'))
        db.executescript(sql)
        db.commit()
        db.close()

    def rows(self, name, sql):
        """As tuples of text: "1" is a number's text on both."""
        if remote:
            text = self.psql('-F', '\x1f', '-R', '\x1e', '-c', sql, database=self.database(name))
            return [tuple(row.split('\x1f')) for row in text.removesuffix('\n').split('\x1e')] if text else []
        db = sqlite3.connect(os.path.join(self.path(name), 'dossier.db'))
        rows = [tuple('' if value is None else str(value) for value in row) for row in db.execute(sql)]
        db.close()
        return rows

    def proofs(self, name):
        """path -> bytes of the files of proof."""
        if remote:
            rows = self.rows(name, "SELECT path, encode(content, 'hex') FROM beffroi_file WHERE path LIKE 'evidence/%'")
            return {path: bytes.fromhex(text) for path, text in rows}
        found, where = {}, os.path.join(self.path(name), 'evidence')
        for file in os.listdir(where) if os.path.isdir(where) else []:
            with open(os.path.join(where, file), 'rb') as f:
                found['evidence/' + file] = f.read()
        return found

    def put_file(self, name, path, content):
        """A file of the dossier, as somebody who has it in hand would."""
        if remote:
            self.edit(name, f"UPDATE beffroi_file SET content = '\\x{content.hex()}' WHERE path = '{path}'")
        else:
            with open(os.path.join(self.path(name), path), 'wb') as f:
                f.write(content)

    def get_file(self, name, path):
        if remote:
            return bytes.fromhex(self.rows(name, f"SELECT encode(content, 'hex') FROM beffroi_file WHERE path = '{path}'")[0][0])
        with open(os.path.join(self.path(name), path), 'rb') as f:
            return f.read()

    def state(self, name, beside=('dossier.db-wal', 'dossier.db-shm')):
        """All that must be as it was when nothing was to be changed; but the locks, and what SQLite has beside its file."""
        if remote:
            tables = [row[0] for row in self.rows(name, "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")]
            return {t: self.rows(name, f'SELECT md5(coalesce(string_agg(x::text, chr(10) ORDER BY x::text), \'\')) FROM "{t}" x') for t in tables}
        found = {}
        for where, _, files in os.walk(self.path(name)):
            for file in files:
                if file not in ('dossier.lock', 'watch.lock', *beside):
                    with open(os.path.join(where, file), 'rb') as f:
                        found[os.path.relpath(os.path.join(where, file), self.path(name))] = f.read()
        return found

    def end(self):
        for name in list(self.made):
            self.remove(name)
        shutil.rmtree(self.folder, ignore_errors=True)
