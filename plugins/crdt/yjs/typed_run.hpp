// The update that clients send most: one string behind the last unit of its own client, and nothing deleted.
#pragma once

#include "id.hpp"
#include "lib0.hpp"

namespace weft::yjs {

/// Views into the update.
struct TypedRun {
    std::uint64_t client = 0;
    std::uint64_t clock = 0;
    bool has_right_origin = false;
    WireId right_origin;
    BytesView text;  // not checked
};

/// False if the update is anything else, or damaged.
inline bool read_typed_run(BytesView update, TypedRun& run) {
    if (update.size() < 9 || update[0] != 1 || update[1] != 1) {
        return false;
    }
    Reader reader(update.subspan(2));
    run.client = read_varuint(reader);
    run.clock = read_varuint(reader);
    const std::uint8_t info = reader.u8();
    if ((info & ~0x40) != 0x84) {
        return false;
    }
    const WireId origin{read_varuint(reader), read_varuint(reader)};
    run.has_right_origin = (info & 0x40) != 0;
    if (run.has_right_origin) {
        run.right_origin = {read_varuint(reader), read_varuint(reader)};
    }
    run.text = reader.varbytes();
    return reader.u8() == 0 && reader.ok() && reader.at_end() && origin.client == run.client &&
           origin.clock + 1 == run.clock;
}

}  // namespace weft::yjs
