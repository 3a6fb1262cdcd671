// What `weft doctor` prints, and what its answer is.
#include "kernel/doctor/doctor.hpp"

#include "unit/doctor/written_store.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace weft {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class DoctorOfAStore : public testing::Test {
protected:
    DoctorOfAStore() {
        typed.type_words(5);
        store.append("good", typed);
        store.append("bad", typed);
    }

    std::string run(const DoctorTask& task, bool expected) {
        std::ostringstream out;
        Progress progress(nullptr, "examined");
        OfflineStore offline = store.offline();
        const auto sound = run_doctor(offline, shipped_algorithms(), task, out, progress);
        EXPECT_TRUE(sound.ok());
        EXPECT_EQ(*sound, expected);
        return out.str();
    }

    WrittenStore store;
    std::unique_ptr<Crdt> crdt = crdt_named("yjs");
    TypedRows typed{*crdt};
};

TEST_F(DoctorOfAStore, SaysInOneLineThatAllIsSound) {
    const std::string told = run({}, true);
    EXPECT_THAT(told, StartsWith("2 documents, "));
    EXPECT_THAT(told, testing::EndsWith(": all is sound\n"));
}

TEST_F(DoctorOfAStore, TellsEachBadDocumentInOneLineWithWhatToDo) {
    store.damage("DELETE FROM weft_chunks WHERE first_seq = 3 AND doc_key = "
                 "(SELECT key FROM weft_documents WHERE name = 'bad')");
    const std::string told = run({}, false);
    EXPECT_THAT(told, StartsWith("bad: nothing is stored of seq 3. What to do: no server can open "
                                 "it; `--repair NEW` copies what can be read to a new store\n"));
    EXPECT_THAT(told, HasSubstr("1 not sound\n"));
    EXPECT_EQ(std::ranges::count(told, '\n'), 2);
}

TEST_F(DoctorOfAStore, ExplainsOneDocument) {
    store.keep_version("good", "before the talk");
    DoctorTask task;
    task.document = "good";
    const std::string told = run(task, true);
    EXPECT_THAT(told, StartsWith("good: yjs, seq 5, compacted up to 0, epoch 1\n"));
    EXPECT_THAT(told, HasSubstr("in 5 updates\n"));
    EXPECT_THAT(told, HasSubstr("\"before the talk\" by anna\n"));
    EXPECT_THAT(told, HasSubstr("0 % of them tombstones) by 1 actors"));
    EXPECT_THAT(told, HasSubstr("Most of it are updates that were not compacted yet"));
    EXPECT_THAT(told, testing::Not(HasSubstr("bad")));
}

TEST_F(DoctorOfAStore, ADocumentThatIsNotThereIsAnError) {
    std::ostringstream out;
    Progress progress(nullptr, "examined");
    OfflineStore offline = store.offline();
    DoctorTask task;
    task.document = "nowhere";
    const auto sound = run_doctor(offline, shipped_algorithms(), task, out, progress);
    ASSERT_FALSE(sound.ok());
    EXPECT_EQ(sound.error().message, "nowhere was never written");
}

TEST(Progress, WritesOverItsLineAndClearsIt) {
    std::ostringstream terminal;
    {
        Progress progress(&terminal, "examined");
        progress.expect(2, 2048);
        progress.end(1024);
        progress.begin("notes");
    }
    EXPECT_EQ(terminal.str(), "\r\x1b[Kexamined 1 of 2 documents, 1.0 KiB of 2.0 KiB (50 %): "
                              "notes\r\x1b[K");
}

}  // namespace
}  // namespace weft
