#ifndef MQ_ENGINE_NEWS_H
#define MQ_ENGINE_NEWS_H

#include "rules/judgement.h"
#include "store/record.h"

/* What a judgement has brought about, as a record that is kept: that an alert began to fire, was
 * resolved, is gone (an engine that starts again takes it over), that a maintenance is over. The
 * caller owns it. Any thread. */
struct record *news_record(const struct alert_news *n);

#endif
