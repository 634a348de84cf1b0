#ifndef MQ_TEST_SELECTION_OPEN_H
#define MQ_TEST_SELECTION_OPEN_H

/* The selection as it is shipped, and answers to it, for tests: what fails ends the test. */
#include "base/err.h"
#include "report/selection.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static inline void load(struct selection *s)
{
	struct err err = {""};

	if (selection_load(s, NULL, &err))
		fail_msg("%s", err_msg(&err));
}

static inline void answer(struct selection *s, const char *id, const char *text)
{
	struct err err = {""};

	if (selection_answer(s, id, text, &err))
		fail_msg("%s", err_msg(&err));
}

#endif
