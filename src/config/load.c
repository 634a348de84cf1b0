#include "config/load.h"

#include "base/i18n.h"
#include "base/text.h"
#include "config/scalar.h"

#include <stdio.h>
#include <string.h>

enum { MOST_VISITS = 100000, MOST_PAIRS = 5000, MESSAGE = 1024 };

static void read_mapping(struct loader *l, enum option_place place, yaml_node_t *node, void *base);

/* False once the file asks for more than any config needs; says so once. */
static bool visit(struct loader *l, const yaml_node_t *node)
{
	if (++l->visits == MOST_VISITS)
		load_error(l, node,
		    _("the file has more than %d values, counting what its aliases repeat: "
		      "does it repeat itself by mistake?"),
		    MOST_VISITS);
	return l->visits < MOST_VISITS && !config_errors_full(l->errors);
}

static size_t list_len(const yaml_node_t *node)
{
	return (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
}

static size_t map_len(const yaml_node_t *node)
{
	return (size_t)(node->data.mapping.pairs.top - node->data.mapping.pairs.start);
}

/* True for a mapping of a size that somebody could mean; otherwise says how to write one. */
static bool want_mapping(
    struct loader *l, const yaml_node_t *node, const char *what, const char *example)
{
	if (!visit(l, node))
		return false;
	if (node->type != YAML_MAPPING_NODE)
		load_error(l, node, _("%s must be a mapping, such as %s"), what, example);
	else if (map_len(node) > MOST_PAIRS)
		load_error(l, node, _("%s has more than %d entries: split it"), what, MOST_PAIRS);
	else
		return true;
	return false;
}

static bool is_null(const yaml_node_t *node)
{
	const char *s = load_text(node);

	return node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
	       (!*s || !strcmp(s, "~") || !strcmp(s, "null") || !strcmp(s, "Null") ||
		   !strcmp(s, "NULL"));
}

/* A scalar that can be text; commands may hold line breaks, nothing else may. */
static const char *usable_text(
    struct loader *l, const char *what, const yaml_node_t *node, bool multi_line)
{
	const char *s;

	if (!visit(l, node))
		return NULL;
	if (node->type != YAML_SCALAR_NODE) {
		load_error(l, node, _("%s must be a single value, not a list or mapping"), what);
		return NULL;
	}
	s = load_text(node);
	if (is_null(node)) {
		load_error(l, node, _("%s has no value: give one, or remove the line"), what);
	} else if (!*s) {
		load_error(l, node, _("%s is empty: give a value, or remove the line"), what);
	} else if (strlen(s) != node->data.scalar.length || (!multi_line && !text_is_clean(s))) {
		load_error(
		    l, node, _("%s holds control or invisible characters: remove them"), what);
	} else {
		return s;
	}
	return NULL;
}

static const char *quoted(char *out, size_t size, const char *name)
{
	snprintf(out, size, "'%s'", name);
	return out;
}

static void read_scalar(struct loader *l, const struct option *o, yaml_node_t *node, void *base)
{
	char what[80];
	struct err err = {0};
	const char *s = usable_text(l, quoted(what, sizeof(what), o->name), node, false);

	if (s && option_store(l->config, o, o->type, s, (char *)base + o->offset, &err))
		load_error(l, node, "%s: %s", o->name, err_msg(&err));
}

/* True for a list; otherwise says how to write one. */
static bool want_list(struct loader *l, const struct option *o, const yaml_node_t *node)
{
	if (!visit(l, node))
		return false;
	if (node->type == YAML_SEQUENCE_NODE) {
		if (node->data.sequence.items.start < node->data.sequence.items.top)
			return true;
		load_error(
		    l, node, _("'%s' is an empty list: give a value, or remove the line"), o->name);
	} else if (o->example) {
		load_error(l, node, _("'%s' must be a list, such as %s: %s"), o->name, o->name,
		    o->example);
	} else {
		load_error(l, node, _("'%s' must be a list: begin each entry with '- '"), o->name);
	}
	return false;
}

static void read_list(struct loader *l, const struct option *o, yaml_node_t *node, void *base)
{
	bool command = o->type == OPT_COMMAND;
	const char **list;
	char what[80];
	size_t n = 0;

	if (!want_list(l, o, node))
		return;
	list = arena_alloc(&l->config->arena, (list_len(node) + 1) * sizeof(*list));
	snprintf(what, sizeof(what), _("an entry of '%s'"), o->name);
	for (size_t i = 0; i < list_len(node) && l->visits < MOST_VISITS; i++) {
		const yaml_node_t *item = load_item(l, node, i);
		const char *s = usable_text(l, what, item, command);
		struct err err = {0};

		if (!s)
			continue;
		if (option_store(l->config, o, command ? OPT_TEXT : o->item, s, &list[n], &err))
			load_error(l, item, "%s: %s", o->name, err_msg(&err));
		else
			n++;
	}
	*(const char ***)((char *)base + o->offset) = list;
	if (o->offset_n)
		*(size_t *)((char *)base + o->offset_n) = n;
}

/* Says so where an earlier pair of the mapping has the same key. */
static bool is_duplicate(struct loader *l, const yaml_node_t *mapping, const yaml_node_pair_t *pair)
{
	const yaml_node_t *key = yaml_document_get_node(&l->doc, pair->key);

	for (const yaml_node_pair_t *p = mapping->data.mapping.pairs.start; p < pair; p++) {
		const yaml_node_t *k = yaml_document_get_node(&l->doc, p->key);

		if (k->type != YAML_SCALAR_NODE || strcmp(load_text(k), load_text(key)))
			continue;
		load_error(l, key, _("'%s' stands twice, first in line %d: keep one"),
		    load_text(key), (int)k->start_mark.line + 1);
		return true;
	}
	return false;
}

static void read_map(struct loader *l, const struct option *o, yaml_node_t *node, void *base)
{
	bool addresses = o->type == OPT_ADDRESS_MAP;
	struct text_pair *pairs;
	char what[80];
	size_t n = 0;

	if (!want_mapping(l, node, quoted(what, sizeof(what), o->name), o->example))
		return;
	pairs = arena_alloc(&l->config->arena, (map_len(node) + 1) * sizeof(*pairs));
	for (yaml_node_pair_t *p = node->data.mapping.pairs.start; p < node->data.mapping.pairs.top;
	     p++) {
		yaml_node_t *key = yaml_document_get_node(&l->doc, p->key);
		yaml_node_t *value = yaml_document_get_node(&l->doc, p->value);
		const char *k = usable_text(l, quoted(what, sizeof(what), o->name), key, false), *v;
		struct err err = {0};

		if (!k || is_duplicate(l, node, p))
			continue;
		v = usable_text(l, quoted(what, sizeof(what), k), value, false);
		if (addresses && scalar_host_port(k, &err))
			load_error(l, key, "%s: %s", o->name, err_msg(&err));
		else if (v && addresses && scalar_host_port(v, &err))
			load_error(l, value, "%s: %s", o->name, err_msg(&err));
		else if (v)
			pairs[n++] = (struct text_pair){
			    arena_strdup(&l->config->arena, k), arena_strdup(&l->config->arena, v)};
	}
	*(struct text_pair **)((char *)base + o->offset) = pairs;
	*(size_t *)((char *)base + o->offset_n) = n;
}

static void read_object(struct loader *l, const struct option *o, yaml_node_t *node, void *base)
{
	if (o->offset_n)
		*(bool *)((char *)base + o->offset_n) = true;
	read_mapping(l, o->object, node, (char *)base + o->offset);
}

static void read_objects(struct loader *l, const struct option *o, yaml_node_t *node, void *base)
{
	size_t n, size = place_size(o->object);
	char *list;

	if (!want_list(l, o, node))
		return;
	n = list_len(node);
	list = arena_alloc(&l->config->arena, n * size);
	*(void **)((char *)base + o->offset) = list;
	*(size_t *)((char *)base + o->offset_n) = n;
	for (size_t i = 0; i < n && l->visits < MOST_VISITS; i++) {
		options_set_defaults(l->config, o->object, list + i * size);
		read_mapping(l, o->object,
		    yaml_document_get_node(&l->doc, node->data.sequence.items.start[i]),
		    list + i * size);
	}
}

static void read_refused(struct loader *l, const struct option *o, yaml_node_t *node, void *base)
{
	(void)base;
	load_error(l, node, "%s", _(o->help));
}

static void (*const readers[N_OPTION_TYPES])(
    struct loader *, const struct option *, yaml_node_t *, void *) = {
    [OPT_LIST] = read_list,
    [OPT_COMMAND] = read_list,
    [OPT_MAP] = read_map,
    [OPT_ADDRESS_MAP] = read_map,
    [OPT_OBJECT] = read_object,
    [OPT_OBJECTS] = read_objects,
    [OPT_REFUSED] = read_refused,
};

/* The kind of a cluster as a mask; ANY_KIND where it is not said properly. */
static unsigned kind_of(struct loader *l, const yaml_node_t *cluster)
{
	const yaml_node_t *kind = load_value(l, cluster, "kind");

	if (kind && kind->type == YAML_SCALAR_NODE) {
		for (int k = KIND_KAFKA; k <= KIND_MQTT; k++) {
			if (!strcmp(load_text(kind), kind_name((enum broker_kind)k)))
				return 1u << k;
		}
	}
	return ANY_KIND;
}

static void say_unknown(
    struct loader *l, enum option_place place, unsigned kinds, const yaml_node_t *key)
{
	const char *name = load_text(key), *guess = option_guess(place, kinds, name);

	if (guess)
		load_error(l, key, _("unknown key '%s': did you mean '%s'?"), name, guess);
	else
		load_error(l, key, _("unknown key '%s' in %s: see 'mqduty config options'"), name,
		    _(place_title(place)));
}

static void read_pair(struct loader *l, enum option_place place, unsigned kinds,
    const yaml_node_t *mapping, const yaml_node_pair_t *pair, void *base)
{
	yaml_node_t *key = yaml_document_get_node(&l->doc, pair->key);
	yaml_node_t *value = yaml_document_get_node(&l->doc, pair->value);
	const struct option *o;
	char theirs[40], mine[40];

	if (key->type != YAML_SCALAR_NODE) {
		load_error(l, key, _("a key must be a single word, not a list or mapping"));
		return;
	}
	if (!visit(l, key) || is_duplicate(l, mapping, pair))
		return;
	o = option_find(place, load_text(key));
	if (!o)
		say_unknown(l, place, kinds, key);
	else if (o->kinds && kinds && !(o->kinds & kinds))
		load_error(l, key, _("'%s' belongs to kind: %s; this cluster is kind: %s"), o->name,
		    option_kinds(theirs, sizeof(theirs), o->kinds),
		    option_kinds(mine, sizeof(mine), kinds));
	else
		(readers[o->type] ? readers[o->type] : read_scalar)(l, o, value, base);
}

/* A key that was misspelt is one mistake, not two. */
static bool is_misspelt(struct loader *l, enum option_place place, unsigned kinds,
    const yaml_node_t *node, const char *name)
{
	for (yaml_node_pair_t *p = node->data.mapping.pairs.start; p < node->data.mapping.pairs.top;
	     p++) {
		const yaml_node_t *key = yaml_document_get_node(&l->doc, p->key);
		const char *guess;

		if (key->type != YAML_SCALAR_NODE || option_find(place, load_text(key)))
			continue;
		guess = option_guess(place, kinds, load_text(key));
		if (guess && !strcmp(guess, name))
			return true;
	}
	return false;
}

static void say_missing(
    struct loader *l, enum option_place place, unsigned kinds, const yaml_node_t *node)
{
	for (size_t i = 0; i < n_options; i++) {
		const struct option *o = &options[i];

		if (o->place != place || !o->required || (o->kinds && !(o->kinds & kinds)) ||
		    load_value(l, node, o->name) || is_misspelt(l, place, kinds, node, o->name))
			continue;
		if (o->example)
			load_error(l, node, _("%s lacks '%s': add, for example, %s: %s"),
			    _(place_title(place)), o->name, o->name, o->example);
		else
			load_error(l, node, _("%s lacks '%s'"), _(place_title(place)), o->name);
	}
}

static void read_mapping(struct loader *l, enum option_place place, yaml_node_t *node, void *base)
{
	unsigned kinds = place == AT_CLUSTER ? kind_of(l, node) : ANY_KIND;

	if (!want_mapping(l, node, _(place_title(place)), "'key: value'"))
		return;
	for (yaml_node_pair_t *p = node->data.mapping.pairs.start; p < node->data.mapping.pairs.top;
	     p++)
		read_pair(l, place, kinds, node, p, base);
	if (l->visits >= MOST_VISITS)
		return;
	say_missing(l, place, kinds, node);
	check_place(l, place, node, base);
}

/* Where libyaml's reader stopped: it knows the byte, not the line. */
static void place_of_byte(const char *text, size_t len, size_t at, int *line, int *column)
{
	*line = *column = 1;
	for (size_t i = 0; i < at && i < len; i++) {
		bool inside = ((unsigned char)text[i] & 0xc0) == 0x80; /* of one character */

		*column = text[i] == '\n' ? 1 : *column + !inside;
		*line += text[i] == '\n';
	}
}

static void say_syntax(struct loader *l, const yaml_parser_t *p, const char *text, size_t len)
{
	int line = (int)p->problem_mark.line + 1, column = (int)p->problem_mark.column + 1;
	const char *problem = p->problem ? p->problem : "?";
	char message[MESSAGE], where[120] = "";

	if (p->error == YAML_READER_ERROR)
		place_of_byte(text, len, p->problem_offset, &line, &column);
	else if (p->context)
		snprintf(where, sizeof(where), _(" (%s that begins in line %d)"), p->context,
		    (int)p->context_mark.line + 1);
	snprintf(message, sizeof(message),
	    _("not valid YAML: %s%s; check the indentation (spaces, no tabs), quotes and brackets "
	      "here. "
	      "What else the file says was not checked"),
	    problem, where);
	config_errors_add(l->errors, line, column, false, message);
}

static void read_document(struct loader *l)
{
	yaml_node_t *root = yaml_document_get_root_node(&l->doc);

	if (!root || (root->type == YAML_SCALAR_NODE && is_null(root)))
		load_error(l, NULL, _("the file is empty: it needs at least 'clusters:'"));
	else
		read_mapping(l, AT_TOP, root, l->config);
}

/* One file, one document: a second one would be ignored without a word. */
static void refuse_more(struct loader *l, yaml_parser_t *p, const char *text, size_t len)
{
	yaml_document_t more;
	yaml_node_t *root;

	if (!yaml_parser_load(p, &more)) {
		say_syntax(l, p, text, len);
		return;
	}
	root = yaml_document_get_root_node(&more);
	if (root)
		load_error(l, root,
		    _("a second YAML document begins here: remove the line '---' before it"));
	yaml_document_delete(&more);
}

struct config *config_parse(
    const char *name, const char *text, size_t len, struct config_errors *errors)
{
	struct loader l = {.errors = errors, .name = name};
	yaml_parser_t parser;

	if (len > CONFIG_MAX_BYTES) {
		load_error(
		    &l, NULL, _("the file is larger than %d bytes: split it"), CONFIG_MAX_BYTES);
		return NULL;
	}
	if (!yaml_parser_initialize(&parser))
		BUG("no memory for the YAML parser");
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	l.config = config_new_default();
	l.config->path = arena_strdup(&l.config->arena, name);
	l.config->text_hash = config_hash(0, text, len);
	if (yaml_parser_load(&parser, &l.doc)) {
		read_document(&l);
		refuse_more(&l, &parser, text, len);
		yaml_document_delete(&l.doc);
	} else {
		say_syntax(&l, &parser, text, len);
	}
	yaml_parser_delete(&parser);
	config_errors_sort(errors);
	if (config_errors_count(errors)) {
		config_free(l.config);
		return NULL;
	}
	return l.config;
}
