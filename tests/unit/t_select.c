/* Which broker: the guide's own figures, knock-outs, answers that are missing, and how sure the result is. */
#include "report/md.h"
#include "report/selection.h"
#include "selection_open.h"

#include "base/clock.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const struct candidate *candidate(const struct selection *s, const char *id)
{
	for (size_t i = 0; i < s->n_candidates; i++)
		if (!strcmp(s->candidates[i].id, id))
			return &s->candidates[i];
	fail_msg("no candidate %s", id);
	return NULL;
}

static void the_guides_totals(void **state)
{
	struct selection s;

	(void)state;
	load(&s);
	selection_decide(&s);
	assert_true(fabs(candidate(&s, "kafka")->total - 7.65) < 1e-9);
	assert_true(fabs(candidate(&s, "mqtt")->total - 6.85) < 1e-9);
	assert_true(fabs(candidate(&s, "nats-core")->total - 8.75) < 1e-9);
	assert_true(fabs(candidate(&s, "nats-jetstream")->total - 8.05) < 1e-9);
	assert_int_equal(selection_unanswered(&s), s.n_requirements);
	selection_release(&s);
}

static void knock_outs_come_first(void **state)
{
	struct selection s;

	(void)state;
	load(&s);
	answer(&s, "retention", "7");
	answer(&s, "transactions", "yes");
	selection_decide(&s);
	/* Five answers could still rule Kafka out. */
	assert_int_equal(s.outcome, OUTCOME_OPEN);
	answer(&s, "protocol", "any");
	answer(&s, "resources", "cloud");
	answer(&s, "network", "stable");
	answer(&s, "devices", "40");
	answer(&s, "latency", "50");
	selection_decide(&s);
	assert_non_null(candidate(&s, "nats-core")->out);
	assert_non_null(candidate(&s, "mqtt")->out);
	assert_int_equal(s.outcome, OUTCOME_WINNER);
	assert_string_equal(s.candidates[s.best].id, "kafka");
	assert_int_equal(s.second, SIZE_MAX);
	answer(&s, "network", "unstable");
	selection_decide(&s);
	assert_int_equal(s.outcome, OUTCOME_NONE_LEFT);
	selection_release(&s);
}

static void what_is_not_answered_may_still_rule_out(void **state)
{
	struct selection s;

	(void)state;
	load(&s);
	selection_decide(&s);
	assert_null(candidate(&s, "nats-core")->out);
	assert_non_null(candidate(&s, "nats-core")->may);
	answer(&s, "retention", "0");
	answer(&s, "delivery", "at-most-once");
	answer(&s, "transactions", "no");
	answer(&s, "ordering", "none");
	answer(&s, "protocol", "any");
	selection_decide(&s);
	assert_null(candidate(&s, "nats-core")->may);
	selection_release(&s);
}

static void missing_answers_widen(void **state)
{
	struct selection s;
	double wide, narrow;

	(void)state;
	load(&s);
	selection_decide(&s);
	wide = candidate(&s, "kafka")->high - candidate(&s, "kafka")->low;
	answer(&s, "throughput", "20000");
	answer(&s, "latency", "20");
	answer(&s, "skills", "nats");
	answer(&s, "people", "4");
	answer(&s, "rto", "15");
	answer(&s, "budget", "900");
	answer(&s, "integration", "postgres");
	answer(&s, "languages", "go");
	answer(&s, "retention", "0");
	answer(&s, "ordering", "none");
	answer(&s, "delivery", "at-most-once");
	answer(&s, "transactions", "no");
	answer(&s, "protocol", "any");
	selection_decide(&s);
	narrow = candidate(&s, "kafka")->high - candidate(&s, "kafka")->low;
	assert_true(narrow < wide);
	assert_int_equal(s.outcome, OUTCOME_WINNER);
	assert_string_equal(s.candidates[s.best].id, "nats-core");
	/* The same data give the same answer. */
	wide = s.candidates[s.best].wins;
	selection_decide(&s);
	assert_true(wide == s.candidates[s.best].wins);
	selection_release(&s);
}

static void the_flip_is_a_tie_exactly_there(void **state)
{
	struct selection s;
	struct dimension *d;

	(void)state;
	load(&s);
	selection_decide(&s);
	if (!s.flip)
		fail_msg("no weight turns the guide's matrix round");
	d = (struct dimension *)s.flip;
	d->weight = s.flip_to;
	answer(&s, "retention", "0");
	answer(&s, "delivery", "at-most-once");
	answer(&s, "transactions", "no");
	answer(&s, "ordering", "none");
	answer(&s, "protocol", "any");
	selection_decide(&s);
	assert_true(fabs(s.candidates[s.best].total - s.candidates[s.second].total) < 1e-6);
	assert_int_equal(s.outcome, OUTCOME_TIE);
	selection_release(&s);
}

static void wrong_answers_are_sentences(void **state)
{
	struct selection s;
	struct err err = {""};

	(void)state;
	load(&s);
	assert_int_equal(selection_answer(&s, "ordering", "some", &err), -1);
	assert_string_equal(err_msg(&err), "ordering is one of: none, partition, global");
	assert_int_equal(selection_answer(&s, "throughput", "many", &err), -1);
	assert_int_equal(selection_answer(&s, "transactions", "maybe", &err), -1);
	assert_int_equal(selection_answer(&s, "colour", "blue", &err), -1);
	selection_release(&s);
}

static const char *write_temp(const char *text)
{
	static char path[64];
	int fd;

	snprintf(path, sizeof(path), "/tmp/t_select-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	return path;
}

static void answers_go_through_a_file(void **state)
{
	struct selection s, again;
	struct err err = {""};
	struct buf out;
	const char *path;

	(void)state;
	load(&s);
	load(&again);
	answer(&s, "integration", "say \"hello\": # not a comment");
	answer(&s, "retention", "3");
	buf_init(&out, 1 << 20);
	selection_write_answers(&s, &out);
	path = write_temp(out.data);
	if (selection_answers(&again, path, &err))
		fail_msg("%s", err_msg(&err));
	assert_string_equal(selection_requirement(&again, "integration")->answer, "say \"hello\": # not a comment");
	assert_string_equal(selection_requirement(&again, "retention")->answer, "3");
	assert_int_equal(selection_unanswered(&again), again.n_requirements - 2);
	unlink(path);
	buf_release(&out);

	path = write_temp("retention: -1\nordering: sideways\n");
	assert_int_equal(selection_answers(&again, path, &err), -1);
	assert_non_null(strstr(err_msg(&err), ":1:12: retention is a number"));
	assert_non_null(strstr(err_msg(&err), ":2:11: ordering is one of"));
	unlink(path);
	selection_release(&s);
	selection_release(&again);
}

static void reports_hold_what_was_decided(void **state)
{
	static const char *const formats[] = {"text", "json", "markdown"};
	struct selection s;
	struct buf out;

	(void)state;
	load(&s);
	answer(&s, "retention", "7");
	answer(&s, "throughput", "20000");
	answer(&s, "integration", "a|b <script> `x` \xe2\x80\xae");
	selection_decide(&s);
	for (size_t i = 0; i < 3; i++) {
		buf_init(&out, 1 << 20);
		assert_int_equal(selection_report(&s, formats[i], 0, &out), 0);
		assert_non_null(strstr(out.data, "NATS JetStream") ? out.data : strstr(out.data, "nats-jetstream"));
		assert_null(strstr(out.data, "\xe2\x80\xae"));
		if (i == 2) {
			assert_non_null(strstr(out.data, "a\\|b \\<script\\>"));
			assert_non_null(strstr(out.data, "brokers.metrics.msgs_in_per_s"));
		}
		buf_release(&out);
	}
	buf_init(&out, 1 << 20);
	assert_int_equal(selection_report(&s, "nagios", 0, &out), -1);
	buf_release(&out);
	selection_release(&s);
}

/* What the monthly list is made of afterwards. */
static void assumptions_are_what_a_cluster_shows(void **state)
{
	struct selection s;
	struct buf out;

	(void)state;
	load(&s);
	answer(&s, "retention", "7");
	answer(&s, "throughput", "20000");
	selection_decide(&s);
	buf_init(&out, 1 << 16);
	selection_assumptions(&s, &out);
	assert_non_null(strstr(out.data, "\"winner\":\"nats-jetstream\""));
	assert_non_null(strstr(out.data, "\"id\":\"throughput\""));
	assert_non_null(strstr(out.data, "\"number\":20000"));
	assert_non_null(strstr(out.data, "\"kind\":\"nats\""));
	/* No cluster shows how long messages must be kept. */
	assert_null(strstr(out.data, "retention"));
	buf_release(&out);
	selection_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_guides_totals),
	    cmocka_unit_test(knock_outs_come_first),
	    cmocka_unit_test(what_is_not_answered_may_still_rule_out),
	    cmocka_unit_test(missing_answers_widen),
	    cmocka_unit_test(the_flip_is_a_tie_exactly_there),
	    cmocka_unit_test(wrong_answers_are_sentences),
	    cmocka_unit_test(answers_go_through_a_file),
	    cmocka_unit_test(reports_hold_what_was_decided),
	    cmocka_unit_test(assumptions_are_what_a_cluster_shows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
