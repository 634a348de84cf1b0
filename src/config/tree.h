#ifndef MQ_CONFIG_TREE_H
#define MQ_CONFIG_TREE_H

#include "base/alloc.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <yaml.h>

/*
 * tree: a small YAML file that is no configuration: lists of checks, the data of the
 * selection, answers. Every mistake becomes a line "file:line:column: what and how to
 * mend it" in err, as long as there is room. One thread.
 */
enum { TREE_FILE_MAX = 1 << 20 };

struct tree {
	yaml_document_t doc;
	char *name; /* of the file, for the messages */
	struct err *err;
	size_t mistakes;
	bool loaded;
};

/* Reads the file; -1 with a sentence when it cannot be read or is no YAML. tree_release() in any case. */
int tree_load(struct tree *t, const char *path, struct err *err);
int tree_parse(struct tree *t, const char *name, const char *text, size_t len, struct err *err);
void tree_release(struct tree *t);

/* Nodes: NULL is a node that is not there, and every function takes it as that. */
const yaml_node_t *tree_root(struct tree *t);
const yaml_node_t *tree_get(struct tree *t, const yaml_node_t *map, const char *key);
size_t tree_count(const yaml_node_t *n); /* elements of a sequence or pairs of a mapping */
const yaml_node_t *tree_at(struct tree *t, const yaml_node_t *list, size_t i);
const yaml_node_t *tree_key(struct tree *t, const yaml_node_t *map, size_t i);
const yaml_node_t *tree_value(struct tree *t, const yaml_node_t *map, size_t i);
const char *tree_text(const yaml_node_t *n); /* NULL: not there, or no scalar */

/* Says what is wrong at that node. */
void tree_mistake(struct tree *t, const yaml_node_t *at, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Values that must be there: a mistake is said, and "" or 0 returned. Texts are copied into the arena. */
const char *tree_need_text(struct tree *t, const yaml_node_t *map, const char *key, struct arena *a);
double tree_need_number(struct tree *t, const yaml_node_t *map, const char *key);
/* A text in the language that is spoken now: a scalar, or a mapping {en: .., zh_CN: ..}. */
const char *tree_need_words(struct tree *t, const yaml_node_t *map, const char *key, struct arena *a);
const char *tree_words(struct tree *t, const yaml_node_t *n, struct arena *a); /* NULL where there are none */
/* A list of texts, or one: copied, NULL-terminated; never NULL. */
const char **tree_texts(struct tree *t, const yaml_node_t *n, struct arena *a);
bool tree_number(const yaml_node_t *n, double *out);

#endif
