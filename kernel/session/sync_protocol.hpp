// y-protocols over one WebSocket, one message a frame:
//
//   message   = 0 sync  step:varuint bytes:varbytes      step 0: a state vector ("step 1")
//                                                        step 1: a diff          ("step 2")
//                                                        step 2: an update
//             | 1 awareness  bytes:varbytes              presence states
//             | 2 auth  0 reason:varstring               permission denied, to the client only
//             | 3 query awareness                        asks for all presence states
//             | 120 saved  n:varuint                     ours, to the client only: its first n step 2 and update
//                                                        messages are committed
//
// The framing is the same for every algorithm. A message of an unknown type is ignored; a known one that
// does not parse is refused.
#pragma once

#include <weft/buffer.hpp>
#include <weft/result.hpp>

#include <cstdint>

namespace weft {

struct SyncMessage {
    enum class Kind { step1, step2, update, presence, presence_query, unknown };
    Kind kind = Kind::unknown;
    BytesView payload;  // borrowed from the frame
};

Result<SyncMessage> decode_sync_message(BytesView frame);

Bytes encode_step1(BytesView state_vector);
Bytes encode_step2(BytesView diff);
Bytes encode_update(BytesView update);
Bytes encode_presence(BytesView states);
Bytes encode_presence_query();
Bytes encode_saved(std::uint64_t count);

}  // namespace weft
