#include "rules/acts.h"

#include "base/clock.h"
#include "base/i18n.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static bool is_ack(enum record_kind k)
{
	return k == RECORD_ACK || k == RECORD_UNACK;
}

static bool is_silence(enum record_kind k)
{
	return k == RECORD_SILENCE || k == RECORD_UNSILENCE;
}

static void gather(const struct ledger *l, bool (*wanted)(enum record_kind k),
    const struct record ***list, size_t *n)
{
	size_t cap = 0;

	*list = NULL;
	*n = 0;
	for (size_t i = l ? l->n : 0; i-- > 0;) {
		const struct record *r = l->lines[i].record;

		if (!wanted(r->kind))
			continue;
		array_reserve(list, &cap, *n + 1, sizeof(**list));
		(*list)[(*n)++] = r;
	}
}

/* Does a record's field cover this name? A record may leave it out, or say "*". */
static bool covers(const char *said, const char *name)
{
	return !said || !strcmp(said, "*") || !strcmp(said, name);
}

static bool about(const struct record *r, const char *name, const char *cluster, const char *entity)
{
	return covers(r->cluster, cluster) && covers(r->entity, entity) && covers(r->subject, name);
}

const struct record *acts_ack(const struct acts *a, const char *name, const char *cluster,
    const char *entity, int64_t since)
{
	for (size_t i = 0; i < a->n_acks; i++)
		if (about(a->acks[i], name, cluster, entity))
			return a->acks[i]->kind == RECORD_ACK && a->acks[i]->wall >= since ? a->acks[i]
											   : NULL;
	return NULL;
}

const struct record *acts_silence(const struct acts *a, const char *name, const char *cluster,
    const char *entity, int64_t wall)
{
	for (size_t i = 0; i < a->n_silences; i++) {
		const struct record *r = a->silences[i];

		if (!about(r, name, cluster, entity))
			continue;
		if (r->kind == RECORD_UNSILENCE)
			return NULL;
		if (!r->until || r->until > wall)
			return r; /* one that ran out does not end a longer one before it */
	}
	return NULL;
}

/* "12:40", or with the day where that is not today. */
static const char *clock_text(struct arena *a, int64_t when, int64_t wall)
{
	time_t t = when / NS_PER_S, now = wall / NS_PER_S;
	struct tm then, today;
	char text[32];

	if (!localtime_r(&t, &then) || !localtime_r(&now, &today) ||
	    !strftime(text, sizeof(text),
		then.tm_yday == today.tm_yday && then.tm_year == today.tm_year ? "%H:%M"
									       : "%Y-%m-%d %H:%M",
		&then))
		return "?";
	return arena_strdup(a, text);
}

const char *acts_words(struct arena *a, const char *what, const struct record *r, int64_t wall)
{
	const char *until = r->until ? clock_text(a, r->until, wall) : NULL;
	const char *text = r->text && r->text[0] ? r->text : NULL;

	return arena_printf(a, until ? _("%s until %s by %s%s%s") : "%s%s%s%s%s", what,
	    until ? until : "", until ? r->user : arena_printf(a, _(" by %s"), r->user),
	    text ? ": " : "", text ? text : "");
}

/* Is this maintenance the newest word about its broker? */
static bool stands(const struct ledger *l, size_t at)
{
	const struct record *r = l->lines[at].record;

	for (size_t i = l->n; i-- > at + 1;) {
		const struct record *later = l->lines[i].record;

		if ((later->kind == RECORD_MAINT || later->kind == RECORD_MAINT_END) &&
		    covers(later->cluster, r->cluster ? r->cluster : "") && later->entity &&
		    !strcmp(later->entity, r->entity))
			return false;
	}
	return true;
}

static struct maint_memory *remember(struct acts_memory *m, const char *id)
{
	for (size_t i = 0; i < m->n_maints; i++)
		if (!strcmp(m->maints[i].id, id))
			return &m->maints[i];
	if (m->n_maints == MAINT_MOST)
		return NULL;
	m->maints[m->n_maints] = (struct maint_memory){0};
	memcpy(m->maints[m->n_maints].id, id, RECORD_ID_SIZE);
	return &m->maints[m->n_maints++];
}

static bool names(const char *list, const char *name)
{
	size_t len = strlen(name);

	while (list && *list) {
		size_t n = strcspn(list, ",");

		if (n == len && !memcmp(list, name, len))
			return true;
		list += n + (list[n] == ',');
	}
	return false;
}

static bool measured_since(const struct value *v, int64_t since, int64_t now)
{
	return v->type != VALUE_NONE && value_quality(v, now) == QUALITY_OK && v->at >= since;
}

/* Has it all its data, all its peers? Measured after it came back. */
static bool in_sync(const struct cluster_view *c, const struct broker_row *b, int64_t since, int64_t now)
{
	const struct partition_row *p = cluster_partitions(c);
	const struct section *routes = c->sections[SECTION_ROUTES];

	if (c->kind == KIND_KAFKA)
		return p && measured_since(&p->under_replicated, since, now) &&
		       (value_number(&p->under_replicated) == 0 ||
			   (p->missing_brokers && b->id && !names(p->missing_brokers, b->id)));
	for (size_t i = 0; c->kind == KIND_NATS && i < section_count(routes); i++) {
		const struct route_row *r = section_route(routes, i);

		if (r->server && b->name && !strcmp(r->server, b->name))
			return measured_since(&r->peers, since, now) && !r->n_missing;
	}
	return c->kind == KIND_MQTT;
}

/* Looks after a maintenance; true: it goes on. */
static bool goes_on(
    struct maint_memory *m, const struct cluster_view *c, const struct broker_row *b, int64_t now)
{
	if (!b || m->ended || b->up.type != VALUE_BOOL)
		return !m->ended;
	if (!b->up.b) {
		m->was_down = true;
		m->up_since = 0;
	} else if (m->was_down && value_quality(&b->up, now) == QUALITY_OK) {
		if (!m->up_since)
			m->up_since = now;
		m->ended = in_sync(c, b, m->up_since, now);
	}
	return !m->ended;
}

static void tell_end(struct judgement *j, const struct maint *m)
{
	size_t cap = j->n_news;

	array_reserve(&j->news, &cap, j->n_news + 1, sizeof(*j->news));
	j->news[j->n_news++] = (struct alert_news){
	    .kind = NEWS_MAINT_ENDED,
	    .cluster = arena_strdup(&j->arena, m->record->cluster),
	    .entity = arena_strdup(&j->arena, m->record->entity),
	    .text = arena_printf(&j->arena, _("the maintenance by %s has ended: %s is in sync again"),
		m->record->user, m->broker),
	    .index = m->cluster,
	};
}

static void add_maint(struct acts *a, struct acts_memory *memory, const struct record *r,
    const struct snapshot *snap, struct judgement *j)
{
	for (size_t c = 0; c < snap->n_clusters && a->n_maints < MAINT_MOST; c++) {
		const struct cluster_view *view = &snap->clusters[c];
		const struct broker_row *b;
		struct maint_memory *m;
		struct maint *one = &a->maints[a->n_maints];

		if (!r->cluster || strcmp(r->cluster, view->name) != 0)
			continue;
		m = remember(memory, r->id);
		b = view->sections[SECTION_BROKERS]
			? brokers_find(view->sections[SECTION_BROKERS], r->entity)
			: NULL;
		*one = (struct maint){.record = r, .cluster = c};
		one->broker = b && b->name ? b->name : r->entity;
		if (m) {
			bool before = m->ended;

			m->listed = true;
			if (!goes_on(m, view, b, snap->boot)) {
				if (!before)
					tell_end(j, one);
				return;
			}
		}
		one->words = acts_words(&j->arena, _("maintenance"), r, snap->wall);
		a->n_maints++;
		return;
	}
}

/* Forgets what is not in the ledger as a standing maintenance any more. */
static void forget(struct acts_memory *m)
{
	size_t kept = 0;

	for (size_t i = 0; i < m->n_maints; i++) {
		if (!m->maints[i].listed)
			continue;
		m->maints[kept] = m->maints[i];
		m->maints[kept++].listed = false;
	}
	m->n_maints = kept;
}

void acts_init(struct acts *a, struct acts_memory *memory, const struct ledger *l,
    const struct snapshot *snap, struct judgement *j)
{
	*a = (struct acts){0};
	gather(l, is_ack, &a->acks, &a->n_acks);
	gather(l, is_silence, &a->silences, &a->n_silences);
	for (size_t i = 0; l && i < l->n; i++) {
		const struct record *r = l->lines[i].record;

		if (r->kind == RECORD_MAINT && r->entity && (!r->until || r->until > snap->wall) &&
		    stands(l, i))
			add_maint(a, memory, r, snap, j);
	}
	forget(memory);
}

void acts_release(struct acts *a)
{
	free(a->acks);
	free(a->silences);
}

static const char *maint_of(const struct acts *a, size_t cluster, const char *name, size_t len)
{
	for (size_t i = 0; i < a->n_maints; i++) {
		const struct maint *m = &a->maints[i];

		if (m->cluster == cluster && strlen(m->broker) == len && !memcmp(m->broker, name, len))
			return m->words;
	}
	return NULL;
}

const char *acts_maint(const struct acts *a, size_t cluster, const char *brokers)
{
	const char *words = NULL;

	while (a->n_maints && brokers && *brokers) {
		size_t n = strcspn(brokers, ",");

		words = maint_of(a, cluster, brokers, n);
		if (!words)
			return NULL;
		brokers += n + (brokers[n] == ',');
	}
	return words;
}

const char *acts_maint_all(const struct acts *a, size_t cluster, const struct section *brokers)
{
	const char *words = NULL;

	for (size_t i = 0; a->n_maints && i < section_count(brokers); i++) {
		const char *name = section_broker(brokers, i)->name;

		words = name ? maint_of(a, cluster, name, strlen(name)) : NULL;
		if (!words)
			return NULL;
	}
	return words;
}

static int64_t sooner(int64_t next, int64_t until, const struct snapshot *snap)
{
	int64_t at = until > snap->wall ? snap->boot + (until - snap->wall) : INT64_MAX;

	return at < next ? at : next;
}

int64_t acts_next(const struct acts *a, const struct snapshot *snap)
{
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < a->n_silences; i++)
		if (a->silences[i]->kind == RECORD_SILENCE)
			next = sooner(next, a->silences[i]->until, snap);
	for (size_t i = 0; i < a->n_maints; i++)
		next = sooner(next, a->maints[i].record->until, snap);
	return next;
}
