/* The fault manual's files: what a page becomes, and that every mistake is named with its line. */
#include "manual/manual.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "manual/lint.h"
#include "manual/render.h"
#include "manual/search.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static const char front[] = "---\n"
			    "id: kafka-x\n"
			    "title: Something is wrong\n"
			    "alerts: [GroupStalled, ConsumerLag]   # two\n"
			    "kind: kafka\n"
			    "owner: duty\n"
			    "reviewed: 2026-11-26\n"
			    "---\n";
static const char head[] = "## Symptom\n\nIt is.\n\n## Impact\n\nSome.\n\n## Now\n\n- Look.\n- Do not run\n  away.\n\n";
static const char tail[] = "## Locate\n### Where?\nquery: disk.percent < 85%\n\nThere.\n"
			   "## Recover\n### Mend it\ncommand: true\n\n## Verify\n### Well?\nrule: DiskUsage\nwait: 2m\n\n"
			   "## Roll back\n\nNothing to take back.\n\n## Prevent\n\n- Be careful\n";

struct page {
	struct manual_page page;
	struct arena arena;
	struct manual_errors errors;
	char said[8192];
	int rc;
};

static void page_of(struct page *p, const char *text)
{
	struct buf b;

	*p = (struct page){0};
	arena_init(&p->arena);
	p->rc = manual_parse(&p->page, &p->arena, "dir/kafka-x.md", "en", text, strlen(text), &p->errors);
	buf_init(&b, sizeof(p->said) - 1);
	manual_errors_print(&p->errors, &b);
	memcpy(p->said, b.data, b.len + 1);
	buf_release(&b);
}

static void page_release(struct page *p)
{
	manual_errors_release(&p->errors);
	arena_release(&p->arena);
}

/* front, head, then this in "Confirm", then tail. */
static void page_with(struct page *p, const char *confirm)
{
	struct buf b;

	buf_init(&b, 65536);
	buf_addf(&b, "%s%s## Confirm\n%s\n%s", front, head, confirm, tail);
	page_of(p, b.data);
	buf_release(&b);
}

static void expect(const char *confirm, const char *said)
{
	struct page p;

	page_with(&p, confirm);
	if (!strstr(p.said, said))
		fail_msg("expected: %s\nsaid: %s", said, p.said);
	page_release(&p);
}

static void reads_a_page(void **state)
{
	struct page p;
	const struct manual_step *s;

	(void)state;
	page_with(&p, "### Is it so?\n"
		      "query: lag.members >= 1\n"
		      "command: look --at {group}\n"
		      "cost: a second\n"
		      "precheck: reset-offsets\n"
		      "ask: Yes -> Mend it | No\n"
		      "time: 10m\n"
		      "escalate: owner\n"
		      "guide: [faults.kafka2.step.03, x]\n"
		      "\n"
		      "One line\nand another.\n\n```\n## no heading\n```\n");
	assert_string_equal(p.said, "");
	assert_int_equal(p.rc, 0);
	assert_string_equal(p.page.id, "kafka-x");
	assert_int_equal(p.page.n_alerts, 2);
	assert_string_equal(p.page.alerts[1], "ConsumerLag");
	assert_int_equal(p.page.n_now, 2);
	assert_string_equal(p.page.now[1], "Do not run\n  away.");
	assert_int_equal(p.page.n_steps, 4);
	s = &p.page.steps[0];
	assert_string_equal(s->id, "confirm.1");
	assert_int_equal(s->section, MANUAL_CONFIRM);
	assert_string_equal(s->query_text, "lag.members >= 1");
	assert_string_equal(s->command, "look --at {group}");
	assert_int_equal(s->precheck, PRECHECK_RESET_OFFSETS);
	assert_int_equal(s->n_answers, 2);
	assert_string_equal(s->answers[0].text, "Yes");
	assert_int_equal(s->answers[0].target, 2);
	assert_int_equal(s->answers[1].target, -1);
	assert_int_equal(s->time_ns, 600000000000LL);
	assert_int_equal(s->escalate, ESCALATE_OWNER);
	assert_int_equal(s->n_guide, 2);
	assert_string_equal(s->text, "One line\nand another.\n\n```\n## no heading\n```");
	assert_int_equal(p.page.steps[3].query.form, QUERY_RULE);
	assert_string_equal(p.page.text[MANUAL_ROLLBACK], "Nothing to take back.");
	assert_int_equal(strlen(p.page.revision), 10);
	page_release(&p);
}

static void names_each_mistake(void **state)
{
	(void)state;
	expect("### A\nqury: lag.lag < 1\n", "dir/kafka-x.md:25: unknown key \"qury\": did you mean \"query\"?");
	expect("### A\nquery: lag.lagg < 1\n", "dir/kafka-x.md:25: query: lag has no field \"lagg\": did you mean \"lag\"?");
	expect("### A\nquery: lag.state < 1\n", "is no number");
	expect("### A\nquery: lag.lag < 50ms\n", "a unit that does not fit");
	expect("### A\nquery: lag.lag\n", "after lag.lag comes the condition");
	expect("### A\nquery: lag.trend falls 5m\n", "no past is kept");
	expect("### A\nquery: lag.lag falls soon\n", ":25: query:");
	expect("### A\nrule: NoSuchRule\n", "there is no built-in rule \"NoSuchRule\"");
	expect("### A\nrule: DiskUsage\nquery: lag.lag < 1\n", ":26: a step has one query or one rule");
	expect("### A\nask: only one\n", "at least two answers");
	expect("### A\nask: yes -> Nowhere | no\n", ":24: the answer \"yes\" goes to a step \"Nowhere\"");
	expect("### A\nwait: 5m\n", ":24: a step that waits needs a query");
	expect("### A\nquery: lag.lag < 1\nwait: 5 weeks\n", ":26: wait:");
	expect("### A\nprecheck: hope\n", "precheck is restart-broker");
	expect("### A\nprecheck: clean-disk\n", "says its cost");
	expect("### A\nescalate: boss\n", "escalate is owner or contacts");
	expect("### A\ntime: 5m\ntime: 6m\n", ":26: time stands twice");
	expect("### A\ncommand:\n", "command has no value");
	expect("### A\nThis is text.\n", ":25: here stands key: value, or an empty line");
	expect("### A\n\nA \x1b[31mred\x1b[0m line.\n", ":26: this line holds a control");
	expect("### A\n\nA \xe2\x80\xae line.\n", ":26: this line holds a control");
	expect("", "the section ## Confirm is empty");
	expect("### A\n\n## Zeugs\n\nx\n", ":26: \"Zeugs\" is none of Symptom");
	expect("### A\n\n## Now\n\n- x\n", ":26: \"Now\" stands twice or too late");
}

static void names_mistakes_of_the_front(void **state)
{
	struct page p;

	(void)state;
	page_of(&p, "## Symptom\n");
	assert_int_equal(p.rc, -1);
	assert_non_null(strstr(p.said, "dir/kafka-x.md:1: a page begins with a line ---"));
	page_release(&p);
	page_of(&p, "---\nid: kafka-y\nkind: rabbit\ntitel: x\nreviewed: yesterday\nalerts: [Nope]\n");
	assert_int_equal(p.rc, -1);
	assert_non_null(strstr(p.said, ":2: the file of id kafka-y is called kafka-y.md"));
	assert_non_null(strstr(p.said, ":3: kind is kafka, nats, mqtt or any"));
	assert_non_null(strstr(p.said, ":4: unknown key \"titel\""));
	assert_non_null(strstr(p.said, ":5: reviewed:"));
	assert_non_null(strstr(p.said, ":6: warning: there is no built-in rule \"Nope\""));
	assert_non_null(strstr(p.said, "does not end"));
	assert_non_null(strstr(p.said, "lacks title"));
	page_release(&p);
}

static void bounds_what_it_reads(void **state)
{
	struct page p;
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 20);
	buf_addf(&b, "%s%s## Confirm\n", front, head);
	for (int i = 0; i < 60; i++)
		buf_addf(&b, "### S%d\n", i);
	page_of(&p, b.data);
	assert_int_equal(p.page.n_steps, MANUAL_STEPS_MAX);
	assert_non_null(strstr(p.said, "at most 40 steps"));
	page_release(&p);
	for (int i = 0; i < 20000; i++)
		buf_adds(&b, "x\n");
	page_of(&p, b.data);
	assert_non_null(strstr(p.said, "at most 4000 lines"));
	page_release(&p);
	buf_release(&b);
}

static void loads_what_is_shipped(void **state)
{
	static const char *const langs[] = {"en", "zh_CN"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct manual_errors errors = {0};
		struct manual *m = manual_load(NULL, 0, langs[i], &errors);
		struct buf b;

		buf_init(&b, 65536);
		for (size_t k = 0; k < errors.n; k++)
			buf_addf(&b, "%s:%d: %s\n", errors.list[k].file, errors.list[k].line,
			    errors.list[k].text);
		assert_string_equal(b.data, "");
		buf_release(&b);
		assert_non_null(manual_find(m, "kafka-group-stalled"));
		for (size_t k = 0; k < m->n_pages; k++)
			assert_string_equal(m->pages[k].lang, langs[i]);
		assert_string_equal(manual_for_alert(m, NULL, "ConsumerLag", KIND_KAFKA)->id, "kafka-consumer-lag");
		assert_null(manual_for_alert(m, NULL, "ConsumerLag", KIND_MQTT));
		manual_free(m);
		manual_errors_release(&errors);
	}
}

/* Both languages in step, every rule with a page, every command fit to be copied. */
static void lints_what_is_shipped(void **state)
{
	struct manual_errors errors = {0};
	struct buf b;

	(void)state;
	assert_true(manual_lint(NULL, 0, clock_wall(), &errors) > 10);
	buf_init(&b, 65536);
	for (size_t k = 0; k < errors.n; k++)
		if (!errors.list[k].warning)
			buf_addf(&b, "%s:%d: %s\n", errors.list[k].file, errors.list[k].line, errors.list[k].text);
	assert_string_equal(b.data, "");
	buf_release(&b);
	manual_errors_release(&errors);
}

static void write_file(const char *dir, const char *sub, const char *text)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, sub);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/%s/kafka-x.md", dir, sub);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

/* A team's page; with the places of the English one replaced it is another language's. */
static void team_page(struct buf *b, const char *query, const char *command, const char *today, const char *donot)
{
	buf_reset(b);
	buf_addf(b, "---\nid: kafka-x\ntitle: X\nkind: kafka\nowner: team\nreviewed: %s\n---\n", today);
	buf_addf(b, "## Symptom\n\nS (guide: a.1)\n\n## Impact\n\nI\n\n## Now\n\n- %s\n\n## Confirm\n### C\nquery: %s\n", donot, query);
	buf_addf(b, "command: %s\n\n%s", command, tail);
}

static void finds_languages_out_of_step(void **state)
{
	char dir[] = "/tmp/mqduty-manual-XXXXXX", cmd[600];
	const char *dirs[] = {dir};
	struct manual_errors errors = {0};
	struct buf page, said;

	(void)state;
	assert_non_null(mkdtemp(dir));
	buf_init(&page, 65536);
	buf_init(&said, 1 << 20);
	team_page(&page, "lag.lag < 1", "true", "2026-11-26", "Do not run");
	write_file(dir, "en", page.data);
	team_page(&page, "lag.lag < 2", "false '{group}'", "2020-01-01", "Run");
	write_file(dir, "zh_CN", page.data);
	manual_lint(dirs, 1, 1795316671LL * NS_PER_S, &errors);
	manual_errors_print(&errors, &said);
	assert_non_null(strstr(said.data, "query is not the same as in English"));
	assert_non_null(strstr(said.data, "{group} stands inside quotes"));
	assert_non_null(strstr(said.data, "no item that begins with \"Do not\""));
	assert_non_null(strstr(said.data, "warning: last reviewed 2020-01-01"));
	manual_errors_release(&errors);
	buf_release(&page);
	buf_release(&said);
	snprintf(cmd, sizeof(cmd), "%s/en/kafka-x.md", dir);
	unlink(cmd);
	snprintf(cmd, sizeof(cmd), "%s/zh_CN/kafka-x.md", dir);
	unlink(cmd);
	snprintf(cmd, sizeof(cmd), "%s/en", dir);
	rmdir(cmd);
	snprintf(cmd, sizeof(cmd), "%s/zh_CN", dir);
	rmdir(cmd);
	rmdir(dir);
}

static void renders_lines(void **state)
{
	struct manual_lines l;

	(void)state;
	manual_lines_init(&l);
	manual_render(&l, "One two three four\nfive.\n\n- an item that is longer (guide: a.1, b.2)\n- second\n\n1. first\n\n```\ncode  x\n```\n", 16);
	assert_int_equal(l.n, 10);
	assert_string_equal(l.lines[0].text, "One two three");
	assert_string_equal(l.lines[1].text, "four five.");
	assert_string_equal(l.lines[2].text, "");
	assert_string_equal(l.lines[3].text, "- an item that");
	assert_string_equal(l.lines[4].text, "is longer");
	assert_int_equal(l.lines[4].indent, 2);
	assert_string_equal(l.lines[5].text, "- second");
	assert_string_equal(l.lines[7].text, "1 first");
	assert_string_equal(l.lines[9].text, "code  x");
	assert_int_equal(l.lines[9].kind, LINE_CODE);
	manual_lines_release(&l);
	manual_lines_init(&l);
	manual_render(&l, "list-units '*kafka*' of `a_b*` min_isr, *all*\n* item *x*\n", 60);
	assert_string_equal(l.lines[0].text, "list-units '*kafka*' of a_b* min_isr, *all*");
	assert_string_equal(l.lines[2].text, "- item *x*");
	manual_lines_release(&l);
	manual_lines_init(&l);
	manual_render(&l, "消费组没有成员，就没有消费。", 12);
	assert_string_equal(l.lines[0].text, "消费组没有成");
	assert_string_equal(l.lines[1].text, "员，就没有消");
	assert_string_equal(l.lines[2].text, "费。");
	manual_lines_release(&l);
}

static void finds_by_words(void **state)
{
	static const struct {
		const char *lang, *words, *id;
	} cases[] = {
	    {"en", "consumer group stands still", "kafka-group-stalled"},
	    {"en", "ConsumerLag kafka behind", "kafka-consumer-lag"},
	    {"zh_CN", "消费组停滞", "kafka-group-stalled"},
	    {"zh_CN", "消费积压", "kafka-consumer-lag"},
	};
	struct manual_hit hits[3];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct manual *m = manual_load(NULL, 0, cases[i].lang, NULL);

		assert_true(manual_search(m, cases[i].words, hits, 3) > 0);
		assert_string_equal(hits[0].page->id, cases[i].id);
		assert_int_equal(manual_search(m, "zzzzqq", hits, 3), 0);
		assert_int_equal(manual_search(m, "", hits, 3), 0);
		manual_free(m);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_a_page),
	    cmocka_unit_test(names_each_mistake),
	    cmocka_unit_test(names_mistakes_of_the_front),
	    cmocka_unit_test(bounds_what_it_reads),
	    cmocka_unit_test(loads_what_is_shipped),
	    cmocka_unit_test(lints_what_is_shipped),
	    cmocka_unit_test(finds_languages_out_of_step),
	    cmocka_unit_test(renders_lines),
	    cmocka_unit_test(finds_by_words),
	};

	i18n_init("en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
