// Clients that are broken, many or gone: the server lives, and each of them ends exactly once.
#include "transport_fixture.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <random>
#include <thread>

namespace weft::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::size_t resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    std::size_t all = 0;
    std::size_t resident = 0;
    statm >> all >> resident;
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

/// The limit of open files, changed for the length of a test.
class FileLimit {
public:
    explicit FileLimit(rlim_t files) {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        rlimit changed{std::min(files, before_.rlim_max), before_.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &changed);
        allowed_ = changed.rlim_cur;
    }
    ~FileLimit() { ::setrlimit(RLIMIT_NOFILE, &before_); }
    rlim_t allowed() const { return allowed_; }

private:
    rlimit before_{};
    rlim_t allowed_ = 0;
};

class Hostile : public TransportFixture {
protected:
    void expect_the_server_lives() {
        auto client = connect();
        client.send(Opcode::binary, "alive?");
        kernel.wait_until_received("alive?");
    }
};

TEST_F(Hostile, ATruncatedFrameBringsNoMessage) {
    start();
    const std::string frame = encode_frame(Opcode::binary, std::string(200, 'x'));
    for (std::size_t size = 0; size < 20; ++size) {
        auto client = connect();
        client.write(frame.substr(0, size));
        client.shut_sending();
        const auto ending = kernel.ending(kernel.opened(size));
        EXPECT_EQ(ending.code, 1006);
        EXPECT_EQ(ending.messages_before, 0u);
    }
}

TEST_F(Hostile, RandomBytesEndTheirConnectionAndNothingElse) {
    start();
    const auto seed = std::random_device()();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    for (std::size_t i = 0; i < 200; ++i) {
        auto client = connect();
        std::string bytes(1 + random() % 3000, '\0');
        std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<char>(random()); });
        client.try_write(bytes);
        client.shut_sending();
        EXPECT_TRUE(client.reads_end_of_stream());
        kernel.ending(kernel.opened(i));
        EXPECT_EQ(kernel.ending_count(kernel.opened(i)), 1u);
    }
    expect_the_server_lives();
}

TEST_F(Hostile, RandomHttpEndsItsConnectionAndNothingElse) {
    kernel.on_request = [this](HttpRequest request) { respond(request.id, 404, "nothing here"); };
    start();
    const auto seed = std::random_device()();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const std::string good =
        "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    for (int i = 0; i < 300; ++i) {
        std::string bytes = good + upgrade_request("/notes") + good;
        for (int changes = 0; changes < 3; ++changes) {
            bytes[random() % bytes.size()] = static_cast<char>(random());
        }
        RawClient client(port);
        client.try_write(bytes);
        client.shut_sending();
        EXPECT_TRUE(client.reads_end_of_stream());
    }
    expect_the_server_lives();
}

TEST_F(Hostile, AnAnnouncedLengthAllocatesNothing) {
    start();
    std::vector<RawClient> clients;
    for (int i = 0; i < 100; ++i) {
        clients.push_back(connect());
    }
    kernel.all_opened(100);
    const std::size_t before = resident_bytes();
    for (auto& client : clients) {
        client.write(encode_frame(Opcode::binary, "x", {.fin = false}));
        client.write(encode_frame(Opcode::continuation, std::string(1000, 'x'),
                                  {.claimed_size = 16 * 1024 * 1024 - 1}));
    }
    expect_the_server_lives();
    EXPECT_LT(resident_bytes(), before + 50 * 1024 * 1024);
}

TEST_F(Hostile, TwoThousandConnectionsAtOnceAllGetTheirMessage) {
    constexpr std::size_t count = 2000;
    const FileLimit files(3 * count);
    ASSERT_GE(files.allowed(), 2 * count + 200)
        << "this machine allows " << files.allowed() << " open files";
    start();
    std::vector<RawClient> clients;
    for (std::size_t i = 0; i < count; ++i) {
        clients.emplace_back(port);
        clients.back().write(upgrade_request("/notes"));
    }
    for (auto& client : clients) {
        EXPECT_EQ(client.read_response(true).status, 101);
    }
    const auto ids = kernel.all_opened(count);
    EXPECT_TRUE(transport->fanout(ids, Buffer::copy_of(as_bytes("to all"))).empty());
    for (auto& client : clients) {
        EXPECT_EQ(client.read_frame().payload, "to all");
    }
    for (auto& client : clients) {
        client.reset();
    }
    kernel.wait_until_ended(count);
}

TEST_F(Hostile, EveryConnectionEndsExactlyOnceHoweverItEnds) {
    options.close_timeout = std::chrono::milliseconds(200);
    start();
    const auto seed = std::random_device()();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    constexpr std::size_t count = 400;
    for (std::size_t i = 0; i < count; ++i) {
        auto client = connect();
        const auto id = kernel.opened(i);
        if (random() % 2 == 0) {
            client.try_write(encode_frame(Opcode::binary, "x"));
            send(id, std::string(random() % 100'000, 'y'));
        }
        if (random() % 2 == 0) {
            transport->close(id, 1012, "restart");
        }
        switch (random() % 5) {
        case 0: client.reset(); break;
        case 1: client.shut_sending(); break;
        case 2: client.try_write(encode_frame(Opcode::close, "")); break;
        case 3: client.try_write(encode_frame(Opcode::text, "wrong")); break;
        default: break;  // its destructor closes the socket
        }
    }
    kernel.wait_until_ended(count);
    expect_the_server_lives();
    transport->stop();
    for (const auto id : kernel.all_opened(count + 1)) {
        EXPECT_EQ(kernel.ending_count(id), 1u);
        EXPECT_EQ(kernel.ending(id).messages_before, kernel.messages(id, 0).size());
    }
}

TEST_F(Hostile, WithoutFreeDescriptorsTheServerWaitsAndThenAccepts) {
    start();
    const int next = ::dup(0);
    ::close(next);
    std::optional<FileLimit> files(static_cast<rlim_t>(next) + 1);
    RawClient client(port);  // takes the last one
    while (host.lines().empty()) {
        std::this_thread::yield();
    }
    EXPECT_THAT(host.lines(), ElementsAre(HasSubstr("cannot accept connections")));
    files.reset();
    client.upgrade();
    client.send(Opcode::binary, "in");
    EXPECT_THAT(kernel.messages(kernel.opened(0), 1), ElementsAre("in"));
}

}  // namespace
}  // namespace weft::test
