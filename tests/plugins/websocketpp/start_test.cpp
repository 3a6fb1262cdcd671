// What an operator sees when it cannot start.
#include "transport_fixture.hpp"

#include <weft/result.hpp>

namespace weft::test {
namespace {

using testing::HasSubstr;

class Start : public TransportFixture {
protected:
    std::string refusal_of(std::string_view listen) {
        options.listen = listen;
        WebsocketppTransport refused(host, options);
        refused.bind(kernel);
        const auto started = refused.start();
        EXPECT_FALSE(started);
        EXPECT_EQ(started.error().code, Code::config);
        EXPECT_EQ(started.error().message.find('\n'), std::string::npos);
        return started.ok() ? "" : started.error().message;
    }
};

TEST_F(Start, APortInUseIsRefusedWithOneLineThatSaysWhatToDo) {
    start();
    const std::string taken = "127.0.0.1:" + std::to_string(port);
    EXPECT_EQ(refusal_of(taken), "transports.0.listen (weft.yaml:7:5): " + taken +
                                     " is in use by another program: stop it, or choose another "
                                     "port (0 picks a free one)");
}

TEST_F(Start, AnAddressOfAnotherMachineIsRefused) {
    EXPECT_THAT(refusal_of("203.0.113.7:0"), HasSubstr("is no address of this machine"));
}

TEST_F(Start, WhatIsNoAddressAndPortIsRefusedByConfigureAlready) {
    for (const char* listen :
         {"", "8000", ":8000", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "::1:8000",
          "127.0.0.1:70000", "127.0.0.1:-1", "[127.0.0.1]:8000", "example:80"}) {
        EXPECT_THAT(refusal_of(listen), HasSubstr("transports.0.listen (weft.yaml:7:5): \"" +
                                                  std::string(listen) + '"'));
        options.listen = listen;
        EXPECT_FALSE(WebsocketppTransport(host, options).configure());
    }
}

TEST_F(Start, PortZeroPicksAFreeOneAndTheEndpointSaysWhich) {
    start();
    EXPECT_NE(port, 0);
    EXPECT_EQ(transport->endpoints().front(), "http://127.0.0.1:" + std::to_string(port));
}

TEST_F(Start, ATransportThatNeverStartedCanBeStopped) {
    WebsocketppTransport transport_without_start(host, options);
    EXPECT_TRUE(transport_without_start.configure());
    transport_without_start.stop();
}

TEST_F(Start, ThePortIsFreeAgainAfterStop) {
    start();
    auto client = connect();
    kernel.opened(0);
    transport->stop();
    transport.reset();
    options.listen = "127.0.0.1:" + std::to_string(port);
    start();
    auto again = connect();
    kernel.opened(1);
}

}  // namespace
}  // namespace weft::test
