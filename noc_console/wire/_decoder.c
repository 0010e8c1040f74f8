/* The hot half of the SNMP decoder, compiled: the functions of pure.py, same values, same refusals.
 *
 * Every tag and length is checked against the end of its parent before a byte behind it is read.
 * What is wrong raises noc_console.wire.ber.Malformed. Limited API of CPython 3.11: one binary for
 * all later ones. `make decoder` builds it; everything works without.
 */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <stdint.h>
#include <string.h>

enum {
    INTEGER = 0x02, BITS = 0x03, OCTETS = 0x04, NIL = 0x05, OID = 0x06, SEQUENCE = 0x30,
    IP = 0x40, COUNTER32 = 0x41, GAUGE32 = 0x42, TIMETICKS = 0x43, OPAQUE = 0x44, NSAP = 0x45,
    COUNTER64 = 0x46, UINTEGER32 = 0x47, NO_SUCH_OBJECT = 0x80, NO_SUCH_INSTANCE = 0x81,
    END_OF_MIB = 0x82, RESPONSE = 0xA2, INFORM = 0xA6, TRAP_V2 = 0xA7,
    MAX_INDEX = 40, MAX_NAME = 110, MAX_COLUMNS = 256
};
#define MAX_ARC 0xFFFFFFFFu

typedef struct { const uint8_t *at, *end; } span; /* octets from `at` up to, not including, `end` */

/* Names as text, remembered: a network has the same ones again and again, and a text met before
 * costs neither memory nor time. A name has one place; another that falls there takes it over. */
enum { PLACES = 8192, REMEMBERED = 31 };
typedef struct { uint8_t size, name[REMEMBERED]; PyObject *text; } known_name;
typedef struct { PyObject *malformed; known_name *known; } state;

static Py_ssize_t size_of(span s) { return s.end - s.at; }

static PyObject *malformed(PyObject *module, const char *why) {
    PyErr_SetString(((state *)PyModule_GetState(module))->malformed, why);
    return NULL;
}

/* ── reading ── */

/* The next TLV of `from`, which moves behind it: its tag, or -1. `ber.header`. */
static int next(span *from, span *content) {
    const uint8_t *at = from->at;
    if (from->end - at < 2) return -1;
    int tag = at[0];
    size_t n = at[1];
    at += 2;
    if (n > 127) {
        size_t octets = n & 127;
        if (octets < 1 || octets > 4 || (size_t)(from->end - at) < octets) return -1;
        for (n = 0; octets; octets--) n = n << 8 | *at++;
    }
    if ((size_t)(from->end - at) < n) return -1;
    content->at = at;
    content->end = from->at = at + n;
    return tag;
}

/* One varbind: the tag of its value, or -1. */
static int next_varbind(span *from, span *name, span *content) {
    span both;
    if (next(from, &both) != SEQUENCE || next(&both, name) != OID) return -1;
    int tag = next(&both, content);
    return both.at == both.end ? tag : -1;
}

static uint64_t unsigned_of(span s) {
    uint64_t n = 0;
    while (s.at < s.end) n = n << 8 | *s.at++;
    return n;
}

static int64_t signed_of(span s) {
    uint64_t n = s.at < s.end && *s.at > 127 ? ~(uint64_t)0 : 0;
    while (s.at < s.end) n = n << 8 | *s.at++;
    return (int64_t)n;
}

static int is_exception(int tag) { return tag >= NO_SUCH_OBJECT && tag <= END_OF_MIB; }

static int is_number(int tag) {
    return tag == INTEGER || (tag >= COUNTER32 && tag <= TIMETICKS) || tag == COUNTER64 ||
           tag == UINTEGER32;
}

/* ── object identifiers ── */

/* The next arc, at most `most`; 0 when it is cut short or larger. */
static int next_arc(span *from, uint64_t most, uint64_t *arc) {
    uint64_t n = 0;
    while (from->at < from->end) {
        uint8_t octet = *from->at++;
        n = n << 7 | (octet & 127);
        if (n > most) return 0;
        if (octet < 128) {
            *arc = n;
            return 1;
        }
    }
    return 0;
}

/* `oid.parts` would not raise. The first arc holds two: 40 · x + y, and x is at most 2. */
static int is_oid(span s) {
    uint64_t arc, most = (uint64_t)MAX_ARC + 80;
    for (; s.at < s.end; most = MAX_ARC)
        if (!next_arc(&s, most, &arc)) return 0;
    return 1;
}

static int is_ascii(span s) {
    while (s.at < s.end)
        if (*s.at++ > 127) return 0;
    return 1;
}

static int compare_octets(span a, span b) {
    Py_ssize_t x = size_of(a), y = size_of(b);
    int order = memcmp(a.at, b.at, x < y ? x : y);
    return order ? order : (x > y) - (x < y);
}

/* `oid.is_after`: later in a walk; never for what is no OID. */
static int is_after(span name, span other) {
    if (is_ascii(name) && is_ascii(other)) return compare_octets(name, other) > 0;
    if (!is_oid(name) || !is_oid(other)) return 0;
    /* oid.parts reads no octets at all as 0.0, whose one octet is 0. */
    static const uint8_t zero = 0;
    if (name.at == name.end) name = (span){&zero, &zero + 1};
    if (other.at == other.end) other = (span){&zero, &zero + 1};
    while (name.at < name.end && other.at < other.end) {
        uint64_t a = 0, b = 0, most = (uint64_t)MAX_ARC + 80;
        next_arc(&name, most, &a);
        next_arc(&other, most, &b);
        if (a != b) return a > b;
    }
    return name.at < name.end;
}

static char *put_number(char *to, uint64_t n) {
    char digits[20];
    int count = 0;
    do digits[count++] = (char)('0' + n % 10);
    while (n /= 10);
    while (count) *to++ = digits[--count];
    return to;
}

/* The dotted text; NULL when it is no OID, with or without an error of Python's. */
static PyObject *oid_text(span s) {
    char small[640], *text = small, *to;
    if (s.at == s.end) return PyUnicode_FromStringAndSize("0.0", 3);
    Py_ssize_t room = 4 * size_of(s) + 8; /* an octet adds at most three digits and a dot */
    if (room > (Py_ssize_t)sizeof small && !(text = PyMem_Malloc(room))) return PyErr_NoMemory();
    uint64_t arc, first;
    PyObject *found = NULL;
    int sound = next_arc(&s, (uint64_t)MAX_ARC + 80, &arc);
    if (sound) {
        first = arc / 40 < 2 ? arc / 40 : 2;
        to = put_number(text, first);
        *to++ = '.';
        to = put_number(to, arc - 40 * first);
        while (s.at < s.end && (sound = next_arc(&s, MAX_ARC, &arc))) {
            *to++ = '.';
            to = put_number(to, arc);
        }
        if (sound) found = PyUnicode_FromStringAndSize(text, to - text);
    }
    if (text != small) PyMem_Free(text);
    return found;
}

/* `oid_text` by way of what is remembered. */
static PyObject *name_text(PyObject *module, span s) {
    Py_ssize_t size = size_of(s);
    if (size < 1 || size > REMEMBERED) return oid_text(s);
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (const uint8_t *at = s.at; at < s.end; at++) hash = (hash ^ *at) * 16777619u;
    known_name *known = ((state *)PyModule_GetState(module))->known + (hash ^ hash >> 16) % PLACES;
    if (known->size != size || memcmp(known->name, s.at, size)) {
        PyObject *text = oid_text(s);
        if (!text) return NULL;
        Py_XDECREF(known->text);
        known->text = text;
        known->size = (uint8_t)size;
        memcpy(known->name, s.at, size);
    }
    Py_INCREF(known->text);
    return known->text;
}

/* ── values ── */

static PyObject *none(void) {
    Py_INCREF(Py_None);
    return Py_None;
}

static PyObject *octets(span s) {
    return PyBytes_FromStringAndSize((const char *)s.at, size_of(s));
}

/* `snmp.value`; NULL without an error of Python's when the octets mean nothing. */
static PyObject *value(int tag, span s) {
    Py_ssize_t n = size_of(s);
    char text[16], *to = text;
    switch (tag) {
    case INTEGER:
        return n < 1 || n > 8 ? NULL : PyLong_FromLongLong(signed_of(s));
    case COUNTER32: case GAUGE32: case TIMETICKS: case UINTEGER32:
        if (n < 1 || n > 5 || (n == 5 && *s.at)) return NULL;
        return PyLong_FromUnsignedLongLong(unsigned_of(s));
    case COUNTER64:
        if (n < 1 || n > 9 || (n == 9 && *s.at)) return NULL;
        return PyLong_FromUnsignedLongLong(unsigned_of(s));
    case OCTETS: case OPAQUE: case BITS: case NSAP:
        return octets(s);
    case OID:
        return oid_text(s);
    case IP:
        if (n != 4) return NULL;
        for (; s.at < s.end; *to++ = '.') to = put_number(to, *s.at++);
        return PyUnicode_FromStringAndSize(text, to - text - 1);
    case NIL: case NO_SUCH_OBJECT: case NO_SUCH_INSTANCE: case END_OF_MIB:
        return none();
    }
    return NULL;
}

/* ── what Python calls ── */

static int add(PyObject *list, PyObject *item) { /* takes the reference over */
    if (!item) return -1;
    int failed = PyList_Append(list, item);
    Py_DECREF(item);
    return failed;
}

static PyObject *pair(PyObject *a, PyObject *b) { /* takes both over */
    PyObject *both = a && b ? PyTuple_New(2) : NULL;
    if (!both) {
        Py_XDECREF(a);
        Py_XDECREF(b);
        return NULL;
    }
    PyTuple_SetItem(both, 0, a);
    PyTuple_SetItem(both, 1, b);
    return both;
}

static int bytes_span(PyObject *object, span *s) {
    char *at;
    Py_ssize_t n;
    if (PyBytes_AsStringAndSize(object, &at, &n)) return -1;
    s->at = (const uint8_t *)at;
    s->end = s->at + n;
    return 0;
}

/* data, pos, end */
static int window(PyObject *module, PyObject *const *args, span *s) {
    span whole;
    if (bytes_span(args[0], &whole)) return -1;
    Py_ssize_t pos = PyLong_AsSsize_t(args[1]), end = PyLong_AsSsize_t(args[2]);
    if ((pos == -1 || end == -1) && PyErr_Occurred()) return -1;
    if (pos < 0 || pos > end || end > size_of(whole)) {
        malformed(module, "outside of the datagram");
        return -1;
    }
    s->at = whole.at + pos;
    s->end = whole.at + end;
    return 0;
}

static int has(Py_ssize_t count, Py_ssize_t wanted) {
    if (count == wanted) return 1;
    PyErr_Format(PyExc_TypeError, "%zd arguments where %zd belong", count, wanted);
    return 0;
}

static PyObject *parse_varbinds(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    span list, name, content;
    if (!has(count, 3) || window(module, args, &list)) return NULL;
    PyObject *found = PyList_New(0);
    while (found && list.at < list.end) {
        int tag = next_varbind(&list, &name, &content);
        if (tag < 0) {
            malformed(module, "no varbind, or longer than its parent");
            break;
        }
        PyObject *item = PyTuple_New(3);
        if (!item) break;
        PyTuple_SetItem(item, 0, octets(name));
        PyTuple_SetItem(item, 1, PyLong_FromLong(tag));
        PyTuple_SetItem(item, 2, octets(content));
        if (PyErr_Occurred()) {
            Py_DECREF(item);
            break;
        }
        if (add(found, item)) break;
    }
    if (PyErr_Occurred()) Py_CLEAR(found);
    return found;
}

/* The varbind of a plain row: its value, or a tag of -1. The index is taken over from the first. */
static int plain(span *from, span column, span *index, int is_first, span *content) {
    const uint8_t *at = from->at;
    Py_ssize_t left = from->end - at, wide = size_of(column);
    if (left < 6 || at[0] != SEQUENCE || at[1] > 127 || at[2] != OID) return -1;
    Py_ssize_t whole = at[1], size = at[3], rest = size - wide;
    if (left < 2 + whole || size > MAX_NAME || rest < 1 || rest > MAX_INDEX || whole < size + 4)
        return -1;
    if (memcmp(at + 4, column.at, wide)) return -1;
    span found = {at + 4 + wide, at + 4 + size};
    if (is_first) {
        if (found.end[-1] > 127) return -1;
        *index = found;
    } else if (rest != size_of(*index) || memcmp(found.at, index->at, rest)) {
        return -1;
    }
    int tag = found.end[0];
    Py_ssize_t n = found.end[1];
    if (n > 127 || whole != size + 4 + n) return -1;
    content->at = found.end + 2;
    content->end = from->at = content->at + n;
    if (tag == INTEGER) return n >= 1 && n <= 4 ? tag : -1;
    if (tag == COUNTER64) {
        return n >= 1 && (n <= 8 || (n == 9 && !*content->at)) ? tag : -1;
    }
    if (!is_number(tag)) return -1;
    return n >= 1 && (n <= 4 || (n == 5 && !*content->at)) ? tag : -1;
}

/* Whether a row's index comes after that of the row before, in the column. */
static int ascends(span column, span index, span before) {
    if (is_ascii(index) && is_ascii(before) && is_ascii(column))
        return compare_octets(index, before) > 0;
    uint8_t a[2 * MAX_NAME], b[2 * MAX_NAME];
    Py_ssize_t wide = size_of(column);
    memcpy(a, column.at, wide);
    memcpy(b, column.at, wide);
    memcpy(a + wide, index.at, size_of(index));
    memcpy(b + wide, before.at, size_of(before));
    return is_after((span){a, a + wide + size_of(index)}, (span){b, b + wide + size_of(before)});
}

static PyObject *number(int tag, span content) {
    return tag == INTEGER ? PyLong_FromLongLong(signed_of(content))
                          : PyLong_FromUnsignedLongLong(unsigned_of(content));
}

/* Whole rows into two lists; where they end, or NULL with an error. */
static const uint8_t *take_rows(span *columns, Py_ssize_t width, span list, PyObject *indexes,
                                PyObject *numbers) {
    span before = {NULL, NULL}, index = {NULL, NULL}, contents[MAX_COLUMNS];
    int tags[MAX_COLUMNS];
    Py_ssize_t widest = 0;
    for (Py_ssize_t n = 0; n < width; n++)
        if (size_of(columns[n]) > widest) widest = size_of(columns[n]);
    for (;;) {
        span row = list;
        for (Py_ssize_t n = 0; n < width; n++) {
            tags[n] = plain(&row, columns[n], &index, n == 0, &contents[n]);
            if (tags[n] < 0 || widest + size_of(index) > MAX_NAME) return list.at;
        }
        if (before.at && !ascends(columns[0], index, before)) return list.at;
        for (Py_ssize_t n = 0; n < width; n++)
            if (add(numbers, number(tags[n], contents[n]))) return NULL;
        if (add(indexes, octets(index))) return NULL;
        before = index;
        list.at = row.at;
    }
}

static PyObject *rows(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    span list, columns[MAX_COLUMNS];
    if (!has(count, 4) || window(module, args + 1, &list)) return NULL;
    Py_ssize_t width = PyTuple_Size(args[0]);
    if (width < 0) return NULL;
    if (width < 1 || width > MAX_COLUMNS) {
        PyErr_SetString(PyExc_ValueError, "between 1 and 256 columns");
        return NULL;
    }
    for (Py_ssize_t n = 0; n < width; n++)
        if (bytes_span(PyTuple_GetItem(args[0], n), &columns[n])) return NULL;
    const uint8_t *began = list.at, *rest = NULL;
    PyObject *indexes = PyList_New(0), *numbers = PyList_New(0), *found = NULL;
    if (indexes && numbers) rest = take_rows(columns, width, list, indexes, numbers);
    if (rest && (found = PyTuple_New(3))) {
        Py_ssize_t at = PyLong_AsSsize_t(args[2]) + (rest - began);
        PyTuple_SetItem(found, 0, indexes);
        PyTuple_SetItem(found, 1, numbers);
        PyTuple_SetItem(found, 2, PyLong_FromSsize_t(at));
        return found;
    }
    Py_XDECREF(indexes);
    Py_XDECREF(numbers);
    return NULL;
}

static int starts_with(span s, span prefix) {
    return size_of(s) > size_of(prefix) && !memcmp(s.at, prefix.at, size_of(prefix));
}

static PyObject *walked(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    span root, after, list, name, content;
    if (!has(count, 5) || bytes_span(args[0], &root) || bytes_span(args[1], &after)) return NULL;
    if (window(module, args + 2, &list)) return NULL;
    const uint8_t *began = list.at;
    Py_ssize_t bad = 0;
    PyObject *found = PyList_New(0);
    if (!found) return NULL;
    while (list.at < list.end) {
        span here = list;
        int tag = next_varbind(&here, &name, &content);
        if (tag < 0) {
            Py_DECREF(found);
            return malformed(module, "no varbind, or longer than its parent");
        }
        if (is_exception(tag) || !starts_with(name, root) || !is_after(name, after)) break;
        PyObject *text = name_text(module, name);
        PyObject *item = text ? value(tag, content) : NULL;
        if (PyErr_Occurred()) {
            Py_XDECREF(text);
            break;
        }
        if (!item) {
            Py_XDECREF(text);
            bad++;
        } else if (add(found, pair(text, item))) {
            break;
        }
        after = name;
        list = here;
    }
    if (PyErr_Occurred()) {
        Py_DECREF(found);
        return NULL;
    }
    Py_ssize_t rest = PyLong_AsSsize_t(args[3]) + (list.at - began);
    return Py_BuildValue("(Ny#nn)", found, (const char *)after.at, size_of(after), rest, bad);
}

/* An INTEGER of one to four octets. */
static int next_integer(span *from, int64_t *found) {
    span content;
    if (next(from, &content) != INTEGER || size_of(content) < 1 || size_of(content) > 4) return 0;
    *found = signed_of(content);
    return 1;
}

/* `snmp.peek`: the id an answer claims, without checking more than its own place. */
static PyObject *peek(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    span data;
    if (!has(count, 1) || bytes_span(args[0], &data)) return NULL;
    const uint8_t *at = data.at;
    size_t size = (size_t)size_of(data), pos;
#define NEED(n) if (size < (n)) return malformed(module, "cut short")
    NEED(2);
    pos = at[1] < 128 ? 2 : 2 + (at[1] & 127);
    NEED(pos + 3);
    if (at[0] != SEQUENCE || at[pos] != INTEGER || at[pos + 1] != 1)
        return malformed(module, "no SNMP message");
    uint8_t version = at[pos + 2];
    pos += 3;
    NEED(pos + 2);
    if (version != 3) {
        if (at[pos] != OCTETS || at[pos + 1] > 127) return malformed(module, "no community");
        pos += 2 + at[pos + 1];
        NEED(pos + 2);
    }
    pos += at[pos + 1] < 128 ? 2 : 2 + (at[pos + 1] & 127);
    NEED(pos + 2);
    size_t n = at[pos + 1];
    if (at[pos] != INTEGER || n < 1 || n > 4) return malformed(module, "no id");
    NEED(pos + 2 + n);
#undef NEED
    return PyLong_FromLongLong(signed_of((span){at + pos + 2, at + pos + 2 + n}));
}

/* `snmp.open_answer`: error status, error index, and where the varbinds begin. */
static PyObject *open_answer(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    span data, head, message, version, community, pdu, list;
    int64_t request_id, status, index;
    if (!has(count, 3) || bytes_span(args[0], &data) || bytes_span(args[1], &head)) return NULL;
    long long wanted = PyLong_AsLongLong(args[2]);
    if (wanted == -1 && PyErr_Occurred()) return NULL;
    const uint8_t *began = data.at;
    if (next(&data, &message) != SEQUENCE || data.at != data.end)
        return malformed(module, "no SNMP message, or not as long");
    if (size_of(head) < 3 || size_of(message) < 3 || memcmp(message.at, head.at, 3))
        return malformed(module, "answered in another version");
    if (next(&message, &version) != INTEGER || next(&message, &community) != OCTETS)
        return malformed(module, "no community");
    if (next(&message, &pdu) != RESPONSE || message.at != message.end)
        return malformed(module, "no answer, or not as long");
    if (!next_integer(&pdu, &request_id) || request_id != wanted)
        return malformed(module, "not the answer to our question");
    if (!next_integer(&pdu, &status) || !next_integer(&pdu, &index) ||
        next(&pdu, &list) != SEQUENCE || pdu.at != pdu.end)
        return malformed(module, "not what belongs into a PDU");
    return Py_BuildValue("(LLn)", (long long)status, (long long)index,
                         (Py_ssize_t)(list.at - began));
}

/* ── notifications ── */

static const uint8_t UPTIME[] = {43, 6, 1, 2, 1, 1, 3, 0};
static const uint8_t TRAP_OID[] = {43, 6, 1, 6, 3, 1, 1, 4, 1, 0};

static int is_name(span name, const uint8_t *wanted, Py_ssize_t size) {
    return size_of(name) == size && !memcmp(name.at, wanted, size);
}

/* What follows the first two varbinds, as a tuple of pairs. */
static PyObject *others(PyObject *module, span list) {
    span name, content;
    PyObject *found = PyList_New(0);
    while (found && list.at < list.end) {
        int tag = next_varbind(&list, &name, &content);
        PyObject *text = tag < 0 ? NULL : name_text(module, name);
        if (!text) {
            if (!PyErr_Occurred()) malformed(module, "a varbind that is none");
            break;
        }
        PyObject *item = value(tag, content);
        if (!item && !PyErr_Occurred()) item = octets(content);
        if (add(found, pair(text, item))) break;
    }
    PyObject *all = PyErr_Occurred() || !found ? NULL : PyList_AsTuple(found);
    Py_XDECREF(found);
    return all;
}

static PyObject *notification(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    span data, pdu, list, name, content;
    int64_t request_id, status, index;
    if (!has(count, 3) || window(module, args, &data)) return NULL;
    int kind = next(&data, &pdu);
    if (kind < 0 || data.at != data.end) return malformed(module, "no PDU, or not as long");
    if (!next_integer(&pdu, &request_id) || !next_integer(&pdu, &status) ||
        !next_integer(&pdu, &index) || next(&pdu, &list) != SEQUENCE || pdu.at != pdu.end)
        return malformed(module, "not what belongs into a PDU");
    if (kind != TRAP_V2 && kind != INFORM) return malformed(module, "no notification");
    int tag = next_varbind(&list, &name, &content);
    if (tag < 0 || !is_number(tag) || !is_name(name, UPTIME, sizeof UPTIME))
        return malformed(module, "a notification without a time");
    PyObject *uptime = value(tag, content);
    if (!uptime) return PyErr_Occurred() ? NULL : malformed(module, "a time that is none");
    PyObject *rest = NULL, *text = NULL;
    if (next_varbind(&list, &name, &content) != OID || !is_name(name, TRAP_OID, sizeof TRAP_OID))
        malformed(module, "a notification without a name");
    else if (!(text = name_text(module, content)) && !PyErr_Occurred())
        malformed(module, "a notification whose name is none");
    else if (text)
        rest = others(module, list);
    if (!rest) {
        Py_DECREF(uptime);
        Py_XDECREF(text);
        return NULL;
    }
    return Py_BuildValue("(iLNNN)", kind, (long long)request_id, uptime, text, rest);
}

/* ── the module ── */

static PyMethodDef methods[] = {
    {"parse_varbinds", (PyCFunction)(void (*)(void))parse_varbinds, METH_FASTCALL, NULL},
    {"rows", (PyCFunction)(void (*)(void))rows, METH_FASTCALL, NULL},
    {"walked", (PyCFunction)(void (*)(void))walked, METH_FASTCALL, NULL},
    {"peek", (PyCFunction)(void (*)(void))peek, METH_FASTCALL, NULL},
    {"open_answer", (PyCFunction)(void (*)(void))open_answer, METH_FASTCALL, NULL},
    {"notification", (PyCFunction)(void (*)(void))notification, METH_FASTCALL, NULL},
    {NULL, NULL, 0, NULL},
};

static int start(PyObject *module) {
    state *its = PyModule_GetState(module);
    PyObject *ber = PyImport_ImportModule("noc_console.wire.ber");
    if (!ber) return -1;
    its->malformed = PyObject_GetAttrString(ber, "Malformed");
    its->known = PyMem_Calloc(PLACES, sizeof *its->known);
    if (!its->known) PyErr_NoMemory();
    Py_DECREF(ber);
    return PyErr_Occurred() ? -1 : 0;
}

static int traverse(PyObject *module, visitproc visit, void *arg) {
    Py_VISIT(((state *)PyModule_GetState(module))->malformed);
    return 0;
}

static int clear(PyObject *module) {
    Py_CLEAR(((state *)PyModule_GetState(module))->malformed);
    return 0;
}

static void release(void *module) {
    state *its = PyModule_GetState(module);
    clear(module);
    for (int n = 0; its->known && n < PLACES; n++) Py_XDECREF(its->known[n].text);
    PyMem_Free(its->known);
    its->known = NULL;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, start}, {0, NULL}};
static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_decoder", "See noc_console.wire.pure.", sizeof(state), methods,
    slots, traverse, clear, release,
};

PyMODINIT_FUNC PyInit__decoder(void) { return PyModuleDef_Init(&definition); }
