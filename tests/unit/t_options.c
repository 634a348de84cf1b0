/* Every row of the option table: what is right is taken, what is wrong is said to be wrong in its
 * own line. */
#include "base/clock.h"
#include "config/options.h"
#include "config_parse.h"

/* ---- every row of the table ---- */

static const struct {
	enum option_place place;
	enum broker_kind kind;
	const char *open; /* what stands before the place's first line */
	int indent;
} where[N_PLACES] = {
    [AT_TOP] = {AT_TOP, KIND_MQTT, "", 0},
    [AT_DAY] = {AT_DAY, KIND_MQTT, "day:\n", 2},
    [AT_CLUSTER] = {AT_CLUSTER, KIND_MQTT, "", 4},
    [AT_GROUPS] = {AT_GROUPS, KIND_KAFKA, "    groups:\n", 6},
    [AT_SYSTEM] = {AT_SYSTEM, KIND_NATS, "    system:\n", 6},
    [AT_TLS] = {AT_TLS, KIND_MQTT, "    tls:\n", 6},
    [AT_DISK] = {AT_DISK, KIND_KAFKA, "    disk:\n      -\n", 8},
    [AT_LOG] = {AT_LOG, KIND_KAFKA, "    logs:\n      -\n", 8},
    [AT_WAIVE] = {AT_WAIVE, KIND_KAFKA, "    waive:\n      -\n", 8},
    [AT_CANARY] = {AT_CANARY, KIND_MQTT, "    canary:\n", 6},
    [AT_BACKUP] = {AT_BACKUP, KIND_MQTT, "backups:\n  -\n", 4},
    [AT_PRICES] = {AT_PRICES, KIND_MQTT, "prices:\n", 2},
    [AT_MQTT_BROKER] = {AT_MQTT_BROKER, KIND_MQTT, "    brokers:\n      -\n", 8},
};

/* What a row is of no use without. */
static const struct {
	enum option_place place;
	const char *name, *with;
} companions[] = {
    {AT_CLUSTER, "password_command", "username: u"},
    {AT_CLUSTER, "password_file", "username: u"},
    {AT_CLUSTER, "password_env", "username: u"},
    {AT_SYSTEM, "user", "password_env: P"},
    {AT_SYSTEM, "password_command", "user: u"},
    {AT_SYSTEM, "password_file", "user: u"},
    {AT_SYSTEM, "password_env", "user: u"},
    {AT_CANARY, "user", "password_env: P"},
    {AT_TLS, "cert", "key: k"},
    {AT_TLS, "key", "cert: c"},
    {AT_LOG, "broker", "path: p"},
    {AT_BACKUP, "name", "path: p"},
    {AT_BACKUP, "max_age", "path: p"},
    {AT_BACKUP, "min_size", "path: p"},
};

static const char *const bad_values[N_OPTION_TYPES] = {
    [OPT_TEXT] = "{a: b}",
    [OPT_INT] = "many",
    [OPT_REAL] = "-1",
    [OPT_BOOL] = "perhaps",
    [OPT_DURATION] = "soon",
    [OPT_SIZE] = "big",
    [OPT_WORD] = "no-such-word",
    [OPT_ENUM] = "no-such-word",
    [OPT_DATE] = "2027-02-30",
    [OPT_TIME_OF_DAY] = "25:00",
    [OPT_URL] = "gopher://h",
    [OPT_HOST_PORT] = "nowhere",
    [OPT_PATH] = "[a]",
    [OPT_ABS_PATH] = "a/b",
    [OPT_LIST] = "alone",
    [OPT_COMMAND] = "alone",
    [OPT_MAP] = "[a]",
    [OPT_ADDRESS_MAP] = "{a: b}",
    [OPT_OBJECT] = "alone",
    [OPT_OBJECTS] = "alone",
    [OPT_REFUSED] = "hunter2",
};

static enum broker_kind kind_for(const struct option *o)
{
	for (int k = KIND_MQTT; k >= KIND_KAFKA; k--) {
		if (o->kinds & 1u << k)
			return (enum broker_kind)k;
	}
	return where[o->place].kind;
}

static void add_line(struct buf *text, int indent, const char *name, const char *value)
{
	buf_addf(text, "%*s%s: %s\n", indent, "", name, value);
}

/* A cluster of that kind with what its kind needs, but without the option of that name. */
static void add_cluster(struct buf *text, enum broker_kind kind, const char *without)
{
	static const char *const needs[][2] = {
	    [KIND_KAFKA] = {"bootstrap", "[\"h:9092\"]"},
	    [KIND_NATS] = {"monitor", "[\"http://h:8222\"]"},
	    [KIND_MQTT] = {"url", "mqtts://h:8883"},
	};

	buf_adds(text, "clusters:\n  -\n");
	if (strcmp(without, "name") != 0)
		add_line(text, 4, "name", "c");
	if (strcmp(without, "kind") != 0)
		add_line(text, 4, "kind", kind_name(kind));
	if (strcmp(without, needs[kind][0]) != 0)
		add_line(text, 4, needs[kind][0], needs[kind][1]);
}

/* A file in which the option has this value; returns its line. */
static int render(struct buf *text, const struct option *o, const char *value)
{
	int indent = where[o->place].indent, line = 1;

	if (strcmp(o->name, "clusters") != 0)
		add_cluster(text, kind_for(o), o->place == AT_CLUSTER ? o->name : "");
	buf_adds(text, where[o->place].open);
	for (size_t i = 0; i < n_options && o->place > AT_CLUSTER; i++) {
		if (options[i].place == o->place && options[i].required && &options[i] != o)
			add_line(text, indent, options[i].name, options[i].example);
	}
	for (size_t i = 0; i < sizeof(companions) / sizeof(companions[0]); i++) {
		if (companions[i].place == o->place && !strcmp(companions[i].name, o->name))
			buf_addf(text, "%*s%s\n", indent, "", companions[i].with);
	}
	for (size_t i = 0; i < text->len; i++)
		line += text->data[i] == '\n';
	add_line(text, indent, o->name, value);
	return line;
}

static void try_good(const struct option *o)
{
	struct config *c;
	struct buf text;

	buf_init(&text, 4096);
	render(&text, o, !strcmp(o->name, "kind") ? "mqtt\n    url: \"mqtt://h:1\"" : o->example);
	if (!strcmp(o->name, "kind")) {
		buf_reset(&text);
		buf_adds(&text, "clusters: [{name: a, url: \"mqtt://h:1\", kind: mqtt}]\n");
	}
	c = parse(text.data);
	if (!c || *printed)
		fail_msg("good value of '%s' was not taken:\n%s%s", o->name, text.data, printed);
	config_free(c);
	buf_release(&text);
}

static void try_bad(const struct option *o, const char *value)
{
	char place[32];
	struct buf text;

	buf_init(&text, 4096);
	snprintf(place, sizeof(place), "f:%d:", render(&text, o, value));
	if (parse(text.data))
		fail_msg("bad value of '%s' was taken:\n%s", o->name, text.data);
	for (const char *p = printed; p && *p; p = strchr(p, '\n') ? strchr(p, '\n') + 1 : NULL) {
		if (strncmp(p, place, strlen(place)) != 0)
			fail_msg("a mistake in line %s is said to be elsewhere:\n%s%s", place,
			    text.data, printed);
	}
	buf_release(&text);
}

static void every_option_takes_what_is_right_and_nothing_else(void **state)
{
	size_t tried = 0;

	(void)state;
	for (size_t i = 0; i < n_options; i++) {
		const struct option *o = &options[i];
		char beyond[32];

		if (o->type != OPT_OBJECT && o->type != OPT_OBJECTS && o->type != OPT_REFUSED) {
			assert_non_null(o->example);
			try_good(o);
		}
		assert_non_null(bad_values[o->type]);
		try_bad(o, bad_values[o->type]);
		if (o->type == OPT_INT || o->type == OPT_SIZE) {
			snprintf(beyond, sizeof(beyond), "%lld", (long long)o->min - 1);
			try_bad(o, beyond);
			snprintf(beyond, sizeof(beyond), "%lld", (long long)o->max + 1);
			try_bad(o, beyond);
		}
		if (o->type == OPT_DURATION) {
			snprintf(
			    beyond, sizeof(beyond), "%lldms", (long long)(o->min / NS_PER_MS) - 1);
			try_bad(o, beyond);
			snprintf(
			    beyond, sizeof(beyond), "%lldms", (long long)(o->max / NS_PER_MS) + 1);
			try_bad(o, beyond);
		}
		tried++;
	}
	assert_true(tried > 50);
}

static void help_and_man_page_name_every_option(void **state)
{
	struct buf help, man;

	(void)state;
	buf_init(&help, 1 << 20);
	buf_init(&man, 1 << 20);
	options_print_help(&help);
	options_print_man(&man);
	for (size_t i = 0; i < n_options; i++) {
		if (options[i].type == OPT_REFUSED)
			continue;
		assert_non_null(strstr(help.data, options[i].name));
		assert_non_null(strstr(man.data, options[i].name));
	}
	assert_non_null(strstr(help.data, "interval: duration, 500ms to 10m, default 2s\n"));
	assert_non_null(
	    strstr(man.data, ".BR interval \" (duration, 500ms to 10m, default 2s)\"\n"));
	buf_release(&help);
	buf_release(&man);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_option_takes_what_is_right_and_nothing_else),
	    cmocka_unit_test(help_and_man_page_name_every_option),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
