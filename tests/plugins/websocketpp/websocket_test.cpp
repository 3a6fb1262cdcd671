// Framing, messages, and how a WebSocket ends.
#include "transport_fixture.hpp"

namespace weft::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class WebSocket : public TransportFixture {
protected:
    /// Sends `bytes` on a new connection and gives the code of the close frame that answers.
    std::uint16_t close_code_for(std::string_view bytes) {
        auto client = connect();
        client.write(bytes);
        const auto closed = client.read_until(Opcode::close);
        EXPECT_TRUE(client.reads_end_of_stream());
        return closed.close_code();
    }
};

TEST_F(WebSocket, AMessageReachesTheKernelWithTheTagOfItsConnection) {
    kernel.open_answer = [](const OpenRequest&) { return OpenAnswer{101, "", 77}; };
    start();
    auto client = connect();
    client.send(Opcode::binary, "hello");
    const auto id = kernel.opened(0);
    EXPECT_THAT(kernel.messages(id, 1), ElementsAre("hello"));
    EXPECT_EQ(kernel.tag(id), 77u);
}

TEST_F(WebSocket, TheKernelSeesPathQueryHostOriginAndPeerAsTheyWereSent) {
    std::string seen;
    kernel.open_answer = [&](const OpenRequest& request) {
        seen = std::string(request.path) + " " + std::string(request.query) + " " +
               std::string(request.host) + " " + std::string(request.origin);
        EXPECT_TRUE(request.peer.starts_with("127.0.0.1:"));
        return OpenAnswer{};
    };
    start();
    RawClient client(port);
    client.write(upgrade_request("/a%20b/c?token=x&saved=1", "Origin: http://elsewhere\r\n"));
    EXPECT_EQ(client.read_response(true).status, 101);
    EXPECT_EQ(seen, "/a%20b/c token=x&saved=1 localhost http://elsewhere");
}

TEST_F(WebSocket, TheHandshakeIsAnsweredAsTheRfcComputesIt) {
    start();
    RawClient client(port);
    client.write(upgrade_request("/notes"));
    const auto response = client.read_response(true);
    EXPECT_EQ(response.header("sec-websocket-accept"), "s3pplmbitxaq9kygzzhzrbk+xoo=");
    EXPECT_EQ(response.header("sec-websocket-extensions"), "");
    EXPECT_EQ(response.header("sec-websocket-protocol"), "");
}

TEST_F(WebSocket, FramesSentTogetherWithTheUpgradeAreNotLost) {
    start();
    RawClient client(port);
    client.write(upgrade_request("/notes") + encode_frame(Opcode::binary, "early"));
    EXPECT_THAT(kernel.messages(kernel.opened(0), 1), ElementsAre("early"));
}

TEST_F(WebSocket, MessagesOfEveryHeaderSizeGoBothWaysUnchanged) {
    start();
    auto client = connect();
    const auto id = kernel.opened(0);
    std::size_t count = 0;
    for (const std::size_t size : {0, 1, 125, 126, 1023, 1025, 65535, 65536, 3'000'000}) {
        std::string payload(size, '\0');
        for (std::size_t i = 0; i < size; ++i) {
            payload[i] = static_cast<char>(i * 7 + size);
        }
        client.send(Opcode::binary, payload);
        EXPECT_EQ(kernel.messages(id, ++count).back(), payload);
        send(id, payload);
        EXPECT_EQ(client.read_frame().payload, payload);
    }
}

TEST_F(WebSocket, FragmentsAreJoinedAlsoAroundControlFrames) {
    start();
    auto client = connect();
    client.send(Opcode::binary, "one ", {.fin = false});
    client.send(Opcode::ping, "still here?");
    client.send(Opcode::continuation, "two ", {.fin = false});
    client.send(Opcode::continuation, "three");
    EXPECT_EQ(client.read_until(Opcode::pong).payload, "still here?");
    EXPECT_THAT(kernel.messages(kernel.opened(0), 1), ElementsAre("one two three"));
}

TEST_F(WebSocket, AMessageThatDripsInByteByByteIsWhole) {
    start();
    auto client = connect();
    for (const char byte : encode_frame(Opcode::binary, "drip")) {
        client.write({&byte, 1});
    }
    EXPECT_THAT(kernel.messages(kernel.opened(0), 1), ElementsAre("drip"));
}

TEST_F(WebSocket, FramesThatArriveTogetherComeInOneCall) {
    start();
    auto client = connect();
    std::string frames;
    for (int i = 0; i < 100; ++i) {
        frames += encode_frame(Opcode::binary, std::to_string(i));
    }
    client.write(frames);
    EXPECT_EQ(kernel.messages(kernel.opened(0), 100).back(), "99");
    EXPECT_LE(kernel.batch_count(), 3u);
}

TEST_F(WebSocket, BrokenFramingIsClosedWith1002) {
    start();
    const std::string close_with_one_byte = encode_frame(Opcode::close, "x");
    EXPECT_EQ(close_code_for(encode_frame(Opcode::binary, "x", {.masked = false})), 1002);
    EXPECT_EQ(close_code_for(encode_frame(Opcode::binary, "x", {.reserved_bits = 0x40})), 1002);
    EXPECT_EQ(close_code_for(encode_frame(static_cast<Opcode>(3), "x")), 1002);
    EXPECT_EQ(close_code_for(encode_frame(Opcode::continuation, "x")), 1002);
    EXPECT_EQ(close_code_for(encode_frame(Opcode::ping, std::string(126, 'x'))), 1002);
    EXPECT_EQ(close_code_for(encode_frame(Opcode::ping, "x", {.fin = false})), 1002);
    EXPECT_EQ(close_code_for(close_with_one_byte), 1002);
    EXPECT_EQ(close_code_for(encode_frame(Opcode::close, std::string("\x03\xEE", 2))),
              1002);  // 1006
    EXPECT_EQ(close_code_for(encode_frame(Opcode::binary, "x", {.fin = false}) +
                             encode_frame(Opcode::binary, "y")),
              1002);
}

TEST_F(WebSocket, ACloseReasonThatIsNotUtf8IsAnsweredWith1007) {
    start();
    EXPECT_EQ(close_code_for(encode_frame(Opcode::close, std::string("\x03\xE8\xFF\xFF", 4))),
              1007);
}

TEST_F(WebSocket, ATextFrameIsClosedWith1003) {
    start();
    EXPECT_EQ(close_code_for(encode_frame(Opcode::text, "hello")), 1003);
}

TEST_F(WebSocket, AMessageOverTheLimitIsClosedWith4413AndTheReasonNamesTheLimit) {
    options.message = kibibytes(64);
    start();
    auto client = connect();
    client.send(Opcode::binary, "", {.claimed_size = 64 * 1024 + 1});
    const auto closed = client.read_until(Opcode::close);
    EXPECT_EQ(closed.close_code(), 4413);
    EXPECT_THAT(closed.close_reason(), HasSubstr("limits.message, 65536"));
    EXPECT_EQ(kernel.ending(kernel.opened(0)).code, 4413);
}

TEST_F(WebSocket, TheLimitCountsAllFragmentsOfAMessage) {
    options.message = kibibytes(64);
    start();
    const std::string half = encode_frame(Opcode::binary, std::string(40'000, 'x'), {.fin = false});
    const std::string rest = encode_frame(Opcode::continuation, std::string(40'000, 'x'));
    EXPECT_EQ(close_code_for(half + rest), 4413);
    auto client = connect();
    client.send(Opcode::binary, std::string(64 * 1024, 'x'));
    EXPECT_EQ(kernel.messages(kernel.opened(1), 1).front().size(), 64u * 1024);
}

TEST_F(WebSocket, ALengthThatNoLimitCouldAllowIsClosedWith1009) {
    options.message = kibibytes(64);
    start();
    const auto claim = [](std::uint64_t size) {
        return encode_frame(Opcode::binary, "", {.claimed_size = size});
    };
    EXPECT_EQ(close_code_for(claim(4 * 64 * 1024 + 4)), 1009);
    EXPECT_EQ(close_code_for(claim(std::uint64_t{1} << 40)), 1009);
    EXPECT_EQ(close_code_for(claim(~std::uint64_t{0} >> 1)), 1009);
    EXPECT_EQ(close_code_for(claim(~std::uint64_t{0})), 1009);
}

TEST_F(WebSocket, ACloseOfTheClientIsAnsweredAndToldBehindItsLastMessage) {
    start();
    auto client = connect();
    client.write(encode_frame(Opcode::binary, "last words") +
                 encode_frame(Opcode::close, std::string("\x03\xE8", 2) + "bye"));
    EXPECT_EQ(client.read_until(Opcode::close).close_code(), 1000);
    EXPECT_TRUE(client.reads_end_of_stream());
    const auto ending = kernel.ending(kernel.opened(0));
    EXPECT_EQ(ending.code, 1000);
    EXPECT_EQ(ending.reason, "bye");
    EXPECT_EQ(ending.messages_before, 1u);
}

TEST_F(WebSocket, ACloseWithoutACodeIsToldAs1005) {
    start();
    auto client = connect();
    client.send(Opcode::close, "");
    EXPECT_EQ(client.read_until(Opcode::close).payload, "");
    EXPECT_EQ(kernel.ending(kernel.opened(0)).code, 1005);
}

TEST_F(WebSocket, AClientThatJustGoesIsToldAs1006) {
    start();
    auto client = connect();
    client.send(Opcode::binary, "last words");
    const auto id = kernel.opened(0);
    client.shut_sending();
    const auto ending = kernel.ending(id);
    EXPECT_EQ(ending.code, 1006);
    EXPECT_EQ(ending.messages_before, 1u);
}

TEST_F(WebSocket, ACloseOfTheKernelLeavesBehindWhatWasQueued) {
    start();
    auto client = connect();
    const auto id = kernel.opened(0);
    send(id, "first");
    transport->close(id, 4410, "document deleted");
    send(id, "too late");
    EXPECT_EQ(client.read_frame().payload, "first");
    const auto closed = client.read_frame();
    EXPECT_EQ(closed.opcode, Opcode::close);
    EXPECT_EQ(closed.close_code(), 4410);
    EXPECT_EQ(closed.close_reason(), "document deleted");
    client.send(Opcode::close, closed.payload);
    EXPECT_TRUE(client.reads_end_of_stream());
    EXPECT_EQ(kernel.ending(id).code, 4410);
}

TEST_F(WebSocket, ALongCloseReasonIsCutBetweenCharacters) {
    start();
    auto client = connect();
    std::string reason;
    while (reason.size() < 200) {
        reason += "\xE2\x82\xAC";  // a euro sign
    }
    transport->close(kernel.opened(0), 4400, reason);
    EXPECT_EQ(client.read_frame().close_reason(), reason.substr(0, 123));
}

TEST_F(WebSocket, AClientThatDoesNotAnswerACloseIsDroppedAfterTheTimeout) {
    options.close_timeout = std::chrono::milliseconds(50);
    start();
    auto client = connect();
    const auto id = kernel.opened(0);
    transport->close(id, 1012, "restart");
    EXPECT_EQ(kernel.ending(id).code, 1006);
    EXPECT_TRUE(client.reads_end_of_stream());
}

TEST_F(WebSocket, APingThatIsNotAnsweredEndsTheConnection) {
    options.ping_interval = std::chrono::milliseconds(100);
    start();
    auto silent = connect();
    EXPECT_EQ(silent.read_frame().opcode, Opcode::ping);
    EXPECT_THAT(kernel.ending(kernel.opened(0)).reason, HasSubstr("ping"));
    EXPECT_TRUE(silent.reads_end_of_stream());
}

TEST_F(WebSocket, APingThatIsAnsweredKeepsTheConnection) {
    options.ping_interval = std::chrono::milliseconds(100);
    start();
    auto client = connect();
    for (int i = 0; i < 5; ++i) {
        client.send(Opcode::pong, client.read_until(Opcode::ping).payload);
    }
    EXPECT_EQ(kernel.ended_count(), 0u);
}

TEST_F(WebSocket, ARefusedUpgradeIsAnHttpAnswerWithTheReason) {
    kernel.open_answer = [](const OpenRequest&) { return OpenAnswer{403, "a foreign origin", 0}; };
    start();
    RawClient client(port);
    client.write(upgrade_request("/notes"));
    const auto response = client.read_response();
    EXPECT_EQ(response.status, 403);
    EXPECT_EQ(response.body, "a foreign origin\n");
    EXPECT_TRUE(client.reads_end_of_stream());
    EXPECT_EQ(kernel.ended_count(), 0u);
}

TEST_F(WebSocket, AnUpgradeThatIsNoneOfRfc6455IsRefused) {
    start();
    const auto status_of = [&](std::string request) {
        RawClient client(port);
        client.write(request);
        return client.read_response().status;
    };
    const std::string good = upgrade_request("/notes");
    const auto replaced = [&](std::string_view from, std::string_view to) {
        std::string request = good;
        return request.replace(request.find(from), from.size(), to);
    };
    EXPECT_EQ(status_of(replaced("Version: 13", "Version: 8")), 426);
    EXPECT_EQ(status_of(replaced("dGhlIHNhbXBsZSBub25jZQ==", "short")), 400);
    EXPECT_EQ(status_of(replaced("GET", "POST")), 400);
    EXPECT_EQ(status_of(replaced("HTTP/1.1", "HTTP/1.0")), 400);
}

TEST_F(WebSocket, OneConnectionTooManyIsRefusedWith503UntilAnotherHasGone) {
    options.connections = 2;
    start();
    auto first = connect();
    auto second = connect();
    RawClient third(port);
    third.write(upgrade_request("/notes"));
    EXPECT_EQ(third.read_response().status, 503);
    first.send(Opcode::close, "");
    kernel.ending(kernel.opened(0));
    auto fourth = connect();
    fourth.send(Opcode::binary, "in");
    EXPECT_THAT(kernel.messages(kernel.opened(2), 1), ElementsAre("in"));
}

TEST_F(WebSocket, StopClosesEveryConnectionAndTellsEachOnce) {
    start();
    auto first = connect();
    auto second = connect();
    const auto ids = kernel.all_opened(2);
    transport->stop();
    EXPECT_EQ(first.read_until(Opcode::close).close_code(), 1001);
    EXPECT_EQ(kernel.ending_count(ids[0]), 1u);
    EXPECT_EQ(kernel.ending_count(ids[1]), 1u);
}

TEST_F(WebSocket, RefusingConnectionsLeavesThoseThatExist) {
    start();
    auto client = connect();
    transport->refuse_connections();
    const auto refused = [&] {
        try {
            RawClient late(port);
            return false;
        } catch (const std::runtime_error&) {
            return true;
        }
    };
    while (!refused()) {}
    client.send(Opcode::binary, "still here");
    EXPECT_THAT(kernel.messages(kernel.opened(0), 1), ElementsAre("still here"));
}

}  // namespace
}  // namespace weft::test
