// Any bytes as presence states: they are refused, or read back after they were written.
#include "fuzz_input.hpp"
#include "kernel/presence/presence_codec.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace weft;
    using fuzz::expect;
    PresenceLimits limits;
    limits.state_bytes = 4096;
    limits.states_per_message = 100;
    const auto states = decode_presence({data, size}, limits);
    if (!states) {
        return 0;
    }
    expect(states->size() <= limits.states_per_message);
    const Bytes written = encode_presence_states(*states);
    const auto again = decode_presence(written, limits);
    expect(again.ok() && again->size() == states->size());
    for (std::size_t i = 0; i < states->size(); ++i) {
        expect((*again)[i].client == (*states)[i].client);
        expect((*again)[i].clock == (*states)[i].clock && (*again)[i].json == (*states)[i].json);
        expect((*states)[i].json.size() <= limits.state_bytes);
    }
    return 0;
}
