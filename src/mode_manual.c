/* mqduty manual, mqduty manual lint. */
#include "modes.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "manual/lint.h"
#include "manual/search.h"
#include "report/fault.h"

#include <string.h>

/* The configuration for its folders alone: no brokers are looked for, no secrets are read. NULL: there is none. -1 in
 * *rc where the operator named one that cannot be used. */
static struct config *config_for_folders(const struct cli *cli, int *rc)
{
	struct config_errors errors = {0};
	char path[4096];
	struct config *c = config_load(cli->config, path, sizeof(path), &errors);
	struct buf said;

	*rc = 0;
	if (!c && config_errors_count(&errors)) {
		buf_init(&said, OUTPUT_MAX);
		config_errors_print(&errors, path, &said);
		modes_print(&said, stderr);
		*rc = cli->config ? -1 : 0;
	}
	config_errors_release(&errors);
	return c;
}

static const char *language_of(const struct cli *cli, const struct config *c)
{
	modes_speak(cli, c);
	return i18n_lang();
}

static int no_such_page(const struct manual *m, const char *id)
{
	struct err err = {{0}};
	const char *best = NULL;
	struct manual_hit hit;
	unsigned least = 6;

	for (size_t i = 0; i < m->n_pages; i++) {
		unsigned far = text_distance(id, m->pages[i].id);

		if (far < least) {
			best = m->pages[i].id;
			least = far;
		}
	}
	if (!best && manual_search(m, id, &hit, 1))
		best = hit.page->id;
	if (best)
		err_set(&err, _("the manual has no page \"%.60s\": did you mean %s?"), id, best);
	else
		err_set(&err, _("the manual has no page \"%.60s\": `mqduty manual` lists them"), id);
	return modes_fail(&err);
}

int mode_manual(const struct cli *cli)
{
	struct manual_errors errors = {0};
	struct config *c;
	struct manual *m;
	struct buf out;
	int rc;

	c = config_for_folders(cli, &rc);
	if (rc)
		return CLI_USAGE_EXIT;
	m = manual_load(c ? c->manual : NULL, c ? c->n_manual : 0, language_of(cli, c), &errors);
	buf_init(&out, OUTPUT_MAX);
	if (manual_errors_count(&errors))
		fprintf(stderr, _("mqduty: the manual has %zu mistakes: `mqduty manual lint` names them\n"),
		    manual_errors_count(&errors));
	if (cli->arg && !manual_find(m, cli->arg))
		return no_such_page(m, cli->arg);
	if (cli->arg)
		fault_text(manual_find(m, cli->arg), &out);
	else
		fault_list(m, &out);
	rc = modes_print(&out, stdout) || !m->n_pages ? CLI_USAGE_EXIT : 0;
	manual_errors_release(&errors);
	manual_free(m);
	config_free(c);
	return rc;
}

int mode_manual_lint(const struct cli *cli)
{
	struct manual_errors errors = {0};
	struct config *c;
	struct buf out;
	size_t pages;
	int rc;

	c = config_for_folders(cli, &rc);
	if (rc)
		return CLI_USAGE_EXIT;
	language_of(cli, c);
	if (cli->n_args) {
		pages = cli->n_args;
		for (size_t i = 0; i < cli->n_args; i++)
			manual_lint_file(cli->args[i], clock_wall(), &errors);
	} else {
		pages = manual_lint(c ? c->manual : NULL, c ? c->n_manual : 0, clock_wall(), &errors);
	}
	buf_init(&out, OUTPUT_MAX);
	manual_errors_print(&errors, &out);
	buf_addf(&out, pages == 1 ? _("%zu page, %zu mistakes, %zu warnings\n") : _("%zu pages, %zu mistakes, %zu warnings\n"), pages, manual_errors_count(&errors),
	    errors.n - manual_errors_count(&errors));
	rc = modes_print(&out, stdout) ? CLI_USAGE_EXIT : manual_errors_count(&errors) ? 1 : 0;
	manual_errors_release(&errors);
	config_free(c);
	return rc;
}
