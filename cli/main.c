// SPDX-License-Identifier: GPL-2.0
/*
 * main.c: `ouiguard`
 */
#include "cli/cli.h"

int main(int argc, char **argv)
{
	return og_cli_main(argc, argv);
}
