// The rules by which presence states are accepted, owned and removed.
#include "kernel/presence/presence.hpp"

#include "tests/support/hex.hpp"
#include "tests/support/yjs_vectors.hpp"

#include <gtest/gtest.h>

namespace weft {
namespace {

using nlohmann::json;

constexpr SessionId session = 1;
constexpr Time start{};

std::vector<PresenceState> states_of(const Presence& presence, bool with_departed) {
    static Bytes encoded;
    encoded = presence.encode_all(with_departed);
    return encoded.empty() ? std::vector<PresenceState>{} : *decode_presence(encoded, {});
}

json shown_states(const Presence& presence) {
    json shown = json::object();
    for (const auto& state : states_of(presence, false)) {
        shown[std::to_string(state.client)] = json::parse(state.json);
    }
    return shown;
}

json shown_clocks(const Presence& presence) {
    json shown = json::object();
    for (const auto& state : states_of(presence, true)) {
        shown[std::to_string(state.client)] = state.clock;
    }
    return shown;
}

TEST(Presence, FollowsTheReceiverRulesOfThePackagesStepByStep) {
    const json vectors = yjs_vectors("awareness");
    const auto rules = std::find_if(vectors.begin(), vectors.end(),
                                    [](const json& v) { return v.contains("steps"); });
    ASSERT_NE(rules, vectors.end());
    Presence presence;
    for (const auto& step : rules->at("steps")) {
        const Bytes payload = from_hex(step.at("payload").get<std::string>());
        const auto states = decode_presence(payload, {});
        ASSERT_TRUE(states.ok());
        presence.accept(session, false, *states, start);
        EXPECT_EQ(presence.has_changes(), !step.at("events").empty()) << step;
        presence.take_changes();
        EXPECT_EQ(shown_states(presence), step.at("states")) << step;
        EXPECT_EQ(shown_clocks(presence), step.at("clocks")) << step;
    }
}

TEST(Presence, StatesAreSentOnAsTheyCame) {
    Presence presence;
    const std::string text = R"({ "b" : 1.50, "a":"Ä" })";
    const PresenceState state{7, 1, text};
    presence.accept(session, true, {&state, 1}, start);
    const Bytes changes = presence.take_changes();
    const auto sent = decode_presence(changes, {});
    ASSERT_TRUE(sent.ok());
    EXPECT_EQ(sent->at(0).json, text);
}

TEST(Presence, OnlyTheOwnerRemovesAState) {
    Presence presence;
    const PresenceState here{7, 1, "{}"};
    const PresenceState gone{7, 1, "null"};
    presence.accept(session, true, {&here, 1}, start);
    presence.accept(session + 1, false, {&gone, 1}, start);
    EXPECT_EQ(presence.live_count(), 1u);
    presence.accept(session, false, {&gone, 1}, start);
    EXPECT_EQ(presence.live_count(), 0u);
}

TEST(Presence, TheFirstMessageOfASessionMovesAStateToIt) {
    Presence presence;
    const PresenceState here{7, 5, "{}"};
    presence.accept(session, true, {&here, 1}, start);
    presence.accept(session + 1, true, {&here, 1}, start);
    presence.leave(session);
    EXPECT_EQ(presence.live_count(), 1u);
    presence.leave(session + 1);
    EXPECT_EQ(presence.live_count(), 0u);
}

TEST(Presence, ALaterMessageWithAKnownClockIsAnEchoAndMovesNothing) {
    Presence presence;
    const PresenceState here{7, 5, "{}"};
    presence.accept(session, true, {&here, 1}, start);
    presence.accept(session + 1, false, {&here, 1}, start);
    presence.leave(session + 1);
    EXPECT_EQ(presence.live_count(), 1u);
}

TEST(Presence, AReturningClientIsGivenTheNextClock) {
    Presence presence;
    const PresenceState here{7, 5, "{}"};
    presence.accept(session, true, {&here, 1}, start);
    presence.leave(session);
    presence.take_changes();
    presence.accept(session + 1, true, {&here, 1}, start);
    const Bytes changes = presence.take_changes();
    EXPECT_EQ(decode_presence(changes, {})->at(0).clock, 6u);
}

TEST(Presence, HoldsNoMoreThanItsBytesPerDocument) {
    Presence presence;
    const std::string large = '"' + std::string(60'000, 'x') + '"';
    for (std::uint64_t client = 1; client <= 1000; ++client) {
        const PresenceState state{client, 1, large};
        presence.accept(session, false, {&state, 1}, start);
    }
    EXPECT_LE(presence.live_count(), presence_bytes_max / large.size());
    EXPECT_EQ(presence.live_count() + presence.ignored_count(), 1000u);
}

TEST(Presence, ForgetsWhoLeftLongAgo) {
    Presence presence;
    const PresenceState here{7, 5, "{}"};
    presence.accept(session, true, {&here, 1}, start);
    presence.leave(session);
    presence.take_changes();
    presence.expire(start + std::chrono::minutes(11));
    EXPECT_TRUE(presence.empty());
}

TEST(PresenceCodec, RefusesWhatIsCutOffTooLargeOrNotJson) {
    const std::string large(70'000, ' ');
    const Bytes valid = encode_presence_states({{1, 2, R"({"a":1})"}});
    for (std::size_t size = 0; size < valid.size(); ++size) {
        EXPECT_FALSE(decode_presence(BytesView(valid).first(size), {}).ok());
    }
    EXPECT_FALSE(decode_presence(Bytes{0xff, 0xff, 0xff, 0x7f, 1, 1, 0}, {}).ok());
    EXPECT_FALSE(decode_presence(encode_presence_states({{1, 2, "{a:1}"}}), {}).ok());
    EXPECT_FALSE(decode_presence(encode_presence_states({{1, 2, large}}), {}).ok());
    EXPECT_FALSE(decode_presence(encode_presence_states({{1, 2, "\"\xff\""}}), {}).ok());
}

TEST(PresenceCodec, DeeplyNestedJsonIsHandledWithoutRecursion) {
    const std::string deep = std::string(30'000, '[') + std::string(30'000, ']');
    EXPECT_TRUE(decode_presence(encode_presence_states({{1, 2, deep}}), {}).ok());
}

}  // namespace
}  // namespace weft
