# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which field of tshark is compared with which of ours. Each comparer gives two counters of the same kind of tuple."""
import collections
import functools
import ipaddress
import re
import subprocess

FIELDS = """frame.number frame.len frame.protocols ip.src ip.dst ipv6.src ipv6.dst ip.proto ipv6.nxt ip.flags.mf ip.frag_offset
ip.len ipv6.plen
tcp.srcport tcp.dstport udp.srcport udp.dstport tcp.stream udp.stream _ws.malformed
dns.id dns.flags.response dns.flags.rcode dns.qry.name dns.qry.type dns.a dns.aaaa dns.cname dns.ns dns.ptr.domain_name
dns.mx.mail_exchange dns.count.queries dns.retransmit_request dns.retransmit_response dns.flags.opcode
http.request.method http.request.uri http.host http.user_agent http.response.code http.request.version
tls.handshake.type tls.handshake.extensions_server_name tls.handshake.ja3 tls.handshake.ja3s tls.handshake.version
tls.handshake.extensions.supported_version tls.handshake.certificate
ssh.protocol ssh.kex.hassh ssh.kex.hasshserver ssh.direction
dhcp.type dhcp.id dhcp.option.dhcp dhcp.option.hostname dhcp.ip.client dhcp.ip.your dhcp.hw.mac_addr
dhcp.option.requested_ip_address
quic.long.packet_type quic.version""".split()

# The IANA registry, from 1; gaps are empty words.
DNS_TYPES = {name: number for number, name in enumerate("""
    A NS MD MF CNAME SOA MB MG MR NULL WKS PTR HINFO MINFO MX TXT RP AFSDB X25 ISDN RT NSAP NSAPPTR SIG KEY PX GPOS AAAA LOC
    NXT EID NIMLOC SRV ATMA NAPTR KX CERT A6 DNAME SINK OPT APL DS SSHFP IPSECKEY RRSIG NSEC DNSKEY DHCID NSEC3 NSEC3PARAM
    TLSA SMIMEA - HIP NINFO RKEY TALINK CDS CDNSKEY OPENPGPKEY CSYNC ZONEMD SVCB HTTPS""".split(), 1)}
DNS_TYPES |= {"SPF": 99, "TKEY": 249, "TSIG": 250, "IXFR": 251, "AXFR": 252, "MAILB": 253, "MAILA": 254, "ANY": 255, "URI": 256,
              "CAA": 257}
DNS_RCODES = {"NOERROR": 0, "FORMERR": 1, "SERVFAIL": 2, "NXDOMAIN": 3, "NOTIMP": 4, "REFUSED": 5, "YXDOMAIN": 6, "YXRRSET": 7,
              "NXRRSET": 8, "NOTAUTH": 9, "NOTZONE": 10}
DHCP_TYPES = {"discover": 1, "offer": 2, "request": 3, "decline": 4, "ack": 5, "nak": 6, "release": 7, "inform": 8}
IP_NAMES = ("ip", "ipv6")
# What an ICMP error quotes is no packet. The others are carriers and links that we do not enter, and say so.
NOT_ENTERED = ("icmp", "icmpv6", "gtp", "wlan", "ppi", "juniper", "fr", "pktap", "nflog", "fddi", "arcnet")


def address(text):
    return ipaddress.ip_address(text).compressed


def first(row, field, default=None):
    return row.get(field, [default])[0]


def layers(row):
    """(protocol, source, port, destination, port) of each IP layer of a packet, outermost first."""
    taken = collections.Counter()

    def take(field):
        values = row.get(field, [])
        taken[field] += 1
        return values[taken[field] - 1] if taken[field] <= len(values) else None

    found = []
    for name in names_of(row):
        if name in IP_NAMES:
            source, destination = take(f"{name}.src"), take(f"{name}.dst")
            if source is not None and destination is not None:
                found.append([None, address(source), None, address(destination), None])
        elif name in ("tcp", "udp") and found and found[-1][0] is None:
            found[-1] = [name.upper(), found[-1][1], take(f"{name}.srcport"), found[-1][3], take(f"{name}.dstport")]
        elif name in NOT_ENTERED:
            break
    return [tuple(f) for f in found if f[0] is not None and f[2] is not None]


def innermost(row):
    found = layers(row)
    return found[-1] if found and not set(NOT_ENTERED) & set(names_of(row)) else None


def names_of(row):
    return first(row, "frame.protocols", "").split(":")


def ends(event):
    return (event["proto"], address(event["src_ip"]), str(event.get("src_port")), address(event["dest_ip"]),
            str(event.get("dest_port")))


def either_way(key):
    """One name for both directions of a flow."""
    protocol, source, source_port, destination, destination_port = key
    return (protocol,) + tuple(sorted([(source, source_port), (destination, destination_port)]))


def plain(text):
    """Text as both can write it: bytes that are not printable ASCII are said in different ways, and tshark cuts."""
    return re.sub(r"(\\[0-9]{3}|\\x[0-9a-f]{2}|\\[rnt]|[^!-~])+", "?", text)[:200] if text is not None else None


def of_type(events, kind):
    return [e for e in events if e["event_type"] == kind]


def flow(rows, events):
    """Packets and bytes of each direction of each pair of ends. A datagram in fragments is one packet for us and
    several for tshark: flows with fragments are left out."""
    theirs, fragmented = collections.defaultdict(lambda: [0, 0]), set()
    for row in rows:
        found = layers(row)
        link = 14 if names_of(row)[0] == "eth" else 0
        if any(int(v) > int(first(row, "frame.len")) - link for v in row.get("ip.len", []) + row.get("ipv6.plen", [])):
            continue  # longer than its frame: an anomaly for us, and no flow
        if any(v in ("1", "True") for v in row.get("ip.flags.mf", [])) or any(v != "0" for v in row.get("ip.frag_offset", [])) \
                or "ipv6.fraghdr" in first(row, "frame.protocols", ""):
            fragmented.update(either_way(k)[1:] and frozenset((k[1], k[3])) for k in found)
            fragmented.update(frozenset((address(s), address(d))) for s, d in
                              zip(row.get("ip.src", []) + row.get("ipv6.src", []), row.get("ip.dst", []) + row.get("ipv6.dst", [])))
        for key in found:
            theirs[key][0] += 1
            theirs[key][1] += int(first(row, "frame.len")) if key == found[0] else 0
    tunnelled = {k for row in rows for k in layers(row)[1:]}
    ours = collections.defaultdict(lambda: [0, 0])
    for event in of_type(events, "flow"):
        if event["proto"] not in ("TCP", "UDP"):
            continue
        key = ends(event)
        back = (key[0], key[3], key[4], key[1], key[2])
        for way, side in ((key, "toserver"), (back, "toclient")):
            if event["flow"]["pkts_" + side] > 0:
                ours[way][0] += event["flow"]["pkts_" + side]
                ours[way][1] += event["flow"]["bytes_" + side]

    def counter(counts):
        result = collections.Counter()
        for key, (packets, size) in counts.items():
            if frozenset((key[1], key[3])) not in fragmented:
                result[(*key, packets, 0 if key in tunnelled else size)] += 1
        return result
    return counter(theirs), counter(ours)


def dns_tuple(number, response, names, types, rcode, addresses):
    names = tuple("" if n in ("<Root>", ".") else plain(n.lower()) for n in names)
    return (int(number), "response" if response else "request", names, tuple(types), rcode if response else 0,
            tuple(sorted(addresses)))


def dns(rows, events):
    """Unicast DNS. One packet may hold several messages (TCP): those of tshark's rows with several ids are left out."""
    theirs, left_out = collections.Counter(), set()
    for row in rows:
        if "dns" not in names_of(row) or "dns.id" not in row or innermost(row) is None:
            continue
        if len(row["dns.id"]) > 1 or "_ws.malformed" in row or "dns.flags.response" not in row or \
                any(n.startswith("<") and n != "<Root>" for n in row.get("dns.qry.name", [])):
            left_out.update(int(v, 16) for v in row["dns.id"])
            continue
        number = int(first(row, "dns.id"), 16)
        response = first(row, "dns.flags.response") in ("1", "True")
        theirs[dns_tuple(number, response, row.get("dns.qry.name", []), [int(t) for t in row.get("dns.qry.type", [])],
                         int(first(row, "dns.flags.rcode", "0")),
                         [address(a) for a in row.get("dns.a", []) + row.get("dns.aaaa", [])])] += 1
    ours = collections.Counter()
    for event in of_type(events, "dns"):
        message = event["dns"]
        queries = message.get("queries", [])
        records = message.get("answers", []) + message.get("authorities", []) + message.get("additionals", [])
        ours[dns_tuple(message["id"], message["type"] == "response", [q["rrname"] for q in queries],
                       [DNS_TYPES.get(q["rrtype"], int(q["rrtype"]) if q["rrtype"].isdigit() else q["rrtype"]) for q in queries],
                       DNS_RCODES.get(message["rcode"], message["rcode"]),
                       [address(r["rdata"]) for r in records if r["rrtype"] in ("A", "AAAA") and r.get("rdata")])] += 1
    for number in left_out:
        for counter in (theirs, ours):
            for key in [k for k in counter if k[0] == number]:
                del counter[key]
    return theirs, ours


def http(rows, events):
    """Requests (method, target, host, agent) and status codes, per pair of ends; only flows where tshark saw HTTP/1."""
    theirs, known = collections.Counter(), set()
    for row in rows:
        key = innermost(row)
        if key is None or key[0] != "TCP" or "http" not in names_of(row) or "socks" in names_of(row):
            continue
        known.add(either_way(key))
        methods, targets = row.get("http.request.method", []), row.get("http.request.uri", [])
        hosts, agents = row.get("http.host", []), row.get("http.user_agent", [])
        for i, method in enumerate(methods):
            whole = len(methods) == 1 or (len(hosts) in (0, len(methods)) and len(agents) in (0, len(methods)))
            theirs[("request", *either_way(key)[1:], method, plain(targets[i]) if i < len(targets) else None,
                    (plain(hosts[i].strip().lower()) if whole and i < len(hosts) else None),
                    (plain(agents[i].strip()) if whole and i < len(agents) else None))] += 1
        for code in row.get("http.response.code", []):
            if code.startswith("1") and code != "101":
                continue  # an event has the final status
            theirs[("status", *either_way(key)[1:], int(code))] += 1
    ours = collections.Counter()
    for event in of_type(events, "http"):
        key, message = ends(event), event["http"]
        if either_way(key) not in known:
            continue
        if "http_method" in message:
            host = message.get("hostname")
            if host is not None and "http_port" in message:
                host = f"{host}:{message['http_port']}"
            ours[("request", *either_way(key)[1:], message["http_method"], plain(message.get("url")),
                  plain(host.strip().lower()) if host else None,
                  plain(message.get("http_user_agent").strip()) if message.get("http_user_agent") else None)] += 1
        if "status" in message:
            ours[("status", *either_way(key)[1:], message["status"])] += 1
    return theirs, ours


@functools.lru_cache(maxsize=None)
def certificate(der_hex):
    """Serial number, begin and end of a certificate as openssl reads them; None when it cannot."""
    done = subprocess.run(["openssl", "x509", "-inform", "DER", "-noout", "-serial", "-dates", "-subject", "-issuer", "-nameopt",
                           "RFC2253,-esc_msb,utf8"], input=bytes.fromhex(der_hex), capture_output=True)
    if done.returncode != 0:
        return None
    said = dict(line.split("=", 1) for line in done.stdout.decode(errors="replace").splitlines() if "=" in line)
    return (said["serial"].lstrip("0"), openssl_time(said["notBefore"]), openssl_time(said["notAfter"]), said["subject"],
            said["issuer"])


def openssl_time(text):
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    month, day, clock, year, _ = text.split()
    return f"{int(year):04}-{months.index(month) + 1:02}-{int(day):02}T{clock}"


# TLS within these is not looked for.
CARRIERS = {"openvpn", "quic", "eap", "ldap", "socks", "tpkt", "tds"}


def tls(rows, events):
    """Names, fingerprints and the server's first certificate of each connection over TCP."""
    theirs, seen = collections.Counter(), set()
    known = set()
    for row in rows:
        key = innermost(row)
        if key is None or key[0] != "TCP" or "tls.handshake.type" not in row or CARRIERS & set(names_of(row)):
            continue
        pair = either_way(key)[1:]
        known.add(pair)
        types = row["tls.handshake.type"]
        for what, field, wanted in (("ja3", "tls.handshake.ja3", "1"), ("ja3s", "tls.handshake.ja3s", "2"),
                                    ("sni", "tls.handshake.extensions_server_name", "1")):
            if field in row and wanted in types and (what, pair) not in seen:
                seen.add((what, pair))
                theirs[(what, *pair, plain(first(row, field).lower()))] += 1
        if "tls.handshake.certificate" in row and ("certificate", pair) not in seen:
            seen.add(("certificate", pair))
            read = certificate(first(row, "tls.handshake.certificate"))
            if read is not None:
                theirs[("certificate", *pair, *read[:3])] += 1
    ours, seen = collections.Counter(), set()
    for event in of_type(events, "tls"):
        pair, message = either_way(ends(event))[1:], event["tls"]
        if pair not in known:
            continue
        for what, value in (("ja3", message.get("ja3", {}).get("hash")), ("ja3s", message.get("ja3s", {}).get("hash")),
                            ("sni", message.get("sni"))):
            if value is not None and (what, pair) not in seen:
                seen.add((what, pair))
                ours[(what, *pair, plain(value.lower()))] += 1
        if "serial" in message and ("certificate", pair) not in seen:
            seen.add(("certificate", pair))
            ours[("certificate", *pair, message["serial"].replace(":", "").upper().lstrip("0"), message["notbefore"],
                  message["notafter"])] += 1
    return theirs, ours


def ssh(rows, events):
    """Banners and HASSH of both sides."""
    theirs, seen = collections.Counter(), set()
    for row in rows:
        key = innermost(row)
        if key is None:
            continue
        for what, field in (("banner", "ssh.protocol"), ("hassh", "ssh.kex.hassh"), ("hassh", "ssh.kex.hasshserver")):
            if field in row and (what, key) not in seen:
                seen.add((what, key))
                # EVE gives the software without the comment after it.
                theirs[(what, *key[1:], plain(first(row, field).split(" ")[0].strip()))] += 1
    known = {key[1:] for _, key in seen}
    ours = collections.Counter()
    for event in of_type(events, "ssh"):
        key = ends(event)
        back = (key[0], key[3], key[4], key[1], key[2])
        for way, side in ((key, "client"), (back, "server")):
            peer = event["ssh"].get(side)
            if peer is None or way[1:] not in known:
                continue
            banner = f"SSH-{peer['proto_version']}-{peer.get('software_version', '')}"
            ours[("banner", *way[1:], plain(banner.strip()))] += 1
            if "hassh" in peer:
                ours[("hassh", *way[1:], peer["hassh"]["hash"])] += 1
    return theirs, ours


def dhcp(rows, events):
    theirs = collections.Counter()
    for row in rows:
        if "dhcp.id" not in row or len(row["dhcp.id"]) > 1 or "_ws.malformed" in row:
            continue
        kinds = row.get("dhcp.option.dhcp", [])
        theirs[(int(first(row, "dhcp.id"), 16), int(kinds[0]) if kinds else 0, plain(first(row, "dhcp.option.hostname")),
                first(row, "dhcp.ip.client"), first(row, "dhcp.ip.your"),
                first(row, "dhcp.option.requested_ip_address"))] += 1
    ours = collections.Counter()
    for event in of_type(events, "dhcp"):
        message = event["dhcp"]
        ours[(message["id"], DHCP_TYPES.get(message.get("dhcp_type"), message.get("dhcp_type", 0)), plain(message.get("hostname")),
              message["client_ip"], message["assigned_ip"], message.get("requested_ip"))] += 1
    return theirs, ours


def quic(rows, events):
    """Names asked for over QUIC, once per connection."""
    theirs = set()
    for row in rows:
        key = innermost(row)
        if key is None or key[0] != "UDP" or "quic" not in names_of(row):
            continue
        for name in row.get("tls.handshake.extensions_server_name", [])[:1]:
            theirs.add((*either_way(key)[1:], plain(name.lower())))
    ours = {(*either_way(ends(e))[1:], plain(e["quic"]["sni"].lower())) for e in of_type(events, "quic") if "sni" in e["quic"]}
    return collections.Counter(theirs), collections.Counter(ours)


COMPARERS = {"flow": flow, "dns": dns, "http": http, "tls": tls, "ssh": ssh, "dhcp": dhcp, "quic": quic}
