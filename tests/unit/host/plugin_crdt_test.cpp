// A crdt through the C boundary and back: every field arrives, in both directions, and no exception passes.
#include "host/linked_plugin.hpp"

#include <algorithm>
#include <stdexcept>

namespace weft {
namespace {

ReplicaOptions last_options;

/// Answers by the first letter of an update; `echo` stands for what a call was given.
class EchoReplica final : public Replica {
public:
    void apply(std::span<const BytesView> updates, std::span<Applied> applied) override {
        for (std::size_t i = 0; i < updates.size(); ++i) {
            const std::string_view text = as_text(updates[i]);
            if (text == "throw") {
                throw std::runtime_error("apply broke");
            }
            if (text == "bad") {
                applied[i] = {Code::corrupt,
                              "a refusal that is longer than any short string",
                              {},
                              false,
                              false,
                              false,
                              false,
                              0};
            } else if (text == "all") {
                applied[i] = {Code::ok, "", updates[i], true, true, true, true, 77};
            } else {
                applied[i].effective = updates[i].first(1);
            }
        }
    }
    Result<void> load(std::span<const BytesView> updates) override {
        loaded_ = updates.size();
        return loaded_ == 0 ? Result<void>(Error{Code::missing, "nothing to load", 250})
                            : Result<void>();
    }
    void state_vector(Bytes& out) const override {
        out.push_back(static_cast<std::uint8_t>(loaded_));
    }
    Result<void> diff(BytesView state_vector, Bytes& out) const override {
        if (as_text(state_vector) == "bad") {
            return Error::malformed("no state vector");
        }
        out.insert(out.end(), state_vector.begin(), state_vector.end());
        out.resize(out.size() + 100'000, 7);
        return {};
    }
    Result<std::string> text(std::string_view root, std::uint64_t position,
                             std::uint64_t units) const override {
        if (root == "none") {
            return Error{Code::not_found, "no root `none`", 0};
        }
        return std::string(root) + " " + std::to_string(position) + " " + std::to_string(units);
    }
    Result<std::string> json(std::string_view root) const override {
        return "{\"" + std::string(root) + "\":1}";
    }
    std::vector<RootInfo> roots() const override { return {{"body", "text"}, {"", "map"}}; }
    Result<void> edit(std::string_view root, std::span<const TextEdit> edits, Bytes& out) override {
        std::string text(root);
        for (const TextEdit& edit : edits) {
            text += "|" + std::to_string(edit.position) + "," + std::to_string(edit.delete_units) +
                    "," + edit.insert;
        }
        const auto view = as_bytes(text);
        out.insert(out.end(), view.begin(), view.end());
        return {};
    }
    Digest digest() const override {
        Digest digest;
        digest.fill(9);
        return digest;
    }
    std::uint64_t memory_bytes() const override { return std::uint64_t{1} << 40; }

private:
    std::size_t loaded_ = 0;
};

class EchoCrdt final : public Crdt {
public:
    static constexpr About about{"echo", "1.0.0", "Answers what it was asked", "MIT"};

    std::unique_ptr<Replica> create_replica(const ReplicaOptions& options) const override {
        last_options = options;
        return std::make_unique<EchoReplica>();
    }
    Result<void> merge(std::span<const BytesView> updates, Bytes& out) const override {
        for (const BytesView update : updates) {
            out.insert(out.end(), update.begin(), update.end());
        }
        return {};
    }
    Result<void> check(BytesView update) const override {
        return update.empty() ? Result<void>(Error::malformed("an update has at least one byte"))
                              : Result<void>();
    }
    Result<bool> overlaps(BytesView update, BytesView state_vector) const override {
        if (update.empty()) {
            throw std::bad_alloc();
        }
        return equal_bytes(update, state_vector);
    }
};

class CrdtBoundary : public testing::Test {
protected:
    Linked<EchoCrdt> plugin;
    std::unique_ptr<Replica> replica = plugin->crdt()->create_replica({1, 2, 3});
};

TEST_F(CrdtBoundary, AReplicaIsMadeWithTheOptionsThatTheKernelGave) {
    ASSERT_NE(replica, nullptr);
    EXPECT_EQ(last_options.actor, 1u);
    EXPECT_EQ(last_options.max_bytes, 2u);
    EXPECT_EQ(last_options.max_parked_bytes, 3u);
}

TEST_F(CrdtBoundary, EveryFieldOfWhatBecameOfAnUpdateArrives) {
    const std::array updates{as_bytes("all"), as_bytes("bad"), as_bytes("some")};
    std::array<Applied, 3> applied;
    applied[2].message = "left over from an earlier call";
    replica->apply(updates, applied);

    EXPECT_EQ(applied[0].code, Code::ok);
    EXPECT_EQ(applied[0].effective.data(), updates[0].data());
    EXPECT_EQ(applied[0].effective.size(), 3u);
    EXPECT_TRUE(applied[0].verbatim && applied[0].parked && applied[0].released &&
                applied[0].parked_dropped);
    EXPECT_EQ(applied[0].parked_bytes, 77u);

    EXPECT_EQ(applied[1].code, Code::corrupt);
    EXPECT_EQ(applied[1].message, "a refusal that is longer than any short string");
    EXPECT_TRUE(applied[1].effective.empty());

    EXPECT_EQ(as_text(applied[2].effective), "s");
    EXPECT_FALSE(applied[2].verbatim || applied[2].parked || applied[2].released ||
                 applied[2].parked_dropped);
    EXPECT_EQ(applied[2].message, "");
}

TEST_F(CrdtBoundary, ManyUpdatesGoThroughOneCall) {
    const std::vector<BytesView> updates(1000, as_bytes("bad"));
    std::vector<Applied> applied(updates.size());
    replica->apply(updates, applied);
    EXPECT_TRUE(std::ranges::all_of(applied, [](const Applied& one) {
        return one.code == Code::corrupt &&
               one.message == "a refusal that is longer than any short string";
    }));
}

TEST_F(CrdtBoundary, AnExceptionInApplyBecomesACodeForEachUpdate) {
    const std::array updates{as_bytes("all"), as_bytes("throw")};
    std::array<Applied, 2> applied;
    replica->apply(updates, applied);
    EXPECT_EQ(applied[0].code, Code::internal);
    EXPECT_EQ(applied[1].code, Code::internal);
    EXPECT_NE(applied[0].message, "");
}

TEST_F(CrdtBoundary, ResultsAreAppendedToWhatTheCallerHas) {
    Bytes out{1, 2};
    ASSERT_TRUE(replica->diff(as_bytes("sv"), out));
    ASSERT_EQ(out.size(), 2u + 2u + 100'000u);
    EXPECT_EQ(as_text(BytesView(out).subspan(2, 2)), "sv");
    EXPECT_EQ(out.back(), 7);

    const auto refused = replica->diff(as_bytes("bad"), out);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::corrupt);
    EXPECT_EQ(refused.error().message, "no state vector");
    EXPECT_EQ(out.size(), 2u + 2u + 100'000u);
}

TEST_F(CrdtBoundary, LoadAndStateVectorAreCarried) {
    const std::array updates{as_bytes("a"), as_bytes("b"), as_bytes("c")};
    ASSERT_TRUE(replica->load(updates));
    Bytes state_vector;
    replica->state_vector(state_vector);
    EXPECT_EQ(state_vector, (Bytes{3}));

    const auto empty = replica->load({});
    ASSERT_FALSE(empty);
    EXPECT_EQ(empty.error().code, Code::missing);
    EXPECT_EQ(empty.error().retry_after_ms, 250u);
}

TEST_F(CrdtBoundary, ReadingCallsAreCarried) {
    EXPECT_EQ(*replica->text("body", 3, all_units), "body 3 18446744073709551615");
    EXPECT_EQ(replica->text("none", 0, 1).error().code, Code::not_found);
    EXPECT_EQ(*replica->json("body"), "{\"body\":1}");
    const auto roots = replica->roots();
    ASSERT_EQ(roots.size(), 2u);
    EXPECT_EQ(roots[0].name, "body");
    EXPECT_EQ(roots[0].kind, "text");
    EXPECT_EQ(roots[1].name, "");
    EXPECT_EQ(roots[1].kind, "map");
    EXPECT_EQ(replica->digest()[31], 9);
    EXPECT_EQ(replica->memory_bytes(), std::uint64_t{1} << 40);
}

TEST_F(CrdtBoundary, EditsAreCarried) {
    const std::array<TextEdit, 2> edits{TextEdit{1, 2, "drei"}, TextEdit{4, 0, ""}};
    Bytes out;
    ASSERT_TRUE(replica->edit("body", edits, out));
    EXPECT_EQ(as_text(out), "body|1,2,drei|4,0,");
}

TEST_F(CrdtBoundary, CallsWithoutADocumentAreCarried) {
    const Crdt& crdt = *plugin->crdt();
    Bytes out;
    const std::array updates{as_bytes("ab"), as_bytes("cd")};
    ASSERT_TRUE(crdt.merge(updates, out));
    EXPECT_EQ(as_text(out), "abcd");
    EXPECT_TRUE(crdt.check(as_bytes("x")));
    EXPECT_EQ(crdt.check({}).error().message, "an update has at least one byte");
    EXPECT_TRUE(*crdt.overlaps(as_bytes("x"), as_bytes("x")));
    EXPECT_FALSE(*crdt.overlaps(as_bytes("x"), as_bytes("y")));
    EXPECT_EQ(crdt.overlaps({}, {}).error().code, Code::no_memory);
}

}  // namespace
}  // namespace weft
