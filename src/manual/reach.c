/* How commands reach a cluster from here: what the configuration says beside the names. */
#include "manual/binding.h"

#include "base/i18n.h"
#include "base/text.h"
#include "net/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LIST_MAX = 2048, ADDRESS_MAX = 512, MOST = 3 };

static const struct cluster_conf *conf_of(const struct binding *b, const struct config *c)
{
	for (size_t i = 0; c && b->cluster && i < c->n_clusters; i++)
		if (!strcmp(c->clusters[i].name, b->cluster))
			return &c->clusters[i];
	return NULL;
}

/* "a:1,b:2", each as it is dialled. */
static const char *dial_list(struct binding *b, const struct cluster_conf *conf, const char *list)
{
	const char *out = NULL;
	char one[ADDRESS_MAX];

	while (*list) {
		size_t n = strcspn(list, ",");

		snprintf(one, sizeof(one), "%.*s", (int)(n < sizeof(one) ? n : sizeof(one) - 1), list);
		out = arena_printf(&b->arena, "%s%s%s", out ? out : "", out ? "," : "", cluster_dial_address(conf, one));
		list += n + (list[n] == ',');
	}
	return out;
}

/* Where no broker has told its address yet: those of the configuration. */
static const char *configured_list(struct binding *b, const struct cluster_conf *conf)
{
	const char *out = NULL;

	for (size_t i = 0; i < conf->n_bootstrap && i < MOST; i++)
		out = arena_printf(&b->arena, "%s%s%s", out ? out : "", out ? "," : "", conf->bootstrap[i]);
	return out;
}

/* "http://n1:8222" as it is dialled. */
static const char *dial_url(struct binding *b, const struct cluster_conf *conf, const char *url)
{
	const char *scheme = strstr(url, "://"), *address = scheme ? scheme + 3 : url, *to;
	size_t n = strcspn(address, "/");
	char one[ADDRESS_MAX];

	snprintf(one, sizeof(one), "%.*s", (int)(n < sizeof(one) ? n : sizeof(one) - 1), address);
	to = cluster_dial_address(conf, one);
	if (to == one)
		return url;
	return arena_printf(&b->arena, "%.*s%s%s", (int)(address - url), url, to, address + n);
}

/* A server tells its address without a scheme: the configuration says whether it is http or https, and below which path. One that
 * it does not name is taken for one like the others. */
static const char *as_configured(struct binding *b, const struct cluster_conf *conf, const char *url)
{
	static const char http[] = "http://";
	size_t secure = 0;

	if (strncmp(url, http, sizeof(http) - 1) != 0)
		return url;
	for (size_t i = 0; i < conf->n_monitor; i++) {
		struct err err = {""};
		char *address = NULL, *shown = NULL;
		const char *found = NULL;

		secure += !strncmp(conf->monitor[i], "https:", 6);
		if (!http_url_split(conf->monitor[i], &address, &shown, &err) && !strcmp(address, url + sizeof(http) - 1))
			found = arena_strdup(&b->arena, shown);
		free(address);
		free(shown);
		if (found)
			return found;
	}
	return secure && secure == conf->n_monitor ? arena_printf(&b->arena, "https://%s", url + sizeof(http) - 1) : url;
}

/* The two halves of the broker's own address. */
static void dial_broker(struct binding *b, const struct cluster_conf *conf)
{
	bool v6 = strchr(b->host, ':') != NULL;
	char from[ADDRESS_MAX];
	const char *to, *colon;
	size_t n;

	snprintf(from, sizeof(from), "%s%.400s%s:%.16s", v6 ? "[" : "", b->host, v6 ? "]" : "", b->port);
	to = cluster_dial_address(conf, from);
	colon = strrchr(to, ':');
	if (to == from || !colon)
		return;
	n = (size_t)(colon - to);
	if (n > 2 && to[0] == '[' && to[n - 1] == ']')
		b->dial_host = arena_strndup(&b->arena, to + 1, n - 2);
	else
		b->dial_host = arena_strndup(&b->arena, to, n);
	b->dial_port = arena_strdup(&b->arena, colon + 1);
}

void binding_reach(struct binding *b, const struct config *c)
{
	const struct cluster_conf *conf = conf_of(b, c);
	const char *protocol;

	if (!conf)
		return;
	if (conf->kind == KIND_KAFKA && !b->bootstrap)
		b->bootstrap = configured_list(b, conf);
	if (b->bootstrap)
		b->bootstrap = dial_list(b, conf, b->bootstrap);
	if (b->monitor)
		b->monitor = dial_url(b, conf, as_configured(b, conf, b->monitor));
	if (b->url)
		b->url = dial_url(b, conf, b->url);
	if (b->host && b->port)
		dial_broker(b, conf);
	b->command_config = conf->command_config;
	b->via = conf->via && conf->via[0] ? conf->via : NULL;
	b->mapped = conf->n_address_map > 0;
	protocol = cluster_property(conf, "security.protocol");
	b->secured = conf->kind == KIND_KAFKA && protocol && strcasecmp(protocol, "PLAINTEXT") != 0;
}

/* Does the command itself talk to a broker, rather than what stands at the other end of ssh? */
static bool dials(const char *command)
{
	return strstr(command, "{bootstrap}") || strstr(command, "{monitor}") || strstr(command, "{url}") ||
	       strstr(command, "{port}");
}

static void say_via(const struct binding *b, char *out, size_t size)
{
	char raw[200] = "", via[200];
	size_t at = 0;

	for (size_t i = 0; b->via[i] && at < sizeof(raw); i++)
		at += (size_t)snprintf(raw + at, sizeof(raw) - at, "%s%s", i ? " " : "", b->via[i]);
	snprintf(out, size, _("mqduty goes through `%s`: run this where the brokers can be reached without it."),
	    text_sanitise(via, sizeof(via), raw, sizeof(raw)));
}

char *binding_hint(const struct binding *b, const char *command, char *out, size_t size)
{
	bool kafka = strstr(command, "--bootstrap-server") != NULL;

	out[0] = '\0';
	if (!dials(command))
		return out;
	if (b->via)
		say_via(b, out, size);
	else if (kafka && b->secured && !b->command_config)
		snprintf(out, size, "%s",
		    _("This cluster asks for TLS or a password: name a properties file of your own as command_config in the "
		      "configuration, or add --command-config FILE."));
	else if (b->monitor && !strncmp(b->monitor, "https:", 6) && strstr(command, "{monitor}"))
		snprintf(out, size, "%s",
		    _("The monitoring port speaks TLS: where its certificate is signed by a CA of your own, add --cacert FILE."));
	else if (kafka && b->mapped)
		snprintf(out, size, "%s",
		    _("The address comes from address_map; the tool goes on to what the brokers advertise: where that cannot be "
		      "reached from here, run it beside a broker."));
	return out;
}
