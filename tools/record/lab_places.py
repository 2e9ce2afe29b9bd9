# SPDX-License-Identifier: AGPL-3.0-or-later
"""The organisations that tools/record-lab plays: which machines there are, and what each is for.

A machine's parts are words that lab_serve.py (what it offers) and lab_life.py (what it does by itself) know.
"""
import dataclasses


@dataclasses.dataclass
class Plan:
    name: str
    says: str
    prefix: str
    line_kbit: tuple  # up, down
    machines: dict  # name: (last byte of the address, parts)
    absent: tuple = ()  # last bytes of machines that are often switched off, and that others still ask for


PLANS = {
    plan.name: plan
    for plan in (
        Plan(
            'town-hall',
            'a town hall: desks, intranet, files, mail, civil status, two telephones, a public site',
            '192.168.20',
            (20000, 90000),
            {
                'intranet': (10, ('web', 'ssh', 'public', 'login')),
                'fichiers': (11, ('smb', 'ssh', 'rsync', 'snmp')),
                'courrier': (12, ('mail', 'ssh')),
                'etatcivil': (13, ('sql', 'redis', 'ssh', 'backup')),
                'supervision': (15, ('monitor', 'ssh', 'admin')),
                'camera1': (40, ('camera',)),
                'enregistreur': (41, ('recorder',)),
                'imprimante1': (50, ('printer', 'snmp')),
                'telephone1': (61, ('phone',)),
                'telephone2': (62, ('phone',)),
                **{f'poste{n}': (100 + n, ('desk', 'office', 'ssh') if n == 1 else ('desk', 'office')) for n in range(1, 7)},
            },
            (51, 120),
        ),
        Plan(
            'workshop',
            'a workshop: three controllers and their panel, a historian, machine programs by FTP, drawings, few desks',
            '10.42.7',
            (5000, 40000),
            {
                'plans': (10, ('smb', 'ftp', 'ssh', 'backup')),
                'historien': (11, ('mqtt', 'sql', 'ssh')),
                'gestion': (12, ('web', 'login', 'ssh', 'snmp')),
                'automate1': (21, ('modbus', 'snmp')),
                'automate2': (22, ('modbus',)),
                'automate3': (23, ('modbus', 'telnet')),
                'pupitre': (30, ('panel', 'rdp')),
                'camera1': (41, ('camera',)),
                'camera2': (42, ('camera',)),
                'imprimante1': (50, ('printer', 'snmp')),
                'admin': (15, ('monitor', 'admin', 'recorder', 'ssh')),
                'capteur1': (71, ('sensor',)),
                'capteur2': (72, ('sensor',)),
                **{f'poste{n}': (100 + n, ('desk', 'drawing')) for n in range(1, 5)},
            },
            (24, 110),
        ),
        Plan(
            'school',
            'a school: many pupils on the web, a learning site, a library of films, few servers',
            '172.16.8',
            (10000, 100000),
            {
                'pedagogie': (10, ('web', 'login', 'public', 'ssh')),
                'partage': (11, ('smb', 'snmp', 'ftp')),
                'videotheque': (12, ('films', 'ssh')),
                'technique': (15, ('monitor', 'admin', 'backup', 'ssh')),
                'imprimante1': (50, ('printer', 'snmp')),
                'imprimante2': (52, ('printer',)),
                'borne': (60, ('camera',)),
                **{f'poste{n}': (100 + n, ('desk', 'pupil')) for n in range(1, 10)},
                'professeur1': (131, ('desk', 'office')),
                'professeur2': (132, ('desk', 'office')),
            },
            (51, 140),
        ),
        Plan(
            'clinic',
            'a clinic: pictures sent to an archive, laboratory messages, appointments, monitors that never sleep',
            '10.20.30',
            (30000, 60000),
            {
                'archive': (10, ('pictures', 'ssh', 'backup')),
                'dossiers': (11, ('web', 'login', 'sql', 'ssh')),
                'laboratoire': (12, ('messages', 'redis')),
                'courrier': (13, ('mail',)),
                'fichiers': (14, ('smb', 'rsync', 'ssh', 'snmp')),
                'scanner1': (31, ('modality',)),
                'moniteur1': (71, ('sensor',)),
                'moniteur2': (72, ('sensor',)),
                'moniteur3': (73, ('sensor',)),
                'passerelle': (70, ('mqtt',)),
                'imprimante1': (50, ('printer', 'snmp')),
                'technique': (15, ('monitor', 'admin', 'ssh')),
                'telephone1': (61, ('phone',)),
                'telephone2': (62, ('phone',)),
                **{f'poste{n}': (100 + n, ('desk', 'care', 'rdp') if n == 1 else ('desk', 'care')) for n in range(1, 6)},
            },
            (32, 121),
        ),
    )
}
