#include "rules/tuned.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A file of rules: it tunes what is built in, or says where it is wrong. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rule_list rules = {0};
	struct cluster_view view = {.name = "orders", .kind = KIND_KAFKA};
	struct arena arena;
	struct err err = {""};

	arena_init(&arena);
	array_reserve(&rules.list, &rules.cap, n_rule_defs, sizeof(*rules.list));
	for (size_t i = 0; i < n_rule_defs; i++) {
		struct rule *rule = &rules.list[rules.n++];

		*rule = (struct rule){.def = &rule_defs[i]};
		if (rule_parse_threshold(rule->def, rule->def->threshold, &rule->threshold, &err))
			__builtin_trap();
	}
	if (tuned_parse(&rules, "rules.yaml", (const char *)data, size, &arena, &err) && !err.msg[0])
		__builtin_trap();
	for (size_t i = 0; i < rules.n; i++)
		if (!tuned_for(&rules.list[i], &view, "audit>events")->def->name)
			__builtin_trap();
	tuned_release(&rules);
	arena_release(&arena);
	return 0;
}
