#pragma once

#include "handshake.hpp"

#include <weft/transport.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace weft::ws {

/// The HTTP requests of one connection, one after the other. Parsing is Beast's, on bytes that come from elsewhere.
///
/// Threads   One, its connection's.
class HttpSession {
public:
    enum class Event { need_more, request, upgrade, refused };

    explicit HttpSession(std::uint64_t body_limit);
    ~HttpSession();

    void append(BytesView bytes);

    /// Goes on to the end of the next request, if its bytes are there. After `refused` there is nothing more to parse.
    Event parse();

    /// Where the client stands, for time limits: nothing of a request is there, its head is not, or its body is not.
    enum class Place { between, head, body };
    Place place() const;

    /// True once for a request that waits for "100 Continue" before it sends its body.
    bool take_continue();

    /// After `request`, once. `id` and `peer` are for the caller to fill in.
    HttpRequest take_request();

    /// After `request` or `upgrade`, until the next `parse`.
    UpgradeHeaders upgrade_headers() const;
    OpenRequest open_request() const;

    /// After `upgrade`: what came behind the request belongs to the WebSocket.
    Bytes take_rest() { return std::move(unread_); }

    /// After `refused`.
    std::uint16_t refusal() const { return refusal_; }
    const std::string& refusal_reason() const { return refusal_reason_; }

    /// The head of the response to the request that was parsed last. `payload_size` is announced, also for HEAD.
    std::string response_head(const HttpResponse& response, bool keep_alive) const;
    bool keep_alive() const;
    bool wants_body(std::uint16_t status) const;

private:
    struct Parser;

    void drop_parsed(std::size_t bytes);
    void refuse(std::uint16_t status, std::string reason);

    const std::uint64_t body_limit_;
    std::unique_ptr<Parser> parser_;
    Bytes unread_;
    bool done_ = false;  // the parser holds a whole request
    bool continued_ = false;
    std::uint16_t refusal_ = 0;
    std::string refusal_reason_;
};

}  // namespace weft::ws
