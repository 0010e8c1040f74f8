/* The peer to be compared with: net-snmp's C library asking the same questions as our reader,
 * through its asynchronous single-session API.
 *
 *   netsnmp_client poll|walk|v3poll PORT DEVICES IN_FLIGHT
 *
 * Prints the cells read and the processor seconds they took. v3poll is the poll with the user noc,
 * SHA-256 and AES-128; its engines are discovered before the clock starts, and its master keys are
 * made once.
 */
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/library/large_fd_set.h>
#include <net-snmp/library/snmp_transport.h>
#include <sys/epoll.h>
#include <sys/resource.h>

enum { COLUMNS = 8, POLL_REPETITIONS = 25, WALK_REPETITIONS = 100 };

static const char *poll_columns[COLUMNS] = {
    ".1.3.6.1.2.1.2.2.1.7",  ".1.3.6.1.2.1.2.2.1.8",  ".1.3.6.1.2.1.2.2.1.13",
    ".1.3.6.1.2.1.2.2.1.14", ".1.3.6.1.2.1.2.2.1.19", ".1.3.6.1.2.1.2.2.1.20",
    ".1.3.6.1.2.1.31.1.1.1.6", ".1.3.6.1.2.1.31.1.1.1.10"};
static const char *walk_columns[1] = {".1.3.6.1.2.1.2.2"};

struct name { oid parts[MAX_OID_LEN]; size_t size; };
struct device { void *session; int fd; struct name cursor[COLUMNS]; };

static struct name base[COLUMNS];
static int columns, devices, started, running, failed, epoll;
static struct device *device;
static unsigned long cells, sum;

static void start_more(int in_flight);
static int limit;

static void finish(struct device *d, int ok) {
    struct epoll_event none;
    epoll_ctl(epoll, EPOLL_CTL_DEL, d->fd, &none);
    running--;
    failed += !ok;
    start_more(limit);
}

static int received(int event, netsnmp_session *s, int id, netsnmp_pdu *pdu, void *magic);

static void ask(struct device *d) {
    netsnmp_pdu *pdu = snmp_pdu_create(SNMP_MSG_GETBULK);
    pdu->non_repeaters = 0;
    pdu->max_repetitions = columns > 1 ? POLL_REPETITIONS : WALK_REPETITIONS;
    for (int c = 0; c < columns; c++)
        snmp_add_null_var(pdu, d->cursor[c].parts, d->cursor[c].size);
    if (!snmp_sess_async_send(d->session, pdu, received, d)) {
        snmp_free_pdu(pdu);
        finish(d, 0);
    }
}

static int received(int event, netsnmp_session *s, int id, netsnmp_pdu *pdu, void *magic) {
    struct device *d = magic;
    if (event == NETSNMP_CALLBACK_OP_TIMED_OUT) finish(d, 0);
    if (event != NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE || pdu->command != SNMP_MSG_RESPONSE)
        return 1;
    int c = 0, whole = 0, ended = 0;
    netsnmp_variable_list *row[COLUMNS];
    for (netsnmp_variable_list *v = pdu->variables; v; v = v->next_variable) {
        if (v->type == SNMP_ENDOFMIBVIEW || v->name_length <= base[c].size ||
            memcmp(v->name, base[c].parts, base[c].size * sizeof(oid))) {
            ended = 1;
            break;
        }
        if (v->type == ASN_COUNTER64) sum += v->val.counter64->low;
        else if (v->type != ASN_OCTET_STR && v->type != ASN_OBJECT_ID) sum += *v->val.integer;
        row[c] = v;
        if (++c == columns) {
            c = 0;
            whole++;
            for (int k = 0; k < columns; k++) {
                d->cursor[k].size = row[k]->name_length;
                memcpy(d->cursor[k].parts, row[k]->name, row[k]->name_length * sizeof(oid));
            }
        }
    }
    cells += (unsigned long)whole * columns;
    if (ended || !whole) finish(d, 1);
    else ask(d);
    return 1;
}

static void start_more(int in_flight) {
    while (running < in_flight && started < devices) {
        struct device *d = &device[started++];
        memcpy(d->cursor, base, sizeof base);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = d};
        epoll_ctl(epoll, EPOLL_CTL_ADD, d->fd, &event);
        running++;
        ask(d);
    }
}

static u_char sign_key[USM_AUTH_KU_LEN], hide_key[USM_PRIV_KU_LEN];
static size_t sign_size = sizeof sign_key, hide_size = sizeof hide_key;

static void make_keys(void) {
    generate_Ku(usmHMAC192SHA256AuthProtocol, OID_LENGTH(usmHMAC192SHA256AuthProtocol),
                (u_char *)"lab-auth-pass", 13, sign_key, &sign_size);
    generate_Ku(usmHMAC192SHA256AuthProtocol, OID_LENGTH(usmHMAC192SHA256AuthProtocol),
                (u_char *)"lab-priv-pass", 13, hide_key, &hide_size);
}

static void secure(netsnmp_session *wanted) {
    wanted->version = SNMP_VERSION_3;
    wanted->securityName = "noc";
    wanted->securityNameLen = 3;
    wanted->securityLevel = SNMP_SEC_LEVEL_AUTHPRIV;
    wanted->securityAuthProto = usmHMAC192SHA256AuthProtocol;
    wanted->securityAuthProtoLen = OID_LENGTH(usmHMAC192SHA256AuthProtocol);
    wanted->securityPrivProto = usmAESPrivProtocol;
    wanted->securityPrivProtoLen = OID_LENGTH(usmAESPrivProtocol);
    memcpy(wanted->securityAuthKey, sign_key, sign_size);
    wanted->securityAuthKeyLen = sign_size;
    memcpy(wanted->securityPrivKey, hide_key, hide_size);
    wanted->securityPrivKeyLen = hide_size;
}

static double processor_seconds(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return used.ru_utime.tv_sec + used.ru_stime.tv_sec +
           (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

int main(int argc, char **argv) {
    if (argc < 5) return 2;
    int secured = !strcmp(argv[1], "v3poll"), port = atoi(argv[2]);
    int polls = secured || !strcmp(argv[1], "poll");
    devices = atoi(argv[3]);
    limit = atoi(argv[4]);
    columns = polls ? COLUMNS : 1;
    setenv("MIBS", "", 1);
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_PERSIST_STATE, 1);
    init_snmp("bench");
    make_keys();
    for (int c = 0; c < columns; c++) {
        base[c].size = MAX_OID_LEN;
        read_objid((polls ? poll_columns : walk_columns)[c], base[c].parts, &base[c].size);
    }
    device = calloc(devices, sizeof *device);
    epoll = epoll_create1(0);
    for (int n = 0; n < devices; n++) {
        netsnmp_session wanted;
        char peer[64];
        snmp_sess_init(&wanted);
        snprintf(peer, sizeof peer, "udp:127.21.%d.%d:%d", n / 250, n % 250 + 1, port);
        wanted.peername = peer;
        wanted.version = SNMP_VERSION_2c;
        wanted.community = (u_char *)"public";
        wanted.community_len = 6;
        if (secured) secure(&wanted);
        wanted.timeout = 2000000;
        wanted.retries = 2;
        device[n].session = snmp_sess_open(&wanted);
        if (!device[n].session) return 1;
        device[n].fd = snmp_sess_transport(device[n].session)->sock;
    }
    double before = processor_seconds();
    start_more(limit);
    struct epoll_event events[64];
    while (running) {
        int count = epoll_wait(epoll, events, 64, 1000);
        for (int n = 0; n < count; n++) {
            struct device *d = events[n].data.ptr;
            netsnmp_large_fd_set ready;
            netsnmp_large_fd_set_init(&ready, d->fd + 1);
            NETSNMP_LARGE_FD_SET(d->fd, &ready);
            snmp_sess_read2(d->session, &ready);
            netsnmp_large_fd_set_cleanup(&ready);
        }
        if (!count)
            for (int n = 0; n < devices; n++) snmp_sess_timeout(device[n].session);
    }
    printf("{\"cells\": %lu, \"cpu_s\": %.6f, \"failed\": %d}\n", cells,
           processor_seconds() - before, failed);
    return sum == 0;
}
