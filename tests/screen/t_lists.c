/* Screens of the weekly and the monthly list and the audits: going through them, an item, an answer from the question to
 * the disk. Data files of their own (tests/fixtures/lists), so that a better list changes no screen. */
#include "harness.h"

#include "base/clock.h"
#include "ui/ui.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct audits audits;

static void add_fact(struct section *s, const char *name, int64_t n, const char *detail)
{
	struct fact_row *row = section_add(s);

	row->name = name;
	row->v = value_int(n, SAMPLE_BOOT, 3600 * NS_PER_S);
	row->detail = detail;
}

/* Well, not well, and not read at all. */
static void add_facts(struct snapshot *snap)
{
	struct section *s = section_new(SECTION_FACTS);

	add_fact(s, "topics.bad_names", 2, "clicks, audit");
	add_fact(s, "topics.replication_min", 3, NULL);
	add_fact(s, "topics.min_isr_low", 0, NULL);
	add_fact(s, "topics.single_partition", 0, NULL);
	for (size_t i = 0; i < snap->n_clusters; i++)
		if (snap->clusters[i].kind == KIND_KAFKA && !snap->clusters[i].sections[SECTION_FACTS]) {
			snap->clusters[i].sections[SECTION_FACTS] = s;
			return;
		}
	section_unref(s);
}

static void judge(struct ui *ui, int64_t now, int64_t wall)
{
	struct lists_answer fresh;
	struct lists_ask ask;

	if (!lists_wanted(ui, now, wall, &ask))
		return;
	add_facts(ask.frame->snap);
	lists_judge(NULL, &audits, &ask, &fresh);
	lists_ask_release(&ask);
	lists_take(ui, &fresh);
}

#define SIZE(w, h) .sample = SAMPLE_RICH, .width = (w), .height = (h), .lists = judge
#define KEPT .keep = KEEP_KEPT
#define ANSWERED "2LLLjjjjjSHeap 4g, G1, seen in jvm.options\r2027-01-31\r"

static const struct screen_case cases[] = {
    {.name = "lists-weekly", SIZE(80, 24), .keys = "2L", KEPT, .looks = true},
    {.name = "lists-weekly-60x15", SIZE(60, 15), .keys = "2L", KEPT},
    {.name = "lists-weekly-200x50", SIZE(200, 50), .keys = "2L", KEPT},
    {.name = "lists-weekly-40x12", SIZE(40, 12), .keys = "2L", KEPT},
    {.name = "lists-being-judged", .sample = SAMPLE_RICH, .width = 80, .height = 24, .keys = "2L", KEPT},
    {.name = "lists-monthly", SIZE(80, 24), .keys = "2LL", KEPT},
    {.name = "lists-audit", SIZE(80, 24), .keys = "2LLL", KEPT, .looks = true},
    {.name = "lists-audit-60x15", SIZE(60, 15), .keys = "2LLL", KEPT},
    {.name = "lists-audit-200x50", SIZE(200, 50), .keys = ":audit\r", KEPT},
    {.name = "lists-audit-by-name", SIZE(80, 24), .keys = ":audit nats\r", KEPT},
    {.name = "lists-round", SIZE(80, 24), .keys = "2LLLLLL", KEPT},
    {.name = "lists-item-measured", SIZE(80, 24), .keys = "2LLL\r", KEPT, .looks = true},
    {.name = "lists-item-asked", SIZE(80, 24), .keys = "2LLLjjjj\r", KEPT},
    {.name = "lists-item-weekly", SIZE(80, 24), .keys = "2Ljj\r", KEPT},
    {.name = "lists-answer-measured", SIZE(80, 24), .keys = "2LLLS", KEPT},
    {.name = "lists-answer-ask", SIZE(80, 24), .keys = "2LjjS", KEPT},
    {.name = "lists-answer-until", SIZE(80, 24), .keys = "2LjjSconfigs of last night, one restored\r", KEPT},
    {.name = "lists-answer-until-60x15", SIZE(60, 15), .keys = "2LjjSconfigs of last night\r", KEPT},
    {.name = "lists-answer-no-day", SIZE(80, 24), .keys = "2LjjSconfigs of last night\r2020-01-01\r", KEPT},
    {.name = "lists-answer-saving", SIZE(80, 24), .keys = "2LjjSconfigs of last night\r\r", .keep = KEEP_SAVING},
    {.name = "lists-answer-failed", SIZE(80, 24), .keys = "2LjjSconfigs of last night\r\r", .keep = KEEP_FAILED,
	.trouble = "ops.db: the disk is full: nothing is kept until there is room"},
    {.name = "lists-answered", SIZE(80, 24), .keys = "2LjjSconfigs of last night\r\r", KEPT, .looks = true},
    {.name = "lists-answered-item", SIZE(80, 24), .keys = ANSWERED "\r", KEPT, .looks = true},
    {.name = "lists-answered-item-60x15", SIZE(60, 15), .keys = ANSWERED "\r", KEPT},
    {.name = "lists-answered-mono-c", SIZE(80, 24), .keys = ANSWERED, KEPT, .locale = "C", .no_colour = true, .looks = true},
    {.name = "lists-help", SIZE(80, 24), .keys = "2L?", KEPT},
    {0},
};

int main(void)
{
	struct err err = {""};
	char dir[4096];
	int rc;

	snprintf(dir, sizeof(dir), "%s/tests/fixtures/lists", getenv("top_srcdir"));
	setenv("MQDUTY_DATA_DIR", dir, 1);
	if (audits_load(&audits, &err)) {
		fprintf(stderr, "%s\n", err_msg(&err));
		return 1;
	}
	rc = screen_run(cases);
	audits_release(&audits);
	return rc;
}
