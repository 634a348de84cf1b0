#ifndef MQ_WIRE_RULES_TEST_H
#define MQ_WIRE_RULES_TEST_H

#include "base/buf.h"
#include "config/config.h"

/*
 * rules_test: does what `mqduty rules test FILE` does: plays recordings, or numbers that stand in
 * the file, through the rules, and compares which alerts there are at which time. The form of the
 * file is in mqduty(1).
 *
 * What differed goes into out, a line each, and a last line that counts. Returns how many
 * tests failed, -1 with a sentence in err where the file cannot be used. One thread.
 */
int rules_test(const struct config *config, const char *path, struct buf *out, struct err *err);

#endif
