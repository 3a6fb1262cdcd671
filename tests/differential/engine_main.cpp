// Answers requests on its standard input until that ends. Requests and answers are framed: length:u32 little-endian, bytes.
#include "engine_commands.hpp"

#include <cstdio>

namespace {

using weft::Bytes;

bool read_frame(Bytes& frame) {
    std::uint8_t size[4];
    if (std::fread(size, 1, 4, stdin) != 4) {
        return false;
    }
    frame.resize(size[0] | std::size_t{size[1]} << 8 | std::size_t{size[2]} << 16 |
                 std::size_t{size[3]} << 24);
    return std::fread(frame.data(), 1, frame.size(), stdin) == frame.size();
}

bool write_frame(const Bytes& frame) {
    std::uint8_t size[4];
    for (unsigned i = 0; i < 4; ++i) {
        size[i] = static_cast<std::uint8_t>(frame.size() >> (8 * i));
    }
    return std::fwrite(size, 1, 4, stdout) == 4 &&
           std::fwrite(frame.data(), 1, frame.size(), stdout) == frame.size() &&
           std::fflush(stdout) == 0;
}

}  // namespace

int main() {
    weft::yjs::Commands commands;
    Bytes request;
    Bytes answers;
    while (read_frame(request)) {
        answers.clear();
        if (!commands.run(request, answers)) {
            std::fputs("the request is malformed\n", stderr);
            return 1;
        }
        if (!write_frame(answers)) {
            return 1;
        }
    }
    return 0;
}
