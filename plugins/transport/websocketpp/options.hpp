#pragma once

#include <weft/options.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <tuple>

namespace weft {

struct WebsocketppOptions {
    using Duration = std::chrono::nanoseconds;

    std::string listen = "127.0.0.1:8000";
    std::uint32_t threads = 0;
    std::uint32_t connections = 10'000;
    ByteSize message = mebibytes(16);
    ByteSize queue_mark = kibibytes(256);
    ByteSize http_body = mebibytes(16);
    Duration ping_interval = std::chrono::seconds(30);
    Duration handshake_timeout = std::chrono::seconds(10);
    Duration http_timeout = std::chrono::seconds(60);
    Duration close_timeout = std::chrono::seconds(5);

    static constexpr auto fields() {
        using Options = WebsocketppOptions;
        constexpr Duration shortest = std::chrono::milliseconds(1);
        constexpr Duration longest = std::chrono::hours(24);
        return std::tuple{
            field(&Options::listen, "listen",
                  "Address and port, [::1]:8000 for IPv6; port 0 picks a free one"),
            field(&Options::threads, "threads", "Threads for sockets; 0: one per two cores")
                .between(0, 64),
            field(&Options::connections, "connections", "WebSocket connections at the same time")
                .between(1, 1'000'000),
            field(&Options::message, "message", "Longest message accepted from a client")
                .between(kibibytes(1), gibibytes(1)),
            field(&Options::queue_mark, "queue_mark",
                  "Unsent bytes from which on a connection counts as slow")
                .between(kibibytes(1), gibibytes(1)),
            field(&Options::http_body, "http_body", "Longest body of an HTTP request")
                .between(kibibytes(1), gibibytes(1)),
            field(&Options::ping_interval, "ping_interval",
                  "Time between pings; a client that leaves one unanswered is closed")
                .between(shortest, longest),
            field(&Options::handshake_timeout, "handshake_timeout",
                  "Time that a client has to send the head of a request")
                .between(shortest, longest),
            field(&Options::http_timeout, "http_timeout",
                  "Time that an HTTP connection may stand still")
                .between(shortest, longest),
            field(&Options::close_timeout, "close_timeout",
                  "Time that a client has to answer a close")
                .between(shortest, longest)};
    }
};

}  // namespace weft
