// Who wrote the rows of a document and when, as parts keep it.
#include <weft/authored_runs.hpp>

#include <gtest/gtest.h>

namespace weft {
namespace {

std::string shape_of(const std::vector<AuthoredRun>& runs) {
    std::string shape;
    for (const AuthoredRun& run : runs) {
        shape += run.author + " " + std::to_string(run.rows) + " " +
                 std::to_string(run.first_unix_ms) + "-" + std::to_string(run.last_unix_ms) + "; ";
    }
    return shape;
}

TEST(AuthoredRuns, AreReadAsTheyWereWritten) {
    const std::vector<AuthoredRun> runs{{3, 1'700'000'000'000, 1'700'000'000'500, "ada"},
                                        {1, 1'699'999'999'000, 1'699'999'999'000, ""},
                                        {900, -5, 20, "ada"},
                                        {1, 20, 20, "Grüße"}};
    const auto read = decode_runs(encode_runs(runs), 905);
    ASSERT_TRUE(read);
    EXPECT_EQ(shape_of(*read), shape_of(runs));
}

TEST(AuthoredRuns, AnAuthorIsWrittenOnce) {
    std::vector<AuthoredRun> runs;
    for (int i = 0; i < 100; ++i) {
        runs.push_back({1, i * 1'000'000, i * 1'000'000, std::string(40, i % 2 == 0 ? 'a' : 'b')});
    }
    EXPECT_LT(encode_runs(runs).size(), 100u * 8 + 100);
}

TEST(AuthoredRuns, OfAnotherNumberOfRowsAreRefused) {
    const Bytes bytes = encode_runs({{3, 1, 2, "ada"}});
    EXPECT_TRUE(decode_runs(bytes, 3));
    EXPECT_FALSE(decode_runs(bytes, 2));
    EXPECT_FALSE(decode_runs({}, 0));
}

TEST(AuthoredRuns, CutOrForeignBytesAreRefused) {
    Bytes bytes = encode_runs({{3, 1, 2, "ada"}, {4, 5, 6, "grace"}});
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(decode_runs(BytesView(bytes).first(size), 7)) << size;
    }
    bytes.push_back(0);
    EXPECT_FALSE(decode_runs(bytes, 7)) << "something behind";
    EXPECT_FALSE(decode_runs(as_bytes(std::string_view("\0\1\0\1\0\0", 6)), 1)) << "no author 0";
}

TEST(AuthoredRuns, NeighboursOfOneAuthorBecomeOneUnlessThereIsALongPause) {
    std::vector<AuthoredRun> runs;
    add_run(runs, {1, 1'000, 1'000, "ada"});
    add_run(runs, {2, 2'000, 3'000, "ada"});
    add_run(runs, {0, 9'000, 9'000, "nobody wrote nothing"});
    add_run(runs, {1, 2'500, 2'500, "ada"});
    add_run(runs, {1, 4'000, 4'000, "grace"});
    add_run(runs, {1, 1'000'000, 1'000'000, "grace"});
    EXPECT_EQ(shape_of(runs), "ada 4 1000-3000; grace 1 4000-4000; grace 1 1000000-1000000; ");
    EXPECT_EQ(rows_of(runs), 6u);
}

TEST(AuthoredRuns, TheFirstRowsAreTakenAlsoFromInsideARun) {
    std::vector<AuthoredRun> runs{{2, 1, 2, "a"}, {3, 4, 6, "b"}, {1, 7, 7, "c"}};
    EXPECT_EQ(shape_of(take_rows(runs, 3)), "a 2 1-2; b 1 4-6; ");
    EXPECT_EQ(shape_of(runs), "b 2 4-6; c 1 7-7; ");
    EXPECT_EQ(shape_of(take_rows(runs, 2)), "b 2 4-6; ");
    EXPECT_EQ(shape_of(take_rows(runs, 9)), "c 1 7-7; ");
    EXPECT_TRUE(runs.empty());
}

}  // namespace
}  // namespace weft
