/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/watch_options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	OPTION_EVE = 256,
	OPTION_DOSSIER,
	OPTION_NO_DOSSIER,
	OPTION_CHECKSUMS,
	OPTION_THREADS,
	OPTION_MEMORY,
	OPTION_FORMAT,
	OPTION_FILTER,
	OPTION_TUNING,
	OPTION_COLOR,
	OPTION_LANG,
	OPTION_FEATURES,
	OPTION_COMMUNITY_ID,
	OPTION_STAGE,
	OPTION_FAIL_ON,
	OPTION_FOR,
	OPTION_OVERLAP_POLICY,
	OPTION_HOST_OS,
	OPTION_KEEP_EVENTS,
	OPTION_RULES,
	OPTION_RULES_CACHE,
	OPTION_SURICATA_YAML,
	OPTION_SET,
	OPTION_DATA_DIR,
	OPTION_FLOW_VECTORS,
	OPTION_MODEL,
	OPTION_VECTOR_ADDRESSES,
	OPTION_VECTOR_MOMENTS,
	OPTION_PASSED_OVER,      /* a word of Suricata's that asks for nothing else than what is done anyway */
	OPTION_PASSED_OVER_WORD, /* the same, with a value */
};

static const struct option long_options[] = {{"read", required_argument, NULL, 'r'},
    {"interface", required_argument, NULL, 'i'}, {"eve", required_argument, NULL, OPTION_EVE},
    {"dossier", required_argument, NULL, OPTION_DOSSIER}, {"no-dossier", no_argument, NULL, OPTION_NO_DOSSIER},
    {"checksums", required_argument, NULL, OPTION_CHECKSUMS}, {"threads", required_argument, NULL, OPTION_THREADS},
    {"memory", required_argument, NULL, OPTION_MEMORY}, {"format", required_argument, NULL, OPTION_FORMAT},
    {"filter", required_argument, NULL, OPTION_FILTER}, {"tuning", required_argument, NULL, OPTION_TUNING},
    {"color", required_argument, NULL, OPTION_COLOR}, {"lang", required_argument, NULL, OPTION_LANG},
    {"features", no_argument, NULL, OPTION_FEATURES}, {"community-id", no_argument, NULL, OPTION_COMMUNITY_ID},
    {"model", required_argument, NULL, OPTION_MODEL}, {"flow-vectors", required_argument, NULL, OPTION_FLOW_VECTORS},
    {"vector-addresses", no_argument, NULL, OPTION_VECTOR_ADDRESSES},
    {"vector-moments", no_argument, NULL, OPTION_VECTOR_MOMENTS}, {"bench-stage", required_argument, NULL, OPTION_STAGE},
    {"fail-on", required_argument, NULL, OPTION_FAIL_ON}, {"for", required_argument, NULL, OPTION_FOR},
    {"overlap-policy", required_argument, NULL, OPTION_OVERLAP_POLICY}, {"host-os", required_argument, NULL, OPTION_HOST_OS},
    {"quiet", no_argument, NULL, 'q'}, {"verbose", no_argument, NULL, 'v'},
    {"keep-events", required_argument, NULL, OPTION_KEEP_EVENTS}, {"rules", required_argument, NULL, OPTION_RULES},
    {"rules-cache", required_argument, NULL, OPTION_RULES_CACHE},
    {"suricata-yaml", required_argument, NULL, OPTION_SURICATA_YAML}, {"set", required_argument, NULL, OPTION_SET},
    {"simulate-ips", no_argument, NULL, OPTION_PASSED_OVER}, {"no-random", no_argument, NULL, OPTION_PASSED_OVER},
    {"init-errors-fatal", no_argument, NULL, OPTION_PASSED_OVER},
    {"runmode", required_argument, NULL, OPTION_PASSED_OVER_WORD}, {"data-dir", required_argument, NULL, OPTION_DATA_DIR},
    {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};

static bool
parse_u64(const char *text_cstr, uint64_t *out, const char **end)
{
	char *after;
	errno = 0;
	if (text_cstr[0] < '0' || text_cstr[0] > '9')
		return false;
	unsigned long long value = strtoull(text_cstr, &after, 10);
	if (errno != 0)
		return false;
	*out = value;
	*end = after;
	return true;
}

/* "16M", "1G", "65536". */
static bool
parse_size(const char *text_cstr, uint64_t *out)
{
	const char *unit;
	uint64_t value;
	if (!parse_u64(text_cstr, &value, &unit))
		return false;
	unsigned shift = unit[0] == 'K' || unit[0] == 'k' ? 10
	    : unit[0] == 'M' || unit[0] == 'm'            ? 20
	    : unit[0] == 'G' || unit[0] == 'g'            ? 30
	                                                  : 0;
	if ((shift == 0 && unit[0] != '\0') || (shift != 0 && unit[1] != '\0' && strcmp(unit + 1, "B") != 0) ||
	    value > UINT64_MAX >> shift)
		return false;
	*out = value << shift;
	return true;
}

static int
index_of(const char *word_cstr, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(word_cstr, words[i]) == 0)
			return (int)i;
	return -1;
}

static int
refuse(struct diag *diag, enum language language, const char *option_cstr, const char *got_cstr, const char *expected_cstr)
{
	return diag_say(diag, -EINVAL, text_in(language, N_("%s: \"%s\" was given, %s was expected")), option_cstr, got_cstr,
	    expected_cstr);
}

static int
take(struct watch_options *o, int option, const char *value_cstr, char **room, struct diag *diag)
{
	static const char *const on_off[] = {"off", "on"}, *const formats[] = {"text", "json"},
	                         *const colors[] = {"auto", "always", "never"}, *const stages[] = {"decode", "flow", "all"},
	                         *const languages[] = {"en", "fr"}, *const keeps[] = {"all", "flows", "none"},
	                         *const severities[] = {"", "minor", "significant", "serious", "critical"};
	const char *rest;
	uint64_t number;
	int at;
	switch (option) {
	case 'r': room[o->path_count++] = optarg; return 0;
	case 'i': o->interface_cstr = value_cstr; return 0;
	case 'q': o->quiet = true; return 0;
	case 'v': o->verbose = true; return 0;
	case 'l': o->log_folder_cstr = value_cstr; return 0;
	case OPTION_DATA_DIR: o->data_folder_cstr = value_cstr; return 0;
	case OPTION_PASSED_OVER:
	case OPTION_PASSED_OVER_WORD: return 0;
	case 'h': o->help = true; return 0;
	case OPTION_EVE: o->eve_cstr = value_cstr; return 0;
	case OPTION_DOSSIER: o->dossier_cstr = value_cstr; return 0;
	case OPTION_NO_DOSSIER: o->no_dossier = true; return 0;
	case OPTION_KEEP_EVENTS:
		if ((at = index_of(value_cstr, keeps, LENGTH_OF(keeps))) < 0)
			return refuse(diag, o->language, "--keep-events", value_cstr, "all | flows | none");
		o->keep_events = (enum watch_keep)at;
		return 0;
	case OPTION_FILTER: o->filter_cstr = value_cstr; return 0;
	case OPTION_TUNING: o->tuning_cstr = value_cstr; return 0;
	case OPTION_OVERLAP_POLICY: o->overlap_policy_cstr = value_cstr; return 0;
	case OPTION_HOST_OS:
		if (o->host_os_count == WATCH_HOST_OS_MAX)
			return diag_say(diag, -EINVAL,
			    text_in(o->language, N_("--host-os: at most %d times; a system may have many networks")),
			    WATCH_HOST_OS_MAX);
		o->host_os[o->host_os_count++] = value_cstr;
		return 0;
	case 'S':
	case OPTION_RULES: o->rules_alone = true; /* fall through */
	case 's':
		if (o->rules_count == WATCH_RULES_MAX)
			return diag_say(diag, -EINVAL,
			    text_in(o->language, N_("--rules: at most %d times; a folder may have many files")),
			    WATCH_RULES_MAX);
		o->rules[o->rules_count++] = value_cstr;
		return 0;
	case OPTION_RULES_CACHE: o->rules_cache_cstr = value_cstr; return 0;
	case 'c':
	case OPTION_SURICATA_YAML: o->suricata_yaml_cstr = value_cstr; return 0;
	case OPTION_SET:
		if (o->set_count == WATCH_SETS_MAX || strchr(value_cstr, '=') == NULL)
			return refuse(diag, o->language, "--set", value_cstr, "KEY=VALUE");
		o->sets[o->set_count++] = value_cstr;
		return 0;
	case 'k': /* Suricata's spelling of --checksums */
		if (strcmp(value_cstr, "none") != 0 && strcmp(value_cstr, "all") != 0)
			return refuse(diag, o->language, "-k", value_cstr, "none | all");
		o->checksums = strcmp(value_cstr, "all") == 0;
		o->checksums_given = true;
		return 0;
	case OPTION_FEATURES: o->features = true; return 0;
	case OPTION_COMMUNITY_ID: o->community_id = true; return 0;
	case OPTION_MODEL: o->model_cstr = value_cstr; return 0;
	case OPTION_FLOW_VECTORS: o->vectors_cstr = value_cstr; return 0;
	case OPTION_VECTOR_ADDRESSES: o->vector_addresses = true; return 0;
	case OPTION_VECTOR_MOMENTS: o->vector_moments = true; return 0;
	case OPTION_CHECKSUMS:
		if ((at = index_of(value_cstr, on_off, LENGTH_OF(on_off))) < 0)
			return refuse(diag, o->language, "--checksums", value_cstr, "on | off");
		o->checksums = at == 1;
		o->checksums_given = true;
		return 0;
	case OPTION_FORMAT:
		if ((at = index_of(value_cstr, formats, LENGTH_OF(formats))) < 0)
			return refuse(diag, o->language, "--format", value_cstr, "text | json");
		o->format = (enum watch_format)at;
		return 0;
	case OPTION_COLOR:
		if ((at = index_of(value_cstr, colors, LENGTH_OF(colors))) < 0)
			return refuse(diag, o->language, "--color", value_cstr, "auto | always | never");
		o->color = (enum watch_color)at;
		return 0;
	case OPTION_LANG:
		if ((at = index_of(value_cstr, languages, LENGTH_OF(languages))) < 0)
			return refuse(diag, o->language, "--lang", value_cstr, "en | fr");
		o->language = at == 1 ? LANGUAGE_FR : LANGUAGE_EN;
		return 0;
	case OPTION_STAGE:
		if ((at = index_of(value_cstr, stages, LENGTH_OF(stages))) < 0)
			return refuse(diag, o->language, "--bench-stage", value_cstr, "decode | flow | all");
		o->stage = (unsigned)at;
		return 0;
	case OPTION_FAIL_ON:
		if ((at = index_of(value_cstr, severities, LENGTH_OF(severities))) < 1)
			return refuse(
			    diag, o->language, "--fail-on", value_cstr, "minor | significant | serious | critical");
		o->fail_on = (unsigned)at;
		return 0;
	case OPTION_THREADS:
		if (!parse_u64(value_cstr, &number, &rest) || *rest != '\0' || number < 1 || number > 64)
			return refuse(diag, o->language, "--threads", value_cstr, "1 .. 64");
		o->threads = (unsigned)number;
		return 0;
	case OPTION_FOR:
		if (!parse_u64(value_cstr, &o->stop_after_s, &rest) || *rest != '\0' || o->stop_after_s == 0)
			return refuse(
			    diag, o->language, "--for", value_cstr, text_in(o->language, N_("a number of seconds")));
		return 0;
	case OPTION_MEMORY:
		if (!parse_size(value_cstr, &o->memory_bytes) || o->memory_bytes < (8 << 20))
			return refuse(diag, o->language, "--memory", value_cstr,
			    text_in(o->language, N_("a size of 8M or more, like 48M")));
		return 0;
	default:
		return diag_say(diag, -EINVAL,
		    text_in(o->language, N_("unknown option, or its value is missing: see beffroi watch --help")));
	}
}

int
watch_options_parse(int argc, char **argv, char **room, struct watch_options *out, struct diag *diag)
{
	struct watch_options o = {.language = text_spoken(), .memory_bytes = UINT64_C(48) << 20, .threads = 1, .stage = 2};
	int option;
	optind = 0;
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":r:i:k:S:s:l:c:vqh", long_options, NULL)) != -1) {
		int r = take(&o, option, optarg, room, diag);
		if (r < 0)
			return r;
	}
	for (int i = optind; i < argc; i++)
		room[o.path_count++] = argv[i];
	o.paths = room;
	if (!o.help && o.path_count == 0 && o.interface_cstr == NULL)
		return diag_say(diag, -EINVAL,
		    text_in(o.language,
		        N_("what should be watched? Give -r CAPTURE, or -i INTERFACE (beffroi doctor lists them)")));
	if (o.path_count > 0 && o.interface_cstr != NULL)
		return diag_say(diag, -EINVAL, text_in(o.language, N_("give either captures or an interface, not both")));
	text_speak(o.language);
	*out = o;
	return 0;
}

void
watch_options_help(enum language language)
{
	fputs(text_in(language,
	          N_("Usage: beffroi watch -r CAPTURE... | -i INTERFACE [options]\n"
	             "\n"
	             "Reads network traffic and says in plain words what is wrong in it.\n"
	             "\n"
	             "  beffroi watch -r monday.pcap             a capture: pcap, pcapng, gzip, zstd, xz\n"
	             "  beffroi watch -r captures/               all captures of a folder\n"
	             "  tcpdump -w - | beffroi watch -r -        from another program\n"
	             "  beffroi watch -i eth0                    live, until Ctrl-C\n"
	             "\n"
	             "What is kept\n"
	             "  --dossier DIR        keep incidents, alerts, machines and evidence here\n"
	             "                       (else $BEFFROI_DOSSIER, else ~/.local/share/beffroi)\n"
	             "  --no-dossier         keep nothing\n"
	             "  --keep-events all|flows|none\n"
	             "                       which events the dossier keeps for `beffroi event` (all)\n"
	             "  --eve FILE|-         write every event as EVE JSON, as Suricata does\n"
	             "  --features           add the model's features to flow events\n"
	             "  --community-id       add the community id to flow events\n"
	             "  --flow-vectors FILE  write what a model reads of each flow, for `beffroi learn`\n"
	             "  --vector-addresses   with the addresses, by which labels are joined\n"
	             "  --vector-moments     also after 8 data packets and at 60 s\n"
	             "\n"
	             "How it works\n"
	             "  --threads N          workers (1)\n"
	             "  --memory SIZE        memory of the sensor, never more (48M)\n"
	             "  --checksums on|off   do not believe packets with a wrong checksum (off)\n"
	             "  --filter EXPRESSION  only these packets, in tcpdump's language\n"
	             "  --overlap-policy SYSTEM\n"
	             "                       whose reading of overlapping fragments and segments counts\n"
	             "  --host-os SYSTEM=NETWORK,...\n"
	             "                       the same for the machines of these networks\n"
	             "  --rules FILE         also look for these rules (Suricata's language; a file or a folder)\n"
	             "  --rules-cache DIR|none\n"
	             "                       where compiled rules are kept for the next start (in the dossier;\n"
	             "                       with --no-dossier in ~/.cache/beffroi)\n"
	             "  --suricata-yaml FILE take variables, rule files and settings from there\n"
	             "  --set KEY=VALUE      change one of them\n"
	             "  -c -S -s -l -k       Suricata's spellings: see beffroi-watch(1)\n"
	             "  --model FILE|none    let this model judge connections too (the one in force in the dossier)\n"
	             "  --tuning FILE        thresholds of this site; `beffroi tuning` prints all of them\n"
	             "  --for SECONDS        live: stop after this time\n"
	             "\n"
	             "How it answers\n"
	             "  --format text|json   (text)\n"
	             "  --lang en|fr         (from LANG)\n"
	             "  --color auto|always|never\n"
	             "  --fail-on minor|significant|serious|critical\n"
	             "                       exit status 3 when there is such an incident\n"
	             "  -q, --quiet          no progress bar\n"
	             "  -v, --verbose        also why rules are not used\n"
	             "\n"
	             "Exit status: 0 done, 1 could not be done, 2 wrong usage, 3 --fail-on,\n"
	             "4 a capture was damaged or was none (the rest was read), or the interface went down,\n"
	             "5 results could not be written, 128 + n signal n came before the captures were read.\n")),
	    stdout);
}
