/* Passwords: from programs, files and variables, with a sentence for each way in which it can go
 * wrong. */
#include "base/clock.h"
#include "config/config.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char file[64];

/* Resolves the secret of a cluster "c"; returns the password, or NULL and the sentence. */
static const char *resolve(
    const char *const *command, const char *path, const char *env, struct err *err)
{
	static char value[8192];
	struct config *c = config_new_default();
	struct cluster_conf *cl = config_add_cluster(c, "c", KIND_MQTT);
	const char *got = NULL;

	*err = (struct err){0};
	cl->password =
	    (struct secret_conf){.command = (const char **)command, .file = path, .env = env};
	if (!config_resolve_secrets(c, err)) {
		snprintf(value, sizeof(value), "%s", cl->password.value);
		got = value;
	}
	config_free(c);
	return got;
}

static const char *shell(const char *script, struct err *err)
{
	return resolve((const char *const[]){"sh", "-c", script, NULL}, NULL, NULL, err);
}

static void expect_failure(const char *got, const struct err *err, const char *part)
{
	assert_null(got);
	if (!strstr(err_msg(err), part) || strncmp(err_msg(err), "cluster 'c': ", 13) != 0)
		fail_msg("'%s' does not say '%s'", err_msg(err), part);
}

static void a_program_prints_the_password(void **state)
{
	struct err err;

	(void)state;
	assert_string_equal(shell("printf 'pa ss\\n'", &err), "pa ss");
	assert_string_equal(shell("printf pass", &err), "pass");
	assert_string_equal(shell("printf 'a\\nb\\n'", &err), "a\nb");
	/* No shell between: a word stays one word. */
	assert_string_equal(
	    resolve((const char *const[]){"echo", "$HOME; x", NULL}, NULL, NULL, &err), "$HOME; x");
	/* It cannot eat what the operator types. */
	expect_failure(shell("cat", &err), &err, "empty");
	expect_failure(shell("echo secret; exit 3", &err), &err, "'sh' failed (exit code 3)");
	assert_null(strstr(err_msg(&err), "secret"));
	expect_failure(shell("kill -9 $$", &err), &err, "'sh' failed (signal 9)");
	expect_failure(shell("yes", &err), &err, "more than 16384 bytes");
	expect_failure(shell("printf 'a\\000b'", &err), &err, "NUL");
	expect_failure(resolve((const char *const[]){"/no/such/program", NULL}, NULL, NULL, &err),
	    &err, "was not found or could not be started");
}

/* Lets half a minute go by while the program under test waits. */
static void *half_a_minute(void *arg)
{
	(void)arg;
	usleep(100000);
	clock_fake(31 * NS_PER_S, 0);
	return NULL;
}

static void a_program_that_hangs_is_ended(void **state)
{
	static const char *const scripts[] = {
	    "echo $$ >&2; exec sleep 100", "exec >&-; exec sleep 100"};
	pthread_t thread;
	struct err err;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		clock_fake(0, 0);
		assert_int_equal(pthread_create(&thread, NULL, half_a_minute, NULL), 0);
		expect_failure(
		    shell(scripts[i], &err), &err, i ? "signal 9" : "no answer within 30 s");
		pthread_join(thread, NULL);
		/* Nothing is left behind. */
		assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	}
	clock_real();
}

static void write_secret(const char *text, mode_t mode)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static int make_file(void **state)
{
	int fd;

	(void)state;
	snprintf(file, sizeof(file), "/tmp/mqduty-t-secrets-XXXXXX");
	fd = mkstemp(file);
	close(fd);
	return fd < 0;
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(file);
}

static void a_file_must_be_for_its_owner_only(void **state)
{
	struct err err;

	(void)state;
	write_secret("s3cret\n", 0600);
	assert_string_equal(resolve(NULL, file, NULL, &err), "s3cret");
	write_secret("s3cret\r\n", 0400);
	assert_string_equal(resolve(NULL, file, NULL, &err), "s3cret");
	write_secret("s3cret\n", 0640);
	expect_failure(
	    resolve(NULL, file, NULL, &err), &err, "can be read or written by others: chmod 600");
	write_secret("s3cret\n", 0602);
	expect_failure(resolve(NULL, file, NULL, &err), &err, "can be read or written by others");
	write_secret("\n", 0600);
	expect_failure(resolve(NULL, file, NULL, &err), &err, "empty");
	expect_failure(resolve(NULL, "/", NULL, &err), &err, "not a file");
	expect_failure(resolve(NULL, "/no/such/file", NULL, &err), &err, "cannot open");
}

static void a_variable_must_be_set(void **state)
{
	struct err err;

	(void)state;
	setenv("MQ_T_SECRET", "from env", 1);
	assert_string_equal(resolve(NULL, NULL, "MQ_T_SECRET", &err), "from env");
	setenv("MQ_T_SECRET", "", 1);
	expect_failure(resolve(NULL, NULL, "MQ_T_SECRET", &err), &err, "empty");
	unsetenv("MQ_T_SECRET");
	expect_failure(resolve(NULL, NULL, "MQ_T_SECRET", &err), &err, "MQ_T_SECRET is not set");
}

static void the_system_account_has_its_own(void **state)
{
	struct config *c = config_new_default();
	struct cluster_conf *cl = config_add_cluster(c, "bus", KIND_NATS);
	struct err err = {0};

	(void)state;
	setenv("MQ_T_SECRET", "sys", 1);
	cl->sys.password.env = "MQ_T_SECRET";
	assert_int_equal(config_resolve_secrets(c, &err), 0);
	assert_string_equal(cl->sys.password.value, "sys");
	assert_null(cl->password.value);
	config_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_program_prints_the_password),
	    cmocka_unit_test(a_program_that_hangs_is_ended),
	    cmocka_unit_test_setup_teardown(
		a_file_must_be_for_its_owner_only, make_file, remove_file),
	    cmocka_unit_test(a_variable_must_be_set),
	    cmocka_unit_test(the_system_account_has_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
