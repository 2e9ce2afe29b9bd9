/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "mix.h"

static struct share small_shares[] = {
    {.kind = &kinds_dns, .per_ten_thousand = 3700},
    {.kind = &kinds_short_http, .per_ten_thousand = 2200},
    {.kind = &kinds_scan, .per_ten_thousand = 2400},
    {.kind = &kinds_short_tls, .per_ten_thousand = 400},
    {.kind = &kinds_udp_silent, .per_ten_thousand = 550},
    {.kind = &kinds_ping, .per_ten_thousand = 350},
    {.kind = &kinds_ntp, .per_ten_thousand = 400},
};

static struct share small_floods[] = {
    {.kind = &kinds_syn_flood}, {.kind = &kinds_udp_flood}, {.kind = &kinds_syn_flood}, {.kind = &kinds_ping_flood}};

static struct share large_shares[] = {
    {.kind = &kinds_dns, .per_ten_thousand = 3400},
    {.kind = &kinds_tls13, .per_ten_thousand = 2280},
    {.kind = &kinds_http, .per_ten_thousand = 1500},
    {.kind = &kinds_tls12, .per_ten_thousand = 900},
    {.kind = &kinds_ntp, .per_ten_thousand = 400},
    {.kind = &kinds_arp, .per_ten_thousand = 400},
    {.kind = &kinds_smb, .per_ten_thousand = 300},
    {.kind = &kinds_ping, .per_ten_thousand = 200},
    {.kind = &kinds_dead, .per_ten_thousand = 200},
    {.kind = &kinds_smtp, .per_ten_thousand = 200},
    {.kind = &kinds_ssh, .per_ten_thousand = 120},
    {.kind = &kinds_dhcp, .per_ten_thousand = 87},
    {.kind = &kinds_tls_large, .per_ten_thousand = 7},
    {.kind = &kinds_http_large, .per_ten_thousand = 6},
};

struct mix mix_small = {small_shares, sizeof(small_shares) / sizeof(small_shares[0]), small_floods, 500, 370};
struct mix mix_large = {large_shares, sizeof(large_shares) / sizeof(large_shares[0]), NULL, 1200, 23000};

struct share *
mix_draw(struct mix *mix, struct noise *n, uint64_t elapsed_us, uint64_t duration_us)
{
	/* four floods, each a fortieth of the time, four fifths of what starts meanwhile */
	if (mix->floods != NULL && duration_us > 0) {
		uint64_t fortieth = elapsed_us * 40 / duration_us;
		if (fortieth % 10 == 6 && fortieth < 40 && noise_chance(n, 8000))
			return &mix->floods[fortieth / 10];
	}
	uint32_t draw = noise_below(n, 10000);
	size_t i = 0;
	while (i + 1 < mix->share_count && draw >= mix->shares[i].per_ten_thousand) {
		draw -= mix->shares[i].per_ten_thousand;
		i++;
	}
	return &mix->shares[i];
}
