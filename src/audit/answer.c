#include "audit/answer.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "base/text.h"

#include <time.h>

enum { LINE = 400 };

int64_t answer_due(const struct record *r, int64_t every)
{
	int64_t due = r->wall + every;

	return r->until && r->until < due ? r->until : due;
}

const char *answer_words(const struct record *r, bool holds, struct arena *a)
{
	char user[64], text[LINE], day[FMT_MAX];

	text_sanitise(user, sizeof(user), r->user, sizeof(user));
	text_sanitise(text, sizeof(text), r->text ? r->text : "", sizeof(text));
	fmt_utc(day, sizeof(day), r->wall);
	day[10] = '\0';
	return arena_printf(a, holds ? _("%s on %s: %s") : _("the answer of %s of %s is too old: %s"), user, day, text);
}

int64_t answer_day_end(const char *day)
{
	struct tm tm = {0};
	const char *end = strptime(day, "%Y-%m-%d", &tm);
	time_t t = end && !*end ? timegm(&tm) : -1;

	return t > 0 ? ((int64_t)t + 86400) * NS_PER_S : 0;
}
