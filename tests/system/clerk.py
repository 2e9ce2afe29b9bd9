# SPDX-License-Identifier: AGPL-3.0-or-later
"""The clerk without a console: starts the role with its two channels and speaks record/order.h to it."""
import fcntl, json, os, re, socket, struct, subprocess

ASK, ANSWER, CHANGED, CONFIG, READY, FAULT = range(64, 70)
INLINE_MAX = 65536
PASSWORD = 'trois beffrois au nord'


def operations(source):
    """The table of src/record/operation.c: id -> (number, method, path, right, mutates, reads personal, takes, summary)."""
    text = open(os.path.join(source, 'src/record/operation.c')).read()
    names = re.search(r'enum operation_name \{.*?\n(.*?)OPERATION_COUNT', open(os.path.join(source, 'src/record/operation.h')).read(), re.S)[1]
    order = re.findall(r'OPERATION_(\w+),', names)
    rows = {}
    for name, id_, method, path, form, right, takes, summary in re.findall(
            r'ROW\((\w+)\) = \{"([a-z-]+)",\s*(?:OPERATION_)?(GET|POST|PATCH|DELETE)[(,]\s*"([^"]*)"\)?,\s*(READS|READS_PERSONAL|WRITES)\((\w+)\),\s*"([^"]*)",\s*"([^"]*)"', text):
        prefix = '' if path in ('/metrics', '/health') else '/api'
        word = '' if right in ('ANYBODY', 'SIGNED_IN') else right.lower().replace('_', '.', 1)
        rows[id_] = {'number': order.index(name), 'method': method, 'path': prefix + path, 'right': word, 'anybody': right == 'ANYBODY',
                     'mutates': form == 'WRITES', 'reads_personal': form == 'READS_PERSONAL', 'takes': takes.split(), 'summary': summary}
    assert len(rows) == len(order), set(order) - {i.upper().replace('-', '_') for i in rows}
    return rows


class Description:
    """docs/api/openapi.json, and what answers were not as it says."""

    def __init__(self, source):
        self.root = json.load(open(os.path.join(source, 'docs/api/openapi.json')))
        self.operations = {o['operationId']: (path, method, o) for path, methods in self.root['paths'].items() for method, o in methods.items()}
        self.validators, self.wrong, self.seen = {}, [], set()

    def look(self, id_, answer):
        """Whether an answer is among those described, and of the form described."""
        import jsonschema
        described = self.operations[id_][2]['responses']
        status = str(answer.status) if str(answer.status) in described else 'default'
        response = described.get(status)
        if response is None:
            self.wrong.append((id_, answer.status, 'no such answer is described'))
            return
        if '$ref' in response:
            response = self.root['components']['responses'][response['$ref'].rpartition('/')[2]]
        content = response['content'].get(answer.content_type)
        if id_ == 'stream' and answer.status == 200:  # the console makes events of it
            content = {'schema': {'type': 'string'}}
        if content is None:
            self.wrong.append((id_, answer.status, answer.content_type))
            return
        self.seen.add((id_, answer.status))
        if answer.content_type != 'application/json' or answer.file_name or id_ == 'stream':
            return
        key = id_, status
        if key not in self.validators:
            self.validators[key] = jsonschema.Draft202012Validator(content['schema'] | {'components': self.root['components']})
        self.wrong += [(id_, answer.status, '/'.join(map(str, e.absolute_path)), e.message[:200]) for e in self.validators[key].iter_errors(answer.json)]


def field(text):
    data = text if isinstance(text, bytes) else text.encode()
    return struct.pack('>H', len(data)) + data


class Answer:
    def __init__(self, message, fds):
        at = 0

        def take(form):
            nonlocal at
            value = struct.unpack_from('>' + form, message, at)[0]
            at += struct.calcsize('>' + form)
            return value

        def take_field():
            nonlocal at
            n = take('H')
            at += n
            return message[at - n:at].decode()
        assert take('H') == ANSWER
        self.ticket, self.status = take('I'), take('H')
        self.content_type, self.file_name = take_field(), take_field()
        self.cookie, self.session = take('B'), take_field()
        self.session_s, self.retry_after, self.conversion = take('I'), take('I'), take('B')
        self.margins = [take('B'), take_field(), take_field(), take_field()][1:] if self.conversion else []
        length = take('I')
        self.by_descriptor = length > INLINE_MAX
        if self.by_descriptor:
            with os.fdopen(fds[0], 'rb') as file:
                self.body = os.pread(file.fileno(), length + 1, 0)
        else:
            self.body = message[at:]
        assert len(self.body) == length

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f'{self.status} {self.content_type} {self.body[:800]!r}'


class Clerk:
    def __init__(self, beffroi, source, folder, language='E', env=None):
        self.table, self.described = operations(source), Description(source)
        self.ticket, self.session, self.csrf, self.changes = 0, '', '', 0
        self.parent, parent_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.console, console_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        for s in (self.parent, self.console):
            s.settimeout(120)

        def descriptors():  # 3: the parent, 4: the console
            a, b = os.dup2(parent_end.fileno(), 100), os.dup2(console_end.fileno(), 101)
            os.dup2(a, 3), os.dup2(b, 4)
            os.closerange(5, 200)
        self.process = subprocess.Popen([beffroi, '--role', 'clerk'], preexec_fn=descriptors, close_fds=False,
                                        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, env=env)
        parent_end.close()
        console_end.close()
        self.parent.send(struct.pack('>H', CONFIG) + language.encode() + folder.encode())
        first = self.parent.recv(65536)
        kind, text = struct.unpack('>H', first[:2])[0], first[2:].decode(errors='replace')
        self.link, self.fault = (text, None) if kind == READY else ('', text)

    def enter(self, answer):
        """What follows is asked by whoever that answer let in."""
        if answer.status == 200 and answer.session:
            self.session, self.csrf = answer.session, answer.json['csrf']
        return answer

    def follow(self, link, password=PASSWORD, **more):
        """A one-time link, and the password that it lets its owner set."""
        return self.enter(self.ask('session-link', body={'token': link, 'password': password} | more, session='', csrf=''))

    def sign_in(self, name, password=PASSWORD):
        return self.enter(self.ask('session-open', body={'name': name, 'password': password}, session='', csrf=''))

    def people(self, **roles):
        """Accounts with a password, by the administrator, who is signed in: name=role."""
        admin = self.session, self.csrf
        for name, role in roles.items():
            made = self.ask('user-add', body={'name': name, 'display': name.capitalize(), 'role': role})
            assert made.status == 201, made
            self.follow(made.json['link'])
            self.session, self.csrf = admin

    def receive(self):
        while True:
            message, fds, _, _ = socket.recv_fds(self.console, 200000, 1)
            if message[:2] != struct.pack('>H', CHANGED):
                break
            self.changes |= message[6]  # between answers it tells what moved
        return Answer(message, fds) if message else None

    def ask(self, id_, parts=None, session=None, token='', csrf=None, language='en', body=None, raw=None, **query):
        """One order: parts of the path and the query by name; body: what is said as JSON; raw: the same as bytes."""
        self.ticket += 1
        inputs = list((parts or {}).items()) + [(k.rstrip('_'), v) for k, v in query.items()]
        data = raw if raw is not None else b'' if body is None else json.dumps(body).encode()
        message = struct.pack('>HIH', ASK, self.ticket, self.table[id_]['number'])
        message += field(self.session if session is None else session) + field(token) + field(self.csrf if csrf is None else csrf)
        message += bytes(10) + b'\xff\xff\x7f\0\0\1' + struct.pack('BB', language == 'fr', len(inputs))
        message += b''.join(field(k) + field(v if isinstance(v, bytes) else str(v)) for k, v in inputs)
        message += struct.pack('>I', len(data))
        if len(data) <= INLINE_MAX:
            self.console.send(message + data)
        else:
            fd = os.memfd_create('order', os.MFD_ALLOW_SEALING)
            os.write(fd, data)
            fcntl.fcntl(fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE)
            socket.send_fds(self.console, [message], [fd])
            os.close(fd)
        answer = self.receive()
        if answer is not None:
            assert answer.ticket == self.ticket
            self.described.look(id_, answer)
        return answer

    def close(self):
        self.console.close()
        self.parent.close()
        _, errors = self.process.communicate(timeout=60)
        return self.process.returncode, errors.decode(errors='replace')
