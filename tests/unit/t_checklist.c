/* The files of data/checklists: what is taken, what is refused, and that they drive the judging. */
#include "judged.h"

#include "rules/checklist_file.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct checklists lists;
static struct err err;

static int begin(void **state)
{
	(void)state;
	lists = (struct checklists){0};
	err = (struct err){""};
	return 0;
}

static int end(void **state)
{
	(void)state;
	checklists_release(&lists);
	return 0;
}

static int add(const char *text)
{
	return checklists_add(&lists, "x.yaml", text, strlen(text), &err);
}

#define HEAD "list: l\nperiod: daily\ntitle: t\nitems:\n"

static void the_daily_list_is_the_guides(void **state)
{
	static const char *const want[][2] = {{"cluster-health", "operations.daily.01"},
	    {"consumer-lag", "operations.daily.02"}, {"disk-usage", "operations.daily.03"},
	    {"network-latency", "operations.daily.04"}, {"error-logs", "operations.daily.05"}};
	const struct checklist *daily = checklist_find(checklists(), "daily");

	(void)state;
	assert_non_null(daily);
	assert_int_equal(daily->n, 5);
	for (size_t i = 0; i < 5; i++) {
		const struct list_item *item = &daily->items[i];

		assert_string_equal(item->id, want[i][0]);
		assert_string_equal(item->guide, want[i][1]);
		assert_int_equal(item->kind, ITEM_MEASURED);
		assert_true(item->title.en[0] && item->title.zh_CN[0]);
		assert_true(item->text.en[0] && item->text.zh_CN[0]);
		assert_string_equal(item->period, "daily");
	}
	assert_string_equal(checklist_item(checklists(), "daily", "disk-usage")->subject, "daily/disk-usage");
	assert_null(checklist_item(checklists(), "daily", "nothing"));
	assert_null(checklist_item(checklists(), "nothing", "disk-usage"));
}

static void a_list_is_read(void **state)
{
	const struct list_item *item;

	(void)state;
	assert_int_equal(add(HEAD "  - {id: a, title: one, text: {en: two, zh_CN: er}, rules: DiskUsage, "
				  "view: disk}\n"
				  "  - {id: b, kind: asked, period: 90d, title: {en: three}, text: four, "
				  "hint: five}\n"),
	    0);
	item = checklist_item(&lists, "l", "a");
	assert_string_equal(item->rules[0], "DiskUsage");
	assert_null(item->rules[1]);
	assert_string_equal(words_now(&item->title), "one");
	assert_string_equal(item->text.zh_CN, "er");
	item = checklist_item(&lists, "l", "b");
	assert_int_equal(item->kind, ITEM_ASKED);
	assert_string_equal(item->period, "90d");
	assert_string_equal(item->hint.en, "five");
	assert_string_equal(words_now(&item->worst), "");
}

static void mistakes_are_told_with_their_place(void **state)
{
	static const char *const bad[][2] = {
	    {"", "x.yaml:1:1"},
	    {"list: [", "x.yaml:"},
	    {"list: l\nperiod: daily\ntitle: t\n", "items"},
	    {HEAD "  - {id: a, title: t, text: t}\n", "x.yaml:5:5"},
	    {HEAD "  - {id: a, title: t, rules: R}\n", "text:"},
	    {HEAD "  - {id: a, title: t, text: t, rules: R, kind: guessed}\n", "measured or asked"},
	    {HEAD "  - {id: a, title: t, text: t, rule: R, rules: R}\n", "'rule' is not known"},
	    {HEAD "  - {id: a, title: t, text: t, rules: R}\n  - {id: a, title: t, text: t, rules: R}\n", "twice"},
	    {HEAD "  - just a text\n", "id:"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		err = (struct err){""};
		assert_int_equal(add(bad[i][0]), -1);
		if (!strstr(err.msg, bad[i][1]))
			fail_msg("'%s' lacks '%s'", err.msg, bad[i][1]);
		assert_int_equal(lists.n, 0);
	}
	assert_int_equal(add(HEAD "  - {id: a, title: t, text: t, rules: R}\n"), 0);
	assert_int_equal(add(HEAD "  - {id: a, title: t, text: t, rules: R}\n"), -1);
	assert_non_null(strstr(err.msg, "already"));
}

/* In another process image: the files are read once. */
static void the_file_drives_the_judging(void **state)
{
	static const char text[] = "list: daily\nperiod: daily\ntitle: daily\nitems:\n"
				   "  - {id: disks, title: ours, text: t, rules: DiskUsage, counted: DiskUsage, "
				   "worst: '{number}! {where} {cluster} {other}'}\n"
				   "  - {id: none, title: none, text: t, rules: [DiskUsage, NoSuchRule]}\n"
				   "  - {id: asked, kind: asked, title: asked, text: t}\n";
	char dir[] = "t_checklist.XXXXXX", path[256], self[4096];
	FILE *f;
	int rc;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/checklists", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/checklists/daily.yaml", dir);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	snprintf(self, sizeof(self), "MQDUTY_DATA_DIR=%s '%s/tests/unit/t_checklist' judge", dir,
	    getenv("top_builddir"));
	f = popen(self, "r");
	assert_non_null(f);
	rc = (int)fread(self, 1, sizeof(self) - 1, f);
	self[rc > 0 ? rc : 0] = '\0';
	assert_int_equal(pclose(f), 0);
	unlink(path);
	*strrchr(path, '/') = '\0';
	rmdir(path);
	rmdir(dir);
	if (strcmp(self, "disks OK 62%! broker-2 /var/lib/kafka orders {other}\n"
			 "none UNKNOWN there is no rule or section NoSuchRule to judge it by\n") != 0)
		fail_msg("%s", self);
}

static int judge(void)
{
	struct frame *f = sample_frame(SAMPLE_HEALTHY);

	for (size_t i = 0; i < f->judgement->n_checklist; i++)
		printf("%s %s %s\n", f->judgement->checklist[i].id, verdict_name(f->judgement->checklist[i].verdict),
		    f->judgement->checklist[i].evidence);
	frame_unref(f);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_daily_list_is_the_guides),
	    cmocka_unit_test_setup_teardown(a_list_is_read, begin, end),
	    cmocka_unit_test_setup_teardown(mistakes_are_told_with_their_place, begin, end),
	    cmocka_unit_test(the_file_drives_the_judging),
	};

	if (argc > 1 && !strcmp(argv[1], "judge"))
		return judge();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
