#include "wire/rules_test.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "rules/rules.h"
#include "wire/rules_test_int.h"
#include "wire/wire.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXPECTED_MOST = 500 };

/* One alert that should be there at a time. */
struct expected {
	const char *name, *cluster, *entity, *state;
	bool met;
};

/* What is expected at one time. */
struct moment {
	int64_t after; /* ns since the first look */
	struct expected *alerts;
	size_t n;
	bool done;
};

struct test {
	const char *name, *recording;
	struct made_series *made;
	struct moment *moments;
	size_t n_moments;
};

struct testing {
	struct config config; /* the operator's, with the rule files of the tests */
	struct tree tree;
	struct arena arena;
	struct buf *out;
	struct rules *rules;
	int64_t first; /* boot time of the first look */
	size_t wrong;  /* in this test */
};

static const char *state_name(enum alert_state s)
{
	static const char *const name[] = {
	    [ALERT_PENDING] = "pending",
	    [ALERT_FIRING] = "firing",
	    [ALERT_FOLDED] = "folded",
	    [ALERT_SILENCED] = "silenced",
	};

	return name[s];
}

static void read_moment(struct testing *t, const yaml_node_t *node, struct moment *m)
{
	const yaml_node_t *list = tree_get(&t->tree, node, "alerts");

	m->after = rules_test_time(tree_text(tree_get(&t->tree, node, "time")));
	if (m->after < 0)
		tree_mistake(&t->tree, node, _("each entry of at: has a time since the first look, such as time: 5m"));
	m->n = tree_count(list);
	if (m->n > EXPECTED_MOST) {
		tree_mistake(&t->tree, list, _("at most %d alerts can be expected"), EXPECTED_MOST);
		m->n = 0;
	}
	m->alerts = arena_alloc(&t->arena, m->n * sizeof(*m->alerts));
	for (size_t i = 0; i < m->n; i++) {
		const yaml_node_t *a = tree_at(&t->tree, list, i);
		struct expected *e = &m->alerts[i];
		const char *state = tree_text(tree_get(&t->tree, a, "state"));

		e->name = tree_need_text(&t->tree, a, "name", &t->arena);
		e->cluster = arena_strdup(&t->arena, tree_text(tree_get(&t->tree, a, "cluster")));
		e->entity = arena_strdup(&t->arena, tree_text(tree_get(&t->tree, a, "entity")));
		e->state = arena_strdup(&t->arena, state ? state : "firing");
	}
}

/* A path counts from the folder of the file of tests. */
static const char *beside(struct testing *t, const char *path)
{
	const char *slash = strrchr(t->tree.name, '/');

	if (!path || path[0] == '/' || !slash)
		return arena_strdup(&t->arena, path);
	return arena_printf(&t->arena, "%.*s/%s", (int)(slash - t->tree.name), t->tree.name, path);
}

static void read_rule_files(struct testing *t)
{
	const yaml_node_t *list = tree_get(&t->tree, tree_root(&t->tree), "rules");
	size_t n = tree_count(list), had = t->config.n_rules;
	const char **paths = arena_alloc(&t->arena, (had + n) * sizeof(*paths));

	for (size_t i = 0; i < had; i++)
		paths[i] = t->config.rules[i];
	for (size_t i = 0; i < n; i++) {
		paths[had + i] = beside(t, tree_text(tree_at(&t->tree, list, i)));
		if (!paths[had + i])
			tree_mistake(&t->tree, list, _("rules: is a list of files"));
	}
	t->config.rules = paths;
	t->config.n_rules = had + n;
}

static void read_test(struct testing *t, const yaml_node_t *node, struct test *test)
{
	const yaml_node_t *list = tree_get(&t->tree, node, "at");
	const char *recording = tree_text(tree_get(&t->tree, node, "recording"));

	test->name = tree_need_text(&t->tree, node, "name", &t->arena);
	test->recording = beside(t, recording);
	if (!recording)
		test->made = made_series_read(&t->tree, node, &t->arena);
	test->n_moments = tree_count(list);
	if (!test->n_moments)
		tree_mistake(&t->tree, node, _("a test has at: a list of times with the alerts of then"));
	test->moments = arena_alloc(&t->arena, test->n_moments * sizeof(*test->moments));
	for (size_t i = 0; i < test->n_moments; i++)
		read_moment(t, tree_at(&t->tree, list, i), &test->moments[i]);
}

static bool is_it(struct expected *e, const struct alert *a)
{
	return !e->met && !strcmp(e->name, a->name) && !strcmp(e->state, state_name(a->state)) &&
	       (!e->cluster || !strcmp(e->cluster, a->cluster)) &&
	       (!e->entity || !strcmp(e->entity, a->entity));
}

static void differs(struct testing *t, const struct test *test, const struct moment *m, const char *what,
    const char *name, const char *cluster, const char *entity, const char *state)
{
	char d[FMT_MAX];

	buf_addf(t->out, "%s, %s: %s: %s %s %s (%s)\n", test->name, fmt_duration(d, sizeof(d), m->after), what,
	    name, cluster ? cluster : "*", entity ? entity : "*", state);
	t->wrong++;
}

/* All alerts that are not only pending have to be expected, and all that are expected be there. */
static void compare(struct testing *t, const struct test *test, struct moment *m, const struct judgement *j)
{
	for (size_t i = 0; i < j->n_alerts; i++) {
		const struct alert *a = &j->alerts[i];
		size_t k = 0;

		while (k < m->n && !is_it(&m->alerts[k], a))
			k++;
		if (k < m->n)
			m->alerts[k].met = true;
		else if (a->state != ALERT_PENDING)
			differs(t, test, m, _("not expected"), a->name, a->cluster, a->entity,
			    state_name(a->state));
	}
	for (size_t k = 0; k < m->n; k++)
		if (!m->alerts[k].met)
			differs(t, test, m, _("missing"), m->alerts[k].name, m->alerts[k].cluster,
			    m->alerts[k].entity, m->alerts[k].state);
	m->done = true;
}

static int begin(struct testing *t, struct err *err)
{
	rules_free(t->rules);
	t->first = 0;
	t->wrong = 0;
	t->rules = rules_new(&t->config, false, err);
	return t->rules ? 0 : -1;
}

/* A moment is judged by the last look that is not after it. */
static void look(struct testing *t, struct test *test, const struct snapshot *snap, const struct ledger *l, int64_t next)
{
	struct judgement *j = rules_judge(t->rules, snap, l);

	if (!t->first)
		t->first = snap->boot;
	for (size_t i = 0; i < test->n_moments; i++) {
		struct moment *m = &test->moments[i];

		if (!m->done && next > t->first + m->after)
			compare(t, test, m, j);
	}
	judgement_unref(j);
}

static void play_made(struct testing *t, struct test *test)
{
	size_t n = made_series_looks(test->made);

	for (size_t i = 0; i < n; i++) {
		struct snapshot *now = made_series_at(test->made, i);
		struct snapshot *then = i + 1 < n ? made_series_at(test->made, i + 1) : NULL;

		look(t, test, now, NULL, then ? then->boot : INT64_MAX);
		snapshot_unref(now);
		snapshot_unref(then);
	}
}

static int play_lines(struct testing *t, struct test *test, FILE *f, struct err *err)
{
	struct wire_reader *r = wire_reader_new();
	struct frame *now = NULL, *next;
	size_t cap = 0, number = 0;
	char *line = NULL;
	ssize_t len;
	int rc = 0;

	while (!rc && (len = getline(&line, &cap, f)) > 0) {
		number++;
		len -= line[len - 1] == '\n';
		next = NULL;
		rc = wire_read(r, line, (size_t)len, &next, err);
		if (rc)
			err_prefix(err, "%s: line %zu", test->recording, number);
		if (!next)
			continue;
		if (now)
			look(t, test, now->snap, now->ledger, next->snap->boot);
		frame_unref(now);
		now = next;
	}
	if (!rc && now)
		look(t, test, now->snap, now->ledger, INT64_MAX);
	if (!rc && !now)
		rc = err_set(err, _("%s: there is no frame in it"), test->recording);
	frame_unref(now);
	wire_reader_free(r);
	free(line);
	return rc;
}

static int play(struct testing *t, struct test *test, struct err *err)
{
	FILE *f;
	int rc;

	if (begin(t, err))
		return -1;
	if (test->made) {
		play_made(t, test);
		return 0;
	}
	f = fopen(test->recording, "re");
	if (!f)
		return err_set(err, "%s: %s", test->recording, strerror(errno));
	rc = play_lines(t, test, f, err);
	fclose(f);
	return rc;
}

static int play_all(struct testing *t, struct test *tests, size_t n, struct err *err)
{
	int failed = 0;

	for (size_t i = 0; i < n; i++) {
		if (play(t, &tests[i], err))
			return -1;
		failed += t->wrong > 0;
	}
	if (failed)
		buf_addf(t->out, _("%d of %zu tests failed\n"), failed, n);
	else
		buf_addf(t->out, _("%zu tests passed\n"), n);
	return failed;
}

int rules_test(const struct config *config, const char *path, struct buf *out, struct err *err)
{
	struct testing t = {.config = *config, .out = out};
	const yaml_node_t *list;
	struct test *tests = NULL;
	size_t n = 0;
	int rc;

	arena_init(&t.arena);
	rc = tree_load(&t.tree, path, err);
	if (!rc) {
		read_rule_files(&t);
		list = tree_get(&t.tree, tree_root(&t.tree), "tests");
		n = tree_count(list);
		if (!n)
			tree_mistake(&t.tree, tree_root(&t.tree), _("a file of tests has the list tests:"));
		tests = arena_alloc(&t.arena, n * sizeof(*tests));
		for (size_t i = 0; i < n; i++)
			read_test(&t, tree_at(&t.tree, list, i), &tests[i]);
		rc = t.tree.mistakes ? -1 : play_all(&t, tests, n, err);
	}
	for (size_t i = 0; i < n; i++)
		made_series_free(tests[i].made);
	rules_free(t.rules);
	tree_release(&t.tree);
	arena_release(&t.arena);
	return rc;
}
