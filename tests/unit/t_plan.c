/* Emergency plans: what they are compiled from, what differs from the one before, and what is remembered of clusters that
 * do not answer. */
#include "ledger_of.h"
#include "sample_frame.h"

#include "base/clock.h"
#include "report/diff.h"
#include "report/plan.h"
#include "triage/act.h"

#include <jansson.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FAULT "kafka-consumer-lag"

/* The diff says how one text becomes the other: played back on the old one it gives the new one. */
static char *play(const char *old, const char *diff)
{
	const char *lines[64];
	size_t lens[64], n = 0, at = 0;
	struct buf out;

	for (const char *p = old; *p; p += lens[n] + (p[lens[n]] == '\n'), n++) {
		lines[n] = p;
		lens[n] = strcspn(p, "\n");
	}
	buf_init(&out, 1 << 16);
	while (*diff) {
		size_t len = strcspn(diff, "\n"), from, count;

		if (sscanf(diff, "@@ -%zu,%zu", &from, &count) == 2) {
			size_t until = from - (count > 0);

			for (; at < until; at++)
				buf_addf(&out, "%.*s\n", (int)lens[at], lines[at]);
		} else if (*diff == '+' && strncmp(diff, "+++ ", 4)) {
			buf_addf(&out, "%.*s\n", (int)len - 1, diff + 1);
		} else if (*diff == ' ' || (*diff == '-' && strncmp(diff, "--- ", 4))) {
			assert_true(at < n && len - 1 == lens[at] && !memcmp(diff + 1, lines[at], len - 1));
			if (*diff == ' ')
				buf_addf(&out, "%.*s\n", (int)len - 1, diff + 1);
			at++;
		}
		diff += len + (diff[len] == '\n');
	}
	for (; at < n; at++)
		buf_addf(&out, "%.*s\n", (int)lens[at], lines[at]);
	return buf_detach(&out);
}

static void make_text(unsigned *seed, char *out, size_t size)
{
	size_t n = (size_t)rand_r(seed) % 24;

	out[0] = '\0';
	for (size_t i = 0; i < n; i++)
		snprintf(out + strlen(out), size - strlen(out), "line %d\n", rand_r(seed) % 4);
}

static void a_diff_leads_from_one_text_to_the_other(void **state)
{
	unsigned seed = 7;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		char old[1024], fresh[1024], *played;
		size_t added, removed;
		struct buf diff;
		bool differs;

		make_text(&seed, old, sizeof(old));
		make_text(&seed, fresh, sizeof(fresh));
		buf_init(&diff, 1 << 16);
		differs = diff_texts(old, fresh, "a", "b", &diff, &added, &removed);
		assert_int_equal(differs, strcmp(old, fresh) != 0);
		played = play(old, diff.data ? diff.data : "");
		assert_string_equal(played, fresh);
		free(played);
		buf_release(&diff);
	}
}

static void a_diff_is_as_short_as_can_be(void **state)
{
	size_t added, removed;
	struct buf diff;

	(void)state;
	buf_init(&diff, 4096);
	assert_true(diff_texts("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n", "a", "b", &diff, &added, &removed));
	assert_string_equal(diff.data, "--- a\n+++ b\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
	assert_int_equal(added, 1);
	assert_int_equal(removed, 1);
	buf_release(&diff);
}

static void what_was_seen_of_a_cluster_stays(void **state)
{
	struct frame *f = sample_frame(SAMPLE_RICH);
	struct inventory v, again;
	struct buf kept;

	(void)state;
	inventory_init(&v);
	inventory_take(&v, f->snap, SAMPLE_WALL);
	assert_true(inventory_find(&v, "orders")->now);
	assert_int_equal(inventory_find(&v, "orders")->n, 3);
	buf_init(&kept, 1 << 16);
	assert_int_equal(inventory_write(&v, &kept), 0);
	inventory_init(&again);
	inventory_read(&again, kept.data, kept.len);
	assert_false(inventory_find(&again, "orders")->now);
	assert_int_equal(inventory_find(&again, "orders")->seen, SAMPLE_WALL);
	assert_string_equal(inventory_find(&again, "orders")->brokers[2].name, inventory_find(&v, "orders")->brokers[2].name);
	assert_null(inventory_find(&again, "nobody"));
	inventory_release(&again);
	/* Whatever the file holds. */
	for (size_t len = 0; len < kept.len; len += 7) {
		inventory_init(&again);
		inventory_read(&again, kept.data, len);
		inventory_release(&again);
	}
	inventory_init(&again);
	inventory_read(&again, "{\"clusters\":[{\"name\":7},{\"name\":\"a\",\"brokers\":{}},[],{\"name\":\"b\",\"brokers\":[{}]}]}", 72);
	inventory_release(&again);
	buf_release(&kept);
	inventory_release(&v);
	frame_unref(f);
}

struct asked {
	struct ledger_of l;
	struct manual *manual;
	struct frame *frame;
	struct inventory inventory;
};

static char *plan_of(struct asked *a, const struct incidents *drills, bool unread)
{
	struct incidents *all = incidents_fold(a->l.ledger);
	const struct plan_of of = {.fault = FAULT, .page = manual_find(a->manual, FAULT), .config = sample_config(SAMPLE_RICH),
	    .inventory = &a->inventory, .all = all, .drills = drills, .drills_unread = unread, .ledger = a->l.ledger};
	struct err err = {""};
	struct buf out;

	buf_init(&out, 1 << 20);
	if (plan_markdown(&of, &out, &err))
		fail_msg("%s", err_msg(&err));
	incidents_free(all);
	return buf_detach(&out);
}

static void begin(struct asked *a)
{
	*a = (struct asked){.manual = manual_load(NULL, 0, "en", NULL), .frame = sample_frame(SAMPLE_RICH)};
	ledger_of_init(&a->l, SAMPLE_WALL);
	inventory_init(&a->inventory);
}

static void end(struct asked *a)
{
	ledger_unref(a->l.ledger);
	inventory_release(&a->inventory);
	manual_free(a->manual);
	frame_unref(a->frame);
}

static void expect(char *plan, const char *text)
{
	if (!strstr(plan, text))
		fail_msg("no \"%s\" in\n%s", text, plan);
	free(plan);
}

static void says_which_brokers_there_are_or_were(void **state)
{
	struct inventory before;
	struct asked a;
	struct buf kept;

	(void)state;
	begin(&a);
	expect(plan_of(&a, NULL, false), "orders (kafka, prod): brokers not known: none was seen so far");
	inventory_take(&a.inventory, a.frame->snap, SAMPLE_WALL);
	expect(plan_of(&a, NULL, false), "orders (kafka, prod): broker-1 10.0.0.1:9092, broker-2 10.0.0.2:9092, "
					  "broker-3 10.0.0.3:9092\n");
	buf_init(&kept, 1 << 16);
	inventory_write(&a.inventory, &kept);
	before = a.inventory;
	inventory_init(&a.inventory);
	inventory_read(&a.inventory, kept.data, kept.len);
	expect(plan_of(&a, NULL, false), "broker-3 10.0.0.3:9092 (last seen 2026-11-22)\n");
	inventory_release(&before);
	buf_release(&kept);
	end(&a);
}

/* One that is not brought to its end counts for nothing, neither does one in earnest. */
static void says_when_it_was_drilled(void **state)
{
	static const char open_data[] = "{\"fault\":\"" FAULT "\"}";
	struct incidents *drills;
	struct ledger_of d;
	struct record *r;
	struct asked a;

	(void)state;
	begin(&a);
	expect(plan_of(&a, NULL, true), "Last drilled: UNKNOWN");
	expect(plan_of(&a, NULL, false), "Last drilled: never. To practise it: `mqduty drill " FAULT "`.");
	ledger_of_init(&d, SAMPLE_WALL);
	for (int earnest = 1; earnest >= 0; earnest--) {
		r = record_new(RECORD_INCIDENT);
		r->wall = SAMPLE_WALL;
		r->subject = record_str(r, earnest ? "INC-20261122-7" : "INC-20261122-8");
		r->data = record_str(r, open_data);
		r->drill = !earnest;
		ledger_of_put(&d, r, KEEP_KEPT);
	}
	drills = incidents_fold(d.ledger);
	expect(plan_of(&a, drills, false), "Last drilled: never");
	for (size_t i = 0; i < drills->n; i++) {
		r = act_close(&drills->list[i]);
		r->wall = SAMPLE_WALL + NS_PER_S;
		ledger_of_put(&d, r, KEEP_KEPT);
	}
	incidents_free(drills);
	drills = incidents_fold(d.ledger);
	expect(plan_of(&a, drills, false), "Last drilled: 2026-11-22 (INC-20261122-8, ");
	incidents_free(drills);
	ledger_unref(d.ledger);
	end(&a);
}

static void tells_its_guide_and_its_age(void **state)
{
	struct plan_of of = {.fault = FAULT};
	struct err err = {""};
	struct asked a;
	struct plan p;
	struct buf out;
	char say[200];
	json_t *o;

	(void)state;
	begin(&a);
	of.page = manual_find(a.manual, FAULT);
	of.ledger = a.l.ledger;
	assert_int_equal(plan_make(&p, &of, &err), 0);
	p.drilled = (struct plan_drill){"INC-20261110-1", "ann", SAMPLE_WALL - 12 * 86400 * NS_PER_S};
	assert_string_equal(plan_say_drilled(&p.drilled, false, SAMPLE_WALL, say, sizeof(say)),
	    "Last drilled: 12d ago (INC-20261110-1, ann)");
	buf_init(&out, 1 << 20);
	assert_int_equal(plan_to_json(&p, SAMPLE_WALL, &out), 0);
	o = json_loads(out.data, 0, NULL);
	assert_string_equal(json_string_value(json_object_get(o, "schema")), "mqduty/plan/1");
	assert_int_equal(json_integer_value(json_object_get(json_object_get(o, "last_drilled"), "age_s")), 12 * 86400);
	assert_int_equal(json_array_size(json_object_get(o, "sections")), 7);
	assert_non_null(strstr(out.data, "\"plan.section5.field.03\""));
	json_decref(o);
	buf_release(&out);
	plan_release(&p);
	end(&a);
}

static void made_anew_it_is_in_the_change_record(void **state)
{
	struct asked a;

	(void)state;
	begin(&a);
	ledger_of_put(&a.l, act_plan_made(FAULT, "made anew: Contacts", a.l.ledger), KEEP_KEPT);
	ledger_of_put(&a.l, act_plan_made(FAULT, "made anew: a <b>*name*</b>", a.l.ledger), KEEP_KEPT);
	expect(plan_of(&a, NULL, false), " made anew: Contacts (");
	expect(plan_of(&a, NULL, false), "made anew: a \\<b\\>\\*name\\*\\</b\\>");
	end(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_diff_leads_from_one_text_to_the_other),
	    cmocka_unit_test(a_diff_is_as_short_as_can_be),
	    cmocka_unit_test(what_was_seen_of_a_cluster_stays),
	    cmocka_unit_test(says_which_brokers_there_are_or_were),
	    cmocka_unit_test(says_when_it_was_drilled),
	    cmocka_unit_test(tells_its_guide_and_its_age),
	    cmocka_unit_test(made_anew_it_is_in_the_change_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
