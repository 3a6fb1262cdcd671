// A crdt through the C boundary and back: every field arrives, in both directions, and no exception passes.
#include "host/linked_plugin.hpp"

#include <weft/crdt_extensions.hpp>

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
            applied[i] = {};
            if (text == "throw") {
                throw std::runtime_error("apply broke");
            }
            if (text == "bad") {
                applied[i].code = Code::corrupt;
                applied[i].message = "a refusal that is longer than any short string";
            } else if (text == "all") {
                applied[i] = {Code::ok, true,       true,        true,  true,
                              77,       updates[i], "all of it", actors};
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
    Result<void> diff(BytesView state_vector, ParkedParts parked, Bytes& out) const override {
        if (parked == ParkedParts::included) {
            out.push_back('p');
        }
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
    Result<BytesView> edit(std::span<const EditView> edits) override {
        lent_.clear();
        for (const EditView& edit : edits) {
            lent_ += std::to_string(static_cast<std::uint32_t>(edit.kind));
            (lent_ += edit.root) += ":";
            for (const PathStepView& step : edit.path) {
                lent_ += step.kind == StepKind::key ? "/" + std::string(step.key)
                                                    : "[" + std::to_string(step.index) + "]";
            }
            lent_ += "," + std::to_string(edit.position) + "," + std::to_string(edit.length);
            for (const TextView text :
                 {edit.key, edit.text, edit.value, edit.attributes, edit.type}) {
                (lent_ += ",") += text;
            }
            lent_ += "|";
        }
        if (edits.empty()) {
            return Error{Code::invalid, "no edits", 0};
        }
        return as_bytes(lent_);
    }
    Digest digest() const override {
        Digest digest;
        digest.fill(9);
        return digest;
    }
    std::uint64_t memory_bytes() const override { return std::uint64_t{1} << 40; }

private:
    static constexpr std::array<std::uint64_t, 2> actors{3, 1u << 31};

    std::size_t loaded_ = 0;
    std::string lent_;
};

class EchoCrdt final : public Crdt, Restore, DiffView, GarbageCollection, Anchors, Statistics {
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
    CrdtExtensions extensions() const override { return {this, this, this, this, this}; }

    Result<void> restore(Replica& replica, BytesView state, Bytes& out) const override {
        replica.state_vector(out);
        out.insert(out.end(), state.begin(), state.end());
        return {};
    }
    Result<std::string> diff_view(BytesView before, BytesView after) const override {
        return std::string(as_text(before)) + "->" + std::string(as_text(after));
    }
    Result<std::uint64_t> collect(Replica& replica) const override {
        return replica.memory_bytes() + 1;
    }
    Result<void> anchor(const Replica&, std::string_view root, std::uint64_t position,
                        AnchorSide side, Bytes& out) const override {
        const std::string text = std::string(root) + std::to_string(position) +
                                 (side == AnchorSide::after ? "after" : "before");
        out.insert(out.end(), text.begin(), text.end());
        return {};
    }
    Result<Place> position(const Replica&, BytesView anchor) const override {
        if (anchor.empty()) {
            return Error{Code::missing, "not here yet", 0};
        }
        return Place{"root of " + std::string(as_text(anchor)), 5};
    }
    Result<ReplicaStatistics> stats(const Replica&) const override {
        return ReplicaStatistics{1, 2, 3, 4, 5, 6};
    }
};

/// The same without any extension.
class PlainCrdt final : public Crdt {
public:
    static constexpr About about{"plain", "1.0.0", "What a crdt must have", "MIT"};

    std::unique_ptr<Replica> create_replica(const ReplicaOptions& options) const override {
        return echo_.create_replica(options);
    }
    Result<void> merge(std::span<const BytesView> updates, Bytes& out) const override {
        return echo_.merge(updates, out);
    }
    Result<void> check(BytesView update) const override { return echo_.check(update); }
    Result<bool> overlaps(BytesView update, BytesView state_vector) const override {
        return echo_.overlaps(update, state_vector);
    }

private:
    const EchoCrdt echo_{};
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
    EXPECT_EQ(applied[0].message, "all of it");
    ASSERT_EQ(applied[0].actors.size(), 2u);
    EXPECT_EQ(applied[0].actors[1], 1u << 31);

    EXPECT_EQ(applied[1].code, Code::corrupt);
    EXPECT_EQ(applied[1].message, "a refusal that is longer than any short string");
    EXPECT_TRUE(applied[1].effective.empty());

    EXPECT_EQ(as_text(applied[2].effective), "s");
    EXPECT_TRUE(applied[2].actors.empty());
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
    Edit set;
    set.kind = EditKind::map_set;
    set.root = "body";
    set.path = {{true, 0, "rows"}, {false, 7, ""}};
    set.key = "k";
    set.value = "[1]";
    set.attributes = "{}";
    set.type = "map";
    const std::array edits{Edit::delete_text("t", 1, 2), set, Edit::insert_text("", 3, "drei")};
    Bytes out;
    ASSERT_TRUE(replica->edit(edits, out));
    EXPECT_EQ(as_text(out), "3t:,1,2,,,,,|5body:/rows[7],0,0,k,,[1],{},map|1:,3,0,,drei,,,|");
    const auto refused = replica->edit(std::span<const Edit>(), out);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::invalid);
    EXPECT_EQ(refused.error().message, "no edits");
}

TEST_F(CrdtBoundary, ParkedPartsAreOnlyTakenAlongWhenAskedFor) {
    Bytes diff;
    Bytes state;
    Bytes exported;
    ASSERT_TRUE(replica->diff(as_bytes("sv"), diff));
    ASSERT_TRUE(replica->state(ParkedParts::left_out, state));
    ASSERT_TRUE(replica->state(ParkedParts::included, exported));
    EXPECT_EQ(diff[0], 's');
    EXPECT_EQ(state, Bytes(100'000, 7)) << "unless an algorithm says otherwise, all of a diff";
    EXPECT_EQ(exported[0], 'p');
}

TEST_F(CrdtBoundary, ExtensionsAreCarried) {
    const CrdtExtensions there = plugin->crdt()->extensions();
    Bytes out;
    ASSERT_TRUE(there.restore->restore(*replica, as_bytes("x"), out));
    EXPECT_EQ(out, (Bytes{0, 'x'}));
    EXPECT_EQ(*there.diff_view->diff_view(as_bytes("a"), as_bytes("b")), "a->b");
    EXPECT_EQ(*there.gc->collect(*replica), (std::uint64_t{1} << 40) + 1);

    Bytes anchor;
    ASSERT_TRUE(there.anchor->anchor(*replica, "body", 3, AnchorSide::after, anchor));
    EXPECT_EQ(as_text(anchor), "body3after");
    const auto place = there.anchor->position(*replica, anchor);
    EXPECT_EQ(place->root, "root of body3after");
    EXPECT_EQ(place->position, 5u);
    EXPECT_EQ(there.anchor->position(*replica, {}).error().code, Code::missing);

    const auto stats = there.stats->stats(*replica);
    EXPECT_EQ(stats->actors, 1u);
    EXPECT_EQ(stats->items, 2u);
    EXPECT_EQ(stats->tombstones, 3u);
    EXPECT_EQ(stats->units, 4u);
    EXPECT_EQ(stats->parked_bytes, 5u);
    EXPECT_EQ(stats->memory_bytes, 6u);
}

TEST(CrdtExtensionTables, AreNullWhereTheAlgorithmHasNone) {
    Linked<PlainCrdt> plain;
    const CrdtExtensions there = plain->crdt()->extensions();
    EXPECT_EQ(there.restore, nullptr);
    EXPECT_EQ(there.diff_view, nullptr);
    EXPECT_EQ(there.gc, nullptr);
    EXPECT_EQ(there.anchor, nullptr);
    EXPECT_EQ(there.stats, nullptr);
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
