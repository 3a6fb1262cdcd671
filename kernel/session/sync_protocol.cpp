#include "kernel/session/sync_protocol.hpp"

#include <weft/codec.hpp>

#include <string>

namespace weft {

namespace {

constexpr std::uint64_t type_sync = 0;
constexpr std::uint64_t type_presence = 1;
constexpr std::uint64_t type_presence_query = 3;
constexpr std::uint64_t type_saved = 120;

constexpr std::size_t header_bytes_max = 12;

Bytes encode_sync(std::uint64_t step, BytesView payload) {
    Bytes frame;
    frame.reserve(payload.size() + header_bytes_max);
    Writer writer(frame);
    writer.varuint(type_sync);
    writer.varuint(step);
    writer.varbytes(payload);
    return frame;
}

Result<SyncMessage> decode_sync(Reader& reader) {
    const std::uint64_t step = reader.varuint();
    const BytesView payload = reader.varbytes();
    if (!reader.ok()) {
        return Error::malformed("sync message ends early");
    }
    if (step > 2) {
        return Error::malformed("sync step is " + std::to_string(step) + ", not 0, 1 or 2");
    }
    constexpr SyncMessage::Kind kinds[] = {SyncMessage::Kind::step1, SyncMessage::Kind::step2,
                                           SyncMessage::Kind::update};
    return SyncMessage{kinds[step], payload};
}

}  // namespace

Result<SyncMessage> decode_sync_message(BytesView frame) {
    Reader reader(frame);
    const std::uint64_t type = reader.varuint();
    if (!reader.ok()) {
        return Error::malformed("message has no type");
    }
    if (type == type_sync) {
        return decode_sync(reader);
    }
    if (type == type_presence) {
        const BytesView payload = reader.varbytes();
        if (!reader.ok()) {
            return Error::malformed("awareness message ends early");
        }
        return SyncMessage{SyncMessage::Kind::presence, payload};
    }
    if (type == type_presence_query) {
        return SyncMessage{SyncMessage::Kind::presence_query, {}};
    }
    return SyncMessage{SyncMessage::Kind::unknown, {}};
}

Bytes encode_step1(BytesView state_vector) {
    return encode_sync(0, state_vector);
}

Bytes encode_step2(BytesView diff) {
    return encode_sync(1, diff);
}

Bytes encode_update(BytesView update) {
    return encode_sync(2, update);
}

Bytes encode_presence(BytesView states) {
    Bytes frame;
    frame.reserve(states.size() + header_bytes_max);
    Writer writer(frame);
    writer.varuint(type_presence);
    writer.varbytes(states);
    return frame;
}

Bytes encode_presence_query() {
    return {static_cast<std::uint8_t>(type_presence_query)};
}

Bytes encode_saved(std::uint64_t count) {
    Bytes frame;
    Writer writer(frame);
    writer.varuint(type_saved);
    writer.varuint(count);
    return frame;
}

}  // namespace weft
