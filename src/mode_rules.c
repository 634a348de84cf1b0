#include "modes.h"

#include "config/config.h"
#include "wire/rules_test.h"

#include <limits.h>

/* The rules that are tested are those of the configuration, where there is one; no cluster is asked. */
int mode_rules_test(const struct cli *cli)
{
	struct config *config;
	struct err err = {{0}};
	struct config_errors errors = {0};
	struct buf out, said;
	char path[PATH_MAX] = "";
	int failed;

	buf_init(&out, OUTPUT_MAX);
	buf_init(&said, OUTPUT_MAX);
	config = cli->config ? config_load(cli->config, path, sizeof(path), &errors) : config_new_default();
	config_errors_print(&errors, path, &said);
	config_errors_release(&errors);
	modes_print(&said, stderr);
	if (!config)
		return CLI_USAGE_EXIT;
	failed = rules_test(config, cli->arg, &out, &err);
	if (modes_print(&out, stdout))
		failed = -1;
	buf_release(&out);
	buf_release(&said);
	config_free(config);
	if (failed < 0)
		return err.msg[0] ? modes_fail(&err) : CLI_USAGE_EXIT;
	return failed ? 2 : 0;
}
