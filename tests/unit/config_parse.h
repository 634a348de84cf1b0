#ifndef MQ_TEST_CONFIG_PARSE_H
#define MQ_TEST_CONFIG_PARSE_H

#include "config/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char printed[65536];

/* Parses text and leaves what would be printed in printed[]. */
static struct config *parse(const char *text)
{
	struct config_errors errors = {0};
	struct config *c = config_parse("dir/f.yaml", text, strlen(text), &errors);
	struct buf out;

	buf_init(&out, sizeof(printed) - 1);
	config_errors_print(&errors, "f", &out);
	snprintf(printed, sizeof(printed), "%s", out.data);
	assert_int_equal(c == NULL, config_errors_count(&errors) > 0);
	buf_release(&out);
	config_errors_release(&errors);
	return c;
}

#endif
