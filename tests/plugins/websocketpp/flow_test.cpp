// Back-pressure both ways: slow readers, fast writers, and nobody else suffers.
#include "transport_fixture.hpp"

#include <atomic>
#include <thread>

namespace weft::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Flow : public TransportFixture {
protected:
    static constexpr int small_receive_buffer = 8 * 1024;

    Flow() { options.queue_mark = kibibytes(64); }

    RawClient connect_slow() {
        RawClient client(port, small_receive_buffer);
        client.upgrade();
        return client;
    }

    /// Sends numbered messages until the transport says that the connection is over its mark.
    int send_until_over(ConnectionId id) {
        int sent = 0;
        do {
            send(id, std::to_string(sent++) + std::string(16 * 1024, '.'));
        } while (over.empty());
        return sent;
    }
};

TEST_F(Flow, AConnectionThatIsReadIsNeverOver) {
    start();
    auto client = connect();
    const auto id = kernel.opened(0);
    for (int i = 0; i < 1000; ++i) {
        send(id, std::to_string(i));
        EXPECT_THAT(over, IsEmpty());
        EXPECT_EQ(client.read_frame().payload, std::to_string(i));
    }
}

TEST_F(Flow, ASlowReaderIsOverItsMarkAndWritableOnceItHasRead) {
    start();
    auto client = connect_slow();
    const auto id = kernel.opened(0);
    const int sent = send_until_over(id);
    EXPECT_THAT(over, ElementsAre(id));
    EXPECT_EQ(kernel.writable_count(id), 0u);
    for (int i = 0; i < sent; ++i) {
        EXPECT_TRUE(client.read_frame().payload.starts_with(std::to_string(i) + '.'));
    }
    kernel.wait_until_writable(id);
    send(id, "on we go");
    EXPECT_THAT(over, IsEmpty());
    EXPECT_EQ(client.read_frame().payload, "on we go");
    EXPECT_EQ(kernel.writable_count(id), 1u);
}

TEST_F(Flow, AFanOutNamesExactlyThoseThatAreOver) {
    start();
    auto slow = connect_slow();
    const auto slow_id = kernel.opened(0);
    auto quick = connect();
    const auto quick_id = kernel.opened(1);
    send_until_over(slow_id);
    const ConnectionId both[] = {slow_id, quick_id};
    EXPECT_THAT(transport->fanout(both, Buffer::copy_of(as_bytes("to all"))), ElementsAre(slow_id));
    EXPECT_EQ(quick.read_frame().payload, "to all");
}

TEST_F(Flow, AFanOutReachesAllAndStaleIdsAreIgnored) {
    start();
    std::vector<RawClient> clients;
    for (int i = 0; i < 50; ++i) {
        clients.push_back(connect());
    }
    auto ids = kernel.all_opened(50);
    clients[7].send(Opcode::close, "");
    kernel.ending(ids[7]);
    // Its slot has a new owner, who is not mistaken for the old one.
    auto newcomer = connect();
    const auto new_id = kernel.opened(50);
    ids.push_back(0);
    ids.push_back(~ConnectionId{0});
    const std::string large(100'000, 'x');
    EXPECT_THAT(transport->fanout(ids, Buffer::copy_of(as_bytes("small"))), IsEmpty());
    (void)transport->fanout(ids, Buffer::copy_of(as_bytes(large)));
    send(new_id, "for you");
    for (std::size_t i = 0; i < 50; ++i) {
        if (i != 7) {
            EXPECT_EQ(clients[i].read_frame().payload, "small");
            EXPECT_EQ(clients[i].read_frame().payload, large);
        }
    }
    EXPECT_EQ(newcomer.read_frame().payload, "for you");
}

TEST_F(Flow, SendAndFanOutKeepTheirOrder) {
    start();
    auto client = connect();
    const ConnectionId id[] = {kernel.opened(0)};
    for (int i = 0; i < 1000; i += 2) {
        send(id[0], std::to_string(i));
        (void)transport->fanout(id, Buffer::copy_of(as_bytes(std::to_string(i + 1))));
    }
    for (int i = 0; i < 1000; ++i) {
        ASSERT_EQ(client.read_frame().payload, std::to_string(i));
    }
}

TEST_F(Flow, AClientThatNeverReadsCanBeClosed) {
    options.close_timeout = std::chrono::milliseconds(50);
    start();
    auto client = connect_slow();
    const auto id = kernel.opened(0);
    send_until_over(id);
    transport->close(id, 1013, "too slow");
    EXPECT_EQ(kernel.ending(id).code, 1006);
}

TEST_F(Flow, AClientThatNeverReadsIsEndedByThePing) {
    options.ping_interval = std::chrono::milliseconds(50);
    start();
    auto client = connect_slow();
    const auto id = kernel.opened(0);
    send_until_over(id);
    EXPECT_EQ(kernel.ending(id).code, 1006);
}

TEST_F(Flow, PingsOfAClientThatNeverReadsQueueNoMoreThanTheMark) {
    options.queue_mark = kibibytes(1);
    options.threads = 1;
    start();
    auto client = connect_slow();
    auto other = connect();
    const std::string ping = encode_frame(Opcode::ping, std::string(100, 'p'));
    std::string pings;
    for (int i = 0; i < 500; ++i) {
        pings += ping;
    }
    for (int i = 0; i < 200; ++i) {
        client.write(pings);
    }
    client.send(Opcode::binary, "all read");
    EXPECT_THAT(kernel.messages(kernel.opened(0), 1), ElementsAre("all read"));
    // Were every ping answered, 10 MB of pongs would wait; what waits is the mark and what the system buffers hold.
    send(kernel.opened(0), "behind them");
    std::size_t pongs = 0;
    while (client.read_frame().opcode == Opcode::pong) {
        ++pongs;
    }
    EXPECT_LT(pongs, 100'000u);
}

TEST_F(Flow, AConnectionThatIsNotReadSaysNothingUntilItIsReadAgain) {
    options.threads = 1;
    start();
    auto paused = connect();
    const auto paused_id = kernel.opened(0);
    auto other = connect();
    const auto other_id = kernel.opened(1);
    transport->set_reading(paused_id, false);
    send(paused_id, "you are paused");
    EXPECT_EQ(paused.read_frame().payload, "you are paused");
    paused.send(Opcode::binary, "held back");
    // The thread that reads this one would have read the other before.
    for (int i = 1; i <= 3; ++i) {
        other.send(Opcode::binary, "x");
        kernel.messages(other_id, static_cast<std::size_t>(i));
    }
    EXPECT_THAT(kernel.messages(paused_id, 0), IsEmpty());
    transport->set_reading(paused_id, true);
    EXPECT_THAT(kernel.messages(paused_id, 1), ElementsAre("held back"));
}

TEST_F(Flow, APausedConnectionCanBeClosed) {
    start();
    auto client = connect();
    const auto id = kernel.opened(0);
    transport->set_reading(id, false);
    transport->close(id, 1013, "flood");
    const auto closed = client.read_until(Opcode::close);
    EXPECT_EQ(closed.close_code(), 1013);
    client.send(Opcode::close, closed.payload);
    EXPECT_EQ(kernel.ending(id).code, 1013);
}

TEST_F(Flow, AFloodingClientDoesNotKeepOthersWaiting) {
    options.threads = 1;
    kernel.on_batch = [this](std::span<IncomingMessage> messages) {
        for (auto& message : messages) {
            if (message.payload.size() < 100) {
                transport->send({{message.connection.id, message.payload}});
            }
        }
    };
    start();
    auto flooding = connect();
    auto polite = connect();
    std::atomic<bool> enough{false};
    std::thread flood([&] {
        const std::string frame = encode_frame(Opcode::binary, std::string(60'000, 'f'));
        while (!enough && flooding.try_write(frame)) {}
    });
    for (int i = 0; i < 100; ++i) {
        polite.send(Opcode::binary, std::to_string(i));
        EXPECT_EQ(polite.read_frame().payload, std::to_string(i));
    }
    enough = true;
    flood.join();
}

}  // namespace
}  // namespace weft::test
