/* All clients of a server, on request: in pages, which are put together here. */
#include "source/nats/nats.h"

#include "base/clock.h"
#include "base/i18n.h"

#include <stdlib.h>

enum { LIST_MAX = 20000, PAGE = 4096, SYSTEM_PAGE = 1024, LEAST_PAGE = 256, OVERLAP = 64 };

/* So long a list is worth looking at; the screen tells its age. */
#define LIST_SPAN (600 * NS_PER_S)

static int64_t known(int64_t n)
{
	return n == NUM_NONE ? -1 : n;
}

void client_row_fill(struct client_row *out, const struct client *from, struct arena *a)
{
	*out = (struct client_row){
	    .cid = from->cid,
	    .name = arena_strdup(a, from->name),
	    .address = arena_strdup(a, from->address),
	    .user = arena_strdup(a, from->user),
	    .pending = known(from->pending),
	    .subscriptions = known(from->n_subs),
	    .in_msgs = known(from->in_msgs),
	    .out_msgs = known(from->out_msgs),
	};
}

void list_release(struct node *n)
{
	if (n->list.at || n->list.wanted)
		n->src->lists_changed = true;
	arena_release(&n->list.arena);
	free(n->list.clients);
	n->list = (struct client_list){.total = NUM_NONE, .asked = -1};
}

void list_toggle(struct node *n, int64_t now)
{
	n->src->changed = n->src->lists_changed = true;
	if (n->list.wanted) {
		n->list.wanted = false;
		snprintf(n->list.why, sizeof(n->list.why), "%s", _("stopped by R"));
		return;
	}
	list_release(n);
	n->list.wanted = true;
	n->list.page = n->by_system ? SYSTEM_PAGE : PAGE;
	n->asks[ASK_CONNZ].task.next = now;
}

static void keep(struct client_list *l, const struct client *from)
{
	struct client *to;

	array_reserve(&l->clients, &l->cap, l->n + 1, sizeof(*l->clients));
	to = &l->clients[l->n++];
	*to = *from;
	to->name = arena_strdup(&l->arena, from->name);
	to->address = arena_strdup(&l->arena, from->address);
	to->user = arena_strdup(&l->arena, from->user);
	to->account = to->reason = to->subject = NULL;
}

/* Clients that go between two pages move the others forward: the pages overlap, and by its cid each is taken once. */
void list_take(struct node *n, const struct connz *c, int64_t now)
{
	struct client_list *l = &n->list;
	size_t most = l->page < CLIENTS_MAX ? (size_t)l->page : CLIENTS_MAX;
	int64_t last = l->n ? l->clients[l->n - 1].cid : -1, next;

	n->src->lists_changed = true;
	/* It came too late: it was stopped meanwhile, or begun anew. */
	if (!l->wanted || l->asked != l->offset)
		return;
	l->at = now;
	l->total = c->total;
	for (size_t i = 0; i < c->n_clients && i < most && l->n < LIST_MAX; i++)
		if (c->clients[i].cid > last)
			keep(l, &c->clients[i]);
	next = l->offset + (int64_t)c->n_clients;
	if (l->n >= LIST_MAX && next < c->total)
		snprintf(l->why, sizeof(l->why), _("no more than %d are listed"), LIST_MAX);
	l->wanted = c->n_clients >= most && next < c->total && l->n < LIST_MAX;
	l->offset = next - OVERLAP;
}

bool list_failed(struct node *n, enum http_fail fail, const char *why)
{
	struct client_list *l = &n->list;

	n->src->lists_changed = true;
	if (l->wanted && fail == HTTP_TOO_LARGE && l->page > LEAST_PAGE) {
		l->page /= 4;
		return true;
	}
	if (l->wanted)
		snprintf(l->why, sizeof(l->why), "%s", why);
	l->wanted = false;
	return false;
}

void lists_expire(struct source *s, int64_t now)
{
	for (size_t i = 0; i < s->n_nodes; i++) {
		struct client_list *l = &s->nodes[i]->list;

		if (l->at && !l->wanted && now - l->at > LIST_SPAN)
			list_release(s->nodes[i]);
	}
}

static void list_row(struct section *s, const struct node *n)
{
	const struct client_list *l = &n->list;
	struct client_list_row *row = section_add(s);

	row->broker = arena_strdup(&s->arena, n->name);
	row->total = known(l->total);
	/* It does not age: the view says of when it is. */
	row->listed = l->at ? value_int((int64_t)l->n, l->at, 0) : value_missing(_("asked for"));
	if (!l->at && l->why[0])
		row->listed = value_error(arena_strdup(&s->arena, l->why));
	else if (l->at && (l->wanted || l->why[0]))
		row->listed = value_partial(row->listed, l->wanted ? _("more are asked for; R stops it") : arena_strdup(&s->arena, l->why));
	row->clients = arena_alloc(&s->arena, (l->n + 1) * sizeof(*row->clients));
	for (; row->n_clients < l->n; row->n_clients++)
		client_row_fill(&row->clients[row->n_clients], &l->clients[row->n_clients], &s->arena);
}

struct section *nats_lists_section(struct source *s)
{
	struct section *out = section_new(SECTION_CLIENTS);

	out->listing = value_bool(true, clock_boot(), 0);
	for (size_t i = 0; i < s->n_nodes; i++) {
		const struct client_list *l = &s->nodes[i]->list;

		if (l->at || l->wanted || l->why[0])
			list_row(out, s->nodes[i]);
	}
	return out;
}
