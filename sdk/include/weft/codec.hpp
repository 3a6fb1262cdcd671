// Reads and writes the primitive encodings that Weft's wire formats share:
//
//   varuint    little-endian groups of 7 bits, bit 8 set = more; values to 2^53-1
//   varbytes   varuint length, bytes
//   varstring  varuint byte length, UTF-8
//
// They are those of lib0, so the same reader serves y-protocols frames, Yjs updates and formats of
// your own. 2^53-1 because JavaScript numbers are exact only up to there.
#pragma once

#include <weft/bytes.hpp>

#include <cstdint>
#include <string_view>

namespace weft {

inline constexpr std::uint64_t varuint_max = (std::uint64_t{1} << 53) - 1;

/// Walks over borrowed bytes. After the first failure `ok()` stays false, every further read gives
/// a zero value, and nothing beyond the end is ever touched: check once, after a group of reads.
class Reader {
public:
    explicit Reader(BytesView bytes)
        : cursor_(bytes.data()), end_(bytes.data() + bytes.size()), ok_(true) {}

    bool ok() const { return ok_; }
    bool at_end() const { return cursor_ == end_; }
    std::size_t remaining() const { return static_cast<std::size_t>(end_ - cursor_); }
    const std::uint8_t* cursor() const { return cursor_; }

    /// Marks the input as malformed; for checks that the caller makes on what it has read.
    void fail() {
        ok_ = false;
        cursor_ = end_;
    }

    std::uint8_t u8() {
        if (cursor_ == end_) {
            fail();
            return 0;
        }
        return *cursor_++;
    }

    std::uint64_t varuint() {
        if (cursor_ != end_ && *cursor_ < 0x80) {
            return *cursor_++;
        }
        return varuint_slow();
    }

    BytesView bytes(std::uint64_t size) {
        if (size > remaining()) {
            fail();
            return {};
        }
        const BytesView taken{cursor_, static_cast<std::size_t>(size)};
        cursor_ += size;
        return taken;
    }

    BytesView varbytes() { return bytes(varuint()); }

    /// The bytes of a varstring. Whether they are UTF-8 is for the caller to check.
    std::string_view varstring() { return as_text(varbytes()); }

private:
    std::uint64_t varuint_slow() {
        std::uint64_t value = 0;
        for (unsigned shift = 0;; shift += 7) {
            const std::uint8_t group = u8();
            const std::uint64_t bits = group & 0x7f;
            if (!ok_ || (shift >= 53 && bits != 0) || shift > 70) {
                fail();
                return 0;
            }
            if (bits != 0) {
                value |= bits << shift;
            }
            if (group < 0x80) {
                break;
            }
        }
        if (value > varuint_max) {
            fail();
            return 0;
        }
        return value;
    }

    const std::uint8_t* cursor_;
    const std::uint8_t* end_;
    bool ok_;
};

/// Appends to a `Bytes` that the caller owns.
class Writer {
public:
    explicit Writer(Bytes& out) : out_(out) {}

    void u8(std::uint8_t value) { out_.push_back(value); }

    void varuint(std::uint64_t value) {
        while (value >= 0x80) {
            out_.push_back(static_cast<std::uint8_t>(value | 0x80));
            value >>= 7;
        }
        out_.push_back(static_cast<std::uint8_t>(value));
    }

    void bytes(BytesView bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }

    void varbytes(BytesView payload) {
        varuint(payload.size());
        bytes(payload);
    }

    void varstring(std::string_view text) { varbytes(as_bytes(text)); }

    std::size_t size() const { return out_.size(); }

private:
    Bytes& out_;
};

}  // namespace weft
