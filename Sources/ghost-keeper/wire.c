#include "wire.h"

#include <stdlib.h>
#include <string.h>

bool bytes_append(struct bytes *bytes, const void *data, size_t length) {
    if (length == 0) return true;
    if (bytes->length + length > bytes->capacity) {
        size_t capacity = bytes->capacity ? bytes->capacity : 256;
        while (capacity < bytes->length + length) capacity *= 2;
        uint8_t *grown = realloc(bytes->data, capacity);
        if (!grown) return false;
        bytes->data = grown;
        bytes->capacity = capacity;
    }
    memcpy(bytes->data + bytes->length, data, length);
    bytes->length += length;
    return true;
}

void bytes_drop(struct bytes *bytes, size_t length) {
    if (length >= bytes->length) {
        bytes->length = 0;
        // What one large frame needed is not held for ever.
        if (bytes->capacity > 1 << 16) bytes_free(bytes);
        return;
    }
    memmove(bytes->data, bytes->data + length, bytes->length - length);
    bytes->length -= length;
}

void bytes_free(struct bytes *bytes) {
    free(bytes->data);
    *bytes = (struct bytes){0};
}

static void append(struct frame_writer *writer, const void *data, size_t length) {
    if (!writer->failed && !bytes_append(&writer->bytes, data, length)) writer->failed = true;
}

static void append_number(struct frame_writer *writer, uint64_t value, size_t width) {
    uint8_t octets[8];
    for (size_t i = 0; i < width; i++) octets[i] = (uint8_t)(value >> (8 * i));
    append(writer, octets, width);
}

void write_u8(struct frame_writer *writer, uint8_t value) { append_number(writer, value, 1); }
void write_u32(struct frame_writer *writer, uint32_t value) { append_number(writer, value, 4); }
void write_u64(struct frame_writer *writer, uint64_t value) { append_number(writer, value, 8); }
void write_text(struct frame_writer *writer, const char *text) { write_blob(writer, text, strlen(text)); }

void write_blob(struct frame_writer *writer, const void *data, size_t length) {
    write_u32(writer, (uint32_t)length);
    append(writer, data, length);
}

static const uint8_t *take(struct frame_reader *reader, size_t length) {
    if (reader->failed || reader->length - reader->position < length) {
        reader->failed = true;
        return NULL;
    }
    const uint8_t *data = reader->data + reader->position;
    reader->position += length;
    return data;
}

static uint64_t take_number(struct frame_reader *reader, size_t width) {
    const uint8_t *octets = take(reader, width);
    uint64_t value = 0;
    if (octets) {
        for (size_t i = 0; i < width; i++) value |= (uint64_t)octets[i] << (8 * i);
    }
    return value;
}

uint8_t read_u8(struct frame_reader *reader) { return (uint8_t)take_number(reader, 1); }
uint32_t read_u32(struct frame_reader *reader) { return (uint32_t)take_number(reader, 4); }
uint64_t read_u64(struct frame_reader *reader) { return take_number(reader, 8); }

char *read_text(struct frame_reader *reader) {
    size_t length = read_u32(reader);
    const uint8_t *data = take(reader, length);
    char *text = malloc(data ? length + 1 : 1);
    if (!text || (data && memchr(data, 0, length))) {
        reader->failed = true;
        if (text) text[0] = 0;
        return text;
    }
    if (data) memcpy(text, data, length);
    text[data ? length : 0] = 0;
    return text;
}

uint8_t *read_blob(struct frame_reader *reader, size_t *length) {
    size_t count = read_u32(reader);
    const uint8_t *data = take(reader, count);
    *length = 0;
    if (!data || count == 0) return NULL;
    uint8_t *copy = malloc(count);
    if (!copy) {
        reader->failed = true;
        return NULL;
    }
    memcpy(copy, data, count);
    *length = count;
    return copy;
}
