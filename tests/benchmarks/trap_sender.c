/* Sends SNMP traps: `trap_sender FILE PORT COUNT RATE SOURCES`.
 *
 * FILE holds one v2c trap. COUNT copies of it go to 127.0.0.1:PORT, RATE a second (0: as fast as
 * they will go), from SOURCES addresses 127.2.0.1 and up in turn. The octet of an INTEGER varbind
 * marked in the file by the two octets 0x55 0x2a (a value of 0x552a) counts up, so that traps of
 * one source differ. Prints how many left.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BURST 32
#define LARGEST 1500

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int open_from(int number, int port)
{
    struct sockaddr_in from = {.sin_family = AF_INET};
    struct sockaddr_in to = {.sin_family = AF_INET};
    int sock = socket(AF_INET, SOCK_DGRAM, 0);
    from.sin_addr.s_addr = htonl(0x7f020001u + (unsigned)number);
    to.sin_addr.s_addr = htonl(0x7f000001u);
    to.sin_port = htons((unsigned short)port);
    if (sock < 0 || bind(sock, (void *)&from, sizeof from) ||
        connect(sock, (void *)&to, sizeof to)) {
        perror("trap_sender");
        exit(1);
    }
    return sock;
}

int main(int count, char **words)
{
    if (count != 6) {
        fprintf(stderr, "usage: trap_sender FILE PORT COUNT RATE SOURCES\n");
        return 2;
    }
    static unsigned char trap[LARGEST], copies[BURST][LARGEST];
    FILE *file = fopen(words[1], "rb");
    if (!file) {
        perror(words[1]);
        return 1;
    }
    size_t length = fread(trap, 1, sizeof trap, file);
    fclose(file);
    int port = atoi(words[2]), sources = atoi(words[5]);
    long wanted = atol(words[3]), sent = 0;
    double rate = atof(words[4]);
    unsigned char *mark = memmem(trap, length, "\x55\x2a", 2);
    int *socks = calloc((size_t)sources, sizeof *socks);
    for (int n = 0; n < sources; n++)
        socks[n] = open_from(n, port);

    struct mmsghdr messages[BURST];
    struct iovec places[BURST];
    memset(messages, 0, sizeof messages);
    for (int n = 0; n < BURST; n++) {
        memcpy(copies[n], trap, length);
        places[n] = (struct iovec){copies[n], length};
        messages[n].msg_hdr.msg_iov = &places[n];
        messages[n].msg_hdr.msg_iovlen = 1;
    }
    double began = now();
    for (long turn = 0; sent < wanted; turn++) {
        long due = rate > 0 ? (long)((now() - began) * rate) : wanted;
        long now_due = (due < wanted ? due : wanted) - sent;
        if (now_due < 1) {
            usleep(200);
            continue;
        }
        /* Small portions by turns: each source sends its share in every moment. */
        int some = now_due < 8 ? (int)now_due : 8;
        for (int n = 0; n < some; n++)
            if (mark)
                copies[n][mark - trap] = 0x40 | (unsigned char)((turn / sources * 8 + n) & 0x3f);
        int left = sendmmsg(socks[turn % sources], messages, (unsigned)some, 0);
        if (left > 0)
            sent += left;
    }
    printf("%ld %.3f\n", sent, now() - began);
    return 0;
}
