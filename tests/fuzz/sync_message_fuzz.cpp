// Any bytes as a frame of y-protocols: it is refused, ignored, or says the same when it is written again.
#include "fuzz_input.hpp"
#include "kernel/session/sync_protocol.hpp"

namespace {

using namespace weft;

Bytes written_again(const SyncMessage& message) {
    switch (message.kind) {
    case SyncMessage::Kind::step1: return encode_step1(message.payload);
    case SyncMessage::Kind::step2: return encode_step2(message.payload);
    case SyncMessage::Kind::update: return encode_update(message.payload);
    case SyncMessage::Kind::presence: return encode_presence(message.payload);
    default: return encode_presence_query();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using fuzz::expect;
    const BytesView frame(data, size);
    const Result<SyncMessage> message = decode_sync_message(frame);
    if (!message || message->kind == SyncMessage::Kind::unknown) {
        return 0;
    }
    const BytesView payload = message->payload;
    expect(payload.empty() ||
           (payload.data() >= data && payload.data() + payload.size() <= data + size));
    const Bytes again = written_again(*message);
    const Result<SyncMessage> read = decode_sync_message(again);
    expect(read.ok() && read->kind == message->kind && equal_bytes(read->payload, payload));
    return 0;
}
