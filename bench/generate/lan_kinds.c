/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "kinds.h"
#include "net.h"

/* ---- SMB 3.1.1: negotiation and log-on in clear, everything else sealed ---- */

enum { SMB_NEGOTIATE = 0, SMB_SETUP = 1, SMB_RESPONSE = 1, SMB_MORE = 0x16 };

static void
start_smb(struct world *w, struct flow *f)
{
	struct noise *n = &w->noise;
	uint32_t client = noise_below(n, NET_CLIENTS * 3 / 8);
	net_join(w, f, client, net_server(1, noise_below(n, 20)), 445);
	f->rtt_us = noise_between(n, 150, 900);
	f->turns_left = (uint16_t)noise_tail(n, 4, 14, 200);
	f->v6 = false;
}

static void
smb_header(struct paper *p, struct noise *n, unsigned command, unsigned id, bool response, bool more)
{
	paper_bytes(p, "\xfeSMB\x40\x00", 6);
	paper_le16(p, 1);
	paper_le32(p, more ? 0xc0000016 : 0);
	paper_le16(p, command);
	paper_le16(p, 31);
	paper_le32(p, response ? SMB_RESPONSE : 0);
	paper_le32(p, 0);
	paper_le32(p, id);
	paper_zero(p, 12);
	paper_le32(p, command == SMB_SETUP && id > 1 ? noise_u32(n) | 1 : 0);
	paper_zero(p, 4 + 16);
}

static void
smb_negotiate(struct paper *p, struct noise *n, bool response)
{
	smb_header(p, n, SMB_NEGOTIATE, 0, response, false);
	if (!response) {
		paper_le16(p, 36);
		paper_le16(p, 3);
		paper_le16(p, 1);
		paper_le16(p, 0);
		paper_le32(p, 0x7f);
		paper_noise(p, n, 16);
		paper_zero(p, 8);
		paper_le16(p, 0x0202);
		paper_le16(p, 0x0210);
		paper_le16(p, 0x0302);
		return;
	}
	paper_le16(p, 65);
	paper_le16(p, 1);
	paper_le16(p, 0x0302);
	paper_le16(p, 0);
	paper_noise(p, n, 16);
	paper_le32(p, 0x2f);
	for (int i = 0; i < 3; i++)
		paper_le32(p, 0x800000);
	paper_le32(p, 0);
	paper_le32(p, 0x01da1700);
	paper_zero(p, 8);
	paper_le16(p, 128);
	paper_le16(p, 0);
	paper_le32(p, 0);
}

static void
ntlm(struct paper *p, struct noise *n, unsigned message)
{
	paper_bytes(p, "NTLMSSP", 8);
	paper_le32(p, message);
	if (message == 1) {
		paper_le32(p, 0xe2088297);
		paper_zero(p, 16);
		paper_bytes(p, "\x0a\x00\x63\x45\x00\x00\x00\x0f", 8);
	} else {
		paper_le16(p, 8);
		paper_le16(p, 8);
		paper_le32(p, 48);
		paper_le32(p, 0xe2898215);
		paper_noise(p, n, 8);
		paper_zero(p, 8);
		paper_le16(p, 0);
		paper_le16(p, 0);
		paper_le32(p, 56);
		paper_bytes(p, "M\0E\0R\0I\0", 8);
	}
}

static void
smb_setup(struct paper *p, struct noise *n, unsigned id, bool response)
{
	bool more = response && id == 1;
	smb_header(p, n, SMB_SETUP, id, response, more);
	if (response) {
		paper_le16(p, 9);
		paper_le16(p, 0);
		paper_le16(p, 72);
		paper_le16(p, more ? 56 : 0);
		if (more)
			ntlm(p, n, 2);
		return;
	}
	paper_le16(p, 25);
	paper_u8(p, 0);
	paper_u8(p, 1);
	paper_le32(p, 1);
	paper_le32(p, 0);
	paper_le16(p, 88);
	paper_le16(p, 40);
	paper_zero(p, 8);
	ntlm(p, n, 1);
}

static void
smb_sealed(struct world *w, struct flow *f, uint32_t len)
{
	struct noise *n = &w->noise;
	paper_be32(f->head, 52 + len); /* NetBIOS session message */
	paper_bytes(f->head, "\xfdSMB", 4);
	paper_noise(f->head, n, 16);
	paper_noise(f->head, n, 11);
	paper_zero(f->head, 5);
	paper_le32(f->head, len);
	paper_le16(f->head, 0);
	paper_le16(f->head, 1);
	paper_le32(f->head, f->id | 1);
	paper_le32(f->head, 0x4c000000);
	paper_u8(f->head, 0x42); /* sealed bytes that start like another SMB header mislead who guesses */
	f->turn.body = BODY_NOISE;
	f->turn.body_len = len - 1;
}

static bool
next_smb(struct world *w, struct flow *f)
{
	struct noise *n = &w->noise;
	struct turn *t = &f->turn;
	unsigned step = f->step++;
	t->from = step % 2 ? SERVER : CLIENT;
	t->delay_us = t->from == SERVER ? f->rtt_us + noise_tail(n, 50, 400, 60000) : noise_tail(n, 60, 1500, 2000000);
	if (step >= 6) {
		if (t->from == CLIENT && f->turns_left-- == 0)
			return false;
		if (t->from == CLIENT)
			f->word = noise_below(n, 100);
		uint32_t read = noise_tail(n, 400, 5000, 1048576);
		bool bulk_from_client = f->word < 6, bulk_from_server = f->word >= 6 && f->word < 24;
		bool bulk = t->from == CLIENT ? bulk_from_client : bulk_from_server;
		smb_sealed(w, f, bulk ? read : noise_between(n, 84, 420));
		return true;
	}
	size_t mark;
	paper_u8(f->head, 0);
	mark = paper_open(f->head, 3);
	if (step < 2)
		smb_negotiate(f->head, n, step == 1);
	else
		smb_setup(f->head, n, step / 2, t->from == SERVER);
	paper_close(f->head, mark, 3);
	return true;
}

/* ---- SSH: banners, key exchange, then sealed packets ---- */

static void
start_ssh(struct world *w, struct flow *f)
{
	struct noise *n = &w->noise;
	uint32_t client = noise_below(n, NET_CLIENTS * 3 / 8);
	net_join(w, f, client, net_server(3, noise_below(n, 30)), 22);
	f->rtt_us = noise_between(n, 150, 2500);
	f->turns_left = (uint16_t)noise_tail(n, 6, 24, 300);
}

static void
ssh_list(struct paper *p, const char *names_cstr)
{
	size_t mark = paper_open(p, 4);
	paper_str(p, names_cstr);
	paper_close(p, mark, 4);
}

/* RFC 4253 6: the packet and its padding are a multiple of 8 bytes. */
static size_t
ssh_open(struct paper *p)
{
	size_t mark = paper_open(p, 4);
	paper_u8(p, 0);
	return mark;
}

static void
ssh_close(struct paper *p, size_t mark)
{
	size_t pad = 8 - (p->len - mark + 4) % 8;
	if (pad < 4)
		pad += 8;
	paper_zero(p, pad);
	p->at[mark] = (uint8_t)pad;
	paper_close(p, mark, 4);
}

static void
ssh_kexinit(struct paper *p, struct noise *n, bool server)
{
	static const char ciphers[] =
	    "chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr,aes128-gcm@openssh.com,aes256-gcm@openssh.com";
	static const char macs[] =
	    "umac-64-etm@openssh.com,umac-128-etm@openssh.com,hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha1-etm@openssh.com,"
	    "umac-64@openssh.com,umac-128@openssh.com,hmac-sha2-256,hmac-sha2-512,hmac-sha1";
	size_t mark = ssh_open(p);
	paper_u8(p, 20);
	paper_noise(p, n, 16);
	ssh_list(p,
	    server
	        ? "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,diffie-hellman-group16-sha512,diffie-hellman-group14-sha256"
	        : "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,diffie-hellman-group14-sha256,ext-info-c");
	ssh_list(p,
	    server ? "rsa-sha2-512,rsa-sha2-256,ssh-ed25519"
	           : "ssh-ed25519-cert-v01@openssh.com,ssh-ed25519,ecdsa-sha2-nistp256,rsa-sha2-512,rsa-sha2-256");
	for (int i = 0; i < 2; i++)
		ssh_list(p, ciphers);
	for (int i = 0; i < 2; i++)
		ssh_list(p, macs);
	for (int i = 0; i < 2; i++)
		ssh_list(p, "none,zlib@openssh.com");
	for (int i = 0; i < 2; i++)
		ssh_list(p, "");
	paper_u8(p, 0);
	paper_be32(p, 0);
	ssh_close(p, mark);
}

static void
ssh_kex_reply(struct paper *p, struct noise *n)
{
	size_t mark = ssh_open(p);
	paper_u8(p, 31);
	size_t key = paper_open(p, 4);
	ssh_list(p, "ssh-ed25519");
	paper_be32(p, 32);
	paper_noise(p, n, 32);
	paper_close(p, key, 4);
	paper_be32(p, 32);
	paper_noise(p, n, 32);
	size_t signature = paper_open(p, 4);
	ssh_list(p, "ssh-ed25519");
	paper_be32(p, 64);
	paper_noise(p, n, 64);
	paper_close(p, signature, 4);
	ssh_close(p, mark);
}

static void
ssh_newkeys(struct paper *p)
{
	size_t mark = ssh_open(p);
	paper_u8(p, 21);
	ssh_close(p, mark);
}

static bool
ssh_sealed(struct world *w, struct flow *f)
{
	struct noise *n = &w->noise;
	struct turn *t = &f->turn;
	if (t->from == CLIENT && f->turns_left-- == 0)
		return false;
	bool copy = f->id % 16 == 0;
	t->body = BODY_NOISE;
	t->delay_us = t->from == SERVER ? f->rtt_us + noise_tail(n, 50, 900, 200000) : noise_tail(n, 200, 90000, 3000000);
	t->body_len = t->from == CLIENT && copy ? noise_between(n, 4000, 32768) / 8 * 8 + 4
	                                        : noise_between(n, 36, t->from == CLIENT ? 76 : 240) / 8 * 8 + 4;
	return true;
}

static bool
next_ssh(struct world *w, struct flow *f)
{
	struct noise *n = &w->noise;
	struct turn *t = &f->turn;
	unsigned step = f->step++;
	/* the server's banner, the client's, its key exchange, the server's; then they alternate */
	t->from = step == 0 || step == 3 || step == 5 || (step > 6 && step % 2 == 0) ? SERVER : CLIENT;
	t->delay_us = t->from == SERVER ? f->rtt_us + noise_between(n, 300, 6000) : noise_between(n, 100, 4000);
	size_t mark;
	switch (step) {
	case 0: paper_str(f->head, "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u1\r\n"); return true;
	case 1:
		paper_str(
		    f->head, f->end[CLIENT].ttl == 64 ? "SSH-2.0-OpenSSH_9.5\r\n" : "SSH-2.0-OpenSSH_for_Windows_8.6\r\n");
		return true;
	case 2:
	case 3: ssh_kexinit(f->head, n, step == 3); return true;
	case 4:
		mark = ssh_open(f->head);
		paper_u8(f->head, 30);
		paper_be32(f->head, 32);
		paper_noise(f->head, n, 32);
		ssh_close(f->head, mark);
		return true;
	case 5:
		ssh_kex_reply(f->head, n);
		ssh_newkeys(f->head);
		return true;
	case 6: ssh_newkeys(f->head); return true;
	default: return ssh_sealed(w, f);
	}
}

/* ---- mail ---- */

static void
start_smtp(struct world *w, struct flow *f)
{
	struct noise *n = &w->noise;
	net_join(w, f, noise_below(n, NET_CLIENTS * 3 / 8), net_server(2, 15), 25);
	f->rtt_us = noise_between(n, 150, 40000);
}

static bool
next_smtp(struct world *w, struct flow *f)
{
	struct noise *n = &w->noise;
	struct turn *t = &f->turn;
	unsigned step = f->step++;
	t->from = step % 2 ? CLIENT : SERVER;
	t->delay_us = t->from == SERVER ? f->rtt_us + noise_tail(n, 100, 3000, 400000) : noise_between(n, 80, 2000);
	switch (step) {
	case 0: paper_str(f->head, "220 mx.ville.example ESMTP Postfix (Debian/GNU)\r\n"); return true;
	case 1: paper_printf(f->head, "EHLO poste-%u.ville.example\r\n", f->id % 1500); return true;
	case 2:
		paper_str(f->head,
		    "250-mx.ville.example\r\n250-PIPELINING\r\n250-SIZE 30000000\r\n250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250 CHUNKING\r\n");
		return true;
	case 3:
		paper_printf(
		    f->head, "MAIL FROM:<agent%u@ville.example> SIZE=%u\r\n", f->id % 1500, noise_between(n, 2000, 900000));
		return true;
	case 4: paper_str(f->head, "250 2.1.0 Ok\r\n"); return true;
	case 5: paper_printf(f->head, "RCPT TO:<service%u@region.example>\r\n", noise_below(n, 400)); return true;
	case 6: paper_str(f->head, "250 2.1.5 Ok\r\n"); return true;
	case 7: paper_str(f->head, "DATA\r\n"); return true;
	case 8: paper_str(f->head, "354 End data with <CR><LF>.<CR><LF>\r\n"); return true;
	case 9:
		paper_printf(f->head,
		    "From: Agent %u <agent%u@ville.example>\r\nTo: service@region.example\r\nSubject: Compte rendu %u\r\nMIME-Version: 1.0\r\n"
		    "Content-Type: application/pdf; name=\"compte-rendu.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\n",
		    f->id % 1500, f->id % 1500, noise_below(n, 9999));
		t->body = BODY_BASE64;
		t->body_len = noise_tail(n, 300, 12000, 2000000) / 78 * 78 + 76;
		t->body_at = t->body_at / 78 * 78; /* begins with a whole line */
		f->step = 21;
		return true;
	case 21:
		paper_str(f->head, "\r\n.\r\n");
		f->step = 10;
		return true;
	case 10: paper_printf(f->head, "250 2.0.0 Ok: queued as %08X\r\n", noise_u32(n)); return true;
	case 11: paper_str(f->head, "QUIT\r\n"); return true;
	case 12: paper_str(f->head, "221 2.0.0 Bye\r\n"); return true;
	default: return false;
	}
}

const struct kind kinds_smb = {"smb", TRANSPORT_TCP, start_smb, next_smb};
const struct kind kinds_ssh = {"ssh", TRANSPORT_TCP, start_ssh, next_ssh};
const struct kind kinds_smtp = {"smtp", TRANSPORT_TCP, start_smtp, next_smtp};
