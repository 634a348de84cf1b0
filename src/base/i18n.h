#ifndef MQ_BASE_I18N_H
#define MQ_BASE_I18N_H

#include <libintl.h>

/* _() looks a message up now; N_() marks one in a table for a later _(). */
#define _(s) gettext(s)
#define N_(s) (s)
/* As _(), for a word that is another one elsewhere in other languages: C_("answer", "NO"). */
#define C_(context, s) i18n_in(context "\004" s, s)

/*
 * Sets the locale and the language of messages: "auto" (or NULL) follows the
 * environment, "en" and "zh_CN" work whether or not that locale is installed.
 * Numbers keep the decimal point in every language. Call before any thread
 * starts; may be called again.
 */
void i18n_init(const char *lang);

/* What C_() calls: the message of this context, else s as it is. */
const char *i18n_in(const char *message, const char *s);

/* A sentence that an engine elsewhere, or a recording, worded in English: in this language where the catalogue has it, else as
 * it is. NULL gives "". */
const char *i18n_again(const char *s);

/* "en" or "zh_CN": the language that messages come in, for texts that are files. */
const char *i18n_lang(void);

#endif
