// Whether a node says that it is ready.
#include "kernel/http/http_server.hpp"
#include "tests/support/simulation/simulation.hpp"
#include "tests/unit/http/asking.hpp"

#include <gtest/gtest.h>

namespace weft::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class Readiness : public testing::Test {
protected:
    Readiness()
        : server_({[](const auto&) { return std::string(); },
                   "{}",
                   {},
                   [this] { return sim_.time().now(); }}) {
        server_.serve(sim_.node());
    }

    std::uint16_t ask() {
        HttpRequest request;
        request.id = ++last_;
        request.method = "GET";
        request.target = "/readyz";
        server_.on_request(transport_, std::move(request));
        sim_.run(milliseconds(20));
        return transport_.status_of(last_);
    }

    std::string told() { return std::string(as_text(transport_.answers.at(last_).body.view())); }

    Simulation sim_;
    AnswerKeeper transport_;
    HttpServer server_;
    RequestId last_ = 0;
};

TEST_F(Readiness, IsToldWhileTheStoreAnswers) {
    EXPECT_EQ(ask(), 200);
    auto& alice = sim_.join("notes");
    sim_.run();
    alice.insert(0, "hi");
    sim_.run();
    EXPECT_EQ(ask(), 200);
}

TEST_F(Readiness, IsDeniedWhileAppendsFailAndToldWithinASecondOfTheFirstThatSucceeds) {
    auto& alice = sim_.join("notes");
    sim_.run();
    sim_.storage().fail_appends(1000, Code::unavailable);
    alice.insert(0, "hi");
    sim_.run(seconds(30));
    EXPECT_EQ(ask(), 503);
    EXPECT_EQ(told(), "the store is away: told to fail\n");
    sim_.storage().fail_appends(0, Code::ok);
    sim_.run(seconds(1));
    EXPECT_EQ(ask(), 200);
    EXPECT_EQ(sim_.stored_text("notes"), "hi");
}

TEST_F(Readiness, IsDeniedWhileLoadsFail) {
    sim_.storage().fail_loads(1000, Code::timeout);
    auto& alice = sim_.join("notes");
    sim_.run();
    EXPECT_EQ(ask(), 503);
    sim_.storage().fail_loads(0, Code::ok);
    sim_.run(seconds(1));
    EXPECT_EQ(ask(), 200);
    EXPECT_TRUE(alice.synced());
}

TEST_F(Readiness, IsDeniedWhileTheStoreSaysThatItIsAway) {
    sim_.storage().tell({false, "no connection", 0});
    EXPECT_EQ(ask(), 503);
    EXPECT_EQ(told(), "the store is away: no connection\n");
    sim_.storage().tell({});
    EXPECT_EQ(ask(), 200);
}

TEST_F(Readiness, IsNotDeniedForWhatTheStoreRefuses) {
    sim_.storage().refuse_over(100);
    auto& alice = sim_.join("notes");
    sim_.run();
    alice.insert(0, std::string(200, 'x'));
    sim_.run();
    EXPECT_EQ(ask(), 200);
}

TEST_F(Readiness, IsDeniedByANodeThatDrains) {
    sim_.node().drain({});
    EXPECT_EQ(ask(), 503);
}

}  // namespace
}  // namespace weft::sim
