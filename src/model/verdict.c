#include "model/verdict.h"

static const struct {
	const char *name, *brief;
	int exit_code;
} verdicts[VERDICT_COUNT] = {
    [VERDICT_NA] = {"NA", "n/a", 3},
    [VERDICT_OK] = {"OK", "OK", 0},
    [VERDICT_WARN] = {"WARN", "WARN", 1},
    [VERDICT_UNKNOWN] = {"UNKNOWN", "UNKN", 3},
    [VERDICT_CRIT] = {"CRIT", "CRIT", 2},
};

const char *verdict_name(enum verdict v)
{
	return verdicts[v].name;
}

const char *verdict_short(enum verdict v)
{
	return verdicts[v].brief;
}

int verdict_exit_code(enum verdict v)
{
	return verdicts[v].exit_code;
}
