// Whatever a client sends, as frames and as HTTP: bounded, no crash, and the same however the bytes are cut into reads.
#include "frame_reader.hpp"
#include "http_session.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using weft::Bytes;
using weft::BytesView;
using weft::ws::FrameReader;
using weft::ws::HttpSession;

constexpr std::uint64_t message_limit = 4096;
constexpr std::uint64_t body_limit = 4096;

void check(bool holds) {
    if (!holds) {
        std::abort();
    }
}

template <class Feed>
void feed_in_pieces(BytesView input, std::size_t piece, Feed feed) {
    for (std::size_t at = 0; at < input.size(); at += piece) {
        feed(input.subspan(at, std::min(piece, input.size() - at)));
    }
}

std::vector<std::string> read_frames(BytesView input, std::size_t piece) {
    FrameReader reader(message_limit);
    std::vector<std::string> seen;
    bool ended = false;
    feed_in_pieces(input, piece, [&](BytesView part) {
        Bytes unmasked(part.begin(), part.end());
        std::span<std::uint8_t> rest(unmasked);
        auto event = FrameReader::Event::message;
        while (!ended && event != FrameReader::Event::need_more) {
            event = reader.next(rest);
            std::string text = std::to_string(static_cast<int>(event));
            if (event == FrameReader::Event::message || event == FrameReader::Event::ping) {
                const weft::Buffer payload = reader.take_payload();
                check(payload.size() <= message_limit);
                text += weft::as_text(payload.view());
            }
            ended = event == FrameReader::Event::close || event == FrameReader::Event::failed;
            if (ended) {
                text += std::to_string(reader.cause().code);
            }
            if (event != FrameReader::Event::need_more) {
                seen.push_back(text);
            }
        }
    });
    return seen;
}

std::vector<std::string> read_requests(BytesView input, std::size_t piece) {
    HttpSession session(body_limit);
    std::vector<std::string> seen;
    bool ended = false;
    feed_in_pieces(input, piece, [&](BytesView part) {
        session.append(part);
        auto event = HttpSession::Event::request;
        while (!ended && event == HttpSession::Event::request) {
            event = session.parse();
            if (event == HttpSession::Event::request) {
                const weft::HttpRequest request = session.take_request();
                check(request.body.size() <= body_limit);
                seen.push_back(request.method + ' ' + request.target + ' ' +
                               std::string(weft::as_text(request.body.view())));
            }
            ended = event == HttpSession::Event::upgrade || event == HttpSession::Event::refused;
        }
    });
    return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) {
        return 0;
    }
    const BytesView input(data + 2, size - 2);
    const std::size_t piece = 1u + data[1];
    const std::size_t whole = std::max<std::size_t>(input.size(), 1);
    if (data[0] % 2 == 0) {
        check(read_frames(input, piece) == read_frames(input, whole));
    } else {
        check(read_requests(input, piece) == read_requests(input, whole));
    }
    return 0;
}
