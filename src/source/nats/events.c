#include "source/nats/nats.h"

#include "base/clock.h"
#include "base/i18n.h"

#include <stdarg.h>

/* A cluster in trouble changes faster than anyone reads. */
enum { TOKENS = 24, TOKEN_S = 3 };

static void refill(struct source *s, int64_t now)
{
	int64_t gained = (now - s->event_at) / (TOKEN_S * NS_PER_S);

	if (gained <= 0)
		return;
	s->event_at += gained * TOKEN_S * NS_PER_S;
	s->event_tokens += gained;
	if (s->event_tokens > TOKENS)
		s->event_tokens = TOKENS;
}

void nats_event(struct source *s, const char *entity, const char *fmt, ...)
{
	char text[ERR_MAX];
	va_list ap;

	if (!s->event_at) {
		s->event_at = clock_boot();
		s->event_tokens = TOKENS;
	}
	refill(s, clock_boot());
	if (!s->event_tokens) {
		s->events_dropped++;
		return;
	}
	s->event_tokens--;
	if (s->events_dropped) {
		model_event(s->ctx->model, s->ctx->index, NULL, _("and %lld more changes"),
		    (long long)s->events_dropped);
		s->events_dropped = 0;
	}
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	model_event(s->ctx->model, s->ctx->index, entity, "%s", text);
}
