// HTTP/1.1 on the same port.
#include "transport_fixture.hpp"

namespace weft::test {
namespace {

using testing::HasSubstr;

class Http : public TransportFixture {
protected:
    /// A kernel that answers every request with what it saw of it.
    void start_echo() {
        kernel.on_request = [this](HttpRequest request) {
            respond(request.id, 200,
                    request.method + ' ' + request.target + ' ' +
                        std::string(as_text(request.body.view())));
        };
        start();
    }

    std::string get(std::string_view target, std::string_view headers = "") {
        return "GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n" + std::string(headers) +
               "\r\n";
    }
};

TEST_F(Http, ARequestReachesTheKernelWholeWithHeaderNamesInLowerCase) {
    start();
    RawClient client(port);
    client.write(
        "POST /api/x?a=1 HTTP/1.1\r\nHost: x\r\nX-Some: Thing\r\nContent-Length: 4\r\n\r\nbody");
    const auto request = kernel.take_request();
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/api/x?a=1");
    EXPECT_EQ(as_text(request.body.view()), "body");
    EXPECT_THAT(request.headers, testing::Contains(testing::Pair("x-some", "Thing")));
    EXPECT_TRUE(request.peer.starts_with("127.0.0.1:"));
    respond(request.id, 201, "made");
    const auto response = client.read_response();
    EXPECT_EQ(response.status, 201);
    EXPECT_EQ(response.header("content-type"), "text/plain");
    EXPECT_EQ(response.body, "made");
}

TEST_F(Http, AConnectionIsKeptForTheNextRequest) {
    start_echo();
    RawClient client(port);
    for (int i = 0; i < 3; ++i) {
        client.write(get("/" + std::to_string(i)));
        EXPECT_EQ(client.read_response().body, "GET /" + std::to_string(i) + " ");
    }
}

TEST_F(Http, PipelinedRequestsAreAnsweredInOrder) {
    start_echo();
    RawClient client(port);
    std::string requests;
    for (int i = 0; i < 200; ++i) {
        requests += get("/" + std::to_string(i));
    }
    client.write(requests);
    for (int i = 0; i < 200; ++i) {
        EXPECT_EQ(client.read_response().body, "GET /" + std::to_string(i) + " ");
    }
}

TEST_F(Http, AChunkedBodyIsJoined) {
    start_echo();
    RawClient client(port);
    client.write("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                 "5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nTrailer: x\r\n\r\n" +
                 get("/next"));
    EXPECT_EQ(client.read_response().body, "POST / hello world");
    EXPECT_EQ(client.read_response().body, "GET /next ");
}

TEST_F(Http, HeadIsAnsweredWithoutABody) {
    start_echo();
    RawClient client(port);
    client.write("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n" + get("/b"));
    const auto head = client.read_response(true);
    EXPECT_EQ(head.header("content-length"), "8");
    EXPECT_EQ(client.read_response().body, "GET /b ");
}

TEST_F(Http, ConnectionCloseIsHonoured) {
    start_echo();
    RawClient client(port);
    client.write(get("/", "Connection: close\r\n"));
    EXPECT_EQ(client.read_response().header("connection"), "close");
    EXPECT_TRUE(client.reads_end_of_stream());
}

TEST_F(Http, Http10IsClosedUnlessItAsksOtherwise) {
    start_echo();
    RawClient old(port);
    old.write("GET /a HTTP/1.0\r\n\r\n");
    EXPECT_EQ(old.read_response().body, "GET /a ");
    EXPECT_TRUE(old.reads_end_of_stream());
    RawClient kept(port);
    kept.write("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(kept.read_response().header("connection"), "keep-alive");
    kept.write("GET /b HTTP/1.0\r\n\r\n");
    EXPECT_EQ(kept.read_response().body, "GET /b ");
}

TEST_F(Http, AClientThatHalfClosesStillGetsItsAnswer) {
    start();
    RawClient client(port);
    client.write(get("/"));
    client.shut_sending();
    respond(kernel.take_request().id, 200, std::string(5'000'000, 'x'));
    EXPECT_EQ(client.read_response().body.size(), 5'000'000u);
    EXPECT_TRUE(client.reads_end_of_stream());
}

TEST_F(Http, ContinueIsSentToWhoWaitsForIt) {
    start_echo();
    RawClient client(port);
    client.write("PUT / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    EXPECT_EQ(client.read_response(true).status, 100);
    client.write("ok");
    EXPECT_EQ(client.read_response().body, "PUT / ok");
}

TEST_F(Http, ALongAnswerArrivesWhole) {
    start();
    RawClient client(port);
    client.write(get("/"));
    std::string body(100'000'000, 'x');
    body.back() = '!';
    respond(kernel.take_request().id, 200, body);
    EXPECT_TRUE(client.read_response().body == body);
}

TEST_F(Http, BadInputIsAnsweredWithTheStatusThatFitsAndTheConnectionEnds) {
    options.http_body = kibibytes(1);
    start_echo();
    const auto status_of = [&](std::string request) {
        RawClient client(port);
        client.write(request);
        const auto response = client.read_response();
        EXPECT_EQ(response.header("connection"), "close");
        EXPECT_TRUE(client.reads_end_of_stream());
        return response.status;
    };
    EXPECT_EQ(status_of("nonsense\r\n\r\n"), 400);
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\nbad header\r\n\r\n"), 400);
    EXPECT_EQ(status_of("POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"), 400);
    EXPECT_EQ(status_of("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), 400);
    EXPECT_EQ(status_of(get("/", "X: " + std::string(20'000, 'x') + "\r\n")), 431);
    EXPECT_EQ(status_of("POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n"), 413);
    EXPECT_EQ(status_of("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n800\r\n" +
                        std::string(2048, 'x') + "\r\n0\r\n\r\n"),
              413);
}

TEST_F(Http, AHeadThatDripsInIsEndedByTheHandshakeTimeout) {
    options.handshake_timeout = std::chrono::milliseconds(100);
    start_echo();
    RawClient client(port);
    client.write("GET / HT");
    EXPECT_EQ(client.read_response().status, 408);
    EXPECT_TRUE(client.reads_end_of_stream());
    RawClient silent(port);
    EXPECT_TRUE(silent.reads_end_of_stream());
}

TEST_F(Http, AnIdleConnectionIsEndedByTheHttpTimeout) {
    options.http_timeout = std::chrono::milliseconds(100);
    start_echo();
    RawClient client(port);
    client.write(get("/"));
    EXPECT_EQ(client.read_response().status, 200);
    EXPECT_TRUE(client.reads_end_of_stream());
}

TEST_F(Http, ASecondAnswerToTheSameRequestIsIgnored) {
    start();
    RawClient client(port);
    client.write(get("/a"));
    const auto first = kernel.take_request(0).id;
    respond(first, 200, "first");
    respond(first, 200, "again");
    EXPECT_EQ(client.read_response().body, "first");
    client.write(get("/b"));
    const auto second = kernel.take_request(1).id;
    respond(first, 200, "stale");
    respond(second, 200, "second");
    EXPECT_EQ(client.read_response().body, "second");
}

TEST_F(Http, AHeaderOfTheKernelCannotBreakTheFraming) {
    start();
    RawClient client(port);
    client.write(get("/"));
    HttpResponse response;
    response.headers = {
        {"x-evil", "a\r\nset-cookie: b"}, {"Content-Length", "999"}, {"x-good", "yes"}};
    response.body = Buffer::copy_of(as_bytes("body"));
    transport->respond(kernel.take_request().id, std::move(response));
    const auto received = client.read_response();
    EXPECT_EQ(received.header("set-cookie"), "");
    EXPECT_EQ(received.header("content-length"), "4");
    EXPECT_EQ(received.header("x-good"), "yes");
    EXPECT_EQ(received.body, "body");
}

TEST_F(Http, AConnectionUpgradesAfterPlainRequests) {
    start_echo();
    RawClient client(port);
    client.write(get("/"));
    EXPECT_EQ(client.read_response().status, 200);
    client.upgrade();
    client.send(Opcode::binary, "now a WebSocket");
    EXPECT_THAT(kernel.messages(kernel.opened(0), 1), testing::ElementsAre("now a WebSocket"));
}

}  // namespace
}  // namespace weft::test
