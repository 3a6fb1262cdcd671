#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "wire.hpp"

namespace weft::bench {

/// One writer of one document: a Yjs client id and the text it has typed, one growing run in the root "text".
///
/// The text is a function of the clock (the low digits of the insert's number in hexadecimal, then a filler), so nothing
/// is kept to send a part of it again or to check what a reader got. Only the time at which each insert was due is.
class Author {
public:
    Author(std::uint64_t client, std::uint32_t characters_per_insert);

    [[nodiscard]] std::uint64_t client() const { return client_; }
    [[nodiscard]] std::uint64_t clock() const { return clock_; }
    [[nodiscard]] std::uint64_t inserts() const { return clock_ / characters_; }
    [[nodiscard]] std::uint32_t characters_per_insert() const { return characters_; }

    /// Types the next insert, which was due at `due_ns`, and appends the update that says so to `out`.
    void append_insert(Bytes& out, std::int64_t due_ns);

    /// Appends one update with everything typed from `from_clock` on (an empty update if that is nothing).
    void append_since(Bytes& out, std::uint64_t from_clock) const;

    /// Types this many inserts at once, each in the middle of the one before, so that no two neighbours in the text were
    /// typed one after the other: what a long edited document looks like inside. Only as the first and last thing typed;
    /// `append_since` says it.
    void type_nested(std::uint64_t inserts);

    /// When the insert with this number was due; 0 for those whose times are forgotten.
    [[nodiscard]] std::int64_t due_ns(std::uint64_t insert) const {
        return insert < forgotten_ ? 0 : due_ns_[insert - forgotten_];
    }
    void forget_times();

    /// Whether `text` is what this author typed at these clocks.
    [[nodiscard]] bool typed(std::uint64_t clock, std::string_view text) const;

private:
    static constexpr std::uint32_t digits = 8;

    /// The text of one insert, until the next call.
    std::string_view piece(std::uint64_t insert) const;
    void append_content(Bytes& out, std::uint64_t clock, std::uint64_t length) const;
    void append_struct(Bytes& out, std::uint64_t clock, std::uint64_t length) const;
    void append_nested_struct(Bytes& out, std::uint64_t insert) const;

    // Fixed at construction.
    std::uint64_t client_;
    std::uint32_t characters_;

    mutable std::string piece_;  ///< filler behind the digits, which `piece` overwrites
    std::uint64_t clock_ = 0;
    std::uint64_t nested_ = 0;
    std::uint64_t forgotten_ = 0;
    std::vector<std::int64_t> due_ns_;
};

}  // namespace weft::bench
