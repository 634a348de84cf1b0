#include "config/load.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MESSAGE = 1024 };

static void add_at(
    struct loader *l, const yaml_node_t *at, bool warning, const char *fmt, va_list ap)
{
	char raw[MESSAGE], clean[MESSAGE];

	vsnprintf(raw, sizeof(raw), fmt, ap);
	text_sanitise(clean, sizeof(clean), raw, sizeof(raw));
	config_errors_add(l->errors, at ? (int)at->start_mark.line + 1 : 0,
	    at ? (int)at->start_mark.column + 1 : 0, warning, clean);
}

void load_error(struct loader *l, const yaml_node_t *at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_at(l, at, false, fmt, ap);
	va_end(ap);
}

void load_warning(struct loader *l, const yaml_node_t *at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_at(l, at, true, fmt, ap);
	va_end(ap);
}

const char *load_text(const yaml_node_t *node)
{
	return (const char *)node->data.scalar.value;
}

static const yaml_node_pair_t *find_pair(
    struct loader *l, const yaml_node_t *mapping, const char *key)
{
	if (mapping->type != YAML_MAPPING_NODE)
		return NULL;
	for (yaml_node_pair_t *p = mapping->data.mapping.pairs.start;
	     p < mapping->data.mapping.pairs.top; p++) {
		yaml_node_t *k = yaml_document_get_node(&l->doc, p->key);

		if (k->type == YAML_SCALAR_NODE && !strcmp(load_text(k), key))
			return p;
	}
	return NULL;
}

yaml_node_t *load_value(struct loader *l, const yaml_node_t *mapping, const char *key)
{
	const yaml_node_pair_t *p = find_pair(l, mapping, key);

	return p ? yaml_document_get_node(&l->doc, p->value) : NULL;
}

const yaml_node_t *load_key(struct loader *l, const yaml_node_t *mapping, const char *key)
{
	const yaml_node_pair_t *p = find_pair(l, mapping, key);

	return p ? yaml_document_get_node(&l->doc, p->key) : mapping;
}

const yaml_node_t *load_place(struct loader *l, const yaml_node_t *mapping, const char *key)
{
	const yaml_node_t *value = load_value(l, mapping, key);

	return value ? value : mapping;
}

const yaml_node_t *load_item(struct loader *l, const yaml_node_t *sequence, size_t i)
{
	if (sequence->type != YAML_SEQUENCE_NODE ||
	    i >= (size_t)(sequence->data.sequence.items.top - sequence->data.sequence.items.start))
		return sequence;
	return yaml_document_get_node(&l->doc, sequence->data.sequence.items.start[i]);
}
