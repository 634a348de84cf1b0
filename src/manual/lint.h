#ifndef MQ_MANUAL_LINT_H
#define MQ_MANUAL_LINT_H

#include "manual/manual.h"

/* lint: `mqduty manual lint`: everything that reading a page alone does not show. */

/* One file: its language is that of its folder (".../zh_CN/x.md"), otherwise English. today: wall ns. */
void manual_lint_file(const char *path, int64_t today, struct manual_errors *errors);

/*
 * The manual that comes with mqduty and the teams' folders: both languages in step (the same ids, steps and keys),
 * every built-in rule with a page for each kind it goes with, what each page promises. Returns how many pages there
 * are in English.
 */
size_t manual_lint(const char *const *dirs, size_t n_dirs, int64_t today, struct manual_errors *errors);

#endif
