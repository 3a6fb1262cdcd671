// Requests with a key are worked on once.
#include "kernel/http/http_answer.hpp"
#include "kernel/http/idempotency_keys.hpp"
#include "tests/unit/http/asking.hpp"

#include <gtest/gtest.h>

#include <deque>

namespace weft {
namespace {

using std::chrono::minutes;

class RequestsWithAKey : public testing::Test {
protected:
    /// Sends a request; what is worked on waits in `working_`.
    RequestId send(const std::string& key, const std::string& body,
                   const std::string& target = "/a/edits") {
        HttpRequest request;
        request.id = ++last_;
        request.method = "POST";
        request.target = target;
        if (!key.empty()) {
            request.headers = {{"idempotency-key", key}};
        }
        request.body = Buffer::copy_of(as_bytes(body));
        keys_.run(ApiRequest(transport_, std::move(request)),
                  [this](ApiRequest first, std::optional<std::uint64_t> given) {
                      working_.push_back(std::move(first));
                      given_.push_back(given);
                  });
        return last_;
    }

    void answer(std::uint16_t status, const std::string& body = "done") {
        ApiRequest request = std::move(working_.front());
        working_.pop_front();
        request.answer(text_answer(status, body));
    }

    std::string body_of(RequestId request) {
        return std::string(as_text(transport_.answers.at(request).body.view()));
    }

    AnswerKeeper transport_;
    Time now_{};
    IdempotencyKeys keys_{[this] { return now_; }, {minutes(10), 3}};
    std::deque<ApiRequest> working_;
    std::vector<std::optional<std::uint64_t>> given_;
    RequestId last_ = 0;
};

TEST_F(RequestsWithAKey, AreAnsweredAgainWithoutWork) {
    const auto first = send("k", "body");
    answer(200, "made");
    const auto again = send("k", "body");
    EXPECT_TRUE(working_.empty());
    EXPECT_EQ(body_of(again), body_of(first));
}

TEST_F(RequestsWithAKey, WaitForTheFirstOfThem) {
    const auto first = send("k", "body");
    const auto second = send("k", "body");
    EXPECT_EQ(working_.size(), 1u);
    EXPECT_EQ(transport_.status_of(second), 0);
    answer(412);
    EXPECT_EQ(transport_.status_of(first), 412);
    EXPECT_EQ(transport_.status_of(second), 412);
}

TEST_F(RequestsWithAKey, AreRefusedWithAnotherBody) {
    send("k", "body");
    EXPECT_EQ(transport_.status_of(send("k", "other")), 422);
    answer(200);
    EXPECT_EQ(transport_.status_of(send("k", "other")), 422);
}

TEST_F(RequestsWithAKey, AreTriedAgainAfterAServerError) {
    send("k", "body");
    const auto waiting = send("k", "body");
    answer(503);
    EXPECT_EQ(transport_.status_of(waiting), 503);
    const auto again = send("k", "body");
    answer(200);
    EXPECT_EQ(transport_.status_of(again), 200);
}

TEST_F(RequestsWithAKey, AreOtherOnesOnAnotherPath) {
    send("k", "body");
    send("k", "other", "/b/edits");
    EXPECT_EQ(working_.size(), 2u);
}

TEST_F(RequestsWithAKey, HandOnANumberForKeyPathAndBody) {
    send("k", "body");
    answer(503);
    send("k", "body");
    answer(503);
    send("k", "other");
    send("k", "body", "/b/edits");
    EXPECT_EQ(given_[0], given_[1]);
    EXPECT_NE(given_[0], given_[2]);
    EXPECT_NE(given_[0], given_[3]);
}

TEST_F(RequestsWithAKey, AreForgottenAfterTheirTime) {
    send("k", "body");
    answer(200);
    now_ += minutes(11);
    send("k", "body");
    EXPECT_EQ(working_.size(), 1u);
}

TEST_F(RequestsWithAKey, MakeRoomForNewOnesButNotWhileTheyAreWorkedOn) {
    for (const std::string key : {"a", "b", "c"}) {
        send(key, "body");
    }
    EXPECT_EQ(transport_.status_of(send("d", "body")), 503);
    answer(200);
    send("d", "body");
    EXPECT_EQ(working_.size(), 3u) << "b, c and d; a was answered and is forgotten";
}

TEST_F(RequestsWithAKey, AreAllOthersWithoutOne) {
    send("", "body");
    send("", "body");
    EXPECT_EQ(working_.size(), 2u);
    EXPECT_EQ(given_[0], std::nullopt);
    EXPECT_EQ(transport_.status_of(send(std::string(256, 'k'), "body")), 400);
}

}  // namespace
}  // namespace weft
