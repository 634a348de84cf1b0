#include "rules/tuned.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A file of rules: it tunes what is built in, or says where it is wrong. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rule *rules = calloc(n_rule_defs, sizeof(*rules));
	struct cluster_view view = {.name = "orders", .kind = KIND_KAFKA};
	struct arena arena;
	struct err err = {""};

	arena_init(&arena);
	for (size_t i = 0; i < n_rule_defs; i++) {
		rules[i].def = &rule_defs[i];
		if (rule_parse_threshold(
			&rule_defs[i], rule_defs[i].threshold, &rules[i].threshold, &err))
			__builtin_trap();
	}
	if (tuned_parse(rules, "rules.yaml", (const char *)data, size, &arena, &err) && !err.msg[0])
		__builtin_trap();
	for (size_t i = 0; i < n_rule_defs; i++)
		if (!tuned_for(&rules[i], &view, "audit>events")->def->name)
			__builtin_trap();
	tuned_release(rules);
	arena_release(&arena);
	free(rules);
	return 0;
}
