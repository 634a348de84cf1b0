/* Names into a command, quoted for whoever reads it. */
#include "manual/binding.h"

#include "base/i18n.h"
#include "base/text.h"

#include <string.h>

enum { NAME_LEN = 16, QUOTED_MAX = 4096 };

/* Where in the template we are. */
struct writing {
	const char *at;
	bool single, dbl; /* inside quotes */
	size_t words;	  /* of this command of a pipeline that have begun */
	bool ssh;	  /* it holds an ssh: what follows the host is read by a second shell */
	bool host_done;
	bool options_over; /* a "--" stood before */
	bool server;	   /* --bootstrap-server stood before, its value did not end yet */
	const char *option; /* how the tool wants its file named; NULL: --command-config */
};

/* "{group}" -> "group"; NULL: this brace begins no name. */
static const char *brace_name(const char *at, char name[NAME_LEN], size_t *len)
{
	size_t n = strspn(at + 1, "abcdefghijklmnopqrstuvwxyz_");

	if (*at != '{' || !n || n >= NAME_LEN || at[n + 1] != '}')
		return NULL;
	memcpy(name, at + 1, n);
	name[n] = '\0';
	*len = n + 2;
	return name;
}

static bool starts_word(const char *template, const char *at)
{
	return at == template || at[-1] == ' ' || at[-1] == '|' || at[-1] == ';' || at[-1] == '&' ||
	       at[-1] == '(';
}

/* Kafka's tools, of which a few have their own name for the same file. */
static void follow_kafka(struct writing *w, const char *word, size_t n)
{
	static const struct {
		const char *tool, *option;
	} own[] = {
	    {"kafka-leader-election.sh", "--admin.config"},
	    {"kafka-console-consumer.sh", "--consumer.config"},
	    {"kafka-console-producer.sh", "--producer.config"},
	};

	w->server = n == 18 && !strncmp(word, "--bootstrap-server", 18);
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (n == strlen(own[i].tool) && !strncmp(word, own[i].tool, n))
			w->option = own[i].option;
}

/* The next character that is no name: words, quotes and the ends of commands are followed. */
static void step(struct writing *w, const char *template)
{
	const char *c = w->at;

	if (!w->single && !w->dbl && starts_word(template, c) && *c != ' ') {
		size_t n = strcspn(c, " ");

		if (*c == '|' || *c == ';' || *c == '&') {
			*w = (struct writing){.at = c};
		} else {
			w->host_done |= w->ssh && w->words && *c != '-';
			w->ssh |= n == 3 && !strncmp(c, "ssh", 3);
			w->options_over |= n == 2 && !strncmp(c, "--", 2);
			follow_kafka(w, c, n);
			w->words++;
		}
	}
	if (*c == '\'' && !w->dbl)
		w->single = !w->single;
	else if (*c == '"' && !w->single)
		w->dbl = !w->dbl;
	w->at++;
}

static int refuse(struct err *err, const char *name, const char *value)
{
	char shown[80];

	text_sanitise(shown, sizeof(shown), value, 60);
	if (!text_is_clean(value))
		return err_set(err,
		    _("Not copied: the %s \"%s\" holds characters that are not safe to paste."), name,
		    shown);
	return err_set(err,
	    _("Not copied: the %s \"%s\" begins with a dash and would be taken for an option."), name,
	    shown);
}

static int add_quoted(struct buf *out, const char *value, bool twice)
{
	char once[QUOTED_MAX] = "", again[QUOTED_MAX] = "";

	if (text_shell_quote(once, sizeof(once), value))
		return -1;
	if (twice && text_shell_quote(again, sizeof(again), once))
		return -1;
	return buf_adds(out, twice ? again : once);
}

/* The static string of that name, for *missing. */
static const char *known_name(const char *name)
{
	static const char *const all[] = {"cluster", "broker", "host", "port", "group", "topic",
	    "partition", "server", "client", "path", "monitor", "url", "bootstrap"};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (!strcmp(all[i], name))
			return all[i];
	return NULL;
}

/* The address to dial, where the command dials; what ssh is told is the host's own name. */
static const char *value_of(const struct binding *b, const struct writing *w, const char *template, const char *name)
{
	bool dials = !w->ssh && strstr(template, "{port}");

	if (dials && b->dial_host && !strcmp(name, "host"))
		return b->dial_host;
	if (dials && b->dial_port && !strcmp(name, "port"))
		return b->dial_port;
	return binding_get(b, name);
}

/* At the end of --bootstrap-server's value: the file that says how to log in. */
static int add_file(const struct binding *b, struct writing *w, const char *template, const char *after, struct buf *out,
    struct err *err)
{
	if (!b->command_config || !w->server || w->ssh || (*after && *after != ' ') || strstr(template, "--command-config"))
		return 0;
	w->server = false;
	if (!text_is_clean(b->command_config))
		return refuse(err, "command_config", b->command_config);
	buf_addf(out, " %s ", w->option ? w->option : "--command-config");
	return add_quoted(out, b->command_config, false)
		   ? err_set(err, _("Not copied: the %s is too long for a command."), "command_config")
		   : 0;
}

static int add_name(const struct binding *b, struct writing *w, const char *template,
    const char *name, struct buf *out, const char **missing, struct err *err)
{
	const char *value = value_of(b, w, template, name);
	bool whole_word = starts_word(template, w->at);
	bool remote = w->ssh && w->host_done;

	if (!value) {
		*missing = known_name(name);
		return 1;
	}
	if (!text_is_clean(value) || strlen(value) > 512 ||
	    (value[0] == '-' && whole_word && (!w->options_over || remote)))
		return refuse(err, name, value);
	if (add_quoted(out, value, remote))
		return err_set(err, _("Not copied: the %s is too long for a command."), name);
	if (whole_word) {
		w->host_done |= w->ssh && w->words;
		w->words++;
	}
	return 0;
}

int binding_command(const struct binding *b, const char *command, struct buf *out,
    const char **missing, struct err *err)
{
	struct writing w = {.at = command};
	char name[NAME_LEN];
	size_t len;
	int rc;

	buf_reset(out);
	while (*w.at) {
		if (!brace_name(w.at, name, &len) || !known_name(name)) {
			buf_addc(out, *w.at);
			step(&w, command);
			continue;
		}
		rc = add_name(b, &w, command, name, out, missing, err);
		if (!rc)
			rc = add_file(b, &w, command, w.at + len, out, err);
		if (rc)
			return rc;
		w.at += len;
	}
	if (out->overflow)
		return err_set(err, _("Not copied: the command is too long."));
	return 0;
}

int binding_check_command(const char *command, struct err *err)
{
	struct writing w = {.at = command};
	char name[NAME_LEN];
	size_t len;

	while (*w.at) {
		if (!brace_name(w.at, name, &len)) {
			step(&w, command);
			continue;
		}
		if (!known_name(name))
			return err_set(err,
			    _("{%s} is none of {cluster} {broker} {host} {port} {group} {topic} "
			      "{partition} {server} {client} {path} {monitor} {url} {bootstrap}"),
			    name);
		if (w.single || w.dbl)
			return err_set(err,
			    _("{%s} stands inside quotes: it is quoted already, so end them before it"),
			    name);
		if (starts_word(command, w.at)) {
			w.host_done |= w.ssh && w.words;
			w.words++;
		}
		w.at += len;
	}
	if (w.single || w.dbl)
		return err_set(err, _("a quote is opened and not closed"));
	return 0;
}
