/* An SNMP agent that is never the bottleneck: it answers GET and GETBULK for every address of
 * 127/8 on one port, from an image of encoded varbinds, in datagrams of at most 1472 octets.
 *
 *   responder IMAGE [live]     prints its port, ends when its standard input does
 *
 * With "live" time goes by: 64-bit counters grow by a thousand a second, and so does the uptime.
 *
 * Version 2c takes any community. Version 3 has an engine per address and one user: noc, SHA-256
 * lab-auth-pass, AES-128 lab-priv-pass. It decrypts requests without proving their digest (only
 * the clients are measured); its answers are encrypted and signed as they should be.
 *
 * IMAGE: repeated [u16 size][OID content][u16 size][varbind TLV], little endian, in walk order
 * (which is byte order here: no arc of the image needs three octets).
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LIMIT = 1472, MAX_NAMES = 64, GET = 0xA0, GETBULK = 0xA5 };
enum { KEY = SHA256_DIGEST_LENGTH, DIGEST = 24, ENGINE_SIZE = 9, BOOTS = 1 };

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

static time_t began; /* 0: nothing moves */

/* Have the number in a varbind say what it would by now. */
static void advance(uint8_t *varbind, int oid_size) {
    uint8_t *value = varbind + 4 + oid_size;
    if (*value != 0x46 && *value != 0x43) return;
    uint64_t more = (time(NULL) - began) * (*value == 0x46 ? 1000 : 100);
    for (uint8_t *at = value + 1 + value[1]; more && at > value + 1; at--) {
        more += *at;
        *at = more & 255;
        more >>= 8;
    }
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
            if (found && began) advance(to + used, table[here].oid_size);
            used += size;
        }
    }
    return used;
}

/* The answering PDU, in `room` octets at most; its size, or 0 for silence. */
static int respond(int kind, struct reader pdu, uint8_t *out, int room) {
    struct reader id, a, b, list, one;
    if (kind != GET && kind != GETBULK) return 0;
    if (next_tlv(&pdu, &id) != 2 || next_tlv(&pdu, &a) != 2 || next_tlv(&pdu, &b) != 2) return 0;
    if (next_tlv(&pdu, &list) != 0x30) return 0;
    struct reader names[MAX_NAMES];
    int count = 0;
    while (count < MAX_NAMES && next_tlv(&list, &one) == 0x30)
        if (next_tlv(&one, &names[count]) == 6) count++;
    int id_size = id.end - id.at, inner = 2 + id_size + 6;
    uint8_t varbinds[LIMIT];
    int filled = answer(kind, names, count, number(b), varbinds, room - inner - 8);
    uint8_t *to = put_header(out, 0xA2, inner + 4 + filled);
    *to++ = 2;
    *to++ = id_size;
    memcpy(to, id.at, id_size);
    memcpy(to + id_size, "\x02\x01\x00\x02\x01\x00", 6);
    to = put_header(to + id_size + 6, 0x30, filled);
    memcpy(to, varbinds, filled);
    return to + filled - out;
}

/* ── version 3 ── */

struct keys { int known; uint8_t engine[ENGINE_SIZE], sign[KEY], hide[KEY]; };
static struct keys known_keys[1 << 16];
static uint8_t sign_master[KEY], hide_master[KEY];

static void make_master(const char *phrase, uint8_t *key) { /* RFC 3414 A.2 */
    static char repeated[1 << 20];
    int size = strlen(phrase);
    for (int n = 0; n < 1 << 20; n++) repeated[n] = phrase[n % size];
    SHA256((void *)repeated, sizeof repeated, key);
}

static void localize(const uint8_t *master, const uint8_t *engine, uint8_t *key) {
    uint8_t all[2 * KEY + ENGINE_SIZE];
    memcpy(all, master, KEY);
    memcpy(all + KEY, engine, ENGINE_SIZE);
    memcpy(all + KEY + ENGINE_SIZE, master, KEY);
    SHA256(all, sizeof all, key);
}

/* The engine at an address; engines differ in the last two octets of theirs. */
static struct keys *keys_of(struct in_addr address) {
    struct keys *its = &known_keys[ntohl(address.s_addr) & 0xFFFF];
    if (its->known) return its;
    its->known = 1;
    memcpy(its->engine, "\x80\x00\x1f\x88\x01", 5);
    memcpy(its->engine + 5, &address, 4);
    localize(sign_master, its->engine, its->sign);
    localize(hide_master, its->engine, its->hide);
    return its;
}

static void cipher(int encrypts, const uint8_t *key, uint32_t boots, uint32_t now,
                  const uint8_t *salt, const uint8_t *in, int size, uint8_t *out) {
    static EVP_CIPHER_CTX *context;
    if (!context) context = EVP_CIPHER_CTX_new();
    uint32_t clock[2] = {htonl(boots), htonl(now)};
    uint8_t iv[16];
    int done;
    memcpy(iv, clock, 8);
    memcpy(iv + 8, salt, 8);
    EVP_CipherInit_ex(context, EVP_aes_128_cfb128(), NULL, key, iv, encrypts);
    EVP_CipherUpdate(context, out, &done, in, size);
}

static uint8_t *put(uint8_t *to, int tag, const void *content, int size) { /* short ones */
    *to++ = tag;
    *to++ = size;
    memcpy(to, content, size);
    return to + size;
}

static uint8_t *put_clock(uint8_t *to, uint32_t n) {
    uint32_t big = htonl(n);
    return put(to, 2, &big, 4);
}

/* A whole message around a scoped PDU, secured when `its` keys are given; its size. */
static int wrap(struct reader id, struct reader user, struct keys *engine, struct keys *its,
                uint32_t now, const uint8_t *scoped, int size, uint8_t *out) {
    static uint64_t salt = 1;
    uint8_t parameters[256], header[64], flags = its ? 3 : 0, *to;
    salt++;
    to = put(parameters, 4, engine->engine, ENGINE_SIZE);
    to = put_clock(put_clock(to, BOOTS), now);
    to = put(to, 4, user.at, its ? user.end - user.at : 0);
    int digest_at = to + 2 - parameters;
    uint8_t blank[DIGEST] = {0};
    to = put(to, 4, blank, its ? DIGEST : 0);
    to = put(to, 4, &salt, its ? 8 : 0);
    int parameters_size = to - parameters;
    to = put(header, 2, id.at, id.end - id.at);
    to = put(to, 2, "\x00\xff\xe3", 3);
    to = put(put(to, 4, &flags, 1), 2, "\x03", 1);
    int header_size = to - header;
    int body = 3 + 2 + header_size + 8 + parameters_size + size + (its ? 4 : 0);
    to = put(put_header(out, 0x30, body), 2, "\x03", 1);
    to = put(to, 0x30, header, header_size);
    to = put_header(put_header(to, 4, parameters_size + 4), 0x30, parameters_size);
    uint8_t *digest = to + digest_at;
    memcpy(to, parameters, parameters_size);
    to += parameters_size;
    if (its) {
        to = put_header(to, 4, size);
        cipher(1, its->hide, BOOTS, now, (void *)&salt, scoped, size, to);
    } else {
        memcpy(to, scoped, size);
    }
    to += size;
    if (its) {
        uint8_t full[KEY];
        HMAC(EVP_sha256(), its->sign, KEY, out, to - out, full, NULL);
        memcpy(digest, full, DIGEST);
    }
    return to - out;
}

static uint8_t *put_scope(uint8_t *to, struct keys *engine, int pdu_size) {
    to = put_header(to, 0x30, 2 + ENGINE_SIZE + 2 + pdu_size);
    return put(put(to, 4, engine->engine, ENGINE_SIZE), 4, "", 0);
}

static int handle_v3(struct reader message, struct in_addr asked, uint8_t *out) {
    static const uint8_t unknown_engine[] = {
        0xA8, 28, 2, 1, 0, 2, 1, 0, 2, 1, 0, 0x30, 17, 0x30, 15,
        6, 10, 43, 6, 1, 6, 3, 15, 1, 1, 4, 0, 0x41, 1, 1};
    struct reader header, id, parameters, fields, engine, boots, seconds, user, digest, salt, scoped;
    struct reader pdu, skipped;
    struct keys *its = keys_of(asked);
    uint8_t plain[4096], *to;
    uint32_t now = 1000 + time(NULL) % 100000;
    if (next_tlv(&message, &header) != 0x30 || next_tlv(&header, &id) != 2) return 0;
    if (next_tlv(&message, &parameters) != 4 || next_tlv(&parameters, &fields) != 0x30) return 0;
    if (next_tlv(&fields, &engine) != 4 || next_tlv(&fields, &boots) != 2) return 0;
    if (next_tlv(&fields, &seconds) != 2 || next_tlv(&fields, &user) != 4) return 0;
    if (next_tlv(&fields, &digest) != 4 || next_tlv(&fields, &salt) != 4) return 0;
    if (engine.end - engine.at != ENGINE_SIZE || memcmp(engine.at, its->engine, ENGINE_SIZE)) {
        to = put_scope(plain, its, sizeof unknown_engine);
        memcpy(to, unknown_engine, sizeof unknown_engine);
        return wrap(id, user, its, NULL, now, plain, to + sizeof unknown_engine - plain, out);
    }
    if (next_tlv(&message, &scoped) != 4 || salt.end - salt.at != 8) return 0;
    int size = scoped.end - scoped.at;
    cipher(0, its->hide, number(boots), number(seconds), salt.at, scoped.at, size, plain);
    struct reader rest = {plain, plain + size};
    if (next_tlv(&rest, &scoped) != 0x30 || next_tlv(&scoped, &skipped) != 4) return 0;
    if (next_tlv(&scoped, &skipped) != 4) return 0;
    uint8_t answered[LIMIT];
    int kind = next_tlv(&scoped, &pdu), filled = respond(kind, pdu, answered, LIMIT - 130);
    if (!filled) return 0;
    uint8_t scope[LIMIT + 64];
    to = put_scope(scope, its, filled);
    memcpy(to, answered, filled);
    return wrap(id, user, its, its, now, scope, to + filled - scope, out);
}

/* The answering datagram; its size, or 0 for silence. */
static int handle(const uint8_t *data, int size, struct in_addr asked, uint8_t *out) {
    struct reader r = {data, data + size}, message, version, community, pdu;
    if (next_tlv(&r, &message) != 0x30 || next_tlv(&message, &version) != 2) return 0;
    if (number(version) == 3) return handle_v3(message, asked, out);
    if (next_tlv(&message, &community) != 4) return 0;
    int kind = next_tlv(&message, &pdu), named = community.end - community.at;
    uint8_t answered[LIMIT];
    int filled = respond(kind, pdu, answered, LIMIT - 9 - named);
    if (!filled) return 0;
    uint8_t *to = put_header(out, 0x30, 5 + named + filled);
    to = put(put(to, 2, "\x01", 1), 4, community.at, named);
    memcpy(to, answered, filled);
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
    if (argc > 2 && !strcmp(argv[2], "live")) began = time(NULL);
    make_master("lab-auth-pass", sign_master);
    make_master("lab-priv-pass", hide_master);
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
            part = (struct iovec){out, handle(in, size, asked, out)};
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
