#include "author.hpp"

#include <algorithm>

namespace weft::bench {

namespace {

constexpr std::string_view root = "text";
constexpr std::uint8_t string_content = 4, has_origin = 0x80, has_right_origin = 0x40;

void append_id(Bytes& out, std::uint64_t client, std::uint64_t clock) {
    append_uint(out, client);
    append_uint(out, clock);
}

}  // namespace

Author::Author(std::uint64_t client, std::uint32_t characters_per_insert)
    : client_(client), characters_(characters_per_insert), piece_(characters_per_insert, ' ') {
    for (std::uint32_t at = digits; at + 1 < characters_; ++at) {
        piece_[at] = static_cast<char>('a' + (client_ + at) % 26);
    }
}

std::string_view Author::piece(std::uint64_t insert) const {
    const auto numbered = std::min(digits, characters_);
    for (std::uint32_t at = 0; at < numbered; ++at) {
        piece_[at] = "0123456789abcdef"[(insert >> (4 * at)) & 15];
    }
    return piece_;
}

bool Author::typed(std::uint64_t clock, std::string_view text) const {
    if (clock + text.size() > clock_) {
        return false;
    }
    while (!text.empty()) {
        const auto expected = piece(clock / characters_).substr(clock % characters_, text.size());
        if (text.substr(0, expected.size()) != expected) {
            return false;
        }
        clock += expected.size();
        text.remove_prefix(expected.size());
    }
    return true;
}

void Author::append_content(Bytes& out, std::uint64_t clock, std::uint64_t length) const {
    append_uint(out, length);
    while (length > 0) {
        const auto part = piece(clock / characters_).substr(clock % characters_, length);
        out.insert(out.end(), part.begin(), part.end());
        clock += part.size();
        length -= part.size();
    }
}

void Author::append_struct(Bytes& out, std::uint64_t clock, std::uint64_t length) const {
    if (clock == 0) {
        out.push_back(string_content);
        out.push_back(1);  // the parent is a root
        append_bytes(out, {reinterpret_cast<const std::uint8_t*>(root.data()), root.size()});
    } else {
        out.push_back(string_content | has_origin);
        append_id(out, client_, clock - 1);
    }
    append_content(out, clock, length);
}

// Nested insert i stands in the middle of insert i-1, which nobody has split before: its neighbours are the two
// characters there.
void Author::append_nested_struct(Bytes& out, std::uint64_t insert) const {
    if (insert == 0) {
        append_struct(out, 0, characters_);
        return;
    }
    const auto middle = (insert - 1) * characters_ + characters_ / 2;
    out.push_back(string_content | has_origin | has_right_origin);
    append_id(out, client_, middle - 1);
    append_id(out, client_, middle);
    append_content(out, insert * characters_, characters_);
}

void Author::append_insert(Bytes& out, std::int64_t due_ns) {
    due_ns_.push_back(due_ns);
    out.push_back(1);  // clients
    out.push_back(1);  // structs
    append_id(out, client_, clock_);
    append_struct(out, clock_, characters_);
    out.push_back(0);  // deletes
    clock_ += characters_;
}

void Author::type_nested(std::uint64_t inserts) {
    nested_ = inserts;
    forgotten_ = inserts;
    clock_ = inserts * characters_;
}

void Author::append_since(Bytes& out, std::uint64_t from_clock) const {
    if (from_clock >= clock_) {
        out.push_back(0);
        out.push_back(0);
        return;
    }
    // Nested inserts go again from a whole one on: what the reader knows of it already is harmless.
    const auto first_nested = std::min(from_clock / characters_, nested_);
    const auto run_from = std::max(from_clock, nested_ * characters_);
    const auto from = first_nested < nested_ ? first_nested * characters_ : run_from;
    out.push_back(1);
    append_uint(out, nested_ - first_nested + (run_from < clock_ ? 1 : 0));
    append_id(out, client_, from);
    for (auto insert = first_nested; insert < nested_; ++insert) {
        append_nested_struct(out, insert);
    }
    if (run_from < clock_) {
        append_struct(out, run_from, clock_ - run_from);
    }
    out.push_back(0);
}

void Author::forget_times() {
    forgotten_ = inserts();
    due_ns_.clear();
}

}  // namespace weft::bench
