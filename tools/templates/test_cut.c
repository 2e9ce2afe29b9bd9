
static void
every_cut_gives_the_same_events(void **state)
{
	(void)state;
	struct bytes stream = BYTES(HELLO EMPTY HELLO "\x5a\x18");
	struct l7_drive *want = l7_drive_new(&l7_@name@_parser, IPPROTO_TCP, 9999);
	l7_drive_send(want, L7_CLIENT, stream);
	l7_drive_finish(want);
	assert_int_equal(fake_sink_event_count(want->sink), 4); /* three messages and an anomaly */
	for (size_t i = 0; i <= stream.len; i++)
		for (size_t j = i; j <= stream.len; j++) {
			struct l7_drive *got = l7_drive_new(&l7_@name@_parser, IPPROTO_TCP, 9999);
			l7_drive_cut(got, L7_CLIENT, stream, i, j);
			l7_drive_finish(got);
			if (!fake_sink_eq(got->sink, want->sink))
				fail_msg("cut at %zu and %zu changes what is said", i, j);
			l7_drive_free(got);
		}
	l7_drive_free(want);
}
