// What is taken out of a store, damaged or not: exports and repairs.
#include "kernel/doctor/doctor.hpp"
#include "kernel/doctor/export_document.hpp"

#include "unit/doctor/written_store.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

namespace weft {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::SizeIs;

std::string content_of(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

/// "notes": a version at seq 2, segments to 2 and to 4, a keyframe at 4, then four updates in the tail, of which the last is by
/// somebody who has read nothing.
class RepairOfAStore : public testing::Test {
protected:
    void SetUp() override {
        typed.type_words(2);
        store.append("notes", typed);
        store.keep_version("notes", "early");
        typed.type_words(2);
        store.append("notes", typed);
        store.compact("notes", *crdt, true);
        typed.type_words(3);
        store.append("notes", typed);
        const auto other = crdt->create_replica({8, 0, 0});
        const Edit edit = Edit::insert_text("text", 0, "from elsewhere ");
        Bytes update;
        ASSERT_TRUE(other->edit({&edit, 1}, update));
        AppendRequest request;
        request.document = "notes";
        request.algorithm = "yjs";
        request.rows.push_back({800, Buffer(std::move(update))});
        OfflineStore offline = store.offline();
        ASSERT_TRUE(offline.append(std::move(request)));
    }

    std::string run(DoctorTask task) {
        OfflineStore source = store.offline();
        OfflineStore target = repaired.offline();
        task.tell_time = [](std::int64_t) {};
        task.repair_into = task.export_folder.empty() ? &target : nullptr;
        std::ostringstream out;
        Progress progress(nullptr, "examined");
        const auto sound = run_doctor(source, shipped_algorithms(), task, out, progress);
        EXPECT_TRUE(sound.ok()) << sound.error().message;
        is_sound = sound && *sound;
        return out.str();
    }

    std::string repaired_text() {
        const Examination seen = repaired.examine("notes");
        EXPECT_TRUE(seen.is_sound());
        auto text = seen.replica->text("text", 0, all_units);
        return text ? *text : "";
    }

    std::unique_ptr<Crdt> crdt = crdt_named("yjs");
    TypedRows typed{*crdt};
    WrittenStore store;
    WrittenStore repaired;
    bool is_sound = false;
};

TEST_F(RepairOfAStore, CopiesASoundStoreWhole) {
    const std::string told = run({});
    EXPECT_TRUE(is_sound);
    EXPECT_THAT(told, EndsWith("all is sound\n"));
    EXPECT_EQ(repaired.examine("notes").replica->digest(),
              store.examine("notes").replica->digest());
    EXPECT_EQ(repaired.offline().head("notes")->seq, 8u);
    EXPECT_EQ(repaired.offline().head("notes")->content_seq, 8u);
}

TEST_F(RepairOfAStore, KeepsThePresentWhereOnlyItsHistoryIsDamaged) {
    store.damage("UPDATE weft_segments SET size = size + 1 WHERE last_seq = 4");
    const std::string told = run({});
    EXPECT_FALSE(is_sound);
    EXPECT_THAT(told, HasSubstr("its text is whole"));
    EXPECT_THAT(told, HasSubstr("copied; left behind: the history behind seq 2 as single "
                                "updates\n"));
    EXPECT_THAT(repaired_text(), AllOf(HasSubstr("word 6"), HasSubstr("from elsewhere")));
    EXPECT_THAT(*repaired.offline().versions("notes"), SizeIs(1));
    EXPECT_EQ(repaired.offline().head("notes")->seq, 3u);
}

TEST_F(RepairOfAStore, TakesWhatCanBeReadBehindAHole) {
    store.damage("DELETE FROM weft_chunks WHERE first_seq = 6");
    const std::string told = run({});
    EXPECT_THAT(told, HasSubstr("notes: nothing is stored of seq 6"));
    // Seqs 5 and 6 are out of reach, and 7 builds on them; 8 does not.
    EXPECT_THAT(told, HasSubstr("3 updates that cannot be read, or build on one that cannot"));
    EXPECT_THAT(repaired_text(), AllOf(HasSubstr("word 3"), HasSubstr("from elsewhere"),
                                       testing::Not(HasSubstr("word 6"))));
    EXPECT_EQ(repaired.offline().head("notes")->seq, 5u);
}

TEST_F(RepairOfAStore, LeavesAVersionThatPointsNowhereAndKeepsTheNumbers) {
    store.keep_version("notes", "late");
    store.damage("UPDATE weft_versions SET seq = 77 WHERE number = 1");
    EXPECT_THAT(run({}), HasSubstr("copied; left behind: version 1\n"));
    const auto versions = *repaired.offline().versions("notes");
    ASSERT_THAT(versions, SizeIs(1));
    EXPECT_EQ(versions[0].number, 2u);
    EXPECT_EQ(versions[0].label, "late");
}

TEST_F(RepairOfAStore, WithoutABadKeyframeNothingIsLost) {
    store.damage("UPDATE weft_keyframes SET size = size + 1");
    const std::string told = run({});
    EXPECT_THAT(told, HasSubstr("no server can open it, and its history is whole"));
    EXPECT_THAT(told, HasSubstr("notes: copied whole\n"));
    EXPECT_THAT(repaired_text(), AllOf(HasSubstr("word 6"), HasSubstr("from elsewhere")));
}

TEST_F(RepairOfAStore, SaysThatNothingOfADocumentCanBeRead) {
    store.damage("DELETE FROM weft_chunks; DELETE FROM weft_segments; DELETE FROM weft_keyframes");
    EXPECT_THAT(run({}), HasSubstr("notes: not copied: nothing of it can be read\n"));
    EXPECT_FALSE(is_sound);
    EXPECT_FALSE(repaired.offline().head("notes")->exists);
}

TEST_F(RepairOfAStore, IsMadeIntoAnEmptyStoreOnly) {
    repaired.append("other", typed);
    OfflineStore source = store.offline();
    OfflineStore target = repaired.offline();
    DoctorTask task;
    task.repair_into = &target;
    std::ostringstream out;
    Progress progress(nullptr, "examined");
    const auto refused = run_doctor(source, shipped_algorithms(), task, out, progress);
    ASSERT_FALSE(refused.ok());
    EXPECT_THAT(refused.error().message, HasSubstr("holds other already: give a new one"));
}

TEST_F(RepairOfAStore, ExportsTextJsonAndUpdate) {
    const storage::FreshFolder folder;
    DoctorTask task;
    task.export_folder = folder / "out";
    run(task);
    EXPECT_TRUE(is_sound);
    const Examination seen = store.examine("notes");
    const std::string text = *seen.replica->text("text", 0, all_units);
    EXPECT_EQ(content_of(folder / "out/notes.txt"), text);
    EXPECT_EQ(content_of(folder / "out/notes.json"), "{\"text\":\"" + text + "\"}");
    const std::string update = content_of(folder / "out/notes.update");
    const auto replica = crdt->create_replica({});
    const BytesView view = as_bytes(update);
    ASSERT_TRUE(replica->load({&view, 1}));
    EXPECT_EQ(replica->digest(), seen.replica->digest());
}

TEST_F(RepairOfAStore, ExportsWhatCanBeReadAndSaysWhatIsMissing) {
    store.damage("DELETE FROM weft_chunks WHERE first_seq = 6");
    const storage::FreshFolder folder;
    DoctorTask task;
    task.export_folder = folder / "out";
    EXPECT_THAT(run(task), HasSubstr("notes: exported without 3 updates, which are lost\n"));
    EXPECT_THAT(content_of(folder / "out/notes.txt"), HasSubstr("from elsewhere"));
}

TEST_F(RepairOfAStore, ExportsIntoAnEmptyFolderOnly) {
    const storage::FreshFolder folder;
    std::ofstream(folder / "mine.txt") << "mine";
    EXPECT_THAT(make_export_folder(folder.path()).error().message, HasSubstr("is not empty"));
}

TEST(ExportedFiles, HaveNamesThatEveryFileSystemTakes) {
    EXPECT_EQ(file_name_of("notes"), "notes");
    EXPECT_EQ(file_name_of("lab/rga/1"), "lab%2Frga%2F1");
    EXPECT_EQ(file_name_of("../../etc"), "%2E.%2F..%2Fetc");
    EXPECT_EQ(file_name_of("Caf\xC3\xA9"), "Caf%C3%A9");
    const std::string a = file_name_of(std::string(400, 'x') + "1");
    EXPECT_EQ(a.size(), 200u);
    EXPECT_NE(a, file_name_of(std::string(400, 'x') + "2"));
}

}  // namespace
}  // namespace weft
