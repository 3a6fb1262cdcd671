// Replicas of the rga plugin in the words of its tests.
#pragma once

#include "rga_crdt.hpp"
#include "support/hex.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace weft::rga {

inline std::string to_hex(BytesView bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (const std::uint8_t byte : bytes) {
        hex += digits[byte >> 4];
        hex += digits[byte & 0xf];
    }
    return hex;
}

struct Outcome {
    Applied applied;
    Bytes effective;
    std::vector<std::uint64_t> actors;
};

inline std::unique_ptr<Replica> replica(std::uint64_t actor = 0, ReplicaOptions options = {}) {
    options.actor = actor;
    return RgaCrdt().create_replica(options);
}

inline Outcome receive(Replica& to, BytesView update) {
    Outcome outcome;
    to.apply({&update, 1}, {&outcome.applied, 1});
    outcome.effective = to_bytes(outcome.applied.effective);
    outcome.actors.assign(outcome.applied.actors.begin(), outcome.applied.actors.end());
    return outcome;
}

inline Bytes edit(Replica& at, const Edit& edit) {
    Bytes update;
    const Result<void> done = at.edit({&edit, 1}, update);
    EXPECT_TRUE(done) << done.error().message;
    return update;
}

inline Bytes insert(Replica& at, std::uint64_t position, std::string_view text) {
    return edit(at, Edit::insert_text("t", position, text));
}

inline Bytes erase(Replica& at, std::uint64_t position, std::uint64_t units) {
    return edit(at, Edit::delete_text("t", position, units));
}

inline std::string text(const Replica& of) {
    const auto text = of.text("t", 0, all_units);
    return text ? *text : "";
}

inline Bytes state(const Replica& of) {
    Bytes out;
    EXPECT_TRUE(of.diff({}, out));
    return out;
}

}  // namespace weft::rga
