// SPDX-License-Identifier: GPL-2.0
/*
 * completion.c: bash completion, generated from the tables
 */
#include <string.h>

#include "cli/help.h"

/* What bash runs to list the values of each kind. "$config" is the configuration directory. */
static const char *const listers[] = {
	[OG_COMPLETE_NONE] = "",
	[OG_COMPLETE_FILE] = "compgen -f -- \"$cur\"",
	[OG_COMPLETE_DIRECTORY] = "compgen -d -- \"$cur\"",
	[OG_COMPLETE_SITE] = "_ouiguard_names \"$config/sites\"",
	[OG_COMPLETE_POLICY] = "_ouiguard_names \"$config/policies\"",
	[OG_COMPLETE_PROGRAMME] = "_ouiguard_names \"$config/programmes\" \"$data/programmes\"",
	[OG_COMPLETE_VENDOR] = "_ouiguard_names \"$config/vendors\" \"$data/vendors\"",
	[OG_COMPLETE_EXCEPTION] = "_ouiguard_names \"$config/exceptions\"",
	[OG_COMPLETE_ROLE] = "compgen -W 'camera recorder router phone life-safety other unknown' "
			     "-- \"$cur\"",
	[OG_COMPLETE_STATE] = "compgen -W 'suspected confirmed planned isolated disconnected "
			      "removed disposed verified-absent reappeared moved' -- \"$cur\"",
	[OG_COMPLETE_INTERFACE] = "compgen -W \"$(command ls /sys/class/net 2>/dev/null)\" "
				  "-- \"$cur\"",
	[OG_COMPLETE_HOST] = "compgen -A hostname -- \"$cur\"",
	[OG_COMPLETE_VERB] = "_ouiguard_words 1",
	[OG_COMPLETE_SHELL] = "compgen -W bash -- \"$cur\"",
};

static const char head[] = "# bash completion of ouiguard, made by \"ouiguard completion bash\"\n"
			   "\n"
			   "# The names of the yaml files of directories.\n"
			   "_ouiguard_names()\n"
			   "{\n"
			   "\tlocal directory file\n"
			   "\tfor directory; do\n"
			   "\t\tfor file in \"$directory\"/*.yaml; do\n"
			   "\t\t\t[ -e \"$file\" ] || continue\n"
			   "\t\t\tfile=${file##*/}\n"
			   "\t\t\tfile=${file%.yaml}\n"
			   "\t\t\t[[ $file == \"$cur\"* ]] && printf '%s\\n' \"$file\"\n"
			   "\t\tdone\n"
			   "\tdone\n"
			   "}\n\n";

static const char tail[] =
	"_ouiguard()\n"
	"{\n"
	"\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} verb='' word i\n"
	"\tlocal config=${OUIGUARD_CONFIG:-/etc/ouiguard}\n"
	"\tlocal data=${OUIGUARD_DATADIR:-/usr/share/ouiguard}\n"
	"\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	"\t\tword=${COMP_WORDS[i]}\n"
	"\t\tif [ \"$word\" = --config ]; then\n"
	"\t\t\tconfig=${COMP_WORDS[++i]}\n"
	"\t\telif [ \"$word\" = --host ] || [ \"$word\" = -H ]; then\n"
	"\t\t\t((i++))\n"
	"\t\telif [[ $word != -* ]] && ! _ouiguard_options \"$verb\" >/dev/null; then\n"
	"\t\t\tverb=\"${verb:+$verb }$word\"\n"
	"\t\tfi\n"
	"\tdone\n"
	"\tif [[ $prev == -* ]] && _ouiguard_takes \"$verb\" \"$prev\"; then\n"
	"\t\tmapfile -t COMPREPLY < <(_ouiguard_value \"$verb\" \"$prev\")\n"
	"\telif [[ $cur == -* ]]; then\n"
	"\t\tmapfile -t COMPREPLY < <(compgen -W \"$(_ouiguard_options \"$verb\") "
	"$_ouiguard_common\" -- \"$cur\")\n"
	"\telse\n"
	"\t\tmapfile -t COMPREPLY < <(_ouiguard_words \"$verb\")\n"
	"\tfi\n"
	"}\n"
	"complete -o filenames -F _ouiguard ouiguard\n";

static void put_option_names(const struct og_option *options, FILE *out)
{
	for (; options && options->name; options++) {
		fprintf(out, " --%s", options->name);
		if (options->letter)
			fprintf(out, " -%c", options->letter);
	}
}

/* The options of each verb. A verb of two words has none before its second word is there. */
static void put_options(const struct og_verb *verbs, FILE *out)
{
	fputs("_ouiguard_common='", out);
	put_option_names(og_common_options, out);
	fputs("'\n\n# The options of a verb; fails when it is none yet.\n_ouiguard_options()\n{\n"
	      "\tcase $1 in\n",
	      out);
	for (; verbs->name; verbs++) {
		fprintf(out, "\t'%s') echo '", verbs->name);
		put_option_names(verbs->options, out);
		fputs("' ;;\n", out);
	}
	fputs("\t*) return 1 ;;\n\tesac\n}\n\n", out);
}

static void put_patterns(const char *verb, const struct og_option *option, FILE *out)
{
	fprintf(out, "\t'%s --%s'", verb, option->name);
	if (option->letter)
		fprintf(out, " | '%s -%c'", verb, option->letter);
}

static void put_common_patterns(const struct og_option *option, FILE *out)
{
	fprintf(out, "\t--%s", option->name);
	if (option->letter)
		fprintf(out, " | -%c", option->letter);
}

/* Which options of which verb take a value. */
static void put_takes(const struct og_verb *verbs, FILE *out)
{
	fputs("_ouiguard_takes()\n{\n\tcase $2 in\n", out);
	for (const struct og_option *o = og_common_options; o->name; o++) {
		if (!o->value)
			continue;
		put_common_patterns(o, out);
		fputs(") return 0 ;;\n", out);
	}
	fputs("\tesac\n\tcase \"$1 $2\" in\n", out);
	for (; verbs->name; verbs++) {
		for (const struct og_option *o = verbs->options; o && o->name; o++) {
			if (!o->value)
				continue;
			put_patterns(verbs->name, o, out);
			fputs(") return 0 ;;\n", out);
		}
	}
	fputs("\tesac\n\treturn 1\n}\n\n", out);
}

/* The values of an option. */
static void put_values(const struct og_verb *verbs, FILE *out)
{
	fputs("_ouiguard_value()\n{\n\tcase $2 in\n", out);
	for (const struct og_option *o = og_common_options; o->name; o++) {
		if (!o->value)
			continue;
		put_common_patterns(o, out);
		fprintf(out, ") %s ;;\n", listers[o->complete]);
	}
	fputs("\tesac\n\tcase \"$1 $2\" in\n", out);
	for (; verbs->name; verbs++) {
		for (const struct og_option *o = verbs->options; o && o->name; o++) {
			if (!o->value || o->complete == OG_COMPLETE_NONE)
				continue;
			put_patterns(verbs->name, o, out);
			fprintf(out, ") %s ;;\n", listers[o->complete]);
		}
	}
	fputs("\tesac\n}\n\n", out);
}

/* First words of the verbs, each once: two-word verbs of one group stand together in the table. */
static void put_first_words(const struct og_verb *verbs, FILE *out)
{
	const char *last = "";
	size_t last_length = 0;

	for (; verbs->name; verbs++) {
		size_t length = strcspn(verbs->name, " ");

		if (length == last_length && !strncmp(last, verbs->name, length))
			continue;
		fprintf(out, " %.*s", (int)length, verbs->name);
		last = verbs->name;
		last_length = length;
	}
}

static void put_words(const struct og_verb *verbs, FILE *out)
{
	fputs("# The words that may follow a verb, or make one.\n_ouiguard_words()\n{\n"
	      "\tcase $1 in\n\t'' | 1) compgen -W '",
	      out);
	put_first_words(verbs, out);
	fputs("' -- \"$cur\" ;;\n", out);
	for (const struct og_verb *verb = verbs; verb->name; verb++) {
		size_t length = strcspn(verb->name, " ");

		if (verb->name[length] &&
		    (verb == verbs || strncmp(verb[-1].name, verb->name, length + 1))) {
			fprintf(out, "\t'%.*s') compgen -W '", (int)length, verb->name);
			for (const struct og_verb *v = verbs; v->name; v++) {
				if (!strncmp(v->name, verb->name, length + 1))
					fprintf(out, " %s", v->name + length + 1);
			}
			fputs("' -- \"$cur\" ;;\n", out);
		}
		if (verb->complete != OG_COMPLETE_NONE)
			fprintf(out, "\t'%s') %s ;;\n", verb->name, listers[verb->complete]);
	}
	fputs("\tesac\n}\n\n", out);
}

void og_completion_bash(const struct og_verb *verbs, FILE *out)
{
	fputs(head, out);
	put_options(verbs, out);
	put_takes(verbs, out);
	put_values(verbs, out);
	put_words(verbs, out);
	fputs(tail, out);
}
