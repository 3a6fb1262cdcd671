// A document copied to another store, with its history, whatever interrupts it.
#include "kernel/doctor/copy_check.hpp"
#include "kernel/doctor/migration.hpp"

#include "unit/doctor/dying_storage.hpp"
#include "unit/doctor/written_store.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace weft {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const TellTime untold = [](std::int64_t) {};

std::vector<StoredPart> all_parts(OfflineStore store, const std::string& document) {
    ReadRequest request{document};
    request.max_bytes = ~std::uint64_t{0};
    request.with_authors = true;
    return *store.read(std::move(request));
}

std::vector<std::uint64_t> numbers_of(OfflineStore store, const std::string& document) {
    std::vector<std::uint64_t> numbers;
    const auto versions = store.versions(document);
    for (const Version& version : *versions) {
        numbers.push_back(version.number);
    }
    return numbers;
}

/// "notes" in epoch 2: segments, a keyframe at seq 8, versions 2 and 4 of 5, three updates in the tail.
class CopyOf : public testing::TestWithParam<std::string> {
protected:
    void SetUp() override {
        begin_epoch_two();
        typed.type_words(3);
        store(1);
        from.compact("notes", *crdt, false);
        typed.type_words(5);
        store(2);
        from.compact("notes", *crdt, true);
        typed.type_words(3);
        store(2);
        ThinRequest thin{"notes", 2, {}, {1, 3, 5}, {}};
        OfflineStore offline = from.offline();
        ASSERT_TRUE(offline.thin(std::move(thin)));
    }

    void begin_epoch_two() {
        TypedRows earlier(*crdt);
        earlier.type_words(2);
        from.append("notes", earlier, GetParam());
        const auto replica = crdt->create_replica({});
        const std::vector<BytesView> updates{earlier.rows[0].bytes.view(),
                                             earlier.rows[1].bytes.view()};
        ASSERT_TRUE(replica->load(updates));
        replica->state_vector(state_vector);
        OfflineStore offline = from.offline();
        ASSERT_TRUE(offline.delete_document({"notes", 1, 2, Buffer(Bytes(state_vector))}));
    }

    void store(int versions) {
        from.append("notes", typed, GetParam());
        for (int i = 0; i < versions; ++i) {
            from.keep_version("notes", "a version", GetParam());
        }
    }

    Result<void> copy(Storage& into) {
        OfflineStore source = from.offline();
        OfflineStore target(into);
        const auto order = order_of(source, "notes");
        return order ? copy_document(source, target, *crdt, *order, untold) : order.error();
    }

    void expect_equal_stores() {
        OfflineStore source = from.offline();
        OfflineStore target = to.offline();
        const auto order = order_of(source, "notes");
        ASSERT_TRUE(order.ok());
        const auto checked = check_copy(source, target, *crdt, *order, typed.digest());
        ASSERT_TRUE(checked.ok()) << checked.error().message;
        EXPECT_EQ(checked->replica->digest(), typed.digest());
        EXPECT_THAT(numbers_of(to.offline(), "notes"), ElementsAre(2, 4));
        EXPECT_EQ(to.offline().version("notes", 4)->content, "text of a version");
        EXPECT_EQ(to.offline().head("notes")->version, 5u);
        EXPECT_TRUE(to.examine("notes").is_sound());
        EXPECT_THAT(to.examine("notes").keyframes, ElementsAre(8));
    }

    std::unique_ptr<Crdt> crdt = crdt_named(GetParam());
    TypedRows typed{*crdt};
    Bytes state_vector;  // that epoch 1 ended with
    WrittenStore from;
    WrittenStore to;
};

INSTANTIATE_TEST_SUITE_P(Algorithms, CopyOf, testing::Values("yjs", "rga"),
                         [](const auto& name) { return name.param; });

TEST_P(CopyOf, HasTheSameHistory) {
    const auto copied = copy(to.sqlite().storage());
    ASSERT_TRUE(copied.ok()) << copied.error().message;
    expect_equal_stores();
    EXPECT_EQ(storage::outline_of(all_parts(to.offline(), "notes")),
              storage::outline_of(all_parts(from.offline(), "notes")));
    const auto authored = all_parts(to.offline(), "notes").back().authored;
    ASSERT_EQ(authored.size(), 1u);
    EXPECT_EQ(authored[0].author, "anna");
    EXPECT_EQ(authored[0].first_unix_ms, 1010);
}

TEST_P(CopyOf, KeepsTheEpochAndItsTombstone) {
    ASSERT_TRUE(copy(to.sqlite().storage()).ok());
    const auto loaded = to.offline().load({"notes"});
    EXPECT_EQ(loaded->head.epoch, 2u);
    ASSERT_EQ(loaded->tombstones.size(), 1u);
    EXPECT_TRUE(equal_bytes(loaded->tombstones[0].state_vector.view(), state_vector));
}

TEST_P(CopyOf, GoesOnFromWhereverTheOneBeforeHasEnded) {
    std::uint64_t writes = 0;
    for (bool died = true; died; ++writes) {
        DyingStorage dying(to.sqlite().storage(), 1);  // one step more than the one before
        const auto copied = copy(dying);
        died = dying.has_died();
        EXPECT_EQ(copied.ok(), !died);
        ASSERT_LT(writes, 100u);
        // Whatever stands there now is a document that loads.
        if (to.offline().head("notes")->exists) {
            EXPECT_TRUE(to.examine("notes").present_loads) << "after write " << writes + 1;
        }
    }
    EXPECT_GE(writes, 10u);
    expect_equal_stores();
}

TEST_P(CopyOf, ASecondOneChangesNothing) {
    ASSERT_TRUE(copy(to.sqlite().storage()).ok());
    DyingStorage reading(to.sqlite().storage(), 0);
    EXPECT_TRUE(copy(reading).ok());
    EXPECT_FALSE(reading.has_died());
}

TEST_P(CopyOf, GoesOnWhereTheOriginalHasGrown) {
    ASSERT_TRUE(copy(to.sqlite().storage()).ok());
    typed.type_words(2);
    from.append("notes", typed, GetParam());
    ASSERT_TRUE(copy(to.sqlite().storage()).ok());
    expect_equal_stores();
}

TEST_P(CopyOf, RefusesADocumentThatIsAnother) {
    TypedRows other(*crdt);
    other.type_words(1);
    to.append("notes", other, GetParam());
    const auto refused = copy(to.sqlite().storage());
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, Code::conflict);
    EXPECT_THAT(refused.error().message, HasSubstr("stands in the new store already"));
    EXPECT_EQ(to.offline().head("notes")->seq, 1u);
}

TEST_P(CopyOf, RefusesACopyThatSomebodyHasEdited) {
    ASSERT_TRUE(copy(to.sqlite().storage()).ok());
    AppendRequest edit;
    edit.document = "notes";
    edit.algorithm = GetParam();
    edit.epoch = 2;
    edit.rows.push_back({4711, typed.rows[0].bytes});
    OfflineStore target = to.offline();
    ASSERT_TRUE(target.append(std::move(edit)));
    EXPECT_EQ(copy(to.sqlite().storage()).error().code, Code::conflict);
}

TEST_P(CopyOf, IsProvedByEveryByte) {
    ASSERT_TRUE(copy(to.sqlite().storage()).ok());
    to.damage("UPDATE weft_segments SET data = (SELECT data FROM weft_segments WHERE last_seq = 3) "
              "WHERE last_seq = 8");
    OfflineStore source = from.offline();
    OfflineStore target = to.offline();
    const auto checked =
        check_copy(source, target, *crdt, *order_of(source, "notes"), typed.digest());
    ASSERT_FALSE(checked.ok());
}

class MigrationOfAStore : public testing::Test {
protected:
    std::pair<bool, std::string> run() {
        std::ostringstream out;
        Progress progress(nullptr, "copied");
        OfflineStore source = from.offline();
        OfflineStore target = to.offline();
        const auto done =
            run_migration(source, target, shipped_algorithms(), {"", untold}, out, progress);
        return {done.ok() && *done, done ? out.str() : done.error().message};
    }

    std::unique_ptr<Crdt> crdt = crdt_named("yjs");
    TypedRows typed{*crdt};
    WrittenStore from;
    WrittenStore to;
};

TEST_F(MigrationOfAStore, CopiesEveryDocumentAndShowsItsText) {
    typed.type_words(2);
    from.append("a", typed);
    from.append("b", typed);
    const auto [good, told] = run();
    EXPECT_TRUE(good);
    EXPECT_THAT(told, HasSubstr("2 documents, "));
    EXPECT_THAT(told, HasSubstr(": all are copied, with equal digests\n"));
    EXPECT_EQ(to.offline().head("b")->content_seq, 2u);
    EXPECT_TRUE(run().first) << "again";
}

TEST_F(MigrationOfAStore, RefusesAStoreThatHoldsOtherDocuments) {
    typed.type_words(1);
    from.append("b", typed);
    to.append("c", typed);
    const auto [good, told] = run();
    EXPECT_FALSE(good);
    EXPECT_THAT(told, HasSubstr("TO holds c, which FROM does not"));
    EXPECT_FALSE(to.offline().head("b")->exists);
}

TEST_F(MigrationOfAStore, AStoreThatGoesAwayEndsItWithWhatToDo) {
    typed.type_words(2);
    from.append("a", typed);
    DyingStorage dying(to.sqlite().storage(), 0);
    std::ostringstream out;
    Progress progress(nullptr, "copied");
    OfflineStore source = from.offline();
    OfflineStore target(dying);
    const auto done =
        run_migration(source, target, shipped_algorithms(), {"", untold}, out, progress);
    ASSERT_FALSE(done.ok());
    EXPECT_EQ(done.error().message, "a: died (start it again when the store is back: it goes on)");
}

TEST_F(MigrationOfAStore, OneDamagedDocumentDoesNotKeepTheOthers) {
    typed.type_words(3);
    from.append("bad", typed);
    from.append("good", typed);
    from.damage("DELETE FROM weft_chunks WHERE first_seq = 2 AND doc_key = "
                "(SELECT key FROM weft_documents WHERE name = 'bad')");
    const auto [good, told] = run();
    EXPECT_FALSE(good);
    EXPECT_THAT(told, HasSubstr("bad: not copied: nothing is stored of seq 2. What to do: "));
    EXPECT_THAT(told, HasSubstr("1 not copied\n"));
    EXPECT_TRUE(to.offline().head("good")->exists);
}

}  // namespace
}  // namespace weft
