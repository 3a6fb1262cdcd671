// A replica that is loaded has what a replica has that received the same
// updates one by one, and its bytes; what cannot be loaded leaves an empty one.
#include "vectors.hpp"
#include "yjs_crdt.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace weft::yjs {
namespace {

Result<void> load_one(Replica& into, BytesView update) {
    return into.load({&update, 1});
}

Code receive_one(Replica& to, BytesView update) {
    Applied applied;
    to.apply({&update, 1}, {&applied, 1});
    return applied.code;
}

Bytes whole_of(const Replica& replica, ParkedParts parked = ParkedParts::left_out) {
    Bytes out;
    EXPECT_TRUE(replica.diff({}, parked, out));
    return out;
}

struct Case {
    unsigned seed = 0;
    bool collect_garbage = true;
};

std::string name_of_case(const ::testing::TestParamInfo<Case>& info) {
    return (info.param.collect_garbage ? "Seed" : "KeepingSeed") + std::to_string(info.param.seed);
}

/// Three people change a text with formats, a map and an array, and hear of
/// each other now and then.
class LoadedHistory : public ::testing::TestWithParam<Case> {
protected:
    void SetUp() override {
        for (int step = 0; step < 300; ++step) {
            Replica& author = *authors_[below(authors_.size())];
            change(author);
            if (below(4) == 0) {
                hear(author);
            }
        }
        hear(*authors_[0]);
    }

    std::unique_ptr<Replica> replica(std::uint64_t actor = 0) const {
        ReplicaOptions options;
        options.actor = actor;
        return crdt_.create_replica(options);
    }

    /// The same by `apply`, which knows nothing of what `load` does.
    std::unique_ptr<Replica> received(const std::vector<BytesView>& updates) const {
        auto one_by_one = replica();
        for (const BytesView update : updates) {
            EXPECT_EQ(receive_one(*one_by_one, update), Code::ok);
        }
        return one_by_one;
    }

    std::size_t below(std::size_t limit) { return random_() % limit; }

    void change(Replica& author) {
        const Result<std::string> text = author.text("t", 0, all_units);
        const std::uint64_t units = text ? text->size() : 0;
        const std::uint64_t at = below(units + 1);
        const std::uint64_t length = std::min<std::uint64_t>(below(4), units - at);
        EditView edit = EditView::insert_text("t", at, words_[below(3)]);
        switch (below(9)) {
        case 0:
        case 1: edit = EditView::delete_text("t", at, length); break;
        case 2:
            edit.kind = EditKind::text_format;
            edit.length = length;
            edit.attributes = below(2) == 0 ? R"({"bold":true})" : R"({"bold":null})";
            break;
        case 3: edit = in_map(); break;
        case 4: edit = in_array(); break;
        default: break;
        }
        // What does not fit, such as a deletion beyond the end of the array, is not
        // made.
        if (const Result<BytesView> update = author.edit({&edit, 1}); update && !update->empty()) {
            updates_.push_back(to_bytes(*update));
        }
    }

    EditView in_map() {
        static const PathStepView into{StepKind::key, 0, 0, "inner"};
        EditView edit;
        edit.root = "m";
        edit.kind = EditKind::map_set;
        edit.key = below(2) == 0 ? "inner" : "plain";
        (edit.key == "inner" ? edit.type : edit.value) = edit.key == "inner" ? "text" : "[1,{}]";
        if (below(2) == 0) {
            edit = EditView::insert_text("m", 0, "deep");
            edit.path = {&into, 1};
        } else if (below(4) == 0) {
            edit.kind = EditKind::map_delete;
            edit.type = "";
        }
        return edit;
    }

    EditView in_array() {
        EditView edit;
        edit.root = "a";
        edit.kind = EditKind::array_insert;
        edit.position = below(2);
        edit.value = "[1,null,\"x\"]";
        if (below(3) == 0) {
            edit.value = "";
            edit.type = "map";
        } else if (below(3) == 0) {
            edit.kind = EditKind::array_delete;
            edit.length = 2;
        }
        return edit;
    }

    void hear(Replica& author) {
        for (const Bytes& update : updates_) {
            ASSERT_EQ(receive_one(author, update), Code::ok);
        }
    }

    /// Which structs without content are merged can depend on when they came:
    /// what a newcomer has of them does not.
    Bytes settled(const Replica& replica) const { return whole_of(*received({whole_of(replica)})); }

    void expect_same(const Replica& loaded, const Replica& expected) const {
        EXPECT_EQ(settled(loaded), settled(expected));
        EXPECT_EQ(loaded.digest(), expected.digest());
        for (const RootInfo& root : expected.roots()) {
            EXPECT_EQ(*loaded.json(root.name), *expected.json(root.name)) << root.name;
            EXPECT_EQ(*loaded.text(root.name, 0, all_units),
                      *expected.text(root.name, 0, all_units));
            EXPECT_EQ(*loaded.text(root.name, 3, 20), *expected.text(root.name, 3, 20));
        }
        EXPECT_EQ(loaded.roots().size(), expected.roots().size());
    }

    std::vector<BytesView> views() const { return {updates_.begin(), updates_.end()}; }

    const YjsCrdt crdt_{{GetParam().collect_garbage}};
    const char* words_[3] = {"a", "bc", "long word "};
    std::mt19937 random_{GetParam().seed};
    std::vector<std::unique_ptr<Replica>> authors_ = [this] {
        std::vector<std::unique_ptr<Replica>> authors;
        for (const std::uint64_t actor : {7u, 300'000u, 4'000'000'000u}) {
            authors.push_back(replica(actor));
        }
        return authors;
    }();
    std::vector<Bytes> updates_;
};

TEST_P(LoadedHistory, HasTheBytesOfAReplicaThatReceivedItsState) {
    const Bytes whole = whole_of(*authors_[0]);
    const auto loaded = replica();
    ASSERT_TRUE(load_one(*loaded, whole));
    EXPECT_EQ(whole_of(*loaded), whole_of(*received({whole})));
    expect_same(*loaded, *authors_[0]);
}

TEST_P(LoadedHistory, HasThemAlsoFromUpdatesThatWereMergedWithoutADocument) {
    Bytes merged;
    ASSERT_TRUE(crdt_.merge(views(), merged));
    const auto loaded = replica();
    ASSERT_TRUE(load_one(*loaded, merged));
    EXPECT_EQ(whole_of(*loaded), whole_of(*received({merged})));
    expect_same(*loaded, *authors_[0]);
}

TEST_P(LoadedHistory, FromAKeyframeAndATailIsWhatOneHasWhoReceivedThemOneByOne) {
    const std::size_t half = updates_.size() / 2;
    const auto early = received({updates_.begin(), updates_.begin() + std::ptrdiff_t(half)});
    const Bytes keyframe = whole_of(*early, ParkedParts::left_out);
    std::vector<BytesView> rows{keyframe};
    rows.insert(rows.end(), updates_.begin() + std::ptrdiff_t(half), updates_.end());
    const auto loaded = replica();
    ASSERT_TRUE(loaded->load(rows));
    expect_same(*loaded, *received(rows));
    expect_same(*loaded, *authors_[0]);
}

TEST_P(LoadedHistory, IsTheSameWhenRowsRepeatEachOtherOrComeInAnotherOrder) {
    const Bytes whole = whole_of(*authors_[0]);
    std::vector<BytesView> rows{whole, whole};
    rows.insert(rows.end(), updates_.begin(), updates_.end());
    for (int order = 0; order < 4; ++order) {
        const auto loaded = replica();
        ASSERT_TRUE(loaded->load(rows));
        expect_same(*loaded, *authors_[0]);
        std::shuffle(rows.begin(), rows.end(), random_);
    }
}

TEST_P(LoadedHistory, GoesOnAsTheOneItCameFrom) {
    const Bytes whole = whole_of(*authors_[0]);
    const auto loaded = replica();
    ASSERT_TRUE(load_one(*loaded, whole));
    const std::size_t before = updates_.size();
    for (int step = 0; step < 40; ++step) {
        change(*authors_[0]);
    }
    for (std::size_t i = before; i < updates_.size(); ++i) {
        ASSERT_EQ(receive_one(*loaded, updates_[i]), Code::ok);
    }
    expect_same(*loaded, *authors_[0]);
    const auto editing = replica(99);
    ASSERT_TRUE(load_one(*editing, whole_of(*loaded)));
    const EditView edit = EditView::insert_text("t", 1, "here");
    const Bytes update = to_bytes(*editing->edit({&edit, 1}));
    ASSERT_EQ(receive_one(*loaded, update), Code::ok);
    expect_same(*loaded, *editing);
}

TEST_P(LoadedHistory, ThatWasCutOffLeavesAnEmptyReplicaThatCanBeLoaded) {
    const Bytes whole = whole_of(*authors_[0]);
    const Bytes empty = whole_of(*replica());
    for (std::size_t size = 0; size < whole.size(); size += 1 + below(40)) {
        const auto loaded = replica();
        const Bytes cut(whole.begin(), whole.begin() + std::ptrdiff_t(size));
        ASSERT_EQ(load_one(*loaded, cut).error().code, Code::corrupt) << size;
        const std::vector<BytesView> rows{whole, cut};
        ASSERT_EQ(loaded->load(rows).error().code, Code::corrupt) << size;
        ASSERT_EQ(whole_of(*loaded), empty) << size;
        ASSERT_TRUE(loaded->roots().empty()) << size;
        ASSERT_TRUE(load_one(*loaded, whole)) << size;
        ASSERT_EQ(loaded->digest(), authors_[0]->digest()) << size;
    }
}

/// One byte is another one: most of these are refused, and what is not refused
/// is as if it had been received.
TEST_P(LoadedHistory, WithAnotherByteIsTakenExactlyWhenReceivingItLeavesNothingOut) {
    const Bytes whole = whole_of(*authors_[0]);
    for (int turn = 0; turn < 300; ++turn) {
        Bytes changed = whole;
        changed[below(changed.size())] = static_cast<std::uint8_t>(below(256));
        const auto one = replica();
        Applied applied;
        const BytesView view = changed;
        one->apply({&view, 1}, {&applied, 1});
        const auto loaded = replica();
        const Result<void> done = load_one(*loaded, changed);
        ASSERT_EQ(done.ok(), applied.code == Code::ok && !applied.parked) << turn;
        if (done) {
            ASSERT_EQ(loaded->digest(), one->digest()) << turn;
            ASSERT_EQ(whole_of(*loaded), whole_of(*one)) << turn;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, LoadedHistory,
                         ::testing::Values(Case{1, true}, Case{2, true}, Case{3, true},
                                           Case{4, true}, Case{5, true}, Case{6, true},
                                           Case{7, false}, Case{8, false}, Case{9, false}),
                         name_of_case);

TEST(Load, OfPartsThatStillWaitIsMissingAndOfAllOfThemIsNot) {
    const YjsCrdt crdt({true});
    const auto author = crdt.create_replica({1, 0, 0});
    std::vector<Bytes> letters;
    for (const char* letter : {"a", "b", "c"}) {
        const EditView edit = EditView::insert_text("t", 0, letter);
        letters.push_back(to_bytes(*author->edit({&edit, 1})));
    }
    const auto behind = crdt.create_replica({});
    ASSERT_EQ(receive_one(*behind, letters[0]), Code::ok);
    ASSERT_EQ(receive_one(*behind, letters[2]), Code::ok);
    const Bytes with_parked = whole_of(*behind, ParkedParts::included);
    EXPECT_EQ(load_one(*crdt.create_replica({}), with_parked).error().code, Code::missing);
    EXPECT_EQ(load_one(*crdt.create_replica({}), letters[1]).error().code, Code::missing);

    const auto loaded = crdt.create_replica({});
    const std::vector<BytesView> rows{with_parked, letters[1]};
    ASSERT_TRUE(loaded->load(rows));
    EXPECT_EQ(*loaded->text("t", 0, all_units), "cba");
    EXPECT_EQ(whole_of(*loaded), whole_of(*author));
}

TEST(Load, RefusesClocksThatTheStoreCannotCountAndStaysEmpty) {
    const auto loaded = YjsCrdt({true}).create_replica({});
    const Bytes sound = from_hex("0101010004010174016100");
    const Bytes beyond = from_hex("01010100008080808020"
                                  "00");  // 2^33 units of client 1 are GC
    for (const std::vector<BytesView>& rows :
         {std::vector<BytesView>{beyond}, std::vector<BytesView>{sound, beyond}}) {
        const Result<void> done = loaded->load(rows);
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().code, Code::limit);
        EXPECT_NE(done.error().message.find("limit of 4294967295"), std::string::npos);
        EXPECT_TRUE(loaded->roots().empty());
        EXPECT_EQ(to_hex(whole_of(*loaded)), "0000");
    }
    EXPECT_TRUE(load_one(*loaded, sound));
}

}  // namespace
}  // namespace weft::yjs
