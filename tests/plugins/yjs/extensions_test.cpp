// What the extensions say beyond what every algorithm says (sdk/conformance/crdt/extension_cases.hpp).
#include "vectors.hpp"
#include "yjs_crdt.hpp"

#include <gtest/gtest.h>

namespace weft::yjs {
namespace {

class YjsExtensions : public ::testing::Test {
protected:
    YjsCrdt crdt{YjsOptions{true}};
    CrdtExtensions there = crdt.extensions();
    std::unique_ptr<Replica> alice = replica(1);
    std::unique_ptr<Replica> bob = replica(2);

    std::unique_ptr<Replica> replica(std::uint64_t actor, std::uint64_t max_bytes = 0) const {
        ReplicaOptions options;
        options.actor = actor;
        options.max_bytes = max_bytes;
        return crdt.create_replica(options);
    }

    static void receive(Replica& at, BytesView update) {
        Applied applied;
        at.apply({&update, 1}, {&applied, 1});
        EXPECT_EQ(applied.code, Code::ok) << applied.message;
        EXPECT_FALSE(applied.parked);
    }

    /// An update by hand, in hexadecimal.
    static void receive(Replica& at, const std::string& hex) { receive(at, from_hex(hex)); }

    static Bytes edit(Replica& at, const Edit& edit) {
        Bytes update;
        EXPECT_TRUE(at.edit({&edit, 1}, update));
        return update;
    }
    static Bytes insert(Replica& at, std::uint64_t position, std::string_view text) {
        return edit(at, Edit::insert_text("t", position, text));
    }
    static Bytes erase(Replica& at, std::uint64_t position, std::uint64_t length) {
        return edit(at, Edit::delete_text("t", position, length));
    }

    static Bytes state(const Replica& of) {
        Bytes out;
        EXPECT_TRUE(of.diff({}, out));
        return out;
    }
    static std::string text(const Replica& of) { return *of.text("t", 0, all_units); }

    Bytes restore(Replica& at, BytesView version) const {
        Bytes update;
        const Result<void> restored = there.restore->restore(at, version, update);
        EXPECT_TRUE(restored) << restored.error().message;
        return update;
    }
};

TEST_F(YjsExtensions, RestoreThatWouldMakeTheDocumentTooLargeChangesNothing) {
    insert(*bob, 0, std::string(100000, 'x'));
    const Bytes version = state(*bob);
    erase(*bob, 0, 100000);
    const auto small = replica(3, 50000);
    receive(*small, state(*bob));
    const Digest before = small->digest();
    Bytes update;
    EXPECT_EQ(there.restore->restore(*small, version, update).error().code, Code::limit);
    EXPECT_TRUE(update.empty());
    EXPECT_EQ(small->digest(), before);
}

TEST_F(YjsExtensions, RestoreMakesDeletedNestedTypesAnewWithAllThatWasInThem) {
    // m.text is a text "deep" in a map; then the key gets the value "plain", and the text is collected.
    receive(*alice, "010201002701016d04746578740204000100046465657000");
    const Bytes version = state(*alice);
    const std::string before = *alice->json("m");
    EXPECT_EQ(before, R"({"text":"deep"})");
    receive(*alice, "01010105a80100017705706c61696e0101010005");
    EXPECT_EQ(*alice->json("m"), R"({"text":"plain"})");
    receive(*bob, state(*alice));
    receive(*bob, restore(*alice, version));
    EXPECT_EQ(*alice->json("m"), before);
    EXPECT_EQ(*bob->json("m"), before);
}

/// A chain of arrays, each in the one before, 50,000 deep.
Bytes deep_arrays(std::uint64_t client, std::uint64_t depth) {
    Bytes update;
    Writer writer(update);
    writer.varuint(1);
    writer.varuint(depth);
    writer.varuint(client);
    writer.varuint(0);
    for (std::uint64_t clock = 0; clock < depth; ++clock) {
        writer.u8(7);
        writer.varuint(clock == 0 ? 1 : 0);
        if (clock == 0) {
            writer.varstring("a");
        } else {
            writer.varuint(client);
            writer.varuint(clock - 1);
        }
        writer.u8(0);
    }
    writer.varuint(0);
    return update;
}

TEST_F(YjsExtensions, TypesNestedAsDeepAsAClientLikesAreRestoredAndCompared) {
    constexpr std::uint64_t depth = 50000;
    receive(*alice, deep_arrays(7, depth));
    const Bytes version = state(*alice);
    const std::string before = *alice->json("a");
    receive(*alice, "000107010001");  // deletes the outermost
    const Bytes empty = state(*alice);
    EXPECT_FALSE(restore(*alice, version).empty());
    EXPECT_EQ(*alice->json("a"), before);
    EXPECT_TRUE(restore(*alice, version).empty());
    EXPECT_TRUE(there.diff_view->diff_view(empty, state(*alice)));
    EXPECT_EQ(*there.diff_view->diff_view(version, version), "{}");
}

// ---- differences ----

TEST_F(YjsExtensions, DiffViewShowsChangesOfMapsAndWhatIsNestedInThem) {
    receive(*alice, "010201002701016d04746578740204000100046465657000");
    const Bytes before = state(*alice);
    // Client 9 writes "er" behind "deep" and sets the key "n" to 5.
    receive(*alice, "010209008401040265722801016d016e017d0500");
    EXPECT_EQ(
        *there.diff_view->diff_view(before, state(*alice)),
        R"({"m":{"before":{"text":"deep"},"after":{"n":5,"text":"deeper"},)"
        R"("changes":{"list":[],"keys":{"n":{"after":5,"actor":"9"},)"
        R"("text":{"changes":{"list":[{"keep":4},{"insert":"er","actor":"9"}],"keys":{}}}}}}})");
}

// ---- collecting ----

class YjsCollecting : public ::testing::Test {
protected:
    YjsCrdt keeping{YjsOptions{false}};
    const GarbageCollection& gc = *keeping.extensions().gc;
    std::unique_ptr<Replica> replica = keeping.create_replica({1, 0, 0});

    void edit(const Edit& edit) {
        Bytes update;
        ASSERT_TRUE(replica->edit({&edit, 1}, update));
    }
    void receive(const std::string& hex) {
        const Bytes update = from_hex(hex);
        const BytesView view = update;
        Applied applied;
        replica->apply({&view, 1}, {&applied, 1});
        EXPECT_EQ(applied.code, Code::ok) << applied.message;
    }
    std::string state(ParkedParts parked) const {
        Bytes out;
        EXPECT_TRUE(replica->diff({}, parked, out));
        return to_hex(out);
    }
};

TEST_F(YjsCollecting, FreesWhatWasDeletedAndKeepsAllElse) {
    edit(Edit::insert_text("t", 0, std::string(100000, 'x') + "kept"));
    edit(Edit::delete_text("t", 0, 100000));
    const Digest digest = replica->digest();
    const std::uint64_t before = replica->memory_bytes();
    const Result<std::uint64_t> freed = gc.collect(*replica);
    ASSERT_TRUE(freed);
    EXPECT_GT(*freed, 90000u);
    EXPECT_EQ(before - *freed, replica->memory_bytes());
    EXPECT_EQ(replica->digest(), digest);
    EXPECT_EQ(*replica->text("t", 0, all_units), "kept");
    EXPECT_EQ(*gc.collect(*replica), 0u);
    edit(Edit::insert_text("t", 4, "!"));
    EXPECT_EQ(*replica->text("t", 0, all_units), "kept!");
}

TEST_F(YjsCollecting, LeavesTheStateThatADocumentHasWhichCollectsAllTheTime) {
    receive("010201002701016d04746578740204000100046465657000");
    receive("01010105a80100017705706c61696e0101010005");
    const YjsCrdt forgetting({true});
    const auto other = forgetting.create_replica({});
    const Bytes kept = from_hex(state(ParkedParts::left_out));
    const BytesView view = kept;
    ASSERT_TRUE(other->load({&view, 1}));
    ASSERT_TRUE(gc.collect(*replica));
    Bytes expected;
    ASSERT_TRUE(other->diff({}, expected));
    EXPECT_EQ(state(ParkedParts::left_out), to_hex(expected));
    EXPECT_EQ(*replica->json("m"), R"({"text":"plain"})");
}

TEST_F(YjsCollecting, KeepsPartsThatAreParked) {
    edit(Edit::insert_text("t", 0, std::string(100000, 'x')));
    edit(Edit::delete_text("t", 0, 100000));
    receive("0101090184090001620109010501");  // client 9 from clock 1 on, and a delete at 5
    ASSERT_NE(state(ParkedParts::included), state(ParkedParts::left_out));
    ASSERT_TRUE(gc.collect(*replica));
    receive("0101090004010174016100");
    EXPECT_EQ(*replica->text("t", 0, all_units), "ab");
}

// ---- statistics ----

TEST_F(YjsExtensions, StatisticsCountItemsAndTombstones) {
    insert(*alice, 0, "abc\xf0\x9f\x98\x80");
    erase(*alice, 1, 1);
    const auto stats = there.stats->stats(*alice);
    ASSERT_TRUE(stats);
    EXPECT_EQ(stats->items, 3u);
    EXPECT_EQ(stats->tombstones, 1u);
}

}  // namespace
}  // namespace weft::yjs
