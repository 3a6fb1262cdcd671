// SIGTERM and SIGINT: clients are sent away, edits are stored, the exit code tells whether all of them were.
#include "golden/raw_client.hpp"
#include "golden/refusal.hpp"

#include <csignal>

#include <chrono>
#include <optional>
#include <thread>

namespace weft::testing {
namespace {

using namespace std::chrono_literals;

/// A server that runs, in a folder of its own.
class Running {
public:
    explicit Running(const std::string& yaml)
        : attempt_(yaml), weft_({"serve", "--config", "c.yaml"}, attempt_.folder().path()) {
        EXPECT_TRUE(weft_.prints("\n"));
    }

    int port() {
        const std::string line = weft_.printed();
        return std::stoi(line.substr(line.find("127.0.0.1:") + 10));
    }

    /// Waits until the server has applied one update, so that it is there to be lost.
    void wait_until_applied() {
        const auto deadline = std::chrono::steady_clock::now() + 30s;
        while (http_get(port(), "/metrics").find("weft_updates_applied_total 1\n") ==
               std::string::npos) {
            ASSERT_LT(std::chrono::steady_clock::now(), deadline);
            std::this_thread::sleep_for(5ms);
        }
    }

    WeftProcess& process() { return weft_; }
    const FreshFolder& folder() const { return attempt_.folder(); }

private:
    Attempt attempt_;
    WeftProcess weft_;
};

/// A server whose store takes so long that no edit is ever saved in time.
std::string slow_store(const std::string& drain_timeout) {
    return "plugins: {path: [BUILD/tests/fixtures/late_storage, BUILD/plugins]}\n"
           "transports: [{plugin: websocketpp, listen: \"127.0.0.1:0\"}]\n"
           "storage: {plugin: late, path: FOLDER/weft.db, delay: 60s}\n"
           "drain: {timeout: " +
           drain_timeout + ", spread: 0s}\n";
}

Ended ended_by(int signal) {
    Running running(sound);
    running.process().signal(signal);
    return running.process().wait();
}

TEST(Shutdown, SigtermEndsTheServerWithZero) {
    EXPECT_EQ(ended_by(SIGTERM).exit_code, 0);
}

TEST(Shutdown, SigintEndsTheServerWithZero) {
    EXPECT_EQ(ended_by(SIGINT).exit_code, 0);
}

TEST(Shutdown, TheLineThatSaysWhereTellsWhoCanReachIt) {
    EXPECT_NE(ended_by(SIGTERM).out.find(" (this machine only, without login)\n"),
              std::string::npos);
}

TEST(Shutdown, ClientsAreToldToComeBackAndTheirEditsAreThereAfterTheRestart) {
    Running first(std::string(sound) + "drain: {spread: 0s}\n");
    std::optional<RawClient> client(first.port());
    client->open("notes");
    client->insert_letter();
    first.wait_until_applied();
    first.process().signal(SIGTERM);
    EXPECT_EQ(client->close_code(), 1012);
    client.reset();
    EXPECT_EQ(first.process().wait().exit_code, 0);

    WeftProcess again({"serve", "--config", "c.yaml"}, first.folder().path());
    ASSERT_TRUE(again.prints("\n"));
    const std::string line = again.printed();
    EXPECT_EQ(http_get(std::stoi(line.substr(line.find("127.0.0.1:") + 10)),
                       "/api/documents/notes/content"),
              "a");
}

TEST(Shutdown, WhenTimeIsUpWithAnUnsavedEditTheExitCodeIsTwo) {
    Running running(slow_store("100ms"));
    RawClient client(running.port());
    client.open("notes");
    client.insert_letter();
    running.wait_until_applied();
    running.process().signal(SIGTERM);
    const Ended ended = running.process().wait();
    EXPECT_EQ(ended.exit_code, 2);
    EXPECT_NE(ended.err.find("drain.timeout has passed"), std::string::npos) << ended.err;
}

TEST(Shutdown, ASecondSignalEndsTheServerAtOnce) {
    Running running(slow_store("1h"));
    RawClient client(running.port());
    client.open("notes");
    client.insert_letter();
    running.wait_until_applied();
    running.process().signal(SIGTERM);
    ASSERT_TRUE(running.process().logs("msg=draining"));
    running.process().signal(SIGTERM);
    EXPECT_EQ(running.process().wait().exit_code, 2);
}

}  // namespace
}  // namespace weft::testing
