#pragma once

#include <cstdint>
#include <string_view>

#include "wire.hpp"

namespace weft::bench {

/// A stretch of one client's clocks that an update carries. `text` is empty for what is not a string.
struct Run {
    std::uint64_t client = 0;
    std::uint64_t clock = 0;
    std::uint64_t length = 0;
    std::string_view text;
};

/// Text counts UTF-16 code units: one for every character's first byte, and one more above U+FFFF.
inline std::uint64_t utf16_length(std::string_view text) {
    std::uint64_t units = 0;
    for (const char character : text) {
        const auto byte = static_cast<std::uint8_t>(character);
        units += static_cast<std::uint64_t>((byte & 0xc0) != 0x80) +
                 static_cast<std::uint64_t>(byte >= 0xf0);
    }
    return units;
}

namespace update_v1 {

constexpr std::uint8_t has_origin = 0x80, has_right_origin = 0x40, has_parent_sub = 0x20,
                       content_mask = 0x1f;

inline void skip_id(WireReader& reader) {
    reader.uint();
    reader.uint();
}

inline void skip_place(WireReader& reader, std::uint8_t info) {
    if ((info & has_origin) != 0) {
        skip_id(reader);
    }
    if ((info & has_right_origin) != 0) {
        skip_id(reader);
    }
    if ((info & (has_origin | has_right_origin)) != 0) {
        return;
    }
    if (reader.uint() == 1) {
        reader.bytes();
    } else {
        skip_id(reader);
    }
    if ((info & has_parent_sub) != 0) {
        reader.bytes();
    }
}

/// Reads the content and sets the run's length (and text). False for kinds that a document of ours never holds
/// (JSON, Any and subdocuments).
inline bool read_content(WireReader& reader, std::uint8_t kind, Run& run) {
    switch (kind) {
    case 1:  // Deleted
        run.length = reader.uint();
        return true;
    case 4:  // String
        run.text = reader.string();
        run.length = utf16_length(run.text);
        return true;
    case 6:  // Format: key and value
        reader.bytes();
        [[fallthrough]];
    case 3:  // Binary
    case 5:  // Embed
        reader.bytes();
        run.length = 1;
        return true;
    case 7: {  // Type; 3 and 5 have a name
        const auto type = reader.uint();
        if (type == 3 || type == 5) {
            reader.bytes();
        }
        run.length = 1;
        return true;
    }
    default: return false;
    }
}

}  // namespace update_v1

/// Walks a Yjs update v1 and calls `on_run(const Run&)` for every struct that says something (not for Skips), in the
/// order of the bytes. False when the bytes are no update, or hold content that no document of ours has; runs before
/// the damage have been reported by then.
template <typename OnRun>
[[nodiscard]] bool read_update(BytesView update, OnRun&& on_run) {
    constexpr std::uint8_t gc = 0, skip = 10;
    WireReader reader(update);
    for (auto clients = reader.uint(); clients > 0; --clients) {
        auto structs = reader.uint();
        Run run;
        run.client = reader.uint();
        run.clock = reader.uint();
        for (; structs > 0; --structs) {
            const auto info = reader.byte();
            const auto kind = static_cast<std::uint8_t>(info & update_v1::content_mask);
            run.text = {};
            if (kind == gc || kind == skip) {
                run.length = reader.uint();
            } else {
                update_v1::skip_place(reader, info);
                if (!update_v1::read_content(reader, kind, run)) {
                    return false;
                }
            }
            if (reader.failed()) {
                return false;
            }
            if (kind != skip) {
                on_run(static_cast<const Run&>(run));
            }
            run.clock += run.length;
        }
        if (reader.failed()) {
            return false;
        }
    }
    for (auto clients = reader.uint(); clients > 0 && !reader.failed(); --clients) {
        reader.uint();
        for (auto ranges = reader.uint(); ranges > 0 && !reader.failed(); --ranges) {
            update_v1::skip_id(reader);
        }
    }
    return !reader.failed();
}

/// The next clock that a state vector claims for `client`; 0 when it does not name it or is damaged.
inline std::uint64_t clock_in_state_vector(BytesView state_vector, std::uint64_t client) {
    WireReader reader(state_vector);
    for (auto entries = reader.uint(); entries > 0 && !reader.failed(); --entries) {
        const auto named = reader.uint();
        const auto clock = reader.uint();
        if (named == client && !reader.failed()) {
            return clock;
        }
    }
    return 0;
}

}  // namespace weft::bench
