# SPDX-License-Identifier: AGPL-3.0-or-later
"""The real servers of the town hall and of the internet side: each starts on a host and waits to listen."""
import functools
import pathlib
import subprocess
import threading

from town import HERE, LAN

USERS = {'mairie': 'Valbourg-2026', 'compta': 'Tresor!Public-59', 'admin': 'soleil', 'plans': 'cadastre59'}
CERTIFICATES = threading.Lock()


def dns_dhcp(town, lease=False, extra=()):
    """The box of the town hall: DNS with forwarding, DHCP when asked."""
    words = [
        'dnsmasq',
        '-k',
        '--conf-file=/dev/null',
        '--no-hosts',
        '--no-resolv',
        '--user=root',
        '--pid-file=',
        '--interface=lan0',
        '--bind-interfaces',
        '--cache-size=150',
        '--domain=valbourg.example',
        '--local=/valbourg.example/',
        '--server=198.51.100.53',
        f'--host-record=intranet.valbourg.example,{LAN}.10',
        f'--host-record=fichiers.valbourg.example,{LAN}.11',
        f'--host-record=etat-civil.valbourg.example,{LAN}.12',
        f'--host-record=imprimante.valbourg.example,{LAN}.50',
    ]
    if lease:
        words += [
            f'--dhcp-range={LAN}.100,{LAN}.150,2m',
            '--no-ping',
            '--dhcp-authoritative',
            f'--dhcp-leasefile={town.router.dir}/leases',
        ]
    return town.router.start([*words, *extra], port=53, udp=True)


def internet_dns(town, extra=()):
    """Answers for the internet: a few names, and NXDOMAIN for all the others."""
    words = [
        'dnsmasq',
        '-k',
        '--conf-file=/dev/null',
        '--no-hosts',
        '--no-resolv',
        '--user=root',
        '--pid-file=',
        '--listen-address=198.51.100.53',
        '--bind-interfaces',
        '--local=/#/',
        '--local-ttl=300',
        '--edns-packet-max=4096',
    ]
    for name, address in {
        'www.prefecture.example': '198.51.100.80',
        'www.journal.example': '198.51.100.80',
        'mises-a-jour.example': '198.51.100.90',
        'images.journal.example': '198.51.100.90',
        'ntp.horloge.example': '198.51.100.123',
        'ftp.imprimeur.example': '203.0.113.21',
        'sauvegarde.partenaire.example': '203.0.113.21',
        'depot.fichier.example': '203.0.113.66',
        'telemetry-sync.example': '203.0.113.99',
    }.items():
        words.append(f'--host-record={name},{address}')
    return town.resolver.start([*words, *extra], port=53, udp=True)


def certificates(folder):
    """One small authority and the certificates it signed; dates are fixed, so that a capture stays true."""
    folder = pathlib.Path(folder)
    with CERTIFICATES:
        if (folder / 'done').exists():
            return folder
        folder.mkdir(parents=True, exist_ok=True)
        run = functools.partial(subprocess.run, check=True, capture_output=True, cwd=folder)
        (folder / 'ca.cnf').write_text(
            '[ca]\ndefault_ca=d\n[d]\ndatabase=index\nserial=serial\nnew_certs_dir=.\ndefault_md=sha256\n'
            'policy=p\nunique_subject=no\ncopy_extensions=copy\nemail_in_dn=no\n'
            '[p]\ncommonName=supplied\norganizationName=optional\n'
            '[req]\ndistinguished_name=n\n[n]\n[v3_ca]\nbasicConstraints=critical,CA:TRUE\n'
        )
        (folder / 'index').write_text('')
        (folder / 'serial').write_text('1001\n')

        def key_and_request(name, subject, alt):
            run(['openssl', 'ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', f'{name}.key'])
            run(
                [
                    'openssl',
                    'req',
                    '-new',
                    '-key',
                    f'{name}.key',
                    '-subj',
                    subject,
                    '-config',
                    'ca.cnf',
                    '-out',
                    f'{name}.csr',
                    *(['-addext', f'subjectAltName=DNS:{alt}'] if alt else []),
                ]
            )

        def sign(name, first, last, *more):
            run(
                [
                    'openssl',
                    'ca',
                    '-batch',
                    '-config',
                    'ca.cnf',
                    '-notext',
                    '-startdate',
                    first,
                    '-enddate',
                    last,
                    '-in',
                    f'{name}.csr',
                    '-out',
                    f'{name}.crt',
                    *more,
                ]
            )

        key_and_request('ca', '/O=Autorite de Valbourg/CN=Valbourg Root', None)
        sign('ca', '20200101000000Z', '20450101000000Z', '-selfsign', '-keyfile', 'ca.key', '-extensions', 'v3_ca')
        by_ca = ('-cert', 'ca.crt', '-keyfile', 'ca.key')
        key_and_request('valid', '/O=Valbourg/CN=intranet.valbourg.example', 'intranet.valbourg.example')
        sign('valid', '20250901000000Z', '20450101000000Z', *by_ca)
        key_and_request('expired', '/O=Valbourg/CN=etat-civil.valbourg.example', 'etat-civil.valbourg.example')
        sign('expired', '20231201000000Z', '20251201000000Z', *by_ca)
        key_and_request('soon', '/O=Valbourg/CN=etat-civil.valbourg.example', 'etat-civil.valbourg.example')
        sign('soon', '20240601000000Z', '20260720000000Z', *by_ca)
        key_and_request('self', '/CN=imprimante.valbourg.example', 'imprimante.valbourg.example')
        sign('self', '20250101000000Z', '20450101000000Z', '-selfsign', '-keyfile', 'self.key')
        key_and_request('public', '/O=Journal/CN=www.journal.example', 'www.journal.example')
        sign('public', '20250901000000Z', '20450101000000Z', *by_ca)
        (folder / 'chain.crt').write_text((folder / 'valid.crt').read_text() + (folder / 'ca.crt').read_text())
        (folder / 'done').touch()
    return folder


def web(host, tls=None, port=80, tls_port=443, protocols='TLSv1.2', chain=None):
    """nginx: pages, a private folder behind HTTP basic, an upload address; TLS with the named certificate."""
    folder = certificates(host.town.dir.parent / 'certificates')
    root = host.dir / 'www'
    (root / 'prive').mkdir(parents=True, exist_ok=True)
    (root / 'index.html').write_text(
        '<!doctype html><title>Valbourg</title><h1>Bienvenue</h1>' + ''.join(f'<img src=/image-{i}.svg>' for i in range(6))
    )
    for i in range(40):
        (root / f'image-{i}.svg').write_text(f'<svg xmlns="http://www.w3.org/2000/svg"><text>{i}</text></svg>' + ' ' * (40 * i))
    (root / 'prive' / 'index.html').write_text('<title>Agents</title>')
    (root / 'page.html').write_text('<!doctype html><title>Demarches</title>' + '<p>Carte, passeport, permis.</p>' * 60)
    (root / 'mise-a-jour.bin').write_bytes(b'Paquet de mise a jour de demonstration. ' * 8000)
    (root / 'petit.bin').write_bytes(b'Signature de demonstration. ' * 40)
    hashed = subprocess.run(
        ['openssl', 'passwd', '-apr1', '-salt', 'valbourg', USERS['mairie']], capture_output=True, text=True, check=True
    ).stdout
    host.write('users', 'mairie:' + hashed)
    listen = f'listen {port};' if port else ''
    if tls:
        listen += (
            f' listen {tls_port} ssl; ssl_certificate {folder}/{chain or tls}.crt;'
            f' ssl_certificate_key {folder}/{tls}.key; ssl_protocols {protocols};'
        )
    host.write(
        'nginx.conf',
        f'''
daemon off; user root; pid {host.dir}/nginx.pid; error_log {host.dir}/error.log; worker_processes 1;
events {{ worker_connections 512; }}
http {{ types {{ text/html html; image/svg+xml svg; application/octet-stream bin; }}
access_log off; client_body_temp_path {host.dir}/tmp; client_max_body_size 200m;
server {{ {listen} root {root}; server_name _;
location /prive/ {{ auth_basic "Agents de Valbourg"; auth_basic_user_file {host.dir}/users; }}
location /depot {{ client_body_in_file_only clean; proxy_pass http://127.0.0.1:8099; }}
}}
server {{ listen 127.0.0.1:8099; client_body_in_file_only clean; location / {{ return 201 "recu\\n"; }} }} }}
''',
    )
    (host.dir / 'tmp').mkdir(exist_ok=True)
    return host.start(['nginx', '-c', host.dir / 'nginx.conf', '-e', host.dir / 'error.log'], port=port or tls_port)


def ssh(host, port=22, tries=3, startups='100'):
    key = host.dir / 'host_key'
    if not key.exists():
        subprocess.run(['ssh-keygen', '-qt', 'ed25519', '-N', '', '-f', key], check=True)
    conf = host.write(
        'sshd_config',
        f'Port {port}\nHostKey {key}\nPasswordAuthentication yes\nUsePAM no\n'
        f'PidFile none\nUseDNS no\nMaxAuthTries {tries}\nMaxStartups {startups}\nPrintMotd no\n'
        'Subsystem sftp internal-sftp\n',
    )
    return host.start(['/usr/sbin/sshd', '-D', '-e', '-f', conf], port=port)


def ftp(host, anonymous=False):
    (host.dir / 'public').mkdir(exist_ok=True)
    conf = host.write(
        'vsftpd.conf',
        'listen=YES\nbackground=NO\nlocal_enable=YES\nwrite_enable=YES\n'
        f'anonymous_enable={"YES" if anonymous else "NO"}\nftp_username=mairie\nanon_root={host.dir}/public\n'
        'seccomp_sandbox=NO\nisolate=NO\nisolate_network=NO\npam_service_name=vsftpd\n'
        f'secure_chroot_dir={host.dir}\npasv_min_port=40000\npasv_max_port=40100\n'
        'max_login_fails=3\ndelay_failed_login=0\n',
    )
    conf.chmod(0o600)
    return host.start(['vsftpd', conf], port=21)


def telnet(host):
    return host.start(['python3', HERE / 'super_server.py', '23', '/usr/sbin/telnetd', '-h'], port=23)


def samba(host):
    for name in ('private', 'lock', 'state', 'cache', 'pid', 'share', 'log'):
        (host.dir / name).mkdir(exist_ok=True)
    (host.dir / 'share').chmod(0o777)
    conf = host.write(
        'smb.conf',
        f'''[global]
workgroup = VALBOURG
netbios name = {host.name[:12].upper()}
server role = standalone server
private dir = {host.dir}/private
lock directory = {host.dir}/lock
state directory = {host.dir}/state
cache directory = {host.dir}/cache
pid directory = {host.dir}/pid
ncalrpc dir = {host.dir}/pid
log file = {host.dir}/log/log
disable netbios = yes
smb ports = 445
load printers = no
disable spoolss = yes
[commun]
path = {host.dir}/share
writable = yes
''',
    )
    for user in ('mairie', 'compta'):
        subprocess.run(
            ['smbpasswd', '-c', conf, '-s', '-a', user], input=f'{USERS[user]}\n' * 2, text=True, check=True, capture_output=True
        )
    return host.start(['smbd', '-F', '--no-process-group', '-s', conf], port=445)


def mariadb(host):
    data = host.dir / 'mysql'
    data.mkdir(exist_ok=True)
    subprocess.run(
        [
            'mariadb-install-db',
            '--no-defaults',
            '--user=root',
            f'--datadir={data}',
            '--auth-root-authentication-method=normal',
            '--skip-test-db',
        ],
        check=True,
        capture_output=True,
    )
    grants = host.write(
        'init.sql',
        "CREATE DATABASE etatcivil;\n"
        f"CREATE USER 'appli'@'%' IDENTIFIED BY '{USERS['mairie']}';\n"
        "GRANT ALL ON etatcivil.* TO 'appli'@'%';\n",
    )
    return host.start(
        [
            'mariadbd',
            '--no-defaults',
            '--user=root',
            f'--datadir={data}',
            '--bind-address=0.0.0.0',
            f'--socket={host.dir}/s',
            '--skip-name-resolve',
            '--innodb-buffer-pool-size=8M',
            '--max-connect-errors=100000',
            f'--init-file={grants}',
        ],
        port=3306,
    )


def redis(host):
    return host.start(
        [
            'redis-server',
            '--bind',
            '0.0.0.0',
            '--protected-mode',
            'no',
            '--save',
            '',
            '--requirepass',
            USERS['mairie'],
            '--daemonize',
            'no',
        ],
        port=6379,
    )


def clock(town):
    conf = town.horloge.write('chrony.conf', 'local stratum 2\nallow all\ncmdport 0\n' f'pidfile {town.horloge.dir}/pid\n')
    return town.horloge.start(['chronyd', '-x', '-d', '-u', 'root', '-f', conf], port=123, udp=True)


def rdp(host):
    """A remote-desktop door: X.224, TLS, then the door closes, as it does on a wrong password."""
    folder = certificates(host.town.dir.parent / 'certificates')
    return host.start(['python3', HERE / 'rdp_door.py', 'serve', folder / 'self.crt', folder / 'self.key'], port=3389)


def open_ports(host, *ports):
    """Ports that accept and say nothing, for hosts of which only the open ports matter."""
    return host.start(['python3', HERE / 'open_ports.py', *map(str, ports)], port=ports[-1])
