/* SPDX-License-Identifier: GPL-2.0 */
/*
 * types.h: what the contract's headers need of the three worlds that compile them
 *
 * Everything in include/ouiguard is compiled unchanged as BPF (clang), as kernel code and in user
 * space. It calls nothing outside these headers, loops a bounded number of times, uses no floating
 * point and no pointer inside a record. All numbers in records and facts are in host byte order
 * unless a comment says otherwise.
 */
#ifndef OUIGUARD_TYPES_H
#define OUIGUARD_TYPES_H

#ifdef __KERNEL__
#include <linux/atomic.h>
#endif
#include <linux/types.h>

/*
 * OG_INLINE: a function of the contract that frames of listed devices commonly pass. A call and its
 * return take 6 ns where returns are guarded against speculation, more than most of these bodies.
 * OG_FUNC: one that few frames need, or that searches. In BPF a global function: the verifier checks
 * it once, by itself, instead of once per path to it. OG_PART: as OG_INLINE, but too much for the
 * verifier to check with its caller. User space leaves all to the compiler.
 */
#if defined(__bpf__)
#define OG_FUNC	  __attribute__((noinline))
#define OG_PART	  OG_FUNC
#define OG_INLINE static inline __attribute__((always_inline))
#elif defined(__KERNEL__)
#define OG_FUNC	  static __attribute__((__noinline__, unused))
#define OG_INLINE static inline __attribute__((__always_inline__, unused))
#define OG_PART	  OG_INLINE
#else
#define OG_FUNC	  static inline __attribute__((unused))
#define OG_INLINE static inline __attribute__((unused))
#define OG_PART	  OG_INLINE
#endif

#ifdef __bpf__
/* The verifier knows no non-null pointer argument of a global function; other compilers do. */
#define OG_NONNULL(pointer, otherwise)    \
	do {                              \
		if (!(pointer))           \
			return otherwise; \
	} while (0)
/*
 * OG_BOUND(index, mask): index & mask, in a way that the compiler cannot optimise away even where
 * it can prove the mask useless; the verifier of Linux 6.1 cannot follow such proofs.
 */
#define OG_BOUND(index, mask)                                          \
	({                                                             \
		__u64 bounded_ = (index);                              \
		asm volatile("%0 &= %1" : "+r"(bounded_) : "i"(mask)); \
		bounded_;                                              \
	})
/*
 * OG_OPAQUE(value, salt): value, of which the verifier knows nothing any more; @salt is any number
 * read from memory. Without it a search loop has as many states as it has outcomes.
 */
#define OG_OPAQUE(value, salt)                                                             \
	({                                                                                 \
		__u64 opaque_ = (value);                                                   \
		asm volatile("%0 ^= %1\n\t%0 ^= %1" : "+r"(opaque_) : "r"((__u64)(salt))); \
		opaque_;                                                                   \
	})
#else
#define OG_NONNULL(pointer, otherwise) \
	do {                           \
	} while (0)
#define OG_BOUND(index, mask)  ((__u64)(index) & (mask))
#define OG_OPAQUE(value, salt) ((__u64)(value))
#endif

/*
 * Atomic steps on a __u64 that several processors write: OG_READ() once, OG_ADD(), and OG_CAS(), which
 * gives what was there: the store happened when that is @old.
 */
#define OG_READ(pointer) (*(volatile __u64 *)(pointer))
#ifdef __KERNEL__
#define OG_ADD(pointer, n)	  atomic64_add(n, (atomic64_t *)(pointer))
#define OG_CAS(pointer, old, new) cmpxchg64(pointer, old, new)
#else
#define OG_ADD(pointer, n)	  ((void)__sync_fetch_and_add(pointer, n))
#define OG_CAS(pointer, old, new) __sync_val_compare_and_swap(pointer, old, new)
#endif

/*
 * OG_LOAD(type, pointer): a number in host byte order at a pointer of any alignment, in one load. BPF is
 * loaded by kernels that take unaligned loads wherever the processor does; clang would load bytes.
 */
#ifdef __bpf__
#define OG_LOAD(type, p) (*(const type *)(p))
#else
#define OG_LOAD(type, p) \
	(((const struct { type value; } __attribute__((packed, may_alias)) *)(p))->value)
#endif

/* OG_BE16(), OG_BE32(): a number in network byte order at a pointer of any alignment. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define OG_BE16(p) __builtin_bswap16(OG_LOAD(__u16, p))
#define OG_BE32(p) __builtin_bswap32(OG_LOAD(__u32, p))
#else
#define OG_BE16(p) OG_LOAD(__u16, p)
#define OG_BE32(p) OG_LOAD(__u32, p)
#endif

#define OG_ASSERT(name, condition) _Static_assert(condition, #name)

/*
 * An IP address: 128 bits as two numbers. IPv4 is mapped as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2), so
 * that one sorted table holds both families.
 */
struct og_addr {
	__u64 hi;
	__u64 lo;
};

#define OG_V4_MAPPED 0x0000ffff00000000ULL

/* og_addr_cmp - order two addresses: below 0, 0 or above 0, as memcmp on their network form. */
OG_INLINE int og_addr_cmp(const struct og_addr *a, const struct og_addr *b)
{
	if (a->hi != b->hi)
		return a->hi < b->hi ? -1 : 1;
	if (a->lo != b->lo)
		return a->lo < b->lo ? -1 : 1;
	return 0;
}

/* og_addr_is_v4 - whether the address is an IPv4 one in its mapped form. */
OG_INLINE int og_addr_is_v4(const struct og_addr *a)
{
	return a->hi == 0 && (a->lo & 0xffffffff00000000ULL) == OG_V4_MAPPED;
}

/* og_addr_v4 - the mapped form of an IPv4 address given as a number in host byte order. */
OG_INLINE struct og_addr og_addr_v4(__u32 v4)
{
	struct og_addr a = {0, OG_V4_MAPPED | v4};

	return a;
}

#endif
