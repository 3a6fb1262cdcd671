// SIGTERM and SIGINT: drained, saved, gone.
#include "golden/refusal.hpp"

#include <csignal>

namespace weft::testing {
namespace {

Ended ended_by(int signal) {
    const Attempt attempt(sound);
    WeftProcess weft({"serve", "--config", "c.yaml"}, attempt.folder().path());
    EXPECT_TRUE(weft.prints("listening on http://127.0.0.1:"));
    weft.signal(signal);
    return weft.wait();
}

TEST(Shutdown, SigtermEndsTheServerWithZero) {
    EXPECT_EQ(ended_by(SIGTERM).exit_code, 0);
}

TEST(Shutdown, SigintEndsTheServerWithZero) {
    EXPECT_EQ(ended_by(SIGINT).exit_code, 0);
}

TEST(Shutdown, ADrainedServerCanStartAgainOnTheSameDatabase) {
    const Attempt attempt(sound);
    for (int round = 0; round < 2; ++round) {
        WeftProcess weft({"serve", "--config", "c.yaml"}, attempt.folder().path());
        ASSERT_TRUE(weft.prints("listening on "));
        weft.signal(SIGTERM);
        EXPECT_EQ(weft.wait().exit_code, 0);
    }
}

TEST(Shutdown, TheLineThatSaysWhereTellsWhoCanReachIt) {
    EXPECT_NE(ended_by(SIGTERM).out.find(" (this machine only, without login)\n"), std::string::npos);
}

}  // namespace
}  // namespace weft::testing
