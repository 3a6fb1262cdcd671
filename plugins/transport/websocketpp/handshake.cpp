#include "handshake.hpp"

#include "engine.hpp"

namespace weft::ws {

namespace processor = websocketpp::processor;
namespace status_code = websocketpp::http::status_code;

namespace {

EngineConfig::request_type to_request(const UpgradeHeaders& headers) {
    EngineConfig::request_type request;
    request.set_method(std::string(headers.method));
    request.set_uri(std::string(headers.target));
    request.set_version(std::string(headers.version));
    request.append_header("Upgrade", std::string(headers.upgrade));
    request.append_header("Connection", std::string(headers.connection));
    request.append_header("Sec-WebSocket-Key", std::string(headers.key));
    return request;
}

// 16 bytes in base64; websocketpp itself only asks for one that is not empty.
bool is_key(std::string_view key) {
    return key.size() == 24 && key.ends_with("==") &&
           websocketpp::base64_decode(std::string(key)).size() == 16;
}

}  // namespace

HandshakeAnswer answer_handshake(const UpgradeHeaders& headers) {
    const Engine engine;
    const auto request = to_request(headers);
    if (!processor::is_websocket_handshake(request)) {
        return {400, "no WebSocket upgrade"};
    }
    if (headers.key_version != std::to_string(engine.get_version())) {
        return {426, "this server speaks WebSocket version 13"};
    }
    if (const auto error = engine.validate_handshake(request)) {
        return {400, error.message()};
    }
    if (!is_key(headers.key)) {
        return {400, "Sec-WebSocket-Key is not 16 bytes in base64"};
    }
    EngineConfig::response_type response;
    response.set_version("HTTP/1.1");
    response.set_status(status_code::switching_protocols);
    if (const auto error = engine.process_handshake(request, {}, response)) {
        return {400, error.message()};
    }
    return {101, response.raw()};
}

}  // namespace weft::ws
