// What the fuzzers have in common.
#pragma once

#include <weft/bytes.hpp>

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace weft::fuzz {

inline void expect(bool holds) {
    if (!holds) {
        std::abort();
    }
}

/// Cuts the input into at most `count` pieces. Each but the last stands behind its length, two bytes with the lower one first.
inline std::vector<BytesView> pieces(BytesView input, std::size_t count) {
    std::vector<BytesView> parts;
    while (input.size() > 2 && parts.size() + 1 < count) {
        const auto claimed = static_cast<std::size_t>(input[0] | input[1] << 8);
        const std::size_t size = std::min(claimed, input.size() - 2);
        parts.push_back(input.subspan(2, size));
        input = input.subspan(2 + size);
    }
    if (!input.empty()) {
        parts.push_back(input);
    }
    return parts;
}

/// Takes one choice after the other from the input; zeros when it has ended.
class Choices {
public:
    explicit Choices(BytesView input) : input_(input) {}

    bool at_end() const { return input_.empty(); }

    std::size_t below(std::size_t limit) {
        const std::size_t byte = input_.empty() ? 0 : input_[0];
        input_ = input_.empty() ? input_ : input_.subspan(1);
        return limit == 0 ? 0 : byte % limit;
    }

private:
    BytesView input_;
};

}  // namespace weft::fuzz
