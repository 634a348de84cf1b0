#include "config/config.h"

#include "base/err.h"
#include "base/i18n.h"
#include "base/text.h"
#include "config/load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *env(const char *name)
{
	const char *v = getenv(name);

	return v && *v ? v : NULL;
}

static const char *default_state_dir(struct arena *a)
{
	const char *xdg = env("XDG_STATE_HOME"), *home = env("HOME");

	/* The XDG specification says that a relative path is to be ignored. */
	if (xdg && *xdg == '/')
		return arena_printf(a, "%s/mqduty", xdg);
	return arena_printf(a, "%s/.local/state/mqduty", home ? home : "/var/tmp");
}

struct config *config_new_default(void)
{
	struct config *c = xcalloc(1, sizeof(*c));

	arena_init(&c->arena);
	options_set_defaults(c, AT_TOP, c);
	c->state_dir = default_state_dir(&c->arena);
	return c;
}

/* The arena cannot give memory back, so the list is copied; discovery adds a handful. */
struct cluster_conf *config_add_cluster(struct config *c, const char *name, enum broker_kind kind)
{
	struct cluster_conf *list = arena_alloc(&c->arena, (c->n_clusters + 1) * sizeof(*list));
	struct cluster_conf *added = &list[c->n_clusters];

	if (c->n_clusters)
		memcpy(list, c->clusters, c->n_clusters * sizeof(*list));
	c->clusters = list;
	c->n_clusters++;
	options_set_defaults(c, AT_CLUSTER, added);
	added->name = arena_strdup(&c->arena, name);
	added->kind = kind;
	return added;
}

static void forget(const struct secret_conf *s)
{
	if (s->value)
		explicit_bzero((char *)s->value, strlen(s->value));
}

void config_free(struct config *c)
{
	struct arena arena;

	if (!c)
		return;
	for (size_t i = 0; i < c->n_clusters; i++) {
		forget(&c->clusters[i].password);
		forget(&c->clusters[i].sys.password);
		forget(&c->clusters[i].canary.password);
	}
	arena = c->arena;
	free(c);
	arena_release(&arena);
}

/* The whole file into buf; -1 with the reason why not. */
static int read_file(const char *path, struct buf *buf, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), rc = 0;
	struct stat st;
	char block[4096];
	ssize_t n;

	if (fd < 0)
		return err_set(err, _("cannot be opened: %s"), strerror(errno));
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		rc = err_set(err, _("this is not a file"));
	} else {
		while ((n = read(fd, block, sizeof(block))) > 0 && !buf_add(buf, block, (size_t)n))
			continue;
		if (n < 0)
			rc = err_set(err, _("cannot be read: %s"), strerror(errno));
		else if (buf->overflow)
			rc = err_set(
			    err, _("the file is larger than %d bytes: split it"), CONFIG_MAX_BYTES);
	}
	close(fd);
	return rc;
}

static bool exists(const char *path)
{
	/* One that cannot be looked at is there: opening it will say why. */
	return !access(path, F_OK) || (errno != ENOENT && errno != ENOTDIR);
}

/* The file to read: what is asked for by name, or the first of the standard places. */
static bool find_file(const char *cli_path, char *path, size_t size)
{
	const char *named = cli_path ? cli_path : env("MQDUTY_CONFIG");
	const char *xdg = env("XDG_CONFIG_HOME"), *home = env("HOME");

	if (named) {
		snprintf(path, size, "%s", named);
		return true;
	}
	path[0] = '\0';
	if (xdg && *xdg == '/')
		snprintf(path, size, "%s/mqduty/mqduty.yaml", xdg);
	else if (home)
		snprintf(path, size, "%s/.config/mqduty/mqduty.yaml", home);
	if (*path && exists(path))
		return true;
	snprintf(path, size, "/etc/mqduty/mqduty.yaml");
	if (exists(path))
		return true;
	path[0] = '\0';
	return false;
}

struct config *config_load(
    const char *cli_path, char *path, size_t size, struct config_errors *errors)
{
	struct config *c = NULL;
	struct err err = {0};
	struct buf text;

	if (!find_file(cli_path, path, size))
		return NULL;
	buf_init(&text, CONFIG_MAX_BYTES);
	if (read_file(path, &text, &err))
		config_errors_add(errors, 0, 0, false, err_msg(&err));
	else
		c = config_parse(path, text.data, text.len, errors);
	buf_release(&text);
	return c;
}

static const char *pair_value(const struct text_pair *pairs, size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(pairs[i].key, key))
			return pairs[i].value;
	}
	return NULL;
}

const char *cluster_property(const struct cluster_conf *c, const char *key)
{
	return pair_value(c->properties, c->n_properties, key);
}

const char *cluster_mechanism(const struct cluster_conf *c)
{
	const char *m = cluster_property(c, "sasl.mechanism");

	return m ? m : cluster_property(c, "sasl.mechanisms");
}

const char *cluster_dial_address(const struct cluster_conf *c, const char *address)
{
	const char *mapped = pair_value(c->address_map, c->n_address_map, address);

	return mapped ? mapped : address;
}

static bool matches_any(const char **globs, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (text_glob(globs[i], name))
			return true;
	}
	return false;
}

bool cluster_wants_group(const struct cluster_conf *c, const char *group)
{
	return (!c->n_groups_include ||
		   matches_any(c->groups_include, c->n_groups_include, group)) &&
	       !matches_any(c->groups_exclude, c->n_groups_exclude, group);
}
