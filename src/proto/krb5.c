/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/krb5.h"

#include "proto/ber.h"

/* What is inside [n] of a sequence, which may be absent. */
static struct bytes
take_field(struct cursor *c, unsigned n, bool *found)
{
	return ber_take_optional(c, (uint8_t)BER_CONTEXT(n), found);
}

static int32_t
take_integer(struct cursor *c, unsigned n)
{
	struct cursor field = cursor_of(ber_take_tagged(c, (uint8_t)BER_CONTEXT(n)));
	struct bytes value = ber_take_tagged(&field, BER_INTEGER);
	bool negative = value.len > 0 && (value.at[0] & 0x80) != 0;
	uint32_t number = negative ? UINT32_MAX : 0;
	if (cursor_ok(c) && (!cursor_ok(&field) || value.len > 4))
		cursor_stop(c, PARSE_BAD);
	for (size_t i = 0; i < value.len && i < 4; i++)
		number = number << 8 | value.at[i];
	return (int32_t)number;
}

/* 5.2.2: PrincipalName */
static void
read_name(struct bytes field, struct krb5_name *out, struct cursor *outer)
{
	struct cursor c = cursor_of(field);
	struct cursor sequence = cursor_of(ber_take_tagged(&c, BER_SEQUENCE));
	(void)ber_take_tagged(&sequence, BER_CONTEXT(0));
	struct cursor first = cursor_of(ber_take_tagged(&sequence, BER_CONTEXT(1)));
	struct cursor parts = cursor_of(ber_take_tagged(&first, BER_SEQUENCE));
	while (parts.left > 0 && out->count < KRB5_NAMES_MAX)
		out->parts[out->count++] = ber_take_tagged(&parts, BER_GENERAL_STRING);
	if (!cursor_ok(&sequence) || !cursor_ok(&parts))
		cursor_stop(outer, PARSE_BAD);
}

static struct bytes
read_realm(struct bytes field, struct cursor *outer)
{
	struct cursor c = cursor_of(field);
	struct bytes realm = ber_take_tagged(&c, BER_GENERAL_STRING);
	if (!cursor_ok(&c))
		cursor_stop(outer, PARSE_BAD);
	return realm;
}

/* 5.2.9: EncryptedData, of which the cipher is in clear */
static int32_t
read_cipher(struct bytes field, struct cursor *outer)
{
	struct cursor c = cursor_of(field);
	struct cursor sequence = cursor_of(ber_take_tagged(&c, BER_SEQUENCE));
	int32_t cipher = take_integer(&sequence, 0);
	if (!cursor_ok(&sequence))
		cursor_stop(outer, PARSE_BAD);
	return cipher;
}

/* 5.4.1: KDC-REQ, and its body */
static void
read_request(struct cursor *c, struct krb5 *k)
{
	bool found;
	(void)ber_take_tagged(c, BER_CONTEXT(1)); /* version, type: known */
	(void)ber_take_tagged(c, BER_CONTEXT(2));
	(void)take_field(c, 3, &found); /* what proves who asks */
	struct cursor fourth = cursor_of(ber_take_tagged(c, BER_CONTEXT(4)));
	struct cursor body = cursor_of(ber_take_tagged(&fourth, BER_SEQUENCE));
	(void)ber_take_tagged(&body, BER_CONTEXT(0));
	struct bytes name = take_field(&body, 1, &found);
	if (found)
		read_name(name, &k->client, c);
	k->realm = read_realm(ber_take_tagged(&body, BER_CONTEXT(2)), &body);
	name = take_field(&body, 3, &found);
	if (found)
		read_name(name, &k->service, c);
	if (!cursor_ok(&body))
		cursor_stop(c, PARSE_BAD);
}

/* 5.4.2: KDC-REP; 5.3: Ticket */
static void
read_answer(struct cursor *c, struct krb5 *k)
{
	bool found;
	(void)ber_take_tagged(c, BER_CONTEXT(0));
	(void)ber_take_tagged(c, BER_CONTEXT(1));
	(void)take_field(c, 2, &found);
	k->realm = read_realm(ber_take_tagged(c, BER_CONTEXT(3)), c);
	read_name(ber_take_tagged(c, BER_CONTEXT(4)), &k->client, c);
	struct cursor fifth = cursor_of(ber_take_tagged(c, BER_CONTEXT(5)));
	struct cursor application = cursor_of(ber_take_tagged(&fifth, BER_APPLICATION(1)));
	struct cursor ticket = cursor_of(ber_take_tagged(&application, BER_SEQUENCE));
	(void)ber_take_tagged(&ticket, BER_CONTEXT(0));
	(void)ber_take_tagged(&ticket, BER_CONTEXT(1));
	read_name(ber_take_tagged(&ticket, BER_CONTEXT(2)), &k->service, c);
	k->ticket_cipher = read_cipher(ber_take_tagged(&ticket, BER_CONTEXT(3)), &ticket);
	k->cipher = read_cipher(ber_take_tagged(c, BER_CONTEXT(6)), c);
	k->has_cipher = k->has_ticket = true;
	if (!cursor_ok(&ticket))
		cursor_stop(c, PARSE_BAD);
}

/* 5.9.1: KRB-ERROR */
static void
read_error(struct cursor *c, struct krb5 *k)
{
	bool found;
	for (unsigned n = 0; n <= 3; n++) /* version, type, times of the client */
		(void)take_field(c, n, &found);
	(void)ber_take_tagged(c, BER_CONTEXT(4));
	(void)ber_take_tagged(c, BER_CONTEXT(5));
	k->error = take_integer(c, 6);
	struct bytes realm = take_field(c, 7, &found);
	if (found)
		k->realm = read_realm(realm, c);
	struct bytes name = take_field(c, 8, &found);
	if (found)
		read_name(name, &k->client, c);
	(void)ber_take_tagged(c, BER_CONTEXT(9)); /* the service's realm */
	read_name(ber_take_tagged(c, BER_CONTEXT(10)), &k->service, c);
}

enum parse
krb5_parse(struct bytes message, struct krb5 *out)
{
	struct cursor c = cursor_of(message);
	struct krb5 k = {0};
	uint8_t tag;
	struct cursor inside = cursor_of(ber_take(&c, &tag));
	struct cursor fields = cursor_of(ber_take_tagged(&inside, BER_SEQUENCE));
	k.type = tag & 0x1f;
	if (cursor_ok(&c) && (tag & 0xe0) != 0x60)
		cursor_stop(&c, PARSE_BAD);
	if (cursor_ok(&c)) {
		if (k.type == KRB5_AS_REQ || k.type == KRB5_TGS_REQ)
			read_request(&fields, &k);
		else if (k.type == KRB5_AS_REP || k.type == KRB5_TGS_REP)
			read_answer(&fields, &k);
		else if (k.type == KRB5_ERROR)
			read_error(&fields, &k);
		else if (krb5_type_name(k.type) == NULL)
			cursor_stop(&c, PARSE_BAD);
		cursor_join(&c, &inside);
		cursor_join(&c, &fields);
	}
	if (cursor_ok(&c))
		*out = k;
	return c.state;
}

const char *
krb5_type_name(uint8_t type)
{
	switch (type) {
	case KRB5_AS_REQ: return "KRB_AS_REQ";
	case KRB5_AS_REP: return "KRB_AS_REP";
	case KRB5_TGS_REQ: return "KRB_TGS_REQ";
	case KRB5_TGS_REP: return "KRB_TGS_REP";
	case KRB5_AP_REQ: return "KRB_AP_REQ";
	case KRB5_AP_REP: return "KRB_AP_REP";
	case 20: return "KRB_SAFE";
	case 21: return "KRB_PRIV";
	case 22: return "KRB_CRED";
	case KRB5_ERROR: return "KRB_ERROR";
	default: return NULL;
	}
}

const char *
krb5_cipher_name(int32_t cipher)
{
	static const char *const names[] = {[1] = "des-cbc-crc",
	    [2] = "des-cbc-md4",
	    [3] = "des-cbc-md5",
	    [5] = "des3-cbc-md5",
	    [7] = "des3-cbc-sha1",
	    [16] = "des3-cbc-sha1-kd",
	    [17] = "aes128-cts-hmac-sha1-96",
	    [18] = "aes256-cts-hmac-sha1-96",
	    [19] = "aes128-cts-hmac-sha256-128",
	    [20] = "aes256-cts-hmac-sha384-192",
	    [23] = "rc4-hmac",
	    [24] = "rc4-hmac-exp",
	    [25] = "camellia128-cts-cmac",
	    [26] = "camellia256-cts-cmac"};
	return cipher >= 0 && (size_t)cipher < LENGTH_OF(names) ? names[cipher] : NULL;
}

/* RFC 6649, RFC 8429; what Microsoft numbered below zero is RC4 and DES too. */
bool
krb5_cipher_is_weak(int32_t cipher)
{
	bool is_good = (cipher >= 17 && cipher <= 20) || cipher == 25 || cipher == 26;
	return !is_good;
}

/* RFC 4120 7.5.9 */
const char *
krb5_error_name(int32_t error)
{
	static const char *const names[] = {"KDC_ERR_NONE", "KDC_ERR_NAME_EXP", "KDC_ERR_SERVICE_EXP", "KDC_ERR_BAD_PVNO",
	    "KDC_ERR_C_OLD_MAST_KVNO", "KDC_ERR_S_OLD_MAST_KVNO", "KDC_ERR_C_PRINCIPAL_UNKNOWN",
	    "KDC_ERR_S_PRINCIPAL_UNKNOWN", "KDC_ERR_PRINCIPAL_NOT_UNIQUE", "KDC_ERR_NULL_KEY", "KDC_ERR_CANNOT_POSTDATE",
	    "KDC_ERR_NEVER_VALID", "KDC_ERR_POLICY", "KDC_ERR_BADOPTION", "KDC_ERR_ETYPE_NOSUPP", "KDC_ERR_SUMTYPE_NOSUPP",
	    "KDC_ERR_PADATA_TYPE_NOSUPP", "KDC_ERR_TRTYPE_NOSUPP", "KDC_ERR_CLIENT_REVOKED", "KDC_ERR_SERVICE_REVOKED",
	    "KDC_ERR_TGT_REVOKED", "KDC_ERR_CLIENT_NOTYET", "KDC_ERR_SERVICE_NOTYET", "KDC_ERR_KEY_EXPIRED",
	    "KDC_ERR_PREAUTH_FAILED", "KDC_ERR_PREAUTH_REQUIRED", "KDC_ERR_SERVER_NOMATCH", "KDC_ERR_MUST_USE_USER2USER",
	    "KDC_ERR_PATH_NOT_ACCEPTED", "KDC_ERR_SVC_UNAVAILABLE", [31] = "KRB_AP_ERR_BAD_INTEGRITY",
	    [32] = "KRB_AP_ERR_TKT_EXPIRED", [33] = "KRB_AP_ERR_TKT_NYV", [34] = "KRB_AP_ERR_REPEAT",
	    [35] = "KRB_AP_ERR_NOT_US", [36] = "KRB_AP_ERR_BADMATCH", [37] = "KRB_AP_ERR_SKEW", [38] = "KRB_AP_ERR_BADADDR",
	    [39] = "KRB_AP_ERR_BADVERSION", [40] = "KRB_AP_ERR_MSG_TYPE", [41] = "KRB_AP_ERR_MODIFIED",
	    [42] = "KRB_AP_ERR_BADORDER", [44] = "KRB_AP_ERR_BADKEYVER", [45] = "KRB_AP_ERR_NOKEY",
	    [46] = "KRB_AP_ERR_MUT_FAIL", [47] = "KRB_AP_ERR_BADDIRECTION", [48] = "KRB_AP_ERR_METHOD",
	    [49] = "KRB_AP_ERR_BADSEQ", [50] = "KRB_AP_ERR_INAPP_CKSUM", [51] = "KRB_AP_PATH_NOT_ACCEPTED",
	    [52] = "KRB_ERR_RESPONSE_TOO_BIG", [60] = "KRB_ERR_GENERIC", [61] = "KRB_ERR_FIELD_TOOLONG",
	    [62] = "KDC_ERROR_CLIENT_NOT_TRUSTED", [63] = "KDC_ERROR_KDC_NOT_TRUSTED", [64] = "KDC_ERROR_INVALID_SIG",
	    [65] = "KDC_ERR_KEY_TOO_WEAK", [66] = "KDC_ERR_CERTIFICATE_MISMATCH", [67] = "KRB_AP_ERR_NO_TGT",
	    [68] = "KDC_ERR_WRONG_REALM", [69] = "KRB_AP_ERR_USER_TO_USER_REQUIRED",
	    [70] = "KDC_ERR_CANT_VERIFY_CERTIFICATE", [71] = "KDC_ERR_INVALID_CERTIFICATE",
	    [72] = "KDC_ERR_REVOKED_CERTIFICATE", [73] = "KDC_ERR_REVOCATION_STATUS_UNKNOWN",
	    [74] = "KDC_ERR_REVOCATION_STATUS_UNAVAILABLE", [75] = "KDC_ERR_CLIENT_NAME_MISMATCH",
	    [76] = "KDC_ERR_KDC_NAME_MISMATCH"};
	return error >= 0 && (size_t)error < LENGTH_OF(names) ? names[error] : NULL;
}
