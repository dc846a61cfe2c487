// SPDX-License-Identifier: GPL-2.0
/*
 * load: frames of many devices, as fast as they go
 *
 *   load MAC DEVICES SECONDS IF...
 *
 * Device i has the address MAC + i and is behind the interface i % (number of interfaces). Each frame of a
 * device goes to another destination of 198.18.0.0/15 (RFC 2544) than its last 100,000 did, so that an
 * engine has something to tell of every frame. Prints how many frames were sent, and in how many
 * milliseconds.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/ether.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BATCH	   64
#define INTERFACES 64

struct frame {
	struct ethhdr ether;
	struct iphdr ip;
	struct udphdr udp;
	uint8_t payload[18];
} __attribute__((packed));

static struct frame frames[BATCH];
static struct iovec parts[BATCH];
static struct mmsghdr messages[BATCH];

static void __attribute__((noreturn)) die(const char *what)
{
	fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int open_interface(const char *name)
{
	struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = if_nametoindex(name)};
	int fd = socket(AF_PACKET, SOCK_RAW, 0), yes = 1;

	if (fd < 0 || !to.sll_ifindex || bind(fd, (struct sockaddr *)&to, sizeof(to)) < 0)
		die(name);
	setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof(yes));
	return fd;
}

/* Of the header behind @bytes. */
static uint16_t checksum(const uint8_t *bytes)
{
	uint32_t sum = 0;
	uint16_t word;
	size_t i;

	for (i = 0; i < sizeof(struct iphdr); i += sizeof(word)) {
		memcpy(&word, bytes + i, sizeof(word));
		sum += word;
	}
	sum = (sum & 0xffff) + (sum >> 16);
	return ~(sum + (sum >> 16));
}

static void fill(struct frame *frame, uint64_t mac, uint32_t device, uint32_t round)
{
	static const uint8_t router[ETH_ALEN] = {2, 0, 0, 0, 0, 1};
	int i;

	memset(frame, 0, sizeof(*frame));
	memcpy(frame->ether.h_dest, router, ETH_ALEN);
	for (i = 0; i < ETH_ALEN; i++)
		frame->ether.h_source[i] = (mac + device) >> 8 * (5 - i);
	frame->ether.h_proto = htons(ETH_P_IP);
	frame->ip.version = 4;
	frame->ip.ihl = 5;
	frame->ip.ttl = 64;
	frame->ip.protocol = IPPROTO_UDP;
	frame->ip.tot_len = htons(sizeof(*frame) - sizeof(frame->ether));
	frame->ip.saddr = htonl(0x0a000000 + device);
	frame->ip.daddr = htonl(0xc6120000 + round % 100000);
	frame->ip.check = checksum((const uint8_t *)frame + sizeof(frame->ether));
	frame->udp.source = htons(40000);
	frame->udp.dest = htons(9);
	frame->udp.len = htons(sizeof(frame->udp) + sizeof(frame->payload));
}

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ULL + now.tv_nsec / 1000000;
}

/* Send a batch; what there is no room for is left out and not counted. */
static unsigned int send_batch(int fd, unsigned int count)
{
	int sent = sendmmsg(fd, messages, count, 0);

	if (sent < 0 && errno != ENOBUFS && errno != EAGAIN && errno != EINTR)
		die("sending");
	return sent < 0 ? 0 : sent;
}

/* One frame of each device. */
static uint64_t send_round(const int *fds, int count, uint64_t mac, uint32_t devices,
			   uint32_t round)
{
	uint32_t device, at;
	uint64_t sent = 0;
	int i;

	for (i = 0; i < count; i++) {
		for (device = i, at = 0; device < devices; device += count) {
			fill(&frames[at++], mac, device, round);
			if (at == BATCH || device + count >= devices) {
				sent += send_batch(fds[i], at);
				at = 0;
			}
		}
	}
	return sent;
}

int main(int argc, char **argv)
{
	struct ether_addr *first = argc > 4 ? ether_aton(argv[1]) : NULL;
	uint64_t mac = 0, sent = 0, start = now_ms(), end;
	int fds[INTERFACES], count = argc - 4, i;
	uint32_t round = 0;

	if (!first || count > INTERFACES) {
		fprintf(stderr, "usage: load MAC DEVICES SECONDS IF...\n");
		return 2;
	}
	for (i = 0; i < ETH_ALEN; i++)
		mac = mac << 8 | first->ether_addr_octet[i];
	for (i = 0; i < count; i++)
		fds[i] = open_interface(argv[4 + i]);
	for (i = 0; i < BATCH; i++) {
		parts[i] = (struct iovec){&frames[i], sizeof(frames[i])};
		messages[i].msg_hdr.msg_iov = &parts[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	end = start + strtoul(argv[3], NULL, 10) * 1000;
	while (now_ms() < end)
		sent += send_round(fds, count, mac, strtoul(argv[2], NULL, 10), round++);
	printf("%llu %llu\n", (unsigned long long)sent, (unsigned long long)(now_ms() - start));
	return 0;
}
