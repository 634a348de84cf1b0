/* What everything stands on: errors, buffers, arenas, maps, clocks, the log. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/kinds.h"
#include "base/log.h"
#include "base/map.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void errors_are_sentences_that_grow_at_the_front(void **state)
{
	struct err e = {0};
	char big[2 * ERR_MAX];

	(void)state;
	assert_string_equal(err_msg(&e), "");
	assert_string_equal(err_msg(NULL), "");
	assert_int_equal(err_set(&e, "port %d is taken", 9092), -1);
	assert_int_equal(err_prefix(&e, "cluster '%s'", "orders"), -1);
	assert_string_equal(err_msg(&e), "cluster 'orders': port 9092 is taken");
	assert_int_equal(err_set(NULL, "nobody asked"), -1);
	assert_int_equal(err_prefix(NULL, "nobody asked"), -1);
	memset(big, 'x', sizeof(big));
	big[sizeof(big) - 1] = '\0';
	err_set(&e, "%s", big);
	assert_int_equal(strlen(e.msg), ERR_MAX - 1);
	err_prefix(&e, "front");
	assert_int_equal(strlen(e.msg), ERR_MAX - 1);
	assert_memory_equal(e.msg, "front: xxx", 10);
}

static void hook(void)
{
	_exit(7);
}

static void a_bug_gives_the_terminal_back_first(void **state)
{
	int status;
	pid_t pid = fork();

	(void)state;
	if (!pid) {
		bug_set_hook(hook);
		BUG("on purpose");
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 7);
}

static void a_buffer_refuses_what_goes_beyond_its_maximum(void **state)
{
	struct buf b;
	char *s;

	(void)state;
	buf_init(&b, 8);
	assert_string_equal(b.data, "");
	assert_int_equal(buf_addf(&b, "%s", ""), 0);
	assert_int_equal(b.cap, 0); /* memory that is taken for nothing would hold anything */
	assert_int_equal(buf_adds(&b, "1234"), 0);
	assert_int_equal(buf_addf(&b, "%d", 5678), 0);
	assert_int_equal(buf_addc(&b, '9'), -1);
	assert_true(b.overflow);
	assert_string_equal(b.data, "12345678");
	buf_consume(&b, 3);
	assert_string_equal(b.data, "45678");
	assert_int_equal(buf_adds(&b, "9012"), -1); /* refused whole */
	assert_string_equal(b.data, "45678");
	assert_true(b.overflow);
	buf_reset(&b);
	assert_false(b.overflow);
	assert_string_equal(b.data, "");
	assert_int_equal(buf_add(&b, "a\0b", 3), 0);
	assert_int_equal(b.len, 3);
	s = buf_detach(&b);
	assert_memory_equal(s, "a\0b", 4);
	free(s);
	assert_int_equal(b.len, 0);
	assert_int_equal(buf_adds(&b, "again"), 0);
	assert_int_equal(buf_add(&b, "x", SIZE_MAX), -1);
	buf_release(&b);
	s = buf_detach(&b);
	assert_string_equal(s, "");
	free(s);
}

/* Rows with a large block and a short string each must not leave a chunk behind for every string. */
static void an_arena_wastes_little(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a);
	arena_strdup(&a, "the only one");
	assert_true(a.held <= 512);
	for (int i = 0; i < 100; i++) {
		arena_alloc(&a, 5600);
		arena_strdup(&a, "a group of consumers");
	}
	assert_true(a.held < a.bytes + a.bytes / 20);
	arena_release(&a);
}

static void an_arena_hands_out_zeroed_aligned_memory(void **state)
{
	struct arena a;
	char *first, *last = NULL;

	(void)state;
	arena_init(&a);
	first = arena_strdup(&a, "first");
	for (size_t size = 1; size < 20000; size = size * 3 + 1) {
		unsigned char *p = arena_alloc(&a, size);

		assert_int_equal((uintptr_t)p % 16, 0);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xff, size);
	}
	for (int i = 0; i < 1000; i++)
		last = arena_printf(&a, "%s-%d", "row", i);
	assert_string_equal(first, "first");
	assert_string_equal(last, "row-999");
	assert_string_equal(arena_strndup(&a, "abcdef", 3), "abc");
	assert_null(arena_strdup(&a, NULL));
	assert_true(a.bytes > 20000);
	arena_release(&a);
	assert_int_equal(a.bytes, 0);
	arena_release(&a);
}

static void arrays_double(void **state)
{
	int *list = NULL;
	size_t cap = 0;

	(void)state;
	array_reserve(&list, &cap, 1, sizeof(*list));
	assert_int_equal(cap, 8);
	array_reserve(&list, &cap, 9, sizeof(*list));
	assert_int_equal(cap, 16);
	array_reserve(&list, &cap, 100, sizeof(*list));
	assert_int_equal(cap, 100);
	array_reserve(&list, &cap, 50, sizeof(*list));
	assert_int_equal(cap, 100);
	free(list);
}

static void a_map_keeps_and_forgets(void **state)
{
	static int values[1000];
	struct map m;
	size_t pos = 0, seen = 0;
	const char *key;
	void *v;
	char k[16];

	(void)state;
	map_init(&m);
	assert_null(map_get(&m, "x"));
	assert_null(map_del(&m, "x"));
	for (int i = 0; i < 1000; i++) {
		snprintf(k, sizeof(k), "key-%d", i);
		assert_null(map_put(&m, k, &values[i]));
	}
	for (int i = 0; i < 1000; i += 2) {
		snprintf(k, sizeof(k), "key-%d", i);
		assert_ptr_equal(map_del(&m, k), &values[i]);
		assert_null(map_del(&m, k));
	}
	assert_int_equal(m.n, 500);
	for (int i = 0; i < 1000; i++) {
		snprintf(k, sizeof(k), "key-%d", i);
		assert_ptr_equal(map_get(&m, k), i % 2 ? &values[i] : NULL);
	}
	assert_ptr_equal(map_put(&m, "key-1", &values[0]), &values[1]);
	/* The current key may go while the map is walked. */
	while ((key = map_each(&m, &pos, &v))) {
		snprintf(k, sizeof(k), "%s", key);
		assert_ptr_equal(map_del(&m, k), v);
		seen++;
	}
	assert_int_equal(seen, 500);
	assert_int_equal(m.n, 0);
	map_release(&m);
}

static void graves_do_not_fill_a_map(void **state)
{
	static int value;
	struct map m;
	char k[16];

	(void)state;
	map_init(&m);
	for (int i = 0; i < 100000; i++) {
		snprintf(k, sizeof(k), "%d", i);
		map_put(&m, k, &value);
		map_del(&m, k);
	}
	assert_true(m.cap <= 64);
	map_release(&m);
}

static void clocks_can_be_faked(void **state)
{
	int64_t before = clock_boot();

	(void)state;
	clock_fake(5, 7);
	assert_int_equal(clock_boot(), 5);
	assert_int_equal(clock_wall(), 7);
	clock_real();
	assert_true(clock_boot() >= before && before > 0);
	assert_true(clock_wall() > 1600000000 * NS_PER_S);
}

static void the_log_is_private_bounded_and_clean(void **state)
{
	char path[] = "/tmp/mqduty-t-base-XXXXXX", line[4096], big[3000];
	int fd = mkstemp(path);
	struct stat st;
	FILE *f;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	unlink(path);
	log_warn("nobody listens");
	assert_int_equal(log_open(path, LOG_LEVEL_WARN), 0);
	clock_fake(0, 1795000000 * NS_PER_S);
	log_info("too quiet");
	log_warn("name \033[2J of\na broker");
	memset(big, 'y', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	log_warn("%s", big);
	clock_real();
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_non_null(fgets(line, sizeof(line), f));
	assert_string_equal(line, "2026-11-18T11:06:40Z warn  name ?[2J of?a broker\n");
	assert_non_null(fgets(line, sizeof(line), f));
	assert_true(strlen(line) < 1200);
	assert_null(fgets(line, sizeof(line), f));
	fclose(f);
	assert_int_equal(log_open("/no/such/dir/log", LOG_LEVEL_WARN), -1);
	assert_int_equal(log_open(NULL, LOG_LEVEL_WARN), 0);
	unlink(path);
}

static void kinds_and_tiers_have_names(void **state)
{
	(void)state;
	assert_string_equal(kind_name(KIND_NATS), "nats");
	assert_string_equal(tier_name(TIER_PROD), "prod");
	assert_string_equal(tier_name(TIER_NONE), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(errors_are_sentences_that_grow_at_the_front),
	    cmocka_unit_test(a_bug_gives_the_terminal_back_first),
	    cmocka_unit_test(a_buffer_refuses_what_goes_beyond_its_maximum),
	    cmocka_unit_test(an_arena_hands_out_zeroed_aligned_memory),
	    cmocka_unit_test(an_arena_wastes_little),
	    cmocka_unit_test(arrays_double),
	    cmocka_unit_test(a_map_keeps_and_forgets),
	    cmocka_unit_test(graves_do_not_fill_a_map),
	    cmocka_unit_test(clocks_can_be_faked),
	    cmocka_unit_test(the_log_is_private_bounded_and_clean),
	    cmocka_unit_test(kinds_and_tiers_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
