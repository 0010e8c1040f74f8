/* An SNMP v2c agent that is never the bottleneck: it answers GET and GETBULK for every address of
 * 127/8 on one port, from an image of encoded varbinds, in datagrams of at most 1472 octets.
 *
 *   responder IMAGE     prints its port, ends when its standard input does
 *
 * IMAGE: repeated [u16 size][OID content][u16 size][varbind TLV], little endian, in walk order
 * (which is byte order here: no arc of the image needs three octets).
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LIMIT = 1472, MAX_NAMES = 64, GET = 0xA0, GETBULK = 0xA5 };

struct entry { const uint8_t *oid, *varbind; int oid_size, varbind_size; };
static struct entry *table;
static int entries;

struct reader { const uint8_t *at, *end; };

/* The content of the next TLV; its tag, or -1. */
static int next_tlv(struct reader *r, struct reader *content) {
    if (r->end - r->at < 2) return -1;
    int tag = *r->at++, size = *r->at++;
    if (size & 0x80) {
        int octets = size & 0x7f;
        if (octets > 2 || r->end - r->at < octets) return -1;
        for (size = 0; octets--;) size = size << 8 | *r->at++;
    }
    if (r->end - r->at < size) return -1;
    content->at = r->at;
    content->end = r->at += size;
    return tag;
}

static long number(struct reader r) {
    long n = 0;
    while (r.at < r.end) n = n << 8 | *r.at++;
    return n;
}

static int compare(const uint8_t *a, int a_size, const uint8_t *b, int b_size) {
    int order = memcmp(a, b, a_size < b_size ? a_size : b_size);
    return order ? order : a_size - b_size;
}

/* The first entry after (or, for exact, at) an OID. */
static int find(struct reader oid, int exact) {
    int low = 0, high = entries, size = oid.end - oid.at;
    while (low < high) {
        int middle = (low + high) / 2;
        int order = compare(table[middle].oid, table[middle].oid_size, oid.at, size);
        if (order < 0 || (order == 0 && !exact)) low = middle + 1;
        else high = middle;
    }
    return low;
}

static uint8_t *put_header(uint8_t *to, int tag, int size) {
    *to++ = tag;
    *to++ = 0x82;
    *to++ = size >> 8;
    *to++ = size & 255;
    return to;
}

static int end_of_mib(uint8_t *to, struct reader oid, int tag) {
    int size = oid.end - oid.at;
    uint8_t head[] = {0x30, size + 4, 6, size};
    memcpy(to, head, 4);
    memcpy(to + 4, oid.at, size);
    to[4 + size] = tag;
    to[5 + size] = 0;
    return size + 6;
}

/* The varbinds of the answer; their size. */
static int answer(int kind, struct reader *names, int count, long repetitions, uint8_t *to, int room) {
    int used = 0;
    uint8_t last[300];
    if (kind == GET) repetitions = 1;
    int at[MAX_NAMES];
    for (int n = 0; n < count; n++) at[n] = find(names[n], kind == GET);
    for (long row = 0; row < repetitions; row++) {
        for (int n = 0; n < count; n++) {
            int here = at[n] + row, size;
            const uint8_t *from = last;
            int found = here < entries;
            if (found && kind == GET)
                found = !compare(table[here].oid, table[here].oid_size, names[n].at,
                                 names[n].end - names[n].at);
            if (found) {
                from = table[here].varbind;
                size = table[here].varbind_size;
            } else {
                size = end_of_mib(last, names[n], kind == GET ? 0x81 : 0x82);
            }
            if (used + size > room) return used;
            memcpy(to + used, from, size);
            used += size;
        }
    }
    return used;
}

/* The answering datagram; its size, or 0 for silence. */
static int handle(const uint8_t *data, int size, uint8_t *out) {
    struct reader r = {data, data + size}, message, version, community, pdu, id, a, b, list, one;
    if (next_tlv(&r, &message) != 0x30 || next_tlv(&message, &version) != 2) return 0;
    if (next_tlv(&message, &community) != 4) return 0;
    int kind = next_tlv(&message, &pdu);
    if (kind != GET && kind != GETBULK) return 0;
    if (next_tlv(&pdu, &id) != 2 || next_tlv(&pdu, &a) != 2 || next_tlv(&pdu, &b) != 2) return 0;
    if (next_tlv(&pdu, &list) != 0x30) return 0;
    struct reader names[MAX_NAMES];
    int count = 0;
    while (count < MAX_NAMES && next_tlv(&list, &one) == 0x30)
        if (next_tlv(&one, &names[count]) == 6) count++;
    int id_size = id.end - id.at, community_size = community.end - community.at;
    int fixed = 3 + 2 + community_size;
    int inner = 2 + id_size + 6;
    uint8_t varbinds[LIMIT];
    int filled = answer(kind, names, count, number(b), varbinds,
                        LIMIT - fixed - inner - 12);
    int pdu_size = inner + 4 + filled;
    uint8_t *to = put_header(out, 0x30, fixed + 4 + pdu_size);
    memcpy(to, "\x02\x01\x01\x04", 4);
    to[4] = community_size;
    memcpy(to + 5, community.at, community_size);
    to = put_header(to + 5 + community_size, 0xA2, pdu_size);
    *to++ = 2;
    *to++ = id_size;
    memcpy(to, id.at, id_size);
    memcpy(to + id_size, "\x02\x01\x00\x02\x01\x00", 6);
    to = put_header(to + id_size + 6, 0x30, filled);
    memcpy(to, varbinds, filled);
    return to + filled - out;
}

static void load(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) exit(1);
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    uint8_t *image = malloc(size);
    if (fread(image, 1, size, file) != (size_t)size) exit(1);
    fclose(file);
    table = malloc(sizeof *table * (size / 8));
    for (uint8_t *at = image; at < image + size;) {
        struct entry *e = &table[entries++];
        e->oid_size = at[0] | at[1] << 8;
        e->oid = at + 2;
        at += 2 + e->oid_size;
        e->varbind_size = at[0] | at[1] << 8;
        e->varbind = at + 2;
        at += 2 + e->varbind_size;
    }
}

int main(int argc, char **argv) {
    if (argc < 2) return 2;
    load(argv[1]);
    int sock = socket(AF_INET, SOCK_DGRAM, 0), on = 1, buffer = 8 << 20;
    setsockopt(sock, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
    setsockopt(sock, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    struct sockaddr_in self = {.sin_family = AF_INET};
    /* Every loopback address at once needs the wildcard; nothing outside can reach it: */
    setsockopt(sock, SOL_SOCKET, SO_BINDTODEVICE, "lo", 2);
    socklen_t self_size = sizeof self;
    if (bind(sock, (void *)&self, sizeof self)) return 1;
    getsockname(sock, (void *)&self, &self_size);
    printf("%d\n", ntohs(self.sin_port));
    fflush(stdout);
    struct pollfd ready[] = {{sock, POLLIN, 0}, {0, POLLIN, 0}};
    while (poll(ready, 2, -1) > 0 && !ready[1].revents) {
        for (;;) {
            uint8_t in[4096], out[4096];
            char control[128];
            struct sockaddr_in from;
            struct iovec part = {in, sizeof in};
            struct msghdr message = {&from, sizeof from, &part, 1, control, sizeof control, 0};
            int size = recvmsg(sock, &message, MSG_DONTWAIT);
            if (size < 0) break;
            struct in_addr asked = {0};
            for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c))
                if (c->cmsg_type == IP_PKTINFO)
                    asked = ((struct in_pktinfo *)CMSG_DATA(c))->ipi_addr;
            part = (struct iovec){out, handle(in, size, out)};
            if (!part.iov_len) continue;
            message.msg_controllen = CMSG_SPACE(sizeof(struct in_pktinfo));
            struct cmsghdr *c = CMSG_FIRSTHDR(&message);
            c->cmsg_level = IPPROTO_IP;
            c->cmsg_type = IP_PKTINFO;
            c->cmsg_len = CMSG_LEN(sizeof(struct in_pktinfo));
            *(struct in_pktinfo *)CMSG_DATA(c) = (struct in_pktinfo){.ipi_spec_dst = asked};
            sendmsg(sock, &message, 0);
        }
    }
    return 0;
}
