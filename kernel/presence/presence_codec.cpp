#include "kernel/presence/presence_codec.hpp"

#include <weft/codec.hpp>

#include <nlohmann/json.hpp>

namespace weft {

namespace {

constexpr std::size_t state_bytes_min = 3;  // client, clock and the length of the text

}  // namespace

Result<std::vector<PresenceState>> decode_presence(BytesView bytes, const PresenceLimits& limits) {
    Reader reader(bytes);
    const std::uint64_t count = reader.varuint();
    if (!reader.ok() || count > reader.remaining() / state_bytes_min) {
        return Error::malformed("awareness message claims " + std::to_string(count) + " states");
    }
    if (count > limits.states_per_message) {
        return Error{Code::limit, "awareness message has " + std::to_string(count) + " states", 0};
    }
    std::vector<PresenceState> states;
    states.reserve(count);
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t client = reader.varuint();
        const std::uint64_t clock = reader.varuint();
        const std::string_view json = reader.varstring();
        if (!reader.ok()) {
            return Error::malformed("awareness message ends early");
        }
        if (json.size() > limits.state_bytes) {
            return Error{Code::limit,
                         "awareness state has " + std::to_string(json.size()) + " bytes", 0};
        }
        if (!nlohmann::json::accept(json)) {
            return Error::malformed("awareness state is not JSON");
        }
        states.push_back({client, clock, json});
    }
    return states;
}

Bytes encode_presence_states(const std::vector<PresenceState>& states) {
    Bytes bytes;
    Writer writer(bytes);
    writer.varuint(states.size());
    for (const auto& state : states) {
        writer.varuint(state.client);
        writer.varuint(state.clock);
        writer.varstring(state.json);
    }
    return bytes;
}

}  // namespace weft
