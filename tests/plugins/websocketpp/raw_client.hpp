// A client that writes bytes, valid or not: each test says which.
#pragma once

#include <weft/bytes.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weft::test {

enum class Opcode : std::uint8_t {
    continuation = 0,
    text = 1,
    binary = 2,
    close = 8,
    ping = 9,
    pong = 10
};

struct ReceivedFrame {
    Opcode opcode = Opcode::binary;
    bool fin = true;
    std::string payload;

    /// Of a close frame; 0 without one.
    std::uint16_t close_code() const;
    std::string close_reason() const;
};

struct ReceivedResponse {
    int status = 0;
    std::string head;  // with the status line, names in lower case
    std::string body;

    std::string header(std::string_view lower_case_name) const;
};

/// What a test sends that is not quite a frame.
struct FrameShape {
    bool fin = true;
    bool masked = true;
    std::uint8_t reserved_bits = 0;  // 0x40, 0x20, 0x10
    std::optional<std::uint64_t> claimed_size = {};
};

std::string encode_frame(Opcode opcode, std::string_view payload, FrameShape shape = {});

/// A blocking TCP client. Every wait ends after ten seconds, with an exception that fails the test.
class RawClient {
public:
    /// `receive_buffer` (SO_RCVBUF) 0: as the system likes it.
    explicit RawClient(std::uint16_t port, int receive_buffer = 0);
    RawClient(RawClient&& other) noexcept;
    RawClient& operator=(RawClient&&) = delete;
    ~RawClient();

    /// Already upgraded.
    static RawClient websocket(std::uint16_t port, std::string_view target = "/notes");
    void upgrade(std::string_view target = "/notes");

    void write(std::string_view bytes);
    /// False when the peer has closed.
    bool try_write(std::string_view bytes);
    void send(Opcode opcode, std::string_view payload, FrameShape shape = {}) {
        write(encode_frame(opcode, payload, shape));
    }

    ReceivedFrame read_frame();
    /// Skips to the first frame with this opcode.
    ReceivedFrame read_until(Opcode opcode);
    ReceivedResponse read_response(bool head_only = false);
    std::string read_exactly(std::size_t size);
    /// Reads and drops what comes; true when the peer closed or reset.
    bool reads_end_of_stream();
    /// Something can be read within this time.
    bool has_input_within(std::chrono::milliseconds time);

    void shut_sending();
    void reset();

private:
    /// 0 at the end of the stream.
    std::size_t read_more();

    int socket_ = -1;
    std::string input_;
};

std::string upgrade_request(std::string_view target, std::string_view extra_headers = "");

}  // namespace weft::test
