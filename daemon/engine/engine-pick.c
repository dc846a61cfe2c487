// SPDX-License-Identifier: GPL-2.0
#include "daemon/engine/engine-pick.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>

const char *og_engine_choice_name(enum og_engine_choice choice)
{
	static const char *const names[] = {
		[OG_ENGINE_AUTO] = NULL,
		[OG_ENGINE_BPF] = "bpf",
		[OG_ENGINE_KMOD] = "kmod",
		[OG_ENGINE_DRY] = "dry",
	};

	return names[choice];
}

static int open_engine(const struct og_engine_ops *ops, const struct og_engine_options *options,
		       struct og_engine **ret_engine, struct og_diags *diags)
{
	int r = ops->probe(options, diags);

	return r < 0 ? r : ops->open(options, ret_engine, diags);
}

static void move_diags(struct og_diags *from, struct og_diags *to)
{
	size_t i;

	for (i = 0; i < from->count; i++) {
		if (from->items[i].severity == OG_ERROR)
			og_error(to, NULL, "%s", from->items[i].text);
		else
			og_warn(to, NULL, "%s", from->items[i].text);
	}
}

/* BPF, else the module. When neither works both say why. */
static int pick_first(const struct og_engine_options *options, struct og_engine **ret_engine,
		      char *ret_reason, struct og_diags *diags)
{
	struct og_diags first = {0}, second = {0};
	int r = open_engine(&og_engine_bpf, options, ret_engine, &first);

	if (r == 0) {
		snprintf(ret_reason, OG_ENGINE_REASON, "the first that works here");
		move_diags(&first, diags);
		goto out;
	}
	r = open_engine(&og_engine_kmod, options, ret_engine, &second);
	if (r == 0)
		snprintf(ret_reason, OG_ENGINE_REASON, "bpf does not work here: %s",
			 first.count ? first.items[0].text : "no reason given");
	else
		move_diags(&first, diags);
	move_diags(&second, diags);
out:
	og_diags_free(&first);
	og_diags_free(&second);
	return r;
}

int og_engine_pick(const char *name, enum og_engine_choice choice,
		   const struct og_engine_options *options, struct og_engine **ret_engine,
		   char *ret_reason, struct og_diags *diags)
{
	const struct og_engine_ops *ops;

	if (!name && choice == OG_ENGINE_AUTO)
		return pick_first(options, ret_engine, ret_reason, diags);
	snprintf(ret_reason, OG_ENGINE_REASON, "%s",
		 name ? "named on the command line" : "named in ouiguard.yaml");
	if (!name)
		name = og_engine_choice_name(choice);
	ops = og_engine_find(name);
	if (!ops) {
		og_error(diags, NULL, "there is no engine \"%s\" in this build", name);
		return -EOPNOTSUPP;
	}
	return open_engine(ops, options, ret_engine, diags);
}

/* Whether any version left programs: opening the bpf engine would make what is not there. */
static bool bpf_left_something(const struct og_engine_options *options)
{
	char pattern[PATH_MAX];
	glob_t found = {0};
	bool left;

	snprintf(pattern, sizeof(pattern), "%s/v*/prog",
		 options->pin_path ? options->pin_path : OG_ENGINE_PIN_PATH);
	left = glob(pattern, 0, NULL, &found) == 0;
	globfree(&found);
	return left;
}

void og_engine_retire_other(const struct og_engine *used, const struct og_engine_options *options,
			    struct og_diags *diags)
{
	struct og_engine_status status = {0};
	const struct og_engine_ops *other;
	struct og_diags unsaid = {0};
	struct og_engine *engine;

	if (used->ops == &og_engine_bpf)
		other = &og_engine_kmod;
	else if (used->ops == &og_engine_kmod && bpf_left_something(options))
		other = &og_engine_bpf;
	else
		return;
	if (open_engine(other, options, &engine, &unsaid) < 0)
		goto out;
	if (other->status(engine, &status) == 0 && status.generation &&
	    other->detach(engine, diags) == 0)
		og_warn(diags, NULL,
			"generation %llu was still in force in the %s engine beside %s: taken down",
			(unsigned long long)status.generation, other->name, used->ops->name);
	og_engine_status_clear(&status);
	other->close(engine);
out:
	og_diags_free(&unsaid);
}
