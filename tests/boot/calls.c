// SPDX-License-Identifier: GPL-2.0
/*
 * calls: many calls to org.ouiguard, as of a client that means no good
 *
 *   calls METHOD COUNT [CONNECTIONS [AT_ONCE [BYTES]]]
 *
 * COUNT calls of a method, which takes nothing or a record, from 1 connection or more, AT_ONCE of each
 * under way (100; a bus allows 128 or so). With BYTES each call brings a text so long. Prints a line per
 * kind of answer: ANSWER COUNT, ANSWER being "ok" or the name of an error.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#define ANSWERS	    16
#define CONNECTIONS 128
#define PATIENCE_US (600 * 1000000ULL)

struct client {
	sd_bus *bus;
	unsigned long left, waiting;
};

static struct {
	char name[128];
	unsigned long count;
} answers[ANSWERS];

static struct client clients[CONNECTIONS];
static unsigned long at_once = 100, unanswered;
static const char *method;
static char *text;
static sd_event *event;

static void check(int err, const char *what)
{
	if (err >= 0)
		return;
	fprintf(stderr, "calls: %s: %s\n", what, strerror(-err));
	exit(1);
}

static void add_answer(const char *name)
{
	size_t i = 0;

	while (i < ANSWERS - 1 && answers[i].count && strcmp(answers[i].name, name))
		i++;
	snprintf(answers[i].name, sizeof(answers[i].name), "%s", name);
	answers[i].count++;
}

static void send_calls(struct client *client);

static int on_answer(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	const sd_bus_error *failure = sd_bus_message_get_error(reply);
	struct client *client = userdata;

	(void)error;
	add_answer(failure ? failure->name : "ok");
	client->waiting--;
	if (!--unanswered)
		sd_event_exit(event, 0);
	send_calls(client);
	return 1;
}

static void send_calls(struct client *client)
{
	sd_bus_message *message;

	for (; client->left && client->waiting < at_once; client->left--, client->waiting++) {
		message = NULL;
		check(sd_bus_message_new_method_call(client->bus, &message, "org.ouiguard",
						     "/org/ouiguard", "org.ouiguard.Manager",
						     method),
		      "a message");
		if (text)
			check(sd_bus_message_append(message, "a{sv}", 1, "site", "s", text),
			      "a text");
		check(sd_bus_call_async(client->bus, NULL, message, on_answer, client, PATIENCE_US),
		      "a call");
		sd_bus_message_unref(message);
	}
}

static unsigned long number(int argc, char **argv, int at, unsigned long otherwise)
{
	return argc > at ? strtoul(argv[at], NULL, 10) : otherwise;
}

int main(int argc, char **argv)
{
	unsigned long i, connections = number(argc, argv, 3, 1), bytes = number(argc, argv, 5, 0);

	unanswered = number(argc, argv, 2, 0);
	at_once = number(argc, argv, 4, at_once);
	if (!unanswered || !connections || connections > CONNECTIONS) {
		fputs("usage: calls METHOD COUNT [CONNECTIONS [AT_ONCE [BYTES]]]\n", stderr);
		return 2;
	}
	method = argv[1];
	if (bytes) {
		text = malloc(bytes + 1);
		if (!text)
			return 1;
		memset(text, 'x', bytes);
		text[bytes] = '\0';
	}
	check(sd_event_default(&event), "the event loop");
	for (i = 0; i < connections; i++) {
		check(sd_bus_open_system(&clients[i].bus), "the bus");
		check(sd_bus_attach_event(clients[i].bus, event, 0), "the event loop");
		clients[i].left = unanswered / connections + (i < unanswered % connections);
		send_calls(&clients[i]);
	}
	check(sd_event_loop(event), "the event loop");
	for (i = 0; i < ANSWERS && answers[i].count; i++)
		printf("%s %lu\n", answers[i].name, answers[i].count);
	for (i = 0; i < connections; i++)
		sd_bus_close_unref(clients[i].bus);
	free(text);
	return 0;
}
