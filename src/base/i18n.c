#include "base/i18n.h"

#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool has_catalogue(const char *dir)
{
	char path[PATH_MAX + 40];

	snprintf(path, sizeof(path), "%s/zh_CN/LC_MESSAGES/mqduty.mo", dir);
	return !access(path, R_OK);
}

/* Where the catalogues are: named by the environment, installed, or beside a program not installed yet. */
static void bind_catalogues(void)
{
	const char *named = getenv("MQDUTY_LOCALEDIR");
	char self[PATH_MAX], beside[PATH_MAX + 8];
	const char *dir = named && *named ? named : LOCALEDIR;
	ssize_t n;

	if (!has_catalogue(dir) && (n = readlink("/proc/self/exe", self, sizeof(self) - 1)) > 0) {
		self[n] = '\0';
		*strrchr(self, '/') = '\0';
		snprintf(beside, sizeof(beside), "%s/po", self);
		if (has_catalogue(beside))
			dir = beside;
	}
	bindtextdomain("mqduty", dir);
	bind_textdomain_codeset("mqduty", "UTF-8");
	textdomain("mqduty");
}

/* What the environment asks for, as setlocale() would read it. */
static const char *wanted_locale(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *v = getenv(names[i]);

		if (v && *v)
			return v;
	}
	return "C";
}

static bool utf8_in_use(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

static const char *language_in_use = "en";

const char *i18n_again(const char *s)
{
	/* The message of an empty id is the catalogue's header. */
	return s && *s ? gettext(s) : "";
}

const char *i18n_in(const char *message, const char *s)
{
	const char *found = gettext(message);

	return found == message ? s : found;
}

const char *i18n_lang(void)
{
	return language_in_use;
}

/* gettext looks at LANGUAGE only outside the locale "C", and C.UTF-8 is always there. */
static void use_language(const char *language)
{
	setenv("LANGUAGE", language, 1);
	if (!utf8_in_use())
		setlocale(LC_CTYPE, "C.UTF-8");
	setlocale(LC_MESSAGES, "C.UTF-8");
}

void i18n_init(const char *lang)
{
	const char *wanted = wanted_locale();
	const char *list = getenv("LANGUAGE");
	bool known = setlocale(LC_ALL, "") != NULL;
	bool chinese = !strncmp(list && *list && strcmp(wanted, "C") ? list : wanted, "zh_CN", 5);

	language_in_use = lang && strcmp(lang, "auto") ? (!strcmp(lang, "zh_CN") ? "zh_CN" : "en")
			  : chinese			? "zh_CN"
							: "en";
	bind_catalogues();
	if (lang && !strcmp(lang, "zh_CN")) {
		use_language("zh_CN");
	} else if (lang && !strcmp(lang, "en")) {
		if (!known && strcasestr(wanted, "utf"))
			setlocale(LC_CTYPE, "C.UTF-8");
		setlocale(LC_MESSAGES, "C");
	} else if (!known && !strncmp(wanted, "zh_CN", 5)) {
		use_language("zh_CN");
	} else if (!known && strcasestr(wanted, "utf")) {
		setlocale(LC_CTYPE, "C.UTF-8");
	}
	setlocale(LC_NUMERIC, "C");
}
