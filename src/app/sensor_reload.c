/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/sensor_reload.h"

#include "app/sensor_state.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

/* Whose turn it is: the thread's in those marked so, else the sensor's, between two chunks. */
enum turn {
	IDLE,
	PLAN, /* thread */
	PLANNED,
	ASKED,  /* the parent's */
	FINISH, /* thread */
	READY,
	FAILED,
	CLEAR, /* thread: what is left over goes */
	ENDED,
};

struct sensor_reload {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	enum turn turn; /* under the lock; the rest is whose turn it is */
	bool given_up;  /* the sensor ends */
	pthread_t thread;
	int fd;
	uint64_t size, hash_key;
	struct rules_generation *next;
	struct diag diag;
};

static enum turn
turn_of(struct sensor_reload *r)
{
	pthread_mutex_lock(&r->lock);
	enum turn turn = r->turn;
	pthread_mutex_unlock(&r->lock);
	return turn;
}

static void
give(struct sensor_reload *r, enum turn turn)
{
	pthread_mutex_lock(&r->lock);
	r->turn = turn;
	pthread_cond_broadcast(&r->changed);
	pthread_mutex_unlock(&r->lock);
}

/* Until it is the thread's turn. */
static enum turn
wait_turn(struct sensor_reload *r)
{
	pthread_mutex_lock(&r->lock);
	while (r->turn != FINISH && r->turn != CLEAR && !r->given_up)
		pthread_cond_wait(&r->changed, &r->lock);
	enum turn turn = r->given_up ? CLEAR : r->turn;
	pthread_mutex_unlock(&r->lock);
	return turn;
}

static void
close_fd(struct sensor_reload *r)
{
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
}

static void *
run(void *argument)
{
	struct sensor_reload *r = argument;
	int e = rules_generation_plan(r->fd, r->size, r->hash_key, &r->next, &r->diag);
	close_fd(r);
	give(r, e < 0 ? FAILED : PLANNED);
	if (wait_turn(r) == FINISH) {
		e = rules_generation_finish(r->next, r->fd, r->size, &r->diag);
		close_fd(r);
		give(r, e < 0 ? FAILED : READY);
		(void)wait_turn(r);
	}
	rules_generation_free(r->next);
	r->next = NULL;
	close_fd(r);
	give(r, ENDED);
	return NULL;
}

static struct sensor_reload *
make(struct sensor *s)
{
	struct sensor_reload *r = calloc(1, sizeof(*r));
	if (r == NULL)
		return NULL;
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->changed, NULL);
	r->fd = -1;
	r->hash_key = s->config.hash_key;
	return r;
}

void
sensor_reload_begin(struct sensor *s, int fd, uint64_t size)
{
	struct diag diag = {.offset = UINT64_MAX};
	if (s->reload == NULL)
		s->reload = make(s);
	struct sensor_reload *r = s->reload;
	bool busy = r != NULL && turn_of(r) != IDLE;
	if (r != NULL && !busy) {
		r->fd = fd;
		r->size = size;
		r->diag = diag;
		r->turn = PLAN;
		if (pthread_create(&r->thread, NULL, run, r) == 0)
			return;
		r->turn = IDLE;
		r->fd = -1;
	}
	if (fd >= 0)
		close(fd);
	(void)diag_say(
	    &diag, -EBUSY, "%s", busy ? _("new rules are being read already") : _("not enough memory for these rules"));
	sensor_rules_load_failed(s, &diag);
}

void
sensor_reload_searches(struct sensor *s, int fd, uint64_t size)
{
	struct sensor_reload *r = s->reload;
	if (r == NULL || turn_of(r) != ASKED) {
		if (fd >= 0)
			close(fd);
		return;
	}
	r->fd = fd;
	r->size = size;
	give(r, FINISH);
}

void
sensor_reload_step(struct sensor *s)
{
	struct sensor_reload *r = s->reload;
	struct rules_generation *before = NULL;
	switch (r == NULL ? IDLE : turn_of(r)) {
	case PLANNED:
		sensor_rules_load_ask(s, r->next);
		give(r, ASKED);
		break;
	case READY:
		if (sensor_rules_use(s->rules, r->next, &before, &r->diag) < 0) {
			sensor_rules_load_failed(s, &r->diag);
		} else {
			sensor_rules_load_used(s, r->next);
			r->next = before; /* for the thread to free: that takes a moment too */
		}
		give(r, CLEAR);
		break;
	case FAILED:
		sensor_rules_load_failed(s, &r->diag);
		give(r, CLEAR);
		break;
	case ENDED:
		pthread_join(r->thread, NULL);
		r->turn = IDLE;
		break;
	case IDLE:
	case PLAN:
	case ASKED:
	case FINISH:
	case CLEAR: break;
	}
}

void
sensor_reload_free(struct sensor_reload *r)
{
	if (r == NULL)
		return;
	if (turn_of(r) != IDLE) {
		pthread_mutex_lock(&r->lock);
		r->given_up = true;
		pthread_cond_broadcast(&r->changed);
		pthread_mutex_unlock(&r->lock);
		pthread_join(r->thread, NULL);
	}
	pthread_cond_destroy(&r->changed);
	pthread_mutex_destroy(&r->lock);
	free(r);
}
