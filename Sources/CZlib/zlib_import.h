#ifndef GHOST_ZLIB_IMPORT_H
#define GHOST_ZLIB_IMPORT_H

#include <zlib.h>

// inflateInit2 is a macro that passes the library's version and the structure's size, which Swift cannot call.
// 15 + 16: the largest window, gzip framing.
static inline int ghost_inflate_begin(z_stream *stream) { return inflateInit2(stream, 15 + 16); }

// The same framing for writing; 8 is the usual memory level.
static inline int ghost_deflate_begin(z_stream *stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}

#endif
