#include "config/load.h"

#include "base/i18n.h"
#include "config/scalar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ~/x and relative paths become absolute, so that they mean the same from any folder. */
static const char *resolve_path(struct config *c, const char *s)
{
	const char *home = getenv("HOME"), *slash = c->path ? strrchr(c->path, '/') : NULL;

	if (s[0] == '~' && s[1] == '/' && home && *home)
		return arena_printf(&c->arena, "%s%s", home, s + 1);
	if (s[0] == '/' || !slash)
		return arena_strdup(&c->arena, s);
	return arena_printf(&c->arena, "%.*s/%s", (int)(slash - c->path), c->path, s);
}

static int choose(
    const struct option *o, const char *s, const struct option_choice **out, struct err *err)
{
	char all[256] = "";
	size_t at = 0;

	for (const struct option_choice *c = o->choices; c->word; c++) {
		if (!strcmp(c->word, s)) {
			*out = c;
			return 0;
		}
		if (at < sizeof(all))
			at += (size_t)snprintf(
			    all + at, sizeof(all) - at, "%s%s", at ? ", " : "", c->word);
	}
	return err_set(err, _("'%s' is not one of: %s"), s, all);
}

static int check_range(const struct option *o, const char *s, int64_t n, struct err *err)
{
	if (o->max && (n < o->min || n > o->max))
		return err_set(
		    err, _("'%s' is out of range: %s"), s, option_range(o, (char[80]){0}, 80));
	return 0;
}

/* One value of the given type into its field. */
int option_store(struct config *c, const struct option *o, enum option_type type, const char *s,
    void *field, struct err *err)
{
	const struct option_choice *choice;
	int64_t n;

	switch (type) {
	case OPT_INT:
		if (scalar_int(s, &n, err) || check_range(o, s, n, err))
			return -1;
		*(int64_t *)field = n;
		return 0;
	case OPT_REAL:
		return scalar_real(s, field, err);
	case OPT_SIZE:
		if (scalar_size(s, &n, err) || check_range(o, s, n, err))
			return -1;
		*(int64_t *)field = n;
		return 0;
	case OPT_DURATION:
		if (scalar_duration(s, &n, err) || check_range(o, s, n, err))
			return -1;
		*(int64_t *)field = n / o->scale;
		return 0;
	case OPT_BOOL:
		return scalar_bool(s, field, err);
	case OPT_TIME_OF_DAY:
		return scalar_time_of_day(s, field, err);
	case OPT_WORD:
		if (choose(o, s, &choice, err))
			return -1;
		*(const char **)field = choice->word;
		return 0;
	case OPT_ENUM:
		if (choose(o, s, &choice, err))
			return -1;
		*(int *)field = choice->value;
		return 0;
	case OPT_PATH:
		*(const char **)field = resolve_path(c, s);
		return 0;
	case OPT_ABS_PATH:
		if (*s != '/')
			return err_set(err, _("'%s' must be an absolute path: begin it with /"), s);
		break;
	case OPT_DATE:
		if (scalar_date(s, err))
			return -1;
		break;
	case OPT_URL:
		if (scalar_url(s, o->schemes, err))
			return -1;
		break;
	case OPT_HOST_PORT:
		if (scalar_host_port(s, err))
			return -1;
		break;
	case OPT_TEXT:
		if (o->max && strlen(s) > (size_t)o->max)
			return err_set(
			    err, _("the text is longer than %d bytes: shorten it"), (int)o->max);
		break;
	default:
		BUG("option '%s' of type %d holds no single value", o->name, (int)type);
	}
	*(const char **)field = arena_strdup(&c->arena, s);
	return 0;
}

void options_set_defaults(struct config *c, enum option_place place, void *base)
{
	struct err err = {0};

	for (size_t i = 0; i < n_options; i++) {
		const struct option *o = &options[i];

		if (o->place == place && o->def &&
		    option_store(c, o, o->type, o->def, (char *)base + o->offset, &err))
			BUG("default of option '%s': %s", o->name, err_msg(&err));
		if (o->place == place && o->type == OPT_OBJECT)
			options_set_defaults(c, o->object, (char *)base + o->offset);
	}
}
