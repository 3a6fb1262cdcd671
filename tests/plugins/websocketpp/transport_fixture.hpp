#pragma once

#include "raw_client.hpp"
#include "recording_kernel.hpp"
#include "websocketpp_transport.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace weft::test {

/// A transport on a free port, and the kernel that it talks to.
class TransportFixture : public testing::Test {
protected:
    TransportFixture() {
        options.listen = "127.0.0.1:0";
        options.threads = 2;
    }

    void start() {
        transport = std::make_unique<WebsocketppTransport>(host, options);
        transport->bind(kernel);
        const auto started = transport->start();
        ASSERT_TRUE(started) << started.error().message;
        const std::string url = transport->endpoints().front();
        port = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
    }

    void TearDown() override {
        if (transport) {
            transport->stop();
        }
    }

    RawClient connect(std::string_view target = "/notes") {
        return RawClient::websocket(port, target);
    }

    void send(ConnectionId id, std::string_view text) {
        std::vector<OutgoingMessage> batch;
        batch.push_back({id, Buffer::copy_of(as_bytes(text))});
        over = transport->send(std::move(batch));
    }

    void respond(RequestId id, std::uint16_t status, std::string_view body) {
        HttpResponse response;
        response.status = status;
        response.headers.emplace_back("content-type", "text/plain");
        response.body = Buffer::copy_of(as_bytes(body));
        transport->respond(id, std::move(response));
    }

    QuietHost host;
    RecordingKernel kernel;
    WebsocketppOptions options;
    std::unique_ptr<WebsocketppTransport> transport;
    std::uint16_t port = 0;
    std::vector<ConnectionId> over;  // what the last send answered
};

}  // namespace weft::test
