/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* UNSW-NB15 (Moustafa, Slay 2015): its 42 columns, in the order of its training and testing sets; also its raw files, which
 * have 49 columns in another order and no names. */
#include "lesson/lesson_own.h"

#include "core/text.h"

/* The list of IANA in Argus' spelling, those that ordinary networks have first. */
static const char protocols_cstr
    [] = "udp tcp arp ospf icmp igmp rtp rtcp udt esp sctp unas any rsvp ipv6 sun-nd swipe mobile pim sep gre "
         "ip ggp ipnip st2 cbt egp igp bbn-rcc nvp pup argus emcon xnet chaos mux dcn hmp prm xns-idp trunk-1 "
         "trunk-2 leaf-1 leaf-2 rdp irtp iso-tp4 netblt mfe-nsp merit-inp 3pc idpr xtp ddp idpr-cmtp tp++ il "
         "sdrp ipv6-route ipv6-frag idrp mhrp bna i-nlsp narp tlsp skip ipv6-no ipv6-opts cftp sat-expak "
         "kryptolan rvd ippc sat-mon visa ipcv cpnx cphb wsn pvp br-sat-mon wb-mon wb-expak iso-ip vmtp "
         "secure-vmtp vines ttp nsfnet-igp dgp tcf eigrp sprite-rpc larp mtp ax.25 ipip micp aes-sp3-d etherip "
         "encap pri-enc gmtp ifmp pnni aris scps qnx a/n ipcomp snp compaq-peer ipx-n-ip vrrp pgm zero l2tp "
         "ddx iatp stp srp uti smp sm ptp isis fire crtp crudp sccopmce iplt sps pipe fc ib hopopt";
static const char services_cstr[] = "- dns http ftp-data ftp smtp pop3 ssh ssl snmp dhcp irc radius";
/* How far a conversation came, as Argus says it. */
static const char states_cstr[] = "INT REQ RST CON FIN ACC CLO ECO ECR PAR URN URH URP TXD MAS TST no";

static const struct lesson_field fields[] = {
    {.names_cstr = "dur", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_LOG3, .scale = 1e+06}},
    {.names_cstr = "proto", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_WORD, .words_cstr = protocols_cstr}},
    {.names_cstr = "service", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_WORD, .words_cstr = services_cstr}},
    {.names_cstr = "state", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_WORD, .words_cstr = states_cstr}},
    {.names_cstr = "spkts", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_LOG4}},
    {.names_cstr = "dpkts", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_LOG4}},
    {.names_cstr = "sbytes", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_BYTES}},
    {.names_cstr = "dbytes", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_BYTES}},
    {.names_cstr = "rate", .kind = LESSON_CODE, .optional = true, .coding = {.rule = LESSON_CODING_LOG3, .scale = 1000}},
    {.names_cstr = "sttl", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_COUNT}},
    {.names_cstr = "dttl", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_COUNT}},
    {.names_cstr = "sload", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_LOG3}},
    {.names_cstr = "dload", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_LOG3}},
    {.names_cstr = "sloss", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_LOG4}},
    {.names_cstr = "dloss", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_LOG4}},
    {.names_cstr = "sinpkt|sintpkt", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_LOG3, .scale = 1000}},
    {.names_cstr = "dinpkt|dintpkt", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_LOG3, .scale = 1000}},
    {.names_cstr = "sjit", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_LOG3, .scale = 1000}},
    {.names_cstr = "djit", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_LOG3, .scale = 1000}},
    {.names_cstr = "swin", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_COUNT}},
    {.names_cstr = "stcpb", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_LOG3}},
    {.names_cstr = "dtcpb", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_LOG3}},
    {.names_cstr = "dwin", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_COUNT}},
    {.names_cstr = "tcprtt", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_LOG3, .scale = 1e+06}},
    {.names_cstr = "synack", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_LOG3, .scale = 1e+06}},
    {.names_cstr = "ackdat", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_LOG3, .scale = 1e+06}},
    {.names_cstr = "smean|smeansz", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_LOG5}},
    {.names_cstr = "dmean|dmeansz", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_LOG5}},
    {.names_cstr = "trans_depth", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_COUNT}},
    {.names_cstr = "response_body_len|res_bdy_len", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_BYTES}},
    {.names_cstr = "ct_srv_src", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_COUNT}},
    {.names_cstr = "ct_state_ttl", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_COUNT}},
    {.names_cstr = "ct_dst_ltm", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_COUNT}},
    {.names_cstr = "ct_src_dport_ltm", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_COUNT}},
    {.names_cstr = "ct_dst_sport_ltm", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_COUNT}},
    {.names_cstr = "ct_dst_src_ltm", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_COUNT}},
    {.names_cstr = "is_ftp_login", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_COUNT}},
    {.names_cstr = "ct_ftp_cmd", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_COUNT}},
    {.names_cstr = "ct_flw_http_mthd", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_COUNT}},
    {.names_cstr = "ct_src_ltm", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_COUNT}},
    {.names_cstr = "ct_srv_dst", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_COUNT}},
    {.names_cstr = "is_sm_ips_ports", .kind = LESSON_CODE, .coding = {.rule = LESSON_CODING_COUNT}},
    {.names_cstr = "label", .kind = LESSON_LABEL, .optional = true},
    {.names_cstr = "attack_cat", .kind = LESSON_FAMILY, .optional = true},
    {.names_cstr = "stime", .kind = LESSON_TIME, .optional = true},
    {.names_cstr = "srcip", .kind = LESSON_SOURCE, .optional = true},
    {.names_cstr = "dstip", .kind = LESSON_ADDRESS, .optional = true},
};

static const int8_t row_42[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
    26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41};
static const int8_t row_43[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
    26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42};
static const int8_t row_44[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
    26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 43, 42};
static const int8_t row_45[] = {-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24,
    25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 43, 42};
static const int8_t row_49[] = {45, -1, 46, -1, 1, 3, 0, 6, 7, 9, 10, 13, 14, 2, 11, 12, 4, 5, 19, 22, 20, 21, 26, 27, 28,
    29, 17, 18, 44, -1, 15, 16, 23, 24, 25, 41, 31, 38, 36, 37, 30, 40, 32, 39, 33, 34, 35, 43, 42};

static const struct lesson_layout layouts[] = {{LENGTH_OF(row_42), row_42}, {LENGTH_OF(row_43), row_43},
    {LENGTH_OF(row_44), row_44}, {LENGTH_OF(row_45), row_45}, {LENGTH_OF(row_49), row_49}};

const struct lesson_mapping lesson_own_unsw_nb15 = {.name_cstr = "unsw-nb15",
    .schema_cstr = "unsw-nb15",
    .about_cstr = N_("the data set UNSW-NB15, its 42 columns: a yard-stick, no sensor computes them"),
    .fields = fields,
    .field_count = LENGTH_OF(fields),
    .layouts = layouts,
    .layout_count = LENGTH_OF(layouts)};
