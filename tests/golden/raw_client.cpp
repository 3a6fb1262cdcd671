#include "golden/raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include <array>

namespace weft::testing {
namespace {

constexpr int silence_seconds_max = 30;

/// A frame of a client: final, binary, masked with zeros, shorter than 126 bytes.
std::string masked_frame(std::string_view payload) {
    std::string frame("\x82", 1);
    frame += static_cast<char>(0x80 | payload.size());
    frame.append(4, '\0');
    return frame.append(payload);
}

}  // namespace

RawClient::RawClient(int port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval patience{silence_seconds_max, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    EXPECT_EQ(connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0)
        << "port " << port;
}

RawClient::~RawClient() {
    close(socket_);
}

void RawClient::send(std::string_view bytes) const {
    EXPECT_EQ(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
}

bool RawClient::read_some() {
    std::array<char, 4096> buffer{};
    const ssize_t count = recv(socket_, buffer.data(), buffer.size(), 0);
    if (count > 0) {
        received_.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return count > 0;
}

std::string RawClient::read_until(std::string_view text) {
    while (received_.find(text) == std::string::npos && read_some()) {}
    return received_;
}

void RawClient::open(const std::string& document) {
    send("GET /" + document +
         " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    const std::string answer = read_until("\r\n\r\n");
    EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 101");
    received_.erase(0, answer.find("\r\n\r\n") + 4);
    // Step 1 of the server says that the document is loaded; what comes before that it asks for again.
    const std::string step_1("\x82\4\0\0\1\0", 6);
    EXPECT_NE(read_until(step_1).find(step_1), std::string::npos);
}

void RawClient::insert_letter() const {
    // One struct of client 1 from clock 0: a string, parent the root "text"; nothing deleted.
    const std::string update("\1\1\1\0\4\1\4text\1a\0", 14);
    const std::string sync_update =
        std::string("\0\2", 2) + static_cast<char>(update.size()) + update;
    send(masked_frame(sync_update));
}

int RawClient::close_code() {
    // Frames of a server are not masked, and those that come here are short.
    for (std::size_t at = 0;;) {
        while (received_.size() < at + 2 ||
               received_.size() < at + 2 + static_cast<unsigned char>(received_[at + 1])) {
            if (!read_some()) {
                return 0;
            }
        }
        const auto byte = [&](std::size_t i) {
            return static_cast<unsigned char>(received_[at + i]);
        };
        if ((byte(0) & 0x0f) == 8) {
            return byte(1) < 2 ? 0 : byte(2) << 8 | byte(3);
        }
        at += 2U + byte(1);
    }
}

std::string http_get(int port, const std::string& path) {
    RawClient client(port);
    client.send("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    const std::string answer = client.read_until(std::string("\0never sent", 11));
    const auto body = answer.find("\r\n\r\n");
    return body == std::string::npos ? "" : answer.substr(body + 4);
}

}  // namespace weft::testing
