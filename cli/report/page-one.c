// SPDX-License-Identifier: GPL-2.0
/*
 * page-one.c: the answer, the figures that qualify it, and what proves them
 */
#include <inttypes.h>

#include "cli/cli.h"
#include "cli/report/html.h"
#include "cli/report/sections.h"
#include "policy/base/digest.h"

static int64_t figure(const json_t *report, const char *key)
{
	return og_json_number(json_object_get(report, "summary"), key, 0);
}

static void put_term(FILE *out, const char *term)
{
	fprintf(out, "<dt>%s</dt><dd>", term);
}

static void put_origin(FILE *out, const json_t *report)
{
	fputs("<dl>", out);
	put_term(out, "Decided by");
	og_html_name(out, og_json_text(report, "authority", NULL));
	fputs("</dd>", out);
	put_term(out, "Programme");
	fputs("<code>", out);
	og_html_text(out, og_json_text(report, "programme", NULL));
	fputs("</code>", out);
	if (og_json_text(report, "equipment", NULL)) {
		fputs(", ", out);
		og_html_name(out, og_json_text(report, "equipment", NULL));
	}
	fputs("</dd>", out);
	put_term(out, "Gateway");
	og_html_name(out, og_json_text(report, "gateway", NULL));
	fprintf(out, ", %s</dd>",
		og_json_truth(report, "enforcing")
			? "enforcing"
			: "<strong class=\"bad\">not enforcing</strong>");
	put_term(out, "Written");
	og_html_moment(out, og_json_number(report, "generated_at", 0));
	fputs("</dd>", out);
	put_term(out, "Data up to");
	og_html_moment(out, og_json_number(report, "cutoff_at", 0));
	fputs("</dd></dl>\n", out);
}

/* The one sentence. It never says that all is gone while something could not be seen. */
static void put_answer(FILE *out, const json_t *report)
{
	int64_t devices = figure(report, "devices"), gone = figure(report, "gone");
	int64_t surveyed = figure(report, "sites_surveyed"), sites = figure(report, "sites");
	int64_t blind = figure(report, "sites_blind");
	bool done = devices > 0 && gone == devices && surveyed == sites && !blind;

	fprintf(out, "<p class=\"answer %s\"><strong>", done ? "good" : "");
	og_html_count(out, gone);
	fputs(" of ", out);
	og_html_count(out, devices);
	fprintf(out, " known device%s gone</strong>", devices == 1 ? " is" : "s are");
	fputs(", of which ", out);
	og_html_count(out, figure(report, "verified_absent"));
	fputs(" verified absent. ", out);
	if (surveyed < sites) {
		og_html_count(out, sites - surveyed);
		fprintf(out,
			" of %" PRId64 " site%s not surveyed: what stands there is not known. ",
			sites, surveyed + 1 == sites ? "s is" : "s are");
	}
	if (blind) {
		og_html_count(out, blind);
		fprintf(out, " site%s sources that cannot be told apart. ",
			blind == 1 ? " has" : "s have");
	}
	fputs("</p>\n", out);
}

static void put_tile(FILE *out, const char *class, int64_t number, const char *words)
{
	fprintf(out, "<li class=\"%s\"><b>", number ? class : "");
	og_html_count(out, number);
	fprintf(out, "</b><span>%s</span></li>\n", words);
}

void og_section_head(FILE *out, const json_t *report, const char *kind)
{
	fprintf(out, "<p class=\"soft\">%s</p>\n<h1>", kind);
	og_html_name(out, og_json_text(report, "title", og_json_text(report, "programme", NULL)));
	fputs("</h1>\n", out);
	put_origin(out, report);
}

void og_section_figures(FILE *out, const json_t *report)
{
	put_answer(out, report);
	fputs("<ul class=\"tiles\">\n", out);
	put_tile(out, "", figure(report, "present"), "present, or not known to be gone");
	put_tile(out, "", figure(report, "confirmed"), "confirmed");
	put_tile(out, "good", figure(report, "verified_absent"), "verified gone");
	put_tile(out, "warn", figure(report, "sites_blind"), "blind sites");
	put_tile(out, "warn", figure(report, "sites") - figure(report, "sites_surveyed"),
		 "sites not surveyed");
	put_tile(out, "bad", figure(report, "overdue"), "milestones overdue");
	put_tile(out, "bad", figure(report, "reappeared"), "reappeared");
	put_tile(out, "warn", figure(report, "silent"), "silent, which is not gone");
	put_tile(out, "", figure(report, "excepted"), "excepted");
	put_tile(out, "warn", figure(report, "unproven"), "installed without proof of date");
	put_tile(out, "", figure(report, "false_positive"), "false positives, not counted");
	put_tile(out, "bad", figure(report, "gateways_silent"), "silent gateways");
	fputs("</ul>\n", out);
}

/* One digest over many files: of the lines "SHA256  PATH", as sha256sum prints them. */
static void put_combined(FILE *out, const json_t *files)
{
	_cleanup_text_ char *text = NULL;
	char hex[OG_DIGEST_TEXT];
	struct og_digest digest;
	json_t *file;
	size_t i, size;
	FILE *lines = open_memstream(&text, &size);

	if (!lines)
		return;
	json_array_foreach(files, i, file)
		fprintf(lines, "%s  %s\n", og_json_text(file, "sha256", ""),
			og_json_text(file, "path", ""));
	if (fclose(lines))
		return;
	og_digest_data(text, size, &digest);
	fprintf(out, "<code>%s</code> over %zu file%s, listed below",
		og_digest_format(&digest, hex), json_array_size(files),
		og_plural((int64_t)json_array_size(files)));
}

void og_section_proof(FILE *out, const json_t *report)
{
	const json_t *audit = json_object_get(report, "audit");
	json_t *registry;
	size_t i;

	fputs("<h2>By what this can be checked</h2>\n<dl>", out);
	put_term(out, "Files that decide (SHA-256)");
	put_combined(out, og_json_array(report, "files"));
	fputs("</dd>", out);
	json_array_foreach(og_json_array(report, "registries"), i, registry)
	{
		put_term(out, "Registry");
		fputs("<code>", out);
		og_html_text(out, og_json_text(registry, "sha256", NULL));
		fputs("</code> ", out);
		og_html_name(out, og_json_text(registry, "path", NULL));
		fputs(" of ", out);
		og_html_date(out, og_json_number(registry, "date_at", 0));
		fputs("</dd>", out);
	}
	put_term(out, "Audit log, head");
	fputs("<code>", out);
	og_html_text(out, og_json_text(audit, "head", "none"));
	fputs("</code>, ", out);
	og_html_count(out, og_json_number(audit, "entries", 0));
	fputs(" entries</dd>", out);
	put_term(out, "ouiguard");
	og_html_text(out, og_json_text(report, "version", "unknown"));
	fputs(", generation ", out);
	og_html_count(out, og_json_number(report, "generation", 0));
	fputs("</dd></dl>\n", out);
}
