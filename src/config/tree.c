#include "config/tree.h"

#include "base/i18n.h"
#include "base/text.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void tree_mistake(struct tree *t, const yaml_node_t *at, const char *fmt, ...)
{
	size_t used = strlen(t->err->msg);
	char text[256], clean[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	text_sanitise(clean, sizeof(clean), text, sizeof(text));
	snprintf(t->err->msg + used, sizeof(t->err->msg) - used, "%s%s:%zu:%zu: %s", used ? "\n" : "", t->name,
	    at ? at->start_mark.line + 1 : 1, at ? at->start_mark.column + 1 : 1, clean);
	t->mistakes++;
}

int tree_parse(struct tree *t, const char *name, const char *text, size_t len, struct err *err)
{
	yaml_parser_t parser;
	int rc = 0;

	*t = (struct tree){.name = xstrdup(name), .err = err};
	yaml_parser_initialize(&parser);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	if (yaml_parser_load(&parser, &t->doc))
		t->loaded = true;
	else
		rc = err_set(err, "%s:%zu:%zu: %s", name, parser.problem_mark.line + 1,
		    parser.problem_mark.column + 1, parser.problem ? parser.problem : _("this is no YAML"));
	yaml_parser_delete(&parser);
	return rc;
}

int tree_load(struct tree *t, const char *path, struct err *err)
{
	FILE *f = fopen(path, "re");
	char *text;
	size_t len;
	int rc;

	*t = (struct tree){.err = err};
	if (!f)
		return err_set(err, "%s: %s", path, strerror(errno));
	text = xmalloc(TREE_FILE_MAX);
	len = fread(text, 1, TREE_FILE_MAX, f);
	if (ferror(f))
		rc = err_set(err, "%s: %s", path, strerror(errno));
	else if (len == TREE_FILE_MAX)
		rc = err_set(err, _("%s is larger than 1 MiB"), path);
	else
		rc = tree_parse(t, path, text, len, err);
	free(text);
	fclose(f);
	return rc;
}

void tree_release(struct tree *t)
{
	if (t->loaded)
		yaml_document_delete(&t->doc);
	free(t->name);
	*t = (struct tree){0};
}

const yaml_node_t *tree_root(struct tree *t)
{
	return yaml_document_get_root_node(&t->doc);
}

const char *tree_text(const yaml_node_t *n)
{
	return n && n->type == YAML_SCALAR_NODE ? (const char *)n->data.scalar.value : NULL;
}

size_t tree_count(const yaml_node_t *n)
{
	if (n && n->type == YAML_SEQUENCE_NODE)
		return (size_t)(n->data.sequence.items.top - n->data.sequence.items.start);
	if (n && n->type == YAML_MAPPING_NODE)
		return (size_t)(n->data.mapping.pairs.top - n->data.mapping.pairs.start);
	return 0;
}

const yaml_node_t *tree_at(struct tree *t, const yaml_node_t *list, size_t i)
{
	if (!list || list->type != YAML_SEQUENCE_NODE || i >= tree_count(list))
		return NULL;
	return yaml_document_get_node(&t->doc, list->data.sequence.items.start[i]);
}

static const yaml_node_pair_t *pair(const yaml_node_t *map, size_t i)
{
	if (!map || map->type != YAML_MAPPING_NODE || i >= tree_count(map))
		return NULL;
	return &map->data.mapping.pairs.start[i];
}

const yaml_node_t *tree_key(struct tree *t, const yaml_node_t *map, size_t i)
{
	const yaml_node_pair_t *p = pair(map, i);

	return p ? yaml_document_get_node(&t->doc, p->key) : NULL;
}

const yaml_node_t *tree_value(struct tree *t, const yaml_node_t *map, size_t i)
{
	const yaml_node_pair_t *p = pair(map, i);

	return p ? yaml_document_get_node(&t->doc, p->value) : NULL;
}

const yaml_node_t *tree_get(struct tree *t, const yaml_node_t *map, const char *key)
{
	if (!map || map->type != YAML_MAPPING_NODE)
		return NULL;
	for (size_t i = 0; i < tree_count(map); i++) {
		const char *k = tree_text(tree_key(t, map, i));

		if (k && !strcmp(k, key))
			return tree_value(t, map, i);
	}
	return NULL;
}

const char *tree_need_text(struct tree *t, const yaml_node_t *map, const char *key, struct arena *a)
{
	const yaml_node_t *n = tree_get(t, map, key);

	if (tree_text(n) && *tree_text(n))
		return arena_strdup(a, tree_text(n));
	tree_mistake(t, n ? n : map, _("%s: a text should stand here"), key);
	return "";
}

bool tree_number(const yaml_node_t *n, double *out)
{
	const char *s = tree_text(n);
	char *end;

	if (!s || !*s)
		return false;
	*out = strtod(s, &end);
	return !*end && isfinite(*out);
}

double tree_need_number(struct tree *t, const yaml_node_t *map, const char *key)
{
	const yaml_node_t *n = tree_get(t, map, key);
	double number = 0;

	if (!tree_number(n, &number)) {
		tree_mistake(t, n ? n : map, _("%s: a number should stand here"), key);
		return 0;
	}
	return number;
}

/* The language of the messages is what gettext answers in: its own name is one of them. */
static const char *language(void)
{
	return _("en");
}

const char *tree_words(struct tree *t, const yaml_node_t *n, struct arena *a)
{
	const char *s = tree_text(n);

	if (!s)
		s = tree_text(tree_get(t, n, language()));
	if (!s)
		s = tree_text(tree_get(t, n, "en"));
	return arena_strdup(a, s);
}

const char *tree_need_words(struct tree *t, const yaml_node_t *map, const char *key, struct arena *a)
{
	const yaml_node_t *n = tree_get(t, map, key);
	const char *s = tree_words(t, n, a);

	if (s)
		return s;
	tree_mistake(t, n ? n : map, _("%s: a text, or one a language as {en: .., zh_CN: ..}, should stand here"), key);
	return "";
}

const char **tree_texts(struct tree *t, const yaml_node_t *n, struct arena *a)
{
	size_t count = tree_text(n) ? 1 : n && n->type == YAML_SEQUENCE_NODE ? tree_count(n) : 0;
	const char **out = arena_alloc(a, (count + 1) * sizeof(*out));
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		const char *s = tree_text(tree_text(n) ? n : tree_at(t, n, i));

		if (s)
			out[kept++] = arena_strdup(a, s);
	}
	return out;
}
