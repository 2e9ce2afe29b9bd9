/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <stdio.h>

#include "net/anomaly.h"
#include "net/stream/conversation.h"

enum {
	C = 0,
	S = 1, /* who sends */
	NO_ANOMALY = -1,
	SYN = TCP_SYN,
	ACK = TCP_ACK,
	FIN = TCP_FIN,
	RST = TCP_RST,
	DATA = CONVERSATION_HAS_DATA,
	START = CONVERSATION_HAS_START,
	ESTABLISHED = CONVERSATION_NOW_ESTABLISHED,
	MIDSTREAM = CONVERSATION_NOW_MIDSTREAM,
	ENDING = CONVERSATION_NOW_ENDING,
	CLOSED = CONVERSATION_NOW_CLOSED,
	RESET = CONVERSATION_NOW_RESET,
	REUSED = CONVERSATION_IS_REUSED,
	AGAIN = CONVERSATION_IS_RETRANSMISSION,
	HOLE = CONVERSATION_IS_OUT_OF_ORDER,
	ALIVE = CONVERSATION_IS_KEEP_ALIVE,
	URGENT = CONVERSATION_IS_URGENT,
	STEPS_MAX = 14,
};

/* Numbers are relative: the client's first is 0, the server's 0; the test adds a base to each, near the wrap too. */
struct step {
	unsigned side;
	uint8_t flags;
	int64_t seq, ack;
	uint32_t len;
	enum conversation_state state; /* after it */
	uint32_t facts;
	int anomaly; /* the only one, or NO_ANOMALY */
};

struct row {
	const char *why;
	struct step steps[STEPS_MAX];
};

#define OPEN                                                                       \
	{C, SYN, 0, 0, 0, CONVERSATION_SYN_SENT, START, NO_ANOMALY},               \
	    {S, SYN | ACK, 0, 1, 0, CONVERSATION_SYN_RECV, START, NO_ANOMALY},     \
	{                                                                          \
		C, ACK, 1, 1, 0, CONVERSATION_ESTABLISHED, ESTABLISHED, NO_ANOMALY \
	}

#define SAYS(a) ANOMALY_STREAM_##a

/* clang-format off */
static const struct row rows[] = {
    {"a handshake, data both ways, and the client ends first", {
	OPEN,
	{C, ACK, 1, 1, 100, CONVERSATION_ESTABLISHED, DATA, NO_ANOMALY},
	{S, ACK, 1, 101, 500, CONVERSATION_ESTABLISHED, DATA, NO_ANOMALY},
	{C, FIN | ACK, 101, 501, 0, CONVERSATION_CLOSE_WAIT, ENDING, NO_ANOMALY},
	{S, ACK, 501, 102, 0, CONVERSATION_CLOSE_WAIT, 0, NO_ANOMALY},
	{S, ACK, 501, 102, 10, CONVERSATION_CLOSE_WAIT, DATA, NO_ANOMALY},
	{S, FIN | ACK, 511, 102, 0, CONVERSATION_LAST_ACK, ENDING, NO_ANOMALY},
	{C, ACK, 102, 512, 0, CONVERSATION_CLOSED, CLOSED, NO_ANOMALY},
	{C, ACK, 102, 512, 0, CONVERSATION_CLOSED, 0, NO_ANOMALY}}},
    {"the server ends first, with its last bytes", {
	OPEN,
	{S, FIN | ACK, 1, 1, 20, CONVERSATION_FIN_WAIT1, DATA | ENDING, NO_ANOMALY},
	{C, ACK, 1, 22, 0, CONVERSATION_FIN_WAIT2, 0, NO_ANOMALY},
	{C, FIN | ACK, 1, 22, 0, CONVERSATION_TIME_WAIT, ENDING, NO_ANOMALY},
	{S, ACK, 22, 2, 0, CONVERSATION_CLOSED, CLOSED, NO_ANOMALY}}},
    {"both end at once", {
	OPEN,
	{S, FIN | ACK, 1, 1, 0, CONVERSATION_FIN_WAIT1, ENDING, NO_ANOMALY},
	{C, FIN | ACK, 1, 1, 0, CONVERSATION_CLOSING, ENDING, NO_ANOMALY},
	{S, ACK, 2, 2, 0, CONVERSATION_CLOSING, 0, NO_ANOMALY},
	{C, ACK, 2, 2, 0, CONVERSATION_CLOSED, CLOSED, NO_ANOMALY}}},
    {"simultaneous open, RFC 9293 figure 8", {
	{C, SYN, 0, 0, 0, CONVERSATION_SYN_SENT, START, NO_ANOMALY},
	{S, SYN, 0, 0, 0, CONVERSATION_SYN_RECV, START, NO_ANOMALY},
	{C, SYN | ACK, 0, 1, 0, CONVERSATION_SYN_RECV, 0, NO_ANOMALY},
	{S, SYN | ACK, 0, 1, 0, CONVERSATION_ESTABLISHED, ESTABLISHED, NO_ANOMALY},
	{C, ACK, 1, 1, 5, CONVERSATION_ESTABLISHED, DATA, NO_ANOMALY}}},
    {"simultaneous open with an ACK of another SYN", {
	{C, SYN, 0, 0, 0, CONVERSATION_SYN_SENT, START, NO_ANOMALY},
	{S, SYN, 0, 0, 0, CONVERSATION_SYN_RECV, START, NO_ANOMALY},
	{S, SYN | ACK, 0, 7, 0, CONVERSATION_SYN_RECV, 0, SAYS(4WHS_SYNACK_WITH_WRONG_ACK)},
	{S, SYN | ACK, 9, 1, 0, CONVERSATION_SYN_RECV, 0, SAYS(4WHS_SYNACK_WITH_WRONG_SYN)},
	{C, ACK, 1, 77, 5, CONVERSATION_SYN_RECV, 0, SAYS(4WHS_INVALID_ACK)}}},
    {"picked up in the middle, then the other side speaks", {
	{C, ACK, 1000, 5000, 50, CONVERSATION_ESTABLISHED, MIDSTREAM | START | DATA, NO_ANOMALY},
	{S, ACK, 5000, 1050, 10, CONVERSATION_ESTABLISHED, START | DATA, NO_ANOMALY},
	{C, ACK, 1050, 5010, 50, CONVERSATION_ESTABLISHED, DATA, NO_ANOMALY}}},
    {"picked up at the SYN/ACK: the server is known all the same", {
	{C, SYN | ACK, 0, 1, 0, CONVERSATION_SYN_RECV, START, NO_ANOMALY},
	{S, ACK, 1, 1, 0, CONVERSATION_ESTABLISHED, START | ESTABLISHED, NO_ANOMALY},
	{S, ACK, 1, 1, 9, CONVERSATION_ESTABLISHED, DATA, NO_ANOMALY}}},
    {"only the client is heard", {
	{C, SYN, 0, 0, 0, CONVERSATION_SYN_SENT, START, NO_ANOMALY},
	{C, ACK, 1, 1, 0, CONVERSATION_ESTABLISHED, ESTABLISHED, NO_ANOMALY},
	{C, ACK, 1, 1, 10, CONVERSATION_ESTABLISHED, DATA, NO_ANOMALY},
	{C, ACK, 11, 40000, 10, CONVERSATION_ESTABLISHED, DATA, NO_ANOMALY},
	{C, FIN | ACK, 21, 80000, 0, CONVERSATION_CLOSE_WAIT, ENDING, NO_ANOMALY}}},
    {"the capture saw the client's ACK before the SYN/ACK", {
	{C, SYN, 0, 0, 0, CONVERSATION_SYN_SENT, START, NO_ANOMALY},
	{C, ACK, 1, 1, 3, CONVERSATION_ESTABLISHED, DATA | ESTABLISHED, NO_ANOMALY},
	{S, SYN | ACK, 0, 1, 0, CONVERSATION_ESTABLISHED, START, NO_ANOMALY},
	{S, ACK, 1, 4, 3, CONVERSATION_ESTABLISHED, DATA, NO_ANOMALY}}},
    {"data that anticipates another server number than the real one", {
	{C, SYN, 0, 0, 0, CONVERSATION_SYN_SENT, START, NO_ANOMALY},
	{C, ACK, 1, 600, 3, CONVERSATION_ESTABLISHED, DATA | ESTABLISHED, NO_ANOMALY},
	{S, SYN | ACK, 0, 1, 0, CONVERSATION_ESTABLISHED, START, SAYS(3WHS_ACK_DATA_INJECT)}}},
    {"the SYN/ACK was missed and the server speaks", {
	{C, SYN, 0, 0, 0, CONVERSATION_SYN_SENT, START, NO_ANOMALY},
	{S, ACK, 1, 1, 30, CONVERSATION_ESTABLISHED, START | DATA | ESTABLISHED, NO_ANOMALY}}},
    {"the client's ACK was missed and the server speaks", {
	{C, SYN, 0, 0, 0, CONVERSATION_SYN_SENT, START, NO_ANOMALY},
	{S, SYN | ACK, 0, 1, 0, CONVERSATION_SYN_RECV, START, NO_ANOMALY},
	{S, ACK, 1, 1, 30, CONVERSATION_ESTABLISHED, DATA | ESTABLISHED, NO_ANOMALY}}},
    {"an ACK from the side that has nothing to acknowledge", {
	{C, SYN, 0, 0, 0, CONVERSATION_SYN_SENT, START, NO_ANOMALY},
	{S, ACK, 700, 1, 0, CONVERSATION_SYN_SENT, 0, SAYS(3WHS_ACK_IN_WRONG_DIR)},
	{C, ACK, 55, 1, 0, CONVERSATION_SYN_SENT, 0, SAYS(3WHS_ASYNC_WRONG_SEQ)}}},
    {"a SYN/ACK that answers another SYN, and one from the wrong side", {
	{C, SYN, 0, 0, 0, CONVERSATION_SYN_SENT, START, NO_ANOMALY},
	{S, SYN | ACK, 0, 2, 0, CONVERSATION_SYN_SENT, 0, SAYS(3WHS_SYNACK_WITH_WRONG_ACK)},
	{S, SYN | ACK, 0, 0, 0, CONVERSATION_SYN_SENT, 0, SAYS(3WHS_SYNACK_WITH_WRONG_ACK)},
	{C, SYN | ACK, 0, 1, 0, CONVERSATION_SYN_SENT, 0, SAYS(3WHS_SYNACK_IN_WRONG_DIRECTION)},
	{S, SYN | ACK, 0, 1, 0, CONVERSATION_SYN_RECV, START, NO_ANOMALY},
	{C, SYN | ACK, 0, 1, 0, CONVERSATION_SYN_RECV, 0, SAYS(3WHS_SYNACK_TOSERVER_ON_SYN_RECV)}}},
    {"SYN again: the same, another before the answer, another after it", {
	{C, SYN, 0, 0, 0, CONVERSATION_SYN_SENT, START, NO_ANOMALY},
	{C, SYN, 0, 0, 0, CONVERSATION_SYN_SENT, AGAIN, NO_ANOMALY},
	{C, SYN, 9000, 0, 0, CONVERSATION_SYN_SENT, START, NO_ANOMALY},
	{S, SYN | ACK, 0, 9001, 0, CONVERSATION_SYN_RECV, START, NO_ANOMALY},
	{C, SYN, 9000, 0, 0, CONVERSATION_SYN_RECV, AGAIN, NO_ANOMALY},
	{C, SYN, 4, 0, 0, CONVERSATION_SYN_RECV, 0, SAYS(3WHS_SYN_RESEND_DIFF_SEQ_ON_SYN_RECV)},
	{S, SYN, 4, 0, 0, CONVERSATION_SYN_RECV, 0, SAYS(3WHS_SYN_TOCLIENT_ON_SYN_RECV)},
	{C, ACK, 9001, 1, 7, CONVERSATION_ESTABLISHED, DATA | ESTABLISHED, NO_ANOMALY},
	{C, SYN, 9000, 0, 0, CONVERSATION_ESTABLISHED, 0, SAYS(EST_SYN_RESEND)},
	{C, SYN, 70, 0, 0, CONVERSATION_ESTABLISHED, 0, SAYS(EST_SYN_RESEND_DIFF_SEQ)},
	{S, SYN, 70, 0, 0, CONVERSATION_ESTABLISHED, 0, SAYS(EST_SYN_TOCLIENT)}}},
    {"SYN/ACK again: the same, with another number, after the handshake", {
	{C, SYN, 0, 0, 0, CONVERSATION_SYN_SENT, START, NO_ANOMALY},
	{S, SYN | ACK, 3, 1, 0, CONVERSATION_SYN_RECV, START, NO_ANOMALY},
	{S, SYN | ACK, 3, 1, 0, CONVERSATION_SYN_RECV, AGAIN, NO_ANOMALY},
	{S, SYN | ACK, 0, 1, 0, CONVERSATION_SYN_RECV, START, SAYS(3WHS_SYNACK_RESEND_WITH_DIFF_SEQ)},
	{C, ACK, 1, 9, 0, CONVERSATION_SYN_RECV, 0, SAYS(3WHS_RIGHT_SEQ_WRONG_ACK_EVASION)},
	{C, ACK, 8, 4, 0, CONVERSATION_SYN_RECV, 0, SAYS(3WHS_WRONG_SEQ_WRONG_ACK)},
	{C, ACK, 1, 1, 0, CONVERSATION_ESTABLISHED, ESTABLISHED, NO_ANOMALY},
	{S, SYN | ACK, 0, 1, 0, CONVERSATION_ESTABLISHED, AGAIN, SAYS(EST_SYNACK_RESEND)},
	{S, SYN | ACK, 0, 5, 0, CONVERSATION_ESTABLISHED, 0, SAYS(EST_SYNACK_RESEND_WITH_DIFFERENT_ACK)},
	{S, SYN | ACK, 6, 1, 0, CONVERSATION_ESTABLISHED, 0, SAYS(EST_SYNACK_RESEND_WITH_DIFF_SEQ)},
	{C, SYN | ACK, 6, 1, 0, CONVERSATION_ESTABLISHED, 0, SAYS(EST_SYNACK_TOSERVER)}}},
    {"SYN/ACK twice with two numbers, as SYN cookies do: the client says which one counts", {
	{C, SYN, 0, 0, 0, CONVERSATION_SYN_SENT, START, NO_ANOMALY},
	{S, SYN | ACK, 0, 1, 0, CONVERSATION_SYN_RECV, START, NO_ANOMALY},
	{S, SYN | ACK, 70000, 1, 0, CONVERSATION_SYN_RECV, START, SAYS(3WHS_SYNACK_RESEND_WITH_DIFF_SEQ)},
	{C, ACK, 1, 1, 0, CONVERSATION_ESTABLISHED, ESTABLISHED, NO_ANOMALY},
	{C, ACK, 1, 1, 20, CONVERSATION_ESTABLISHED, DATA, NO_ANOMALY},
	{S, ACK, 1, 21, 30, CONVERSATION_ESTABLISHED, START | DATA, NO_ANOMALY}}},
    {"a SYN/ACK that acknowledges another SYN, which the capture missed", {
	{C, SYN, 0, 0, 0, CONVERSATION_SYN_SENT, START, NO_ANOMALY},
	{S, SYN | ACK, 0, 1, 0, CONVERSATION_SYN_RECV, START, NO_ANOMALY},
	{S, SYN | ACK, 0, 901, 0, CONVERSATION_SYN_RECV, START, SAYS(3WHS_SYNACK_RESEND_WITH_DIFFERENT_ACK)},
	{C, ACK, 901, 1, 4, CONVERSATION_ESTABLISHED, START | DATA | ESTABLISHED, NO_ANOMALY}}},
    {"TCP Fast Open: the data on the SYN belongs to the stream", {
	{C, SYN, 0, 0, 40, CONVERSATION_SYN_SENT, START | DATA, NO_ANOMALY},
	{S, SYN | ACK, 0, 41, 0, CONVERSATION_SYN_RECV, START, NO_ANOMALY},
	{C, ACK, 41, 1, 5, CONVERSATION_ESTABLISHED, DATA | ESTABLISHED, NO_ANOMALY}}},
    {"TCP Fast Open refused: the data comes again", {
	{C, SYN, 0, 0, 40, CONVERSATION_SYN_SENT, START | DATA, NO_ANOMALY},
	{S, SYN | ACK, 0, 1, 0, CONVERSATION_SYN_RECV, START, SAYS(3WHS_SYNACK_TFO_DATA_IGNORED)},
	{C, ACK, 1, 1, 40, CONVERSATION_ESTABLISHED, DATA | ESTABLISHED | AGAIN, NO_ANOMALY}}},
    {"refused: RST answers the SYN; one that does not acknowledge it is nobody's", {
	{C, SYN, 0, 0, 0, CONVERSATION_SYN_SENT, START, NO_ANOMALY},
	{S, RST, 0, 0, 0, CONVERSATION_SYN_SENT, 0, SAYS(RST_INVALID_ACK)},
	{S, RST | ACK, 0, 9, 0, CONVERSATION_SYN_SENT, 0, SAYS(RST_INVALID_ACK)},
	{S, RST | ACK, 0, 1, 0, CONVERSATION_CLOSED, RESET | CLOSED, NO_ANOMALY},
	{C, SYN, 0, 0, 0, CONVERSATION_SYN_SENT, AGAIN, NO_ANOMALY},
	{S, RST | ACK, 0, 1, 0, CONVERSATION_CLOSED, RESET | CLOSED, NO_ANOMALY}}},
    {"only the client is heard, with data on its SYN that the server did not take", {
	{C, SYN, 0, 0, 40, CONVERSATION_SYN_SENT, START | DATA, NO_ANOMALY},
	{C, ACK, 2, 1, 40, CONVERSATION_SYN_SENT, 0, SAYS(3WHS_ASYNC_WRONG_SEQ)},
	{C, ACK, 1, 1, 40, CONVERSATION_ESTABLISHED, DATA | ESTABLISHED | AGAIN, NO_ANOMALY}}},
    {"the server has nothing to say before the client's ACK, except its end", {
	{C, SYN, 0, 0, 0, CONVERSATION_SYN_SENT, START, NO_ANOMALY},
	{S, SYN | ACK, 0, 1, 0, CONVERSATION_SYN_RECV, START, NO_ANOMALY},
	{S, ACK, 1, 1, 0, CONVERSATION_SYN_RECV, 0, SAYS(3WHS_ACK_IN_WRONG_DIR)},
	{S, ACK, 1, 900000, 5, CONVERSATION_SYN_RECV, 0, SAYS(PKT_INVALID_ACK)},
	{S, FIN | ACK, 1, 1, 0, CONVERSATION_FIN_WAIT1, ESTABLISHED | ENDING, NO_ANOMALY}}},
    {"the client gives up a connection that nobody answered", {
	{C, SYN, 0, 0, 0, CONVERSATION_SYN_SENT, START, NO_ANOMALY},
	{C, RST, 1, 0, 0, CONVERSATION_CLOSED, RESET | CLOSED, NO_ANOMALY}}},
    {"RST after bytes that were sent beyond the window", {
	OPEN,
	{C, ACK, 1, 1, 9000, CONVERSATION_ESTABLISHED, DATA, NO_ANOMALY},
	{C, RST, 9001, 0, 0, CONVERSATION_CLOSED, RESET | CLOSED, NO_ANOMALY}}},
    {"the same ports again while both ends are closing", {
	OPEN,
	{S, FIN | ACK, 1, 1, 0, CONVERSATION_FIN_WAIT1, ENDING, NO_ANOMALY},
	{C, FIN | ACK, 1, 1, 0, CONVERSATION_CLOSING, ENDING, NO_ANOMALY},
	{C, SYN, 70000, 0, 0, CONVERSATION_SYN_SENT, START | REUSED, NO_ANOMALY}}},
    {"half-open scan", {
	{C, SYN, 0, 0, 0, CONVERSATION_SYN_SENT, START, NO_ANOMALY},
	{S, SYN | ACK, 0, 1, 0, CONVERSATION_SYN_RECV, START, NO_ANOMALY},
	{C, RST, 1, 0, 0, CONVERSATION_CLOSED, RESET | CLOSED, NO_ANOMALY}}},
    {"RST out of the window is not believed, in it is", {
	OPEN,
	{C, ACK, 1, 1, 10, CONVERSATION_ESTABLISHED, DATA, NO_ANOMALY},
	{S, ACK, 1, 11, 0, CONVERSATION_ESTABLISHED, 0, NO_ANOMALY},
	{C, RST, 10, 0, 0, CONVERSATION_ESTABLISHED, 0, SAYS(SUSPECTED_RST_INJECT)},
	{C, RST, 900000, 0, 0, CONVERSATION_ESTABLISHED, 0, SAYS(SUSPECTED_RST_INJECT)},
	{C, RST, 11, 0, 0, CONVERSATION_CLOSED, RESET | CLOSED, NO_ANOMALY},
	{C, RST, 11, 0, 0, CONVERSATION_CLOSED, 0, NO_ANOMALY}}},
    {"after a true RST the other side's bytes are still on their way", {
	OPEN,
	{C, RST, 1, 0, 0, CONVERSATION_CLOSED, RESET | CLOSED, NO_ANOMALY},
	{S, ACK, 1, 1, 500, CONVERSATION_CLOSED, DATA, NO_ANOMALY},
	{S, ACK, 501, 1, 0, CONVERSATION_CLOSED, 0, NO_ANOMALY}}},
    {"a forged RST: who should have said it goes on", {
	OPEN,
	{C, RST, 1, 0, 0, CONVERSATION_CLOSED, RESET | CLOSED, NO_ANOMALY},
	{C, ACK, 1, 1, 9, CONVERSATION_ESTABLISHED, DATA, SAYS(SUSPECTED_RST_INJECT)},
	{S, ACK, 1, 10, 9, CONVERSATION_ESTABLISHED, DATA, NO_ANOMALY}}},
    {"a forged RST inside the handshake", {
	{C, SYN, 0, 0, 0, CONVERSATION_SYN_SENT, START, NO_ANOMALY},
	{S, SYN | ACK, 0, 1, 0, CONVERSATION_SYN_RECV, START, NO_ANOMALY},
	{C, RST, 1, 0, 0, CONVERSATION_CLOSED, RESET | CLOSED, NO_ANOMALY},
	{C, ACK, 1, 1, 0, CONVERSATION_ESTABLISHED, ESTABLISHED, SAYS(SUSPECTED_RST_INJECT)}}},
    {"no session: RST, FIN, nothing", {
	{C, RST, 1, 0, 0, CONVERSATION_NONE, 0, SAYS(RST_BUT_NO_SESSION)},
	{C, FIN, 1, 0, 0, CONVERSATION_NONE, 0, SAYS(FIN_BUT_NO_SESSION)},
	{C, 0, 1, 0, 0, CONVERSATION_NONE, 0, NO_ANOMALY},
	{C, SYN | FIN, 1, 0, 0, CONVERSATION_NONE, 0, SAYS(FIN_SYN)},
	{C, FIN | ACK, 1, 1, 0, CONVERSATION_CLOSE_WAIT, MIDSTREAM | START | ENDING, SAYS(FIN_BUT_NO_SESSION)}}},
    {"repeated, ahead, and filling the hole", {
	OPEN,
	{C, ACK, 1, 1, 100, CONVERSATION_ESTABLISHED, DATA, NO_ANOMALY},
	{C, ACK, 1, 1, 100, CONVERSATION_ESTABLISHED, DATA | AGAIN, NO_ANOMALY},
	{C, ACK, 51, 1, 100, CONVERSATION_ESTABLISHED, DATA, NO_ANOMALY},
	{C, ACK, 251, 1, 100, CONVERSATION_ESTABLISHED, DATA | HOLE, NO_ANOMALY},
	{C, ACK, 151, 1, 100, CONVERSATION_ESTABLISHED, DATA | AGAIN, NO_ANOMALY}}},
    {"keep-alive, with and without its byte", {
	OPEN,
	{C, ACK, 1, 1, 100, CONVERSATION_ESTABLISHED, DATA, NO_ANOMALY},
	{C, ACK, 100, 1, 0, CONVERSATION_ESTABLISHED, ALIVE, NO_ANOMALY},
	{C, ACK, 100, 1, 1, CONVERSATION_ESTABLISHED, ALIVE, NO_ANOMALY},
	{C, ACK, 100, 1, 2, CONVERSATION_ESTABLISHED, DATA, NO_ANOMALY}}},
    {"urgent bytes stay in the stream", {
	OPEN,
	{C, ACK | TCP_URG, 1, 1, 3, CONVERSATION_ESTABLISHED, DATA | URGENT, NO_ANOMALY}}},
    {"data that no receiver accepts: without ACK, with an ACK of what was not sent, far beyond the window", {
	OPEN,
	{C, 0, 1, 0, 3, CONVERSATION_ESTABLISHED, 0, NO_ANOMALY},
	{C, TCP_PSH, 1, 5, 3, CONVERSATION_ESTABLISHED, 0, SAYS(PKT_BROKEN_ACK)},
	{C, ACK, 1, 900000, 3, CONVERSATION_ESTABLISHED, 0, SAYS(EST_INVALID_ACK)},
	{C, FIN | ACK, 1, 900000, 3, CONVERSATION_ESTABLISHED, 0, SAYS(FIN_INVALID_ACK)},
	{C, ACK, 900000, 1, 3, CONVERSATION_ESTABLISHED, 0, SAYS(EST_PACKET_OUT_OF_WINDOW)},
	{C, FIN | ACK, 900000, 1, 0, CONVERSATION_ESTABLISHED, 0, SAYS(FIN_OUT_OF_WINDOW)},
	{C, ACK, 1, 1, 3, CONVERSATION_ESTABLISHED, DATA, NO_ANOMALY}}},
    {"the capture lost more than a window: both ends agree on where they are", {
	OPEN,
	{C, ACK, 900001, 1, 100, CONVERSATION_ESTABLISHED, 0, SAYS(EST_PACKET_OUT_OF_WINDOW)},
	{S, ACK, 1, 900101, 0, CONVERSATION_ESTABLISHED, 0, NO_ANOMALY},
	{C, ACK, 900101, 1, 100, CONVERSATION_ESTABLISHED, START | DATA, NO_ANOMALY},
	{S, ACK, 1, 900201, 10, CONVERSATION_ESTABLISHED, DATA, NO_ANOMALY}}},
    {"one end alone cannot make us jump", {
	OPEN,
	{C, ACK, 900001, 1, 100, CONVERSATION_ESTABLISHED, 0, SAYS(EST_PACKET_OUT_OF_WINDOW)},
	{C, ACK, 900101, 900001, 100, CONVERSATION_ESTABLISHED, 0, SAYS(EST_INVALID_ACK)},
	{S, ACK, 1, 800000, 0, CONVERSATION_ESTABLISHED, 0, SAYS(EST_INVALID_ACK)},
	{S, ACK, 1, 900202, 0, CONVERSATION_ESTABLISHED, 0, SAYS(EST_INVALID_ACK)},
	{S, ACK, 1, 1, 0, CONVERSATION_ESTABLISHED, 0, NO_ANOMALY},
	{C, ACK, 1, 1, 100, CONVERSATION_ESTABLISHED, DATA, NO_ANOMALY}}},
    {"a side that said FIN says nothing more", {
	OPEN,
	{C, FIN | ACK, 1, 1, 10, CONVERSATION_CLOSE_WAIT, DATA | ENDING, NO_ANOMALY},
	{C, ACK, 12, 1, 3, CONVERSATION_CLOSE_WAIT, 0, SAYS(CLOSEWAIT_ACK_OUT_OF_WINDOW)},
	{C, FIN | ACK, 20, 1, 0, CONVERSATION_CLOSE_WAIT, 0, SAYS(CLOSEWAIT_FIN_OUT_OF_WINDOW)},
	{C, FIN | ACK, 3, 1, 0, CONVERSATION_CLOSE_WAIT, 0, SAYS(CLOSEWAIT_FIN_OUT_OF_WINDOW)},
	{C, FIN | ACK, 1, 1, 10, CONVERSATION_CLOSE_WAIT, DATA | AGAIN, NO_ANOMALY},
	{C, SYN, 70, 0, 0, CONVERSATION_CLOSE_WAIT, 0, SAYS(SHUTDOWN_SYN_RESEND)}}},
    {"a FIN before bytes that were sent already is not the sender's", {
	OPEN,
	{C, ACK, 1, 1, 100, CONVERSATION_ESTABLISHED, DATA, NO_ANOMALY},
	{C, FIN | ACK, 50, 1, 0, CONVERSATION_ESTABLISHED, 0, SAYS(FIN_OUT_OF_WINDOW)}}},
    {"the same ports again after the end", {
	OPEN,
	{C, FIN | ACK, 1, 1, 0, CONVERSATION_CLOSE_WAIT, ENDING, NO_ANOMALY},
	{S, FIN | ACK, 1, 2, 0, CONVERSATION_LAST_ACK, ENDING, NO_ANOMALY},
	{C, ACK, 2, 2, 0, CONVERSATION_CLOSED, CLOSED, NO_ANOMALY},
	{C, SYN, 70000, 0, 0, CONVERSATION_SYN_SENT, START | REUSED, NO_ANOMALY},
	{S, SYN | ACK, 90000, 70001, 0, CONVERSATION_SYN_RECV, START, NO_ANOMALY}}},
    {"the same ports again, when the end and the new SYN were missed", {
	OPEN,
	{S, SYN | ACK, 90000, 70001, 0, CONVERSATION_SYN_RECV, START | REUSED, NO_ANOMALY},
	{C, ACK, 70001, 90001, 0, CONVERSATION_ESTABLISHED, START | ESTABLISHED, NO_ANOMALY}}},
};
/* clang-format on */

static struct packet_tcp
tcp_of(const struct step *s, const uint32_t base[2])
{
	return (struct packet_tcp){
	    .seq = base[s->side] + (uint32_t)s->seq,
	    .ack = s->ack == 0 && (s->flags & TCP_ACK) == 0 ? 0 : base[s->side ^ 1] + (uint32_t)s->ack,
	    .window = 8000,
	    .flags = s->flags,
	    .scale = 0,
	};
}

static void
every_packet_means_what_the_table_says(void **state)
{
	(void)state;
	static const uint32_t bases[][2] = {
	    {1000, 900000}, {UINT32_MAX - 4, UINT32_MAX - 50}, {UINT32_C(0x7fffffff), 0x80000000 - 30}};
	for (size_t b = 0; b < LENGTH_OF(bases); b++)
		for (size_t i = 0; i < LENGTH_OF(rows); i++) {
			struct conversation c = {0};
			for (size_t j = 0; j < STEPS_MAX; j++) {
				const struct step *s = &rows[i].steps[j];
				if (j > 0 && s->state == CONVERSATION_NONE && s->facts == 0 && s->anomaly == 0 &&
				    s->seq == 0)
					break; /* the row's end */
				struct packet_tcp tcp = tcp_of(s, bases[b]);
				struct conversation_facts f = conversation_packet(&c, s->side, &tcp, s->len);
				int anomaly = f.anomaly_count > 0 ? f.anomalies[0] : NO_ANOMALY;
				if (c.state != s->state || f.facts != s->facts || anomaly != s->anomaly ||
				    f.anomaly_count > 1) {
					print_error(
					    "%s, bases %zu: step %zu: state %s, facts %#x instead of %#x, %u anomalies, first %s\n",
					    rows[i].why, b, j, conversation_state_name((enum conversation_state)c.state),
					    f.facts, s->facts, f.anomaly_count,
					    anomaly == NO_ANOMALY ? "none" : anomaly_name((enum anomaly)anomaly));
					fail();
				}
				if ((f.facts & DATA) != 0)
					assert_int_equal(f.data_seq, tcp.seq + ((s->flags & SYN) != 0 ? 1 : 0));
			}
		}
}

static struct conversation_facts
send(struct conversation *c, unsigned side, uint8_t flags, uint32_t seq, uint32_t ack, uint16_t window, uint32_t len)
{
	struct packet_tcp tcp = {.seq = seq, .ack = ack, .window = window, .flags = flags, .scale = 2};
	return conversation_packet(c, side, &tcp, len);
}

static void
open_by_handshake(struct conversation *c)
{
	*c = (struct conversation){0};
	send(c, C, SYN, 99, 0, 1000, 0);
	send(c, S, SYN | ACK, 499, 100, 1000, 0);
	send(c, C, ACK, 100, 500, 1000, 0);
}

static void
a_stream_begins_where_it_is_told(void **state)
{
	(void)state;
	struct conversation c = {0};
	assert_int_equal(send(&c, C, SYN, UINT32_MAX, 0, 1000, 0).start_seq, 0);
	assert_int_equal(send(&c, S, SYN | ACK, 499, 0, 1000, 0).start_seq, 500);

	/* midstream: the answering side begins where the first one had acknowledged */
	c = (struct conversation){0};
	assert_int_equal(send(&c, C, ACK, 7000, 8000, 1000, 10).start_seq, 7000);
	struct conversation_facts f = send(&c, S, ACK, 8100, 7010, 1000, 10);
	assert_int_equal(f.start_seq, 8000);
	assert_true((f.facts & HOLE) != 0);

	/* one side passed elsewhere for a while: its stream begins where it is first heard */
	c = (struct conversation){0};
	send(&c, C, ACK, 7000, 8000, 1000, 10);
	send(&c, C, ACK, 7010, 9000, 1000, 10);
	f = send(&c, S, ACK, 8900, 7020, 1000, 100);
	assert_int_equal(f.start_seq, 8900);
}

static void
sides_are_counted_apart_and_counters_do_not_wrap(void **state)
{
	(void)state;
	struct conversation c;
	open_by_handshake(&c);
	send(&c, C, ACK, 100, 500, 1000, 50);
	for (size_t i = 0; i < 70000; i++)
		send(&c, C, ACK, 100, 500, 1000, 50);
	assert_int_equal(c.side[C].retransmissions, UINT16_MAX);
	assert_int_equal(c.side[S].retransmissions, 0);
	for (size_t i = 0; i < 300; i++)
		send(&c, S, ACK, 499, 150, 1000, 0);
	assert_int_equal(c.side[S].keep_alives, UINT8_MAX);
	assert_int_equal(c.side[C].keep_alives, 0);
}

/* CVE-2021-45098: a receiver without a key drops a signed RST, and the connection goes on unseen by who believes it. */
static void
a_signed_reset_is_believed_where_the_handshake_was_signed(void **state)
{
	(void)state;
	for (int is_signed = 0; is_signed < 2; is_signed++) {
		struct conversation c = {0};
		struct packet_tcp syn = {.seq = 0, .flags = SYN, .window = 1000, .scale = 0xff, .has_auth = is_signed != 0};
		struct packet_tcp syn_ack = {.seq = 0, .ack = 1, .flags = SYN | ACK, .window = 1000, .scale = 0xff};
		struct packet_tcp ack = {.seq = 1, .ack = 1, .flags = ACK, .window = 1000};
		struct packet_tcp rst = {.seq = 1, .ack = 1, .flags = RST | ACK, .window = 1000, .has_auth = true};
		(void)conversation_packet(&c, C, &syn, 0);
		(void)conversation_packet(&c, S, &syn_ack, 0);
		(void)conversation_packet(&c, C, &ack, 0);
		struct conversation_facts f = conversation_packet(&c, C, &rst, 0);
		assert_int_equal((f.facts & RESET) != 0, is_signed);
		assert_int_equal(f.anomaly_count, !is_signed);
		f = conversation_packet(&c, C, &ack, 20);
		if (!is_signed)
			assert_int_equal(f.facts, DATA);
	}
}

static void
a_window_that_stays_closed_is_counted_once(void **state)
{
	(void)state;
	struct conversation c;
	open_by_handshake(&c);
	for (size_t i = 0; i < 5; i++)
		send(&c, S, ACK, 500, 100, 0, 0);
	assert_int_equal(c.side[S].zero_windows, 1);
	send(&c, S, ACK, 500, 100, 10, 0);
	send(&c, S, ACK, 500, 100, 0, 0);
	assert_int_equal(c.side[S].zero_windows, 2);
	assert_int_equal(c.side[C].zero_windows, 0);
}

static void
windows_are_scaled_when_both_offered_it(void **state)
{
	(void)state;
	struct conversation c;
	open_by_handshake(&c);
	send(&c, S, ACK, 500, 100, 60000, 0);
	assert_int_equal(conversation_window(&c, C), 60000 << 2);
	assert_int_equal(conversation_window(&c, S), 65536); /* never less */

	c = (struct conversation){0};
	struct packet_tcp syn = {.seq = 99, .flags = SYN, .scale = 0xff, .window = 1000};
	conversation_packet(&c, C, &syn, 0);
	send(&c, S, SYN | ACK, 499, 100, 1000, 0);
	send(&c, C, ACK, 100, 500, 1000, 0);
	send(&c, S, ACK, 500, 100, 65535, 0);
	assert_int_equal(conversation_window(&c, C), 65536);

	c = (struct conversation){0};
	send(&c, S, ACK, 500, 100, 65535, 0); /* midstream: nobody knows, so the largest */
	assert_int_equal(conversation_window(&c, C), 65535U << 14);
}

static void
holes_and_ends_are_known_from_the_other_side(void **state)
{
	(void)state;
	struct conversation c;
	open_by_handshake(&c);
	assert_false(conversation_one_sided(&c));
	send(&c, C, ACK, 200, 500, 1000, 50);
	assert_false(conversation_acknowledged(&c, C, 200));
	send(&c, S, ACK, 500, 200, 1000, 0);
	assert_true(conversation_acknowledged(&c, C, 200));
	assert_false(conversation_acknowledged(&c, C, 201));
	assert_false(conversation_ends_at(&c, C, 250));
	send(&c, C, FIN | ACK, 250, 500, 1000, 5);
	assert_true(conversation_ends_at(&c, C, 255));
	assert_false(conversation_ends_at(&c, C, 250));
	assert_false(conversation_ends_at(&c, S, 500));
}

/* RFC 7323 5.3 */
static void
a_timestamp_from_before_is_not_believed(void **state)
{
	(void)state;
	struct conversation c = {0};
	static const struct {
		uint32_t side, seq, ack, len, ts;
		uint8_t flags;
		bool believed;
		const char *why;
	} steps[] = {
	    {C, 99, 0, 0, UINT32_MAX - 50, SYN, true, "the clock starts near its wrap"},
	    {S, 499, 100, 0, 5, SYN | ACK, true, "each side has its own clock"},
	    {C, 100, 500, 10, UINT32_MAX - 5, ACK, true, "later"},
	    {S, 500, 110, 10, 6, ACK, true, "acknowledges it"},
	    {C, 110, 510, 10, UINT32_MAX - 7, ACK, false, "two ticks older than what was acknowledged"},
	    {C, 110, 510, 10, UINT32_MAX - 6, ACK, true, "one tick older is forgiven"},
	    {S, 510, 120, 0, 6, ACK, true, ""},
	    {C, 220, 510, 10, 3, ACK, true, "after the wrap, leaving a hole"},
	    {C, 120, 510, 10, UINT32_MAX, ACK, true, "older than what came after a hole: only reordered"},
	};
	for (size_t i = 0; i < LENGTH_OF(steps); i++) {
		struct packet_tcp tcp = {.seq = steps[i].seq,
		    .ack = steps[i].ack,
		    .window = 1000,
		    .flags = steps[i].flags,
		    .has_ts = true,
		    .ts_value = steps[i].ts};
		struct conversation_facts f = conversation_packet(&c, steps[i].side, &tcp, steps[i].len);
		if ((f.anomaly_count == 0) != steps[i].believed) {
			print_error("step %zu: %s\n", i, steps[i].why);
			fail();
		}
		if (!steps[i].believed)
			assert_int_equal(f.anomalies[0], ANOMALY_STREAM_PKT_INVALID_TIMESTAMP);
		if (steps[i].len > 0)
			assert_int_equal((f.facts & DATA) != 0, steps[i].believed);
	}
}

/* Which side is called 0 is a matter of names: the facts are the same, whenever the names are exchanged. */
static void
a_turned_conversation_goes_on_as_before(void **state)
{
	(void)state;
	uint64_t x = 20261127;
	for (size_t script = 0; script < 20000; script++) {
		struct conversation c = {0}, turned = {0};
		unsigned turns = 0;
		for (size_t i = 0; i < 24; i++) {
			x = x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
			uint32_t r = (uint32_t)(x >> 33);
			static const uint8_t flags[] = {SYN, SYN | ACK, ACK, ACK, ACK, FIN | ACK, RST, RST | ACK};
			struct packet_tcp tcp = {.seq = (r >> 4) % 8 + ((r >> 24) % 4 == 0 ? 500000 : 0),
			    .ack = (r >> 8) % 8 + ((r >> 26) % 4 == 0 ? 500000 : 0),
			    .window = (uint16_t)(r >> 16),
			    .flags = flags[r % 8],
			    .scale = 0xff};
			unsigned side = r >> 12 & 1;
			struct conversation_facts a = conversation_packet(&c, side, &tcp, (r >> 13) % 4);
			struct conversation_facts b = conversation_packet(&turned, side ^ (turns & 1), &tcp, (r >> 13) % 4);
			assert_int_equal(a.facts, b.facts);
			assert_int_equal(a.anomaly_count, b.anomaly_count);
			assert_memory_equal(a.anomalies, b.anomalies, a.anomaly_count);
			assert_int_equal(c.state, turned.state);
			assert_int_equal(c.client ^ (turns & 1), turned.client);
			if (c.state != CONVERSATION_NONE && (r >> 28) % 2 == 0) {
				conversation_turn(&turned);
				turns++;
			}
		}
	}
}

static void
who_opened_it_may_be_known_later(void **state)
{
	(void)state;
	struct conversation c = {0};
	send(&c, C, ACK, 500, 100, 65535, 10); /* picked up: side 0 is taken for the client */
	send(&c, S, FIN | ACK, 100, 510, 65535, 0);
	assert_int_equal(c.state, CONVERSATION_FIN_WAIT1);
	conversation_opened_by(&c, S);
	assert_int_equal(c.client, S);
	assert_int_equal(c.state, CONVERSATION_CLOSE_WAIT); /* it is the client that ended */
	send(&c, C, FIN | ACK, 510, 101, 65535, 0);
	assert_int_equal(c.state, CONVERSATION_LAST_ACK);
}

/* No sequence of packets may break the machine: states stay in range, a closed connection is told once per closing. */
static void
random_packets_leave_a_sane_state(void **state)
{
	(void)state;
	uint64_t seed = 20261122, x = seed;
	printf("seed %llu\n", (unsigned long long)seed);
	for (size_t script = 0; script < 20000; script++) {
		struct conversation c = {0};
		uint32_t base = (uint32_t)(x >> 32);
		for (size_t i = 0; i < 24; i++) {
			x = x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
			uint32_t r = (uint32_t)(x >> 33);
			static const uint8_t flags[] = {SYN, SYN | ACK, ACK, ACK, ACK, FIN | ACK, RST, RST | ACK};
			struct packet_tcp tcp = {.seq = base + (r >> 4) % 8,
			    .ack = base + (r >> 8) % 8,
			    .window = (uint16_t)(r >> 16),
			    .flags = flags[r % 8],
			    .scale = (uint8_t)(r >> 20 & 15),
			    .has_ts = r >> 25 & 1,
			    .ts_value = r >> 26};
			uint8_t before = c.state;
			struct conversation_facts f = conversation_packet(&c, r >> 12 & 1, &tcp, (r >> 13) % 4);
			assert_true(c.state <= CONVERSATION_CLOSED && c.client < 2);
			assert_int_equal(
			    (f.facts & CLOSED) != 0, c.state == CONVERSATION_CLOSED && before != CONVERSATION_CLOSED);
			if ((f.facts & (START | REUSED | ESTABLISHED)) != 0)
				assert_true(c.state != CONVERSATION_NONE);
			if ((f.facts & DATA) != 0)
				assert_true((r >> 13) % 4 > 0);
			if (c.state > CONVERSATION_ESTABLISHED && c.state < CONVERSATION_CLOSED)
				assert_true(conversation_ends_at(&c, 0, c.side[0].next_seq - 1) ||
				    conversation_ends_at(&c, 1, c.side[1].next_seq - 1));
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_packet_means_what_the_table_says),
	    cmocka_unit_test(a_stream_begins_where_it_is_told),
	    cmocka_unit_test(sides_are_counted_apart_and_counters_do_not_wrap),
	    cmocka_unit_test(a_signed_reset_is_believed_where_the_handshake_was_signed),
	    cmocka_unit_test(a_window_that_stays_closed_is_counted_once),
	    cmocka_unit_test(windows_are_scaled_when_both_offered_it),
	    cmocka_unit_test(holes_and_ends_are_known_from_the_other_side),
	    cmocka_unit_test(a_timestamp_from_before_is_not_believed),
	    cmocka_unit_test(a_turned_conversation_goes_on_as_before),
	    cmocka_unit_test(who_opened_it_may_be_known_later),
	    cmocka_unit_test(random_packets_leave_a_sane_state),
	};
	return RUN_TESTS(tests);
}
