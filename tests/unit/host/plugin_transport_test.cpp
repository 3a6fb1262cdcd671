// A transport through the C boundary and back: calls, events, buffers and what is over its mark.
#include "host/linked_plugin.hpp"

#include <stdexcept>

namespace weft {
namespace {

class EchoTransport final : public Transport {
public:
    static constexpr About about{"echo", "1.0.0", "Keeps what it was asked", "MIT"};
    inline static EchoTransport* last = nullptr;

    EchoTransport() { last = this; }

    void bind(TransportEvents& bound) override { events = &bound; }
    std::vector<std::string> endpoints() const override {
        return {"http://127.0.0.1:1", "http://[::1]:2"};
    }
    std::vector<ConnectionId> send(std::vector<OutgoingMessage> batch) override {
        sent = std::move(batch);
        return {sent.back().id};
    }
    std::vector<ConnectionId> fanout(std::span<const ConnectionId> ids, Buffer payload) override {
        if (payload.empty()) {
            throw std::runtime_error("fanout broke");
        }
        receivers.assign(ids.begin(), ids.end());
        shared = std::move(payload);
        return receivers;
    }
    void set_reading(ConnectionId id, bool on) override {
        calls.push_back("reading " + std::to_string(id) + (on ? " on" : " off"));
    }
    void close(ConnectionId id, std::uint16_t code, std::string_view reason) override {
        calls.push_back("close " + std::to_string(id) + " " + std::to_string(code) + " " +
                        std::string(reason));
    }
    void respond(RequestId request, HttpResponse answer) override {
        calls.push_back("respond " + std::to_string(request));
        response = std::move(answer);
    }
    void refuse_connections() override { calls.push_back("refuse"); }

    TransportEvents* events = nullptr;
    std::vector<OutgoingMessage> sent;
    std::vector<ConnectionId> receivers;
    Buffer shared;
    HttpResponse response;
    std::vector<std::string> calls;
};

class Kernel final : public TransportEvents {
public:
    OpenAnswer on_open(const OpenRequest& request) override {
        if (request.path == "/throw") {
            throw std::runtime_error("on_open broke");
        }
        opened = std::to_string(request.id) + " " + std::string(request.peer) + " " +
                 std::string(request.path) + "?" + std::string(request.query) + " " +
                 std::string(request.host) + " " + std::string(request.origin);
        return answer;
    }
    void on_messages(std::span<IncomingMessage> received) override {
        for (IncomingMessage& message : received) {
            messages.push_back(std::move(message));
        }
    }
    void on_writable(std::span<const ConnectionRef> connections) override {
        writable.assign(connections.begin(), connections.end());
    }
    void on_close(ConnectionRef connection, std::uint16_t code, std::string_view reason) override {
        closed = std::to_string(connection.id) + " " + std::to_string(connection.tag) + " " +
                 std::to_string(code) + " " + std::string(reason);
    }
    void on_http(HttpRequest request) override { http = std::move(request); }

    OpenAnswer answer;
    std::string opened;
    std::vector<IncomingMessage> messages;
    std::vector<ConnectionRef> writable;
    std::string closed;
    HttpRequest http;
};

class TransportBoundary : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(plugin);
        transport().bind(kernel);
        ASSERT_TRUE(plugin->start());
    }
    Transport& transport() { return *plugin->transport(); }
    EchoTransport& inside() { return *EchoTransport::last; }
    TransportEvents& events() { return *inside().events; }

    Kernel kernel;
    Linked<EchoTransport> plugin;
};

TEST_F(TransportBoundary, AnAcceptedConnectionGetsItsTag) {
    kernel.answer = {101, "", 77};
    const OpenAnswer answer = events().on_open(
        {5, "10.0.0.1:80", "/a%20b", "token=x", "example.org", "http://example.org"});
    EXPECT_EQ(kernel.opened, "5 10.0.0.1:80 /a%20b?token=x example.org http://example.org");
    EXPECT_EQ(answer.status, 101);
    EXPECT_EQ(answer.tag, 77u);
    EXPECT_EQ(answer.reason, "");
}

TEST_F(TransportBoundary, ARefusalCarriesStatusAndReason) {
    kernel.answer = {403, "a foreign Origin", 0};
    const OpenAnswer answer = events().on_open({});
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(answer.reason, "a foreign Origin");
}

TEST_F(TransportBoundary, AnExceptionOfTheKernelRefusesTheConnectionAndStopsThere) {
    OpenRequest request;
    request.path = "/throw";
    EXPECT_EQ(events().on_open(request).status, 500);
}

TEST_F(TransportBoundary, MessagesAreMovedToTheKernelWithoutACopy) {
    const Buffer payload = Buffer::copy_of(as_bytes("hello"));
    std::vector<IncomingMessage> messages;
    for (std::uint64_t i = 0; i < 40; ++i) {
        messages.push_back({{i, i + 100}, payload});
    }
    events().on_messages(messages);
    ASSERT_EQ(kernel.messages.size(), 40u);
    EXPECT_EQ(kernel.messages[39].connection.id, 39u);
    EXPECT_EQ(kernel.messages[39].connection.tag, 139u);
    EXPECT_EQ(kernel.messages[39].payload.view().data(), payload.view().data());
}

TEST_F(TransportBoundary, TheOtherEventsArriveWithAllFields) {
    const std::array drained{ConnectionRef{1, 2}, ConnectionRef{3, 4}};
    events().on_writable(drained);
    ASSERT_EQ(kernel.writable.size(), 2u);
    EXPECT_EQ(kernel.writable[1].id, 3u);
    EXPECT_EQ(kernel.writable[1].tag, 4u);

    events().on_close({8, 9}, 4410, "deleted");
    EXPECT_EQ(kernel.closed, "8 9 4410 deleted");

    events().on_http({6,
                      "PUT",
                      "/api/x?y",
                      {{"host", "h"}, {"accept", ""}},
                      Buffer::copy_of(as_bytes("body")),
                      "peer"});
    EXPECT_EQ(kernel.http.id, 6u);
    EXPECT_EQ(kernel.http.method, "PUT");
    EXPECT_EQ(kernel.http.target, "/api/x?y");
    EXPECT_EQ(kernel.http.headers,
              (std::vector<std::pair<std::string, std::string>>{{"host", "h"}, {"accept", ""}}));
    EXPECT_EQ(as_text(kernel.http.body.view()), "body");
    EXPECT_EQ(kernel.http.peer, "peer");
}

TEST_F(TransportBoundary, SendTellsWhoIsOverTheMark) {
    std::vector<OutgoingMessage> batch;
    for (std::uint64_t id = 1; id <= 30; ++id) {
        batch.push_back({id, Buffer::copy_of(as_bytes("m" + std::to_string(id)))});
    }
    EXPECT_EQ(transport().send(std::move(batch)), (std::vector<ConnectionId>{30}));
    ASSERT_EQ(inside().sent.size(), 30u);
    EXPECT_EQ(inside().sent[29].id, 30u);
    EXPECT_EQ(as_text(inside().sent[29].payload.view()), "m30");
}

TEST_F(TransportBoundary, FanoutSharesOnePayloadAmongAll) {
    const Buffer payload = Buffer::copy_of(as_bytes("frame"));
    std::vector<ConnectionId> ids(1000);
    for (std::size_t i = 0; i < ids.size(); ++i) {
        ids[i] = i * 3;
    }
    EXPECT_EQ(transport().fanout(ids, payload), ids);
    EXPECT_EQ(inside().receivers, ids);
    EXPECT_EQ(inside().shared.view().data(), payload.view().data());
}

TEST_F(TransportBoundary, AnExceptionInACallGoesToTheLog) {
    const std::array<ConnectionId, 1> ids{1};
    EXPECT_TRUE(transport().fanout(ids, Buffer()).empty());
    EXPECT_EQ(plugin.services().lines(),
              std::vector<std::string>{"transport/echo: fanout threw: fanout broke"});
}

TEST_F(TransportBoundary, TheOtherCallsArriveWithAllFields) {
    EXPECT_EQ(transport().endpoints(),
              (std::vector<std::string>{"http://127.0.0.1:1", "http://[::1]:2"}));
    transport().set_reading(1, false);
    transport().set_reading(2, true);
    transport().close(3, 1012, "restart");
    transport().respond(4,
                        {404, {{"content-type", "text/plain"}}, Buffer::copy_of(as_bytes("gone"))});
    transport().refuse_connections();
    EXPECT_EQ(inside().calls,
              (std::vector<std::string>{"reading 1 off", "reading 2 on", "close 3 1012 restart",
                                        "respond 4", "refuse"}));
    EXPECT_EQ(inside().response.status, 404);
    EXPECT_EQ(inside().response.headers.at(0).second, "text/plain");
    EXPECT_EQ(as_text(inside().response.body.view()), "gone");
}

}  // namespace
}  // namespace weft
