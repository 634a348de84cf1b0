/* What a shift hands over, who may confirm it, and that foreign names stay names. */
#include "ledger_of.h"
#include "sample_frame.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "report/md.h"
#include "shift/handover.h"

#include <jansson.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define HOUR (3600 * NS_PER_S)
#define DAY (24 * HOUR)
#define HOSTILE "a|b<script>`x`\n# no\033[31m\xe2\x80\xae*_"

static struct ledger_of l;

static int begin(void **state)
{
	(void)state;
	i18n_init("en");
	ledger_of_init(&l, SAMPLE_WALL - HOUR);
	return 0;
}

static int end(void **state)
{
	(void)state;
	ledger_unref(l.ledger);
	i18n_init("en");
	return 0;
}

/* A record of another keep or end than ledger_of_add() makes. */
static struct record *one(enum record_kind kind, const char *subject, const char *text, int64_t until)
{
	struct record *r = record_new(kind);

	r->wall = l.wall;
	r->until = until;
	r->user = record_str(r, l.user);
	r->from = record_str(r, "10.1.2.3");
	r->cluster = record_str(r, "orders");
	r->entity = record_str(r, "broker-1");
	r->subject = record_str(r, subject);
	r->text = record_str(r, text);
	return r;
}

static void make(struct handover *h, struct frame **f, enum sample_kind kind)
{
	*f = sample_frame_with(kind, l.ledger);
	handover_make(h, &(struct handover_input){*f, NULL, NULL, l.user, "10.1.2.3", SAMPLE_WALL});
}

/* The report in that format, to be released. */
static struct buf report(enum sample_kind kind, const char *format)
{
	struct handover h;
	struct frame *f;
	struct buf out;

	make(&h, &f, kind);
	buf_init(&out, 4 << 20);
	assert_int_equal(handover_write(&h, &(struct handover_kept){"0011", "2233", true}, format, &(struct handover_markup){md_text, md_code}, &out), 0);
	handover_release(&h);
	frame_unref(f);
	return out;
}

static json_t *report_json(enum sample_kind kind)
{
	struct buf out = report(kind, "json");
	json_t *o = json_loads(out.data, JSON_REJECT_DUPLICATES, NULL);

	assert_non_null(o);
	buf_release(&out);
	return o;
}

static long long total(const json_t *o, const char *table)
{
	return json_integer_value(json_object_get(json_object_get(o, table), "total"));
}

static const char *cell(const json_t *o, const char *table, size_t row, const char *key)
{
	const json_t *rows = json_object_get(json_object_get(o, table), "rows");

	return json_string_value(json_object_get(json_array_get(rows, row), key));
}

static const char *text_of(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static void a_shift_begins_with_the_report_before(void **state)
{
	json_t *o = report_json(SAMPLE_RICH);

	(void)state;
	assert_string_equal(text_of(o, "since_what"), "day");
	assert_string_equal(text_of(o, "since"), "2026-11-21T08:00:00Z");
	assert_true(json_is_null(json_object_get(o, "before")));
	json_decref(o);
	ledger_of_add(&l, RECORD_HANDOVER, "hash", NULL, "{}");
	l.wall += HOUR / 2;
	/* One that is not saved was not handed over. */
	ledger_of_put(&l, one(RECORD_HANDOVER, "hash", NULL, 0), KEEP_FAILED);
	o = report_json(SAMPLE_RICH);
	assert_string_equal(text_of(o, "since_what"), "handover");
	assert_string_equal(text_of(o, "since"), "2026-11-22T02:04:31Z");
	assert_true(json_is_null(json_object_get(json_object_get(o, "before"), "confirmed_by")));
	assert_int_equal(total(o, "not_saved"), 1);
	json_decref(o);
}

static void who_may_confirm(void **state)
{
	struct err err = {""};
	struct record *r = one(RECORD_HANDOVER, NULL, NULL, 0);
	struct handover_past past;
	struct buf out;
	const char *id;

	(void)state;
	assert_int_equal(handover_confirm(r, l.ledger, "all read", &err), -1);
	assert_non_null(strstr(err_msg(&err), "nobody has handed over within the last 24 hours"));
	id = ledger_of_add(&l, RECORD_HANDOVER, "hash", NULL, "{}");
	assert_int_equal(handover_confirm(r, l.ledger, "all read", &err), -1);
	assert_non_null(strstr(err_msg(&err), "you (duty1) wrote the report of 2026-11-22T02:04:31Z yourself"));
	record_unref(r);
	/* A confirmation of one's own that got in some other way counts for nothing. */
	ledger_of_add(&l, RECORD_HANDOVER, "hash", "me", "{\"confirms\":\"%s\"}", id);
	assert_null(handover_last(l.ledger).confirmation);
	l.user = "duty2";
	r = one(RECORD_HANDOVER, NULL, NULL, 0);
	assert_int_equal(handover_confirm(r, l.ledger, " \n ", &err), -1);
	r->wall += 25 * HOUR;
	assert_int_equal(handover_confirm(r, l.ledger, "all read", &err), -1);
	r->wall -= 24 * HOUR;
	assert_int_equal(handover_confirm(r, l.ledger, HOSTILE, &err), 0);
	assert_string_equal(r->subject, "hash");
	assert_non_null(strstr(r->data, id));
	ledger_of_put(&l, r, KEEP_KEPT);
	past = handover_last(l.ledger);
	assert_string_equal(past.report->id, id);
	assert_string_equal(past.confirmation->user, "duty2");
	l.user = "duty3";
	r = one(RECORD_HANDOVER, NULL, NULL, 0);
	assert_int_equal(handover_confirm(r, l.ledger, "I as well", &err), -1);
	assert_non_null(strstr(err_msg(&err), "has been confirmed by duty2 already"));
	record_unref(r);
	out = report(SAMPLE_HEALTHY, "markdown");
	assert_non_null(strstr(out.data, "The handover before: duty1 @ 10.1.2.3 2026-11-22T02:04:31Z to duty2 @ 10.1.2.3 "
					 "2026-11-22T03:04:31Z, who read back: \"a\\|b\\<script\\>"));
	buf_release(&out);
}

static void what_is_muted_and_what_is_not_any_more(void **state)
{
	json_t *o;

	(void)state;
	ledger_of_put(&l, one(RECORD_SILENCE, "A", "one", SAMPLE_WALL + HOUR), KEEP_KEPT);
	ledger_of_put(&l, one(RECORD_SILENCE, "A", "anew", SAMPLE_WALL + 2 * HOUR), KEEP_KEPT);
	ledger_of_put(&l, one(RECORD_SILENCE, "B", "ran out", SAMPLE_WALL - 1), KEEP_KEPT);
	ledger_of_put(&l, one(RECORD_SILENCE, "C", "taken back", 0), KEEP_KEPT);
	ledger_of_put(&l, one(RECORD_UNSILENCE, "C", NULL, 0), KEEP_KEPT);
	ledger_of_put(&l, one(RECORD_MAINT, NULL, "disk", SAMPLE_WALL + HOUR), KEEP_KEPT);
	o = report_json(SAMPLE_HEALTHY);
	assert_int_equal(total(o, "silences"), 1);
	assert_string_equal(cell(o, "silences", 0, "text"), "anew");
	assert_string_equal(cell(o, "silences", 0, "until"), "2026-11-22T05:04:31Z");
	assert_int_equal(total(o, "maintenance"), 1);
	json_decref(o);
	ledger_of_put(&l, one(RECORD_MAINT_END, NULL, NULL, 0), KEEP_KEPT);
	o = report_json(SAMPLE_HEALTHY);
	assert_int_equal(total(o, "maintenance"), 0);
	json_decref(o);
}

static void checks_answers_incidents_and_events(void **state)
{
	json_t *o;

	(void)state;
	ledger_of_add(&l, RECORD_SIGN, "daily/consumer-lag", "billing is behind", "{\"day\":\"2026-11-21\",\"verdict\":\"CRIT\"}");
	ledger_of_add(&l, RECORD_SIGN, "daily/cluster-health", NULL, "{\"day\":\"2026-11-21\",\"verdict\":\"OK\"}");
	ledger_of_add(&l, RECORD_SIGN, "daily/error-logs", NULL, "{\"day\":\"2026-11-20\",\"verdict\":\"OK\"}");
	ledger_of_add(&l, RECORD_ANSWER, "weekly/backups", "restored", "%s", "");
	ledger_of_put(&l, one(RECORD_ANSWER, "audit/kafka/jvm", "seen", SAMPLE_WALL + 8 * DAY), KEEP_KEPT);
	ledger_of_put(&l, one(RECORD_ANSWER, "audit/kafka/raid", "seen", SAMPLE_WALL - DAY), KEEP_KEPT);
	ledger_of_add(&l, RECORD_INCIDENT, "INC-20261122-1", "why", "{\"fault\":\"kafka-group-stalled\"}");
	ledger_of_add(&l, RECORD_INCIDENT, "INC-20261122-2", "why", "{\"fault\":\"kafka-group-stalled\"}");
	ledger_of_add(&l, RECORD_INCIDENT_CLOSE, "INC-20261122-1", NULL, "{}");
	ledger_of_add(&l, RECORD_EVENT, NULL, HOSTILE, "%s", "");
	o = report_json(SAMPLE_RICH);
	assert_int_equal(total(o, "unsigned"), 3);
	assert_int_equal(total(o, "signed_not_ok"), 1);
	assert_string_equal(cell(o, "signed_not_ok", 0, "item"), "consumer-lag");
	assert_string_equal(cell(o, "signed_not_ok", 0, "text"), "billing is behind");
	assert_int_equal(total(o, "answers"), 2);
	assert_string_equal(cell(o, "answers", 0, "subject"), "weekly/backups");
	assert_string_equal(cell(o, "answers", 0, "state"), "runs out");
	assert_string_equal(cell(o, "answers", 1, "state"), "has run out");
	assert_int_equal(total(o, "incidents"), 2);
	assert_string_equal(cell(o, "incidents", 0, "id"), "INC-20261122-2");
	assert_string_equal(cell(o, "incidents", 0, "stage"), "discover");
	assert_string_equal(cell(o, "incidents", 1, "state"), "closed");
	assert_true(total(o, "events") >= 1);
	json_decref(o);
	/* The incident that was closed before the shift, and what was noted then, is not of this shift. */
	l.wall = SAMPLE_WALL - NS_PER_S;
	ledger_of_add(&l, RECORD_HANDOVER, "hash", NULL, "{}");
	o = report_json(SAMPLE_RICH);
	assert_int_equal(total(o, "incidents"), 1);
	json_decref(o);
}

static void never_green_on_unknown(void **state)
{
	struct buf out = report(SAMPLE_UNKNOWN, "markdown");

	(void)state;
	assert_non_null(strstr(out.data, "whether there is more to see is not known"));
	assert_null(strstr(out.data, "No alert that could be judged is open."));
	assert_non_null(strstr(out.data, "The weekly checklist was not judged"));
	buf_release(&out);
	out = report(SAMPLE_EMPTY, "text");
	assert_null(strstr(out.data, "No alert that could be judged is open."));
	buf_release(&out);
}

static void foreign_names_stay_names(const char *lang)
{
	static const char *const formats[] = {"markdown", "text"};

	i18n_init(lang);
	for (size_t i = 0; i < 2; i++) {
		struct buf out = report(SAMPLE_RICH, formats[i]);

		assert_null(strchr(out.data, '\033'));
		assert_null(strstr(out.data, "\xe2\x80\xae"));
		assert_null(strstr(out.data, "\n# no"));
		if (!i) {
			assert_null(strstr(out.data, "b<script>"));
			assert_non_null(strstr(out.data, "a\\|b\\<script\\>\\`x\\` \\# no"));
		}
		buf_release(&out);
	}
}

static void hostile_in_both_languages(void **state)
{
	(void)state;
	l.user = HOSTILE;
	ledger_of_add(&l, RECORD_HANDOVER, HOSTILE, NULL, "{}");
	ledger_of_add(&l, RECORD_EVENT, NULL, HOSTILE, "%s", "");
	ledger_of_put(&l, one(RECORD_SILENCE, HOSTILE, HOSTILE, 0), KEEP_FAILED);
	ledger_of_add(&l, RECORD_INCIDENT, HOSTILE, HOSTILE, "{\"fault\":\"x\"}");
	json_decref(report_json(SAMPLE_RICH));
	foreign_names_stay_names("en");
	foreign_names_stay_names("zh_CN");
}

static void the_digest_fits_and_is_named_by_its_hash(void **state)
{
	char first[HANDOVER_HASH_SIZE], again[HANDOVER_HASH_SIZE], text[1500];
	struct handover h;
	struct frame *f;
	struct buf digest;
	json_t *o;

	(void)state;
	memset(text, '\001', sizeof(text) - 1); /* six bytes each in JSON */
	text[sizeof(text) - 1] = '\0';
	for (int i = 0; i < 80; i++) {
		ledger_of_put(&l, one(RECORD_SILENCE, NULL, text, 0), KEEP_FAILED);
		l.ledger->lines[l.ledger->n - 1].record->subject = record_str(l.ledger->lines[l.ledger->n - 1].record, text);
		ledger_of_add(&l, RECORD_EVENT, NULL, text, "%s", "");
		l.wall += NS_PER_S;
	}
	make(&h, &f, SAMPLE_RICH);
	handover_digest(&h, &digest, first);
	assert_true(digest.len < RECORD_DATA_MAX && digest.len > 1000);
	o = json_loads(digest.data, JSON_REJECT_DUPLICATES, NULL);
	assert_true(json_is_object(o));
	assert_int_equal(total(o, "not_saved"), 80);
	assert_true(total(o, "events") >= 80);
	json_decref(o);
	buf_release(&digest);
	handover_digest(&h, &digest, again);
	assert_string_equal(first, again);
	assert_int_equal(strlen(first), 64);
	buf_release(&digest);
	h.user = "somebody else";
	handover_digest(&h, &digest, again);
	assert_string_not_equal(first, again);
	buf_release(&digest);
	handover_release(&h);
	frame_unref(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_shift_begins_with_the_report_before, begin, end),
	    cmocka_unit_test_setup_teardown(who_may_confirm, begin, end),
	    cmocka_unit_test_setup_teardown(what_is_muted_and_what_is_not_any_more, begin, end),
	    cmocka_unit_test_setup_teardown(checks_answers_incidents_and_events, begin, end),
	    cmocka_unit_test_setup_teardown(never_green_on_unknown, begin, end),
	    cmocka_unit_test_setup_teardown(hostile_in_both_languages, begin, end),
	    cmocka_unit_test_setup_teardown(the_digest_fits_and_is_named_by_its_hash, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
