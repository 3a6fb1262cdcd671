#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weft::ws {

/// The headers of an upgrade request that the opening handshake looks at.
struct UpgradeHeaders {
    std::string_view method;
    std::string_view target;
    std::string_view version;  // "HTTP/1.1"
    std::string_view upgrade;
    std::string_view connection;
    std::string_view key;
    std::string_view key_version;  // Sec-WebSocket-Version
};

/// `status` 101: `text` is the whole response. Else the request is refused with that status, and `text` says why.
struct HandshakeAnswer {
    std::uint16_t status = 400;
    std::string text;
};

/// The opening handshake of RFC 6455, by websocketpp. Subprotocols and extensions are not negotiated.
HandshakeAnswer answer_handshake(const UpgradeHeaders& headers);

}  // namespace weft::ws
