/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_team.h"

#include <pthread.h>
#include <stdlib.h>

struct learn_team {
	pthread_mutex_t lock;
	pthread_cond_t begun, ended;
	void (*task)(void *context, size_t number);
	void *context;
	size_t next, count, running; /* running: members that have not yet seen the end of this step */
	uint64_t step;
	bool over;
	unsigned members;
	pthread_t thread[LEARN_TEAM_MAX];
};

/* Takes tasks until none is left; the lock is held at both ends. */
static void
work(struct learn_team *t)
{
	while (t->next < t->count) {
		size_t number = t->next++;
		pthread_mutex_unlock(&t->lock);
		t->task(t->context, number);
		pthread_mutex_lock(&t->lock);
	}
}

static void *
member(void *context)
{
	struct learn_team *t = context;
	uint64_t seen = 0;
	pthread_mutex_lock(&t->lock);
	for (;;) {
		while (t->step == seen && !t->over)
			pthread_cond_wait(&t->begun, &t->lock);
		if (t->over)
			break;
		seen = t->step;
		work(t);
		if (--t->running == 0)
			pthread_cond_signal(&t->ended);
	}
	pthread_mutex_unlock(&t->lock);
	return NULL;
}

struct learn_team *
learn_team_new(unsigned threads)
{
	struct learn_team *t = calloc(1, sizeof(*t));
	if (t == NULL)
		return NULL;
	pthread_mutex_init(&t->lock, NULL);
	pthread_cond_init(&t->begun, NULL);
	pthread_cond_init(&t->ended, NULL);
	for (; t->members + 1 < threads && t->members < LEARN_TEAM_MAX; t->members++)
		if (pthread_create(&t->thread[t->members], NULL, member, t) != 0)
			break; /* fewer hands, the same model */
	return t;
}

void
learn_team_free(struct learn_team *t)
{
	if (t == NULL)
		return;
	pthread_mutex_lock(&t->lock);
	t->over = true;
	pthread_cond_broadcast(&t->begun);
	pthread_mutex_unlock(&t->lock);
	for (unsigned i = 0; i < t->members; i++)
		pthread_join(t->thread[i], NULL);
	pthread_mutex_destroy(&t->lock);
	pthread_cond_destroy(&t->begun);
	pthread_cond_destroy(&t->ended);
	free(t);
}

void
learn_team_run(struct learn_team *t, void (*task)(void *context, size_t number), void *context, size_t count)
{
	if (t->members == 0 || count <= 1) {
		for (size_t i = 0; i < count; i++)
			task(context, i);
		return;
	}
	pthread_mutex_lock(&t->lock);
	t->task = task;
	t->context = context;
	t->next = 0;
	t->count = count;
	t->running = t->members;
	t->step++;
	pthread_cond_broadcast(&t->begun);
	work(t);
	while (t->running > 0)
		pthread_cond_wait(&t->ended, &t->lock);
	pthread_mutex_unlock(&t->lock);
}
