# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which field of tshark is compared with which of ours. Each comparer gives two counters of the same kind of tuple."""
import collections
import datetime
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
quic.long.packet_type quic.version gquic.tag.sni
frame.time_epoch dns.count.answers dns.resp.name dns.resp.type dns.srv.target dns.soa.mname
http.content_type http.referer http.location tls.handshake.extensions_alpn_str
ntp.flags.vn ntp.flags.mode ntp.stratum ntp.refid
smb2.cmd smb2.flags.response smb2.msg_id kerberos.msg_type
arp.opcode arp.src.proto_ipv4 arp.dst.proto_ipv4 arp.src.hw_mac""".split()

# The IANA registry, from 1; gaps are empty words.
DNS_TYPES = {name: number for number, name in enumerate("""
    A NS MD MF CNAME SOA MB MG MR NULL WKS PTR HINFO MINFO MX TXT RP AFSDB X25 ISDN RT NSAP NSAPPTR SIG KEY PX GPOS AAAA LOC
    NXT EID NIMLOC SRV ATMA NAPTR KX CERT A6 DNAME SINK OPT APL DS SSHFP IPSECKEY RRSIG NSEC DNSKEY DHCID NSEC3 NSEC3PARAM
    TLSA SMIMEA - HIP NINFO RKEY TALINK CDS CDNSKEY OPENPGPKEY CSYNC ZONEMD SVCB HTTPS""".split(), 1)}
DNS_TYPES |= {"SPF": 99, "TKEY": 249, "TSIG": 250, "IXFR": 251, "AXFR": 252, "MAILB": 253, "MAILA": 254, "ANY": 255, "URI": 256,
              "CAA": 257}
DNS_TARGETS = ["dns.cname", "dns.ns", "dns.ptr.domain_name", "dns.mx.mail_exchange", "dns.srv.target", "dns.soa.mname"]
DNS_UPDATE = "5"
DNS_RCODES = {"NOERROR": 0, "FORMERR": 1, "SERVFAIL": 2, "NXDOMAIN": 3, "NOTIMP": 4, "REFUSED": 5, "YXDOMAIN": 6, "YXRRSET": 7,
              "NXRRSET": 8, "NOTAUTH": 9, "NOTZONE": 10}
DHCP_TYPES = {"discover": 1, "offer": 2, "request": 3, "decline": 4, "ack": 5, "nak": 6, "release": 7, "inform": 8}
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
IP_NAMES = ("ip", "ipv6")
# What an ICMP error quotes is no packet. The others are carriers and links that we do not enter, and say so.
NOT_ENTERED = ("icmp", "icmpv6", "gtp", "wlan", "ppi", "juniper", "fr", "pktap", "nflog", "fddi", "arcnet", "ipoib", "macsec",
               "openflow", "ayiya", "sflow")
# A header that cannot be what it says. We keep no flow for the packet; tshark shows what it can of it.
BROKEN_HEADERS = {f"decoder.{e}" for e in ("ipv4.trunc_pkt", "ipv4.hlen_too_small", "ipv4.iplen_smaller_than_hlen", "ipv4.wrong_ip_version",
                                           "ipv6.trunc_pkt", "ipv6.wrong_ip_version", "tcp.pkt_too_small", "tcp.hlen_too_small",
                                           "tcp.invalid_optlen", "udp.pkt_too_small", "udp.hlen_too_small", "udp.hlen_invalid")}


def address(text):
    """In one form; ::ffff:192.0.2.1 is 192.0.2.1 for us (core/addr.h)."""
    found = ipaddress.ip_address(text)
    return (getattr(found, "ipv4_mapped", None) or found).compressed


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
    if "broken" in row:
        found = found[:-1]
    return [tuple(f) for f in found if f[0] is not None and f[2] is not None]


def mark_broken(rows, events):
    """Marks the packets whose innermost header is broken, as we say in an event that belongs to no flow."""
    broken = {e.get("pcap_cnt") for e in of_type(events, "anomaly")
              if e["anomaly"].get("event") in BROKEN_HEADERS and "flow_id" not in e}
    for row in rows:
        if int(first(row, "frame.number")) in broken:
            row["broken"] = ["1"]


def is_carried(row):
    """Whether IP stands in IP before the first TCP or UDP."""
    names = names_of(row)
    ends = min(names.index(n) for n in ("tcp", "udp") if n in names)
    return sum(n in IP_NAMES for n in names[:ends]) > 1


def innermost(row):
    found = layers(row)
    return found[-1] if found and not set(NOT_ENTERED) & set(names_of(row)) and "broken" not in row else None


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


def epoch_us(text):
    whole, _, part = text.partition(".")
    return int(whole) * 1000000 + int(part[:6].ljust(6, "0"))


def microseconds(text):
    return int((datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z") - EPOCH) / datetime.timedelta(microseconds=1))


def widen(spans, key, start, end):
    """First packet (in the order of the capture, and of time) and latest of what two ends said to one another, in us."""
    name = either_way(key)
    old = spans.get(name, (start, start, end))
    spans[name] = (old[0], min(old[1], start), max(old[2], end))


def flow(rows, events):
    """Packets and bytes of each direction of each pair of ends, and when they began and ended. A datagram in fragments is one packet for us and
    several for tshark: flows with fragments are left out."""
    theirs, fragmented = collections.defaultdict(lambda: [0, 0]), set()
    theirs_spans, ours_spans, tunnelled = {}, {}, set()  # the bytes of what a tunnel carries are no frame's
    for row in rows:
        found = layers(row)
        if any(v in ("1", "True") for v in row.get("ip.flags.mf", [])) or any(v != "0" for v in row.get("ip.frag_offset", [])) \
                or "ipv6.fraghdr" in first(row, "frame.protocols", ""):
            fragmented.update(either_way(k)[1:] and frozenset((k[1], k[3])) for k in found)
            fragmented.update(frozenset((address(s), address(d))) for s, d in
                              zip(row.get("ip.src", []) + row.get("ipv6.src", []), row.get("ip.dst", []) + row.get("ipv6.dst", [])))
        for key in found:
            theirs[key][0] += 1
            theirs[key][1] += int(first(row, "frame.len"))
            if key != found[0] or is_carried(row):
                tunnelled.add(key)
            widen(theirs_spans, key, *[epoch_us(first(row, "frame.time_epoch"))] * 2)
    ours, spans = collections.defaultdict(lambda: [0, 0]), []
    for event in of_type(events, "flow"):
        if event.get("proto") not in ("TCP", "UDP"):
            continue
        key = ends(event)
        back = (key[0], key[3], key[4], key[1], key[2])
        for way, side in ((key, "toserver"), (back, "toclient")):
            if event["flow"]["pkts_" + side] > 0:
                ours[way][0] += event["flow"]["pkts_" + side]
                ours[way][1] += event["flow"]["bytes_" + side]
        spans.append((key, microseconds(event["flow"]["start"]), microseconds(event["flow"]["end"])))
    for key, start, end in spans:
        widen(ours_spans, key, start, end)
    # Packets that a capture holds out of order: a flow begins with the one that comes first, and may be over and come again.
    for key, (_, start, end) in ours_spans.items():
        either = theirs_spans.get(key, (start, start))[:2]
        ours_spans[key] = (start, end)
        if key in theirs_spans:
            theirs_spans[key] = (start if start in either else either[1], theirs_spans[key][2])

    def counter(counts, spans):
        result = collections.Counter(("span", *key[1:], *span) for key, span in spans.items()
                                     if frozenset((key[1][0], key[2][0])) not in fragmented)
        for key, (packets, size) in counts.items():
            if frozenset((key[1], key[3])) not in fragmented:
                result[(*key, packets, 0 if key in tunnelled else size)] += 1
        return result
    return counter(theirs, theirs_spans), counter(ours, ours_spans)


def dns_tuple(number, response, names, types, rcode, addresses, targets, answers):
    names = tuple("" if n in ("<Root>", ".") else plain(n.lower()) for n in names)
    return (int(number), "response" if response else "request", names, tuple(types), rcode if response else 0,
            tuple(sorted(addresses)), tuple(sorted("" if t in ("<Root>", ".", None) else plain(t.lower()) for t in targets)),
            answers)


def targets(record):
    """The names that a record points to, where tshark has a field for them."""
    if record["rrtype"] in ("CNAME", "NS", "PTR", "MX"):
        return [record.get("rdata")]
    return [record[k][n] for k, n in (("srv", "name"), ("soa", "mname")) if k in record]


def counted(answers, types):
    """How many answers there are; None with TXT or SPF among them: EVE has a record for each of their strings."""
    return None if {"16", "99"} & set(types[:answers]) else answers


def dns(rows, events):
    """Unicast DNS. One packet may hold several messages (TCP): those of tshark's rows with several ids are left out."""
    theirs, left_out = collections.Counter(), set()
    for row in rows:
        if "dns" not in names_of(row) or "dns.id" not in row or innermost(row) is None or "http2" in names_of(row):
            continue  # within HTTP/2, where the capture holds the keys of its connections: not for us
        if len(row["dns.id"]) > 1 or "_ws.malformed" in row or "dns.flags.response" not in row or \
                any(n.startswith("<") and n != "<Root>" for f in ["dns.qry.name", *DNS_TARGETS] for n in row.get(f, [])):
            left_out.update(int(v, 16) for v in row["dns.id"])
            continue
        number = int(first(row, "dns.id"), 16)
        response = first(row, "dns.flags.response") in ("1", "True")
        is_update = first(row, "dns.flags.opcode") == DNS_UPDATE  # its sections have other names in tshark (RFC 2136)
        theirs[dns_tuple(number, response, row.get("dns.qry.name", []), [int(t) for t in row.get("dns.qry.type", [])],
                         int(first(row, "dns.flags.rcode", "0")),
                         [address(a) for a in row.get("dns.a", []) + row.get("dns.aaaa", [])],
                         [t for f in DNS_TARGETS for t in row.get(f, [])] if not is_update else [],
                         counted(int(first(row, "dns.count.answers", "0")), row.get("dns.resp.type", [])) if not is_update else None)] += 1
    ours = collections.Counter()
    for event in of_type(events, "dns"):
        message = event["dns"]
        is_update = str(message["opcode"]) == DNS_UPDATE
        queries = message.get("queries", [])
        answers = message.get("answers", [])
        records = answers + message.get("authorities", []) + message.get("additionals", [])
        ours[dns_tuple(message["id"], message["type"] == "response", [q["rrname"] for q in queries],
                       [DNS_TYPES.get(q["rrtype"], int(q["rrtype"]) if q["rrtype"].isdigit() else q["rrtype"]) for q in queries],
                       DNS_RCODES.get(message["rcode"], message["rcode"]),
                       [address(r["rdata"]) for r in records if r["rrtype"] in ("A", "AAAA") and r.get("rdata")],
                       [t for r in records for t in targets(r)] if not is_update else [],
                       counted(len(answers), [str(DNS_TYPES.get(r["rrtype"])) for r in answers]) if not is_update else None)] += 1
    for number in left_out:
        for counter in (theirs, ours):
            for key in [k for k in counter if k[0] == number]:
                del counter[key]
    return theirs, ours


def media(text):
    """A media type without its parameters, as EVE has it."""
    return text.split(";")[0].strip()


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
        if len(methods) == 1 and len(targets) < 2 and not first(row, "http.request.version", "HTTP/").startswith("HTTP/"):
            # tshark cuts the line at the second space: with two spaces before the target, all is the version.
            targets = [" ".join([*targets, first(row, "http.request.version")]).rsplit(None, 1)[0].strip()]
        if len(methods) == 1 and methods[0] == "CONNECT" and not hosts and ":" in first(row, "http.request.uri", ""):
            hosts = targets  # RFC 9112 3.2.3: the target of CONNECT is the host
        for i, method in enumerate(methods):
            whole = len(methods) == 1 or (len(hosts) in (0, len(methods)) and len(agents) in (0, len(methods)))
            theirs[("request", *either_way(key)[1:], method, plain(targets[i]) if i < len(targets) else None,
                    (plain(hosts[i].strip().lower()) if whole and i < len(hosts) else None),
                    (plain(agents[i].strip()) if whole and i < len(agents) else None))] += 1
        codes = row.get("http.response.code", [])
        if len(methods) == 1 and not codes and "http.referer" in row:
            theirs[("referer", *either_way(key)[1:], plain(first(row, "http.referer").strip()))] += 1
        if len(codes) == 1 and not methods and not codes[0].startswith("1"):
            for what, field in (("type", "http.content_type"), ("redirect", "http.location")):
                if field in row:
                    theirs[(what, *either_way(key)[1:], plain(media(first(row, field)) if what == "type" else first(row, field)))] += 1
        for code in codes:
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
        for what, name in (("referer", "http_refer"), ("type", "http_content_type"), ("redirect", "redirect")):
            if name in message:
                ours[(what, *either_way(key)[1:], plain(media(message[name]) if what == "type" else message[name]))] += 1
        if "status" in message:
            ours[("status", *either_way(key)[1:], message["status"])] += 1
    return theirs, ours


@functools.lru_cache(maxsize=None)
def certificate(der_hex):
    """Serial number, begin, end, subject and issuer of a certificate as openssl reads them; None when it cannot."""
    done = subprocess.run(["openssl", "x509", "-inform", "DER", "-noout", "-serial", "-dates", "-subject", "-issuer", "-nameopt",
                           "sep_comma_plus_space,sname,utf8"], input=bytes.fromhex(der_hex), capture_output=True)
    if done.returncode != 0:
        return None
    said = dict(line.split("=", 1) for line in done.stdout.decode(errors="replace").splitlines() if "=" in line)
    return (said["serial"].lstrip("0"), openssl_time(said["notBefore"]), openssl_time(said["notAfter"]),
            *(plain(said[n].replace("emailAddress=", "Email=")) for n in ("subject", "issuer")))


def openssl_time(text):
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    month, day, clock, year, _ = text.split()
    return f"{int(year):04}-{months.index(month) + 1:02}-{int(day):02}T{clock}"


TLS_VERSIONS = {0x0002: "SSLv2", 0x0300: "SSLv3", 0x0301: "TLSv1", 0x0302: "TLS 1.1", 0x0303: "TLS 1.2", 0x0304: "TLS 1.3"}
TLS_VERSIONS |= {0x7F00 + n: "TLS 1.3 draft-<16" for n in range(1, 16)}
TLS_VERSIONS |= {0x7F00 + n: f"TLS 1.3 draft-{n}" for n in range(16, 29)}
TLS_VERSIONS |= {0xFB00 + n: f"TLS 1.3 draft-{n}-fb" for n in range(20, 27)}  # of one company
def server_says_more(rows, row, key):
    """Whether a later packet of the same direction holds another ServerHello."""
    return any("2" in r["tls.handshake.type"] and innermost(r) == key
               for r in rows[rows.index(row) + 1:] if "tls.handshake.type" in r)


# TLS within these is not looked for.
CARRIERS = {"openvpn", "quic", "eap", "socks", "tpkt", "tds"}


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
                # The first of two in TLS 1.3 is a HelloRetryRequest: no fingerprint of the connection.
                if what != "ja3s" or "tls.handshake.extensions.supported_version" not in row or not server_says_more(rows, row, key):
                    seen.add((what, pair))
                else:
                    continue
                theirs[(what, *pair, plain(first(row, field).lower()))] += 1
        if set(types) == {"1"} and "tls.handshake.extensions_alpn_str" in row and ("alpn", pair) not in seen:
            seen.add(("alpn", pair))
            theirs[("alpn", *pair, plain(",".join(row["tls.handshake.extensions_alpn_str"])))] += 1
        if "2" in types and "1" not in types and "tls.handshake.version" in row and ("version", pair) not in seen:
            seen.add(("version", pair))
            chosen = int(first(row, "tls.handshake.extensions.supported_version", first(row, "tls.handshake.version")), 16)
            theirs[("version", *pair, TLS_VERSIONS.get(chosen, chosen))] += 1
        if "tls.handshake.certificate" in row and ("certificate", pair) not in seen:
            seen.add(("certificate", pair))
            read = certificate(first(row, "tls.handshake.certificate"))
            if read is not None:
                theirs[("certificate", *pair, *read)] += 1
    versions = {key[:-1] for key in theirs if key[0] == "version"}
    ours, seen = collections.Counter(), set()
    for event in of_type(events, "tls"):
        pair, message = either_way(ends(event))[1:], event["tls"]
        if pair not in known:
            continue
        for what, value in (("ja3", message.get("ja3", {}).get("hash")), ("ja3s", message.get("ja3s", {}).get("hash")),
                            ("sni", message.get("sni")), ("alpn", ",".join(message.get("client_alpns", [])) or None)):
            if value is not None and (what, pair) not in seen:
                seen.add((what, pair))
                ours[(what, *pair, plain(value if what == "alpn" else value.lower()))] += 1
        if ("version", *pair) in versions and ("version", pair) not in seen:
            seen.add(("version", pair))
            ours[("version", *pair, message["version"])] += 1
        if "serial" in message and ("certificate", pair) not in seen:
            seen.add(("certificate", pair))
            ours[("certificate", *pair, message["serial"].replace(":", "").upper().lstrip("0"), message["notbefore"],
                  message["notafter"], plain(message["subject"]), plain(message["issuerdn"]))] += 1
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
    left_out = {int(v, 16) for row in rows if "_ws.malformed" in row for v in row.get("dhcp.id", [])}
    for row in rows:
        if "dhcp.id" not in row or len(row["dhcp.id"]) > 1 or "_ws.malformed" in row or innermost(row) is None:
            continue
        kinds = row.get("dhcp.option.dhcp", [])
        theirs[(int(first(row, "dhcp.id"), 16), int(kinds[0]) if kinds else 0, plain(first(row, "dhcp.option.hostname")),
                first(row, "dhcp.ip.client"), first(row, "dhcp.ip.your"),
                first(row, "dhcp.option.requested_ip_address"))] += 1
    ours = collections.Counter()
    for event in of_type(events, "dhcp"):
        message = event["dhcp"]
        if not {event["src_port"], event["dest_port"]} & {67, 68} or message["id"] in left_out:
            continue  # recognised by its content; or broken, and tshark stops where we go on
        ours[(message["id"], DHCP_TYPES.get(message.get("dhcp_type"), message.get("dhcp_type", 0)), plain(message.get("hostname")),
              message["client_ip"], message["assigned_ip"], message.get("requested_ip"))] += 1
    return theirs, ours


def quic(rows, events):
    """Names asked for over QUIC, once per connection."""
    theirs = set()
    for row in rows:
        key = innermost(row)
        if key is None or key[0] != "UDP" or not {"quic", "gquic"} & set(names_of(row)):
            continue
        if any(int(v, 16) & 0x0F0F0F0F == 0x0A0A0A0A for v in row.get("quic.version", [])):
            continue  # RFC 9000 15: of no version, to be refused
        for field in ("tls.handshake.extensions_server_name", "gquic.tag.sni"):
            for name in row.get(field, [])[:1]:
                theirs.add((*either_way(key)[1:], plain(name.lower())))
    ours = {(*either_way(ends(e))[1:], plain(e["quic"]["sni"].lower())) for e in of_type(events, "quic") if "sni" in e["quic"]}
    return collections.Counter(theirs), collections.Counter(ours)


def ntp(rows, events):
    """Version and mode of each message; stratum and reference of the modes that have them."""
    theirs = collections.Counter()
    for row in rows:
        if "ntp.flags.mode" not in row or len(row["ntp.flags.mode"]) > 1 or "_ws.malformed" in row or innermost(row) is None:
            continue
        mode = int(first(row, "ntp.flags.mode"))
        clock = (int(first(row, "ntp.stratum", "0")), first(row, "ntp.refid", "").replace(":", "")) if mode < 6 else (None, None)
        theirs[(*innermost(row)[1:], int(first(row, "ntp.flags.vn")), mode, *clock)] += 1
    ours = collections.Counter()
    for event in of_type(events, "ntp"):
        message = event["ntp"]
        if 123 not in (event["src_port"], event["dest_port"]):
            continue  # recognised by its content
        ours[(*ends(event)[1:], message["version"], message["mode"], message.get("stratum"),
              message["reference_id"].replace(":", "") if "reference_id" in message else None)] += 1
    return theirs, ours


SMB2_COMMANDS = {"SESSION_SETUP": 1, "SESSION_LOGOFF": 2, "TREE_CONNECT": 3, "TREE_DISCONNECT": 4, "CREATE": 5, "CLOSE": 6, "FLUSH": 7,
                 "KEEPALIVE": 13, "FIND": 14}


def smb(rows, events):
    """The requests of SMB 2 that have an event each, by connection and command."""
    theirs, ours = collections.Counter(), collections.Counter()
    for row in rows:
        if "smb2.cmd" not in row or "_ws.malformed" in row or innermost(row) is None:
            continue
        for command, response in zip(row["smb2.cmd"], row.get("smb2.flags.response", [])):
            if response in ("0", "False") and int(command) in SMB2_COMMANDS.values():
                theirs[(*innermost(row)[1:], int(command))] += 1
    for event in of_type(events, "smb"):
        command = event["smb"].get("command", "").removeprefix("SMB2_COMMAND_")
        if command in SMB2_COMMANDS:
            ours[(*ends(event)[1:], SMB2_COMMANDS[command])] += 1
    return theirs, ours


COMPARERS = {"smb": smb, "flow": flow, "dns": dns, "http": http, "tls": tls, "ssh": ssh, "dhcp": dhcp, "quic": quic, "ntp": ntp}
