// SPDX-License-Identifier: GPL-2.0
/*
 * planted.c: a module that does wrong what its parameter names, to see whether that is noticed
 */
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

static char *fault = "none";
module_param(fault, charp, 0444);
MODULE_PARM_DESC(fault, "freed, beyond, order, rcu or leak");

static DEFINE_MUTEX(first);
static DEFINE_MUTEX(second);
static char __rcu *shared;

static void read_freed(void)
{
	char *memory = kmalloc(64, GFP_KERNEL);

	if (!memory)
		return;
	kfree(memory);
	pr_info("planted: read %d\n", READ_ONCE(memory[8]));
}

/* Rulesets are too big for kmalloc(): is such memory looked after too? */
static void read_beyond(void)
{
	char *memory = vmalloc(PAGE_SIZE + 8);

	if (!memory)
		return;
	pr_info("planted: read %d\n", READ_ONCE(memory[PAGE_SIZE + 16]));
	vfree(memory);
}

static void lock_both(struct mutex *outer, struct mutex *inner)
{
	mutex_lock(outer);
	mutex_lock(inner);
	mutex_unlock(inner);
	mutex_unlock(outer);
}

/* Outside of any section that keeps it from being freed. */
static void read_unprotected(void)
{
	pr_info("planted: read %p\n", rcu_dereference(shared));
}

/* With a name of its own, which outlives the code of planted_init(). */
static noinline void leak(void)
{
	int i;

	/* More than one: a register or the stack may still point to the last. */
	for (i = 0; i < 16; i++)
		WRITE_ONCE(*(char *)kzalloc(192, GFP_KERNEL | __GFP_NOFAIL), i);
}

static int __init planted_init(void)
{
	if (strcmp(fault, "freed") == 0) {
		read_freed();
	} else if (strcmp(fault, "beyond") == 0) {
		read_beyond();
	} else if (strcmp(fault, "order") == 0) {
		lock_both(&first, &second);
		lock_both(&second, &first);
	} else if (strcmp(fault, "rcu") == 0) {
		read_unprotected();
	} else if (strcmp(fault, "leak") == 0) {
		leak();
	}
	return 0;
}

static void __exit planted_exit(void)
{
}

module_init(planted_init);
module_exit(planted_exit);

MODULE_DESCRIPTION("faults for tests");
MODULE_LICENSE("GPL");
