/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* NSL-KDD (Tavallaee et al. 2009), and KDD 1999 before it: 41 columns, the name of the attack, and of NSL-KDD how hard the row
 * is to tell. Its text files have no names of columns, its ARFF files do. */
#include "lesson/lesson_own.h"

#include "core/text.h"

static const char protocols_cstr[] = "tcp udp icmp";
/* What ordinary hosts are asked for first, then what only the curious ask for. */
static const char
    services_cstr[] = "http smtp ftp_data ftp domain_u urp_i telnet finger auth ntp_u ssh pop_3 IRC X11 time tim_i urh_i "
                      "red_i eco_i ecr_i other private domain printer shell login imap4 http_443 http_8001 http_2784 aol "
                      "harvest tftp_u pm_dump rje remote_job pop_2 sql_net sunrpc nntp echo netbios_ssn kshell netbios_ns "
                      "netstat link netbios_dgm systat ldap mtp exec klogin name hostnames discard daytime vmnet gopher efs "
                      "csnet_ns supdup nnsp ctf iso_tsap uucp_path whois bgp uucp courier Z39_50";
/* How far a connection came, the refused and half open ones together. */
static const char flags_cstr[] = "SF S1 S2 S3 OTH RSTO RSTR SH RSTOS0 S0 REJ";

static const struct lesson_field fields[] = {
    {.names_cstr = "duration", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_LOG4}},
    {.names_cstr = "protocol_type",
        .kind = LESSON_CODE,
        .coding = {.rule = LESSON_CODING_WORD, .words_cstr = protocols_cstr}},
    {.names_cstr = "service", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_WORD, .words_cstr = services_cstr}},
    {.names_cstr = "flag", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_WORD, .words_cstr = flags_cstr}},
    {.names_cstr = "src_bytes", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_LOG3}},
    {.names_cstr = "dst_bytes", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_LOG3}},
    {.names_cstr = "land", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_COUNT}},
    {.names_cstr = "wrong_fragment", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_COUNT}},
    {.names_cstr = "urgent", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_COUNT}},
    {.names_cstr = "hot", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_COUNT}},
    {.names_cstr = "num_failed_logins", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_COUNT}},
    {.names_cstr = "logged_in", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_COUNT}},
    {.names_cstr = "num_compromised", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_LOG5}},
    {.names_cstr = "root_shell", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_COUNT}},
    {.names_cstr = "su_attempted", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_COUNT}},
    {.names_cstr = "num_root", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_LOG5}},
    {.names_cstr = "num_file_creations", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_COUNT}},
    {.names_cstr = "num_shells", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_COUNT}},
    {.names_cstr = "num_access_files", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_COUNT}},
    {.names_cstr = "num_outbound_cmds", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_COUNT}},
    {.names_cstr = "is_host_login|is_hot_login", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_COUNT}},
    {.names_cstr = "is_guest_login", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_COUNT}},
    {.names_cstr = "count", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_LOG5}},
    {.names_cstr = "srv_count", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_LOG5}},
    {.names_cstr = "serror_rate", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_SHARE}},
    {.names_cstr = "srv_serror_rate", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_SHARE}},
    {.names_cstr = "rerror_rate", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_SHARE}},
    {.names_cstr = "srv_rerror_rate", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_SHARE}},
    {.names_cstr = "same_srv_rate", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_SHARE}},
    {.names_cstr = "diff_srv_rate", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_SHARE}},
    {.names_cstr = "srv_diff_host_rate", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_SHARE}},
    {.names_cstr = "dst_host_count", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_COUNT}},
    {.names_cstr = "dst_host_srv_count", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_COUNT}},
    {.names_cstr = "dst_host_same_srv_rate", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_SHARE}},
    {.names_cstr = "dst_host_diff_srv_rate", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_SHARE}},
    {.names_cstr = "dst_host_same_src_port_rate", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_SHARE}},
    {.names_cstr = "dst_host_srv_diff_host_rate", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_SHARE}},
    {.names_cstr = "dst_host_serror_rate", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_SHARE}},
    {.names_cstr = "dst_host_srv_serror_rate", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_SHARE}},
    {.names_cstr = "dst_host_rerror_rate", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_SHARE}},
    {.names_cstr = "dst_host_srv_rerror_rate", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_SHARE}},
    {.names_cstr = "label|class|attack|attack_type|xattack|outcome|target", .kind = LESSON_LABEL, .optional = true},
};

static const int8_t row_41[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
    26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40};
static const int8_t row_42[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
    26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41};
static const int8_t row_43[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
    26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, -1};

static const struct lesson_layout layouts[] = {
    {LENGTH_OF(row_41), row_41}, {LENGTH_OF(row_42), row_42}, {LENGTH_OF(row_43), row_43}};

const struct lesson_mapping lesson_own_kdd_nsl = {.name_cstr = "nsl-kdd",
    .schema_cstr = "nsl-kdd",
    .about_cstr = N_("the data sets NSL-KDD and KDD 1999, their 41 columns: a yard-stick, no sensor computes them"),
    .fields = fields,
    .field_count = LENGTH_OF(fields),
    .layouts = layouts,
    .layout_count = LENGTH_OF(layouts)};
