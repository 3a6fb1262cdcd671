// A client down at the socket: as much WebSocket and y-protocols as it takes to hand the server one edit.
#pragma once

#include <string>
#include <string_view>

namespace weft::testing {

/// A TCP connection to 127.0.0.1. Failures fail the test that runs.
class RawClient {
public:
    explicit RawClient(int port);
    ~RawClient();
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    void send(std::string_view bytes) const;

    /// Reads until `text` has come, and gives everything that has come; gives up after a while without any.
    std::string read_until(std::string_view text);

    /// Upgrades to a WebSocket on the new document `document`, and waits until the server is ready for edits.
    void open(const std::string& document);

    /// An update message that inserts the letter "a" into the root "text", as a new Yjs client makes it.
    void insert_letter() const;

    /// The close code that the server sends; 0 when the connection ends without one.
    int close_code();

private:
    bool read_some();

    int socket_;
    std::string received_;
};

/// The body of GET `path`.
std::string http_get(int port, const std::string& path);

}  // namespace weft::testing
