// SPDX-License-Identifier: GPL-2.0
/*
 * frames: send frames given as text, count frames that arrive
 *
 *   frames send IF [rate=N] [count=N] [for=SECONDS] WORD...
 *   frames count IF [for=SECONDS] [NAME | mac=MAC | ip=ADDRESS]...
 *
 * The words of a frame, in any order:
 *
 *   src=MAC dst=MAC    Ethernet addresses; src is the interface's by default
 *   stag=ID tag=ID     an 802.1ad and an 802.1Q tag; each may be there twice, outermost first
 *   type=0x88cc        an EtherType, for frames that are not IP
 *   ip=SOURCE>DEST     IPv4 or IPv6
 *   ttl=N              time to live or hop limit, 64 by default
 *   udp=FROM>TO        ports
 *   tcp=FROM>TO:FLAGS  ports; flags of S, A, P, F, R
 *   icmp=TYPE          ICMP, or ICMPv6 when the addresses are IPv6
 *   lsrr=ADDRESS       IPv4: a loose source route; routing=1: IPv6: a routing header
 *   name=NAME          what the counter calls it, up to 15 characters
 *
 * Each frame carries its name and a sequence number behind its headers, so that the counter knows it
 * again whatever a router has done to the headers in front. The counter ends on SIGTERM or after its
 * time and prints a line per name: NAME FRAMES LOST DUPLICATES, lost being the gaps between the first
 * and the last number; and a line per filter: FILTER FRAMES, by source address. On
 * SIGUSR1 it prints them and goes on.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define FRAME_BYTES 1600
#define NAMES	    256
#define NAME_BYTES  16
#define SEQUENCES   (1 << 20)

static const char magic[8] = "OuiGuard";

struct marker {
	char magic[8];
	char name[NAME_BYTES];
	uint32_t sequence; /* network byte order */
	uint32_t sent_at;  /* not read; makes the payload even */
};

struct words {
	uint8_t src[ETH_ALEN], dst[ETH_ALEN];
	struct {
		uint16_t type, id;
	} tags[4];
	unsigned int tag_count;
	uint16_t type;
	int family;
	uint8_t from[16], to[16], route[16];
	bool routed;
	unsigned int ttl, proto;
	unsigned int sport, dport, flags, icmp;
	char name[NAME_BYTES];
	unsigned long rate, count;
	double seconds;
};

struct frame {
	uint8_t bytes[FRAME_BYTES];
	size_t length;
	size_t marker; /* offset of struct marker */
	size_t check;  /* offset of the transport checksum; 0: none */
	size_t start;  /* of what the transport checksum covers */
	uint32_t pseudo;
};

static volatile sig_atomic_t stopped, asked;

static void stop(int number)
{
	if (number == SIGUSR1)
		asked = 1;
	else
		stopped = 1;
}

static void __attribute__((noreturn, format(printf, 1, 2))) die(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	fputs("frames: ", stderr);
	vfprintf(stderr, format, ap);
	fputc('\n', stderr);
	va_end(ap);
	exit(2);
}

static unsigned long number(const char *text, unsigned long max)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 0);
	if (errno || end == text || *end || value > max)
		die("not a number up to %lu: %s", max, text);
	return value;
}

static void parse_mac(const char *text, uint8_t *mac)
{
	int used = 0;

	if (sscanf(text, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%n", &mac[0], &mac[1], &mac[2],
		   &mac[3], &mac[4], &mac[5], &used) != 6 ||
	    text[used])
		die("not a MAC address: %s", text);
}

static int parse_address(const char *text, uint8_t *address)
{
	int family = strchr(text, ':') ? AF_INET6 : AF_INET;

	if (inet_pton(family, text, address) != 1)
		die("not an IP address: %s", text);
	return family;
}

/* Split "FROM>TO"; the left part is ended in place. */
static char *right_of(char *text)
{
	char *right = strchr(text, '>');

	if (!right)
		die("wants FROM>TO: %s", text);
	*right = '\0';
	return right + 1;
}

static unsigned int parse_flags(const char *text)
{
	static const char letters[] = "FSRPA";
	unsigned int flags = 0;
	const char *at;

	for (; *text; text++) {
		at = strchr(letters, *text);
		if (!at)
			die("TCP flags are of %s: %s", letters, text);
		flags |= 1u << (at - letters);
	}
	return flags;
}

static void parse_ports(struct words *w, char *value, unsigned int proto)
{
	char *right = right_of(value), *flags = strchr(right, ':');

	w->proto = proto;
	w->flags = 2;
	if (flags) {
		*flags = '\0';
		w->flags = parse_flags(flags + 1);
	}
	w->sport = number(value, 65535);
	w->dport = number(right, 65535);
}

static void parse_tag(struct words *w, unsigned int type, const char *value)
{
	if (w->tag_count == sizeof(w->tags) / sizeof(w->tags[0]))
		die("too many tags");
	w->tags[w->tag_count].type = type;
	w->tags[w->tag_count++].id = number(value, 4095);
}

static void parse_word(struct words *w, char *word)
{
	char *value = strchr(word, '='), *right;

	if (!value)
		die("wants KEY=VALUE: %s", word);
	*value++ = '\0';
	if (!strcmp(word, "src")) {
		parse_mac(value, w->src);
	} else if (!strcmp(word, "dst")) {
		parse_mac(value, w->dst);
	} else if (!strcmp(word, "tag")) {
		parse_tag(w, ETH_P_8021Q, value);
	} else if (!strcmp(word, "stag")) {
		parse_tag(w, ETH_P_8021AD, value);
	} else if (!strcmp(word, "type")) {
		w->type = number(value, 0xffff);
	} else if (!strcmp(word, "ip")) {
		right = right_of(value);
		w->family = parse_address(value, w->from);
		if (parse_address(right, w->to) != w->family)
			die("two address families");
	} else if (!strcmp(word, "ttl")) {
		w->ttl = number(value, 255);
	} else if (!strcmp(word, "udp")) {
		parse_ports(w, value, IPPROTO_UDP);
	} else if (!strcmp(word, "tcp")) {
		parse_ports(w, value, IPPROTO_TCP);
	} else if (!strcmp(word, "icmp")) {
		w->icmp = number(value, 255);
		w->proto = IPPROTO_ICMP;
	} else if (!strcmp(word, "lsrr")) {
		w->routed = parse_address(value, w->route) == AF_INET;
	} else if (!strcmp(word, "routing")) {
		w->routed = number(value, 1);
	} else if (!strcmp(word, "name")) {
		if (strlen(value) >= NAME_BYTES)
			die("a name has up to %d characters: %s", NAME_BYTES - 1, value);
		strcpy(w->name, value);
	} else if (!strcmp(word, "rate")) {
		w->rate = number(value, 1000000);
	} else if (!strcmp(word, "count")) {
		w->count = number(value, SEQUENCES);
	} else if (!strcmp(word, "for")) {
		w->seconds = strtod(value, NULL);
	} else {
		die("no such word: %s", word);
	}
}

/* The Internet checksum of RFC 1071, not folded. */
static uint32_t sum(const uint8_t *bytes, size_t length, uint32_t start)
{
	size_t i;

	for (i = 0; i + 1 < length; i += 2)
		start += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	if (length & 1)
		start += (uint32_t)bytes[length - 1] << 8;
	return start;
}

static uint16_t fold(uint32_t total)
{
	while (total >> 16)
		total = (total & 0xffff) + (total >> 16);
	return ~total;
}

static void put(struct frame *f, const void *bytes, size_t length)
{
	memcpy(f->bytes + f->length, bytes, length);
	f->length += length;
}

static void put8(struct frame *f, unsigned int value)
{
	f->bytes[f->length++] = value;
}

static void put16(struct frame *f, unsigned int value)
{
	put8(f, value >> 8);
	put8(f, value & 0xff);
}

static void put_at16(struct frame *f, size_t at, unsigned int value)
{
	f->bytes[at] = value >> 8;
	f->bytes[at + 1] = value & 0xff;
}

static void put_transport(struct frame *f, const struct words *w, bool v6)
{
	f->start = f->length;
	switch (w->proto) {
	case IPPROTO_UDP:
		put16(f, w->sport);
		put16(f, w->dport);
		put16(f, 8 + sizeof(struct marker));
		f->check = f->length;
		put16(f, 0);
		break;
	case IPPROTO_TCP:
		put16(f, w->sport);
		put16(f, w->dport);
		put(f, "\0\0\0\1\0\0\0\1\x50", 9);
		put8(f, w->flags);
		put16(f, 8192);
		f->check = f->length;
		put(f, "\0\0\0\0", 4);
		break;
	case IPPROTO_ICMP:
		put8(f, w->icmp);
		put8(f, 0);
		f->check = f->length;
		put16(f, 0);
		put(f, "\0\1\0\1", 4);
		/* Neighbour discovery has a target address there, then an option. */
		if (v6 && (w->icmp == 135 || w->icmp == 136)) {
			put(f, w->to, 16);
			put(f, "\x0e\5\0\0\0\0\0\0", 8);
		}
		break;
	default:
		break;
	}
}

static void put_ipv4(struct frame *f, const struct words *w)
{
	size_t at = f->length, options = w->routed ? 8 : 0;

	put8(f, 0x45 + options / 4);
	put8(f, 0);
	put16(f, 0); /* total length: below */
	put(f, "\0\1\0\0", 4);
	put8(f, w->ttl);
	put8(f, w->proto);
	put16(f, 0);
	put(f, w->from, 4);
	put(f, w->to, 4);
	if (w->routed) {
		put(f, "\x83\7\4", 3);
		put(f, w->route, 4);
		put8(f, 0);
	}
	f->pseudo = sum(w->from, 4, 0) + sum(w->to, 4, 0) + w->proto;
	put_transport(f, w, false);
	if (w->proto == IPPROTO_ICMP)
		f->pseudo = 0;
	else
		f->pseudo += f->length - f->start + sizeof(struct marker);
	put_at16(f, at + 2, f->length - at + sizeof(struct marker));
	put_at16(f, at + 10, fold(sum(f->bytes + at, 20 + options, 0)));
}

static void put_ipv6(struct frame *f, const struct words *w)
{
	unsigned int proto = w->proto == IPPROTO_ICMP ? IPPROTO_ICMPV6 : w->proto;
	size_t at = f->length;

	put(f, "\x60\0\0\0", 4);
	put16(f, 0);
	put8(f, w->routed ? 43 : proto);
	put8(f, w->ttl);
	put(f, w->from, 16);
	put(f, w->to, 16);
	if (w->routed) { /* RFC 8200, 4.4: type 253 is for experiments; one segment left */
		put8(f, proto);
		put(f, "\0\xfd\1\0\0\0\0", 7);
	}
	f->pseudo = sum(w->from, 16, 0) + sum(w->to, 16, 0) + proto;
	put_transport(f, w, true);
	f->pseudo += f->length - f->start + sizeof(struct marker);
	put_at16(f, at + 4, f->length - at - 40 + sizeof(struct marker));
}

static void build(struct frame *f, const struct words *w)
{
	unsigned int i, type = w->type;

	put(f, w->dst, ETH_ALEN);
	put(f, w->src, ETH_ALEN);
	for (i = 0; i < w->tag_count; i++) {
		put16(f, w->tags[i].type);
		put16(f, w->tags[i].id);
	}
	if (w->family)
		type = w->family == AF_INET ? ETH_P_IP : ETH_P_IPV6;
	put16(f, type);
	if (w->family == AF_INET)
		put_ipv4(f, w);
	else if (w->family == AF_INET6)
		put_ipv6(f, w);
	f->marker = f->length;
	f->length += sizeof(struct marker);
}

static void number_frame(struct frame *f, const struct words *w, uint32_t sequence)
{
	struct marker m = {.sequence = htonl(sequence)};

	memcpy(m.magic, magic, sizeof(magic));
	memcpy(m.name, w->name, NAME_BYTES);
	memcpy(f->bytes + f->marker, &m, sizeof(m));
	if (!f->check)
		return;
	put_at16(f, f->check, 0);
	put_at16(f, f->check, fold(sum(f->bytes + f->start, f->length - f->start, f->pseudo)));
}

static int open_socket(const char *interface, struct ifreq *ifr)
{
	struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd < 0)
		die("socket: %s", strerror(errno));
	if (strlen(interface) >= IFNAMSIZ)
		die("no such interface: %s", interface);
	strcpy(ifr->ifr_name, interface);
	address.sll_ifindex = if_nametoindex(interface);
	if (!address.sll_ifindex || ioctl(fd, SIOCGIFHWADDR, ifr))
		die("%s: %s", interface, strerror(errno));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)))
		die("%s: bind: %s", interface, strerror(errno));
	return fd;
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static void send_one(int fd, const struct frame *f)
{
	while (send(fd, f->bytes, f->length, 0) < 0) {
		if (errno != ENOBUFS && errno != EAGAIN && errno != EINTR)
			die("send: %s", strerror(errno));
		usleep(100);
	}
}

static int run_send(const char *interface, int argc, char **argv)
{
	struct words w = {.ttl = 64, .proto = 253, .rate = 100, .count = 1, .name = "frame"};
	struct frame f = {0};
	struct ifreq ifr = {0};
	unsigned long i;
	double start, wait;
	int fd;

	fd = open_socket(interface, &ifr);
	memcpy(w.src, ifr.ifr_hwaddr.sa_data, ETH_ALEN);
	while (argc--)
		parse_word(&w, *argv++);
	if (!w.family && !w.type)
		die("wants ip= or type=");
	if (w.seconds > 0)
		w.count = SEQUENCES;
	build(&f, &w);
	start = now();
	for (i = 0; i < w.count && !stopped; i++) {
		number_frame(&f, &w, i);
		send_one(fd, &f);
		wait = start + (double)(i + 1) / (double)(w.rate ? w.rate : 1) - now();
		if (w.seconds > 0 && now() - start > w.seconds)
			w.count = i + 1;
		else if (w.rate && wait > 0 && i + 1 < w.count)
			usleep(wait * 1e6);
	}
	printf("%lu\n", i);
	close(fd);
	return 0;
}

/* What the counter keeps. */
struct named {
	char name[NAME_BYTES];
	unsigned long frames, duplicates, unique;
	uint32_t first, last;
	uint8_t *seen; /* bit set of sequence numbers */
};

struct filter {
	const char *text;
	uint8_t bytes[16];
	int family; /* AF_PACKET: a MAC address */
	unsigned long frames;
};

static struct named names[NAMES];
static unsigned int name_count;
static struct filter filters[NAMES];
static unsigned int filter_count;

static struct named *find_name(const char *name)
{
	unsigned int i;

	for (i = 0; i < name_count; i++)
		if (!strncmp(names[i].name, name, NAME_BYTES))
			return &names[i];
	if (name_count == NAMES)
		die("more than %d names", NAMES);
	memcpy(names[i].name, name, strnlen(name, NAME_BYTES - 1));
	names[i].seen = calloc(SEQUENCES / 8, 1);
	if (!names[i].seen)
		die("out of memory");
	names[i].first = UINT32_MAX;
	name_count++;
	return &names[i];
}

static void count_marker(const uint8_t *bytes, size_t length)
{
	const uint8_t *at = memmem(bytes, length, magic, sizeof(magic));
	struct marker m;
	struct named *n;
	uint32_t sequence;

	if (!at || (size_t)(bytes + length - at) < sizeof(m))
		return;
	memcpy(&m, at, sizeof(m));
	m.name[NAME_BYTES - 1] = '\0';
	sequence = ntohl(m.sequence);
	n = find_name(m.name);
	if (sequence >= SEQUENCES)
		return;
	n->frames++;
	if (n->seen[sequence / 8] & 1u << sequence % 8) {
		n->duplicates++;
		return;
	}
	n->seen[sequence / 8] |= 1u << sequence % 8;
	n->unique++;
	if (sequence < n->first)
		n->first = sequence;
	if (sequence > n->last)
		n->last = sequence;
}

static void count_filters(const uint8_t *bytes, size_t length)
{
	uint16_t type = bytes[12] << 8 | bytes[13];
	struct filter *f;

	for (f = filters; f < filters + filter_count; f++) {
		if (f->family == AF_PACKET)
			f->frames += !memcmp(bytes + ETH_ALEN, f->bytes, ETH_ALEN);
		else if (f->family == AF_INET && type == ETH_P_IP && length >= 34)
			f->frames += !memcmp(bytes + 26, f->bytes, 4);
		else if (f->family == AF_INET6 && type == ETH_P_IPV6 && length >= 54)
			f->frames += !memcmp(bytes + 22, f->bytes, 16);
	}
}

static void add_filter(char *word, double *seconds)
{
	struct filter *f = &filters[filter_count];

	if (!strncmp(word, "for=", 4)) {
		*seconds = strtod(word + 4, NULL);
		return;
	}
	if (filter_count == NAMES)
		die("too many filters");
	f->text = word;
	if (!strncmp(word, "mac=", 4)) {
		parse_mac(word + 4, f->bytes);
		f->family = AF_PACKET;
	} else if (!strncmp(word, "ip=", 3)) {
		f->family = parse_address(word + 3, f->bytes);
	} else {
		find_name(word);
		return;
	}
	filter_count++;
}

static void print_counts(void)
{
	unsigned int i;

	for (i = 0; i < name_count; i++)
		printf("%s %lu %lu %lu\n", names[i].name, names[i].frames,
		       names[i].unique ? names[i].last - names[i].first + 1 - names[i].unique : 0,
		       names[i].duplicates);
	for (i = 0; i < filter_count; i++)
		printf("%s %lu\n", filters[i].text, filters[i].frames);
	fflush(stdout);
}

static int run_count(const char *interface, int argc, char **argv)
{
	struct timeval tick = {.tv_usec = 100000};
	struct sockaddr_ll from;
	struct tpacket_stats lost = {0};
	uint8_t bytes[FRAME_BYTES];
	socklen_t size;
	struct ifreq ifr = {0};
	double end, seconds = 0;
	int fd, buffer = 64 << 20;
	ssize_t length;

	while (argc--)
		add_filter(*argv++, &seconds);
	fd = open_socket(interface, &ifr);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof(buffer)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tick, sizeof(tick)))
		die("setsockopt: %s", strerror(errno));
	puts("ready");
	fflush(stdout);
	end = seconds > 0 ? now() + seconds : 0;
	for (;;) {
		size = sizeof(from);
		length = recvfrom(fd, bytes, sizeof(bytes), MSG_DONTWAIT * !!stopped,
				  (struct sockaddr *)&from, &size);
		if (asked) {
			asked = 0;
			print_counts();
		}
		if (length < 0 && (stopped || (end > 0 && now() > end)))
			break;
		/* Frames that leave by a veth are seen at both of its ends. */
		if (length < 14 || from.sll_pkttype == PACKET_OUTGOING)
			continue;
		count_marker(bytes, length);
		count_filters(bytes, length);
	}
	size = sizeof(lost);
	if (getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &lost, &size) || lost.tp_drops)
		die("the counter itself has lost %u frames", lost.tp_drops);
	close(fd);
	print_counts();
	return 0;
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = stop};

	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGUSR1, &action, NULL);
	if (argc >= 3 && !strcmp(argv[1], "send"))
		return run_send(argv[2], argc - 3, argv + 3);
	if (argc >= 3 && !strcmp(argv[1], "count"))
		return run_count(argv[2], argc - 3, argv + 3);
	fputs("usage: frames send IF WORD... | frames count IF [for=SECONDS] [NAME | mac=MAC | "
	      "ip=ADDRESS]...\n",
	      stderr);
	return 2;
}
